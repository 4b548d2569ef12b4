//! RunInstances: names, batches, tokens, refusals, what comes with an instance.

use super::{Cloud, IMAGE, json_list, run_query, text, texts};

#[test]
fn the_documented_sequential_names() {
    // Name, unique suffix, the three names: the thirteen documented examples.
    let vectors: [(&str, bool, [&str; 3]); 13] = [
        (
            "k8s-node-[6,4]",
            false,
            ["k8s-node-0006", "k8s-node-0007", "k8s-node-0008"],
        ),
        (
            "k8s-node-[6,4]-ecshost",
            false,
            [
                "k8s-node-0006-ecshost",
                "k8s-node-0007-ecshost",
                "k8s-node-0008-ecshost",
            ],
        ),
        ("ecs", true, ["ecs001", "ecs002", "ecs003"]),
        (
            "k8s-node-[]-ecshost",
            false,
            [
                "k8s-node-000000-ecshost",
                "k8s-node-000001-ecshost",
                "k8s-node-000002-ecshost",
            ],
        ),
        (
            "k8s-node-[,]-ecshost",
            false,
            [
                "k8s-node-000000-ecshost",
                "k8s-node-000001-ecshost",
                "k8s-node-000002-ecshost",
            ],
        ),
        (
            "k8s-node-[99]-ecshost",
            false,
            [
                "k8s-node-000099-ecshost",
                "k8s-node-000100-ecshost",
                "k8s-node-000101-ecshost",
            ],
        ),
        (
            "k8s-node-[99,]-ecshost",
            false,
            [
                "k8s-node-000099-ecshost",
                "k8s-node-000100-ecshost",
                "k8s-node-000101-ecshost",
            ],
        ),
        (
            "k8s-node-[99,1]-ecshost",
            false,
            [
                "k8s-node-000099-ecshost",
                "k8s-node-000100-ecshost",
                "k8s-node-000101-ecshost",
            ],
        ),
        (
            "k8s-node-[999998]-ecshost",
            false,
            [
                "k8s-node-999998-ecshost",
                "k8s-node-999999-ecshost",
                "k8s-node-999999-ecshost",
            ],
        ),
        (
            "k8s-node-[0,4]",
            false,
            ["k8s-node-0000", "k8s-node-0001", "k8s-node-0002"],
        ),
        (
            "k8s-node-[]-ecshost",
            true,
            [
                "k8s-node-000000-ecshost001",
                "k8s-node-000001-ecshost002",
                "k8s-node-000002-ecshost003",
            ],
        ),
        (
            "k8s-node-[0,4]",
            true,
            ["k8s-node-0000", "k8s-node-0001", "k8s-node-0002"],
        ),
        (
            "instance-[99,3]",
            true,
            ["instance-099", "instance-100", "instance-101"],
        ),
    ];
    for (name, unique, expected) in vectors {
        let mut cloud = Cloud::new();
        let net = cloud.net();
        let ids = cloud.run(
            &net,
            &format!("Amount=3&InstanceName={name}&HostName={name}&UniqueSuffix={unique}"),
        );
        let found = cloud.ok(&format!(
            "Action=DescribeInstances&InstanceIds={}",
            json_list(&ids)
        ));
        let found = found["Instances"]["Instance"].as_array().unwrap();
        for key in ["InstanceName", "HostName"] {
            let mut names: Vec<String> = found.iter().map(|i| text(&i[key])).collect();
            names.sort();
            assert_eq!(names, expected, "{name} {unique} {key}");
        }
    }
}

