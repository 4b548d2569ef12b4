//! Decides how two texts are held against each other as a unified diff with three lines of context.

use std::fmt::Write as _;

const CONTEXT: usize = 3;
/// More lines than this on both sides, multiplied, are not searched for what they share.
const LARGEST: usize = 16_000_000;

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
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let a = &old_rest[..old_rest.len() - tail];
    let b = &new_rest[..new_rest.len() - tail];
    let mut lines: Vec<Line<'t>> = old[..head].iter().map(|t| Line::Same(t)).collect();
    let (mut i, mut j) = (0, 0);
    if a.len().saturating_mul(b.len()) <= LARGEST {
        let width = b.len() + 1;
        let mut shared = vec![0_u32; (a.len() + 1) * width];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                shared[i * width + j] = if a[i] == b[j] {
                    shared[(i + 1) * width + j + 1] + 1
                } else {
                    shared[(i + 1) * width + j].max(shared[i * width + j + 1])
                };
            }
        }
        while i < a.len() && j < b.len() {
            if a[i] == b[j] {
                lines.push(Line::Same(a[i]));
                i += 1;
                j += 1;
            } else if shared[(i + 1) * width + j] >= shared[i * width + j + 1] {
                lines.push(Line::Old(a[i]));
                i += 1;
            } else {
                lines.push(Line::New(b[j]));
                j += 1;
            }
        }
    }
    lines.extend(a[i..].iter().map(|t| Line::Old(t)));
    lines.extend(b[j..].iter().map(|t| Line::New(t)));
    lines.extend(old[old.len() - tail..].iter().map(|t| Line::Same(t)));
    lines
}
