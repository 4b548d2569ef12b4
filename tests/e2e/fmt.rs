//! `fmt`: what it writes, says and refuses.

use crate::support::TestContext;

const UNTIDY: &str = "locals {\na=1\n  bbb   = \"${local.a}\"\n}\n";
const TIDY: &str = "locals {\n  a   = 1\n  bbb = local.a\n}\n";

fn text(context: &TestContext, name: &str) -> String {
    std::fs::read_to_string(context.dir.path().join(name)).expect("a readable file")
}

#[test]
fn files_are_written_in_canonical_form() {
    let context = TestContext::new(UNTIDY);
    context.write("values.tfvars", "a=1\n");
    context.write("m/main.tf", UNTIDY);
    context.write("notes.txt", "a=1\n");
    let run = context.run(&["fmt", "-check"]).expect(3);
    assert_eq!(run.stdout, "main.tf\nvalues.tfvars\n");
    assert_eq!(text(&context, "main.tf"), UNTIDY);
    let run = context
        .run(&["fmt", "-list=false", "-write=false", "-diff", "main.tf"])
        .expect(0);
    assert!(run.stdout.contains("-a=1\n"), "{}", run.stdout);
    assert!(run.stdout.contains("+  a   = 1\n"), "{}", run.stdout);
    assert_eq!(text(&context, "main.tf"), UNTIDY);
    let run = context.run(&["fmt"]).expect(0);
    assert_eq!(run.stdout, "main.tf\nvalues.tfvars\n");
    assert_eq!(text(&context, "main.tf"), TIDY);
    assert_eq!(text(&context, "m/main.tf"), UNTIDY);
    let run = context.run(&["fmt", "-recursive"]).expect(0);
    assert_eq!(run.stdout, "m/main.tf\n");
    assert_eq!(text(&context, "m/main.tf"), TIDY);
    assert_eq!(text(&context, "notes.txt"), "a=1\n");
    context.run(&["fmt", "-check", "-recursive"]).expect(0);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let context = TestContext::new(UNTIDY);
    let run = context.run_on(UNTIDY, &["fmt", "-"]).expect(0);
    assert_eq!(run.stdout, TIDY);
    assert_eq!(text(&context, "main.tf"), UNTIDY);
    context.run_on(UNTIDY, &["fmt", "-check", "-"]).expect(3);
    context.run_on(TIDY, &["fmt", "-check", "-"]).expect(0);
}

#[test]
fn mistakes_are_placed_and_nothing_is_written() {
    let context = TestContext::new("locals {\na=\n}\n");
    let run = context.run(&["fmt", "-no-color"]).expect(2);
    assert!(run.stderr.contains("main.tf:2:"), "{}", run.stderr);
    assert_eq!(text(&context, "main.tf"), "locals {\na=\n}\n");
    let run = context.run(&["fmt", "nothing.tf"]).expect(2);
    assert!(run.stderr.contains("nothing.tf"), "{}", run.stderr);
    context.write("notes.txt", "a=1\n");
    let run = context.run(&["fmt", "notes.txt"]).expect(2);
    assert!(run.stderr.contains(".tftest.hcl"), "{}", run.stderr);
    context.run(&["fmt", "-checks"]).expect(1);
}
