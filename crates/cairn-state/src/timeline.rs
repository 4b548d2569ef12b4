//! Decides what is told of the past: the commits that the kept logs hold, who made them, and the state as of any of them.
//!
//! Nothing more is recorded for this than what makes the state durable: the old exports and the logs between them.

use std::collections::BTreeSet;
use std::path::Path;

use cairn_model::{Serial, State};

use crate::LockInfo;
use crate::codec::record::Tree;
use crate::error::{Result, StateError};
use crate::history::{BACKUPS, backup_name, find_log, is_fresh};
use crate::image::{Files, Image};
use crate::log::{self, Entry, Op};
use crate::snapshot::patiently;
use crate::{IntentId, export};

/// A command that wrote, as the log tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Who, for what, since when; nothing where the log does not say.
    pub info: Option<LockInfo>,
    /// The digest of the configuration that was applied, where there was one.
    pub configuration: Option<String>,
    /// When it ended, RFC 3339 in UTC; nothing where it did not end orderly (or has not ended yet).
    pub ended: Option<String>,
    /// What it came to, in its own words; empty where it said nothing.
    pub summary: String,
    /// What it committed, oldest first.
    pub commits: Vec<Commit>,
}

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its serial.
    pub serial: Serial,
    /// When it was made, RFC 3339 in UTC to the second; empty where the log does not say.
    pub at: String,
    /// The call whose outcome it records.
    pub intent: Option<IntentId>,
    /// How many addresses are recorded since it that were not before.
    pub added: usize,
    /// How many recorded addresses it changed.
    pub changed: usize,
    /// How many addresses it dropped.
    pub removed: usize,
    /// How many outputs it set or dropped.
    pub outputs: usize,
}

/// Every command whose commits are kept, oldest first; none for a state that was never written.
///
/// # Errors
/// [`StateError::Corrupt`] where the kept files do not lead to the present.
pub fn sessions(dir: &Path) -> Result<Vec<Session>> {
    patiently(|| sessions_once(dir))
}

fn sessions_once(dir: &Path) -> Result<Vec<Session>> {
    if is_fresh(dir, &Files::of(dir)?)? {
        return Ok(Vec::new());
    }
    let mut tale = Tale::default();
    walk(dir, oldest(dir)?, None, &mut |image, entry| {
        tale.hear(image, entry);
    })?;
    let mut told = tale.sessions;
    told.retain(|s| !s.commits.is_empty() || !s.summary.is_empty());
    Ok(told)
}

/// The last commit that was made at or before a time, RFC 3339 in UTC.
///
/// # Errors
/// [`StateError::Before`] where none that is kept was made by then.
pub fn serial_at(dir: &Path, time: &str) -> Result<Serial> {
    let mut first = None;
    let mut last = None;
    for commit in sessions(dir)?.iter().flat_map(|s| &s.commits) {
        first.get_or_insert_with(|| commit.at.clone());
        if !commit.at.is_empty() && *commit.at <= *time {
            last = Some(commit.serial);
        }
    }
    last.ok_or_else(|| StateError::Before {
        time: time.to_owned(),
        first: first.unwrap_or_default(),
    })
}

/// The state as of a commit.
///
/// # Errors
/// [`StateError::Unkept`] where that commit is not kept or was not made yet.
pub fn state_at(dir: &Path, serial: Serial) -> Result<State> {
    patiently(|| state_at_once(dir, serial))
}

fn state_at_once(dir: &Path, serial: Serial) -> Result<State> {
    let files = Files::of(dir)?;
    let unkept = |from: u64, to: u64| StateError::Unkept {
        wanted: serial,
        from: Serial(from),
        to: Serial(to),
    };
    let first = oldest(dir)?;
    // The nearest sound export before it is where the shortest way begins.
    let nearest = files
        .backups
        .iter()
        .rev()
        .filter(|s| **s <= serial.0)
        .find_map(|s| export::read(&dir.join(BACKUPS).join(backup_name(*s))).ok()?);
    let present = export::read(&dir.join(export::FILE)).ok().flatten();
    let start = present
        .filter(|image| image.serial <= serial.0)
        .or(nearest)
        .ok_or_else(|| unkept(first.serial, last(dir)))?;
    let image = walk(dir, start, Some(serial.0), &mut |_, _| {})?;
    if image.serial != serial.0 {
        return Err(unkept(first.serial, last(dir)));
    }
    image.state().map_err(|what| StateError::corrupt(dir, what))
}

fn last(dir: &Path) -> u64 {
    crate::read_snapshot(dir)
        .ok()
        .flatten()
        .map_or(0, |s| s.state.serial.0)
}

/// The oldest export that can be read; the present one where there are no old ones.
fn oldest(dir: &Path) -> Result<Image> {
    for serial in Files::of(dir)?.backups {
        let path = dir.join(BACKUPS).join(backup_name(serial));
        if let Ok(Some(image)) = export::read(&path) {
            return Ok(image);
        }
    }
    let path = dir.join(export::FILE);
    export::read(&path)?.ok_or_else(|| StateError::corrupt(&path, "it is missing"))
}

