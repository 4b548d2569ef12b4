//! Decides how byte offsets become lines and columns, and how a line is shown. Columns count grapheme clusters from 1, as
//! Terraform's do.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use unicode_segmentation::UnicodeSegmentation;

use crate::{FileId, Span};

/// A line and column, both from 1, and the byte offset they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in grapheme clusters, from 1.
    pub column: usize,
    /// Byte offset in the file, from 0.
    pub byte: usize,
}

/// One source file: its name as the user knows it, its text, and a lazily made line table.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as it is shown to the user, relative to the working directory where possible.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
    /// Places that are never shown, in order and apart from each other.
    hidden: Vec<Range<usize>>,
}

/// What stands for text that is not shown.
const HIDDEN: &str = "(sensitive value)";

/// A line as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLine<'s> {
    /// Its text, with a note in place of what is hidden.
    pub text: Cow<'s, str>,
    /// The part that was asked about, in bytes of `text`; as much of it as is on the line.
    pub marked: Range<usize>,
}

impl SourceFile {
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            std::iter::once(0)
                .chain(
                    self.text
                        .bytes()
                        .enumerate()
                        .filter(|(_, b)| *b == b'\n')
                        .map(|(i, _)| i as u32 + 1),
                )
                .collect()
        })
    }

    /// The position of a byte offset; offsets past the end stand for the end.
    pub fn position(&self, byte: u32) -> Position {
        let mut byte = (byte as usize).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let lines = self.lines();
        let line = lines.partition_point(|&start| start as usize <= byte) - 1;
        let column = self.text[lines[line] as usize..byte]
            .graphemes(true)
            .count()
            + 1;
        Position {
            line: line + 1,
            column,
            byte,
        }
    }

    /// The byte offset at which a line (from 1) begins.
    pub fn position_of_line(&self, line: usize) -> usize {
        let lines = self.lines();
        line.checked_sub(1)
            .and_then(|i| lines.get(i))
            .map_or(self.text.len(), |&start| start as usize)
    }

    /// The text of a line (from 1) without its line break; empty where there is no such line.
    pub fn line_text(&self, line: usize) -> &str {
        let lines = self.lines();
        let Some(&start) = line.checked_sub(1).and_then(|i| lines.get(i)) else {
            return "";
        };
        let end = lines.get(line).map_or(self.text.len(), |&e| e as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// A line (from 1) as it may be shown, and where the part between two byte offsets of the file is on it. A part that
    /// begins or ends inside of something hidden takes in the note that stands for it.
    pub fn shown_line(&self, line: usize, from: usize, to: usize) -> ShownLine<'_> {
        let raw = self.line_text(line);
        let start = self.position_of_line(line);
        let end = start + raw.len();
        let part = from.clamp(start, end)..to.clamp(from.clamp(start, end), end);
        let first = self.hidden.partition_point(|h| h.end <= start);
        let hidden = || self.hidden[first..].iter().take_while(|h| h.start < end);
        if hidden().next().is_none() {
            return ShownLine {
                text: Cow::Borrowed(raw),
                marked: part.start - start..part.end - start,
            };
        }
        let mut text = String::new();
        let mut marked = None..None;
        let mut at = start;
        for h in hidden() {
            let h = h.start.max(start)..h.end.min(end);
            copy(&self.text[at..h.start], at, &part, &mut text, &mut marked);
            if part.start >= h.start && part.start < h.end {
                marked.start = Some(text.len());
            }
            text.push_str(HIDDEN);
            if part.end > h.start && part.end <= h.end {
                marked.end = Some(text.len());
            }
            at = h.end;
        }
        copy(&self.text[at..end], at, &part, &mut text, &mut marked);
        let from = marked.start.unwrap_or(text.len());
        let to = marked.end.unwrap_or(text.len()).max(from);
        ShownLine {
            text: Cow::Owned(text),
            marked: from..to,
        }
    }
}

