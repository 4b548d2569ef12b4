//! Decides which literals of a configuration are secrets that no message shows: those in the value of an argument that a schema
//! calls sensitive, of a sensitive variable's default, or handed to a sensitive variable of a module.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{SourceMap, Span};
use cairn_model::BlockSchema;
use cairn_value::{Name, Value};

use crate::config::{ModuleCall, ModuleConfig};
use crate::deep::deep;
use crate::inputs::{InputSource, RawInput};
use crate::syntax::{Block, Body, Expr, ExprKind};

/// Gives the schema of a block by its kind (`resource`, `data`, `ephemeral`, `provider`) and its first label, where it is known.
pub type BlockSchemas<'s> = dyn Fn(&str, &str) -> Option<Arc<BlockSchema>> + 's;

/// Where nothing is known of any block.
pub fn no_schemas(_: &str, _: &str) -> Option<Arc<BlockSchema>> {
    None
}

/// Hides what is secret in one file.
pub(crate) fn hide_in_file(body: &Body, schemas: &BlockSchemas<'_>, sources: &mut SourceMap) {
    let mut found = Vec::new();
    for block in &body.blocks {
        in_block(block, schemas, &mut found);
    }
    for span in found {
        sources.hide(span);
    }
}

/// Hides the defaults of sensitive variables: which they are may be said in another file.
pub(crate) fn hide_defaults(config: &ModuleConfig, sources: &mut SourceMap) {
    for variable in config.variables.values().filter(|v| v.sensitive) {
        if let Some(default) = &variable.default {
            sources.hide(default.span);
        }
    }
}

/// Hides what variables files give to sensitive variables.
pub(crate) fn hide_given(
    config: &ModuleConfig,
    given: &BTreeMap<Name, RawInput>,
    sources: &mut SourceMap,
) {
    for (name, raw) in given {
        if let RawInput::Value(value, InputSource::File(_)) = raw
            && config.variables.get(name).is_some_and(|v| v.sensitive)
        {
            sources.hide(value.span);
        }
    }
}

/// Hides what a call hands to sensitive variables.
pub(crate) fn hide_in_call(call: &ModuleCall, called: &ModuleConfig, sources: &mut SourceMap) {
    let mut found = Vec::new();
    for attribute in &call.body.attributes {
        let variable = called.variables.get(&attribute.name);
        if variable.is_some_and(|v| v.sensitive) {
            literals(&attribute.expr, &mut found);
        }
    }
    for span in found {
        sources.hide(span);
    }
}

fn in_block(block: &Block, schemas: &BlockSchemas<'_>, found: &mut Vec<Span>) {
    match &*block.ty {
        "variable" => {
            let sensitive = block.body.attribute("sensitive");
            if sensitive.is_some_and(|a| is_true(&a.expr))
                && let Some(default) = block.body.attribute("default")
            {
                literals(&default.expr, found);
            }
        }
        "check" => {
            for data in block.body.blocks_of("data") {
                in_block(data, schemas, found);
            }
        }
        kind => {
            let schema = block.labels.first().and_then(|l| schemas(kind, &l.text));
            if let Some(schema) = schema {
                in_body(&block.body, &schema, found);
            }
            connections(&block.body, found);
        }
    }
}

fn is_true(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Value::Bool(b)) => *b,
        ExprKind::Literal(Value::String(s)) => &**s == "true",
        ExprKind::Paren(inner) => is_true(inner),
        _ => false,
    }
}

fn in_body(body: &Body, schema: &BlockSchema, found: &mut Vec<Span>) {
    for attribute in &body.attributes {
        let known = schema.attributes.get(&attribute.name);
        if known.is_some_and(|a| a.sensitive) {
            literals(&attribute.expr, found);
        }
    }
    for block in &body.blocks {
        if &*block.ty == "dynamic" {
            let nested = block
                .labels
                .first()
                .and_then(|l| schema.blocks.get(&l.text));
            for content in block.body.blocks_of("content") {
                if let Some(nested) = nested {
                    in_body(&content.body, &nested.block, found);
                }
            }
        } else if let Some(nested) = schema.blocks.get(&block.ty) {
            in_body(&block.body, &nested.block, found);
        }
    }
}

