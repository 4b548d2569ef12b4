//! Decides what the surroundings say: global flags, environment variables, the terminal. The only place that reads the environment.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use cairn_diag::Diagnostic;
use cairn_provider_alicloud::Rules;
use clap::ArgMatches;

use crate::cli::{is_on, text};

/// The workspace that is always there.
pub(crate) const DEFAULT_WORKSPACE: &str = "default";

/// The file in the data folder that names the selected workspace, as Terraform has it.
const SELECTED: &str = "environment";

/// What holds for a whole run.
#[expect(clippy::struct_excessive_bools, reason = "switches, each on its own")]
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The folder the command was started in: `path.cwd`.
    pub(crate) started_in: PathBuf,
    /// The workspace: `TF_WORKSPACE`, else the selected one, else `default`.
    pub(crate) workspace: String,
    /// It was given by `TF_WORKSPACE`, whatever is selected.
    pub(crate) workspace_is_given: bool,
    /// Where the state lies instead of the workspace's folder: `-state`.
    state: Option<PathBuf>,
    /// What the folder's tools keep: `TF_DATA_DIR`, else `.terraform`.
    pub(crate) data_dir: PathBuf,
    /// Colours may be used on standard output.
    pub(crate) colour: bool,
    /// Standard output is a terminal.
    pub(crate) terminal: bool,
    /// Questions may be asked.
    pub(crate) asks: bool,
    /// Standard input is a terminal.
    pub(crate) at_keyboard: bool,
    /// A program runs the commands (`TF_IN_AUTOMATION`): what a person could do next is not said.
    pub(crate) automation: bool,
    /// Run against the built-in emulator.
    pub(crate) emulator: bool,
    /// The emulator's request log: `CAIRN_EMULATOR_REQUEST_LOG`.
    pub(crate) request_log: Option<PathBuf>,
    /// The documents by which requests are checked: `CAIRN_RULES`.
    pub(crate) rules: Rules,
    /// The environment, as it was at the start.
    pub(crate) environment: BTreeMap<String, String>,
}

/// The value of an environment variable, for what is needed before there are settings.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
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
        let filled = |name: &str| environment.get(name).filter(|v| !v.is_empty());
        let data_dir = filled("TF_DATA_DIR").map_or(".terraform".into(), PathBuf::from);
        let given = filled("TF_WORKSPACE").cloned();
        let workspace_is_given = given.is_some();
        let workspace = given
            .or_else(|| std::fs::read_to_string(data_dir.join(SELECTED)).ok())
            .map(|w| w.trim().to_owned())
            .filter(|w| !w.is_empty())
            .unwrap_or_else(|| DEFAULT_WORKSPACE.to_owned());
        if !is_workspace_name(&workspace) {
            return Err(format!(
                "The workspace name {workspace:?} is not allowed: it may contain only letters, digits and the characters - _ . ~, and does not begin with a dot."
            ));
        }
        let rules = match filled("CAIRN_RULES") {
            None => Rules::default(),
            Some(name) => Rules::named(name).ok_or_else(|| {
                let known = Rules::ALL.map(Rules::name).join(" and ");
                format!("CAIRN_RULES={name:?}: there are no such rules. There are {known}.")
            })?,
        };
        Ok(Self {
            workspace,
            workspace_is_given,
            state: text(command, "state").map(PathBuf::from),
            data_dir,
            colour: terminal && !plain,
            terminal,
            asks,
            at_keyboard: std::io::stdin().is_terminal(),
            automation: filled("TF_IN_AUTOMATION").is_some(),
            emulator: is_on(global, "emulator") || set("CAIRN_EMULATOR"),
            request_log: environment
                .get("CAIRN_EMULATOR_REQUEST_LOG")
                .filter(|f| !f.is_empty())
                .map(PathBuf::from),
            rules,
            started_in,
            environment,
        })
    }

    /// The folder of what has been fetched, as a path of the configuration: with `/`, and none at its end.
    pub(crate) fn data_path(&self) -> String {
        let path = self.data_dir.display().to_string().replace('\\', "/");
        path.trim_end_matches('/').to_owned()
    }

    /// Where the state lies: beside the configuration, a folder for each workspace, unless `-state` says another.
    pub(crate) fn state_dir(&self) -> PathBuf {
        self.state
            .clone()
            .unwrap_or_else(|| PathBuf::from("state").join(&self.workspace))
    }

    /// Where Terraform's local backend keeps the state of the workspace.
    pub(crate) fn terraform_state(&self) -> PathBuf {
        let file = "terraform.tfstate";
        if self.workspace == DEFAULT_WORKSPACE {
            file.into()
        } else {
            PathBuf::from("terraform.tfstate.d")
                .join(&self.workspace)
                .join(file)
        }
    }

    /// The same for another workspace.
    pub(crate) fn with_workspace(&self, name: &str) -> Self {
        Self {
            workspace: name.to_owned(),
            state: None,
            ..self.clone()
        }
    }

    /// Selects a workspace for the commands that follow.
    pub(crate) fn select_workspace(&self, name: &str) -> Result<(), Diagnostic> {
        let path = self.data_dir.join(SELECTED);
        std::fs::create_dir_all(&self.data_dir)
            .and_then(|()| std::fs::write(&path, name))
            .map_err(|e| {
                Diagnostic::error("workspace-select", "Workspace cannot be selected")
                    .detail(format!("{}: {e}.", path.display()))
            })
    }
}

/// Whether this can name a workspace: it becomes a folder's name, so nothing that leads elsewhere.
pub(crate) fn is_workspace_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~'))
}
