//! Decides which parameter of RunInstances an attribute becomes, and which attribute an error about a parameter is about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cairn_value::{Path, PathStep, Value, name};
use ecs_api::ops::RunInstances;
use ecs_api::types::{DataDiskParams, NetworkInterfaceParams, SystemDiskParams};

use crate::describe::Fields;

/// The request that makes instances as described, without names, amount, tags and token.
pub(super) fn run_instances(region: String, f: Fields<'_>) -> RunInstances {
    let prepaid = f.str("instance_charge_type") == Some("PrePaid");
    let mut request = RunInstances {
        region_id: region,
        zone_id: f.string("availability_zone"),
        image_id: f.string("image_id"),
        instance_type: f.string("instance_type"),
        credit_specification: f.string("credit_specification"),
        launch_template_id: f.string("launch_template_id"),
        launch_template_name: f.string("launch_template_name"),
        launch_template_version: f.string("launch_template_version"),
        internet_charge_type: f.string("internet_charge_type"),
        io_optimized: f.is_true("is_outdated").then(|| "none".to_owned()),
        system_disk: system_disk(f),
        data_disks: data_disks(f),
        hpc_cluster_id: f.string("hpc_cluster_id"),
        internet_max_bandwidth_in: f.int("internet_max_bandwidth_in"),
        internet_max_bandwidth_out: f.int("internet_max_bandwidth_out"),
        description: f.string("description"),
        password: f.string("password").map(Into::into),
        password_inherit: f.any_bool("password_inherit"),
        auto_release_time: f.string("auto_release_time"),
        user_data: f.str("user_data").map(encode_user_data),
        key_pair_name: f.string("key_name"),
        ram_role_name: f.string("role_name"),
        security_enhancement_strategy: f.string("security_enhancement_strategy"),
        spot_strategy: f.string("spot_strategy").filter(|_| !prepaid),
        spot_price_limit: f.float("spot_price_limit").filter(|_| !prepaid),
        spot_duration: f.any_int("spot_duration"),
        spot_interruption_behavior: f.string("spot_interruption_behavior"),
        instance_charge_type: f.string("instance_charge_type"),
        http_endpoint: f.string("http_endpoint"),
        http_tokens: f.string("http_tokens"),
        http_put_response_hop_limit: f.int("http_put_response_hop_limit"),
        deletion_protection: f.any_bool("deletion_protection"),
        resource_group_id: f.string("resource_group_id"),
        dedicated_host_id: f.string("dedicated_host_id"),
        deployment_set_id: f.string("deployment_set_id"),
        ..RunInstances::default()
    };
    if prepaid {
        request.period = f.int("period");
        request.period_unit = f.string("period_unit");
        if f.str("renewal_status") == Some("AutoRenewal") {
            request.auto_renew = Some(true);
            request.auto_renew_period = f.int("auto_renew_period");
        }
    }
    request.network_options.enable_jumbo_frame = f.any_bool("enable_jumbo_frame");
    request.private_pool_options.id = f.string("private_pool_options_id");
    request.private_pool_options.match_criteria = f.string("private_pool_options_match_criteria");
    request.additional_info.enable_high_density_mode = f.any_bool("enable_high_density_mode");
    if let Some(options) = f.blocks("image_options").first() {
        request.image_options.login_as_non_root = options.any_bool("login_as_non_root");
    }
    if let Some(options) = f.blocks("cpu_options").first() {
        request.cpu_options.core = options.int("core_count");
        request.cpu_options.threads_per_core = options.int("threads_per_core");
        request.cpu_options.topology_type = options.string("topology_type");
    }
    network(f, &mut request);
    request
}

/// Whether the primary network interface is described by itself, which excludes the request's own vSwitch, groups and address.
pub(super) fn has_primary_interface(f: Fields<'_>) -> bool {
    [
        "network_interface_id",
        "network_interface_traffic_mode",
        "network_card_index",
        "queue_pair_number",
    ]
    .iter()
    .any(|n| f.is_set(n) && !f.is_unknown(n))
        || f.any_bool("source_dest_check").is_some()
}

