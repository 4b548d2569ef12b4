//! Decides which instances a block has: `count` and `for_each`.

use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_value::{Marks, Type, Value, convert};

use super::InstanceKeys;
use super::run::Run;
use super::scope::{Repeat, Scope};
use crate::config::Repetition;
use crate::refs::{self, RefTarget};
use crate::syntax::Expr;

/// More instances of one block than this are taken for a mistake.
const MAX_INSTANCES: i64 = 10_000_000;

/// The code of the message for a `count` or `for_each` that is not known yet: the one error after which a plan can go on.
pub const UNKNOWN_INSTANCES: &str = "unknown-instances";

impl Run<'_, '_> {
    /// The keys of a block in a module instance.
    pub(crate) fn repetition(
        &mut self,
        frame: usize,
        repetition: &Repetition,
        kind: &str,
    ) -> InstanceKeys {
        let scope = Scope::of(frame, &Repeat::Once);
        match repetition {
            Repetition::Once => InstanceKeys::Once,
            Repetition::Count(expr) => self.count(expr, &scope, kind),
            Repetition::ForEach(expr) => self.for_each(expr, &scope, kind),
            Repetition::Enabled(expr) => self.enabled(expr, &scope, kind),
        }
    }

    fn enabled(&mut self, expr: &Expr, scope: &Scope<'_>, kind: &str) -> InstanceKeys {
        let n = self.diags.len();
        match self.flag(expr, scope, "enabled") {
            Some(true) => InstanceKeys::Once,
            Some(false) => InstanceKeys::Disabled,
            None => {
                if !self.ev.whatever && !self.failed_since(n) {
                    let (from, targets) = self.unknown_sources(expr, scope);
                    let d = Diagnostic::error("invalid-switch", "Invalid enabled argument")
                        .detail(format!(
                            "The \"enabled\" value depends on {from}, so it cannot be said whether there will be an instance.",
                        ))
                        .at(expr.span);
                    let d = Self::way_out_of_unknown(d, kind, &targets);
                    self.fail(d, expr, scope);
                }
                InstanceKeys::Unknown
            }
        }
    }

    fn count(&mut self, expr: &Expr, scope: &Scope<'_>, kind: &str) -> InstanceKeys {
        let n = self.diags.len();
        let value = self.checked(expr, scope);
        if self.failed_since(n) {
            return InstanceKeys::Unknown;
        }
        let invalid = |detail: String| {
            Diagnostic::error("invalid-count", "Invalid count argument")
                .detail(detail)
                .at(expr.span)
        };
        // Of a sensitive value the number may be seen, as in Terraform; of one that is another in each run there is none to keep.
        let (value, marks) = value.unmark();
        if marks.is_ephemeral() {
            let d = invalid(
                "The \"count\" value is ephemeral or was made from a value that is, so it may be another in each run, but how many instances there are is recorded. Use a value that is not ephemeral."
                    .to_owned(),
            );
            self.fail(d, expr, scope);
            return InstanceKeys::Unknown;
        }
        let Ok(value) = convert(&value, &Type::Number) else {
            let d = invalid(format!(
                "The \"count\" value must be a whole number that is not negative, but this is {}.",
                value.ty().friendly()
            ));
            self.fail(d, expr, scope);
            return InstanceKeys::Unknown;
        };
        match &value {
            Value::Null(_) => {
                let d = invalid(
                    "The \"count\" value is null. It must be a whole number that is not negative."
                        .to_owned(),
                );
                self.fail(d, expr, scope);
            }
            Value::Unknown(_) if self.ev.whatever => {}
            Value::Unknown(_) => {
                let (from, targets) = self.unknown_sources(expr, scope);
                let d = invalid(format!(
                    "The \"count\" value depends on {from}, so it cannot be said how many instances there will be.",
                ));
                let d = Self::way_out_of_unknown(d, kind, &targets);
                self.fail(d, expr, scope);
            }
            number => match number.as_i64() {
                Some(n) if (0..=MAX_INSTANCES).contains(&n) => {
                    return InstanceKeys::Count(n as u64);
                }
                Some(n) if n > 0 => {
                    let d = invalid(format!(
                        "The \"count\" value asks for more than {MAX_INSTANCES} instances of one block, which is taken for a mistake."
                    ));
                    self.fail(d, expr, scope);
                }
                Some(n) => {
                    let d = invalid(format!(
                        "The \"count\" value must not be negative, but it is {n}. It must be zero or a positive whole number."
                    ));
                    self.fail(d, expr, scope);
                }
                None => {
                    let d = invalid(match number {
                        Value::Number(n) => {
                            format!("The \"count\" value must be a whole number, but it is {n}.")
                        }
                        _ => "The \"count\" value must be a whole number.".to_owned(),
                    });
                    self.fail(d, expr, scope);
                }
            },
        }
        InstanceKeys::Unknown
    }

