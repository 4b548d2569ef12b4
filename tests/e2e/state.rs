//! Changing the record by hand: moves, removals, taint, pushes, workspaces, and the mistakes people make there.

use ecs_emulator::Kind;

use crate::support::TestContext;

const SMALL: &str = r#"
resource "terraform_data" "a" {
  count = 2
  input = count.index
}

resource "terraform_data" "s" {
  input = terraform_data.a[0].id
}

output "id" {
  value = terraform_data.s.id
}
"#;

fn list(context: &TestContext) -> Vec<String> {
    let out = context.run(&["state", "list"]).expect(0).stdout;
    out.lines().map(str::to_owned).collect()
}

fn code(context: &TestContext) -> i32 {
    context.run(&["plan", "-detailed-exitcode"]).code
}

#[test]
fn a_resource_is_renamed_in_the_record_and_in_the_configuration() {
    let context = TestContext::new(SMALL);
    context.apply();
    let dry = context
        .run(&[
            "state",
            "mv",
            "-dry-run",
            "terraform_data.a",
            "terraform_data.b",
        ])
        .expect(0);
    assert!(dry.stdout.contains("Would move"), "{}", dry.stdout);
    assert!(list(&context).contains(&"terraform_data.a[0]".to_owned()));
    context
        .run(&["state", "mv", "terraform_data.a", "terraform_data.b"])
        .expect(0);
    assert_eq!(
        list(&context),
        [
            "terraform_data.b[0]",
            "terraform_data.b[1]",
            "terraform_data.s"
        ]
    );
    context.edit(
        "main.tf",
        "\"terraform_data\" \"a\"",
        "\"terraform_data\" \"b\"",
    );
    context.edit("main.tf", "terraform_data.a[0]", "terraform_data.b[0]");
    assert_eq!(code(&context), 0);
    let wrong = context
        .run(&["state", "mv", "terraform_data.b", "terraform_data.c[0]"])
        .expect(1);
    assert!(wrong.stderr.contains("whole resource"), "{}", wrong.stderr);
    let wrong = context
        .run(&["state", "mv", "terraform_data.nosuch", "terraform_data.c"])
        .expect(1);
    assert!(
        wrong.stderr.contains("does not match anything"),
        "{}",
        wrong.stderr
    );
    context.run(&["state", "mv", "terraform_data.b"]).expect(1);
}

#[test]
fn what_is_removed_from_the_record_is_made_anew() {
    let context = TestContext::new(SMALL);
    context.apply();
    let dry = context
        .run(&["state", "rm", "-dry-run", "terraform_data.a"])
        .expect(0);
    assert_eq!(dry.stdout.lines().count(), 2);
    assert_eq!(code(&context), 0);
    let gone = context
        .run(&["state", "rm", "terraform_data.a[1]"])
        .expect(0);
    assert!(
        gone.stdout.contains("Successfully removed 1"),
        "{}",
        gone.stdout
    );
    assert_eq!(code(&context), 2);
    let wrong = context.run(&["state", "rm", "terraform_data.z"]).expect(1);
    assert!(
        wrong.stderr.contains("No matching objects"),
        "{}",
        wrong.stderr
    );
    context.run(&["state", "rm"]).expect(1);
}

#[test]
fn a_tainted_instance_is_replaced_unless_the_mark_is_taken_away() {
    let context = TestContext::new(SMALL);
    context.apply();
    context.run(&["taint", "terraform_data.a[1]"]).expect(0);
    let plan = context
        .run(&["plan", "-detailed-exitcode"])
        .expect(2)
        .stdout;
    assert!(plan.contains("is tainted, so must be replaced"), "{plan}");
    context.run(&["untaint", "terraform_data.a[1]"]).expect(0);
    assert_eq!(code(&context), 0);
    let wrong = context.run(&["untaint", "terraform_data.a[1]"]).expect(1);
    assert!(
        wrong.stderr.contains("not currently tainted"),
        "{}",
        wrong.stderr
    );
    let wrong = context.run(&["taint", "terraform_data.nosuch"]).expect(1);
    assert!(
        wrong.stderr.contains("No such resource instance"),
        "{}",
        wrong.stderr
    );
    context
        .run(&["taint", "-allow-missing", "terraform_data.nosuch"])
        .expect(0);
    context.run(&["taint", "module.m"]).expect(1);
}

