//! Decides how type constraints are written: `list(string)`, `object({ a = optional(number, 1) })`, `any`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span, nearest};
use cairn_value::{Name, ObjectType, Type, Value, convert, name};

use super::constant::constant;
use super::decode::Decoder;
use super::types::TypeConstraint;
use crate::syntax::{Call, Expr, ExprKind};

const NAMES: [&str; 9] = [
    "string", "number", "bool", "any", "list", "set", "map", "object", "tuple",
];

/// The defaults found so far, and the way to the type at hand.
struct Defaults {
    found: BTreeMap<Vec<Name>, Value>,
    at: Vec<Name>,
}

/// The type that an expression stands for, as the second argument of `convert` has it.
pub(crate) fn type_constraint(expr: &Expr) -> Result<TypeConstraint, Diagnostics> {
    let sources = SourceMap::default();
    let mut decoder = Decoder::new(&sources);
    let mut defaults = Defaults {
        found: BTreeMap::new(),
        at: Vec::new(),
    };
    match decoder.type_expr(expr, &mut defaults) {
        Some(ty) if !decoder.said.has_errors() => Ok(TypeConstraint {
            ty,
            defaults: defaults.found,
        }),
        _ => Err(decoder.said),
    }
}

impl Decoder<'_> {
    /// The type of a variable. As long ago, it may stand in quotes, with a warning.
    pub(super) fn variable_type(&mut self, expr: &Expr) -> Option<TypeConstraint> {
        let legacy = match &expr.kind {
            ExprKind::Literal(Value::String(text)) => {
                let (ty, instead) = match &**text {
                    "string" => (Type::String, "string"),
                    "list" => (Type::list(Type::Dynamic), "list(any)"),
                    "map" => (Type::map(Type::Dynamic), "map(any)"),
                    "number" => (Type::Number, "number"),
                    "bool" => (Type::Bool, "bool"),
                    "any" => (Type::Dynamic, "any"),
                    _ => {
                        self.invalid(expr.span, "A type is written without quotes.".to_owned());
                        return None;
                    }
                };
                self.push(
                    Diagnostic::warning("quoted-type", "Quoted type constraints are deprecated")
                        .detail(format!(
                            "A type is written without quotes: type = {instead}."
                        ))
                        .at(expr.span),
                );
                Some(ty)
            }
            ExprKind::Ref(access) if access.steps.is_empty() => match &*access.source {
                "list" => Some(Type::list(Type::Dynamic)),
                "map" => Some(Type::map(Type::Dynamic)),
                _ => None,
            },
            _ => None,
        };
        if let Some(ty) = legacy {
            return Some(TypeConstraint {
                ty,
                defaults: BTreeMap::new(),
            });
        }
        let mut defaults = Defaults {
            found: BTreeMap::new(),
            at: Vec::new(),
        };
        let ty = self.type_expr(expr, &mut defaults)?;
        Some(TypeConstraint {
            ty,
            defaults: defaults.found,
        })
    }

    fn invalid(&mut self, place: Span, detail: String) {
        self.push(
            Diagnostic::error("invalid-type", "Invalid type specification")
                .detail(detail)
                .at(place),
        );
    }

    fn type_expr(&mut self, expr: &Expr, defaults: &mut Defaults) -> Option<Type> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.type_expr(inner, defaults),
            ExprKind::Ref(access) if access.steps.is_empty() => match &*access.source {
                "string" => Some(Type::String),
                "number" => Some(Type::Number),
                "bool" => Some(Type::Bool),
                "any" => Some(Type::Dynamic),
                word @ ("list" | "set" | "map") => {
                    self.invalid(
                        expr.span,
                        format!("`{word}` needs the type of its elements in parentheses: {word}(string), or {word}(any)."),
                    );
                    None
                }
                "object" => {
                    self.invalid(
                        expr.span,
                        "`object` needs its attributes: object({ name = string }).".to_owned(),
                    );
                    None
                }
                "tuple" => {
                    self.invalid(
                        expr.span,
                        "`tuple` needs its element types: tuple([string, number]).".to_owned(),
                    );
                    None
                }
                word => {
                    self.unknown_type(word, expr.span);
                    None
                }
            },
            ExprKind::Call(call) => self.type_call(call, expr.span, defaults),
            ExprKind::Literal(Value::String(text)) => {
                self.invalid(
                    expr.span,
                    format!("A type is written without quotes: {text}."),
                );
                None
            }
            _ => {
                self.invalid(
                    expr.span,
                    "A type is expected here, such as string, list(string) or object({ name = string }).".to_owned(),
                );
                None
            }
        }
    }

    fn unknown_type(&mut self, word: &str, place: Span) {
        let mut detail = format!("There is no type `{word}`.");
        match nearest(word, NAMES) {
            Some(near) => {
                let _ = write!(detail, " Did you mean `{near}`?");
            }
            None => detail.push_str(
                " There are string, number, bool, any, list(...), set(...), map(...), object({...}) and tuple([...]).",
            ),
        }
        self.invalid(place, detail);
    }

    fn type_call(&mut self, call: &Call, place: Span, defaults: &mut Defaults) -> Option<Type> {
        let word = &*call.name;
        match word {
            "list" | "set" | "map" => {
                let [element] = &call.args[..] else {
                    self.invalid(
                        place,
                        format!("`{word}` takes one type, that of its elements: {word}(string)."),
                    );
                    return None;
                };
                defaults.at.push(name("*"));
                let element = self.type_expr(element, defaults);
                defaults.at.pop();
                let element = element?;
                Some(match word {
                    "list" => Type::list(element),
                    "set" => Type::set(element),
                    _ => Type::map(element),
                })
            }
            "tuple" => {
                let [
                    Expr {
                        kind: ExprKind::Tuple(items),
                        ..
                    },
                ] = &call.args[..]
                else {
                    self.invalid(
                        place,
                        "`tuple` takes a list of types: tuple([string, number]).".to_owned(),
                    );
                    return None;
                };
                let mut types = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    defaults.at.push(name(&i.to_string()));
                    types.push(self.type_expr(item, defaults));
                    defaults.at.pop();
                }
                Some(Type::tuple(types.into_iter().collect::<Option<Vec<_>>>()?))
            }
            "object" => self.object_type(call, place, defaults),
            "optional" => {
                self.invalid(
                    place,
                    "`optional` is for attributes of an object only: object({ name = optional(string) }).".to_owned(),
                );
                None
            }
            "string" | "number" | "bool" | "any" => {
                self.invalid(place, format!("`{word}` takes nothing in parentheses."));
                None
            }
            _ => {
                self.unknown_type(word, call.name_span);
                None
            }
        }
    }

    fn object_type(&mut self, call: &Call, place: Span, defaults: &mut Defaults) -> Option<Type> {
        let [
            Expr {
                kind: ExprKind::Object(items),
                ..
            },
        ] = &call.args[..]
        else {
            self.invalid(
                place,
                "`object` takes its attributes in braces: object({ name = string }).".to_owned(),
            );
            return None;
        };
        let mut attributes = BTreeMap::new();
        let mut optional = BTreeSet::new();
        let mut complete = true;
        for item in items {
            let ExprKind::Literal(Value::String(key)) = &item.key.kind else {
                self.invalid(
                    item.key.span,
                    "The name of an attribute is one plain word.".to_owned(),
                );
                complete = false;
                continue;
            };
            let key: Name = key.clone();
            defaults.at.push(key.clone());
            let ty = match &item.value.kind {
                ExprKind::Call(call) if &*call.name == "optional" => {
                    optional.insert(key.clone());
                    self.optional_type(call, item.value.span, defaults)
                }
                _ => self.type_expr(&item.value, defaults),
            };
            defaults.at.pop();
            match ty {
                Some(ty) => {
                    if attributes.insert(key.clone(), ty).is_some() {
                        self.invalid(
                            item.key.span,
                            format!("The attribute `{key}` is there twice."),
                        );
                        complete = false;
                    }
                }
                None => complete = false,
            }
        }
        complete.then(|| {
            Type::Object(Arc::new(ObjectType {
                attributes,
                optional,
            }))
        })
    }

    /// `optional(type)` or `optional(type, default)`
    fn optional_type(&mut self, call: &Call, place: Span, defaults: &mut Defaults) -> Option<Type> {
        let (ty, default) = match &call.args[..] {
            [ty] => (ty, None),
            [ty, default] => (ty, Some(default)),
            _ => {
                self.invalid(
                    place,
                    "`optional` takes a type, and a default value if there is one: optional(number, 10).".to_owned(),
                );
                return None;
            }
        };
        let inner_from = defaults.found.len();
        let ty = self.type_expr(ty, defaults)?;
        let has_inner = defaults.found.len() > inner_from;
        let Some(default) = default else {
            return Some(ty);
        };
        let value = constant(default, &mut self.said)?;
        // With defaults further in, those come first; whether it fits then is seen where the value is used.
        let converted = if has_inner {
            Ok(value.clone())
        } else {
            convert(&value, &ty)
        };
        match converted {
            Ok(value) => {
                defaults.found.insert(defaults.at.clone(), value);
            }
            Err(e) => self.push(
                Diagnostic::error(
                    "invalid-optional-default",
                    "Invalid default value for optional attribute",
                )
                .detail(format!(
                    "The default is not of the attribute's type {ty}: {e}."
                ))
                .at(default.span),
            ),
        }
        Some(ty)
    }
}
