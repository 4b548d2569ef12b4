//! What the tests stand on: a folder of its own with a configuration, an emulator, and the real binary run against it.

use std::collections::BTreeMap;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ecs_emulator::{Delays, Emulator, Handle, Options};
use serde_json::Value as Json;

/// What instances need: a network `v`, `s`, `g`, the zones and an image. Written beside the configuration that uses it.
pub(crate) const NETWORK: &str = r#"
data "alicloud_zones" "all" {
  available_resource_creation = "VSwitch"
}

data "alicloud_images" "linux" {
  name_regex = "^aliyun_3_x64"
  owners     = "system"
}

resource "alicloud_vpc" "v" {
  vpc_name   = "net"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "s" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = data.alicloud_zones.all.zones[0].id
  cidr_block = "10.0.1.0/24"
}

resource "alicloud_security_group" "g" {
  security_group_name = "group"
  vpc_id              = alicloud_vpc.v.id
}
"#;

/// A configuration folder, an emulator in this process, and the binary.
pub(crate) struct TestContext {
    /// The configuration's folder.
    pub(crate) dir: tempfile::TempDir,
    /// The cloud.
    pub(crate) cloud: Handle,
    environment: BTreeMap<String, String>,
}

/// What a run of the binary gave.
pub(crate) struct Run {
    /// Its exit code; -1 where a signal ended it.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Run {
    fn new(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the run ended with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// The standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("{e}:\n{}\n{}", self.stdout, self.stderr))
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository's root")
}

impl TestContext {
    /// A folder with one file, `main.tf`, and an empty cloud whose instances boot at once.
    pub(crate) fn new(main: &str) -> Self {
        let context = Self::start(Delays::NONE);
        context.write("main.tf", main);
        context
    }

    /// An empty folder and cloud, with these waiting times.
    pub(crate) fn start(delays: Delays) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let cloud = Emulator::start(Options {
            request_log: Some(dir.path().join("requests.jsonl")),
            delays,
            seed: Some(1),
            ..Options::default()
        })
        .expect("the emulator starts");
        let address = cloud.url();
        let (id, secret) = cloud.access_key();
        let environment = [
            ("PATH", std::env::var("PATH").unwrap_or_default().as_str()),
            ("HOME", dir.path().to_str().expect("a plain path")),
            ("ECS_ENDPOINT", &address),
            ("VPC_ENDPOINT", &address),
            ("STS_ENDPOINT", &address),
            ("RESOURCEMANAGER_ENDPOINT", &address),
            ("ALICLOUD_ACCESS_KEY", id),
            ("ALICLOUD_SECRET_KEY", secret),
            ("ALICLOUD_REGION", "cn-hangzhou"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        Self {
            dir,
            cloud,
            environment,
        }
    }

    /// The same with an example of the repository copied in.
    pub(crate) fn example(name: &str) -> Self {
        let context = Self::start(Delays::NONE);
        copy(&root().join("examples").join(name), context.dir.path());
        context
    }

    /// Writes a file of the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(path, text).expect("a writable file");
    }

    /// Replaces text in a file of the configuration; it must be there.
    #[track_caller]
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.dir.path().join(name);
        let text = std::fs::read_to_string(&path).expect("a readable file");
        assert!(text.contains(from), "{name} has no {from:?}");
        std::fs::write(path, text.replace(from, to)).expect("a writable file");
    }

