//! The emulator as a program of its own: faults told by the command and by files, all by chance of a seed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::support::TestContext;

/// An emulator that is ended with the test.
pub(super) struct Served(pub(super) Child, pub(super) String);

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

pub(super) fn serve(context: &TestContext, more: &[&str]) -> Served {
    let mut arguments = vec![
        "emulator",
        "serve",
        "-listen=127.0.0.1:0",
        "-boot-delay=0",
        "-access-key=id:secret",
    ];
    arguments.extend(more);
    let mut child = context
        .command(&arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap_or_else(|| panic!("no URL: {line}"))
        .to_owned();
    Served(child, url)
}

impl Served {
    fn endpoints(&self) -> [(&str, &str); 5] {
        [
            ("ECS_ENDPOINT", &self.1),
            ("VPC_ENDPOINT", &self.1),
            ("STS_ENDPOINT", &self.1),
            ("ALICLOUD_ACCESS_KEY", "id"),
            ("ALICLOUD_SECRET_KEY", "secret"),
        ]
    }
}

const NETWORK: &str = r#"
resource "alicloud_vpc" "v" {
  vpc_name   = "main"
  cidr_block = "10.0.0.0/16"
}
"#;

#[test]
fn faults_strike_where_and_when_they_are_told_to() {
    let context = TestContext::new(NETWORK);
    let served = serve(&context, &[]);
    let at = format!("-at={}", served.1);
    let fault = |arguments: &[&str]| {
        let mut all = vec!["emulator", "fault"];
        all.extend(arguments);
        all.push(&at);
        context.run(&all)
    };
    let armed = fault(&[
        "error",
        "-action=CreateVpc",
        "-code=QuotaExceeded.Vpc",
        "-status=400",
    ])
    .expect(0);
    assert!(
        armed.stdout.contains("QuotaExceeded.Vpc"),
        "{}",
        armed.stdout
    );
    let failed = context
        .run_with(&served.endpoints(), &["apply", "-auto-approve"])
        .expect(1);
    assert!(
        failed.stderr.contains("QuotaExceeded.Vpc"),
        "{}",
        failed.stderr
    );
    let spent = fault(&["list"]).expect(0);
    assert!(
        spent.stdout.contains("No faults are armed"),
        "{}",
        spent.stdout
    );
    context
        .run_with(&served.endpoints(), &["apply", "-auto-approve"])
        .expect(0);

    // By its name, behind cairn's back; then it is gone.
    fault(&[
        "change",
        "-resource=vpc",
        "-id=main",
        "-set=description=by hand",
        "-tag=who=me",
    ])
    .expect(0);
    let drift = context
        .run_with(&served.endpoints(), &["plan", "-detailed-exitcode"])
        .expect(2);
    assert!(
        drift.stdout.contains("by hand") || drift.stdout.contains("who"),
        "{}",
        drift.stdout
    );
    let deleted = fault(&["delete", "-resource=vpc", "-id=main"]).expect(0);
    assert!(
        deleted.stdout.contains("deleted: vpc-"),
        "{}",
        deleted.stdout
    );
    let again = context
        .run_with(&served.endpoints(), &["plan", "-detailed-exitcode"])
        .expect(2);
    assert!(again.stdout.contains("1 to add"), "{}", again.stdout);

    let refused = fault(&["drop-after", "-probability=2"]).expect(1);
    assert!(refused.stderr.contains("from 0 to 1"), "{}", refused.stderr);
    let unknown = fault(&["delete", "-id=i-none"]).expect(1);
    assert!(
        unknown.stderr.contains("there is no i-none"),
        "{}",
        unknown.stderr
    );

    context.write("faults.hcl", "faults = [\n  { kind = \"latency\", ms = 1, times = null },\n  { kind = \"stock_out\", zone = \"z\" },\n]\n");
    let loaded = fault(&["load", "-file=faults.hcl"]).expect(0);
    assert_eq!(loaded.stdout.lines().count(), 2, "{}", loaded.stdout);
    fault(&["clear"]).expect(0);
    assert!(fault(&["list"]).expect(0).stdout.contains("No faults"));
}

#[test]
fn faults_of_a_file_are_armed_from_the_start_and_ids_follow_from_the_seed() {
    let context = TestContext::new(NETWORK);
    context.write(
        "faults.json",
        r#"[{"kind": "error", "action": "CreateVpc", "status": 400, "code": "Forbidden.Made"}]"#,
    );
    context.write("bad.hcl", "faults = [{ kind = \"latency\", mss = 1 }]\n");
    let refused = context
        .run(&[
            "emulator",
            "serve",
            "-listen=127.0.0.1:0",
            "-faults=bad.hcl",
        ])
        .expect(1);
    assert!(
        refused
            .stderr
            .contains("bad.hcl: fault 1: there is no member mss"),
        "{}",
        refused.stderr
    );
    let id = |context: &TestContext, more: &[&str]| {
        let served = serve(context, more);
        if more.len() > 1 {
            let failed = context
                .run_with(&served.endpoints(), &["apply", "-auto-approve"])
                .expect(1);
            assert!(
                failed.stderr.contains("Forbidden.Made"),
                "{}",
                failed.stderr
            );
        }
        context
            .run_with(&served.endpoints(), &["apply", "-auto-approve"])
            .expect(0);
        let shown = context
            .run_with(&served.endpoints(), &["state", "show", "alicloud_vpc.v"])
            .expect(0);
        let id = shown
            .stdout
            .split('"')
            .find(|word| word.starts_with("vpc-"))
            .map(str::to_owned);
        context
            .run_with(&served.endpoints(), &["destroy", "-auto-approve"])
            .expect(0);
        id.expect("an id")
    };
    let first = id(&context, &["-seed=7", "-faults=faults.json"]);
    assert_eq!(first, id(&context, &["-seed=7"]));
    assert_ne!(first, id(&context, &["-seed=8"]));
}
