//! Decides which addresses `-target`, `-exclude`, their files and `-replace` name.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::{AbsResourceInstance, AddrParseError, Target};
use clap::ArgMatches;

use crate::cli::texts;

/// What a plan is limited to, what is left out of it, and what is replaced by request.
pub(crate) struct Selection {
    pub(crate) targets: Vec<Target>,
    pub(crate) excludes: Vec<Target>,
    pub(crate) replace: Vec<AbsResourceInstance>,
}

impl Selection {
    /// What the flags say; what is wrong with them is among the messages.
    pub(crate) fn given(matches: &ArgMatches, wrong: &mut Diagnostics) -> Self {
        let targets = addresses(matches, "target", "target-file", wrong);
        let excludes = addresses(matches, "exclude", "exclude-file", wrong);
        if !targets.is_empty() && !excludes.is_empty() {
            wrong.push(
                Diagnostic::error("target-and-exclude", "Targets and excludes exclude each other")
                    .detail("A plan is either limited to addresses (-target, -target-file) or made without some (-exclude, -exclude-file). Leave one kind out."),
            );
        }
        let mut replace = Vec::new();
        for given in texts(matches, "replace") {
            match given.parse() {
                Ok(addr) => replace.push(addr),
                Err(error) => wrong.push(bad(&format!("-replace={given}"), &error)),
            }
        }
        Self {
            targets,
            excludes,
            replace,
        }
    }
}

/// The addresses of a flag, and those in the files of another: one a line, but empty lines and those that begin with `#`.
fn addresses(
    matches: &ArgMatches,
    flag: &str,
    file_flag: &str,
    wrong: &mut Diagnostics,
) -> Vec<Target> {
    let mut found = Vec::new();
    let mut take = |given: &str, place: String| match given.parse() {
        Ok(target) => found.push(target),
        Err(error) => wrong.push(bad(&place, &error)),
    };
    for given in texts(matches, flag) {
        take(given, format!("-{flag}={given}"));
    }
    let mut unreadable = Vec::new();
    for path in texts(matches, file_flag) {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                for (n, line) in text.lines().enumerate() {
                    let given = line.trim();
                    if !given.is_empty() && !given.starts_with('#') {
                        let column = line.len() - line.trim_start().len() + 1;
                        take(given, format!("{path}:{}:{column}: {given}", n + 1));
                    }
                }
            }
            Err(error) => unreadable.push(
                Diagnostic::error("address-file", "File of addresses cannot be read")
                    .detail(format!("-{file_flag}={path}: {error}."))
                    .hint("Such a file has one address a line, as `cairn state list` prints them."),
            ),
        }
    }
    wrong.extend(unreadable.into_iter().collect::<Diagnostics>());
    found
}

fn bad(place: &str, error: &AddrParseError) -> Diagnostic {
    Diagnostic::error("invalid-address", "Invalid address")
        .detail(format!("{place}: {error}"))
        .hint("An address is written as `cairn state list` prints it, in single quotes where it has brackets.")
}
