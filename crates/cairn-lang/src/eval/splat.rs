//! Decides what splats come to: of sequences, of single values, of null.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Span};
use cairn_value::{Refinement, Type, Unknown, Value, unify};

use super::run::Run;
use super::scope::Scope;
use crate::syntax::{Expr, Splat, SplatIn, Step};

/// What is done with each element.
struct Each<'s> {
    steps: &'s [Step],
    nested: Option<&'s SplatIn>,
    source: Option<&'s Expr>,
    marker: Span,
}

impl Run<'_, '_> {
    pub(crate) fn splat(&mut self, splat: &Splat, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let source = self.eval(&splat.source, scope);
        if self.failed_since(n) {
            return Value::unknown(Type::Dynamic);
        }
        let each = Each {
            steps: &splat.each,
            nested: splat.nested.as_deref(),
            source: Some(&splat.source),
            marker: splat.marker,
        };
        self.splat_of(source, &each, scope)
    }

    fn splat_of(&mut self, source: Value, splat: &Each<'_>, scope: &Scope<'_>) -> Value {
        let (source, marks) = source.unmark();
        let dynamic = Value::unknown(Type::Dynamic);
        let ty = match &source {
            Value::Null(ty) => Some(ty),
            Value::Unknown(u) => Some(&u.ty),
            _ => None,
        };
        let sequence = match (&source, ty) {
            (_, Some(ty)) => matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)),
            (Value::List(_) | Value::Set(_) | Value::Tuple(_), None) => true,
            _ => false,
        };
        if source.is_null() {
            if !sequence {
                return Value::tuple(Vec::new()).mark(marks);
            }
            let d = Diagnostic::error("splat-of-null", "Splat of null value")
                .detail(
                    "A splat cannot be applied to a list, set or tuple that is null. Use coalesce() or a condition to put an empty one in its place.",
                )
                .at(splat.marker);
            match splat.source {
                Some(source) => self.fail(d, source, scope),
                None => self.error(d),
            }
            return dynamic;
        }
        if ty == Some(&Type::Dynamic) {
            return dynamic.mark(marks);
        }
        let result = match &source {
            Value::Unknown(u) => match &u.ty {
                Type::List(t) | Type::Set(t) => {
                    let each = self.each(splat, Value::unknown((**t).clone()), scope);
                    unknown_sequence(u, Type::list(each.ty()), true)
                }
                Type::Tuple(types) => Value::unknown_not_null(Type::tuple(
                    types
                        .iter()
                        .map(|t| self.each(splat, Value::unknown(t.clone()), scope).ty()),
                )),
                // One value, or none if it turns out null.
                _ => {
                    let each = self.each(splat, source.clone(), scope);
                    if u.refinement.not_null {
                        Value::tuple(vec![each])
                    } else {
                        dynamic.clone()
                    }
                }
            },
            Value::List(l) => self.each_of(splat, &l.items, &l.element, scope),
            Value::Set(s) => self.each_of(splat, s.items(), &s.element, scope),
            Value::Tuple(items) => {
                let n = self.diags.len();
                let mut results = Vec::with_capacity(items.len());
                for item in items.iter() {
                    results.push(self.each(splat, item.clone(), scope));
                    if self.failed_since(n) {
                        break;
                    }
                }
                if self.failed_since(n) {
                    dynamic.clone()
                } else {
                    Value::tuple(results)
                }
            }
            single => {
                let each = self.each(splat, single.clone(), scope);
                Value::tuple(vec![each])
            }
        };
        result.mark(marks)
    }

    fn each(&mut self, splat: &Each<'_>, item: Value, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let value = if splat.steps.is_empty() {
            item
        } else {
            self.steps(item, splat.steps, &|| None, scope)
        };
        match splat.nested {
            Some(inner) if !self.failed_since(n) => self.splat_in(value, inner, scope),
            _ => value,
        }
    }

    fn splat_in(&mut self, source: Value, splat: &SplatIn, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let each = Each {
            steps: &splat.each,
            nested: splat.nested.as_deref(),
            source: None,
            marker: splat.marker,
        };
        let mut value = self.splat_of(source, &each, scope);
        if !splat.then.is_empty() && !self.failed_since(n) {
            value = self.steps(value, &splat.then, &|| None, scope);
        }
        match &splat.next {
            Some(next) if !self.failed_since(n) => self.splat_in(value, next, scope),
            _ => value,
        }
    }

    /// A list of what the steps give for each element.
    fn each_of(
        &mut self,
        splat: &Each<'_>,
        items: &[Value],
        element: &Type,
        scope: &Scope<'_>,
    ) -> Value {
        if items.is_empty() {
            let each = self.each(splat, Value::unknown(element.clone()), scope);
            return Value::list(each.ty(), Vec::new());
        }
        let n = self.diags.len();
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            results.push(self.each(splat, item.clone(), scope));
            if self.failed_since(n) {
                return Value::unknown(Type::Dynamic);
            }
        }
        let first = results[0].ty();
        if results.iter().all(|r| r.ty() == first) {
            return Value::list(first, results);
        }
        // Elements that are not known may be of open type.
        let types: Vec<Type> = results.iter().map(Value::ty).collect();
        let common = unify(&types);
        let converted = common.as_ref().and_then(|ty| {
            results
                .iter()
                .map(|r| cairn_value::convert(r, ty).ok())
                .collect::<Option<Vec<_>>>()
        });
        match (common, converted) {
            (Some(ty), Some(items)) => Value::list(ty, items),
            _ => Value::tuple(results),
        }
    }
}

/// An unknown list of the length that the source will have.
fn unknown_sequence(source: &Unknown, ty: Type, not_null: bool) -> Value {
    Value::Unknown(Arc::new(Unknown {
        ty,
        refinement: Refinement {
            not_null,
            prefix: None,
            at_least: source.refinement.at_least.clone(),
            at_most: source.refinement.at_most.clone(),
        },
    }))
}
