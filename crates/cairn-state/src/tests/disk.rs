//! What must survive on the disk: crashes between any two steps, cut logs, damaged files, and who may write.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cairn_model::{Mutation, Serial, State};

use super::sample::{addr, call, object, options, output, put};
use crate::{IntentId, Opening, SledStore, StateError, StateStore, holder, read_snapshot};

fn open(dir: &Path) -> Box<SledStore> {
    Box::new(SledStore::open(options(dir)).unwrap())
}

/// A state of three commits and an open intent, closed orderly.
fn closed(dir: &Path) -> State {
    let mut store = open(dir);
    store
        .write(Serial(0), &[put("a.b[0]", "i-1"), output("i-1")])
        .unwrap();
    let id = store.begin(&call("t1", &["a.b[1]"])).unwrap();
    store.commit(id, &[put("a.b[1]", "i-2")]).unwrap();
    store.begin(&call("t2", &["a.c"])).unwrap();
    store.write(Serial(2), &[put("a.d", "i-4")]).unwrap();
    let state = store.load().unwrap();
    store.close().unwrap();
    state
}

/// The same, but the process ends without closing after one more commit.
fn crashed(dir: &Path) -> State {
    closed(dir);
    let mut store = open(dir);
    store.write(Serial(3), &[put("a.e", "i-5")]).unwrap();
    let state = store.load().unwrap();
    drop(store);
    state
}

fn assert_holds(dir: &Path, state: &State, intents: &[u64]) {
    let snapshot = read_snapshot(dir).unwrap().unwrap();
    assert_eq!(snapshot.state, *state);
    let store = open(dir);
    assert_eq!(store.load().unwrap(), *state);
    assert_eq!(store.serial(), state.serial);
    let ids: Vec<u64> = store
        .open_intents()
        .unwrap()
        .iter()
        .map(|i| i.id.0)
        .collect();
    assert_eq!(ids, intents);
    store.close().unwrap();
    let snapshot = read_snapshot(dir).unwrap().unwrap();
    assert_eq!(snapshot.state, *state);
    assert_eq!(snapshot.open_intents.len(), intents.len());
    assert_eq!(snapshot.warning, None);
    let store = open(dir);
    assert_eq!(store.load().unwrap(), *state);
    assert_eq!(*store.opening(), Opening::Clean);
}

#[test]
fn a_closed_state_opens_clean() {
    let dir = tempfile::tempdir().unwrap();
    let state = closed(dir.path());
    assert_holds(dir.path(), &state, &[2]);
    let mut store = open(dir.path());
    assert_eq!(store.begin(&call("t3", &[])).unwrap(), IntentId(3));
    store.abandon(IntentId(2)).unwrap();
    store.abandon(IntentId(3)).unwrap();
    store.close().unwrap();
    assert_holds(dir.path(), &state, &[]);
}

#[test]
fn a_state_that_is_only_looked_at_makes_nothing_but_the_lock() {
    let dir = tempfile::tempdir().unwrap();
    assert!(read_snapshot(&dir.path().join("none")).unwrap().is_none());
    open(dir.path()).close().unwrap();
    assert_eq!(crate::disk::names(dir.path()).unwrap(), ["lock"]);
    assert!(read_snapshot(dir.path()).unwrap().is_none());
}

#[test]
fn a_process_that_ends_without_closing_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let state = crashed(dir.path());
    let store = open(dir.path());
    assert!(matches!(store.opening(), Opening::Rebuilt { .. }));
    drop(store);
    assert_holds(dir.path(), &state, &[2]);
    assert!(!dir.path().join("damaged-1").exists());
}

#[test]
fn only_the_last_frame_can_be_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let before = closed(dir.path());
    let log = dir.path().join("wal.3");
    let mut store = open(dir.path());
    store.write(Serial(3), &[put("a.d", "i-5")]).unwrap();
    let middle = fs::metadata(&log).unwrap().len() as usize;
    let after_one = store.load().unwrap();
    let two: Vec<Mutation> = ["a.e", "a.g", "a.h"].map(|a| put(a, "i-6")).into();
    store.write(Serial(4), &two).unwrap();
    let after_two = store.load().unwrap();
    drop(store);
    let whole = fs::read(&log).unwrap();
    for len in 0..=whole.len() {
        fs::write(&log, &whole[..len]).unwrap();
        let snapshot = read_snapshot(dir.path()).unwrap().unwrap().state;
        if len == whole.len() {
            assert_eq!(snapshot, after_two);
        } else if len >= middle {
            assert_eq!(snapshot, after_one, "{len}");
        } else {
            assert!(snapshot == before, "{len}");
        }
        if len >= middle && len % 97 == 0 {
            let mut store = open(dir.path());
            assert_eq!(store.load().unwrap(), snapshot);
            let serial = store.serial();
            store.write(serial, &[put("a.f", "i-7")]).unwrap();
            drop(store);
            assert_eq!(
                read_snapshot(dir.path()).unwrap().unwrap().state.serial,
                Serial(serial.0 + 1)
            );
        }
    }
    // A hole of zeros where sectors did not reach the disk before the power went is an incomplete frame too.
    let mut holed = whole.clone();
    let sector = middle.next_multiple_of(512);
    assert!(sector + 512 <= whole.len());
    holed[sector..sector + 512].fill(0);
    fs::write(&log, &holed).unwrap();
    assert_eq!(read_snapshot(dir.path()).unwrap().unwrap().state, after_one);
    // Damage anywhere else is refused, and changes nothing.
    for at in (0..whole.len()).step_by(61) {
        let mut broken = whole.clone();
        broken[at] ^= 0x10;
        fs::write(&log, &broken).unwrap();
        match SledStore::open(options(dir.path())) {
            Err(StateError::Corrupt { path, .. }) => assert_eq!(path, log, "{at}"),
            // The length of the last frame now reaches beyond the end: as if it had been cut off.
            Ok(store) if (middle + 4..middle + 8).contains(&at) => drop(store),
            other => panic!("{at}: {:?}", other.map(|s| s.opening().clone())),
        }
        assert_eq!(fs::read(&log).unwrap(), broken);
    }
}

