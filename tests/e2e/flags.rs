//! Flags and variables of the environment that hold for several commands, each with its effect.

use serde_json::Value as Json;

use crate::support::TestContext;

const CHAIN: &str = r#"
variable "x" {
  default = "none"
}

resource "terraform_data" "a" {
  input = var.x
}

resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.id
}

resource "terraform_data" "c" {
  input = terraform_data.b[*].id
}

output "x" {
  value = var.x
}
"#;

#[test]
fn arguments_come_from_the_environment() {
    let context = TestContext::new(CHAIN);
    let plan = |environment: &[(&str, &str)], args: &[&str]| {
        let all: Vec<&str> = ["plan"].iter().chain(args).copied().collect();
        context.run_with(environment, &all)
    };
    let command = (
        "TF_CLI_ARGS_plan",
        "-var 'x=from plan' -target=terraform_data.a",
    );
    let run = plan(&[command], &[]).expect(0);
    assert!(
        run.stdout.contains("\"from plan\"") && run.stdout.contains("Plan: 1 to add"),
        "{}",
        run.stdout
    );
    let run = plan(&[command, ("TF_CLI_ARGS", "-var x=all")], &[]).expect(0);
    assert!(run.stdout.contains("\"all\""), "{}", run.stdout);
    let run = plan(&[command], &["-var=x=typed"]).expect(0);
    assert!(run.stdout.contains("\"typed\""), "{}", run.stdout);
    // Those of another command have no part in it.
    let run = context
        .run_with(&[("TF_CLI_ARGS_plan", "-json")], &["validate"])
        .expect(0);
    assert!(run.stdout.contains("Success!"), "{}", run.stdout);
    let list = [("TF_CLI_ARGS_state_list", "terraform_data.a")];
    let run = context.run_with(&list, &["state", "list"]).expect(1);
    assert!(
        run.stderr.contains("nothing at terraform_data.a"),
        "{}",
        run.stderr
    );
}

#[test]
fn mistakes_in_the_arguments_of_the_environment_are_told() {
    let context = TestContext::new(CHAIN);
    let run = context
        .run_with(&[("TF_CLI_ARGS_plan", "-var \"x=1")], &["plan"])
        .expect(1);
    assert!(
        run.stderr.contains("TF_CLI_ARGS_plan") && run.stderr.contains("quote is not closed"),
        "{}",
        run.stderr
    );
    let run = context
        .run_with(&[("TF_CLI_ARGS", "-bogus")], &["plan"])
        .expect(1);
    assert!(run.stderr.contains("not defined: -bogus"), "{}", run.stderr);
}

#[test]
fn a_later_flag_wins() {
    let context = TestContext::new(CHAIN);
    context.run(&["plan", "-out=one", "-out=two"]).expect(0);
    assert!(!context.dir.path().join("one").exists());
    assert!(context.dir.path().join("two").exists());
}

#[test]
fn automation_needs_no_advice() {
    let context = TestContext::new(CHAIN);
    let person = context.run(&["plan", "-out=p"]).expect(0).stdout;
    assert!(person.contains("cairn apply \"p\""), "{person}");
    let unsaved = context.run(&["plan"]).expect(0).stdout;
    assert!(unsaved.contains("-out=FILE"), "{unsaved}");
    for args in [&["plan", "-out=p"][..], &["plan"]] {
        let program = context
            .run_with(&[("TF_IN_AUTOMATION", "1")], args)
            .expect(0)
            .stdout;
        assert!(
            !program.contains("cairn apply") && program.contains("Plan: 4 to add"),
            "{program}"
        );
    }
    let asked = context
        .run_with(&[("TF_INPUT", "false")], &["apply"])
        .expect(1);
    assert!(asked.stderr.contains("Approval needed"), "{}", asked.stderr);
}

#[test]
fn what_is_excluded_is_left_out_with_what_depends_on_it() {
    let context = TestContext::new(CHAIN);
    let actions = |args: &[&str]| context.planned(args).into_keys().collect::<Vec<_>>();
    assert_eq!(
        actions(&["-exclude=terraform_data.b"]),
        ["terraform_data.a"]
    );
    let complete = |args| context.plan_json(args)["complete"].clone();
    assert_eq!(complete(&["-exclude=terraform_data.b"]), false);
    assert_eq!(complete(&[]), true);
    context.write("left.txt", "# what waits\n\n  terraform_data.c\n");
    let excluded = actions(&["-exclude-file=left.txt"]);
    assert_eq!(
        excluded,
        [
            "terraform_data.a",
            "terraform_data.b[0]",
            "terraform_data.b[1]"
        ]
    );
    context.write("first.txt", "terraform_data.b[1]\n");
    assert_eq!(
        actions(&["-target-file=first.txt"]),
        ["terraform_data.a", "terraform_data.b[1]"]
    );
}

#[test]
fn destroying_keeps_what_the_excluded_stands_on() {
    let context = TestContext::new(CHAIN);
    context.apply();
    context
        .run(&["destroy", "-auto-approve", "-exclude=terraform_data.b[1]"])
        .expect(0);
    let left: Vec<String> = context.recorded().into_keys().collect();
    assert_eq!(left, ["terraform_data.a", "terraform_data.b[1]"]);
}

