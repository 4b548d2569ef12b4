//! Every attribute of an instance that can be changed: changed, planned, applied, read back from the cloud itself, and no
//! change left; and how few requests many changes take.

mod cases;
mod many;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::support::{NETWORK, TestContext};
use cases::{Arguments, NEVER, OUT_OF_REACH, REPLACES, Seen, refused, updates};

/// Further places and groups to move to.
const ELSEWHERE: &str = r#"
resource "alicloud_vswitch" "t" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = data.alicloud_zones.all.zones[0].id
  cidr_block = "10.0.2.0/24"
}

resource "alicloud_security_group" "other" {
  security_group_name = "other"
  vpc_id              = alicloud_vpc.v.id
}

resource "alicloud_vpc" "w" {
  vpc_name   = "far"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "w" {
  vpc_id     = alicloud_vpc.w.id
  zone_id    = data.alicloud_zones.all.zones[0].id
  cidr_block = "10.0.3.0/24"
}

resource "alicloud_security_group" "w" {
  security_group_name = "far"
  vpc_id              = alicloud_vpc.w.id
}
"#;

/// In a zone that has every category of disks.
fn network() -> String {
    let zone = "data.alicloud_zones.all.zones[0].id";
    format!("{NETWORK}{ELSEWHERE}").replace(zone, "\"cn-hangzhou-h\"")
}

/// Writes an instance with these arguments besides what every instance needs; later ones win.
fn instance(name: &str, arguments: &[Arguments]) -> String {
    let mut all: BTreeMap<&str, &str> = BTreeMap::from([
        ("instance_name", "\"unchanged\""),
        ("image_id", "data.alicloud_images.linux.images[0].id"),
        ("instance_type", "\"ecs.g6.large\""),
        ("vswitch_id", "alicloud_vswitch.s.id"),
        ("security_groups", "[alicloud_security_group.g.id]"),
    ]);
    all.extend(arguments.iter().flat_map(|a| a.iter().copied()));
    let mut text = format!("resource \"alicloud_instance\" \"{name}\" {{\n");
    for (attribute, expression) in all.into_iter().filter(|(a, _)| !a.is_empty()) {
        match expression.strip_prefix("block:") {
            Some(inside) => {
                let inside = inside.replace(", ", "\n    ");
                writeln!(text, "  {attribute} {{\n    {inside}\n  }}").expect("a string");
            }
            None => writeln!(text, "  {attribute} = {expression}").expect("a string"),
        }
    }
    text + "}\n\n"
}

/// All that the cloud tells of an instance.
fn told(context: &TestContext, id: &str) -> Json {
    let list = format!("[\"{id}\"]");
    let ids = [("InstanceIds", list.as_str())];
    let found = context.ask(
        "DescribeInstances",
        &[ids[0], ("AdditionalAttributes.1", "META_OPTIONS")],
    );
    let instance = found["Instances"]["Instance"][0].clone();
    let disks = context.ask("DescribeDisks", &[("InstanceId", id)]);
    let disks = disks["Disks"]["Disk"].as_array().expect("disks").clone();
    let (system, data): (Vec<Json>, Vec<Json>) =
        disks.into_iter().partition(|d| d["Type"] == "system");
    let user_data = context.ask("DescribeUserData", &[("InstanceId", id)]);
    let role = context.ask("DescribeInstanceRamRole", &ids);
    let maintenance = context.ask(
        "DescribeInstanceMaintenanceAttributes",
        &[("InstanceId.1", id)],
    );
    let pool = context.ask("DescribeInstanceAttachmentAttributes", &ids);
    let renewal = context.ask("DescribeInstanceAutoRenewAttribute", &[("InstanceId", id)]);
    let nic = &instance["NetworkInterfaces"]["NetworkInterface"][0];
    let address = instance["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0].clone();
    let address = address.as_str().expect("an address");
    json!({
        "tags": own_tags(&instance["Tags"]["Tag"]),
        "disk_tags": own_tags(&system[0]["Tags"]["Tag"]),
        "groups": groups(context, &instance),
        "subnet": address[..=address.rfind('.').expect("a dot")],
        "addresses": nic["PrivateIpSets"]["PrivateIpSet"].as_array().map(Vec::len),
        "system": system[0],
        "data": data,
        "user_data": user_data["UserData"],
        "role": role["InstanceRamRoleSets"]["InstanceRamRoleSet"][0],
        "maintenance": maintenance["MaintenanceAttributes"]["MaintenanceAttribute"][0],
        "pool": pool["Instances"]["Instance"][0],
        "renewal": renewal["InstanceRenewAttributes"]["InstanceRenewAttribute"][0],
        "attribute": context.ask("DescribeInstanceAttribute", &[("InstanceId", id)]),
        "instance": instance,
    })
}

fn own_tags(tags: &Json) -> BTreeMap<String, String> {
    let tags = tags.as_array().expect("tags").iter();
    let text = |tag: &Json, name: &str| tag[name].as_str().expect("a text").to_owned();
    tags.map(|tag| (text(tag, "TagKey"), text(tag, "TagValue")))
        .filter(|(key, _)| !key.starts_with("cairn:"))
        .collect()
}

fn groups(context: &TestContext, instance: &Json) -> Vec<Json> {
    let all = context.ask("DescribeSecurityGroups", &[("PageSize", "50")]);
    let all = all["SecurityGroups"]["SecurityGroup"].as_array().cloned();
    let all = all.expect("groups");
    let ids = instance["SecurityGroupIds"]["SecurityGroupId"].as_array();
    let own = |g: &&Json| ids.is_some_and(|ids| ids.contains(&g["SecurityGroupId"]));
    all.iter()
        .filter(own)
        .map(|g| g["SecurityGroupName"].clone())
        .collect()
}

/// What a plan says of one instance: from its comment to the next.
fn section(plan: &str, address: &str) -> String {
    let head = format!("# {address} ");
    let Some(start) = plan.find(&head) else {
        return String::new();
    };
    let rest = &plan[start + head.len()..];
    rest[..rest.find("\n\n  # ").unwrap_or(rest.len())].to_owned()
}

#[test]
fn every_attribute_that_can_be_changed_is_changed_in_place() {
    let cases = updates();
    let write = |after: bool| {
        let mut text = String::new();
        for case in &cases {
            let arguments = if after {
                vec![case.before, case.after]
            } else {
                vec![case.before]
            };
            text += &instance(case.attribute, &arguments);
        }
        text
    };
    let context = TestContext::new(&network());
    for pair in ["one", "other"] {
        context.ask("CreateKeyPair", &[("KeyPairName", pair)]);
    }
    context.write("x.tf", &write(false));
    context.apply();
    context.expect_no_changes();

    context.write("x.tf", &write(true));
    let planned = context.planned(&[]);
    let plan = context.run(&["plan", "-no-color"]).expect(0).stdout;
    let ids = context.recorded();
    context.apply();
    let after = context.recorded();
    context.expect_no_changes();

    let mut wrong = String::new();
    for case in &cases {
        let address = format!("alicloud_instance.{}", case.attribute);
        let mut expect = |right: bool, said: String| {
            if !right {
                writeln!(wrong, "{address}: {said}").expect("a string");
            }
        };
        let action = planned.get(&address).map_or("nothing", String::as_str);
        expect(action == "update", format!("the plan is {action}"));
        let said = section(&plan, &address);
        expect(
            said.contains(case.cost) && (!case.cost.is_empty() || !said.contains("needs a ")),
            format!("not {:?} in {said}", case.cost),
        );
        let id = ids[&address]["id"].as_str().expect("an id");
        expect(after[&address]["id"] == id, "another instance".to_owned());
        let truth = told(&context, id);
        match &case.seen {
            Seen::Cloud(place, value) => {
                let found = truth.pointer(place);
                expect(
                    found == Some(value),
                    format!("{place} is {found:?}, not {value}"),
                );
            }
            Seen::Recorded(value) => {
                let found = &after[&address][case.attribute];
                expect(found == value, format!("{found} is recorded, not {value}"));
            }
        }
        let stopped = ["status", "stopped_mode"].contains(&case.attribute);
        let status = if stopped { "Stopped" } else { "Running" };
        let found = &truth["instance"]["Status"];
        expect(found == status, format!("it is {found}"));
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{} attributes changed in place", cases.len());
}

#[test]
fn no_attribute_of_the_schema_is_forgotten() {
    let context = TestContext::new("");
    context.write("main.tf", NETWORK);
    let schema = context
        .run(&["providers", "schema", "-json"])
        .expect(0)
        .json();
    let mut providers = schema["provider_schemas"].as_object().into_iter().flatten();
    let (_, schema) = providers
        .find(|(name, _)| name.ends_with("/alicloud"))
        .expect("the provider");
    let block = &schema["resource_schemas"]["alicloud_instance"]["block"];
    let attributes = block["attributes"].as_object().expect("attributes");
    let mut settable: BTreeSet<&str> = attributes
        .iter()
        .filter(|(name, a)| a["computed"] != true || a["optional"] == true || *name == "id")
        .map(|(name, _)| name.as_str())
        .collect();
    let blocks = block["block_types"].as_object().expect("blocks");
    settable.extend(blocks.keys().map(String::as_str));
    for other in ["id", "timeouts"] {
        settable.remove(other);
    }
    let cases = updates();
    let refused = refused();
    let mut known: Vec<&str> = cases.iter().map(|c| c.attribute).collect();
    known.extend(NEVER.iter().map(|(name, _)| *name));
    known.extend(REPLACES.iter().map(|(name, ..)| *name));
    known.extend(OUT_OF_REACH);
    let top_level = refused.iter().map(|r| r.attribute);
    known.extend(top_level.filter(|a| settable.contains(a)));
    let once: BTreeSet<&str> = known.iter().copied().collect();
    assert_eq!(known.len(), once.len(), "an attribute stands twice");
    assert_eq!(settable, once);
}

#[test]
fn what_cannot_be_changed_is_refused_or_replaces() {
    let refused = refused();
    let write = |second: bool| {
        let mut text = String::new();
        for (attribute, before, after, more) in REPLACES {
            let value: &'static str = if second { after } else { before };
            let own: Arguments = Box::leak(Box::new([(*attribute, value)]));
            text += &instance(attribute, &[*more, own]);
        }
        text
    };
    let refusals = |second: bool| {
        let mut text = String::new();
        for r in &refused {
            let arguments = if second {
                vec![r.before, r.after]
            } else {
                vec![r.before]
            };
            text += &instance(r.attribute, &arguments);
        }
        text
    };
    let context = TestContext::new(&network());
    context.write("replaces.tf", &write(false));
    context.write("refused.tf", &refusals(false));
    context.apply();
    context.expect_no_changes();

    context.write("replaces.tf", &write(true));
    let planned = context.planned(&[]);
    for (attribute, ..) in REPLACES {
        let address = format!("alicloud_instance.{attribute}");
        let action = planned.get(&address).map_or("nothing", String::as_str);
        assert_eq!(action, "delete+create", "{address}");
    }

    context.write("replaces.tf", &write(false));
    context.write("refused.tf", &refusals(true));
    let run = context.run(&["plan", "-no-color"]).expect(1);
    assert_eq!(
        run.stderr.matches("Change not supported yet").count(),
        refused.len()
    );
    assert!(run.stderr.contains("-replace=ADDRESS"), "{}", run.stderr);
    for (attribute, value) in NEVER {
        let own: Arguments = Box::leak(Box::new([(*attribute, *value)]));
        context.write("refused.tf", &instance(attribute, &[own]));
        let run = context.run(&["validate", "-no-color"]).expect(1);
        assert!(run.stderr.contains(attribute), "{}", run.stderr);
    }
}
