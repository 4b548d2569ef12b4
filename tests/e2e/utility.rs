//! The providers that need no cloud: random, null, local, time, and the state of another configuration.

use serde_json::json;

use crate::support::TestContext;

const MAIN: &str = r#"
resource "random_password" "p" {
  length      = 20
  min_special = 3
  keepers     = { round = 1 }
}

resource "random_pet" "name" {
  prefix = "web"
}

resource "random_id" "each" {
  count       = 3
  byte_length = 4
}

resource "null_resource" "after" {
  triggers = { ids = join(",", random_id.each[*].hex) }
}

resource "local_file" "hello" {
  filename        = "out/hello.txt"
  content         = "hello ${random_pet.name.id}\n"
  file_permission = "0640"
}

resource "local_sensitive_file" "password" {
  filename = "out/password"
  content  = random_password.p.result
}

resource "time_static" "now" {}

resource "time_sleep" "short" {
  create_duration = "10ms"
}

data "local_file" "hello" {
  filename   = local_file.hello.filename
  depends_on = [local_file.hello]
}

output "hello" {
  value = data.local_file.hello.content
}

output "password" {
  value     = random_password.p.result
  sensitive = true
}
"#;

#[test]
fn what_is_drawn_stays_and_nothing_secret_is_shown() {
    let context = TestContext::new(MAIN);
    let run = context.apply();
    let password = context
        .run(&["output", "-raw", "password"])
        .expect(0)
        .stdout;
    assert_eq!(password.chars().count(), 20);
    assert!(!run.stdout.contains(&password), "{}", run.stdout);
    let written = std::fs::read_to_string(context.dir.path().join("out/password")).unwrap();
    assert_eq!(written, password);
    let hello = context.run(&["output", "-raw", "hello"]).expect(0).stdout;
    assert!(hello.starts_with("hello web-"), "{hello}");
    context.expect_no_changes();
    let recorded = context.recorded();
    let ids: std::collections::BTreeSet<String> = (0..3)
        .map(|i| recorded[&format!("random_id.each[{i}]")]["hex"].to_string())
        .collect();
    assert_eq!(ids.len(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(context.dir.path().join("out/password")).unwrap();
        assert_eq!(file.permissions().mode() & 0o077, 0);
    }
    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(!context.dir.path().join("out/hello.txt").exists());
}

#[test]
fn keepers_and_files_that_changed_make_them_anew() {
    let context = TestContext::new(MAIN);
    context.apply();
    context.edit("main.tf", "round = 1", "round = 2");
    let planned = context.planned(&[]);
    assert_eq!(planned["random_password.p"], "delete+create");
    assert_eq!(planned["local_sensitive_file.password"], "delete+create");
    context.apply();
    let file = context.dir.path().join("out/hello.txt");
    std::fs::write(&file, "somebody else").unwrap();
    assert_eq!(context.planned(&[])["local_file.hello"], "create");
    context.apply();
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("hello web-")
    );
    std::fs::remove_file(&file).unwrap();
    context.apply();
    assert!(file.exists());
    context.expect_no_changes();
}

#[test]
fn mistakes_are_placed() {
    let context = TestContext::new(
        r#"
resource "random_string" "s" {
  length    = 3
  min_upper = 4
}

resource "local_file" "f" {
  filename        = "f"
  content         = "x"
  file_permission = "rw-r--r--"
}

data "terraform_remote_state" "other" {
  backend = "s3"
  config  = { bucket = "b" }
}

data "terraform_remote_state" "typo" {
  backend = "local"
  config  = { pth = "terraform.tfstate" }
}

resource "random_sting" "s" {
  length = 3
}
"#,
    );
    let run = context.run(&["plan"]).expect(1);
    for part in [
        "main.tf:3:3",
        "the minima together",
        "main.tf:10:3",
        "three or four octal digits",
        "main.tf:14:3",
        "backend \"local\" only",
        "main.tf:20:",
        "Did you mean \"path\"?",
        "main.tf:23:1",
        "Did you mean \"random_string\"?",
    ] {
        assert!(
            run.stderr.contains(part),
            "{part:?} is not in\n{}",
            run.stderr
        );
    }
    assert!(!context.dir.path().join("f").exists());
}

#[test]
fn providers_may_be_declared_and_configured() {
    let context = TestContext::new(
        r#"
terraform {
  required_providers {
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }
}

provider "random" {}

resource "random_uuid" "u" {}
"#,
    );
    context.apply();
    let other = context.dir.path().join("main.tf");
    let text = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, text.replace("hashicorp/random", "somebody/random")).unwrap();
    let run = context.run(&["plan"]).expect(1);
    assert!(run.stderr.contains("somebody/random"), "{}", run.stderr);
}

