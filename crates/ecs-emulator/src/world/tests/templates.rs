//! Key pairs and launch templates, and what instances get from them.

use super::{Cloud, IMAGE, json_list, text};

#[test]
fn key_pairs_are_made_listed_attached_and_deleted() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    // Until the region has had a pair, names of pairs made elsewhere are taken.
    let old = cloud.run(&net, "KeyPairName=elsewhere");
    let made = cloud.ok("Action=CreateKeyPair&KeyPairName=web-1&Tag.1.Key=a&Tag.1.Value=b");
    assert!(text(&made["KeyPairId"]).starts_with("ssh-"));
    assert!(text(&made["PrivateKeyBody"]).contains("PRIVATE KEY"));
    let second = cloud.ok("Action=CreateKeyPair&KeyPairName=web-2");
    assert_ne!(made["PrivateKeyBody"], second["PrivateKeyBody"]);
    for (query, code) in [
        (
            "Action=CreateKeyPair&KeyPairName=web-1",
            "KeyPair.AlreadyExist",
        ),
        (
            "Action=CreateKeyPair&KeyPairName=1",
            "InvalidKeyPairName.Malformed",
        ),
        ("Action=CreateKeyPair", "MissingParameter"),
        (
            "Action=ImportKeyPair&KeyPairName=mine&PublicKeyBody=nonsense",
            "InvalidPublicKeyBody.Malformed",
        ),
    ] {
        assert_eq!(cloud.refused(query), code, "{query}");
    }
    let found = cloud.ok("Action=DescribeKeyPairs&KeyPairName=web-*&IncludePublicKey=true");
    assert_eq!(found["TotalCount"], 2);
    let newest = &found["KeyPairs"]["KeyPair"][0];
    assert_eq!(newest["KeyPairName"], "web-2");
    assert_eq!(newest["KeyPairFingerPrint"], second["KeyPairFingerPrint"]);
    let public = ecs_api::sign::encode_component(&text(&newest["PublicKey"]));
    let imported = cloud.ok(&format!(
        "Action=ImportKeyPair&KeyPairName=mine&PublicKeyBody={public}"
    ));
    assert_eq!(imported["KeyPairFingerPrint"], second["KeyPairFingerPrint"]);
    let tagged = cloud.ok("Action=DescribeKeyPairs&Tag.1.Key=a");
    assert_eq!(tagged["TotalCount"], 1);
    let elsewhere = cloud.ok("Action=DescribeKeyPairs&RegionId=cn-beijing");
    assert_eq!(elsewhere["TotalCount"], 0);
    let tags = cloud.ok("Action=ListTagResources&ResourceType=keypair&ResourceId.1=web-1");
    assert_eq!(tags["TagResources"]["TagResource"][0]["TagKey"], "a");

    let unknown = super::run_query(&net, "KeyPairName=unknown");
    assert_eq!(cloud.refused(&unknown), "InvalidKeyPairName.NotFound");
    let ids = cloud.run(&net, "KeyPairName=web-1");
    let list = json_list(&ids);
    assert_eq!(
        cloud.refused("Action=DeleteKeyPairs&KeyPairNames=[\"web-1\"]"),
        "InvalidParameter.KeypairAlreadyAttachedInstance"
    );
    let attach = format!("Action=AttachKeyPair&InstanceIds={list}&KeyPairName=");
    assert_eq!(
        cloud.refused(&format!("{attach}unknown")),
        "InvalidKeyPairName.NotFound"
    );
    assert_eq!(cloud.ok(&format!("{attach}mine"))["FailCount"], "0");
    assert_eq!(cloud.describe(&ids[0])["KeyPairName"], "mine");
    cloud.ok("Action=DeleteKeyPairs&KeyPairNames=[\"web-1\",\"gone\"]");
    assert_eq!(
        cloud.ok("Action=DescribeKeyPairs&KeyPairName=web-1")["TotalCount"],
        0
    );
    assert_eq!(cloud.describe(&old[0])["KeyPairName"], "elsewhere");
}

