//! Decides how functions are called: arguments, expansion, and those functions that need the evaluator (`try`, `can`, the
//! template functions).

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, FileId};
use cairn_value::{Type, Value};

use super::fold::constant_call;
use super::named::suggestion;
use super::run::Run;
use super::scope::Scope;
use crate::funcs::{self, Fault, Function};
use crate::syntax::{Call, Expr, ExprKind, is_identifier, parse_template};

/// How deep template files may render others.
const TEMPLATE_DEPTH: usize = 64;

impl Run<'_, '_> {
    pub(crate) fn call(&mut self, call: &Call, expr: &Expr, scope: &Scope<'_>) -> Value {
        if let Some(Some(value)) = call.folded.get() {
            return value.clone();
        }
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        match name {
            "try" => return self.try_first(call, expr, scope),
            "can" => return self.can(call, expr, scope),
            "convert" => return self.convert(call, expr, scope),
            _ => {}
        }
        let n = self.diags.len();
        let Some(function) = funcs::find(name) else {
            let special = matches!(name, "templatefile" | "templatestring");
            if !special {
                self.unknown_function(call);
            }
            // What is wrong inside is said too.
            let args = self.arguments(call, scope);
            return match args {
                Some(args) if special && !self.failed_since(n) => {
                    self.template_function(name, args, call, expr, scope)
                }
                _ => Value::unknown(Type::Dynamic),
            };
        };
        let Some(args) = self.arguments(call, scope) else {
            return Value::unknown(function.fixed_return());
        };
        if self.failed_since(n) {
            return Value::unknown(function.fixed_return());
        }
        if !self.count_matches(function, &args, call, expr) {
            return Value::unknown(function.fixed_return());
        }
        let draw = if function.needs_draw() {
            self.ev.draw()
        } else {
            None
        };
        match function.call(&self.ev.context, draw.as_ref(), args) {
            Ok(value) => {
                call.folded
                    .get_or_init(|| constant_call(call).then(|| value.clone()));
                value
            }
            Err(fault) => {
                let param = fault.arg.and_then(|i| function.param(i)).map(|p| p.name);
                self.call_failed(&fault, param, call, expr, scope);
                Value::unknown(function.fixed_return())
            }
        }
    }

    pub(super) fn call_failed(
        &mut self,
        fault: &Fault,
        param: Option<&str>,
        call: &Call,
        expr: &Expr,
        scope: &Scope<'_>,
    ) {
        if let (Some(i), Some(param)) = (fault.arg, param) {
            // Arguments that were expanded share the place of the last one.
            let at = call.args.get(i).or(call.args.last());
            let span = at.map_or(expr.span, |a| a.span);
            let d = Diagnostic::error("invalid-function-argument", "Invalid function argument")
                .detail(format!(
                    "Invalid value for the parameter {param:?} of {}: {}.",
                    call.name,
                    fault.message.trim_end_matches('.')
                ))
                .at(span)
                .context(expr.span);
            self.fail(d, at.unwrap_or(expr), scope);
        } else {
            let d = Diagnostic::error("function-call-failed", "Error in function call")
                .detail(format!(
                    "The call of {} failed: {}.",
                    call.name,
                    fault.message.trim_end_matches('.')
                ))
                .at(expr.span);
            self.fail(d, expr, scope);
        }
    }

    /// The values of the arguments, the last one expanded; nothing where their number is not known yet or cannot be.
    fn arguments(&mut self, call: &Call, scope: &Scope<'_>) -> Option<Vec<Value>> {
        let mut args: Vec<Value> = Vec::with_capacity(call.args.len());
        let (plain, last) = match call.args.split_last() {
            Some((last, plain)) if call.expand_final => (plain, Some(last)),
            _ => (&call.args[..], None),
        };
        for arg in plain {
            args.push(self.eval(arg, scope));
        }
        let Some(last) = last else {
            return Some(args);
        };
        let n = self.diags.len();
        let (value, marks) = self.eval(last, scope).unmark();
        if self.failed_since(n) {
            return None;
        }
        match &value {
            Value::List(l) => args.extend(l.items.iter().map(|v| v.clone().mark(marks))),
            Value::Set(s) => args.extend(s.items().iter().map(|v| v.clone().mark(marks))),
            Value::Tuple(items) => args.extend(items.iter().map(|v| v.clone().mark(marks))),
            Value::Unknown(u)
                if matches!(
                    u.ty,
                    Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
                ) =>
            {
                return None;
            }
            other => {
                let detail = if other.is_null() {
                    "The expanding argument (the one with ...) must not be null.".to_owned()
                } else {
                    format!(
                        "The expanding argument (the one with ...) must be a list, set or tuple, not a {}.",
                        other.ty().friendly()
                    )
                };
                let d = Diagnostic::error(
                    "invalid-expanding-argument",
                    "Invalid expanding argument value",
                )
                .detail(detail)
                .at(last.span);
                self.fail(d, last, scope);
                return None;
            }
        }
        Some(args)
    }

