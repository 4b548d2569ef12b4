//! A catalogue of one's own.

use ecs_emulator::{Delays, Emulator, Options};
use serde_json::{Value, json};

use crate::support::ecs;

const BUILT_IN: &str = include_str!("../../src/catalogue/catalogue.json");

#[test]
fn what_is_sold_can_be_told_by_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("catalogue.json");
    let start = |catalogue: &Value| {
        std::fs::write(&path, catalogue.to_string()).unwrap();
        Emulator::start(Options {
            catalogue: Some(path.clone()),
            delays: Delays::NONE,
            ..Options::default()
        })
    };
    let mut catalogue: Value = serde_json::from_str(BUILT_IN).unwrap();
    catalogue["regions"] = json!([{"id": "moon-1", "name": "Moon", "zones": ["moon-1a"]}]);
    catalogue["zone_rules"] = json!([]);
    catalogue["instance_types"] =
        json!([{"id": "ecs.own.large", "family": "ecs.own", "cpu": 2, "memory": 4, "price": 7.0}]);
    catalogue["stock"] = json!([{"type": "ecs.own.large", "zone": "moon-1a", "left": 3}]);
    let emulator = start(&catalogue).unwrap();
    let regions = ecs(&emulator, "DescribeRegions", "").body["Regions"]["Region"].clone();
    assert_eq!(regions[0]["RegionId"], "moon-1");
    assert_eq!(regions.as_array().unwrap().len(), 1);
    let query = "RegionId=moon-1&InstanceType=ecs.own.large";
    let price = ecs(&emulator, "DescribePrice", query).body["PriceInfo"]["Price"].clone();
    assert!(price["TradePrice"].as_f64().unwrap() > 7.0, "{price}");
    let query = "RegionId=cn-hangzhou&InstanceType=ecs.own.large";
    assert_eq!(
        ecs(&emulator, "DescribePrice", query).code(),
        "InvalidRegionId.NotFound"
    );

    catalogue["stock"][0]["zone"] = json!("mars-1a");
    let error = start(&catalogue).unwrap_err().to_string();
    assert!(
        error.contains("the zone mars-1a is in no region"),
        "{error}"
    );
}
