//! Decides which commands and flags there are. Terraform's names and meanings; one file per command with flags of its own.

mod argv;

use clap::{Arg, ArgAction, ArgMatches, Command};

pub(crate) use argv::normalise;

/// A flag that takes a value: `-name=VALUE` or `-name VALUE`.
fn value(name: &'static str, metavar: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(metavar)
        .help(help)
        .allow_hyphen_values(true)
}

/// A switch: `-name`, `-name=true`, `-name=false`.
fn switch(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("BOOL")
        .value_parser(["true", "false"])
        .hide_possible_values(true)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .default_value(default)
        .hide_default_value(true)
        .help(help)
}

/// A flag that may be given several times.
fn repeated(name: &'static str, metavar: &'static str, help: &'static str) -> Arg {
    value(name, metavar, help).action(ArgAction::Append)
}

fn variables(command: Command) -> Command {
    command
        .arg(repeated("var", "NAME=VALUE", "Sets a root variable"))
        .arg(repeated(
            "var-file",
            "FILE",
            "Reads root variables from a file, besides terraform.tfvars and *.auto.tfvars",
        ))
}

fn locking(command: Command) -> Command {
    command
        .arg(switch(
            "lock",
            "true",
            "Takes the state's lock (default true)",
        ))
        .arg(value(
            "lock-timeout",
            "DURATION",
            "How long to wait for the lock, such as 30s or 5m (default 0s)",
        ))
}

fn planning(command: Command) -> Command {
    locking(variables(command))
        .arg(switch("destroy", "false", "Plans to delete everything"))
        .arg(switch(
            "refresh-only",
            "false",
            "Plans only to record what changed outside",
        ))
        .arg(switch(
            "refresh",
            "true",
            "Reads recorded objects before planning (default true)",
        ))
        .arg(repeated(
            "target",
            "ADDRESS",
            "Limits the plan to this address and what it depends on",
        ))
        .arg(repeated(
            "replace",
            "ADDRESS",
            "Plans to replace this instance",
        ))
        .arg(value(
            "parallelism",
            "N",
            "How many remote calls run at once (default 10)",
        ))
        .arg(switch(
            "compact-warnings",
            "false",
            "Prints warnings as one line each",
        ))
        .arg(switch(
            "input",
            "true",
            "Asks for what is missing (default true)",
        ))
        .arg(switch("json", "false", "Prints one JSON object per line"))
}

fn no_color(command: Command) -> Command {
    command.arg(switch("no-color", "false", "Prints without colours"))
}

/// The whole command line.
pub(crate) fn command() -> Command {
    let planning_commands = [
        planning(Command::new("plan").about("Shows what an apply would change"))
            .arg(value("out", "FILE", "Saves the plan to a file for apply"))
            .arg(switch(
                "detailed-exitcode",
                "false",
                "Exits 2 when there are changes, 0 when there are none",
            )),
        planning(Command::new("apply").about("Makes the real world as the configuration says"))
            .arg(switch("auto-approve", "false", "Does not ask for approval"))
            .arg(
                Arg::new("plan-file")
                    .value_name("PLAN")
                    .help("A plan saved by plan -out"),
            ),
        planning(Command::new("destroy").about("Deletes everything that the state records"))
            .arg(switch("auto-approve", "false", "Does not ask for approval")),
    ];
    let others = [
        Command::new("init")
            .about("Prepares a working folder (nothing needs preparing)")
            .arg(switch("input", "true", "Accepted for compatibility"))
            .arg(switch("upgrade", "false", "Accepted for compatibility"))
            .arg(switch("reconfigure", "false", "Accepted for compatibility"))
            .arg(switch("backend", "true", "Accepted for compatibility")),
        variables(
            Command::new("validate").about("Checks the configuration without looking at the world"),
        )
        .arg(switch("json", "false", "Prints one JSON object")),
        Command::new("output")
            .about("Prints recorded output values")
            .arg(
                Arg::new("name")
                    .value_name("NAME")
                    .help("Prints only this one"),
            )
            .arg(switch("json", "false", "Prints JSON"))
            .arg(switch(
                "raw",
                "false",
                "Prints the text of one string, number or bool without quotes",
            )),
        Command::new("show")
            .about("Prints the state or a saved plan")
            .arg(
                Arg::new("path")
                    .value_name("PLAN")
                    .help("A plan saved by plan -out"),
            )
            .arg(switch("json", "false", "Prints one JSON object")),
        Command::new("state")
            .about("Looks into the state")
            .subcommand_required(true)
            .subcommand(no_color(
                Command::new("list")
                    .about("Lists the recorded addresses")
                    .arg(Arg::new("address").value_name("ADDRESS").num_args(0..))
                    .arg(value("id", "ID", "Lists only those with this id")),
            ))
            .subcommand(no_color(
                Command::new("show")
                    .about("Prints one recorded object")
                    .arg(Arg::new("address").value_name("ADDRESS").required(true)),
            ))
            .subcommand(
                Command::new("pull")
                    .about("Prints the state as a Terraform state file (version 4)"),
            ),
        locking(variables(
            Command::new("drift").about("Compares the state with the cloud, without planning"),
        ))
        .arg(switch(
            "json",
            "false",
            "Prints one JSON object with the lists changed, missing and unmanaged",
        )),
        Command::new("version")
            .about("Prints the version")
            .arg(switch("json", "false", "Prints JSON")),
        Command::new("emulator")
            .about("Runs the built-in ECS emulator")
            .subcommand_required(true)
            .subcommand(
                Command::new("serve")
                    .about("Serves the ECS, VPC and STS APIs until interrupted")
                    .arg(value(
                        "listen",
                        "ADDRESS",
                        "Where to listen (default 127.0.0.1:8090; port 0 takes a free one)",
                    ))
                    .arg(value(
                        "data",
                        "DIR",
                        "Keeps the emulated cloud in this folder; without it, in memory",
                    ))
                    .arg(repeated(
                        "access-key",
                        "ID:SECRET",
                        "An accepted access key (default: the emulator's own)",
                    ))
                    .arg(value(
                        "request-log",
                        "FILE",
                        "Appends one JSON line per request",
                    ))
                    .arg(value(
                        "boot-delay",
                        "MILLISECONDS",
                        "How long an instance is Pending, and then Starting (default 300)",
                    )),
            ),
    ];
    Command::new("cairn")
        .about("A declarative provisioning engine for Alibaba Cloud ECS that runs Terraform configurations")
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .infer_long_args(false)
        .arg(value("chdir", "DIR", "Works in this folder"))
        .arg(switch("version", "false", "Prints the version"))
        .arg(switch(
            "emulator",
            "false",
            "Runs against the built-in emulator, kept in .cairn/emulator (also CAIRN_EMULATOR=1)",
        ))
        .arg(switch("no-color", "false", "Prints without colours"))
        .subcommands(planning_commands.into_iter().chain(others).map(no_color))
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
    fn a_misspelled_flag_is_refused() {
        let args = ["cairn", "plan", "-detailed-exitcod"].map(str::to_owned);
        assert!(command().try_get_matches_from(normalise(args)).is_err());
    }
}
