//! Decides which backends there are: none named and `local` mean the state beside the configuration; any other is refused, since
//! planning against an empty state would make everything anew that another backend records.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{Inputs, ModuleTree};

/// What is to be said of the root module's backend.
pub(crate) fn check(tree: &ModuleTree) -> Diagnostics {
    let Some((ty, body)) = &tree.root.config.backend else {
        return Diagnostics::new();
    };
    if &*ty.value != "local" {
        return Diagnostic::error("backend-not-supported", "Backend not supported")
            .detail(format!(
                "The configuration keeps its state in the backend {:?}, which cairn does not have yet. Nothing is read or planned, since what that state records would be made a second time.",
                ty.value
            ))
            .at(ty.span)
            .within("terraform")
            .hint("To start with an empty state in state/<workspace>/ beside the configuration, put `terraform { backend \"local\" {} }` into a file named cairn_override.tf.")
            .into();
    }
    let path = body
        .attributes
        .iter()
        .find(|a| matches!(&*a.name, "path" | "workspace_dir"));
    path.map(|a| unused_path(&a.name).at(a.name_span).within("terraform"))
        .into_iter()
        .collect()
}

/// What is to be said of the arguments that `-backend-config` adds: NAME=VALUE each, or a file of them.
pub(crate) fn check_given(tree: &ModuleTree, given: &[&str]) -> Diagnostics {
    const KNOWN: [&str; 2] = ["path", "workspace_dir"];
    let mut said = Diagnostics::new();
    let Some((ty, _)) = &tree.root.config.backend else {
        if !given.is_empty() {
            said.push(
                Diagnostic::warning("backend-config", "Missing backend configuration")
                    .detail("-backend-config was given, but the configuration has no `backend` block that it could add to."),
            );
        }
        return said;
    };
    if &*ty.value != "local" {
        return said;
    }
    for argument in given {
        let names: Vec<String> = match argument.split_once('=') {
            Some((name, _)) => vec![name.trim().to_owned()],
            None => match std::fs::read_to_string(argument) {
                Ok(text) => {
                    let mut sources = cairn_diag::SourceMap::default();
                    let (values, found) = Inputs::parse_file(&mut sources, argument, &text);
                    said.extend(found.into_iter().map(|mut d| {
                        // The file is none of the configuration's, whose sources these messages are shown with.
                        let place = d.subject.take().and_then(|s| sources.locate(s));
                        d.context = None;
                        if let Some((file, at, _)) = place {
                            d.detail = format!("{file}:{}:{}: {}", at.line, at.column, d.detail);
                        }
                        d
                    }));
                    values.into_keys().map(|n| n.to_string()).collect()
                }
                Err(error) => {
                    said.push(
                        Diagnostic::error("backend-config", "Failed to read backend configuration")
                            .detail(format!("The file {argument} given by -backend-config cannot be read: {error}.")),
                    );
                    continue;
                }
            },
        };
        for name in names {
            said.push(if KNOWN.contains(&&*name) {
                unused_path(&name)
            } else {
                Diagnostic::error("backend-config", "Invalid backend configuration argument")
                    .detail(format!(
                        "The backend \"local\" has no argument {name:?}, which -backend-config gives."
                    ))
            });
        }
    }
    said
}

fn unused_path(name: &str) -> Diagnostic {
    Diagnostic::warning("backend-path-unused", "Backend path is not used").detail(format!(
        "cairn keeps the state in state/<workspace>/ beside the configuration; {name:?} has no effect, and a state of Terraform's there is not read."
    ))
}
