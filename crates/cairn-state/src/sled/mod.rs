//! Decides how the state is kept on disk: the log first, the database after it, the export at the end; and what is believed
//! when it is opened again.
//!
//! ```text
//! begin ── frame in the log, synced
//! commit ── frame in the log, synced ── transaction in sled
//! close ── export, synced, renamed ── new log ── sled flushed and synced ── `clean`
//! open ── `clean` matches log and sled? ── yes: go on ── no: sled made anew from export and log
//! ```

mod rebuild;
mod trees;
mod txn;

use serde::{Deserialize, Serialize};

use cairn_model::{ApplyCall, Lineage, Mutation, Serial, State};

use crate::codec::record::{self, Tree};
use crate::codec::v1::{self, HeadV1};
use crate::error::{Result, StateError};
use crate::history::{BACKUPS, Found, backup_name, is_fresh};
use crate::image::{self, Files, Image, Reader, intent_key, intent_of_key};
use crate::journal::Journal;
use crate::lock::Lock;
use crate::log::{self, Entry, Extent, Log, file_name};
use crate::{
    Intent, IntentId, IntentStatus, OpenOptions, StateStore, disk, export, history, retention,
    timeline,
};
use trees::{DIR, Digest, Digester, Trees};
use txn::Stage;

/// The name of the mark of a clean end.
const CLEAN: &str = "clean";

/// What was found when the state was opened, for the command to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nothing was ever recorded here.
    Fresh,
    /// The last command ended orderly.
    Clean,
    /// The last command did not end orderly, or the database did not match what it left: the database was made anew from
    /// export and log. Nothing was lost.
    Rebuilt {
        /// Why, a full sentence.
        reason: String,
    },
    /// The export was damaged and was made anew, with nothing lost.
    ExportRestored {
        /// What was wrong, and what it was made from, full sentences.
        reason: String,
    },
}

/// The state on disk, open for writing.
pub struct SledStore {
    options: OpenOptions,
    lineage: String,
    serial: u64,
    journal: Journal<Vec<u8>>,
    /// Log and database; nothing while the state is fresh.
    live: Option<Live>,
    opening: Opening,
    /// Whether this session is named in the log.
    named: bool,
    /// What time it was when the log was last told.
    told_time: String,
    /// What the command said it came to.
    summary: String,
    /// Whether `clean` (if there is one) no longer says what is on disk, so that closing must do its work.
    dirty: bool,
    /// The database failed after the log was written; only the next opening can go on.
    stopped: bool,
    /// Last, so that it is let go of after everything else.
    _lock: Lock,
}

struct Live {
    log: Log,
    /// The serial that the log continues.
    base: u64,
    /// The serial of the export: that of the log, unless closing was cut off between the two.
    exported: u64,
    trees: Trees,
}

/// The mark of a clean end: what log and database must be for the database to be believed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Clean {
    format: u8,
    serial: u64,
    count: u64,
    digest: String,
    base: u64,
    log_len: u64,
}

impl Clean {
    fn new(serial: u64, digest: Digest, base: u64, log_len: u64) -> Self {
        Self {
            format: record::FORMAT,
            serial,
            count: digest.count,
            digest: format!("{:08x}", digest.crc),
            base,
            log_len,
        }
    }

