//! Requests as recorded from the official SDKs of Python and Node, old and new, V1 and V3: their
//! signatures hold, and they decode to the same operations.

use std::collections::BTreeMap;

use ecs_api::ops::{DeleteInstances, DescribeInstances, RunInstances};
use ecs_api::sign::{decode_query, v1, v3};
use ecs_api::{JsonList, from_params_with_unknown};
use serde::Deserialize;

const SECRET: &str = "cairnExampleSecret0123456789";

#[derive(Deserialize)]
struct Recorded {
    client: String,
    action: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Recorded {
    fn header(&self, wanted: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.as_str())
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let mut parameters = decode_query(self.query());
        parameters.extend(decode_query(&self.body));
        parameters
    }

    fn verify(&self, secret: &str) -> bool {
        match self.header("authorization") {
            Some(header) => {
                let request = v3::Request {
                    method: &self.method,
                    path: "/",
                    query: self.query(),
                    body: self.body.as_bytes(),
                };
                let authorization = v3::Authorization::parse(header).unwrap();
                v3::verify(request, &self.headers, &authorization, secret).is_ok()
            }
            None => v1::verify(&self.method, &self.parameters(), secret).is_ok(),
        }
    }
}

fn recorded() -> Vec<Recorded> {
    serde_json::from_str(include_str!("sdk_requests.json")).unwrap()
}

#[test]
fn all_recorded_signatures_hold() {
    let requests = recorded();
    assert_eq!(requests.len(), 21);
    for request in requests {
        assert!(
            request.verify(SECRET),
            "{} {}",
            request.client,
            request.action
        );
        assert!(
            !request.verify("wrong"),
            "{} {}",
            request.client,
            request.action
        );
    }
}

#[test]
fn all_recorded_requests_decode_to_the_same_operations() {
    let mut n_by_action = BTreeMap::new();
    for request in recorded() {
        *n_by_action.entry(request.action.clone()).or_insert(0) += 1;
        let parameters = request.parameters();
        let unknown = match request.action.as_str() {
            "RunInstances" => {
                let (run, unknown): (RunInstances, _) =
                    from_params_with_unknown(&parameters).unwrap();
                assert_eq!(run.region_id, "cn-hangzhou");
                assert_eq!(run.amount, Some(3));
                assert_eq!(run.instance_name.as_deref(), Some("web-[1,3]"));
                assert_eq!(run.unique_suffix, Some(false));
                assert_eq!(run.system_disk.category.as_deref(), Some("cloud_essd"));
                assert_eq!(run.system_disk.size, Some(40));
                assert_eq!(run.data_disks.len(), 2);
                assert_eq!(run.data_disks[0].delete_with_instance, Some(true));
                assert_eq!(run.data_disks[1].disk_name.as_deref(), Some("data two"));
                assert_eq!(run.data_disks[1].size, Some(200));
                let tags: Vec<_> = run
                    .tags
                    .iter()
                    .map(|tag| (tag.key.as_str(), tag.value.as_str()))
                    .collect();
                assert_eq!(tags, [("app", "web server"), ("env", "prod~*(1)")]);
                unknown
            }
            "DescribeInstances" => {
                let (describe, unknown): (DescribeInstances, _) =
                    from_params_with_unknown(&parameters).unwrap();
                let Some(JsonList(ids)) = describe.instance_ids else {
                    panic!("no ids")
                };
                assert_eq!(ids.len(), 3);
                assert!(ids.iter().all(|id| id.starts_with("i-fake")));
                assert_eq!(describe.page_size, Some(100));
                unknown
            }
            "DeleteInstances" => {
                let (delete, unknown): (DeleteInstances, _) =
                    from_params_with_unknown(&parameters).unwrap();
                assert_eq!(delete.instance_ids.len(), 3);
                assert_eq!(delete.force, Some(true));
                unknown
            }
            other => panic!("{other}"),
        };
        assert!(
            unknown.is_empty(),
            "{} {}: {unknown:?}",
            request.client,
            request.action
        );
    }
    assert!(n_by_action.values().all(|n| *n == 7), "{n_by_action:?}");
}
