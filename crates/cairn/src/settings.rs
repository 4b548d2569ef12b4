//! Decides what the surroundings say: global flags, environment variables, the terminal. The only place that reads the environment.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::ArgMatches;

use crate::cli::{is_on, text};

/// What holds for a whole run.
#[expect(clippy::struct_excessive_bools, reason = "switches, each on its own")]
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The folder the command was started in: `path.cwd`.
    pub(crate) started_in: PathBuf,
    /// The workspace: `TF_WORKSPACE`, else the selected one, else `default`.
    pub(crate) workspace: String,
    /// Colours may be used on standard output.
    pub(crate) colour: bool,
    /// Standard output is a terminal.
    pub(crate) terminal: bool,
    /// Questions may be asked.
    pub(crate) asks: bool,
    /// Standard input is a terminal.
    pub(crate) at_keyboard: bool,
    /// Run against the built-in emulator.
    pub(crate) emulator: bool,
    /// The emulator's request log: `CAIRN_EMULATOR_REQUEST_LOG`.
    pub(crate) request_log: Option<PathBuf>,
    /// The environment, as it was at the start.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Settings {
    /// From the global flags (and those of the command, where both have one) and the environment.
    pub(crate) fn new(global: &ArgMatches, command: &ArgMatches) -> Result<Self, String> {
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        let started_in = std::env::current_dir()
            .map_err(|e| format!("The working folder cannot be found: {e}."))?;
        if let Some(dir) = text(global, "chdir") {
            std::env::set_current_dir(dir)
                .map_err(|e| format!("-chdir={dir}: that folder cannot be entered: {e}."))?;
        }
        let set = |name: &str| {
            environment
                .get(name)
                .is_some_and(|v| !v.is_empty() && v != "0" && v != "false")
        };
        let terminal = std::io::stdout().is_terminal();
        let plain = is_on(global, "no-color")
            || is_on(command, "no-color")
            || environment.contains_key("NO_COLOR");
        let asks = text(command, "input") != Some("false")
            && !matches!(
                environment.get("TF_INPUT").map(String::as_str),
                Some("0" | "false")
            );
        Ok(Self {
            workspace: environment
                .get("TF_WORKSPACE")
                .filter(|w| !w.is_empty())
                .cloned()
                .unwrap_or("default".into()),
            colour: terminal && !plain,
            terminal,
            asks,
            at_keyboard: std::io::stdin().is_terminal(),
            emulator: is_on(global, "emulator") || set("CAIRN_EMULATOR"),
            request_log: environment
                .get("CAIRN_EMULATOR_REQUEST_LOG")
                .filter(|f| !f.is_empty())
                .map(PathBuf::from),
            started_in,
            environment,
        })
    }

    /// Where the state of the workspace lies, beside the configuration.
    pub(crate) fn state_dir(&self) -> PathBuf {
        PathBuf::from("state").join(&self.workspace)
    }
}