/// What `connection` blocks say to open the door with, in a resource and in its provisioners.
fn connections(body: &Body, found: &mut Vec<Span>) {
    for block in body.blocks_of("connection") {
        for attribute in &block.body.attributes {
            if attribute.name.ends_with("password") || attribute.name.ends_with("private_key") {
                literals(&attribute.expr, found);
            }
        }
    }
    for provisioner in body.blocks_of("provisioner") {
        connections(&provisioner.body, found);
    }
}

/// The places of the literals that make up the value of an expression. What merely selects (a condition, a key) is none.
fn literals(expr: &Expr, found: &mut Vec<Span>) {
    deep(|| match &expr.kind {
        ExprKind::Literal(Value::String(_) | Value::Number(_)) | ExprKind::Template(_) => {
            found.push(expr.span);
        }
        ExprKind::Literal(_) | ExprKind::Ref(_) => {}
        ExprKind::TemplateWrap(inner) | ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => {
            literals(inner, found);
        }
        ExprKind::Access(access) => literals(&access.source, found),
        ExprKind::Splat(splat) => literals(&splat.source, found),
        ExprKind::Call(call) => {
            for argument in &call.args {
                literals(argument, found);
            }
        }
        ExprKind::Conditional(parts) => {
            for branch in &parts[1..] {
                literals(branch, found);
            }
        }
        ExprKind::Binary(operation) => {
            literals(&operation.first, found);
            for (_, operand) in &operation.rest {
                literals(operand, found);
            }
        }
        ExprKind::Tuple(items) => {
            for item in items {
                literals(item, found);
            }
        }
        ExprKind::Object(items) => {
            for item in items {
                literals(&item.value, found);
            }
        }
        ExprKind::For(each) => {
            literals(&each.collection, found);
            literals(&each.value, found);
        }
    });
}

#[cfg(test)]
mod tests {
    use cairn_model::AttributeSchema;
    use cairn_value::{Type, name};

    use super::*;
    use crate::syntax::parse_file;

    fn shown(text: &str) -> String {
        let secret = AttributeSchema {
            sensitive: true,
            ..AttributeSchema::optional(Type::String)
        };
        let schema = Arc::new(BlockSchema::new(
            [
                (name("password"), secret),
                (name("name"), AttributeSchema::optional(Type::String)),
            ],
            [],
        ));
        let schemas =
            |kind: &str, ty: &str| (kind == "resource" && ty == "server").then(|| schema.clone());
        let mut sources = SourceMap::default();
        let file = sources.add("main.tf", text);
        let (body, said) = parse_file(file, text);
        assert!(said.is_empty(), "{said:?}");
        hide_in_file(&body, &schemas, &mut sources);
        let file = sources.get(file).expect("added");
        let lines: Vec<String> = (1..=text.lines().count())
            .map(|line| file.shown_line(line, 0, 0).text.into_owned())
            .collect();
        lines.join("\n")
    }

    #[test]
    fn literals_of_sensitive_arguments_are_secrets() {
        for (written, expected) in [
            (r#"password = "hunter2""#, "password = (sensitive value)"),
            (r#"name = "hunter2""#, r#"name = "hunter2""#),
            (r#"password = "a${var.x}b""#, "password = (sensitive value)"),
            ("password = 1234", "password = (sensitive value)"),
            ("password = var.password", "password = var.password"),
            (r#"password = "${var.x}""#, r#"password = "${var.x}""#),
            (
                r#"password = var.e == "prod" ? "a" : upper("b")"#,
                r#"password = var.e == "prod" ? (sensitive value) : upper((sensitive value))"#,
            ),
            (
                "connection {\n host = \"h\"\n password = \"p\"\n}",
                "connection {\n host = \"h\"\n password = (sensitive value)\n}",
            ),
        ] {
            let around = |inner: &str| format!("resource \"server\" \"a\" {{\n{inner}\n}}");
            assert_eq!(shown(&around(written)), around(expected));
        }
        let other = "resource \"other\" \"a\" {\n  password = \"x\"\n}";
        assert_eq!(shown(other), other);
    }

    #[test]
    fn defaults_of_sensitive_variables_are_secrets() {
        assert_eq!(
            shown("variable \"a\" {\n  sensitive = true\n  default = { k = \"x\" }\n}"),
            "variable \"a\" {\n  sensitive = true\n  default = { k = (sensitive value) }\n}"
        );
        let plain = "variable \"a\" {\n  default = \"x\"\n}";
        assert_eq!(shown(plain), plain);
    }
}
