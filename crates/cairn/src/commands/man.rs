//! `cairn man DIR`: writes a manual page for every command.

use std::path::Path;

use cairn_diag::Diagnostic;
use clap::{Arg, ArgMatches, Command};

use super::positional;
use crate::exit::Exit;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("man")
        .about("Writes the manual pages into a folder")
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .required(true)
                .help("Such as /usr/local/share/man/man1"),
        )
}

pub(super) fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let dir = Path::new(positional(matches, "dir").unwrap_or_default());
    let mut root = crate::cli::command().disable_help_flag(true);
    root.build();
    let result = std::fs::create_dir_all(dir).and_then(|()| pages(dir, "cairn", &root));
    ui.end(result.map_err(|e| {
        Diagnostic::error("manual-pages", "Manual pages cannot be written")
            .detail(format!("{}: {e}.", dir.display()))
    }))
}

/// The page of a command and those of its subcommands: `cairn-state-mv.1`.
fn pages(dir: &Path, name: &str, command: &Command) -> std::io::Result<()> {
    let mut text = Vec::new();
    // The name goes with the program, which lives as long as that.
    let named = command.clone().name(name.to_owned());
    clap_mangen::Man::new(named).render(&mut text)?;
    // Flags are written with one dash, as Terraform has them.
    let text = String::from_utf8_lossy(&text).replace(r"\-\-", r"\-");
    std::fs::write(dir.join(format!("{name}.1")), text)?;
    for inner in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        if inner.get_name() != "help" {
            pages(dir, &format!("{name}-{}", inner.get_name()), inner)?;
        }
    }
    Ok(())
}
