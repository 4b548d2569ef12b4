//! `plan -generate-config-out`: what exists and has no resource block gets one, and is imported by it.

use crate::support::TestContext;

const VPC: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "other"
  region = "cn-hangzhou"
}

resource "alicloud_vpc" "main" {
  vpc_name   = "demo"
  cidr_block = "10.0.0.0/8"
  tags       = { team = "a ${"$"}{b}", for = "all" }
}
"#;

fn read(context: &TestContext, name: &str) -> String {
    std::fs::read_to_string(context.dir.path().join(name)).expect("a generated file")
}

/// A VPC that exists and is not recorded, and its id.
fn with_vpc() -> (TestContext, String) {
    let context = TestContext::new(VPC);
    context.apply();
    let id = context.recorded()["alicloud_vpc.main"]["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    context.run(&["state", "rm", "alicloud_vpc.main"]).expect(0);
    let at = VPC.find("resource").expect("a resource block");
    context.write("main.tf", &VPC[..at]);
    (context, id)
}

#[test]
fn what_has_no_block_gets_one_and_is_imported() {
    let (context, id) = with_vpc();
    context.write(
        "import.tf",
        &format!("import {{\n  to       = alicloud_vpc.found\n  id       = {id:?}\n  provider = alicloud.other\n}}\noutput \"id\" {{\n  value = alicloud_vpc.found.id\n}}\n"),
    );
    let plan = context
        .run(&["plan", "-out=p.tfplan", "-generate-config-out=new/found.tf"])
        .expect(1);
    assert!(plan.stderr.contains("new/found.tf"), "{}", plan.stderr);
    std::fs::create_dir(context.dir.path().join("new")).expect("a folder");
    let plan = context
        .run(&["plan", "-out=p.tfplan", "-generate-config-out=new/found.tf"])
        .expect(0);
    for said in [
        "alicloud_vpc.found will be imported",
        "(its configuration is generated)",
        "1 to import, 0 to add, 0 to change, 0 to destroy",
        "new/found.tf",
    ] {
        assert!(plan.stdout.contains(said), "{said}:\n{}", plan.stdout);
    }
    let text = read(&context, "new/found.tf");
    for line in [
        &*format!("# As found under the id {id:?}."),
        "resource \"alicloud_vpc\" \"found\" {",
        "    \"for\" = \"all\"",
        "    team  = \"a $${b}\"",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}:\n{text}");
    }
    let argument = |name: &str| {
        let arguments = text.lines().filter_map(|l| l.split_once('='));
        let mut found = arguments.filter(|(n, _)| n.trim() == name);
        found.next().map(|(_, v)| v.trim())
    };
    assert_eq!(argument("provider"), Some("alicloud.other"));
    assert_eq!(argument("description"), Some("null"));
    assert_eq!(argument("id"), None);
    // What cairn refuses to set is there, and is left as it is.
    assert_eq!(argument("dns_hostname_status"), Some("null"));
    context.run(&["fmt", "-check", "new"]).expect(0);
    let shown = context.run(&["show", "-json", "p.tfplan"]).expect(0).json();
    let change = &shown["resource_changes"][0]["change"];
    let block = change["generated_config"].as_str().expect("a block");
    assert!(text.ends_with(&format!("{block}\n")), "{block}\n{text}");
    assert_eq!(change["importing"]["id"], *id);
    // The saved plan has the generated block, though the module's folder has not.
    context.run(&["apply", "p.tfplan"]).expect(0);
    std::fs::rename(
        context.dir.path().join("new/found.tf"),
        context.dir.path().join("found.tf"),
    )
    .expect("a free name");
    context.expect_no_changes();
    // What is recorded needs no block, and nothing is written where there is nothing to write.
    context
        .run(&["plan", "-detailed-exitcode", "-generate-config-out=more.tf"])
        .expect(0);
    assert!(!context.dir.path().join("more.tf").exists());
}

