//! Decides what the functions of patterns give: `regex`, `regexall`, `replace`. Patterns are of the RE2 kind that Go has;
//! where the `regex` crate reads the same text differently, the pattern is translated first.

mod translate;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use cairn_value::{Name, Type, Value, name};
use regex::{Captures, Match, Regex};

use self::translate::translate;
use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

/// How large a compiled pattern may be, in bytes.
const PATTERN_LIMIT: usize = 10 << 20;

/// How many compiled patterns are kept.
const KEPT: usize = 256;

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "regex",
        &[string("pattern"), string("string")],
        Returns::By(capture_type),
        find_first,
    ),
    Function::new(
        "regexall",
        &[string("pattern"), string("string")],
        Returns::By(|a| capture_type(a).map(Type::list)),
        find_all,
    ),
    Function::new(
        "replace",
        &[string("str"), string("substr"), string("replace")],
        Returns::String,
        replace,
    ),
];

/// A compiled pattern, and the names of its groups, which may be the same more than once.
#[derive(Clone)]
struct Pattern {
    regex: Regex,
    groups: Rc<[Option<Name>]>,
}

thread_local! {
    /// Patterns compiled before, by their text. Most configurations use few patterns many times.
    static COMPILED: RefCell<HashMap<String, Pattern>> = RefCell::default();
}

impl Pattern {
    /// The compiled form of a Go pattern.
    fn compile(pattern: &str) -> Result<Self, String> {
        if let Some(known) = COMPILED.with_borrow(|known| known.get(pattern).cloned()) {
            return Ok(known);
        }
        let translated = translate(pattern)?;
        let regex = regex::RegexBuilder::new(&translated.text)
            .size_limit(PATTERN_LIMIT)
            .build()
            .map_err(|e| match e {
                regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
                // The crate's message draws the translated pattern over several lines; its last one says why.
                other => other
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or("invalid pattern")
                    .trim_start_matches("error: ")
                    .to_owned(),
            })?;
        let compiled = Self {
            regex,
            groups: translated
                .groups
                .iter()
                .map(|g| g.as_deref().map(name))
                .collect(),
        };
        COMPILED.with_borrow_mut(|known| {
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(pattern.to_owned(), compiled.clone());
        });
        Ok(compiled)
    }

    /// The type of what one match gives: the text, a tuple of unnamed groups, or an object of named ones.
    fn result_type(&self) -> Result<Type, String> {
        let n_named = self.groups.iter().flatten().count();
        if self.groups.is_empty() {
            Ok(Type::String)
        } else if n_named == 0 {
            Ok(Type::tuple(self.groups.iter().map(|_| Type::String)))
        } else if n_named == self.groups.len() {
            let names = self.groups.iter().flatten();
            Ok(Type::object(names.map(|n| (n.clone(), Type::String))))
        } else {
            Err("cannot mix both named and unnamed capture groups".to_owned())
        }
    }

    fn result(&self, captures: &Captures<'_>) -> Value {
        // A group that took no part is null.
        let group = |m: Option<Match<'_>>| m.map_or(Value::Null(Type::String), |m| nfc(m.as_str()));
        let values = captures.iter().skip(1).map(group);
        match self.groups.first() {
            None => nfc(&captures[0]),
            Some(None) => Value::tuple(values.collect()),
            Some(Some(_)) => {
                // Of groups with one name the last counts.
                let named: BTreeMap<Name, Value> =
                    self.groups.iter().flatten().cloned().zip(values).collect();
                Value::object(named)
            }
        }
    }

    /// Writes what stands for a match: `$1`, `$name` and `${name}` are groups, `$$` is a dollar sign.
    fn expand(&self, captures: &Captures<'_>, template: &str, out: &mut String) {
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let (braced, inner) = match rest.strip_prefix('{') {
                Some(inner) => (true, inner),
                None => (false, rest),
            };
            let end = inner
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(inner.len());
            let (group, after) = inner.split_at(end);
            let after = if braced {
                after.strip_prefix('}')
            } else {
                Some(after)
            };
            match after {
                Some(after) if !group.is_empty() => {
                    out.push_str(self.group(captures, group));
                    rest = after;
                }
                // What is no name is left as it is.
                _ => out.push('$'),
            }
        }
        out.push_str(rest);
    }

    /// The text of a group by its number or name; nothing where there is no such group.
    fn group<'t>(&self, captures: &Captures<'t>, group: &str) -> &'t str {
        let numbered =
            group.bytes().all(|b| b.is_ascii_digit()) && (group == "0" || !group.starts_with('0'));
        let found = if numbered {
            group.parse().ok().and_then(|i| captures.get(i))
        } else {
            // Of groups with one name the first that took part.
            let mut named = (1..).zip(self.groups.iter());
            named.find_map(|(i, n)| captures.get(i).filter(|_| n.as_deref() == Some(group)))
        };
        found.map_or("", |m| m.as_str())
    }
}

fn pattern(args: &[Value]) -> Result<Pattern, Fault> {
    Pattern::compile(text(args, 0))
        .map_err(|e| Fault::arg(0, format!("invalid regexp pattern: {e}")))
}

fn capture_type(args: &[Value]) -> Result<Type, Fault> {
    if args[0].is_unknown() {
        return Ok(Type::Dynamic);
    }
    pattern(args)?.result_type().map_err(|e| Fault::arg(0, e))
}

fn find_first(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let pattern = pattern(args)?;
    pattern.result_type().map_err(|e| Fault::arg(0, e))?;
    match pattern.regex.captures(text(args, 1)) {
        Some(captures) => Ok(pattern.result(&captures)),
        None => Err(Fault::call(
            "pattern did not match any part of the given string",
        )),
    }
}

fn find_all(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let pattern = pattern(args)?;
    let ty = pattern.result_type().map_err(|e| Fault::arg(0, e))?;
    let found = pattern
        .regex
        .captures_iter(text(args, 1))
        .map(|captures| pattern.result(&captures))
        .collect();
    Ok(Value::list(ty, found))
}

fn replace(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (subject, what, by) = (text(args, 0), text(args, 1), text(args, 2));
    // Between slashes stands a pattern.
    if what.len() > 1
        && let Some(inner) = what.strip_prefix('/').and_then(|w| w.strip_suffix('/'))
    {
        let pattern = Pattern::compile(inner)
            .map_err(|e| Fault::arg(1, format!("invalid regexp pattern: {e}")))?;
        let mut out = String::with_capacity(subject.len());
        let mut from = 0;
        for captures in pattern.regex.captures_iter(subject) {
            let found = captures.get_match();
            out.push_str(&subject[from..found.start()]);
            pattern.expand(&captures, by, &mut out);
            from = found.end();
        }
        out.push_str(&subject[from..]);
        return Ok(nfc(out));
    }
    Ok(nfc(subject.replace(what, by)))
}
