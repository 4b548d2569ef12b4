//! VPCs, vSwitches, route tables.

use super::{Cloud, text};
use crate::lifecycle::Delays;

#[test]
fn a_vpc_comes_with_router_and_table() {
    let mut cloud = Cloud::with_delays(Delays {
        network: 500,
        ..Delays::NONE
    });
    let made = cloud
        .vpc("Action=CreateVpc&VpcName=v&Tag.1.Key=a&Tag.1.Value=b")
        .unwrap();
    let vpc = text(&made["VpcId"]);
    let shown = cloud
        .vpc(&format!("Action=DescribeVpcAttribute&VpcId={vpc}"))
        .unwrap();
    assert_eq!(
        (&shown["Status"], &shown["CidrBlock"]),
        (&"Pending".into(), &"172.16.0.0/12".into())
    );
    assert_eq!(shown["Tags"]["Tag"][0]["Key"], "a");
    let early =
        format!("Action=CreateVSwitch&VpcId={vpc}&ZoneId=cn-hangzhou-h&CidrBlock=172.16.1.0/24");
    assert_eq!(cloud.vpc(&early).unwrap_err().code, "IncorrectVpcStatus");
    cloud.wait(500);
    let shown = cloud
        .vpc(&format!("Action=DescribeVpcs&VpcId={vpc}"))
        .unwrap();
    assert_eq!(shown["Vpcs"]["Vpc"][0]["Status"], "Available");
    let tables = cloud
        .vpc(&format!("Action=DescribeRouteTableList&VpcId={vpc}"))
        .unwrap();
    let table = &tables["RouterTableList"]["RouterTableListType"][0];
    assert_eq!(
        (&table["RouteTableId"], &table["RouteTableType"]),
        (&made["RouteTableId"], &"System".into())
    );
    cloud
        .vpc(&format!(
            "Action=ModifyVpcAttribute&VpcId={vpc}&VpcName=w&Description=d"
        ))
        .unwrap();
    let shown = cloud
        .vpc(&format!("Action=DescribeVpcAttribute&VpcId={vpc}"))
        .unwrap();
    assert_eq!(
        (&shown["VpcName"], &shown["Description"]),
        (&"w".into(), &"d".into())
    );
    cloud.vpc(&format!("Action=DeleteVpc&VpcId={vpc}")).unwrap();
    let gone = cloud
        .vpc(&format!("Action=DescribeVpcAttribute&VpcId={vpc}"))
        .unwrap_err();
    assert_eq!(
        (gone.status, gone.code.as_str()),
        (404, "InvalidVpcId.NotFound")
    );
    assert_eq!(cloud.world.tables.route_tables.len(), 0);
}

#[test]
fn blocks_must_fit() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let make = |block: &str| {
        format!(
            "Action=CreateVSwitch&VpcId={}&ZoneId=cn-hangzhou-h&CidrBlock={block}",
            net.vpc
        )
    };
    for (block, code) in [
        ("10.0.8.0/24", "InvalidCidrBlock.Overlapped"),
        ("10.1.0.0/24", "InvalidCidrBlock.Malformed"),
        ("10.0.16.0/30", "InvalidCidrBlock.Malformed"),
        ("10.0.16.1/24", "InvalidCidrBlock.Malformed"),
        ("nonsense", "InvalidCidrBlock.Malformed"),
    ] {
        assert_eq!(cloud.vpc(&make(block)).unwrap_err().code, code, "{block}");
    }
    let wrong_zone = make("10.0.16.0/24").replace("cn-hangzhou-h", "cn-beijing-h");
    assert_eq!(
        cloud.vpc(&wrong_zone).unwrap_err().code,
        "InvalidZoneId.NotFound"
    );
    let made = cloud.vpc(&make("10.0.16.0/24")).unwrap();
    let shown = cloud
        .vpc(&format!(
            "Action=DescribeVSwitchAttributes&VSwitchId={}",
            text(&made["VSwitchId"])
        ))
        .unwrap();
    assert_eq!(
        (&shown["AvailableIpAddressCount"], &shown["ZoneId"]),
        (&252.into(), &"cn-hangzhou-h".into())
    );
    assert_eq!(
        cloud
            .vpc("Action=CreateVpc&CidrBlock=10.0.0.0/29")
            .unwrap_err()
            .code,
        "InvalidCidrBlock.Malformed"
    );
}

#[test]
fn nothing_in_use_can_be_deleted() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let delete_vswitch = format!("Action=DeleteVSwitch&VSwitchId={}", net.vswitch);
    let delete_vpc = format!("Action=DeleteVpc&VpcId={}", net.vpc);
    let delete_group = format!("Action=DeleteSecurityGroup&SecurityGroupId={}", net.group);
    assert_eq!(
        cloud.vpc(&delete_vswitch).unwrap_err().code,
        "DependencyViolation"
    );
    assert_eq!(
        cloud.vpc(&delete_vpc).unwrap_err().code,
        "DependencyViolation"
    );
    assert_eq!(cloud.refused(&delete_group), "DependencyViolation");
    cloud.ok(&format!("Action=DeleteInstance&InstanceId={id}&Force=true"));
    cloud.vpc(&delete_vswitch).unwrap();
    assert_eq!(
        cloud.vpc(&delete_vpc).unwrap_err().code,
        "DependencyViolation"
    );
    cloud.ok(&delete_group);
    cloud.vpc(&delete_vpc).unwrap();
    // A vSwitch that is gone is answered with empty members.
    let gone = cloud
        .vpc(&delete_vswitch.replace("DeleteVSwitch", "DescribeVSwitchAttributes"))
        .unwrap();
    assert_eq!(
        (&gone["VSwitchId"], &gone["Status"]),
        (&"".into(), &"".into())
    );
    assert_eq!(cloud.world.tables.rows(), cloud.world.tables.tokens.len());
}

#[test]
fn tokens_work_for_networks_too() {
    let mut cloud = Cloud::new();
    let first = cloud.vpc("Action=CreateVpc&ClientToken=x").unwrap();
    let again = cloud.vpc("Action=CreateVpc&ClientToken=x").unwrap();
    assert_eq!(first["VpcId"], again["VpcId"]);
    assert_eq!(cloud.world.tables.vpcs.len(), 1);
}