    fn read(dir: &std::path::Path) -> Option<Self> {
        let text = std::fs::read(dir.join(CLEAN)).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

impl SledStore {
    /// Opens a state for writing: takes the lock, believes or rebuilds the database, puts a damaged export right.
    ///
    /// # Errors
    /// [`StateError::Locked`] where somebody else has it; [`StateError::Corrupt`] where export and log cannot give the
    /// state back (nothing has been changed then).
    pub fn open(options: OpenOptions) -> Result<Self> {
        disk::make_dir(&options.dir)?;
        let lock = Lock::take(&options.dir, &options.lock_info(), options.lock_timeout)?;
        let files = Files::of(&options.dir)?;
        for name in files.rest.iter().filter(|n| !n.starts_with("damaged-")) {
            disk::remove(&options.dir.join(name))?;
        }
        if is_fresh(&options.dir, &files)? {
            return Ok(Self {
                lineage: options.lineage.to_string(),
                serial: options.serial.0,
                journal: Journal::new(1),
                live: None,
                opening: Opening::Fresh,
                named: false,
                told_time: String::new(),
                summary: String::new(),
                dirty: false,
                stopped: false,
                options,
                _lock: lock,
            });
        }
        let mut store = match open_clean(&options, &files) {
            Ok(opened) => opened.into_store(options, lock, Opening::Clean, false),
            Err(reason) => open_rebuilt(options, lock, reason)?,
        };
        store.restore_export()?;
        store.remove_stale_logs()?;
        Ok(store)
    }

    /// What was found when it was opened.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// A clean database stands in for a damaged export.
    fn restore_export(&mut self) -> Result<()> {
        if self.opening != Opening::Clean {
            return Ok(());
        }
        let path = self.options.dir.join(export::FILE);
        let exported = self.live.as_ref().map(|l| l.exported);
        let damage = match export::head(&path) {
            Ok(Some(head)) if Some(head.serial) == exported && head.lineage == self.lineage => {
                return Ok(());
            }
            Ok(Some(head)) => format!("{} is of serial {}", path.display(), head.serial),
            Ok(None) => format!("{} was missing", path.display()),
            Err(StateError::Corrupt { path, what, .. }) => {
                format!("{} was damaged: {what}", path.display())
            }
            Err(other) => return Err(other),
        };
        self.rotate(KeepOld::No)?;
        self.mark_clean()?;
        self.opening = Opening::ExportRestored {
            reason: format!("{damage}. It was written anew from the database, which is sound."),
        };
        Ok(())
    }

    /// A crash between two steps of closing leaves logs that are not needed any more, or not yet.
    fn remove_stale_logs(&self) -> Result<()> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        for serial in Files::of(&self.options.dir)?.logs {
            let path = self.options.dir.join(file_name(serial));
            if serial < live.base {
                archive(&self.options.dir, serial)?;
            } else if serial > live.base {
                disk::remove(&path)?;
            }
        }
        Ok(())
    }

    /// Makes log, export and database of a state that is written for the first time.
    fn start(&mut self) -> Result<&mut Live> {
        if self.live.is_none() {
            let dir = &self.options.dir;
            let log = Log::create(dir, self.serial, &self.lineage)?;
            let image = Image {
                serial: self.serial,
                ..Image::empty(self.lineage.clone())
            };
            let temp = dir.join("export.tmp");
            export::write_image(&temp, &image)?;
            let path = dir.join(export::FILE);
            std::fs::rename(&temp, &path).map_err(|e| StateError::io(&path, "write", e))?;
            disk::sync_dir(dir)?;
            let trees = rebuild::from_image(dir, &image)?;
            self.live = Some(Live {
                log,
                base: self.serial,
                exported: self.serial,
                trees,
            });
        }
        if !self.dirty {
            disk::remove(&self.options.dir.join(CLEAN))?;
            disk::sync_dir(&self.options.dir)?;
            self.dirty = true;
        }
        Ok(self.live.as_mut().expect("it was made above"))
    }

    /// Appends to the log: durable on return.
    fn append(&mut self, entries: &[Entry]) -> Result<()> {
        if self.stopped {
            return Err(StateError::Stopped {
                path: self.options.dir.clone(),
            });
        }
        let mut said = Vec::new();
        let mut told = self.told_time.clone();
        if !self.named {
            let configuration = self.options.configuration.clone();
            said.push(timeline::began(self.options.lock_info(), configuration));
            told.clone_from(&self.options.now);
        }
        let now = (self.options.clock)();
        if !now.is_empty() && now != told {
            said.push(timeline::now_is(&now));
            told = now;
        }
        self.start()?.log.append(said.iter().chain(entries))?;
        self.named = true;
        self.told_time = told;
        Ok(())
    }

    /// Ends the command's part of the log.
    fn sign_off(&mut self) -> Result<()> {
        if !self.named {
            return Ok(());
        }
        let ended = timeline::ended((self.options.clock)(), std::mem::take(&mut self.summary));
        self.append(&[ended])
    }

    /// Logs commits, then applies them to the database.
    fn record(&mut self, commits: Vec<(Option<IntentId>, Vec<log::Op>)>) -> Result<Serial> {
        let probe = self.options.probe;
        probe("before-commit");
        let mut serial = self.serial;
        let entries = commits
            .into_iter()
            .map(|(closes, ops)| {
                serial += 1;
                Entry::Commit {
                    serial,
                    closes,
                    ops,
                }
            })
            .collect::<Vec<_>>();
        self.append(&entries)?;
        probe("mid-commit");
        self.serial = serial;
        for entry in &entries {
            if let Entry::Commit {
                closes: Some(intent),
                ..
            } = entry
            {
                self.journal
                    .close(*intent, IntentStatus::Committed)
                    .map_err(|_| StateError::NotOpen { intent: *intent })?;
            }
        }
        let ops = entries.iter().flat_map(|entry| match entry {
            Entry::Commit { ops, .. } => ops.as_slice(),
            _ => &[],
        });
        let head = rebuild::head(&self.lineage, serial, self.journal.next_id().0);
        let live = self.live.as_ref().expect("it was appended to");
        if let Err(what) = txn::write(&live.trees, &head, ops) {
            self.stopped = true;
            return Err(StateError::Database {
                path: self.options.dir.clone(),
                what,
            });
        }
        probe("after-commit");
        Ok(Serial(serial))
    }

    /// Writes the export of the present serial and begins a new log.
    fn rotate(&mut self, keep: KeepOld) -> Result<Digest> {
        let dir = self.options.dir.clone();
        let live = self.live.as_ref().expect("a fresh state is not exported");
        if live.base == self.serial && live.log.entries() > 0 {
            // Intents without a commit: the export would say again what the log says. An empty commit tells them apart.
            self.record(vec![(None, Vec::new())])?;
        }
        let live = self.live.as_mut().expect("a fresh state is not exported");
        let temp = dir.join("export.tmp");
        let head = HeadV1 {
            lineage: self.lineage.clone(),
            serial: self.serial,
            next_intent: self.journal.next_id().0,
        };
        let mut writer = export::Writer::create(&temp, &head)?;
        let digest = {
            let mut digester = Digester::new();
            let mut failed = None;
            let scanned = live.trees.scan(&mut |tree, key, bytes| {
                digester.record(tree, key, bytes);
                if tree == Tree::Meta {
                    return Ok(());
                }
                writer.record(tree, key, bytes).map_err(|e| {
                    let what = e.to_string();
                    failed = Some(e);
                    what
                })
            });
            if let Some(e) = failed {
                return Err(e);
            }
            scanned.map_err(|what| StateError::Database {
                path: dir.clone(),
                what,
            })?;
            digester.finish()
        };
        writer.finish()?;
        let path = dir.join(export::FILE);
        if live.base != self.serial {
            live.log = Log::create(&dir, self.serial, &self.lineage)?;
        }
        if keep == KeepOld::Yes {
            disk::make_dir(&dir.join(BACKUPS))?;
            let backup = dir.join(BACKUPS).join(backup_name(live.exported));
            disk::remove(&backup)?;
            std::fs::hard_link(&path, &backup)
                .or_else(|_| std::fs::copy(&path, &backup).map(|_| ()))
                .map_err(|e| StateError::io(&backup, "write", e))?;
        }
        disk::sync_dir(&dir)?;
        std::fs::rename(&temp, &path).map_err(|e| StateError::io(&path, "write", e))?;
        disk::sync_dir(&dir)?;
        live.exported = self.serial;
        if live.base != self.serial {
            archive(&dir, live.base)?;
            live.base = self.serial;
            self.named = false;
        }
        retention::prune(&dir, &self.options.history, self.serial)?;
        Ok(digest)
    }

    /// Synchronises the database and marks the end as clean. The database stays open; nothing may be written after it.
    fn mark_clean(&mut self) -> Result<()> {
        let live = self.live.as_ref().expect("a fresh state has no mark");
        let failed = |what| StateError::Database {
            path: self.options.dir.clone(),
            what,
        };
        let digest = live.trees.digest().map_err(failed)?;
        live.trees.flush().map_err(failed)?;
        let clean = Clean::new(self.serial, digest, live.base, live.log.len());
        write_clean(&self.options.dir, &clean)?;
        self.dirty = false;
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeepOld {
    Yes,
    No,
}

/// Moves a log that an export has superseded to the backups.
fn archive(dir: &std::path::Path, serial: u64) -> Result<()> {
    let backups = dir.join(BACKUPS);
    disk::make_dir(&backups)?;
    let from = dir.join(file_name(serial));
    match std::fs::rename(&from, backups.join(file_name(serial))) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(StateError::io(&from, "set aside", e))
        }
        _ => Ok(()),
    }
}

fn write_clean(dir: &std::path::Path, clean: &Clean) -> Result<()> {
    let text = serde_json::to_vec(clean).expect("a mark is plain data");
    disk::replace(&dir.join(CLEAN), &text)?;
    disk::sync_dir(dir)
}

/// The serial that the mark of a clean end has, where there is one that can be read.
pub(crate) fn clean_serial(dir: &std::path::Path) -> Option<u64> {
    Clean::read(dir).map(|clean| clean.serial)
}

/// Checks the database of a state that was closed orderly, on a copy, since opening a damaged one can destroy what is left
/// of it. Gives how many records it holds; nothing where no clean end says what it must hold (it is made anew then).
pub(crate) fn check_database(
    dir: &std::path::Path,
) -> Result<Option<std::result::Result<u64, String>>> {
    let Some(clean) = Clean::read(dir) else {
        return Ok(None);
    };
    let from = dir.join(DIR);
    if !from.exists() {
        return Ok(Some(Err("it is missing".to_owned())));
    }
    let copy = dir.join("verify.tmp");
    disk::remove(&copy)?;
    disk::copy_dir(&from, &copy)?;
    let found = Trees::open(&copy).and_then(|trees| trees.digest());
    disk::remove(&copy)?;
    Ok(Some(found.and_then(|digest| {
        let found = Clean::new(clean.serial, digest, clean.base, clean.log_len);
        if found == clean {
            Ok(digest.count)
        } else {
            Err("it does not hold what the clean end left in it".to_owned())
        }
    })))
}

/// What a clean state is opened to.
struct Opened {
    lineage: String,
    serial: u64,
    journal: Journal<Vec<u8>>,
    live: Live,
}

impl Opened {
    fn into_store(
        self,
        options: OpenOptions,
        lock: Lock,
        opening: Opening,
        dirty: bool,
    ) -> SledStore {
        SledStore {
            lineage: self.lineage,
            serial: self.serial,
            journal: self.journal,
            live: Some(self.live),
            opening,
            named: false,
            told_time: String::new(),
            summary: String::new(),
            dirty,
            stopped: false,
            options,
            _lock: lock,
        }
    }
}

/// Opens the database of a state that was closed orderly; otherwise a sentence that says what does not match.
fn open_clean(options: &OpenOptions, files: &Files) -> std::result::Result<Opened, String> {
    let dir = &options.dir;
    let unclean = "The last command that wrote here did not end orderly.";
    if !files.clean || !files.sled {
        return Err(unclean.to_owned());
    }
    let clean = Clean::read(dir).ok_or("The mark of the clean end is damaged.")?;
    if clean.format != record::FORMAT || !files.logs.contains(&clean.base) {
        return Err(unclean.to_owned());
    }
    let log_path = dir.join(file_name(clean.base));
    let extent = log::read(&log_path, &mut |_| Ok(())).map_err(|e| e.to_string())?;
    if extent.valid != clean.log_len || extent.torn {
        return Err(unclean.to_owned());
    }
    let database =
        |what: String| format!("The database does not match what was left in it ({what}).");
    let trees = Trees::open(&dir.join(DIR)).map_err(database)?;
    let mut digester = Digester::new();
    let mut head = None;
    let mut intents = Vec::new();
    trees
        .scan(&mut |tree, key, bytes| {
            digester.record(tree, key, bytes);
            match tree {
                Tree::Meta => head = Some(record::open(tree, key, bytes)?.payload.to_vec()),
                Tree::Intents => intents.push((intent_of_key(key)?, bytes.to_vec())),
                _ => {}
            }
            Ok(())
        })
        .map_err(database)?;
    let found = Clean::new(clean.serial, digester.finish(), clean.base, clean.log_len);
    if found != clean {
        return Err(database("other contents".to_owned()));
    }
    let head = v1::read_head(&head.ok_or_else(|| database("no head".to_owned()))?)?;
    if head.serial != clean.serial {
        return Err(database("another serial".to_owned()));
    }
    let mut journal = Journal::new(head.next_intent);
    for (id, record) in intents {
        journal.reopen(id, record);
    }
    let log = Log::open(&log_path, extent).map_err(|e| e.to_string())?;
    Ok(Opened {
        lineage: head.lineage,
        serial: head.serial,
        journal,
        live: Live {
            log,
            base: clean.base,
            exported: clean.base,
            trees,
        },
    })
}

/// Makes the database anew from export and log.
fn open_rebuilt(options: OpenOptions, lock: Lock, reason: String) -> Result<SledStore> {
    let found = history::read(&options.dir)?;
    let trees = rebuild::from_image(&options.dir, &found.image)?;
    let Found {
        image,
        from,
        export_damage,
        base,
        extent,
    } = found;
    let log = open_log(&options, &image, base, extent)?;
    let live = Live {
        log,
        base,
        exported: from,
        trees,
    };
    disk::remove(&options.dir.join(CLEAN))?;
    let opening = match export_damage {
        Some(damage) => Opening::ExportRestored {
            reason: format!(
                "{} It was made anew from the backup of serial {from} and the logs after it, which lead to the present.",
                damage.damage()
            ),
        },
        None => Opening::Rebuilt { reason },
    };
    let damaged = matches!(opening, Opening::ExportRestored { .. });
    let opened = Opened {
        lineage: image.lineage,
        serial: image.serial,
        journal: image.journal,
        live,
    };
    let mut store = opened.into_store(options, lock, opening, true);
    if damaged {
        store.rotate(KeepOld::No)?;
    }
    Ok(store)
}

fn open_log(options: &OpenOptions, image: &Image, base: u64, extent: Extent) -> Result<Log> {
    if extent.valid == 0 {
        return Log::create(&options.dir, base, &image.lineage);
    }
    Log::open(&options.dir.join(file_name(base)), extent)
}

impl StateStore for SledStore {
    fn load(&self) -> Result<State> {
        let mut reader = Reader::new(&self.lineage, self.serial);
        if let Some(live) = &self.live {
            live.trees
                .scan(&mut |tree, key, bytes| reader.record(tree, key, bytes))
                .map_err(|what| StateError::Database {
                    path: self.options.dir.clone(),
                    what,
                })?;
        }
        Ok(reader.state)
    }

