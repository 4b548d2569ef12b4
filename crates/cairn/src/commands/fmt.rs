//! `cairn fmt`: writes files of native syntax in the form that `terraform fmt` gives them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cairn_diag::{Diagnostic, Diagnostics, SourceMap};
use clap::{Arg, ArgMatches, Command};

use crate::cli::flags::switch;
use crate::cli::{is_on, texts};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::view::unified::unified;

const KINDS: [&str; 4] = [".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl"];

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("fmt")
        .about("Writes configuration files in canonical form")
        .arg(
            Arg::new("targets").value_name("TARGET").num_args(0..).help(
                "Files and folders (default: the configuration's folder); - for standard input",
            ),
        )
        .arg(switch("list", "true", "Lists the files that change"))
        .arg(switch("write", "true", "Writes the files that change"))
        .arg(switch("diff", "false", "Prints what changes"))
        .arg(switch(
            "check",
            "false",
            "Writes nothing, and exits with 3 where something would change",
        ))
        .arg(switch("recursive", "false", "Goes into folders in folders"))
}

/// What is done with the files.
struct Run<'u> {
    ui: &'u mut Ui,
    flags: &'u ArgMatches,
    /// The text comes on standard input.
    piped: bool,
    /// Something was not in canonical form.
    changed: bool,
    diagnostics: Diagnostics,
    sources: SourceMap,
}

pub(super) fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let targets = texts(matches, "targets");
    let piped = targets.first() == Some(&"-");
    let mut run = Run {
        ui,
        flags: matches,
        piped,
        changed: false,
        diagnostics: Diagnostics::new(),
        sources: SourceMap::default(),
    };
    if piped {
        run.standard_input();
    } else if targets.is_empty() {
        run.folder(Path::new("."));
    } else {
        for target in targets {
            run.target(Path::new(target));
        }
    }
    run.ui.diagnostics(&run.diagnostics, &run.sources);
    if run.diagnostics.has_errors() {
        Exit::Changes
    } else if is_on(matches, "check") && run.changed {
        Exit::Unformatted
    } else {
        Exit::Ok
    }
}

impl Run<'_> {
    fn standard_input(&mut self) {
        let mut bytes = Vec::new();
        if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
            self.failed("Standard input cannot be read", &error.to_string());
            return;
        }
        if let Some(text) = self.formatted("<stdin>", bytes)
            && !is_on(self.flags, "check")
            && !is_on(self.flags, "diff")
        {
            self.ui.print(&text);
            // As Terraform does, and on standard output alone.
            if !text.is_empty() && !text.ends_with('\n') {
                self.ui.print("\n");
            }
        }
    }

    fn target(&mut self, path: &Path) {
        if path.is_dir() {
            self.folder(path);
        } else if !path.exists() {
            self.failed(
                "No such file or folder",
                &format!("There is nothing at {}.", path.display()),
            );
        } else if is_configuration(path) {
            self.file(path);
        } else {
            self.failed(
                "Not a file of native syntax",
                &format!(
                    "{} is none of the files that can be formatted: .tf, .tfvars, .tftest.hcl and .tfmock.hcl.",
                    path.display()
                ),
            );
        }
    }

    fn folder(&mut self, path: &Path) {
        let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let detail = format!("{}: {error}.", path.display());
                self.failed("The folder cannot be read", &detail);
                return;
            }
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let hidden = name.starts_with('.') || name.ends_with('~');
            let edited = name.starts_with('#') && name.ends_with('#');
            if hidden || edited {
                continue;
            }
            let inner: PathBuf = if path == Path::new(".") {
                PathBuf::from(entry.file_name())
            } else {
                path.join(entry.file_name())
            };
            let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
            if is_folder && is_on(self.flags, "recursive") {
                self.folder(&inner);
            } else if !is_folder && is_configuration(&inner) {
                self.file(&inner);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let name = path.display().to_string();
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.failed("The file cannot be read", &format!("{name}: {error}."));
                return;
            }
        };
        let before = bytes.clone();
        let Some(text) = self.formatted(&name, bytes) else {
            return;
        };
        if is_on(self.flags, "write")
            && !is_on(self.flags, "check")
            && text.as_bytes() != before
            && let Err(error) = replace(path, &text)
        {
            self.failed("The file cannot be written", &format!("{name}: {error}."));
        }
    }

    /// The text in canonical form, after it was said what changes; nothing where the syntax is wrong.
    fn formatted(&mut self, name: &str, bytes: Vec<u8>) -> Option<String> {
        let Ok(text) = String::from_utf8(bytes) else {
            self.failed("Not a text", &format!("{name} is not encoded in UTF-8."));
            return None;
        };
        let file = self.sources.add(name, text.as_str());
        match cairn_lang::format(file, &text) {
            Ok(formatted) => {
                if formatted != text {
                    self.changed = true;
                    if is_on(self.flags, "list") && !self.piped {
                        self.ui.line(name);
                    }
                    if is_on(self.flags, "diff") {
                        self.ui.print(&unified(name, &text, &formatted));
                    }
                }
                Some(formatted)
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                None
            }
        }
    }

    fn failed(&mut self, summary: &'static str, detail: &str) {
        self.diagnostics
            .push(Diagnostic::error("fmt", summary).detail(detail));
    }
}

fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    KINDS.iter().any(|kind| name.ends_with(kind))
}

/// Puts a text in a file's place at once, with its permissions; a link stays one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file()
        .set_permissions(std::fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
