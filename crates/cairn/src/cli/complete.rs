//! Decides what may follow what is typed: commands, subcommands, flags and their fixed values. Shells ask by `COMP_LINE`, as they
//! do Terraform.

use clap::{ArgAction, Command};

/// The words that can stand where the line ends.
pub(crate) fn candidates(line: &str, root: &Command) -> Vec<String> {
    let (before, last) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    let mut command = root;
    let mut at_root = true;
    let mut path_value = false;
    for word in before.split_whitespace().skip(1) {
        if std::mem::take(&mut path_value) {
            continue;
        }
        if word.starts_with('-') {
            path_value = at_root && matches!(word, "-chdir" | "--chdir");
        } else if let Some(found) = command.find_subcommand(word) {
            (command, at_root) = (found, false);
        }
    }
    if path_value {
        return Vec::new();
    }
    let mut found = if last.starts_with('-') {
        flags(command, last)
    } else {
        let shown = command.get_subcommands().filter(|c| !c.is_hide_set());
        shown.map(|c| c.get_name().to_owned()).collect()
    };
    found.retain(|word| word.starts_with(last));
    found.sort();
    found
}

fn flags(command: &Command, last: &str) -> Vec<String> {
    let given = last.trim_start_matches('-').split_once('=');
    let args = command
        .get_arguments()
        .filter(|a| !a.is_hide_set() && a.get_long().is_some());
    let mut out = vec!["-help".to_owned()];
    for arg in args {
        let name = arg.get_long().unwrap_or_default();
        match given {
            Some((wanted, _)) if wanted == name => {
                let values = arg.get_possible_values();
                out.extend(values.iter().map(|v| format!("-{name}={}", v.get_name())));
            }
            Some(_) => {}
            None => {
                let switch = arg.is_require_equals_set();
                let takes = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
                let equals = if takes && !switch { "=" } else { "" };
                out.push(format!("-{name}{equals}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<String> {
        candidates(line, &super::super::command())
    }

    #[test]
    fn what_is_begun_is_completed() {
        assert_eq!(of("cairn pl"), ["plan"]);
        assert_eq!(of("cairn state replace-"), ["replace-provider"]);
        assert_eq!(of("cairn -chdir=x state l"), ["list", "log"]);
        assert_eq!(of("cairn -chdir state wor"), ["workspace"]);
        assert_eq!(of("cairn plan -out"), ["-out="]);
        assert_eq!(of("cairn plan -refresh"), ["-refresh", "-refresh-only"]);
        assert_eq!(of("cairn graph -format=m"), ["-format=mermaid"]);
        assert_eq!(of("cairn plan -refresh=f"), ["-refresh=false"]);
        assert!(of("cairn apply p").is_empty() && of("cairn nothing -x").is_empty());
        assert!(of("cairn ").contains(&"apply".to_owned()));
        assert!(!of("cairn ").contains(&"login".to_owned()));
    }
}
