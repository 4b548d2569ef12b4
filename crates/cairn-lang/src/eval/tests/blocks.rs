//! Blocks by their schema: what the configuration wants of an instance, and what is said of mistakes.

use cairn_model::{
    AbsProviderConfig, AttributeSchema, BlockSchema, Dependency, InstanceKey, Module,
    ModuleInstance, NestedBlock, ProviderAddr,
};
use cairn_value::{Marks, Path, PathStep, Type, Value, name};

use super::{Setup, object, resource};
use crate::Evaluator;

fn schema() -> BlockSchema {
    let rule = BlockSchema::new(
        [
            (name("port"), AttributeSchema::required(Type::Number)),
            (
                name("cidr"),
                AttributeSchema::optional(Type::String).sensitive(),
            ),
        ],
        [],
    );
    let disk = BlockSchema::new(
        [(name("size"), AttributeSchema::optional(Type::Number))],
        [],
    );
    BlockSchema::new(
        [
            ("id", AttributeSchema::computed(Type::String)),
            ("image", AttributeSchema::required(Type::String)),
            ("size", AttributeSchema::optional(Type::Number)),
            ("zones", AttributeSchema::optional(Type::set(Type::String))),
            ("tags", AttributeSchema::optional(Type::map(Type::String))),
            (
                "password",
                AttributeSchema::optional(Type::String).sensitive(),
            ),
            (
                "old",
                AttributeSchema::optional(Type::String).deprecated("Use \"image\"."),
            ),
            (
                "gone",
                AttributeSchema::optional(Type::String).removed("Use \"image\"."),
            ),
            (
                "ingress",
                AttributeSchema::optional(Type::list(Type::object([
                    (name("port"), Type::Number),
                    (name("note"), Type::String),
                ]))),
            ),
        ]
        .map(|(n, a)| (name(n), a)),
        [
            (name("rule"), NestedBlock::list(rule, 0, 3)),
            (name("disk"), NestedBlock::set(disk, 0, 0)),
        ],
    )
}

fn desired(setup: &Setup, of: &str, key: InstanceKey) -> (Value, String, Vec<Dependency>) {
    let mut evaluator = setup.evaluator();
    let addr = resource("thing", of).instance(key);
    let result = evaluator.desired(&addr, &schema(), &setup.table);
    let shown = setup.shown(&result.diagnostics);
    (result.value.config, shown, result.dependencies)
}

/// A block of which only the inside is given.
fn inside(body: &str) -> (Value, String) {
    let setup = Setup::new(&format!("resource \"thing\" \"t\" {{\n{body}\n}}"));
    let (value, shown, _) = desired(&setup, "t", InstanceKey::None);
    (value, shown)
}

#[test]
fn values_are_of_the_schemas_type() {
    let (value, shown) = inside(
        r#"
        image = 7
        size  = "12"
        zones = ["b", "a", "b"]
        tags  = { n = 1, b = true }
        rule { port = "80" }
        rule { port = 443 }
        disk { size = 1 }
        disk { size = 1 }
        "#,
    );
    assert_eq!(shown, "");
    assert_eq!(&value.ty(), schema().implied_type());
    let get = |n: &str| value.get_attr(n).unwrap().clone();
    assert_eq!(get("id"), Value::Null(Type::String));
    assert_eq!(get("image"), Value::string("7"));
    assert_eq!(get("size"), Value::int(12));
    assert_eq!(
        get("zones"),
        Value::set(Type::String, ["a", "b"].map(Value::string).to_vec())
    );
    assert_eq!(get("tags").get_attr("b"), Some(&Value::string("true")));
    let Value::List(rules) = get("rule") else {
        panic!("a list")
    };
    assert_eq!(rules.items[1].get_attr("port"), Some(&Value::int(443)));
    let Value::Set(disks) = get("disk") else {
        panic!("a set")
    };
    assert_eq!(disks.items().len(), 1);
}

#[test]
fn dynamic_blocks() {
    let (value, shown) = inside(
        r#"
        image = "i"
        dynamic "rule" {
          for_each = { a = 80, b = 443 }
          content {
            port = rule.value
            cidr = rule.key
          }
        }
        dynamic "disk" {
          for_each = toset([1, 2])
          iterator = it
          content { size = it.key * 10 }
        }
        "#,
    );
    assert_eq!(shown, "");
    let Some(Value::List(rules)) = value.get_attr("rule") else {
        panic!("a list")
    };
    assert_eq!(rules.items[1].get_attr("cidr"), Some(&Value::string("b")));
    let Some(Value::Set(disks)) = value.get_attr("disk") else {
        panic!("a set")
    };
    assert_eq!(disks.items()[1].get_attr("size"), Some(&Value::int(20)));
}

