//! The life of instances, what changing them does, finding them, and their disks.

use super::{Cloud, IMAGE, json_list, run_query, text, texts};
use crate::lifecycle::Delays;

const SLOW: Delays = Delays {
    pending: 1000,
    starting: 2000,
    stopping: 1000,
    network: 0,
};

fn status(cloud: &mut Cloud, id: &str) -> String {
    text(&cloud.describe(id)["Status"])
}

#[test]
fn boots_stops_starts_and_goes() {
    let mut cloud = Cloud::with_delays(SLOW);
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let refused = |cloud: &mut Cloud, action: &str| {
        cloud.refused(&format!("Action={action}&InstanceId={id}"))
    };
    assert_eq!(status(&mut cloud, &id), "Pending");
    assert_eq!(
        refused(&mut cloud, "DeleteInstance"),
        "IncorrectInstanceStatus.Initializing"
    );
    assert_eq!(
        refused(&mut cloud, "StopInstance"),
        "IncorrectInstanceStatus"
    );
    cloud.wait(1000);
    assert_eq!(status(&mut cloud, &id), "Starting");
    cloud.wait(2000);
    assert_eq!(status(&mut cloud, &id), "Running");
    assert_eq!(
        refused(&mut cloud, "StartInstance"),
        "IncorrectInstanceStatus"
    );
    assert_eq!(
        refused(&mut cloud, "DeleteInstance"),
        "IncorrectInstanceStatus"
    );
    assert_eq!(cloud.describe(&id)["StoppedMode"], "Not-applicable");
    cloud.ok(&format!(
        "Action=StopInstance&InstanceId={id}&StoppedMode=StopCharging"
    ));
    assert_eq!(status(&mut cloud, &id), "Stopping");
    cloud.wait(1000);
    assert_eq!(status(&mut cloud, &id), "Stopped");
    assert_eq!(cloud.describe(&id)["StoppedMode"], "StopCharging");
    let started = cloud.ok(&format!("Action=StartInstances&InstanceId.1={id}"));
    let response = &started["InstanceResponses"]["InstanceResponse"][0];
    assert_eq!(
        (
            &response["Code"],
            &response["PreviousStatus"],
            &response["CurrentStatus"]
        ),
        (&"200".into(), &"Stopped".into(), &"Starting".into())
    );
    cloud.wait(2000);
    cloud.ok(&format!("Action=RebootInstance&InstanceId={id}"));
    assert_eq!(status(&mut cloud, &id), "Stopping");
    cloud.wait(1000);
    assert_eq!(status(&mut cloud, &id), "Starting");
    cloud.wait(2000);
    cloud.ok(&format!("Action=DeleteInstance&InstanceId={id}&Force=true"));
    let gone = cloud.ok(&format!("Action=DescribeInstances&InstanceIds=[\"{id}\"]"));
    assert_eq!(gone["TotalCount"], 0);
    assert_eq!(
        refused(&mut cloud, "DeleteInstance"),
        "InvalidInstanceId.NotFound"
    );
}

#[test]
fn deleting_a_batch_is_all_or_nothing() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=3");
    let protected = &ids[1];
    cloud.ok(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={protected}&DeletionProtection=true"
    ));
    let query = format!(
        "Action=DeleteInstances&Force=true&InstanceId.1={}&InstanceId.2={}&InstanceId.3={}",
        ids[0], ids[1], ids[2]
    );
    assert_eq!(cloud.refused(&query), "InvalidOperation.DeletionProtection");
    assert_eq!(cloud.world.tables.instances.len(), 3);
    cloud.ok(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={protected}&DeletionProtection=false"
    ));
    assert_eq!(
        cloud.refused(&query.replace("Force=true", "Force=false")),
        "IncorrectInstanceStatus"
    );
    assert_eq!(
        cloud.refused(&format!("{query}&DryRun=true")),
        "DryRunOperation"
    );
    cloud.ok(&query);
    assert_eq!(cloud.world.tables.instances.len(), 0);
    assert_eq!(cloud.refused(&query), "InvalidInstanceId.NotFound");
}

