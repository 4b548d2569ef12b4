//! The attributes of an instance that a configuration can set: how each changes in place, or that it does not.

use serde_json::{Value as Json, json};

/// Arguments by name; those of a block begin with `block:`.
pub(super) type Arguments = &'static [(&'static str, &'static str)];

/// Where the changed value is seen.
pub(super) enum Seen {
    /// In the cloud, at this place of what it tells of the instance.
    Cloud(&'static str, Json),
    /// In the record alone: the cloud does not tell it, or it says how something else is done.
    Recorded(Json),
}

/// A change of one attribute.
pub(super) struct Case {
    /// The attribute.
    pub(super) attribute: &'static str,
    /// What the instance is made with.
    pub(super) before: Arguments,
    /// What is other afterwards.
    pub(super) after: Arguments,
    pub(super) seen: Seen,
    /// What the plan says that the change costs.
    pub(super) cost: &'static str,
}

const RUNS_ON: &str = "";
const REBOOT: &str = "needs a reboot";
const STOP: &str = "needs a stop and start";
const LOSS: &str = "data is lost";

fn case(
    attribute: &'static str,
    before: Arguments,
    after: Arguments,
    seen: Seen,
    cost: &'static str,
) -> Case {
    Case {
        attribute,
        before,
        after,
        seen,
        cost,
    }
}

macro_rules! change {
    ($attribute:literal: $before:expr => $after:expr, $seen:expr, $cost:expr) => {
        case(
            $attribute,
            &[($attribute, $before)],
            &[($attribute, $after)],
            $seen,
            $cost,
        )
    };
    ($attribute:literal with $others:expr; $before:expr => $after:expr, $seen:expr, $cost:expr) => {
        case(
            $attribute,
            const { &concat([($attribute, $before)], $others) },
            &[($attribute, $after)],
            $seen,
            $cost,
        )
    };
}

const fn concat<const N: usize>(
    first: [(&'static str, &'static str); 1],
    others: [(&'static str, &'static str); N],
) -> [(&'static str, &'static str); 4] {
    let mut all = [("", ""); 4];
    all[0] = first[0];
    let mut i = 0;
    while i < N {
        all[i + 1] = others[i];
        i += 1;
    }
    all
}

const PREPAID: [(&str, &str); 2] = [("instance_charge_type", "\"PrePaid\""), ("period", "1")];

/// Every attribute that changes in place, or that only says how something else is done.
#[expect(clippy::too_many_lines, reason = "one entry for each attribute")]
pub(super) fn updates() -> Vec<Case> {
    use Seen::{Cloud, Recorded};
    vec![
        change!("allocate_public_ip": "false" => "true", Recorded(json!(true)), RUNS_ON),
        change!("auto_release_time": "\"2028-01-01T00:00:00Z\"" => "\"2028-06-01T00:00:00Z\"",
            Cloud("/instance/AutoReleaseTime", json!("2028-06-01T00:00Z")), RUNS_ON),
        case(
            "auto_renew_period",
            &[
                ("instance_charge_type", "\"PrePaid\""),
                ("period", "1"),
                ("renewal_status", "\"AutoRenewal\""),
                ("auto_renew_period", "1"),
            ],
            &[("auto_renew_period", "3")],
            Cloud("/renewal/Duration", json!(3)),
            RUNS_ON,
        ),
        change!("cpu_options": "block:core_count = 1, threads_per_core = 2" => "block:core_count = 2, threads_per_core = 1",
            Cloud("/instance/CpuOptions/CoreCount", json!(2)), STOP),
        change!("credit_specification" with [("instance_type", "\"ecs.t6-c1m1.large\"")]; "\"Standard\"" => "\"Unlimited\"",
            Cloud("/instance/CreditSpecification", json!("Unlimited")), RUNS_ON),
        change!("data_disks": "block:size = 500, category = \"cloud_essd\", performance_level = \"PL1\"" =>
            "block:size = 500, category = \"cloud_essd\", performance_level = \"PL2\"",
            Cloud("/data/0/PerformanceLevel", json!("PL2")), RUNS_ON),
        change!("deletion_protection": "true" => "false", Cloud("/instance/DeletionProtection", json!(false)), RUNS_ON),
        change!("deployment_set_id": "\"ds-1\"" => "\"ds-2\"", Cloud("/instance/DeploymentSetId", json!("ds-2")), RUNS_ON),
        change!("description": "\"before\"" => "\"after\"", Cloud("/instance/Description", json!("after")), RUNS_ON),
        change!("enable_high_density_mode": "false" => "true",
            Cloud("/instance/AdditionalInfo/EnableHighDensityMode", json!(true)), STOP),
        change!("enable_jumbo_frame": "true" => "false", Cloud("/attribute/EnableJumboFrame", json!(false)), RUNS_ON),
        change!("force_delete" with PREPAID; "false" => "true", Recorded(json!(true)), RUNS_ON),
        change!("host_name": "\"host-before\"" => "\"host-after\"", Cloud("/instance/HostName", json!("host-after")), REBOOT),
        change!("http_endpoint": "\"enabled\"" => "\"disabled\"",
            Cloud("/instance/MetadataOptions/HttpEndpoint", json!("disabled")), RUNS_ON),
        change!("http_tokens": "\"optional\"" => "\"required\"",
            Cloud("/instance/MetadataOptions/HttpTokens", json!("required")), RUNS_ON),
        change!("image_id": "data.alicloud_images.linux.images[0].id" => "data.alicloud_images.linux.images[1].id",
            Cloud("/instance/ImageId", json!("aliyun_3_x64_20G_alibase_20240528.vhd")), LOSS),
        change!("include_data_disks" with PREPAID; "true" => "false", Recorded(json!(false)), RUNS_ON),
        case(
            "instance_charge_type",
            &[("instance_charge_type", "\"PostPaid\"")],
            &PREPAID,
            Cloud("/instance/InstanceChargeType", json!("PrePaid")),
            RUNS_ON,
        ),
        change!("instance_name": "\"before\"" => "\"after\"", Cloud("/instance/InstanceName", json!("after")), RUNS_ON),
        change!("instance_type": "\"ecs.g6.large\"" => "\"ecs.g6.xlarge\"",
            Cloud("/instance/InstanceType", json!("ecs.g6.xlarge")), STOP),
        change!("internet_charge_type" with [("internet_max_bandwidth_out", "5")];
            "\"PayByTraffic\"" => "\"PayByBandwidth\"",
            Cloud("/instance/InternetChargeType", json!("PayByBandwidth")), RUNS_ON),
        change!("internet_max_bandwidth_in" with [("internet_max_bandwidth_out", "5")];
            "5" => "8", Cloud("/instance/InternetMaxBandwidthIn", json!(8)), RUNS_ON),
        change!("internet_max_bandwidth_out": "0" => "7", Cloud("/instance/InternetMaxBandwidthOut", json!(7)), RUNS_ON),
        change!("ipv6_addresses": "[\"2408:4005:1::1\"]" => "[\"2408:4005:1::2\"]",
            Cloud("/instance/NetworkInterfaces/NetworkInterface/0/Ipv6Sets/Ipv6Set/0/Ipv6Address", json!("2408:4005:1::2")),
            RUNS_ON),
        change!("is_outdated": "false" => "true", Recorded(json!(true)), RUNS_ON),
        change!("key_name": "\"one\"" => "\"other\"", Cloud("/instance/KeyPairName", json!("other")), REBOOT),
        change!("maintenance_action": "\"Stop\"" => "\"AutoRedeploy\"",
            Cloud("/maintenance/ActionOnMaintenance/Value", json!("AutoRedeploy")), RUNS_ON),
        change!("maintenance_notify": "true" => "false", Cloud("/maintenance/NotifyOnMaintenance", json!(false)), RUNS_ON),
        change!("maintenance_time":
            "block:start_time = \"02:00:00\", end_time = \"03:00:00\"" => "block:start_time = \"04:00:00\", end_time = \"05:00:00\"",
            Cloud("/maintenance/MaintenanceWindows/MaintenanceWindow/0/StartTime", json!("04:00:00")), RUNS_ON),
        change!("operator_type" with PREPAID; "\"upgrade\"" => "\"downgrade\"", Recorded(json!("downgrade")), RUNS_ON),
        change!("password": "\"Before-1234\"" => "\"After-12345\"", Recorded(json!("After-12345")), REBOOT),
        change!("password_inherit": "true" => "false", Recorded(json!(false)), RUNS_ON),
        change!("period" with [("instance_charge_type", "\"PrePaid\"")]; "1" => "2", Recorded(json!(2)), RUNS_ON),
        change!("period_unit" with PREPAID; "\"Month\"" => "\"Week\"", Recorded(json!("Week")), RUNS_ON),
        change!("private_ip": "\"10.0.1.77\"" => "\"10.0.1.78\"",
            Cloud("/instance/VpcAttributes/PrivateIpAddress/IpAddress/0", json!("10.0.1.78")), STOP),
        change!("private_pool_options_id" with [("private_pool_options_match_criteria", "\"Target\"")];
            "\"eap-1\"" => "\"eap-2\"", Cloud("/pool/PrivatePoolOptionsId", json!("eap-2")), RUNS_ON),
        change!("private_pool_options_match_criteria": "\"Open\"" => "\"None\"",
            Cloud("/pool/PrivatePoolOptionsMatchCriteria", json!("None")), RUNS_ON),
        change!("renewal_status" with PREPAID; "\"Normal\"" => "\"AutoRenewal\"",
            Cloud("/renewal/RenewalStatus", json!("AutoRenewal")), RUNS_ON),
        change!("resource_group_id": "\"rg-1\"" => "\"rg-2\"", Cloud("/instance/ResourceGroupId", json!("rg-2")), RUNS_ON),
        change!("role_name": "\"one\"" => "\"other\"", Cloud("/role/RamRoleName", json!("other")), RUNS_ON),
        change!("secondary_private_ip_address_count": "1" => "3",
            Cloud("/addresses", json!(4)), RUNS_ON),
        change!("secondary_private_ips": "[\"10.0.1.101\", \"10.0.1.102\"]" => "[\"10.0.1.102\", \"10.0.1.103\", \"10.0.1.104\"]",
            Cloud("/addresses", json!(4)), RUNS_ON),
        change!("security_groups": "[alicloud_security_group.g.id]" => "[alicloud_security_group.other.id]",
            Cloud("/groups", json!(["other"])), RUNS_ON),
        change!("status": "\"Running\"" => "\"Stopped\"", Cloud("/instance/Status", json!("Stopped")), RUNS_ON),
        case(
            "stopped_mode",
            &[("status", "\"Running\"")],
            &[
                ("status", "\"Stopped\""),
                ("stopped_mode", "\"StopCharging\""),
            ],
            Cloud("/instance/StoppedMode", json!("StopCharging")),
            RUNS_ON,
        ),
        change!("system_disk_auto_snapshot_policy_id": "\"sp-1\"" => "\"sp-2\"",
            Cloud("/system/AutoSnapshotPolicyId", json!("sp-2")), RUNS_ON),
        change!("system_disk_bursting_enabled" with [("system_disk_category", "\"cloud_auto\"")];
            "false" => "true", Cloud("/system/BurstingEnabled", json!(true)), RUNS_ON),
        change!("system_disk_description": "\"before\"" => "\"after\"", Cloud("/system/Description", json!("after")), RUNS_ON),
        change!("system_disk_name": "\"before\"" => "\"after\"", Cloud("/system/DiskName", json!("after")), RUNS_ON),
        change!("system_disk_performance_level" with [("system_disk_category", "\"cloud_essd\""), ("system_disk_size", "500")];
            "\"PL1\"" => "\"PL2\"", Cloud("/system/PerformanceLevel", json!("PL2")), RUNS_ON),
        change!("system_disk_provisioned_iops" with [("system_disk_category", "\"cloud_auto\"")];
            "100" => "200", Cloud("/system/ProvisionedIops", json!(200)), RUNS_ON),
        change!("system_disk_size": "40" => "60", Cloud("/system/Size", json!(60)), RUNS_ON),
        change!("tags": "{ a = \"1\", b = \"2\" }" => "{ b = \"3\", c = \"4\" }", Cloud("/tags", json!({"b": "3", "c": "4"})), RUNS_ON),
        change!("user_data": "\"#!/bin/sh\"" => "\"#!/bin/bash\"", Cloud("/user_data", json!("IyEvYmluL2Jhc2g=")), REBOOT),
        change!("volume_tags": "{ a = \"1\" }" => "{ a = \"2\" }", Cloud("/disk_tags", json!({"a": "2"})), RUNS_ON),
        case(
            "vpc_id",
            &[],
            &[
                ("vpc_id", "alicloud_vpc.w.id"),
                ("vswitch_id", "alicloud_vswitch.w.id"),
                ("security_groups", "[alicloud_security_group.w.id]"),
            ],
            Cloud("/groups", json!(["far"])),
            STOP,
        ),
        case(
            "vswitch_id",
            &[],
            &[("vswitch_id", "alicloud_vswitch.t.id")],
            Cloud("/subnet", json!("10.0.2.")),
            STOP,
        ),
    ]
}

/// A change that the service cannot make, as its API has no request for it.
pub(super) struct Refused {
    pub(super) attribute: &'static str,
    pub(super) before: Arguments,
    pub(super) after: Arguments,
}

/// Attributes of which a change is refused, with a way out.
pub(super) fn refused() -> Vec<Refused> {
    vec![
        Refused {
            attribute: "spot_duration",
            before: &[
                ("spot_strategy", "\"SpotAsPriceGo\""),
                ("spot_duration", "1"),
            ],
            after: &[("spot_duration", "2")],
        },
        Refused {
            attribute: "kms_key_id",
            before: &[(
                "data_disks",
                "block:size = 20, encrypted = true, kms_key_id = \"k-1\"",
            )],
            after: &[(
                "data_disks",
                "block:size = 20, encrypted = true, kms_key_id = \"k-2\"",
            )],
        },
    ]
}

/// Attributes that cannot be set: the setting that is refused.
pub(super) const NEVER: &[(&str, &str)] = &[
    ("dry_run", "true"),
    ("io_optimized", "\"optimized\""),
    ("kms_encrypted_password", "\"x\""),
    ("kms_encryption_context", "{ a = \"b\" }"),
    ("subnet_id", "\"vsw-1\""),
];

/// Attributes whose change replaces the instance: a first and a second value, and what else it needs.
pub(super) const REPLACES: &[(&str, &str, &str, Arguments)] = &[
    (
        "availability_zone",
        "alicloud_vswitch.s.zone_id",
        "\"cn-hangzhou-z\"",
        &[],
    ),
    ("dedicated_host_id", "\"dh-1\"", "\"dh-2\"", &[]),
    ("hpc_cluster_id", "\"hpc-1\"", "\"hpc-2\"", &[]),
    ("http_put_response_hop_limit", "1", "2", &[]),
    (
        "image_options",
        "block:login_as_non_root = true",
        "block:login_as_non_root = false",
        &[],
    ),
    ("ipv6_address_count", "1", "2", &[]),
    ("network_card_index", "0", "1", &[]),
    (
        "network_interface_traffic_mode",
        "\"Standard\"",
        "\"HighPerformance\"",
        &[],
    ),
    (
        "network_interfaces",
        "block:vswitch_id = alicloud_vswitch.s.id, security_group_ids = [alicloud_security_group.g.id]",
        "block:vswitch_id = alicloud_vswitch.t.id, security_group_ids = [alicloud_security_group.g.id]",
        &[],
    ),
    ("queue_pair_number", "1", "2", &[]),
    (
        "security_enhancement_strategy",
        "\"Active\"",
        "\"Deactive\"",
        &[],
    ),
    ("source_dest_check", "true", "false", &[]),
    (
        "spot_interruption_behavior",
        "\"Terminate\"",
        "\"Stop\"",
        &[("spot_strategy", "\"SpotAsPriceGo\"")],
    ),
    (
        "spot_price_limit",
        "0.5",
        "0.6",
        &[("spot_strategy", "\"SpotWithPriceLimit\"")],
    ),
    ("spot_strategy", "\"NoSpot\"", "\"SpotAsPriceGo\"", &[]),
    (
        "system_disk_category",
        "\"cloud_essd\"",
        "\"cloud_efficiency\"",
        &[],
    ),
    (
        "system_disk_encrypt_algorithm",
        "\"aes-256\"",
        "\"sm4-128\"",
        &[("system_disk_encrypted", "true")],
    ),
    ("system_disk_encrypted", "false", "true", &[]),
    (
        "system_disk_kms_key_id",
        "\"k-1\"",
        "\"k-2\"",
        &[("system_disk_encrypted", "true")],
    ),
    (
        "system_disk_storage_cluster_id",
        "\"dbsc-1\"",
        "\"dbsc-2\"",
        &[],
    ),
];

/// Attributes that stand for things that the emulator does not have, so that no instance can be made with them first.
pub(super) const OUT_OF_REACH: &[&str] = &[
    "launch_template_id",
    "launch_template_name",
    "launch_template_version",
    "network_interface_id",
];
