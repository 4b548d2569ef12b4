//! Decides how instances are found and shown: DescribeInstances and its narrower relatives.

use ecs_api::ops::{
    DescribeInstanceAttribute, DescribeInstanceAttributeResponse, DescribeInstanceStatus,
    DescribeInstanceStatusResponse, DescribeInstances, DescribeInstancesResponse, DescribeUserData,
    DescribeUserDataResponse,
};
use ecs_api::types::{
    AdditionalInfo, CpuOptions, DedicatedHostAttribute, EcsCapacityReservationAttr, ImageOptions,
    Instance as Described, InstanceNetworkInterface, InstancePrivateIp, InstanceStatus,
    MetadataOptions, VpcAttributes,
};
use ecs_api::{ApiError, encode_response};

use super::filters::{ecs_tags, has_tags, is, is_created_within, is_like, is_word};
use super::{Context, Instance, World};
use crate::dispatch::{Serve, internal};
use crate::lifecycle::Status;
use crate::page::{Paging, Sizes, UP_TO_50, cut, select};
use crate::refuse;
use crate::time::Moment;

/// Ten by default, at most a hundred; a MaxResults under ten is taken as ten.
const INSTANCES: Sizes = Sizes {
    default: 10,
    most: 100,
    least: 10,
};
/// The expiry of what does not expire.
const NEVER: &str = "2999-09-08T16:00Z";

impl World {
    /// The instance as DescribeInstances shows it.
    pub(super) fn describe(&self, instance: &Instance, now: Moment) -> Described {
        let status = instance.status(now);
        let instance_type = self.catalogue.instance_type(&instance.instance_type);
        let image = self.catalogue.image(&instance.image);
        let interfaces: Vec<_> = instance
            .interfaces
            .iter()
            .filter_map(|id| self.tables.interfaces.get(id))
            .collect();
        let address = interfaces
            .first()
            .map_or_else(String::new, |nic| nic.address.clone());
        let text = |value: Option<&String>| value.cloned().unwrap_or_default();
        let cores = instance_type.map_or(0, |t| i64::from(t.cpu));
        Described {
            instance_id: instance.id.clone(),
            instance_name: instance.name.clone(),
            description: instance.description.clone(),
            host_name: instance.host_name.clone(),
            status: status.as_str().to_owned(),
            region_id: instance.region.clone(),
            zone_id: instance.zone.clone(),
            image_id: instance.image.clone(),
            instance_type: instance.instance_type.clone(),
            instance_type_family: text(instance_type.map(|t| &t.family)),
            cpu: cores,
            memory: instance_type.map_or(0, crate::catalogue::InstanceType::memory_mib),
            os_name: text(image.map(|i| &i.os_name)),
            os_name_en: text(image.map(|i| &i.os_name_en)),
            os_type: text(image.map(|i| &i.os_type)),
            creation_time: instance.created.to_minutes_text(),
            start_time: instance
                .phase
                .started()
                .filter(|started| *started <= now)
                .map_or_else(String::new, Moment::to_minutes_text),
            expired_time: instance
                .expires
                .map_or_else(|| NEVER.to_owned(), Moment::to_minutes_text),
            auto_release_time: instance
                .auto_release
                .map_or_else(String::new, Moment::to_minutes_text),
            instance_charge_type: instance.charge_type.clone(),
            internet_charge_type: instance.internet_charge_type.clone(),
            internet_max_bandwidth_in: instance.bandwidth_in,
            internet_max_bandwidth_out: instance.bandwidth_out,
            instance_network_type: "vpc".to_owned(),
            io_optimized: true,
            key_pair_name: instance.key_pair.clone(),
            credit_specification: instance.credit_specification.clone(),
            deletion_protection: instance.deletion_protection,
            deployment_set_id: instance.deployment_set.clone(),
            resource_group_id: instance.resource_group.clone(),
            hpc_cluster_id: instance.hpc_cluster.clone(),
            spot_strategy: instance.spot_strategy.clone(),
            spot_price_limit: instance.spot_price_limit,
            spot_duration: instance.spot_duration,
            sale_cycle: instance.period_unit.clone(),
            stopped_mode: stopped_mode(instance, status),
            serial_number: instance.serial.clone(),
            device_available: true,
            gpu_amount: instance_type.map_or(0, |t| i64::from(t.gpu)),
            gpu_spec: text(instance_type.map(|t| &t.gpu_spec)),
            eip_address: self.bound_eip(&instance.eip),
            vpc_attributes: VpcAttributes {
                vpc_id: instance.vpc.clone(),
                vswitch_id: instance.vswitch.clone(),
                nat_ip_address: String::new(),
                private_ip_address: vec![address],
            },
            public_ip_address: public_addresses(instance),
            security_group_ids: instance.security_groups.clone(),
            network_interfaces: interfaces
                .iter()
                .map(|nic| InstanceNetworkInterface {
                    network_interface_id: nic.id.clone(),
                    mac_address: nic.mac.clone(),
                    primary_ip_address: nic.address.clone(),
                    r#type: if nic.primary { "Primary" } else { "Secondary" }.to_owned(),
                    private_ip_sets: super::interfaces::addresses(nic)
                        .map(|(address, primary)| InstancePrivateIp {
                            private_ip_address: address.to_owned(),
                            private_dns_name: String::new(),
                            primary,
                        })
                        .collect(),
                    ipv6_sets: super::interfaces::ipv6(nic),
                    ..InstanceNetworkInterface::default()
                })
                .collect(),
            tags: ecs_tags(&instance.tags),
            metadata_options: MetadataOptions {
                http_endpoint: instance.http_endpoint.clone(),
                http_tokens: instance.http_tokens.clone(),
                http_put_response_hop_limit: instance.hop_limit,
                instance_metadata_tags: String::new(),
            },
            cpu_options: cpu_options(instance, cores),
            image_options: ImageOptions {
                login_as_non_root: instance.traits.non_root_login,
                ..ImageOptions::default()
            },
            additional_info: AdditionalInfo {
                enable_high_density_mode: instance.traits.high_density,
                ..AdditionalInfo::default()
            },
            spot_interruption_behavior: instance.spot_interruption.clone(),
            dedicated_host_attribute: DedicatedHostAttribute {
                dedicated_host_id: instance.dedicated_host.clone(),
                ..DedicatedHostAttribute::default()
            },
            ecs_capacity_reservation_attr: EcsCapacityReservationAttr::default(),
            ..Described::default()
        }
    }