#[test]
fn instances_run_through_templates_and_parameters_override_them() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let base = format!(
        "ImageId={IMAGE}&InstanceType=ecs.g6.large&VSwitchId={}&SecurityGroupId={}&InstanceName=from-template&SystemDisk.Category=cloud_essd&SystemDisk.Size=60&DataDisk.1.Size=40&DataDisk.2.Size=41&Tag.1.Key=a&Tag.1.Value=b&UserData=aGk=",
        net.vswitch, net.group
    );
    let made = cloud.ok(&format!(
        "Action=CreateLaunchTemplate&LaunchTemplateName=web&VersionDescription=first&TemplateTag.1.Key=t&TemplateTag.1.Value=v&{base}"
    ));
    let id = text(&made["LaunchTemplateId"]);
    assert_eq!(made["LaunchTemplateVersionNumber"], 1);
    assert_eq!(
        cloud.refused("Action=CreateLaunchTemplate&LaunchTemplateName=web"),
        "LaunchTemplateName.Duplicated"
    );
    let run = |more: &str| format!("Action=RunInstances&LaunchTemplateId={id}{more}");
    let answer = cloud.ok(&run("&Amount=2"));
    let ids = super::texts(&answer["InstanceIdSets"]["InstanceIdSet"]);
    assert_eq!(ids.len(), 2);
    let instance = cloud.describe(&ids[0]);
    assert_eq!(instance["InstanceName"], "from-template");
    assert_eq!(instance["Tags"]["Tag"][0]["TagKey"], "a");
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={}", ids[0]));
    let sizes: Vec<i64> = disks["Disks"]["Disk"]
        .as_array()
        .unwrap()
        .iter()
        .map(|disk| disk["Size"].as_i64().unwrap())
        .collect();
    assert_eq!(sizes, [60, 40, 41]);
    let data = cloud.ok(&format!("Action=DescribeUserData&InstanceId={}", ids[0]));
    assert_eq!(data["UserData"], "aGk=");

    let answer = cloud.ok(&run(
        "&InstanceName=mine&SystemDisk.Size=70&DataDisk.1.Size=50&Tag.1.Key=c&Tag.1.Value=d",
    ));
    let ids = super::texts(&answer["InstanceIdSets"]["InstanceIdSet"]);
    let instance = cloud.describe(&ids[0]);
    assert_eq!(instance["InstanceName"], "mine");
    assert_eq!(instance["Tags"]["Tag"][0]["TagKey"], "c");
    let disks = cloud.ok(&format!("Action=DescribeDisks&InstanceId={}", ids[0]));
    assert_eq!(disks["TotalCount"], 2);
    assert_eq!(disks["Disks"]["Disk"][0]["Size"], 70);
    assert_eq!(disks["Disks"]["Disk"][0]["Category"], "cloud_essd");

    // Nothing is checked before something is launched.
    let broken = cloud.ok(&format!(
        "Action=CreateLaunchTemplateVersion&LaunchTemplateName=web&{}",
        base.replace("ecs.g6.large", "ecs.none.large")
    ));
    assert_eq!(broken["LaunchTemplateVersionNumber"], 2);
    cloud.ok(&run("&Amount=1"));
    for (more, code) in [
        (
            "&LaunchTemplateVersion=2",
            "InvalidInstanceType.ValueNotSupported",
        ),
        (
            "&LaunchTemplateVersion=7",
            "InvalidLaunchTemplateVersion.NotFound",
        ),
        ("&Amount=101", "InvalidParameter"),
        ("&DryRun=true", "DryRunOperation"),
    ] {
        let refused = cloud.refused(&run(more));
        assert!(refused.starts_with(code), "{more}: {refused}");
    }
    cloud.ok(&format!(
        "Action=ModifyLaunchTemplateDefaultVersion&LaunchTemplateId={id}&DefaultVersionNumber=2"
    ));
    assert_eq!(
        cloud.refused(&run("")),
        "InvalidInstanceType.ValueNotSupported"
    );
    let described = cloud.ok("Action=DescribeLaunchTemplates&LaunchTemplateName.1=web");
    let set = &described["LaunchTemplateSets"]["LaunchTemplateSet"][0];
    assert_eq!(
        (&set["DefaultVersionNumber"], &set["LatestVersionNumber"]),
        (&2.into(), &2.into())
    );
    assert_eq!(set["Tags"]["Tag"][0]["TagKey"], "t");
}