#[test]
fn an_unknown_dynamic_block_is_an_unknown_list() {
    let mut setup = Setup::new(
        r#"
        resource "thing" "other" { image = "i" }
        resource "thing" "t" {
          image = "i"
          dynamic "rule" {
            for_each = thing.other.zones
            content { port = rule.vlaue }
          }
        }
        "#,
    );
    setup.table.set(
        resource("thing", "other").instance(InstanceKey::None),
        object(&[("zones", Value::unknown(Type::set(Type::Number)))]),
    );
    let (value, shown, _) = desired(&setup, "t", InstanceKey::None);
    assert!(value.get_attr("rule").unwrap().is_unknown(), "{value:?}");
    assert!(shown.contains("Did you mean \"value\"?"), "{shown}");
}

#[test]
fn attributes_of_objects_may_be_written_as_blocks() {
    let (value, shown) = inside("image = \"i\"\ningress { port = 22 }\ningress { port = 80 }");
    assert_eq!(shown, "");
    let Some(Value::List(l)) = value.get_attr("ingress") else {
        panic!("a list")
    };
    assert_eq!(l.items.len(), 2);
    assert_eq!(
        l.items[0].get_attr("note"),
        Some(&Value::Null(Type::String))
    );
}

#[test]
fn mistakes_are_placed() {
    for (body, wanted) in [
        (
            "image = []",
            "`[]` (resource \"thing\" \"t\") Incorrect attribute value type: Inappropriate value for attribute \"image\": string required, but this is a tuple.",
        ),
        (
            "image = null",
            "`null` (resource \"thing\" \"t\") Missing required argument",
        ),
        (
            "size = 1",
            "`resource \"thing\" \"t\"` (resource \"thing\" \"t\") Missing required argument: The argument \"image\"",
        ),
        (
            "image = \"i\"\nimgae = 1",
            "`imgae` (resource \"thing\" \"t\") Unsupported argument: An argument named \"imgae\" is not expected here. Did you mean \"image\"?",
        ),
        (
            "image = \"i\"\nid = 1",
            "`id = 1` (resource \"thing\" \"t\") Value for unconfigurable attribute",
        ),
        (
            "image = \"i\"\nrule = []",
            "write rule { … } without the equals sign",
        ),
        (
            "image = \"i\"\ntags { a = 1 }",
            "`tags` (resource \"thing\" \"t\") Unsupported block type: Blocks of type \"tags\" are not expected here. There is an argument of that name",
        ),
        ("image = \"i\"\nruel { port = 1 }", "Did you mean \"rule\"?"),
        (
            "image = \"i\"\nrule {}",
            "`rule` (resource \"thing\" \"t\") Missing required argument: The argument \"port\"",
        ),
        (
            "image = \"i\"\nrule { port = 1 }\nrule { port = 1 }\nrule { port = 1 }\nrule { port = 1 }",
            "No more than 3 \"rule\" blocks are allowed here",
        ),
        (
            "image = \"i\"\nold = \"x\"",
            "`old` (resource \"thing\" \"t\") Argument is deprecated",
        ),
        (
            "image = \"i\"\ngone = \"x\"",
            "`gone` (resource \"thing\" \"t\") Removed argument",
        ),
        (
            "image = \"i\"\nrule { port = \"http\" }",
            "`\"http\"` (resource \"thing\" \"t\") Incorrect attribute value type",
        ),
        (
            "image = \"i\"\ndynamic \"rule\" {\n  content { port = 1 }\n}",
            "needs the argument \"for_each\"",
        ),
        (
            "image = \"i\"\ndynamic \"rule\" {\n  for_each = 3\n  content { port = 1 }\n}",
            "Invalid dynamic for_each value",
        ),
        (
            "image = \"i\"\ntags = { a = local.none }",
            "undeclared local value",
        ),
    ] {
        let (_, shown) = inside(body);
        assert!(shown.contains(wanted), "{body}\n{shown}");
        assert_eq!(shown.lines().count(), 1, "{body}\n{shown}");
    }
}

