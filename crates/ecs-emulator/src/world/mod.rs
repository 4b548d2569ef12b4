//! Decides what the cloud is: its tables, what follows from them, and what happens by itself as time
//! passes. Pure: the moment comes in, answers and changes go out. What each action does is decided
//! in one file per topic.

mod access;
mod addresses;
mod attributes;
mod billing;
mod catalog;
mod commands;
mod disks;
mod eips;
mod filters;
mod groups;
mod images;
mod instances;
mod interfaces;
mod ipv6;
mod key_pairs;
mod launch;
mod launch_templates;
mod maintenance;
mod network;
mod placement;
mod pool;
mod power;
mod prices;
mod resource_groups;
mod routes;
mod rows;
mod rules;
mod run;
mod shown;
mod sts;
mod table;
mod tables;
mod tags;
mod volumes;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ecs_api::ApiError;

use crate::catalogue::Catalogue;
use crate::faults::Shortage;
use crate::ids::Ids;
use crate::lifecycle::Delays;
use crate::refuse;
use crate::time::Moment;

use pool::Pool;
pub(crate) use rows::{
    Command, CpuChoice, Disk, Eip, Instance, Interface, Invocation, Invoked, KeyPair,
    LaunchTemplate, Maintenance, Outcome, PrivatePool, Renewal, RouteEntry, RouteTable, Rule,
    SecurityGroup, Session, Tags, TemplateVersion, Token, Traits, UserData, VSwitch, Vpc,
};
use shown::Shown;
pub(crate) use table::{Row, Table};
pub(crate) use tables::Tables;

/// What a handler knows of the request besides its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: Moment,
    /// The region that is named, empty when none is.
    pub(crate) region: String,
    /// The access key id that signed.
    pub(crate) caller: String,
}

impl Context {
    /// Whether something of that region can be seen by the request.
    pub(crate) fn sees(&self, region: &str) -> bool {
        self.region.is_empty() || self.region == region
    }
}

/// The cloud.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) delays: Delays,
    pub(crate) ids: Ids,
    pub(crate) tables: Tables,
    /// What there is too little of while the present request is carried out.
    pub(crate) shortages: Vec<Shortage>,
    /// The addresses of each vSwitch; follows from the interfaces.
    pub(crate) pools: HashMap<String, Pool>,
    /// How instances look; follows from everything.
    shown: Shown,
    /// When instances are to be released; follows from the instances.
    releases: BTreeSet<(Moment, String)>,
}

impl World {
    /// An empty cloud.
    pub(crate) fn new(seed: u64, delays: Delays) -> Self {
        Self {
            catalogue: Catalogue::built_in(),
            delays,
            ids: Ids::new(seed),
            tables: Tables::default(),
            shortages: Vec::new(),
            pools: HashMap::new(),
            shown: Shown::default(),
            releases: BTreeSet::new(),
        }
    }

    /// Takes a line of the file back. [`World::rebuild`] has to follow the last one.
    pub(crate) fn absorb(&mut self, line: &str) -> Result<(), serde_json::Error> {
        self.tables.absorb(&mut self.ids, line)
    }

    /// The line of all changes since the last one.
    pub(crate) fn take_changes(&mut self) -> Option<Vec<u8>> {
        let line = self.tables.take_changes(&self.ids)?;
        self.shown.forget();
        Some(line)
    }

    /// Changes are kept nowhere.
    pub(crate) fn settle(&mut self) {
        if self.tables.is_changed() {
            self.shown.forget();
            self.tables.settle();
        }
    }

    /// A full copy in lines.
    pub(crate) fn copy(&self, most: usize) -> Vec<Vec<u8>> {
        self.tables.copy(&self.ids, most)
    }

    /// Works out anew what follows from the tables.
    pub(crate) fn rebuild(&mut self) {
        self.pools = self
            .tables
            .vswitches
            .iter()
            .map(|vswitch| (vswitch.id.clone(), Pool::new(&vswitch.cidr)))
            .collect();
        for interface in self.tables.interfaces.iter() {
            if let Some(pool) = self.pools.get_mut(&interface.vswitch) {
                pool.mark(&interface.address);
                for address in &interface.secondary {
                    pool.mark(address);
                }
            }
        }
        self.releases = self
            .tables
            .instances
            .iter()
            .filter_map(|instance| Some((instance.auto_release?, instance.id.clone())))
            .collect();
    }

