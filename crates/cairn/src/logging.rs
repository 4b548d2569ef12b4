//! Decides what is written into the log that `TF_LOG` asks for, and where: Terraform's variables, levels and form. Only what cairn's own
//! crates say is written; libraries may know secrets.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use cairn_engine::Event;
use log::{Level, LevelFilter, Log, Metadata, Record, debug, info, warn};
use serde_json::json;

use crate::clock;

/// What crates that talk to a cloud are called.
const PROVIDER: &str = "cairn_provider";

/// Where the log goes, and how much of it.
struct Logger {
    /// Of the commands and the engine: `TF_LOG`, else `TF_LOG_CORE`.
    core: LevelFilter,
    /// Of what is asked of a cloud: `TF_LOG`, else `TF_LOG_PROVIDER`.
    provider: LevelFilter,
    /// One JSON object per line: the level `JSON`.
    json: bool,
    out: Mutex<Box<dyn Write + Send>>,
}

/// What a variable says.
struct Wanted {
    level: LevelFilter,
    json: bool,
    /// It is no level.
    unknown: bool,
}

impl Wanted {
    fn of(text: &str) -> Self {
        let upper = text.to_ascii_uppercase();
        let (level, json, unknown) = match upper.as_str() {
            "" | "OFF" => (LevelFilter::Off, false, false),
            "JSON" => (LevelFilter::Trace, true, false),
            "TRACE" => (LevelFilter::Trace, false, false),
            "DEBUG" => (LevelFilter::Debug, false, false),
            "INFO" => (LevelFilter::Info, false, false),
            "WARN" => (LevelFilter::Warn, false, false),
            "ERROR" => (LevelFilter::Error, false, false),
            _ => (LevelFilter::Trace, false, true),
        };
        Self {
            level,
            json,
            unknown,
        }
    }
}

/// Begins the log that the environment asks for, if it does. `read` gives the value of a variable. Gives the reason where the file of
/// `TF_LOG_PATH` cannot be written; the log then goes to standard error.
pub(crate) fn begin(read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let read = |name: &str| read(name).unwrap_or_default();
    let of = |name: &str| {
        let all = read("TF_LOG");
        Wanted::of(&if all.is_empty() { read(name) } else { all })
    };
    let (core, provider) = (of("TF_LOG_CORE"), of("TF_LOG_PROVIDER"));
    let most = core.level.max(provider.level);
    if most == LevelFilter::Off {
        return None;
    }
    let path = read("TF_LOG_PATH");
    let file = (!path.is_empty()).then(|| {
        let mut options = OpenOptions::new();
        options.create(true).append(true).open(&path)
    });
    let (out, problem): (Box<dyn Write + Send>, _) = match file {
        Some(Ok(file)) => (Box::new(file), None),
        Some(Err(error)) => (
            Box::new(std::io::stderr()),
            Some(format!("TF_LOG_PATH={path}: {error}.")),
        ),
        None => (Box::new(std::io::stderr()), None),
    };
    let logger = Logger {
        core: core.level,
        provider: provider.level,
        json: core.json || provider.json,
        out: Mutex::new(out),
    };
    if log::set_boxed_logger(Box::new(logger)).is_ok() {
        log::set_max_level(most);
    }
    if core.unknown || provider.unknown {
        warn!(
            "Invalid log level. Defaulting to TRACE. The levels are TRACE, DEBUG, INFO, WARN, ERROR, OFF and JSON."
        );
    }
    problem
}

/// A command begins. What is typed behind it may hold secrets and is not written.
pub(crate) fn command(typed: &str) {
    info!("cairn v{}, command {typed:?}", env!("CARGO_PKG_VERSION"));
}

/// Something happened.
pub(crate) fn event(event: &Event) {
    match event {
        Event::ReadsStarted { objects } => debug!("reading {objects} objects"),
        Event::ReadFailed { addr, .. } => debug!("{addr}: could not be read"),
        Event::Recovered { text } => info!("{text}"),
        Event::StepStarted { addr, kind, .. } => debug!("{addr}: {kind:?} begins"),
        Event::StepDone {
            addr,
            kind,
            elapsed,
            ..
        } => debug!("{addr}: {kind:?} is done after {} ms", elapsed.as_millis()),
        Event::StepFailed {
            addr,
            kind,
            elapsed,
            ..
        } => debug!("{addr}: {kind:?} failed after {} ms", elapsed.as_millis()),
        Event::ProvisionStarted { addr, ty } => debug!("{addr}: provisioner {ty} begins"),
        Event::ProvisionDone { addr, ty } => debug!("{addr}: provisioner {ty} is done"),
        Event::ProvisionFailed { addr, ty, .. } => debug!("{addr}: provisioner {ty} failed"),
        _ => {}
    }
}

impl Logger {
    fn limit(&self, target: &str) -> LevelFilter {
        if target.starts_with(PROVIDER) {
            self.provider
        } else if target.starts_with("cairn") {
            self.core
        } else {
            LevelFilter::Off
        }
    }
}

/// A line as Terraform writes it: `2026-01-02T03:04:05.678Z [DEBUG] provider: …`.
fn line(json: bool, time: &str, level: Level, target: &str, text: &str) -> String {
    let part = if target.starts_with(PROVIDER) {
        "provider"
    } else {
        "core"
    };
    if json {
        let level = level.as_str().to_ascii_lowercase();
        return json!({ "@level": level, "@message": text, "@module": part, "@timestamp": time })
            .to_string();
    }
    let text = text.replace('\n', "\n  ");
    format!("{time} {:<7} {part}: {text}", format!("[{level}]"))
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.limit(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = record.args().to_string();
        let line = line(
            self.json,
            &clock::now_micros(),
            record.level(),
            record.target(),
            &text,
        );
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not end an apply.
        drop(writeln!(out, "{line}"));
    }

    fn flush(&self) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        drop(out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_terraforms() {
        for (text, level, json, unknown) in [
            ("", LevelFilter::Off, false, false),
            ("off", LevelFilter::Off, false, false),
            ("debug", LevelFilter::Debug, false, false),
            ("JSON", LevelFilter::Trace, true, false),
            ("1", LevelFilter::Trace, false, true),
        ] {
            let wanted = Wanted::of(text);
            assert_eq!(
                (wanted.level, wanted.json, wanted.unknown),
                (level, json, unknown),
                "{text}"
            );
        }
    }

    #[test]
    fn core_and_provider_have_limits_of_their_own_and_libraries_say_nothing() {
        let logger = Logger {
            core: LevelFilter::Warn,
            provider: LevelFilter::Trace,
            json: false,
            out: Mutex::new(Box::new(Vec::new())),
        };
        assert_eq!(logger.limit("cairn::commands"), LevelFilter::Warn);
        assert_eq!(logger.limit("cairn_engine::apply"), LevelFilter::Warn);
        assert_eq!(
            logger.limit("cairn_provider_alicloud::client"),
            LevelFilter::Trace
        );
        assert_eq!(logger.limit("some_library::connect"), LevelFilter::Off);
    }

    #[test]
    fn lines_have_terraforms_form() {
        assert_eq!(
            line(false, "T", Level::Info, "cairn::main", "a\nb"),
            "T [INFO]  core: a\n  b"
        );
        let text = line(true, "T", Level::Debug, "cairn_provider_x", "a");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            json,
            json!({ "@level": "debug", "@message": "a", "@module": "provider", "@timestamp": "T" })
        );
    }
}
