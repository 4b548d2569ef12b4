//! Decides how a plan reads as a comment of a pull request: numbers first, then what is lost and why, the whole text folded away;
//! never longer than GitHub takes.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, render};
use cairn_model::{Action, ActionReason, Change, Impact, Plan, PlanMode};
use cairn_provider::Registry;

use super::fold::folded;
use super::plan::{self, is_shown, why};
use super::style::{MARK, Style};
use super::summary::{COLUMNS, by_type, summary, used};

/// So many characters a comment may have on GitHub.
const LIMIT: usize = 65_536;

/// What one list may take of them, so that there is room for the others.
const LIST: usize = 12_000;

/// The comment: of a plan, or of the messages why there is none.
pub(crate) fn render_plan(
    plan: Option<&Plan>,
    registry: &Registry,
    diagnostics: &Diagnostics,
    sources: &SourceMap,
) -> String {
    let mut out = String::new();
    let failed = diagnostics.has_errors();
    title(&mut out, plan, failed);
    if let Some(plan) = plan {
        counts(&mut out, plan);
        losses(&mut out, plan);
        notes(&mut out, plan);
    }
    for (word, heading) in [(true, "Errors"), (false, "Warnings")] {
        let all = diagnostics.iter().filter(|d| d.is_error() == word);
        messages(&mut out, heading, all, sources);
    }
    let Some(plan) = plan else {
        return out;
    };
    let text = if failed {
        plan::partial(plan, registry, Style::Marked)
    } else {
        plan::render(plan, registry, Style::Marked)
    };
    let room = LIMIT.saturating_sub(out.len());
    out.push_str(&details(&text, room));
    out
}

fn title(out: &mut String, plan: Option<&Plan>, failed: bool) {
    let what = match plan.map(|p| p.mode) {
        Some(PlanMode::Destroy) => "cairn plan to destroy",
        Some(PlanMode::RefreshOnly) => "cairn plan, refresh only",
        _ => "cairn plan",
    };
    let told = match plan {
        _ if failed => "failed".to_owned(),
        Some(plan) if plan.is_applyable() && plan.changes.iter().any(is_shown) => {
            let text = summary(plan, Style::Plain);
            text.trim_start_matches("Plan: ")
                .trim_end_matches('.')
                .to_owned()
        }
        Some(plan) if plan.is_applyable() => "only outputs or records change".to_owned(),
        _ => "no changes".to_owned(),
    };
    let _ = writeln!(out, "### {what}: {told}\n");
}

fn counts(out: &mut String, plan: &Plan) {
    let table = by_type(plan.changes.iter());
    let columns = used(&table);
    if columns.is_empty() {
        return;
    }
    let heads: Vec<&str> = columns.iter().map(|c| COLUMNS[*c]).collect();
    let _ = writeln!(out, "| type | {} |", heads.join(" | "));
    let _ = writeln!(out, "| --- |{}", " ---: |".repeat(columns.len()));
    for (ty, row) in &table {
        let cells: Vec<String> = columns
            .iter()
            .map(|c| match row[*c] {
                0 => String::new(),
                n => n.to_string(),
            })
            .collect();
        let _ = writeln!(out, "| {} | {} |", code(ty), cells.join(" | "));
    }
    out.push('\n');
}

/// What is destroyed or replaced, and why.
fn losses(out: &mut String, plan: &Plan) {
    let lost: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|c| {
            matches!(
                c.action,
                Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete
            )
        })
        .collect();
    let lines = folded(&lost).into_iter().map(|group| {
        let change = group.changes[0];
        let many = match group.changes.len() {
            1 => String::new(),
            n => format!(" ({n} instances)"),
        };
        let verb = match change.action {
            Action::Delete => "destroyed",
            Action::CreateThenDelete => "replaced, the new one first",
            _ => "replaced",
        };
        let why = cause(change).map_or(String::new(), |why| format!(": {why}"));
        format!("{}{many} {verb}{why}", code(&group.title()))
    });
    list(out, "Destroyed or replaced", lines);
}

/// Why an object is destroyed or replaced, as Markdown.
fn cause(change: &Change) -> Option<String> {
    match change.reason {
        Some(ActionReason::ReplaceBecauseTainted) => Some("it is tainted".to_owned()),
        Some(ActionReason::ReplaceByRequest) => Some("as requested by `-replace`".to_owned()),
        Some(ActionReason::ReplaceByTriggers) => Some("`replace_triggered_by`".to_owned()),
        _ if change.action != Action::Delete && !change.replace_paths.is_empty() => {
            let paths = change.replace_paths.iter().map(|p| code(&p.to_string()));
            let paths: Vec<String> = paths.collect();
            Some(format!("{} cannot be changed in place", paths.join(", ")))
        }
        _ => why(change).map(|text| escape(&text)),
    }
}

