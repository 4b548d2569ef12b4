//! Creation, update, replacement, deletion of single objects, and what `lifecycle` says.

use cairn_model::{Action, Impact, ObjectStatus, PlanMode};
use cairn_value::Value;

use crate::bench::Bench;

#[test]
fn an_object_is_made_and_then_there_is_nothing_to_do() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  name = "a"
  disk { size = 1 }
}
output "id" { value = test_thing.a.id }
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.a"]);
    let c = p.change("test_thing.a");
    assert!(c.after.get_attr("id").unwrap().is_unknown());
    assert!(c.after.get_attr("label").unwrap().is_unknown());
    assert!(c.after.get_attr("size").unwrap().is_null());
    assert_eq!(p.plan.outputs[0].action, Action::Create);
    assert!(p.plan.outputs[0].after.as_ref().unwrap().is_unknown());
    assert_eq!(p.plan.calls[0].operation, "CreateThings");
    assert_eq!(b.up(), ["create test_thing.a"]);
    assert_eq!(b.recorded("test_thing.a", "id"), Value::string("id-1"));
    assert_eq!(b.state.outputs["id"].value.value(), &Value::string("id-1"));
}

#[test]
fn an_update_keeps_the_object() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.edit(
        r#"resource "test_thing" "a" {
  name = "b"
  size = 3
}"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["~ test_thing.a"]);
    let c = p.change("test_thing.a");
    assert_eq!(c.after.get_attr("id"), Some(&Value::string("id-1")));
    assert_eq!(c.notes[0].impact, Impact::Reboot);
    assert_eq!(b.up(), ["update test_thing.a"]);
    assert_eq!(b.recorded("test_thing.a", "name"), Value::string("b"));
}

const CHAIN: &str = r#"
resource "test_thing" "a" {
  name = "a"
  zone = "ZONE"
  lifecycle { create_before_destroy = CBD }
}
resource "test_thing" "b" {
  name = "b"
  near = [test_thing.a.id]
}
resource "test_thing" "c" {
  name = "c"
  zone = test_thing.b.id
}
"#;

fn chain(zone: &str, cbd: bool) -> String {
    CHAIN.replace("ZONE", zone).replace("CBD", &cbd.to_string())
}

#[test]
fn a_replacement_deletes_first() {
    let mut b = Bench::new(&chain("x", false));
    b.up();
    b.edit(&chain("y", false));
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "-/+ test_thing.a replace_because_cannot_update",
            "~ test_thing.b"
        ]
    );
    assert_eq!(
        p.change("test_thing.a").replace_paths[0].to_string(),
        "zone"
    );
    assert_eq!(
        b.up(),
        [
            "delete test_thing.a",
            "create test_thing.a",
            "update test_thing.b"
        ]
    );
}

#[test]
fn a_replacement_creates_first_if_told() {
    let mut b = Bench::new(&chain("x", true));
    b.up();
    b.edit(&chain("y", true));
    let p = b.plan().ok();
    assert_eq!(
        p.lines()[0],
        "+/- test_thing.a replace_because_cannot_update"
    );
    assert_eq!(
        b.up(),
        [
            "create test_thing.a",
            "update test_thing.b",
            "delete test_thing.a"
        ]
    );
    assert!(b.state.instances.values().all(|i| i.deposed.is_empty()));
    assert_eq!(b.cloud.len(), 3);
}

#[test]
fn create_before_destroy_spreads_to_what_it_depends_on() {
    let text = |zone: &str| {
        format!(
            r#"
resource "test_thing" "a" {{
  name = "a"
  zone = "{zone}"
}}
resource "test_thing" "b" {{
  name = "b"
  zone = test_thing.a.id
  lifecycle {{ create_before_destroy = true }}
}}
"#
        )
    };
    let mut b = Bench::new(&text("x"));
    b.up();
    b.edit(&text("y"));
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "+/- test_thing.a replace_because_cannot_update",
            "+/- test_thing.b replace_because_cannot_update"
        ]
    );
    let log = b.up();
    let place = |s: &str| log.iter().position(|l| l.contains(s)).unwrap();
    assert!(place("delete test_thing.b") < place("delete test_thing.a"));
    assert!(place("create test_thing.b") < place("delete test_thing.b"));
}

#[test]
fn what_the_configuration_drops_is_deleted_after_what_used_it() {
    let mut b = Bench::new(&chain("x", false));
    b.up();
    b.edit("");
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "- test_thing.a delete_because_no_resource_config",
            "- test_thing.b delete_because_no_resource_config",
            "- test_thing.c delete_because_no_resource_config",
        ]
    );
    assert_eq!(
        b.up(),
        [
            "delete test_thing.c",
            "delete test_thing.b",
            "delete test_thing.a"
        ]
    );
    assert!(b.cloud.is_empty());
}

