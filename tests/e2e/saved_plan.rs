//! What is said of files that are given as saved plans, and what a plan says before it is approved.

use crate::support::TestContext;

const FORGET: &str = r"
removed {
  from = terraform_data.kept
  lifecycle {
    destroy = false
  }
}
";

fn forgetting() -> TestContext {
    let context = TestContext::new("resource \"terraform_data\" \"kept\" {\n  count = 2\n}\n");
    context.apply();
    context.write("main.tf", FORGET);
    context
}

const WARNING: &str = "Some objects will no longer be managed by cairn";

#[test]
fn a_file_that_is_no_plan_is_called_so() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {}\n");
    context.write("junk", "no plan\n");
    for args in [
        &["apply", "junk"][..],
        &["destroy", "junk"],
        &["show", "junk"],
        &["apply", "nowhere"],
    ] {
        let said = context.run(args).expect(1).stderr;
        let path = args[1];
        let heading = format!("Failed to load {path:?} as a plan file");
        assert!(said.contains(&heading), "{said}");
        assert!(said.contains("cairn plan -out=FILE"), "{said}");
        assert!(!said.contains("State problem"), "{said}");
    }
}

#[test]
fn a_saved_plan_is_applied_and_never_destroyed_with() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {}\n");
    context.apply();
    context.run(&["plan", "-destroy", "-out=p"]).expect(0);
    let refused = context.run(&["destroy", "-auto-approve", "p"]).expect(1);
    assert!(
        refused
            .stderr
            .contains("Destroy can't be called with a plan file"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("cairn apply \"p\""),
        "{}",
        refused.stderr
    );
    assert_eq!(context.recorded().len(), 1);
    context.run(&["apply", "p"]).expect(0);
    assert_eq!(context.recorded().len(), 0);
}

#[test]
fn show_reads_a_state_file_too() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {\n  input = \"seen\"\n}\n");
    context.apply();
    let exported = context.run(&["state", "pull"]).expect(0).stdout;
    context.write("exported.tfstate", &exported);
    let text = context.run(&["show", "exported.tfstate"]).expect(0).stdout;
    assert!(text.contains("# terraform_data.a:"), "{text}");
    let json = context.run(&["show", "-json", "exported.tfstate"]);
    let values = &json.expect(0).json()["values"]["root_module"]["resources"][0]["values"];
    assert_eq!(values["input"], "seen");
    context.write("broken.tfstate", "{\"version\": 4, ");
    let said = context.run(&["show", "broken.tfstate"]).expect(1).stderr;
    assert!(said.contains("State file cannot be read"), "{said}");
}

#[test]
fn what_will_be_forgotten_is_said_before_anybody_approves() {
    let context = forgetting();
    let said = context.run(&["plan"]).expect(0).stderr;
    assert!(said.contains(WARNING), "{said}");
    assert!(
        said.contains(" - terraform_data.kept[0]\n") && said.contains(" - terraform_data.kept[1]"),
        "{said}"
    );
    let refused = context.run_on("no\n", &["apply"]).expect(1).stderr;
    let (warned, cancelled) = (refused.find(WARNING), refused.find("Cancelled"));
    assert!(warned < cancelled && warned.is_some(), "{refused}");
    let done = context.run_on("yes\n", &["apply"]).expect(0);
    assert_eq!(done.stderr.matches(WARNING).count(), 1, "{}", done.stderr);
    assert_eq!(context.recorded().len(), 0);
}

#[test]
fn in_a_file_for_tools_warnings_stand_before_the_sum_too() {
    let context = forgetting();
    context
        .run(&["apply", "-auto-approve", "-json-into=told.jsonl"])
        .expect(0);
    let told = std::fs::read_to_string(context.dir.path().join("told.jsonl")).unwrap();
    let warned = told.find(WARNING);
    let sum = told.find("Apply complete!");
    assert!(warned.is_some() && warned < sum, "{told}");
    assert_eq!(told.matches("\"type\":\"diagnostic\"").count(), 1, "{told}");
}

#[test]
fn a_state_and_a_saved_plan_are_shown() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"a\" {\n  count = 2\n  input = { name = \"cairn\" }\n}\n",
    );
    context.apply();
    let state = context.run(&["show"]).expect(0).stdout;
    assert!(
        state.contains("# terraform_data.a[0]:\nresource \"terraform_data\" \"a\" {")
            && state.contains("name = \"cairn\""),
        "{state}"
    );
    context
        .run(&["plan", "-out=p", "-replace=terraform_data.a[1]"])
        .expect(0);
    let plan = context.run(&["show", "p"]).expect(0).stdout;
    assert!(
        plan.contains("terraform_data.a[1] will be replaced, as requested")
            && plan.contains("Plan: 1 to add, 0 to change, 1 to destroy."),
        "{plan}"
    );
}
