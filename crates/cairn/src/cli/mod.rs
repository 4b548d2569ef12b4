//! Decides what the command line is made of. Each command's own flags stand in its file among the commands.

mod argv;
mod complete;
mod environment;
pub(crate) mod flags;
mod mistake;

use clap::{ArgMatches, Command};

use crate::commands;
use flags::{no_color, switch, value};

pub(crate) use argv::normalise;
pub(crate) use complete::candidates;
pub(crate) use environment::{typed, with_environment};
pub(crate) use mistake::mistake;

/// The whole command line.
pub(crate) fn command() -> Command {
    Command::new("cairn")
        .about("A declarative provisioning engine for Alibaba Cloud ECS that runs Terraform configurations")
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .infer_long_args(false)
        // Where a flag is given again, the later wins; `TF_CLI_ARGS` relies on it.
        .args_override_self(true)
        .arg(value("chdir", "DIR", "Works in this folder"))
        .arg(switch("version", "false", "Prints the version"))
        .arg(switch(
            "emulator",
            "false",
            "Runs against the built-in emulator, kept in .cairn/emulator (also CAIRN_EMULATOR=1)",
        ))
        .arg(switch(
            "install-autocomplete",
            "false",
            "Has bash, zsh and fish complete commands and flags",
        ))
        .arg(switch(
            "uninstall-autocomplete",
            "false",
            "Takes that back",
        ))
        .arg(switch("no-color", "false", "Prints without colours"))
        .subcommands(commands::all().map(no_color))
}

/// The bool of a switch.
pub(crate) fn is_on(matches: &ArgMatches, name: &str) -> bool {
    matches
        .try_get_one::<String>(name)
        .ok()
        .flatten()
        .is_some_and(|v| v == "true")
}

/// The text of a flag.
pub(crate) fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches
        .try_get_one::<String>(name)
        .ok()
        .flatten()
        .map(String::as_str)
}

/// The texts of a flag that may be given several times.
pub(crate) fn texts<'m>(matches: &'m ArgMatches, name: &str) -> Vec<&'m str> {
    matches
        .try_get_many::<String>(name)
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> ArgMatches {
        let args = std::iter::once("cairn")
            .chain(args.iter().copied())
            .map(str::to_owned);
        command().try_get_matches_from(normalise(args)).unwrap()
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn terraforms_forms_are_understood() {
        let m = parse(&[
            "-chdir=x",
            "-emulator",
            "plan",
            "-var",
            "a=-1",
            "-var=b=c",
            "-refresh=false",
            "-out=p",
            "-target",
            "a.b[0]",
        ]);
        assert_eq!(text(&m, "chdir"), Some("x"));
        assert!(is_on(&m, "emulator"));
        let (name, plan) = m.subcommand().unwrap();
        assert_eq!(name, "plan");
        assert_eq!(texts(plan, "var"), ["a=-1", "b=c"]);
        assert!(!is_on(plan, "refresh") && is_on(plan, "lock") && !is_on(plan, "json"));
        assert_eq!(text(plan, "out"), Some("p"));
    }

    #[test]
    fn the_later_flag_wins() {
        let m = parse(&[
            "plan",
            "-out=a",
            "-lock=false",
            "-out",
            "b",
            "-lock",
            "-var=a=1",
            "-var=b=2",
        ]);
        let (_, plan) = m.subcommand().unwrap();
        assert_eq!(text(plan, "out"), Some("b"));
        assert!(is_on(plan, "lock"));
        assert_eq!(texts(plan, "var"), ["a=1", "b=2"]);
    }

    #[test]
    fn a_misspelled_flag_is_refused() {
        let args = ["cairn", "plan", "-detailed-exitcod"].map(str::to_owned);
        assert!(command().try_get_matches_from(normalise(args)).is_err());
    }
}
