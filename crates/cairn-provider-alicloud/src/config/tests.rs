//! Which credentials and endpoints come of block and environment together.

use cairn_value::{Object, Value, name};

use super::*;
use crate::client::{IdentityToken, Source};

fn env(pairs: &[(&str, &str)]) -> Environment {
    Environment {
        variables: pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        ..Environment::default()
    }
}

#[test]
fn credentials_come_from_block_or_variables() {
    let none = settings(&Value::object([]), &env(&[])).unwrap_err();
    assert_eq!(none.len(), 1);
    for way in [
        "ALICLOUD_ACCESS_KEY",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "access_key",
        "profile",
        "-emulator",
    ] {
        assert!(none[0].detail.contains(way), "{way}");
    }
    let e = env(&[
        ("ALICLOUD_ACCESS_KEY", "a"),
        ("ALICLOUD_SECRET_KEY", "s"),
        ("ALICLOUD_REGION", "cn-hangzhou"),
    ]);
    let s = settings(&Value::object([]), &e).unwrap();
    assert_eq!(key(&s), "a");
    assert_eq!(s.region, "cn-hangzhou");
    assert_eq!(s.endpoints.ecs, "https://ecs.cn-hangzhou.aliyuncs.com");
    assert_eq!(
        s.endpoints.resource_manager,
        "https://resourcemanager.aliyuncs.com"
    );
    let block = Value::object([
        (name("access_key"), Value::string("b")),
        (name("secret_key"), Value::string("t")),
        (name("region"), Value::string("cn-shanghai")),
    ]);
    let s = settings(&block, &e).unwrap();
    assert_eq!((key(&s).as_str(), s.region.as_str()), ("b", "cn-shanghai"));
}

#[test]
fn endpoints_come_from_block_or_variables_and_the_emulator_wins() {
    let mut e = env(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "a"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
        ("ECS_ENDPOINT", "127.0.0.1:1"),
        ("VPC_ENDPOINT", "127.0.0.1:2"),
    ]);
    let block = Value::object([(
        name("endpoints"),
        Value::set(
            cairn_value::Type::object([(name("ecs"), cairn_value::Type::String)]),
            vec![Value::Object(std::sync::Arc::new(Object::new([(
                name("ecs"),
                Value::string("127.0.0.1:9"),
            )])))],
        ),
    )]);
    let s = settings(&block, &e).unwrap();
    assert_eq!(s.endpoints.ecs, "http://127.0.0.1:9");
    assert_eq!(s.endpoints.vpc, "http://127.0.0.1:2");
    e.emulator = Some(EmulatorAccess {
        url: "http://127.0.0.1:7/".to_owned(),
        access_key_id: "e".to_owned(),
        access_key_secret: "f".to_owned(),
    });
    let s = settings(&block, &e).unwrap();
    assert_eq!(s.endpoints.ecs, "http://127.0.0.1:7");
    assert_eq!(key(&s), "e");
    e.emulator = None;
    e.variables
        .insert("ECS_ENDPOINT".to_owned(), "http://10.0.0.1".to_owned());
    let wrong = settings(&Value::object([]), &e).unwrap_err();
    assert_eq!(wrong[0].code, "invalid-endpoint");
}

/// The id of keys that are given.
#[track_caller]
fn key(settings: &Settings) -> String {
    match &settings.source {
        Source::Given(keys) => keys.access_key_id.clone(),
        other => panic!("{other:?}"),
    }
}

/// A source in a few words.
fn told(source: &Source) -> String {
    match source {
        Source::Given(keys) => format!("keys {}", keys.access_key_id),
        Source::Role(by, role) => format!("{} as {}", told(by), role.arn),
        Source::Identity { token, role, .. } => match token {
            IdentityToken::Text(_) => format!("token for {}", role.arn),
            IdentityToken::File(path) => format!("token in {} for {}", path.display(), role.arn),
        },
        Source::Instance(metadata) => {
            let role = metadata.role.as_deref().unwrap_or("the instance's own");
            format!("instance {role} at {}", metadata.url)
        }
        Source::Uri(uri) => format!("uri {uri}"),
    }
}

#[track_caller]
fn source(block: &Value, env: &Environment) -> String {
    told(&settings(block, env).unwrap().source)
}

/// A configuration with one occurrence of a block.
fn with_block(block: &str, arguments: &[(&str, Value)]) -> Value {
    let object = Value::object(arguments.iter().map(|(n, v)| (name(n), v.clone())));
    Value::object([(name(block), Value::set(object.ty(), vec![object]))])
}

const PROFILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/profiles.json");

