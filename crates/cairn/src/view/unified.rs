//! Decides how two texts are held against each other as a unified diff with three lines of context.

use std::fmt::Write as _;

use super::align::{Step, align};

const CONTEXT: usize = 3;

/// One run of lines: how many, on which sides.
enum Line<'t> {
    Same(&'t str),
    Old(&'t str),
    New(&'t str),
}

/// The difference as `diff -u` prints it, with the labels `old/NAME` and `new/NAME`.
pub(crate) fn unified(name: &str, old: &str, new: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let lines = compare(&old, &new);
    let mut out = format!("--- old/{name}\n+++ new/{name}\n");
    let changes: Vec<usize> = (0..lines.len())
        .filter(|&i| !matches!(lines[i], Line::Same(_)))
        .collect();
    let mut at = (0, 0, 0);
    let mut next = 0;
    while next < changes.len() {
        let first = changes[next].saturating_sub(CONTEXT);
        let mut last = changes[next];
        while next < changes.len() && changes[next] <= last + 2 * CONTEXT + 1 {
            last = changes[next];
            next += 1;
        }
        let end = lines.len().min(last + CONTEXT + 1);
        at = count(&lines[at.0..first], (first, at.1, at.2));
        let after = count(&lines[first..end], (end, at.1, at.2));
        let ranges = (range(at.1, after.1), range(at.2, after.2));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "@@ -{} +{} @@", ranges.0, ranges.1);
        for line in &lines[first..end] {
            let (sign, text) = match line {
                Line::Same(text) => (' ', text),
                Line::Old(text) => ('-', text),
                Line::New(text) => ('+', text),
            };
            out.push(sign);
            out.push_str(text);
            if !text.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
        at = after;
    }
    out
}

/// The position behind these lines: of the list, of the old text, of the new one.
fn count(lines: &[Line<'_>], from: (usize, usize, usize)) -> (usize, usize, usize) {
    let old = lines.iter().filter(|l| !matches!(l, Line::New(_))).count();
    let new = lines.iter().filter(|l| !matches!(l, Line::Old(_))).count();
    (from.0, from.1 + old, from.2 + new)
}

fn range(from: usize, to: usize) -> String {
    match to - from {
        0 => format!("{from},0"),
        1 => format!("{}", from + 1),
        n => format!("{},{n}", from + 1),
    }
}

/// The lines of both texts in order, as many as possible shared.
fn compare<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    align(old, new)
        .into_iter()
        .map(|step| match step {
            Step::Same(i, _) => Line::Same(old[i]),
            Step::Old(i) => Line::Old(old[i]),
            Step::New(j) => Line::New(new[j]),
        })
        .collect()
}