#[test]
fn what_comes_with_an_instance() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(
        &net,
        "Amount=2&InstanceName=web&Tag.1.Key=app&Tag.1.Value=shop&Tag.2.Key=env&Tag.2.Value=prod\
         &SystemDisk.Category=cloud_essd&SystemDisk.Size=60&SystemDisk.PerformanceLevel=PL1\
         &DataDisk.1.Size=100&DataDisk.1.Category=cloud_essd&DataDisk.1.DiskName=data\
         &DataDisk.2.Size=200&DataDisk.2.Category=cloud_efficiency&DataDisk.2.DeleteWithInstance=false\
         &InternetMaxBandwidthOut=5&UserData=IyEvYmluL3No&RamRoleName=role&KeyPairName=pair\
         &Description=a+web+server&DeletionProtection=True&InstanceChargeType=PostPaid",
    );
    assert_eq!(ids.len(), 2);
    let shown = cloud.describe(&ids[0]);
    assert_eq!(shown["Cpu"], 2);
    assert_eq!(shown["Memory"], 8192);
    assert_eq!(shown["OSType"], "linux");
    assert_eq!(shown["InstanceTypeFamily"], "ecs.g6");
    assert_eq!(shown["ZoneId"], "cn-hangzhou-h");
    assert_eq!(shown["VpcAttributes"]["VpcId"], net.vpc.as_str());
    assert_eq!(
        shown["SecurityGroupIds"]["SecurityGroupId"][0],
        net.group.as_str()
    );
    assert_eq!(shown["Tags"]["Tag"][0]["TagKey"], "app");
    assert_eq!(shown["CreationTime"], "2026-11-24T02:00Z");
    assert_eq!(shown["InternetMaxBandwidthOut"], 5);
    assert_eq!(shown["InternetChargeType"], "PayByTraffic");
    assert_eq!(
        shown["PublicIpAddress"]["IpAddress"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(shown["DeletionProtection"], true);
    assert_eq!(shown["KeyPairName"], "pair");
    assert_eq!(shown["IoOptimized"], true);
    let id = &ids[0];
    let user_data = cloud.ok(&format!("Action=DescribeUserData&InstanceId={id}"));
    assert_eq!(user_data["UserData"], "IyEvYmluL3No");
    let role = cloud.ok(&format!(
        "Action=DescribeInstanceRamRole&InstanceIds=[\"{id}\"]"
    ));
    assert_eq!(
        role["InstanceRamRoleSets"]["InstanceRamRoleSet"][0]["RamRoleName"],
        "role"
    );

    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"));
    let disks = disks["Disks"]["Disk"].as_array().unwrap();
    assert_eq!(disks.len(), 3);
    assert_eq!(
        (
            disks[0]["Type"].as_str(),
            disks[0]["Size"].as_i64(),
            disks[0]["PerformanceLevel"].as_str()
        ),
        (Some("system"), Some(60), Some("PL1"))
    );
    assert_eq!(disks[0]["Device"], "/dev/xvda");
    let unkept: Vec<_> = disks
        .iter()
        .map(|d| d["DeleteWithInstance"].as_bool().unwrap())
        .collect();
    assert_eq!(unkept.iter().filter(|flag| !**flag).count(), 1);
    assert!(
        disks
            .iter()
            .all(|d| d["Tags"]["Tag"].as_array().unwrap().len() == 2)
    );
    assert!(
        disks
            .iter()
            .all(|d| d["Status"] == "In_use" && d["InstanceId"] == id.as_str())
    );

    let nics = cloud.ok(&format!("Action=DescribeNetworkInterfaces&InstanceId={id}"));
    let nic = &nics["NetworkInterfaceSets"]["NetworkInterfaceSet"][0];
    assert_eq!(nic["Tags"]["Tag"].as_array().unwrap().len(), 2);
    assert_eq!(
        nic["NetworkInterfaceId"],
        shown["NetworkInterfaces"]["NetworkInterface"][0]["NetworkInterfaceId"]
    );
    assert_eq!(
        nic["PrivateIpAddress"],
        shown["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0]
    );
}

#[test]
fn defaults() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let shown = cloud.describe(&id);
    assert_eq!(shown["InstanceName"], id.as_str());
    assert_eq!(
        shown["PublicIpAddress"]["IpAddress"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    assert_eq!(shown["InstanceChargeType"], "PostPaid");
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"));
    assert_eq!(disks["Disks"]["Disk"][0]["Category"], "cloud_efficiency");
    assert_eq!(disks["Disks"]["Disk"][0]["Size"], 40);
}

#[test]
fn addresses_run_on() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(
        &net,
        "Amount=3&InstanceName=n[1,2]&PrivateIpAddress=10.0.3.7",
    );
    for id in &ids {
        let shown = cloud.describe(id);
        let expected = match shown["InstanceName"].as_str().unwrap() {
            "n01" => "10.0.3.7",
            "n02" => "10.0.3.8",
            _ => "10.0.3.9",
        };
        assert_eq!(
            shown["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0],
            expected
        );
    }
    for (address, code) in [
        ("10.0.3.5&Amount=3", "InvalidPrivateIpAddress.Duplicated"),
        ("10.0.0.0", "InvalidPrivateIpAddress"),
        ("10.0.15.253", "InvalidPrivateIpAddress"),
        ("10.9.0.1", "InvalidPrivateIpAddress"),
    ] {
        let query = run_query(&net, &format!("PrivateIpAddress={address}"));
        assert_eq!(cloud.refused(&query), code, "{address}");
    }
    assert_eq!(cloud.world.tables.instances.len(), 3);
}

#[test]
fn a_small_vswitch_fills_up() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let small = cloud
        .vpc(&format!(
            "Action=CreateVSwitch&VpcId={}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.64.0/29",
            net.vpc
        ))
        .unwrap();
    let small = super::Net {
        vswitch: text(&small["VSwitchId"]),
        ..net
    };
    assert_eq!(
        cloud.refused(&run_query(&small, "Amount=5")),
        "QuotaExceeded.PrivateIpAddress"
    );
    assert_eq!(cloud.run(&small, "Amount=5&MinAmount=2").len(), 4);
    let shown = cloud
        .vpc(&format!(
            "Action=DescribeVSwitchAttributes&VSwitchId={}",
            small.vswitch
        ))
        .unwrap();
    assert_eq!(shown["AvailableIpAddressCount"], 0);
}

#[test]
fn a_token_answers_once() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let query = run_query(&net, "Amount=3&ClientToken=t1&InstanceName=ab");
    let first = cloud.ok(&query);
    let again = cloud.ok(&query);
    assert_eq!(first["InstanceIdSets"], again["InstanceIdSets"]);
    assert_eq!(cloud.world.tables.instances.len(), 3);
    let other = run_query(&net, "Amount=4&ClientToken=t1&InstanceName=ab");
    assert_eq!(cloud.refused(&other), "IdempotentParameterMismatch");
    // A request that failed has spent its token, even when it would now succeed.
    let no_stock = format!(
        "Action=RunInstances&ImageId={IMAGE}&InstanceType=ecs.ebmg7.32xlarge&VSwitchId={}&SecurityGroupId={}&ClientToken=t2",
        net.vswitch, net.group
    );
    assert_eq!(cloud.refused(&no_stock), "OperationDenied.NoStock");
    assert_eq!(cloud.refused(&no_stock), "IdempotentFailed");
    // A dry run leaves the token alone.
    let dry = run_query(&net, "ClientToken=t3&DryRun=true");
    assert_eq!(cloud.refused(&dry), "DryRunOperation");
    assert_eq!(cloud.run(&net, "ClientToken=t3").len(), 1);
    // What a token made is gone, and with it the token.
    let once = run_query(&net, "ClientToken=t4");
    let gone = cloud.ok(&once);
    let id = text(&gone["InstanceIdSets"]["InstanceIdSet"][0]);
    cloud.ok(&format!("Action=DeleteInstance&InstanceId={id}&Force=true"));
    assert_ne!(gone["InstanceIdSets"], cloud.ok(&once)["InstanceIdSets"]);
    // Tokens are case-sensitive, and kept for a day.
    assert_eq!(cloud.run(&net, "ClientToken=T3").len(), 1);
    cloud.wait(25 * 3600 * 1000);
    assert_ne!(first["InstanceIdSets"], cloud.ok(&query)["InstanceIdSets"]);
}

#[test]
fn stock_limits_a_batch() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let query = |more: &str| {
        format!(
            "Action=RunInstances&ImageId={IMAGE}&InstanceType=ecs.ebmc7.32xlarge&VSwitchId={}&SecurityGroupId={}&{more}",
            net.vswitch, net.group
        )
    };
    assert_eq!(cloud.refused(&query("Amount=5")), "OperationDenied.NoStock");
    assert_eq!(
        cloud.refused(&query("Amount=5&MinAmount=4")),
        "OperationDenied.NoStock"
    );
    let some = cloud.ok(&query("Amount=5&MinAmount=2"));
    assert_eq!(texts(&some["InstanceIdSets"]["InstanceIdSet"]).len(), 3);
    assert_eq!(cloud.refused(&query("Amount=1")), "OperationDenied.NoStock");
}

