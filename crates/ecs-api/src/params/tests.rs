//! The flat encoding at its edges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Disk {
    size: Option<i64>,
    name: Option<String>,
    delete: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Request {
    name: String,
    amount: Option<i64>,
    limit: Option<f64>,
    ids: Option<JsonList<String>>,
    groups: Vec<String>,
    disk: Vec<Disk>,
    system: Disk,
    password: Option<Secret>,
    extra: BTreeMap<String, String>,
}

fn decode(pairs: &[(&str, &str)]) -> Result<Request, DecodeError> {
    from_params(pairs)
}

fn pairs(request: &Request) -> Vec<String> {
    to_params(request)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn spells_every_kind_of_value_and_sorts_by_raw_name() {
    let request = Request {
        name: "a b".to_owned(),
        amount: Some(-3),
        limit: Some(0.025),
        ids: Some(JsonList(vec!["i-1".to_owned(), "i\"2".to_owned()])),
        groups: (1..=10).map(|n| format!("sg-{n}")).collect(),
        disk: vec![
            Disk {
                size: Some(20),
                name: None,
                delete: Some(true),
            },
            Disk {
                size: None,
                name: Some(String::new()),
                delete: Some(false),
            },
        ],
        system: Disk {
            size: Some(40),
            ..Disk::default()
        },
        password: Some("p".into()),
        extra: BTreeMap::from([("K".to_owned(), "v".to_owned())]),
    };
    let written = pairs(&request);
    assert_eq!(
        written,
        [
            "Amount=-3",
            "Disk.1.Delete=true",
            "Disk.1.Size=20",
            "Disk.2.Delete=false",
            "Disk.2.Name=",
            "Extra.K=v",
            "Groups.1=sg-1",
            "Groups.10=sg-10",
            "Groups.2=sg-2",
            "Groups.3=sg-3",
            "Groups.4=sg-4",
            "Groups.5=sg-5",
            "Groups.6=sg-6",
            "Groups.7=sg-7",
            "Groups.8=sg-8",
            "Groups.9=sg-9",
            "Ids=[\"i-1\",\"i\\\"2\"]",
            "Limit=0.025",
            "Name=a b",
            "Password=p",
            "System.Size=40",
        ]
    );
    let back: Request = from_params(&to_params(&request)).unwrap();
    assert_eq!(back, request);
}

#[test]
fn nothing_given_is_nothing_sent() {
    assert_eq!(pairs(&Request::default()), ["Name="]);
    assert_eq!(decode(&[]).unwrap(), Request::default());
}

#[test]
fn booleans_in_any_case_and_empty_scalars_absent() {
    let request = decode(&[
        ("Disk.1.Delete", "True"),
        ("Disk.2.Delete", "FALSE"),
        ("Disk.3.Delete", ""),
        ("Disk.3.Size", ""),
        ("Amount", ""),
        ("Limit", ""),
        ("Disk.1.Name", ""),
    ])
    .unwrap();
    assert_eq!(
        request.disk,
        [
            Disk {
                delete: Some(true),
                name: Some(String::new()),
                size: None
            },
            Disk {
                delete: Some(false),
                ..Disk::default()
            },
            Disk::default(),
        ]
    );
    assert_eq!((request.amount, request.limit), (None, None));
}

#[test]
fn holes_are_closed_in_numeric_order() {
    let request = decode(&[("Groups.10", "c"), ("Groups.2", "a"), ("Groups.9", "b")]).unwrap();
    assert_eq!(request.groups, ["a", "b", "c"]);
}

#[test]
fn the_last_of_equal_names_counts() {
    assert_eq!(decode(&[("Name", "a"), ("Name", "b")]).unwrap().name, "b");
}

#[test]
fn json_lists_with_any_spacing() {
    let ids = |text| decode(&[("Ids", text)]).map(|request| request.ids.unwrap().0);
    assert_eq!(ids("[\"i-1\", \"i-2\"]").unwrap(), ["i-1", "i-2"]);
    assert_eq!(ids("[]").unwrap(), Vec::<String>::new());
    for bad in [
        "",
        "i-1",
        "[",
        "[1]",
        "{\"a\":1}",
        "[\"a\"] x",
        &"[".repeat(100_000),
    ] {
        let error = ids(bad).unwrap_err();
        assert_eq!(error.parameter, "Ids");
        assert!(error.message.contains("JSON list"), "{}", error.message);
    }
}

#[test]
fn unknown_parameters_are_listed_without_the_common_ones() {
    let (request, unknown): (Request, _) = from_params_with_unknown(&[
        ("Name", "a"),
        ("Action", "X"),
        ("Signature", "s"),
        ("Zzz", "1"),
        ("Disk.1.Colour", "red"),
        ("Other.1.B", "2"),
        ("Other.1.A", "1"),
        ("", "empty name"),
    ])
    .unwrap();
    assert_eq!(request.name, "a");
    assert_eq!(request.disk.len(), 1);
    assert_eq!(
        unknown,
        ["", "Disk.1.Colour", "Other.1.A", "Other.1.B", "Zzz"]
    );
}

#[test]
fn errors_name_the_parameter_and_no_secret() {
    let failure = |name: &str, value: &str| {
        let error = decode(&[(name, value)]).unwrap_err();
        (error.parameter, error.message)
    };
    assert_eq!(failure("Disk.2.Size", "big").0, "Disk.2.Size");
    assert_eq!(failure("Disk.2.Delete", "yes").1, "must be true or false");
    assert_eq!(failure("Amount", "99999999999999999999").0, "Amount");
    assert_eq!(failure("Limit", "inf").0, "Limit");
    assert_eq!(failure("Limit", "NaN").0, "Limit");
    assert_eq!(failure("Password.1", "hunter2").0, "Password");
    assert!(!format!("{:?}", failure("Password.1", "hunter2")).contains("hunter2"));
    assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    assert_eq!(failure("Groups", "x").0, "Groups");
    assert_eq!(failure("Name.X", "x").0, "Name");
    assert_eq!(failure("System", "x").0, "System");
    let both = decode(&[("Name", "a"), ("Name.X", "b")]).unwrap_err();
    assert_eq!(both.to_string(), "Name: has both a value and members");
}

#[test]
fn hostile_names_and_indexes_are_refused_at_once() {
    for name in [
        "Groups.0",
        "Groups.01",
        "Groups.-1",
        "Groups.+1",
        "Groups.",
        "Groups.x",
        "Groups.10001",
        "Groups.99999999999999999999",
        "Groups.4294967297",
        "Groups.１",
    ] {
        assert!(decode(&[(name, "a")]).is_err(), "{name}");
    }
    assert!(decode(&[("Groups.10000", "a")]).is_ok());
    assert!(decode(&[(&*"A.".repeat(100), "a")]).is_err());
    assert!(decode(&[(&*"A".repeat(257), "a")]).is_err());
    assert!(decode(&[(&*"ä".repeat(200), "a")]).is_err());
    let many: Vec<(String, &str)> = (0..4_001).map(|n| (format!("X{n}"), "v")).collect();
    assert!(from_params::<Request, _, _>(&many).is_err());
    let empties: Vec<(String, &str)> = (1..=4_000)
        .map(|n| (format!("Disk.{n}.Size"), ""))
        .collect();
    assert_eq!(
        from_params::<Request, _, _>(&empties).unwrap().disk.len(),
        4_000
    );
}

#[test]
fn shapes_without_a_flat_form_are_an_error_not_a_panic() {
    #[derive(Serialize)]
    enum Bad {
        A(i32),
        B { x: i32 },
    }
    #[derive(Serialize)]
    struct Holder<T> {
        field: T,
    }
    assert!(ser::to_pairs(&3).is_err());
    assert!(ser::to_pairs(&Holder { field: Bad::A(1) }).is_err());
    assert!(
        ser::to_pairs(&Holder {
            field: Bad::B { x: 1 }
        })
        .is_err()
    );
    assert_eq!(
        ser::to_pairs(&Holder {
            field: ("a", 1, 'c')
        })
        .unwrap(),
        [
            ("field.1".to_owned(), "a".to_owned()),
            ("field.2".to_owned(), "1".to_owned()),
            ("field.3".to_owned(), "c".to_owned())
        ]
    );
}

/// A small deterministic generator instead of a dependency: enough to shake the decoder.
#[test]
fn random_pairs_never_panic() {
    let parts = [
        "Name", "Disk", "1", "2", "Size", "Delete", "Groups", "", "System", "x", "9999",
    ];
    let values = [
        "",
        "1",
        "true",
        "[\"a\"]",
        "\u{0}",
        "💥",
        "-9223372036854775808",
        "1e999",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % n
    };
    let (mut read, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let pairs: Vec<(String, &str)> = (0..next(6))
            .map(|_| {
                let name: Vec<&str> = (0..=next(4)).map(|_| parts[next(parts.len())]).collect();
                (name.join("."), values[next(values.len())])
            })
            .collect();
        match from_params::<Request, _, _>(&pairs) {
            Ok(request) => {
                read += 1;
                // An entry with nothing in it leaves a hole the first time; then all is stable.
                let again: Request = from_params(&to_params(&request)).unwrap();
                let stable: Request = from_params(&to_params(&again)).unwrap();
                assert_eq!(stable, again);
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > 1_000 && refused > 1_000, "{read} {refused}");
}
