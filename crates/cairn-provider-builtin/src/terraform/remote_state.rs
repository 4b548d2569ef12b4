//! Decides what the data source `terraform_remote_state` gives: the root outputs of another configuration's state, whether
//! Terraform wrote it (a file of version 4) or cairn did (a folder).

use std::collections::BTreeMap;
use std::io::ErrorKind;

use async_trait::async_trait;
use cairn_diag::nearest;
use cairn_model::ResourceSchema;
use cairn_provider::Problem;
use cairn_value::json::{from_json, type_from_json};
use cairn_value::{Name, Object, Path, PathStep, Type, Value, convert, name};
use serde::Deserialize;

use crate::Surroundings;
use crate::kit::{DataSource, computed, is_set, optional, plain_schema, required, text};
use crate::surroundings::StoredState;

/// `terraform_remote_state`
pub(super) struct RemoteState;

/// What the configuration of backend "local" may say.
const ARGUMENTS: [&str; 2] = ["path", "workspace_dir"];

/// The backends of Terraform 1.11 besides "local".
const OTHERS: [&str; 12] = [
    "azurerm",
    "consul",
    "cos",
    "gcs",
    "http",
    "inmem",
    "kubernetes",
    "oss",
    "pg",
    "remote",
    "s3",
    "cloud",
];

#[async_trait]
impl DataSource for RemoteState {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                required(
                    "backend",
                    Type::String,
                    "The kind of backend that keeps the state: local.",
                ),
                optional("config", Type::Dynamic, "The backend's configuration."),
                optional(
                    "defaults",
                    Type::Dynamic,
                    "Values of outputs that the state does not have.",
                ),
                computed("outputs", Type::Dynamic, "The root outputs of the state."),
                optional(
                    "workspace",
                    Type::String,
                    "The workspace; \"default\" if it is not set.",
                ),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        let mut problems = Vec::new();
        match text(config, "backend") {
            None | Some("local") => {}
            Some(other) => problems.push(other_backend(other)),
        }
        if problems.is_empty() {
            problems.extend(check_config(config.get("config")));
        }
        let defaults = config.get("defaults");
        if defaults.is_some_and(|d| {
            !matches!(
                d,
                Value::Null(_) | Value::Unknown(_) | Value::Object(_) | Value::Map(_)
            )
        }) {
            problems.push(
                Problem::error(
                    "invalid-remote-state-defaults",
                    "Invalid default values",
                    "The defaults must be an object or a map: the names of outputs with a value for each.",
                )
                .at(Path::attr("defaults")),
            );
        }
        if text(config, "workspace")
            .is_some_and(|w| w.is_empty() || w.contains(['/', '\\']) || w == "..")
        {
            problems.push(
                Problem::error(
                    "invalid-workspace-name",
                    "Invalid workspace name",
                    "A workspace's name is not empty and has no slashes, for a folder is named after it.",
                )
                .at(Path::attr("workspace")),
            );
        }
        problems
    }

    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        let problems = self.validate(config);
        if !problems.is_empty() {
            return Err(problems);
        }
        let wanted = Wanted::new(config);
        let mut outputs: BTreeMap<Name, Value> = entries(config.get("defaults"));
        match find(with, &wanted) {
            Ok(Some(found)) => outputs.extend(found.outputs),
            Ok(None) => return Err(vec![wanted.not_found()]),
            Err(what) => {
                return Err(vec![Problem::error(
                    "remote-state-unreadable",
                    "Unable to read remote state",
                    what,
                )]);
            }
        }
        let mut object = config.clone();
        object.set("outputs", Value::object(outputs));
        Ok(object)
    }
}

fn other_backend(backend: &str) -> Problem {
    let problem = |detail: String| {
        Problem::error("backend-not-supported", "Backend not supported", detail)
            .at(Path::attr("backend"))
    };
    if OTHERS.contains(&backend) {
        return problem(format!(
            "cairn reads states from backend \"local\" only, and this is {backend:?}. Fetch the state with `terraform state pull > other.tfstate` and read that file with backend = \"local\", or give the values in as variables."
        ));
    }
    let hint = nearest(backend, ["local"].into_iter().chain(OTHERS))
        .map_or_else(String::new, |n| format!(" Did you mean {n:?}?"));
    problem(format!(
        "There is no backend {backend:?}; cairn reads states from backend \"local\".{hint}"
    ))
}

