//! Decides what is done about a state that cannot be opened: the most recent one that sound files lead to takes its place, what
//! was there is kept aside, and what may be missing is said.

use std::path::{Path, PathBuf};

use cairn_model::Serial;

use crate::error::{Result, StateError};
use crate::history::{BACKUPS, backup_name, find_log};
use crate::image::{Files, Image};
use crate::lock::Lock;
use crate::log::{self, Entry, Log, file_name};
use crate::{OpenOptions, Opening, SledStore, StateStore, disk, export};

/// What a repair came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// Nothing was wrong.
    Sound,
    /// Something was, and it was put right without any loss.
    Mended {
        /// What, full sentences.
        what: String,
    },
    /// What was recorded after a serial is lost, as far as this state goes.
    Restored {
        /// What was wrong, a full sentence.
        damage: String,
        /// The export or backup that it was made from.
        from: PathBuf,
        /// How far export and logs lead.
        reached: Serial,
        /// The serial that the state has now: above all that were ever given out, as far as the files say.
        serial: Serial,
        /// Where everything that was there is kept.
        aside: PathBuf,
    },
}

/// Makes a state that can be opened again.
///
/// # Errors
/// [`StateError::Locked`]; [`StateError::Corrupt`] where no export and no backup can be read. Nothing is changed then.
pub fn repair(options: &OpenOptions) -> Result<Repaired> {
    let damage = match SledStore::open(options.clone()) {
        Ok(store) => return mended(store),
        Err(damage @ StateError::Corrupt { .. }) => damage,
        Err(other) => return Err(other),
    };
    let restored = {
        let _lock = Lock::take(&options.dir, &options.lock_info(), options.lock_timeout)?;
        restore(&options.dir, damage)?
    };
    let store = SledStore::open(options.clone())?;
    store.load()?;
    Box::new(store).close()?;
    Ok(restored)
}

fn mended(store: SledStore) -> Result<Repaired> {
    let what = match store.opening() {
        Opening::Fresh | Opening::Clean => None,
        Opening::Rebuilt { reason } => Some(format!(
            "{reason} The database was made anew from export and log."
        )),
        Opening::ExportRestored { reason } => Some(reason.clone()),
    };
    store.load()?;
    Box::new(store).close()?;
    Ok(what.map_or(Repaired::Sound, |what| Repaired::Mended { what }))
}

fn restore(dir: &Path, damage: StateError) -> Result<Repaired> {
    let files = Files::of(dir)?;
    let Some((from, mut image)) = best(dir, &files) else {
        return Err(damage);
    };
    let reached = image.serial;
    // A serial that was given out once must never mean anything else.
    image.serial = highest(dir, &files, reached) + 1;
    let aside = (1..=u32::MAX)
        .map(|n| dir.join(format!("before-repair-{n}")))
        .find(|p| !p.exists())
        .expect("there are enough numbers");
    keep_aside(dir, &aside)?;
    let temp = dir.join("export.tmp");
    export::write_image(&temp, &image)?;
    drop(Log::create(dir, image.serial, &image.lineage)?);
    disk::remove(&dir.join("clean"))?;
    disk::sync_dir(dir)?;
    let path = dir.join(export::FILE);
    std::fs::rename(&temp, &path).map_err(|e| StateError::io(&path, "write", e))?;
    disk::sync_dir(dir)?;
    for serial in files.logs {
        disk::remove(&dir.join(file_name(serial)))?;
    }
    disk::sync_dir(dir)?;
    Ok(Repaired::Restored {
        damage: damage.damage(),
        from,
        reached: Serial(reached),
        serial: Serial(image.serial),
        aside,
    })
}

/// The shortest that a commit can be in a log, bytes.
const SHORTEST_COMMIT: u64 = 21;

/// A serial that none that was ever given out is above, where the logs lead to `reached`: the files' names and the clean mark say
/// some, and a log that cannot be read to its end holds no more commits than it has room for.
fn highest(dir: &Path, files: &Files, reached: u64) -> u64 {
    let unread = files.logs.iter().map(|serial| {
        let path = dir.join(file_name(*serial));
        let mut last = *serial;
        let read = log::read(&path, &mut |entry| {
            if let Entry::Commit { serial, .. } = entry {
                last = serial;
            }
            Ok(())
        });
        let len = std::fs::metadata(&path).map_or(0, |m| m.len());
        match read {
            Ok(_) => last,
            Err(_) => last + len / SHORTEST_COMMIT,
        }
    });
    let named = files.old_logs.iter().chain(&files.backups).copied();
    let marked = crate::sled::clean_serial(dir);
    unread.chain(named).chain(marked).fold(reached, u64::max)
}

/// Copies everything but the lock and earlier copies.
fn keep_aside(dir: &Path, aside: &Path) -> Result<()> {
    disk::make_dir(aside)?;
    for name in disk::names(dir)? {
        if name == crate::lock::FILE || name.starts_with("before-repair-") {
            continue;
        }
        let (from, to) = (dir.join(&name), aside.join(&name));
        if from.is_dir() {
            disk::copy_dir(&from, &to)?;
        } else {
            std::fs::copy(&from, &to).map_err(|e| StateError::io(&from, "copy", e))?;
            disk::sync_file(&to)?;
        }
    }
    disk::sync_dir(aside)
}

/// The readable export from which the logs lead furthest.
fn best(dir: &Path, files: &Files) -> Option<(PathBuf, Image)> {
    let backups = dir.join(BACKUPS);
    let old = files.backups.iter().rev();
    std::iter::once(dir.join(export::FILE))
        .chain(old.map(|s| backups.join(backup_name(*s))))
        .filter_map(|path| {
            let image = export::read(&path).ok()??;
            let image = as_far_as_possible(dir, image);
            image.state().ok()?;
            Some((path, image))
        })
        // Of those that lead equally far the first, which is the newest.
        .rev()
        .max_by_key(|(_, image)| image.serial)
}

/// Applies what logs lead on, up to the first thing in them that is not sound.
fn as_far_as_possible(dir: &Path, mut image: Image) -> Image {
    loop {
        let base = image.serial;
        let Some(path) = find_log(dir, base) else {
            return image;
        };
        let read = log::read(&path, &mut |entry| image.apply(entry));
        if read.is_err() || image.serial == base {
            return image;
        }
    }
}