    /// The binary with these arguments, not yet run.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::new(&self.command(args).output().expect("the binary runs"))
    }

    /// Runs the binary with further environment variables.
    pub(crate) fn run_with(&self, environment: &[(&str, &str)], args: &[&str]) -> Run {
        Run::new(
            &self
                .command(args)
                .envs(environment.iter().copied())
                .output()
                .expect("the binary runs"),
        )
    }

    /// Runs the binary with this text on standard input.
    pub(crate) fn run_on(&self, input: &str, args: &[&str]) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A command that ends before it has read everything is none of the test's.
        drop(stdin.write_all(input.as_bytes()));
        drop(stdin);
        Run::new(&child.wait_with_output().expect("the binary ends"))
    }

    /// `apply -auto-approve`, which must succeed.
    #[track_caller]
    pub(crate) fn apply(&self) -> Run {
        self.run(&["apply", "-auto-approve"]).expect(0)
    }

    /// Plans, and fails the test unless nothing is to be done.
    #[track_caller]
    pub(crate) fn expect_no_changes(&self) {
        self.run(&["plan", "-detailed-exitcode"]).expect(0);
    }

    /// A saved plan as JSON.
    #[track_caller]
    pub(crate) fn plan_json(&self, args: &[&str]) -> Json {
        let all: Vec<&str> = ["plan", "-out=test.tfplan"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        self.run(&all).expect(0);
        self.run(&["show", "-json", "test.tfplan"]).expect(0).json()
    }

    /// The addresses and actions of a saved plan that do something.
    #[track_caller]
    pub(crate) fn planned(&self, args: &[&str]) -> BTreeMap<String, String> {
        let doc = self.plan_json(args);
        let changes = doc["resource_changes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        changes
            .iter()
            .map(|c| {
                let actions: Vec<&str> = c["change"]["actions"]
                    .as_array()
                    .expect("actions")
                    .iter()
                    .filter_map(Json::as_str)
                    .collect();
                (
                    c["address"].as_str().expect("an address").to_owned(),
                    actions.join("+"),
                )
            })
            .filter(|(_, actions)| actions != "no-op")
            .collect()
    }

    /// The state as JSON.
    #[track_caller]
    pub(crate) fn state(&self) -> Json {
        self.run(&["show", "-json"]).expect(0).json()
    }

    /// The recorded resources by address, of all modules.
    #[track_caller]
    pub(crate) fn recorded(&self) -> BTreeMap<String, Json> {
        fn walk(module: &Json, into: &mut BTreeMap<String, Json>) {
            for r in module["resources"].as_array().into_iter().flatten() {
                if r["mode"] == "managed" {
                    into.insert(
                        r["address"].as_str().expect("an address").to_owned(),
                        r["values"].clone(),
                    );
                }
            }
            for child in module["child_modules"].as_array().into_iter().flatten() {
                walk(child, into);
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.state()["values"]["root_module"], &mut found);
        found
    }

    /// How often each action was requested so far.
    pub(crate) fn requests(&self) -> BTreeMap<String, usize> {
        let text =
            std::fs::read_to_string(self.dir.path().join("requests.jsonl")).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for line in text.lines() {
            let entry: Json = serde_json::from_str(line).expect("a JSON line");
            *counts
                .entry(entry["action"].as_str().expect("an action").to_owned())
                .or_default() += 1;
        }
        counts
    }

    /// Asks the cloud itself, past the binary.
    #[track_caller]
    pub(crate) fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Json {
        self.ask_of(ecs_api::Product::Ecs, action, parameters)
    }

    /// Asks another service of the cloud, past the binary.
    #[track_caller]
    pub(crate) fn ask_of(
        &self,
        product: ecs_api::Product,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Json {
        let (id, secret) = self.cloud.access_key();
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("after 1970");
        let parameters = std::iter::once(&("RegionId", "cn-hangzhou"))
            .chain(parameters)
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let signed = ecs_api::sign::v1::sign(
            "GET",
            action,
            product,
            parameters.collect(),
            &ecs_api::Credentials {
                access_key_id: id.to_owned(),
                access_key_secret: secret.to_owned().into(),
                security_token: None,
            },
            &format!("test-{}", now.as_nanos()),
            ecs_api::Timestamp::from_unix(now.as_secs() as i64),
        );
        let url = self.cloud.url();
        let host = url.trim_start_matches("http://");
        let query = ecs_api::sign::canonical_query(&signed);
        let mut stream = std::net::TcpStream::connect(host).expect("the emulator listens");
        write!(
            stream,
            "GET /?{query} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        )
        .expect("the emulator reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the emulator answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(" 200 "), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"))
    }

    /// Forgets the requests so far.
    pub(crate) fn forget_requests(&self) {
        std::fs::write(self.dir.path().join("requests.jsonl"), "").expect("a writable log");
    }
}

/// Copies what is in a folder, states excepted.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a name");
        // A state that somebody made by running the example is none of the test's.
        if name == "state" || name == ".cairn" {
            continue;
        }
        if path.is_dir() {
            std::fs::create_dir_all(to.join(name)).expect("a writable folder");
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).expect("a readable file");
        }
    }
}