#[test]
fn refusals() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let full = run_query(&net, "");
    let with = |from: &str, to: &str| full.replacen(from, to, 1);
    let other_vpc = text(
        &cloud
            .vpc("Action=CreateVpc&CidrBlock=192.168.0.0/16")
            .unwrap()["VpcId"],
    );
    let other_group = text(
        &cloud.ok(&format!("Action=CreateSecurityGroup&VpcId={other_vpc}"))["SecurityGroupId"],
    );
    for (query, code) in [
        (with(IMAGE, "no_such_image"), "InvalidImageId.NotFound"),
        (
            with("ecs.g6.large", "ecs.nope.large"),
            "InvalidInstanceType.ValueNotSupported",
        ),
        (with(&net.vswitch, "vsw-none"), "InvalidVSwitchId.NotFound"),
        (with(&net.group, "sg-none"), "InvalidSecurityGroupId"),
        (with(&net.group, &other_group), "InvalidParameter.Mismatch"),
        (
            format!("{full}&ZoneId=cn-hangzhou-zz"),
            "InvalidZoneId.NotFound",
        ),
        (
            format!("{full}&ZoneId=cn-hangzhou-k"),
            "InvalidParameter.Mismatch",
        ),
        (
            format!("{full}&RegionId=mars-1"),
            "InvalidRegionId.NotFound",
        ),
        (
            format!("{full}&LaunchTemplateId=lt-1"),
            "InvalidLaunchTemplate.NotFound",
        ),
        (
            with("ecs.g6.large", "ecs.g8y.large"),
            "ImageNotSupportInstanceType",
        ),
        (
            format!("{full}&SystemDisk.Size=10"),
            "InvalidSystemDiskSize.LessThanImageSize",
        ),
        (
            format!("{full}&SystemDisk.Size=99999"),
            "InvalidSystemDiskSize.MoreThanMaxSize",
        ),
        (
            format!(
                "{full}&DataDisk.1.Category=cloud_essd&DataDisk.1.Size=100&DataDisk.1.PerformanceLevel=PL3"
            ),
            "InvalidDataDiskSize.ValueNotSupported",
        ),
        (
            format!("{full}&DataDisk.1.Category=cloud&DataDisk.1.Size=100"),
            "InvalidDiskCategory.NotSupported",
        ),
        (
            format!("{full}&DataDisk.1.SnapshotId=s-1&DataDisk.1.Size=40"),
            "InvalidDataDiskSnapshotId.NotFound",
        ),
        (
            format!("{full}&AutoReleaseTime=2026-11-24T02:10:00Z"),
            "InvalidAutoReleaseTime.Malformed",
        ),
        (
            format!("{full}&UniqueSuffix=true&InstanceName={}", "n".repeat(126)),
            "InvalidParams.InstanceNameExceed",
        ),
    ] {
        assert_eq!(cloud.refused(&query), code, "{query}");
    }
    assert_eq!(cloud.world.tables.instances.len(), 0);
    assert_eq!(cloud.world.tables.disks.len(), 0);
    assert_eq!(cloud.world.tables.interfaces.len(), 0);
}

