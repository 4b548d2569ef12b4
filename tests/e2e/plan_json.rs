//! What a plan's JSON says of root variables and of outputs: recorded from Terraform 1.11.4.

use serde_json::{Value as Json, json};

use crate::support::TestContext;

const MAIN: &str = r#"
variable "given_only" {
  type      = string
  ephemeral = true
}
variable "fleeting" {
  type      = string
  ephemeral = true
  default   = "d"
}
variable "nothing" {
  default = null
}
variable "number" {
  type    = number
  default = 3
}
variable "s" {
  default = "b"
}
resource "terraform_data" "a" {
  input = var.s
}
output "known" {
  value = var.s
}
output "null" {
  value = var.nothing
}
output "out" {
  value = terraform_data.a.output
}
output "part" {
  value = [terraform_data.a.output, 1]
}
output "sec" {
  value     = sensitive(var.s)
  sensitive = true
}
"#;

const GIVEN: [&str; 2] = ["-var=given_only=hunter2", "-var=fleeting=hunter2"];

fn outputs(plan: &Json) -> &Json {
    &plan["prior_state"]["values"]["outputs"]
}

#[test]
fn variables_have_what_was_given_or_their_defaults() {
    let plan = TestContext::new(MAIN).plan_json(&[GIVEN[0], GIVEN[1], "-var=number=7"]);
    assert_eq!(
        plan["variables"],
        json!({
            "fleeting": { "value": "d" },
            "nothing": { "value": null },
            "number": { "value": "7" },
            "s": { "value": "b" },
        })
    );
    assert!(!plan.to_string().contains("hunter2"), "{plan:#}");
}

#[test]
fn outputs_that_are_known_count_as_there() {
    let context = TestContext::new(MAIN);
    let text = |value: &str| json!({ "sensitive": false, "value": value, "type": "string" });
    let secret = |value: &str| json!({ "sensitive": true, "value": value, "type": "string" });
    let plan = context.plan_json(&GIVEN);
    assert_eq!(
        *outputs(&plan),
        json!({ "known": text("b"), "sec": secret("b") })
    );
    context.run(&["apply", "-auto-approve", GIVEN[0]]).expect(0);
    let plan = context.plan_json(&[GIVEN[0], "-var=s=c"]);
    let part =
        json!({ "sensitive": false, "value": ["b", 1], "type": ["tuple", ["string", "number"]] });
    assert_eq!(
        *outputs(&plan),
        json!({ "known": text("c"), "out": text("b"), "part": part, "sec": secret("c") })
    );
    let plan = context.plan_json(&[GIVEN[0], "-destroy"]);
    assert_eq!(
        *outputs(&plan),
        json!({ "known": text("b"), "out": text("b"), "part": part, "sec": secret("b") })
    );
}
