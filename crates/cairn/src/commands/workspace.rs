//! `cairn workspace …`: several states for one configuration. A workspace is a folder in `state/`; which one is selected stands in
//! the data folder, where Terraform keeps it.

use std::path::Path;

use cairn_diag::Diagnostic;
use cairn_model::ResourceMode;
use cairn_state::edit::replace_all;
use clap::{Arg, ArgMatches, Command};

use super::state::{read, taken_over};
use super::{conflict, positional};
use crate::cli::flags::{locking, no_color, switch, value};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::run::{open, snapshot};
use crate::settings::{DEFAULT_WORKSPACE, Settings, is_workspace_name};
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    let name = || Arg::new("name").value_name("NAME").required(true);
    Command::new("workspace")
        .visible_alias("env")
        .about("Lists, makes, selects and deletes workspaces")
        .subcommand_required(true)
        .subcommand(no_color(
            Command::new("list").about("Lists the workspaces, the selected one with a star"),
        ))
        .subcommand(no_color(
            Command::new("show").about("Prints the name of the selected workspace"),
        ))
        .subcommand(no_color(
            locking(
                Command::new("new")
                    .about("Makes a workspace and selects it")
                    .arg(name()),
            )
            .arg(value(
                "state",
                "FILE",
                "Takes over this Terraform state file into it",
            )),
        ))
        .subcommand(no_color(
            Command::new("select")
                .about("Selects a workspace")
                .arg(name())
                .arg(switch("or-create", "false", "Makes it where there is none")),
        ))
        .subcommand(no_color(
            locking(
                Command::new("delete")
                    .about("Deletes a workspace")
                    .arg(name()),
            )
            .arg(switch(
                "force",
                "false",
                "Also where it still records objects, which are forgotten then",
            )),
        ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (verb, matches) = matches.subcommand().unwrap_or(("show", matches));
    let name = positional(matches, "name").unwrap_or_default();
    if matches!(verb, "new" | "select") && settings.workspace_is_given {
        return conflict(
            ui,
            "The selected workspace is overridden by the environment variable TF_WORKSPACE. Unset it to select another one.",
        );
    }
    if verb == "new" && !is_workspace_name(name) {
        return ui.end(Err(bad_name(name)));
    }
    let result = match verb {
        "list" => {
            list(settings, ui);
            Ok(())
        }
        "show" => {
            ui.line(&settings.workspace);
            Ok(())
        }
        "new" => make(settings, matches, name, ui),
        "select" => choose(settings, matches, name, ui),
        _ => delete(settings, matches, name, ui),
    };
    ui.end(result)
}

/// The workspaces there are: `default`, every folder in `state/`, and the selected one.
fn all(settings: &Settings) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir("state")
        .into_iter()
        .flatten()
        .filter_map(|e| {
            let entry = e.ok()?;
            let is_dir = entry.file_type().ok()?.is_dir();
            entry.file_name().into_string().ok().filter(|_| is_dir)
        })
        .filter(|n| is_workspace_name(n) && n != DEFAULT_WORKSPACE)
        .collect();
    if settings.workspace != DEFAULT_WORKSPACE && !settings.workspace_is_given {
        names.push(settings.workspace.clone());
    }
    names.sort_unstable();
    names.dedup();
    names.insert(0, DEFAULT_WORKSPACE.to_owned());
    names
}

fn list(settings: &Settings, ui: &Ui) {
    for name in all(settings) {
        let mark = if name == settings.workspace { '*' } else { ' ' };
        ui.line(&format!("{mark} {name}"));
    }
    ui.line("");
    if settings.workspace_is_given {
        ui.line("The selected workspace is overridden by the environment variable TF_WORKSPACE.");
    }
}

fn make(settings: &Settings, matches: &ArgMatches, name: &str, ui: &Ui) -> Result<(), Diagnostic> {
    if all(settings).iter().any(|n| n == name) {
        return Err(
            Diagnostic::error("workspace-exists", "Workspace already exists")
                .detail(format!("Workspace {name:?} already exists."))
                .hint(format!("`cairn workspace select {name}` selects it.")),
        );
    }
    let there = settings.with_workspace(name);
    make_dir(&there.state_dir())?;
    if let Some(path) = text(matches, "state") {
        let wanted = read(settings, path)?;
        taken_over(&there, matches, "workspace new", &wanted, |present| {
            Ok((replace_all(present, &wanted), ()))
        })?;
    }
    settings.select_workspace(name)?;
    ui.line(&format!(
        "Created and switched to workspace {name:?}!\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"cairn plan\" cairn will not see any existing state\nfor this configuration."
    ));
    Ok(())
}

