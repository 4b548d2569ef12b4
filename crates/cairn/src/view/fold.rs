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
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
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
    let last = by_attribute(last);
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
        let own = &maps[0][&line.attribute];
        let other = last.get(&line.attribute).map_or(&[][..], Vec::as_slice);
        let text = match (own.as_slice(), other) {
            ([one], [other]) => {
                let value = |t: &str| {
                    t.split_once(" = ")
                        .map(|(_, v)| v.to_owned())
                        .unwrap_or_default()
                };
                format!("{} … {}", one.text, value(&other.text))
            }
            _ => format!("{} # differs from instance to instance", line.text),
        };
        out.push(Line {
            text,
            ..line.clone()
        });
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
