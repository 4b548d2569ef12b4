//! Decides how a diagnostic looks as text: a box with the summary, the place with its source line, the reason, the way out.
//!
//! Styling is the caller's ([`Style`]); colour never carries meaning alone.

use std::fmt::Write as _;

use crate::{Diagnostic, Diagnostics, Severity, SourceMap};

/// How parts are emphasised. [`Plain`] leaves them as they are.
pub trait Style {
    /// The word `Error` or `Warning` and the frame.
    fn severity(&self, severity: Severity, text: &str) -> String;
    /// The summary, and the part of the source line at fault.
    fn strong(&self, text: &str) -> String;
}

/// No styling.
pub struct Plain;

impl Style for Plain {
    fn severity(&self, _: Severity, text: &str) -> String {
        text.to_owned()
    }
    fn strong(&self, text: &str) -> String {
        text.to_owned()
    }
}

/// Renders all, in order.
pub fn render_all(diagnostics: &Diagnostics, sources: &SourceMap, style: &dyn Style) -> String {
    diagnostics
        .iter()
        .map(|d| render(d, sources, style))
        .collect()
}

/// Renders one diagnostic; the text ends with a line break.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: &dyn Style) -> String {
    let mut body = String::new();
    let word = match diagnostic.severity {
        Severity::Error => "Error: ",
        Severity::Warning => "Warning: ",
    };
    let head = style.severity(diagnostic.severity, word);
    let _ = writeln!(body, "{head}{}", style.strong(&diagnostic.summary));
    place(&mut body, diagnostic, sources, style);
    if !diagnostic.detail.is_empty() {
        let _ = writeln!(body, "\n{}", diagnostic.detail.trim_end());
    }
    for hint in &diagnostic.hints {
        let _ = writeln!(body, "\nhint: {}", hint.trim_end());
    }
    let bar = |c: &str| style.severity(diagnostic.severity, c);
    let mut out = format!("{}\n", bar("╷"));
    for line in body.lines() {
        let _ = writeln!(out, "{} {line}", bar("│"));
    }
    let _ = writeln!(out, "{}", bar("╵"));
    out
}

fn place(out: &mut String, d: &Diagnostic, sources: &SourceMap, style: &dyn Style) {
    let Some(span) = d.subject else {
        if let Some(address) = &d.address {
            let _ = writeln!(out, "\n  with {address}");
        }
        return;
    };
    let Some((name, start, end)) = sources.locate(span) else {
        return;
    };
    let _ = write!(out, "\n  ");
    if let Some(address) = &d.address {
        let _ = write!(out, "with {address},\n  ");
    }
    let _ = write!(out, "on {name}:{}:{}", start.line, start.column);
    if let Some(within) = &d.within {
        let _ = write!(out, ", in {within}");
    }
    out.push_str(":\n");
    let file = sources.get(span.file).expect("located above");
    let width = end.line.to_string().len().max(4);
    let last = end.line.min(start.line + 2);
    for line in start.line..=last {
        let shown = file.shown_line(line, start.byte, end.byte);
        let (before, rest) = shown.text.split_at(shown.marked.start);
        let (part, after) = rest.split_at(shown.marked.len());
        let strong = match part {
            "" => String::new(),
            part => style.strong(part),
        };
        let _ = writeln!(out, "{line:>width$}: {before}{strong}{after}");
        if line == start.line {
            let marks = part.chars().count().max(1);
            let pad: String = before
                .chars()
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let _ = writeln!(out, "{:width$}  {pad}{}", "", "^".repeat(marks.min(120)));
        }
    }
    if end.line > last {
        let _ = writeln!(out, "{:width$}  …", "");
    }
    if !d.values.is_empty() {
        out.push_str("    ├────────────────\n");
        for note in &d.values {
            let _ = writeln!(out, "    │ {} {}", note.traversal, note.statement);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    #[test]
    fn shows_place_reason_and_way_out() {
        let mut sources = SourceMap::default();
        let text = "resource \"a\" \"b\" {\n  tga = 1\n}\n";
        let f = sources.add("main.tf", text);
        let d = Diagnostic::error("unsupported-argument", "Unsupported argument")
            .detail("An argument named \"tga\" is not expected here.")
            .hint("Did you mean \"tag\"?")
            .within("resource \"a\" \"b\"")
            .value("var.x", "is 1")
            .at(Span::new(f, 21, 24));
        assert_eq!(
            render(&d, &sources, &Plain),
            "╷\n│ Error: Unsupported argument\n│ \n│   on main.tf:2:3, in resource \"a\" \"b\":\n│    2:   tga = 1\n│         ^^^\n\
             │     ├────────────────\n│     │ var.x is 1\n│ \n│ An argument named \"tga\" is not expected here.\n│ \n\
             │ hint: Did you mean \"tag\"?\n╵\n"
        );
    }
}
