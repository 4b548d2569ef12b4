//! `cairn explain`: tells why an object is created, changed, replaced, destroyed or left alone. Writes nothing.

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, nearest};
use cairn_engine::Sessions;
use cairn_model::{Change, Plan, PlanMode, Target};
use cairn_provider::Registry;
use clap::{Arg, ArgMatches, Command};

use super::{bad_address, positional};
use crate::cli::flags::{planning, value};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::explain::Explainer;
use crate::project::Project;
use crate::run::{Providers, make_plan, plan_options, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

/// The command and its flags.
pub(super) fn command() -> Command {
    planning(Command::new("explain").about("Tells why a plan does what it does to an object"))
        .arg(value(
            "plan",
            "FILE",
            "Explains a plan saved by plan -out, instead of making one",
        ))
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .required(true)
                .help("A resource, or one of its instances"),
        )
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let given = positional(matches, "address").unwrap_or_default();
    let target = match given.parse::<Target>() {
        Ok(target @ (Target::Resource(_) | Target::Instance(_))) => target,
        Ok(Target::Module(_)) => {
            ui.problem(
                Diagnostic::error("invalid-address", "Invalid address")
                    .detail(format!("{given} is a module. An explanation is of a resource or of one of its instances."))
                    .hint("Add the resource, such as module.network.alicloud_vpc.this."),
            );
            return Exit::Error;
        }
        Err(error) => {
            ui.problem(bad_address(given, &error));
            return Exit::Error;
        }
    };
    let made = match text(matches, "plan") {
        Some(path) => saved(path, settings),
        None => planned(settings, matches, ui).await,
    };
    let Made {
        plan,
        project,
        registry,
        mut diagnostics,
    } = match made {
        Ok(made) => made,
        Err((diagnostics, sources)) => {
            ui.diagnostics(&diagnostics, &sources);
            return Exit::Error;
        }
    };
    let changes: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|c| target.covers(&c.addr))
        .collect();
    if changes.is_empty() {
        diagnostics.push(unknown(given, &plan));
    } else {
        let explainer = Explainer::new(&plan, &project.tree, &project.sources, &registry);
        let all = explainer.explain(&changes);
        if is_on(matches, "json") {
            ui.line(&view::explain::document(&all));
        } else {
            ui.print(&view::explain::render(&all, ui.style));
        }
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        Exit::Ok
    }
}

/// A plan and what it was made of.
struct Made {
    plan: Plan,
    project: Project,
    registry: Registry,
    diagnostics: Diagnostics,
}

fn saved(path: &str, settings: &Settings) -> Result<Made, (Diagnostics, SourceMap)> {
    match Project::from_saved_plan(path) {
        Ok((Some(plan), (project, diagnostics))) => Ok(Made {
            plan,
            project,
            registry: Providers::offline(settings),
            diagnostics,
        }),
        Ok((None, (project, diagnostics))) => Err((diagnostics, project.sources)),
        Err(problem) => Err((problem.into(), SourceMap::default())),
    }
}

async fn planned(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
) -> Result<Made, (Diagnostics, SourceMap)> {
    let options =
        plan_options(matches, PlanMode::Normal).map_err(|found| (found, SourceMap::default()))?;
    let (project, mut diagnostics) =
        Project::load(settings, matches, Some(&|n| ui.ask_variable(n)));
    if diagnostics.has_errors() {
        return Err((diagnostics, project.sources));
    }
    let (providers, found) = match (Providers::start(settings), snapshot(settings)) {
        (Ok(p), Ok(s)) => (p, s),
        (Err(problem), _) | (_, Err(problem)) => return Err((problem.into(), project.sources)),
    };
    diagnostics.extend(snapshot_warnings(&found, settings));
    let mut sessions = Sessions::new(&providers.registry);
    let made = make_plan(
        &project,
        settings,
        &providers.registry,
        &mut sessions,
        found.state,
        options,
        &mut |_| {},
    )
    .await;
    drop(sessions);
    match made {
        Ok((plan, found)) => {
            diagnostics.extend(found);
            Ok(Made {
                plan,
                project,
                registry: providers.registry,
                diagnostics,
            })
        }
        Err(found) => {
            diagnostics.extend(found);
            Err((diagnostics, project.sources))
        }
    }
}

/// The message for an address that the plan says nothing about.
fn unknown(given: &str, plan: &Plan) -> Diagnostic {
    let deferred = plan
        .deferred
        .iter()
        .find(|d| given.starts_with(&d.resource.to_string()) || d.address == given);
    if let Some(d) = deferred {
        return Diagnostic::error("nothing-to-explain", "It cannot be planned yet")
            .detail(format!("{}: {}", d.address, d.why))
            .hint("Apply this plan, then ask again.");
    }
    let known: Vec<String> = plan
        .changes
        .iter()
        .flat_map(|c| [c.addr.to_string(), c.addr.resource.to_string()])
        .collect();
    let problem = Diagnostic::error("nothing-to-explain", "There is nothing to explain").detail(
        format!("Neither the configuration nor the state has {given}, as far as this plan goes."),
    );
    match nearest(given, known.iter().map(String::as_str)) {
        Some(near) => problem.hint(format!("Did you mean {near}?")),
        None => problem.hint("`cairn plan` and `cairn state list` print the addresses."),
    }
}