    pub(crate) fn for_each(&mut self, expr: &Expr, scope: &Scope<'_>, kind: &str) -> InstanceKeys {
        let n = self.diags.len();
        let value = self.checked(expr, scope);
        if self.failed_since(n) {
            return InstanceKeys::Unknown;
        }
        let invalid = |detail: String| {
            Diagnostic::error("invalid-for-each", "Invalid for_each argument")
                .detail(detail)
                .at(expr.span)
        };
        let marks = value.marks();
        if marks.is_sensitive() || marks.is_ephemeral() {
            let what = if marks.contains(Marks::SENSITIVE) {
                "sensitive"
            } else {
                "ephemeral"
            };
            let d = invalid(format!(
                "The \"for_each\" value is {what} or was made from a value that is, so its keys cannot name instances: they are shown in addresses. Use keys that are not {what}; sensitive values may stand as the values of a map."
            ));
            self.fail(d, expr, scope);
            return InstanceKeys::Unknown;
        }
        match value.peel() {
            Value::Null(_) => {
                let d = invalid(
                    "The \"for_each\" value is null. It must be a map, or a set of strings."
                        .to_owned(),
                );
                self.fail(d, expr, scope);
            }
            Value::Unknown(u)
                if self.ev.whatever
                    && matches!(
                        u.ty,
                        Type::Dynamic | Type::Map(_) | Type::Object(_) | Type::Set(_)
                    ) => {}
            Value::Unknown(u) => {
                let d = match &u.ty {
                    Type::Dynamic | Type::Map(_) | Type::Object(_) | Type::Set(_) => {
                        let (from, targets) = self.unknown_sources(expr, scope);
                        let d = invalid(format!(
                            "The \"for_each\" value depends on {from}, so the keys of the instances cannot be determined.",
                        ));
                        Self::way_out_of_unknown(d, kind, &targets).hint(
                            "Use a map whose keys are written in the configuration and put what is not known yet into its values.",
                        )
                    }
                    other => invalid(wrong_type(other)),
                };
                self.fail(d, expr, scope);
            }
            Value::Map(m) => {
                return InstanceKeys::ForEach(
                    m.entries
                        .iter()
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect(),
                );
            }
            Value::Object(o) => {
                return InstanceKeys::ForEach(
                    o.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
                );
            }
            Value::Set(s) => {
                let mut keys: Vec<(Arc<str>, Value)> = Vec::with_capacity(s.items().len());
                for item in s.items() {
                    match item {
                        Value::String(k) => keys.push((k.clone(), item.clone())),
                        Value::Unknown(_) if self.ev.whatever => return InstanceKeys::Unknown,
                        Value::Unknown(u) if matches!(u.ty, Type::String | Type::Dynamic) => {
                            let (from, targets) = self.unknown_sources(expr, scope);
                            let d = invalid(format!(
                                "The \"for_each\" set has elements that depend on {from}, so the keys of the instances cannot be determined.",
                            ));
                            let d = Self::way_out_of_unknown(d, kind, &targets).hint(
                                "Use a map whose keys are written in the configuration and put what is not known yet into its values.",
                            );
                            self.fail(d, expr, scope);
                            return InstanceKeys::Unknown;
                        }
                        Value::Null(_) => {
                            let d = invalid(
                                "The \"for_each\" set must not contain null: each element is the key of an instance."
                                    .to_owned(),
                            );
                            self.fail(d, expr, scope);
                            return InstanceKeys::Unknown;
                        }
                        other => {
                            let d = invalid(format!(
                                "The \"for_each\" argument takes a map, or a set of strings, but this is a set of {}.",
                                other.ty().friendly()
                            ));
                            self.fail(d, expr, scope);
                            return InstanceKeys::Unknown;
                        }
                    }
                }
                keys.sort_by(|(a, _), (b, _)| a.cmp(b));
                return InstanceKeys::ForEach(keys.into());
            }
            other => {
                let d = invalid(wrong_type(&other.ty()));
                self.fail(d, expr, scope);
            }
        }
        InstanceKeys::Unknown
    }

