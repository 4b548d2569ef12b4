//! Decides how a value that becomes another is shown: what stays is counted, what goes and comes is signed, lists keep a neighbour of
//! each change in sight, strings of several lines are compared line by line, JSON in strings member by member.

use std::collections::{BTreeMap, BTreeSet};

use cairn_value::Value;

use super::align::{Step, align};
use super::node::Node;
use super::rows::{Notes, Row, append, encoded, keys, nest, remark, row, whole};
use super::value::{SENSITIVE, UNKNOWN, printable, quoted};

#[cfg(test)]
mod tests;

/// What stands behind `name = ` where a value becomes another. With `free`, its place takes any type.
pub(crate) fn changed(before: &Value, after: &Value, free: bool, forced: bool) -> Vec<Row> {
    let notes = Notes {
        gone: false,
        forced,
    };
    nodes(&Node::of(before, free), &Node::of(after, free), notes)
}

/// The same for two shapes that differ.
fn nodes(before: &Node, after: &Node, notes: Notes) -> Vec<Row> {
    let forced = notes.forced();
    match (before, after) {
        (Node::Secret(_), _) | (_, Node::Secret(_)) => vec![row(format!("{SENSITIVE}{forced}"))],
        (b, Node::Unknown) => {
            let mut rows = whole(b, '-', Notes::default());
            append(&mut rows, &format!(" -> {UNKNOWN}{forced}"));
            rows
        }
        (Node::Text(b), Node::Text(a)) if b.contains('\n') || a.contains('\n') => {
            lines(b, a, forced)
        }
        (Node::Json(_, b), Node::Json(_, a)) => json(b, a, notes),
        (Node::List(b), Node::List(a)) => list(b, a, forced),
        (Node::Set(b), Node::Set(a)) => set(b, a, forced),
        (Node::Map(b), Node::Map(a))
        | (Node::Object(b), Node::Object(a))
        | (Node::Free(b), Node::Free(a)) => members(after, b, a, forced),
        (b, a) => {
            let mut rows = whole(b, '-', Notes::default());
            let mut new = whole(a, '+', Notes::default()).into_iter();
            if let Some(first) = new.next() {
                append(&mut rows, &format!(" -> {}", first.text));
            }
            rows.extend(new);
            append(&mut rows, forced);
            rows
        }
    }
}

/// What is in two strings of JSON; equal contents differ in white space, in the order of keys, or in how a string is escaped.
fn json(before: &Node, after: &Node, notes: Notes) -> Vec<Row> {
    if before == after {
        let remark = if notes.forced {
            " # whitespace changes force replacement"
        } else {
            " # whitespace changes"
        };
        return encoded(' ', whole(after, ' ', Notes::default()), remark, "");
    }
    let mut inner = nodes(before, after, Notes::default());
    if inner.len() == 1 {
        return encoded('~', inner, "", notes.forced());
    }
    append(&mut inner, notes.forced());
    encoded('~', inner, "", "")
}

/// Objects and maps of one kind (`of`), member by member.
fn members(
    of: &Node,
    before: &BTreeMap<String, Node>,
    after: &BTreeMap<String, Node>,
    forced: &str,
) -> Vec<Row> {
    let map = matches!(of, Node::Map(_));
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let keys = keys(all.iter().copied(), map);
    let mut out = vec![row(format!("{{{forced}"))];
    let mut kept = 0;
    for key in all {
        let (sign, rows) = match (before.get(key), after.get(key)) {
            (Some(b), Some(a)) if b == a => {
                kept += 1;
                continue;
            }
            (Some(b), Some(a)) => ('~', nodes(b, a, Notes::default())),
            (Some(b), None) => {
                let notes = Notes {
                    gone: !matches!(of, Node::Free(_)),
                    forced: false,
                };
                ('-', whole(b, '-', notes))
            }
            (None, Some(a)) => ('+', whole(a, '+', Notes::default())),
            (None, None) => continue,
        };
        nest(&mut out, sign, &keys[key.as_str()], rows, "");
    }
    hidden(&mut out, kept, if map { "element" } else { "attribute" });
    out.push(row("}"));
    out
}

fn set(before: &[Node], after: &[Node], forced: &str) -> Vec<Row> {
    let mut out = vec![row(format!("[{forced}"))];
    let only = |these: &[Node], those: &[Node], sign, out: &mut Vec<Row>| {
        for item in these.iter().filter(|x| !those.contains(x)) {
            nest(out, sign, "", whole(item, sign, Notes::default()), ",");
        }
    };
    only(before, after, '-', &mut out);
    only(after, before, '+', &mut out);
    let kept = after.iter().filter(|x| before.contains(x)).count();
    hidden(&mut out, kept, "element");
    out.push(row("]"));
    out
}

