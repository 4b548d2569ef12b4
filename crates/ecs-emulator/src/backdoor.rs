//! Decides what can be done to the cloud behind everybody's back: changing and deleting things
//! without a request, as a person at the console would. No rule of the API is checked, only that
//! the cloud stays in one piece.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::faults::Meddling;
use crate::lifecycle::{Delays, Phase, Status};
use crate::time::Moment;
use crate::world::{Row, Table, Tags, World};

/// The kind of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An instance.
    Instance,
    /// A disk.
    Disk,
    /// A VPC.
    Vpc,
    /// A vSwitch.
    Vswitch,
    /// A security group.
    SecurityGroup,
    /// A network interface.
    NetworkInterface,
}

/// What to change. Nothing given, nothing changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// New values of attributes, by the emulator's own names, such as `name`, `description`,
    /// `instance_type`, `image`, `host_name`, `deletion_protection`, `size`; `status` of an
    /// instance is `Running` or `Stopped`.
    pub set: BTreeMap<String, Value>,
    /// Tags to set; `null` takes the tag away.
    pub tags: BTreeMap<String, Option<String>>,
}

impl Change {
    /// One attribute.
    pub fn set(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            set: BTreeMap::from([(name.into(), value.into())]),
            ..Self::default()
        }
    }

    /// One tag.
    pub fn tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            tags: BTreeMap::from([(key.into(), Some(value.into()))]),
            ..Self::default()
        }
    }

    /// Takes one tag away.
    pub fn untag(key: impl Into<String>) -> Self {
        Self {
            tags: BTreeMap::from([(key.into(), None)]),
            ..Self::default()
        }
    }
}

/// Why nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackdoorError {
    /// There is no such thing.
    NoSuchThing(String),
    /// The thing has no attribute of that name.
    NoSuchAttribute(String),
    /// The attribute does not take that value.
    BadValue(String),
}

impl std::fmt::Display for BackdoorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSuchThing(id) => write!(f, "there is no {id}"),
            Self::NoSuchAttribute(name) => write!(f, "there is no attribute {name}"),
            Self::BadValue(what) => write!(f, "the value is not fit: {what}"),
        }
    }
}

impl std::error::Error for BackdoorError {}

impl World {
    /// Changes a thing.
    pub(crate) fn change_behind_the_back(
        &mut self,
        kind: Kind,
        id: &str,
        change: &Change,
    ) -> Result<(), BackdoorError> {
        let mut change = change.clone();
        if kind == Kind::Instance
            && let Some(status) = change.set.remove("status")
        {
            let phase = status
                .as_str()
                .and_then(Status::parse)
                .and_then(settled)
                .ok_or_else(|| BackdoorError::BadValue("status".to_owned()))?;
            let phase = serde_json::to_value(phase).expect("a phase is plain data");
            change.set.insert("phase".to_owned(), phase);
        }
        let tables = &mut self.tables;
        match kind {
            Kind::Instance => edit(&mut tables.instances, id, &change, |row| &mut row.tags),
            Kind::Disk => edit(&mut tables.disks, id, &change, |row| &mut row.tags),
            Kind::Vpc => edit(&mut tables.vpcs, id, &change, |row| &mut row.tags),
            Kind::Vswitch => edit(&mut tables.vswitches, id, &change, |row| &mut row.tags),
            Kind::SecurityGroup => edit(&mut tables.security_groups, id, &change, |row| {
                &mut row.tags
            }),
            Kind::NetworkInterface => {
                edit(&mut tables.interfaces, id, &change, |row| &mut row.tags)
            }
        }?;
        self.rebuild();
        Ok(())
    }

    /// Does what a fault says to a thing that is named by its id, or else by its name.
    pub(crate) fn meddle(&mut self, meddling: &Meddling, now: Moment) -> Result<(), BackdoorError> {
        let id = self.find(meddling.resource, &meddling.id);
        match &meddling.change {
            Some(change) => self.change_behind_the_back(meddling.resource, &id, change),
            None => self.delete_behind_the_back(meddling.resource, &id, now),
        }
    }

