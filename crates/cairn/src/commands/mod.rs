//! Decides which command runs. Each command is one file: settings, engine, view.

mod apply;
mod completion;
mod console;
mod drift;
mod emulator;
mod explain;
mod fmt;
mod force_unlock;
mod get;
mod graph;
mod import;
mod import_state;
mod init;
mod man;
mod metadata;
mod modules;
mod output;
mod plan;
mod providers;
mod refused;
mod rounds;
mod show;
mod state;
mod taint;
mod test;
mod validate;
mod version;
mod workspace;

use cairn_diag::Diagnostic;
use cairn_model::{AddrParseError, ObjectStatus};
use cairn_state::edit::Refusal;
use clap::error::ErrorKind;
use clap::{ArgMatches, Command};

use crate::cli::flags::remote_version;
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::{Telling, Ui};

/// Every command with its flags.
pub(crate) fn all() -> impl Iterator<Item = Command> {
    let all = vec![
        init::command(),
        get::command(),
        validate::command(),
        fmt::command(),
        plan::command(),
        explain::command(),
        apply::command(),
        apply::destroy_command(),
        show::command(),
        output::command(),
        state::command(),
        import_state::command(),
        taint::command(),
        taint::untaint_command(),
        workspace::command(),
        force_unlock::command(),
        import::command(),
        apply::refresh_command(),
        drift::command(),
        console::command(),
        graph::command(),
        providers::command(),
        modules::command(),
        metadata::command(),
        test::command(),
        version::command(),
        emulator::command(),
        completion::command(),
        man::command(),
    ];
    all.into_iter().map(with_refused).chain(refused::commands())
}

/// A command with the flags that it has in Terraform and that are refused here with a reason.
fn with_refused(command: Command) -> Command {
    match command.get_name() {
        "apply" | "destroy" | "refresh" => refused::with_flags(command, &["state-out", "backup"]),
        "taint" | "untaint" => {
            refused::with_flags(remote_version(command), &["state-out", "backup"])
        }
        "import" => {
            refused::with_flags(remote_version(command), &["state-out", "backup", "config"])
        }
        "init" => refused::with_flags(remote_version(command), &["plugin-dir"]),
        "test" => refused::with_flags(command, &["cloud-run"]),
        "state" => ["mv", "rm", "replace-provider"]
            .into_iter()
            .fold(command, |command, name| {
                command.mut_subcommand(name, |c| {
                    refused::with_flags(remote_version(c), &["state-out", "backup", "backup-out"])
                })
            }),
        _ => command,
    }
}

/// Runs the command of a parsed command line.
pub(crate) fn run(matches: &ArgMatches) -> Exit {
    let none = ArgMatches::default();
    let (name, command) = matches.subcommand().unwrap_or(("version", &none));
    let mut innermost = command;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    let settings = match Settings::new(matches, innermost) {
        Ok(settings) => settings,
        Err(problem) => return no_settings(problem),
    };
    if let Some(spec) = settings.environment.get("CAIRN_CRASH_AT") {
        cairn_engine::probe::arm(spec);
    }
    let telling = Telling {
        json: is_on(command, "json") && is_told(name),
        json_into: text(command, "json-into"),
        compact_warnings: is_on(command, "compact-warnings"),
        concise: is_on(command, "concise"),
    };
    let mut ui = match Ui::new(&settings, &telling) {
        Ok(ui) => ui,
        Err(problem) => return no_settings(problem),
    };
    if let Some(problem) = refused::flag(innermost) {
        ui.problem(problem);
        return Exit::Error;
    }
    if let Some(exit) = refused::command(name, &mut ui) {
        return exit;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            return no_settings(format!(
                "The asynchronous runtime cannot be started: {error}."
            ));
        }
    };
    runtime.block_on(async {
        match name {
            "explain" => explain::run(&settings, command, &mut ui).await,
            "plan" => plan::run(&settings, command, &mut ui).await,
            "apply" => apply::run(&settings, command, &mut ui, apply::Kind::Apply).await,
            "refresh" => apply::run(&settings, command, &mut ui, apply::Kind::Refresh).await,
            "destroy" => apply::run(&settings, command, &mut ui, apply::Kind::Destroy).await,
            "validate" => validate::run(&settings, command, &mut ui),
            "fmt" => fmt::run(command, &mut ui),
            "init" => init::run(&settings, command, &mut ui),
            "get" => get::run(&settings, command, &mut ui),
            "output" => output::run(&settings, command, &mut ui),
            "show" => show::run(&settings, command, &mut ui),
            "state" => state::run(&settings, command, &mut ui),
            "import" => import::run(&settings, command, &mut ui).await,
            "graph" => graph::run(&settings, command, &mut ui),
            "providers" => providers::run(&settings, command, &mut ui),
            "modules" => modules::run(&settings, command, &mut ui),
            "completion" => completion::run(command, &mut ui),
            "man" => man::run(command, &mut ui),
            "metadata" => metadata::run(command, &mut ui),
            "import-state" => import_state::run(&settings, command, &mut ui),
            "taint" => taint::run(&settings, command, &mut ui, ObjectStatus::Tainted),
            "untaint" => taint::run(&settings, command, &mut ui, ObjectStatus::Ready),
            "workspace" => workspace::run(&settings, command, &mut ui),
            "force-unlock" => force_unlock::run(&settings, command, &mut ui),
            "drift" => drift::run(&settings, command, &mut ui).await,
            "test" => test::run(&settings, command, &mut ui).await,
            "console" => console::run(&settings, command, &mut ui).await,
            "emulator" => emulator::run(&settings, command, &mut ui).await,
            _ => version::run(command, &mut ui),
        }
    })
}

