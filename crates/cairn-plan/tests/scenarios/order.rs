//! What waits for what, what travels together, what stops.

use crate::bench::Bench;

#[test]
fn a_failure_stops_only_what_depends_on_it() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  count = 3
  name  = "a"
}
resource "test_thing" "b" {
  count = 3
  name  = "b"
  near  = [test_thing.a[count.index].id]
}
"#,
    );
    b.failing.insert("test_thing.a[1]".to_owned());
    let p = b.plan().ok();
    assert_eq!(p.plan.steps.groups.len(), 2);
    let (log, _) = b.apply(&p.plan);
    assert_eq!(
        log,
        [
            "create test_thing.a[0], FAIL create test_thing.a[1], skip test_thing.b[1], create test_thing.a[2]",
            "create test_thing.b[0], create test_thing.b[2]"
        ]
    );
    b.failing.clear();
    assert_eq!(
        b.plan().ok().lines(),
        ["+ test_thing.a[1]", "+ test_thing.b[1]"]
    );
    b.up();
}

#[test]
fn a_cycle_is_named_with_its_places() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = local.x }
resource "test_thing" "b" { name = test_thing.a.id }
locals { x = test_thing.b.label }
"#,
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["dependency-cycle"]);
    for part in ["test_thing.a", "test_thing.b", "local.x"] {
        assert!(p.text.contains(part), "{}", p.text);
    }
    assert!(p.plan.changes.is_empty());
}

#[test]
fn a_block_that_names_itself_is_said() {
    let mut b = Bench::new("resource \"test_thing\" \"a\" { name = test_thing.a.id }");
    assert_eq!(b.plan().codes(), ["self-reference"]);
}

#[test]
fn a_thousand_of_a_thousand_is_linear() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  count = 1000
  name  = "a"
}
resource "test_thing" "b" {
  count = 1000
  name  = "b"
  near  = test_thing.a[*].id
}
"#,
    );
    let p = b.plan().ok();
    let edges: usize = p
        .plan
        .steps
        .steps
        .iter()
        .map(|s| s.after.len() + s.after_joins.len())
        .sum();
    assert!(edges <= 2000, "{edges}");
    assert_eq!(p.plan.steps.groups.len(), 2);
    assert_eq!(p.plan.calls[0].calls, 20);
    assert_eq!(p.plan.calls[0].objects, 2000);
}

#[test]
fn depends_on_orders_without_values() {
    let mut b = Bench::new(
        r#"
module "net" { source = "./net" }
resource "test_thing" "x" {
  name       = "x"
  depends_on = [module.net]
}
"#,
    )
    .file(
        "net/main.tf",
        r#"
resource "test_thing" "n" { name = "n" }
resource "test_thing" "m" { name = test_thing.n.id }
"#,
    );
    assert_eq!(
        b.up(),
        [
            "create module.net.test_thing.n",
            "create module.net.test_thing.m",
            "create test_thing.x"
        ]
    );
    b.edit("");
    assert_eq!(
        b.up(),
        [
            "delete test_thing.x",
            "delete module.net.test_thing.m",
            "delete module.net.test_thing.n",
        ]
    );
}

#[test]
fn a_dropped_dependency_is_deleted_after_the_update() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = "a" }
resource "test_thing" "b" {
  name = "b"
  near = [test_thing.a.id]
}
"#,
    );
    b.up();
    b.edit("resource \"test_thing\" \"b\" { name = \"b\" }");
    assert_eq!(b.up(), ["update test_thing.b", "delete test_thing.a"]);
}
