//! Whatever the parameters hold, every action answers or refuses; none panics.

use ecs_api::{OPERATIONS, Product};

use super::Cloud;
use crate::ids::mix;

const NAMES: [&str; 48] = [
    "RegionId",
    "InstanceId",
    "InstanceId.1",
    "InstanceIds",
    "ImageId",
    "InstanceType",
    "VSwitchId",
    "VpcId",
    "SecurityGroupId",
    "SecurityGroupIds.1",
    "Amount",
    "MinAmount",
    "InstanceName",
    "HostName",
    "UniqueSuffix",
    "PrivateIpAddress",
    "SystemDisk.Size",
    "SystemDisk.Category",
    "DataDisk.1.Size",
    "DataDisk.2.Category",
    "DataDisk.1.PerformanceLevel",
    "UserData",
    "AutoReleaseTime",
    "PageSize",
    "PageNumber",
    "MaxResults",
    "NextToken",
    "Tag.1.Key",
    "Tag.1.Value",
    "ResourceType",
    "ResourceId.1",
    "TagKey.1",
    "CidrBlock",
    "ZoneId",
    "DiskId",
    "DiskIds",
    "NewSize",
    "IpProtocol",
    "PortRange",
    "SourceCidrIp",
    "SourceGroupId",
    "Priority",
    "Permissions.1.IpProtocol",
    "DestinationResource",
    "InternetMaxBandwidthOut",
    "DryRun",
    "ClientToken",
    "NetworkInterface.1.InstanceType",
];

const VALUES: [&str; 40] = [
    "",
    "0",
    "-1",
    "1",
    "100",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "true",
    "False",
    "null",
    "[]",
    "[\"\"]",
    "[\"i-1\"]",
    "[1]",
    "{}",
    "cn-hangzhou",
    "cn-hangzhou-h",
    "ecs.g6.large",
    "10.0.0.0/16",
    "10.0.0.0/8",
    "255.255.255.255",
    "0.0.0.0/0",
    "tcp",
    "-1/-1",
    "22/22",
    "65536/1",
    "instance",
    "VPC",
    "Primary",
    "web-[1,3]",
    "web-[999999,6]x",
    "[]",
    "a[,]",
    "\u{1f4a9}\u{0}\u{202e}",
    "2026-11-24T03:00:00Z",
    "9999-12-31T23:59:59Z",
    "****",
    "cae1ffffffffffffffff",
    "SystemDisk",
];

#[test]
fn nonsense_is_refused_not_feared() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "DataDisk.1.Size=40").remove(0);
    let real = [
        id.as_str(),
        &net.vpc,
        &net.vswitch,
        &net.group,
        super::IMAGE,
    ];
    let mut state = 7;
    let mut pick = |n: usize| {
        state = mix(state);
        (state % n as u64) as usize
    };
    let mut answered = 0;
    for operation in OPERATIONS {
        for _ in 0..150 {
            let mut query = format!("Action={}", operation.action);
            for _ in 0..pick(9) {
                let name = NAMES[pick(NAMES.len())];
                let value = match pick(3) {
                    0 => real[pick(real.len())],
                    _ => VALUES[pick(VALUES.len())],
                };
                let value = ecs_api::sign::encode_component(value);
                query = query + "&" + name + "=" + &value;
            }
            answered += u32::from(cloud.call_product(operation.product, &query).is_ok());
        }
    }
    assert!(
        answered > 500,
        "{answered}: the nonsense is too wild to test anything"
    );
    // The cloud is still in one piece.
    cloud.world.rebuild();
    for instance in cloud.world.tables.instances.iter() {
        assert!(
            instance
                .disks
                .iter()
                .all(|id| cloud.world.tables.disks.contains(id))
        );
        assert!(
            instance
                .interfaces
                .iter()
                .all(|id| cloud.world.tables.interfaces.contains(id))
        );
    }
    assert!(
        cloud
            .call_product(Product::Sts, "Action=GetCallerIdentity")
            .is_ok()
    );
}
