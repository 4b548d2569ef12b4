//! `count`, `for_each`, modules with keys.

use crate::bench::Bench;

fn count(n: u32) -> String {
    format!(
        r#"
resource "test_thing" "a" {{
  count = {n}
  name  = "a-${{count.index}}"
}}
output "ids" {{ value = test_thing.a[*].id }}
"#
    )
}

#[test]
fn lowering_count_deletes_the_highest() {
    let mut b = Bench::new(&count(4));
    assert_eq!(
        b.up(),
        [
            "create test_thing.a[0], create test_thing.a[1], create test_thing.a[2], create test_thing.a[3]"
        ]
    );
    b.edit(&count(2));
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "- test_thing.a[2] delete_because_count_index",
            "- test_thing.a[3] delete_because_count_index"
        ]
    );
    b.up();
    b.edit(&count(0));
    assert_eq!(b.plan().ok().lines().len(), 2);
    b.up();
    assert!(b.cloud.is_empty());
}

#[test]
fn for_each_keys_come_and_go() {
    let text = |keys: &str| {
        format!(
            r#"
resource "test_thing" "a" {{
  for_each = toset([{keys}])
  name     = each.key
}}
"#
        )
    };
    let mut b = Bench::new(&text(r#""x", "y""#));
    b.up();
    b.edit(&text(r#""y", "z""#));
    assert_eq!(
        b.plan().ok().lines(),
        [
            "- test_thing.a[\"x\"] delete_because_each_key",
            "+ test_thing.a[\"z\"]"
        ]
    );
    b.up();
    b.edit(&count(1));
    assert_eq!(
        b.plan().ok().lines(),
        [
            "+ test_thing.a[0]",
            "- test_thing.a[\"y\"] delete_because_wrong_repetition",
            "- test_thing.a[\"z\"] delete_because_wrong_repetition",
        ]
    );
}

#[test]
fn an_unknown_count_is_an_error() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = "a" }
resource "test_thing" "b" {
  count = length(test_thing.a.label)
  name  = "b"
}
"#,
    );
    let p = b.plan();
    assert!(p.diagnostics.has_errors());
    assert_eq!(p.diagnostics.len(), 1, "{}", p.text);
}

#[test]
fn modules_have_their_own_instances() {
    let text = |keys: &str| {
        format!(
            r#"
module "m" {{
  source   = "./m"
  for_each = toset([{keys}])
  prefix   = each.key
}}
output "ids" {{ value = {{ for k, m in module.m : k => m.id }} }}
"#
        )
    };
    let mut b = Bench::new(&text(r#""x", "y""#)).file(
        "m/main.tf",
        r#"
variable "prefix" { type = string }
resource "test_thing" "a" { name = "${var.prefix}-a" }
output "id" { value = test_thing.a.id }
"#,
    );
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "+ module.m[\"x\"].test_thing.a",
            "+ module.m[\"y\"].test_thing.a"
        ]
    );
    b.up();
    b.edit(&text(r#""x""#));
    assert_eq!(
        b.plan().ok().lines(),
        ["- module.m[\"y\"].test_thing.a delete_because_no_module"]
    );
    b.up();
    b.edit("");
    assert_eq!(
        b.plan().ok().lines(),
        ["- module.m[\"x\"].test_thing.a delete_because_no_resource_config"]
    );
}

#[test]
fn each_instance_waits_for_its_own() {
    let mut b = Bench::new(
        r#"
resource "test_lone" "a" {
  count = 3
  name  = "a"
}
resource "test_lone" "b" {
  count = 3
  name  = "b"
  near  = [test_lone.a[count.index].id]
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.plan.steps.groups.len(), 6);
    assert!(p.plan.steps.joins.is_empty());
    assert!(p.plan.steps.steps.iter().all(|s| s.after.len() <= 1));
    b.up();
}
