//! Commands that run for a while: what they do until they are interrupted, and what others are told meanwhile.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::TestContext;

/// The first line that a process prints, and the process, which goes on.
fn started(mut command: Command) -> (Child, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    (child, line)
}

#[test]
fn the_emulator_serves_until_it_is_interrupted() {
    let context =
        TestContext::new("resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    let (mut child, line) = started(context.command(&[
        "emulator",
        "serve",
        "-listen=127.0.0.1:0",
        "-access-key=key-of-mine:secret-of-mine",
        "-request-log=served.jsonl",
    ]));
    let url = line
        .split_whitespace()
        .find(|w| w.starts_with("http://"))
        .expect("a URL");
    let there = [
        ("ECS_ENDPOINT", url),
        ("VPC_ENDPOINT", url),
        ("STS_ENDPOINT", url),
        ("ALICLOUD_ACCESS_KEY", "key-of-mine"),
        ("ALICLOUD_SECRET_KEY", "secret-of-mine"),
    ];
    let apply = context.run_with(&there, &["apply", "-auto-approve"]);
    let status = Command::new("kill").arg(child.id().to_string()).status();
    assert!(status.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    apply.expect(0);
    let log = std::fs::read_to_string(context.dir.path().join("served.jsonl")).expect("a log");
    assert!(
        log.contains("CreateVpc") && !log.contains("secret-of-mine"),
        "{log}"
    );
    assert!(
        context.cloud.inventory().vpcs.is_empty(),
        "the other one was not asked"
    );
}

#[test]
fn who_holds_a_lock_is_told() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    command = \"echo begun; touch begun; sleep 30\"\n  }\n}\n",
    );
    let mut child = context
        .command(&["apply", "-auto-approve"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let begun = context.dir.path().join("begun");
    let end = Instant::now() + Duration::from_secs(20);
    while !begun.exists() {
        assert!(Instant::now() < end, "the command never began");
        std::thread::sleep(Duration::from_millis(20));
    }
    let busy = context.run(&["taint", "terraform_data.slow"]).expect(1);
    let held = context.run(&["force-unlock", "-force", "1234"]).expect(1);
    let status = Command::new("kill")
        .arg("-INT")
        .arg(child.id().to_string())
        .status();
    assert!(status.expect("kill runs").success());
    child.wait().expect("it ends");
    let pid = child.id().to_string();
    for said in [&busy.stderr, &held.stderr] {
        assert!(said.contains(&pid), "{said}");
    }
    assert!(held.stderr.contains("not 1234"), "{}", held.stderr);
    let free = context.run(&["force-unlock", "-force", "1234"]).expect(1);
    assert!(
        free.stderr.contains("The state is not locked"),
        "{}",
        free.stderr
    );
}
