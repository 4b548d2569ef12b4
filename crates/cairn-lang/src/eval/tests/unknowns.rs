//! What expressions come to when something in them is not known yet.

use cairn_model::InstanceKey;
use cairn_value::{Type, Value, convert, convertible};
use proptest::prelude::*;

use super::{Setup, object, resource, unknown};

const TEXT: &str = r#"
resource "thing" "one" {}
resource "thing" "many" { count = 2 }
resource "thing" "later" {}
resource "thing" "counted" { count = length(thing.one.id) }
resource "thing" "each" { for_each = toset([thing.one.id]) }
locals {
  id = thing.one.id
}
"#;

fn setup() -> Setup {
    let mut setup = Setup::new(TEXT);
    let value = |name: &str| {
        object(&[
            ("id", unknown(Type::String)),
            ("name", Value::string(name)),
            ("size", unknown(Type::Number)),
        ])
    };
    let table = &mut setup.table;
    table.set(
        resource("thing", "one").instance(InstanceKey::None),
        value("a"),
    );
    for i in 0..2 {
        table.set(
            resource("thing", "many").instance(InstanceKey::Index(i)),
            value("m"),
        );
    }
    setup
}

#[test]
fn unknown_values_flow() {
    let mut setup = setup();
    let known = |text: &str, setup: &mut Setup| setup.value(text);
    for (text, ty) in [
        ("thing.one.id", Type::String),
        ("\"x-${thing.one.id}\"", Type::String),
        ("upper(thing.one.id)", Type::String),
        ("thing.one.size + 1", Type::Number),
        ("thing.one.id == \"x\"", Type::Bool),
        ("thing.one.id == \"x\" ? 1 : 2", Type::Number),
        ("split(\",\", thing.one.id)", Type::list(Type::String)),
        ("jsondecode(thing.one.id)", Type::Dynamic),
        ("[for x in split(\",\", thing.one.id) : x]", Type::Dynamic),
        ("thing.later.id", Type::Dynamic),
        ("try(jsondecode(thing.one.id), 1)", Type::Dynamic),
        ("can(tonumber(thing.one.id))", Type::Bool),
    ] {
        let value = known(text, &mut setup);
        assert!(value.is_unknown(), "{text}: {value:?}");
        assert_eq!(value.ty(), ty, "{text}");
    }
    assert_eq!(known("thing.one.name", &mut setup), Value::string("a"));
    assert_eq!(known("length(thing.many[*].id)", &mut setup), Value::int(2));
    assert_eq!(known("thing.one.id == null", &mut setup).ty(), Type::Bool);
    for open in [
        // The left side decides over mistakes on the right, not over what is not known there: as in Terraform 1.11.4.
        "\"${thing.one.id}\" == null || true",
        "thing.one.id == \"x\" && false",
        "false && thing.one.id == \"x\"",
        "true || thing.one.id == \"x\"",
        "false || thing.one.id == \"x\"",
    ] {
        let value = known(open, &mut setup);
        assert!(value.is_unknown(), "{open}: {value:?}");
        assert_eq!(value.ty(), Type::Bool);
    }
    for decided in [
        "true || length(thing.one.id.x) == 1",
        "!(false && tonumber(thing.one.name) == 1)",
        "startswith(jsonencode({ a = thing.one.id }), \"{\")",
        "startswith(jsonencode([thing.one.id]), \"[\")",
        "startswith(jsonencode(\"${thing.one.id}x\"), \"\\\"\")",
        "length(sort([\"a\", thing.one.id])) == 2",
    ] {
        assert_eq!(known(decided, &mut setup), Value::Bool(true), "{decided}");
    }
    assert_eq!(
        known("startswith(\"vpc-${thing.one.id}\", \"net-\")", &mut setup).ty(),
        Type::Bool
    );
    let union = known("setunion([\"a\"], [thing.one.id])", &mut setup);
    assert!(!union.is_unknown() && !union.is_wholly_known(), "{union:?}");
    // What may be null is `null` as JSON, so nothing is certain.
    assert!(known("startswith(jsonencode(thing.one.id), \"n\")", &mut setup).is_unknown());
    // What is wrong with the type is said even so.
    let shown = setup.failure("thing.one.size.x");
    assert!(shown.contains("Unsupported attribute"), "{shown}");
}

#[test]
fn an_unknown_count_says_what_is_unknown() {
    let setup = setup();
    let mut evaluator = setup.evaluator();
    let keys = evaluator.keys(&resource("thing", "counted"), &setup.table);
    let shown = setup.shown(&keys.diagnostics);
    assert_eq!(keys.value, crate::InstanceKeys::Unknown);
    assert!(shown.contains("Invalid count argument"), "{shown}");
    assert!(
        shown.contains("thing.one.id, which is known only after apply"),
        "{shown}"
    );
    assert!(
        keys.diagnostics
            .iter()
            .any(|d| d.hints.iter().any(|h| h.contains("-target")))
    );

    let keys = evaluator.keys(&resource("thing", "each"), &setup.table);
    let shown = setup.shown(&keys.diagnostics);
    assert!(shown.contains("Invalid for_each argument"), "{shown}");
    assert!(shown.contains("thing.one.id"), "{shown}");
}

