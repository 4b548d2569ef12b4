//! Where test files lie, what `validate`, `init` and `get` say of them, and the variables files beside them.

use crate::support::TestContext;

const MAIN: &str = r#"
variable "a" { default = "none" }
variable "b" { default = "none" }
output "both" { value = "${var.a} ${var.b}" }
"#;

const RUN: &str = r#"
run "told" {
  command = plan
  assert {
    condition     = output.both == "nothing"
    error_message = "It is ${output.both}."
  }
}
"#;

const BROKEN: &str = r#"
run "one" {
  command = never
}
"#;

#[test]
fn mistakes_in_test_files_are_found_without_running_them() {
    let context = TestContext::new(MAIN);
    context.write("tests/broken.tftest.hcl", BROKEN);
    for command in ["validate", "init", "get"] {
        let said = context.run(&[command]).expect(1).stderr;
        assert!(said.contains("tests/broken.tftest.hcl:3:"), "{said}");
    }
    let json = context.run(&["validate", "-json"]).expect(1).json();
    let range = &json["diagnostics"][0]["range"];
    assert_eq!(range["filename"], "tests/broken.tftest.hcl");
    context.run(&["validate", "-no-tests"]).expect(0);
    // Another folder for tests is looked at in place of `tests`.
    context.write("checks/fine.tftest.hcl", RUN);
    for command in ["validate", "init", "get"] {
        let run = context.run(&[command, "-test-directory=checks"]).expect(0);
        assert!(run.stderr.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn a_module_of_a_run_is_validated_too() {
    let context = TestContext::new(MAIN);
    context.write(
        "tests/other.tftest.hcl",
        "run \"other\" {\n  module {\n    source = \"./other\"\n  }\n}\n",
    );
    context.write(
        "other/main.tf",
        "output \"o\" {\n  value = var.nowhere\n}\n",
    );
    let said = context.run(&["validate"]).expect(1).stderr;
    assert!(said.contains("other/main.tf:2:"), "{said}");
    context.run(&["validate", "-no-tests"]).expect(0);
}

#[test]
fn a_module_that_no_run_can_have_here_is_an_error_of_test_alone() {
    let context = TestContext::new(MAIN);
    context.write(
        "tests/far.tftest.hcl",
        "run \"far\" {\n  module {\n    source = \"git::https://example.com/far.git\"\n  }\n}\n",
    );
    let words = "Module of a run is not in a local folder";
    for command in ["validate", "init", "get"] {
        let said = context.run(&[command]).expect(0).stderr;
        assert!(said.contains(words), "{said}");
    }
    let said = context.run(&["test"]).expect(1).stderr;
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_folder_for_tests_that_is_missing_or_elsewhere_is_told() {
    let context = TestContext::new(MAIN);
    let said = context
        .run(&["validate", "-test-directory=nosuch"])
        .expect(0);
    assert!(
        said.stderr.contains("Test directory does not exist"),
        "{}",
        said.stderr
    );
    for elsewhere in ["../tests", "/tests"] {
        let flag = format!("-test-directory={elsewhere}");
        let said = context.run(&["validate", &flag]).expect(1).stderr;
        assert!(said.contains("Invalid testing directory"), "{said}");
    }
}

#[test]
fn variables_files_beside_the_tests_count_for_these_and_above_all_others() {
    let context = TestContext::new(MAIN);
    context.write("here.tftest.hcl", RUN);
    context.write("tests/there.tftest.hcl", RUN);
    context.write("terraform.tfvars", "a = \"main\"\n");
    context.write("tests/terraform.tfvars", "a = \"tests\"\n");
    context.write("tests/more.auto.tfvars", "b = \"auto\"\n");
    for (flags, here) in [
        (&["test"][..], "main none"),
        (&["test", "-var=a=flag"], "flag none"),
    ] {
        let run = context.run(flags).expect(1);
        let told = format!("{}{}", run.stdout, run.stderr);
        assert!(told.contains(&format!("It is {here}.")), "{told}");
        assert!(told.contains("It is tests auto."), "{told}");
    }
}
