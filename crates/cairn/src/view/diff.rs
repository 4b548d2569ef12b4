//! Decides how a change of one object is written: which attributes are shown, with which sign, from what to what.
//!
//! Lines are made without colour and with the sign as their own part, so that the plan view can fold equal objects before
//! anything is painted.

use cairn_model::{BlockSchema, NestedBlock};
use cairn_value::{Path, PathStep, Value};

use super::value::{SENSITIVE, UNKNOWN, heredoc, inline, quoted, signed};

/// One line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Columns before the sign.
    pub(crate) indent: usize,
    /// `+`, `-`, `~` or a blank.
    pub(crate) sign: char,
    /// What follows, with no break in it.
    pub(crate) text: String,
    /// The attribute of the object that the line belongs to, for folding.
    pub(crate) attribute: String,
}

/// What is compared, and what must not be seen of it.
pub(crate) struct Sides<'v> {
    /// The recorded value; nothing for a creation.
    pub(crate) before: Option<&'v Value>,
    /// The planned value; nothing for a deletion.
    pub(crate) after: Option<&'v Value>,
    /// Attributes whose recorded values are sensitive.
    pub(crate) sensitive: &'v [Path],
    /// Attributes that force a replacement.
    pub(crate) replace: &'v [Path],
}

/// The lines between the braces of an object's block.
pub(crate) fn object(schema: &BlockSchema, sides: &Sides<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    block(
        schema,
        sides,
        &Path::root(),
        sides.before,
        sides.after,
        6,
        &mut out,
    );
    out
}

fn not_null(value: Option<&Value>) -> Option<&Value> {
    value.filter(|v| !v.is_null())
}

fn member<'v>(value: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    not_null(value.and_then(|v| v.get_attr(name)))
}

fn block(
    schema: &BlockSchema,
    sides: &Sides<'_>,
    at: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    indent: usize,
    out: &mut Vec<Line>,
) {
    let whole = before.is_none() || after.is_none();
    let mut hidden = 0;
    let mut shown: Vec<(&str, char, Option<&Value>, Option<&Value>, bool)> = Vec::new();
    for (name, attribute) in &schema.attributes {
        let (b, a) = (member(before, name), member(after, name));
        let sensitive = attribute.sensitive
            || sides
                .sensitive
                .iter()
                .any(|s| at.then(PathStep::Attr(name.clone())).is_within(s));
        let sign = match (b, a) {
            (None, None) => continue,
            (None, Some(_)) => '+',
            (Some(_), None) => '-',
            (Some(b), Some(a)) if same(b, a) => ' ',
            _ => '~',
        };
        if sign == ' '
            && !whole
            && !(at.0.is_empty() && matches!(&**name, "id" | "name" | "instance_name"))
        {
            hidden += 1;
            continue;
        }
        shown.push((name, sign, b, a, sensitive));
    }
    let width = shown
        .iter()
        .map(|(n, ..)| n.chars().count())
        .max()
        .unwrap_or(0);
    for (name, sign, b, a, sensitive) in shown {
        let path = at.then(PathStep::Attr(name.into()));
        let mut lines = attribute(sign, b, a, sensitive);
        if sides.replace.iter().any(|r| r.is_within(&path)) {
            let place = if lines.len() > 1 && lines[0].ends_with(['{', '[']) {
                0
            } else {
                lines.len() - 1
            };
            lines[place].push_str(" # forces replacement");
        }
        let top = path.first_attr().unwrap_or_default().to_owned();
        let fill = " ".repeat(width - name.chars().count());
        out.push(Line {
            indent,
            sign,
            text: format!("{name}{fill} = {}", lines[0]),
            attribute: top.clone(),
        });
        out.extend(lines.into_iter().skip(1).map(|text| Line {
            indent,
            sign: ' ',
            text,
            attribute: top.clone(),
        }));
    }
    if hidden > 0 {
        let s = if hidden == 1 { "" } else { "s" };
        let text = format!("# ({hidden} unchanged attribute{s} hidden)");
        out.push(Line {
            indent,
            sign: ' ',
            text,
            attribute: String::new(),
        });
    }
    let mut unchanged = 0;
    for (name, nested) in &schema.blocks {
        let (b, a) = (member(before, name), member(after, name));
        let path = at.then(PathStep::Attr(name.clone()));
        unchanged += blocks(name, nested, sides, &path, b, a, indent, out);
    }
    if unchanged > 0 && !whole {
        let s = if unchanged == 1 { "" } else { "s" };
        out.push(Line {
            indent,
            sign: ' ',
            text: String::new(),
            attribute: String::new(),
        });
        let text = format!("# ({unchanged} unchanged block{s} hidden)");
        out.push(Line {
            indent,
            sign: ' ',
            text,
            attribute: String::new(),
        });
    }
}

/// Equal as far as a reader is concerned: marks do not matter.
fn same(b: &Value, a: &Value) -> bool {
    b.peel() == a.peel()
        || (a.has_marks() && a.clone().unmark_deep().0 == b.clone().unmark_deep().0)
}