    /// Which of the references in an expression are not known: `alicloud_vpc.main.id, which is known only after apply`.
    fn unknown_sources(&mut self, expr: &Expr, scope: &Scope<'_>) -> (String, Vec<String>) {
        let mut unknown: Vec<String> = Vec::new();
        let mut targets: Vec<String> = Vec::new();
        let mut found = Vec::new();
        refs::accesses(expr, &mut |access, each| {
            if !scope.bound_names().any(|n| n == &*access.source) {
                found.push((access.clone(), each.to_vec()));
            }
        });
        for (access, each) in found {
            let reads = self.reads.mark();
            let n = self.diags.len();
            self.quiet += 1;
            let value = self.eval_ref(&access, refs::access_span(&access), scope);
            self.quiet -= 1;
            self.diags.truncate(n);
            self.reads.rollback(reads);
            if value.is_wholly_known() {
                continue;
            }
            let mut text = crate::refs::written(&access);
            if !each.is_empty() {
                text.push_str("[*]");
                crate::refs::write_steps(&mut text, &each);
            }
            let through = self.unknown_resources(&access, scope);
            // Behind a named value stands what it was made from.
            let named = matches!(
                refs::reference(&access).target,
                RefTarget::Local(_) | RefTarget::Variable(_) | RefTarget::Module(..)
            );
            if named && !through.is_empty() {
                text = format!("{text} (made from {})", through.join(", "));
            }
            targets.extend(through);
            if !unknown.contains(&text) {
                unknown.push(text);
            }
        }
        targets.sort();
        targets.dedup();
        let text = match unknown.as_slice() {
            [] => "a value that is known only after apply".to_owned(),
            [one] => format!("{one}, which is known only after apply"),
            several => format!("{}, which are known only after apply", several.join(", ")),
        };
        (text, targets)
    }

    /// The resources that a reference reads, itself or through named values.
    fn unknown_resources(
        &mut self,
        access: &crate::syntax::Access<cairn_value::Name>,
        scope: &Scope<'_>,
    ) -> Vec<String> {
        let span = refs::access_span(access);
        let memo = self.apart(|run| {
            run.quiet += 1;
            run.eval_ref(access, span, scope)
        });
        memo.reads
            .iter()
            .take(3)
            .map(|d| match d {
                cairn_model::Dependency::Resource(r) => r.to_string(),
                cairn_model::Dependency::Instance(i) => i.to_string(),
            })
            .collect()
    }

    fn way_out_of_unknown(
        mut diagnostic: Diagnostic,
        kind: &str,
        targets: &[String],
    ) -> Diagnostic {
        diagnostic.code = UNKNOWN_INSTANCES;
        let targets = if targets.is_empty() {
            "-target=ADDRESS".to_owned()
        } else {
            let quoted = |t: &String| {
                if t.contains(['[', '"']) {
                    format!("'-target={t}'")
                } else {
                    format!("-target={t}")
                }
            };
            targets.iter().map(quoted).collect::<Vec<_>>().join(" ")
        };
        diagnostic.hint(format!(
            "Apply first only what the value depends on, with {targets}, and then everything. Or use `cairn apply -rounds`, which leaves the {kind} and what depends on it for a second plan."
        ))
    }
}

fn wrong_type(ty: &Type) -> String {
    let way_out = match ty {
        Type::List(t) if **t == Type::String => " Wrap it in toset() to make a set of it.",
        Type::Tuple(_) => " Wrap it in toset() to make a set of strings of it.",
        _ => "",
    };
    format!(
        "The \"for_each\" argument takes a map, or a set of strings, but this is {}.{way_out}",
        match ty {
            Type::List(_) | Type::Set(_) | Type::Map(_) => format!("a {}", ty.friendly()),
            Type::Object(_) => "an object".to_owned(),
            other => format!("a {}", other.friendly()),
        }
    )
}
