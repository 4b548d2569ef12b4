//! Decides whether conditions hold: preconditions, postconditions, validation rules, and what `replace_triggered_by` names.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, nearest};
use cairn_model::{AbsResource, AbsResourceInstance, Dependency, InstanceKey, ModuleInstance};
use cairn_value::{Name, Path, PathStep, Type, Value, convert};

use super::named::{block_name, suggestion};
use super::run::Run;
use super::scope::{Repeat, Scope};
use super::{ConditionResult, ReplaceTrigger};
use crate::config::{Condition, Repetition, Variable, no_trigger};
use crate::refs;
use crate::syntax::{Expr, ExprKind, Step};

impl Run<'_, '_> {
    /// Whether a condition holds, and what is said if not.
    pub(crate) fn condition(
        &mut self,
        condition: &Condition,
        scope: &Scope<'_>,
    ) -> ConditionResult {
        let span = condition.condition.span;
        let mut result = ConditionResult {
            holds: None,
            message: None,
            is_message_hidden: false,
            values: Vec::new(),
            span,
        };
        let n = self.diags.len();
        let value = self.checked(&condition.condition, scope);
        self.check(&condition.error_message, scope);
        if self.failed_since(n) {
            return result;
        }
        let detail = if value.is_null() {
            Some("The condition is null. It must be either true or false.".to_owned())
        } else {
            match convert(value.peel(), &Type::Bool) {
                Ok(Value::Bool(holds)) => {
                    result.holds = Some(holds);
                    None
                }
                Ok(_) => None,
                Err(e) => Some(format!(
                    "The condition must be a bool: {e}{}.",
                    super::note::instead(&e.to_string(), &value)
                )),
            }
        };
        if let Some(detail) = detail {
            let d = Diagnostic::error("invalid-condition-result", "Invalid condition result")
                .detail(detail)
                .at(span);
            self.fail(d, &condition.condition, scope);
            return result;
        }
        if result.holds == Some(false) {
            (result.message, result.is_message_hidden) =
                self.message(&condition.error_message, scope);
            let bare = Diagnostic::error("condition", "");
            result.values = self.noted(bare, &condition.condition, scope).values;
        }
        result
    }

    /// The message, and whether it is only said that it must not be shown.
    fn message(&mut self, expr: &Expr, scope: &Scope<'_>) -> (Option<String>, bool) {
        let n = self.diags.len();
        let value = self.eval(expr, scope);
        if self.failed_since(n) {
            return (None, false);
        }
        if value.has_marks() {
            let said = "The error message contains a sensitive value, so it is not shown.";
            return (Some(said.to_owned()), true);
        }
        let shown = match convert(&value, &Type::String) {
            Ok(Value::String(s)) => Some(s.trim().to_owned()),
            Ok(Value::Unknown(_)) => {
                Some("The error message is known only after apply.".to_owned())
            }
            _ => {
                let d = Diagnostic::error("invalid-error-message", "Invalid error message")
                    .detail("The error message must be a string that is not null.")
                    .at(expr.span);
                self.fail(d, expr, scope);
                None
            }
        };
        (shown, false)
    }

    pub(crate) fn conditions(
        &mut self,
        addr: &AbsResourceInstance,
        object: Option<&Value>,
    ) -> Vec<ConditionResult> {
        let Some((frame, config, repeat)) = self.instance(addr) else {
            return Vec::new();
        };
        let n = self.diags.len();
        let scope = Scope {
            self_object: object,
            ..Scope::of(frame, &repeat)
        };
        let conditions = if object.is_some() {
            &config.lifecycle.postconditions
        } else {
            &config.lifecycle.preconditions
        };
        let results = conditions
            .iter()
            .map(|c| self.condition(c, &scope))
            .collect();
        self.within(n, || block_name(&addr.resource.resource));
        self.about(n, addr);
        results
    }

    /// Evaluates all variables of a module instance and their validation rules.
    pub(crate) fn validate_variables(&mut self, module: &ModuleInstance) {
        let Some(frame) = self.frame(module) else {
            return;
        };
        self.unexpected_arguments(frame);
        let node = self.ev.frames[frame].node;
        for (name, variable) in &node.config.variables {
            self.validate_variable(frame, name, variable);
        }
    }

    /// The same without the variables that have rules.
    pub(crate) fn validate_arguments(&mut self, module: &ModuleInstance) {
        let Some(frame) = self.frame(module) else {
            return;
        };
        self.unexpected_arguments(frame);
        let variables = &self.ev.frames[frame].node.config.variables;
        for (name, variable) in variables.iter().filter(|(_, v)| v.validations.is_empty()) {
            self.validate_variable(frame, name, variable);
        }
    }

    /// The same of one variable alone.
    pub(crate) fn validate_one(&mut self, module: &ModuleInstance, name: &Name) {
        let Some(frame) = self.frame(module) else {
            return;
        };
        if let Some(variable) = self.ev.frames[frame].node.config.variables.get(name) {
            self.validate_variable(frame, name, variable);
        }
    }