    pub(super) fn address_of(&self, instance: &Instance) -> &str {
        self.tables
            .interfaces
            .get(instance.primary_interface())
            .map_or("", |nic| &nic.address)
    }
}

fn cpu_options(instance: &Instance, cores: i64) -> CpuOptions {
    let chosen = |number: i64, usual: i64| if number > 0 { number } else { usual };
    CpuOptions {
        core_count: chosen(instance.cpu.cores, (cores / 2).max(1)),
        threads_per_core: chosen(instance.cpu.threads, if cores > 1 { 2 } else { 1 }),
        topology_type: instance.cpu.topology.clone(),
        numa: "ON".to_owned(),
        ..CpuOptions::default()
    }
}

fn stopped_mode(instance: &Instance, status: Status) -> String {
    match status {
        Status::Stopped => instance.stopped_mode.clone(),
        _ => "Not-applicable".to_owned(),
    }
}

fn public_addresses(instance: &Instance) -> Vec<String> {
    if instance.public_ip.is_empty() {
        Vec::new()
    } else {
        vec![instance.public_ip.clone()]
    }
}

impl Serve<DescribeInstances> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstances,
    ) -> Result<DescribeInstancesResponse, ApiError> {
        let paging = Paging::either(
            op.page_number,
            op.page_size,
            op.next_token.as_deref(),
            op.max_results,
            INSTANCES,
        )?;
        let now = context.now;
        let ids = op.instance_ids.as_ref().map(|list| list.0.as_slice());
        let keep = |instance: &Instance| {
            context.sees(&instance.region)
                && is_like(op.instance_name.as_ref(), &instance.name)
                && is_word(op.status.as_ref(), instance.status(now).as_str())
                && is(op.vpc_id.as_ref(), &instance.vpc)
                && is(op.vswitch_id.as_ref(), &instance.vswitch)
                && is(op.zone_id.as_ref(), &instance.zone)
                && is(op.image_id.as_ref(), &instance.image)
                && is(op.instance_type.as_ref(), &instance.instance_type)
                && is(op.instance_charge_type.as_ref(), &instance.charge_type)
                && is(
                    op.internet_charge_type.as_ref(),
                    &instance.internet_charge_type,
                )
                && is(op.key_pair_name.as_ref(), &instance.key_pair)
                && is(op.resource_group_id.as_ref(), &instance.resource_group)
                && is(op.hpc_cluster_id.as_ref(), &instance.hpc_cluster)
                && is(op.instance_network_type.as_ref(), "vpc")
                && op.instance_type_family.as_ref().is_none_or(|family| {
                    self.catalogue
                        .instance_type(&instance.instance_type)
                        .is_some_and(|t| t.family == *family)
                })
                && op.security_group_id.as_ref().is_none_or(|group| {
                    group.is_empty() || instance.security_groups.contains(group)
                })
                && op
                    .private_ip_addresses
                    .as_ref()
                    .is_none_or(|list| list.0.iter().any(|ip| ip == self.address_of(instance)))
                && op
                    .public_ip_addresses
                    .as_ref()
                    .is_none_or(|list| list.0.contains(&instance.public_ip))
                && op.eip_addresses.as_ref().is_none_or(|list| {
                    list.0.is_empty() || list.0.contains(&self.bound_eip(&instance.eip).ip_address)
                })
                && op
                    .inner_ip_addresses
                    .as_ref()
                    .is_none_or(|list| list.0.is_empty())
                && has_tags(&instance.tags, &op.tags)
                && is_created_within(&op.filters, instance.created)
        };
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        // Which they are; `encode` writes them.
        self.shown.wanted = page.numbers;
        Ok(DescribeInstancesResponse {
            instances: Vec::new(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInstancesResponse::default()
        })
    }

    fn encode(
        &mut self,
        context: &Context,
        response: DescribeInstancesResponse,
    ) -> Result<Vec<u8>, ApiError> {
        const LIST: &[u8] = br#""Instances":{"Instance":["#;
        let wanted = std::mem::take(&mut self.shown.wanted);
        let around = encode_response(&response).map_err(|error| internal(&error))?;
        let place = around.windows(LIST.len()).position(|bytes| bytes == LIST);
        let (before, after) = around.split_at(place.map_or(around.len(), |at| at + LIST.len()));
        let mut body = Vec::with_capacity(around.len() + wanted.len() * 2_500);
        body.extend_from_slice(before);
        self.write_instances(&wanted, context.now, &mut body)
            .map_err(|error| internal(&error))?;
        body.extend_from_slice(after);
        Ok(body)
    }
}

