//! Whatever byte of whatever file is changed: the check finds it, or it does no harm; never a panic, never a silent loss.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_model::{Serial, State};

use super::sample::{call, options, output, put};
use crate::{SledStore, StateError, StateStore, disk, read_snapshot, verify};

/// A state of several commands, closed orderly, and what it holds.
fn make(dir: &Path) -> State {
    let mut state = State::default();
    for n in 0..3 {
        let mut store = Box::new(SledStore::open(options(dir)).unwrap());
        let id = store.begin(&call("t", &["a.b"])).unwrap();
        store
            .commit(id, &[put(&format!("a.b[{n}]"), "i"), output("i")])
            .unwrap();
        state = store.load().unwrap();
        store.close().unwrap();
    }
    state
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
    let state = make(&dir);
    let before = files(&dir);
    let report = verify(&options(&dir)).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.serial, Some(state.serial));
    assert_eq!((report.instances, report.backups), (3, 3));
    assert_eq!(files(&dir), before);
}

#[test]
fn damage_is_found_or_harmless() {
    let top = tempfile::tempdir().unwrap();
    let sound = top.path().join("sound");
    let state = make(&sound);
    let dir = top.path().join("default");
    for file in files(&sound) {
        let name = file.strip_prefix(&sound).unwrap();
        let contents = fs::read(&file).unwrap();
        for round in 0..8_usize {
            let at = contents.len() * (2 * round + 1) / 16;
            disk::remove(&dir).unwrap();
            disk::copy_dir(&sound, &dir).unwrap();
            let mut broken = contents.clone();
            match round % 2 {
                _ if broken.is_empty() => continue,
                0 => broken.truncate(at),
                _ => broken[at] ^= 0x41,
            }
            fs::write(dir.join(name), &broken).unwrap();
            let case = format!("{} {round}", name.display());
            let report = verify(&options(&dir)).unwrap();
            let loss = report.findings.iter().any(|f| f.loss);
            match SledStore::open(options(&dir)) {
                Ok(store) => {
                    assert_eq!(store.load().unwrap(), state, "{case}");
                    assert!(!loss, "{case}: {report:?}");
                    Box::new(store).close().unwrap();
                    let snapshot = read_snapshot(&dir).unwrap().unwrap();
                    assert_eq!(snapshot.state, state, "{case}");
                }
                Err(StateError::Corrupt { .. }) => assert!(loss, "{case}: {report:?}"),
                Err(other) => panic!("{case}: {other}"),
            }
        }
    }
    assert_eq!(state.serial, Serial(3));
}