#[test]
fn mistakes_in_addresses_name_their_place() {
    let context = TestContext::new(CHAIN);
    context.write("some.txt", "terraform_data.a\n  terraform_data.b[\n");
    let run = context.run(&["plan", "-target-file=some.txt"]).expect(1);
    assert!(
        run.stderr.contains("some.txt:2:3: terraform_data.b["),
        "{}",
        run.stderr
    );
    let run = context.run(&["plan", "-exclude-file=none.txt"]).expect(1);
    assert!(
        run.stderr.contains("-exclude-file=none.txt") && run.stderr.contains("No such file"),
        "{}",
        run.stderr
    );
    let run = context.run(&["plan", "-exclude=a b"]).expect(1);
    assert!(run.stderr.contains("Invalid address"), "{}", run.stderr);
    let both = context
        .run(&[
            "plan",
            "-target=terraform_data.a",
            "-exclude=terraform_data.b",
        ])
        .expect(1);
    assert!(
        both.stderr.contains("exclude each other"),
        "{}",
        both.stderr
    );
    // A saved plan has decided it already.
    context.run(&["plan", "-out=p"]).expect(0);
    let late = context
        .run(&["apply", "-exclude=terraform_data.a", "p"])
        .expect(1);
    assert!(
        late.stderr.contains("-exclude was decided"),
        "{}",
        late.stderr
    );
}

#[test]
fn concise_leaves_out_progress() {
    let context = TestContext::new(CHAIN);
    let run = context
        .run(&["apply", "-auto-approve", "-concise"])
        .expect(0);
    assert!(
        !run.stdout.contains("Creating...")
            && !run.stdout.contains("Creation complete")
            && run.stdout.contains("Apply complete! Resources: 4 added"),
        "{}",
        run.stdout
    );
    let other = context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(other.stdout.contains("Destroying..."), "{}", other.stdout);
}

#[test]
fn tools_read_a_file_while_people_read_the_terminal() {
    let context = TestContext::new(CHAIN);
    let types = |name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(context.dir.path().join(name)).unwrap();
        let lines = text
            .lines()
            .map(|l| serde_json::from_str::<Json>(l).unwrap());
        lines
            .map(|l| l["type"].as_str().unwrap().to_owned())
            .collect()
    };
    let run = context.run(&["plan", "-json-into=plan.jsonl"]).expect(0);
    assert!(run.stdout.contains("Plan: 4 to add"), "{}", run.stdout);
    let plan = types("plan.jsonl");
    assert_eq!(plan[0], "version");
    assert_eq!(plan.iter().filter(|t| *t == "planned_change").count(), 4);
    let run = context
        .run(&["apply", "-auto-approve", "-json-into=apply.jsonl"])
        .expect(0);
    assert!(run.stdout.contains("Apply complete!"), "{}", run.stdout);
    let apply = types("apply.jsonl");
    for kind in [
        "planned_change",
        "apply_start",
        "apply_complete",
        "change_summary",
        "outputs",
    ] {
        assert!(apply.iter().any(|t| t == kind), "{kind}: {apply:?}");
    }
    // Mistakes stand in both, and a file that cannot be written stops everything.
    let wrong = context
        .run(&[
            "plan",
            "-json-into=wrong.jsonl",
            "-target=terraform_data.none",
            "-var=nothing=1",
        ])
        .expect(1);
    assert!(wrong.stderr.contains("Error:"), "{}", wrong.stderr);
    assert!(types("wrong.jsonl").iter().any(|t| t == "diagnostic"));
    let nowhere = context
        .run(&["destroy", "-auto-approve", "-json-into=no/where.jsonl"])
        .expect(1);
    assert!(
        nowhere.stderr.contains("-json-into=no/where.jsonl"),
        "{}",
        nowhere.stderr
    );
    assert_eq!(context.recorded().len(), 4);
}

#[test]
fn what_is_not_there_says_why() {
    let context = TestContext::new(CHAIN);
    for (args, words) in [
        (&["login", "-x", "app.example.com"][..], "ALICLOUD_*"),
        (&["logout"], "ALICLOUD_*"),
        (&["stacks", "list"], "cairn workspace"),
        (&["apply", "-state-out=x"], "state pull"),
        (
            &["state", "rm", "-backup=-", "terraform_data.a"],
            "backups/",
        ),
        (&["import", "-config=x", "terraform_data.a", "1"], "-chdir"),
        (&["init", "-plugin-dir=x"], "built into cairn"),
    ] {
        let run = context.run(args).expect(1);
        assert!(run.stderr.contains(words), "{args:?}: {}", run.stderr);
    }
    context
        .run(&[
            "init",
            "-lockfile=readonly",
            "-ignore-remote-version",
            "-cloud=false",
        ])
        .expect(0);
    context.run(&["init", "-lockfile=other"]).expect(1);
    context.write(
        "cloud.tf",
        "terraform {\n  cloud {\n    organization = \"o\"\n  }\n}\n",
    );
    let run = context.run(&["plan"]).expect(1);
    assert!(
        run.stderr.contains("cloud.tf:2:3") && run.stderr.contains("cloud"),
        "{}",
        run.stderr
    );
}
