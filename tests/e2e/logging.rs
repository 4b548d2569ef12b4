//! `TF_LOG`: what it writes, where, how much, and what never stands in it.

use serde_json::Value as Json;

use crate::support::{NETWORK, TestContext};

const SERVER: &str = r##"
resource "alicloud_instance" "web" {
  instance_name   = "sensitive-name-of-mine"
  instance_type   = "ecs.g7.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  password        = "Hunter2-hunter2!"
  user_data       = "#!/bin/sh\necho hunter2-data"
}
"##;

/// What must not be anywhere in a log: as it is, percent-encoded, or in base64.
fn secrets(context: &TestContext) -> Vec<String> {
    let mut all: Vec<String> = [
        "unter2",
        "aHVudGVyMi",
        "IyEvYmluL3No",
        "sensitive-name-of-mine",
        "Signature=",
        "Signature\"",
    ]
    .map(str::to_owned)
    .into();
    all.push(context.cloud.access_key().1.to_owned());
    all
}

#[test]
fn every_call_is_logged_and_nothing_secret() {
    let context = TestContext::new(&format!("{NETWORK}{SERVER}"));
    let trace = [("TF_LOG", "trace"), ("TF_LOG_PATH", "cairn.log")];
    let run = context
        .run_with(&trace, &["apply", "-auto-approve", "-var=nosuch=hunter2"])
        .expect(1);
    assert!(!run.stderr.contains("[TRACE]"), "{}", run.stderr);
    context
        .run_with(&trace, &["apply", "-auto-approve"])
        .expect(0);
    let log = std::fs::read_to_string(context.dir.path().join("cairn.log")).expect("a log");
    let requests = std::fs::read_to_string(context.dir.path().join("requests.jsonl"));
    let requests = requests.expect("the emulator's log");
    for line in requests.lines() {
        let entry: Json = serde_json::from_str(line).expect("a JSON line");
        let (action, id) = (&entry["action"], &entry["request_id"]);
        let (action, id) = (action.as_str().unwrap_or("?"), id.as_str().unwrap_or("?"));
        let told = |l: &str| {
            l.contains(&format!(
                "[DEBUG] provider: {action}: answered with status 200 after "
            )) && l.ends_with(&format!(" ms, request id {id}"))
        };
        assert!(log.lines().any(told), "{action} {id} is not in:\n{log}");
    }
    for words in [
        "[INFO]  core: cairn v",
        "command \"apply\"",
        "[TRACE] provider: RunInstances: ",
        "Password=(not shown)",
        "[DEBUG] core: alicloud_instance.web: Create begins",
    ] {
        assert!(log.contains(words), "{words}\n{log}");
    }
    for secret in secrets(&context) {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}

#[test]
fn refusals_and_lost_calls_are_logged() {
    let context = TestContext::new(NETWORK);
    let wrong = [
        ("TF_LOG", "debug"),
        ("ALICLOUD_SECRET_KEY", "hunter2-hunter2"),
    ];
    let run = context.run_with(&wrong, &["plan"]).expect(1);
    assert!(
        run.stderr.contains("refused with status") && run.stderr.contains("given up"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    let nobody = [
        ("TF_LOG_PROVIDER", "DEBUG"),
        ("ECS_ENDPOINT", "http://127.0.0.1:9"),
        ("VPC_ENDPOINT", "http://127.0.0.1:9"),
    ];
    let data =
        "data \"alicloud_zones\" \"all\" {\n  available_resource_creation = \"VSwitch\"\n}\n";
    context.write("main.tf", data);
    let mut command = context.command(&["plan"]);
    command
        .envs(nobody)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut read = std::io::BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("asked again in") {
        let n = std::io::BufRead::read_line(&mut read, &mut said).expect("a line");
        assert!(n > 0, "{said}");
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(
        said.contains("provider: DescribeZones: no answer after") && !said.contains(" core: "),
        "{said}"
    );
}

#[test]
fn levels_say_how_much_is_logged() {
    let context =
        TestContext::new("resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    context.apply();
    let said = |environment: &[(&str, &str)]| {
        let run = context.run_with(environment, &["plan"]).expect(0);
        assert!(run.stdout.contains("No changes"), "{}", run.stdout);
        run.stderr
    };
    assert_eq!(said(&[]), "");
    assert_eq!(said(&[("TF_LOG", "off"), ("TF_LOG_PATH", "none.log")]), "");
    assert!(!context.dir.path().join("none.log").exists());
    assert_eq!(said(&[("TF_LOG_PATH", "none.log")]), "");
    let info = said(&[("TF_LOG", "INFO")]);
    assert!(
        info.contains("[INFO]  core: ") && !info.contains("DEBUG"),
        "{info}"
    );
    let core = said(&[("TF_LOG_CORE", "DEBUG")]);
    assert!(
        core.contains(" core: ") && !core.contains(" provider: "),
        "{core}"
    );
    let provider = said(&[("TF_LOG_PROVIDER", "DEBUG")]);
    assert!(
        !provider.contains(" core: ") && provider.contains(" provider: "),
        "{provider}"
    );
    for line in said(&[("TF_LOG", "json")]).lines() {
        let line: Json = serde_json::from_str(line).expect("a JSON line");
        assert!(
            line["@level"].is_string() && line["@timestamp"].is_string(),
            "{line}"
        );
    }
    let unknown = said(&[("TF_LOG", "loud")]);
    assert!(
        unknown.contains("[WARN]  core: Invalid log level") && unknown.contains("[TRACE]"),
        "{unknown}"
    );
    let nowhere = said(&[("TF_LOG", "info"), ("TF_LOG_PATH", "no/such/file")]);
    assert!(
        nowhere.contains("TF_LOG_PATH=no/such/file") && nowhere.contains("[INFO]"),
        "{nowhere}"
    );
}
