//! Decides how a change of one object is written: which attributes are shown, with which sign, from what to what.
//!
//! Lines are made without colour and with the sign as their own part, so that the plan view can fold equal objects before
//! anything is painted.

use cairn_model::{BlockSchema, NestedBlock};
use cairn_value::{Path, PathStep, Type, Value};

use super::change::changed;
use super::node::Node;
use super::rows::{Notes, Row, row, whole};
use super::value::{SENSITIVE, UNKNOWN};

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
    /// Values that are recorded as sensitive.
    pub(crate) sensitive: &'v [Path],
    /// Values that are sensitive after the change; nothing where that is not told.
    pub(crate) sensitive_after: Option<&'v [Path]>,
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
    attributes(schema, sides, at, (before, after), indent, out);
    let mut unchanged = 0;
    for (name, nested) in &schema.blocks {
        let (b, a) = (member(before, name), member(after, name));
        let path = at.then(PathStep::Attr(name.clone()));
        unchanged += blocks(name, nested, sides, &path, b, a, indent, out);
    }
    if unchanged > 0 && before.is_some() && after.is_some() {
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

/// An attribute that is shown.
struct Shown<'v> {
    name: &'v str,
    ty: &'v Type,
    path: Path,
    sign: char,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
    sensitive: bool,
    warning: Option<&'static str>,
}

fn attributes(
    schema: &BlockSchema,
    sides: &Sides<'_>,
    at: &Path,
    (before, after): (Option<&Value>, Option<&Value>),
    indent: usize,
    out: &mut Vec<Line>,
) {
    let whole = before.is_none() || after.is_none();
    let (mut hidden, mut width) = (0, 0);
    let mut all: Vec<Shown<'_>> = Vec::new();
    for (name, attribute) in &schema.attributes {
        let path = at.then(PathStep::Attr(name.clone()));
        let (b, a) = (member(before, name), member(after, name));
        let warning = if attribute.sensitive || b.is_none() || a.is_none() {
            None
        } else {
            uncovered(sides, &path)
        };
        let sign = match (b, a) {
            (None, None) => continue,
            (None, Some(_)) => '+',
            (Some(_), None) => '-',
            (Some(b), Some(a)) if same(b, a) && warning.is_none() => ' ',
            _ => '~',
        };
        width = width.max(name.chars().count());
        if sign == ' '
            && !whole
            && !(at.0.is_empty() && matches!(&**name, "id" | "name" | "instance_name"))
        {
            hidden += 1;
            continue;
        }
        all.push(Shown {
            name,
            ty: &attribute.ty,
            sign,
            before: b,
            after: a,
            sensitive: attribute.sensitive || sides.sensitive.iter().any(|s| path.is_within(s)),
            path,
            warning,
        });
    }
    for shown in &all {
        let top = shown.path.first_attr().unwrap_or_default();
        let line = |indent, sign, text| Line {
            indent,
            sign,
            text,
            attribute: top.to_owned(),
        };
        if let Some(text) = shown.warning {
            out.push(line(indent - 2, ' ', text.to_owned()));
        }
        let forced = sides.replace.iter().any(|r| r.is_within(&shown.path));
        for (i, r) in attribute(shown, forced).into_iter().enumerate() {
            out.push(if i == 0 {
                let fill = " ".repeat(width - shown.name.chars().count());
                let text = format!("{}{fill} = {}", shown.name, r.text);
                line(indent, shown.sign, text)
            } else {
                line(indent + r.indent, r.sign, r.text)
            });
        }
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
}

/// What is said of an attribute of which more, or less, is sensitive after the change.
fn uncovered(sides: &Sides<'_>, path: &Path) -> Option<&'static str> {
    let planned = sides.sensitive_after?;
    let touches = |s: &&Path| s.is_within(path) || path.is_within(s);
    let before: Vec<&Path> = sides.sensitive.iter().filter(touches).collect();
    let after: Vec<&Path> = planned.iter().filter(touches).collect();
    let more =
        |of: &[&Path], than: &[&Path]| of.iter().any(|p| !than.iter().any(|q| p.is_within(q)));
    if more(&before, &after) {
        Some("# Warning: what is sensitive of this value now can be seen after this change.")
    } else if more(&after, &before) {
        Some("# Warning: this value is sensitive after this change, and hidden from then on.")
    } else {
        None
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

/// What stands behind `name = `, as rows.
fn attribute(shown: &Shown<'_>, forced: bool) -> Vec<Row> {
    let (before, after, sign) = (shown.before, shown.after, shown.sign);
    let free = *shown.ty == Type::Dynamic;
    let gone = sign == '-';
    let notes = Notes { gone, forced };
    let is_secret = |v: Option<&Value>| v.is_some_and(|v| v.marks().is_sensitive());
    if shown.sensitive || is_secret(before) || is_secret(after) {
        let text = format!("{SENSITIVE}{}{}", notes.gone(), notes.forced());
        return vec![row(text)];
    }
    match (before, after) {
        (Some(b), Some(a)) if sign == '~' => changed(b, a, free, forced),
        (b, a) => match if gone { b } else { a } {
            Some(v) => whole(&Node::of(v, free), sign, notes),
            None => vec![row("null")],
        },
    }
}
