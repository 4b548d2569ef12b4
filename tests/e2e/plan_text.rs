//! What the values of a plan look like to a person, from configuration to terminal.

use crate::support::TestContext;

const POLICY: &str = r#"
resource "terraform_data" "policy" {
  input = jsonencode({
    Version   = "1"
    Statement = [{ Effect = "Allow", Action = ["ecs:Describe*"], Resource = "*" }]
  })
  triggers_replace = "{\"a\":1}"
}
"#;

#[test]
fn json_in_a_string_is_shown_as_what_it_holds() {
    let context = TestContext::new(POLICY);
    let plan = context.run(&["plan", "-no-color"]).expect(0);
    let made = r#"
      + input            = jsonencode(
            {
              + Statement = [
                  + {
                      + Action   = [
                          + "ecs:Describe*",
                        ]
                      + Effect   = "Allow"
                      + Resource = "*"
                    },
                ]
              + Version   = "1"
            }
        )
"#;
    assert!(plan.stdout.contains(made), "{}", plan.stdout);
    context.apply();
    context.edit(
        "main.tf",
        "[\"ecs:Describe*\"]",
        "[\"ecs:Describe*\", \"vpc:*\"]",
    );
    context.edit("main.tf", "{\\\"a\\\":1}", "{ \\\"a\\\":1 }");
    let plan = context.run(&["plan", "-no-color"]).expect(0);
    let changed = r#"
      ~ input            = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Action   = [
                            "ecs:Describe*",
                          + "vpc:*",
                        ]
                        # (2 unchanged attributes hidden)
                    },
                ]
                # (1 unchanged attribute hidden)
            }
        )
"#;
    assert!(plan.stdout.contains(changed), "{}", plan.stdout);
    let trigger = "
      ~ triggers_replace = jsonencode( # whitespace changes force replacement
            {
                a = 1
            }
        )
";
    assert!(plan.stdout.contains(trigger), "{}", plan.stdout);
}

const SECRETS: &str = r#"
resource "terraform_data" "a" {
  input = { user = "admin", password = "hunter2" }
}

resource "terraform_data" "b" {
  input = jsonencode({ user = "admin", password = "hunter2" })
}
"#;

#[test]
fn what_becomes_sensitive_or_visible_is_said_and_not_shown() {
    let context = TestContext::new(SECRETS);
    context.apply();
    context.edit("main.tf", "\"hunter2\"", "sensitive(\"hunter2\")");
    let plan = context.run(&["plan", "-no-color"]).expect(0);
    let warning = "
      # Warning: this value is sensitive after this change, and hidden from then on.
      ~ input  = ";
    for expected in [
        "(sensitive value)\n",
        "{\n          ~ password = (sensitive value)\n            # (1 unchanged attribute hidden)\n        }\n",
    ] {
        assert!(
            plan.stdout.contains(&format!("{warning}{expected}")),
            "{}",
            plan.stdout
        );
    }
    assert!(!plan.stdout.contains("hunter2"), "{}", plan.stdout);
    context.apply();
    context.expect_no_changes();
    context.edit("main.tf", "sensitive(\"hunter2\")", "\"hunter2\"");
    let plan = context.run(&["plan", "-no-color"]).expect(0);
    let expected = "
      # Warning: what is sensitive of this value now can be seen after this change.
      ~ input  = {
          ~ password = (sensitive value)
            # (1 unchanged attribute hidden)
        }
";
    assert!(plan.stdout.contains(expected), "{}", plan.stdout);
    assert!(!plan.stdout.contains("hunter2"), "{}", plan.stdout);
}