/// Follows the logs from an image on, up to a serial, telling each entry before it is applied. An export that stands where no log
/// leads on (after a repair) is gone on from.
fn walk(
    dir: &Path,
    mut image: Image,
    until: Option<u64>,
    each: &mut dyn FnMut(&Image, &Entry),
) -> Result<Image> {
    let enough = |serial: u64| until.is_some_and(|u| serial >= u);
    while !enough(image.serial) {
        let base = image.serial;
        if let Some(path) = find_log(dir, base) {
            log::read(&path, &mut |entry| {
                if enough(image.serial) {
                    return Ok(());
                }
                each(&image, &entry);
                image.apply(entry)
            })?;
        }
        if image.serial == base {
            match after(dir, base)? {
                Some(next) if until.is_none_or(|u| next.serial <= u) => image = next,
                _ => break,
            }
        }
    }
    Ok(image)
}

/// The first readable export of a later serial.
fn after(dir: &Path, serial: u64) -> Result<Option<Image>> {
    for later in Files::of(dir)?.backups.into_iter().filter(|s| *s > serial) {
        if let Ok(found @ Some(_)) = export::read(&dir.join(BACKUPS).join(backup_name(later))) {
            return Ok(found);
        }
    }
    Ok(export::read(&dir.join(export::FILE))?.filter(|image| image.serial > serial))
}

/// What was heard of the past so far.
#[derive(Default)]
struct Tale {
    sessions: Vec<Session>,
    /// What time it was when the log last said.
    at: String,
}

impl Tale {
    fn hear(&mut self, image: &Image, entry: &Entry) {
        match entry {
            Entry::Session(json) => match Remark::read(json) {
                Some(Remark::Began(began)) => self.begin(began),
                Some(Remark::Ended { at, summary }) => {
                    let session = self.session();
                    session.ended = Some(at).filter(|at| !at.is_empty());
                    session.summary = summary;
                }
                Some(Remark::At { at }) => self.at = at,
                None => {}
            },
            Entry::Commit {
                serial,
                closes,
                ops,
            } => {
                let at = self.at.clone();
                self.session()
                    .commits
                    .push(Commit::new(Serial(*serial), at, *closes, image, ops));
            }
            Entry::Start { .. } | Entry::Begin { .. } | Entry::Abandon { .. } => {}
        }
    }

    fn begin(&mut self, began: Began) {
        self.at.clone_from(&began.info.created);
        let info = Some(began.info);
        // One that went on in a new log names itself there too.
        if self.sessions.last().is_some_and(|s| s.info == info) {
            return;
        }
        self.sessions.push(Session {
            info,
            configuration: began.configuration,
            ..Session::default()
        });
    }

    fn session(&mut self) -> &mut Session {
        if self.sessions.is_empty() {
            self.sessions.push(Session::default());
        }
        self.sessions.last_mut().expect("there is one now")
    }
}

impl Commit {
    fn new(
        serial: Serial,
        at: String,
        intent: Option<IntentId>,
        before: &Image,
        ops: &[Op],
    ) -> Self {
        let mut commit = Self {
            serial,
            at,
            intent,
            added: 0,
            changed: 0,
            removed: 0,
            outputs: 0,
        };
        let mut seen: BTreeSet<(Tree, &[u8])> = BTreeSet::new();
        // The last word on each record counts.
        for op in ops.iter().rev() {
            if seen.insert((op.tree, &op.key)) {
                commit.count(before, op);
            }
        }
        commit
    }

    fn count(&mut self, image: &Image, op: &Op) {
        let before = image.records.contains_key(&(op.tree, op.key.clone()));
        match (op.tree, before, op.record.is_some()) {
            (Tree::Resources, false, true) => self.added += 1,
            (Tree::Resources, true, true) => self.changed += 1,
            (Tree::Resources, true, false) => self.removed += 1,
            (Tree::Outputs, _, _) => self.outputs += 1,
            _ => {}
        }
    }
}

/// What the log has besides what changes the state: JSON that older readers pass over.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Remark {
    Began(Began),
    Ended {
        #[serde(rename = "At")]
        at: String,
        #[serde(rename = "Summary")]
        summary: String,
    },
    At {
        #[serde(rename = "At")]
        at: String,
    },
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Began {
    #[serde(flatten)]
    info: LockInfo,
    #[serde(
        rename = "Configuration",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    configuration: Option<String>,
}

impl Remark {
    fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    fn entry(&self) -> Entry {
        Entry::Session(serde_json::to_vec(self).expect("remarks are plain text"))
    }
}

/// The entry that says who makes what follows.
pub(crate) fn began(info: LockInfo, configuration: Option<String>) -> Entry {
    Remark::Began(Began {
        info,
        configuration,
    })
    .entry()
}

/// The entry that says when what follows is made.
pub(crate) fn now_is(at: &str) -> Entry {
    Remark::At { at: at.to_owned() }.entry()
}

/// The entry that says how a command ended.
pub(crate) fn ended(at: String, summary: String) -> Entry {
    Remark::Ended { at, summary }.entry()
}

/// When the command began that a session entry names.
pub(crate) fn created(json: &[u8]) -> Option<String> {
    match Remark::read(json)? {
        Remark::Began(began) => Some(began.info.created),
        Remark::Ended { .. } | Remark::At { .. } => None,
    }
}
