//! Decides what the emulated cloud sells: regions, zones, instance types, disk categories, images
//! and stock, read from one JSON text. What has been bought lives in the world.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::time::Moment;

/// The catalogue that comes with the emulator.
const BUILT_IN: &str = include_str!("catalogue.json");

/// Everything for sale.
#[derive(Debug, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) account: Account,
    pub(crate) quotas: Quotas,
    pub(crate) regions: Vec<Region>,
    zone_rules: Vec<ZoneRule>,
    stock: Vec<Stock>,
    pub(crate) disk_categories: Vec<DiskCategory>,
    performance_levels: BTreeMap<String, (u32, u32)>,
    /// Of a Mbit/s, an hour.
    pub(crate) bandwidth_price: f64,
    pub(crate) instance_types: Vec<InstanceType>,
    pub(crate) images: Vec<SystemImage>,
    #[serde(skip)]
    type_index: HashMap<String, usize>,
    #[serde(skip)]
    image_index: HashMap<String, usize>,
}

/// The account that owns everything.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
}

/// How much of something there may be.
#[derive(Debug, Deserialize)]
pub(crate) struct Quotas {
    pub(crate) instances_per_security_group: i64,
    pub(crate) instances_per_enterprise_group: i64,
}

/// A region and its zones.
#[derive(Debug, Deserialize)]
pub(crate) struct Region {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) zones: Vec<String>,
}

/// What one zone does not have.
#[derive(Debug, Deserialize)]
struct ZoneRule {
    zone: String,
    sold_out_families: Vec<String>,
    missing_disk_categories: Vec<String>,
}

/// How many instances of a type a zone (`*`: every zone) holds at most.
#[derive(Debug, Deserialize)]
struct Stock {
    #[serde(rename = "type")]
    instance_type: String,
    zone: String,
    left: u32,
}

/// A kind of disk and the sizes it comes in, in GiB.
#[derive(Debug, Deserialize)]
pub(crate) struct DiskCategory {
    pub(crate) id: String,
    pub(crate) system: (u32, u32),
    pub(crate) data: (u32, u32),
    pub(crate) encrypt: bool,
    pub(crate) price: f64,
    /// Only for the older instance families.
    pub(crate) legacy: bool,
}

/// An instance type; memory in GiB, price an hour.
#[derive(Debug, Deserialize)]
pub(crate) struct InstanceType {
    pub(crate) id: String,
    pub(crate) family: String,
    pub(crate) cpu: u32,
    pub(crate) memory: f64,
    #[serde(default = "x86")]
    pub(crate) arch: String,
    #[serde(default)]
    pub(crate) gpu: u32,
    #[serde(default)]
    pub(crate) gpu_spec: String,
    #[serde(default)]
    pub(crate) legacy_disks: bool,
    #[serde(default)]
    pub(crate) burstable: bool,
    pub(crate) price: f64,
}

fn x86() -> String {
    "X86".to_owned()
}

impl InstanceType {
    /// Memory in MiB, as DescribeInstances gives it.
    pub(crate) fn memory_mib(&self) -> i64 {
        (self.memory * 1024.0) as i64
    }

    /// How many network interfaces an instance of the type takes.
    pub(crate) fn eni_quantity(&self) -> u32 {
        (self.cpu / 2 + 1).clamp(2, 8)
    }

    /// Whether the type takes disks of the category.
    pub(crate) fn takes_disk(&self, category: &DiskCategory) -> bool {
        if category.legacy {
            self.legacy_disks
        } else {
            !self.legacy_disks || !is_newer(&category.id)
        }
    }
}

/// Categories that the older families do not take.
fn is_newer(category: &str) -> bool {
    matches!(category, "cloud_auto" | "cloud_essd_entry")
}

/// An image of the system.
#[derive(Debug, Deserialize)]
pub(crate) struct SystemImage {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) family: String,
    pub(crate) os_name: String,
    pub(crate) os_name_en: String,
    pub(crate) os_type: String,
    pub(crate) platform: String,
    pub(crate) arch: String,
    /// GiB.
    pub(crate) size: u32,
    pub(crate) cloudinit: bool,
    pub(crate) created: String,
}

impl SystemImage {
    /// Whether the image runs on processors of that architecture.
    pub(crate) fn runs_on(&self, arch: &str) -> bool {
        (self.arch == "arm64") == (arch == "ARM")
    }
}

