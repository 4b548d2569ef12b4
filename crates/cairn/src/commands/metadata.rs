//! `cairn metadata functions`: describes the language's functions to other tools.

use cairn_lang::{Parameter, Signature, signatures};
use cairn_value::json::type_to_json;
use clap::{ArgMatches, Command};
use serde_json::{Map, Value as Json, json};

use super::conflict;
use crate::cli::flags::{no_color, switch};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("metadata")
        .about("Describes cairn to other tools")
        .subcommand_required(true)
        .subcommand(no_color(
            Command::new("functions")
                .about("Describes the functions of the language")
                .arg(switch("json", "false", "Prints JSON (required)")),
        ))
}

pub(super) fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let Some((_, matches)) = matches.subcommand() else {
        return Exit::Error;
    };
    if !is_on(matches, "json") {
        return conflict(
            ui,
            "`metadata functions` prints JSON only, and wants that said: add -json.",
        );
    }
    let mut all = Map::new();
    for signature in signatures() {
        let described = function(&signature);
        all.insert(format!("core::{}", signature.name), described.clone());
        all.insert(signature.name.to_owned(), described);
    }
    ui.line(&json!({ "format_version": "1.0", "function_signatures": all }).to_string());
    Exit::Ok
}

fn function(signature: &Signature) -> Json {
    let mut out = json!({ "return_type": type_to_json(&signature.returns) });
    if !signature.parameters.is_empty() {
        out["parameters"] = signature.parameters.iter().map(parameter).collect();
    }
    if let Some(rest) = &signature.rest {
        out["variadic_parameter"] = parameter(rest);
    }
    out
}

fn parameter(parameter: &Parameter) -> Json {
    let mut out = json!({ "name": parameter.name, "type": type_to_json(&parameter.ty) });
    if parameter.is_nullable {
        out["is_nullable"] = true.into();
    }
    out
}
