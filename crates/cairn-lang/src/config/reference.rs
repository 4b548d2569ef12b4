//! Decides which expressions name a thing without being evaluated: `depends_on`, `provider`, `moved`, `ignore_changes` and
//! their like. Does not decide whether that thing exists.

use cairn_diag::{Diagnostic, FileId, Span, Spanned};
use cairn_value::{Name, Path, PathStep, Value};

use super::decode::Decoder;
use super::types::ProviderRef;
use crate::syntax::{Access, Expr, ExprKind, Step, parse_expression};

impl Decoder<'_> {
    /// The items of a list that is written out.
    pub(super) fn static_list(&mut self, expr: Expr, what: &str) -> Vec<Expr> {
        if let ExprKind::Tuple(items) = expr.kind {
            return items;
        }
        self.push(
            Diagnostic::error("static-list-required", "Invalid expression")
                .detail(format!(
                    "A list in brackets is needed here, written out: {what} = [ ... ]."
                ))
                .at(expr.span),
        );
        Vec::new()
    }

    /// A reference of names and fixed keys. In quotes, as long ago, it is read too, with a warning.
    pub(super) fn static_reference(&mut self, expr: Expr) -> Option<Access<Name>> {
        let place = expr.span;
        let ExprKind::Ref(access) = self.unquoted(expr).kind else {
            self.push(
                Diagnostic::error("static-reference-required", "Invalid expression")
                    .detail("A reference is needed here, written out: names with dots between them, and fixed keys in brackets.")
                    .at(place),
            );
            return None;
        };
        let computed = access.steps.iter().find_map(|step| match step {
            Step::Index(key, _) if !matches!(key.kind, ExprKind::Literal(_)) => Some(key.span),
            _ => None,
        });
        if let Some(at) = computed {
            self.push(
                Diagnostic::error("static-reference-required", "Invalid expression")
                    .detail("Only fixed keys are possible here, a number or a text; nothing can be computed.")
                    .at(at),
            );
            return None;
        }
        Some(access)
    }

    /// A reference whose keys may be expressions.
    pub(super) fn reference(&mut self, expr: Expr) -> Option<Access<Name>> {
        let place = expr.span;
        if let ExprKind::Ref(access) = self.unquoted(expr).kind {
            return Some(access);
        }
        self.push(
            Diagnostic::error("static-reference-required", "Invalid expression")
                .detail("The address of a resource is needed here: its type and name with a dot between them, and a key in brackets if it has one.")
                .at(place),
        );
        None
    }

    /// The expression that a quoted one stands for, with a warning; others as they are.
    fn unquoted(&mut self, expr: Expr) -> Expr {
        let expr = expr.names();
        let ExprKind::Literal(Value::String(text)) = &expr.kind else {
            return expr;
        };
        match parse_expression(FileId(u32::MAX), text) {
            Ok(mut inner) if matches!(inner.kind, ExprKind::Ref(_)) => {
                self.push(
                    Diagnostic::warning("quoted-reference", "Quoted references are deprecated")
                        .detail(format!("A reference is written without quotes: {text}."))
                        .at(expr.span),
                );
                place_at(&mut inner, expr.span);
                inner
            }
            _ => expr,
        }
    }

    /// A provider configuration: `name` or `name.alias`, and for one of the instances of a repeated one `name.alias[key]`, where
    /// the key may be an expression.
    pub(super) fn provider_ref(&mut self, expr: Expr) -> Option<ProviderRef> {
        let span = expr.span;
        let mut expr = self.unquoted(expr);
        let mut key = None;
        if let ExprKind::Ref(access) = &mut expr.kind
            && let [Step::Attr(..), Step::Index(..)] = access.steps[..]
            && let Some(Step::Index(found, _)) = access.steps.pop()
        {
            key = Some(*found);
        }
        let access = self.static_reference(expr)?;
        let alias = match &access.steps[..] {
            [] => None,
            [Step::Attr(alias, _)] => Some(alias.clone()),
            _ => {
                self.push(
                    Diagnostic::error(
                        "invalid-provider-reference",
                        "Invalid provider configuration reference",
                    )
                    .detail("A provider configuration is named by the provider's local name, its alias after a dot if it has one, and a key in brackets after that if it is repeated by for_each.")
                    .at(span),
                );
                return None;
            }
        };
        Some(ProviderRef {
            name: access.source,
            alias,
            key,
            span: Some(span),
        })
    }

    /// A way into a resource's attributes, as `ignore_changes` lists them.
    pub(super) fn attribute_path(&mut self, expr: Expr) -> Option<Spanned<Path>> {
        let span = expr.span;
        let access = self.static_reference(expr)?;
        let mut steps = vec![PathStep::Attr(access.source)];
        for step in access.steps {
            steps.push(match step {
                Step::Attr(name, _) => PathStep::Attr(name),
                Step::Index(key, place) => match key.kind {
                    ExprKind::Literal(Value::String(key)) => PathStep::Key(key),
                    ExprKind::Literal(Value::Number(n)) if n.to_usize().is_some() => {
                        PathStep::Index(n.to_usize().unwrap_or_default())
                    }
                    _ => {
                        self.push(
                            Diagnostic::error("static-reference-required", "Invalid expression")
                                .detail("An index is a whole number or a text in quotes.")
                                .at(place),
                        );
                        return None;
                    }
                },
            });
        }
        Some(Spanned::new(Path(steps), span))
    }

    /// A word that stands for itself: `all`, `create`, `continue`. In quotes it is read too.
    pub(super) fn keyword(&mut self, expr: &Expr) -> Option<Name> {
        match &expr.kind {
            ExprKind::Ref(access) if access.steps.is_empty() => Some(access.source.clone()),
            ExprKind::Literal(Value::String(text)) => {
                self.push(
                    Diagnostic::warning("quoted-keyword", "Quoted keywords are deprecated")
                        .detail(format!("This keyword is written without quotes: {text}."))
                        .at(expr.span),
                );
                Some(text.clone())
            }
            _ => None,
        }
    }
}

/// Gives an expression and the steps of its reference one place.
fn place_at(expr: &mut Expr, span: Span) {
    expr.span = span;
    if let ExprKind::Ref(access) = &mut expr.kind {
        access.source_span = span;
        for step in &mut access.steps {
            match step {
                Step::Attr(_, place) => *place = span,
                Step::Index(key, place) => {
                    place_at(key, span);
                    *place = span;
                }
            }
        }
    }
}
