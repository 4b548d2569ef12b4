//! Decides what comes of a launch template: how its parameters and those of RunInstances make one
//! request, and how a version is described.
//!
//! Parameters of the request override those of the template one by one; a list that the request
//! gives takes the place of the template's list, and so does the other way to say the same thing.

use ecs_api::ops::{CreateLaunchTemplateVersion, RunInstances};
use ecs_api::types::{
    DataDiskParams, LaunchTemplateData, NetworkInterfaceParams, TemplateDataDisk,
    TemplateImageOptions, TemplateNetworkInterface, TemplateSecurityOptions, TemplateSystemDisk,
    TemplateSystemDiskParams,
};
use ecs_api::{ApiError, ParamError, from_params, to_params};

use super::{Context, TemplateVersion, World};

/// Ways to say the same thing: a request that uses one of a row does away with what the template
/// says by the others.
const ALTERNATIVES: [&[&str]; 5] = [
    &["ImageId", "ImageFamily"],
    &["SecurityGroupId", "SecurityGroupIds"],
    &["HostName", "HostNames"],
    &["KeyPairName", "Password", "PasswordInherit"],
    &["Ipv6Address", "Ipv6AddressCount"],
];

/// What a primary network interface says instead of parameters of the instance.
const OF_PRIMARY: [&str; 6] = [
    "VSwitchId",
    "SecurityGroupId",
    "SecurityGroupIds",
    "PrivateIpAddress",
    "Ipv6Address",
    "Ipv6AddressCount",
];

impl World {
    /// The request as it is after the template has been worked in; as it was without one.
    ///
    /// # Errors
    /// There is no such template or version, or it holds values that are none of their parameters.
    pub(super) fn through_template(
        &self,
        context: &Context,
        op: RunInstances,
    ) -> Result<(RunInstances, bool), ApiError> {
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        if !given(&op.launch_template_id) && !given(&op.launch_template_name) {
            return Ok((op, false));
        }
        let version = self.template_version(
            context,
            op.launch_template_id.as_ref(),
            op.launch_template_name.as_ref(),
            op.launch_template_version.as_deref(),
        )?;
        let mut request = to_params(&op);
        request.retain(|(name, _)| !name.starts_with("LaunchTemplate"));
        let merged = overlay(&version.params, request);
        let merged =
            from_params(&merged).map_err(|error| ParamError::from(&error).to_api_error())?;
        Ok((merged, true))
    }
}

/// The first member of a parameter's name: `DataDisk` of `DataDisk.1.Size`.
fn head(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Whether the name is that of something in a list.
fn is_listed(name: &str) -> bool {
    name.split('.')
        .nth(1)
        .is_some_and(|index| !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()))
}

/// Puts the request over the template.
fn overlay(template: &[(String, String)], request: Vec<(String, String)>) -> Vec<(String, String)> {
    let given = |wanted: &str| request.iter().any(|(name, _)| head(name) == wanted);
    let primary_given = is_primary(&request);
    let place_given = OF_PRIMARY.iter().any(|name| given(name));
    let primary_there = is_primary(template);
    let stays = |name: &str| {
        let head = head(name);
        let alternative = ALTERNATIVES
            .iter()
            .filter(|row| row.contains(&head))
            .any(|row| row.iter().any(|other| *other != head && given(other)));
        let replaced = if is_listed(name) {
            given(head)
        } else {
            request.iter().any(|(other, _)| other == name)
        };
        let other_place = (primary_given && OF_PRIMARY.contains(&head))
            || (place_given && primary_there && head == "NetworkInterface");
        !alternative && !replaced && !other_place
    };
    let mut merged: Vec<(String, String)> = template
        .iter()
        .filter(|(name, _)| stays(name))
        .cloned()
        .collect();
    merged.extend(request);
    merged
}

fn is_primary(params: &[(String, String)]) -> bool {
    params.iter().any(|(name, value)| {
        name.starts_with("NetworkInterface.")
            && name.ends_with(".InstanceType")
            && value == "Primary"
    })
}

