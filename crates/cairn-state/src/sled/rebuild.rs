//! Decides how the database is made anew from what export and log say.

use std::path::Path;

use super::trees::{DIR, Trees, guarded};
use super::txn::HEAD;
use crate::codec::record::{self, Tree};
use crate::codec::v1::{self, HeadV1};
use crate::disk;
use crate::error::{Result, StateError};
use crate::image::{Image, intent_key};
use crate::journal::Journal;

/// How many records are handed to sled at once.
const BATCH: usize = 1000;

/// The sealed head of a state.
pub(super) fn head(lineage: &str, serial: u64, next_intent: u64) -> Vec<u8> {
    let payload = v1::head(&HeadV1 {
        lineage: lineage.to_owned(),
        serial,
        next_intent,
    });
    record::seal(Tree::Meta, HEAD, serial, &payload)
}

/// Sets the present database aside, makes one that holds the image, and deletes the old one.
pub(super) fn from_image(dir: &Path, image: &Image) -> Result<Trees> {
    let path = dir.join(DIR);
    if path.exists() {
        let aside = (1..=u32::MAX)
            .map(|n| dir.join(format!("damaged-{n}")))
            .find(|p| !p.exists())
            .expect("there are enough numbers");
        std::fs::rename(&path, &aside).map_err(|e| StateError::io(&path, "set aside", e))?;
    }
    let failed = |what| StateError::Database {
        path: dir.to_owned(),
        what,
    };
    let trees = Trees::open(&path).map_err(failed)?;
    fill(&trees, image).map_err(failed)?;
    for name in disk::names(dir)? {
        if name.starts_with("damaged-") {
            disk::remove(&dir.join(name))?;
        }
    }
    Ok(trees)
}

fn fill(trees: &Trees, image: &Image) -> std::result::Result<(), String> {
    for tree in [Tree::Resources, Tree::Outputs, Tree::Checks] {
        let mut batch = sled::Batch::default();
        let mut len = 0;
        let records = image.records.iter().filter(|((t, _), _)| *t == tree);
        for ((_, key), record) in records {
            batch.insert(key.as_slice(), record.as_slice());
            len += 1;
            if len == BATCH {
                guarded(|| trees.tree(tree).apply_batch(std::mem::take(&mut batch)))?;
                len = 0;
            }
        }
        guarded(|| trees.tree(tree).apply_batch(batch))?;
    }
    let head = head(&image.lineage, image.serial, image.journal.next_id().0);
    write_journal(trees, &image.journal, head)?;
    trees.flush()
}

/// Writes the head and the intents that are open, and removes those that no longer are.
pub(super) fn write_journal(
    trees: &Trees,
    journal: &Journal<Vec<u8>>,
    head: Vec<u8>,
) -> std::result::Result<(), String> {
    guarded(|| {
        trees.tree(Tree::Intents).clear()?;
        for (id, record) in journal.open() {
            trees
                .tree(Tree::Intents)
                .insert(intent_key(*id), record.as_slice())?;
        }
        trees.tree(Tree::Meta).insert(HEAD, head)
    })
    .map(|_| ())
}
