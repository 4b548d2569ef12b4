//! The state's memory and its repair: commits of the past, what differs between them, what is put back, and what damage does.

use std::path::PathBuf;

use crate::support::TestContext;

const MAIN: &str = r#"
variable "secret" {
  sensitive = true
  default   = "hunter2-hunter2"
}

variable "size" {
  type    = number
  default = 1
}

resource "terraform_data" "a" {
  count = var.size
  input = { index = count.index, secret = var.secret }
}

output "size" {
  value = var.size
}
"#;

/// A state of three applies: one object, three objects, two with another secret.
fn three_applies() -> TestContext {
    let context = TestContext::new(MAIN);
    context.apply();
    for args in [
        &["-var=size=3"][..],
        &["-var=size=2", "-var=secret=correct-horse"],
    ] {
        let all: Vec<&str> = ["apply", "-auto-approve"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        context.run(&all).expect(0);
    }
    context
}

fn file(context: &TestContext, name: &str) -> PathBuf {
    context.dir.path().join("state/default").join(name)
}

/// The last serial of each command, oldest first.
fn serials(context: &TestContext) -> Vec<u64> {
    let log = context.run(&["state", "log", "-json"]).expect(0).json();
    let commands = log["commands"].as_array().expect("commands");
    let last = |c: &serde_json::Value| c["commits"][0]["serial"].as_u64().expect("a serial");
    commands.iter().rev().map(last).collect()
}

#[test]
fn every_apply_is_listed_with_its_configuration_and_what_it_came_to() {
    let context = three_applies();
    let log = context.run(&["state", "log"]).expect(0).stdout;
    let at = |words: &str| log.find(words).unwrap_or_else(|| panic!("{words}: {log}"));
    assert!(
        at("Complete: 0 added, 2 changed, 1 destroyed.")
            < at("Complete: 2 added, 0 changed, 0 destroyed.")
    );
    assert!(at("Complete: 2 added") < at("Complete: 1 added, 0 changed, 0 destroyed."));
    let json = context
        .run(&["state", "log", "-json", "-limit=1"])
        .expect(0)
        .json();
    let commands = json["commands"].as_array().expect("commands");
    assert_eq!(commands.len(), 1);
    let newest = &commands[0];
    assert_eq!(newest["operation"], "apply");
    assert!(newest["ended"].is_string() && newest["commits"][0]["at"].is_string());
    // The same files have the same digest, others another one.
    let digests = || -> Vec<String> {
        let log = context.run(&["state", "log", "-json"]).expect(0).json();
        let all = log["commands"].as_array().expect("commands");
        all.iter()
            .map(|c| c["configuration"].as_str().expect("a digest").to_owned())
            .collect()
    };
    let before = digests();
    assert!(before.iter().all(|d| *d == before[0] && d.len() == 64));
    context.edit("main.tf", "default = 1", "default = 4");
    context.apply();
    assert_ne!(digests()[0], before[0]);
}

#[test]
fn states_of_the_past_are_shown_compared_and_put_back() {
    let context = three_applies();
    let known = serials(&context);
    let (first, second) = (known[0].to_string(), known[1].to_string());
    let three = context
        .run(&["show", &format!("-at={second}")])
        .expect(0)
        .stdout;
    assert!(
        three.contains("terraform_data.a[2]") && three.contains("size = 3"),
        "{three}"
    );
    let json = context
        .run(&["show", "-json", &format!("-at={first}")])
        .expect(0)
        .json();
    assert_eq!(json["values"]["outputs"]["size"]["value"], 1);
    // By the time of its commit, and by one before all.
    let log = context.run(&["state", "log", "-json"]).expect(0).json();
    let at = log["commands"][0]["commits"][0]["at"]
        .as_str()
        .expect("a time");
    let now = context
        .run(&["show", &format!("-at={at}")])
        .expect(0)
        .stdout;
    assert_eq!(now, context.run(&["show"]).expect(0).stdout);
    let early = context.run(&["show", "-at=2001-01-01"]).expect(1);
    assert!(
        early.stderr.contains("no commit that is kept was made by"),
        "{}",
        early.stderr
    );

    let diff = context
        .run(&["state", "diff", &first, &second])
        .expect(0)
        .stdout;
    assert!(
        diff.contains("+ terraform_data.a[1]") && diff.contains("output.size = 1 -> 3"),
        "{diff}"
    );
    let diff = context.run(&["state", "diff", &second]).expect(0).stdout;
    assert!(
        diff.contains("- terraform_data.a[2]")
            && diff.contains("input.secret = (sensitive value) -> (sensitive value)"),
        "{diff}"
    );
    let json = context.run(&["state", "diff", "-json", &second]).expect(0);
    for secret in ["hunter2", "correct-horse"] {
        assert!(
            !json.stdout.contains(secret) && !diff.contains(secret),
            "{diff}"
        );
    }
    let json = json.json();
    assert_eq!(json["removed"][0]["address"], "terraform_data.a[2]");
    assert_eq!(json["changed"].as_array().map(Vec::len), Some(2));
    let same = context
        .run(&["state", "diff", &first, &first])
        .expect(0)
        .stdout;
    assert!(same.contains("No differences"), "{same}");

    let before = serials(&context);
    let dry = context
        .run(&["state", "restore", "-dry-run", &first])
        .expect(0);
    assert!(
        dry.stdout.contains("- terraform_data.a[1]"),
        "{}",
        dry.stdout
    );
    assert_eq!(serials(&context), before);
    let put_back = context.run(&["state", "restore", &first]).expect(0);
    assert!(
        put_back.stderr.contains("Objects are no longer recorded"),
        "{}",
        put_back.stderr
    );
    let after = serials(&context);
    assert_eq!(
        after.len(),
        before.len() + 1,
        "a new commit, never a rewrite"
    );
    assert!(after.last() > before.last());
    context.run(&["plan", "-detailed-exitcode"]).expect(0);
    let last = before.last().expect("a serial").to_string();
    let json = context
        .run(&["state", "restore", "-json", &last])
        .expect(0)
        .json();
    assert_eq!(json["added"][0]["address"], "terraform_data.a[1]");
    let now = [
        "plan",
        "-detailed-exitcode",
        "-var=size=2",
        "-var=secret=correct-horse",
    ];
    context.run(&now).expect(0);
}

#[test]
fn damage_is_found_and_repaired_as_far_as_the_files_lead() {
    let context = three_applies();
    let known = serials(&context);
    let sound = context.run(&["state", "verify"]).expect(0).stdout;
    assert!(sound.contains("The state is sound"), "{sound}");
    let untouched = context.run(&["state", "repair"]).expect(0).stdout;
    assert!(untouched.contains("Nothing was changed"), "{untouched}");

    // A damaged database is made anew without loss.
    std::fs::write(file(&context, "sled/db"), "nothing").expect("a writable file");
    let found = context.run(&["state", "verify", "-json"]).expect(1);
    assert!(found.stderr.contains("Nothing is lost"), "{}", found.stderr);
    let found = found.json();
    assert!(
        !found["sound"].as_bool().expect("a bool")
            && !found["findings"][0]["loss"].as_bool().expect("a bool")
    );
    let mended = context.run(&["state", "repair", "-json"]).expect(0).json();
    assert_eq!(mended["outcome"], "mended");
    context.run(&["state", "verify"]).expect(0);

    // The newest export, the newest log and the database are gone: what remains leads to the second apply.
    let last = known.last().expect("a serial");
    for name in [
        "sled",
        "export.json",
        &format!("wal.{last}"),
        &format!("backups/wal.{}", known[1]),
    ] {
        let path = file(&context, name);
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(path)
        } else {
            std::fs::remove_file(path)
        };
        removed.expect("it was there");
    }
    let refused = context.run(&["apply", "-auto-approve"]).expect(1);
    assert!(
        refused.stderr.contains("state repair"),
        "{}",
        refused.stderr
    );
    context.run(&["state", "verify"]).expect(1);
    let restored = context.run(&["state", "repair"]).expect(0);
    assert!(
        restored
            .stdout
            .contains(&format!("restored as of serial {}", known[1]))
            && restored.stderr.contains("cairn drift"),
        "{}{}",
        restored.stdout,
        restored.stderr
    );
    context.run(&["state", "verify"]).expect(0);
    assert!(
        file(&context, "before-repair-1/backups").exists(),
        "what was there is kept"
    );
    let now = ["plan", "-detailed-exitcode", "-var=size=3"];
    context.run(&now).expect(0);
    // No serial is given out twice.
    context.run(&["taint", "terraform_data.a[0]"]).expect(0);
    assert!(serials(&context).last() > known.last());
}

