//! The example that the README runs: everything is made in batches, changed as its owner would, and taken away again.

use serde_json::Value as Json;

use crate::support::TestContext;

#[test]
fn the_web_cluster_lives_its_whole_life() {
    let context = TestContext::example("web-cluster");
    let applied = context.apply();
    assert!(
        applied.stdout.contains("Apply complete!"),
        "{}",
        applied.stdout
    );

    // 120 equal servers are two calls; three databases differ in their tags and are one each.
    let requests = context.requests();
    assert_eq!(requests["RunInstances"], 2 + 3, "{requests:?}");
    let inventory = context.cloud.inventory();
    assert_eq!(inventory.instances.len(), 123);

    // Each instance is recorded under its own address with its own id, name and tags.
    let recorded = context.recorded();
    for i in 0..120 {
        let values = &recorded[&format!("alicloud_instance.web[{i}]")];
        let id = values["id"].as_str().expect("an id");
        let real = inventory
            .instances
            .iter()
            .find(|x| x.id == id)
            .expect("the recorded id exists");
        assert_eq!(real.name, format!("cairn-demo-web-{:03}", i + 1));
        assert_eq!(values["instance_name"], real.name.as_str());
        assert_eq!(values["tags"]["role"], "web");
        assert!(
            values["tags"]
                .as_object()
                .expect("tags")
                .keys()
                .all(|k| !k.starts_with("cairn:"))
        );
    }
    let outputs = context.run(&["output", "-json"]).expect(0).json();
    let ids: Vec<&str> = outputs["web_ids"]["value"]
        .as_array()
        .expect("ids")
        .iter()
        .filter_map(Json::as_str)
        .collect();
    assert_eq!(ids.len(), 120);
    assert_eq!(ids[7], recorded["alicloud_instance.web[7]"]["id"]);
    assert_eq!(
        outputs["database_ids"]["value"]
            .as_object()
            .expect("ids")
            .len(),
        3
    );

    // Nothing is left to do, and finding that out takes a handful of reads.
    context.forget_requests();
    context.expect_no_changes();
    let reads = context.requests();
    assert_eq!(
        reads["DescribeInstances"], 2,
        "123 instances are two pages: {reads:?}"
    );
    context.run(&["drift"]).expect(0);

    // Fewer servers: the highest indexes go, in batches.
    let fewer = context.planned(&["-var", "web_count=118"]);
    let gone: Vec<(&str, &str)> = fewer
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        gone,
        [
            ("alicloud_instance.web[118]", "delete"),
            ("alicloud_instance.web[119]", "delete")
        ]
    );
    context
        .run(&["apply", "-auto-approve", "-var", "web_count=118"])
        .expect(0);
    assert_eq!(context.cloud.inventory().instances.len(), 121);

    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(
        context.cloud.inventory().is_empty(),
        "{:?}",
        context.cloud.inventory()
    );
    assert!(context.recorded().is_empty());
}

#[test]
fn the_plan_says_how_many_calls_it_makes_and_folds_equal_servers() {
    let context = TestContext::example("web-cluster");
    let plan = context.run(&["plan"]).expect(0);
    assert!(
        plan.stdout
            .contains("alicloud_instance.web[0..119] (120 instances) will be created"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("5 RunInstances (123 objects)"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("(known after apply)"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout
            .contains("\"cairn-demo-web-001\" … \"cairn-demo-web-120\""),
        "{}",
        plan.stdout
    );
}