#[test]
fn what_was_undecided_is_asked_again() {
    let mut setup = setup();
    let text = "thing.later.name";
    assert!(setup.value(text).is_unknown());
    let file = setup.sources.add("later", "local.later\n");
    let mut again =
        Setup::new("resource \"thing\" \"later\" {}\nlocals { later = thing.later.name }");
    let expr = crate::parse_expression(file, "local.later\n").unwrap();
    let root = cairn_model::ModuleInstance::root();
    let empty = super::Table::default();
    again.table.set(
        resource("thing", "later").instance(InstanceKey::None),
        object(&[("name", Value::string("n"))]),
    );
    let mut evaluator = again.evaluator();
    assert!(
        evaluator
            .expression(&root, &expr, &empty)
            .value
            .is_unknown()
    );
    assert_eq!(
        evaluator.expression(&root, &expr, &again.table).value,
        Value::string("n")
    );
}

/// Expressions over `thing.one.id` (a string) and `thing.one.size` (a number).
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("thing.one.id".to_owned()),
        Just("thing.one.size".to_owned()),
        Just("\"a\"".to_owned()),
        Just("2".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} == {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} < {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|v| format!("[{}]", v.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ x = {a}, y = {b} }}")),
            inner.clone().prop_map(|a| format!("\"<${{{a}}}>\"")),
            inner.clone().prop_map(|a| format!("try({a}, \"none\")")),
            inner.clone().prop_map(|a| format!("can({a})")),
            inner.clone().prop_map(|a| format!("length({a})")),
            inner.clone().prop_map(|a| format!("upper({a})")),
            inner.clone().prop_map(|a| format!("jsonencode({a})")),
            inner.clone().prop_map(|a| format!("{a}[*]")),
            inner.clone().prop_map(|a| format!("[for v in {a} : v]")),
            inner.clone().prop_map(|a| format!("tolist({a})")),
            inner.clone().prop_map(|a| format!("toset({a})")),
            inner.clone().prop_map(|a| format!("one({a})")),
            inner.clone().prop_map(|a| format!("distinct({a})")),
            inner.clone().prop_map(|a| format!("flatten([{a}])")),
            inner.clone().prop_map(|a| format!("keys({a})")),
            inner.clone().prop_map(|a| format!("values({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("contains({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("concat({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("merge({a}, {b})")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("format(\"%v-%v\", {a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("setunion({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("lookup({a}, \"x\", {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a}[{b}]")),
        ]
    })
}

/// Whether a known value is one that the other, with unknowns in it, may turn out to be.
fn may_become(open: &Value, known: &Value) -> bool {
    match (open.peel(), known.peel()) {
        // A format of a literal null stays open for ever.
        (Value::Unknown(_), Value::Unknown(_)) => true,
        (Value::Unknown(u), known) => {
            let r = &u.refinement;
            // Beside something of open type a type is only the likeliest one; what comes of it is converted.
            (u.ty.has_dynamic() || known.is_null() || convertible(&u.ty, &known.ty()))
                && !(r.not_null && known.is_null())
                && r.prefix
                    .as_ref()
                    .is_none_or(|p| known.as_str().is_some_and(|s| s.starts_with(&**p)))
        }
        (Value::List(a), Value::List(b)) => each(&a.items, &b.items),
        (Value::Tuple(a), Value::Tuple(b)) => each(a, b),
        (Value::Object(a), Value::Object(b)) => {
            a.shape().names() == b.shape().names() && each(a.values(), b.values())
        }
        (Value::Map(a), Value::Map(b)) => {
            a.entries.keys().eq(b.entries.keys())
                && a.entries
                    .values()
                    .zip(b.entries.values())
                    .all(|(a, b)| may_become(a, b))
        }
        // Elements that are not known may turn out to be equal, and take another place.
        (Value::Set(a), Value::Set(b)) => {
            b.items().len() <= a.items().len()
                && b.items()
                    .iter()
                    .all(|k| a.items().iter().any(|o| may_become(o, k)))
        }
        (a, b) => a == b || convert(a, &b.ty()).is_ok_and(|a| a == *b),
    }
}

fn each(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| may_become(a, b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// With a part unknown, an expression comes to nothing that its value with the part known would contradict.
    #[test]
    fn unknown_parts_never_contradict(text in expression(), id in "[a-c1]{0,2}", size in 0i64..3) {
        // Beside a deciding true or false an unknown may still turn out to be no bool, which `try` and `can` would notice.
        let logic = text.contains("&&") || text.contains("||");
        prop_assume!(!(logic && (text.contains("try(") || text.contains("can("))));
        let mut open = setup();
        let mut known = setup();
        let one = resource("thing", "one").instance(InstanceKey::None);
        known.table.set(one, object(&[
            ("id", Value::string(&id)),
            ("name", Value::string("a")),
            ("size", Value::int(size)),
        ]));
        // What fails with the part known may be open before; what has failed before must fail then too.
        match (open.eval(&text), known.eval(&text)) {
            (Ok(before), Ok(after)) => {
                prop_assert!(may_become(&before, &after), "{text} [{id}, {size}]: {before:?} became {after:?}");
            }
            // A left side that turns out to decide lets what is wrong on the right pass.
            (Err(_), Ok(_)) if logic => {}
            (Err(d), Ok(after)) => {
                prop_assert!(false, "{text} [{id}, {size}]: failed ({}) and became {after:?}", open.shown(&d));
            }
            (_, Err(_)) => {}
        }
    }
}