fn network(f: Fields<'_>, request: &mut RunInstances) {
    let groups = f.owned_strings("security_groups");
    let ipv6 = f.owned_strings("ipv6_addresses");
    let ipv6_count = f.int("ipv6_address_count");
    if has_primary_interface(f) {
        let id = f.string("network_interface_id");
        let mut primary = NetworkInterfaceParams {
            instance_type: Some("Primary".to_owned()),
            network_interface_id: id.clone(),
            ..NetworkInterfaceParams::default()
        };
        if id.is_none() {
            primary.vswitch_id = f.string("vswitch_id");
            primary.security_group_ids = groups;
            primary.primary_ip_address = f.string("private_ip");
            primary.network_interface_traffic_mode = f.string("network_interface_traffic_mode");
            primary.network_card_index = f.any_int("network_card_index");
            primary.queue_pair_number = f.int("queue_pair_number");
            primary.source_dest_check = f.any_bool("source_dest_check");
            primary.ipv6_address = ipv6;
            primary.ipv6_address_count = ipv6_count;
        }
        request.network_interfaces.push(primary);
    } else {
        request.vswitch_id = f.string("vswitch_id");
        request.security_group_ids = groups;
        request.ipv6_addresses = ipv6;
        request.ipv6_address_count = ipv6_count;
        request.private_ip_address = f.string("private_ip");
    }
    for interface in f.blocks("network_interfaces") {
        let id = interface.string("network_interface_id");
        request.network_interfaces.push(if id.is_some() {
            NetworkInterfaceParams {
                network_interface_id: id,
                ..NetworkInterfaceParams::default()
            }
        } else {
            NetworkInterfaceParams {
                instance_type: Some("Secondary".to_owned()),
                vswitch_id: interface.string("vswitch_id"),
                security_group_ids: interface.owned_strings("security_group_ids"),
                network_interface_traffic_mode: interface.string("network_interface_traffic_mode"),
                network_card_index: interface.any_int("network_card_index"),
                queue_pair_number: interface.int("queue_pair_number"),
                source_dest_check: interface.any_bool("source_dest_check"),
                ..NetworkInterfaceParams::default()
            }
        });
    }
}

fn system_disk(f: Fields<'_>) -> SystemDiskParams {
    SystemDiskParams {
        category: f.string("system_disk_category"),
        size: f.int("system_disk_size"),
        disk_name: f.string("system_disk_name"),
        description: f.string("system_disk_description"),
        performance_level: f.string("system_disk_performance_level"),
        auto_snapshot_policy_id: f.string("system_disk_auto_snapshot_policy_id"),
        provisioned_iops: f.any_int("system_disk_provisioned_iops"),
        bursting_enabled: f.any_bool("system_disk_bursting_enabled"),
        encrypted: f.any_bool("system_disk_encrypted"),
        encrypt_algorithm: f.string("system_disk_encrypt_algorithm"),
        kms_key_id: f.string("system_disk_kms_key_id"),
        storage_cluster_id: f.string("system_disk_storage_cluster_id"),
    }
}

/// The data disks that an instance is made with.
pub(super) fn data_disks(f: Fields<'_>) -> Vec<DataDiskParams> {
    f.blocks("data_disks").into_iter().map(data_disk).collect()
}

/// A data disk as its block describes it.
pub(super) fn data_disk(f: Fields<'_>) -> DataDiskParams {
    let category = f.str("category").unwrap_or("cloud_efficiency");
    DataDiskParams {
        category: Some(category.to_owned()),
        size: f.any_int("size"),
        snapshot_id: f.string("snapshot_id"),
        encrypted: f.any_bool("encrypted"),
        kms_key_id: f.string("kms_key_id"),
        disk_name: f.string("name"),
        description: f.string("description"),
        delete_with_instance: f
            .any_bool("delete_with_instance")
            .or(Some(true))
            .filter(|_| category != "ephemeral_ssd"),
        device: f.string("device"),
        performance_level: f
            .string("performance_level")
            .filter(|_| category == "cloud_essd"),
        auto_snapshot_policy_id: f.string("auto_snapshot_policy_id"),
        provisioned_iops: f
            .int("provisioned_iops")
            .filter(|_| category == "cloud_auto"),
        bursting_enabled: f
            .any_bool("bursting_enabled")
            .filter(|_| category == "cloud_auto"),
        ..DataDiskParams::default()
    }
}

/// User data as the API takes it: in Base64. What is Base64 already is passed on as it is, as the real provider does.
pub(super) fn encode_user_data(text: &str) -> String {
    if STANDARD.decode(text).is_ok() {
        text.to_owned()
    } else {
        STANDARD.encode(text)
    }
}

