//! Decides what is checked when somebody asks whether a state is sound, and says it without changing anything.

use std::path::PathBuf;

use cairn_model::Serial;

use crate::codec::key;
use crate::codec::record::Tree;
use crate::error::{Result, StateError};
use crate::history::{self, BACKUPS, backup_name};
use crate::image::{Files, Image};
use crate::lock::Lock;
use crate::log::{self, file_name};
use crate::{OpenOptions, disk, export};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The present serial, as export and log say it; nothing for a state that was never written.
    pub serial: Option<Serial>,
    /// How many addresses are recorded.
    pub instances: usize,
    /// How many intents are open.
    pub open_intents: usize,
    /// How many old exports were checked.
    pub backups: usize,
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file or directory.
    pub path: PathBuf,
    /// What is wrong with it, and what follows from that; full sentences.
    pub what: String,
    /// Whether something recorded cannot be had back from what is there. Otherwise the next command that writes puts
    /// it right by itself.
    pub loss: bool,
}

/// Checks export, log, backups and database of a state. Takes the lock, changes nothing.
///
/// # Errors
/// [`StateError::Locked`], or a file could not be read at all; what is damaged is in the report.
pub fn verify(options: &OpenOptions) -> Result<Report> {
    let dir = &options.dir;
    let mut report = Report::default();
    if disk::names(dir)?.is_empty() {
        return Ok(report);
    }
    let _lock = Lock::take(dir, &options.lock_info(), options.lock_timeout)?;
    let files = Files::of(dir)?;
    match history::is_fresh(dir, &files) {
        Ok(true) => return Ok(report),
        Ok(false) | Err(StateError::Corrupt { .. }) => {}
        Err(other) => return Err(other),
    }
    match history::read(dir) {
        Ok(found) => {
            if let Some(damage) = &found.export_damage {
                report.add(
                    dir.join(export::FILE),
                    format!("{damage}. A backup and the logs after it give the same."),
                    false,
                );
            }
            report.serial = Some(Serial(found.image.serial));
            report.open_intents = found.image.journal.open().len();
            match check_image(&found.image) {
                Ok(instances) => report.instances = instances,
                Err(what) => report.add(dir.clone(), what, true),
            }
        }
        Err(StateError::Io {
            path,
            doing,
            source,
        }) => {
            return Err(StateError::Io {
                path,
                doing,
                source,
            });
        }
        Err(damage) => report.add(dir.join(export::FILE), damage.to_string(), true),
    }
    if let Some(Err(what)) = crate::sled::check_database(dir)? {
        let what = format!("The database is damaged: {what}.");
        report.add(dir.join("sled"), what, false);
    }
    check_backups(options, &files, &mut report);
    Ok(report)
}

impl Report {
    fn add(&mut self, path: PathBuf, what: String, loss: bool) {
        self.findings.push(Finding { path, what, loss });
    }
}

/// Reads every record; gives how many addresses there are.
fn check_image(image: &Image) -> std::result::Result<usize, String> {
    let state = image.state()?;
    image.intents()?;
    for addr in state.instances.keys() {
        if !image
            .records
            .contains_key(&(Tree::Resources, key::of_instance(addr)))
        {
            return Err(format!("the record of {addr} is not in its place"));
        }
    }
    Ok(state.instances.len())
}

fn check_backups(options: &OpenOptions, files: &Files, report: &mut Report) {
    let backups = options.dir.join(BACKUPS);
    for serial in &files.backups {
        let path = backups.join(backup_name(*serial));
        report.backups += 1;
        if let Err(e) = export::read(&path) {
            report.add(path, format!("The backup cannot be used: {e}."), false);
        }
    }
    for serial in &files.old_logs {
        let path = backups.join(file_name(*serial));
        if let Err(e) = log::read(&path, &mut |_| Ok(())) {
            report.add(path, format!("The old log cannot be used: {e}."), false);
        }
    }
}
