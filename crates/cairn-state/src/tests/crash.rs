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

fn run(dir: &Path, at: &str) -> bool {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::crash::child"])
        .env(DIR, dir)
        .env(AT, at)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
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
            second().iter().for_each(|m| expected.apply(m).unwrap());
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
