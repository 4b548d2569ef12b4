//! The emulator killed under load: what it answered is there when it starts again, and what it did not answer was done whole or not
//! at all, and is done once when it is asked again.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ecs_api::sign::{Credentials, canonical_query, v1};
use ecs_api::{Product, Timestamp};
use serde_json::Value;

use super::emulator::serve;
use crate::support::TestContext;

/// How many instances a batch has.
const SIZE: usize = 3;
const IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20241016.vhd";

/// The body of an answer; none when no whole one came.
fn exchange(url: &str, target: &str) -> Option<Value> {
    let address = url.strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let text = String::from_utf8(answer).ok()?;
    serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()
}

fn call(url: &str, product: Product, action: &str, query: &[(&str, &str)]) -> Option<Value> {
    static NONCE: AtomicUsize = AtomicUsize::new(0);
    let credentials = Credentials {
        access_key_id: "id".to_owned(),
        access_key_secret: "secret".into(),
        security_token: None,
    };
    let mut parameters = vec![("RegionId".to_owned(), "cn-hangzhou".to_owned())];
    parameters.extend(
        query
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
    );
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = Timestamp::from_unix(since.expect("a clock").as_secs() as i64);
    let nonce = NONCE.fetch_add(1, Ordering::Relaxed).to_string();
    let signed = v1::sign(
        "GET",
        action,
        product,
        parameters,
        &credentials,
        &nonce,
        now,
    );
    let answer = exchange(url, &format!("/?{}", canonical_query(&signed)))?;
    assert!(answer["Code"].is_null(), "{action}: {answer}");
    Some(answer)
}

/// Where instances are put.
struct Place {
    vswitch: String,
    group: String,
}

impl Place {
    fn make(url: &str) -> Self {
        let make = |product, action, query: &[(&str, &str)], id: &str| {
            let answer = call(url, product, action, query).expect("an answer");
            answer[id].as_str().expect("an id").to_owned()
        };
        let block = [("CidrBlock", "10.0.0.0/8")];
        let vpc = make(Product::Vpc, "CreateVpc", &block, "VpcId");
        let vswitch = [
            ("VpcId", vpc.as_str()),
            ("ZoneId", "cn-hangzhou-h"),
            ("CidrBlock", "10.0.0.0/16"),
        ];
        let group = [("VpcId", vpc.as_str())];
        Self {
            vswitch: make(Product::Vpc, "CreateVSwitch", &vswitch, "VSwitchId"),
            group: make(
                Product::Ecs,
                "CreateSecurityGroup",
                &group,
                "SecurityGroupId",
            ),
        }
    }

    /// Makes the batch of that number; its token makes a repetition harmless.
    fn run(&self, url: &str, batch: usize) -> Option<Vec<String>> {
        let (batch, amount) = (format!("b{batch}"), SIZE.to_string());
        let query = [
            ("ImageId", IMAGE),
            ("InstanceType", "ecs.g6.large"),
            ("VSwitchId", &self.vswitch),
            ("SecurityGroupId", &self.group),
            ("Amount", &amount),
            ("ClientToken", &batch),
            ("Tag.1.Key", "batch"),
            ("Tag.1.Value", &batch),
        ];
        let answer = call(url, Product::Ecs, "RunInstances", &query)?;
        let ids = answer["InstanceIdSets"]["InstanceIdSet"].as_array();
        let text = |id: &Value| id.as_str().expect("an id").to_owned();
        Some(ids.expect("ids").iter().map(text).collect())
    }
}

fn delete(url: &str, ids: &[String]) -> bool {
    let names: Vec<String> = (1..=ids.len()).map(|n| format!("InstanceId.{n}")).collect();
    let mut query = vec![("Force", "true")];
    query.extend(
        names
            .iter()
            .map(String::as_str)
            .zip(ids.iter().map(String::as_str)),
    );
    call(url, Product::Ecs, "DeleteInstances", &query).is_some()
}

/// What the client knows of a batch.
#[derive(Debug, PartialEq)]
enum Known {
    /// It asked, and got no answer.
    Asked,
    Made(Vec<String>),
    /// It asked to delete it, and got no answer.
    Leaving,
    Deleted,
}

/// The instances of each batch that are there.
fn present(url: &str) -> BTreeMap<usize, Vec<String>> {
    let inventory = exchange(url, "/_emulator/inventory").expect("an inventory");
    let mut batches: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for instance in inventory["instances"].as_array().expect("a list") {
        let tag = instance["tags"]["batch"].as_str().expect("a tag");
        let batch = tag[1..].parse().expect("a number");
        let id = instance["id"].as_str().expect("an id").to_owned();
        batches.entry(batch).or_default().push(id);
    }
    batches.values_mut().for_each(|ids| ids.sort());
    batches
}

#[test]
fn an_emulator_killed_under_load_has_all_that_it_answered() {
    let context = TestContext::new("");
    let known: Mutex<BTreeMap<usize, Known>> = Mutex::default();
    let set = |batch: usize, state: Known| {
        known.lock().expect("no panic").insert(batch, state);
    };
    let next = AtomicUsize::new(0);
    let mut place = None;
    for round in 1..=4 {
        let mut served = serve(&context, &["-data=cloud"]);
        let url = served.1.clone();
        let place = place.get_or_insert_with(|| Place::make(&url));
        let answered = AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    loop {
                        let batch = next.fetch_add(1, Ordering::Relaxed);
                        set(batch, Known::Asked);
                        let Some(mut ids) = place.run(&url, batch) else {
                            return;
                        };
                        ids.sort();
                        set(batch, Known::Made(ids.clone()));
                        answered.fetch_add(1, Ordering::Relaxed);
                        if batch.is_multiple_of(3) {
                            set(batch, Known::Leaving);
                            if !delete(&url, &ids) {
                                return;
                            }
                            set(batch, Known::Deleted);
                        }
                    }
                });
            }
            let deadline = Instant::now() + Duration::from_secs(60);
            while answered.load(Ordering::Relaxed) < 20 + 7 * round {
                assert!(Instant::now() < deadline, "no load in round {round}");
                std::thread::sleep(Duration::from_millis(1));
            }
            served.0.kill().expect("it still runs");
        });
        drop(served);

        let served = serve(&context, &["-data=cloud"]);
        let mut there = present(&served.1);
        let mut known = known.lock().expect("no panic");
        for (batch, state) in known.iter_mut() {
            let ids = there.remove(batch).unwrap_or_default();
            let is_whole = ids.len() == SIZE || ids.is_empty();
            let is_right = match state {
                Known::Asked => is_whole && ids_after(place, &served.1, *batch, &ids),
                Known::Leaving => is_whole,
                Known::Made(made) => *made == ids,
                Known::Deleted => ids.is_empty(),
            };
            assert!(is_right, "round {round}, batch {batch}: {state:?}, {ids:?}");
            match state {
                Known::Asked => *state = Known::Made(present(&served.1)[batch].clone()),
                Known::Leaving if ids.is_empty() => *state = Known::Deleted,
                Known::Leaving => *state = Known::Made(ids),
                Known::Made(_) | Known::Deleted => {}
            }
        }
        assert!(there.is_empty(), "nobody asked for {there:?}");
    }
    let known = known.lock().expect("no panic");
    assert!(known.values().any(|state| *state == Known::Deleted));
}

/// Whether a batch that is asked for again is there once: the instances that were there before, if any were.
fn ids_after(place: &Place, url: &str, batch: usize, before: &[String]) -> bool {
    let mut ids = place.run(url, batch).expect("an answer");
    ids.sort();
    (before.is_empty() || ids == before) && present(url)[&batch] == ids
}