/// What the API tells of user data, in the form that the configuration has it.
pub(super) fn shown_user_data(configured: Option<&str>, told: &str) -> String {
    if told.is_empty() {
        return String::new();
    }
    let configured = configured.unwrap_or("");
    if encode_user_data(configured) == told {
        return configured.to_owned();
    }
    let in_base64 = !configured.is_empty() && STANDARD.decode(configured).is_ok();
    let decoded = STANDARD
        .decode(told)
        .ok()
        .and_then(|b| String::from_utf8(b).ok());
    match decoded {
        Some(plain) if !in_base64 => plain,
        _ => told.to_owned(),
    }
}

/// Whether two forms of user data say the same.
pub(super) fn same_user_data(old: &Value, new: &Value) -> bool {
    match (old.as_str(), new.as_str()) {
        (Some(old), Some(new)) if !old.is_empty() && !new.is_empty() => {
            encode_user_data(old) == encode_user_data(new)
        }
        _ => false,
    }
}

/// Which attribute each parameter comes from.
pub(super) const ATTRIBUTES: &[(&str, &str)] = &[
    ("ZoneId", "availability_zone"),
    ("ImageId", "image_id"),
    ("InstanceType", "instance_type"),
    ("CreditSpecification", "credit_specification"),
    ("SecurityGroupId", "security_groups"),
    ("SecurityGroupIds", "security_groups"),
    ("LaunchTemplateId", "launch_template_id"),
    ("LaunchTemplateName", "launch_template_name"),
    ("LaunchTemplateVersion", "launch_template_version"),
    ("InternetChargeType", "internet_charge_type"),
    ("InternetMaxBandwidthIn", "internet_max_bandwidth_in"),
    ("InternetMaxBandwidthOut", "internet_max_bandwidth_out"),
    ("IoOptimized", "is_outdated"),
    ("SystemDisk.Category", "system_disk_category"),
    ("SystemDisk.Size", "system_disk_size"),
    ("SystemDisk.DiskName", "system_disk_name"),
    ("SystemDisk.Description", "system_disk_description"),
    (
        "SystemDisk.PerformanceLevel",
        "system_disk_performance_level",
    ),
    (
        "SystemDisk.AutoSnapshotPolicyId",
        "system_disk_auto_snapshot_policy_id",
    ),
    ("SystemDisk.ProvisionedIops", "system_disk_provisioned_iops"),
    ("SystemDisk.BurstingEnabled", "system_disk_bursting_enabled"),
    ("SystemDisk.Encrypted", "system_disk_encrypted"),
    (
        "SystemDisk.EncryptAlgorithm",
        "system_disk_encrypt_algorithm",
    ),
    ("SystemDisk.KMSKeyId", "system_disk_kms_key_id"),
    (
        "SystemDisk.StorageClusterId",
        "system_disk_storage_cluster_id",
    ),
    ("HpcClusterId", "hpc_cluster_id"),
    ("VSwitchId", "vswitch_id"),
    ("PrivateIpAddress", "private_ip"),
    ("InstanceName", "instance_name"),
    ("HostName", "host_name"),
    ("HostNames", "host_name"),
    ("Description", "description"),
    ("Password", "password"),
    ("PasswordInherit", "password_inherit"),
    ("AutoReleaseTime", "auto_release_time"),
    ("UserData", "user_data"),
    ("KeyPairName", "key_name"),
    ("RamRoleName", "role_name"),
    (
        "SecurityEnhancementStrategy",
        "security_enhancement_strategy",
    ),
    ("Tag", "tags"),
    ("SpotStrategy", "spot_strategy"),
    ("SpotPriceLimit", "spot_price_limit"),
    ("SpotDuration", "spot_duration"),
    ("SpotInterruptionBehavior", "spot_interruption_behavior"),
    ("InstanceChargeType", "instance_charge_type"),
    ("Period", "period"),
    ("PeriodUnit", "period_unit"),
    ("AutoRenew", "renewal_status"),
    ("AutoRenewPeriod", "auto_renew_period"),
    ("Ipv6Address", "ipv6_addresses"),
    ("Ipv6AddressCount", "ipv6_address_count"),
    ("NetworkOptions.EnableJumboFrame", "enable_jumbo_frame"),
    ("ImageOptions", "image_options"),
    ("CpuOptions", "cpu_options"),
    ("NetworkInterface", "network_interfaces"),
    ("HttpEndpoint", "http_endpoint"),
    ("HttpTokens", "http_tokens"),
    ("HttpPutResponseHopLimit", "http_put_response_hop_limit"),
    ("DeletionProtection", "deletion_protection"),
    ("ResourceGroupId", "resource_group_id"),
    ("DedicatedHostId", "dedicated_host_id"),
    ("DeploymentSetId", "deployment_set_id"),
    ("PrivatePoolOptions.Id", "private_pool_options_id"),
    (
        "PrivatePoolOptions.MatchCriteria",
        "private_pool_options_match_criteria",
    ),
    (
        "AdditionalInfo.EnableHighDensityMode",
        "enable_high_density_mode",
    ),
];