/// Copies text that begins at a byte offset of the file, and notes where a part of the file begins and ends in the copy.
fn copy(
    text: &str,
    at: usize,
    part: &Range<usize>,
    to: &mut String,
    marked: &mut Range<Option<usize>>,
) {
    let inside = at..=at + text.len();
    if marked.start.is_none() && inside.contains(&part.start) {
        marked.start = Some(to.len() + part.start - at);
    }
    if marked.end.is_none() && inside.contains(&part.end) {
        marked.end = Some(to.len() + part.end - at);
    }
    to.push_str(text);
}

/// All source files that were read, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(SourceFile {
            name: name.into(),
            text: text.into(),
            lines: OnceLock::new(),
            hidden: Vec::new(),
        });
        id
    }

    /// From now on the text of a span is not shown: lines of it have a note in its place.
    pub fn hide(&mut self, span: Span) {
        let Some(file) = self.files.get_mut(span.file.0 as usize) else {
            return;
        };
        let mut span = span.start as usize..(span.end as usize).min(file.text.len());
        if file.text.get(span.clone()).is_none_or(str::is_empty) {
            return;
        }
        let first = file.hidden.partition_point(|h| h.end < span.start);
        let last = file.hidden.partition_point(|h| h.start <= span.end);
        for h in &file.hidden[first..last.max(first)] {
            span = span.start.min(h.start)..span.end.max(h.end);
        }
        drop(file.hidden.splice(first..last.max(first), [span]));
    }

    /// The file with this id, if it is of this map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Every file, in the order of adding.
    pub fn files(&self) -> std::slice::Iter<'_, SourceFile> {
        self.files.iter()
    }

    /// Where a span begins and ends, with the file's name.
    pub fn locate(&self, span: Span) -> Option<(&str, Position, Position)> {
        let file = self.get(span.file)?;
        Some((
            &file.name,
            file.position(span.start),
            file.position(span.end),
        ))
    }

    /// The source text of a span.
    pub fn text(&self, span: Span) -> Option<&str> {
        self.get(span.file)?
            .text
            .get(span.start as usize..span.end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_not_shown() {
        let mut map = SourceMap::default();
        let text = "a = \"x\" # b\nc = <<E\n  secret\nE\nd = 1\n";
        let f = map.add("main.tf", text);
        let span = |what: &str| {
            let start = text.find(what).unwrap();
            Span::new(f, start, start + what.len())
        };
        let heredoc = span("<<E\n  secret\nE");
        for s in [heredoc, span("secret"), span("\"x\""), heredoc] {
            map.hide(s);
        }
        map.hide(Span::new(FileId(7), 0, 1));
        let shown = |line, s: Span| {
            let file = map.get(f).unwrap();
            let shown = file.shown_line(line, s.start as usize, s.end as usize);
            let marked = shown.text[shown.marked.clone()].to_owned();
            (shown.text.into_owned(), marked)
        };
        let of = |text: &str, marked: &str| (text.to_owned(), marked.to_owned());
        let first = "a = (sensitive value) # b";
        assert_eq!(shown(1, span("\"x\"")), of(first, "(sensitive value)"));
        assert_eq!(shown(1, span("x")), of(first, "(sensitive value)"));
        assert_eq!(
            shown(1, span("a = \"x\"")),
            of(first, "a = (sensitive value)")
        );
        assert_eq!(shown(1, span("# b")), of(first, "# b"));
        assert_eq!(shown(1, span("a")), of(first, "a"));
        assert_eq!(
            shown(2, heredoc),
            of("c = (sensitive value)", "(sensitive value)")
        );
        assert_eq!(
            shown(3, heredoc),
            of("(sensitive value)", "(sensitive value)")
        );
        assert_eq!(shown(5, span("1")), of("d = 1", "1"));
        assert_eq!(shown(9, span("1")), of("", ""));
    }

    #[test]
    fn columns_count_grapheme_clusters() {
        let mut map = SourceMap::default();
        let f = map.add("main.tf", "a\n👨‍👩‍👧é x\n");
        let x = "a\n👨‍👩‍👧é ".len();
        let (name, start, _) = map.locate(Span::new(f, x, x + 1)).unwrap();
        assert_eq!(
            (name, start.line, start.column, start.byte),
            ("main.tf", 2, 4, x)
        );
        assert_eq!(map.get(f).unwrap().line_text(1), "a");
        assert_eq!(map.get(f).unwrap().line_text(9), "");
    }
}
