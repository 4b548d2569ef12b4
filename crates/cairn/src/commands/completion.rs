//! `cairn completion` and `-install-autocomplete`: has the shell ask cairn what may follow.

use std::path::{Path, PathBuf};

use cairn_diag::Diagnostic;
use clap::{Arg, ArgMatches, Command};

use super::positional;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::Ui;

/// What marks the lines that were put into a shell's file.
const MARK: &str = "# completion of cairn";

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("completion")
        .about("Prints what a shell needs to complete commands and flags")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(["bash", "zsh", "fish"])
                .help("bash, zsh or fish: source <(cairn completion bash)"),
        )
}

pub(super) fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    match own_path() {
        Ok(own) => {
            ui.print(&script(
                positional(matches, "shell").unwrap_or_default(),
                &own,
            ));
            Exit::Ok
        }
        Err(problem) => ui.end(Err(problem)),
    }
}

/// Puts completion into the files of the shells that are in use, or takes it out again.
pub(super) fn install(settings: &Settings, ui: &mut Ui, remove: bool) -> Exit {
    let result = own_path().and_then(|own| {
        let home = settings.environment.get("HOME").filter(|h| !h.is_empty());
        let home = home.map(Path::new).ok_or_else(|| {
            Diagnostic::error("no-home", "No home folder")
                .detail("HOME is not set, so the files of the shells cannot be found.")
                .hint("Use `cairn completion SHELL` and put what it prints where your shell reads it.")
        })?;
        change(home, &own, remove)
    });
    match result {
        Ok(changed) => {
            for path in changed {
                ui.line(&path.display().to_string());
            }
            Exit::Ok
        }
        Err(problem) => ui.end(Err(problem)),
    }
}

fn own_path() -> Result<String, Diagnostic> {
    let path = std::env::current_exe().map_err(|e| {
        Diagnostic::error("own-path", "cairn does not know where it is").detail(format!("{e}."))
    })?;
    Ok(path.display().to_string())
}

/// A path as a word of a shell.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// What the shell is told.
fn script(shell: &str, own: &str) -> String {
    let own = quoted(own);
    match shell {
        "zsh" => format!(
            "autoload -U +X bashcompinit && bashcompinit\ncomplete -o default -o nospace -C {} cairn\n",
            quoted(&own)
        ),
        "fish" => format!(
            "function __cairn_complete\n    COMP_LINE=(commandline -cp | string collect) {own}\nend\ncomplete -c cairn -a '(__cairn_complete)'\n"
        ),
        _ => format!("complete -o default -o nospace -C {} cairn\n", quoted(&own)),
    }
}

/// Changes the files that are there, and gives those that were changed.
fn change(home: &Path, own: &str, remove: bool) -> Result<Vec<PathBuf>, Diagnostic> {
    let failed = |path: &Path, e: &std::io::Error| {
        Diagnostic::error("shell-file", "A shell's file cannot be changed")
            .detail(format!("{}: {e}.", path.display()))
    };
    let mut changed = Vec::new();
    for (file, shell) in [(".bashrc", "bash"), (".zshrc", "zsh")] {
        let path = home.join(file);
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, &e))?;
        let mut new = without_ours(&text);
        if !remove {
            if !new.is_empty() && !new.ends_with('\n') {
                new.push('\n');
            }
            for line in script(shell, own).lines() {
                new.push_str(&format!("{line} {MARK}\n"));
            }
        }
        if new != text {
            std::fs::write(&path, new).map_err(|e| failed(&path, &e))?;
            changed.push(path);
        }
    }
    let fish = home.join(".config/fish");
    if fish.is_dir() {
        let path = fish.join("completions/cairn.fish");
        if remove {
            if path.is_file() {
                std::fs::remove_file(&path).map_err(|e| failed(&path, &e))?;
                changed.push(path);
            }
        } else {
            std::fs::create_dir_all(fish.join("completions"))
                .and_then(|()| std::fs::write(&path, script("fish", own)))
                .map_err(|e| failed(&path, &e))?;
            changed.push(path);
        }
    }
    Ok(changed)
}

fn without_ours(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !line.trim_end().ends_with(MARK))
        .collect()
}
