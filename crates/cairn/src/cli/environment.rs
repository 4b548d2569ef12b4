//! Decides where the arguments of `TF_CLI_ARGS` and `TF_CLI_ARGS_<command>` stand: directly behind the command, so that what is
//! typed comes later and wins. They are split into words as Terraform splits them.

use clap::Command;

/// The arguments with those of the environment put in. `read` gives the value of an environment variable.
///
/// # Errors
///
/// A variable whose quotes are not closed, or that ends with a backslash.
pub(crate) fn with_environment(
    args: Vec<String>,
    command: &Command,
    read: impl Fn(&str) -> Option<String>,
) -> Result<Vec<String>, String> {
    let Some((at, path)) = typed_command(&args, command) else {
        return Ok(args);
    };
    let suffix = path.join("_").replace('-', "_");
    let mut given = Vec::new();
    for name in [format!("TF_CLI_ARGS_{suffix}"), "TF_CLI_ARGS".to_owned()] {
        let text = read(&name).unwrap_or_default();
        given.extend(words(&text).map_err(|problem| {
            format!("The arguments in the environment variable {name} cannot be read: {problem}.")
        })?);
    }
    let mut args = args;
    args.splice(at..at, given);
    Ok(args)
}

/// The command that was typed, as far as there is one: `state mv`.
pub(crate) fn typed(args: &[String], root: &Command) -> String {
    typed_command(args, root).map_or_else(String::new, |(_, path)| path.join(" "))
}

/// Where the command ends, subcommand included, and what it is called.
fn typed_command(args: &[String], root: &Command) -> Option<(usize, Vec<String>)> {
    let mut path = Vec::new();
    let mut end = 0;
    let mut command = root;
    let mut at = 1;
    while let Some(arg) = args.get(at) {
        at += 1;
        if arg.starts_with('-') {
            let takes_next = path.is_empty() && matches!(arg.as_str(), "-chdir" | "--chdir");
            at += usize::from(takes_next);
            continue;
        }
        let Some(found) = command.find_subcommand(arg) else {
            break;
        };
        path.push(found.get_name().to_owned());
        end = at;
        command = found;
    }
    (end > 0).then_some((end, path))
}

/// The words of a text: quotes and backslashes as in a shell; nothing is expanded; it ends at `;`, `&`, `|`, `<` or `>`.
fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', q) if q != Some('\'') => {
                word.push(chars.next().ok_or("nothing follows the last backslash")?);
                begun = true;
            }
            (c, Some(q)) if c == q => {
                quote = None;
                if q == '`' {
                    word.push(c);
                }
            }
            ('"' | '\'' | '`', None) => {
                quote = Some(c);
                begun = true;
                if c == '`' {
                    word.push(c);
                }
            }
            (' ' | '\t' | '\r' | '\n', None) => {
                if begun {
                    out.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            (';' | '&' | '|' | '<' | '>', None) => break,
            (c, _) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed");
    }
    if begun {
        out.push(word);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_terraform_splits_them() {
        let ok = |text: &str| words(text).unwrap();
        assert_eq!(
            ok(r#" -var "x=a b"  -json "#),
            ["-var", "x=a b", "-json"].map(str::to_owned)
        );
        assert_eq!(ok(r"x=a\ b"), ["x=a b"]);
        assert_eq!(ok(r"'x=a\tb'"), [r"x=a\tb"]);
        assert_eq!(ok(r#"x="a"b"#), ["x=ab"]);
        assert_eq!(ok("x=$HOME `y z`"), ["x=$HOME", "`y z`"]);
        assert_eq!(ok("x=a|b -json"), ["x=a"]);
        assert_eq!(ok("''"), [""]);
        assert!(words("\"x").is_err() && words("x\\").is_err());
    }

    #[test]
    fn they_stand_behind_the_command() {
        let args = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let given = |line: &str| {
            let read = |name: &str| match name {
                "TF_CLI_ARGS" => Some("-all".to_owned()),
                "TF_CLI_ARGS_plan" => Some("-plan".to_owned()),
                "TF_CLI_ARGS_state_replace_provider" => Some("-inner".to_owned()),
                _ => None,
            };
            with_environment(args(line), &super::super::command(), read)
                .unwrap()
                .join(" ")
        };
        assert_eq!(given("cairn plan -x"), "cairn plan -plan -all -x");
        assert_eq!(
            given("cairn -chdir plan plan y"),
            "cairn -chdir plan plan -plan -all y"
        );
        assert_eq!(
            given("cairn state replace-provider a b"),
            "cairn state replace-provider -inner -all a b"
        );
        assert_eq!(given("cairn -version"), "cairn -version");
    }
}
