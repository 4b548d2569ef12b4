//! Decides what a table says against a configuration: values out of range, attributes that exclude each other, attributes
//! that cannot be set yet. Required, unknown, deprecated and removed attributes are the schema's to check.

use cairn_provider::Problem;
use cairn_value::{Path, PathStep, Value, name};

use super::{Attr, Block, Check, Fields, Support, Table, is_unset};

/// The path of a top-level attribute.
pub(crate) fn attr_path(attribute: &str) -> Path {
    Path::attr(attribute)
}

/// Checks a configuration against a table. Unknown values are passed over.
pub(crate) fn check_table(table: &Table, config: Fields<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for attr in &table.attrs {
        if let Some(value) = config.value(attr.name) {
            check_attr(attr, value, &attr_path(attr.name), &mut problems);
        }
        for other in attr.conflicts {
            if config.is_set(attr.name) && config.is_set(other) {
                problems.push(
                    Problem::error(
                        "conflicting-arguments",
                        "Conflicting arguments",
                        format!(
                            "{} and {other} cannot both be set. Remove one of them.",
                            attr.name
                        ),
                    )
                    .at(attr_path(attr.name)),
                );
            }
        }
    }
    for block in &table.blocks {
        check_block(block, config, &mut problems);
    }
    for set in table.at_least_one {
        if set.iter().all(|n| !config.is_set(n)) {
            problems.push(Problem::error(
                "missing-argument",
                "Missing argument",
                format!("One of {} must be set.", listed(set)),
            ));
        }
    }
    for set in table.exactly_one {
        let n = set.iter().filter(|n| config.is_set(n)).count();
        if n != 1 {
            problems.push(Problem::error(
                "missing-argument",
                if n == 0 {
                    "Missing argument"
                } else {
                    "Conflicting arguments"
                },
                format!("Exactly one of {} must be set.", listed(set)),
            ));
        }
    }
    problems
}

fn check_block(block: &Block, config: Fields<'_>, problems: &mut Vec<Problem>) {
    let items: &[Value] = match config.value(block.name) {
        Some(Value::List(l)) => &l.items,
        Some(Value::Set(s)) => s.items(),
        _ => return,
    };
    for (i, item) in items.iter().enumerate() {
        let Some(fields) = Fields::of_value(item) else {
            continue;
        };
        let step = match config.value(block.name) {
            Some(Value::Set(_)) => PathStep::Element(i),
            _ => PathStep::Index(i),
        };
        let at = attr_path(block.name).then(step);
        for attr in &block.attrs {
            if let Some(value) = fields.value(attr.name) {
                let path = at.then(PathStep::Attr(name(attr.name)));
                check_attr(attr, value, &path, problems);
            }
        }
    }
}

fn check_attr(attr: &Attr, value: &Value, path: &Path, problems: &mut Vec<Problem>) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    let is_fallback = attr.fallback.is_some_and(|f| f.value() == *value);
    if attr.support == Support::No && !is_unset(value) && !is_fallback {
        problems.push(not_supported(attr.name, path));
        return;
    }
    // An empty string stands for not set, also where the list of allowed values lacks it.
    if value.as_str() == Some("") {
        return;
    }
    if let Some(wrong) = attr.checks.iter().find_map(|c| broken(*c, value)) {
        let value = match value {
            Value::String(_) if attr.sensitive => None,
            Value::String(s) => Some(format!("{s:?}")),
            Value::Number(n) => Some(n.to_string()),
            _ => None,
        };
        let found = value.map_or_else(String::new, |v| format!(" It is {v}."));
        problems.push(
            Problem::error(
                "invalid-value",
                "Invalid value for an argument",
                format!("{} {wrong}.{found}", attr.name),
            )
            .at(path.clone()),
        );
    }
}

fn broken(check: Check, value: &Value) -> Option<String> {
    match check {
        Check::OneOf(allowed) => {
            let given = value.as_str()?;
            (!allowed.contains(&given)).then(|| {
                let near = cairn_diag::nearest(given, allowed.iter().copied());
                let hint = near.map_or_else(String::new, |n| format!(" (did you mean {n:?}?)"));
                format!("must be one of {}{hint}", quoted(allowed))
            })
        }
        Check::IntIn(least, most) => {
            let given = value.as_i64()?;
            (!(least..=most).contains(&given)).then(|| format!("must be {least} to {most}"))
        }
        Check::IntOneOf(allowed) => {
            let given = value.as_i64()?;
            (!allowed.contains(&given)).then(|| {
                let words: Vec<String> = allowed.iter().map(ToString::to_string).collect();
                format!("must be one of {}", words.join(", "))
            })
        }
        Check::Len(least, most) => {
            let n = value.as_str()?.chars().count();
            (!(least..=most).contains(&n))
                .then(|| format!("must be {least} to {most} characters long and is {n}"))
        }
        Check::Prefix(prefix) => {
            let given = value.as_str()?;
            (!given.starts_with(prefix)).then(|| format!("must begin with {prefix:?}"))
        }
        Check::With(check) => check(value),
    }
}

/// The refusal of an attribute that cairn cannot make.
pub(crate) fn not_supported(attribute: &str, path: &Path) -> Problem {
    Problem::error(
        "argument-not-supported",
        "Argument not supported yet",
        format!(
            "cairn cannot make what {attribute} says, and would rather stop here than leave it out. Remove the argument, or \
             set what it stands for outside of this configuration."
        ),
    )
    .at(path.clone())
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("{w:?}")).collect();
    quoted.join(", ")
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}