#[test]
fn disks_that_stay() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud
        .run(
            &net,
            "DataDisk.1.Size=40&DataDisk.1.DeleteWithInstance=false&DataDisk.2.Size=50",
        )
        .remove(0);
    cloud.ok(&format!("Action=DeleteInstance&InstanceId={id}&Force=true"));
    let left = cloud.ok("Action=DescribeDisks");
    let left = left["Disks"]["Disk"].as_array().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(
        (&left[0]["Size"], &left[0]["Status"]),
        (&40.into(), &"Available".into())
    );
    assert_eq!(left[0]["InstanceId"], "");
    assert_eq!(cloud.world.tables.interfaces.len(), 0);
    let shown = cloud.vpc("Action=DescribeVSwitches").unwrap();
    assert_eq!(
        shown["VSwitches"]["VSwitch"][0]["AvailableIpAddressCount"],
        4092
    );
}

#[test]
fn pages_truncate_at_ten_even_with_ids() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=100&InstanceName=w[1,3]");
    let list = json_list(&ids);
    let page = cloud.ok(&format!("Action=DescribeInstances&InstanceIds={list}"));
    assert_eq!(page["Instances"]["Instance"].as_array().unwrap().len(), 10);
    assert_eq!(
        (&page["TotalCount"], &page["PageSize"]),
        (&100.into(), &10.into())
    );
    let page = cloud.ok(&format!(
        "Action=DescribeInstances&InstanceIds={list}&PageSize=100"
    ));
    assert_eq!(page["Instances"]["Instance"].as_array().unwrap().len(), 100);
    let page = cloud.ok(&format!(
        "Action=DescribeInstances&InstanceIds={list}&MaxResults=5"
    ));
    assert_eq!(page["Instances"]["Instance"].as_array().unwrap().len(), 10);
    // All pages together hold each instance once.
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = cloud.ok(&format!(
            "Action=DescribeInstances&MaxResults=30&NextToken={token}"
        ));
        for instance in page["Instances"]["Instance"].as_array().unwrap() {
            seen.push(text(&instance["InstanceId"]));
        }
        token = text(&page["NextToken"]);
        if token.is_empty() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen, ids);
    assert_eq!(
        cloud.ok("Action=DescribeInstances&InstanceIds=[]")["TotalCount"],
        0
    );

    let named = super::numbered("InstanceId", &ids);
    let statuses = cloud.ok(&format!(
        "Action=DescribeInstanceStatus{named}&PageSize=50&PageNumber=2"
    ));
    assert_eq!(
        statuses["InstanceStatuses"]["InstanceStatus"]
            .as_array()
            .unwrap()
            .len(),
        50
    );
    assert_eq!(statuses["TotalCount"], 100);
}