#[test]
fn a_state_file_is_pushed_where_it_belongs() {
    let context = TestContext::new(SMALL);
    context.apply();
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    context.write("old.tfstate", &pulled);
    context.edit("main.tf", "count = 2", "count = 3");
    context.apply();
    let wrong = context.run(&["state", "push", "old.tfstate"]).expect(1);
    assert!(wrong.stderr.contains("newer"), "{}", wrong.stderr);
    let other = pulled.replace("\"lineage\": \"", "\"lineage\": \"x");
    context.write("other.tfstate", &other);
    let wrong = context.run(&["state", "push", "other.tfstate"]).expect(1);
    assert!(wrong.stderr.contains("unrelated"), "{}", wrong.stderr);
    context.run(&["state", "push", "nosuch.tfstate"]).expect(1);
    context.write("bad.tfstate", "{");
    context.run(&["state", "push", "bad.tfstate"]).expect(1);
    assert_eq!(list(&context).len(), 4, "nothing was written");
    context
        .run(&["state", "push", "-force", "old.tfstate"])
        .expect(0);
    assert_eq!(list(&context).len(), 3);
}

#[test]
fn terraforms_own_state_is_not_passed_over_but_taken_over() {
    let context = TestContext::new(SMALL);
    context.apply();
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    let context = TestContext::new(SMALL);
    context.write("terraform.tfstate", &pulled);
    let wrong = context.run(&["plan"]).expect(1);
    assert!(
        wrong.stderr.contains("cairn import-state"),
        "{}",
        wrong.stderr
    );
    context.run(&["apply", "-auto-approve"]).expect(1);
    context.run(&["import-state"]).expect(0);
    assert_eq!(code(&context), 0);
    let again = context.run(&["state", "pull"]).expect(0).json();
    let first: serde_json::Value = serde_json::from_str(&pulled).unwrap();
    assert_eq!(again["lineage"], first["lineage"]);
    assert_eq!(again["serial"], first["serial"]);
    assert_eq!(again["resources"], first["resources"]);
    let wrong = context.run(&["import-state"]).expect(1);
    assert!(
        wrong.stderr.contains("There is a state already"),
        "{}",
        wrong.stderr
    );
    let read = context
        .run(&["output", "-raw", "-state=terraform.tfstate", "id"])
        .expect(0);
    assert_eq!(
        read.stdout,
        context.run(&["output", "-raw", "id"]).expect(0).stdout
    );
    context
        .run(&["apply", "-auto-approve", "-state=terraform.tfstate"])
        .expect(1);
}

#[test]
fn an_owner_is_replaced() {
    let context = TestContext::new(SMALL);
    context.apply();
    let done = context
        .run(&[
            "state",
            "replace-provider",
            "-auto-approve",
            "terraform.io/builtin/terraform",
            "hashicorp/random",
        ])
        .expect(0);
    assert!(
        done.stdout.contains("replaced provider for 2 resources"),
        "{}",
        done.stdout
    );
    let state = context.run(&["state", "pull"]).expect(0).json();
    let owner = &state["resources"][0]["provider"];
    assert_eq!(
        owner,
        "provider[\"registry.terraform.io/hashicorp/random\"]"
    );
    context
        .run(&["state", "replace-provider", "a b", "c"])
        .expect(1);
    let none = context
        .run(&[
            "state",
            "replace-provider",
            "hashicorp/null",
            "hashicorp/random",
        ])
        .expect(0);
    assert!(
        none.stdout.contains("No matching resources"),
        "{}",
        none.stdout
    );
}