    /// The id of the oldest thing of that name; the text itself when it is an id or nothing has it.
    pub(crate) fn find(&self, kind: Kind, text: &str) -> String {
        fn named<'a, T: Row>(
            table: &'a Table<T>,
            text: &str,
            name: impl Fn(&T) -> &String,
        ) -> Option<&'a str> {
            if table.contains(text) {
                return None;
            }
            table.iter().find(|row| name(row) == text).map(Row::id)
        }
        let tables = &self.tables;
        let found = match kind {
            Kind::Instance => named(&tables.instances, text, |row| &row.name),
            Kind::Disk => named(&tables.disks, text, |row| &row.name),
            Kind::Vpc => named(&tables.vpcs, text, |row| &row.name),
            Kind::Vswitch => named(&tables.vswitches, text, |row| &row.name),
            Kind::SecurityGroup => named(&tables.security_groups, text, |row| &row.name),
            Kind::NetworkInterface => named(&tables.interfaces, text, |row| &row.name),
        };
        found.unwrap_or(text).to_owned()
    }

    /// Deletes a thing, whatever still hangs on it.
    pub(crate) fn delete_behind_the_back(
        &mut self,
        kind: Kind,
        id: &str,
        now: Moment,
    ) -> Result<(), BackdoorError> {
        let found = match kind {
            Kind::Instance => self.release(id, now),
            Kind::Disk => self.remove_disk(id),
            Kind::Vpc => {
                let gone = self.tables.vpcs.remove(id).is_some();
                let tables: Vec<String> = self
                    .tables
                    .route_tables
                    .iter()
                    .filter(|table| table.vpc == id)
                    .map(|table| table.id.clone())
                    .collect();
                for table in tables {
                    self.remove_route_table(&table);
                }
                gone
            }
            Kind::Vswitch => self.tables.vswitches.remove(id).is_some(),
            Kind::SecurityGroup => self.tables.security_groups.remove(id).is_some(),
            Kind::NetworkInterface => self.tables.interfaces.remove(id).is_some(),
        };
        self.rebuild();
        if found {
            Ok(())
        } else {
            Err(BackdoorError::NoSuchThing(id.to_owned()))
        }
    }
}

fn settled(status: Status) -> Option<Phase> {
    let long_ago = Moment::from_millis(0);
    match status {
        Status::Running => Some(Phase::start(long_ago, Delays::NONE)),
        Status::Stopped => Some(Phase::stop(long_ago, Delays::NONE)),
        _ => None,
    }
}

/// Writes the new values over the row's own form on disk, which has a name for everything.
fn edit<T: Row>(
    table: &mut Table<T>,
    id: &str,
    change: &Change,
    tags: impl FnOnce(&mut T) -> &mut Tags,
) -> Result<(), BackdoorError> {
    let row = table
        .get(id)
        .ok_or_else(|| BackdoorError::NoSuchThing(id.to_owned()))?;
    let mut value =
        serde_json::to_value(row).map_err(|e| BackdoorError::BadValue(e.to_string()))?;
    for (name, new) in &change.set {
        let slot = value
            .get_mut(name)
            .filter(|_| !matches!(name.as_str(), "id" | "tags"))
            .ok_or_else(|| BackdoorError::NoSuchAttribute(name.clone()))?;
        *slot = new.clone();
    }
    let mut row: T =
        serde_json::from_value(value).map_err(|e| BackdoorError::BadValue(e.to_string()))?;
    let tags = tags(&mut row);
    for (key, new) in &change.tags {
        tags.retain(|(k, _)| k != key);
        if let Some(new) = new {
            tags.push((key.clone(), new.clone()));
        }
    }
    table.insert(row);
    Ok(())
}
