//! `cairn modules`: lists the modules that the configuration calls, with their sources and chosen versions.

use cairn_lang::ModuleNode;
use clap::{ArgMatches, Command};
use serde_json::{Value as Json, json};

use super::get::look;
use crate::cli::flags::{switch, variables};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::modules::Manifest;
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(Command::new("modules").about("Lists the modules that the configuration calls"))
        .arg(switch("json", "false", "Prints JSON"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (project, diagnostics) = look(settings, matches);
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    let root = &project.tree.root;
    if is_on(matches, "json") {
        let manifest = Manifest::of_tree(&project.tree);
        let mut all = Vec::new();
        list(root, &manifest, &mut all);
        ui.line(&json!({ "format_version": "1.0", "modules": all }).to_string());
    } else if root.children.is_empty() {
        ui.line("No modules found in configuration.");
    } else {
        let mut out = String::from("\nModules declared by configuration:\n.\n");
        draw(root, &Manifest::of_tree(&project.tree), "", &mut out);
        out.push('\n');
        ui.print(&out);
    }
    Exit::Ok
}

/// The source of a module as it may be shown, and its version.
fn origin(node: &ModuleNode, manifest: &Manifest) -> (String, String) {
    let names: Vec<&str> = node.path.names().iter().map(|n| &**n).collect();
    let source = match manifest.get(&names.join(".")) {
        Some(entry) => entry.shown_source(),
        None => String::new(),
    };
    (source, node.version.clone().unwrap_or_default())
}

/// Each call, those of a module right behind it.
fn list(node: &ModuleNode, manifest: &Manifest, out: &mut Vec<Json>) {
    for (key, child) in &node.children {
        let (source, version) = origin(child, manifest);
        out.push(json!({ "key": &**key, "source": source, "version": version }));
        list(child, manifest, out);
    }
}

fn draw(node: &ModuleNode, manifest: &Manifest, indent: &str, out: &mut String) {
    for (i, (key, child)) in node.children.iter().enumerate() {
        let is_last = i + 1 == node.children.len();
        let (source, version) = origin(child, manifest);
        let version = if version.is_empty() {
            version
        } else {
            format!(" {version}")
        };
        let branch = if is_last { "└── " } else { "├── " };
        out.push_str(&format!("{indent}{branch}\"{key}\"[{source}]{version}\n"));
        let deeper = if is_last { "    " } else { "│   " };
        draw(child, manifest, &format!("{indent}{deeper}"), out);
    }
}