#[test]
fn a_damaged_database_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let state = closed(dir.path());
    let file = dir.path().join("sled").join("db");
    let sound = fs::read(&file).unwrap();
    for damage in 0..4 {
        match damage {
            0 => fs::write(&file, &sound[..sound.len() / 3]).unwrap(),
            1 => fs::write(&file, b"").unwrap(),
            2 => fs::write(&file, vec![0xaa; sound.len()]).unwrap(),
            _ => fs::remove_dir_all(dir.path().join("sled")).unwrap(),
        }
        let store = open(dir.path());
        assert!(
            matches!(store.opening(), Opening::Rebuilt { .. }),
            "{damage}: {:?}",
            store.opening()
        );
        assert_eq!(store.load().unwrap(), state);
        store.close().unwrap();
        assert_holds(dir.path(), &state, &[2]);
    }
    // An unfinished snapshot does not keep sled from opening.
    fs::write(dir.path().join("sled").join("snap.0.generating"), b"x").unwrap();
    assert_holds(dir.path(), &state, &[2]);
}

#[test]
fn a_damaged_mark_or_unknown_files_do_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let state = closed(dir.path());
    fs::write(dir.path().join("clean"), b"{").unwrap();
    fs::write(dir.path().join("export.tmp"), b"half").unwrap();
    fs::write(dir.path().join("notes.txt"), b"mine").unwrap();
    fs::create_dir(dir.path().join("damaged-1")).unwrap();
    assert_holds(dir.path(), &state, &[2]);
    assert!(!dir.path().join("export.tmp").exists());
    assert!(dir.path().join("notes.txt").exists());
}

#[test]
fn a_damaged_export_is_made_anew_from_a_sound_database() {
    let dir = tempfile::tempdir().unwrap();
    let state = closed(dir.path());
    let export = dir.path().join("export.json");
    let sound = fs::read(&export).unwrap();
    for damage in [&sound[..sound.len() - 9], &sound[..40], b"", b"{}\n"] {
        fs::write(&export, damage).unwrap();
        let store = open(dir.path());
        assert!(matches!(store.opening(), Opening::ExportRestored { .. }));
        drop(store);
        assert_holds(dir.path(), &state, &[2]);
        assert_eq!(fs::read(&export).unwrap(), sound);
    }
}

#[test]
fn backups_and_logs_stand_in_where_export_and_database_are_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let state = crashed(dir.path());
    let export = dir.path().join("export.json");
    let mut broken = fs::read(&export).unwrap();
    let at = broken.len() / 2;
    broken[at] ^= 1;
    fs::write(&export, &broken).unwrap();
    let snapshot = read_snapshot(dir.path()).unwrap().unwrap();
    assert_eq!(snapshot.state, state);
    assert!(snapshot.warning.unwrap().contains("export.json"));
    let store = open(dir.path());
    assert!(matches!(store.opening(), Opening::ExportRestored { .. }));
    drop(store);
    assert_holds(dir.path(), &state, &[2]);
}

#[test]
fn a_damaged_export_that_nothing_stands_in_for_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    crashed(dir.path());
    let export = dir.path().join("export.json");
    let sound = fs::read(&export).unwrap();
    for file in ["backups/wal.0", "backups/0.json"] {
        fs::remove_file(dir.path().join(file)).unwrap();
        for at in (0..sound.len()).step_by(53) {
            let mut broken = sound.clone();
            broken[at] ^= 0x04;
            fs::write(&export, &broken).unwrap();
            let error = SledStore::open(options(dir.path())).map(drop).unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("export.json is damaged") && text.contains("Nothing was changed"),
                "{at}: {text}"
            );
            assert!(read_snapshot(dir.path()).is_err());
        }
    }
    fs::remove_file(&export).unwrap();
    assert!(SledStore::open(options(dir.path())).is_err());
    fs::write(&export, &sound).unwrap();
    open(dir.path());
}

