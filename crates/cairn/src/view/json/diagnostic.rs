//! Decides how a diagnostic looks as JSON: Terraform's shape, with our `code` and `hints` beside.

use cairn_diag::{Diagnostic, Position, Severity, SourceMap};
use serde_json::{Value as Json, json};

/// One diagnostic.
pub(crate) fn diagnostic(d: &Diagnostic, sources: &SourceMap) -> Json {
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out =
        json!({ "severity": severity, "summary": d.summary, "detail": d.detail, "code": d.code });
    if let Some(address) = &d.address {
        out["address"] = Json::from(address.as_str());
    }
    if !d.hints.is_empty() {
        out["hints"] = Json::from(d.hints.clone());
    }
    let Some(span) = d.subject else { return out };
    let Some((name, start, end)) = sources.locate(span) else {
        return out;
    };
    let position = |p: Position| json!({ "line": p.line, "column": p.column, "byte": p.byte });
    out["range"] = json!({ "filename": name, "start": position(start), "end": position(end) });
    let file = sources.get(span.file).expect("located above");
    let mut code = String::new();
    let mut marked = 0..0;
    for line in start.line..=end.line.min(start.line + 20) {
        if line > start.line {
            code.push('\n');
        }
        let shown = file.shown_line(line, start.byte, end.byte);
        if line == start.line {
            marked.start = shown.marked.start;
        }
        marked.end = code.len() + shown.marked.end;
        code.push_str(&shown.text);
    }
    let values: Vec<Json> = d
        .values
        .iter()
        .map(|v| json!({ "traversal": v.traversal, "statement": v.statement }))
        .collect();
    out["snippet"] = json!({
        "context": d.within,
        "code": code,
        "start_line": start.line,
        "highlight_start_offset": marked.start,
        "highlight_end_offset": marked.end,
        "values": values,
    });
    out
}
