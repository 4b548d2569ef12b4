//! `cairn state list|show|pull`: looks into the state.

use cairn_diag::Diagnostic;
use cairn_model::{AbsProviderConfig, AbsResourceInstance, Resource, State, Target};
use cairn_state::to_tfstate;
use clap::{Arg, ArgMatches, Command};

use super::positional;
use crate::cli::flags::{no_color, value};
use crate::cli::{text, texts};
use crate::exit::Exit;
use crate::run::{Providers, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

/// The command and its flags.
pub(super) fn command() -> Command {
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
            Command::new("pull").about("Prints the state as a Terraform state file (version 4)"),
        )
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let found = match snapshot(settings) {
        Ok(found) => found,
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let result = match matches.subcommand() {
        Some(("list", m)) => list(&found.state, m, ui),
        Some(("show", m)) => show(&found.state, settings, m, ui),
        Some(("pull", _)) => pull(&found.state, settings, ui),
        _ => Ok(()),
    };
    ui.diagnostics(
        &snapshot_warnings(&found, settings),
        &cairn_diag::SourceMap::default(),
    );
    match result {
        Ok(()) => Exit::Ok,
        Err(problem) => {
            ui.problem(problem);
            Exit::Error
        }
    }
}

fn list(state: &State, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
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

fn bad_address(given: &str, error: &cairn_model::AddrParseError) -> Diagnostic {
    Diagnostic::error("invalid-address", "Invalid address")
        .detail(format!("{given}: {error}"))
        .hint("An address is written as `cairn state list` prints it, in single quotes where it has brackets.")
}

fn show(
    state: &State,
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
) -> Result<(), Diagnostic> {
    let given = positional(matches, "address").unwrap_or_default();
    let addr: AbsResourceInstance = given.parse().map_err(|e| bad_address(given, &e))?;
    let Some((instance, object)) = state
        .instances
        .get(&addr)
        .and_then(|i| Some((i, i.current.as_ref()?)))
    else {
        let same: Vec<String> = state
            .instances
            .keys()
            .filter(|a| a.resource == addr.resource)
            .map(ToString::to_string)
            .collect();
        let near = cairn_diag::nearest(
            given,
            state
                .instances
                .keys()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .iter()
                .map(String::as_str),
        )
        .map(str::to_owned);
        let mut d = Diagnostic::error("no-such-address", "No instance found for the given address")
            .detail(format!("The state records nothing at {given}."));
        if let Some(first) = same.first().cloned().or(near) {
            d = d.hint(format!("Did you mean '{first}'?"));
        }
        return Err(d);
    };
    let registry = Providers::offline(settings);
    let r = &addr.resource.resource;
    let schema = view::plan::schema(&registry, &instance.provider.provider, r.mode, &r.ty);
    ui.print(&format!(
        "# {addr}:\n{}",
        view::state::object_block(&addr, object, schema)
    ));
    Ok(())
}

fn pull(state: &State, settings: &Settings, ui: &Ui) -> Result<(), Diagnostic> {
    if state.instances.is_empty() && state.outputs.is_empty() && state.serial.0 == 0 {
        return Ok(());
    }
    let registry = Providers::offline(settings);
    let type_of = |provider: &AbsProviderConfig, r: &Resource| {
        view::plan::schema(&registry, &provider.provider, r.mode, &r.ty)
            .map(|s| s.implied_type().clone())
    };
    let text = to_tfstate(state, &type_of)
        .map_err(|e| Diagnostic::error("state-export", "State cannot be exported").detail(e))?;
    ui.print(&text);
    Ok(())
}
