//! `cairn plan`: shows what an apply would change; writes nothing but the file of `-out`.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::Sessions;
use cairn_model::{Plan, PlanMode};
use cairn_plan::PlanOptions;
use cairn_provider::Registry;
use clap::{ArgMatches, Command};

use crate::cli::flags::{planning, switch, telling, value};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::generate::{self, Generated};
use crate::project::Project;
use crate::run::{Providers, make_plan, plan_options, snapshot, snapshot_warnings, undecided};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::{self, json};

/// The command and its flags.
pub(super) fn command() -> Command {
    telling(planning(
        Command::new("plan").about("Shows what an apply would change"),
    ))
    .arg(value("out", "FILE", "Saves the plan to a file for apply"))
    .arg(value(
        "md",
        "FILE",
        "Writes a summary in Markdown for a comment of a pull request",
    ))
    .arg(value(
        "generate-config-out",
        "FILE",
        "Writes resource blocks for objects to import that have none into this new file",
    ))
    .arg(switch(
        "preflight",
        "false",
        "Asks the cloud whether it would make the planned instances, without making any",
    ))
    .arg(switch(
        "detailed-exitcode",
        "false",
        "Exits 2 when there are changes, 0 when there are none",
    ))
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let out = text(matches, "generate-config-out");
    let options = plan_options(matches, PlanMode::Normal).and_then(|options| {
        out.map_or(Ok(()), |path| generate::check(path, options.mode))?;
        Ok(options)
    });
    let options = match options {
        Ok(options) => options,
        Err(diagnostics) => {
            ui.diagnostics(&diagnostics, &cairn_diag::SourceMap::default());
            return Exit::Error;
        }
    };
    let (mut project, mut diagnostics) =
        Project::load(settings, matches, Some(&|n| ui.ask_variable(n)));
    if diagnostics.has_errors() {
        let offline = Providers::offline(settings);
        return failed(matches, &offline, diagnostics, &project, ui);
    }
    let (providers, found) = match (Providers::start(settings), snapshot(settings)) {
        (Ok(p), Ok(s)) => (p, s),
        (Err(problem), _) | (_, Err(problem)) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    diagnostics.extend(snapshot_warnings(&found, settings));
    let options = PlanOptions {
        undecided: undecided(&found, settings),
        ..options
    };
    let registry = &providers.registry;
    let mut sessions = Sessions::new(registry);
    let generated = match out {
        None => Ok(None),
        Some(path) => {
            let (project, sessions, prior) = (&mut project, &mut sessions, &found.state);
            Generated::make(path, project, settings, registry, sessions, prior, &options)
                .await
                .map(Some)
        }
    };
    let generated = match generated {
        Ok(generated) => generated,
        Err(found) => {
            diagnostics.extend(found);
            return failed(matches, registry, diagnostics, &project, ui);
        }
    };
    let planned = make_plan(
        &project,
        settings,
        registry,
        &mut sessions,
        found.state,
        options,
        &mut |e| ui.event(&e),
    )
    .await;
    let told = generated.as_ref().and_then(Generated::told);
    let mut plan = match planned {
        Ok((plan, found)) => {
            diagnostics.extend(found);
            plan
        }
        Err(found) => {
            diagnostics.extend(found);
            told.iter().for_each(|told| ui.human(told));
            return failed(matches, registry, diagnostics, &project, ui);
        }
    };
    if let Some(generated) = &generated {
        generated.note(&mut plan);
    }
    let errored = diagnostics.has_errors();
    tell(&plan, registry, errored, ui);
    told.iter().for_each(|told| ui.human(told));
    // A plan with errors is saved too, to be looked at; where there is none at all, the file stays as it was.
    let out = text(matches, "out").filter(|p| !p.is_empty());
    if let Some(path) = out.filter(|_| !errored || plan.errored) {
        if let Err(problem) = project.save_plan(&plan, path, settings) {
            diagnostics.push(problem);
        } else if !errored {
            ui.human(&format!("\nSaved the plan to: {path}"));
            ui.advice(&format!("\nTo perform exactly these actions, run the following command to apply:\n    cairn apply {path:?}"));
        }
    } else if plan.is_applyable() && !errored {
        ui.advice("\nThe plan was not saved (-out=FILE), so `cairn apply` makes a new one, which may differ if something has changed by then.");
    }
    summarise(matches, Some(&plan), registry, &mut diagnostics, &project);
    ui.diagnostics(&diagnostics, &project.sources);
    match (
        diagnostics.has_errors(),
        is_on(matches, "detailed-exitcode") && plan.is_applyable(),
    ) {
        (true, _) => Exit::Error,
        (false, true) => Exit::Changes,
        (false, false) => Exit::Ok,
    }
}

/// Ends where there is no plan.
fn failed(
    matches: &ArgMatches,
    registry: &Registry,
    mut diagnostics: Diagnostics,
    project: &Project,
    ui: &mut Ui,
) -> Exit {
    summarise(matches, None, registry, &mut diagnostics, project);
    ui.diagnostics(&diagnostics, &project.sources);
    Exit::Error
}

/// Writes the summary of `-md`, where it is wanted.
fn summarise(
    matches: &ArgMatches,
    plan: Option<&Plan>,
    registry: &Registry,
    diagnostics: &mut Diagnostics,
    project: &Project,
) {
    let Some(path) = text(matches, "md") else {
        return;
    };
    let text = view::markdown::render_plan(plan, registry, diagnostics, &project.sources);
    if let Err(error) = std::fs::write(path, text) {
        diagnostics.push(
            Diagnostic::error("summary-file", "Summary cannot be written")
                .detail(format!("-md={path}: {error}."))
                .hint("The folder must be there, and writable."),
        );
    }
}

/// Prints a plan, or with errors what could be planned all the same.
pub(super) fn tell(plan: &Plan, registry: &Registry, errored: bool, ui: &Ui) {
    if !errored || plan.changes_anything() {
        ui.stream_all(|| json::stream::plan(plan));
    }
    if ui.json {
        return;
    }
    if errored {
        ui.print(&view::plan::partial(plan, registry, ui.style));
    } else {
        ui.print(&view::plan::render(plan, registry, ui.style));
    }
}
