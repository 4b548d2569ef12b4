//! Decides how the catalogue is shown: regions, zones, instance types, and what can be had where.

use ecs_api::ApiError;
use ecs_api::ops::{
    DescribeAvailableResource, DescribeAvailableResourceResponse, DescribeInstanceTypes,
    DescribeInstanceTypesResponse, DescribeRegions, DescribeRegionsResponse, DescribeZones,
    DescribeZonesResponse,
};
use ecs_api::types::{
    AvailableResource, AvailableZone, InstanceType as Described, InstanceTypeCpuOptions, Region,
    ResourcesInfo, SupportedResource, Zone,
};

use super::filters::{is, is_word};
use super::{Context, World};
use crate::catalogue::{DiskCategory, InstanceType};
use crate::dispatch::Serve;
use crate::page::{Paging, Sizes, cut};
use crate::refuse;

const TYPES: Sizes = Sizes {
    default: 1600,
    most: 1600,
    least: 1,
};

impl Serve<DescribeRegions> for World {
    fn serve(
        &mut self,
        _: &Context,
        _: DescribeRegions,
    ) -> Result<DescribeRegionsResponse, ApiError> {
        let regions = self.catalogue.regions.iter().map(|region| Region {
            region_id: region.id.clone(),
            local_name: region.name.clone(),
            region_endpoint: format!("ecs.{}.aliyuncs.com", region.id),
            status: "available".to_owned(),
        });
        Ok(DescribeRegionsResponse {
            regions: regions.collect(),
            ..DescribeRegionsResponse::default()
        })
    }
}

impl World {
    fn disks_of_zone(
        &self,
        zone: &str,
        instance_type: Option<&InstanceType>,
    ) -> Vec<&DiskCategory> {
        self.catalogue
            .disk_categories
            .iter()
            .filter(|category| self.catalogue.has_disk(zone, &category.id))
            .filter(|category| instance_type.is_none_or(|t| t.takes_disk(category)))
            .collect()
    }

    fn sold_in(&self, zone: &str) -> impl Iterator<Item = &InstanceType> {
        self.catalogue
            .instance_types
            .iter()
            .filter(move |t| self.catalogue.sells(zone, t))
    }
}

impl Serve<DescribeZones> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeZones,
    ) -> Result<DescribeZonesResponse, ApiError> {
        let region = self
            .catalogue
            .region(&context.region)
            .ok_or_else(refuse::no_region)?;
        let verbose = op.verbose != Some(false);
        let zones = region.zones.iter().map(|id| {
            let letter = id.chars().next_back().unwrap_or('a').to_ascii_uppercase();
            let mut zone = Zone {
                zone_id: id.clone(),
                local_name: format!("{} 可用区{letter}", region.name),
                zone_type: "AvailabilityZone".to_owned(),
                ..Zone::default()
            };
            if verbose {
                let types: Vec<String> = self.sold_in(id).map(|t| t.id.clone()).collect();
                let mut families: Vec<String> =
                    self.sold_in(id).map(|t| t.family.clone()).collect();
                families.dedup();
                let disks: Vec<String> = self
                    .disks_of_zone(id, None)
                    .iter()
                    .map(|c| c.id.clone())
                    .collect();
                zone.available_instance_types.clone_from(&types);
                zone.available_disk_categories.clone_from(&disks);
                zone.available_resource_creation = ["VSwitch", "IoOptimized", "Instance", "Disk"]
                    .map(str::to_owned)
                    .to_vec();
                zone.available_resources = vec![ResourcesInfo {
                    io_optimized: true,
                    instance_types: types,
                    instance_type_families: families,
                    instance_generations: ["ecs-2", "ecs-3", "ecs-5"].map(str::to_owned).to_vec(),
                    network_types: vec!["vpc".to_owned()],
                    system_disk_categories: disks.clone(),
                    data_disk_categories: disks,
                }];
            }
            zone
        });
        Ok(DescribeZonesResponse {
            zones: zones.collect(),
            ..DescribeZonesResponse::default()
        })
    }
}

