//! Provider configurations repeated by `for_each`: a region for each key, in resources, modules, refreshes, saved plans and
//! when a region goes.

use crate::support::TestContext;

/// Two regions, and a network of two resources and a module in each region that is used.
const REGIONS: &str = r#"
variable "regions" {
  type    = list(string)
  default = ["cn-beijing", "cn-hangzhou"]
}

variable "used" {
  type    = list(string)
  default = ["cn-beijing", "cn-hangzhou"]
}

provider "alicloud" {
  alias    = "by_region"
  for_each = toset(var.regions)
  region   = each.value
}

data "alicloud_zones" "all" {
  for_each                    = toset(var.used)
  provider                    = alicloud.by_region[each.key]
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "v" {
  for_each   = toset(var.used)
  provider   = alicloud.by_region[each.key]
  vpc_name   = "net-${each.key}"
  cidr_block = "10.0.0.0/16"
}

module "net" {
  source    = "./net"
  for_each  = alicloud_vpc.v
  providers = { alicloud = alicloud.by_region[each.key] }
  vpc       = each.value.id
  zone      = data.alicloud_zones.all[each.key].zones[0].id
}
"#;

const NET: &str = r#"
variable "vpc" {}
variable "zone" {}

resource "alicloud_vswitch" "s" {
  count      = 2
  vpc_id     = var.vpc
  zone_id    = var.zone
  cidr_block = "10.0.${count.index}.0/24"
}
"#;

fn two_regions() -> TestContext {
    let context = TestContext::new(REGIONS);
    context.write("net/main.tf", NET);
    context
}

#[test]
fn each_region_has_its_own_and_a_region_goes_in_two_steps() {
    let context = two_regions();
    // A saved plan is made so in both regions.
    context.run(&["plan", "-out=p.tfplan"]).expect(0);
    context.run(&["apply", "p.tfplan"]).expect(0);
    let recorded = context.recorded();
    assert_eq!(recorded.len(), 6);
    for region in ["cn-beijing", "cn-hangzhou"] {
        let switch = &recorded[&format!("module.net[\"{region}\"].alicloud_vswitch.s[1]")];
        assert!(
            switch["zone_id"].as_str().unwrap().starts_with(region),
            "{switch}"
        );
    }
    assert_eq!(context.requests()["CreateVpc"], 2);
    let pulled = context.run(&["state", "pull"]).expect(0).json();
    let vpc = pulled["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["type"] == "alicloud_vpc")
        .unwrap();
    let address = "provider[\"registry.terraform.io/hashicorp/alicloud\"].by_region";
    assert_eq!(vpc["provider"], address);
    assert_eq!(
        vpc["instances"][0]["provider"],
        format!("{address}[\"cn-beijing\"]")
    );

    // The refresh asks each region once for what is there.
    context.forget_requests();
    context.expect_no_changes();
    assert_eq!(context.requests()["DescribeVpcs"], 2);
    assert_eq!(context.requests()["DescribeVSwitches"], 2);

    // A region cannot go with what it alone can delete.
    let one = "regions=[\"cn-hangzhou\"]";
    let used = "used=[\"cn-hangzhou\"]";
    let refused = context
        .run(&["plan", "-var", one, "-var", used])
        .expect(1)
        .stderr;
    assert!(
        refused.contains("Provider configuration not present")
            && refused.contains("main.tf:14:")
            && refused.contains("Keep the key \"cn-beijing\""),
        "{refused}"
    );
    context
        .run(&["plan", "-refresh-only", "-var", one, "-var", used])
        .expect(1);
    // Nor can the whole configuration go: another one would not find the objects, and they would be taken for gone.
    let all = std::fs::read_to_string(context.dir.path().join("main.tf")).unwrap();
    context.write("main.tf", "");
    let refused = context.run(&["plan"]).expect(1).stderr;
    assert!(
        refused.contains("Provider configuration not present")
            && refused.contains("Bring its `provider` block back"),
        "{refused}"
    );
    context.write("main.tf", &all);
    // First what is in it, then the region.
    context.forget_requests();
    context
        .run(&["apply", "-auto-approve", "-var", used])
        .expect(0);
    assert_eq!(context.requests()["DeleteVpc"], 1);
    assert_eq!(context.recorded().len(), 3);
    context
        .run(&["plan", "-detailed-exitcode", "-var", one, "-var", used])
        .expect(0);
    context
        .run(&["destroy", "-auto-approve", "-var", one, "-var", used])
        .expect(0);
    assert!(context.recorded().is_empty());
}

#[test]
fn what_is_recorded_follows_to_a_repeated_configuration_and_drift_is_found_by_region() {
    let context = two_regions();
    // One plain configuration first.
    context.write(
        "main.tf",
        r#"
provider "alicloud" {
  alias  = "east"
  region = "cn-beijing"
}

resource "alicloud_vpc" "v" {
  for_each   = toset(["cn-beijing"])
  provider   = alicloud.east
  vpc_name   = "net-${each.key}"
  cidr_block = "10.0.0.0/16"
}
"#,
    );
    context.apply();
    let id = context.recorded()["alicloud_vpc.v[\"cn-beijing\"]"]["id"].clone();
    context.write("main.tf", "");
    let refused = context.run(&["plan"]).expect(1).stderr;
    assert!(
        refused.contains("Bring its `provider` block back"),
        "{refused}"
    );
    context.write("main.tf", REGIONS);
    assert_eq!(
        context.planned(&[]).get("alicloud_vpc.v[\"cn-beijing\"]"),
        None
    );
    context.apply();
    assert_eq!(
        context.recorded()["alicloud_vpc.v[\"cn-beijing\"]"]["id"],
        id
    );

    let change = ecs_emulator::Change::set("name", "by-hand");
    context
        .cloud
        .change(ecs_emulator::Kind::Vpc, id.as_str().unwrap(), change)
        .unwrap();
    let report = context.run(&["drift", "-json"]).expect(2).json();
    assert_eq!(
        report["changed"][0]["address"],
        "alicloud_vpc.v[\"cn-beijing\"]"
    );
    assert_eq!(report["missing"], serde_json::json!([]));
    assert_eq!(report["unmanaged"], serde_json::json!([]));

    // The same key in another region: the object would be left behind.
    context.edit(
        "main.tf",
        "provider   = alicloud.by_region[each.key]",
        "provider   = alicloud.by_region[\"cn-hangzhou\"]",
    );
    let refused = context.run(&["plan"]).expect(1).stderr;
    assert!(
        refused.contains("Object made by another provider instance"),
        "{refused}"
    );
    assert!(
        refused.contains("cairn state rm 'alicloud_vpc.v[\"cn-beijing\"]'"),
        "{refused}"
    );
}

#[test]
fn objects_are_imported_by_the_instance_that_is_selected() {
    let context = two_regions();
    context.apply();
    let recorded = context.recorded();
    let address = "alicloud_vpc.v[\"cn-beijing\"]";
    let id = recorded[address]["id"].as_str().unwrap();
    context.run(&["state", "rm", address]).expect(0);
    context.run(&["import", address, id]).expect(0);
    context.expect_no_changes();
    context.run(&["state", "rm", address]).expect(0);
    context.write(
        "import.tf",
        &format!("import {{\n  to = alicloud_vpc.v[\"cn-beijing\"]\n  id = {id:?}\n}}\n"),
    );
    let plan = context.run(&["plan"]).expect(0).stdout;
    assert!(plan.contains("1 to import, 0 to add"), "{plan}");
    context.apply();
    context.expect_no_changes();
}

#[test]
fn mistakes_in_keys_are_said_at_their_place() {
    let block = "provider \"alicloud\" {\n  alias    = \"by\"\n  for_each = FOR_EACH\n  region   = each.value\n}\n";
    let vpc = "resource \"alicloud_vpc\" \"v\" {\n  provider   = PROVIDER\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let regions = "toset([\"cn-beijing\", \"cn-hangzhou\"])";
    for (for_each, provider, says) in [
        (regions, "alicloud.by", "one of them must be selected"),
        (
            regions,
            "alicloud.by[\"cn-bejing\"]",
            "There are: \"cn-beijing\", \"cn-hangzhou\". Did you mean \"cn-beijing\"?",
        ),
        (regions, "alicloud.by[null]", "is null"),
        (regions, "alicloud.by[each.key]", "each"),
        (
            regions,
            "alicloud.by[sensitive(\"cn-beijing\")]",
            "must be neither sensitive",
        ),
        (
            regions,
            "alicloud.by[terraform_data.d.id]",
            "known only after apply",
        ),
        ("[\"cn-beijing\"]", "alicloud.by[\"x\"]", "toset()"),
        (
            "toset([terraform_data.d.id])",
            "alicloud.by[\"x\"]",
            "cannot be determined",
        ),
        (
            "sensitive(toset([\"a\"]))",
            "alicloud.by[\"a\"]",
            "is sensitive",
        ),
    ] {
        let text = format!(
            "resource \"terraform_data\" \"d\" {{}}\n{}{}",
            block.replace("FOR_EACH", for_each),
            vpc.replace("PROVIDER", provider)
        );
        let said = TestContext::new(&text).run(&["plan"]).expect(1).stderr;
        let said = said
            .lines()
            .map(|l| l.trim_start_matches(['│', '|', ' ']))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(said.contains(says), "{for_each} {provider}:\n{said}");
        assert!(said.contains("main.tf:"), "{said}");
    }
}
