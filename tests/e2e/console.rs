//! The console on standard input: values, scope, several lines, mistakes.

use crate::support::{Run, TestContext};

const CONFIG: &str = r#"
variable "size" {
  type    = number
  default = 2
}

variable "region" {
  type = string
}

variable "token" {
  default   = "hunter2-hunter2"
  sensitive = true
}

locals {
  names = [for i in range(var.size) : "web-${i}"]
}

resource "terraform_data" "web" {
  for_each = toset(local.names)
  input    = { name = each.key, token = var.token }
}

module "net" {
  source = "./net"
  first  = terraform_data.web["web-0"].output.name
}
"#;

fn context() -> TestContext {
    let context = TestContext::new(CONFIG);
    context.write(
        "net/main.tf",
        "variable \"first\" {}\noutput \"said\" {\n  value = \"first: ${var.first}\"\n}\n",
    );
    context
}

fn ask(context: &TestContext, input: &str) -> Run {
    context.run_on(input, &["console"])
}

#[track_caller]
fn answers(context: &TestContext, input: &str, want: &str) {
    let run = ask(context, input).expect(0);
    assert_eq!(run.stdout, format!("{want}\n"), "{}", run.stderr);
}

#[test]
fn expressions_have_the_root_modules_names() {
    let context = context();
    answers(&context, "1 + 1\n", "2");
    answers(
        &context,
        "local.names\n",
        "[\n  \"web-0\",\n  \"web-1\",\n]",
    );
    answers(&context, "path.module", "\".\"");
    answers(&context, "var.region\n", "(known after apply)");
    answers(&context, "var.token\n", "(sensitive value)");
    answers(
        &context,
        "type(local.names)\n",
        "tuple([\n    string,\n    string,\n])",
    );
    let given = context.run_on(
        "\"${var.region} ${var.size * 2}\"",
        &["console", "-var", "region=eu", "-var=size=4"],
    );
    assert_eq!(given.expect(0).stdout, "\"eu 8\"\n");
}

#[test]
fn resources_have_their_recorded_or_planned_values() {
    let context = context();
    let name = "terraform_data.web[\"web-0\"].output.name\n";
    answers(&context, name, "(known after apply)");
    answers(&context, "module.net.said", "(known after apply)");
    context
        .run(&["apply", "-auto-approve", "-var", "region=eu"])
        .expect(0);
    answers(&context, name, "\"web-0\"");
    answers(
        &context,
        "module.net",
        "{\n  \"said\" = \"first: web-0\"\n}",
    );
    let secret = ask(&context, "terraform_data.web[\"web-1\"].input").expect(0);
    assert!(!secret.stdout.contains("hunter2"), "{}", secret.stdout);
    answers(
        &context,
        "keys(terraform_data.web)",
        "[\n  \"web-0\",\n  \"web-1\",\n]",
    );
    let planned = context.run_on(
        "keys(terraform_data.web)",
        &["console", "-plan", "-var=region=eu", "-var=size=1"],
    );
    assert_eq!(planned.expect(0).stdout, "[\n  \"web-0\",\n]\n");
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    context.write("old.tfstate", &pulled);
    std::fs::remove_dir_all(context.dir.path().join("state")).expect("a state");
    answers(&context, name, "(known after apply)");
    let file = context.run_on(name, &["console", "-state=old.tfstate"]);
    assert_eq!(file.expect(0).stdout, "\"web-0\"\n");
}

#[test]
fn the_last_value_is_printed_and_open_lines_go_on() {
    let context = context();
    answers(&context, "1\n2\n3\n", "3");
    answers(&context, "[\n  1,\n\n  2\n]\n", "[\n  1,\n  2,\n]");
    answers(&context, "upper(\"${\n\"x\"}\"\n)\n", "\"X\"");
    answers(&context, "<<EOT\n  a\nb\nEOT\n", "<<EOT\n  a\nb\n\nEOT");
    answers(&context, "", "");
    let help = ask(&context, "1\nhelp\n").expect(0).stdout;
    assert!(help.contains("type(VALUE)"), "{help}");
    assert_eq!(ask(&context, "1\nexit\nnope\n").expect(0).stdout, "");
}

#[test]
fn a_mistake_ends_it_and_is_placed() {
    let context = context();
    for (input, place, said) in [
        ("1\nlocal.nmaes\n2\n", "<console>:1:1", "Did you mean"),
        ("upper(1, 2)\n", "<console>:1:10", "takes 1 argument"),
        ("[1,\n 2\n", "<console>:", "Error"),
        ("\"abc\n", "<console>:1", "Error"),
        ("[type(1)]\n", "<console>:1:2", "type"),
        ("plantimestamp()\n", "<console>:1:1", "no plan"),
    ] {
        let run = ask(&context, input).expect(1);
        assert_eq!(run.stdout, "", "{input}");
        assert!(
            run.stderr.contains(place) && run.stderr.contains(said),
            "{input}: {}",
            run.stderr
        );
    }
    let flag = context
        .run_on("1", &["console", "-var", "nope=1"])
        .expect(1);
    assert!(
        flag.stderr.contains("declares no variable"),
        "{}",
        flag.stderr
    );
    context.run_on("1", &["console", "-lock=false"]).expect(1);
    context.write("broken.tf", "x =\n");
    let broken = context.run_on("1", &["console"]).expect(1);
    assert!(broken.stderr.contains("broken.tf:1"), "{}", broken.stderr);
}

#[test]
fn no_configuration_is_needed() {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    answers(&context, "cidrhost(\"10.0.0.0/8\", 7)\n", "\"10.0.0.7\"");
    let run = ask(&context, "var.x\n").expect(1);
    assert!(run.stderr.contains("not been declared"), "{}", run.stderr);
}

#[test]
fn a_broken_rule_of_a_variable_spoils_no_other_expression() {
    let context = TestContext::new(
        "variable \"n\" {\n  default = 1\n  validation {\n    condition     = var.n > 5\n    error_message = \"Too small.\"\n  }\n}\n",
    );
    let run = ask(&context, "1 + 1\n").expect(0);
    assert_eq!(run.stdout, "2\n");
    assert!(run.stderr.contains("Too small."), "{}", run.stderr);
}

#[test]
fn chance_is_not_known_while_planning() {
    let context = TestContext::new(
        "output \"id\" {\n  value = uuid()\n}\noutput \"plain\" {\n  value = length(uuid())\n}\n",
    );
    let plan = context.run(&["plan"]).expect(0).stdout;
    assert!(plan.contains("(known after apply)"), "{plan}");
    context.apply();
    assert_eq!(context.run(&["output", "plain"]).expect(0).stdout, "36\n");
    let id = context.run(&["output", "-raw", "id"]).expect(0).stdout;
    assert_ne!(
        ask(&context, "uuid()").expect(0).stdout,
        format!("\"{id}\"\n")
    );
    answers(&context, "uuid() == uuid()", "false");
}