/// What is wrong with the configuration of backend "local".
fn check_config(config: Option<&Value>) -> Vec<Problem> {
    let invalid = |path: Path, detail: String| {
        Problem::error(
            "invalid-backend-config",
            "Invalid backend configuration",
            detail,
        )
        .at(path)
    };
    let at = Path::attr("config");
    match config {
        None | Some(Value::Null(_) | Value::Unknown(_)) => Vec::new(),
        Some(value @ (Value::Object(_) | Value::Map(_))) => entries(Some(value))
            .into_iter()
            .filter_map(|(n, v)| {
                let place = at.then(PathStep::Attr(n.clone()));
                if !ARGUMENTS.contains(&&*n) {
                    let hint = nearest(&n, ARGUMENTS)
                        .map_or_else(String::new, |n| format!(" Did you mean {n:?}?"));
                    return Some(invalid(
                        place,
                        format!("The backend \"local\" has no argument {n:?}: it has path and workspace_dir.{hint}"),
                    ));
                }
                convert(&v, &Type::String)
                    .is_err()
                    .then(|| invalid(place, format!("The argument {n} must be a string.")))
            })
            .collect(),
        Some(_) => vec![invalid(
            at,
            "The configuration must be an object: { path = \"…/terraform.tfstate\" }.".to_owned(),
        )],
    }
}

