//! Decides where output goes: what a command was asked for to standard output, everything else to standard error; or, with
//! `-json`, one JSON object per line to standard output; or, with `-json-into`, these lines to a file besides.
#![expect(clippy::print_stderr, reason = "this is the place that prints")]

use std::fs::File;
use std::io::{BufRead, Write};
use std::sync::Mutex;

use cairn_diag::{Diagnostic, Diagnostics, Severity, SourceMap, render};
use cairn_engine::Event;

use crate::exit::Exit;
use crate::settings::Settings;
use crate::view::progress::Progress;
use crate::view::{json, style::Style};

/// How the user is told.
#[expect(clippy::struct_excessive_bools, reason = "switches, each on its own")]
pub(crate) struct Ui {
    pub(crate) style: Style,
    pub(crate) json: bool,
    compact_warnings: bool,
    concise: bool,
    automation: bool,
    asks: bool,
    at_keyboard: bool,
    progress: Progress,
    /// Where the JSON lines go besides: `-json-into`.
    into: Option<Mutex<File>>,
}

/// What a command's flags say of the telling.
#[derive(Default)]
pub(crate) struct Telling<'m> {
    /// `-json`.
    pub(crate) json: bool,
    /// `-json-into`.
    pub(crate) json_into: Option<&'m str>,
    /// `-compact-warnings`.
    pub(crate) compact_warnings: bool,
    /// `-concise`.
    pub(crate) concise: bool,
}

impl Ui {
    /// How the settings and the flags want it; or why the file of `-json-into` cannot be written.
    pub(crate) fn new(settings: &Settings, telling: &Telling<'_>) -> Result<Self, String> {
        let json = telling.json;
        let into = telling.json_into.map(|path| {
            let file = File::create(path);
            file.map(Mutex::new).map_err(|e| {
                format!("-json-into={path}: that file cannot be written: {e}. Nothing was done.")
            })
        });
        let style = if settings.colour {
            Style::Coloured
        } else {
            Style::Plain
        };
        let ui = Self {
            style,
            json,
            compact_warnings: telling.compact_warnings,
            concise: telling.concise,
            automation: settings.automation,
            asks: settings.asks && !json,
            at_keyboard: settings.at_keyboard,
            progress: Progress::new(style, settings.terminal && !json),
            into: into.transpose()?,
        };
        ui.stream(json::stream::version);
        Ok(ui)
    }

    /// Where there are no settings (yet): plain text.
    pub(crate) fn plain() -> Self {
        let style = Style::Plain;
        Self {
            style,
            json: false,
            compact_warnings: false,
            concise: false,
            automation: true,
            asks: false,
            at_keyboard: false,
            progress: Progress::new(style, false),
            into: None,
        }
    }

    /// Whether somebody can answer.
    pub(crate) fn can_ask(&self) -> bool {
        self.asks
    }

    /// Whether a person sits there who answers as things come up.
    pub(crate) fn at_keyboard(&self) -> bool {
        self.at_keyboard
    }

    /// A line for tools, to where they read; made only where one does.
    pub(crate) fn stream(&self, line: impl FnOnce() -> String) {
        if !self.json && self.into.is_none() {
            return;
        }
        let line = line();
        if self.json {
            self.line(&line);
        }
        if let Some(file) = &self.into
            && let Ok(mut file) = file.lock()
        {
            // A full disk must not end an apply.
            drop(writeln!(file, "{line}"));
        }
    }

    /// Lines for tools.
    pub(crate) fn stream_all(&self, lines: impl FnOnce() -> Vec<String>) {
        if self.json || self.into.is_some() {
            for line in lines() {
                self.stream(|| line);
            }
        }
    }

    /// The beginning of a round of several.
    pub(crate) fn round(&self, number: u32) {
        let text = format!("Round {number}");
        self.stream(|| json::stream::log(&text));
        self.human(&format!("{}\n", self.style.bold(&text)));
    }