#[test]
fn calls_of_an_interrupted_apply_are_listed_and_closed_by_hand() {
    let context = TestContext::new(MAIN);
    let none = context.run(&["state", "intents"]).expect(0).stdout;
    assert!(none.contains("No open intents"), "{none}");
    context.run_with(
        &[("CAIRN_CRASH_AT", "after-begin")],
        &["apply", "-auto-approve"],
    );
    let listed = context.run(&["state", "intents"]).expect(0).stdout;
    assert!(
        listed.contains("intent 1: creation of 1 object")
            && listed.contains("terraform_data.a[0]")
            && listed.contains("state abandon"),
        "{listed}"
    );
    let json = context.run(&["state", "intents", "-json"]).expect(0).json();
    assert_eq!(json["intents"][0]["id"], 1);
    assert_eq!(json["under_way"], false);
    for reader in [&["output"][..], &["show"], &["state", "list"], &["plan"]] {
        let told = context.run(reader).stderr;
        assert!(
            told.contains("An interrupted apply is pending"),
            "{reader:?}: {told}"
        );
    }
    let dry = context
        .run(&["state", "abandon", "-dry-run", "1"])
        .expect(0)
        .stdout;
    assert!(dry.contains("Would close intent 1"), "{dry}");
    let unasked = context.run(&["state", "abandon", "1"]).expect(1).stderr;
    assert!(unasked.contains("-force"), "{unasked}");
    let no = context
        .run_on("no\n", &["state", "abandon", "1"])
        .expect(0)
        .stdout;
    assert!(no.contains("Cancelled"), "{no}");
    context
        .run_on("yes\n", &["state", "abandon", "1"])
        .expect(0);
    let none = context.run(&["state", "intents"]).expect(0).stdout;
    assert!(none.contains("No open intents"), "{none}");
    context.run(&["state", "abandon", "-force", "1"]).expect(1);
    context.apply();
    context.expect_no_changes();
}

