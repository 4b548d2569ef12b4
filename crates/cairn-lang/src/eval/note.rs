//! Decides what is said of the values that a failed expression used. Never of sensitive ones.

use cairn_diag::Diagnostic;
use cairn_value::{Number, Type, Value};

use super::run::Run;
use super::scope::Scope;
use crate::refs;
use crate::refs::written;
use crate::syntax::{Access, Expr};
use cairn_value::Name;

/// No more notes than this for one message.
const NOTES: usize = 4;

/// Text of a value longer than this is cut.
const TEXT: usize = 60;

impl Run<'_, '_> {
    /// Adds an error with what the references in the expression stood for.
    pub(crate) fn fail(&mut self, diagnostic: Diagnostic, expr: &Expr, scope: &Scope<'_>) {
        let diagnostic = self.noted(diagnostic, expr, scope);
        self.diags.push(diagnostic);
    }

    /// The message with what the references in the expression stood for.
    pub(crate) fn noted(
        &mut self,
        mut diagnostic: Diagnostic,
        expr: &Expr,
        scope: &Scope<'_>,
    ) -> Diagnostic {
        if self.quiet > 0 {
            return diagnostic;
        }
        let mut found: Vec<Access<Name>> = Vec::new();
        refs::accesses(expr, &mut |access, _| {
            if diagnostic.values.len() + found.len() < NOTES {
                found.push(access.clone());
            }
        });
        // Names bound by a `for` around the expression are free in it, those bound inside are not.
        for access in found {
            let written = written(&access);
            if diagnostic.values.iter().any(|n| n.traversal == written) {
                continue;
            }
            self.quiet += 1;
            let reads = self.reads.mark();
            let n = self.diags.len();
            let span = refs::access_span(&access);
            let value = self.eval_ref(&access, span, scope);
            let failed = self.failed_since(n);
            self.diags.truncate(n);
            self.reads.rollback(reads);
            self.quiet -= 1;
            if failed {
                continue;
            }
            if let Some(statement) = self.stated(&value) {
                diagnostic = diagnostic.value(written, statement);
            }
        }
        diagnostic
    }

    /// What is said of a value. Where everything is evaluated whatever the inputs are, nothing is said of when it is known.
    pub(crate) fn stated(&self, value: &Value) -> Option<String> {
        match value {
            Value::Unknown(u) if self.ev.whatever && u.ty != Type::Dynamic => {
                let what = u.ty.friendly();
                Some(format!("is {} {what}", article(&what)))
            }
            value => statement(value),
        }
    }
}

/// What is said of a value: `is "eu"`, `is a list of string with 3 elements`. Nothing where there is nothing to say.
pub(crate) fn statement(value: &Value) -> Option<String> {
    let marks = value.marks_deep();
    if marks.is_sensitive() {
        return Some("has a sensitive value".to_owned());
    }
    if marks.is_ephemeral() {
        return Some("has an ephemeral value".to_owned());
    }
    Some(match value {
        Value::Unknown(u) if u.ty == Type::Dynamic => return None,
        Value::Unknown(u) => format!("is a {}, known only after apply", u.ty.friendly()),
        Value::Null(_) => "is null".to_owned(),
        Value::Bool(b) => format!("is {b}"),
        Value::Number(n) => format!("is {}", cut(&number(n))),
        Value::String(s) => format!("is {:?}", cut(s)),
        Value::List(l) => counted(&value.ty().friendly(), "element", l.items.len()),
        Value::Set(s) => counted(&value.ty().friendly(), "element", s.items().len()),
        Value::Map(m) => counted(&value.ty().friendly(), "element", m.entries.len()),
        Value::Tuple(t) => counted("tuple", "element", t.len()),
        Value::Object(o) => counted("object", "attribute", o.len()),
        Value::Marked(_) => return None,
    })
}

fn number(n: &Number) -> String {
    n.to_string()
}

fn counted(what: &str, of: &str, n: usize) -> String {
    let article = article(what);
    let s = if n == 1 { "" } else { "s" };
    format!("is {article} {what} with {n} {of}{s}")
}

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

/// What a value is that should have been something else, to go on behind an error of its conversion. Nothing where the error
/// is about a part of it.
pub(crate) fn instead(error: &str, value: &Value) -> String {
    let about_a_part = error.starts_with("attribute ") || error.starts_with("element ");
    let value = value.peel();
    if about_a_part
        || value.is_null()
        || matches!(value, Value::Unknown(u) if u.ty == Type::Dynamic)
    {
        return String::new();
    }
    let what = value.ty().friendly();
    format!(", but this is {} {what}", article(&what))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= TEXT {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(TEXT).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use cairn_value::Marks;

    use super::*;

    #[test]
    fn marked_values_are_named_by_their_mark() {
        let both = Marks::SENSITIVE.union(Marks::EPHEMERAL);
        for (marks, said) in [
            (Marks::SENSITIVE, "has a sensitive value"),
            (Marks::EPHEMERAL, "has an ephemeral value"),
            (both, "has a sensitive value"),
        ] {
            let marked = Value::string("s3cr3t").mark(marks);
            assert_eq!(statement(&marked).as_deref(), Some(said));
            assert_eq!(
                statement(&Value::tuple(vec![marked])).as_deref(),
                Some(said)
            );
        }
    }
}
