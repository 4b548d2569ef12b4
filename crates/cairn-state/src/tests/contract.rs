//! What every store must do, whatever it is made of.

use cairn_model::{CheckStatus, DeposedKey, Lineage, Mutation, Serial, State};

use super::sample::{addr, call, checks, object, options, output, put};
use crate::{IntentId, MemoryStore, SledStore, StateError, StateStore};

/// Runs a test over all stores, each fresh.
fn each(test: impl Fn(Box<dyn StateStore>)) {
    test(Box::new(MemoryStore::empty(Lineage("5f8a".into()))));
    let dir = tempfile::tempdir().unwrap();
    test(Box::new(SledStore::open(options(dir.path())).unwrap()));
}

/// What the mutations make of an empty state.
fn expected(serial: u64, mutations: &[Mutation]) -> State {
    let mut state = State {
        lineage: Lineage("5f8a".into()),
        serial: Serial(serial),
        ..State::default()
    };
    for mutation in mutations {
        state.apply(mutation).unwrap();
    }
    state
}

#[test]
fn a_fresh_state_is_empty() {
    each(|store| {
        assert_eq!(store.load().unwrap(), expected(0, &[]));
        assert_eq!(store.serial(), Serial(0));
        assert!(store.open_intents().unwrap().is_empty());
        store.close().unwrap();
    });
}

#[test]
fn what_is_written_is_loaded() {
    each(|mut store| {
        let first = [
            put("a.b[0]", "i-1"),
            put("module.m.a.b", "i-2"),
            output("i-1"),
            Mutation::SetChecks(checks(CheckStatus::Unknown)),
        ];
        assert_eq!(store.write(Serial(0), &first).unwrap(), Serial(1));
        assert_eq!(store.load().unwrap(), expected(1, &first));
        let key = DeposedKey("0a1b2c3d".into());
        let second = [
            Mutation::Depose {
                addr: addr("a.b[0]"),
                key: key.clone(),
            },
            put("a.b[0]", "i-3"),
            Mutation::Move {
                from: addr("module.m.a.b"),
                to: addr("a.moved"),
            },
            Mutation::SetChecks(checks(CheckStatus::Fail)),
        ];
        store.write(Serial(1), &second).unwrap();
        let both = [first.to_vec(), second.to_vec()].concat();
        assert_eq!(store.load().unwrap(), expected(2, &both));
        let third = [
            Mutation::Remove {
                addr: addr("a.b[0]"),
                deposed: Some(key),
            },
            Mutation::RemoveOutput { name: "ids".into() },
            Mutation::SetChecks(Vec::new()),
            Mutation::Remove {
                addr: addr("a.moved"),
                deposed: None,
            },
        ];
        store.write(Serial(2), &third).unwrap();
        let loaded = store.load().unwrap();
        assert_eq!(loaded, expected(3, &[both, third.to_vec()].concat()));
        assert_eq!(loaded.current(&addr("a.b[0]")), Some(&object("i-3")));
        assert!(loaded.instances[&addr("a.b[0]")].deposed.is_empty());
        assert_eq!(loaded.instances.len(), 1);
        store.close().unwrap();
    });
}

#[test]
fn a_stale_serial_is_refused() {
    each(|mut store| {
        store.write(Serial(0), &[put("a.b", "i-1")]).unwrap();
        let error = store.write(Serial(0), &[put("a.c", "i-2")]).unwrap_err();
        assert!(matches!(
            error,
            StateError::Moved {
                expected: Serial(0),
                actual: Serial(1)
            }
        ));
        assert_eq!(store.load().unwrap(), expected(1, &[put("a.b", "i-1")]));
    });
}

#[test]
fn nothing_to_write_is_no_commit() {
    each(|mut store| {
        assert_eq!(store.write(Serial(0), &[]).unwrap(), Serial(0));
        assert_eq!(store.serial(), Serial(0));
    });
}

#[test]
fn a_refused_mutation_leaves_nothing_of_its_commit() {
    each(|mut store| {
        let id = store.begin(&call("t", &["a.b"])).unwrap();
        let wrong = [
            put("a.b", "i-1"),
            Mutation::Move {
                from: addr("a.nowhere"),
                to: addr("a.c"),
            },
        ];
        assert!(matches!(
            store.commit(id, &wrong),
            Err(StateError::Refused { .. })
        ));
        assert!(matches!(
            store.write(Serial(0), &wrong),
            Err(StateError::Refused { .. })
        ));
        assert_eq!(store.load().unwrap(), expected(0, &[]));
        assert_eq!(store.open_intents().unwrap().len(), 1);
    });
}

#[test]
fn an_intent_is_open_until_its_outcome_is_recorded() {
    each(|mut store| {
        let mut calls = [
            call("t1", &["a.b", "a.c"]),
            call("t2", &["a.d"]),
            call("t3", &[]),
        ];
        calls[1].requests[0].record.provisions = true;
        calls[1].requests[0].record.sets_aside = Some(DeposedKey("0a1b2c3d".into()));
        let ids = store.begin_all(&calls).unwrap();
        assert!(ids.is_sorted() && ids.len() == 3);
        let open = store.open_intents().unwrap();
        assert_eq!(open.iter().map(|i| i.id).collect::<Vec<_>>(), ids);
        for (intent, call) in open.iter().zip(&calls) {
            assert_eq!(format!("{:?}", intent.call), format!("{call:?}"));
        }
        let one = [put("a.b", "i-1"), put("a.c", "i-2")];
        let two = [put("a.d", "i-3")];
        let serial = store.commit_all(&[(ids[0], &one), (ids[1], &two)]).unwrap();
        assert_eq!(serial, Serial(2));
        store.abandon(ids[2]).unwrap();
        assert!(store.open_intents().unwrap().is_empty());
        assert_eq!(store.serial(), Serial(2));
        assert_eq!(
            store.load().unwrap(),
            expected(2, &[one.to_vec(), two.to_vec()].concat())
        );
        for id in ids.iter().copied().chain([IntentId(99)]) {
            assert!(matches!(
                store.commit(id, &[]),
                Err(StateError::NotOpen { .. })
            ));
            assert!(matches!(store.abandon(id), Err(StateError::NotOpen { .. })));
        }
        let next = store.begin(&calls[0]).unwrap();
        assert!(next > ids[2]);
        store.close().unwrap();
    });
}

#[test]
fn commits_together_see_each_other_and_fall_together() {
    each(|mut store| {
        let ids = store
            .begin_all(&[call("t1", &["a.b"]), call("t2", &["a.b"])])
            .unwrap();
        let one = [put("a.b", "i-1")];
        let two = [Mutation::Move {
            from: addr("a.b"),
            to: addr("a.c"),
        }];
        assert!(store.commit_all(&[(ids[1], &two), (ids[0], &one)]).is_err());
        assert!(store.commit_all(&[(ids[0], &one), (ids[0], &[])]).is_err());
        assert_eq!(store.load().unwrap(), expected(0, &[]));
        assert_eq!(store.open_intents().unwrap().len(), 2);
        store.commit_all(&[(ids[0], &one), (ids[1], &two)]).unwrap();
        assert_eq!(
            store.load().unwrap(),
            expected(2, &[one.to_vec(), two.to_vec()].concat())
        );
    });
}
