//! `cairn output`: prints recorded output values.

use cairn_diag::Diagnostic;
use cairn_value::json::type_to_json;
use cairn_value::{Type, Value, convert};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value as Json, json};

use super::{conflict, positional};
use crate::cli::flags::{state, switch};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::run::{snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::json::to_json;
use crate::view::state::{output_lines, outputs};

/// The command and its flags.
pub(super) fn command() -> Command {
    state(Command::new("output").about("Prints recorded output values"))
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .help("Prints only this one"),
        )
        .arg(switch("json", "false", "Prints JSON"))
        .arg(switch(
            "raw",
            "false",
            "Prints the text of one string, number or bool without quotes",
        ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (as_json, raw) = (is_on(matches, "json"), is_on(matches, "raw"));
    let wanted = positional(matches, "name");
    if as_json && raw {
        return conflict(ui, "-json and -raw exclude each other. Leave one out.");
    }
    if raw && wanted.is_none() {
        return conflict(
            ui,
            "-raw prints one output value; name it: `cairn output -raw NAME`.",
        );
    }
    let state = match snapshot(settings) {
        Ok(found) => {
            let warnings = snapshot_warnings(&found, settings);
            ui.diagnostics(&warnings, &cairn_diag::SourceMap::default());
            found.state
        }
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let Some(wanted) = wanted else {
        if as_json {
            let all: Map<String, Json> = state
                .outputs
                .iter()
                .map(|(n, o)| {
                    let value = to_json(o.value.value());
                    (n.to_string(), json!({ "sensitive": o.sensitive, "type": type_to_json(&o.ty), "value": value }))
                })
                .collect();
            ui.line(&serde_json::to_string_pretty(&all).unwrap_or_default());
        } else if state.outputs.is_empty() {
            ui.problem(Diagnostic::warning("no-outputs", "No outputs found").detail(
                "The state has no outputs: none are declared, or nothing has been applied since they were. Declare them with output blocks and run `cairn apply`.",
            ));
        } else {
            ui.print(&outputs(&state.outputs.iter().collect::<Vec<_>>()));
        }
        return Exit::Ok;
    };
    let Some(output) = state.outputs.get(wanted) else {
        let near = cairn_diag::nearest(wanted, state.outputs.keys().map(|n| &**n));
        let mut d = Diagnostic::error("output-not-found", "Output not found").detail(format!(
            "The state has no output named {wanted:?}. If it was declared since the last apply, run `cairn apply` first."
        ));
        d.hints.extend(near.map(|n| format!("Did you mean {n:?}?")));
        ui.problem(d);
        return Exit::Error;
    };
    let value = output.value.value();
    if as_json {
        ui.line(&to_json(value).to_string());
    } else if raw {
        if let Ok(Value::String(text)) = convert(value, &Type::String) {
            ui.print(&text);
        } else {
            ui.problem(Diagnostic::error("raw-output", "Unsupported value for raw output").detail(format!(
                    "-raw prints a string, number or bool, but the output {wanted:?} is of type {}. Use -json.",
                    output.ty.friendly()
                )));
            return Exit::Error;
        }
    } else {
        ui.line(&output_lines(output).join("\n"));
    }
    Exit::Ok
}
