//! `moved`, `removed`, `import`, targets.

use cairn_model::{Dependency, PlanMode};
use cairn_plan::{Undecided, blocked};
use cairn_value::Value;

use crate::bench::Bench;

#[test]
fn moved_keeps_the_object() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.edit(
        r#"
resource "test_thing" "b" { name = "a" }
moved {
  from = test_thing.a
  to   = test_thing.b
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["test_thing.b (was test_thing.a)"]);
    assert!(p.plan.steps.steps.is_empty());
    let (_, m) = b.apply(&p.plan);
    assert!(m.is_empty(), "{m:?}");
    assert_eq!(b.addresses(), ["test_thing.b"]);
    b.settled();
}

#[test]
fn what_moved_but_is_still_declared_is_refused() {
    let moved = |blocks: &str, from: &str, to: &str| {
        let mut b = Bench::new("");
        b = b.file("m/main.tf", r#"resource "test_thing" "a" { name = "a" }"#);
        b.edit(&format!(
            "{blocks}\nmoved {{\n  from = {from}\n  to   = {to}\n}}\n"
        ));
        b.plan().codes()
    };
    let a = r#"resource "test_thing" "a" { name = "a" }"#;
    let counted = "resource \"test_thing\" \"a\" {\n  count = 1\n  name = \"a\"\n}";
    let b = r#"resource "test_thing" "b" { name = "b" }"#;
    let each = "resource \"test_thing\" \"a\" {\n  for_each = toset([\"k\"])\n  name = \"a\"\n}";
    let ps = "module \"p\" {\n  source = \"./m\"\n  count = 1\n}";
    let p = r#"module "p" { source = "./m" }"#;
    let q = r#"module "q" { source = "./m" }"#;
    for (blocks, from, to) in [
        (format!("{a}\n{b}"), "test_thing.a", "test_thing.b"),
        (format!("{counted}\n{b}"), "test_thing.a", "test_thing.b"),
        (format!("{p}\n{q}"), "module.p", "module.q"),
        (a.to_owned(), "test_thing.a", "test_thing.a[0]"),
        (format!("{p}\n{b}"), "module.p.test_thing.a", "test_thing.b"),
        (format!("{counted}\n{b}"), "test_thing.a[0]", "test_thing.b"),
        (
            format!("{each}\n{b}"),
            "test_thing.a[\"k\"]",
            "test_thing.b",
        ),
        (format!("{ps}\n{q}"), "module.p[0]", "module.q"),
        (
            format!("{ps}\n{b}"),
            "module.p[0].test_thing.a",
            "test_thing.b",
        ),
    ] {
        let codes = moved(&blocks, from, to);
        assert_eq!(codes, ["moved-still-there"], "{from} to {to}");
    }
    for (blocks, from, to) in [
        (
            format!("{each}\n{b}"),
            "test_thing.a[\"l\"]",
            "test_thing.b",
        ),
        (format!("{ps}\n{q}"), "module.p[1]", "module.q"),
        (
            format!("{ps}\n{b}"),
            "module.p[1].test_thing.a",
            "test_thing.b",
        ),
        (b.to_owned(), "test_thing.a", "test_thing.b"),
        (counted.to_owned(), "test_thing.a", "test_thing.a[0]"),
        (format!("{counted}\n{b}"), "test_thing.a[1]", "test_thing.b"),
        (q.to_owned(), "module.p", "module.q"),
    ] {
        let codes = moved(&blocks, from, to);
        assert!(codes.is_empty(), "{from} to {to}: {codes:?}");
    }
}

#[test]
fn chains_and_modules_and_keys_move() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = "a" }
resource "test_thing" "x" {
  name = "x"
  near = [test_thing.a.id]
}
"#,
    );
    b.up();
    b = b.file(
        "m/main.tf",
        r#"
resource "test_thing" "c" {
  for_each = toset(["k"])
  name     = "a"
}
output "id" { value = test_thing.c["k"].id }
"#,
    );
    b.edit(
        r#"
module "m" { source = "./m" }
resource "test_thing" "x" {
  name = "x"
  near = [module.m.id]
}
moved {
  from = test_thing.b
  to   = module.m.test_thing.c["k"]
}
moved {
  from = test_thing.a
  to   = test_thing.b
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        ["module.m.test_thing.c[\"k\"] (was test_thing.a)"]
    );
    let (_, m) = b.apply(&p.plan);
    assert!(m.is_empty(), "{m:?}");
    b.settled();
    // The dependency followed the move.
    b.edit("");
    let p = b.plan().ok();
    let (log, _) = b.apply(&p.plan);
    assert_eq!(
        log,
        ["delete test_thing.x", "delete module.m.test_thing.c[\"k\"]"]
    );
}