impl Serve<DescribeInstanceStatus> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceStatus,
    ) -> Result<DescribeInstanceStatusResponse, ApiError> {
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_50);
        let ids = Some(op.instance_ids.as_slice()).filter(|ids| !ids.is_empty());
        let keep = |instance: &Instance| {
            context.sees(&instance.region) && is(op.zone_id.as_ref(), &instance.zone)
        };
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        Ok(DescribeInstanceStatusResponse {
            instance_statuses: page
                .rows
                .iter()
                .map(|instance| InstanceStatus {
                    instance_id: instance.id.clone(),
                    status: instance.status(context.now).as_str().to_owned(),
                })
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInstanceStatusResponse::default()
        })
    }
}

impl Serve<DescribeUserData> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeUserData,
    ) -> Result<DescribeUserDataResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        let user_data = self
            .tables
            .user_data
            .get(&instance.user_data)
            .map_or_else(String::new, |row| row.text.clone());
        Ok(DescribeUserDataResponse {
            instance_id: instance.id.clone(),
            region_id: instance.region.clone(),
            user_data,
            ..DescribeUserDataResponse::default()
        })
    }
}

impl Serve<DescribeInstanceAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceAttribute,
    ) -> Result<DescribeInstanceAttributeResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        let full = self.describe(instance, context.now);
        Ok(DescribeInstanceAttributeResponse {
            instance_id: full.instance_id,
            instance_name: full.instance_name,
            description: full.description,
            host_name: full.host_name,
            status: full.status,
            region_id: full.region_id,
            zone_id: full.zone_id,
            image_id: full.image_id,
            instance_type: full.instance_type,
            cpu: full.cpu,
            memory: full.memory,
            creation_time: full.creation_time,
            expired_time: full.expired_time,
            instance_charge_type: full.instance_charge_type,
            internet_charge_type: full.internet_charge_type,
            internet_max_bandwidth_in: full.internet_max_bandwidth_in,
            internet_max_bandwidth_out: full.internet_max_bandwidth_out,
            instance_network_type: full.instance_network_type,
            io_optimized: "optimized".to_owned(),
            credit_specification: full.credit_specification,
            stopped_mode: full.stopped_mode,
            serial_number: full.serial_number,
            enable_jumbo_frame: !instance.traits.no_jumbo_frames,
            vpc_attributes: full.vpc_attributes,
            public_ip_address: full.public_ip_address,
            security_group_ids: full.security_group_ids,
            ..DescribeInstanceAttributeResponse::default()
        })
    }
}