impl Serve<DescribeInstanceTypes> for World {
    fn serve(
        &mut self,
        _: &Context,
        op: DescribeInstanceTypes,
    ) -> Result<DescribeInstanceTypesResponse, ApiError> {
        let paging = Paging::by_token(op.next_token.as_deref(), op.max_results, TYPES)?;
        let keep = |t: &InstanceType| {
            let (cpu, gpu) = (i64::from(t.cpu), i64::from(t.gpu));
            (op.instance_types.is_empty() || op.instance_types.contains(&t.id))
                && is(op.instance_type_family.as_ref(), &t.family)
                && is_word(op.instance_family_level.as_ref(), level(t))
                && is(op.instance_category.as_ref(), category(t))
                && is_word(op.cpu_architecture.as_ref(), &t.arch)
                && op.cpu_core_count.is_none_or(|n| n == cpu)
                && op.minimum_cpu_core_count.is_none_or(|n| cpu >= n)
                && op.maximum_cpu_core_count.is_none_or(|n| cpu <= n)
                && op.memory_size.is_none_or(|n| (n - t.memory).abs() < 1e-9)
                && op.minimum_memory_size.is_none_or(|n| t.memory >= n)
                && op.maximum_memory_size.is_none_or(|n| t.memory <= n)
                && op
                    .minimum_eni_quantity
                    .is_none_or(|n| i64::from(t.eni_quantity()) >= n)
                && op
                    .minimum_eni_private_ip_address_quantity
                    .is_none_or(|n| addresses(t) >= n)
                && is(op.gpu_spec.as_ref(), &t.gpu_spec)
                && op.minimum_gpu_amount.is_none_or(|n| gpu >= n)
                && op.maximum_gpu_amount.is_none_or(|n| gpu <= n)
                && op
                    .local_storage_category
                    .as_ref()
                    .is_none_or(String::is_empty)
        };
        let rows: Vec<(u64, &InstanceType)> = (0..)
            .zip(&self.catalogue.instance_types)
            .filter(|(_, t)| keep(t))
            .map(|(number, t)| (u64::MAX - number, t))
            .collect();
        let page = cut(rows, paging);
        Ok(DescribeInstanceTypesResponse {
            instance_types: page.rows.iter().map(|t| describe(t)).collect(),
            next_token: page.next_token,
            ..DescribeInstanceTypesResponse::default()
        })
    }
}

const fn level(t: &InstanceType) -> &'static str {
    if t.burstable {
        "CreditEntryLevel"
    } else if t.legacy_disks {
        "EntryLevel"
    } else {
        "EnterpriseLevel"
    }
}

fn category(t: &InstanceType) -> &'static str {
    if t.gpu > 0 {
        "GPU and Video Processing Based"
    } else if t.family.starts_with("ecs.ebm") {
        "ECS Bare Metal"
    } else if t.burstable {
        "Burstable"
    } else if t.memory >= f64::from(t.cpu) * 8.0 {
        "Memory-optimized"
    } else if t.memory <= f64::from(t.cpu) * 2.0 {
        "Compute-optimized"
    } else {
        "General-purpose"
    }
}

fn addresses(t: &InstanceType) -> i64 {
    i64::from((t.cpu * 2).clamp(2, 30))
}

fn describe(t: &InstanceType) -> Described {
    let cpu = i64::from(t.cpu);
    let enis = i64::from(t.eni_quantity());
    Described {
        instance_type_id: t.id.clone(),
        instance_type_family: t.family.clone(),
        instance_family_level: level(t).to_owned(),
        instance_category: category(t).to_owned(),
        cpu_core_count: cpu,
        memory_size: t.memory,
        cpu_architecture: t.arch.clone(),
        baseline_credit: if t.burstable { 10 * cpu } else { 0 },
        initial_credit: if t.burstable { 30 * cpu } else { 0 },
        disk_quantity: 17,
        eni_quantity: enis,
        eni_total_quantity: enis,
        eni_private_ip_address_quantity: addresses(t),
        eni_ipv6_address_quantity: addresses(t),
        primary_eni_queue_number: cpu.clamp(1, 8),
        secondary_eni_queue_number: cpu.clamp(1, 8),
        maximum_queue_number_per_eni: cpu.clamp(1, 32),
        total_eni_queue_quantity: enis * cpu.clamp(1, 8),
        instance_bandwidth_rx: 1_024_000 * cpu.max(1) / 2,
        instance_bandwidth_tx: 1_024_000 * cpu.max(1) / 2,
        instance_pps_rx: 150_000 * cpu,
        instance_pps_tx: 150_000 * cpu,
        network_card_quantity: 1,
        nvme_support: "supported".to_owned(),
        gpu_amount: i64::from(t.gpu),
        gpu_spec: t.gpu_spec.clone(),
        cpu_options: InstanceTypeCpuOptions {
            core: (cpu / 2).max(1),
            core_factor: 1,
            threads_per_core: if cpu > 1 { 2 } else { 1 },
            ..InstanceTypeCpuOptions::default()
        },
        supported_boot_modes: vec!["BIOS".to_owned(), "UEFI".to_owned()],
        ..Described::default()
    }
}