#[test]
fn the_first_way_to_keys_that_is_set_counts() {
    let mut e = env(&[
        ("ALICLOUD_ACCESS_KEY", "a"),
        ("ALICLOUD_SECRET_KEY", "s"),
        ("ALICLOUD_PROFILE", "plain"),
        ("ALICLOUD_SHARED_CREDENTIALS_FILE", PROFILES),
        ("ALIBABA_CLOUD_ROLE_ARN", "role"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "provider"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token"),
        ("ALICLOUD_ECS_ROLE_NAME", "deploy"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/keys"),
    ]);
    let none = Value::object([]);
    // Keys and profiles assume the role of the variable; the token is for that role itself.
    for (taken, expected) in [
        ("", "keys a as role"),
        ("ALICLOUD_SECRET_KEY", "keys p as role"),
        ("ALICLOUD_PROFILE", "token in /token for role"),
        (
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
            "instance deploy at http://100.100.100.200 as role",
        ),
        (
            "ALIBABA_CLOUD_ROLE_ARN",
            "instance deploy at http://100.100.100.200",
        ),
        ("ALICLOUD_ECS_ROLE_NAME", "uri http://127.0.0.1:9/keys"),
    ] {
        e.variables.remove(taken);
        assert_eq!(source(&none, &e), expected, "without {taken}");
    }
    e.variables.remove("ALIBABA_CLOUD_CREDENTIALS_URI");
    let wrong = settings(&none, &e).unwrap_err();
    assert_eq!(wrong[0].code, "no-credentials");
}

#[test]
fn blocks_choose_before_variables() {
    let e = env(&[
        ("ALICLOUD_ACCESS_KEY", "a"),
        ("ALICLOUD_SECRET_KEY", "s"),
        ("ALICLOUD_ASSUME_ROLE_ARN", "of variables"),
    ]);
    let role = with_block(
        "assume_role",
        &[("role_arn", Value::string("of the block"))],
    );
    assert_eq!(source(&role, &e), "keys a as of the block");
    assert_eq!(source(&Value::object([]), &e), "keys a as of variables");
    let arguments = [
        ("role_arn", Value::string("r")),
        ("oidc_provider_arn", Value::string("p")),
        ("oidc_token", Value::string("hunter2")),
    ];
    let identity = with_block("assume_role_with_oidc", &arguments);
    assert_eq!(source(&identity, &e), "token for r as of variables");
    let shown = format!("{:?}", settings(&identity, &e).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
    let tokenless = with_block("assume_role_with_oidc", &arguments[..2]);
    let wrong = settings(&tokenless, &e).unwrap_err();
    assert_eq!(wrong[0].code, "no-oidc-token");
    let short = with_block(
        "assume_role",
        &[
            ("role_arn", Value::string("r")),
            ("session_expiration", Value::int(899)),
        ],
    );
    assert_eq!(settings(&short, &e).unwrap_err()[0].code, "invalid-value");
}

#[test]
fn profiles_go_by_their_mode() {
    let by = |profile: &str| {
        let e = env(&[
            ("ALICLOUD_PROFILE", profile),
            ("ALICLOUD_SHARED_CREDENTIALS_FILE", PROFILES),
        ]);
        settings(&Value::object([]), &e)
    };
    for (profile, expected) in [
        ("plain", "keys p"),
        ("token", "keys t"),
        ("role", "keys p as acs:ram::1:role/r"),
        ("instance", "instance deploy at http://100.100.100.200"),
        (
            "instance-role",
            "instance the instance's own at http://100.100.100.200 as acs:ram::1:role/r",
        ),
        (
            "chained",
            "keys p as acs:ram::1:role/r as acs:ram::1:role/q",
        ),
        ("identity", "token in /token for acs:ram::1:role/r"),
        ("local", "uri http://localhost:1/keys"),
    ] {
        assert_eq!(told(&by(profile).unwrap().source), expected);
    }
    assert_eq!(by("role").unwrap().region, "cn-shanghai");
    for (profile, words) in [
        ("missing", "no profile \"missing\""),
        ("empty", "no access_key_id"),
        ("round", "takes them from it"),
        ("sso", "mode CloudSSO"),
        ("clear", "without encryption"),
    ] {
        let wrong = by(profile).unwrap_err();
        assert!(wrong[0].detail.contains(words), "{}", wrong[0].detail);
    }
}

#[test]
fn an_address_in_the_clear_is_on_this_machine() {
    for (name, value) in [
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://10.0.0.1/keys"),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", "file:///etc/keys"),
    ] {
        let wrong = settings(&Value::object([]), &env(&[(name, value)])).unwrap_err();
        assert_eq!(wrong[0].code, "invalid-endpoint");
    }
    let e = env(&[
        ("ALICLOUD_ECS_ROLE_NAME", "deploy"),
        ("ALIBABA_CLOUD_ECS_METADATA_ENDPOINT", "http://10.0.0.1"),
    ]);
    let wrong = settings(&Value::object([]), &e).unwrap_err();
    assert_eq!(wrong[0].code, "invalid-endpoint");
}

#[test]
fn the_version_of_signatures_is_chosen_by_a_variable() {
    let by = |version: &str| {
        let keys = [("ALICLOUD_ACCESS_KEY", "a"), ("ALICLOUD_SECRET_KEY", "s")];
        let mut e = env(&keys);
        e.variables
            .insert("CAIRN_SIGNATURE".to_owned(), version.to_owned());
        settings(&Value::object([]), &e)
    };
    assert_eq!(by("").unwrap().signature, Signature::V1);
    assert_eq!(by("v3").unwrap().signature, Signature::V3);
    assert_eq!(by("V2").unwrap_err()[0].code, "invalid-value");
}
