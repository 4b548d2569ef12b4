//! Decides how an object that exists is written as a resource block: which of its attributes, in which order, and as what.
//!
//! The rules are those that Terraform's `-generate-config-out` follows. What only the provider sets is left out, and what may
//! be set is written even where it is null, so that a reader sees what there is to choose.

use std::fmt::Write as _;

use cairn_diag::FileId;
use cairn_model::{AttributeSchema, BlockSchema, NestedBlock, Nesting, Resource};
use cairn_value::json::from_json_implied;
use cairn_value::{Type, Value};

use crate::fmt::format;
use crate::funcs::{expression, quoted};
use crate::syntax::is_identifier;

/// What is written in place of a value that must not be seen.
const HIDDEN: &str = "null # sensitive";

/// The block of a resource that has these values, in canonical form, ending in a line break. `provider` is what its `provider`
/// argument says; nothing where that follows from the type.
pub fn resource_block(
    resource: &Resource,
    provider: Option<&str>,
    schema: &BlockSchema,
    value: &Value,
) -> String {
    let mut out = format!(
        "resource {} {} {{\n",
        quoted(&resource.ty),
        quoted(&resource.name)
    );
    if let Some(provider) = provider {
        let _ = writeln!(out, "provider = {provider}");
    }
    body(&mut out, schema, value, true);
    out.push_str("}\n");
    format(FileId(u32::MAX), &out).unwrap_or(out)
}

/// A file of such blocks, each after the id of the object that it describes.
pub fn generated_file<'b>(blocks: impl IntoIterator<Item = (&'b str, &'b str)>) -> String {
    let mut out = "# Written by `plan -generate-config-out` from objects that exist. Read it through, and move it where it belongs.\n".to_owned();
    for (id, block) in blocks {
        let _ = write!(out, "\n# As found under the id {}.\n{block}", quoted(id));
    }
    out
}

/// What of an object's value a configuration may say: everything else is null.
pub fn settable(schema: &BlockSchema, value: &Value) -> Value {
    settable_in(schema, value, true)
}

fn settable_in(schema: &BlockSchema, value: &Value, top: bool) -> Value {
    let object = match value {
        Value::Marked(m) => return settable_in(schema, &m.0, top).mark(m.1),
        Value::Object(o) => o,
        other => return other.clone(),
    };
    let mut kept = (**object).clone();
    for (name, value) in object.iter() {
        if let Some(attribute) = schema.attributes.get(name) {
            if !is_written(name, attribute, top) {
                kept.set(name, Value::Null(attribute.ty.clone()));
            }
        } else if let Some(nested) = schema.blocks.get(name) {
            kept.set(name, settable_blocks(nested, value));
        }
    }
    Value::Object(kept.into())
}

fn settable_blocks(nested: &NestedBlock, value: &Value) -> Value {
    let one = |v: &Value| settable_in(&nested.block, v, false);
    match (nested.nesting, value) {
        (_, Value::Marked(m)) => settable_blocks(nested, &m.0).mark(m.1),
        (Nesting::Single | Nesting::Group, v) => one(v),
        (_, Value::List(l)) => Value::list(l.element.clone(), l.items.iter().map(one).collect()),
        (_, Value::Set(s)) => Value::set(s.element.clone(), s.items().iter().map(one).collect()),
        (_, Value::Tuple(t)) => Value::tuple(t.iter().map(one).collect()),
        (_, Value::Map(m)) => {
            let entries = m.entries.iter().map(|(k, v)| (k.clone(), one(v)));
            Value::map(m.element.clone(), entries)
        }
        (_, Value::Object(o)) => Value::object(o.iter().map(|(k, v)| (k.clone(), one(v)))),
        (_, other) => other.clone(),
    }
}

/// The arguments, then the nested blocks, each by name.
fn body(out: &mut String, schema: &BlockSchema, value: &Value, top: bool) {
    for (name, attribute) in &schema.attributes {
        if is_written(name, attribute, top) {
            let text = argument(attribute, member(value, name));
            let _ = writeln!(out, "{name} = {text}");
        }
    }
    for (name, nested) in &schema.blocks {
        if let Some(value) = member(value, name)
            && has_something_to_set(&nested.block)
        {
            blocks(out, name, nested, value);
        }
    }
}

/// Whether the configuration may set it and should.
fn is_written(name: &str, attribute: &AttributeSchema, top: bool) -> bool {
    // An `id` that could be set is one that older providers declare for every resource and accept in none.
    let legacy_id = top && name == "id" && attribute.optional && attribute.computed;
    attribute.required || (attribute.optional && attribute.deprecated.is_none() && !legacy_id)
}

