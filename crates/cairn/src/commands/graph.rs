//! `cairn graph`: draws which resource depends on which.

use clap::{ArgMatches, Command};

use crate::cli::flags::{value, variables};
use crate::cli::text;
use crate::exit::Exit;
use crate::project::Project;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::graph::{dot, mermaid};

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(Command::new("graph").about("Draws which resource depends on which")).arg(
        value(
            "format",
            "FORMAT",
            "dot (for Graphviz) or mermaid (for Markdown) (default dot)",
        )
        .value_parser(["dot", "mermaid"]),
    )
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (project, mut diagnostics) = Project::for_validation(settings, matches);
    if !diagnostics.has_errors() {
        match cairn_plan::resource_dependencies(&project.tree) {
            Ok(all) if text(matches, "format") == Some("mermaid") => ui.print(&mermaid(&all)),
            Ok(all) => ui.print(&dot(&all)),
            Err(cycles) => diagnostics.extend(cycles),
        }
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        Exit::Ok
    }
}