const DATA_DISK: &[(&str, &str)] = &[
    ("Category", "category"),
    ("Size", "size"),
    ("SnapshotId", "snapshot_id"),
    ("Encrypted", "encrypted"),
    ("KMSKeyId", "kms_key_id"),
    ("DiskName", "name"),
    ("Description", "description"),
    ("DeleteWithInstance", "delete_with_instance"),
    ("Device", "device"),
    ("PerformanceLevel", "performance_level"),
    ("AutoSnapshotPolicyId", "auto_snapshot_policy_id"),
    ("ProvisionedIops", "provisioned_iops"),
    ("BurstingEnabled", "bursting_enabled"),
];

/// The attribute that a parameter stands for; `n` stands for an index that is not known.
pub(super) fn attribute(parameter: &str) -> Option<Path> {
    if let Some(rest) = parameter.strip_prefix("DataDisk.") {
        let disks = Path::attr("data_disks");
        let (index, member) = rest.split_once('.').unwrap_or((rest, ""));
        let Some(index) = index.parse::<usize>().ok().and_then(|i| i.checked_sub(1)) else {
            return Some(disks);
        };
        let disk = disks.then(PathStep::Index(index));
        let found = DATA_DISK.iter().find(|(p, _)| *p == member);
        return Some(match found {
            Some((_, attribute)) => disk.then(PathStep::Attr(name(attribute))),
            None => disk,
        });
    }
    let mut candidate = parameter;
    loop {
        if let Some((_, attribute)) = ATTRIBUTES.iter().find(|(p, _)| *p == candidate) {
            return Some(Path::attr(*attribute));
        }
        candidate = candidate.rsplit_once('.')?.0;
    }
}

/// A sentence about parameters in the words of the configuration.
pub(super) fn in_attributes(sentence: &str) -> String {
    let words = sentence.split_inclusive([' ', ',']);
    words
        .map(|word| {
            let bare = word.trim_end_matches([' ', ',', '.']);
            let found = ATTRIBUTES.iter().find(|(p, _)| *p == bare);
            // Words that are parameters and English too stay as they are.
            match found {
                Some((_, attribute)) if bare.len() > 11 || bare.contains("Id") => {
                    word.replacen(bare, attribute, 1)
                }
                _ => word.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_point_at_attributes() {
        let at = |p: &str| attribute(p).map(|a| a.to_string());
        assert_eq!(at("InstanceType").as_deref(), Some("instance_type"));
        assert_eq!(at("SystemDisk.Size").as_deref(), Some("system_disk_size"));
        assert_eq!(at("DataDisk.2.Size").as_deref(), Some("data_disks[1].size"));
        assert_eq!(at("DataDisk.n.Size").as_deref(), Some("data_disks"));
        assert_eq!(at("Tag.3.Key").as_deref(), Some("tags"));
        assert_eq!(at("SecurityGroupIds.1").as_deref(), Some("security_groups"));
        assert_eq!(at("Amount"), None);
    }

    #[test]
    fn rules_speak_of_attributes() {
        assert_eq!(
            in_attributes(
                "It is required unless SecurityGroupIds, a template or ImageId is given."
            ),
            "It is required unless security_groups, a template or image_id is given."
        );
        assert_eq!(
            in_attributes("Password login is off."),
            "Password login is off."
        );
    }

    #[test]
    fn user_data_is_base64_once() {
        assert_eq!(encode_user_data("#!/bin/sh\n"), "IyEvYmluL3NoCg==");
        assert_eq!(encode_user_data("IyEvYmluL3NoCg=="), "IyEvYmluL3NoCg==");
        assert_eq!(
            shown_user_data(Some("#!/bin/sh\n"), "IyEvYmluL3NoCg=="),
            "#!/bin/sh\n"
        );
        assert_eq!(shown_user_data(None, "IyEvYmluL3NoCg=="), "#!/bin/sh\n");
        assert_eq!(
            shown_user_data(Some("aGVsbG8="), "IyEvYmluL3NoCg=="),
            "IyEvYmluL3NoCg=="
        );
        assert!(same_user_data(
            &Value::string("#!/bin/sh\n"),
            &Value::string("IyEvYmluL3NoCg==")
        ));
    }
}