#[test]
fn destroy_deletes_everything_in_reverse() {
    let mut b = Bench::new(&format!(
        "{}\noutput \"x\" {{ value = test_thing.a.id }}",
        chain("x", false)
    ));
    b.up();
    b.options.mode = PlanMode::Destroy;
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        ["- test_thing.a", "- test_thing.b", "- test_thing.c"]
    );
    assert_eq!(p.plan.outputs[0].action, Action::Delete);
    assert_eq!(
        b.up(),
        [
            "delete test_thing.c",
            "delete test_thing.b",
            "delete test_thing.a"
        ]
    );
    assert!(b.state.instances.is_empty() && b.state.outputs.is_empty());
}

#[test]
fn destroy_of_a_target_takes_what_depends_on_it() {
    let mut b = Bench::new(&chain("x", false));
    b.up();
    b.options.mode = PlanMode::Destroy;
    b.options.targets = vec!["test_thing.b".parse().unwrap()];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["- test_thing.b", "- test_thing.c"]);
}

#[test]
fn a_tainted_object_is_replaced() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    let addr = Bench::addr("test_thing.a");
    let entry = b.state.instances.get_mut(&addr).unwrap();
    let mut o = (**entry.current.as_ref().unwrap()).clone();
    o.status = ObjectStatus::Tainted;
    entry.current = Some(o.into());
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["-/+ test_thing.a replace_because_tainted"]);
    b.up();
}

#[test]
fn replace_by_request() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.options.replace = vec![Bench::addr("test_thing.a")];
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["-/+ test_thing.a replace_by_request"]);
    assert!(
        p.change("test_thing.a")
            .after
            .get_attr("id")
            .unwrap()
            .is_unknown()
    );
    b.up();
}

#[test]
fn replace_triggered_by_a_change() {
    let text = |size: u32, reference: &str| {
        format!(
            r#"
resource "test_thing" "a" {{
  name = "a"
  size = {size}
}}
resource "test_thing" "b" {{
  name = "b"
  lifecycle {{ replace_triggered_by = [{reference}] }}
}}
"#
        )
    };
    let mut b = Bench::new(&text(1, "test_thing.a"));
    b.up();
    b.edit(&text(2, "test_thing.a"));
    assert_eq!(
        b.plan().ok().lines(),
        ["~ test_thing.a", "-/+ test_thing.b replace_by_triggers"]
    );
    b.edit(&text(2, "test_thing.a.size"));
    assert_eq!(b.plan().ok().lines().len(), 2);
    b.edit(&text(2, "test_thing.a.tags"));
    assert_eq!(b.plan().ok().lines(), ["~ test_thing.a"]);
}

#[test]
fn ignored_changes_are_passed_over() {
    let text = |name: &str, tag: &str, size: u32| {
        format!(
            r#"
resource "test_thing" "a" {{
  name = "{name}"
  size = {size}
  tags = {{ a = "{tag}", b = "{tag}" }}
  lifecycle {{ ignore_changes = [name, tags["a"]] }}
}}
"#
        )
    };
    let mut b = Bench::new(&text("one", "x", 1));
    b.up();
    b.edit(&text("two", "x", 1));
    assert_eq!(b.plan().ok().lines(), Vec::<String>::new());
    b.edit(&text("two", "y", 2));
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["~ test_thing.a"]);
    let after = &p.change("test_thing.a").after;
    assert_eq!(after.get_attr("name"), Some(&Value::string("one")));
    let tags = after.get_attr("tags").unwrap();
    assert_eq!(tags.get_attr("a"), Some(&Value::string("x")));
    assert_eq!(tags.get_attr("b"), Some(&Value::string("y")));
    b.up();
    b.edit(
        r#"
resource "test_thing" "a" {
  name = "three"
  lifecycle { ignore_changes = all }
}
"#,
    );
    assert_eq!(b.plan().ok().lines(), Vec::<String>::new());
}

#[test]
fn prevent_destroy_is_an_error() {
    let text = |zone: &str| {
        format!(
            r#"
resource "test_thing" "a" {{
  name = "a"
  zone = "{zone}"
  lifecycle {{ prevent_destroy = true }}
}}
"#
        )
    };
    let mut b = Bench::new(&text("x"));
    b.up();
    b.edit(&text("y"));
    let p = b.plan();
    assert_eq!(p.codes(), ["prevent-destroy"]);
    assert!(p.text.contains("zone"), "{}", p.text);
    b.edit(&text("x"));
    b.options.mode = PlanMode::Destroy;
    assert_eq!(b.plan().codes(), ["prevent-destroy"]);
}