/// A version as DescribeLaunchTemplateVersions gives it.
///
/// # Errors
/// Never for parameters that were read once.
pub(super) fn template_data(version: &TemplateVersion) -> Result<LaunchTemplateData, ApiError> {
    let op: CreateLaunchTemplateVersion =
        from_params(&version.params).map_err(|error| ParamError::from(&error).to_api_error())?;
    Ok(LaunchTemplateData {
        image_id: op.image_id.unwrap_or_default(),
        image_owner_alias: op.image_owner_alias.unwrap_or_default(),
        instance_type: op.instance_type.unwrap_or_default(),
        instance_name: op.instance_name.unwrap_or_default(),
        host_name: op.host_name.unwrap_or_default(),
        description: op.description.unwrap_or_default(),
        zone_id: op.zone_id.unwrap_or_default(),
        vpc_id: op.vpc_id.unwrap_or_default(),
        vswitch_id: op.vswitch_id.unwrap_or_default(),
        network_type: op.network_type.unwrap_or_default(),
        security_group_id: op.security_group_id.unwrap_or_default(),
        security_group_ids: op.security_group_ids,
        private_ip_address: op.private_ip_address.unwrap_or_default(),
        internet_charge_type: op.internet_charge_type.unwrap_or_default(),
        internet_max_bandwidth_in: op.internet_max_bandwidth_in.unwrap_or_default(),
        internet_max_bandwidth_out: op.internet_max_bandwidth_out.unwrap_or_default(),
        io_optimized: op.io_optimized.unwrap_or_default(),
        system_disk: system_disk(op.system_disk),
        data_disks: op.data_disks.into_iter().map(data_disk).collect(),
        network_interfaces: op.network_interfaces.into_iter().map(interface).collect(),
        ipv6_address_count: op.ipv6_address_count.unwrap_or_default(),
        instance_charge_type: op.instance_charge_type.unwrap_or_default(),
        period: op.period.unwrap_or_default(),
        period_unit: op.period_unit.unwrap_or_default(),
        auto_renew: op.auto_renew.unwrap_or_default(),
        auto_renew_period: op.auto_renew_period.unwrap_or_default(),
        credit_specification: op.credit_specification.unwrap_or_default(),
        spot_strategy: op.spot_strategy.unwrap_or_default(),
        spot_price_limit: op.spot_price_limit.unwrap_or_default(),
        spot_duration: op.spot_duration.unwrap_or_default(),
        key_pair_name: op.key_pair_name.unwrap_or_default(),
        password_inherit: op.password_inherit.unwrap_or_default(),
        ram_role_name: op.ram_role_name.unwrap_or_default(),
        security_enhancement_strategy: op.security_enhancement_strategy.unwrap_or_default(),
        auto_release_time: op.auto_release_time.unwrap_or_default(),
        user_data: op.user_data.unwrap_or_default(),
        enable_vm_os_config: op.enable_vm_os_config.unwrap_or_default(),
        deletion_protection: op.deletion_protection.unwrap_or_default(),
        deployment_set_id: op.deployment_set_id.unwrap_or_default(),
        resource_group_id: op.resource_group_id.unwrap_or_default(),
        http_endpoint: op.http_endpoint.unwrap_or_default(),
        http_tokens: op.http_tokens.unwrap_or_default(),
        http_put_response_hop_limit: op.http_put_response_hop_limit.unwrap_or_default(),
        image_options: TemplateImageOptions {
            login_as_non_root: op.image_options.login_as_non_root.unwrap_or_default(),
        },
        security_options: TemplateSecurityOptions {
            trusted_system_mode: op.security_options.trusted_system_mode.unwrap_or_default(),
        },
        tags: op.tags,
    })
}

fn system_disk(disk: TemplateSystemDiskParams) -> TemplateSystemDisk {
    TemplateSystemDisk {
        category: disk.category.unwrap_or_default(),
        size: disk.size.unwrap_or_default(),
        disk_name: disk.disk_name.unwrap_or_default(),
        description: disk.description.unwrap_or_default(),
        iops: disk.iops.unwrap_or_default(),
        performance_level: disk.performance_level.unwrap_or_default(),
        delete_with_instance: disk.delete_with_instance.unwrap_or(true),
        auto_snapshot_policy_id: disk.auto_snapshot_policy_id.unwrap_or_default(),
        provisioned_iops: disk.provisioned_iops.unwrap_or_default(),
        bursting_enabled: disk.bursting_enabled.unwrap_or_default(),
        encrypted: disk.encrypted.unwrap_or_default(),
        kms_key_id: disk.kms_key_id.unwrap_or_default(),
    }
}