fn has_something_to_set(schema: &BlockSchema) -> bool {
    let mut attributes = schema.attributes.iter();
    attributes.any(|(n, a)| is_written(n, a, false))
        || schema
            .blocks
            .values()
            .any(|b| has_something_to_set(&b.block))
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value.peel() {
        Value::Object(o) => o.get(name),
        _ => None,
    }
}

fn argument(attribute: &AttributeSchema, value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "null".to_owned();
    };
    if attribute.sensitive || value.marks_deep().is_sensitive() {
        return HIDDEN.to_owned();
    }
    match value {
        // Older providers cannot tell an empty text from none.
        Value::String(s) if s.is_empty() && !attribute.required => "null".to_owned(),
        Value::String(s) if attribute.ty == Type::String => {
            nested_json(s).unwrap_or_else(|| quoted(s))
        }
        value => written(value),
    }
}

/// A value as an expression. `for` as the first key of an object would make it a loop.
fn written(value: &Value) -> String {
    expression(value, 0, |key| is_identifier(key) && key != "for")
}

/// `jsonencode(...)` for a text that holds a JSON object or array; nothing for any other text.
fn nested_json(text: &str) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let parsed = serde_json::from_str(text).ok()?;
    let value = from_json_implied(&parsed).ok()?;
    Some(format!("jsonencode({})", written(&value)))
}

