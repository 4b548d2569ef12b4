//! Security groups, their rules, who is in them.

use super::{Cloud, text};

fn rules(cloud: &mut Cloud, group: &str) -> Vec<serde_json::Value> {
    let shown = cloud.ok(&format!(
        "Action=DescribeSecurityGroupAttribute&SecurityGroupId={group}&NicType=<nil>&Direction=all"
    ));
    shown["Permissions"]["Permission"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn rules_come_and_go() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let group = &net.group;
    let flat = format!(
        "SecurityGroupId={group}&IpProtocol=tcp&PortRange=22/22&SourceCidrIp=0.0.0.0/0&Policy=accept&Priority=1"
    );
    cloud.ok(&format!("Action=AuthorizeSecurityGroup&{flat}"));
    cloud.ok(&format!(
        "Action=AuthorizeSecurityGroup&{flat}&Description=again"
    ));
    cloud.ok(&format!(
        "Action=AuthorizeSecurityGroup&SecurityGroupId={group}&Permissions.1.IpProtocol=UDP&Permissions.1.PortRange=53/53&Permissions.1.SourceCidrIp=10.0.0.0/8&Permissions.2.IpProtocol=ALL&Permissions.2.PortRange=-1/-1&Permissions.2.SourceGroupId={group}&Permissions.2.Policy=drop&Permissions.2.Priority=100"
    ));
    cloud.ok(&format!(
        "Action=AuthorizeSecurityGroupEgress&SecurityGroupId={group}&IpProtocol=ALL&PortRange=-1/-1&DestCidrIp=0.0.0.0/0"
    ));
    let all = rules(&mut cloud, group);
    assert_eq!(all.len(), 4);
    let ssh = &all[0];
    assert_eq!(
        (
            &ssh["IpProtocol"],
            &ssh["Policy"],
            &ssh["Priority"],
            &ssh["Direction"],
            &ssh["NicType"]
        ),
        (
            &"TCP".into(),
            &"Accept".into(),
            &"1".into(),
            &"ingress".into(),
            &"intranet".into()
        )
    );
    assert_eq!(all[2]["SourceGroupId"], group.as_str());
    assert_eq!(all[3]["DestCidrIp"], "0.0.0.0/0");
    // What does not match is left alone, and is no error.
    cloud.ok(&format!(
        "Action=RevokeSecurityGroup&{}",
        flat.replace("22/22", "23/23")
    ));
    assert_eq!(rules(&mut cloud, group).len(), 4);
    cloud.ok(&format!("Action=RevokeSecurityGroup&{flat}&NicType=<nil>"));
    assert_eq!(rules(&mut cloud, group).len(), 3);
    let id = text(&rules(&mut cloud, group)[0]["SecurityGroupRuleId"]);
    cloud.ok(&format!(
        "Action=ModifySecurityGroupRule&SecurityGroupId={group}&SecurityGroupRuleId={id}&PortRange=54/54&Description=dns"
    ));
    let changed = &rules(&mut cloud, group)[0];
    assert_eq!(
        (&changed["PortRange"], &changed["Description"]),
        (&"54/54".into(), &"dns".into())
    );
    assert_eq!(changed["SourceCidrIp"], "10.0.0.0/8");
    cloud.ok(&format!(
        "Action=RevokeSecurityGroup&SecurityGroupId={group}&SecurityGroupRuleId.1={id}"
    ));
    assert_eq!(rules(&mut cloud, group).len(), 2);
    let unknown =
        format!("Action=RevokeSecurityGroup&SecurityGroupId={group}&SecurityGroupRuleId.1={id}");
    assert_eq!(
        cloud.refused(&unknown),
        "InvalidSecurityGroupRuleId.NotFound"
    );
}

#[test]
fn a_group_named_by_a_rule_is_in_use() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let other = cloud.ok(&format!("Action=CreateSecurityGroup&VpcId={}", net.vpc));
    let other = text(&other["SecurityGroupId"]);
    cloud.ok(&format!(
        "Action=AuthorizeSecurityGroup&SecurityGroupId={}&IpProtocol=ALL&PortRange=-1/-1&SourceGroupId={other}",
        net.group
    ));
    let delete = format!("Action=DeleteSecurityGroup&SecurityGroupId={other}");
    assert_eq!(cloud.refused(&delete), "DependencyViolation");
    cloud.ok(&format!(
        "Action=RevokeSecurityGroup&SecurityGroupId={}&IpProtocol=all&PortRange=-1/-1&SourceGroupId={other}",
        net.group
    ));
    cloud.ok(&delete);
    let gone = cloud
        .call(&format!(
            "Action=DescribeSecurityGroupAttribute&SecurityGroupId={other}"
        ))
        .unwrap_err();
    assert_eq!(
        (gone.status, gone.code.as_str()),
        (404, "InvalidSecurityGroupId.NotFound")
    );
}

#[test]
fn joining_and_leaving() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let other = cloud.ok(&format!(
        "Action=CreateSecurityGroup&VpcId={}&SecurityGroupName=db",
        net.vpc
    ));
    let other = text(&other["SecurityGroupId"]);
    let leave =
        |group: &str| format!("Action=LeaveSecurityGroup&SecurityGroupId={group}&InstanceId={id}");
    let join =
        |group: &str| format!("Action=JoinSecurityGroup&SecurityGroupId={group}&InstanceId={id}");
    assert_eq!(
        cloud.refused(&leave(&net.group)),
        "InstanceLastSecurityGroup"
    );
    assert_eq!(
        cloud.refused(&join(&net.group)),
        "InvalidInstanceId.AlreadyExists"
    );
    cloud.ok(&join(&other));
    cloud.ok(&leave(&net.group));
    assert_eq!(
        cloud.refused(&leave(&net.group)),
        "InstanceNotInSecurityGroup"
    );
    let shown = cloud.describe(&id);
    assert_eq!(
        shown["SecurityGroupIds"]["SecurityGroupId"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    cloud.ok(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={id}&SecurityGroupIds.1={}",
        net.group
    ));
    let groups = cloud.ok("Action=DescribeSecurityGroups&SecurityGroupName=web");
    let group = &groups["SecurityGroups"]["SecurityGroup"][0];
    assert_eq!(
        (&group["EcsCount"], &group["ResourceGroupId"]),
        (&1.into(), &"".into())
    );
    cloud.ok(&format!(
        "Action=ModifySecurityGroupPolicy&SecurityGroupId={other}&InnerAccessPolicy=Drop"
    ));
    let shown = cloud.ok(&format!(
        "Action=DescribeSecurityGroupAttribute&SecurityGroupId={other}"
    ));
    assert_eq!(shown["InnerAccessPolicy"], "Drop");
}
