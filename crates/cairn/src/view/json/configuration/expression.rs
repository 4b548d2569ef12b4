//! Decides how an expression looks as JSON: its value where it has one by itself, and what it refers to.

use std::sync::Arc;

use cairn_diag::SourceMap;
use cairn_lang::{
    Body, EvalContext, Evaluator, Expr, ExprKind, InstanceValues, mentions, stands_alone,
};
use cairn_model::{AbsResource, AbsResourceInstance, BlockSchema, ModuleInstance, Nesting};
use cairn_value::{Type, Value, convert};
use serde_json::{Map, Value as Json, json};

use super::to_json;
use crate::project::Project;
use crate::settings::Settings;

/// Writes expressions; those that stand for themselves are evaluated.
pub(super) struct Expressions<'p> {
    evaluator: Evaluator<'p>,
    sources: &'p SourceMap,
}

impl<'p> Expressions<'p> {
    pub(super) fn of(project: &'p Project, settings: &Settings) -> Self {
        let context: EvalContext<'p> = project.context(settings, "");
        Self {
            evaluator: Evaluator::new(&project.tree, &project.inputs, context),
            sources: &project.sources,
        }
    }

    /// One expression.
    pub(super) fn one(&mut self, expr: &Expr) -> Json {
        let mut out = json!({});
        let constant = self.written(expr);
        if let Some(value) = constant.or_else(|| self.constant(expr).map(|v| to_json(&v))) {
            out["constant_value"] = value;
        }
        let references = mentions(expr);
        if !references.is_empty() {
            out["references"] = json!(references);
        }
        out
    }

    /// An expression of a JSON file as it is written, its texts as if they had no templates in them.
    fn written(&self, expr: &Expr) -> Option<Json> {
        let file = self.sources.get(expr.span.file)?;
        if !file.name.ends_with(".json") {
            return None;
        }
        serde_json::from_str(self.sources.text(expr.span)?).ok()
    }

    /// The text that an expression is by itself.
    pub(super) fn text(&mut self, expr: &Expr) -> Option<String> {
        let text = convert(&self.constant(expr)?, &Type::String).ok()?;
        text.as_str().map(str::to_owned)
    }

    /// The value of what stands for itself; of a condition that does, the chosen side may be enough.
    fn constant(&mut self, expr: &Expr) -> Option<Value> {
        if stands_alone(expr) {
            let found = self
                .evaluator
                .expression(&ModuleInstance::root(), expr, &NoInstances);
            let is_value = !found.diagnostics.has_errors() && found.value.is_wholly_known();
            return is_value.then_some(found.value);
        }
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => self.constant(inner),
            ExprKind::Conditional(parts) => {
                let condition = convert(&self.constant(&parts[0])?, &Type::Bool).ok()?;
                let chosen = if condition.as_bool()? { 1 } else { 2 };
                self.constant(&parts[chosen])
            }
            _ => None,
        }
    }

    /// Attributes by name, those that `is_known` knows.
    pub(super) fn attributes(&mut self, body: &Body, is_known: impl Fn(&str) -> bool) -> Json {
        let attributes = body.attributes.iter().filter(|a| is_known(&a.name));
        let written: Map<String, Json> = attributes
            .map(|a| (a.name.to_string(), self.one(&a.expr)))
            .collect();
        Json::Object(written)
    }

    /// What a body says of a schema's attributes and blocks. What `dynamic` blocks make is not written out.
    pub(super) fn body(&mut self, body: &Body, schema: &BlockSchema) -> Json {
        let mut out = self.attributes(body, |name| schema.attributes.contains_key(name));
        for block in &body.blocks {
            let Some(nested) = schema.blocks.get(&block.ty) else {
                continue;
            };
            let inside = self.body(&block.body, &nested.block);
            let ty = &*block.ty;
            match nested.nesting {
                Nesting::Single | Nesting::Group => out[ty] = inside,
                Nesting::List | Nesting::Set => match out[ty].as_array_mut() {
                    Some(items) => items.push(inside),
                    None => out[ty] = json!([inside]),
                },
                Nesting::Map => {
                    let key = block.labels.first().map_or("", |l| &*l.text);
                    out[ty][key] = inside;
                }
            }
        }
        out
    }
}

/// Adds a member that says something.
pub(super) fn put(out: &mut Json, name: &str, member: Json) {
    let is_empty = match &member {
        Json::Object(members) => members.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    };
    if !is_empty {
        out[name] = member;
    }
}

/// What stands for itself reads no instance.
struct NoInstances;

impl InstanceValues for NoInstances {
    fn instance(&self, _: &AbsResourceInstance) -> Option<Value> {
        None
    }

    fn instances(&self, _: &AbsResource) -> Option<Arc<Value>> {
        None
    }
}
