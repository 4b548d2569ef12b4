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
