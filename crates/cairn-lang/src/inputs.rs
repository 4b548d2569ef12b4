//! Decides how values given from outside (command line, files, environment) become typed root variables.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostics, SourceMap, Spanned};
use cairn_value::{Name, Value};

use crate::tree::ModuleTree;

/// Where a value came from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// `-var`
    CommandLine,
    /// A variables file.
    File(String),
    /// `TF_VAR_name`
    Environment,
    /// Typed at a prompt.
    Prompt,
}

/// One value as it was given.
#[derive(Clone, Debug)]
pub enum RawInput {
    /// Text: taken as it is for primitive types, parsed as an expression otherwise.
    Text(String, InputSource),
    /// A value from a variables file, with its place.
    Value(Spanned<Value>, InputSource),
}

/// Root variables, typed, defaults applied, sensitive ones marked.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// By name: every declared variable.
    pub variables: BTreeMap<Name, Value>,
}

impl Inputs {
    /// Reads a variables file (`.tfvars`).
    pub fn parse_file(
        sources: &mut SourceMap,
        name: &str,
        text: &str,
    ) -> (BTreeMap<Name, RawInput>, Diagnostics) {
        let _ = (sources, name, text);
        unimplemented!("being written")
    }

    /// Makes typed root variables of what was given; later sources have already won. Missing required ones, wrong types and
    /// undeclared names are diagnostics (undeclared: an error from the command line, a warning from a file, nothing from the
    /// environment). Validation rules are evaluated by the evaluator.
    pub fn resolve(
        tree: &ModuleTree,
        sources: &mut SourceMap,
        given: &BTreeMap<Name, RawInput>,
    ) -> (Self, Diagnostics) {
        let _ = (tree, sources, given);
        unimplemented!("being written")
    }

    /// The root variables that have neither a value nor a default, for prompting.
    pub fn missing(tree: &ModuleTree, given: &BTreeMap<Name, RawInput>) -> Vec<Name> {
        let _ = (tree, given);
        unimplemented!("being written")
    }
}