#[test]
fn instances_differ_by_their_keys() {
    let setup = Setup::new(
        r#"
        resource "thing" "counted" {
          count = 3
          image = "i${count.index}"
        }
        resource "thing" "each" {
          for_each = { a = 1, b = 2 }
          image    = each.key
          size     = each.value
        }
        resource "thing" "set" {
          for_each = toset(["x"])
          image    = each.value
        }
        "#,
    );
    let image = |of: &str, key: InstanceKey| {
        let (value, shown, _) = desired(&setup, of, key);
        assert_eq!(shown, "");
        value
            .get_attr("image")
            .and_then(Value::as_str)
            .unwrap()
            .to_owned()
    };
    assert_eq!(image("counted", InstanceKey::Index(2)), "i2");
    assert_eq!(image("each", InstanceKey::Key(name("b"))), "b");
    assert_eq!(image("set", InstanceKey::Key(name("x"))), "x");
    let (_, shown, _) = desired(&setup, "counted", InstanceKey::Index(3));
    assert!(shown.contains("No such instance"), "{shown}");
    let mut evaluator = setup.evaluator();
    let keys = evaluator
        .keys(&resource("thing", "each"), &setup.table)
        .value;
    let shown: Vec<String> = keys.iter().map(|k| k.to_string()).collect();
    assert_eq!(shown, ["[\"a\"]", "[\"b\"]"]);
}

#[test]
fn wrong_counts_are_said() {
    for (repetition, wanted) in [
        ("count = -1", "must not be negative"),
        ("count = 1.5", "must be a whole number"),
        ("count = null", "is null"),
        ("count = \"x\"", "must be a whole number"),
        ("count = 99999999999", "taken for a mistake"),
        ("for_each = [\"a\"]", "toset()"),
        ("for_each = toset([1])", "a set of number"),
        ("for_each = null", "is null"),
        ("for_each = \"x\"", "a map, or a set of strings"),
        ("for_each = sensitive({})", "is sensitive"),
        ("for_each = toset([\"a\", null])", "must not contain null"),
    ] {
        let setup = Setup::new(&format!("resource \"thing\" \"t\" {{\n  {repetition}\n}}"));
        let mut evaluator = setup.evaluator();
        let keys = evaluator.keys(&resource("thing", "t"), &setup.table);
        let shown = setup.shown(&keys.diagnostics);
        assert!(shown.contains(wanted), "{repetition}: {shown}");
        assert_eq!(shown.lines().count(), 1, "{repetition}: {shown}");
    }
}

#[test]
fn a_sensitive_number_counts() {
    let setup = Setup::new("resource \"thing\" \"t\" {\n  count = sensitive(2)\n}");
    let mut evaluator = setup.evaluator();
    let keys = evaluator.keys(&resource("thing", "t"), &setup.table);
    assert!(keys.diagnostics.is_empty(), "{:?}", keys.diagnostics);
    assert_eq!(keys.value.iter().count(), 2);
}

#[test]
fn what_was_read_is_known_exactly() {
    let mut setup = Setup::new(
        r#"
        resource "thing" "net" {
          count = 3
          image = "n"
        }
        resource "thing" "base" { image = "b" }
        resource "thing" "other" { image = "o" }
        resource "thing" "t" {
          count      = 3
          image      = thing.net[count.index].id
          zones      = [for z in thing.net : z.id]
          depends_on = [thing.other]
        }
        resource "thing" "one" {
          count = 3
          image = thing.net[count.index].id
          size  = true ? 1 : thing.base.size
        }
        "#,
    );
    let net = resource("thing", "net");
    for i in 0..3 {
        setup.table.set(
            net.instance(InstanceKey::Index(i)),
            object(&[("id", Value::string(format!("n{i}")))]),
        );
    }
    let (value, shown, reads) = desired(&setup, "one", InstanceKey::Index(1));
    assert_eq!(shown, "");
    assert_eq!(value.get_attr("image"), Some(&Value::string("n1")));
    assert_eq!(
        reads,
        [Dependency::Instance(net.instance(InstanceKey::Index(1)))]
    );
    let (_, _, reads) = desired(&setup, "t", InstanceKey::Index(1));
    assert_eq!(
        reads,
        [
            Dependency::Resource(net),
            Dependency::Resource(resource("thing", "other"))
        ]
    );
}