fn items(value: Option<&Value>) -> Vec<&Value> {
    match value.map(Value::peel) {
        Some(Value::List(l)) => l.items.iter().collect(),
        Some(Value::Set(s)) => s.items().iter().collect(),
        Some(Value::Tuple(t)) => t.iter().collect(),
        Some(Value::Map(m)) => m.entries.values().collect(),
        Some(single @ Value::Object(_)) => vec![single],
        _ => Vec::new(),
    }
}

/// The occurrences of a nested block; gives the number of those that do not change and are not shown.
#[expect(
    clippy::too_many_arguments,
    reason = "the two values, their place and the way out belong together"
)]
fn blocks(
    name: &str,
    nested: &NestedBlock,
    sides: &Sides<'_>,
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    indent: usize,
    out: &mut Vec<Line>,
) -> usize {
    let top = path.first_attr().unwrap_or_default().to_owned();
    let line = |sign, text: String| Line {
        indent,
        sign,
        text,
        attribute: top.clone(),
    };
    if after.is_some_and(Value::is_unknown) && before.is_none() {
        out.push(line(' ', String::new()));
        out.push(line('+', format!("{name} {UNKNOWN}")));
        return 0;
    }
    let (b, a) = (items(before), items(after));
    let mut unchanged = 0;
    let mut pairs: Vec<(usize, Option<&Value>, Option<&Value>)> = Vec::new();
    if matches!(before.or(after).map(Value::peel), Some(Value::Set(_))) {
        pairs.extend(
            b.iter()
                .enumerate()
                .filter(|(_, x)| !a.contains(x))
                .map(|(i, x)| (i, Some(*x), None)),
        );
        pairs.extend(
            a.iter()
                .enumerate()
                .filter(|(_, x)| !b.contains(x))
                .map(|(i, x)| (i, None, Some(*x))),
        );
        unchanged += a.iter().filter(|x| b.contains(x)).count();
    } else {
        for i in 0..b.len().max(a.len()) {
            match (b.get(i), a.get(i)) {
                (Some(x), Some(y)) if same(x, y) => unchanged += 1,
                (x, y) => pairs.push((i, x.copied(), y.copied())),
            }
        }
    }
    for (i, b, a) in pairs {
        let sign = match (b, a) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        let forced = match (b, a) {
            (Some(_), Some(_)) => false,
            _ => sides
                .replace
                .iter()
                .any(|r| *r == *path || *r == path.then(PathStep::Index(i))),
        };
        out.push(line(' ', String::new()));
        out.push(line(
            sign,
            format!(
                "{name} {{{}",
                if forced { " # forces replacement" } else { "" }
            ),
        ));
        let mut inner = Vec::new();
        block(
            &nested.block,
            sides,
            &path.then(PathStep::Index(i)),
            b,
            a,
            indent + 4,
            &mut inner,
        );
        out.extend(inner.into_iter().map(|l| Line {
            attribute: top.clone(),
            ..l
        }));
        out.push(line(' ', "}".to_owned()));
    }
    unchanged
}

/// What stands behind `name = `, as lines.
fn attribute(
    sign: char,
    before: Option<&Value>,
    after: Option<&Value>,
    sensitive: bool,
) -> Vec<String> {
    if sensitive
        || after.is_some_and(|v| v.marks().is_sensitive())
        || before.is_some_and(|v| v.marks().is_sensitive())
    {
        return vec![SENSITIVE.to_owned()];
    }
    match (sign, before, after) {
        ('-', Some(b), _) => {
            let mut lines = signed(b, "-", false);
            let last = lines.len() - 1;
            lines[last].push_str(" -> null");
            lines
        }
        ('~', Some(b), Some(a)) => changed(b, a),
        (_, _, Some(a)) => signed(a, if sign == '+' { "+" } else { "" }, false),
        _ => vec!["null".to_owned()],
    }
}

/// What stands behind `name = ` where a value becomes another, as lines.
pub(crate) fn changed(before: &Value, after: &Value) -> Vec<String> {
    if after.marks().is_sensitive() || before.marks().is_sensitive() {
        return vec![SENSITIVE.to_owned()];
    }
    match (before.peel(), after.peel()) {
        (b, a @ (Value::Unknown(_) | Value::Null(_))) => {
            let mut lines = signed(b, "-", false);
            let last = lines.len() - 1;
            lines[last].push_str(&format!(" -> {}", inline(a)));
            lines
        }
        (Value::String(b), Value::String(a)) if b.contains('\n') || a.contains('\n') => text(b, a),
        (Value::Map(b), Value::Map(a)) => {
            let keys: std::collections::BTreeSet<_> =
                b.entries.keys().chain(a.entries.keys()).collect();
            pairs(
                keys.into_iter()
                    .map(|k| (quoted(k), b.entries.get(k), a.entries.get(k)))
                    .collect(),
            )
        }
        (Value::Object(b), Value::Object(a)) => {
            let keys: std::collections::BTreeSet<_> =
                b.iter().chain(a.iter()).map(|(k, _)| k).collect();
            pairs(
                keys.into_iter()
                    .map(|k| (k.to_string(), not_null(b.get(k)), not_null(a.get(k))))
                    .collect(),
            )
        }
        (Value::Set(b), Value::Set(a)) => {
            let gone = b
                .items()
                .iter()
                .filter(|x| !a.items().contains(x))
                .map(|x| ('-', x));
            let new = a
                .items()
                .iter()
                .filter(|x| !b.items().contains(x))
                .map(|x| ('+', x));
            let kept = a.items().iter().filter(|x| b.items().contains(x)).count();
            sequence(
                gone.chain(new)
                    .map(|(s, v)| (s, signed(v, "", false)))
                    .collect(),
                kept,
            )
        }
        (b @ (Value::List(_) | Value::Tuple(_)), a @ (Value::List(_) | Value::Tuple(_))) => {
            let (b, a) = (items(Some(b)), items(Some(a)));
            list(&b, &a)
        }
        (b, a) => vec![format!("{} -> {}", inline(b), inline(a))],
    }
}