fn choose(
    settings: &Settings,
    matches: &ArgMatches,
    name: &str,
    ui: &Ui,
) -> Result<(), Diagnostic> {
    if !all(settings).iter().any(|n| n == name) {
        if is_on(matches, "or-create") {
            if !is_workspace_name(name) {
                return Err(bad_name(name));
            }
            return make(settings, matches, name, ui);
        }
        let known = all(settings);
        let mut d = Diagnostic::error("no-such-workspace", "No such workspace")
            .detail(format!("Workspace {name:?} doesn't exist."));
        if let Some(near) = cairn_diag::nearest(name, known.iter().map(String::as_str)) {
            d = d.hint(format!("Did you mean {near:?}?"));
        }
        return Err(d.hint(format!(
            "`cairn workspace new {name}` makes it, and so does `select -or-create`."
        )));
    }
    if name == settings.workspace {
        return Ok(());
    }
    settings.select_workspace(name)?;
    ui.line(&format!("Switched to workspace {name:?}."));
    Ok(())
}

fn delete(
    settings: &Settings,
    matches: &ArgMatches,
    name: &str,
    ui: &Ui,
) -> Result<(), Diagnostic> {
    if name == DEFAULT_WORKSPACE {
        return Err(
            Diagnostic::error("workspace-default", "Workspace cannot be deleted")
                .detail("The workspace \"default\" is always there."),
        );
    }
    if !all(settings).iter().any(|n| n == name) {
        return Err(Diagnostic::error("no-such-workspace", "No such workspace")
            .detail(format!("Workspace {name:?} doesn't exist.")));
    }
    if name == settings.workspace {
        return Err(
            Diagnostic::error("workspace-active", "Workspace cannot be deleted")
                .detail(format!("Workspace {name:?} is your active workspace."))
                .hint("Select another workspace first: `cairn workspace select default`."),
        );
    }
    let there = settings.with_workspace(name);
    let found = snapshot(&there)?;
    let force = is_on(matches, "force");
    let held: Vec<String> = found
        .state
        .instances
        .keys()
        .filter(|a| a.resource.resource.mode == ResourceMode::Managed)
        .map(|a| format!("  - {a}\n"))
        .collect();
    if !force && (!held.is_empty() || !found.open_intents.is_empty()) {
        return Err(Diagnostic::error("workspace-not-empty", "Workspace is not empty")
            .detail(format!(
                "Workspace {name:?} records these objects:\n{}They would be lost track of, and would have to be deleted by hand.",
                held.concat()
            ))
            .hint(format!("Destroy them first (`TF_WORKSPACE={name} cairn destroy`), or forget them with -force.")));
    }
    if there.state_dir().exists() {
        // The lock is held while the folder is taken away, so that no apply is under way in it.
        let lock = open(&there, matches, "workspace delete")?;
        let aside = Path::new("state").join(format!(".{name}.deleted"));
        let gone = std::fs::rename(there.state_dir(), &aside)
            .and_then(|()| std::fs::remove_dir_all(&aside))
            .map_err(|e| {
                Diagnostic::error("workspace-delete", "Workspace cannot be deleted")
                    .detail(format!("{}: {e}.", there.state_dir().display()))
            });
        drop(lock);
        gone?;
    }
    ui.line(&format!("Deleted workspace {name:?}!"));
    if !held.is_empty() {
        ui.line("Its objects still exist, and nothing records them any more.");
    }
    Ok(())
}

fn make_dir(path: &Path) -> Result<(), Diagnostic> {
    std::fs::create_dir_all(path).map_err(|e| {
        Diagnostic::error("workspace-new", "Workspace cannot be made")
            .detail(format!("{}: {e}.", path.display()))
    })
}

fn bad_name(name: &str) -> Diagnostic {
    Diagnostic::error("workspace-name", "Invalid workspace name").detail(format!(
        "The workspace name {name:?} is not allowed: it may contain only letters, digits and the characters - _ . ~, and does not begin with a dot."
    ))
}
