//! `cairn state repair`: makes a damaged state one that can be used again, and says what may be missing.

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_state::{Repaired, repair};
use clap::{ArgMatches, Command};
use serde_json::json;

use crate::cli::flags::{locking, no_color, state, switch};
use crate::cli::is_on;
use crate::run::open_options;
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    no_color(state(locking(Command::new("repair").about(
        "Makes a damaged state one that can be used again, from the best export and the logs after it",
    ))))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn run(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &mut Ui,
) -> Result<(), Diagnostic> {
    let options = open_options(settings, matches, "state repair")?;
    if !options.dir.exists() {
        return Err(
            Diagnostic::error("no-state", "There is no state").detail(format!(
                "Nothing was ever recorded in {}.",
                options.dir.display()
            )),
        );
    }
    let done = repair(&options).map_err(|e| state_problem(&e))?;
    ui.line(&if is_on(matches, "json") {
        as_json(&done)
    } else {
        in_words(&done)
    });
    if let Repaired::Restored {
        damage,
        from,
        reached,
        aside,
        ..
    } = done
    {
        ui.problem(
            Diagnostic::warning("state-restored", "What was recorded later is lost")
                .detail(format!(
                    "{damage} The state was made from {} and the logs after it, as far as they are sound. What was committed after serial {reached} is missing: objects that were made since exist without being recorded, and objects that were deleted since are recorded still. Everything that was there is kept in {}.",
                    from.display(),
                    aside.display()
                ))
                .hint("`cairn drift` compares the state with the cloud: `cairn import` records what it lists as unmanaged, the next apply drops what it lists as missing."),
        );
    }
    Ok(())
}

fn in_words(done: &Repaired) -> String {
    match done {
        Repaired::Sound => "The state is sound. Nothing was changed.".to_owned(),
        Repaired::Mended { what } => {
            format!("The state was put right, and nothing is lost. {what}")
        }
        Repaired::Restored {
            reached, serial, ..
        } => {
            format!("The state was restored as of serial {reached}, and is at serial {serial} now.")
        }
    }
}

fn as_json(done: &Repaired) -> String {
    let outcome = match done {
        Repaired::Sound => json!({ "outcome": "sound" }),
        Repaired::Mended { what } => json!({ "outcome": "mended", "what": what }),
        Repaired::Restored {
            damage,
            from,
            reached,
            serial,
            aside,
        } => json!({
            "outcome": "restored",
            "damage": damage,
            "from": from.display().to_string(),
            "reached": reached.0,
            "serial": serial.0,
            "kept": aside.display().to_string(),
        }),
    };
    outcome.to_string()
}
