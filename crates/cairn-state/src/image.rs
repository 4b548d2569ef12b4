//! Decides what export and log together say: all records as of the last commit, folded from both and checked on the way.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_model::{Lineage, Serial, State};

use crate::codec::check;
use crate::codec::record::{self, Tree};
use crate::codec::v1;
use crate::codec::value::Interner;
use crate::journal::Journal;
use crate::log::Entry;
use crate::{Intent, IntentId, IntentStatus};

/// All records of a state, sealed as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) lineage: String,
    pub(crate) serial: u64,
    pub(crate) journal: Journal<Vec<u8>>,
    /// Resources, outputs and the results of conditions.
    pub(crate) records: BTreeMap<(Tree, Vec<u8>), Vec<u8>>,
}

impl Image {
    /// The image of a state that was never written.
    pub(crate) fn empty(lineage: String) -> Self {
        Self {
            lineage,
            serial: 0,
            journal: Journal::new(1),
            records: BTreeMap::new(),
        }
    }

    /// Puts in a record of an export.
    pub(crate) fn insert(
        &mut self,
        tree: Tree,
        key: Vec<u8>,
        record: Vec<u8>,
    ) -> Result<(), String> {
        match tree {
            Tree::Intents => {
                let id = intent_of_key(&key)?;
                self.journal.reopen(id, record);
            }
            Tree::Resources | Tree::Outputs | Tree::Checks => {
                self.records.insert((tree, key), record);
            }
            Tree::Meta => return Err("the head is no record of the export".to_owned()),
        }
        Ok(())
    }

    /// Applies what happened next; a sentence where it cannot follow.
    pub(crate) fn apply(&mut self, entry: Entry) -> Result<(), String> {
        match entry {
            Entry::Start { serial, lineage } => {
                if lineage != self.lineage {
                    return Err(format!(
                        "the log belongs to the state {lineage}, the export to {}",
                        self.lineage
                    ));
                }
                if serial != self.serial {
                    return Err(format!(
                        "the log begins at serial {serial}, the export ends at {}",
                        self.serial
                    ));
                }
            }
            Entry::Session(_) => {}
            Entry::Begin { intent, record } => {
                record::open(Tree::Intents, &intent_key(intent), &record)?;
                self.journal.begin(intent, record)?;
            }
            Entry::Commit {
                serial,
                closes,
                ops,
            } => {
                if serial != self.serial + 1 {
                    return Err(format!(
                        "commit {serial} follows commit {}, some are missing",
                        self.serial
                    ));
                }
                if let Some(intent) = closes {
                    self.journal.close(intent, IntentStatus::Committed)?;
                }
                for op in ops {
                    match op.record {
                        Some(record) => {
                            record::open(op.tree, &op.key, &record)?;
                            self.records.insert((op.tree, op.key), record);
                        }
                        None => {
                            self.records.remove(&(op.tree, op.key));
                        }
                    }
                }
                self.serial = serial;
            }
            Entry::Abandon { intent } => self.journal.close(intent, IntentStatus::Abandoned)?,
        }
        Ok(())
    }

    /// The state in the model's nouns.
    pub(crate) fn state(&self) -> Result<State, String> {
        let mut reader = Reader::new(&self.lineage, self.serial);
        for ((tree, key), bytes) in &self.records {
            reader.record(*tree, key, bytes)?;
        }
        Ok(reader.state)
    }

    /// The open intents in the model's nouns.
    pub(crate) fn intents(&self) -> Result<Vec<Intent>, String> {
        intents(&self.journal)
    }
}

/// Builds a state from records.
pub(crate) struct Reader {
    pub(crate) state: State,
    interner: Interner,
}

impl Reader {
    pub(crate) fn new(lineage: &str, serial: u64) -> Self {
        Self {
            state: State {
                lineage: Lineage(lineage.into()),
                serial: Serial(serial),
                ..State::default()
            },
            interner: Interner::default(),
        }
    }

    /// Adds a record.
    pub(crate) fn record(&mut self, tree: Tree, key: &[u8], bytes: &[u8]) -> Result<(), String> {
        let record = record::open(tree, key, bytes)?;
        match tree {
            Tree::Resources => {
                let (addr, instance) = v1::read_instance(record.payload, &mut self.interner)?;
                self.state.instances.insert(addr, instance);
            }
            Tree::Outputs => {
                let (name, output) = v1::read_output(record.payload, &mut self.interner)?;
                self.state.outputs.insert(name, output);
            }
            Tree::Checks => self.state.checks = check::read(record.payload)?,
            Tree::Meta | Tree::Intents => {}
        }
        Ok(())
    }
}

/// The open intents of a journal.
pub(crate) fn intents(journal: &Journal<Vec<u8>>) -> Result<Vec<Intent>, String> {
    let mut interner = Interner::default();
    let mut out = Vec::with_capacity(journal.open().len());
    for (id, bytes) in journal.open() {
        let record = record::open(Tree::Intents, &intent_key(*id), bytes)?;
        out.push(v1::read_intent(record.payload, &mut interner)?);
    }
    Ok(out)
}

/// The key of an intent's record.
pub(crate) fn intent_key(id: IntentId) -> [u8; 8] {
    id.0.to_be_bytes()
}

/// The intent of a record's key.
pub(crate) fn intent_of_key(key: &[u8]) -> Result<IntentId, String> {
    key.try_into()
        .map(|k| IntentId(u64::from_be_bytes(k)))
        .map_err(|_| "an intent has a malformed key".to_owned())
}

/// The names of the files of a state, and which of them there are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) export: bool,
    pub(crate) sled: bool,
    pub(crate) clean: bool,
    /// The serials of the logs.
    pub(crate) logs: Vec<u64>,
    /// The names of set-aside databases and temporary files.
    pub(crate) rest: Vec<String>,
    /// The serials of the exports in `backups`.
    pub(crate) backups: Vec<u64>,
    /// The serials of the logs in `backups`.
    pub(crate) old_logs: Vec<u64>,
}

impl Files {
    /// Looks at a state directory.
    pub(crate) fn of(dir: &Path) -> crate::error::Result<Self> {
        let mut files = Self::default();
        for name in crate::disk::names(dir)? {
            match name.as_str() {
                "export.json" => files.export = true,
                "sled" => files.sled = true,
                "clean" => files.clean = true,
                name => match crate::log::serial_of(name) {
                    Some(serial) => files.logs.push(serial),
                    None if name.starts_with("damaged-")
                        || Path::new(name).extension().is_some_and(|e| e == "tmp") =>
                    {
                        files.rest.push(name.to_owned());
                    }
                    None => {}
                },
            }
        }
        for name in crate::disk::names(&dir.join("backups"))? {
            if let Some(serial) = crate::log::serial_of(&name) {
                files.old_logs.push(serial);
            } else if let Some(serial) = name.strip_suffix(".json").and_then(|n| n.parse().ok()) {
                files.backups.push(serial);
            }
        }
        for list in [&mut files.logs, &mut files.old_logs, &mut files.backups] {
            list.sort_unstable();
        }
        Ok(files)
    }
}