/// The entries of an object or a map.
fn entries(value: Option<&Value>) -> BTreeMap<Name, Value> {
    match value {
        Some(Value::Object(o)) => o.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
        Some(Value::Map(m)) => m
            .entries
            .iter()
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// Which state is asked for.
struct Wanted {
    workspace: String,
    path: String,
    workspace_dir: Option<String>,
}

impl Wanted {
    fn new(config: &Object) -> Self {
        let given = entries(config.get("config"));
        let argument = |n: &str| {
            let value = convert(given.get(n)?, &Type::String).ok()?;
            value.as_str().filter(|s| !s.is_empty()).map(str::to_owned)
        };
        Self {
            workspace: if is_set(config, "workspace") {
                text(config, "workspace").unwrap_or("default").to_owned()
            } else {
                "default".to_owned()
            },
            path: argument("path").unwrap_or_else(|| "terraform.tfstate".to_owned()),
            workspace_dir: argument("workspace_dir"),
        }
    }

    /// Where Terraform's backend "local" keeps the workspace's state.
    fn file(&self) -> String {
        if self.workspace == "default" {
            return self.path.clone();
        }
        let dir = self
            .workspace_dir
            .as_deref()
            .unwrap_or("terraform.tfstate.d");
        format!(
            "{}/{}/terraform.tfstate",
            dir.trim_end_matches('/'),
            self.workspace
        )
    }

    /// Where cairn may keep it: in the folder that the path names, be it that of a state, of a project's states or of a
    /// project; and where the path names the file that Terraform would write, in the project that this lies in.
    fn folders(&self) -> Vec<String> {
        let path = self.path.trim_end_matches('/');
        let workspace = &self.workspace;
        let mut all = Vec::new();
        if let Some(dir) = &self.workspace_dir {
            all.push(format!("{}/{workspace}", dir.trim_end_matches('/')));
        }
        if workspace == "default" {
            all.push(path.to_owned());
        }
        all.push(format!("{path}/{workspace}"));
        all.push(format!("{path}/state/{workspace}"));
        let project = path.strip_suffix("terraform.tfstate");
        if let Some(project) = project.filter(|p| p.is_empty() || p.ends_with('/')) {
            all.push(format!("{project}state/{workspace}"));
        }
        all
    }

    fn not_found(&self) -> Problem {
        Problem::error(
            "remote-state-not-found",
            "Unable to find remote state",
            format!(
                "There is no state of the workspace {:?} at {}, neither a file of Terraform's nor a folder of cairn's. Apply that configuration first, or change the path.",
                self.workspace,
                self.file()
            ),
        )
    }
}

/// The state that is asked for. Where a file of Terraform's and a later state of cairn's of the same lineage are both there,
/// cairn's counts: the project was taken over.
fn find(with: &dyn Surroundings, wanted: &Wanted) -> Result<Option<StoredState>, String> {
    let path = wanted.file();
    let of_file = match with.read(&path) {
        Ok(bytes) => Some(outputs_of_file(&bytes).map_err(|e| format!("{path}: {e}"))?),
        Err(e)
            if matches!(
                e.kind(),
                ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory
            ) =>
        {
            None
        }
        Err(e) => return Err(format!("{path} cannot be read: {e}.")),
    };
    for folder in wanted.folders() {
        let Some(kept) = with.state(&folder).map_err(|e| format!("{folder}: {e}"))? else {
            continue;
        };
        return Ok(Some(match of_file {
            Some(file) if file.lineage != kept.lineage || file.serial >= kept.serial => file,
            _ => kept,
        }));
    }
    Ok(of_file)
}

#[derive(Deserialize)]
struct File {
    version: Option<u64>,
    #[serde(default)]
    serial: u64,
    #[serde(default)]
    lineage: String,
    #[serde(default)]
    outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
struct Output {
    value: serde_json::Value,
    #[serde(rename = "type")]
    ty: serde_json::Value,
}

fn outputs_of_file(bytes: &[u8]) -> Result<StoredState, String> {
    let file: File = serde_json::from_slice(bytes)
        .map_err(|e| format!("This is no state of Terraform's: {e}."))?;
    match file.version {
        Some(4) => {}
        Some(v) => {
            return Err(format!(
                "The state has version {v}; version 4 can be read. Let the tool that wrote it upgrade it."
            ));
        }
        None => {
            return Err(
                "This is no state of Terraform's: it has no version. An encrypted state must be decrypted first."
                    .to_owned(),
            );
        }
    }
    let outputs = file
        .outputs
        .into_iter()
        .map(|(n, output)| {
            let ty = type_from_json(&output.ty)
                .ok_or_else(|| format!("The type of the output {n} is malformed."))?;
            let value = from_json(&output.value, &ty)
                .map_err(|e| format!("The value of the output {n} is malformed: {e}."))?;
            Ok((name(&n), value))
        })
        .collect::<Result<_, String>>()?;
    Ok(StoredState {
        lineage: file.lineage,
        serial: file.serial,
        outputs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, object, wait};

    const STATE: &str = r#"{"version": 4, "serial": 3, "lineage": "l", "outputs": {
        "shared": {"value": {"n": 1}, "type": ["object", {"n": "number"}]},
        "hidden": {"value": "h", "type": "string", "sensitive": true}}, "resources": []}"#;

    fn config(values: &[(&str, Value)]) -> Object {
        object(&RemoteState.schema(), values)
    }

    fn local(path: &str) -> Object {
        config(&[
            ("backend", Value::string("local")),
            (
                "config",
                Value::object([(name("path"), Value::string(path))]),
            ),
        ])
    }

    fn outputs(with: &Fake, config: &Object) -> Value {
        let read = wait(RemoteState.read(with, config)).unwrap();
        read.get("outputs").unwrap().clone()
    }

    fn kept(lineage: &str, serial: u64, n: i64) -> StoredState {
        StoredState {
            lineage: lineage.to_owned(),
            serial,
            outputs: [(name("n"), Value::int(n))].into(),
        }
    }

    #[test]
    fn a_state_file_gives_its_outputs() {
        let with = Fake::default();
        with.put("up/terraform.tfstate", STATE.as_bytes());
        let found = outputs(&with, &local("up/terraform.tfstate"));
        assert_eq!(found.get_attr("hidden"), Some(&Value::string("h")));
        let shared = found.get_attr("shared").unwrap();
        assert_eq!(shared.get_attr("n").unwrap().as_i64(), Some(1));
    }

    #[test]
    fn what_the_state_lacks_has_a_default() {
        let with = Fake::default();
        with.put("terraform.tfstate", STATE.as_bytes());
        let found = outputs(
            &with,
            &config(&[
                ("backend", Value::string("local")),
                (
                    "defaults",
                    Value::object([
                        (name("hidden"), Value::string("default")),
                        (name("more"), Value::int(2)),
                    ]),
                ),
            ]),
        );
        assert_eq!(found.get_attr("hidden"), Some(&Value::string("h")));
        assert_eq!(found.get_attr("more"), Some(&Value::int(2)));
    }

    #[test]
    fn other_workspaces_lie_where_terraform_puts_them() {
        let with = Fake::default();
        with.put("d/blue/terraform.tfstate", STATE.as_bytes());
        with.put(
            "terraform.tfstate.d/red/terraform.tfstate",
            STATE.as_bytes(),
        );
        for (workspace, dir) in [("blue", Some("d")), ("red", None)] {
            let mut given = vec![(name("path"), Value::string("x"))];
            given.extend(dir.map(|d| (name("workspace_dir"), Value::string(d))));
            let c = config(&[
                ("backend", Value::string("local")),
                ("workspace", Value::string(workspace)),
                ("config", Value::object(given)),
            ]);
            assert!(outputs(&with, &c).get_attr("shared").is_some());
        }
    }

    #[test]
    fn a_state_of_cairns_is_found_by_every_path_that_means_it() {
        for path in [
            "up/terraform.tfstate",
            "up",
            "up/",
            "up/state",
            "up/state/default",
        ] {
            let with = Fake::default();
            with.keep("up/state/default", kept("l", 1, 5));
            assert_eq!(
                outputs(&with, &local(path)).get_attr("n"),
                Some(&Value::int(5)),
                "{path}"
            );
        }
        let with = Fake::default();
        with.keep("/state/default", kept("l", 1, 5));
        assert!(
            outputs(&with, &local("/terraform.tfstate"))
                .get_attr("n")
                .is_some()
        );
    }

    #[test]
    fn a_file_of_another_name_does_not_mean_the_project_it_lies_in() {
        let with = Fake::default();
        with.keep("state/default", kept("l", 1, 5));
        for path in ["nosuch.tfstate", "not-terraform.tfstate"] {
            assert!(
                wait(RemoteState.read(&with, &local(path))).is_err(),
                "{path}"
            );
        }
    }

    #[test]
    fn the_later_of_two_states_of_one_lineage_counts() {
        for (lineage, serial, cairns) in [("l", 4, true), ("l", 3, false), ("other", 9, false)] {
            let with = Fake::default();
            with.put("terraform.tfstate", STATE.as_bytes());
            with.keep("state/default", kept(lineage, serial, 5));
            let found = outputs(&with, &local("terraform.tfstate"));
            assert_eq!(found.get_attr("n").is_some(), cairns, "{lineage} {serial}");
        }
    }

    #[test]
    fn no_state_and_bad_states_are_errors() {
        let with = Fake::default();
        let problems = wait(RemoteState.read(&with, &local("nosuch.tfstate"))).unwrap_err();
        assert_eq!(problems[0].summary, "Unable to find remote state");
        assert!(
            problems[0].detail.contains("nosuch.tfstate"),
            "{problems:?}"
        );
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"version": 3}"#,
            r#"{"version": 4, "outputs": {"a": {"value": 1, "type": "no"}}}"#,
        ] {
            with.put("bad", bad.as_bytes());
            let problems = wait(RemoteState.read(&with, &local("bad"))).unwrap_err();
            assert_eq!(problems[0].code, "remote-state-unreadable", "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_before_anything_is_read() {
        let problem = |values: &[(&str, Value)]| {
            let problems = RemoteState.validate(&config(values));
            assert_eq!(problems.len(), 1, "{problems:?}");
            problems.into_iter().next().unwrap()
        };
        let p = problem(&[("backend", Value::string("s3"))]);
        assert_eq!(p.path, Some(Path::attr("backend")));
        assert!(p.detail.contains("state pull"), "{}", p.detail);
        let p = problem(&[("backend", Value::string("locale"))]);
        assert!(p.detail.contains("Did you mean \"local\""), "{}", p.detail);
        let local = ("backend", Value::string("local"));
        let p = problem(&[
            local.clone(),
            ("config", Value::object([(name("pth"), Value::string("x"))])),
        ]);
        assert!(p.detail.contains("Did you mean \"path\""), "{}", p.detail);
        assert_eq!(
            p.path,
            Some(Path::attr("config").then(PathStep::Attr(name("pth"))))
        );
        let p = problem(&[local.clone(), ("config", Value::string("x"))]);
        assert_eq!(p.path, Some(Path::attr("config")));
        problem(&[local.clone(), ("defaults", Value::int(1))]);
        problem(&[local, ("workspace", Value::string("../up"))]);
    }
}
