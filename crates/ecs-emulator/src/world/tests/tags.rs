//! Tags, in both products' words.

use super::{Cloud, text};

#[test]
fn tags_are_set_overwritten_listed_and_taken_away() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=2&Tag.1.Key=app&Tag.1.Value=a");
    let both = format!(
        "ResourceType=instance&ResourceId.1={}&ResourceId.2={}",
        ids[0], ids[1]
    );
    cloud.ok(&format!(
        "Action=TagResources&{both}&Tag.1.Key=app&Tag.1.Value=b&Tag.2.Key=env&Tag.2.Value=prod"
    ));
    let listed = cloud.ok(&format!("Action=ListTagResources&{both}"));
    let listed = listed["TagResources"]["TagResource"].as_array().unwrap();
    assert_eq!(listed.len(), 4);
    assert_eq!(
        (&listed[0]["TagKey"], &listed[0]["TagValue"]),
        (&"app".into(), &"b".into())
    );
    let by_tag =
        cloud.ok("Action=ListTagResources&ResourceType=instance&Tag.1.Key=env&Tag.1.Value=prod");
    assert_eq!(
        by_tag["TagResources"]["TagResource"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    cloud.ok(&format!("Action=UntagResources&{both}&TagKey.1=env"));
    let shown = cloud.describe(&ids[0]);
    assert_eq!(shown["Tags"]["Tag"].as_array().unwrap().len(), 1);
    let counted = cloud.ok("Action=DescribeTags&ResourceType=instance");
    assert_eq!(
        counted["Tags"]["Tag"][0]["ResourceTypeCount"]["Instance"],
        2
    );
    cloud.ok(&format!("Action=UntagResources&{both}&All=true"));
    assert_eq!(
        cloud.describe(&ids[0])["Tags"]["Tag"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn limits() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let id = cloud.run(&net, "").remove(0);
    let tags = |from: usize, to: usize| {
        let keys = super::numbered("Tag", (from..to).map(|n| format!("k{n}")));
        let values = super::numbered("Tag", (from..to).map(|_| "v"));
        keys.replace('=', ".Key=") + &values.replace('=', ".Value=")
    };
    let on =
        |tags: String| format!("Action=TagResources&ResourceType=instance&ResourceId.1={id}{tags}");
    cloud.ok(&on(tags(0, 20)));
    assert_eq!(
        cloud.refused(&on(tags(20, 21))),
        "OperationDenied.QuotaExceed"
    );
    cloud.ok(&on(tags(5, 15)));
    for (query, code) in [
        (
            "Action=TagResources&ResourceType=instance&ResourceId.1=i-none&Tag.1.Key=a&Tag.1.Value=b",
            "InvalidResourceId.NotFound",
        ),
        (
            "Action=TagResources&ResourceType=nonsense&ResourceId.1=i-none&Tag.1.Key=a&Tag.1.Value=b",
            "InvalidResourceType.NotFound",
        ),
        (
            "Action=TagResources&ResourceType=image&ResourceId.1=m-none&Tag.1.Key=a&Tag.1.Value=b",
            "InvalidResourceId.NotFound",
        ),
    ] {
        assert_eq!(cloud.refused(query), code);
    }
}

#[test]
fn the_other_product_has_words_of_its_own() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    cloud
        .vpc(&format!(
            "Action=TagResources&ResourceType=VPC&ResourceId.1={}&Tag.1.Key=a&Tag.1.Value=b",
            net.vpc
        ))
        .unwrap();
    cloud
        .vpc(&format!(
            "Action=TagResources&ResourceType=VSWITCH&ResourceId.1={}&Tag.1.Key=c&Tag.1.Value=d",
            net.vswitch
        ))
        .unwrap();
    let listed = cloud
        .vpc(&format!(
            "Action=ListTagResources&ResourceType=VPC&ResourceId.1={}",
            net.vpc
        ))
        .unwrap();
    assert_eq!(
        text(&listed["TagResources"]["TagResource"][0]["TagKey"]),
        "a"
    );
    let shown = cloud
        .vpc(&format!(
            "Action=DescribeVSwitchAttributes&VSwitchId={}",
            net.vswitch
        ))
        .unwrap();
    assert_eq!(shown["Tags"]["Tag"][0]["Key"], "c");
    cloud
        .vpc(&format!(
            "Action=UnTagResources&ResourceType=VPC&ResourceId.1={}&TagKey.1=a",
            net.vpc
        ))
        .unwrap();
    let listed = cloud
        .vpc(&format!(
            "Action=ListTagResources&ResourceType=VPC&ResourceId.1={}",
            net.vpc
        ))
        .unwrap();
    assert_eq!(
        listed["TagResources"]["TagResource"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}