#[test]
fn references_to_instances_are_checked() {
    let mut setup = Setup::new(
        r#"
        resource "thing" "one" { image = "o" }
        resource "thing" "many" {
          count = 2
          image = "m"
        }
        resource "thing" "each" {
          for_each = { a = 1 }
          image    = "e"
        }
        "#,
    );
    for i in 0..2 {
        setup.table.set(
            resource("thing", "many").instance(InstanceKey::Index(i)),
            object(&[("id", Value::string("m"))]),
        );
    }
    for (text, wanted) in [
        ("thing.one[0].id", "take no index"),
        ("thing.many.id", "thing.many[count.index]"),
        ("thing.many[2].id", "go from 0 to 1"),
        ("thing.each.id", "each.key"),
        ("thing.each[\"other\"].id", "has one key: \"a\""),
        ("thing.many[0].name", "Its attributes are id"),
        ("thing.mnay[0].id", "Did you mean thing.many?"),
    ] {
        let shown = setup.failure(text);
        assert!(shown.contains(wanted), "{text}: {shown}");
    }
    assert_eq!(
        setup.value("thing.many[*].id"),
        setup.value("[\"m\", \"m\"]")
    );
    assert_eq!(setup.value("thing.many[\"1\"].id"), Value::string("m"));
}

#[test]
fn conditions() {
    let setup = Setup::new(
        r#"
        resource "thing" "t" {
          image = "i"
          lifecycle {
            precondition {
              condition     = length(path.module) < 0
              error_message = "One is not more than two."
            }
            postcondition {
              condition     = self.size == 3
              error_message = "The size is ${self.size}."
            }
          }
        }
        "#,
    );
    let mut evaluator = setup.evaluator();
    let addr = resource("thing", "t").instance(InstanceKey::None);
    let before = evaluator.preconditions(&addr, &setup.table);
    assert_eq!(before.value[0].holds, Some(false));
    assert_eq!(
        before.value[0].message.as_deref(),
        Some("One is not more than two.")
    );
    let after = |size: Value, evaluator: &mut Evaluator<'_>| {
        let object = object(&[("size", size)]);
        evaluator.postconditions(&addr, &object, &setup.table).value[0].clone()
    };
    assert_eq!(after(Value::int(3), &mut evaluator).holds, Some(true));
    let wrong = after(Value::int(4), &mut evaluator);
    assert_eq!(wrong.message.as_deref(), Some("The size is 4."));
    assert_eq!(
        after(Value::unknown(Type::Number), &mut evaluator).holds,
        None
    );
    let secret = after(Value::int(4).mark(Marks::SENSITIVE), &mut evaluator);
    assert!(!secret.message.unwrap().contains('4'));
}

#[test]
fn places_of_attributes() {
    let text = "resource \"thing\" \"t\" {\n  image = \"i\"\n  tags  = { a = 1, b = 2 }\n  rule { port = 80 }\n  rule { port = 81 }\n}";
    let setup = Setup::new(text);
    let evaluator = setup.evaluator();
    let addr = resource("thing", "t").instance(InstanceKey::None);
    let at = |steps: &[PathStep]| {
        let span = evaluator.locate(&addr, &Path(steps.to_vec())).unwrap();
        setup.sources.text(span).unwrap().to_owned()
    };
    let attr = |n: &str| PathStep::Attr(name(n));
    assert_eq!(at(&[attr("image")]), "image = \"i\"");
    assert_eq!(at(&[attr("tags"), PathStep::Key(name("b"))]), "2");
    assert_eq!(
        at(&[attr("rule"), PathStep::Index(1), attr("port")]),
        "port = 81"
    );
    assert_eq!(at(&[attr("size")]), "resource \"thing\" \"t\"");
}

#[test]
fn replacement_triggers() {
    let setup = Setup::new(
        r#"
        resource "thing" "a" {
          count = 2
          image = "a"
        }
        resource "thing" "b" { image = "b" }
        resource "thing" "t" {
          count = 2
          image = "i"
          lifecycle {
            replace_triggered_by = [thing.a[count.index].size, thing.b]
          }
        }
        "#,
    );
    let mut evaluator = setup.evaluator();
    let addr = resource("thing", "t").instance(InstanceKey::Index(1));
    let triggers = evaluator.replace_triggers(&addr, &setup.table).value;
    let a = resource("thing", "a").instance(InstanceKey::Index(1));
    assert_eq!(triggers[0].dependency, Dependency::Instance(a));
    assert_eq!(triggers[0].path, Some(Path::attr(name("size"))));
    assert_eq!(triggers[1].path, None);
}

