//! Decides the lines of `test -json`: Terraform's machine-readable UI for test files and their runs.

use std::collections::BTreeSet;

use cairn_diag::{Diagnostic, SourceMap};
use cairn_model::{Plan, ProviderAddr, State};
use cairn_provider::Registry;
use serde_json::{Map, Value as Json, json};

use super::stream::line;
use super::{diagnostic, schema};

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

    /// What the run planned, for `-verbose`.
    pub(crate) fn plan(self, plan: &Plan, registry: &Registry) -> String {
        let mut body = json!({ "plan_format_version": "1.2" });
        for (key, all) in super::plan::changes(plan, registry) {
            body[key] = all;
        }
        let providers = plan.changes.iter().map(|c| &c.provider.provider);
        add_schemas(&mut body, providers, registry);
        let message = "-verbose flag enabled, printing plan";
        self.line("info", message, "test_plan", body)
    }

    /// What is recorded after the run, for `-verbose`.
    pub(crate) fn state(self, state: &State, registry: &Registry) -> String {
        let mut body = super::state::values(state, registry);
        body["state_format_version"] = json!("1.0");
        let providers = state.instances.values().map(|i| &i.provider.provider);
        add_schemas(&mut body, providers, registry);
        let message = "-verbose flag enabled, printing state";
        self.line("info", message, "test_state", body)
    }

    /// Objects that could not be deleted.
    pub(crate) fn left_behind(self, left: &[String]) -> String {
        let objects: Vec<Json> = left.iter().map(|a| json!({ "instance": a })).collect();
        self.line(
            "error",
            &format!(
                "cairn left objects behind after {}/{}, and they have to be deleted by hand.",
                self.file,
                self.run.unwrap_or_default()
            ),
            "test_cleanup",
            json!({ "failed_resources": objects }),
        )
    }
}

/// The schemas that the values follow.
fn add_schemas<'a>(
    body: &mut Json,
    providers: impl Iterator<Item = &'a ProviderAddr>,
    registry: &Registry,
) {
    let providers: BTreeSet<&ProviderAddr> = providers.collect();
    let schemas: Map<String, Json> = providers
        .into_iter()
        .filter_map(|addr| {
            let schema = registry.get(addr)?.provider.schema();
            Some((addr.to_string(), schema::provider(schema)))
        })
        .collect();
    if !schemas.is_empty() {
        body["provider_format_version"] = json!("1.0");
        body["provider_schemas"] = Json::Object(schemas);
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
