//! Decides how sled is opened, scanned and synchronised. The only file that knows what of sled cannot be trusted.
//!
//! sled 0.34 is sound against the end of the process, but its `flush` is no fsync, a file damaged on the disk can open as
//! an older or empty database (or panic), and a temporary snapshot left by a crash stops it from opening. So the log is the
//! truth, and sled is believed only where a clean end says what it must hold.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::codec::record::Tree;
use crate::disk;
use crate::error::Result;

/// The database's directory.
pub(super) const DIR: &str = "sled";

/// How much sled keeps in memory, bytes.
const CACHE: u64 = 64 << 20;

/// The open database.
pub(super) struct Trees {
    db: sled::Db,
    meta: sled::Tree,
    resources: sled::Tree,
    outputs: sled::Tree,
    checks: sled::Tree,
    intents: sled::Tree,
    path: PathBuf,
}

/// What a whole database amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    /// How many records, besides the head.
    pub(super) count: u64,
    /// CRC-32 over all trees, keys and records in order.
    pub(super) crc: u32,
}

/// What is done with each record of a scan; a sentence ends it.
pub(super) type Each<'e> = &'e mut dyn FnMut(Tree, &[u8], &[u8]) -> std::result::Result<(), String>;

/// Accumulates a [`Digest`].
pub(super) struct Digester {
    count: u64,
    crc: crc32fast::Hasher,
}

impl Digester {
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            crc: crc32fast::Hasher::new(),
        }
    }

    pub(super) fn record(&mut self, tree: Tree, key: &[u8], bytes: &[u8]) {
        self.count += u64::from(tree != Tree::Meta);
        self.crc.update(&[tree.tag()]);
        self.crc.update(&(key.len() as u32).to_be_bytes());
        self.crc.update(key);
        self.crc.update(&(bytes.len() as u32).to_be_bytes());
        self.crc.update(bytes);
    }

    pub(super) fn finish(self) -> Digest {
        Digest {
            count: self.count,
            crc: self.crc.finalize(),
        }
    }
}

impl Trees {
    /// Opens the database in `path`; a sentence where sled cannot, panics included.
    pub(super) fn open(path: &Path) -> std::result::Result<Self, String> {
        remove_unfinished_snapshots(path).map_err(|e| e.to_string())?;
        let mut patience = 50;
        loop {
            match guarded(|| Self::open_once(path)) {
                // A database closed in this process a moment ago may still be letting go of its file.
                Err(e) if e.contains("could not acquire lock") && patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(Duration::from_millis(20));
                }
                other => return other,
            }
        }
    }

    fn open_once(path: &Path) -> sled::Result<Self> {
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE)
            .flush_every_ms(None)
            .open()?;
        let tree = |tree: Tree| db.open_tree(tree.name());
        Ok(Self {
            meta: tree(Tree::Meta)?,
            resources: tree(Tree::Resources)?,
            outputs: tree(Tree::Outputs)?,
            checks: tree(Tree::Checks)?,
            intents: tree(Tree::Intents)?,
            db,
            path: path.to_owned(),
        })
    }

    /// One of the trees.
    pub(super) fn tree(&self, tree: Tree) -> &sled::Tree {
        match tree {
            Tree::Meta => &self.meta,
            Tree::Resources => &self.resources,
            Tree::Outputs => &self.outputs,
            Tree::Checks => &self.checks,
            Tree::Intents => &self.intents,
        }
    }

    /// A record.
    pub(super) fn get(
        &self,
        tree: Tree,
        key: &[u8],
    ) -> std::result::Result<Option<sled::IVec>, String> {
        guarded(|| self.tree(tree).get(key))
    }

    /// All records in the order of trees and keys, the head first.
    pub(super) fn scan(&self, each: Each<'_>) -> std::result::Result<(), String> {
        for tree in Tree::ALL {
            let mut records = self.tree(tree).iter();
            while let Some((key, bytes)) = guarded(|| records.next().transpose())? {
                each(tree, &key, &bytes)?;
            }
        }
        Ok(())
    }

    /// What it amounts to now.
    pub(super) fn digest(&self) -> std::result::Result<Digest, String> {
        let mut digester = Digester::new();
        self.scan(&mut |tree, key, bytes| {
            digester.record(tree, key, bytes);
            Ok(())
        })?;
        Ok(digester.finish())
    }

    /// Hands everything to the system.
    pub(super) fn flush(&self) -> std::result::Result<(), String> {
        guarded(|| self.db.flush()).map(|_| ())
    }

    /// Closes the database, everything durable.
    pub(super) fn close(self) -> Result<()> {
        let path = self.path.clone();
        drop(self);
        for name in disk::names(&path)? {
            let file = path.join(name);
            if file.is_file() {
                disk::sync_file(&file)?;
            }
        }
        disk::sync_dir(&path)
    }
}

/// Runs something of sled's, turning errors and panics into a sentence.
pub(super) fn guarded<T>(run: impl FnOnce() -> sled::Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(e.to_string()),
        Err(panic) => Err(format!(
            "it panicked: {}",
            panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("without a word")
        )),
    }
}

/// A crash can leave a snapshot half written; sled takes it for the newest one and does not open. The finished ones have
/// another name, so deleting these loses nothing.
fn remove_unfinished_snapshots(path: &Path) -> Result<()> {
    for name in disk::names(path)? {
        if name.starts_with("snap.") && name.ends_with(".generating") {
            disk::remove(&path.join(name))?;
        }
    }
    Ok(())
}
