//! `cairn version`: what this is.

use clap::{ArgMatches, Command};
use serde_json::json;

use crate::cli::flags::switch;
use crate::cli::is_on;
use crate::exit::Exit;
use crate::ui::Ui;
use crate::view::json::FORMATS_OF;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("version")
        .about("Prints the version")
        .arg(switch("json", "false", "Prints JSON"))
}

pub(super) fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let own = env!("CARGO_PKG_VERSION");
    let platform = format!(
        "{}_{}",
        std::env::consts::OS,
        std::env::consts::ARCH
            .replace("x86_64", "amd64")
            .replace("aarch64", "arm64")
    );
    if is_on(matches, "json") {
        let doc = json!({
            "terraform_version": FORMATS_OF,
            "cairn_version": own,
            "platform": platform,
            "provider_selections": {},
            "terraform_outdated": false,
        });
        ui.line(&serde_json::to_string_pretty(&doc).unwrap_or_default());
    } else {
        ui.line(&format!("cairn v{own}\non {platform}"));
    }
    Exit::Ok
}
