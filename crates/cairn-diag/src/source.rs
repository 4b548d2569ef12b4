//! Decides how byte offsets become lines and columns. Columns count grapheme clusters from 1, as Terraform's do.

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
        });
        id
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