    fn serial(&self) -> Serial {
        Serial(self.serial)
    }

    fn lineage(&self) -> Lineage {
        Lineage(self.lineage.as_str().into())
    }

    fn open_intents(&self) -> Result<Vec<Intent>> {
        image::intents(&self.journal).map_err(|what| StateError::corrupt(&self.options.dir, what))
    }

    fn begin_all(&mut self, calls: &[ApplyCall]) -> Result<Vec<IntentId>> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        (self.options.probe)("before-begin");
        let mut ids = Vec::with_capacity(calls.len());
        let mut entries = Vec::with_capacity(calls.len());
        for (n, call) in calls.iter().enumerate() {
            let intent = IntentId(self.journal.next_id().0 + n as u64);
            let payload = v1::intent(intent, &self.options.now, call)
                .map_err(|what| StateError::Unstorable { what })?;
            let record = record::seal(Tree::Intents, &intent_key(intent), self.serial, &payload);
            entries.push(Entry::Begin { intent, record });
            ids.push(intent);
        }
        self.append(&entries)?;
        for entry in entries {
            if let Entry::Begin { intent, record } = entry {
                self.journal
                    .begin(intent, record)
                    .expect("ids above the last one were not given out before");
            }
        }
        (self.options.probe)("after-begin");
        Ok(ids)
    }

