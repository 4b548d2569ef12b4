//! The power goes: of what was written, only what was synchronised is sure to be there. Nothing that was acknowledged is lost.
//!
//! `shim.c`, preloaded into a process that commits and closes without end, keeps what it synchronises and kills it at one of its
//! synchronisations. The state is then made anew from that, and the process goes on with it. What was not synchronised is dropped,
//! or (of some files, and of some names) there, or there in parts.
//!
//! `cargo xtask power-loss` runs 200 rounds. `CAIRN_POWER_ROUNDS` and `CAIRN_POWER_SEED` say how many here, and which.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use cairn_model::Serial;

use super::crash::{command, written};
use super::sample::options;
use crate::{SledStore, StateStore, read_snapshot, verify};

/// How much of a file reaches the disk or does not.
const SECTOR: usize = 512;

/// At how many synchronisations one process is killed at the latest. An opening, fifteen commits and a close take about sixty.
const LATEST: u64 = 150;

/// Numbers that depend on a seed alone (xorshift64*).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        dice.below(1);
        dice
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound.max(1)
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The shim, compiled; nothing where there is no C compiler.
fn shim(dir: &Path) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/power/shim.c");
    let library = dir.join("shim.so");
    let mut compiler = Command::new("cc");
    compiler
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source]);
    match compiler.status() {
        Ok(status) => {
            assert!(status.success(), "the shim does not compile");
            Some(library)
        }
        Err(_) => None,
    }
}

/// What happens to what was not synchronised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// It is dropped: names, contents.
    All,
    /// Names are there, contents are not.
    Contents,
    /// Names are there or not, directory by directory; of contents, some sectors are there.
    Some,
}

/// The disk as of the loss.
struct Disk<'d> {
    kept: &'d Path,
    loss: Loss,
    dice: &'d mut Dice,
}

/// What names a file for ever, as the shim writes it.
fn id(path: &Path) -> String {
    let metadata = fs::symlink_metadata(path).unwrap();
    let born = metadata.created().unwrap().duration_since(UNIX_EPOCH);
    let born = born.unwrap();
    format!(
        "{}-{}-{}",
        metadata.ino(),
        born.as_secs(),
        born.subsec_nanos()
    )
}

/// What a directory holds: by name, the file's id, whether it is a directory, and where it is now.
type Names = BTreeMap<String, (String, bool, Option<PathBuf>)>;

impl Disk<'_> {
    /// Where each file is now, by id.
    fn places(dir: &Path, out: &mut BTreeMap<String, PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            out.insert(id(&path), path.clone());
            if path.is_dir() {
                Self::places(&path, out);
            }
        }
    }

    fn names(&mut self, dir: &str, places: &BTreeMap<String, PathBuf>) -> Names {
        let live = match self.loss {
            Loss::All => false,
            Loss::Contents => true,
            Loss::Some => self.dice.below(2) == 0,
        };
        let now = places.get(dir).filter(|_| live);
        if let Some(now) = now {
            let entries = fs::read_dir(now).unwrap().map(|e| e.unwrap().path());
            return entries
                .map(|path| {
                    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                    (name, (id(&path), path.is_dir(), Some(path)))
                })
                .collect();
        }
        let text = fs::read_to_string(self.kept.join(format!("d-{dir}"))).unwrap_or_default();
        text.lines()
            .map(|line| {
                let mut words = line.splitn(3, ' ');
                let id = words.next().unwrap().to_owned();
                let is_dir = words.next() == Some("d");
                let place = places.get(&id).cloned();
                (words.next().unwrap().to_owned(), (id, is_dir, place))
            })
            .collect()
    }

    /// Makes a directory as it is after the loss.
    fn restore(&mut self, dir: &str, places: &BTreeMap<String, PathBuf>, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for (name, (id, is_dir, place)) in self.names(dir, places) {
            let to = to.join(name);
            if is_dir {
                self.restore(&id, places, &to);
                continue;
            }
            let kept = fs::read(self.kept.join(format!("f-{id}"))).unwrap_or_default();
            let bytes = match place {
                Some(now) if self.loss == Loss::Some => self.torn(&kept, &fs::read(now).unwrap()),
                _ => kept,
            };
            fs::write(to, bytes).unwrap();
        }
    }

    /// Some of what was written since the last synchronisation: the length of before or now, each sector of before or now.
    fn torn(&mut self, kept: &[u8], now: &[u8]) -> Vec<u8> {
        let len = if self.dice.below(2) == 0 {
            kept.len()
        } else {
            now.len()
        };
        let mut out = vec![0; len];
        for start in (0..len).step_by(SECTOR) {
            let source = if self.dice.below(2) == 0 { kept } else { now };
            let end = source.len().min(start + SECTOR).min(len);
            if start < end {
                out[start..end].copy_from_slice(&source[start..end]);
            }
        }
        out
    }
}

