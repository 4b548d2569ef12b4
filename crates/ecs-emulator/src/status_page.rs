//! Decides what the status page shows: all that exists, kind by kind, the faults that are armed, how
//! often each action was asked for, and the last requests. One page of HTML that needs nothing else.
//! It is made of the inventory and the remembered requests, and so of nothing secret.

use serde_json::Value;

use crate::core::Core;
use crate::inventory;
use crate::time::Moment;
use crate::xml::escape;

/// How many of a kind are listed, the newest.
const LISTED: usize = 100;
/// How many requests are listed.
const REQUESTS: usize = 50;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width">
<title>ECS emulator</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .2em .8em .2em 0; border-bottom: 1px solid #ddd }
td { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere }
.bad { color: #b00 }
p.none { color: #777 }
</style>
</head>
<body>
<h1>ECS emulator</h1>
"#;

/// The page.
pub(crate) fn write(core: &Core, now: Moment) -> String {
    let mut out = HEAD.to_owned();
    let asked: u64 = core.counters.values().sum();
    out.push_str("<p>");
    escape(
        &mut out,
        &format!("{} · {asked} requests answered", now.to_millis_text()),
    );
    out.push_str("</p>\n");
    let inventory = serde_json::to_value(inventory::take(&core.world, now)).unwrap_or_default();
    for (kind, rows) in inventory.as_object().into_iter().flatten() {
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        list(&mut out, &kind.replace('_', " "), rows);
    }
    let faults = core.faults.list();
    heading(&mut out, "faults", faults.len());
    if !faults.is_empty() {
        out.push_str("<table>\n");
        for fault in faults {
            row(&mut out, "td", &[serde_json::json!(fault).to_string()]);
        }
        out.push_str("</table>\n");
    }
    counters(&mut out, core);
    requests(&mut out, core);
    out.push_str("</body>\n</html>\n");
    out
}

fn heading(out: &mut String, what: &str, count: usize) {
    let mut letters = what.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let text: String = first.into_iter().chain(letters).collect();
    out.push_str("<h2>");
    escape(out, &format!("{text} ({count})"));
    out.push_str("</h2>\n");
    if count == 0 {
        out.push_str("<p class=\"none\">None.</p>\n");
    }
}

fn row(out: &mut String, opening: &str, cells: &[String]) {
    let tag = opening.split(' ').next().unwrap_or(opening);
    out.push_str("<tr>");
    for cell in cells {
        out.push_str(&format!("<{opening}>"));
        escape(out, cell);
        out.push_str(&format!("</{tag}>"));
    }
    out.push_str("</tr>\n");
}

/// A table of things of one kind, newest first; its columns are their members, id and name first.
fn list(out: &mut String, kind: &str, rows: &[Value]) {
    heading(out, kind, rows.len());
    let Some(Value::Object(first)) = rows.first() else {
        return;
    };
    let order = |name: &str| match name {
        "id" => 0,
        "name" => 1,
        "tags" => 3,
        _ => 2,
    };
    let mut columns: Vec<&str> = first.keys().map(String::as_str).collect();
    columns.sort_by_key(|name| order(name));
    let titles: Vec<String> = columns.iter().map(|c| c.replace('_', " ")).collect();
    out.push_str("<table>\n");
    row(out, "th", &titles);
    for thing in rows.iter().rev().take(LISTED) {
        let cells: Vec<String> = columns.iter().map(|name| text(&thing[*name])).collect();
        row(out, "td", &cells);
    }
    out.push_str("</table>\n");
    if rows.len() > LISTED {
        out.push_str(&format!(
            "<p>The newest {LISTED} are listed; /_emulator/inventory has all.</p>\n"
        ));
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| format!("{name}={}", text(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn counters(out: &mut String, core: &Core) {
    heading(out, "actions", core.counters.len());
    if core.counters.is_empty() {
        return;
    }
    out.push_str("<table>\n");
    row(out, "th", &["action", "requests"].map(str::to_owned));
    for (action, count) in &core.counters {
        row(out, "td", &[action.clone(), count.to_string()]);
    }
    out.push_str("</table>\n");
}

fn requests(out: &mut String, core: &Core) {
    let count = core.recent.iter().take(REQUESTS).count();
    heading(out, "last requests", count);
    if count == 0 {
        return;
    }
    out.push_str("<table>\n");
    let titles = [
        "time",
        "action",
        "status",
        "code",
        "ms",
        "parameters",
        "request id",
    ];
    row(out, "th", &titles.map(str::to_owned));
    for request in core.recent.iter().take(REQUESTS) {
        let entry = &request.entry;
        let params: Vec<String> = request
            .params
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let status = match entry.status {
            0 => "dropped".to_owned(),
            status => status.to_string(),
        };
        let cells = [
            entry.time.clone(),
            entry.action.clone(),
            status,
            entry.code.clone(),
            format!("{:.1}", entry.duration_ms),
            params.join(" "),
            entry.request_id.clone(),
        ];
        if entry.status == 200 {
            row(out, "td", &cells);
        } else {
            row(out, "td class=\"bad\"", &cells);
        }
    }
    out.push_str("</table>\n");
}
