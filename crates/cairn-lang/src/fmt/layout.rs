//! Decides how far lines are indented, and in which columns the equals signs and trailing comments of neighbouring lines stand.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::token::{Sort, Token};
use crate::syntax::Kind;

/// A line: its tokens without the line break, and where its parts begin.
struct Line {
    tokens: Range<usize>,
    /// The equals sign of an argument whose value ends on this line.
    equal: Option<usize>,
    /// The comment at the end of a line that holds something else too.
    comment: Option<usize>,
}

/// Indents and aligns tokens that have their gaps.
pub(super) fn lay_out(tokens: &mut [Token<'_>]) {
    indent(tokens);
    let lines = lines(tokens);
    align(tokens, &lines, |line| line.equal);
    align(tokens, &lines, |line| line.comment);
}

/// The lines with their parts.
fn lines(tokens: &[Token<'_>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for i in 0..=tokens.len() {
        if i == tokens.len() || tokens[i].is(Kind::Newline) {
            lines.push(line(tokens, start..i));
            start = i + 1;
        }
    }
    lines
}

fn line(tokens: &[Token<'_>], range: Range<usize>) -> Line {
    let comment = range
        .end
        .checked_sub(1)
        .filter(|&last| last > range.start && tokens[last].sort == Sort::LineComment);
    let end = comment.unwrap_or(range.end);
    let equal = tokens[range.start..end.max(range.start)]
        .iter()
        .position(|t| t.is(Kind::Equal))
        .filter(|&at| at > 0)
        .map(|at| range.start + at)
        .filter(|&at| tokens[at..end].iter().map(Token::depth).sum::<isize>() == 0);
    Line {
        tokens: range,
        equal,
        comment,
    }
}

/// Sets the blanks in front of each line: two for every line further up that opened more than it closed, as long as that is open.
fn indent(tokens: &mut [Token<'_>]) {
    let mut levels: Vec<isize> = Vec::new();
    let mut start = 0;
    let mut inside = false;
    for i in 0..=tokens.len() {
        if i < tokens.len() && !tokens[i].is(Kind::Newline) {
            continue;
        }
        let mut net = 0;
        for token in &tokens[start..i] {
            match token.sort {
                Sort::Token(Kind::OpenHeredoc) => inside = true,
                Sort::Token(Kind::CloseHeredoc) => inside = false,
                _ if inside => {}
                _ => net += token.depth(),
            }
        }
        inside = false;
        let mut closed = -net;
        while closed > 0 {
            let Some(level) = levels.last_mut() else {
                break;
            };
            if closed < *level {
                *level -= closed;
                break;
            }
            closed -= *level;
            levels.pop();
        }
        if start < i && !tokens[start].is(Kind::CloseHeredoc) {
            tokens[start].blanks = 2 * levels.len();
        }
        if net > 0 {
            levels.push(net);
        }
        start = i + 1;
    }
}

/// Puts the parts that `part` names of neighbouring lines into one column.
fn align(tokens: &mut [Token<'_>], lines: &[Line], part: impl Fn(&Line) -> Option<usize>) {
    let mut widths: Vec<(usize, usize)> = Vec::new();
    let settle = |tokens: &mut [Token<'_>], widths: &mut Vec<(usize, usize)>| {
        let column = widths.iter().map(|w| w.1).max().unwrap_or(0);
        for (at, width) in widths.drain(..) {
            tokens[at].blanks = column - width + 1;
        }
    };
    for line in lines {
        if let Some(at) = part(line) {
            let width = tokens[line.tokens.start..at].iter().map(width).sum();
            widths.push((at, width));
        } else {
            settle(tokens, &mut widths);
        }
    }
    settle(tokens, &mut widths);
}

/// How many characters, as a reader counts them, a token and the blanks in front of it take.
fn width(token: &Token<'_>) -> usize {
    let text = if token.text.is_ascii() && !token.text.contains('\r') {
        token.text.len()
    } else {
        token.text.graphemes(true).count()
    };
    token.blanks + text
}