#[test]
fn ids_are_imported() {
    let context = TestContext::new(
        r#"
import {
  to = random_integer.n
  id = "7,1,9"
}

resource "random_integer" "n" {
  min = 1
  max = 9
}

import {
  to = random_password.p
  id = "geheim!"
}

resource "random_password" "p" {
  length = 7
}
"#,
    );
    context.apply();
    let recorded = context.recorded();
    assert_eq!(recorded["random_integer.n"]["result"], 7);
    assert_eq!(recorded["random_password.p"]["result"], "geheim!");
    context.expect_no_changes();
}

#[test]
fn another_configurations_outputs_are_read() {
    let context = TestContext::new("");
    context.write(
        "network/main.tf",
        r#"
resource "terraform_data" "net" {
  input = { cidr = "10.0.0.0/8" }
}

output "net" {
  value = terraform_data.net.output
}
"#,
    );
    context.write(
        "main.tf",
        r#"
data "terraform_remote_state" "network" {
  backend = "local"
  config  = { path = "network/terraform.tfstate" }
}

output "cidr" {
  value = data.terraform_remote_state.network.outputs.net.cidr
}
"#,
    );
    let run = context.run(&["plan"]).expect(1);
    assert!(
        run.stderr.contains("Unable to find remote state"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("main.tf:2:1"), "{}", run.stderr);
    context
        .run(&["-chdir=network", "apply", "-auto-approve"])
        .expect(0);
    context.apply();
    let cidr = || context.run(&["output", "-json"]).expect(0).json()["cidr"]["value"].clone();
    assert_eq!(cidr(), "10.0.0.0/8");
    // A state that Terraform wrote is read where it stands.
    let file = json!({
        "version": 4, "serial": 1, "lineage": "other",
        "outputs": { "net": { "value": { "cidr": "10.1.0.0/16" }, "type": ["object", { "cidr": "string" }] } },
        "resources": [],
    });
    context.write("network/terraform.tfstate", &file.to_string());
    context.apply();
    assert_eq!(cidr(), "10.1.0.0/16");
    context.write("network/terraform.tfstate", "half a st");
    let run = context.run(&["plan"]).expect(1);
    assert!(
        run.stderr.contains("Unable to read remote state"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_example_without_a_cloud_makes_files() {
    let context = TestContext::example("no-cloud");
    context.apply();
    let read = |name: &str| std::fs::read_to_string(context.dir.path().join(name)).unwrap();
    let server = context.run(&["output", "-raw", "server"]).expect(0).stdout;
    assert!(read("out/user-data").contains(&format!("\"hostname\": \"{server}\"")));
    assert_eq!(read("out/password").chars().count(), 24);
    context.expect_no_changes();
    assert!(context.requests().is_empty());
}

#[test]
fn templates_of_old_are_rendered() {
    let context = TestContext::new(
        r#"
data "template_file" "init" {
  template = "hello $${name}"
  vars     = { name = "web" }
}

data "template_cloudinit_config" "all" {
  part {
    filename = "init.sh"
    content  = data.template_file.init.rendered
  }
}

output "text" {
  value = data.template_file.init.rendered
}

output "packed" {
  value = data.template_cloudinit_config.all.rendered
}
"#,
    );
    context.apply();
    let output = |name: &str| context.run(&["output", "-raw", name]).expect(0).stdout;
    assert_eq!(output("text"), "hello web");
    assert!(output("packed").starts_with("H4sI"));
    context.edit("main.tf", "$${name}", "$${nam}");
    let run = context.run(&["plan"]).expect(1);
    assert!(
        run.stderr.contains("Failed to render template"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("main.tf:3:3"), "{}", run.stderr);
}

#[test]
fn objects_of_older_versions_are_kept_with_a_refresh_and_without() {
    const OLD: &str = r#"{"version": 4, "serial": 5, "lineage": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "resources": [
        {"mode": "managed", "type": "random_password", "name": "p",
         "provider": "provider[\"registry.terraform.io/hashicorp/random\"]",
         "instances": [{"schema_version": 0, "attributes": {"id": "none", "keepers": {"a": "b"}, "length": 7,
            "lower": true, "min_lower": 0, "min_numeric": 0, "min_special": 0, "min_upper": 0, "number": true,
            "override_special": null, "result": "geheim!", "special": true, "upper": true}}]}]}"#;
    for refresh in ["-refresh=true", "-refresh=false"] {
        let context = TestContext::new(
            "resource \"random_password\" \"p\" {\n  length  = 7\n  keepers = { a = \"b\" }\n}\n",
        );
        context.write("old.tfstate", OLD);
        context.run(&["state", "push", "old.tfstate"]).expect(0);
        context.run(&["apply", "-auto-approve", refresh]).expect(0);
        let recorded = &context.recorded()["random_password.p"];
        assert_eq!(recorded["result"], "geheim!", "{refresh}");
        assert_eq!(recorded["numeric"], true, "{refresh}");
        let hash = recorded["bcrypt_hash"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(hash.starts_with("$2a$10$"), "{refresh}: {hash}");
        context.expect_no_changes();
    }
}
