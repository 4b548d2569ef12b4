//! Decides which files make up the state: the export and the logs that continue it, or a backup and the logs after that.
//!
//! Logs are named by the serial they continue, so a chain of them from any sound export to the newest log gives the
//! present state; each link is checked (lineage, serial, checksums), so a chain that holds is the state, whichever
//! export it began with.

use std::path::{Path, PathBuf};

use crate::error::{Result, StateError};
use crate::image::{Files, Image};
use crate::log::{self, Extent};
use crate::{export, log::file_name};

/// The directory of old exports and logs.
pub(crate) const BACKUPS: &str = "backups";

/// The state as the files say it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) image: Image,
    /// The serial of the export or backup it began with.
    pub(crate) from: u64,
    /// Why it did not begin with the export, where it did not.
    pub(crate) export_damage: Option<StateError>,
    /// The newest log: the serial it continues.
    pub(crate) base: u64,
    /// How much of it there is.
    pub(crate) extent: Extent,
}

/// The name of an old export.
pub(crate) fn backup_name(serial: u64) -> String {
    format!("{serial}.json")
}

/// Whether nothing was ever written here (a crash while the first files were made included).
pub(crate) fn is_fresh(dir: &Path, files: &Files) -> Result<bool> {
    if files.export || files.clean || files.sled || !files.backups.is_empty() {
        return Ok(false);
    }
    for serial in &files.logs {
        let mut entries = 0_u64;
        let read = log::read(&dir.join(file_name(*serial)), &mut |_| {
            entries += 1;
            Ok(())
        });
        if entries > 1 || read?.entries > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the state from the export, or where that is damaged from the newest backup that leads to the present.
pub(crate) fn read(dir: &Path) -> Result<Found> {
    let damage = match from_export(dir) {
        Ok(found) => return Ok(found),
        Err(damage @ (StateError::Corrupt { .. } | StateError::Foreign { .. })) => damage,
        Err(other) => return Err(other),
    };
    let files = Files::of(dir)?;
    for serial in files.backups.iter().rev() {
        let path = dir.join(BACKUPS).join(backup_name(*serial));
        let Ok(Some(image)) = export::read(&path) else {
            continue;
        };
        if let Ok(mut found) = follow(dir, image) {
            found.export_damage = Some(damage);
            return Ok(found);
        }
    }
    Err(with_way_out(damage, dir, &files))
}

fn from_export(dir: &Path) -> Result<Found> {
    let path = dir.join(export::FILE);
    match export::read(&path)? {
        Some(image) => follow(dir, image),
        None => Err(StateError::corrupt(&path, "it is missing")),
    }
}

/// Applies to an image the logs that continue it.
fn follow(dir: &Path, mut image: Image) -> Result<Found> {
    let from = image.serial;
    let mut last: Option<(u64, PathBuf, Extent)> = None;
    loop {
        let base = image.serial;
        let Some(path) = find_log(dir, base) else {
            break;
        };
        let extent = log::read(&path, &mut |entry| image.apply(entry))?;
        let moved_on = image.serial > base;
        last = Some((base, path, extent));
        if !moved_on {
            break;
        }
    }
    let missing = |serial, what: &str| StateError::corrupt(&dir.join(file_name(serial)), what);
    let Some((base, path, extent)) = last else {
        return Err(missing(
            from,
            "it is missing, and with it every change after that serial",
        ));
    };
    // The chain must end with the newest log, or there are changes that it does not lead to.
    for newest in Files::of(dir)?.logs.into_iter().rev() {
        if newest > base {
            let extent = log::read(&dir.join(file_name(newest)), &mut |_| Ok(()))?;
            if extent.entries > 0 {
                return Err(missing(
                    newest,
                    &format!(
                        "it continues serial {newest}, but export and logs lead only to {}",
                        image.serial
                    ),
                ));
            }
        }
    }
    if path.parent() != Some(dir) {
        return Err(missing(
            image.serial,
            "the newest log is missing, and with it the changes after that serial",
        ));
    }
    Ok(Found {
        image,
        from,
        export_damage: None,
        base,
        extent,
    })
}

/// The log that continues a serial.
pub(crate) fn find_log(dir: &Path, serial: u64) -> Option<PathBuf> {
    [dir.to_owned(), dir.join(BACKUPS)]
        .into_iter()
        .map(|d| d.join(file_name(serial)))
        .find(|p| p.exists())
}

/// Says what is left to do where no chain holds.
fn with_way_out(damage: StateError, dir: &Path, files: &Files) -> StateError {
    let StateError::Corrupt { path, what, .. } = damage else {
        return damage;
    };
    let backups = dir.join(BACKUPS);
    let sound = files.backups.iter().rev().find(|serial| {
        matches!(
            export::read(&backups.join(backup_name(**serial))),
            Ok(Some(_))
        )
    });
    let way_out = match sound {
        Some(serial) => format!(
            "no backup with its logs leads to the present state either. Nothing was changed. `cairn state repair` goes on from \
             what is sound, the backup of serial {serial} at least, says what may be missing, and keeps what is there now",
        ),
        None => format!(
            "there is no sound backup in {}. Nothing was changed. Put the directory {} back from a copy made when it \
             was sound, or move it away to start with an empty state and import what exists",
            backups.display(),
            dir.display(),
        ),
    };
    StateError::Corrupt {
        path,
        what,
        way_out,
    }
}
