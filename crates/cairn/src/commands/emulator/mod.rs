//! `cairn emulator serve`: runs the emulator alone, until it is interrupted; `fault` is about one that runs.

mod fault;

use std::net::SocketAddr;
use std::path::PathBuf;

use cairn_diag::Diagnostic;
use clap::{ArgMatches, Command};
use ecs_emulator::{Delays, Emulator, Options};

use crate::cli::flags::{repeated, value};
use crate::cli::{text, texts};
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("emulator")
        .about("Runs the built-in ECS emulator")
        .subcommand_required(true)
        .subcommand(
            Command::new("serve")
                .about("Serves the ECS, VPC and STS APIs until interrupted")
                .arg(value(
                    "listen",
                    "ADDRESS",
                    "Where to listen (default 127.0.0.1:8090; port 0 takes a free one)",
                ))
                .arg(value(
                    "data",
                    "DIR",
                    "Keeps the emulated cloud in this folder; without it, in memory",
                ))
                .arg(value(
                    "catalogue",
                    "FILE",
                    "What is sold: regions, instance types, images, disks, prices; in the form of the built-in catalogue",
                ))
                .arg(value(
                    "tls-dir",
                    "DIR",
                    "Where the certificate of HTTPS lies, made when missing (default: tls in the folder of -data, else .cairn/tls)",
                ))
                .arg(repeated(
                    "access-key",
                    "ID:SECRET",
                    "An accepted access key (default: the emulator's own)",
                ))
                .arg(value(
                    "request-log",
                    "FILE",
                    "Appends one JSON line per request",
                ))
                .arg(value(
                    "boot-delay",
                    "MILLISECONDS",
                    "How long an instance is Pending, and then Starting (default 300)",
                ))
                .arg(value(
                    "seed",
                    "NUMBER",
                    "Makes ids, keys and the chance of faults follow from this number",
                ))
                .arg(value(
                    "faults",
                    "FILE",
                    "Arms the faults of this file, in JSON or HCL, from the start",
                )),
        )
        .subcommand(fault::command())
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let matches = match matches.subcommand() {
        Some(("serve", matches)) => matches,
        Some(("fault", matches)) => return fault::run(matches, ui).await,
        _ => return Exit::Error,
    };
    let options = match options(settings, matches) {
        Ok(options) => options,
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let handle = match Emulator::start(options) {
        Ok(handle) => handle,
        Err(error) => {
            ui.problem(
                Diagnostic::error("emulator", "The emulator did not start")
                    .detail(format!("{}.", crate::emulator::chain(&error))),
            );
            return Exit::Error;
        }
    };
    let (id, _) = handle.access_key();
    ui.line(&format!(
        "Serving ECS, VPC and STS at {} (access key {id}). Interrupt to stop.",
        handle.url()
    ));
    if let Some(certificate) = handle.certificate() {
        ui.line(&format!(
            "HTTPS is served on the same port; clients have to trust {} (SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE).",
            certificate.display()
        ));
    }
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(error) => {
                ui.problem(
                    Diagnostic::error("emulator", "Signals cannot be received")
                        .detail(format!("{error}.")),
                );
                return Exit::Error;
            }
        };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    handle.shutdown();
    Exit::Ok
}

fn options(settings: &Settings, matches: &ArgMatches) -> Result<Options, Diagnostic> {
    let wrong = |detail: String| Diagnostic::error("usage", "Invalid flag").detail(detail);
    let mut options = Options {
        request_log: settings.request_log.clone(),
        ..Options::default()
    };
    let listen = text(matches, "listen").unwrap_or("127.0.0.1:8090");
    options.listen = listen.parse::<SocketAddr>().map_err(|_| {
        wrong(format!(
            "-listen={listen}: an address is an IP and a port, such as 127.0.0.1:8090."
        ))
    })?;
    options.data_dir = text(matches, "data").map(Into::into);
    options.catalogue = text(matches, "catalogue").map(Into::into);
    options.tls_dir = Some(match (text(matches, "tls-dir"), &options.data_dir) {
        (Some(given), _) => given.into(),
        (None, Some(data)) => data.join("tls"),
        (None, None) => PathBuf::from(".cairn").join("tls"),
    });
    if let Some(file) = text(matches, "request-log") {
        options.request_log = Some(file.into());
    }
    let keys = texts(matches, "access-key");
    if !keys.is_empty() {
        options.access_keys = keys
            .into_iter()
            .map(|k| {
                k.split_once(':')
                    .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("-access-key: a key is written ID:SECRET.".to_owned()))?;
    }
    if let Some(given) = text(matches, "seed") {
        let seed = given
            .parse()
            .map_err(|_| wrong(format!("-seed={given}: a whole number from 0 is needed.")))?;
        options.seed = Some(seed);
    }
    if let Some(file) = text(matches, "faults") {
        options.faults = fault::read(file.as_ref())?;
    }
    if let Some(given) = text(matches, "boot-delay") {
        let delay = given.parse().map_err(|_| {
            wrong(format!(
                "-boot-delay={given}: a number of milliseconds is needed."
            ))
        })?;
        options.delays = Delays {
            pending: delay,
            starting: delay,
            stopping: delay,
            network: delay.min(100),
        };
    }
    Ok(options)
}