#[test]
fn conditions_are_anded() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let web = cloud.run(
        &net,
        "Amount=2&InstanceName=web-[1,1]&Tag.1.Key=role&Tag.1.Value=web",
    );
    let db = cloud
        .run(&net, "InstanceName=db&Tag.1.Key=role&Tag.1.Value=db")
        .remove(0);
    cloud.ok(&format!("Action=StopInstance&InstanceId={}", web[0]));
    let mut found = |more: &str| {
        let answer = cloud.ok(&format!("Action=DescribeInstances&{more}"));
        answer["TotalCount"].as_i64().unwrap()
    };
    assert_eq!(found("InstanceName=web*"), 2);
    assert_eq!(found("InstanceName=web*&Status=Stopped"), 1);
    assert_eq!(found("Tag.1.Key=role&Tag.1.Value=db"), 1);
    assert_eq!(found("Tag.1.key=role&Tag.1.value=db"), 1);
    assert_eq!(found("Tag.1.Key=role"), 3);
    assert_eq!(found("Tag.1.Key=role&Tag.2.Key=none"), 0);
    assert_eq!(found(&format!("SecurityGroupId={}", net.group)), 3);
    assert_eq!(
        found(&format!(
            "VSwitchId={}&InstanceType=ecs.g6.large",
            net.vswitch
        )),
        3
    );
    assert_eq!(found("InstanceType=ecs.g6.xlarge"), 0);
    assert_eq!(
        found("Filter.1.Key=CreationStartTime&Filter.1.Value=2026-11-24T02:01Z"),
        0
    );
    assert_eq!(found("RegionId=cn-beijing"), 0);
    let address = text(&cloud.describe(&db)["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0]);
    let answer = cloud.ok(&format!(
        "Action=DescribeInstances&PrivateIpAddresses=[\"{address}\"]"
    ));
    assert_eq!(
        answer["Instances"]["Instance"][0]["InstanceId"],
        db.as_str()
    );
}

#[test]
fn attributes_change_when_they_may() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "InstanceName=old").remove(0);
    cloud.ok(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={id}&InstanceName=new&Description=text&HostName=host"
    ));
    let shown = cloud.describe(&id);
    assert_eq!(
        (
            &shown["InstanceName"],
            &shown["Description"],
            &shown["HostName"]
        ),
        (&"new".into(), &"text".into(), &"host".into())
    );
    let data = format!("Action=ModifyInstanceAttribute&InstanceId={id}&UserData=YQ==");
    assert_eq!(cloud.refused(&data), "IncorrectInstanceStatus");
    let spec = format!("Action=ModifyInstanceSpec&InstanceId={id}&InstanceType=ecs.g6.xlarge");
    assert_eq!(cloud.refused(&spec), "InvalidInstanceStatus.NotStopped");
    let replace = format!(
        "Action=ReplaceSystemDisk&InstanceId={id}&ImageId=centos_7_9_x64_20G_alibase_20240403.vhd"
    );
    assert_eq!(cloud.refused(&replace), "IncorrectInstanceStatus");
    cloud.ok(&format!("Action=StopInstance&InstanceId={id}"));
    cloud.ok(&data);
    cloud.ok(&spec);
    let old = text(
        &cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"))["Disks"]["Disk"][0]["DiskId"],
    );
    let new = text(&cloud.ok(&replace)["DiskId"]);
    assert_ne!(old, new);
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"));
    assert_eq!(disks["TotalCount"], 1);
    assert_eq!(disks["Disks"]["Disk"][0]["DiskId"], new.as_str());
    let shown = cloud.describe(&id);
    assert_eq!(shown["ImageId"], "centos_7_9_x64_20G_alibase_20240403.vhd");
    assert_eq!(shown["InstanceType"], "ecs.g6.xlarge");
    assert_eq!(
        (&shown["Cpu"], &shown["Memory"]),
        (&4.into(), &16384.into())
    );
    cloud.ok(&format!(
        "Action=ModifyInstanceSpec&InstanceId={id}&InternetMaxBandwidthOut=7"
    ));
    let address = cloud.ok(&format!("Action=AllocatePublicIpAddress&InstanceId={id}"));
    assert_eq!(
        cloud.describe(&id)["PublicIpAddress"]["IpAddress"][0],
        address["IpAddress"]
    );
}

#[test]
fn disks_grow_only() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "DataDisk.1.Size=40").remove(0);
    let disks = cloud.ok(&format!(
        "Action=DescribeDisks&InstanceId={id}&DiskType=data"
    ));
    let disk = text(&disks["Disks"]["Disk"][0]["DiskId"]);
    let resize = |size: i64| format!("Action=ResizeDisk&DiskId={disk}&NewSize={size}&Type=online");
    assert_eq!(cloud.refused(&resize(40)), "InvalidDiskSize.TooSmall");
    cloud.ok(&resize(50));
    cloud.ok(&format!(
        "Action=ModifyDiskAttribute&DiskId={disk}&DiskName=d2&DeleteWithInstance=false"
    ));
    let shown = cloud.ok(&format!("Action=DescribeDisks&DiskIds=[\"{disk}\"]"));
    let shown = &shown["Disks"]["Disk"][0];
    assert_eq!(
        (
            &shown["Size"],
            &shown["DiskName"],
            &shown["DeleteWithInstance"]
        ),
        (&50.into(), &"d2".into(), &false.into())
    );
    assert_eq!(
        cloud.refused("Action=ResizeDisk&DiskId=d-none&NewSize=50"),
        "InvalidDiskId.NotFound"
    );
}

