//! Prices: what a batch costs, part by part, and what is refused.

use serde_json::Value;

use super::Cloud;

fn price(cloud: &mut Cloud, query: &str) -> Value {
    let query = format!("Action=DescribePrice&RegionId=cn-hangzhou&{query}");
    cloud.ok(&query)["PriceInfo"]["Price"].clone()
}

fn trade(price: &Value) -> f64 {
    price["TradePrice"].as_f64().unwrap()
}

#[test]
fn a_batch_costs_what_running_it_says() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    let disks = "SystemDisk.Category=cloud_essd&SystemDisk.Size=100&DataDisk.1.Category=cloud_ssd&DataDisk.1.Size=50";
    let told = price(
        &mut cloud,
        &format!("InstanceType=ecs.g6.large&Amount=3&{disks}"),
    );
    let made = cloud.ok(&super::run_query(&net, &format!("Amount=3&{disks}")));
    let paid = made["TradePrice"].as_f64().unwrap();
    assert!((trade(&told) - paid).abs() < 0.0015, "{told} {paid}");
    assert_eq!(told["Currency"], "CNY");
    let parts = told["DetailInfos"]["DetailInfo"].as_array().unwrap();
    let sum: f64 = parts.iter().map(trade).sum();
    assert!((sum - trade(&told)).abs() < 0.01, "{told}");
    let names: Vec<&str> = parts
        .iter()
        .map(|part| part["Resource"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["instanceType", "systemDisk", "image", "dataDisk"]);

    let hour = price(&mut cloud, "InstanceType=ecs.g6.large");
    let months = price(
        &mut cloud,
        "InstanceType=ecs.g6.large&PriceUnit=Month&Period=2",
    );
    assert!((trade(&months) - trade(&hour) * 1440.0).abs() < 1.0);
    let connected = price(
        &mut cloud,
        "InstanceType=ecs.g6.large&InternetMaxBandwidthOut=10",
    );
    assert!(trade(&connected) > trade(&hour));
}

#[test]
fn disks_and_bandwidth_have_prices_of_their_own() {
    let mut cloud = Cloud::new();
    let one = price(
        &mut cloud,
        "ResourceType=disk&DataDisk.1.Category=cloud_essd&DataDisk.1.Size=100",
    );
    let two = price(
        &mut cloud,
        "ResourceType=disk&DataDisk.1.Category=cloud_essd&DataDisk.1.Size=200",
    );
    assert!(trade(&one) > 0.0 && (trade(&two) - 2.0 * trade(&one)).abs() < 0.002);
    let bandwidth = price(
        &mut cloud,
        "ResourceType=bandwidth&InternetMaxBandwidthOut=5",
    );
    assert!(trade(&bandwidth) > 0.0);
}

#[test]
fn what_has_no_price_is_refused() {
    let mut cloud = Cloud::new();
    for (query, code) in [
        ("", "MissingParameter"),
        (
            "InstanceType=ecs.none.large",
            "InvalidInstanceType.ValueNotSupported",
        ),
        (
            "InstanceType=ecs.g6.large&ZoneId=cn-beijing-a",
            "InvalidZoneId.NotFound",
        ),
        (
            "InstanceType=ecs.g6.large&ImageId=none",
            "InvalidImageId.NotFound",
        ),
        ("InstanceType=ecs.g6.large&Amount=1001", "InvalidParameter"),
        (
            "InstanceType=ecs.g6.large&PriceUnit=Decade",
            "InvalidParameter",
        ),
        ("ResourceType=disk", "MissingParameter"),
        ("ResourceType=bandwidth", "MissingParameter"),
        ("ResourceType=moon", "InvalidParameter"),
    ] {
        let query = format!("Action=DescribePrice&RegionId=cn-hangzhou&{query}");
        assert_eq!(cloud.refused(&query), code, "{query}");
    }
}
