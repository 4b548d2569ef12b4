//! Decides which commit of the past a word on the command line names: a serial, or a time.

use std::path::PathBuf;

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_model::{Serial, State};
use cairn_state::{serial_at, state_at};

use crate::clock;
use crate::settings::Settings;

/// The state as of a serial, or as of the last commit that was made at or before a time.
pub(crate) fn at(settings: &Settings, given: &str) -> Result<State, Diagnostic> {
    let dir = folder(settings)?;
    let serial = if let Ok(serial) = given.parse() {
        Serial(serial)
    } else {
        let time = clock::in_utc(given).ok_or_else(|| {
            Diagnostic::error("invalid-serial", "Neither a serial nor a time")
                .detail(format!("{given:?}: a serial is a number such as 12, a time is written 2026-01-02 or 2026-01-02T03:04:05Z."))
                .hint("`cairn state log` lists the commits with both.")
        })?;
        serial_at(&dir, &time).map_err(|e| state_problem(&e))?
    };
    state_at(&dir, serial).map_err(|e| state_problem(&e))
}

/// The state's folder. A state file of Terraform's has no past.
pub(super) fn folder(settings: &Settings) -> Result<PathBuf, Diagnostic> {
    let dir = settings.state_dir();
    if dir.is_file() {
        return Err(
            Diagnostic::error("state-is-a-file", "There is no history").detail(format!(
                "{} is a file. Only cairn's own state, a folder, has a history.",
                dir.display()
            )),
        );
    }
    Ok(dir)
}