#[test]
fn a_crash_between_two_steps_of_closing_loses_nothing() {
    // The new log is there, the new export is not.
    let dir = tempfile::tempdir().unwrap();
    let state = crashed(dir.path());
    crate::log::Log::create(dir.path(), 4, "5f8a").unwrap();
    assert_holds(dir.path(), &state, &[2]);
    // The new export is there, the old log has not been set aside.
    let old = dir.path().join("backups").join("wal.3");
    fs::rename(old, dir.path().join("wal.3")).unwrap();
    fs::remove_file(dir.path().join("clean")).unwrap();
    assert_holds(dir.path(), &state, &[2]);
    assert!(!dir.path().join("wal.3").exists());
}

#[test]
fn a_newer_log_than_export_and_logs_lead_to_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    crashed(dir.path());
    fs::rename(dir.path().join("wal.3"), dir.path().join("wal.9")).unwrap();
    let error = SledStore::open(options(dir.path())).map(drop).unwrap_err();
    assert!(matches!(error, StateError::Corrupt { .. }), "{error}");
}

#[test]
fn the_loser_is_told_who_has_the_lock() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    store.write(Serial(0), &[put("a.b", "i-1")]).unwrap();
    let error = SledStore::open(options(dir.path())).map(drop).unwrap_err();
    let text = error.to_string();
    for part in ["ann@build", "4711", "\"apply\"", "2026-01-02T03:04:05Z"] {
        assert!(text.contains(part), "{text}");
    }
    let info = holder(dir.path()).unwrap();
    assert_eq!((info.pid, info.operation.as_str()), (4711, "apply"));
    // A reader needs no lock.
    let snapshot = read_snapshot(dir.path()).unwrap().unwrap();
    assert_eq!(snapshot.state, store.load().unwrap());
    let path = dir.path().to_owned();
    let began = Instant::now();
    let waiting = std::thread::spawn(move || {
        let mut options = options(&path);
        options.lock_timeout = Duration::from_secs(20);
        SledStore::open(options).map(|s| s.serial())
    });
    std::thread::sleep(Duration::from_millis(400));
    store.close().unwrap();
    assert_eq!(waiting.join().unwrap().unwrap(), Serial(1));
    assert!(began.elapsed() < Duration::from_secs(19));
    assert!(holder(dir.path()).is_none());
}

#[cfg(unix)]
#[test]
fn files_are_for_the_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let top = tempfile::tempdir().unwrap();
    let dir = top.path().join("state").join("default");
    crashed(&dir);
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for name in crate::disk::names(&dir).unwrap() {
        let path = dir.join(name);
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        // The database's own files are protected by the directory.
        if !path.ends_with("sled") {
            assert_eq!(mode(&path), expected, "{}", path.display());
        }
    }
}

#[test]
fn many_mutations_in_one_commit() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    let all: Vec<Mutation> = (0..2500).map(|n| put(&format!("a.b[{n}]"), "i")).collect();
    store.write(Serial(0), &all).unwrap();
    assert_eq!(store.load().unwrap().instances.len(), 2500);
    drop(store);
    let store = open(dir.path());
    let state = store.load().unwrap();
    assert_eq!(state.current(&addr("a.b[2499]")), Some(&object("i")));
    store.close().unwrap();
    assert_holds(dir.path(), &state, &[]);
}

/// Of the last frame, the sector in which it begins did not reach the disk: dropped. The same hole in an earlier frame is damage.
#[test]
fn a_frame_without_its_beginning_counts_as_torn_only_at_the_end() {
    let top = tempfile::tempdir().unwrap();
    let whole = top.path().join("whole");
    let mut store = open(&whole);
    let log = whole.join("wal.0");
    let mut ends = Vec::new();
    for n in 0..8 {
        let name = format!("a.b[{n}]");
        // Long enough that a frame ends in another sector than it begins in.
        let id = "i".repeat(700);
        store.write(Serial(n), &[put(&name, &id)]).unwrap();
        ends.push(fs::metadata(&log).unwrap().len() as usize);
    }
    drop(store);
    let bytes = fs::read(&log).unwrap();
    for n in 1..8 {
        let dir = top.path().join(format!("copy-{n}"));
        crate::disk::copy_dir(&whole, &dir).unwrap();
        let begin = ends[n - 1];
        let mut holed = bytes.clone();
        holed[begin..(begin / 512 + 1) * 512].fill(0);
        fs::write(dir.join("wal.0"), &holed).unwrap();
        let read = read_snapshot(&dir);
        if n == 7 {
            assert_eq!(read.unwrap().unwrap().state.serial, Serial(7));
            open(&dir).close().unwrap();
        } else {
            assert!(matches!(read, Err(StateError::Corrupt { .. })), "{n}");
        }
    }
}
