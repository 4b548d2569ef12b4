//! Values that are never stored: where they may stand, and that nothing on disk holds them; ephemeral resources, opened for each
//! run and closed in the end.

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
    holds(folder, SECRET)
}

fn holds(folder: &std::path::Path, secret: &str) -> bool {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                holds(&path, secret)
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                bytes.windows(secret.len()).any(|w| w == secret.as_bytes())
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

/// A password that a provisioner writes where nobody else looks.
const PASSWORD: &str = r#"
variable "length" { type = number }
variable "file" { type = string }
resource "terraform_data" "n" { input = var.length }
ephemeral "random_password" "known" {
  length  = var.length
  special = false
}
ephemeral "random_password" "later" {
  length  = terraform_data.n.output
  special = false
}
resource "terraform_data" "use" {
  provisioner "local-exec" {
    command = "printf '%s\\n%s\\n' \"$KNOWN\" \"$LATER\" >> '${var.file}'"
    environment = {
      KNOWN = ephemeral.random_password.known.result
      LATER = ephemeral.random_password.later.result
    }
  }
}
"#;

#[test]
fn passwords_are_drawn_anew_for_an_apply_and_stored_nowhere() {
    let context = TestContext::new(PASSWORD);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let file = elsewhere.path().join("passwords");
    let vars = format!("length = 31\nfile = {:?}\n", file.display().to_string());
    context.write("terraform.tfvars", &vars);
    let plan = context.run(&["plan", "-out=p"]).expect(0);
    for (told, whether) in [
        ("ephemeral.random_password.known: Opening complete", true),
        ("ephemeral.random_password.known: Closing complete", true),
        ("ephemeral.random_password.later: Opening", false),
    ] {
        assert_eq!(plan.stdout.contains(told), whether, "{}", plan.stdout);
    }
    assert!(!plan.stdout.contains("# ephemeral."), "{}", plan.stdout);
    let apply = context.run(&["apply", "p"]).expect(0);
    for name in ["known", "later"] {
        for work in ["Opening", "Closing"] {
            let told = format!("ephemeral.random_password.{name}: {work} complete");
            assert!(apply.stdout.contains(&told), "{}", apply.stdout);
        }
    }
    context
        .run(&["apply", "-auto-approve", "-replace=terraform_data.use"])
        .expect(0);
    let written = std::fs::read_to_string(&file).expect("the provisioner wrote it");
    let mut drawn: Vec<&str> = written.lines().collect();
    assert_eq!(drawn.len(), 4, "{written}");
    for password in &drawn {
        assert_eq!(password.len(), 31, "{password}");
        assert!(!holds(context.dir.path(), password));
        assert!(!apply.stdout.contains(password) && !apply.stderr.contains(password));
    }
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), 4, "{written}");
    assert_eq!(context.recorded().len(), 2);
    context.run(&["plan", "-detailed-exitcode"]).expect(0);
    context.run(&["destroy", "-auto-approve"]).expect(0);
}

#[test]
fn what_is_open_is_closed_after_an_error_too() {
    let context = TestContext::new(
        r#"
ephemeral "random_password" "p" { length = 12 }
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command     = "exit 3"
    environment = { P = ephemeral.random_password.p.result }
  }
}
"#,
    );
    let run = context.run(&["apply", "-auto-approve"]).expect(1);
    assert_eq!(
        run.stdout
            .matches("ephemeral.random_password.p: Closing complete")
            .count(),
        2,
        "{}",
        run.stdout
    );
    context.write(
        "main.tf",
        r#"
ephemeral "random_password" "p" {
  length = 12
  lifecycle {
    postcondition {
      condition     = length(self.result) > 12
      error_message = "Too short."
    }
  }
}
"#,
    );
    let run = context.run(&["plan"]).expect(1);
    assert!(run.stderr.contains("Too short."), "{}", run.stderr);
    assert!(run.stderr.contains("main.tf:6:"), "{}", run.stderr);
    assert!(run.stdout.contains("Closing complete"), "{}", run.stdout);
}

#[test]
fn mistakes_with_ephemeral_resources_are_said_at_their_places() {
    for (main, place, words) in [
        (
            "ephemeral \"random_passwrd\" \"p\" {}\n",
            "main.tf:1:1",
            vec![
                "It has: random_password.",
                "Did you mean \"random_password\"?",
            ],
        ),
        (
            "ephemeral \"random_id\" \"p\" {}\n",
            "main.tf:1:1",
            vec![
                "It has: random_password.",
                "There is a resource of this type.",
            ],
        ),
        (
            "ephemeral \"random_password\" \"p\" {\n  lenght = 3\n}\n",
            "main.tf:2:3",
            vec!["length"],
        ),
        (
            "ephemeral \"random_password\" \"p\" {\n  length = 0\n}\n",
            "main.tf:2:",
            vec!["between 1 and"],
        ),
        (
            "ephemeral \"random_password\" \"p\" {\n  length = 9\n}\nresource \"terraform_data\" \"a\" {\n  input = ephemeral.random_password.p.result\n}\n",
            "main.tf:5:",
            vec!["Invalid use of ephemeral value"],
        ),
        (
            "ephemeral \"random_password\" \"p\" {\n  length = 9\n}\noutput \"o\" {\n  value = ephemeral.random_password.p.result\n}\n",
            "main.tf:5:",
            vec!["Ephemeral value not allowed"],
        ),
        (
            "ephemeral \"random_password\" \"p\" {\n  length = 9\n}\nresource \"terraform_data\" \"a\" {\n  count = length(ephemeral.random_password.p.result)\n}\n",
            "main.tf:5:",
            vec!["ephemeral"],
        ),
    ] {
        let context = TestContext::new(main);
        for command in ["validate", "plan"] {
            let run = context.run(&[command]).expect(1);
            assert!(run.stderr.contains(place), "{command}: {}", run.stderr);
            for word in &words {
                assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn tools_are_told_what_is_opened_and_closed() {
    let context = TestContext::new("ephemeral \"random_password\" \"p\" { length = 9 }\n");
    let run = context.run(&["plan", "-json"]).expect(0);
    let told: Vec<(String, String)> = run
        .stdout
        .lines()
        .filter_map(|l| serde_json::from_str::<serde_json::Value>(l).ok())
        .filter(|l| {
            l["type"]
                .as_str()
                .is_some_and(|t| t.starts_with("ephemeral_op"))
        })
        .map(|l| {
            assert_eq!(l["hook"]["resource"]["addr"], "ephemeral.random_password.p");
            let text = |j: &serde_json::Value| j.as_str().unwrap_or_default().to_owned();
            (text(&l["type"]), text(&l["hook"]["action"]))
        })
        .collect();
    let expected = [
        ("ephemeral_op_start", "open"),
        ("ephemeral_op_complete", "open"),
        ("ephemeral_op_start", "close"),
        ("ephemeral_op_complete", "close"),
    ];
    assert_eq!(told, expected.map(|(t, a)| (t.to_owned(), a.to_owned())));
    let schemas = context
        .run(&["providers", "schema", "-json"])
        .expect(0)
        .json();
    let random = &schemas["provider_schemas"]["registry.terraform.io/hashicorp/random"];
    let attributes =
        &random["ephemeral_resource_schemas"]["random_password"]["block"]["attributes"];
    assert_eq!(attributes["result"]["sensitive"], true);
    assert!(attributes.get("keepers").is_none());
}