/// One element of a changed list: what it was, what it is.
type Pair<'n> = (Option<&'n Node>, Option<&'n Node>);

/// Lists of one length are compared by position, unless only the order differs; others by what they share.
fn list(before: &[Node], after: &[Node], forced: &str) -> Vec<Row> {
    let pairs: Vec<Pair<'_>> = if before.len() == after.len() && !is_order(before, after) {
        let some = |(b, a)| (Some(b), Some(a));
        before.iter().zip(after).map(some).collect()
    } else {
        matched(before, after)
    };
    let moves: Vec<bool> = pairs
        .iter()
        .map(|p| !matches!(p, (Some(b), Some(a)) if b == a))
        .collect();
    let mut out = vec![row(format!("[{forced}"))];
    let mut kept = 0;
    for (i, pair) in pairs.into_iter().enumerate() {
        // Of what stays, the neighbours of a change are shown.
        let near = moves[i.saturating_sub(1)..moves.len().min(i + 2)].contains(&true);
        let (sign, rows) = match pair {
            (Some(b), Some(a)) if moves[i] => ('~', nodes(b, a, Notes::default())),
            (Some(_), Some(a)) if near => (' ', whole(a, ' ', Notes::default())),
            (Some(b), None) => ('-', whole(b, '-', Notes::default())),
            (None, Some(a)) => ('+', whole(a, '+', Notes::default())),
            _ => {
                kept += 1;
                continue;
            }
        };
        hidden(&mut out, std::mem::take(&mut kept), "element");
        nest(&mut out, sign, "", rows, ",");
    }
    hidden(&mut out, kept, "element");
    out.push(row("]"));
    out
}

/// Whether both hold the same elements, as often.
fn is_order(before: &[Node], after: &[Node]) -> bool {
    // Those in the same place on both sides need no search.
    let moved = before.iter().zip(after).filter(|(b, a)| b != a);
    let (gone, mut new): (Vec<&Node>, Vec<&Node>) = moved.unzip();
    gone.into_iter().all(|b| {
        let at = new.iter().position(|a| *a == b);
        at.map(|i| new.swap_remove(i)).is_some()
    })
}

/// What both share stands still; between, what goes comes first, and objects that go are held against those that come.
fn matched<'n>(before: &'n [Node], after: &'n [Node]) -> Vec<Pair<'n>> {
    let mut out = Vec::new();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for step in align(before, after) {
        match step {
            Step::Old(i) => gone.push(&before[i]),
            Step::New(j) => new.push(&after[j]),
            Step::Same(i, j) => {
                gap(&mut gone, &mut new, &mut out);
                out.push((Some(&before[i]), Some(&after[j])));
            }
        }
    }
    gap(&mut gone, &mut new, &mut out);
    out
}

fn gap<'n>(gone: &mut Vec<&'n Node>, new: &mut Vec<&'n Node>, out: &mut Vec<Pair<'n>>) {
    let mut new = std::mem::take(new).into_iter().peekable();
    for b in gone.drain(..) {
        let partner = new.next_if(|a| a.has_members() && b.has_members());
        out.push((Some(b), partner));
    }
    out.extend(new.map(|a| (None, Some(a))));
}

fn hidden(out: &mut Vec<Row>, kept: usize, what: &str) {
    if kept > 0 {
        let s = if kept == 1 { "" } else { "s" };
        remark(out, format!("# ({kept} unchanged {what}{s} hidden)"));
    }
}

/// Strings of several lines, line by line.
fn lines(before: &str, after: &str, forced: &str) -> Vec<Row> {
    let split = |text: &'_ str| {
        text.trim_end_matches('\n')
            .split('\n')
            .map(printable)
            .collect()
    };
    let (b, a): (Vec<String>, Vec<String>) = (split(before), split(after));
    if b == a {
        // They differ in line breaks at the end only.
        let text = format!("{} -> {}{forced}", quoted(before), quoted(after));
        return vec![row(text)];
    }
    let mut out = vec![row(format!("<<-EOT{forced}"))];
    for step in align(&b, &a) {
        let (sign, line) = match step {
            Step::Same(i, _) => (' ', &b[i]),
            Step::Old(i) => ('-', &b[i]),
            Step::New(j) => ('+', &a[j]),
        };
        nest(&mut out, sign, "", vec![row(line.as_str())], "");
    }
    out.push(row("EOT"));
    out
}
