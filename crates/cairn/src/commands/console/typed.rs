//! Decides how expressions are typed at a terminal: prompts, lines that go on, history, and what the Tab key completes.

use std::collections::BTreeSet;

use cairn_diag::Diagnostic;
use cairn_lang::{ModuleTree, function_names};
use cairn_model::ResourceMode;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::session::{Reply, Session};
use crate::exit::Exit;
use crate::ui::Ui;

/// Before a new expression.
const PROMPT: &str = "> ";

/// Before a line that goes on with one.
const MORE: &str = ": ";

/// Asks and answers until the end of the input. What is typed is kept for this session only: it may hold secrets.
pub(super) fn run(session: &mut Session<'_>, tree: &ModuleTree, ui: &mut Ui) -> Exit {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .build();
    let mut editor = match Editor::<Names, MemHistory>::with_history(config, MemHistory::new()) {
        Ok(editor) => editor,
        Err(error) => return unreadable(&error, ui),
    };
    editor.set_helper(Some(Names::of(tree)));
    let mut open = String::new();
    loop {
        let prompt = if open.is_empty() { PROMPT } else { MORE };
        match editor.readline(prompt) {
            Ok(line) => open.push_str(&line),
            Err(ReadlineError::Interrupted) if !open.is_empty() => {
                open.clear();
                ui.line("(the expression is dropped)");
                continue;
            }
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => return Exit::Ok,
            Err(error) => return unreadable(&error, ui),
        }
        open.push('\n');
        if cairn_lang::is_open(&open) {
            continue;
        }
        let input = std::mem::take(&mut open);
        if !input.trim().is_empty() {
            drop(editor.add_history_entry(input.trim_end()));
        }
        match session.answer(&input) {
            Reply::Text(text, said) => {
                ui.diagnostics(&said, session.sources());
                ui.line(&text);
            }
            Reply::Failed(said) => ui.diagnostics(&said, session.sources()),
            Reply::End => return Exit::Ok,
        }
    }
}

fn unreadable(error: &ReadlineError, ui: &mut Ui) -> Exit {
    ui.problem(
        Diagnostic::error("console-input", "The terminal cannot be read")
            .detail(format!("{error}. Expressions can also be piped in.")),
    );
    Exit::Error
}

/// What can be completed: functions with their opening parenthesis, and the names of the root module.
struct Names(BTreeSet<String>);

impl Names {
    fn of(tree: &ModuleTree) -> Self {
        let config = &tree.root.config;
        let mut names: BTreeSet<String> = function_names()
            .chain(["type"])
            .map(|f| format!("{f}("))
            .collect();
        names.extend(config.variables.keys().map(|n| format!("var.{n}")));
        names.extend(config.locals.keys().map(|n| format!("local.{n}")));
        for (call, node) in &tree.root.children {
            names.insert(format!("module.{call}"));
            let outputs = node.config.outputs.keys();
            names.extend(outputs.map(|o| format!("module.{call}.{o}")));
        }
        let resources = config.resources.keys();
        names.extend(
            resources
                .filter(|r| r.mode != ResourceMode::Ephemeral)
                .map(ToString::to_string),
        );
        let own = [
            "path.cwd",
            "path.module",
            "path.root",
            "terraform.workspace",
            "exit",
            "help",
        ];
        names.extend(own.map(str::to_owned));
        Self(names)
    }

    /// Where the name before the cursor begins, and what it may become.
    fn candidates(&self, before: &str) -> (usize, Vec<String>) {
        let of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| of_name(*c))
            .last()
            .map_or(before.len(), |(i, _)| i);
        let begun = &before[start..];
        if begun.is_empty() {
            return (start, Vec::new());
        }
        let matching = self.0.range(begun.to_owned()..);
        let matching = matching.take_while(|n| n.starts_with(begun));
        (start, matching.cloned().collect())
    }
}

impl Completer for Names {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.candidates(line.get(..at).unwrap_or(line)))
    }
}

impl Hinter for Names {
    type Hint = String;
}
impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_completed_from_where_it_begins() {
        let names = Names(
            ["length(", "local.tags", "local.zone", "log("]
                .map(str::to_owned)
                .into(),
        );
        assert_eq!(
            names.candidates("1 + local."),
            (4, vec!["local.tags".to_owned(), "local.zone".to_owned()])
        );
        assert_eq!(names.candidates("[le"), (1, vec!["length(".to_owned()]));
        assert_eq!(names.candidates("1 + "), (4, vec![]));
        assert_eq!(names.candidates("é"), (0, vec![]));
    }
}
