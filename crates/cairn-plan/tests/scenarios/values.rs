//! Unknown and sensitive values through a plan and its apply; `terraform_data`.

use cairn_model::Action;
use cairn_value::Value;

use crate::bench::Bench;

#[test]
fn unknown_values_become_final() {
    let mut b = Bench::new(
        r#"
resource "terraform_data" "a" { input = "x" }
resource "terraform_data" "b" {
  input            = { id = terraform_data.a.id, out = terraform_data.a.output }
  triggers_replace = [terraform_data.a.id]
}
output "b" { value = terraform_data.b.output }
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ terraform_data.a", "+ terraform_data.b"]);
    b.up();
    assert_eq!(
        b.state.outputs["b"].value.value().get_attr("out"),
        Some(&Value::string("x"))
    );
    let p = b
        .edit(
            r#"
resource "terraform_data" "a" { input = "y" }
resource "terraform_data" "b" {
  input            = { id = terraform_data.a.id, out = terraform_data.a.output }
  triggers_replace = [terraform_data.a.id]
}
output "b" { value = terraform_data.b.output }
"#,
        )
        .plan()
        .ok();
    assert_eq!(p.lines(), ["~ terraform_data.a", "~ terraform_data.b"]);
    assert_eq!(p.plan.outputs[0].action, Action::Update);
    b.up();
}

#[test]
fn sensitive_values_stay_sensitive() {
    let mut b = Bench::new(
        r#"
variable "s" {
  type      = string
  sensitive = true
}
resource "test_thing" "a" {
  name   = var.s
  secret = "hidden"
}
resource "test_thing" "b" { name = test_thing.a.secret }
output "o" {
  value     = test_thing.b.name
  sensitive = true
}
"#,
    );
    b.var("s", "top");
    let p = b.plan().ok();
    let a = &p.change("test_thing.a").after;
    assert!(a.get_attr("name").unwrap().marks().is_sensitive());
    assert!(a.get_attr("secret").unwrap().marks().is_sensitive());
    let b2 = &p.change("test_thing.b").after;
    assert!(b2.get_attr("name").unwrap().marks().is_sensitive());
    b.up();
    assert!(b.state.outputs["o"].sensitive);
    let paths = |a: &str| {
        b.state
            .current(&Bench::addr(a))
            .unwrap()
            .sensitive
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths("test_thing.a"), ["name", "secret"]);
    // The schema says so of an attribute that is not set, too.
    assert_eq!(paths("test_thing.b"), ["name", "secret"]);
}

#[test]
fn becoming_sensitive_is_recorded_and_calls_nobody() {
    let text = |sensitive: bool| {
        format!(
            "variable \"s\" {{\n  type = string\n  sensitive = {sensitive}\n}}\nresource \"test_thing\" \"a\" {{ name = var.s }}"
        )
    };
    let mut b = Bench::new(&text(false));
    b.var("s", "x");
    b.up();
    b.edit(&text(true));
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["~ test_thing.a"]);
    assert!(p.plan.calls.is_empty(), "{:?}", p.plan.calls);
    b.up();
}

#[test]
fn outputs_change_with_what_they_are_made_of() {
    let mut b = Bench::new("output \"a\" { value = 1 }\noutput \"b\" { value = null }");
    let p = b.plan().ok();
    assert_eq!(
        p.plan.outputs.iter().map(|o| o.action).collect::<Vec<_>>(),
        [Action::Create, Action::NoOp]
    );
    b.up();
    assert_eq!(b.state.outputs.len(), 1);
    b.edit("output \"a\" { value = 2 }");
    assert_eq!(b.plan().ok().plan.outputs[0].action, Action::Update);
    b.up();
    b.edit("");
    assert_eq!(b.plan().ok().plan.outputs[0].action, Action::Delete);
    b.up();
    assert!(b.state.outputs.is_empty());
}

#[test]
fn the_same_message_for_many_instances_comes_once() {
    let mut b = Bench::new(
        "variable \"n\" {}\nresource \"test_thing\" \"a\" {\n  count = 5\n  name = \"a\"\n  size = var.n\n}",
    );
    b.var("n", "-1");
    let p = b.plan();
    assert_eq!(p.codes(), ["bad-size"]);
    assert!(p.text.contains("4 more instances"), "{}", p.text);
}

#[test]
fn nothing_known_is_planned_from_a_broken_part() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = nowhere.x.y }
resource "test_thing" "b" { name = test_thing.a.name }
"#,
    );
    let p = b.plan();
    assert_eq!(p.diagnostics.len(), 1, "{}", p.text);
}
