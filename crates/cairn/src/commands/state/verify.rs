//! `cairn state verify`: checks every file of the state, and changes nothing.

use cairn_diag::{Diagnostic, Diagnostics, SourceMap};
use cairn_engine::state_problem;
use cairn_state::{Report, verify};
use clap::{ArgMatches, Command};
use serde_json::{Value as Json, json};

use crate::cli::flags::{locking, no_color, state, switch};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::run::open_options;
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    no_color(state(locking(
        Command::new("verify").about("Checks every file of the state, and changes nothing"),
    )))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let options = match open_options(settings, matches, "state verify") {
        Ok(options) => options,
        Err(problem) => return ui.end(Err(problem)),
    };
    let report = match verify(&options) {
        Ok(report) => report,
        Err(error) => return ui.end(Err(state_problem(&error))),
    };
    if is_on(matches, "json") {
        ui.line(&as_json(&report));
    } else if report.findings.is_empty() {
        ui.line(&sound(&report));
    }
    let said: Diagnostics = report
        .findings
        .iter()
        .map(|f| {
            let detail = format!("{}: {}", f.path.display(), f.what);
            if f.loss {
                Diagnostic::error("state-damaged", "The state is damaged")
                    .detail(detail)
                    .hint("`cairn state repair` makes of what is sound the state that is nearest to it, and keeps what is there now.")
            } else {
                Diagnostic::warning("state-file-damaged", "A file of the state is damaged")
                    .detail(detail)
                    .hint("Nothing is lost: `cairn state repair`, or the next command that writes, puts it right.")
            }
        })
        .collect();
    ui.diagnostics(&said, &SourceMap::default());
    if report.findings.is_empty() {
        Exit::Ok
    } else {
        Exit::Error
    }
}

fn sound(report: &Report) -> String {
    match report.serial {
        None => "Nothing was ever recorded here.".to_owned(),
        Some(serial) => format!(
            "The state is sound: serial {serial}, {} addresses, {} open intents, {} old exports.",
            report.instances, report.open_intents, report.backups
        ),
    }
}

fn as_json(report: &Report) -> String {
    let findings: Vec<Json> = report
        .findings
        .iter()
        .map(|f| json!({ "path": f.path.display().to_string(), "what": f.what, "loss": f.loss }))
        .collect();
    json!({
        "format_version": "1.0",
        "sound": findings.is_empty(),
        "serial": report.serial.map(|s| s.0),
        "addresses": report.instances,
        "open_intents": report.open_intents,
        "backups": report.backups,
        "findings": findings,
    })
    .to_string()
}
