//! Decides which changes share a block of a printed plan: equal instances of one resource in a row, shown with a range.

use std::collections::BTreeMap;

use cairn_model::{Change, InstanceKey};
use cairn_value::Value;

use super::diff::Line;

/// So many equal changes of one resource in a row are folded.
const FOLD_FROM: usize = 4;

/// One change, and those that are equal to it but for the attributes that vary.
pub(crate) struct Folded<'p> {
    /// They, in address order; never none.
    pub(crate) changes: Vec<&'p Change>,
}

/// Puts consecutive equal changes of one resource together.
pub(crate) fn folded<'p>(changes: &[&'p Change]) -> Vec<Folded<'p>> {
    let mut groups: Vec<Folded<'p>> = Vec::new();
    let mut start = 0;
    while start < changes.len() {
        let first = changes[start];
        let run = changes[start..]
            .iter()
            .take_while(|c| alike(first, c))
            .count();
        if run >= FOLD_FROM {
            groups.push(Folded {
                changes: changes[start..start + run].to_vec(),
            });
        } else {
            groups.extend(
                changes[start..start + run]
                    .iter()
                    .map(|c| Folded { changes: vec![*c] }),
            );
        }
        start += run;
    }
    groups
}

/// Whether two changes can share a block: same resource, action and reason, and the same attributes change.
fn alike(a: &Change, b: &Change) -> bool {
    let simple =
        |c: &Change| c.previous_addr.is_none() && c.importing.is_none() && c.deposed.is_none();
    std::ptr::eq(a, b)
        || (a.addr.resource == b.addr.resource
            && a.action == b.action
            && a.reason == b.reason
            && simple(a)
            && simple(b)
            && a.replace_paths == b.replace_paths
            && a.notes == b.notes
            && changed_attributes(a) == changed_attributes(b))
}

fn changed_attributes(change: &Change) -> Vec<bool> {
    let before = change.before.as_ref().map(|o| o.remote.value.value());
    let (Some(before), Some(after)) = (before.and_then(Value::as_object), change.after.as_object())
    else {
        return change
            .after
            .as_object()
            .map(|o| o.values().iter().map(Value::is_null).collect())
            .unwrap_or_default();
    };
    after
        .iter()
        .map(|(n, v)| before.get(n).is_none_or(|b| b.peel() != v.peel()))
        .collect()
}

/// The lines of the first object; where others differ in an attribute, the first and last value as a range.
pub(super) fn merge(all: &[Vec<Line>]) -> Vec<Line> {
    let Some(first) = all.first() else {
        return Vec::new();
    };
    if all.len() == 1 {
        return first.clone();
    }
    let by_attribute = |lines: &[Line]| -> BTreeMap<String, Vec<Line>> {
        let mut map: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for line in lines {
            map.entry(line.attribute.clone())
                .or_default()
                .push(line.clone());
        }
        map
    };
    let maps: Vec<_> = all.iter().map(|l| by_attribute(l)).collect();
    let mut out: Vec<Line> = Vec::new();
    let mut told: Option<&str> = None;
    for line in first {
        let varies = maps
            .iter()
            .any(|m| m.get(&line.attribute) != maps[0].get(&line.attribute));
        if !varies {
            out.push(line.clone());
            continue;
        }
        if told == Some(line.attribute.as_str()) {
            continue;
        }
        told = Some(&line.attribute);
        let each: Vec<&[Line]> = maps
            .iter()
            .map(|m| m.get(&line.attribute).map_or(&[][..], Vec::as_slice))
            .collect();
        out.extend(side_by_side(&each).unwrap_or_else(|| closed(&maps[0][&line.attribute])));
    }
    out
}

const DIFFERS: &str = "# differs from instance to instance";

const ARROW: &str = " -> ";

/// What both values end with, from the arrow or the remark about a replacement on.
fn shared_end<'t>(a: &'t str, b: &str) -> &'t str {
    let from = [
        a.rfind(ARROW),
        a.find(" # "),
        a.strip_suffix(',').map(str::len),
    ];
    let ends = from.into_iter().flatten().map(|i| &a[i..]);
    ends.filter(|s| b.ends_with(s))
        .max_by_key(|s| s.len())
        .unwrap_or_default()
}

/// The lines of one attribute, where all instances have as many with the same names and signs.
fn side_by_side(all: &[&[Line]]) -> Option<Vec<Line>> {
    let first = *all.first()?;
    let last = *all.last()?;
    let split = |l: &Line| -> (Option<String>, String) {
        match l.text.split_once(" = ") {
            Some((name, value)) => (Some(name.to_owned()), value.to_owned()),
            None => (None, l.text.clone()),
        }
    };
    let mut out = Vec::with_capacity(first.len());
    for (i, line) in first.iter().enumerate() {
        let (name, value) = split(line);
        let mut varies = false;
        for lines in all {
            let other = lines.get(i).filter(|_| lines.len() == first.len())?;
            if (other.indent, other.sign) != (line.indent, line.sign) || split(other).0 != name {
                return None;
            }
            varies |= other.text != line.text;
        }
        let end = split(&last[i]).1;
        let text = if !varies {
            line.text.clone()
        } else if end == value {
            format!("{} {DIFFERS}", line.text)
        } else {
            // What both begin and end with is said once.
            let shared = shared_end(&value, &end);
            let start = line.text.strip_suffix(shared).unwrap_or(&line.text);
            let end = match (value.rfind(ARROW), end.rfind(ARROW)) {
                (Some(i), Some(j)) if value[..i] == end[..j] => &end[j + ARROW.len()..],
                _ => &end,
            };
            format!("{start} … {end}")
        };
        out.push(Line {
            text,
            ..line.clone()
        });
    }
    Some(out)
}

