//! Decides how recorded objects and outputs look.

use std::fmt::Write as _;

use cairn_model::{
    AbsResourceInstance, BlockSchema, OutputState, ResourceMode, State, StateObject,
};
use cairn_provider::Registry;
use cairn_value::{Name, Value};

use super::plan::schema;
use super::secret::marked;
use super::value::{SENSITIVE, lines};

/// Everything recorded, as `show` prints it.
pub(crate) fn render(state: &State, registry: &Registry) -> String {
    let mut out = String::new();
    for (addr, instance) in &state.instances {
        let object = |o: &StateObject, what: &str| -> String {
            let schema = schema(
                registry,
                &instance.provider.provider,
                addr.resource.resource.mode,
                &addr.resource.resource.ty,
            );
            format!("# {addr}{what}:\n{}\n", object_block(addr, o, schema))
        };
        if let Some(current) = &instance.current {
            let tainted = if current.status == cairn_model::ObjectStatus::Tainted {
                " (tainted)"
            } else {
                ""
            };
            out.push_str(&object(current, tainted));
        }
        for (key, deposed) in &instance.deposed {
            out.push_str(&object(deposed, &format!(" (deposed object {key})")));
        }
    }
    if !state.outputs.is_empty() {
        out.push_str("\nOutputs:\n\n");
        out.push_str(&outputs(&state.outputs.iter().collect::<Vec<_>>()));
    }
    if out.is_empty() {
        out.push_str("The state is empty. No resources are represented.\n");
    }
    out
}

/// One recorded object, as `state show` prints it.
pub(crate) fn object_block(
    addr: &AbsResourceInstance,
    object: &StateObject,
    schema: Option<&BlockSchema>,
) -> String {
    let r = &addr.resource.resource;
    let kind = if r.mode == ResourceMode::Data {
        "data"
    } else {
        "resource"
    };
    let value = marked(object.remote.value.value(), &object.sensitive);
    let mut out = format!("{kind} \"{}\" \"{}\" {{\n", r.ty, r.name);
    body(&mut out, &value, schema, 4);
    out.push_str("}\n");
    out
}

fn body(out: &mut String, value: &Value, schema: Option<&BlockSchema>, indent: usize) {
    let Some(object) = value.as_object() else {
        return;
    };
    let pad = " ".repeat(indent);
    let is_block = |n: &str| schema.is_some_and(|s| s.blocks.contains_key(n));
    let secret = |n: &str| schema.is_some_and(|s| s.attributes.get(n).is_some_and(|a| a.sensitive));
    let attributes: Vec<_> = object
        .iter()
        .filter(|(n, v)| !v.is_null() && !is_block(n))
        .collect();
    let width = attributes
        .iter()
        .map(|(n, _)| n.chars().count())
        .max()
        .unwrap_or(0);
    for (name, v) in attributes {
        let shown = if secret(name) {
            vec![SENSITIVE.to_owned()]
        } else {
            lines(v)
        };
        let fill = " ".repeat(width - name.chars().count());
        let _ = writeln!(out, "{pad}{name}{fill} = {}", shown[0]);
        for line in &shown[1..] {
            let _ = writeln!(out, "{pad}{line}");
        }
    }
    for (name, v) in object.iter().filter(|(n, v)| !v.is_null() && is_block(n)) {
        let inner = schema.and_then(|s| s.blocks.get(name)).map(|b| &*b.block);
        let each = |out: &mut String, v: &Value| {
            let _ = writeln!(out, "\n{pad}{name} {{");
            body(out, v, inner, indent + 4);
            let _ = writeln!(out, "{pad}}}");
        };
        match v.peel() {
            Value::List(l) => l.items.iter().for_each(|v| each(out, v)),
            Value::Set(s) => s.items().iter().for_each(|v| each(out, v)),
            Value::Map(m) => m.entries.values().for_each(|v| each(out, v)),
            single => each(out, single),
        }
    }
}

/// Output values, as `output` prints them.
pub(crate) fn outputs(outputs: &[(&Name, &OutputState)]) -> String {
    let mut out = String::new();
    for (name, output) in outputs {
        let shown = if output.sensitive {
            vec!["<sensitive>".to_owned()]
        } else {
            output_lines(output)
        };
        let _ = writeln!(out, "{name} = {}", shown.join("\n"));
    }
    out
}

/// One output value, as `output NAME` prints it.
pub(crate) fn output_lines(output: &OutputState) -> Vec<String> {
    super::console::console(output.value.value())
}
