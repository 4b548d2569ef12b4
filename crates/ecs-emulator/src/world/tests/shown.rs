//! What is kept of the texts of instances between requests never shows: neither age nor change.

use super::Cloud;
use crate::lifecycle::Delays;

#[test]
fn kept_texts_are_as_new_ones() {
    let mut cloud = Cloud::with_delays(Delays {
        pending: 1000,
        starting: 1000,
        stopping: 1000,
        network: 0,
    });
    let net = cloud.net();
    let ids = cloud.run(&net, "Amount=3&Tag.1.Key=a&Tag.1.Value=b");
    cloud.world.settle();
    for status in ["Pending", "Starting", "Running"] {
        for _ in 0..3 {
            let shown = cloud.describe(&ids[0]);
            assert_eq!(shown["Status"], status);
        }
        cloud.wait(1000);
    }
    let kept = cloud.ok("Action=DescribeInstances")["Instances"].clone();
    assert_eq!(cloud.ok("Action=DescribeInstances")["Instances"], kept);
    cloud.world.shown.forget();
    assert_eq!(cloud.ok("Action=DescribeInstances")["Instances"], kept);
    assert_eq!(kept["Instance"].as_array().unwrap().len(), 3);

    // A change shows at once, before it is settled and after.
    cloud.ok(&format!(
        "Action=ModifyInstanceAttribute&InstanceId={}&InstanceName=other",
        ids[0]
    ));
    assert_eq!(cloud.describe(&ids[0])["InstanceName"], "other");
    cloud.world.settle();
    assert_eq!(cloud.describe(&ids[0])["InstanceName"], "other");
    cloud.ok(&format!("Action=StopInstance&InstanceId={}", ids[1]));
    cloud.world.settle();
    assert_eq!(cloud.describe(&ids[1])["Status"], "Stopping");
    cloud.wait(1000);
    assert_eq!(cloud.describe(&ids[1])["Status"], "Stopped");
    // The clock is set back, and so is the status.
    cloud.wait(-1000);
    assert_eq!(cloud.describe(&ids[1])["Status"], "Stopping");
    cloud.ok(&format!(
        "Action=DeleteInstance&InstanceId={}&Force=true",
        ids[2]
    ));
    cloud.world.settle();
    let left = cloud.ok("Action=DescribeInstances");
    assert_eq!(left["TotalCount"], 2);
}