    /// What a call gives that the module has no variables for.
    fn unexpected_arguments(&mut self, frame: usize) {
        let node = self.ev.frames[frame].node;
        let call = self.ev.frames[frame].parent.as_ref();
        let Some((above, call, repeat)) = call.map(|p| (p.frame, p.call, p.repeat.clone())) else {
            return;
        };
        let n = self.diags.len();
        for attribute in &call.body.attributes {
            if !node.config.variables.contains_key(&attribute.name) {
                let near = suggestion(&attribute.name, node.config.variables.keys().map(|k| &**k));
                self.error(
                    Diagnostic::error("unsupported-argument", "Unsupported argument")
                        .detail(format!(
                            "An argument named {:?} is not expected here: the module has no variable of that name.{near}",
                            &*attribute.name
                        ))
                        .at(attribute.name_span),
                );
                self.check(&attribute.expr, &Scope::of(above, &repeat));
            }
        }
        for block in &call.body.blocks {
            let mut detail = format!(
                "Blocks of type {:?} are not expected in a module call.",
                &*block.ty
            );
            if node.config.variables.contains_key(&block.ty) {
                write!(
                    detail,
                    " The module has a variable of that name: write {} = … with the equals sign.",
                    &*block.ty
                )
                .expect("a string takes any text");
            } else if let Some(near) =
                nearest(&block.ty, node.config.variables.keys().map(|k| &**k))
            {
                write!(detail, " Did you mean the argument {near:?}?")
                    .expect("a string takes any text");
            }
            self.error(
                Diagnostic::error("unsupported-block", "Unsupported block type")
                    .detail(detail)
                    .at(block.ty_span),
            );
        }
        self.within(n, || format!("module {:?}", &*call.name.value));
    }

    fn validate_variable(&mut self, frame: usize, name: &Name, variable: &Variable) {
        let n = self.diags.len();
        if self.variable(frame, name).is_none() || self.failed_since(n) {
            return;
        }
        let call = self.ev.frames[frame].parent.as_ref().map(|p| p.call);
        let scope = Scope::of(frame, &Repeat::Once);
        for rule in &variable.validations {
            let n = self.diags.len();
            let result = self.condition(rule, &scope);
            if result.holds == Some(false) {
                let given = call
                    .as_ref()
                    .and_then(|call| call.body.attribute(name).map(|a| a.expr.span));
                let mut d =
                    Diagnostic::error("invalid-variable-value", "Invalid value for variable")
                        .detail(result.message.unwrap_or_default())
                        .at(given.unwrap_or(variable.header))
                        .context(if given.is_some() {
                            call.as_ref().map_or(variable.header, |c| c.header)
                        } else {
                            rule.condition.span
                        });
                d.values = result.values;
                let here = call.as_ref().filter(|_| given.is_some());
                self.error(match here {
                    Some(call) => d.within(format!("module {:?}", &*call.name.value)),
                    None => d,
                });
            }
            self.within(n, || format!("variable {:?}", &**name));
        }
    }

    pub(crate) fn replace_triggers(&mut self, addr: &AbsResourceInstance) -> Vec<ReplaceTrigger> {
        let Some((frame, config, repeat)) = self.instance(addr) else {
            return Vec::new();
        };
        let n = self.diags.len();
        let scope = Scope::of(frame, &repeat);
        let mut triggers = Vec::new();
        for expr in &config.lifecycle.replace_triggered_by {
            let ExprKind::Ref(access) = &expr.kind else {
                self.error(no_trigger(expr));
                continue;
            };
            let before = self.diags.len();
            self.check(expr, &scope);
            if self.failed_since(before) {
                continue;
            }
            let Some((resource, used)) = refs::resource(access) else {
                self.error(no_trigger(expr));
                continue;
            };
            let node = self.ev.frames[frame].node;
            let Some(named) = node.config.resources.get(&resource) else {
                self.error(no_trigger(expr));
                continue;
            };
            let whole = AbsResource {
                module: self.ev.frames[frame].instance.clone(),
                resource,
            };
            let mut rest = &access.steps[used..];
            let dependency = match (&named.repetition, rest.first()) {
                (Repetition::Once | Repetition::Enabled(_), _) => {
                    Dependency::Instance(whole.instance(InstanceKey::None))
                }
                (repetition, Some(Step::Index(key, _))) => {
                    let value = self.eval(key, &scope);
                    rest = &rest[1..];
                    match (repetition, value.peel()) {
                        (Repetition::Count(_), v) if v.as_i64().is_some_and(|i| i >= 0) => {
                            let i = v.as_i64().unwrap_or_default() as u64;
                            Dependency::Instance(whole.instance(InstanceKey::Index(i)))
                        }
                        (Repetition::ForEach(_), Value::String(k)) => {
                            Dependency::Instance(whole.instance(InstanceKey::Key(k.clone())))
                        }
                        _ => Dependency::Resource(whole),
                    }
                }
                _ => Dependency::Resource(whole),
            };
            let mut path = Vec::new();
            for step in rest {
                match step {
                    Step::Attr(name, _) => path.push(PathStep::Attr(name.clone())),
                    Step::Index(key, _) => match self.eval(key, &scope).peel() {
                        Value::String(k) => path.push(PathStep::Key(k.clone())),
                        v => match v.as_i64().and_then(|i| usize::try_from(i).ok()) {
                            Some(i) => path.push(PathStep::Index(i)),
                            None => break,
                        },
                    },
                }
            }
            triggers.push(ReplaceTrigger {
                dependency,
                path: (!path.is_empty()).then_some(Path(path)),
                span: expr.span,
            });
        }
        self.within(n, || block_name(&addr.resource.resource));
        self.about(n, addr);
        triggers
    }
}