#[test]
fn released_when_it_is_time() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=2&AutoReleaseTime=2026-11-24T03:00:00Z");
    assert_eq!(
        cloud.describe(&ids[0])["AutoReleaseTime"],
        "2026-11-24T03:00Z"
    );
    cloud.ok(&format!(
        "Action=ModifyInstanceAutoReleaseTime&InstanceId={}",
        ids[1]
    ));
    cloud.wait(59 * 60 * 1000);
    assert_eq!(cloud.ok("Action=DescribeInstances")["TotalCount"], 2);
    cloud.wait(60 * 1000);
    let left = cloud.ok("Action=DescribeInstances");
    assert_eq!(left["TotalCount"], 1);
    assert_eq!(
        left["Instances"]["Instance"][0]["InstanceId"],
        ids[1].as_str()
    );
    assert_eq!(cloud.ok("Action=DescribeDisks")["TotalCount"], 1);
}

#[test]
fn maintenance_roles_and_key_pairs() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=2");
    cloud.ok(&format!(
        "Action=ModifyInstanceMaintenanceAttributes&InstanceId.1={}&ActionOnMaintenance=Stop&MaintenanceWindow.1.StartTime=02:00:00&MaintenanceWindow.1.EndTime=03:00:00",
        ids[0]
    ));
    let shown = cloud.ok(&format!(
        "Action=DescribeInstanceMaintenanceAttributes&InstanceId.1={}",
        ids[0]
    ));
    let shown = &shown["MaintenanceAttributes"]["MaintenanceAttribute"][0];
    assert_eq!(shown["ActionOnMaintenance"]["Value"], "Stop");
    assert_eq!(shown["InstanceId"], ids[0].as_str());
    assert_eq!(
        shown["MaintenanceWindows"]["MaintenanceWindow"][0]["EndTime"],
        "03:00:00"
    );
    let list = json_list(&ids);
    let attached = cloud.ok(&format!(
        "Action=AttachKeyPair&KeyPairName=k&InstanceIds={list}"
    ));
    assert_eq!(
        (&attached["TotalCount"], &attached["FailCount"]),
        (&"2".into(), &"0".into())
    );
    assert_eq!(cloud.describe(&ids[1])["KeyPairName"], "k");
    cloud.ok(&format!(
        "Action=DetachKeyPair&KeyPairName=k&InstanceIds={list}"
    ));
    assert_eq!(cloud.describe(&ids[1])["KeyPairName"], "");
    cloud.ok(&format!(
        "Action=AttachInstanceRamRole&RamRoleName=r&InstanceIds={list}"
    ));
    let shown = cloud.ok(&format!(
        "Action=DescribeInstanceRamRole&InstanceIds={list}"
    ));
    assert_eq!(shown["TotalCount"], 2);
    cloud.ok(&format!(
        "Action=DetachInstanceRamRole&RamRoleName=r&InstanceIds={list}"
    ));
    let shown = cloud.ok(&format!(
        "Action=DescribeInstanceRamRole&InstanceIds={list}"
    ));
    assert_eq!(
        shown["InstanceRamRoleSets"]["InstanceRamRoleSet"][0]["RamRoleName"],
        ""
    );
}

#[test]
fn a_batch_may_put_success_first() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=2");
    cloud.ok(&format!("Action=StopInstance&InstanceId={}", ids[0]));
    let both = format!(
        "Action=StopInstances&InstanceId.1={}&InstanceId.2={}",
        ids[0], ids[1]
    );
    assert_eq!(cloud.refused(&both), "IncorrectInstanceStatus");
    let answer = cloud.ok(&format!("{both}&BatchOptimization=SuccessFirst"));
    let codes: Vec<String> = answer["InstanceResponses"]["InstanceResponse"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| text(&r["Code"]))
        .collect();
    assert_eq!(codes, ["IncorrectInstanceStatus", "200"]);
}

#[test]
fn moves_to_another_vswitch() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let other = cloud
        .vpc(&format!(
            "Action=CreateVSwitch&VpcId={}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.32.0/24",
            net.vpc
        ))
        .unwrap();
    let other = text(&other["VSwitchId"]);
    let query = format!(
        "Action=ModifyInstanceVpcAttribute&InstanceId={id}&VSwitchId={other}&PrivateIpAddress=10.0.32.9"
    );
    assert_eq!(cloud.refused(&query), "IncorrectInstanceStatus");
    cloud.ok(&format!("Action=StopInstance&InstanceId={id}"));
    cloud.ok(&query);
    let shown = cloud.describe(&id);
    assert_eq!(shown["VpcAttributes"]["VSwitchId"], other.as_str());
    assert_eq!(
        shown["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0],
        "10.0.32.9"
    );
    let free = cloud.vpc("Action=DescribeVSwitches").unwrap();
    let free: Vec<_> = free["VSwitches"]["VSwitch"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["AvailableIpAddressCount"].as_i64().unwrap())
        .collect();
    assert_eq!(free, [251, 4092]);
}

