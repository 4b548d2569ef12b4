//! Route tables and routes, and the resource groups of the account.

use ecs_api::Product;

use super::{Cloud, text};

#[test]
fn tables_hold_routes_and_vswitches_until_they_are_let_go() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "");
    let create = format!("Action=CreateRouteTable&VpcId={}", net.vpc);
    let made = cloud
        .vpc(&format!("{create}&RouteTableName=mine&Tag.1.Key=a"))
        .unwrap();
    let table = text(&made["RouteTableId"]);
    let refused = |cloud: &mut Cloud, query: &str| cloud.vpc(query).unwrap_err().code;
    let associate = format!("RouteTableId={table}&VSwitchId={}", net.vswitch);
    cloud
        .vpc(&format!("Action=AssociateRouteTable&{associate}"))
        .unwrap();
    let tables = cloud
        .vpc(&format!("Action=DescribeRouteTableList&VpcId={}", net.vpc))
        .unwrap();
    let tables = &tables["RouterTableList"]["RouterTableListType"];
    assert_eq!(tables[0]["RouteTableType"], "Custom");
    assert_eq!(
        tables[0]["VSwitchIds"]["VSwitchId"][0],
        net.vswitch.as_str()
    );
    assert!(
        tables[1]["VSwitchIds"]["VSwitchId"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );
    let system = text(&tables[1]["RouteTableId"]);
    assert_eq!(
        refused(
            &mut cloud,
            &format!("Action=DeleteRouteTable&RouteTableId={system}")
        ),
        "OperationFailed.SystemRouteTable"
    );

    let route = format!(
        "Action=CreateRouteEntry&RouteTableId={table}&NextHopId={}",
        ids[0]
    );
    for (more, code) in [
        (
            "&DestinationCidrBlock=1.2.3.4/8",
            "InvalidCidrBlock.Malformed",
        ),
        (
            "&DestinationCidrBlock=10.0.0.0/24",
            "InvalidCidrBlock.Conflict",
        ),
        (
            "&DestinationCidrBlock=0.0.0.0/0&NextHopType=NetworkInterface",
            "InvalidNextHopId.NotFound",
        ),
    ] {
        assert_eq!(
            refused(&mut cloud, &format!("{route}{more}")),
            code,
            "{more}"
        );
    }
    let first = format!("{route}&DestinationCidrBlock=0.0.0.0/0&ClientToken=t");
    let made = cloud.vpc(&first).unwrap();
    assert_eq!(
        cloud.vpc(&first).unwrap()["RouteEntryId"],
        made["RouteEntryId"]
    );
    assert_eq!(
        refused(
            &mut cloud,
            &format!("{route}&DestinationCidrBlock=0.0.0.0/0")
        ),
        "InvalidCidrBlock.Duplicate"
    );
    let list = format!("Action=DescribeRouteEntryList&RouteTableId={table}");
    let all = cloud.vpc(&format!("{list}&MaxResult=1")).unwrap();
    let entry = &all["RouteEntrys"]["RouteEntry"][0];
    assert_eq!(entry["Type"], "Custom");
    assert_eq!(
        entry["NextHops"]["NextHop"][0]["NextHopId"],
        ids[0].as_str()
    );
    let next = text(&all["NextToken"]);
    let rest = cloud
        .vpc(&format!("{list}&MaxResult=1&NextToken={next}"))
        .unwrap();
    assert_eq!(rest["RouteEntrys"]["RouteEntry"][0]["Type"], "System");
    assert_eq!(rest["NextToken"], "");

    let delete = format!("Action=DeleteRouteTable&RouteTableId={table}");
    assert_eq!(refused(&mut cloud, &delete), "DependencyViolation");
    cloud
        .vpc(&format!("Action=UnassociateRouteTable&{associate}"))
        .unwrap();
    assert_eq!(refused(&mut cloud, &delete), "DependencyViolation");
    cloud
        .vpc(&format!(
            "Action=DeleteRouteEntry&RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0"
        ))
        .unwrap();
    cloud.vpc(&delete).unwrap();
    assert_eq!(refused(&mut cloud, &list), "InvalidRouteTableId.NotFound");
}

#[test]
fn there_is_a_default_resource_group() {
    let mut cloud = Cloud::new();
    let mut ask = |query: &str| cloud.call_product(Product::ResourceManager, query);
    let all = ask("Action=ListResourceGroups&Status=OK").unwrap();
    let group = &all["ResourceGroups"]["ResourceGroup"][0];
    assert_eq!(group["Name"], "default");
    let id = text(&group["Id"]);
    let whole = ask(&format!("Action=GetResourceGroup&ResourceGroupId={id}")).unwrap();
    assert_eq!(
        whole["ResourceGroup"]["RegionStatuses"]["RegionStatus"][0]["Status"],
        "OK"
    );
    assert_eq!(
        ask("Action=ListResourceGroups&Status=Deleted").unwrap()["TotalCount"],
        0
    );
    assert_eq!(
        ask("Action=GetResourceGroup&ResourceGroupId=rg-none")
            .unwrap_err()
            .code,
        "EntityNotExists.ResourceGroup"
    );
}
