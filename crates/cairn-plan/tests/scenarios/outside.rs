//! What comes from outside: refresh, drift, data sources, providers whose configuration is not known.

use cairn_model::{ActionReason, PlanMode};
use cairn_value::Value;

use crate::bench::Bench;

#[test]
fn one_round_reads_everything() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  count = 3
  name  = "a"
}
data "test_lookup" "x" { filter = "x" }
data "test_lookup" "y" { filter = data.test_lookup.x.result }
resource "test_thing" "b" { name = data.test_lookup.y.result }
"#,
    );
    let p = b.plan().ok();
    assert_eq!(b.rounds, [1, 1]);
    assert_eq!(
        p.change("test_thing.b").after.get_attr("name"),
        Some(&Value::string("found-found-x"))
    );
    b.up();
    b.plan().ok();
    assert_eq!(
        b.rounds,
        [5, 1],
        "the refresh travels with the first data source"
    );
}

#[test]
fn drift_is_seen_and_put_right() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.tamper("test_thing.a", "name", Value::string("other"));
    let p = b.plan().ok();
    assert_eq!(p.plan.drift.len(), 1);
    assert_eq!(p.lines(), ["~ test_thing.a"]);
    let before = p.change("test_thing.a").before.clone().unwrap();
    assert_eq!(
        before.remote.value.value().get_attr("name"),
        Some(&Value::string("other"))
    );
    b.up();
    b.cloud.clear();
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.a"]);
    assert!(p.plan.drift[0].after.is_none());
    b.up();
}

#[test]
fn refresh_only_takes_the_world_as_it_is() {
    let mut b = Bench::new(
        "resource \"test_thing\" \"a\" { name = \"a\" }\noutput \"n\" { value = test_thing.a.name }",
    );
    b.up();
    b.tamper("test_thing.a", "name", Value::string("other"));
    b.options.mode = PlanMode::RefreshOnly;
    let p = b.plan().ok();
    assert_eq!(p.lines(), Vec::<String>::new());
    assert!(p.plan.is_applyable());
    assert!(b.apply(&p.plan).1.is_empty());
    assert_eq!(b.recorded("test_thing.a", "name"), Value::string("other"));
    assert_eq!(b.state.outputs["n"].value.value(), &Value::string("other"));
}

#[test]
fn without_refresh_the_record_is_the_truth() {
    let mut b = Bench::new(r#"resource "test_thing" "a" { name = "a" }"#);
    b.up();
    b.tamper("test_thing.a", "name", Value::string("other"));
    b.options.refresh = false;
    assert_eq!(b.plan().ok().lines(), Vec::<String>::new());
    assert!(b.rounds.is_empty());
}

#[test]
fn a_data_source_of_something_new_is_read_while_applying() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = "a" }
data "test_lookup" "d" { filter = test_thing.a.id }
resource "test_thing" "b" { name = data.test_lookup.d.result }
"#,
    );
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        [
            "<= data.test_lookup.d read_because_config_unknown",
            "+ test_thing.a",
            "+ test_thing.b"
        ]
    );
    assert_eq!(
        b.up(),
        [
            "create test_thing.a",
            "read data.test_lookup.d",
            "create test_thing.b"
        ]
    );
    assert_eq!(
        b.recorded("test_thing.b", "name"),
        Value::string("found-id-1")
    );
    // b depends on a through the data source, also when all of it is gone from the configuration.
    b.edit("");
    assert_eq!(b.up(), ["delete test_thing.b", "delete test_thing.a"]);
}

#[test]
fn a_data_source_waits_for_what_it_explicitly_depends_on() {
    let text = |size: u32| {
        format!(
            r#"
resource "test_thing" "a" {{
  name = "a"
  size = {size}
}}
data "test_lookup" "d" {{
  filter     = "x"
  depends_on = [test_thing.a]
}}
data "test_lookup" "e" {{ filter = test_thing.a.id }}
"#
        )
    };
    let mut b = Bench::new(&text(1));
    b.up();
    b.edit(&text(2));
    let p = b.plan().ok();
    assert_eq!(
        p.change("data.test_lookup.d").reason,
        Some(ActionReason::ReadBecauseDependencyPending)
    );
    // A reference alone does not make it wait: the id is known.
    assert!(p.change("data.test_lookup.e").reason.is_none());
    b.up();
}

#[test]
fn a_provider_of_something_new_reads_later() {
    let mut b = Bench::new(
        r#"
provider "test" { region = "r" }
provider "test" {
  alias  = "other"
  region = test_thing.a.id
}
resource "test_thing" "a" { name = "a" }
data "test_lookup" "d" {
  provider = test.other
  filter   = "x"
}
resource "test_thing" "b" {
  provider = test.other
  name     = data.test_lookup.d.result
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(
        p.change("data.test_lookup.d").reason,
        Some(ActionReason::ReadBecauseConfigUnknown)
    );
    b.up();
    // What the provider's configuration needs outlives what the provider owns.
    b.options.mode = PlanMode::Destroy;
    let p = b.plan().ok();
    let (log, _) = b.apply(&p.plan);
    assert_eq!(log, ["delete test_thing.b", "delete test_thing.a"]);
}

#[test]
fn a_bad_provider_configuration_is_said_at_its_place() {
    let mut b = Bench::new(
        "provider \"test\" {\n  region = \"nowhere\"\n}\nresource \"test_thing\" \"a\" { name = \"a\" }",
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["bad-region"]);
    assert!(p.text.contains("region = \"nowhere\""), "{}", p.text);
}

#[test]
fn unknown_types_and_providers_are_said() {
    let mut b = Bench::new("resource \"test_thin\" \"a\" { name = \"a\" }");
    let p = b.plan();
    assert_eq!(p.codes(), ["unknown-resource-type"]);
    assert!(p.text.contains("test_thing"), "{}", p.text);
    let mut b = Bench::new("resource \"moon_rock\" \"a\" { name = \"a\" }");
    assert_eq!(b.plan().codes(), ["provider-not-available"]);
}
