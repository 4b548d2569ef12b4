//! Decides how the built-in emulator stands in for the cloud during one command.

use std::path::PathBuf;

use ecs_emulator::{Emulator, Handle, Options};

use crate::settings::Settings;

/// Starts the emulator with its cloud in `.cairn/emulator/` of the configuration.
///
/// # Errors
/// A sentence that says why it did not start.
pub(crate) fn start(settings: &Settings) -> Result<Handle, String> {
    let data = PathBuf::from(".cairn").join("emulator");
    std::fs::create_dir_all(&data).map_err(|e| {
        format!(
            "The emulator's folder {} cannot be made: {e}.",
            data.display()
        )
    })?;
    Emulator::start(Options {
        data_dir: Some(data),
        request_log: settings.request_log.clone(),
        ..Options::default()
    })
    .map_err(|e| format!("The built-in emulator did not start: {e}."))
}