/// Lists: what is common at both ends stays, the middle goes and comes.
fn list(b: &[&Value], a: &[&Value]) -> Vec<String> {
    let head = b.iter().zip(a).take_while(|(x, y)| same(x, y)).count();
    let tail = b[head..]
        .iter()
        .rev()
        .zip(a[head..].iter().rev())
        .take_while(|(x, y)| same(x, y))
        .count();
    let (gone, new) = (&b[head..b.len() - tail], &a[head..a.len() - tail]);
    let mut out = Vec::new();
    for i in 0..gone.len().max(new.len()) {
        match (gone.get(i), new.get(i)) {
            (Some(x), Some(y)) if gone.len() == new.len() => out.push(('~', changed(x, y))),
            (x, y) => {
                out.extend(x.map(|x| ('-', signed(x, "", false))));
                out.extend(y.map(|y| ('+', signed(y, "", false))));
            }
        }
    }
    sequence(out, head + tail)
}

fn sequence(items: Vec<(char, Vec<String>)>, kept: usize) -> Vec<String> {
    let mut out = vec!["[".to_owned()];
    for (sign, lines) in items {
        let last = lines.len() - 1;
        for (i, line) in lines.iter().enumerate() {
            let comma = if i == last { "," } else { "" };
            let lead = if i == 0 {
                format!("  {sign} ")
            } else {
                "    ".to_owned()
            };
            out.push(format!("{lead}{line}{comma}"));
        }
    }
    hide(&mut out, kept);
    out.push("]".to_owned());
    out
}

fn pairs(items: Vec<(String, Option<&Value>, Option<&Value>)>) -> Vec<String> {
    let shown = |b: Option<&Value>, a: Option<&Value>| {
        !matches!((b, a), (Some(b), Some(a)) if same(b, a)) && (b.is_some() || a.is_some())
    };
    let width = items
        .iter()
        .filter(|(_, b, a)| shown(*b, *a))
        .map(|(k, ..)| k.chars().count())
        .max()
        .unwrap_or(0);
    let mut out = vec!["{".to_owned()];
    let mut kept = 0;
    for (key, b, a) in items {
        if !shown(b, a) {
            kept += usize::from(b.is_some());
            continue;
        }
        let sign = match (b, a) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        let lines = attribute(sign, b, a, false);
        let fill = " ".repeat(width - key.chars().count());
        out.push(format!("  {sign} {key}{fill} = {}", lines[0]));
        out.extend(lines[1..].iter().map(|l| format!("    {l}")));
    }
    hide(&mut out, kept);
    out.push("}".to_owned());
    out
}

fn hide(out: &mut Vec<String>, kept: usize) {
    if kept > 0 {
        let s = if kept == 1 { "" } else { "s" };
        out.push(format!("    # ({kept} unchanged element{s} hidden)"));
    }
}

/// A multi-line text, line by line.
fn text(b: &str, a: &str) -> Vec<String> {
    let (before, after): (Vec<&str>, Vec<&str>) = (b.lines().collect(), a.lines().collect());
    if before == after {
        // They differ in the last line break only.
        return vec![format!("{} -> {}", quoted(b), quoted(a))];
    }
    if before.len() < 2 && after.len() < 2 {
        return heredoc(a);
    }
    let head = before
        .iter()
        .zip(&after)
        .take_while(|(x, y)| x == y)
        .count();
    let tail = before[head..]
        .iter()
        .rev()
        .zip(after[head..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let mut out = vec!["<<-EOT".to_owned()];
    out.extend(before[..head].iter().map(|l| format!("    {l}")));
    out.extend(
        before[head..before.len() - tail]
            .iter()
            .map(|l| format!("  - {l}")),
    );
    out.extend(
        after[head..after.len() - tail]
            .iter()
            .map(|l| format!("  + {l}")),
    );
    out.extend(
        after[after.len() - tail..]
            .iter()
            .map(|l| format!("    {l}")),
    );
    out.push("EOT".to_owned());
    out
}