/// The occurrences of a nested block.
fn blocks(out: &mut String, name: &str, nested: &NestedBlock, value: &Value) {
    if value.is_null() {
        return;
    }
    if value.marks().is_sensitive() {
        let _ = writeln!(out, "{name} {{\n}} # sensitive");
        return;
    }
    let mut block = |label: Option<&str>, value: &Value| {
        let label = label.map(|l| format!(" {}", quoted(l))).unwrap_or_default();
        if value.marks().is_sensitive() {
            let _ = writeln!(out, "{name}{label} {{\n}} # sensitive");
            return;
        }
        let _ = writeln!(out, "{name}{label} {{");
        body(out, &nested.block, value, false);
        out.push_str("}\n");
    };
    match (nested.nesting, value.peel()) {
        (Nesting::Single | Nesting::Group, one) => block(None, one),
        (_, Value::List(l)) => l.items.iter().for_each(|v| block(None, v)),
        (_, Value::Set(s)) => s.items().iter().for_each(|v| block(None, v)),
        (_, Value::Tuple(t)) => t.iter().for_each(|v| block(None, v)),
        (_, Value::Map(m)) => m.entries.iter().for_each(|(k, v)| block(Some(k), v)),
        (_, Value::Object(o)) => o.iter().for_each(|(k, v)| block(Some(k), v)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_model::ResourceMode;
    use cairn_value::{Marks, Path, PathStep, name};

    fn resource() -> Resource {
        Resource {
            mode: ResourceMode::Managed,
            ty: name("some_thing"),
            name: name("it"),
        }
    }

    fn schema() -> BlockSchema {
        let text = || AttributeSchema::optional(Type::String);
        let inner = || {
            BlockSchema::new(
                [
                    (name("size"), AttributeSchema::required(Type::Number)),
                    (name("device"), AttributeSchema::computed(Type::String)),
                    (name("key"), text().sensitive()),
                ],
                [],
            )
        };
        let found = BlockSchema::new([(name("at"), AttributeSchema::computed(Type::String))], []);
        BlockSchema::new(
            [
                (name("id"), AttributeSchema::optional_computed(Type::String)),
                (name("arn"), AttributeSchema::computed(Type::String)),
                (name("name"), AttributeSchema::required(Type::String)),
                (name("note"), text()),
                (name("old_name"), text().deprecated("Use name.")),
                (name("password"), text().sensitive()),
                (name("policy"), text()),
                (name("script"), text()),
                (
                    name("tags"),
                    AttributeSchema::optional(Type::map(Type::String)),
                ),
                (
                    name("zone"),
                    AttributeSchema::optional_computed(Type::String),
                ),
                (
                    name("ports"),
                    AttributeSchema::optional(Type::list(Type::Number)),
                ),
                (
                    name("secret_map"),
                    AttributeSchema::optional(Type::map(Type::String)),
                ),
            ],
            [
                (name("disk"), NestedBlock::list(inner(), 0, 0)),
                (name("found"), NestedBlock::list(found, 0, 0)),
                (
                    name("timeouts"),
                    NestedBlock {
                        nesting: Nesting::Single,
                        ..NestedBlock::list(inner(), 0, 0)
                    },
                ),
            ],
        )
    }

    fn value() -> Value {
        let schema = schema();
        let Value::Object(empty) = schema.empty_value() else {
            panic!("a block's value is an object");
        };
        let mut object = (*empty).clone();
        let text = |s: &str| Value::string(s);
        let map = |all: &[(&str, &str)]| {
            let all = all.iter().map(|(k, v)| (name(k), text(v)));
            Value::map(Type::String, all)
        };
        for (n, v) in [
            ("id", text("i-1")),
            ("arn", text("acs:i-1")),
            ("name", text("a \"b\" ${c} %{d} $e")),
            ("note", text("")),
            ("old_name", text("x")),
            ("password", text("hunter2")),
            ("policy", text("{\"b\":[1,\"x\"],\"a\":{}}")),
            ("script", text("one\ntwo\n")),
            (
                "tags",
                map(&[("for", "1"), ("a key", "2"), ("longer", "3")]),
            ),
            ("secret_map", map(&[("k", "hunter3")])),
            (
                "ports",
                Value::list(Type::Number, vec![Value::int(1), Value::int(22)]),
            ),
        ] {
            assert!(object.set(n, v), "{n}");
        }
        let disk = schema.blocks["disk"].block.clone();
        let disks = [10, 20].map(|size| {
            let Value::Object(empty) = disk.empty_value() else {
                panic!("a block's value is an object");
            };
            let mut disk = (*empty).clone();
            disk.set("size", Value::int(size));
            disk.set("device", Value::string("/dev/x"));
            Value::Object(disk.into())
        });
        object.set(
            "disk",
            Value::list(disk.implied_type().clone(), disks.into()),
        );
        let found = schema.blocks["found"].block.clone();
        let one = Value::object([(name("at"), Value::string("now"))]);
        object.set(
            "found",
            Value::list(found.implied_type().clone(), vec![one]),
        );
        Value::Object(object.into()).mark_paths(&[(Path::attr("secret_map"), Marks::SENSITIVE)])
    }

    const WRITTEN: &str = r#"resource "some_thing" "it" {
  provider = some.east
  name     = "a \"b\" $${c} %%{d} $e"
  note     = null
  password = null # sensitive
  policy = jsonencode({
    a = {}
    b = [1, "x"]
  })
  ports      = [1, 22]
  script     = "one\ntwo\n"
  secret_map = null # sensitive
  tags = {
    "a key" = "2"
    "for"   = "1"
    longer  = "3"
  }
  zone = null
  disk {
    key  = null # sensitive
    size = 10
  }
  disk {
    key  = null # sensitive
    size = 20
  }
}
"#;

    #[test]
    fn what_can_be_set_is_written_and_nothing_else() {
        let block = resource_block(&resource(), Some("some.east"), &schema(), &value());
        assert_eq!(block, WRITTEN);
    }

    #[test]
    fn what_cannot_be_set_is_null_in_what_can() {
        let schema = schema();
        let all = value();
        let kept = settable(&schema, &all);
        assert_eq!(kept.ty(), all.ty());
        let at = |path: Path| path.get(&kept).expect("a value").clone();
        let disk = |n: &str| {
            let first = Path::attr("disk").then(PathStep::Index(0));
            at(first.then(PathStep::Attr(name(n))))
        };
        for gone in ["id", "arn", "old_name"] {
            assert!(at(Path::attr(gone)).is_null(), "{gone}");
        }
        assert!(disk("device").is_null());
        assert_eq!(disk("size"), Value::int(10));
        assert!(at(Path::attr("secret_map")).marks().is_sensitive());
        assert_eq!(settable(&schema, &kept), kept);
        let block = |value| resource_block(&resource(), Some("some.east"), &schema, value);
        assert_eq!(block(&kept), block(&all));
    }

    #[test]
    fn a_generated_file_is_one_of_canonical_form() {
        let block = resource_block(&resource(), None, &schema(), &value());
        let text = generated_file([("i\n1", &*block), ("i-2", &*block)]);
        let (body, found) = crate::parse_file(FileId(0), &text);
        assert!(!found.has_errors(), "{found:?}");
        assert_eq!(body.blocks.len(), 2);
        assert_eq!(format(FileId(0), &text).ok(), Some(text.clone()));
        assert!(
            text.contains("\n\n# As found under the id \"i\\n1\".\nresource "),
            "{text}"
        );
        assert!(!text.contains("hunter"), "{text}");
    }
}