    fn count_matches(
        &mut self,
        function: &Function,
        args: &[Value],
        call: &Call,
        expr: &Expr,
    ) -> bool {
        let wanted = function.params.len();
        if args.len() < wanted {
            let missing = function.params[args.len()].name;
            let least = if function.rest.is_some() {
                "at least "
            } else {
                ""
            };
            self.error(
                Diagnostic::error("missing-function-argument", "Not enough function arguments")
                    .detail(format!(
                        "The function {} takes {least}{wanted} argument{}. There is no value for the parameter {missing:?}.",
                        call.name,
                        plural(wanted)
                    ))
                    .at(expr.span),
            );
            return false;
        }
        if args.len() > wanted && function.rest.is_none() {
            let span = call.args.get(wanted).map_or(expr.span, |a| {
                a.span.to(call.args[call.args.len() - 1].span)
            });
            self.error(
                Diagnostic::error("surplus-function-argument", "Too many function arguments")
                    .detail(format!(
                        "The function {} takes {} argument{}, but there are {}.",
                        call.name,
                        if wanted == 0 {
                            "no".to_owned()
                        } else {
                            wanted.to_string()
                        },
                        plural(wanted),
                        args.len()
                    ))
                    .at(span)
                    .context(expr.span),
            );
            return false;
        }
        true
    }

    fn unknown_function(&mut self, call: &Call) {
        let detail = if call.name.contains("::") && !call.name.starts_with("core::") {
            format!(
                "There is no function named {:?}. Functions of providers are not supported; those of the language have no namespace.",
                &*call.name
            )
        } else {
            let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
            let instead = match name {
                "list" => " It was removed from the language: write [...], or tolist([...]).",
                "map" => " It was removed from the language: write {...}, or tomap({...}).",
                _ => "",
            };
            let near = match instead {
                "" => suggestion(name, funcs::names()),
                _ => instead.to_owned(),
            };
            format!("There is no function named {name:?}.{near}")
        };
        self.error(
            Diagnostic::error("unknown-function", "Call to unknown function")
                .detail(detail)
                .at(call.name_span),
        );
    }

    /// The value of the first argument that has one.
    fn try_first(&mut self, call: &Call, expr: &Expr, scope: &Scope<'_>) -> Value {
        if call.args.is_empty() {
            self.error(
                Diagnostic::error("missing-function-argument", "Not enough function arguments")
                    .detail("The function try takes at least one argument.")
                    .at(expr.span),
            );
            return Value::unknown(Type::Dynamic);
        }
        let before = self.diags.len();
        let mut failures = Vec::new();
        for arg in &call.args {
            let n = self.diags.len();
            self.quiet += 1;
            let value = self.eval(arg, scope);
            self.quiet -= 1;
            if self.failed_since(n) {
                failures.extend(self.diags.drain(n..).filter(Diagnostic::is_error).take(1));
                continue;
            }
            // Something unknown may still turn out to fail, so it cannot be said which argument it will be.
            if !value.is_wholly_known() {
                return Value::unknown(Type::Dynamic);
            }
            return value;
        }
        self.diags.truncate(before);
        let mut detail = "No argument of try has a value:".to_owned();
        for (failure, arg) in failures.iter().zip(&call.args) {
            let _ = arg;
            write!(detail, "\n  - {}: {}", failure.summary, failure.detail)
                .expect("a string takes any text");
        }
        let d = Diagnostic::error("try-failed", "Error in function call")
            .detail(detail)
            .at(expr.span);
        self.fail(d, expr, scope);
        Value::unknown(Type::Dynamic)
    }

    /// Whether the argument has a value.
    fn can(&mut self, call: &Call, expr: &Expr, scope: &Scope<'_>) -> Value {
        let [arg] = call.args.as_slice() else {
            self.error(
                Diagnostic::error(
                    "function-argument-count",
                    "Wrong number of function arguments",
                )
                .detail(format!(
                    "The function can takes 1 argument, but there are {}.",
                    call.args.len()
                ))
                .at(expr.span),
            );
            return Value::unknown_not_null(Type::Bool);
        };
        let n = self.diags.len();
        self.quiet += 1;
        let value = self.eval(arg, scope);
        self.quiet -= 1;
        if self.failed_since(n) {
            self.diags.truncate(n);
            return Value::Bool(false);
        }
        if !value.is_wholly_known() {
            return Value::unknown_not_null(Type::Bool);
        }
        Value::Bool(true)
    }