/// What changes cost besides: lost data, interruptions.
fn notes(out: &mut String, plan: &Plan) {
    let changes: Vec<&Change> = plan.changes.iter().filter(|c| is_shown(c)).collect();
    let mut lines: Vec<(Impact, String)> = Vec::new();
    for group in folded(&changes) {
        for note in &group.changes[0].notes {
            let word = match note.impact {
                Impact::Info => continue,
                Impact::Reboot => "needs a reboot",
                Impact::StopStart => "needs a stop and start",
                Impact::DataLoss => "**data is lost**",
            };
            let text = escape(&note.text);
            lines.push((
                note.impact,
                format!("{}: {word}. {text}", code(&group.title())),
            ));
        }
    }
    lines.sort_by_key(|(impact, _)| std::cmp::Reverse(*impact));
    list(
        out,
        "Interruptions",
        lines.into_iter().map(|(_, line)| line),
    );
}

fn messages<'d>(
    out: &mut String,
    heading: &str,
    all: impl Iterator<Item = &'d Diagnostic>,
    sources: &SourceMap,
) {
    let lines = all.map(|d| {
        let text = render(d, sources, &Style::Plain);
        let text = text.trim_end();
        let fence = fence(text);
        let indented = text.replace('\n', "\n  ");
        format!(
            "{}\n\n  {fence}\n  {indented}\n  {fence}",
            escape(&d.summary)
        )
    });
    list(out, heading, lines);
}

/// A list below a heading; what does not fit is counted.
fn list(out: &mut String, heading: &str, lines: impl Iterator<Item = String>) {
    let mut text = String::new();
    let mut left_out = 0;
    for line in lines {
        if left_out > 0 || text.len() + line.len() > LIST {
            left_out += 1;
        } else {
            let _ = writeln!(text, "- {line}");
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "- … and {left_out} more");
    }
    if !text.is_empty() {
        let _ = writeln!(out, "**{heading}**\n\n{text}");
    }
}

/// The plan's text as a diff that is folded away, cut where the comment would be too long.
fn details(text: &str, room: usize) -> String {
    let text = as_diff(text.trim());
    let fence = fence(&text);
    let frame = |body: &str, left_out: usize| {
        let more = if left_out > 0 {
            format!(
                "\n{left_out} more lines do not fit into a comment; `cairn plan` prints them.\n"
            )
        } else {
            String::new()
        };
        format!(
            "<details><summary>Details</summary>\n\n{fence}diff\n{body}\n{fence}\n{more}\n</details>\n"
        )
    };
    let whole = frame(&text, 0);
    if whole.len() <= room {
        return whole;
    }
    let lines: Vec<&str> = text.lines().collect();
    let rest = room.saturating_sub(frame("", lines.len()).len());
    let mut size = 0;
    let kept = lines
        .iter()
        .take_while(|l| {
            size += l.len() + 1;
            size <= rest
        })
        .count();
    if kept == 0 {
        return String::new();
    }
    frame(&lines[..kept].join("\n"), lines.len() - kept)
}

/// Marked signs moved to the first column, where a diff has them; `!` is a change there.
fn as_diff(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let Some((indent, inner)) = line.split_once(MARK) else {
                return format!(" {line}");
            };
            let (sign, rest) = inner.split_once(' ').unwrap_or((inner, ""));
            let shown = match sign {
                "+" | "-" => sign,
                _ => "!",
            };
            format!("{shown}{indent}{}{rest}", " ".repeat(sign.len()))
        })
        .collect();
    lines.join("\n")
}

/// A fence that the text does not hold.
fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A code span, whatever is in it; a bar would end a table's cell.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|").replace(['\n', '\r'], " ");
    match longest_run(&text) {
        0 => format!("`{text}`"),
        n => {
            let ticks = "`".repeat(n + 1);
            format!("{ticks} {text} {ticks}")
        }
    }
}

/// Plain words with nothing that Markdown or HTML would read as its own.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '<' | '>' | '&' => {
                let _ = write!(out, "&#{};", c as u32);
            }
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_where_a_diff_has_them() {
        let text = "  # a.b will be created\n  \u{1}+ resource \"a\" \"b\" {\n      \u{1}+ id = <<-EOT\n            - a list\n\u{1}-/+ resource \"c\" \"d\" {\n    }";
        assert_eq!(
            as_diff(text),
            "   # a.b will be created\n+   resource \"a\" \"b\" {\n+       id = <<-EOT\n             - a list\n!   resource \"c\" \"d\" {\n     }"
        );
    }

    #[test]
    fn nothing_breaks_out_of_its_place() {
        assert_eq!(code("a[\"x|y\"]"), "`a[\"x\\|y\"]`");
        assert_eq!(code("a[\"`\"]"), "`` a[\"`\"] ``");
        assert_eq!(fence("a ``` b"), "````");
        assert_eq!(escape("<b> @all"), "&#60;b&#62; &#64;all");
    }

    #[test]
    fn details_are_cut_to_the_room() {
        let text = "+ line\n".repeat(1000);
        let whole = details(&text, 100_000);
        assert!(whole.matches("line").count() == 1000 && !whole.contains("more lines"));
        let cut = details(&text, 2000);
        assert!(
            cut.len() <= 2000 && cut.contains("more lines do not fit"),
            "{cut}"
        );
        assert!(cut.ends_with("</details>\n"));
        assert_eq!(details(&text, 10), "");
    }
}
