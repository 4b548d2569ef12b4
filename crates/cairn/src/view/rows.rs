//! Decides how a value is laid out over lines: brackets, keys in one column, heredocs, `jsonencode(...)` around JSON in strings.

use std::collections::BTreeMap;

use super::node::Node;
use super::value::{SENSITIVE, UNKNOWN, printable, quoted};

/// Columns from one level to the next.
const STEP: usize = 4;

/// One line of a value. The first stands behind `name = ` and takes that line's sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Columns before the sign, from the sign of the first line.
    pub(crate) indent: usize,
    /// `+`, `-`, `~` or a blank.
    pub(crate) sign: char,
    /// What follows, with no break in it.
    pub(crate) text: String,
}

/// What is added to a value that goes or that forces a replacement.
#[derive(Clone, Copy, Default)]
pub(crate) struct Notes {
    /// Whether `-> null` follows.
    pub(crate) gone: bool,
    /// Whether it forces a replacement.
    pub(crate) forced: bool,
}

impl Notes {
    pub(crate) fn gone(self) -> &'static str {
        if self.gone { " -> null" } else { "" }
    }

    pub(crate) fn forced(self) -> &'static str {
        if self.forced {
            " # forces replacement"
        } else {
            ""
        }
    }
}

/// One line at the level of the value itself.
pub(crate) fn row(text: impl Into<String>) -> Row {
    Row {
        indent: 0,
        sign: ' ',
        text: text.into(),
    }
}

/// Puts lines one level further in, behind `lead` and followed by `end`.
pub(crate) fn nest(out: &mut Vec<Row>, sign: char, lead: &str, rows: Vec<Row>, end: &str) {
    let last = rows.len() - 1;
    out.extend(rows.into_iter().enumerate().map(|(i, r)| {
        let lead = if i == 0 { lead } else { "" };
        let end = if i == last { end } else { "" };
        Row {
            indent: r.indent + STEP,
            sign: if i == 0 { sign } else { r.sign },
            text: format!("{lead}{}{end}", r.text),
        }
    }));
}

/// A comment one level in.
pub(crate) fn remark(out: &mut Vec<Row>, text: String) {
    nest(out, ' ', "", vec![row(text)], "");
}

/// `jsonencode(...)` around the lines of what is in a string.
pub(crate) fn encoded(sign: char, inner: Vec<Row>, remark: &str, gone: &str) -> Vec<Row> {
    if let [only] = &*inner {
        return vec![row(format!("jsonencode({}){remark}{gone}", only.text))];
    }
    let mut out = vec![row(format!("jsonencode({remark}"))];
    nest(&mut out, sign, "", inner, "");
    out.push(row(format!("){gone}")));
    out
}

/// A value that is made (`+`), goes (`-`) or stays (blank), with the sign before each of its elements.
pub(crate) fn whole(node: &Node, sign: char, notes: Notes) -> Vec<Row> {
    let (gone, forced) = (notes.gone(), notes.forced());
    match node {
        Node::Secret(_) => vec![row(format!("{SENSITIVE}{gone}{forced}"))],
        Node::Unknown => vec![row(format!("{UNKNOWN}{gone}{forced}"))],
        Node::Leaf(text) => vec![row(format!("{text}{gone}{forced}"))],
        Node::Text(text) if text.contains('\n') => {
            let mut out = vec![row(format!("<<-EOT{forced}"))];
            for line in text.trim_end_matches('\n').split('\n') {
                nest(&mut out, ' ', "", vec![row(printable(line))], "");
            }
            out.push(row(format!("EOT{gone}")));
            out
        }
        Node::Text(text) => vec![row(format!("{}{gone}{forced}", quoted(text)))],
        Node::Json(_, inner) => {
            let mut rows = whole(inner, sign, Notes::default());
            let one = rows.len() == 1;
            if !one {
                append(&mut rows, forced);
            }
            let mut rows = encoded(' ', rows, "", gone);
            if one {
                append(&mut rows, forced);
            }
            rows
        }
        Node::List(items) | Node::Set(items) => {
            if items.is_empty() {
                return vec![row(format!("[]{gone}{forced}"))];
            }
            let mut out = vec![row(format!("[{forced}"))];
            for item in items {
                nest(&mut out, sign, "", whole(item, sign, Notes::default()), ",");
            }
            out.push(row(format!("]{gone}")));
            out
        }
        Node::Map(members) | Node::Object(members) | Node::Free(members) => {
            if members.is_empty() {
                return vec![row(format!("{{}}{gone}{forced}"))];
            }
            let keys = keys(members.keys(), matches!(node, Node::Map(_)));
            let mut out = vec![row(format!("{{{forced}"))];
            for (key, item) in members {
                let rows = whole(item, sign, Notes::default());
                nest(&mut out, sign, &keys[key.as_str()], rows, "");
            }
            out.push(row(format!("}}{gone}")));
            out
        }
    }
}

/// Adds to the end of the last line.
pub(crate) fn append(rows: &mut [Row], text: &str) {
    if let Some(last) = rows.last_mut() {
        last.text.push_str(text);
    }
}

/// `key   = ` for every key, the equals signs in one column; those that are no names in quotes, or all.
pub(crate) fn keys<'k>(
    keys: impl Iterator<Item = &'k String>,
    quote: bool,
) -> BTreeMap<&'k str, String> {
    let mut written: BTreeMap<&str, String> = keys
        .map(|k| {
            let text = if quote || !is_name(k) {
                quoted(k)
            } else {
                k.clone()
            };
            (k.as_str(), text)
        })
        .collect();
    let columns = |t: &String| t.chars().count();
    let width = written.values().map(columns).max().unwrap_or(0);
    for text in written.values_mut() {
        let fill = " ".repeat(width - columns(text));
        *text = format!("{text}{fill} = ");
    }
    written
}

/// Whether a key needs no quotes.
fn is_name(key: &str) -> bool {
    let mut chars = key.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}
