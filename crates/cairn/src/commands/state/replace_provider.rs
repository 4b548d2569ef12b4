//! `cairn state replace-provider`: gives what one provider owns to another.

use cairn_diag::Diagnostic;
use cairn_model::ProviderAddr;
use cairn_state::edit::replace_provider;
use clap::{Arg, ArgMatches, Command};

use super::super::positional;
use crate::cli::flags::{locking, state, switch};
use crate::cli::is_on;
use crate::edit::edit;
use crate::run::snapshot;
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    state(locking(
        Command::new("replace-provider")
            .about("Gives what one provider owns to another")
            .arg(Arg::new("from").value_name("FROM").required(true))
            .arg(Arg::new("to").value_name("TO").required(true)),
    ))
    .arg(switch("auto-approve", "false", "Does not ask for approval"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let provider = |which| {
        let given = positional(matches, which).unwrap_or_default();
        ProviderAddr::parse(given).ok_or_else(|| {
            Diagnostic::error("invalid-provider", "Invalid provider source address").detail(
                format!(
                    "{given:?} is not of the form [HOST/]NAMESPACE/TYPE, such as aliyun/alicloud."
                ),
            )
        })
    };
    let (from, to) = (provider("from")?, provider("to")?);
    let (resources, _) = replace_provider(&snapshot(settings)?.state, &from, &to);
    if resources.is_empty() {
        ui.line("No matching resources found.");
        return Ok(());
    }
    let names: String = resources.iter().map(|r| format!("  {r}\n")).collect();
    let question = format!(
        "cairn will perform the following actions:\n\n  ~ Updating provider:\n    - {from}\n    + {to}\n\nChanging {} resources:\n\n{names}",
        resources.len()
    );
    if is_on(matches, "auto-approve") {
        ui.line(&question);
    } else {
        let asked = format!(
            "{question}\nDo you want to make these changes?\nOnly 'yes' will be accepted to continue.\n"
        );
        match ui.ask(&asked, "  Enter a value: ") {
            Some(answer) if answer.trim() == "yes" => {}
            Some(_) => {
                ui.line("Cancelled replacing providers.");
                return Ok(());
            }
            None => {
                return Err(Diagnostic::error("approval-needed", "Approval needed")
                    .detail("Nobody can be asked for approval here. Nothing was changed.")
                    .hint("Add -auto-approve."));
            }
        }
    }
    let changed = edit(settings, matches, "state replace-provider", |state| {
        let (resources, mutations) = replace_provider(state, &from, &to);
        Ok((mutations, resources.len()))
    })?;
    ui.line(&format!(
        "Successfully replaced provider for {changed} resources."
    ));
    Ok(())
}
