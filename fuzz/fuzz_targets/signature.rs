//! Checks any signature over any request, and signs any request. A panic, a forged signature that is accepted, or one of our own that is
//! not, is a finding.

#![no_main]

use ecs_api::sign::{Credentials, canonical_query, decode_query, v1, v3};
use ecs_api::{Product, Timestamp};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "secret";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(5, '\n');
    let mut line = || lines.next().unwrap_or("").to_owned();
    let (query, path, action, authorization, rest) = (line(), line(), line(), line(), line());
    let (head, body) = rest.split_once("\n\n").unwrap_or((&rest, ""));
    let headers: Vec<(&str, &str)> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .collect();

    // What is written canonically reads back as it was.
    let parameters = decode_query(&query);
    let canonical = canonical_query(&parameters);
    assert_eq!(canonical, canonical_query(&decode_query(&canonical)));

    // Nobody who does not know the secret gets in, whatever they send.
    let forged = v1::verify("GET", &parameters, SECRET);
    assert!(forged.is_err(), "{parameters:?}");
    let request = v3::Request {
        method: "POST",
        path: &path,
        query: &query,
        body: body.as_bytes(),
    };
    if let Ok(authorization) = v3::Authorization::parse(&authorization) {
        let forged = v3::verify(request, &headers, &authorization, SECRET);
        assert!(forged.is_err(), "{authorization:?}");
    }

    // Whoever does, does.
    let credentials = Credentials {
        access_key_id: "id".to_owned(),
        access_key_secret: SECRET.into(),
        security_token: None,
    };
    let now = Timestamp::from_unix(1_800_000_000);
    let mut own = parameters.clone();
    own.retain(|(name, _)| name != "Signature");
    let signed = v1::sign("GET", &action, Product::Ecs, own, &credentials, "n", now);
    assert_eq!(v1::verify("GET", &signed, SECRET), Ok(()));
    assert!(v1::verify("POST", &signed, SECRET).is_err());
    let signed = v3::sign(
        request,
        "127.0.0.1",
        None,
        &action,
        Product::Ecs,
        &credentials,
        "n",
        now,
    );
    let header = &signed
        .iter()
        .find(|(name, _)| name == "authorization")
        .expect("it is signed")
        .1;
    let authorization = v3::Authorization::parse(header).expect("it is our own");
    assert_eq!(v3::verify(request, &signed, &authorization, SECRET), Ok(()));
    let other = v3::Request {
        method: "GET",
        ..request
    };
    assert!(v3::verify(other, &signed, &authorization, SECRET).is_err());
});
