//! `cairn providers`: tells which module needs which provider, what the providers offer, and that none has to be locked or mirrored.

use std::collections::BTreeSet;

use cairn_diag::Diagnostic;
use cairn_lang::ModuleNode;
use cairn_model::ProviderAddr;
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value as Json, json};

use super::conflict;
use crate::cli::flags::{no_color, repeated, switch, value};
use crate::cli::{is_on, texts};
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, snapshot};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::json::schema;

/// What is said of flags about where providers come from.
const NOTHING_FETCHED: &str = "Without effect: the providers are built in, and none is fetched";

fn platforms(command: Command) -> Command {
    command.arg(repeated(
        "platform",
        "OS_ARCH",
        "A platform to look at, such as linux_amd64; the providers are built in on each",
    ))
}

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("providers")
        .about("Tells which module needs which provider")
        .subcommand(no_color(
            Command::new("schema")
                .about("Prints what the needed providers offer")
                .arg(switch("json", "false", "Prints JSON (required)")),
        ))
        .subcommand(no_color(
            platforms(
                Command::new("lock")
                    .about("Tells that the needed providers are built in, so that nothing has to be locked")
                    .arg(Arg::new("providers").value_name("PROVIDER").num_args(0..)),
            )
            .arg(value("fs-mirror", "DIR", NOTHING_FETCHED).hide(true))
            .arg(value("net-mirror", "URL", NOTHING_FETCHED).hide(true))
            .arg(switch("enable-plugin-cache", "false", NOTHING_FETCHED).hide(true)),
        ))
        .subcommand(no_color(
            platforms(
                Command::new("mirror")
                    .about("Tells that the needed providers are built in, so that nothing has to be mirrored")
                    .arg(Arg::new("dir").value_name("DIR").required(true)),
            )
            .arg(switch("lock-file", "true", NOTHING_FETCHED).hide(true)),
        ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let wanted = matches.subcommand();
    if let Some((verb @ ("lock" | "mirror"), matches)) = wanted {
        let done = built_in(settings, matches, verb, ui);
        return ui.end(done);
    }
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

/// Whether all needed providers, or those that are named, are built in; there is nothing else to do about them.
fn built_in(
    settings: &Settings,
    matches: &ArgMatches,
    verb: &str,
    ui: &mut Ui,
) -> Result<(), Diagnostic> {
    let parts = |p: &str| {
        let fits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric());
        p.split_once('_').is_some_and(|(a, b)| fits(a) && fits(b))
    };
    if let Some(wrong) = texts(matches, "platform").into_iter().find(|p| !parts(p)) {
        return Err(Diagnostic::error("platform", "Invalid target platform").detail(format!(
            "-platform={wrong}: a platform is an operating system and an architecture, such as linux_amd64."
        )));
    }
    let (project, diagnostics) = Project::for_validation(settings, matches);
    let registry = Providers::offline(settings);
    let (mut used, missing) = cairn_plan::required_providers(&project.tree, &registry);
    let failed = diagnostics.has_errors() || missing.has_errors();
    ui.diagnostics(&diagnostics, &project.sources);
    ui.diagnostics(&missing, &project.sources);
    if failed {
        return Err(
            Diagnostic::error("providers", "Providers cannot be looked at")
                .detail("The configuration has the errors above."),
        );
    }
    let named = texts(matches, "providers");
    if !named.is_empty() {
        let needed = std::mem::take(&mut used);
        for name in named {
            let addr = ProviderAddr::parse(name).ok_or_else(|| {
                Diagnostic::error("invalid-provider", "Invalid provider source string").detail(
                    format!("{name:?} is not of the form [HOST/][NAMESPACE/]TYPE."),
                )
            })?;
            if !needed.contains(&addr) {
                return Err(
                    Diagnostic::error("provider-not-needed", "Invalid provider argument")
                        .detail(format!(
                            "The provider {addr} is not required by the current configuration."
                        ))
                        .hint("`cairn providers` lists those that are."),
                );
            }
            used.insert(addr);
        }
    }
    for addr in &used {
        ui.line(&format!("- {addr} is built into cairn"));
    }
    ui.line(&format!(
        "\n{} {}",
        ui.style.green("Success!"),
        if verb == "lock" {
            "There is nothing to lock: no provider is fetched. A .terraform.lock.hcl stays as it is."
        } else {
            "There is nothing to mirror: no provider is fetched. The folder is left alone."
        }
    ));
    Ok(())
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
