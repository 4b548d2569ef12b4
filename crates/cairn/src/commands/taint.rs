//! `cairn taint`, `cairn untaint`: marks an instance to be replaced by the next apply, or takes the mark away.

use cairn_diag::Diagnostic;
use cairn_model::{AbsResourceInstance, ObjectStatus, ResourceMode};
use cairn_state::edit::mark;
use clap::{Arg, ArgMatches, Command};

use super::{bad_address, positional};
use crate::cli::flags::{locking, state, switch};
use crate::cli::is_on;
use crate::edit::edit;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::Ui;

/// `taint` and its flags.
pub(super) fn command() -> Command {
    flags(Command::new("taint").about("Marks an instance, so that the next apply replaces it"))
}

/// `untaint` and its flags.
pub(super) fn untaint_command() -> Command {
    flags(Command::new("untaint").about("Takes the mark of taint away"))
}

fn flags(command: Command) -> Command {
    state(locking(command))
        .arg(Arg::new("address").value_name("ADDRESS").required(true))
        .arg(switch(
            "allow-missing",
            "false",
            "Succeeds where there is no such instance",
        ))
}

pub(super) fn run(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &mut Ui,
    status: ObjectStatus,
) -> Exit {
    let given = positional(matches, "address").unwrap_or_default();
    let addr: AbsResourceInstance = match given.parse() {
        Ok(addr) => addr,
        Err(error) => return ui.end(Err(bad_address(given, &error))),
    };
    let operation = match status {
        ObjectStatus::Tainted => "taint",
        ObjectStatus::Ready => "untaint",
    };
    if addr.resource.resource.mode != ResourceMode::Managed {
        let wrong = Diagnostic::error("not-managed", "Resource instance cannot be tainted").detail(
            format!("{addr} is not a managed resource: nothing is made or replaced there."),
        );
        return ui.end(Err(wrong));
    }
    let done = edit(settings, matches, operation, |state| {
        let Some(object) = state.current(&addr) else {
            return Ok((
                Vec::new(),
                Err(missing(&addr, is_on(matches, "allow-missing"))),
            ));
        };
        if status == ObjectStatus::Ready && object.status == status {
            return Ok((Vec::new(), Err(not_tainted(&addr))));
        }
        Ok((mark(state, &addr, status).into_iter().collect(), Ok(())))
    });
    match done {
        Ok(Ok(())) => {
            ui.line(&match status {
                ObjectStatus::Tainted => {
                    format!("Resource instance {addr} has been marked as tainted.")
                }
                ObjectStatus::Ready => {
                    format!("Resource instance {addr} has been successfully untainted.")
                }
            });
            Exit::Ok
        }
        Ok(Err(problem)) | Err(problem) => ui.end(Err(problem)),
    }
}

fn missing(addr: &AbsResourceInstance, is_allowed: bool) -> Diagnostic {
    let summary = "No such resource instance";
    if is_allowed {
        return Diagnostic::warning("no-such-address", summary).detail(format!(
            "Resource instance {addr} was not found, but this is not an error because -allow-missing was set."
        ));
    }
    Diagnostic::error("no-such-address", summary)
        .detail(format!("There is no resource instance in the state with the address {addr}. If it has just been added to the configuration, run `cairn apply` first."))
        .hint("`cairn state list` prints the recorded addresses.")
}

fn not_tainted(addr: &AbsResourceInstance) -> Diagnostic {
    Diagnostic::error("not-tainted", "Resource instance is not tainted").detail(format!(
        "Resource instance {addr} is not currently tainted, and so it cannot be untainted."
    ))
}
