//! Decides what is said of a command line that cannot be read: Terraform's words, flags with one dash, and the way to the help.

use cairn_diag::Diagnostic;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The message for an error of the parser. `typed` is the command as far as it was understood: `state mv`.
pub(crate) fn mistake(error: &clap::Error, typed: &str) -> Diagnostic {
    let given = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let first = |kind| given(kind).into_iter().next().unwrap_or_default();
    let argument = first(ContextKind::InvalidArg);
    let program = format!("cairn {typed}");
    let program = program.trim_end();
    let flags = "Failed to parse command-line flags";
    let said = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => wrong(flags).detail(format!(
            "flag provided but not defined: {}",
            flag(&argument)
        )),
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => wrong(
            "Too many command line arguments",
        )
        .detail(format!(
            "`{program}` does not take the argument {argument:?}."
        ))
        .hint("To work in another folder, use the global flag -chdir=DIR in front of the command."),
        ErrorKind::MissingRequiredArgument => {
            let names = given(ContextKind::InvalidArg);
            let names: Vec<&str> = names
                .iter()
                .map(|n| n.trim_matches(['<', '>', '.']))
                .collect();
            wrong("Missing command line arguments")
                .detail(format!("`{program}` expects {}.", names.join(" and ")))
        }
        ErrorKind::InvalidValue if first(ContextKind::InvalidValue).is_empty() => {
            wrong(flags).detail(format!("flag needs an argument: {}", flag(&argument)))
        }
        ErrorKind::InvalidValue => {
            let allowed = given(ContextKind::ValidValue);
            wrong(flags).detail(format!(
                "invalid value {:?} for {}: it must be {}.",
                first(ContextKind::InvalidValue),
                flag(&argument),
                either(&allowed)
            ))
        }
        ErrorKind::InvalidSubcommand => wrong("No such command").detail(format!(
            "{program} has no command named {:?}.",
            first(ContextKind::InvalidSubcommand)
        )),
        ErrorKind::MissingSubcommand => wrong("A command is missing").detail(format!(
            "`{program}` is followed by one of its commands: {}.",
            given(ContextKind::ValidSubcommand).join(", ")
        )),
        _ => {
            let text = error.to_string();
            let text = text.lines().next().unwrap_or_default();
            wrong(flags).detail(text.trim_start_matches("error: ").to_owned())
        }
    };
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand]
        .map(first)
        .into_iter()
        .find(|n| !n.is_empty());
    let said = match near {
        Some(near) => said.hint(format!("Did you mean {}?", flag(&near))),
        None => said,
    };
    said.hint(format!("`{program} -help` tells what it understands."))
}

fn wrong(summary: &'static str) -> Diagnostic {
    Diagnostic::error("usage", summary)
}

/// `a`, `a or b`, `a, b or c`.
fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A flag as it is typed: `-out` for `--out <FILE>`. Other words stay as they are.
fn flag(shown: &str) -> String {
    let Some(name) = shown.strip_prefix("--") else {
        // The name of an argument that is no flag.
        return shown.trim_matches(['<', '>', '.']).to_owned();
    };
    let end = name.find(['[', '=', ' ']).unwrap_or(name.len());
    format!("-{}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::super::{command, normalise};
    use super::*;

    #[test]
    fn each_mistake_is_told_in_terraforms_words() {
        for (line, typed, words) in [
            (
                "plan -nosuch",
                "plan",
                "flag provided but not defined: -nosuch",
            ),
            ("plan -out", "plan", "flag needs an argument: -out"),
            (
                "init -get=x",
                "init",
                "invalid value \"x\" for -get: it must be true or false.",
            ),
            (
                "show a b",
                "show",
                "`cairn show` does not take the argument \"b\".",
            ),
            (
                "state mv a",
                "state mv",
                "`cairn state mv` expects DESTINATION.",
            ),
            ("import", "import", "`cairn import` expects ADDRESS and ID."),
            ("plann", "", "cairn has no command named \"plann\"."),
            (
                "metadata",
                "metadata",
                "`cairn metadata` is followed by one of its commands: functions.",
            ),
        ] {
            let args = ["cairn"]
                .into_iter()
                .chain(line.split(' '))
                .map(str::to_owned);
            let error = command()
                .try_get_matches_from(normalise(args))
                .expect_err("a mistake");
            assert_eq!(mistake(&error, typed).detail, words, "{line}");
        }
        let args = ["cairn", "plan", "-detailed-exitcod"].map(str::to_owned);
        let error = command()
            .try_get_matches_from(normalise(args))
            .expect_err("a mistake");
        assert_eq!(
            mistake(&error, "plan").hints,
            [
                "Did you mean -detailed-exitcode?",
                "`cairn plan -help` tells what it understands."
            ]
        );
    }
}