#[test]
fn versions_are_listed_newest_first_and_the_default_stays() {
    let mut cloud = Cloud::new();
    let made = cloud.ok("Action=CreateLaunchTemplate&LaunchTemplateName=web&InstanceName=one");
    let id = text(&made["LaunchTemplateId"]);
    for name in ["two", "three"] {
        cloud.ok(&format!(
            "Action=CreateLaunchTemplateVersion&LaunchTemplateId={id}&InstanceName={name}"
        ));
    }
    let list = |cloud: &mut Cloud, more: &str| -> Vec<(i64, String, bool)> {
        let query = format!("Action=DescribeLaunchTemplateVersions&LaunchTemplateId={id}{more}");
        cloud.ok(&query)["LaunchTemplateVersionSets"]["LaunchTemplateVersionSet"]
            .as_array()
            .unwrap()
            .iter()
            .map(|version| {
                (
                    version["VersionNumber"].as_i64().unwrap(),
                    text(&version["LaunchTemplateData"]["InstanceName"]),
                    version["DefaultVersion"].as_bool().unwrap(),
                )
            })
            .collect()
    };
    let all = [
        (3, "three".to_owned(), false),
        (2, "two".to_owned(), false),
        (1, "one".to_owned(), true),
    ];
    assert_eq!(list(&mut cloud, ""), all);
    assert_eq!(list(&mut cloud, "&DefaultVersion=true"), all[2..]);
    assert_eq!(list(&mut cloud, "&MinVersion=2&MaxVersion=2"), all[1..2]);
    assert_eq!(list(&mut cloud, "&LaunchTemplateVersion.1=3"), all[..1]);
    let delete = format!("Action=DeleteLaunchTemplateVersion&LaunchTemplateId={id}");
    assert_eq!(
        cloud.refused(&format!("{delete}&DeleteVersion.1=1")),
        "InvalidParameter"
    );
    assert_eq!(
        cloud.refused(&format!("{delete}&DeleteVersion.1=9")),
        "InvalidLaunchTemplateVersion.NotFound"
    );
    cloud.ok(&format!("{delete}&DeleteVersion.1=3"));
    // Numbers are not given twice.
    let next = cloud.ok(&format!(
        "Action=CreateLaunchTemplateVersion&LaunchTemplateId={id}"
    ));
    assert_eq!(next["LaunchTemplateVersionNumber"], 4);
    for _ in 3..30 {
        cloud.ok(&format!(
            "Action=CreateLaunchTemplateVersion&LaunchTemplateId={id}"
        ));
    }
    assert_eq!(
        cloud.refused(&format!(
            "Action=CreateLaunchTemplateVersion&LaunchTemplateId={id}"
        )),
        "LaunchTemplateVersionLimitExceed"
    );
    cloud.ok(&format!(
        "Action=DeleteLaunchTemplate&LaunchTemplateId={id}"
    ));
    for action in [
        "DeleteLaunchTemplate",
        "RunInstances",
        "DescribeLaunchTemplateVersions",
    ] {
        assert_eq!(
            cloud.refused(&format!("Action={action}&LaunchTemplateId={id}")),
            "InvalidLaunchTemplate.NotFound"
        );
    }
    for number in 0..30 {
        cloud.ok(&format!(
            "Action=CreateLaunchTemplate&LaunchTemplateName=t{number}"
        ));
    }
    assert_eq!(
        cloud.refused("Action=CreateLaunchTemplate&LaunchTemplateName=more"),
        "LaunchTemplateLimitExceed"
    );
}