    /// Lets happen what is due: instances past their release time go.
    pub(crate) fn advance(&mut self, now: Moment) {
        self.forget_tokens(now);
        while let Some((due, _)) = self.releases.first() {
            if *due > now {
                break;
            }
            let Some((due, id)) = self.releases.pop_first() else {
                break;
            };
            self.release(&id, due);
        }
    }

    /// Sets or cancels the moment an instance is released by itself.
    pub(crate) fn set_release(&mut self, id: &str, due: Option<Moment>) {
        let Some(instance) = self.tables.instances.get_mut(id) else {
            return;
        };
        if let Some(old) = instance.auto_release {
            self.releases.remove(&(old, id.to_owned()));
        }
        instance.auto_release = due;
        if let Some(due) = due {
            self.releases.insert((due, id.to_owned()));
        }
    }

    /// Takes an instance away with what belongs to it: its interfaces and those disks that are to
    /// go with it. The other disks stay. Says whether there was one.
    pub(crate) fn release(&mut self, id: &str, now: Moment) -> bool {
        let Some(instance) = self.tables.instances.remove(id) else {
            return false;
        };
        if let Some(due) = instance.auto_release {
            self.releases.remove(&(due, id.to_owned()));
        }
        self.unbind_eip(&instance.eip);
        for interface in &instance.interfaces {
            self.remove_interface(interface);
        }
        for disk in &instance.disks {
            let Some(row) = self.tables.disks.get_mut(disk) else {
                continue;
            };
            if row.delete_with_instance || row.system {
                self.tables.disks.remove(disk);
            } else {
                row.instance.clear();
                row.device.clear();
                row.detached = Some(now);
                "PostPaid".clone_into(&mut row.charge_type);
            }
        }
        true
    }

    fn remove_interface(&mut self, id: &str) {
        let Some(interface) = self.tables.interfaces.remove(id) else {
            return;
        };
        self.unbind_eip(&interface.eip);
        if let Some(pool) = self.pools.get_mut(&interface.vswitch) {
            pool.free(&interface.address);
            for address in &interface.secondary {
                pool.free(address);
            }
        }
    }

    /// Takes a disk away, wherever it hangs. Says whether there was one.
    pub(crate) fn remove_disk(&mut self, id: &str) -> bool {
        let Some(disk) = self.tables.disks.remove(id) else {
            return false;
        };
        if let Some(instance) = self.tables.instances.get_mut(&disk.instance) {
            instance.disks.retain(|other| other != id);
        }
        true
    }

    /// An instance that the request can see.
    pub(crate) fn instance(&self, context: &Context, id: &str) -> Result<&Instance, ApiError> {
        self.tables
            .instances
            .get(id)
            .filter(|instance| context.sees(&instance.region))
            .ok_or_else(refuse::no_instance)
    }

    /// The same, to be changed.
    pub(crate) fn instance_mut(
        &mut self,
        context: &Context,
        id: &str,
    ) -> Result<&mut Instance, ApiError> {
        self.instance(context, id)?;
        self.tables
            .instances
            .get_mut(id)
            .ok_or_else(refuse::no_instance)
    }

    /// How many instances of the type the zone can hold, and how many there are left whatever it
    /// holds; `None` where nobody counts.
    pub(crate) fn stock(&self, zone: &str, instance_type: &str) -> (Option<u32>, Option<u32>) {
        let left = self
            .shortages
            .iter()
            .filter_map(|shortage| shortage.left(zone, instance_type))
            .min();
        (self.catalogue.stock(zone, instance_type), left)
    }

    /// The next id of a kind.
    pub(crate) fn next_id(&mut self, prefix: &str) -> String {
        self.ids.next(prefix)
    }
}

#[cfg(test)]
mod tests;
