//! Values that are never stored: where they may stand, and that nothing on disk holds them.

use crate::support::TestContext;

const SECRET: &str = "s3cret-of-the-day";

const TOKEN: &str = r#"
variable "token" {
  type      = string
  ephemeral = true
}
locals { derived = "x-${var.token}" }
resource "terraform_data" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = length(local.derived) > 4
      error_message = "No token."
    }
  }
}
output "nothing" { value = ephemeralasnull(local.derived) }
"#;

/// Whether any file below the folder holds the secret.
fn is_stored(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                is_stored(&path)
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes())
            }
        })
}

#[test]
fn a_saved_plan_is_given_its_ephemeral_values_anew() {
    let context = TestContext::new(TOKEN);
    let given = format!("token={SECRET}");
    context.run(&["plan", "-out=p", "-var", &given]).expect(0);
    assert!(!is_stored(context.dir.path()));
    let run = context.run(&["apply", "p"]).expect(1);
    assert!(run.stderr.contains("token"), "{}", run.stderr);
    context.run(&["apply", "-var", &given, "p"]).expect(0);
    assert!(!is_stored(context.dir.path()));
    assert_eq!(context.recorded().len(), 1);
    // The environment will do as well.
    context
        .run(&[
            "plan",
            "-out=p",
            "-replace=terraform_data.a",
            "-var",
            &given,
        ])
        .expect(0);
    context
        .run_with(&[("TF_VAR_token", SECRET)], &["apply", "p"])
        .expect(0);
}

#[test]
fn mistakes_with_ephemeral_values_are_said_at_their_places() {
    let context = TestContext::new(
        r#"
variable "token" {
  default   = "x"
  ephemeral = true
}
output "shown" {
  value     = 1
  ephemeral = true
}
output "stored" { value = var.token }
module "m" {
  source = "./m"
  plain  = var.token
}
resource "terraform_data" "a" { input = { k = var.token } }
resource "terraform_data" "b" { count = length(var.token) }
"#,
    );
    context.write(
        "m/main.tf",
        r#"
variable "plain" {}
variable "token" {
  default   = "x"
  ephemeral = true
}
output "token" { value = var.token }
"#,
    );
    let run = context.run(&["validate"]).expect(1);
    for place in [
        "main.tf:6:1",
        "main.tf:10:27",
        "main.tf:13:12",
        "main.tf:15:",
        "main.tf:16:41",
        "m/main.tf:7:26",
    ] {
        assert!(run.stderr.contains(place), "{place}:\n{}", run.stderr);
    }
    assert_eq!(run.stderr.matches("Error:").count(), 6, "{}", run.stderr);
}

#[test]
fn other_variables_of_a_saved_plan_stay_as_they_were() {
    let context = TestContext::new("variable \"n\" { default = 1 }\n");
    context.write(
        "a.tf",
        "resource \"terraform_data\" \"a\" { input = var.n }\n",
    );
    context.run(&["plan", "-out=p"]).expect(0);
    let run = context.run(&["apply", "-var", "n=2", "p"]).expect(1);
    assert!(run.stderr.contains("\"n\" was decided"), "{}", run.stderr);
    context.run(&["apply", "p"]).expect(0);
}