#[test]
fn count_comes_and_goes_without_a_moved_block() {
    let one = r#"resource "test_thing" "a" { name = "a" }"#;
    let many = "resource \"test_thing\" \"a\" {\n  count = 1\n  name = \"a\"\n}";
    let mut b = Bench::new(one);
    b.up();
    b.edit(many);
    assert_eq!(
        b.plan().ok().lines(),
        ["test_thing.a[0] (was test_thing.a)"]
    );
    b.up();
    b.edit(one);
    assert_eq!(
        b.plan().ok().lines(),
        ["test_thing.a (was test_thing.a[0])"]
    );
    b.up();
    assert_eq!(b.cloud.len(), 1);
}

#[test]
fn a_repeated_module_call_takes_nothing_over_without_a_moved_block() {
    let child = r#"resource "test_thing" "m" { name = "m" }"#;
    let mut b = Bench::new("module \"m\" { source = \"./m\" }").file("m/main.tf", child);
    b.up();
    let many = "module \"m\" {\n  source = \"./m\"\n  count = 1\n}";
    b.edit(many);
    assert_eq!(
        b.plan().ok().lines(),
        [
            "- module.m.test_thing.m delete_because_no_module",
            "+ module.m[0].test_thing.m"
        ]
    );
    b.edit(&format!(
        "{many}\nmoved {{\n  from = module.m\n  to = module.m[0]\n}}"
    ));
    assert_eq!(
        b.plan().ok().lines(),
        ["module.m[0].test_thing.m (was module.m.test_thing.m)"]
    );
}

#[test]
fn moves_that_contradict_each_other_are_refused() {
    let moved = |pairs: &[(&str, &str)]| {
        let mut main = r#"resource "test_thing" "b" { name = "b" }"#.to_owned();
        for (from, to) in pairs {
            main.push_str(&format!("\nmoved {{\n  from = {from}\n  to = {to}\n}}"));
        }
        Bench::new(&main).plan()
    };
    for pairs in [
        [
            ("test_thing.q", "test_thing.b"),
            ("test_thing.q", "test_thing.r"),
        ],
        [
            ("test_thing.q", "test_thing.b"),
            ("test_thing.r", "test_thing.b"),
        ],
        [("module.q", "module.b"), ("module.q", "module.r")],
    ] {
        let p = moved(&pairs);
        assert_eq!(p.codes(), ["ambiguous-moves"], "{}", p.text);
        assert!(p.text.contains("main.tf:6:"), "{}", p.text);
    }
    for pairs in [
        [
            ("test_thing.q", "test_thing.r"),
            ("test_thing.r", "test_thing.b"),
        ],
        [
            ("test_thing.q[0]", "test_thing.b"),
            ("test_thing.q[1]", "test_thing.r"),
        ],
    ] {
        moved(&pairs).ok();
    }
}

#[test]
fn an_import_into_a_repeated_resource_names_an_instance() {
    let block = "import {\n  to = test_thing.a\n  id = \"x\"\n}";
    for repeated in ["count = 1", "for_each = toset([\"a\"])"] {
        let resource =
            format!("resource \"test_thing\" \"a\" {{\n  {repeated}\n  name = \"a\"\n}}");
        let p = Bench::new(&format!("{block}\n{resource}")).plan();
        assert_eq!(p.codes(), ["import-without-key"], "{}", p.text);
        assert!(p.text.contains("main.tf:2:"), "{}", p.text);
    }
}

#[test]
fn what_the_provider_alone_decides_needs_not_be_ignored() {
    let main = |paths: &str| {
        format!(
            "resource \"test_thing\" \"a\" {{\n  name = \"a\"\n  lifecycle {{\n    ignore_changes = [{paths}]\n  }}\n}}"
        )
    };
    let p = Bench::new(&main("id, size")).plan().ok();
    assert_eq!(p.codes(), ["ignore-changes-redundant"]);
    let p = Bench::new(&main("label, size")).plan().ok();
    assert!(p.codes().is_empty());
}

#[test]
fn what_an_output_depends_on_is_declared() {
    let p = Bench::new("output \"o\" {\n  value = 1\n  depends_on = [test_thing.nope]\n}").plan();
    assert_eq!(p.codes(), ["undeclared-resource"], "{}", p.text);
    assert!(p.text.contains("main.tf:3:"), "{}", p.text);
}

