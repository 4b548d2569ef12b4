//! What instances are besides their life: how they are paid for, further addresses, placement, snapshot policies.

use super::{Cloud, json_list, text};

#[test]
fn billing_goes_both_ways_and_renewal_is_for_prepaid_ones() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let list = json_list(std::slice::from_ref(&id));
    let change = format!("Action=ModifyInstanceChargeType&InstanceIds={list}");
    assert_eq!(cloud.refused(&change), "MissingParameter");
    let renew = format!(
        "Action=ModifyInstanceAutoRenewAttribute&InstanceId={id}&RenewalStatus=AutoRenewal&Duration=3"
    );
    assert_eq!(cloud.refused(&renew), "ChargeTypeViolation");
    cloud.ok(&format!("{change}&Period=1&PeriodUnit=Month"));
    let seen = cloud.describe(&id);
    assert_eq!(seen["InstanceChargeType"], "PrePaid");
    assert!(text(&seen["ExpiredTime"]).starts_with("2026-12-24"));
    cloud.ok(&renew);
    let told = cloud.ok(&format!(
        "Action=DescribeInstanceAutoRenewAttribute&InstanceId={id}"
    ));
    let told = &told["InstanceRenewAttributes"]["InstanceRenewAttribute"][0];
    assert_eq!(told["RenewalStatus"], "AutoRenewal");
    assert_eq!(told["Duration"], 3);
    let other_type =
        format!("Action=ModifyPrepayInstanceSpec&InstanceId={id}&InstanceType=ecs.g6.xlarge");
    assert_eq!(cloud.refused(&other_type), "IncorrectInstanceStatus");
    cloud.ok(&format!("{change}&InstanceChargeType=PostPaid"));
    assert_eq!(cloud.describe(&id)["InstanceChargeType"], "PostPaid");
    assert_eq!(cloud.refused(&other_type), "ChargeTypeViolation");
}

#[test]
fn further_addresses_come_from_the_vswitch_and_go_back() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "Ipv6AddressCount=1").remove(0);
    let seen = cloud.describe(&id);
    let nic = &seen["NetworkInterfaces"]["NetworkInterface"][0];
    assert_eq!(nic["Ipv6Sets"]["Ipv6Set"].as_array().map(Vec::len), Some(1));
    let nic = text(&nic["NetworkInterfaceId"]);
    let assign = format!("Action=AssignPrivateIpAddresses&NetworkInterfaceId={nic}");
    assert_eq!(cloud.refused(&assign), "MissingParameter");
    cloud.ok(&format!("{assign}&SecondaryPrivateIpAddressCount=2"));
    cloud.ok(&format!("{assign}&PrivateIpAddress.1=10.0.0.99"));
    let taken = format!("{assign}&PrivateIpAddress.1=10.0.0.99");
    assert_eq!(cloud.refused(&taken), "InvalidPrivateIpAddress.Duplicated");
    let addresses = |cloud: &mut Cloud| {
        let nics = cloud.describe(&id);
        let sets = &nics["NetworkInterfaces"]["NetworkInterface"][0]["PrivateIpSets"];
        sets["PrivateIpSet"].as_array().map(Vec::len)
    };
    assert_eq!(addresses(&mut cloud), Some(4));
    cloud.ok(&format!(
        "Action=UnassignPrivateIpAddresses&NetworkInterfaceId={nic}&PrivateIpAddress.1=10.0.0.99"
    ));
    assert_eq!(addresses(&mut cloud), Some(3));
    cloud.ok(&taken);
    let six = format!("NetworkInterfaceId={nic}&Ipv6Address.1=2408:4005::7");
    cloud.ok(&format!("Action=AssignIpv6Addresses&{six}"));
    assert_eq!(
        cloud.refused(&format!("Action=AssignIpv6Addresses&{six}")),
        "InvalidIp.IpAssigned"
    );
    cloud.ok(&format!("Action=UnassignIpv6Addresses&{six}"));
}

#[test]
fn placement_and_policies_are_kept() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let deploy = format!("Action=ModifyInstanceDeployment&InstanceId={id}");
    cloud.ok(&format!("{deploy}&DeploymentSetId=ds-1"));
    assert_eq!(cloud.describe(&id)["DeploymentSetId"], "ds-1");
    let other = format!("{deploy}&DeploymentSetId=ds-2&RemoveFromDeploymentSet=true");
    assert_eq!(cloud.refused(&other), "InvalidDeploymentSetId.NotFound");
    cloud.ok(&format!(
        "{deploy}&DeploymentSetId=ds-1&RemoveFromDeploymentSet=true"
    ));
    assert_eq!(cloud.describe(&id)["DeploymentSetId"], "");
    let pool = format!("Action=ModifyInstanceAttachmentAttributes&InstanceId={id}");
    let target = format!("{pool}&PrivatePoolOptions.MatchCriteria=Target");
    assert_eq!(cloud.refused(&target), "MissingParameter");
    cloud.ok(&format!("{target}&PrivatePoolOptions.Id=eap-1"));
    let list = json_list(std::slice::from_ref(&id));
    let told = cloud.ok(&format!(
        "Action=DescribeInstanceAttachmentAttributes&InstanceIds={list}"
    ));
    let told = &told["Instances"]["Instance"][0];
    assert_eq!(told["PrivatePoolOptionsId"], "eap-1");
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"));
    let disk = text(&disks["Disks"]["Disk"][0]["DiskId"]);
    cloud.ok(&format!(
        "Action=ApplyAutoSnapshotPolicy&autoSnapshotPolicyId=sp-1&regionId=cn-hangzhou&diskIds=[\"{disk}\"]"
    ));
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={id}"));
    assert_eq!(disks["Disks"]["Disk"][0]["AutoSnapshotPolicyId"], "sp-1");
    assert_eq!(
        cloud.refused("Action=CancelAutoSnapshotPolicy&regionId=cn-hangzhou&diskIds=[\"d-none\"]"),
        "InvalidDiskId.NotFound"
    );
}