fn data_disk(disk: DataDiskParams) -> TemplateDataDisk {
    TemplateDataDisk {
        category: disk.category.unwrap_or_default(),
        size: disk.size.unwrap_or_default(),
        snapshot_id: disk.snapshot_id.unwrap_or_default(),
        disk_name: disk.disk_name.unwrap_or_default(),
        description: disk.description.unwrap_or_default(),
        device: disk.device.unwrap_or_default(),
        performance_level: disk.performance_level.unwrap_or_default(),
        delete_with_instance: disk.delete_with_instance.unwrap_or(true),
        auto_snapshot_policy_id: disk.auto_snapshot_policy_id.unwrap_or_default(),
        provisioned_iops: disk.provisioned_iops.unwrap_or_default(),
        bursting_enabled: disk.bursting_enabled.unwrap_or_default(),
        encrypted: disk
            .encrypted
            .map(|flag| flag.to_string())
            .unwrap_or_default(),
        kms_key_id: disk.kms_key_id.unwrap_or_default(),
    }
}

fn interface(nic: NetworkInterfaceParams) -> TemplateNetworkInterface {
    TemplateNetworkInterface {
        instance_type: nic.instance_type.unwrap_or_default(),
        vswitch_id: nic.vswitch_id.unwrap_or_default(),
        security_group_id: nic.security_group_id.unwrap_or_default(),
        security_group_ids: nic.security_group_ids,
        primary_ip_address: nic.primary_ip_address.unwrap_or_default(),
        network_interface_name: nic.network_interface_name.unwrap_or_default(),
        network_interface_traffic_mode: nic.network_interface_traffic_mode.unwrap_or_default(),
        description: nic.description.unwrap_or_default(),
        delete_on_release: nic.delete_on_release.unwrap_or(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(template: &str, request: &str) -> String {
        let pairs = |text: &str| ecs_api::sign::decode_query(text);
        let mut all = overlay(&pairs(template), pairs(request));
        all.sort();
        let all: Vec<String> = all.iter().map(|(n, v)| format!("{n}={v}")).collect();
        all.join("&")
    }

    #[test]
    fn the_request_goes_over_the_template_one_by_one() {
        for (template, request, expected) in [
            ("ImageId=a&Period=1", "ImageId=b", "ImageId=b&Period=1"),
            (
                "SystemDisk.Size=40&SystemDisk.Category=x",
                "SystemDisk.Size=50",
                "SystemDisk.Category=x&SystemDisk.Size=50",
            ),
            (
                "DataDisk.1.Size=1&DataDisk.2.Size=2",
                "DataDisk.1.Category=c",
                "DataDisk.1.Category=c",
            ),
            ("ImageId=a", "ImageFamily=f", "ImageFamily=f"),
            (
                "SecurityGroupIds.1=a&SecurityGroupIds.2=b",
                "SecurityGroupId=c",
                "SecurityGroupId=c",
            ),
            ("KeyPairName=k", "Password=p", "Password=p"),
            (
                "VSwitchId=v&SecurityGroupId=g",
                "NetworkInterface.1.InstanceType=Primary",
                "NetworkInterface.1.InstanceType=Primary",
            ),
            (
                "NetworkInterface.1.InstanceType=Primary&NetworkInterface.1.VSwitchId=a",
                "VSwitchId=b",
                "VSwitchId=b",
            ),
            (
                "NetworkInterface.1.InstanceType=Secondary&VSwitchId=a",
                "VSwitchId=b",
                "NetworkInterface.1.InstanceType=Secondary&VSwitchId=b",
            ),
            ("Tag.1.Key=a", "", "Tag.1.Key=a"),
        ] {
            assert_eq!(merged(template, request), expected, "{template} {request}");
        }
    }
}
