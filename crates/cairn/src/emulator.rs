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
    .map_err(|e| format!("{}.", chain(&e)))
}

/// Starts the emulator with an empty cloud that is on no disk.
///
/// # Errors
/// A sentence that says why it did not start.
pub(crate) fn start_in_memory(settings: &Settings) -> Result<Handle, String> {
    Emulator::start(Options {
        request_log: settings.request_log.clone(),
        ..Options::default()
    })
    .map_err(|e| format!("{}.", chain(&e)))
}

/// An error with all its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
