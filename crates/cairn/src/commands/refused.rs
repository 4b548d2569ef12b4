//! Decides what is said of commands and flags of Terraform's that cairn does not have on purpose: why, and the way out.

use cairn_diag::Diagnostic;
use clap::{Arg, ArgMatches, Command};

use crate::cli::flags::value;
use crate::cli::text;
use crate::exit::Exit;
use crate::ui::Ui;

/// Commands that only work together with HashiCorp's service.
const SERVICE: [&str; 5] = ["login", "logout", "cloud", "stacks", "query"];

/// Flags of Terraform's old ways with state files, and of what cairn has built in.
const FLAGS: [(&str, &str, &str); 6] = [
    (
        "state-out",
        "cairn records every step in one state as it happens, so there is no second state that only the result is written to.",
        "Copy the folder state/<workspace> first and give the copy with -state, or export the result with `cairn state pull`.",
    ),
    (
        "backup",
        "Backups are always made: every export of the state keeps its predecessors in `backups/` beside it.",
        "Leave the flag out.",
    ),
    (
        "backup-out",
        "Backups are always made: every export of the state keeps its predecessors in `backups/` beside it.",
        "Leave the flag out.",
    ),
    (
        "config",
        "The configuration is the one of the working folder.",
        "Use -chdir=FOLDER in front of the command.",
    ),
    (
        "cloud-run",
        "Runs on HCP Terraform need its service, and cairn works without one.",
        "Leave the flag out: the tests run here, on an emulator.",
    ),
    (
        "plugin-dir",
        "The providers are built into cairn; it loads none from a folder.",
        "Leave the flag out. `cairn providers` tells which providers the configuration needs.",
    ),
];

/// The commands of the service, which only explain themselves.
pub(super) fn commands() -> impl Iterator<Item = Command> {
    SERVICE.into_iter().map(|name| {
        Command::new(name)
            .hide(true)
            .about("Not there: it needs HashiCorp's service")
            .arg(
                Arg::new("arguments")
                    .num_args(0..)
                    .allow_hyphen_values(true)
                    .trailing_var_arg(true),
            )
    })
}

/// Adds the flags of this list that a command has in Terraform, so that their refusal can say why.
pub(super) fn with_flags(command: Command, names: &[&'static str]) -> Command {
    names.iter().fold(command, |command, name| {
        command.arg(value(name, "VALUE", "Not there: says why").hide(true))
    })
}

/// The refusal of the first such flag that was given.
pub(super) fn flag(matches: &ArgMatches) -> Option<Diagnostic> {
    FLAGS.iter().find_map(|(name, why, way)| {
        let given = text(matches, name)?;
        Some(
            Diagnostic::error("flag-not-supported", "Flag not supported")
                .detail(format!("-{name}={given}: {why}"))
                .hint(*way),
        )
    })
}

/// The refusal of a command; nothing where it is another one.
pub(super) fn command(name: &str, ui: &mut Ui) -> Option<Exit> {
    if !SERVICE.contains(&name) {
        return None;
    }
    ui.problem(
        Diagnostic::error("service-command", "Command not supported")
            .detail(format!("`{name}` works with HCP Terraform or Terraform Enterprise, and cairn works without a service: it needs no account, and keeps its state beside the configuration."))
            .hint(match name {
                "login" | "logout" => "Credentials of the cloud come from the provider block or from ALICLOUD_* variables; those of module sources from git and netrc.",
                "query" => "`cairn drift` lists what is in the cloud but not in the state.",
                _ => "`cairn workspace` keeps several states for one configuration.",
            }),
    );
    Some(Exit::Error)
}
