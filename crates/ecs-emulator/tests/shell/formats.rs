//! Answers in JSON and in XML.

use ecs_api::Product;
use ecs_api::sign::{canonical_query, v1, v3};
use ecs_emulator::Handle;
use serde_json::json;

use crate::support::{Answer, credentials, network, nonce, now, pairs, request, run, start};

/// A V1 call that asks for this format.
fn in_format(emulator: &Handle, format: &str, action: &str, query: &str) -> Answer {
    let mut params = v1::sign(
        "GET",
        action,
        Product::Ecs,
        pairs(query),
        &credentials(),
        &nonce(),
        now(),
    );
    params.retain(|(name, _)| name != "Format" && name != "Signature");
    params.push(("Format".to_owned(), format.to_owned()));
    let secret = credentials().access_key_secret;
    let signature = v1::signature(&v1::string_to_sign("GET", &params), secret.expose());
    params.push(("Signature".to_owned(), signature));
    let target = format!("/?{}", canonical_query(&params));
    request(emulator.address(), "GET", &target, &[], "")
}

#[test]
fn answers_are_in_xml_where_asked_and_errors_never() {
    let emulator = start();
    let net = network(&emulator);
    let made = run(
        &emulator,
        &net,
        "Amount=2&Description=<%26>&Tag.1.Key=a&Tag.1.Value=b&Tag.2.Key=c&Tag.2.Value=d",
    );
    let ids = &made.body["InstanceIdSets"]["InstanceIdSet"];
    let query = "RegionId=cn-hangzhou&PageSize=100";
    let answer = in_format(&emulator, "XML", "describeinstances", query);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.head.contains("content-type: text/xml;charset=utf-8"),
        "{}",
        answer.head
    );
    let text = &answer.text;
    assert!(
        text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeInstancesResponse>"),
        "{text}"
    );
    assert!(text.trim_end().ends_with("</DescribeInstancesResponse>"));
    for id in ids.as_array().unwrap() {
        let id = id.as_str().unwrap();
        assert!(text.contains(&format!("<InstanceId>{id}</InstanceId>")));
    }
    assert_eq!(text.matches("<Instance>").count(), 2);
    let tags = "<Tags><Tag><TagKey>a</TagKey><TagValue>b</TagValue></Tag>\
                <Tag><TagKey>c</TagKey><TagValue>d</TagValue></Tag></Tags>";
    assert!(text.contains(tags), "{text}");
    assert!(text.contains("<Description>&lt;&amp;&gt;</Description>"));
    assert!(text.contains("<TotalCount>2</TotalCount>"));

    let answer = in_format(&emulator, "xml", "DeleteInstance", "InstanceId=i-none");
    assert_eq!(
        (answer.status, answer.code()),
        (404, "InvalidInstanceId.NotFound")
    );
    assert!(answer.head.contains("content-type: application/json"));
    let answer = in_format(&emulator, "json", "DescribeInstances", query);
    assert_eq!(answer.body["TotalCount"], json!(2));
}

#[test]
fn v3_asks_for_xml_in_its_headers() {
    let emulator = start();
    let parts = v3::Request {
        method: "GET",
        path: "/",
        query: "",
        body: b"",
    };
    let mut headers = v3::sign(
        parts,
        &emulator.address().to_string(),
        None,
        "DescribeRegions",
        Product::Ecs,
        &credentials(),
        &nonce(),
        now(),
    );
    headers.push(("accept".to_owned(), "application/xml".to_owned()));
    let answer = request(emulator.address(), "GET", "/", &headers, "");
    assert!(answer.text.contains("<Regions><Region>"), "{}", answer.text);
}