#[test]
fn images_types_zones() {
    let mut cloud = Cloud::new();
    let images = cloud.ok("Action=DescribeImages&OSType=linux&ImageOwnerAlias=system");
    assert_eq!(images["Images"]["Image"].as_array().unwrap().len(), 10);
    let one = cloud.ok(&format!("Action=DescribeImages&ImageId={IMAGE}"));
    assert_eq!(one["Images"]["Image"][0]["Size"], 20);
    assert_eq!(
        cloud.ok("Action=DescribeImages&ImageOwnerAlias=self")["TotalCount"],
        0
    );
    let types = cloud.ok("Action=DescribeInstanceTypes&InstanceTypes.1=ecs.g6.large");
    assert_eq!(types["InstanceTypes"]["InstanceType"][0]["MemorySize"], 8.0);
    let zones = cloud.ok("Action=DescribeZones");
    let zones = zones["Zones"]["Zone"].as_array().unwrap();
    assert!(zones.len() >= 4);
    assert!(
        texts(&zones[0]["AvailableInstanceTypes"]["InstanceTypes"])
            .contains(&"ecs.g6.large".to_owned())
    );
    let resources = cloud.ok(
        "Action=DescribeAvailableResource&DestinationResource=InstanceType&InstanceType=ecs.g8i.large",
    );
    let zones = resources["AvailableZones"]["AvailableZone"]
        .as_array()
        .unwrap();
    let sold_out = zones
        .iter()
        .find(|z| z["ZoneId"] == "cn-hangzhou-b")
        .unwrap();
    assert_eq!(sold_out["Status"], "SoldOut");
    assert!(zones.iter().any(|z| z["Status"] == "Available"));
    let disks = cloud.ok(
        "Action=DescribeAvailableResource&DestinationResource=SystemDisk&InstanceType=ecs.g6.large&ZoneId=cn-hangzhou-h",
    );
    let disk =
        &disks["AvailableZones"]["AvailableZone"][0]["AvailableResources"]["AvailableResource"][0];
    assert!(
        disk["SupportedResources"]["SupportedResource"]
            .as_array()
            .unwrap()
            .iter()
            .any(|d| d["Value"] == "cloud_essd" && d["Max"] == 2048)
    );
    assert!(
        cloud.ok("Action=DescribeRegions")["Regions"]["Region"]
            .as_array()
            .unwrap()
            .len()
            > 10
    );
}

#[test]
fn ten_thousand_instances_stay_quick() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let vswitch = cloud
        .vpc(&format!(
            "Action=CreateVSwitch&VpcId={}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.128.0/17",
            net.vpc
        ))
        .unwrap();
    let net = super::Net {
        vswitch: text(&vswitch["VSwitchId"]),
        ..net
    };
    let started = std::time::Instant::now();
    let mut ids = Vec::new();
    for batch in 0..100 {
        ids.extend(cloud.run(
            &net,
            &format!("Amount=100&InstanceName=n[{},6]", batch * 100),
        ));
    }
    let made = started.elapsed();
    let started = std::time::Instant::now();
    for chunk in ids.chunks(100).take(20) {
        let query = format!(
            "Action=DescribeInstances&PageSize=100&InstanceIds={}",
            json_list(chunk)
        );
        assert_eq!(cloud.ok(&query)["TotalCount"], 100);
    }
    let read = started.elapsed();
    // Unoptimised builds on slow machines take a fraction of this; a quadratic one takes minutes.
    assert!(
        made.as_secs() < 30 && read.as_secs() < 30,
        "made in {made:?}, read in {read:?}"
    );
    let line = cloud.world.take_changes().unwrap();
    let mut again = super::World::new(1, Delays::NONE);
    again
        .absorb(std::str::from_utf8(&line).unwrap().trim_end())
        .unwrap();
    again.rebuild();
    assert_eq!(again.tables.instances.len(), 10_000);
    let query = run_query(&net, "");
    cloud.world = again;
    cloud.ok(&query);
}
