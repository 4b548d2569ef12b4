//! `cairn graph`: draws which resource depends on which, or with `-type` and `-plan` what an operation does in which order.

use cairn_diag::Diagnostics;
use cairn_plan::{configuration_graph, destroy_graph, plan_graph};
use clap::{ArgMatches, Command};

use super::conflict;
use crate::cli::flags::{switch, value, variables};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::project::Project;
use crate::run::snapshot;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::graph::{dot, mermaid, operation_dot, operation_mermaid};

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(Command::new("graph").about("Draws which resource depends on which"))
        .arg(
            value(
                "format",
                "FORMAT",
                "dot (for Graphviz) or mermaid (for Markdown) (default dot)",
            )
            .value_parser(["dot", "mermaid"]),
        )
        .arg(
            value(
                "type",
                "TYPE",
                "Draws everything that this operation evaluates: plan, plan-refresh-only, plan-destroy or apply",
            )
            .value_parser(["plan", "plan-refresh-only", "plan-destroy", "apply"]),
        )
        .arg(value(
            "plan",
            "FILE",
            "Draws the steps of a saved plan (implies -type=apply)",
        ))
        .arg(switch(
            "draw-cycles",
            "false",
            "Draws cycles in red instead of refusing them (with -type)",
        ))
        .arg(
            value("module-depth", "N", "Without effect, as in Terraform").hide(true),
        )
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let operation = text(matches, "type");
    let with_cycles = is_on(matches, "draw-cycles");
    if let Some(path) = text(matches, "plan").filter(|p| !p.is_empty()) {
        if operation.is_some_and(|o| o != "apply") {
            return conflict(
                ui,
                "-plan draws the steps that apply a saved plan, which is -type=apply. Leave -type out.",
            );
        }
        return match Project::from_saved_plan(path) {
            Ok((Some(plan), _)) => {
                print_operation(&plan_graph(&plan), matches, ui);
                Exit::Ok
            }
            Ok((None, (project, diagnostics))) => {
                ui.diagnostics(&diagnostics, &project.sources);
                Exit::Error
            }
            Err(problem) => ui.end(Err(problem)),
        };
    }
    if with_cycles && operation.is_none() {
        return conflict(
            ui,
            "-draw-cycles draws the cycles of an operation's graph. Add -type=plan.",
        );
    }
    let (project, mut diagnostics) = Project::for_validation(settings, matches);
    if !diagnostics.has_errors()
        && let Err(found) = draw(&project, settings, matches, ui)
    {
        diagnostics.extend(found);
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        Exit::Ok
    }
}

fn draw(
    project: &Project,
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
) -> Result<(), Diagnostics> {
    match text(matches, "type") {
        None => {
            let all = cairn_plan::resource_dependencies(&project.tree)?;
            ui.print(&if is_mermaid(matches) {
                mermaid(&all)
            } else {
                dot(&all)
            });
        }
        Some("plan-destroy") => {
            let found = snapshot(settings)?;
            print_operation(&destroy_graph(&found.state), matches, ui);
        }
        Some(_) => {
            let graph = configuration_graph(&project.tree, is_on(matches, "draw-cycles"))?;
            print_operation(&graph, matches, ui);
        }
    }
    Ok(())
}

fn print_operation(graph: &cairn_plan::OperationGraph, matches: &ArgMatches, ui: &Ui) {
    ui.print(&if is_mermaid(matches) {
        operation_mermaid(graph)
    } else {
        operation_dot(graph)
    });
}

fn is_mermaid(matches: &ArgMatches) -> bool {
    text(matches, "format") == Some("mermaid")
}
