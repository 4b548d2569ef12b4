//! Decides how the state is read by those who do not write: from export and log, without lock and database, also while an
//! apply runs.

use std::path::Path;

use cairn_model::State;

use crate::Intent;
use crate::error::{Result, StateError};
use crate::history;
use crate::image::Files;

/// The state as of its last commit.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Everything recorded.
    pub state: State,
    /// Calls whose outcome is not recorded: of an apply that runs now (see [`crate::holder`]), or of an interrupted one.
    pub open_intents: Vec<Intent>,
    /// What is wrong with the export, where a backup had to stand in. The next command that writes puts it right.
    pub warning: Option<String>,
}

/// How often reading is begun again because the files changed underneath.
const ATTEMPTS: u32 = 4;

/// Reads the state in a directory. Nothing where none was ever written.
///
/// # Errors
/// [`StateError::Corrupt`] where export and log cannot give the state back.
pub fn read_snapshot(dir: &Path) -> Result<Option<Snapshot>> {
    patiently(|| read_once(dir))
}

/// Reads again where export and log may have been replaced between the two reads.
pub(crate) fn patiently<T>(mut read: impl FnMut() -> Result<T>) -> Result<T> {
    let mut attempt = 1;
    loop {
        match read() {
            Err(StateError::Corrupt { .. } | StateError::Io { .. }) if attempt < ATTEMPTS => {
                std::thread::sleep(std::time::Duration::from_millis(2 << attempt));
                attempt += 1;
            }
            other => return other,
        }
    }
}

fn read_once(dir: &Path) -> Result<Option<Snapshot>> {
    if history::is_fresh(dir, &Files::of(dir)?)? {
        return Ok(None);
    }
    let found = history::read(dir)?;
    let unreadable = |what| StateError::corrupt(dir, what);
    Ok(Some(Snapshot {
        state: found.image.state().map_err(unreadable)?,
        open_intents: found.image.intents().map_err(unreadable)?,
        warning: found.export_damage.map(|e| e.to_string()),
    }))
}