    fn commit_all(&mut self, outcomes: &[(IntentId, &[Mutation])]) -> Result<Serial> {
        let mut closed = std::collections::BTreeSet::new();
        let mut stage = Stage::default();
        let mut commits = Vec::with_capacity(outcomes.len());
        for (n, (intent, mutations)) in outcomes.iter().enumerate() {
            if !self.journal.is_open(*intent) || !closed.insert(*intent) {
                return Err(StateError::NotOpen { intent: *intent });
            }
            let trees = self.live.as_ref().map(|l| &l.trees);
            let ops = stage.commit(trees, self.serial + 1 + n as u64, mutations)?;
            commits.push((Some(*intent), ops));
        }
        if commits.is_empty() {
            return Ok(Serial(self.serial));
        }
        self.record(commits)
    }

    fn abandon(&mut self, intent: IntentId) -> Result<()> {
        if !self.journal.is_open(intent) {
            return Err(StateError::NotOpen { intent });
        }
        self.append(&[Entry::Abandon { intent }])?;
        self.journal
            .close(intent, IntentStatus::Abandoned)
            .map_err(|_| StateError::NotOpen { intent })
    }

    fn write(&mut self, expected: Serial, mutations: &[Mutation]) -> Result<Serial> {
        if expected.0 != self.serial {
            return Err(StateError::Moved {
                expected,
                actual: Serial(self.serial),
            });
        }
        if mutations.is_empty() {
            return Ok(expected);
        }
        let trees = self.live.as_ref().map(|l| &l.trees);
        let ops = Stage::default().commit(trees, self.serial + 1, mutations)?;
        self.record(vec![(None, ops)])
    }

    fn summarise(&mut self, summary: &str) {
        if !self.summary.is_empty() {
            self.summary.push(' ');
        }
        self.summary.push_str(summary);
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        if !self.dirty || self.stopped {
            return Ok(());
        }
        self.sign_off()?;
        let dir = self.options.dir.clone();
        let failed = |what| StateError::Database {
            path: dir.clone(),
            what,
        };
        {
            let live = self.live.as_ref().expect("a dirty state is not fresh");
            let head = rebuild::head(&self.lineage, self.serial, self.journal.next_id().0);
            rebuild::write_journal(&live.trees, &self.journal, head).map_err(failed)?;
        }
        let live = self.live.as_ref().expect("a dirty state is not fresh");
        let digest = if live.exported == self.serial {
            live.trees.digest().map_err(failed)?
        } else {
            self.rotate(KeepOld::Yes)?
        };
        let live = self.live.take().expect("a dirty state is not fresh");
        let clean = Clean::new(self.serial, digest, live.base, live.log.len());
        live.trees.flush().map_err(failed)?;
        live.trees.close()?;
        write_clean(&dir, &clean)
    }
}
