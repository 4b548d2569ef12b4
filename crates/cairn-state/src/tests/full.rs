//! The disk is full at any moment of opening, committing or closing: the error says so, nothing that was acknowledged is lost, an
//! intent stays open, and with some space freed the next command goes on.
//!
//! Needs the right to mount a small tmpfs; says so and does nothing where it is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use cairn_model::Serial;

use super::crash::{WINDOW, written};
use super::sample::{call, options, put};
use crate::{
    IntentId, OpenOptions, Opening, Retention, SledStore, StateError, StateStore, read_snapshot,
    verify,
};

/// A file system of its own, until dropped.
struct Small {
    place: PathBuf,
}

impl Small {
    /// Nothing where this user may not mount.
    fn mount(place: PathBuf, kib: u64) -> Option<Self> {
        std::fs::create_dir_all(&place).unwrap();
        mount(&["-t", "tmpfs"], &place, kib).then_some(Self { place })
    }

    fn grow(&self) {
        assert!(mount(&["-t", "tmpfs"], &self.place, 64 << 10));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.place).status());
    }
}

/// Mounts, or mounts anew with another size.
fn mount(kind: &[&str], place: &Path, kib: u64) -> bool {
    let remount = if is_mounted(place) { "remount," } else { "" };
    let status = Command::new("mount")
        .args(kind)
        .args(["-o", &format!("{remount}size={kib}k,mode=0700"), "tmpfs"])
        .arg(place)
        .status();
    status.is_ok_and(|s| s.success())
}

fn is_mounted(place: &Path) -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    mounts
        .lines()
        .any(|line| line.split(' ').nth(1) == place.to_str())
}

/// What was told to the writer before the disk was full.
#[derive(Debug, Default)]
struct Told {
    /// The last acknowledged commit.
    acked: u64,
    /// An intent that was acknowledged and not closed.
    pending: Option<IntentId>,
}

fn keeping(dir: &Path) -> OpenOptions {
    OpenOptions {
        history: Retention {
            commits: 1000,
            since: None,
            bytes: u64::MAX,
        },
        ..options(dir)
    }
}

/// Commits and closes until something fails.
fn fill(dir: &Path, told: &mut Told) -> StateError {
    loop {
        let step = |told: &mut Told| -> crate::error::Result<()> {
            let mut store = Box::new(SledStore::open(keeping(dir))?);
            for _ in 0..15 {
                let n = store.serial().0 + 1;
                let intent = store.begin(&call("t", &["a.b"]))?;
                told.pending = Some(intent);
                let put = put(&format!("a.b[{}]", n % WINDOW), &format!("i-{n}"));
                store.commit(intent, &[put])?;
                *told = Told {
                    acked: n,
                    pending: None,
                };
            }
            store.close()
        };
        if let Err(error) = step(told) {
            return error;
        }
    }
}

fn says_full(error: &StateError) -> bool {
    match error {
        StateError::DiskFull { .. } => true,
        StateError::Database { what, .. } => what.contains("No space left"),
        _ => false,
    }
}

/// Everything told is there.
fn assert_kept(dir: &Path, told: &Told, name: &str) {
    let found = read_snapshot(dir).unwrap_or_else(|e| panic!("{name}: {e}"));
    let Some(snapshot) = found else {
        assert_eq!((told.acked, told.pending), (0, None), "{name}");
        return;
    };
    let Serial(serial) = snapshot.state.serial;
    assert!(serial >= told.acked, "{name}: {serial} < {told:?}");
    assert_eq!(snapshot.state, written(dir, serial), "{name}");
    if let Some(intent) = told.pending.filter(|_| serial == told.acked) {
        let open = snapshot.open_intents.iter().any(|i| i.id == intent);
        assert!(open, "{name}: {intent} is not open");
    }
}

#[test]
fn a_full_disk_loses_nothing_and_the_next_command_goes_on() {
    let top = tempfile::tempdir().unwrap();
    let place = top.path().canonicalize().unwrap().join("disk");
    // From too little for the lock's words to enough for some exports; an odd step, so that it gets full at all sorts of moments.
    for kib in (8..1500).step_by(68) {
        let name = format!("{kib} KiB");
        let Some(small) = Small::mount(place.clone(), kib) else {
            println!("SKIPPED: this user may not mount a tmpfs");
            return;
        };
        let dir = place.join("default");
        let mut told = Told::default();
        let error = fill(&dir, &mut told);
        assert!(says_full(&error), "{name}: {error}");
        assert_kept(&dir, &told, &name);
        // As long as it is full, trying again changes nothing.
        if let Err(error) = SledStore::open(keeping(&dir)) {
            assert!(says_full(&error), "{name}: {error}");
        }
        assert_kept(&dir, &told, &name);

        small.grow();
        let mut store = Box::new(SledStore::open(keeping(&dir)).unwrap());
        let Serial(serial) = store.serial();
        assert!(serial >= told.acked, "{name}");
        assert_eq!(
            store.load().unwrap().instances,
            written(&dir, serial).instances
        );
        for intent in store.open_intents().unwrap() {
            store.abandon(intent.id).unwrap();
        }
        let put = put(
            &format!("a.b[{}]", (serial + 1) % WINDOW),
            &format!("i-{}", serial + 1),
        );
        store.write(Serial(serial), &[put]).unwrap();
        store.close().unwrap();
        let report = verify(&keeping(&dir)).unwrap();
        assert_eq!(report.findings, [], "{name}");
        let store = SledStore::open(keeping(&dir)).unwrap();
        assert_eq!(*store.opening(), Opening::Clean, "{name}");
        assert_eq!(store.load().unwrap(), written(&dir, serial + 1), "{name}");
    }
}
