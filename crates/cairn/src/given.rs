//! Decides which values root variables are given: the environment, then variables files of the folder, then flags; the later wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_diag::{Diagnostic, Diagnostics, SourceMap};
use cairn_lang::{InputSource, Inputs, RawInput};
use cairn_value::{Name, name};
use clap::ArgMatches;

use crate::cli::texts;
use crate::settings::Settings;

/// The values given for root variables, the later source over the earlier.
pub(crate) fn given(
    settings: &Settings,
    matches: &ArgMatches,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<Name, RawInput> {
    let mut given: BTreeMap<Name, RawInput> = settings
        .environment
        .iter()
        .filter_map(|(k, v)| {
            let variable = k.strip_prefix("TF_VAR_")?;
            Some((
                name(variable),
                RawInput::Text(v.clone(), InputSource::Environment),
            ))
        })
        .collect();
    read_automatic(Path::new(""), sources, &mut given, diagnostics);
    // Flags win by their order on the command line, -var and -var-file alike.
    for (flag, value) in in_order(matches) {
        match flag {
            "var" => match value.split_once('=') {
                Some((n, v)) => {
                    given.insert(name(n.trim()), RawInput::Text(v.to_owned(), InputSource::CommandLine));
                }
                None => diagnostics.push(
                    Diagnostic::error("invalid-var-option", "Invalid -var option").detail(format!(
                        "The given -var option {value:?} is not of the form NAME=VALUE. Put an equals sign between the variable's name and its value."
                    )),
                ),
            },
            _ => read_file(Path::new(value), sources, &mut given, diagnostics),
        }
    }
    given
}

fn in_order(matches: &ArgMatches) -> Vec<(&'static str, &str)> {
    let mut found: Vec<(usize, &'static str, &str)> = Vec::new();
    for flag in ["var", "var-file"] {
        let indices = matches
            .try_contains_id(flag)
            .ok()
            .and_then(|_| matches.indices_of(flag));
        found.extend(
            indices
                .into_iter()
                .flatten()
                .zip(texts(matches, flag))
                .map(|(i, v)| (i, flag, v)),
        );
    }
    found.sort_unstable();
    found
        .into_iter()
        .map(|(_, flag, value)| (flag, value))
        .collect()
}

/// The values of the variables files in a folder that are read without being named.
pub(crate) fn read_automatic(
    dir: &Path,
    sources: &mut SourceMap,
    given: &mut BTreeMap<Name, RawInput>,
    diagnostics: &mut Diagnostics,
) {
    for file in automatic_files(dir) {
        read_file(&file, sources, given, diagnostics);
    }
}

fn automatic_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["terraform.tfvars", "terraform.tfvars.json"]
        .map(|name| dir.join(name))
        .to_vec();
    files.retain(|f| f.is_file());
    let here = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let mut auto: Vec<PathBuf> = std::fs::read_dir(here)
        .into_iter()
        .flatten()
        .filter_map(|e| Some(dir.join(e.ok()?.file_name())))
        .filter(|f| {
            f.to_str()
                .is_some_and(|n| n.ends_with(".auto.tfvars") || n.ends_with(".auto.tfvars.json"))
        })
        .collect();
    auto.sort();
    files.extend(auto);
    files
}

fn read_file(
    path: &Path,
    sources: &mut SourceMap,
    given: &mut BTreeMap<Name, RawInput>,
    diagnostics: &mut Diagnostics,
) {
    let shown = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let (values, found) = Inputs::parse_file(sources, &shown, &text);
            diagnostics.extend(found);
            given.extend(values);
        }
        Err(error) => diagnostics.push(
            Diagnostic::error("variables-file", "Failed to read variables file")
                .detail(format!("The variables file {shown} cannot be read: {error}. Check the path given with -var-file.")),
        ),
    }
}