#[test]
fn every_resource_of_the_example_is_written_from_what_is_there() {
    let context = TestContext::example("web-cluster");
    let few = ["-var", "web_count=1", "-var", "databases={}"];
    context
        .run(&[&["apply", "-auto-approve"][..], &few].concat())
        .expect(0);
    let mut imports = String::new();
    for (i, (address, values)) in context.recorded().iter().enumerate() {
        let ty = address
            .split('.')
            .rfind(|part| part.starts_with("alicloud_"));
        let (Some(ty), Some(id), false) = (ty, values["id"].as_str(), address.contains("data."))
        else {
            continue;
        };
        imports.push_str(&format!("import {{\n  to = {ty}.r{i}\n  id = {id:?}\n}}\n"));
    }
    assert!(imports.contains("alicloud_instance."), "{imports}");
    // The same cloud, with a configuration that knows of nothing but what is to be imported.
    for name in ["state", "modules"] {
        std::fs::remove_dir_all(context.dir.path().join(name)).ok();
    }
    for entry in std::fs::read_dir(context.dir.path()).expect("a folder") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_some_and(|e| e == "tf" || e == "tfvars") {
            std::fs::remove_file(path).expect("a file");
        }
    }
    context.write("main.tf", &imports);
    for flags in [&["-generate-config-out=found.tf"][..], &[]] {
        let plan = context.run(&[&["plan"][..], flags].concat()).expect(0);
        assert!(
            plan.stdout.contains("0 to add, 0 to change, 0 to destroy"),
            "{}\n{}",
            plan.stdout,
            read(&context, "found.tf")
        );
    }
    context.apply();
    context.expect_no_changes();
}

#[test]
fn what_cannot_be_generated_is_said_and_nothing_is_written() {
    let context = TestContext::new("import {\n  to = terraform_data.a\n  id = \"x\"\n}\n");
    let refused = |name: &str, flags: &[&str], said: &[&str]| {
        let out = format!("-generate-config-out={name}");
        let run = context
            .run(&[&["plan", &*out][..], flags].concat())
            .expect(1);
        for said in said {
            assert!(run.stderr.contains(said), "{said}:\n{}", run.stderr);
        }
    };
    context.write("there.tf", "# mine\n");
    refused(
        "there.tf",
        &[],
        &["Target generated file already exists", "there.tf"],
    );
    assert_eq!(read(&context, "there.tf"), "# mine\n");
    refused(
        "new.tf",
        &["-destroy"],
        &["Invalid generate-config-out flag"],
    );
    refused(
        "new.tf",
        &["-refresh-only"],
        &["Invalid generate-config-out flag"],
    );
    refused("no/new.tf", &[], &["cannot be written", "no/new.tf"]);
    context.write("m/main.tf", "");
    for (to, rest, said) in [
        ("terraform_data.a[\"k\"]", "", "main.tf:2:8"),
        (
            "terraform_data.a",
            "for_each = toset([\"x\"])",
            "main.tf:2:8",
        ),
        ("module.m.terraform_data.a", "", "root module only"),
        ("terraform_date.a", "", "Did you mean \"terraform_data\"?"),
        ("terraform_data.a", "provider = terraform.east", "main.tf:4"),
    ] {
        context.write(
            "main.tf",
            &format!("import {{\n  to = {to}\n  id = \"x\"\n  {rest}\n}}\nmodule \"m\" {{\n  source = \"./m\"\n}}\n"),
        );
        refused("new.tf", &[], &[said]);
    }
    assert!(!context.dir.path().join("new.tf").exists());
}

#[test]
fn only_what_is_targeted_is_generated() {
    let context = TestContext::new("");
    for name in ["a", "b"] {
        context.write(
            &format!("{name}.tf"),
            &format!("import {{\n  to = terraform_data.{name}\n  id = \"id-{name}\"\n}}\n"),
        );
    }
    let out = "-generate-config-out=found.tf";
    context
        .run(&["plan", out, "-target=terraform_data.b"])
        .expect(0);
    let text = read(&context, "found.tf");
    let written: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(
        written,
        [
            "",
            "resource \"terraform_data\" \"b\" {",
            "  input            = null",
            "  triggers_replace = null",
            "}"
        ]
    );
}
