//! `cairn console`: evaluates expressions that are typed or piped in. It never changes the state.

mod session;
mod typed;

use std::io::BufRead;
use std::ops::ControlFlow;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::Sessions;
use cairn_model::State;
use cairn_plan::{FinalValues, PlanOptions};
use clap::{ArgMatches, Command};

use self::session::{Reply, Session};
use crate::cli::flags::{state, switch, variables};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, make_plan, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;

const HELP: &str = "\
An expression is evaluated when you press enter, and its value is printed.
Names mean what they mean in the root module: var.region, local.tags,
module.net.vpc_id, alicloud_instance.web[0].private_ip. Resources have the
values that the state records, or with -plan those that the plan gives them.

An open bracket or heredoc goes on in the next line. type(VALUE) prints the
type of a value. exit, Ctrl-C or Ctrl-D ends the console.";

/// The command and its flags.
pub(super) fn command() -> Command {
    state(variables(
        Command::new("console").about("Evaluates expressions"),
    ))
    .arg(switch(
        "plan",
        "false",
        "Makes a plan and evaluates against its values instead of the recorded ones",
    ))
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (project, mut diagnostics) = Project::load_open(settings, matches);
    if diagnostics.has_errors() {
        ui.diagnostics(&diagnostics, &project.sources);
        return Exit::Error;
    }
    let state = match snapshot(settings) {
        Ok(found) => {
            diagnostics.extend(snapshot_warnings(&found, settings));
            found.state
        }
        Err(problem) => {
            ui.diagnostics(&diagnostics, &project.sources);
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let values = if is_on(matches, "plan") {
        match planned(&project, settings, state, ui).await {
            Ok((values, found)) => {
                diagnostics.extend(found);
                values
            }
            Err(found) => {
                diagnostics.extend(found);
                ui.diagnostics(&diagnostics, &project.sources);
                return Exit::Error;
            }
        }
    } else {
        FinalValues::recorded(&state, &project.tree)
    };
    let mut session = Session::new(&project, settings, values);
    // A variable that breaks its rule spoils some expressions, not all.
    diagnostics.extend(session.check_variables());
    ui.diagnostics(&diagnostics, &project.sources);
    if ui.at_keyboard() {
        typed::run(&mut session, &project.tree, ui)
    } else {
        piped(&mut session, std::io::stdin().lock(), ui)
    }
}

/// The values that a plan gives to resources.
async fn planned(
    project: &Project,
    settings: &Settings,
    state: State,
    ui: &mut Ui,
) -> Result<(FinalValues, Diagnostics), Diagnostics> {
    let providers = Providers::start(settings)?;
    let registry = &providers.registry;
    let mut sessions = Sessions::new(registry);
    let (plan, diagnostics) = make_plan(
        project,
        settings,
        registry,
        &mut sessions,
        state,
        PlanOptions::default(),
        &mut |_| (),
    )
    .await?;
    ui.finished();
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok((FinalValues::new(&plan, &project.tree), diagnostics))
}

/// Reads expressions to the end of the input. As with Terraform the last value is what is printed, the first error ends it,
/// and `exit` ends it without a value.
fn piped(session: &mut Session<'_>, input: impl BufRead, ui: &mut Ui) -> Exit {
    let mut last = String::new();
    let mut open = String::new();
    for line in input.lines() {
        match line {
            Ok(line) => open.push_str(&line),
            Err(error) => {
                ui.problem(
                    Diagnostic::error("console-input", "Standard input cannot be read")
                        .detail(format!("{error}.")),
                );
                return Exit::Error;
            }
        }
        open.push('\n');
        if cairn_lang::is_open(&open) {
            continue;
        }
        match reply(session, &std::mem::take(&mut open), ui) {
            ControlFlow::Continue(text) => last = text,
            ControlFlow::Break(exit) => return exit,
        }
    }
    // What is still open at the end is a mistake; evaluating it says which.
    if !open.is_empty()
        && let ControlFlow::Break(exit) = reply(session, &open, ui)
    {
        return exit;
    }
    ui.line(&last);
    Exit::Ok
}

/// The text that answers one input, or how the console ends.
fn reply(session: &mut Session<'_>, input: &str, ui: &mut Ui) -> ControlFlow<Exit, String> {
    match session.answer(input) {
        Reply::Text(text, said) => {
            ui.diagnostics(&said, session.sources());
            ControlFlow::Continue(text)
        }
        Reply::Failed(said) => {
            ui.diagnostics(&said, session.sources());
            ControlFlow::Break(Exit::Error)
        }
        Reply::End => ControlFlow::Break(Exit::Ok),
    }
}