/// Says of everything below a directory that it is synchronised.
fn keep_all(dir: &Path, kept: &Path) {
    let mut names = String::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let kind = if path.is_dir() { 'd' } else { 'f' };
        let name = path.file_name().unwrap().to_str().unwrap();
        names.push_str(&format!("{} {kind} {name}\n", id(&path)));
        if path.is_dir() {
            keep_all(&path, kept);
        } else {
            fs::copy(&path, kept.join(format!("f-{}", id(&path)))).unwrap();
        }
    }
    fs::write(kept.join(format!("d-{}", id(dir))), names).unwrap();
}

/// A disk, and a process that writes to it until the power goes.
struct Bench {
    top: tempfile::TempDir,
    shim: PathBuf,
    generation: u64,
}

impl Bench {
    fn root(&self) -> PathBuf {
        self.top.path().join(format!("disk-{}", self.generation))
    }

    fn acked(&self) -> u64 {
        let text = fs::read_to_string(self.root().join("default").with_extension("acked"));
        text.ok().and_then(|t| t.parse().ok()).unwrap_or(0)
    }

    /// One loss, of a disk whose state is at serial `before` and durable. Gives how far the state had come, and how far it was acknowledged.
    fn round(&mut self, seed: u64, before: u64) -> (u64, u64) {
        let name = format!("CAIRN_POWER_SEED={seed}");
        let mut dice = Dice::new(seed);
        let (root, kept) = (self.root(), self.top.path().join("kept"));
        fs::create_dir_all(&kept).unwrap();
        fs::create_dir_all(&root).unwrap();
        keep_all(&root, &kept);
        let status = command("tests::crash::writer", &root.join("default"))
            .env("LD_PRELOAD", &self.shim)
            .env("CAIRN_POWER_ROOT", &root)
            .env("CAIRN_POWER_KEPT", &kept)
            .env("CAIRN_POWER_STOP", (1 + dice.below(LATEST)).to_string())
            .status()
            .unwrap();
        assert_eq!(status.code(), None, "{name}: it was to be killed");
        let acked = self.acked().max(before);

        let mut places = BTreeMap::new();
        Disk::places(&root, &mut places);
        let loss = [Loss::All, Loss::Contents, Loss::Some][dice.below(3) as usize];
        self.generation += 1;
        let mut disk = Disk {
            kept: &kept,
            loss,
            dice: &mut dice,
        };
        disk.restore(&id(&root), &places, &self.root());
        fs::remove_dir_all(&kept).unwrap();

        let serial = check(
            &self.root().join("default"),
            acked,
            &format!("{name} {loss:?}"),
        );
        fs::remove_dir_all(&root).unwrap();
        (serial, acked)
    }
}

/// Everything acknowledged is there, to readers and writers, and nothing half. Gives the serial.
fn check(dir: &Path, acked: u64, name: &str) -> u64 {
    let found = read_snapshot(dir).unwrap_or_else(|e| panic!("{name}: {e}"));
    let Some(snapshot) = found else {
        assert_eq!(acked, 0, "{name}: the state is empty");
        return 0;
    };
    let Serial(serial) = snapshot.state.serial;
    assert!(serial >= acked, "{name}: {serial} < {acked}");
    assert_eq!(snapshot.state, written(dir, serial), "{name}");
    assert!(snapshot.open_intents.len() <= 1, "{name}");
    let report = verify(&options(dir)).unwrap();
    assert!(
        !report.findings.iter().any(|f| f.loss),
        "{name}: {report:?}"
    );
    let store = SledStore::open(options(dir)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(store.load().unwrap(), snapshot.state, "{name}");
    serial
}

#[test]
fn a_loss_of_power_loses_nothing_acknowledged() {
    let rounds = number("CAIRN_POWER_ROUNDS").unwrap_or(15);
    let seed = number("CAIRN_POWER_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let top = tempfile::tempdir().unwrap();
    let Some(shim) = shim(top.path()) else {
        println!("SKIPPED: no C compiler `cc` to make the shim with");
        return;
    };
    let mut bench = Bench {
        top,
        shim,
        generation: 0,
    };
    let (mut before, mut commits, mut unacked) = (0, 0, 0);
    for round in 0..rounds {
        let (serial, acked) = bench.round(seed.wrapping_add(round), before);
        commits += acked - before;
        unacked += serial - acked;
        before = serial;
        if (round + 1) % 25 == 0 || round + 1 == rounds {
            println!(
                "{} rounds from seed {seed}: {commits} commits acknowledged, none lost; {unacked} more were there",
                round + 1
            );
        }
    }
    assert!(commits > rounds, "{commits} commits in {rounds} rounds");
}
