//! Decides what the inventory shows: a plain list of all that exists, for tests and for people. It
//! is the emulator's own form, not the API's, and it says nothing about prices or history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Moment;
use crate::world::{Tags, World};

/// Everything that exists, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// The instances of all regions.
    pub instances: Vec<InstanceEntry>,
    /// The disks, attached or not.
    pub disks: Vec<DiskEntry>,
    /// The VPCs.
    pub vpcs: Vec<Entry>,
    /// The vSwitches.
    pub vswitches: Vec<Entry>,
    /// The security groups.
    pub security_groups: Vec<GroupEntry>,
    /// The network interfaces.
    pub network_interfaces: Vec<Entry>,
    /// The elastic addresses.
    #[serde(default)]
    pub eips: Vec<Entry>,
    /// The key pairs; their fingerprints stand in the place of an address.
    #[serde(default)]
    pub key_pairs: Vec<Entry>,
    /// The launch templates.
    #[serde(default)]
    pub launch_templates: Vec<Entry>,
    /// The route tables of the user's own.
    #[serde(default)]
    pub route_tables: Vec<Entry>,
    /// The routes of the user's own, in any table.
    #[serde(default)]
    pub route_entries: Vec<Entry>,
}

impl Inventory {
    /// Whether nothing exists at all.
    pub fn is_empty(&self) -> bool {
        self.instances.is_empty()
            && self.disks.is_empty()
            && self.vpcs.is_empty()
            && self.vswitches.is_empty()
            && self.security_groups.is_empty()
            && self.network_interfaces.is_empty()
            && self.eips.is_empty()
            && self.key_pairs.is_empty()
            && self.launch_templates.is_empty()
            && self.route_tables.is_empty()
            && self.route_entries.is_empty()
    }
}

/// An instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceEntry {
    /// `i-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its host name.
    pub host_name: String,
    /// `Running` and so on, at the moment of the inventory.
    pub status: String,
    /// Its region.
    pub region: String,
    /// Its zone.
    pub zone: String,
    /// Its type.
    pub instance_type: String,
    /// Its image.
    pub image_id: String,
    /// Where it is attached.
    pub vswitch_id: String,
    /// Its address inside the VPC.
    pub private_ip: String,
    /// Its public address, empty when it has none.
    pub public_ip: String,
    /// Its security groups.
    pub security_group_ids: Vec<String>,
    /// Its disks, the system disk first.
    pub disk_ids: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiskEntry {
    /// `d-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its category.
    pub category: String,
    /// Its size in GiB.
    pub size: i64,
    /// Whether it is a system disk.
    pub system: bool,
    /// What it is attached to, empty when to nothing.
    pub instance_id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupEntry {
    /// `sg-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// How many rules it has, in both directions.
    pub rules: usize,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Anything else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its block or address; empty when it has none.
    pub cidr: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

fn map(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter().cloned().collect()
}

/// Takes stock.
pub(crate) fn take(world: &World, now: Moment) -> Inventory {
    let tables = &world.tables;
    Inventory {
        instances: tables
            .instances
            .iter()
            .map(|i| InstanceEntry {
                id: i.id.clone(),
                name: i.name.clone(),
                host_name: i.host_name.clone(),
                status: i.status(now).as_str().to_owned(),
                region: i.region.clone(),
                zone: i.zone.clone(),
                instance_type: i.instance_type.clone(),
                image_id: i.image.clone(),
                vswitch_id: i.vswitch.clone(),
                private_ip: tables
                    .interfaces
                    .get(i.primary_interface())
                    .map_or_else(String::new, |nic| nic.address.clone()),
                public_ip: i.public_ip.clone(),
                security_group_ids: i.security_groups.clone(),
                disk_ids: i.disks.clone(),
                tags: map(&i.tags),
            })
            .collect(),
        disks: tables
            .disks
            .iter()
            .map(|d| DiskEntry {
                id: d.id.clone(),
                name: d.name.clone(),
                region: d.region.clone(),
                category: d.category.clone(),
                size: d.size,
                system: d.system,
                instance_id: d.instance.clone(),
                tags: map(&d.tags),
            })
            .collect(),
        vpcs: tables
            .vpcs
            .iter()
            .map(|v| Entry {
                id: v.id.clone(),
                name: v.name.clone(),
                region: v.region.clone(),
                cidr: v.cidr.clone(),
                tags: map(&v.tags),
            })
            .collect(),
        vswitches: tables
            .vswitches
            .iter()
            .map(|v| Entry {
                id: v.id.clone(),
                name: v.name.clone(),
                region: v.region.clone(),
                cidr: v.cidr.clone(),
                tags: map(&v.tags),
            })
            .collect(),
        eips: tables
            .eips
            .iter()
            .map(|e| Entry {
                id: e.id.clone(),
                name: e.name.clone(),
                region: e.region.clone(),
                cidr: e.address.clone(),
                tags: map(&e.tags),
            })
            .collect(),
        security_groups: tables
            .security_groups
            .iter()
            .map(|g| GroupEntry {
                id: g.id.clone(),
                name: g.name.clone(),
                region: g.region.clone(),
                rules: g.rules.len(),
                tags: map(&g.tags),
            })
            .collect(),
        network_interfaces: tables
            .interfaces
            .iter()
            .map(|n| Entry {
                id: n.id.clone(),
                name: n.name.clone(),
                region: n.region.clone(),
                cidr: n.address.clone(),
                tags: map(&n.tags),
            })
            .collect(),
        key_pairs: tables
            .key_pairs
            .iter()
            .map(|k| Entry {
                id: k.key_id.clone(),
                name: k.name.clone(),
                region: k.region.clone(),
                cidr: k.fingerprint.clone(),
                tags: map(&k.tags),
            })
            .collect(),
        route_tables: tables
            .route_tables
            .iter()
            .filter(|t| !t.system)
            .map(|t| Entry {
                id: t.id.clone(),
                name: t.name.clone(),
                region: t.region.clone(),
                cidr: String::new(),
                tags: map(&t.tags),
            })
            .collect(),
        route_entries: tables
            .route_entries
            .iter()
            .map(|r| Entry {
                id: r.id.clone(),
                name: r.name.clone(),
                region: r.region.clone(),
                cidr: r.cidr.clone(),
                tags: BTreeMap::new(),
            })
            .collect(),
        launch_templates: tables
            .launch_templates
            .iter()
            .map(|t| Entry {
                id: t.id.clone(),
                name: t.name.clone(),
                region: t.region.clone(),
                cidr: String::new(),
                tags: map(&t.tags),
            })
            .collect(),
    }
}
