//! Decides what the flags that commands share are called, and what they say of themselves.

use clap::{Arg, ArgAction, Command};

/// A flag that takes a value: `-name=VALUE` or `-name VALUE`.
pub(crate) fn value(name: &'static str, metavar: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(metavar)
        .help(help)
        .allow_hyphen_values(true)
}

/// A switch: `-name`, `-name=true`, `-name=false`.
pub(crate) fn switch(name: &'static str, default: &'static str, help: &'static str) -> Arg {
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
pub(crate) fn repeated(name: &'static str, metavar: &'static str, help: &'static str) -> Arg {
    value(name, metavar, help).action(ArgAction::Append)
}

/// Flags that set root variables.
pub(crate) fn variables(command: Command) -> Command {
    command
        .arg(repeated("var", "NAME=VALUE", "Sets a root variable"))
        .arg(repeated(
            "var-file",
            "FILE",
            "Reads root variables from a file, besides terraform.tfvars and *.auto.tfvars",
        ))
}

/// The flag about where tests are.
pub(crate) fn test_directory() -> Arg {
    value(
        "test-directory",
        "DIR",
        "Where test files lie besides the folder itself (default tests)",
    )
}

/// Flags about the state's lock.
pub(crate) fn locking(command: Command) -> Command {
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

/// The flag about versions of a remote state's service. There is none, so there is nothing to pass over.
pub(crate) fn remote_version(command: Command) -> Command {
    command.arg(
        switch(
            "ignore-remote-version",
            "false",
            "Without effect: there is no remote whose version could differ",
        )
        .hide(true),
    )
}

/// The flag that says where the state lies.
pub(crate) fn state(command: Command) -> Command {
    command.arg(value(
        "state",
        "PATH",
        "Uses the state in this folder (or, to read it, this Terraform state file) instead of state/<workspace>",
    ))
}

/// Flags of every command that makes a plan.
pub(crate) fn planning(command: Command) -> Command {
    reading(state(locking(variables(command))))
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
            "replace",
            "ADDRESS",
            "Plans to replace this instance",
        ))
        .arg(switch(
            "allow-deferral",
            "false",
            "Defers what depends on a count or for_each that is not known yet to a later plan, instead of failing",
        ))
}

/// Flags of every command that looks at the world.
pub(crate) fn reading(command: Command) -> Command {
    command
        .arg(repeated(
            "target",
            "ADDRESS",
            "Limits the plan to this address and what it depends on",
        ))
        .arg(repeated(
            "target-file",
            "FILE",
            "Limits the plan to the addresses in this file, one a line",
        ))
        .arg(repeated(
            "exclude",
            "ADDRESS",
            "Leaves this address and what depends on it out of the plan",
        ))
        .arg(repeated(
            "exclude-file",
            "FILE",
            "Leaves the addresses in this file out of the plan, one a line",
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

/// Flags of every command that tells what goes on.
pub(crate) fn telling(command: Command) -> Command {
    command
        .arg(switch(
            "concise",
            "false",
            "Leaves out the lines about each object's progress",
        ))
        .arg(value(
            "json-into",
            "FILE",
            "Writes what -json prints into this file, besides the text for people",
        ))
}

/// The switch that every command has.
pub(crate) fn no_color(command: Command) -> Command {
    command.arg(switch("no-color", "false", "Prints without colours"))
}
