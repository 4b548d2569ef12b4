//! Decides how long the text of an instance, as DescribeInstances shows it, is kept for the next
//! request: as long as nothing in the cloud changes and its status is one that lasts. Clients poll,
//! a hundred instances at a time, and making the text is most of the work.

use std::collections::HashMap;

use super::{Instance, World};
use crate::lifecycle::Status;
use crate::time::Moment;

/// How many texts are kept at most; one has about two kilobytes.
const MOST: usize = 20_000;

/// The texts, by the number of the instance's row.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    texts: HashMap<u64, Box<[u8]>>,
    /// The rows that the present request wants to see, in order.
    pub(super) wanted: Vec<u64>,
    /// The latest moment that one of them was made at.
    latest: Moment,
}

impl Shown {
    /// Something has changed.
    pub(crate) fn forget(&mut self) {
        self.texts.clear();
    }
}

impl World {
    /// Writes the instances of these rows, all of which exist, as the entries of a JSON list.
    ///
    /// # Errors
    /// Never in practice: what is written are strings and numbers.
    pub(super) fn write_instances(
        &mut self,
        numbers: &[u64],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        if self.tables.is_changed() || now < self.shown.latest || self.shown.texts.len() > MOST {
            self.shown.forget();
        }
        let mut separator: &[u8] = b"";
        for number in numbers {
            out.extend_from_slice(separator);
            separator = b",";
            if let Some(text) = self.shown.texts.get(number) {
                out.extend_from_slice(text);
                continue;
            }
            let Some(instance) = self.tables.instances.at(*number) else {
                continue;
            };
            let start = out.len();
            serde_json::to_writer(&mut *out, &self.describe(instance, now))?;
            if lasts(instance, now) && !self.tables.is_changed() {
                let text = out[start..].into();
                self.shown.texts.insert(*number, text);
                self.shown.latest = now;
            }
        }
        Ok(())
    }
}

/// Whether the status stays what it is until somebody changes it.
fn lasts(instance: &Instance, now: Moment) -> bool {
    matches!(instance.status(now), Status::Running | Status::Stopped)
}