/// Answers a shell that asks what may follow.
pub(crate) fn complete(line: &str, command: &Command) -> Exit {
    let ui = Ui::plain();
    for word in crate::cli::candidates(line, command) {
        ui.line(&word);
    }
    Exit::Ok
}

/// Tells what is wrong with the surroundings, where nothing can begin.
pub(crate) fn no_settings(problem: String) -> Exit {
    let mut ui = Ui::plain();
    ui.problem(Diagnostic::error("start", "cairn cannot start").detail(problem));
    Exit::Error
}

/// Tells that the log cannot be written to its file.
pub(crate) fn no_log(problem: String) {
    Ui::plain().problem(
        Diagnostic::warning("log-file", "The log file cannot be opened")
            .detail(problem)
            .hint("The log is written to standard error instead."),
    );
}

/// Tells a mistake on the command line, or prints the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let version = |a: &String| {
        matches!(
            a.as_str(),
            "-version" | "--version" | "-v" | "-version=true"
        )
    };
    let is_asked = |name: &str| {
        error.kind() == ErrorKind::MissingSubcommand
            && args
                .iter()
                .any(|a| a.trim_start_matches('-') == name && a.starts_with('-'))
    };
    if is_asked("install-autocomplete") || is_asked("uninstall-autocomplete") {
        let none = ArgMatches::default();
        return match Settings::new(&none, &none) {
            Ok(settings) => {
                let remove = is_asked("uninstall-autocomplete");
                completion::install(&settings, &mut Ui::plain(), remove)
            }
            Err(problem) => no_settings(problem),
        };
    }
    if error.kind() == ErrorKind::MissingSubcommand && args.iter().any(version) {
        return version::run(&ArgMatches::default(), &mut Ui::plain());
    }
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Flags are written with one dash, as Terraform has them.
        Ui::plain().print(&error.render().to_string().replace("--", "-"));
        return Exit::Ok;
    }
    let all: Vec<String> = std::env::args().collect();
    let typed = crate::cli::typed(&all, &crate::cli::command());
    let mut ui = Ui::plain();
    ui.json = is_told(&typed)
        && args
            .iter()
            .any(|a| matches!(a.as_str(), "-json" | "--json" | "-json=true"));
    ui.stream(crate::view::json::stream::version);
    ui.problem(crate::cli::mistake(error, &typed));
    Exit::Error
}

/// Whether a command tells what goes on, one JSON object per line where that is wanted.
fn is_told(name: &str) -> bool {
    matches!(
        name,
        "plan" | "apply" | "destroy" | "refresh" | "init" | "test"
    )
}

/// Refuses a form of a command that would not do what it says.
fn conflict(ui: &mut Ui, detail: &str) -> Exit {
    ui.problem(Diagnostic::error("usage", "Flags do not fit together").detail(detail));
    Exit::Error
}

/// The message for an address that cannot be read.
fn bad_address(given: &str, error: &AddrParseError) -> Diagnostic {
    Diagnostic::error("invalid-address", "Invalid address")
        .detail(format!("{given}: {error}"))
        .hint("An address is written as `cairn state list` prints it, in single quotes where it has brackets.")
}

/// The message for a change of the record by hand that cannot be made.
fn refused(refusal: &Refusal) -> Diagnostic {
    Diagnostic::error("state-edit", refusal.summary)
        .detail(refusal.detail.clone())
        .hint("`cairn state list` prints the recorded addresses.")
}

/// The text of a positional argument.
fn positional<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    text(matches, name)
}
