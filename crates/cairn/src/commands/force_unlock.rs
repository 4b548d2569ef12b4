//! `cairn force-unlock`: tells who holds the lock; there is never a lock to break, since it ends with its process.

use cairn_diag::Diagnostic;
use clap::{Arg, ArgMatches, Command};

use super::positional;
use crate::cli::flags::switch;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("force-unlock")
        .about("Tells who holds the state's lock")
        .arg(Arg::new("lock").value_name("LOCK_ID").required(true))
        .arg(switch("force", "false", "Does not ask for approval"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let given = positional(matches, "lock").unwrap_or_default();
    let problem = match cairn_state::holder(&settings.state_dir()) {
        None => Diagnostic::error("not-locked", "The state is not locked")
            .detail("Nobody holds the lock. It is the kernel's and ends with the process that took it, so that none is ever left behind."),
        Some(holder) => {
            let other = if holder.id == given {
                String::new()
            } else {
                format!(" Its id is {}, not {given}.", holder.id)
            };
            Diagnostic::error("lock-held", "The state cannot be unlocked by another process")
                .detail(format!(
                    "{} (pid {}, {}) holds it since {}.{other} Taking the lock from a process that writes would tear the state.",
                    holder.who, holder.pid, holder.operation, holder.created
                ))
                .hint(format!("End that process (kill {}): the lock ends with it, and the next apply finds out what became of its calls.", holder.pid))
        }
    };
    ui.end(Err(problem))
}