    /// Asks for the value of a root variable; only somebody at the keyboard knows which one is asked for.
    pub(crate) fn ask_variable(&self, name: &str) -> Option<String> {
        if !self.at_keyboard {
            return None;
        }
        let question = self.style.bold(&format!("var.{name}"));
        self.ask(&question, "  Enter a value: ")
    }

    /// What the command was asked for.
    #[expect(clippy::unused_self, reason = "whoever may print holds the Ui")]
    pub(crate) fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A closed pipe (`cairn output | head -1`) is no error of ours.
        drop(out.write_all(text.as_bytes()));
        drop(out.flush());
    }

    /// What the command was asked for, with a line break.
    pub(crate) fn line(&self, text: &str) {
        self.print(&format!("{text}\n"));
    }

    /// Something for people only.
    pub(crate) fn human(&self, text: &str) {
        if !self.json {
            self.line(text);
        }
    }

    /// What somebody at the keyboard could do next; a program knows that by itself.
    pub(crate) fn advice(&self, text: &str) {
        if !self.automation {
            self.human(text);
        }
    }

    /// A step of `init`, with its code for tools.
    pub(crate) fn init(&self, code: &str, text: &str) {
        self.stream(|| json::stream::init_output(code, text));
        self.human(&format!("\n{text}"));
    }

    /// Something that is under way, for people and for the log of tools.
    pub(crate) fn log(&self, text: &str) {
        self.stream(|| json::stream::log(text));
        self.human(text);
    }

    /// Messages, errors last.
    pub(crate) fn diagnostics(&mut self, diagnostics: &Diagnostics, sources: &SourceMap) {
        self.progress.clear();
        let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            diagnostics.iter().partition(|d| d.is_error());
        for d in warnings.into_iter().chain(errors) {
            self.stream(|| json::stream::diagnostic(d, sources));
            if self.json {
                continue;
            }
            if d.severity == Severity::Warning && self.compact_warnings {
                let place = d
                    .subject
                    .and_then(|s| sources.locate(s))
                    .map(|(n, p, _)| format!(" ({n}:{})", p.line));
                eprintln!("Warning: {}{}", d.summary, place.unwrap_or_default());
            } else {
                eprint!("{}", render(d, sources, &self.style));
            }
        }
    }

    /// One message without a place.
    pub(crate) fn problem(&mut self, diagnostic: Diagnostic) {
        self.diagnostics(&diagnostic.into(), &SourceMap::default());
    }

    /// How a command ended: with a message, or without one.
    pub(crate) fn end(&mut self, result: Result<(), Diagnostic>) -> Exit {
        let Err(problem) = result else {
            return Exit::Ok;
        };
        let exit = if problem.is_error() {
            Exit::Error
        } else {
            Exit::Ok
        };
        self.problem(problem);
        exit
    }

    /// Progress.
    pub(crate) fn event(&mut self, event: &Event) {
        crate::logging::event(event);
        self.stream_all(|| json::hooks::event(event));
        if self.json {
            return;
        }
        let routine = matches!(
            event,
            Event::ReadsStarted { .. }
                | Event::StepStarted { .. }
                | Event::StepDone { .. }
                | Event::StillRunning { .. }
        );
        let lines = self.progress.event(event);
        if !(self.concise && routine) {
            lines.iter().for_each(|line| self.line(line));
        }
    }

    /// Sets how much work lies ahead, for the progress bar.
    pub(crate) fn expect(&mut self, steps: usize) {
        self.progress.expect(steps);
    }

    /// The work is over.
    pub(crate) fn finished(&mut self) {
        self.progress.clear();
    }

    /// Asks a question; nothing where nobody can answer.
    pub(crate) fn ask(&self, text: &str, prompt: &str) -> Option<String> {
        if !self.asks {
            return None;
        }
        self.line(text);
        self.print(prompt);
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer).ok()?;
        self.line("");
        (read > 0).then(|| answer.trim_end_matches(['\n', '\r']).to_owned())
    }
}