/// A network whose creation cannot be looked up afterwards: its own tags leave no room for the one that would tell.
fn with_full_tags() -> String {
    use std::fmt::Write as _;
    let mut tags = String::new();
    for n in 0..20 {
        writeln!(tags, "    t{n:02} = \"x\"").expect("a string takes any text");
    }
    format!(
        r#"
resource "alicloud_vpc" "full" {{
  vpc_name   = "full"
  cidr_block = "10.0.0.0/16"
  tags = {{
{tags}  }}
}}

resource "terraform_data" "dependent" {{
  input = alicloud_vpc.full.id
}}

resource "alicloud_vpc" "other" {{
  vpc_name   = "other"
  cidr_block = "10.1.0.0/16"
}}
"#
    )
}

#[test]
fn an_undecided_call_blocks_only_what_depends_on_it() {
    let context = TestContext::new(&with_full_tags());
    let only = ["apply", "-auto-approve", "-target=alicloud_vpc.full"];
    context.run_with(&[("CAIRN_CRASH_AT", "after-answer")], &only);
    let vpcs = || context.cloud.inventory().vpcs;
    assert_eq!(vpcs().len(), 1, "it was made, and nobody recorded it");
    for _ in 0..2 {
        let run = context.run(&["apply", "-auto-approve"]).expect(1);
        assert!(
            run.stderr.contains("Interrupted apply not decided")
                && run.stderr.contains("state abandon"),
            "{}",
            run.stderr
        );
        let recorded: Vec<String> = context.recorded().into_keys().collect();
        assert_eq!(recorded, ["alicloud_vpc.other"]);
        assert_eq!(vpcs().len(), 2, "nothing is made twice");
    }
    // A saved plan leaves it out too, and the record of other addresses can be changed by hand.
    assert!(context.planned(&[]).is_empty());
    context.run(&["taint", "alicloud_vpc.other"]).expect(0);
    context.run(&["untaint", "alicloud_vpc.other"]).expect(0);
    let id = vpcs()
        .into_iter()
        .find(|v| v.name == "full")
        .expect("the network")
        .id;
    let early = context.run(&["import", "alicloud_vpc.full", &id]).expect(1);
    assert!(early.stderr.contains("state abandon"), "{}", early.stderr);
    context.run(&["state", "abandon", "-force", "1"]).expect(0);
    context.run(&["import", "alicloud_vpc.full", &id]).expect(0);
    context.apply();
    assert_eq!(vpcs().len(), 2);
    assert_eq!(context.recorded().len(), 3);
    context.expect_no_changes();
}