#[test]
fn a_module_is_renamed() {
    let text = |name: &str, more: &str| format!("module \"{name}\" {{ source = \"./m\" }}\n{more}");
    let mut b =
        Bench::new(&text("a", "")).file("m/main.tf", r#"resource "test_thing" "t" { name = "t" }"#);
    b.up();
    b.edit(&text("b", "moved {\n  from = module.a\n  to = module.b\n}"));
    assert_eq!(
        b.plan().ok().lines(),
        ["module.b.test_thing.t (was module.a.test_thing.t)"]
    );
    b.up();
}

#[test]
fn a_move_onto_something_is_said_and_not_made() {
    let mut b = Bench::new(
        "resource \"test_thing\" \"a\" { name = \"a\" }\nresource \"test_thing\" \"b\" { name = \"b\" }",
    );
    b.up();
    b.edit(
        r#"
resource "test_thing" "b" { name = "b" }
moved {
  from = test_thing.a
  to   = test_thing.b
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.codes(), ["move-target-occupied"]);
    assert_eq!(
        p.lines(),
        ["- test_thing.a delete_because_no_resource_config"]
    );
}

#[test]
fn removed_forgets_or_deletes() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.edit("removed {\n  from = test_thing.a\n  lifecycle { destroy = false }\n}");
    assert_eq!(
        b.plan().ok().lines(),
        [". test_thing.a delete_because_no_resource_config"]
    );
    b.up();
    assert_eq!(b.cloud.len(), 1);
    assert!(b.state.instances.is_empty());
}

#[test]
fn what_is_forgotten_is_not_looked_at() {
    let child = r#"resource "test_thing" "m" { name = "m" }"#;
    let things = "resource \"test_thing\" \"a\" {\n  count = 2\n  name = \"a\"\n}\nresource \"test_thing\" \"b\" { name = \"b\" }";
    let mut b = Bench::new(&format!("{things}\nmodule \"m\" {{ source = \"./m\" }}"))
        .file("m/main.tf", child);
    b.up();
    // What became of the objects does not matter: they are forgotten, gone or not.
    b.cloud.clear();
    b.edit(
        r"
removed {
  from = test_thing.a
  lifecycle { destroy = false }
}
removed {
  from = module.m
  lifecycle { destroy = false }
}
",
    );
    let p = b.plan().ok();
    assert_eq!(b.rounds, [1], "only test_thing.b is read");
    assert_eq!(
        p.lines(),
        [
            ". test_thing.a[0] delete_because_no_resource_config",
            ". test_thing.a[1] delete_because_no_resource_config",
            ". module.m.test_thing.m delete_because_no_resource_config",
        ]
    );
    b.options.mode = PlanMode::RefreshOnly;
    b.plan().ok();
    assert_eq!(b.rounds, [4], "nothing is forgotten here");
}

#[test]
fn of_two_imports_into_one_instance_the_later_counts() {
    let mut b = Bench::new(
        "resource \"test_thing\" \"a\" {\n  for_each = toset([\"x\", \"y\"])\n  name = each.key\n}",
    );
    b.up();
    b.state.instances.clear();
    b.edit(
        r#"
resource "test_thing" "a" {
  for_each = toset(["x", "y"])
  name     = "n"
}
import {
  for_each = { x = "id-1", y = "id-2" }
  to       = test_thing.a[each.key]
  id       = each.value
}
import {
  to = test_thing.a["x"]
  id = "id-2"
}
"#,
    );
    let p = b.plan().ok();
    for instance in ["x", "y"] {
        let change = p.change(&format!("test_thing.a[\"{instance}\"]"));
        assert_eq!(change.importing.as_deref(), Some("id-2"));
    }
}

#[test]
fn an_import_takes_an_object_over() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.state.instances.clear();
    b.edit(
        r#"
resource "test_thing" "a" {
  name = "a"
  size = 7
}
import {
  to = test_thing.a
  id = "id-1"
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["~ test_thing.a"]);
    assert_eq!(p.change("test_thing.a").importing.as_deref(), Some("id-1"));
    b.up();
    assert_eq!(b.recorded("test_thing.a", "size"), Value::int(7));
    b.state.instances.clear();
    b.edit("resource \"test_thing\" \"a\" { name = \"a\" }\nimport {\n  to = test_thing.a\n  id = \"nope\"\n}");
    assert_eq!(b.plan().codes(), ["not-there"]);
}

#[test]
fn imports_are_repeated() {
    let mut b = Bench::new(
        "resource \"test_thing\" \"a\" {\n  for_each = toset([\"x\", \"y\"])\n  name = each.key\n}",
    );
    b.up();
    b.state.instances.clear();
    b.edit(
        r#"
locals { ids = { x = "id-1", y = "id-2" } }
resource "test_thing" "a" {
  for_each = local.ids
  name     = each.key
}
import {
  for_each = local.ids
  to       = test_thing.a[each.key]
  id       = each.value
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), Vec::<String>::new());
    assert_eq!(
        p.change("test_thing.a[\"y\"]").importing.as_deref(),
        Some("id-2")
    );
    b.up();
    b.edit("import {\n  to = test_thing.nowhere\n  id = \"x\"\n}");
    let p = b.plan();
    assert_eq!(p.codes(), ["import-target-missing"]);
}

const THREE: &str = r#"
resource "test_thing" "a" { name = "a" }
resource "test_thing" "b" {
  count = 2
  name  = "b"
  near  = [test_thing.a.id]
}
resource "test_thing" "c" {
  name = "c"
  near = test_thing.b[*].id
}
output "c" { value = test_thing.c.id }
output "a" { value = test_thing.a.id }
"#;

#[test]
fn a_target_takes_what_it_depends_on() {
    let mut b = Bench::new(THREE);
    b.options.targets = vec!["test_thing.b[1]".parse().unwrap()];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.a", "+ test_thing.b[1]"]);
    assert_eq!(p.codes(), ["targeting-in-effect"]);
    assert_eq!(
        p.plan.outputs.iter().map(|o| &*o.name).collect::<Vec<_>>(),
        ["a"]
    );
    assert!(b.apply(&p.plan).1.is_empty());
    b.options.targets.clear();
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.b[0]", "+ test_thing.c"]);
}

#[test]
fn an_exclude_leaves_out_what_depends_on_it() {
    let mut b = Bench::new(THREE);
    b.options.excludes = vec!["test_thing.b".parse().unwrap()];
    assert_eq!(b.plan().ok().lines(), ["+ test_thing.a"]);
}

#[test]
fn destroying_keeps_what_an_excluded_object_depends_on() {
    let mut b = Bench::new(THREE);
    b.up();
    b.options.mode = PlanMode::Destroy;
    b.options.excludes = vec!["test_thing.b[1]".parse().unwrap()];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["- test_thing.b[0]", "- test_thing.c"]);
    assert!(p.plan.outputs.is_empty());
    b.options.excludes = vec!["test_thing.c".parse().unwrap()];
    assert_eq!(b.plan().ok().lines(), [""; 0]);
}

