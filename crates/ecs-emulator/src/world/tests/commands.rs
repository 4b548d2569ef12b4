//! Commands of the Cloud Assistant: what is refused, how invocations end, and what is remembered of them.

use super::{Cloud, text};

/// `echo {{ who }}`
const CONTENT: &str = "ZWNobyB7eyB3aG8gfX0=";

#[test]
fn commands_are_kept_until_they_are_deleted() {
    let mut cloud = Cloud::new();
    let create = format!("Action=CreateCommand&Name=greet&CommandContent={CONTENT}&Type=");
    assert_eq!(
        cloud.refused(&format!("{create}RunPython")),
        "InvalidCmdType.NotFound"
    );
    assert_eq!(
        cloud.refused("Action=CreateCommand&Name=greet&Type=RunShellScript&CommandContent=ls%20-l"),
        "CmdContent.DecodeError"
    );
    let made = cloud.ok(&format!(
        "{create}RunShellScript&EnableParameter=true&Tag.1.Key=a&Tag.1.Value=b"
    ));
    let id = text(&made["CommandId"]);
    cloud.ok(
        "Action=CreateCommand&Name=plain&Type=RunShellScript&CommandContent=ls%20-l&ContentEncoding=PlainText",
    );
    let found = cloud.ok(&format!("Action=DescribeCommands&CommandId={id}"));
    let seen = &found["Commands"]["Command"][0];
    assert_eq!(seen["CommandContent"], CONTENT);
    assert_eq!(seen["Timeout"], 60);
    assert_eq!(seen["ParameterNames"]["ParameterName"][0], "who");
    let by_name = cloud.ok("Action=DescribeCommands&Name=pl*&ContentEncoding=PlainText");
    assert_eq!(by_name["Commands"]["Command"][0]["CommandContent"], "ls -l");
    assert_eq!(
        cloud.ok("Action=DescribeCommands&Tag.1.Key=a")["TotalCount"],
        1
    );
    cloud.ok(&format!("Action=DeleteCommand&CommandId={id}"));
    assert_eq!(
        cloud.refused(&format!("Action=DeleteCommand&CommandId={id}")),
        "InvalidCmdId.NotFound"
    );
    assert_eq!(cloud.ok("Action=DescribeCommands")["TotalCount"], 1);
}

#[test]
fn invocations_end_as_the_instances_let_them() {
    let mut cloud = Cloud::new();
    let net = cloud.net();
    cloud.world.delays.network = 500;
    let ids = cloud.run(&net, "Amount=2");
    let made = cloud.ok(&format!(
        "Action=CreateCommand&Name=greet&Type=RunShellScript&CommandContent={CONTENT}"
    ));
    let invoke = format!(
        "Action=InvokeCommand&CommandId={}",
        text(&made["CommandId"])
    );
    assert_eq!(cloud.refused(&invoke), "MissingParameter");
    assert_eq!(
        cloud.refused(&format!("{invoke}&InstanceId.1=i-none")),
        "InvalidInstance.NotFound"
    );
    let both = format!("{invoke}&InstanceId.1={}&InstanceId.2={}", ids[0], ids[1]);
    assert_eq!(
        cloud.refused(&format!("{both}&RepeatMode=Period")),
        "MissingParameter"
    );
    let look = |cloud: &mut Cloud, id: &str| {
        let found = cloud.ok(&format!("Action=DescribeInvocations&InvokeId={id}"));
        found["Invocations"]["Invocation"][0].clone()
    };
    let id = text(&cloud.ok(&both)["InvokeId"]);
    assert_eq!(look(&mut cloud, &id)["InvocationStatus"], "Running");
    cloud.wait(500);
    let done = look(&mut cloud, &id);
    assert_eq!(done["InvocationStatus"], "Success");
    assert_eq!(done["InvokeStatus"], "Finished");
    assert_eq!(done["RepeatMode"], "Once");
    assert_eq!(done["Username"], "root");
    assert_eq!(
        done["InvokeInstances"]["InvokeInstance"][1]["InstanceId"],
        ids[1].as_str()
    );
    cloud.ok(&format!("Action=StopInvocation&InvokeId={id}"));
    assert_eq!(look(&mut cloud, &id)["InvocationStatus"], "Success");

    // By a schedule, until it is stopped.
    let often = cloud.ok(&format!("{both}&Frequency=rate(5m)"));
    let often = text(&often["InvokeId"]);
    assert_eq!(look(&mut cloud, &often)["InvocationStatus"], "Scheduled");
    cloud.ok(&format!("Action=StopInvocation&InvokeId={often}"));
    assert_eq!(look(&mut cloud, &often)["InvocationStatus"], "Stopped");

    // On an instance that is down it fails.
    cloud.ok(&format!("Action=StopInstance&InstanceId={}", ids[1]));
    let half = text(&cloud.ok(&both)["InvokeId"]);
    cloud.wait(500);
    let half = look(&mut cloud, &half);
    assert_eq!(half["InvocationStatus"], "PartialFailed");
    assert_eq!(
        half["InvokeInstances"]["InvokeInstance"][1]["ErrorCode"],
        "InstanceNotRunning"
    );
    assert_eq!(
        cloud.refused("Action=StopInvocation&InvokeId=t-none"),
        "InvalidInvokeId.NotFound"
    );
    // What was run is forgotten after four weeks.
    cloud.wait(29 * 24 * 3600 * 1000);
    cloud.ok(&both);
    assert_eq!(cloud.ok("Action=DescribeInvocations")["TotalCount"], 1);
}