#[test]
fn what_was_set_aside_and_is_still_there_is_deleted() {
    let mut b = Bench::new(&chain("x", true));
    b.up();
    b.edit(&chain("y", true));
    let p = b.plan().ok();
    b.failing.insert("test_thing.b".to_owned());
    let (log, _) = b.apply(&p.plan);
    // b could not turn to the new a, so the old one is still there.
    assert!(
        log.iter()
            .any(|l| l.starts_with("FAIL update test_thing.b")),
        "{log:?}"
    );
    b.failing.clear();
    let p = b.plan().ok();
    assert_eq!(p.lines().len(), 2, "{:?}", p.lines());
    assert!(p.lines()[0].starts_with("- test_thing.a (deposed "));
    assert_eq!(p.lines()[1], "~ test_thing.b");
    b.up();
    assert_eq!(b.cloud.len(), 3);
}

#[test]
fn a_provider_may_not_plan_what_was_not_configured() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "liar" }"#);
    let p = b.plan();
    assert_eq!(p.codes(), ["provider-invalid-plan"]);
    assert!(p.text.contains("size"), "{}", p.text);
}

#[test]
fn a_provider_s_message_is_at_its_place() {
    let mut b = Bench::new("resource \"test_thing\" \"a\" {\n  name = \"a\"\n  size = -1\n}\n");
    let p = b.plan();
    assert_eq!(p.codes(), ["bad-size"]);
    assert!(
        p.text.contains("main.tf:3") || p.text.contains("line 3"),
        "{}",
        p.text
    );
}

#[test]
fn prevent_destroy_may_be_said_by_a_variable() {
    let text = r#"
variable "keep" { type = bool }
locals { kept = var.keep }
resource "test_thing" "a" {
  count = var.keep ? 1 : 0
  name  = "a"
  lifecycle { prevent_destroy = local.kept || true }
}
resource "test_thing" "b" {
  name = "b"
  zone = var.keep ? "x" : "y"
  lifecycle { prevent_destroy = var.keep }
}
"#;
    let mut b = Bench::new(text);
    b.var("keep", "true").up();
    b.var("keep", "false");
    // The second may go now, the first may not.
    assert_eq!(b.plan().codes(), ["prevent-destroy"]);
    b.options.mode = PlanMode::Destroy;
    assert_eq!(b.plan().codes(), ["prevent-destroy"]);
}

#[test]
fn two_mistakes_with_prevent_destroy() {
    let with = |said: &str| {
        format!(
            r#"
resource "test_thing" "a" {{ name = "a" }}
resource "test_thing" "b" {{
  name = "b"
  lifecycle {{
    prevent_destroy = {said}
  }}
}}
"#
        )
    };
    let mut b = Bench::new(&with("test_thing.a.label == \"x\""));
    let p = b.plan();
    assert_eq!(p.codes(), ["prevent-destroy-unknown"]);
    assert!(p.text.contains("main.tf:6:"), "{}", p.text);
    b.edit(&with("[1]"));
    let p = b.plan();
    assert_eq!(p.codes(), ["invalid-switch"], "{}", p.text);
    assert!(p.text.contains("main.tf:6:"), "{}", p.text);
}

#[test]
fn enabled_makes_one_instance_or_none() {
    let text = |lifecycle: &str| {
        format!(
            r#"
variable "on" {{
  type    = bool
  default = true
}}
resource "test_thing" "a" {{
  name = "a"
  {lifecycle}
}}
output "id" {{ value = try(test_thing.a.id, "none") }}
output "there" {{ value = can(test_thing.a.id) }}
module "m" {{
  source = "./m"
  lifecycle {{ enabled = var.on }}
}}
output "in" {{ value = module.m == null ? null : module.m.id }}
"#
        )
    };
    let mut b = Bench::new(&text("lifecycle { enabled = var.on }")).file(
        "m/main.tf",
        r#"
resource "test_thing" "in" { name = "in" }
output "id" { value = test_thing.in.id }
"#,
    );
    assert_eq!(
        b.plan().ok().lines(),
        ["+ test_thing.a", "+ module.m.test_thing.in"]
    );
    b.up();
    assert_eq!(b.state.outputs["there"].value.value(), &Value::Bool(true));
    b.var("on", "false");
    assert_eq!(
        b.plan().ok().lines(),
        [
            "- test_thing.a delete_because_enabled_false",
            "- module.m.test_thing.in delete_because_no_module"
        ]
    );
    b.up();
    assert!(b.addresses().is_empty());
    assert_eq!(b.state.outputs["id"].value.value().as_str(), Some("none"));
    assert_eq!(b.state.outputs["there"].value.value(), &Value::Bool(false));
}

