//! What blocks of mocks and overrides say, in both syntaxes.

use cairn_value::name;

use super::*;
use crate::config::TestFile;

fn read(file: &str, text: &str) -> (TestFile, Vec<String>) {
    let mut sources = SourceMap::default();
    let (test, said) = TestFile::parse(&mut sources, file, text);
    let said = said.iter().map(|d| {
        let at = d.subject.and_then(|s| sources.locate(s));
        let at = at.map_or(String::new(), |(_, start, _)| {
            format!("{}:{} ", start.line, start.column)
        });
        format!("{at}{}", d.summary)
    });
    (test, said.collect())
}

fn object(key: &'static str, value: &str) -> Value {
    Value::object([(name(key), Value::string(value))])
}

#[test]
fn what_a_block_says_counts_before_what_is_said_around_it() {
    let (test, said) = read(
        "a.tftest.hcl",
        r#"
mock_provider "p" {
  alias           = "x"
  source          = "./mocks"
  override_during = plan
  mock_resource "p_a" {
    defaults = { id = "a" }
  }
  mock_data "p_a" {
    override_during = apply
  }
  override_resource {
    target = module.m["k"].p_a.b[0]
    values = { id = "b" }
  }
}
override_data {
  target = data.p_a.d
}
run "r" {
  override_module {
    target  = module.m["k"].module.n
    outputs = { o = "c" }
  }
}
"#,
    );
    assert_eq!(said, [""; 0]);
    let mock = &test.mocks[&(name("p"), Some(name("x")))];
    assert_eq!(mock.source.as_ref().map(|s| &*s.value), Some("./mocks"));
    let of = |mode| &mock.mocks.types[&(mode, name("p_a"))];
    let made = of(ResourceMode::Managed);
    assert_eq!(made.values, object("id", "a"));
    assert!(mock.while_planning && made.while_planning);
    assert_eq!(made.place, "a.tftest.hcl:6:3");
    let read = of(ResourceMode::Data);
    assert!(!read.while_planning && read.values == Value::object([]));
    let (_, given) = &mock.mocks.overrides.objects["module.m[\"k\"].p_a.b[0]"];
    assert!(given.while_planning && given.values == object("id", "b"));
    let (_, given) = &test.overrides.objects["data.p_a.d"];
    assert!(!given.while_planning);
    let (module, given) = &test.runs[0].overrides.modules["module.m[\"k\"].module.n"];
    assert_eq!(module.to_string(), "module.m[\"k\"].module.n");
    assert_eq!(given.values, object("o", "c"));
}

#[test]
fn json_says_the_same() {
    let (test, said) = read(
        "a.tftest.json",
        r#"{
  "mock_provider": {"p": {
    "override_during": "plan",
    "mock_resource": {"p_a": {"defaults": {"id": "${a}"}}}
  }},
  "override_resource": {"target": "p_a.b[\"k\"]", "values": {"id": "b"}},
  "run": {"r": {"command": "plan", "override_module": {"target": "module.m", "outputs": {"o": "c"}}}}
}"#,
    );
    assert_eq!(said, [""; 0]);
    let mock = &test.mocks[&(name("p"), None)];
    let made = &mock.mocks.types[&(ResourceMode::Managed, name("p_a"))];
    assert!(made.while_planning && made.values == object("id", "${a}"));
    assert_eq!(
        test.overrides.objects["p_a.b[\"k\"]"].1.values,
        object("id", "b")
    );
    let run = &test.runs[0];
    assert!(run.only_plans);
    assert_eq!(run.overrides.modules["module.m"].1.values, object("o", "c"));
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (text, said) in [
        (
            "mock_provider \"p\" {\n  x = 1\n}\n",
            "2:3 Unsupported argument",
        ),
        ("mock_provider {\n}\n", "1:1 Missing name for mock_provider"),
        (
            "mock_provider \"p\" {\n  override_during = \"plan\"\n}\n",
            "2:21 Invalid override_during value",
        ),
        (
            "mock_provider \"p\" {\n  override_module {\n    target = module.m\n  }\n}\n",
            "2:3 Unsupported block type",
        ),
        ("override_data {\n}\n", "1:1 Missing target attribute"),
        (
            "override_module {\n  target = \"module.m\"\n}\n",
            "2:12 Invalid expression",
        ),
        (
            "override_module {\n  target = module.m\n  values = {}\n}\n",
            "3:3 Unsupported argument",
        ),
        (
            "override_resource {\n  target = a.b\n  values = var.x\n}\n",
            "3:12 Variables not allowed",
        ),
        (
            "run \"r\" {\n  assert {\n    condition     = true\n    error_message = \"m\"\n  }\n}\n",
            "3:21 Invalid assert expression",
        ),
    ] {
        assert_eq!(read("a.tftest.hcl", text).1, [said], "{text}");
    }
}

#[test]
fn files_of_mocks_count_where_the_block_says_nothing() {
    let mut sources = SourceMap::default();
    let mut parse = |text| Mocks::parse(&mut sources, "a.tfmock.hcl", text, false);
    let (mut own, _) = parse("mock_resource \"a\" {\n  defaults = { id = \"own\" }\n}\n");
    let (others, said) = parse(
        "mock_resource \"a\" {\n  defaults = { id = \"file\" }\n}\nmock_data \"a\" {\n  defaults = { id = \"file\" }\n}\n",
    );
    assert!(!said.has_errors());
    own.add_below(others);
    let of = |mode| own.types[&(mode, name("a"))].values.clone();
    assert_eq!(of(ResourceMode::Managed), object("id", "own"));
    assert_eq!(of(ResourceMode::Data), object("id", "file"));
    let (_, said) = parse("run \"a\" {}\n");
    assert!(said.has_errors());
}