impl Catalogue {
    /// The built-in catalogue.
    pub(crate) fn built_in() -> Arc<Self> {
        static READ: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
            let catalogue = Catalogue::parse(BUILT_IN);
            Arc::new(catalogue.expect("the built-in catalogue is checked by a test"))
        });
        Arc::clone(&READ)
    }

    /// Reads a catalogue.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut catalogue: Self = serde_json::from_str(text)?;
        catalogue.type_index = catalogue
            .instance_types
            .iter()
            .enumerate()
            .map(|(i, t)| (t.id.clone(), i))
            .collect();
        catalogue.image_index = catalogue
            .images
            .iter()
            .enumerate()
            .map(|(i, t)| (t.id.clone(), i))
            .collect();
        Ok(catalogue)
    }

    /// Reads a catalogue that somebody else wrote.
    ///
    /// # Errors
    /// It cannot be read, or its parts do not fit together.
    pub(crate) fn read(text: &str) -> Result<Arc<Self>, String> {
        let catalogue = Self::parse(text).map_err(|error| error.to_string())?;
        match catalogue.mistake() {
            Some(mistake) => Err(mistake),
            None => Ok(Arc::new(catalogue)),
        }
    }

    /// What does not fit together.
    fn mistake(&self) -> Option<String> {
        if self.type_index.len() != self.instance_types.len() {
            return Some("an instance type stands twice".to_owned());
        }
        if self.image_index.len() != self.images.len() {
            return Some("an image stands twice".to_owned());
        }
        let zones: Vec<&String> = self.regions.iter().flat_map(|r| &r.zones).collect();
        if zones.is_empty() {
            return Some("there is no region with a zone".to_owned());
        }
        let named = self.zone_rules.iter().map(|rule| &rule.zone);
        let sold = self.stock.iter().map(|stock| &stock.zone);
        if let Some(zone) = named
            .chain(sold.filter(|zone| *zone != "*"))
            .find(|zone| !zones.contains(zone))
        {
            return Some(format!("the zone {zone} is in no region"));
        }
        let mut types = self.stock.iter().map(|stock| &stock.instance_type);
        if let Some(id) = types.find(|id| self.instance_type(id).is_none()) {
            return Some(format!("there is stock of {id}, which is no instance type"));
        }
        self.images
            .iter()
            .find(|image| Moment::parse(&image.created).is_none())
            .map(|image| {
                format!(
                    "the image {} was created at {}, which is no time such as 2026-01-02T03:04:05Z",
                    image.id, image.created
                )
            })
    }

    pub(crate) fn region(&self, id: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }

    pub(crate) fn instance_type(&self, id: &str) -> Option<&InstanceType> {
        self.type_index
            .get(id)
            .map(|&index| &self.instance_types[index])
    }

    pub(crate) fn image(&self, id: &str) -> Option<&SystemImage> {
        self.image_index.get(id).map(|&index| &self.images[index])
    }

    /// The newest image of a family.
    pub(crate) fn image_of_family(&self, family: &str) -> Option<&SystemImage> {
        self.images
            .iter()
            .filter(|image| image.family == family)
            .max_by(|a, b| a.created.cmp(&b.created))
    }

    pub(crate) fn disk_category(&self, id: &str) -> Option<&DiskCategory> {
        self.disk_categories
            .iter()
            .find(|category| category.id == id)
    }

    /// Smallest and largest size of a performance level, in GiB.
    pub(crate) fn performance_level(&self, id: &str) -> Option<(u32, u32)> {
        self.performance_levels.get(id).copied()
    }

    fn rule(&self, zone: &str) -> Option<&ZoneRule> {
        self.zone_rules.iter().find(|rule| rule.zone == zone)
    }

    /// Whether the zone sells the type at all.
    pub(crate) fn sells(&self, zone: &str, instance_type: &InstanceType) -> bool {
        self.rule(zone)
            .is_none_or(|rule| !rule.sold_out_families.contains(&instance_type.family))
    }

    /// Whether the zone has the disk category.
    pub(crate) fn has_disk(&self, zone: &str, category: &str) -> bool {
        self.rule(zone).is_none_or(|rule| {
            !rule
                .missing_disk_categories
                .iter()
                .any(|name| name == category)
        })
    }

    /// How many instances of the type the zone can hold; `None` where nobody counts.
    pub(crate) fn stock(&self, zone: &str, instance_type: &str) -> Option<u32> {
        self.stock
            .iter()
            .find(|s| s.instance_type == instance_type && (s.zone == "*" || s.zone == zone))
            .map(|s| s.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_sound() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.mistake(), None);
        assert!(
            catalogue
                .region("cn-hangzhou")
                .is_some_and(|r| r.zones.len() >= 2)
        );
        let type_ = catalogue
            .instance_type("ecs.g6.large")
            .expect("the common type");
        assert_eq!((type_.cpu, type_.memory_mib()), (2, 8192));
    }

    #[test]
    fn the_parts_of_a_catalogue_have_to_fit() {
        let json: serde_json::Value = serde_json::from_str(BUILT_IN).unwrap();
        assert!(Catalogue::read(BUILT_IN).is_ok());
        let first = json["images"][0]["id"].to_string();
        for (pointer, value, mistake) in [
            ("/regions", "[]", "there is no region with a zone"),
            ("/stock/0/type", "\"x\"", "stock of x"),
            ("/zone_rules/0/zone", "\"x\"", "the zone x"),
            ("/images/0/created", "\"x\"", "created at x"),
            ("/images/1/id", first.as_str(), "an image stands twice"),
            ("/regions", "7", "invalid type"),
        ] {
            let mut changed = json.clone();
            let place = changed.pointer_mut(pointer).unwrap();
            *place = serde_json::from_str(value).unwrap();
            let error = Catalogue::read(&changed.to_string()).unwrap_err();
            assert!(error.contains(mistake), "{pointer}: {error}");
        }
    }
}