impl Serve<DescribeAvailableResource> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeAvailableResource,
    ) -> Result<DescribeAvailableResourceResponse, ApiError> {
        let region = self
            .catalogue
            .region(&context.region)
            .ok_or_else(refuse::no_region)?;
        let given = |text: &Option<String>| text.as_ref().filter(|text| !text.is_empty()).cloned();
        if let Some(zone) = given(&op.zone_id)
            && !region.zones.contains(&zone)
        {
            return Err(refuse::known("InvalidZoneId.NotFound"));
        }
        let instance_type = match given(&op.instance_type) {
            Some(id) => Some(
                self.catalogue
                    .instance_type(&id)
                    .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?,
            ),
            None => None,
        };
        let zones = region
            .zones
            .iter()
            .filter(|zone| is(op.zone_id.as_ref(), zone));
        let mut available_zones = Vec::new();
        for zone in zones {
            let supported = self.supported(zone, &op, instance_type)?;
            if supported.is_empty() {
                continue;
            }
            let any = supported.iter().any(|s| s.status == "Available");
            available_zones.push(AvailableZone {
                region_id: region.id.clone(),
                zone_id: zone.clone(),
                status: status(any).0.to_owned(),
                status_category: status(any).1.to_owned(),
                available_resources: vec![AvailableResource {
                    r#type: op.destination_resource.clone(),
                    supported_resources: supported,
                }],
            });
        }
        Ok(DescribeAvailableResourceResponse {
            available_zones,
            ..DescribeAvailableResourceResponse::default()
        })
    }
}

const fn status(available: bool) -> (&'static str, &'static str) {
    if available {
        ("Available", "WithStock")
    } else {
        ("SoldOut", "ClosedWithoutStock")
    }
}

fn resource(value: &str, available: bool) -> SupportedResource {
    SupportedResource {
        value: value.to_owned(),
        status: status(available).0.to_owned(),
        status_category: status(available).1.to_owned(),
        ..SupportedResource::default()
    }
}

impl World {
    fn supported(
        &self,
        zone: &str,
        op: &DescribeAvailableResource,
        instance_type: Option<&InstanceType>,
    ) -> Result<Vec<SupportedResource>, ApiError> {
        let has_disk = |wanted: &Option<String>, t: &InstanceType| {
            wanted
                .as_ref()
                .filter(|w| !w.is_empty())
                .is_none_or(|wanted| {
                    self.catalogue
                        .disk_category(wanted)
                        .is_some_and(|c| t.takes_disk(c) && self.catalogue.has_disk(zone, wanted))
                })
        };
        let sold = |t: &InstanceType| {
            let (stock, left) = self.stock(zone, &t.id);
            self.catalogue.sells(zone, t) && stock != Some(0) && left != Some(0)
        };
        Ok(match op.destination_resource.as_str() {
            "InstanceType" => self
                .catalogue
                .instance_types
                .iter()
                .filter(|t| instance_type.is_none_or(|wanted| wanted.id == t.id))
                .filter(|t| op.cores.is_none_or(|cores| cores == i64::from(t.cpu)))
                .filter(|t| {
                    op.memory
                        .is_none_or(|memory| (memory - t.memory).abs() < 1e-9)
                })
                .filter(|t| has_disk(&op.system_disk_category, t))
                .filter(|t| has_disk(&op.data_disk_category, t))
                .map(|t| resource(&t.id, sold(t)))
                .collect(),
            "SystemDisk" | "DataDisk" => {
                let system = op.destination_resource == "SystemDisk";
                if instance_type.is_some_and(|t| !sold(t)) {
                    return Ok(Vec::new());
                }
                self.disks_of_zone(zone, instance_type)
                    .into_iter()
                    .map(|category| {
                        let sizes = if system {
                            category.system
                        } else {
                            category.data
                        };
                        SupportedResource {
                            min: i64::from(sizes.0),
                            max: i64::from(sizes.1),
                            unit: "GiB".to_owned(),
                            ..resource(&category.id, true)
                        }
                    })
                    .collect()
            }
            "Zone" => vec![resource(zone, instance_type.is_none_or(sold))],
            "IoOptimized" => vec![resource("optimized", true)],
            "Network" => vec![resource("vpc", true)],
            "ddh" => Vec::new(),
            _ => {
                return Err(refuse::not_found(
                    "InvalidDestinationResource",
                    "The specified parameter DestinationResource is not valid.",
                ));
            }
        })
    }
}
