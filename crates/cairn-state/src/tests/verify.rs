//! Whatever byte of whatever file is changed: the check finds it, or it does no harm; never a panic, never a silent loss.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_model::{Serial, State};

use super::sample::{call, options, output, put};
use crate::{Repaired, SledStore, StateError, StateStore, disk, read_snapshot, repair, verify};

/// A state of several commands, closed orderly, and what it held after each of them.
fn make(dir: &Path) -> Vec<State> {
    let mut states = Vec::new();
    for n in 0..3 {
        let mut store = Box::new(SledStore::open(options(dir)).unwrap());
        let id = store.begin(&call("t", &["a.b"])).unwrap();
        store
            .commit(id, &[put(&format!("a.b[{n}]"), "i"), output("i")])
            .unwrap();
        states.push(store.load().unwrap());
        store.close().unwrap();
    }
    states
}

/// At how many places each file is damaged: `CAIRN_DAMAGE_PLACES`, few where nothing is said.
fn places() -> usize {
    let said = std::env::var("CAIRN_DAMAGE_PLACES").ok();
    said.and_then(|n| n.parse().ok()).unwrap_or(8)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for name in disk::names(dir).unwrap() {
        let path = dir.join(name);
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

#[test]
fn a_sound_state_has_no_findings() {
    let top = tempfile::tempdir().unwrap();
    let dir = top.path().join("default");
    assert_eq!(verify(&options(&dir)).unwrap().serial, None);
    let state = make(&dir).pop().unwrap();
    let before = files(&dir);
    let report = verify(&options(&dir)).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.serial, Some(state.serial));
    assert_eq!((report.instances, report.backups), (3, 3));
    assert_eq!(files(&dir), before);
}

#[test]
fn damage_is_found_or_harmless_and_repaired() {
    let top = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
    let sound = top.path().join("sound");
    let states = make(&sound);
    let last = states.last().unwrap();
    let dir = top.path().join("default");
    let places = places();
    for file in files(&sound) {
        let name = file.strip_prefix(&sound).unwrap();
        let contents = fs::read(&file).unwrap();
        for round in 0..2 * places {
            // Both ways at each place.
            let at = contents.len() * (round / 2 * 2 + 1) / (2 * places);
            disk::remove(&dir).unwrap();
            disk::copy_dir(&sound, &dir).unwrap();
            let mut broken = contents.clone();
            match round % 2 {
                _ if broken.is_empty() => continue,
                0 => broken.truncate(at),
                _ => broken[at] ^= 0x41,
            }
            fs::write(dir.join(name), &broken).unwrap();
            let case = format!("{} {at} {}", name.display(), round % 2);
            let report = verify(&options(&dir)).unwrap();
            let loss = report.findings.iter().any(|f| f.loss);
            match SledStore::open(options(&dir)) {
                Ok(store) => {
                    assert_eq!(store.load().unwrap(), *last, "{case}");
                    assert!(!loss, "{case}: {report:?}");
                    Box::new(store).close().unwrap();
                    let snapshot = read_snapshot(&dir).unwrap().unwrap();
                    assert_eq!(snapshot.state, *last, "{case}");
                }
                Err(StateError::Corrupt { .. }) => {
                    assert!(loss, "{case}: {report:?}");
                    check_repair(&dir, &states, &case);
                }
                Err(other) => panic!("{case}: {other}"),
            }
        }
    }
    assert_eq!(last.serial, Serial(3));
}

/// Repairs, and checks that nothing but what it says is missing.
fn check_repair(dir: &Path, states: &[State], case: &str) {
    let done = repair(&options(dir)).unwrap_or_else(|e| panic!("{case}: {e}"));
    let Repaired::Restored {
        reached,
        serial,
        aside,
        ..
    } = done
    else {
        panic!("{case}: {done:?}");
    };
    assert!(aside.join(crate::history::BACKUPS).exists(), "{case}");
    let mut expected = states
        .iter()
        .find(|s| s.serial == reached)
        .cloned()
        .unwrap_or_default();
    assert!(serial > states.last().unwrap().serial, "{case}: {serial}");
    expected.serial = serial;
    expected.lineage.clone_from(&states[0].lineage);
    let store = SledStore::open(options(dir)).unwrap_or_else(|e| panic!("{case}: {e}"));
    assert_eq!(store.load().unwrap(), expected, "{case}");
    drop(store);
    assert_eq!(verify(&options(dir)).unwrap().findings, [], "{case}");
}

/// A command ended without closing: export and newest log are all there is, and the database is not believed.
#[test]
fn damage_after_a_crash_is_repaired_as_far_as_the_logs_lead() {
    let top = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
    let sound = top.path().join("sound");
    let mut states = make(&sound);
    let mut store = SledStore::open(options(&sound)).unwrap();
    let mut whole = 0;
    for n in 3..8 {
        whole = fs::metadata(sound.join("wal.3")).unwrap().len() as usize;
        store
            .write(Serial(n), &[put("a.c", &format!("i-{n}"))])
            .unwrap();
        states.push(store.load().unwrap());
    }
    drop(store);
    let last = states.last().unwrap();
    let dir = top.path().join("default");
    let log = fs::read(sound.join("wal.3")).unwrap();
    let mut restored = 0;
    for place in 0..places() {
        let at = log.len() * (2 * place + 1) / (2 * places());
        if (whole + 4..whole + 8).contains(&at) {
            // The last frame's length: reads as if the crash had cut it off, which nobody can tell apart.
            continue;
        }
        disk::remove(&dir).unwrap();
        disk::copy_dir(&sound, &dir).unwrap();
        let mut broken = log.clone();
        broken[at] ^= 0x41;
        fs::write(dir.join("wal.3"), &broken).unwrap();
        let case = format!("wal.3 {at}");
        assert!(
            verify(&options(&dir))
                .unwrap()
                .findings
                .iter()
                .any(|f| f.loss),
            "{case}"
        );
        match SledStore::open(options(&dir)) {
            Err(StateError::Corrupt { .. }) => {
                check_repair(&dir, &states, &case);
                restored += 1;
            }
            other => panic!("{case}: {:?}", other.map(|s| s.serial())),
        }
    }
    assert!(restored > 0 && last.serial == Serial(8));
}
