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

#[test]
fn links_are_followed_and_stay_links() {
    let context = TestContext::new("");
    context.write("real/main.tf", "a=1\n");
    context.write("work/own.tf", "b=1\n");
    let work = context.dir.path().join("work");
    std::os::unix::fs::symlink("../real/main.tf", work.join("link.tf")).unwrap();
    std::os::unix::fs::symlink("../real", work.join("folder")).unwrap();
    // As with Terraform, a link to a folder is not gone through unless it is named.
    let listed = context.run(&["-chdir=work", "fmt", "-recursive"]).expect(0);
    assert_eq!(listed.stdout, "link.tf\nown.tf\n");
    assert!(work.join("link.tf").is_symlink());
    let real = || std::fs::read_to_string(context.dir.path().join("real/main.tf")).unwrap();
    assert_eq!(real(), "a = 1\n");
    context.write("real/main.tf", "a=2\n");
    context.run(&["-chdir=work", "fmt", "folder"]).expect(0);
    assert_eq!(real(), "a = 2\n");
    // One that leads nowhere is an error; the others are written all the same.
    std::os::unix::fs::symlink("nowhere.tf", work.join("dangling.tf")).unwrap();
    context.write("work/own.tf", "b=2\n");
    let run = context.run(&["-chdir=work", "fmt"]).expect(2);
    assert!(run.stderr.contains("dangling.tf"), "{}", run.stderr);
    assert_eq!(run.stdout, "own.tf\n");
}

#[test]
fn a_file_named_twice_is_written_and_listed_once() {
    let context = TestContext::new("a=1\n");
    let run = context.run(&["fmt", "main.tf", "./main.tf"]).expect(0);
    assert_eq!(run.stdout, "main.tf\n");
}

#[test]
fn files_of_other_names_are_left_alone() {
    let context = TestContext::new("a = 1\n");
    context.write("other.tofu", "b=1\n");
    context.write("main.tf.json", "{\"locals\":{}}");
    assert_eq!(context.run(&["fmt"]).expect(0).stdout, "");
    for file in ["other.tofu", "main.tf.json"] {
        let run = context.run(&["fmt", file]).expect(2);
        assert!(run.stderr.contains(file), "{}", run.stderr);
    }
}