#[test]
fn provider_blocks() {
    let setup = Setup::new(
        "variable \"image\" { default = \"p\" }\nprovider \"thing\" {\n  image = var.image\n}",
    );
    let mut evaluator = setup.evaluator();
    let addr = AbsProviderConfig {
        module: Module::root(),
        provider: ProviderAddr::implied("thing"),
        alias: None,
        key: InstanceKey::None,
    };
    let value = evaluator
        .provider_config(&addr, &schema(), &setup.table)
        .value;
    assert_eq!(value.get_attr("image"), Some(&Value::string("p")));
    let other = AbsProviderConfig {
        provider: ProviderAddr::implied("other"),
        ..addr
    };
    let empty = evaluator.provider_config(&other, &schema(), &setup.table);
    assert_eq!(empty.value, schema().empty_value());
}

#[test]
fn instances_of_repeated_provider_blocks() {
    let setup = Setup::new(
        r#"
        variable "images" { default = { a = "image-a", b = "image-b" } }
        provider "thing" {
          alias    = "by"
          for_each = var.images
          image    = each.value
        }
        resource "thing" "t" {
          for_each = { one = "a", two = "b", wrong = "c" }
          provider = thing.by[each.value]
          image    = "i"
        }
        "#,
    );
    let mut evaluator = setup.evaluator();
    let addr = AbsProviderConfig {
        module: Module::root(),
        provider: ProviderAddr::implied("thing"),
        alias: Some(name("by")),
        key: InstanceKey::None,
    };
    let keys = evaluator.provider_keys(&addr, &setup.table).value;
    assert_eq!(keys.iter().count(), 2);
    let of = |key: &str| addr.instance(InstanceKey::Key(key.into()));
    let image = |evaluator: &mut Evaluator<'_>, key: &str| {
        let found = evaluator.provider_config(&of(key), &schema(), &setup.table);
        (
            found.value.get_attr("image").cloned(),
            found.diagnostics.has_errors(),
        )
    };
    assert_eq!(
        image(&mut evaluator, "b"),
        (Some(Value::string("image-b")), false)
    );
    assert!(image(&mut evaluator, "c").1, "there is no such instance");
    let mut selected = |key: &str| {
        let addr = resource("thing", "t").instance(InstanceKey::Key(key.into()));
        evaluator.resource_provider(&addr, &setup.table)
    };
    assert_eq!(selected("two").value, Some(of("b")));
    let wrong = selected("wrong");
    assert_eq!(wrong.value, None);
    let text = setup.shown(&wrong.diagnostics);
    assert!(text.contains("There are: \"a\", \"b\"."), "{text}");
}

#[test]
fn sensitive_attributes_are_found() {
    let (value, _) =
        inside("image = \"i\"\npassword = \"p\"\nrule {\n  port = 1\n  cidr = \"c\"\n}");
    let marks = Evaluator::schema_marks(&schema(), &value);
    let paths: Vec<String> = marks.iter().map(|(p, _)| p.to_string()).collect();
    assert_eq!(paths, ["password", "rule[0].cidr"]);
}

#[test]
fn a_block_is_checked_without_instances() {
    let setup = Setup::new(
        "resource \"thing\" \"t\" {\n  count = 0\n  image = \"i${count.index}\"\n  siez = 1\n}\nresource \"thing\" \"e\" {\n  for_each = {}\n  image = each.value.x\n}",
    );
    let mut evaluator = setup.evaluator();
    let shown = setup.shown(
        &evaluator
            .validate_resource(&resource("thing", "t"), &schema(), &setup.table)
            .diagnostics,
    );
    assert!(shown.contains("Did you mean \"size\"?"), "{shown}");
    let shown = setup.shown(
        &evaluator
            .validate_resource(&resource("thing", "e"), &schema(), &setup.table)
            .diagnostics,
    );
    assert_eq!(shown, "");
}

#[test]
fn modules_depend_as_a_whole() {
    let setup = Setup::with_files(&[
        (
            "main.tf",
            "module \"m\" { source = \"./m\" }\nresource \"thing\" \"t\" {\n  image = \"i\"\n  depends_on = [module.m]\n}",
        ),
        (
            "m/main.tf",
            "resource \"thing\" \"inner\" { image = \"i\" }",
        ),
    ]);
    let (_, shown, reads) = desired(&setup, "t", InstanceKey::None);
    assert_eq!(shown, "");
    let shown: Vec<String> = reads.iter().map(|d| d.resource().to_string()).collect();
    assert_eq!(shown, ["module.m.thing.inner"]);
    assert!(ModuleInstance::root().is_root());
}
