//! Twelve signing vectors, made by the official SDKs; two of them are published in the documents.

use std::collections::BTreeMap;

use ecs_api::sign::{canonical_query, v1, v3};
use ecs_api::{Credentials, Product, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    v1: Vec<V1>,
    v3: Vec<V3>,
}

#[derive(Deserialize)]
struct V1 {
    id: String,
    method: String,
    access_key_id: String,
    access_key_secret: String,
    parameters: BTreeMap<String, String>,
    string_to_sign: String,
    signature: String,
}

#[derive(Deserialize)]
struct V3 {
    id: String,
    method: String,
    path: String,
    access_key_id: String,
    access_key_secret: String,
    query: BTreeMap<String, String>,
    body: String,
    headers: BTreeMap<String, String>,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("signing_vectors.json")).unwrap()
}

#[test]
fn v1_vectors() {
    let vectors = vectors().v1;
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let mut parameters: Vec<(String, String)> = vector.parameters.into_iter().collect();
        let string_to_sign = v1::string_to_sign(&vector.method, &parameters);
        assert_eq!(string_to_sign, vector.string_to_sign, "{}", vector.id);
        let signature = v1::signature(&string_to_sign, &vector.access_key_secret);
        assert_eq!(signature, vector.signature, "{}", vector.id);
        parameters.push(("Signature".to_owned(), signature));
        v1::verify(&vector.method, &parameters, &vector.access_key_secret).unwrap();
        v1::verify("PUT", &parameters, &vector.access_key_secret).unwrap_err();
        v1::verify(&vector.method, &parameters, "other").unwrap_err();
        parameters[0].1.push('x');
        v1::verify(&vector.method, &parameters, &vector.access_key_secret).unwrap_err();
        assert!(!vector.access_key_id.is_empty());
    }
}

#[test]
fn v3_vectors() {
    let vectors = vectors().v3;
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let pairs: Vec<(String, String)> = vector.query.into_iter().collect();
        let query = canonical_query(&pairs);
        let request = v3::Request {
            method: &vector.method,
            path: &vector.path,
            query: &query,
            body: vector.body.as_bytes(),
        };
        let authorization = v3::Authorization::parse(&vector.authorization).unwrap();
        assert_eq!(authorization.credential, vector.access_key_id);
        assert_eq!(authorization.signature, vector.signature);
        let headers: Vec<(String, String)> = vector.headers.into_iter().collect();
        let signed: Vec<(String, String)> = headers
            .iter()
            .filter(|(name, _)| authorization.signed_headers.contains(&name.as_str()))
            .cloned()
            .collect();
        let canonical = v3::canonical_request(request, &signed, &authorization.signed_headers);
        assert_eq!(canonical, vector.canonical_request, "{}", vector.id);
        let string_to_sign = v3::string_to_sign(&canonical);
        assert_eq!(string_to_sign, vector.string_to_sign, "{}", vector.id);
        let secret = &vector.access_key_secret;
        assert_eq!(
            v3::signature(&string_to_sign, secret),
            vector.signature,
            "{}",
            vector.id
        );
        v3::verify(request, &headers, &authorization, secret).unwrap();
        v3::verify(request, &headers, &authorization, "other").unwrap_err();
        let tampered = v3::Request {
            body: b"x",
            ..request
        };
        v3::verify(tampered, &headers, &authorization, secret).unwrap_err();
        let tampered = v3::Request {
            query: "a=b",
            ..request
        };
        v3::verify(tampered, &headers, &authorization, secret).unwrap_err();
    }
}

#[test]
fn what_is_signed_here_verifies_here() {
    let credentials = Credentials {
        access_key_id: "id".to_owned(),
        access_key_secret: "secret".into(),
        security_token: Some("token+/=".into()),
    };
    let now = Timestamp::parse("2026-03-01T08:00:00Z").unwrap();
    let own = vec![("RegionId".to_owned(), "cn-hangzhou".to_owned())];
    let signed = v1::sign(
        "POST",
        "DescribeRegions",
        Product::Ecs,
        own.clone(),
        &credentials,
        "n",
        now,
    );
    v1::verify("POST", &signed, "secret").unwrap();
    assert!(signed.contains(&("SecurityToken".to_owned(), "token+/=".to_owned())));

    let query = canonical_query(&own);
    let request = v3::Request {
        method: "POST",
        path: "/",
        query: &query,
        body: b"a=1",
    };
    let headers = v3::sign(
        request,
        "127.0.0.1:8090",
        Some("application/x-www-form-urlencoded"),
        "DescribeRegions",
        Product::Ecs,
        &credentials,
        "n",
        now,
    );
    let authorization = v3::Authorization::parse(&headers.last().unwrap().1).unwrap();
    assert!(
        authorization
            .signed_headers
            .contains(&"x-acs-security-token")
    );
    v3::verify(request, &headers, &authorization, "secret").unwrap();
    assert!(!format!("{credentials:?}").contains("secret\""));
}

#[test]
fn signatures_that_are_none_are_refused() {
    let none: [(&str, &str); 0] = [];
    v1::verify("GET", &none, "s").unwrap_err();
    for header in [
        "",
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SHA256 ",
        "ACS3-HMAC-SHA256Credential=a,SignedHeaders=host,Signature=b",
        "ACS3-HMAC-SHA256 Credential=a,Signature=b",
        "ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=b",
    ] {
        v3::Authorization::parse(header).unwrap_err();
    }
    let request = v3::Request {
        method: "GET",
        path: "/",
        query: "",
        body: b"",
    };
    for signed_headers in ["host", "", "x-acs-action;x-acs-date;x-acs-signature-nonce"] {
        let header =
            format!("ACS3-HMAC-SHA256 Credential=a,SignedHeaders={signed_headers},Signature=b");
        let authorization = v3::Authorization::parse(&header).unwrap();
        v3::verify(request, &[("host", "h")], &authorization, "s").unwrap_err();
    }
}