/// The first line of an attribute or block of which each instance has another form.
fn closed(lines: &[Line]) -> Vec<Line> {
    let mut out = Vec::new();
    for line in lines {
        if line.text.is_empty() {
            out.push(line.clone());
            continue;
        }
        let text = &line.text;
        let end = match text.chars().last() {
            Some('{') => "…}",
            Some('[') => "…]",
            Some('(') => "…)",
            _ if text.ends_with("<<-EOT") => " … EOT",
            _ => "",
        };
        out.push(Line {
            text: format!("{text}{end} {DIFFERS}"),
            ..line.clone()
        });
        break;
    }
    out
}

/// `web[0..119]`, or first and last key where the keys are no unbroken run.
fn range(changes: &[&Change]) -> String {
    let (first, last) = (&changes[0].addr, &changes[changes.len() - 1].addr);
    match (&first.key, &last.key) {
        (InstanceKey::Index(a), InstanceKey::Index(b)) if b - a + 1 == changes.len() as u64 => {
            format!("{}[{a}..{b}]", first.resource)
        }
        (a, b) => format!("{}{a} … {b}", first.resource),
    }
}

impl Folded<'_> {
    /// What the block is called: one address with the deposed key, or a range of them.
    pub(crate) fn title(&self) -> String {
        let change = self.changes[0];
        if self.changes.len() > 1 {
            return range(&self.changes);
        }
        match &change.deposed {
            Some(key) => format!("{} (deposed object {key})", change.addr),
            None => change.addr.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(of: &[(usize, char, &str)]) -> Vec<Line> {
        of.iter()
            .map(|(indent, sign, text)| Line {
                indent: *indent,
                sign: *sign,
                text: (*text).to_owned(),
                attribute: "tags".to_owned(),
            })
            .collect()
    }

    fn merged(all: &[Vec<Line>]) -> Vec<String> {
        let text = |l: Line| format!("{}{} {}", " ".repeat(l.indent), l.sign, l.text);
        merge(all).into_iter().map(text).collect()
    }

    #[test]
    fn instances_of_one_form_are_merged_line_by_line() {
        let one = |n: &str| {
            lines(&[
                (0, '+', "tags = {"),
                (4, '+', &format!("\"name\" = \"web-{n}\"")),
                (4, '+', "\"tier\" = \"front\""),
                (4, '+', &format!("\"list-{n}\",")),
                (0, ' ', "}"),
            ])
        };
        assert_eq!(
            merged(&[one("0"), one("1"), one("2")]),
            [
                "+ tags = {",
                "    + \"name\" = \"web-0\" … \"web-2\"",
                "    + \"tier\" = \"front\"",
                "    + \"list-0\" … \"list-2\",",
                "  }",
            ]
        );
        let changes = [
            "\"a\" -> null",
            "\"b\" -> null",
            "\"x\" -> 1 # forces replacement",
            "\"x\" -> 2 # forces replacement",
        ];
        let two = |i: usize, j: usize| {
            let line = |v: &str| lines(&[(0, '~', &format!("id = {v}"))]);
            merged(&[line(changes[i]), line(changes[j])]).remove(0)
        };
        assert_eq!(two(0, 1), "~ id = \"a\" … \"b\" -> null");
        assert_eq!(two(2, 3), "~ id = \"x\" -> 1 … 2 # forces replacement");
        // First and last are equal, one between is not.
        let text = merged(&[one("0"), one("1"), one("0")]);
        assert_eq!(
            text[1],
            "    + \"name\" = \"web-0\" # differs from instance to instance"
        );
    }

    #[test]
    fn instances_of_different_forms_are_closed() {
        let short = lines(&[(0, '~', "tags = jsonencode("), (4, '~', "{"), (0, ' ', ")")]);
        let plain = lines(&[(0, '~', "tags = \"x\" -> \"y\"")]);
        assert_eq!(
            merged(&[short.clone(), plain]),
            ["~ tags = jsonencode(…) # differs from instance to instance"]
        );
        let blocks = lines(&[(0, ' ', ""), (0, '+', "tags {"), (0, ' ', "}")]);
        assert_eq!(
            merged(&[blocks, short]),
            ["  ", "+ tags {…} # differs from instance to instance"]
        );
    }
}