/// An object of a call whose outcome is not known.
fn undecided(addr: &str, dependencies: &[&str]) -> Undecided {
    let instance = |d: &&str| Dependency::Instance(d.parse().unwrap());
    Undecided {
        addr: addr.parse().unwrap(),
        dependencies: dependencies.iter().map(instance).collect(),
    }
}

#[test]
fn an_undecided_call_blocks_what_depends_on_its_objects_and_nothing_else() {
    let mut b = Bench::new(THREE);
    b.options.undecided = vec![undecided("test_thing.b[1]", &["test_thing.a"])];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.a", "+ test_thing.b[0]"]);
    b.options.undecided.clear();
    b.up();
    // What it depends on stays, though nothing is recorded of the object itself.
    b.options.mode = PlanMode::Destroy;
    b.options.undecided = vec![undecided("test_thing.new", &["test_thing.b[1]"])];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["- test_thing.b[0]", "- test_thing.c"]);
    // A plan that was made before is not applied where it would touch them.
    b.options.mode = PlanMode::Normal;
    b.options.undecided.clear();
    b.edit(
        &THREE
            .replace("name = \"a\"", "name = \"aa\"")
            .replace("name  = \"b\"", "name  = \"bb\""),
    );
    let p = b.plan().ok();
    let hit = |of: &str| -> Vec<String> {
        let all = blocked(&p.plan, &[undecided(of, &[])]);
        all.iter().map(ToString::to_string).collect()
    };
    assert_eq!(hit("test_thing.c"), [""; 0]);
    assert_eq!(hit("test_thing.b[0]"), ["test_thing.b[0]"]);
    assert_eq!(
        hit("test_thing.a"),
        ["test_thing.a", "test_thing.b[0]", "test_thing.b[1]"]
    );
    // Its record cannot go elsewhere meanwhile.
    let renamed = THREE
        .replace("test_thing.a", "test_thing.d")
        .replace("\"a\" {", "\"d\" {");
    b.edit(&format!(
        "{renamed}\nmoved {{\n  from = test_thing.a\n  to   = test_thing.d\n}}\n"
    ));
    b.options.undecided = vec![undecided("test_thing.a", &[])];
    assert!(b.plan().codes().contains(&"moved-undecided"));
}

#[test]
fn untargeted_changes_wait() {
    let mut b = Bench::new(THREE);
    b.up();
    b.edit(
        &THREE
            .replace("\"c\"\n", "\"cc\"\n")
            .replace("\"a\" }", "\"aa\" }"),
    );
    b.options.targets = vec!["test_thing.a".parse().unwrap()];
    assert_eq!(b.plan().ok().lines(), ["~ test_thing.a"]);
    assert_eq!(b.rounds, [1]);
}