#[test]
fn workspaces_have_states_of_their_own() {
    let context = TestContext::new(SMALL);
    context.apply();
    context.run(&["workspace", "new", "prod"]).expect(0);
    assert_eq!(
        context.run(&["workspace", "show"]).expect(0).stdout,
        "prod\n"
    );
    assert_eq!(code(&context), 2, "nothing is recorded there");
    context.apply();
    assert_eq!(
        context.run(&["workspace", "list"]).expect(0).stdout,
        "  default\n* prod\n\n"
    );
    let wrong = context.run(&["workspace", "new", "prod"]).expect(1);
    assert!(wrong.stderr.contains("already exists"), "{}", wrong.stderr);
    for name in ["../x", "a/b", ".hidden", ""] {
        context.run(&["workspace", "new", name]).expect(1);
    }
    let wrong = context.run(&["workspace", "delete", "prod"]).expect(1);
    assert!(
        wrong.stderr.contains("active workspace"),
        "{}",
        wrong.stderr
    );
    context.run(&["workspace", "select", "default"]).expect(0);
    assert_eq!(code(&context), 0);
    let wrong = context.run(&["workspace", "delete", "prod"]).expect(1);
    assert!(
        wrong.stderr.contains("terraform_data.s"),
        "{}",
        wrong.stderr
    );
    let wrong = context.run(&["workspace", "select", "prd"]).expect(1);
    assert!(
        wrong.stderr.contains("Did you mean \"prod\"?"),
        "{}",
        wrong.stderr
    );
    context
        .run(&["workspace", "select", "-or-create", "next"])
        .expect(0);
    context
        .run(&["workspace", "delete", "-force", "prod"])
        .expect(0);
    assert_eq!(
        context.run(&["workspace", "list"]).expect(0).stdout,
        "  default\n* next\n\n"
    );
}

#[test]
fn a_lock_is_never_broken() {
    let context = TestContext::new(SMALL);
    let free = context.run(&["force-unlock", "-force", "x"]).expect(1);
    assert!(free.stderr.contains("not locked"), "{}", free.stderr);
    context.run(&["force-unlock"]).expect(1);
}

const VPC: &str = r#"
terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}

resource "alicloud_vpc" "main" {
  vpc_name   = "main"
  cidr_block = "10.0.0.0/8"
}
"#;

#[test]
fn what_exists_is_imported_by_its_id() {
    let context = TestContext::new(VPC);
    context.apply();
    let id = context.run(&["state", "list", "-id=nosuch"]).expect(0);
    assert_eq!(id.stdout, "");
    let shown = context.run(&["show", "-json"]).expect(0).json();
    let id = shown["values"]["root_module"]["resources"][0]["values"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let wrong = context.run(&["import", "alicloud_vpc.main", &id]).expect(1);
    assert!(wrong.stderr.contains("already managed"), "{}", wrong.stderr);
    context.run(&["state", "rm", "alicloud_vpc.main"]).expect(0);
    let wrong = context.run(&["import", "alicloud_vpc.mian", &id]).expect(1);
    assert!(
        wrong.stderr.contains("Did you mean alicloud_vpc.main?"),
        "{}",
        wrong.stderr
    );
    let wrong = context
        .run(&["import", "alicloud_vpc.main[0]", &id])
        .expect(1);
    assert!(wrong.stderr.contains("main.tf:8"), "{}", wrong.stderr);
    let wrong = context
        .run(&["import", "alicloud_vpc.main", "vpc-nosuch"])
        .expect(1);
    assert!(wrong.stderr.contains("vpc-nosuch"), "{}", wrong.stderr);
    assert_eq!(list(&context).len(), 0, "nothing was recorded");
    context.run(&["import", "alicloud_vpc.main", &id]).expect(0);
    assert_eq!(code(&context), 0);
}

#[test]
fn a_refresh_records_what_changed_outside() {
    let context = TestContext::new(VPC);
    context.apply();
    let vpc = context.cloud.inventory().vpcs[0].id.clone();
    context.cloud.delete(Kind::Vpc, &vpc).expect("it is there");
    let out = context.run(&["refresh", "-json"]).expect(0).stdout;
    assert!(out.lines().count() > 1, "{out}");
    assert_eq!(list(&context).len(), 0, "it is not recorded any more");
    assert!(context.cloud.inventory().vpcs.is_empty(), "nor made anew");
    context.run(&["refresh", "-target=alicloud_vpc."]).expect(1);
    context.run(&["refresh", "-replace=x.y"]).expect(1);
}