#[test]
fn ids_do_not_follow_names() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=50&InstanceName=n[1,3]");
    let names: Vec<String> = ids
        .iter()
        .map(|id| text(&cloud.describe(id)["InstanceName"]))
        .collect();
    assert!(
        !names.is_sorted(),
        "a client that takes the order for the names' must not get away with it"
    );
}

#[test]
fn a_primary_interface_replaces_the_top_level_network() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let answer = cloud.ok(&format!(
        "Action=RunInstances&ImageId={IMAGE}&InstanceType=ecs.g6.large\
         &NetworkInterface.1.InstanceType=Primary&NetworkInterface.1.VSwitchId={0}&NetworkInterface.1.SecurityGroupIds.1={1}\
         &NetworkInterface.2.InstanceType=Secondary&NetworkInterface.2.VSwitchId={0}&NetworkInterface.2.SecurityGroupIds.1={1}",
        net.vswitch, net.group
    ));
    let id = text(&answer["InstanceIdSets"]["InstanceIdSet"][0]);
    let shown = cloud.describe(&id);
    let nics = shown["NetworkInterfaces"]["NetworkInterface"]
        .as_array()
        .unwrap();
    let kinds: Vec<_> = nics
        .iter()
        .map(|nic| nic["Type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["Primary", "Secondary"]);
}
