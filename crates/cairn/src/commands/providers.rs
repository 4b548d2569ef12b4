//! `cairn providers`: tells which module needs which provider, and what the providers offer.

use std::collections::BTreeSet;

use cairn_lang::ModuleNode;
use cairn_model::ProviderAddr;
use clap::{ArgMatches, Command};
use serde_json::{Map, Value as Json, json};

use super::conflict;
use crate::cli::flags::{no_color, switch};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, snapshot};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::json::schema;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("providers")
        .about("Tells which module needs which provider")
        .subcommand(no_color(
            Command::new("schema")
                .about("Prints what the needed providers offer")
                .arg(switch("json", "false", "Prints JSON (required)")),
        ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let wanted = matches.subcommand();
    if let Some((_, schema)) = wanted
        && !is_on(schema, "json")
    {
        return conflict(
            ui,
            "`providers schema` prints JSON only, and wants that said: add -json.",
        );
    }
    let (project, diagnostics) = Project::for_validation(settings, matches);
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    let recorded: BTreeSet<ProviderAddr> = match snapshot(settings) {
        Ok(found) => {
            let instances = found.state.instances.values();
            instances.map(|i| i.provider.provider.clone()).collect()
        }
        Err(problem) => return ui.end(Err(problem)),
    };
    if wanted.is_none() {
        let mut out = String::from("\nProviders required by configuration:\n.\n");
        tree(&project.tree.root, "", &mut out);
        if !recorded.is_empty() {
            out.push_str("\nProviders required by state:\n\n");
            for provider in &recorded {
                out.push_str(&format!("    provider[{provider}]\n\n"));
            }
        }
        ui.print(&out);
        return Exit::Ok;
    }
    let mut needed = recorded;
    for node in project.tree.walk() {
        needed.extend(needed_by(node));
    }
    let registry = Providers::offline(settings);
    let schemas: Map<String, Json> = needed
        .iter()
        .filter_map(|addr| {
            let found = registry.get(addr)?;
            Some((addr.to_string(), schema::provider(found.provider.schema())))
        })
        .collect();
    ui.line(&json!({ "format_version": "1.0", "provider_schemas": schemas }).to_string());
    Exit::Ok
}

/// The providers that a module's own blocks need or that it names.
fn needed_by(node: &ModuleNode) -> BTreeSet<ProviderAddr> {
    let config = &node.config;
    let used = config.resources.values();
    let named = config.required_providers.values();
    used.map(|r| config.provider_addr(&r.provider.name))
        .chain(named.map(|r| r.source.clone()))
        .collect()
}

fn tree(node: &ModuleNode, indent: &str, out: &mut String) {
    let providers = needed_by(node);
    let count = providers.len() + node.children.len();
    let branch = |i: usize| {
        if i + 1 == count {
            "└── "
        } else {
            "├── "
        }
    };
    for (i, provider) in providers.iter().enumerate() {
        let version = node
            .config
            .required_providers
            .values()
            .find(|r| r.source == *provider)
            .filter(|r| !r.versions.is_empty())
            .map(|r| {
                let versions: Vec<&str> = r.versions.iter().map(|v| &*v.value).collect();
                format!(" {}", versions.join(", "))
            })
            .unwrap_or_default();
        out.push_str(&format!(
            "{indent}{}provider[{provider}]{version}\n",
            branch(i)
        ));
    }
    for (i, (name, child)) in node.children.iter().enumerate() {
        let i = providers.len() + i;
        out.push_str(&format!("{indent}{}module.{name}\n", branch(i)));
        let deeper = if i + 1 == count { "    " } else { "│   " };
        tree(child, &format!("{indent}{deeper}"), out);
    }
}
