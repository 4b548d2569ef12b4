//! Decides the lines of `test -json`: Terraform's machine-readable UI for test files and their runs.

use cairn_diag::{Diagnostic, SourceMap};
use serde_json::{Map, Value as Json, json};

use super::diagnostic;
use super::stream::line;

/// What a line is about.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The path of the test file.
    pub(crate) file: &'a str,
    /// The name of the run.
    pub(crate) run: Option<&'a str>,
}

impl About<'_> {
    fn line(self, level: &str, message: &str, kind: &str, body: Json) -> String {
        let mut rest = Map::new();
        rest.insert("@testfile".to_owned(), json!(self.file));
        if let Some(run) = self.run {
            rest.insert("@testrun".to_owned(), json!(run));
        }
        rest.insert(kind.to_owned(), body);
        line(level, message, kind, Json::Object(rest))
    }

    /// A message.
    pub(crate) fn diagnostic(self, d: &Diagnostic, sources: &SourceMap) -> String {
        let (level, word) = if d.is_error() {
            ("error", "Error")
        } else {
            ("warn", "Warning")
        };
        self.line(
            level,
            &format!("{word}: {}", d.summary),
            "diagnostic",
            diagnostic::diagnostic(d, sources),
        )
    }

    /// The file is at this point: `starting`, `teardown`, or `complete` with a status, whose word for people may be another.
    pub(crate) fn file(self, progress: &str, status: Option<(&str, &str)>) -> String {
        let mut body = json!({ "path": self.file, "progress": progress });
        if let Some((status, _)) = status {
            body["status"] = json!(status);
        }
        let shown = status.map_or_else(|| in_words(progress), |(_, shown)| shown);
        let message = format!("{}... {shown}", self.file);
        self.line("info", &message, "test_file", body)
    }

    /// The run is at this point, in the same way.
    pub(crate) fn run(self, progress: &str, status: Option<(&str, &str)>) -> String {
        let run = self.run.unwrap_or_default();
        let mut body = json!({ "path": self.file, "run": run, "progress": progress });
        match status {
            Some((status, _)) => body["status"] = json!(status),
            None => body["elapsed"] = json!(0),
        }
        let shown = status.map_or_else(|| in_words(progress), |(_, shown)| shown);
        let message = format!("  {run:?}... {shown}");
        self.line("info", &message, "test_run", body)
    }

    /// Objects that could not be deleted.
    pub(crate) fn left_behind(self, left: &[String]) -> String {
        let objects: Vec<Json> = left.iter().map(|a| json!({ "instance": a })).collect();
        self.line(
            "error",
            &format!("Objects that {} made are left behind.", self.file),
            "test_cleanup",
            json!({ "failed_resources": objects }),
        )
    }
}

fn in_words(progress: &str) -> &'static str {
    if progress == "teardown" {
        "tearing down"
    } else {
        "in progress"
    }
}

/// What is going to run: the names of the runs of each file.
pub(crate) fn found<'a>(files: impl Iterator<Item = (&'a str, Vec<&'a str>)>) -> String {
    let files: Vec<_> = files.collect();
    let runs: usize = files.iter().map(|(_, runs)| runs.len()).sum();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let message = format!(
        "Found {} file{} and {runs} run block{}",
        files.len(),
        plural(files.len()),
        plural(runs)
    );
    let body: Map<String, Json> = files
        .into_iter()
        .map(|(path, runs)| (path.to_owned(), json!(runs)))
        .collect();
    line(
        "info",
        &message,
        "test_abstract",
        json!({ "test_abstract": body }),
    )
}

/// The last line. The counts are those of runs that passed, failed, could not run to their end, and were skipped.
pub(crate) fn summary(message: &str, status: &str, counts: [usize; 4]) -> String {
    let [passed, failed, errored, skipped] = counts;
    let body = json!({
        "status": status, "passed": passed, "failed": failed, "errored": errored, "skipped": skipped,
    });
    line(
        "info",
        message,
        "test_summary",
        json!({ "test_summary": body }),
    )
}
