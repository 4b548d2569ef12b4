//! A conversation with the emulator, written down as text: the corpus that tests replay and that the fuzzer starts from.
//!
//! Requests are separated by lines of `---`. The first line of each is `v1` or `v3`, a method, a product, an action and a query,
//! and the request is signed; or `raw`, a method and a target, and it is sent as it is. Lines `name: value` are headers, and what
//! follows an empty line is the body. `{Name}` stands for the last text that an answer had under that name.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use ecs_api::sign::{Credentials, canonical_query, decode_query, v1, v3};
use ecs_api::{Product, Timestamp};
use ecs_emulator::Offline;
use serde_json::Value;

const KEY: (&str, &str) = ("id", "secret");

/// A request in parts: method, target, headers, body.
type Parts = (String, String, Vec<(String, String)>, Vec<u8>);

/// Holds the conversation with an empty cloud and gives the statuses of the answers.
///
/// # Panics
/// An answer is not what every answer is: JSON with a request id, with a code if and only if it is an error.
pub(crate) fn hold(text: &str) -> Vec<u16> {
    let mut emulator = Offline::new(KEY, 1);
    let mut seen = HashMap::new();
    let mut statuses = Vec::new();
    for (number, request) in text.split("\n---\n").enumerate() {
        let request = fill_in(request, &seen);
        let (method, target, headers, body) = read(&request, number);
        let Some((status, answer)) = emulator.ask(&method, &target, &headers, &body) else {
            // A fault that the conversation has armed itself.
            statuses.push(0);
            continue;
        };
        statuses.push(status);
        if target.starts_with("/_emulator/") {
            continue;
        }
        if answer.starts_with(b"<?xml") {
            assert_eq!(status, 200, "an error in XML");
            continue;
        }
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["RequestId"].is_string(), "{answer}");
        let code = answer["Code"].as_str();
        assert_eq!(
            code.is_some_and(|code| !code.is_empty()),
            status != 200,
            "{answer}"
        );
        remember(&answer, &mut seen);
    }
    statuses
}

fn fill_in(request: &str, seen: &HashMap<String, String>) -> String {
    let mut parts = request.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part
            .split_once('}')
            .and_then(|(name, rest)| Some((seen.get(name)?, rest)));
        if let Some((value, rest)) = known {
            filled.push_str(value);
            filled.push_str(rest);
        } else {
            filled.push('{');
            filled.push_str(part);
        }
    }
    filled
}

fn remember(answer: &Value, seen: &mut HashMap<String, String>) {
    let Value::Object(members) = answer else {
        return;
    };
    for (name, value) in members {
        let value = match value {
            Value::Array(items) => items.first().unwrap_or(value),
            value => value,
        };
        match value {
            Value::String(text) if !text.is_empty() => {
                seen.insert(name.clone(), text.clone());
            }
            other => remember(other, seen),
        }
    }
}

fn read(request: &str, number: usize) -> Parts {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap_or("");
    let mut headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = body.as_bytes().to_vec();
    let mut words = line.splitn(5, ' ');
    let mut word = || words.next().unwrap_or("");
    let (scheme, method) = (word(), word().to_owned());
    if !matches!(scheme, "v1" | "v3") {
        let target = [word(), word(), word()].join(" ").trim_end().to_owned();
        return (method, target, headers, body);
    }
    let (product, action, query) = (word(), word(), word());
    let product = Product::ALL
        .into_iter()
        .find(|known| known.code() == product)
        .unwrap_or(Product::Ecs);
    let credentials = Credentials {
        access_key_id: KEY.0.to_owned(),
        access_key_secret: KEY.1.into(),
        security_token: None,
    };
    let nonce = format!("n{number}");
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = Timestamp::from_unix(since.map_or(0, |since| since.as_secs() as i64));
    if scheme == "v1" {
        let form = String::from_utf8_lossy(&body).into_owned();
        let is_form = headers
            .iter()
            .any(|(name, value)| name == "content-type" && value.contains("urlencoded"));
        let mut parameters = decode_query(query);
        if is_form {
            parameters.extend(decode_query(&form));
        }
        let in_body = if is_form {
            decode_query(&form).len()
        } else {
            0
        };
        let all = v1::sign(
            &method,
            action,
            product,
            parameters,
            &credentials,
            &nonce,
            now,
        );
        let own = decode_query(query).len();
        let rest = all[..own].iter().chain(&all[own + in_body..]);
        let target: Vec<_> = rest.cloned().collect();
        return (
            method,
            format!("/?{}", canonical_query(&target)),
            headers,
            body,
        );
    }
    let content_type = headers
        .iter()
        .find(|(name, _)| name == "content-type")
        .map(|(_, value)| value.clone());
    let parts = v3::Request {
        method: &method,
        path: "/",
        query,
        body: &body,
    };
    let signed = v3::sign(
        parts,
        "127.0.0.1:8090",
        content_type.as_deref(),
        action,
        product,
        &credentials,
        &nonce,
        now,
    );
    headers.retain(|(name, _)| !signed.iter().any(|(other, _)| other == name));
    headers.extend(signed);
    (method, format!("/?{query}"), headers, body)
}