#[test]
fn enabled_and_count_take_over_from_each_other() {
    let text =
        |how: &str| format!("resource \"test_thing\" \"a\" {{\n  name = \"a\"\n  {how}\n}}\n");
    let mut b = Bench::new(&text("count = 1"));
    b.up();
    b.edit(&text("lifecycle { enabled = true }"));
    assert_eq!(
        b.plan().ok().lines(),
        ["test_thing.a (was test_thing.a[0])"]
    );
    b.up();
    b.edit(&text("count = 1"));
    assert_eq!(
        b.plan().ok().lines(),
        ["test_thing.a[0] (was test_thing.a)"]
    );
}

#[test]
fn two_mistakes_with_enabled() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  name = "a"
  lifecycle { enabled = false }
}
resource "test_thing" "b" { name = test_thing.a.id }
"#,
    );
    let p = b.plan();
    assert!(p.diagnostics.has_errors());
    assert!(
        p.text.contains("main.tf:6:") && p.text.contains("null"),
        "{}",
        p.text
    );
    b.edit(
        r#"
resource "test_thing" "a" { name = "a" }
resource "test_thing" "b" {
  name = "b"
  lifecycle { enabled = test_thing.a.label == "x" }
}
"#,
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["unknown-instances"]);
    assert!(p.text.contains("-target=test_thing.a"), "{}", p.text);
}

const KEPT: &str = r#"
resource "test_thing" "a" {
  name = "a"
  zone = "z"
  lifecycle { destroy = false }
}
"#;

#[test]
fn what_is_not_to_be_destroyed_is_forgotten() {
    let mut b = Bench::new(KEPT);
    b.up();
    b.settled();
    // The block is gone, what it said is not.
    b.edit("");
    let p = b.plan().ok();
    assert_eq!(p.change("test_thing.a").action.json(), ["forget"]);
    let (log, m) = b.apply(&p.plan);
    assert_eq!(log, ["forget test_thing.a"]);
    assert!(m.is_empty(), "{m:?}");
    assert!(b.addresses().is_empty());
    assert_eq!(b.cloud.len(), 1, "the object is still there");

    let mut b = Bench::new(KEPT);
    b.up();
    b.options.mode = cairn_model::PlanMode::Destroy;
    let p = b.plan().ok();
    assert_eq!(p.change("test_thing.a").action.json(), ["forget"]);
}

#[test]
fn a_replacement_leaves_what_is_not_to_be_destroyed() {
    let mut b = Bench::new(KEPT);
    b.up();
    let old = b.recorded("test_thing.a", "id");
    b.edit(&KEPT.replace("\"z\"", "\"y\""));
    let p = b.plan().ok();
    let change = p.change("test_thing.a");
    assert_eq!(change.action.json(), ["create", "forget"]);
    // A failed creation leaves the old object recorded.
    b.failing.insert("test_thing.a".to_owned());
    drop(b.apply(&p.plan));
    assert_eq!(b.recorded("test_thing.a", "id"), old);
    b.failing.clear();
    let p = b.plan().ok();
    let (log, m) = b.apply(&p.plan);
    assert_eq!(log, ["create test_thing.a"]);
    assert!(m.is_empty(), "{m:?}");
    assert_ne!(b.recorded("test_thing.a", "id"), old);
    assert_eq!(b.cloud.len(), 2);
    b.settled();
}

#[test]
fn the_block_and_a_removed_block_count_more_than_what_is_recorded() {
    let mut b = Bench::new(KEPT);
    b.up();
    // Said otherwise now, and nothing else: recorded without a change.
    b.edit(&KEPT.replace("destroy = false", "destroy = true"));
    b.settled();
    let p = b.plan().ok();
    let (_, m) = b.apply(&p.plan);
    assert!(m.is_empty(), "{m:?}");
    b.edit("");
    let p = b.plan().ok();
    assert_eq!(p.change("test_thing.a").action.json(), ["delete"]);

    let mut b = Bench::new(KEPT);
    b.up();
    b.edit("removed {\n  from = test_thing.a\n  lifecycle {\n    destroy = true\n  }\n}\n");
    let p = b.plan().ok();
    assert_eq!(p.change("test_thing.a").action.json(), ["delete"]);
}

#[test]
fn prevent_destroy_lets_go_what_is_only_forgotten() {
    let text = KEPT.replace(
        "{ destroy = false }",
        "{\n    destroy = false\n    prevent_destroy = true\n  }",
    );
    let mut b = Bench::new(&text);
    b.up();
    b.edit(&text.replace("\"z\"", "\"y\""));
    let p = b.plan().ok();
    assert_eq!(p.change("test_thing.a").action.json(), ["create", "forget"]);
}