    fn template_function(
        &mut self,
        name: &str,
        args: Vec<Value>,
        call: &Call,
        expr: &Expr,
        scope: &Scope<'_>,
    ) -> Value {
        let unknown = Value::unknown(Type::Dynamic);
        let params: [&str; 2] = match name {
            "templatefile" => ["path", "vars"],
            _ => ["template", "vars"],
        };
        let Ok([source, vars]) = <[Value; 2]>::try_from(args) else {
            self.error(
                Diagnostic::error(
                    "function-argument-count",
                    "Wrong number of function arguments",
                )
                .detail(format!(
                    "The function {name} takes 2 arguments ({} and {}), but there are {}.",
                    params[0],
                    params[1],
                    call.args.len()
                ))
                .at(expr.span),
            );
            return unknown;
        };
        if name == "templatestring" && !is_reference(&call.args[0]) {
            let fault = Fault::arg(
                0,
                "a reference to the template is required, such as local.template or data.x.y.z; a template written here is rendered without this function",
            );
            self.call_failed(&fault, Some(params[0]), call, expr, scope);
            return unknown;
        }
        let (source, source_marks) = source.unmark();
        let (vars, vars_marks) = vars.unmark();
        let is_string = match &source {
            Value::Unknown(u) => matches!(u.ty, Type::String | Type::Dynamic),
            other => matches!(other, Value::String(_)),
        };
        if name == "templatestring" && !is_string && !source.is_null() {
            let fault = Fault::arg(0, "the template must be a string");
            self.call_failed(&fault, Some(params[0]), call, expr, scope);
            return unknown;
        }
        let marks = source_marks.union(vars_marks);
        let source = match cairn_value::convert(&source, &Type::String) {
            Ok(Value::String(s)) => s,
            Ok(Value::Unknown(_)) => return unknown.mark(marks),
            Ok(_) => {
                let fault = Fault::arg(0, "argument must not be null");
                self.call_failed(&fault, Some(params[0]), call, expr, scope);
                return unknown;
            }
            Err(e) => {
                let fault = Fault::arg(0, e.to_string());
                self.call_failed(&fault, Some(params[0]), call, expr, scope);
                return unknown;
            }
        };
        let names = match &vars {
            Value::Object(o) => (**o).clone(),
            Value::Map(m) => {
                cairn_value::Object::new(m.entries.iter().map(|(k, v)| (k.clone(), v.clone())))
            }
            Value::Unknown(u) if matches!(u.ty, Type::Dynamic | Type::Map(_) | Type::Object(_)) => {
                return unknown.mark(marks);
            }
            other => {
                let fault = Fault::arg(
                    1,
                    if other.is_null() {
                        "argument must not be null".to_owned()
                    } else {
                        "a map or object is required: its keys are the names in the template"
                            .to_owned()
                    },
                );
                self.call_failed(&fault, Some(params[1]), call, expr, scope);
                return unknown;
            }
        };
        if let Some((bad, _)) = names.iter().find(|(n, _)| !is_identifier(n)) {
            let fault = Fault::arg(
                1,
                format!(
                    "{bad:?} is not a valid name for the template to refer to: names begin with a letter and consist of letters, digits, underscores and hyphens"
                ),
            );
            self.call_failed(&fault, Some(params[1]), call, expr, scope);
            return unknown;
        }
        let (title, text) = if name == "templatefile" {
            match funcs::read_text(&self.ev.context, &source) {
                Ok(text) => (source.to_string(), text),
                Err(message) => {
                    self.call_failed(&Fault::arg(0, message), Some(params[0]), call, expr, scope);
                    return unknown;
                }
            }
        } else {
            ("the template".to_owned(), source.to_string())
        };
        if self.templates.contains(&title) && name == "templatefile" {
            let fault = Fault::call(format!(
                "{title} renders itself with templatefile, which would never end"
            ));
            self.call_failed(&fault, None, call, expr, scope);
            return unknown;
        }
        if self.templates.len() >= TEMPLATE_DEPTH {
            let fault = Fault::call("templates are nested too deeply");
            self.call_failed(&fault, None, call, expr, scope);
            return unknown;
        }
        let n = self.diags.len();
        let value = match parse_template(FileId(u32::MAX), &text) {
            Ok(parsed) => {
                self.templates.push(title.clone());
                self.quiet += 1;
                let inner = Scope {
                    bindings: None,
                    template: Some(&names),
                    ..*scope
                };
                let value = self.eval(&parsed, &inner);
                self.quiet -= 1;
                self.templates.pop();
                value
            }
            Err(diags) => {
                self.diags.extend(diags);
                unknown.clone()
            }
        };
        if self.failed_since(n) {
            // Places in the template are no places of the configuration, so they are said in words.
            let messages: Vec<String> = self
                .diags
                .drain(n..)
                .filter(Diagnostic::is_error)
                .map(|d| {
                    let place = d.subject.map_or_else(String::new, |s| {
                        let (line, column) = line_and_column(&text, s.start as usize);
                        format!(":{line},{column}")
                    });
                    format!(
                        "{title}{place}: {}; {}",
                        d.summary,
                        d.detail.trim_end_matches('.')
                    )
                })
                .take(3)
                .collect();
            self.call_failed(&Fault::call(messages.join("\n")), None, call, expr, scope);
            return unknown;
        }
        self.diags.truncate(n);
        value.mark(marks)
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn is_reference(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ref(_) => true,
        ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => is_reference(inner),
        _ => false,
    }
}

fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}
