//! Every format version that was ever released opens for ever. `UPDATE=1` writes the fixture of the present version anew.

use std::fs;
use std::path::PathBuf;

use cairn_model::{DeposedKey, Mutation, Serial, State};

use super::sample::{addr, call, object, options, output, provider, put};
use crate::{OpenOptions, Opening, SledStore, StateStore, disk, read_snapshot, verify};

fn fixture(version: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../state/fixtures")
        .join(version)
}

fn commits() -> Vec<Vec<Mutation>> {
    vec![
        vec![
            put("a.b[0]", "i-0"),
            put("a.b[1]", "i-1"),
            put("module.net[\"east\"].a.vpc", "vpc-1"),
            put("data.a.zones", "z"),
            output("i-0"),
        ],
        vec![
            Mutation::Depose {
                addr: addr("a.b[1]"),
                key: DeposedKey("0a1b2c3d".into()),
            },
            Mutation::Put {
                addr: addr("a.b[1]"),
                deposed: None,
                provider: provider(),
                object: object("i-2"),
            },
        ],
    ]
}

fn expected() -> State {
    let mut state = State {
        lineage: options(&PathBuf::new()).lineage,
        serial: Serial(2),
        ..State::default()
    };
    for mutation in commits().iter().flatten() {
        state.apply(mutation).unwrap();
    }
    state
}

/// Two commits by two commands, an open intent.
fn make(dir: &std::path::Path) {
    for (n, mutations) in commits().iter().enumerate() {
        let mut store = Box::new(SledStore::open(options(dir)).unwrap());
        store.write(Serial(n as u64), mutations).unwrap();
        if n == 1 {
            store.begin(&call("token-1", &["a.c"])).unwrap();
        }
        store.close().unwrap();
    }
}

fn checked(options: &OpenOptions, opening: &Opening) {
    let snapshot = read_snapshot(&options.dir).unwrap().unwrap();
    assert_eq!(snapshot.state, expected());
    assert_eq!(snapshot.open_intents.len(), 1);
    let report = verify(options).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.instances, report.backups), (4, 2));
    let store = Box::new(SledStore::open(options.clone()).unwrap());
    assert_eq!(store.opening(), opening);
    assert_eq!(store.load().unwrap(), expected());
    let intents = store.open_intents().unwrap();
    assert_eq!(
        format!("{:?}", intents[0].call),
        format!("{:?}", call("token-1", &["a.c"]))
    );
    store.close().unwrap();
}

#[test]
fn format_1() {
    let golden = fixture("v1");
    let top = tempfile::tempdir().unwrap();
    let now = top.path().join("now");
    make(&now);
    if std::env::var_os("UPDATE").is_some() {
        disk::remove(&golden).unwrap();
        disk::copy_dir(&now, &golden).unwrap();
    }
    let copy = top.path().join("copy");
    disk::copy_dir(&golden, &copy).unwrap();
    checked(&options(&copy), &Opening::Clean);
    // Without the database it is the same state.
    fs::remove_dir_all(copy.join("sled")).unwrap();
    fs::remove_file(copy.join("clean")).unwrap();
    let reason = "The last command that wrote here did not end orderly.".to_owned();
    checked(&options(&copy), &Opening::Rebuilt { reason });
    // What is written today is what was written then.
    for file in ["export.json", "backups/0.json", "backups/1.json"] {
        let read = |dir: &std::path::Path| fs::read_to_string(dir.join(file)).unwrap();
        assert_eq!(read(&now), read(&golden), "{file}");
    }
}
