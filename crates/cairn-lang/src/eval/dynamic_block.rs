//! Decides which blocks a `dynamic` block stands for.

use cairn_diag::Diagnostic;
use cairn_model::{BlockSchema, Nesting};
use cairn_value::{Name, Type, Value, convert, name};

use super::block::Part;
use super::for_expr::Elements;
use super::run::Run;
use super::scope::{Binding, Scope};
use crate::syntax::{Block, Body, Expr, ExprKind};

impl<'a> Run<'_, 'a> {
    /// Says what is wrong with a `dynamic` block whatever its elements are. What stands in its content is checked when it is
    /// decoded.
    pub(crate) fn check_dynamic(&mut self, block: &'a Block, scope: &Scope<'_>) {
        match block.body.attribute("for_each") {
            Some(a) => self.check(&a.expr, scope),
            None => self.error(
                Diagnostic::error("missing-argument", "Missing required argument")
                    .detail("A \"dynamic\" block needs the argument \"for_each\": a list, set, map or object with an element for each block to make.")
                    .at(block.header),
            ),
        }
        for attribute in &block.body.attributes {
            if !matches!(&*attribute.name, "for_each" | "iterator" | "labels") {
                self.error(
                    Diagnostic::error("unsupported-argument", "Unsupported argument")
                        .detail(format!(
                            "An argument named {:?} is not expected in a \"dynamic\" block, which takes for_each, iterator, labels and a \"content\" block. Arguments of the blocks to make stand in \"content\".",
                            &*attribute.name
                        ))
                        .at(attribute.name_span),
                );
            }
        }
        if content(block).is_none() {
            self.error(
                Diagnostic::error("missing-block", "Missing required block")
                    .detail("A \"dynamic\" block needs exactly one \"content\" block that says what the blocks consist of.")
                    .at(block.header),
            );
        }
        if let Some(a) = block.body.attribute("iterator")
            && !matches!(&a.expr.kind, ExprKind::Ref(access) if access.steps.is_empty())
        {
            self.error(
                Diagnostic::error("invalid-iterator", "Invalid dynamic iterator name")
                    .detail("The iterator must be one plain name without quotes.")
                    .at(a.expr.span),
            );
        }
    }

    /// Adds the blocks that a `dynamic` block stands for.
    pub(crate) fn dynamic(
        &mut self,
        block: &'a Block,
        schema: &BlockSchema,
        nesting: Nesting,
        scope: &Scope<'_>,
        parts: &mut Vec<Part>,
    ) {
        let (Some(for_each), Some(content), Some(label)) = (
            block.body.attribute("for_each"),
            content(block),
            block.labels.first(),
        ) else {
            return;
        };
        let iterator: &Name = match block.body.attribute("iterator").map(|a| &a.expr.kind) {
            Some(ExprKind::Ref(access)) => &access.source,
            _ => &label.text,
        };
        let n = self.diags.len();
        let Some((elements, marks)) = self.elements(&for_each.expr, scope) else {
            for d in &mut self.diags[n..] {
                if d.code.starts_with("iteration-over") {
                    d.summary = "Invalid dynamic for_each value".into();
                    d.detail = d
                        .detail
                        .replace("in a for expression", "by a \"dynamic\" block");
                }
            }
            parts.push(Part::Some(cairn_value::Marks::NONE));
            return;
        };
        let Elements::Known(elements, _) = elements else {
            // The content is looked at once, so that what is wrong in it is said.
            let some =
                iterator_object(Value::unknown(Type::Dynamic), Value::unknown(Type::Dynamic));
            let inner = Binding {
                name: iterator,
                value: &some,
                outer: scope.bindings,
            };
            let scope = Scope {
                bindings: Some(&inner),
                ..*scope
            };
            self.decode(content, schema, block.header, &scope);
            parts.push(Part::Some(marks));
            return;
        };
        for (key, value) in elements {
            let object = iterator_object(key, value);
            let inner = Binding {
                name: iterator,
                value: &object,
                outer: scope.bindings,
            };
            let scope = Scope {
                bindings: Some(&inner),
                ..*scope
            };
            let value = self
                .decode(content, schema, block.header, &scope)
                .mark(marks);
            let label = match (nesting, block.body.attribute("labels")) {
                (Nesting::Map, Some(a)) => self.label(&a.expr, &scope),
                _ => None,
            };
            parts.push(Part::One(label, block.header, value));
        }
    }

    fn label(&mut self, expr: &Expr, scope: &Scope<'_>) -> Option<Name> {
        let n = self.diags.len();
        let value = self.checked(expr, scope);
        if self.failed_since(n) {
            return None;
        }
        let first = match value.peel() {
            Value::Tuple(items) => items.first().cloned(),
            Value::List(l) => l.items.first().cloned(),
            _ => None,
        };
        if let Some(Value::String(s)) = first.and_then(|v| convert(v.peel(), &Type::String).ok()) {
            Some(s)
        } else {
            self.error(
                Diagnostic::error("invalid-labels", "Invalid dynamic block labels")
                    .detail("The labels must be a list of strings that are known before the apply.")
                    .at(expr.span),
            );
            None
        }
    }
}

fn content(block: &Block) -> Option<&Body> {
    let mut contents = block.body.blocks_of("content");
    let first = contents.next()?;
    contents.next().is_none().then_some(&first.body)
}

fn iterator_object(key: Value, value: Value) -> Value {
    Value::object([(name("key"), key), (name("value"), value)])
}
