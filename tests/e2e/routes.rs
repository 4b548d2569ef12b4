//! Routes beside an instance, and the data sources that tell of them, of the account and of its resource groups.

use crate::support::{NETWORK, TestContext};

const ROUTES: &str = r#"
data "alicloud_account" "me" {}

data "alicloud_caller_identity" "me" {}

data "alicloud_resource_manager_resource_groups" "default" {
  name_regex     = "^default$"
  status         = "OK"
  enable_details = true
  output_file    = "groups.json"
}

resource "alicloud_instance" "i" {
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_route_table" "t" {
  vpc_id           = alicloud_vpc.v.id
  route_table_name = "mine"
  tags             = { part = "a" }
}

resource "alicloud_route_table_attachment" "a" {
  route_table_id = alicloud_route_table.t.id
  vswitch_id     = alicloud_vswitch.s.id
}

resource "alicloud_route_entry" "e" {
  count                 = 3
  route_table_id        = alicloud_route_table.t.id
  destination_cidrblock = "192.168.${count.index}.0/24"
  nexthop_type          = "Instance"
  nexthop_id            = alicloud_instance.i.id
}

data "alicloud_route_tables" "mine" {
  vpc_id           = alicloud_vpc.v.id
  route_table_type = "Custom"
  depends_on       = [alicloud_route_table_attachment.a]
}

data "alicloud_route_entries" "mine" {
  route_table_id = alicloud_route_table.t.id
  type           = "Custom"
  depends_on     = [alicloud_route_entry.e]
}

output "account" { value = data.alicloud_account.me.id }
output "arn" { value = data.alicloud_caller_identity.me.arn }
output "group" { value = data.alicloud_resource_manager_resource_groups.default.groups[0] }
output "ids" { value = data.alicloud_resource_manager_resource_groups.default.ids }
output "tables" { value = data.alicloud_route_tables.mine.tables }
output "entries" { value = data.alicloud_route_entries.mine.entries[*].cidr_block }
"#;

#[test]
fn routes_and_what_is_told_of_them_and_of_the_account() {
    let context = TestContext::new(&format!("{NETWORK}{ROUTES}"));
    context.apply();
    let recorded = context.recorded();
    let entry = recorded["alicloud_route_entry.e[1]"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (table, instance) = (
        recorded["alicloud_route_table.t"]["id"].as_str().unwrap(),
        recorded["alicloud_instance.i"]["id"].as_str().unwrap(),
    );
    let router = recorded["alicloud_vpc.v"]["router_id"].as_str().unwrap();
    assert_eq!(
        entry,
        format!("{table}:{router}:192.168.1.0/24:Instance:{instance}"),
        "the id that the real provider gives"
    );

    let outputs = context.run(&["output", "-json"]).expect(0).json();
    let account = outputs["account"]["value"].as_str().unwrap();
    assert!(
        outputs["arn"]["value"].as_str().unwrap().contains(account),
        "{outputs}"
    );
    let group = &outputs["group"]["value"];
    assert_eq!(group["account_id"].as_str().unwrap(), account);
    assert_eq!(outputs["ids"]["value"][0], group["id"]);
    assert_eq!(group["region_statuses"][0]["status"], "OK");
    let written = std::fs::read_to_string(context.dir.path().join("groups.json")).unwrap();
    assert!(written.contains("\"resource_group_name\""), "{written}");
    let told = &outputs["tables"]["value"][0];
    assert_eq!(told["route_table_name"], "mine");
    assert_eq!(told["tags"]["part"], "a");
    assert_eq!(
        told["vswitch_ids"][0], recorded["alicloud_vswitch.s"]["id"],
        "the attachment is told"
    );
    assert_eq!(outputs["entries"]["value"].as_array().unwrap().len(), 3);

    context.forget_requests();
    context.expect_no_changes();
    assert_eq!(
        context.requests()["DescribeRouteEntryList"],
        2,
        "one for the three routes of a table, one for the data source"
    );

    let address = "alicloud_route_entry.e[1]";
    context.run(&["state", "rm", address]).expect(0);
    context.run(&["import", address, &entry]).expect(0);
    context.expect_no_changes();
    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(context.cloud.inventory().is_empty());
}

#[test]
fn a_route_to_nowhere_is_found_before_anything_is_made() {
    let context = TestContext::new(
        "resource \"alicloud_route_entry\" \"e\" {\n  route_table_id = \"vtb-1\"\n  destination_cidrblock = \"0.0.0.0/0\"\n}\n",
    );
    let run = context.run(&["validate"]).expect(1);
    for part in ["main.tf:1", "nexthop_id", "nexthop_type"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}
