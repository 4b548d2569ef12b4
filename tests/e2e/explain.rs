//! `cairn explain`: why something is created, changed, replaced, destroyed or left alone.

use crate::support::TestContext;

const THREE: &str = r#"variable "size" {
  type    = number
  default = 1
}

variable "copies" {
  default = 3
}

variable "secret" {
  default   = "hunter2-hunter2"
  sensitive = true
}

resource "terraform_data" "base" {
  input = { size = var.size }
}

resource "terraform_data" "copy" {
  count            = var.copies
  input            = "${terraform_data.base.id}-copy"
  triggers_replace = [var.size, var.secret]
}

resource "terraform_data" "last" {
  depends_on = [terraform_data.copy]
}
"#;

#[test]
fn each_action_is_explained() {
    let context = TestContext::new(THREE);
    let new = context
        .run(&["explain", "terraform_data.copy"])
        .expect(0)
        .stdout;
    for part in [
        "terraform_data.copy[0] (and likewise 2 others, up to terraform_data.copy[2]) is created.",
        "records no object at this address",
        "main.tf:20:22",
        "count            = var.copies",
        "Nothing that exists is touched.",
        "terraform_data.base (is created)",
        "terraform_data.last (is created)",
    ] {
        assert!(new.contains(part), "{part}:\n{new}");
    }
    context.apply();
    let same = context
        .run(&["explain", "terraform_data.base"])
        .expect(0)
        .stdout;
    assert!(
        same.contains("is left alone") && same.contains("The object is as the configuration says."),
        "{same}"
    );
    let update = context
        .run(&["explain", "-var=size=2", "terraform_data.base"])
        .expect(0)
        .stdout;
    for part in ["is updated in place", "main.tf:16:3", "~ size = 1 -> 2"] {
        assert!(update.contains(part), "{part}:\n{update}");
    }
    let replaced = context
        .run(&["explain", "-var=size=2", "terraform_data.copy[1]"])
        .expect(0)
        .stdout;
    for part in [
        "terraform_data.copy[1] is replaced: destroyed, then created anew.",
        "main.tf:22:3",
        "triggers_replace = [var.size, var.secret]",
        "cannot change triggers_replace of an existing object",
        "Data loss",
        "As a consequence: id",
    ] {
        assert!(replaced.contains(part), "{part}:\n{replaced}");
    }
    assert!(!replaced.contains("hunter2"), "{replaced}");
    let gone = context
        .run(&["explain", "-var=copies=2", "terraform_data.copy[2]"])
        .expect(0)
        .stdout;
    for part in [
        "is destroyed",
        "at or above the block's count",
        "main.tf:20",
    ] {
        assert!(gone.contains(part), "{part}:\n{gone}");
    }
}

#[test]
fn a_saved_plan_is_explained_as_json() {
    let context = TestContext::new(THREE);
    context.apply();
    context
        .run(&["plan", "-var=size=2", "-out=p.tfplan"])
        .expect(0);
    let json = context
        .run(&[
            "explain",
            "-plan=p.tfplan",
            "-json",
            "terraform_data.copy[0]",
        ])
        .expect(0)
        .json();
    let one = &json["explanations"][0];
    assert_eq!(one["actions"], serde_json::json!(["delete", "create"]));
    assert_eq!(one["action_reason"], "replace_because_cannot_update");
    assert_eq!(one["cost"], "data_loss");
    assert_eq!(one["causes"][0]["attribute"], "triggers_replace");
    assert_eq!(one["causes"][0]["forces_replacement"], true);
    assert_eq!(one["causes"][0]["place"]["line"], 22);
    assert_eq!(one["depends_on"][0]["address"], "terraform_data.base");
    assert!(!json.to_string().contains("hunter2"), "{json}");
}

#[test]
fn an_instance_that_is_stopped_says_so() {
    let context = TestContext::example("web-cluster");
    context
        .run(&["apply", "-auto-approve", "-var=web_count=2"])
        .expect(0);
    let text = context
        .run(&[
            "explain",
            "-var=web_count=2",
            "-var=web_instance_type=ecs.c6.large",
            "alicloud_instance.web",
        ])
        .expect(0)
        .stdout;
    for part in [
        "and likewise",
        "-> \"ecs.c6.large\"",
        "A stop and a start.",
        "main.tf:",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn what_cannot_be_explained_is_said() {
    let context = TestContext::new(THREE);
    for (address, words) in [
        ("terraform_data.cop", "Did you mean terraform_data.copy?"),
        ("module.a", "module.a is a module"),
        ("terraform_data.copy[", "Invalid address"),
    ] {
        let run = context.run(&["explain", address]).expect(1);
        assert!(run.stderr.contains(words), "{address}: {}", run.stderr);
    }
    context.run(&["explain"]).expect(1);
    context
        .run(&["explain", "-plan=none.tfplan", "terraform_data.base"])
        .expect(1);
}
