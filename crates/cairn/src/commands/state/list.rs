//! `cairn state list`: lists the recorded addresses.

use cairn_diag::Diagnostic;
use cairn_model::{State, Target};
use clap::{Arg, ArgMatches, Command};

use super::super::bad_address;
use crate::cli::flags::{no_color, state as state_flag, value};
use crate::cli::{text, texts};
use crate::ui::Ui;

pub(super) fn command() -> Command {
    no_color(state_flag(
        Command::new("list")
            .about("Lists the recorded addresses")
            .arg(Arg::new("address").value_name("ADDRESS").num_args(0..))
            .arg(value("id", "ID", "Lists only those with this id")),
    ))
}

pub(super) fn list(state: &State, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let mut targets: Vec<Target> = Vec::new();
    for given in texts(matches, "address") {
        targets.push(given.parse().map_err(|e| bad_address(given, &e))?);
    }
    let id = text(matches, "id");
    let mut out = String::new();
    for (addr, instance) in &state.instances {
        let has_id = |wanted: &str| {
            let current = instance.current.as_ref();
            current.is_some_and(|o| {
                o.remote
                    .value
                    .value()
                    .get_attr("id")
                    .and_then(|v| v.as_str())
                    == Some(wanted)
            })
        };
        if (targets.is_empty() || targets.iter().any(|t| t.covers(addr))) && id.is_none_or(has_id) {
            out.push_str(&format!("{addr}\n"));
        }
    }
    if out.is_empty() && !targets.is_empty() {
        let given = texts(matches, "address").join(", ");
        return Err(Diagnostic::error("no-such-address", "No matching objects found")
            .detail(format!("The state records nothing at {given}. `cairn state list` without an address lists everything.")));
    }
    ui.print(&out);
    Ok(())
}
