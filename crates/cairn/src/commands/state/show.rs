//! `cairn state show`: prints one recorded object.

use cairn_diag::Diagnostic;
use cairn_model::{AbsResourceInstance, State};
use clap::{Arg, ArgMatches, Command};

use super::super::{bad_address, positional};
use crate::cli::flags::{no_color, state as state_flag};
use crate::run::Providers;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

pub(super) fn command() -> Command {
    no_color(state_flag(
        Command::new("show")
            .about("Prints one recorded object")
            .arg(Arg::new("address").value_name("ADDRESS").required(true)),
    ))
}

pub(super) fn show(
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
