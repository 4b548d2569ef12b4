//! How much of the past is kept, and that it does not grow without end.

use std::path::Path;

use cairn_model::Serial;

use super::sample::{options, put};
use crate::{OpenOptions, Retention, SledStore, StateStore, disk, sessions, state_at};

fn apply(options: &OpenOptions, n: u64) {
    let mut store = Box::new(SledStore::open(options.clone()).unwrap());
    store
        .write(
            Serial(n),
            &[put(&format!("a.b[{}]", n % 20), &format!("i-{n}"))],
        )
        .unwrap();
    store.close().unwrap();
}

/// What the folder holds beside the database: logs and exports, the past. (The database takes and frees its own segments.)
fn size(path: &Path) -> u64 {
    let mut names = disk::names(path).unwrap();
    names.retain(|name| name != "sled");
    let of = |name: &String| {
        let path = path.join(name);
        if path.is_dir() {
            size(&path)
        } else {
            path.metadata().unwrap().len()
        }
    };
    names.iter().map(of).sum()
}

/// A folder in memory where there is one: nothing here is about what the disk keeps.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

#[test]
fn a_thousand_applies_do_not_grow_the_past_without_end() {
    let dir = folder();
    let mut options = options(dir.path());
    options.history.commits = 50;
    let mut sizes = Vec::new();
    for n in 0..1000 {
        apply(&options, n);
        if n % 100 == 99 {
            sizes.push(size(dir.path()));
        }
    }
    let (early, late) = (&sizes[1..5], &sizes[5..]);
    assert!(
        late.iter().max() <= early.iter().max().map(|most| most + most / 4).as_ref(),
        "{sizes:?}"
    );
    // What is kept can be had back, commit by commit.
    let told = sessions(dir.path()).unwrap();
    let serials: Vec<u64> = told
        .iter()
        .flat_map(|s| &s.commits)
        .map(|c| c.serial.0)
        .collect();
    assert!(
        serials.len() >= 50 && serials.len() < 120,
        "{}",
        serials.len()
    );
    assert_eq!(serials.last(), Some(&1000));
    for serial in serials.into_iter().rev().take(50) {
        let state = state_at(dir.path(), Serial(serial)).unwrap();
        assert_eq!(state.serial, Serial(serial));
    }
}

#[test]
fn the_past_is_kept_by_number_time_and_size() {
    let kept = |history: Retention| {
        let dir = folder();
        for n in 0..20 {
            let options = OpenOptions {
                now: format!("2026-01-{:02}T00:00:00Z", n + 1),
                history: history.clone(),
                ..options(dir.path())
            };
            apply(&options, n);
        }
        let told = sessions(dir.path()).unwrap();
        told.iter().map(|s| s.commits.len()).sum::<usize>()
    };
    let nothing = Retention {
        commits: 0,
        since: None,
        bytes: u64::MAX,
    };
    assert_eq!(kept(nothing.clone()), 2);
    let some = kept(Retention {
        commits: 5,
        ..nothing.clone()
    });
    assert!((5..20).contains(&some), "{some}");
    let since = kept(Retention {
        since: Some("2026-01-11T00:00:00Z".to_owned()),
        ..nothing.clone()
    });
    assert!((10..20).contains(&since), "{since}");
    let all = kept(Retention {
        commits: 1000,
        ..nothing.clone()
    });
    assert_eq!(all, 20);
    let small = kept(Retention {
        commits: 1000,
        bytes: 20_000,
        ..nothing
    });
    assert!((2..20).contains(&small), "{small}");
}
