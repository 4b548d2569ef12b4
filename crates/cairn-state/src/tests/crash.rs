//! The process is killed at every named point of the store; the next one finds all that was acknowledged, and nothing half.

use std::path::Path;
use std::process::{Command, Stdio};

use cairn_model::{Mutation, Serial, State};

use super::sample::{call, options, put};
use crate::{IntentId, SledStore, StateStore, read_snapshot};

const DIR: &str = "CAIRN_STATE_TEST_DIR";
const AT: &str = "CAIRN_STATE_TEST_KILL_AT";

const POINTS: [&str; 5] = [
    "before-begin",
    "after-begin",
    "before-commit",
    "mid-commit",
    "after-commit",
];

fn first() -> [Mutation; 1] {
    [put("a.b", "i-1")]
}

fn second() -> [Mutation; 2] {
    [put("a.c", "i-2"), put("a.b", "i-3")]
}

/// What the killed process does. Its own test process calls it, with the point to die at in the environment.
#[test]
fn child() {
    let Ok(dir) = std::env::var(DIR) else {
        return;
    };
    let mut options = options(Path::new(&dir));
    options.probe = |point| {
        if std::env::var(AT).is_ok_and(|at| at == point) {
            // As hard as kill -9: no destructor runs, nothing is flushed.
            std::process::abort();
        }
    };
    let mut store = Box::new(SledStore::open(options).unwrap());
    let intent = store.begin(&call("t", &["a.c", "a.b"])).unwrap();
    store.commit(intent, &second()).unwrap();
    store.close().unwrap();
}

/// A test of this binary, to be run as a process of its own with this state.
pub(super) fn command(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test])
        .env(DIR, dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn run(dir: &Path, at: &str) -> bool {
    command("tests::crash::child", dir)
        .env(AT, at)
        .status()
        .unwrap()
        .success()
}

#[test]
fn a_kill_at_any_point_loses_nothing_acknowledged() {
    for point in POINTS {
        let top = tempfile::tempdir().unwrap();
        let dir = top.path().join("default");
        let mut store = Box::new(SledStore::open(options(&dir)).unwrap());
        store.write(Serial(0), &first()).unwrap();
        store.close().unwrap();
        assert!(!run(&dir, point), "{point}: it was to be killed");

        let committed = matches!(point, "mid-commit" | "after-commit");
        let mut expected = State {
            lineage: options(&dir).lineage,
            serial: Serial(1),
            ..State::default()
        };
        expected.apply(&first()[0]).unwrap();
        if committed {
            for mutation in &second() {
                expected.apply(mutation).unwrap();
            }
            expected.serial = Serial(2);
        }
        let intents: &[IntentId] = match point {
            "after-begin" | "before-commit" => &[IntentId(1)],
            _ => &[],
        };
        let snapshot = read_snapshot(&dir).unwrap().unwrap();
        assert_eq!(snapshot.state, expected, "{point}");
        let store = Box::new(SledStore::open(options(&dir)).unwrap());
        assert_eq!(store.load().unwrap(), expected, "{point}");
        let open: Vec<IntentId> = store.open_intents().unwrap().iter().map(|i| i.id).collect();
        assert_eq!(open, intents, "{point}");
        store.close().unwrap();
        // And the same command runs through afterwards.
        assert!(run(&dir, "nowhere"), "{point}");
    }
}

/// How many addresses the writer cycles through.
pub(super) const WINDOW: u64 = 20;

/// Writes commit after commit until it is killed, and notes each that was acknowledged. Closes now and then.
#[test]
fn writer() {
    let Ok(dir) = std::env::var(DIR) else {
        return;
    };
    let dir = Path::new(&dir);
    loop {
        let mut store = Box::new(SledStore::open(options(dir)).unwrap());
        for intent in store.open_intents().unwrap() {
            store.abandon(intent.id).unwrap();
        }
        for _ in 0..15 {
            let n = store.serial().0 + 1;
            let intent = store.begin(&call("t", &["a.b"])).unwrap();
            let put = put(&format!("a.b[{}]", n % WINDOW), &format!("i-{n}"));
            store.commit(intent, &[put]).unwrap();
            std::fs::write(dir.with_extension("acked"), n.to_string()).unwrap();
        }
        store.close().unwrap();
    }
}

/// What [`writer`] has made by its commit of this serial.
pub(super) fn written(dir: &Path, serial: u64) -> State {
    let mut state = State {
        lineage: options(dir).lineage,
        serial: Serial(serial),
        ..State::default()
    };
    for n in serial.saturating_sub(WINDOW - 1).max(1)..=serial {
        let put = put(&format!("a.b[{}]", n % WINDOW), &format!("i-{n}"));
        state.apply(&put).unwrap();
    }
    state
}

#[test]
fn kill_9_at_any_moment_loses_nothing_acknowledged() {
    let top = tempfile::tempdir().unwrap();
    let dir = top.path().join("default");
    for round in 0..12_u64 {
        let mut child = command("tests::crash::writer", &dir).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(60 + round * 53 % 190));
        child.kill().unwrap();
        child.wait().unwrap();
        let acked: u64 = std::fs::read_to_string(dir.with_extension("acked"))
            .ok()
            .and_then(|t| t.parse().ok())
            .unwrap_or(0);
        let Some(snapshot) = read_snapshot(&dir).unwrap() else {
            assert_eq!(acked, 0);
            continue;
        };
        let serial = snapshot.state.serial.0;
        assert!(serial >= acked, "{serial} < {acked}");
        assert!(snapshot.open_intents.len() <= 1);
        assert_eq!(snapshot.warning, None);
        let expected = written(&dir, serial);
        assert_eq!(snapshot.state, expected);
        let store = SledStore::open(options(&dir)).unwrap();
        assert_eq!(store.load().unwrap(), expected);
    }
}
