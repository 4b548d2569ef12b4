//! Decides the attributes of `alicloud_instance`: all that the real provider has, with what a change of each does. Which
//! parameter each becomes is decided in `params`, how a change is made in `update`. One line per attribute makes it long.

use cairn_model::Impact;

use crate::describe::{Attr, Block, Check, Difference, Fallback, Fields, Table, Ty};

const STOP_START: &str = "The instance is stopped for this and started again.";

fn is_prepaid(fields: Fields<'_>) -> bool {
    fields.str("instance_charge_type") == Some("PrePaid")
}

fn unless_prepaid(d: &Difference<'_>) -> bool {
    !is_prepaid(d.wanted)
}

fn emptied_under_template(d: &Difference<'_>) -> bool {
    d.new.as_str().is_none_or(str::is_empty)
        && [
            "launch_template_id",
            "launch_template_name",
            "launch_template_version",
        ]
        .iter()
        .any(|n| d.wanted.is_set(n))
}

/// How an instance is billed while stopped is told to the service when it stops.
fn stops_now(d: &Difference<'_>) -> bool {
    let runs = d.old.as_str().is_none_or(|mode| mode == "Not-applicable");
    d.wanted.str("status") == Some("Stopped") && runs
}

/// Differences of a public address's terms that do not matter while there is none.
fn without_public_address(d: &Difference<'_>) -> bool {
    !d.wanted.is_unknown("internet_max_bandwidth_out")
        && d.wanted.any_int("internet_max_bandwidth_out").unwrap_or(0) <= 0
}

/// The API keeps times to the minute.
fn same_release_time(d: &Difference<'_>) -> bool {
    match (d.old.as_str(), d.new.as_str()) {
        (Some(old), Some(new)) if !old.is_empty() => {
            new.starts_with(old.trim_end_matches(":00Z").trim_end_matches('Z'))
        }
        _ => false,
    }
}

pub(super) fn table() -> Table {
    let mut table = Table::new([attributes_a_to_m(), attributes_n_to_z()].concat())
        .blocks(blocks())
        .timeouts(&["create", "update", "delete"]);
    table.at_least_one = &[
        &["image_id", "launch_template_id", "launch_template_name"],
        &[
            "instance_type",
            "launch_template_id",
            "launch_template_name",
        ],
    ];
    table
}

fn attributes_a_to_m() -> Vec<Attr> {
    use Ty::{Bool, Int, Str, StrMap, StrSet};
    vec![
        Attr::optional("allocate_public_ip", Bool, "Without effect.")
            .deprecated("Set internet_max_bandwidth_out to get a public address."),
        Attr::optional("auto_release_time", Str, "When it is released by itself, such as \"2030-01-01T00:00:00Z\".")
            .suppress(|d| emptied_under_template(d) || is_prepaid(d.wanted) || same_release_time(d)),
        Attr::optional("auto_renew_period", Int, "Months of each renewal.")
            .fallback(Fallback::Int(1))
            .check(Check::IntOneOf(&[1, 2, 3, 6, 12]))
            .suppress(|d| unless_prepaid(d) || d.wanted.str("renewal_status") != Some("AutoRenewal")),
        Attr::either("availability_zone", Str, "The zone.").force_new(),
        Attr::computed("cpu", Int, "The number of virtual CPUs."),
        Attr::computed("create_time", Str, "When it was made."),
        Attr::either("credit_specification", Str, "How CPU credits of a burstable type are used.")
            .one_of(&["Standard", "Unlimited"]),
        Attr::optional("dedicated_host_id", Str, "The dedicated host that it runs on.")
            .force_new()
            .conflicts(&["spot_strategy", "spot_price_limit"]),
        Attr::optional("deletion_protection", Bool, "Whether it is protected from deletion.")
            .suppress(|d| is_prepaid(d.wanted)),
        Attr::computed("deployment_set_group_no", Str, "Its group in the deployment set."),
        Attr::optional("deployment_set_id", Str, "The deployment set.")
            .suppress(emptied_under_template),
        Attr::either("description", Str, "A description of 2 to 256 characters.").check(Check::Len(2, 256)),
        Attr::optional("dry_run", Bool, "Only checks the request; nothing is made.")
            .fallback(Fallback::Bool(false))
            .unsupported(),
        Attr::optional("enable_high_density_mode", Bool, "Whether it runs in high density mode.")
            .costs(Impact::StopStart, STOP_START),
        Attr::either("enable_jumbo_frame", Bool, "Whether it takes jumbo frames."),
        Attr::computed("expired_time", Str, "When a prepaid instance expires."),
        Attr::optional("force_delete", Bool, "Lets a prepaid instance be deleted.")
            .fallback(Fallback::Bool(false))
            .suppress(unless_prepaid),
        Attr::either("host_name", Str, "The host name of its system.").costs(
            Impact::Reboot,
            "The instance is stopped and started, so that its new host name counts.",
        ),
        Attr::optional("hpc_cluster_id", Str, "The HPC cluster.").force_new(),
        Attr::either("http_endpoint", Str, "Whether it reaches its metadata: enabled or disabled.")
            .one_of(&["enabled", "disabled"]),
        Attr::either("http_put_response_hop_limit", Int, "The hop limit of metadata answers.")
            .force_new()
            .check(Check::IntIn(1, 64)),
        Attr::either("http_tokens", Str, "Whether metadata needs a token: optional or required.")
            .one_of(&["optional", "required"]),
        Attr::either("image_id", Str, "The image.")
            .costs(Impact::StopStart, STOP_START)
            .costs(
                Impact::DataLoss,
                "The system disk is replaced by one of the new image: the system disk's data is lost.",
            ),
        Attr::optional("include_data_disks", Bool, "Whether a change of billing takes the data disks along.")
            .fallback(Fallback::Bool(true))
            .suppress(unless_prepaid),
        Attr::either("instance_charge_type", Str, "How it is billed: PrePaid or PostPaid.")
            .one_of(&["PrePaid", "PostPaid"]),
        Attr::either("instance_name", Str, "Its name, of 2 to 128 characters.").check(Check::Len(2, 128)),
        Attr::either("instance_type", Str, "Its type, such as \"ecs.g7.large\".")
            .check(Check::Prefix("ecs."))
            .costs(Impact::StopStart, STOP_START),
        Attr::either("internet_charge_type", Str, "How traffic is billed: PayByBandwidth or PayByTraffic.")
            .one_of(&["PayByBandwidth", "PayByTraffic"])
            .suppress(without_public_address),
        Attr::either("internet_max_bandwidth_in", Int, "Inbound bandwidth in Mbit/s.")
            .suppress(without_public_address)
            .deprecated("It has no effect on billing and is chosen by the cloud."),
        Attr::either(
            "internet_max_bandwidth_out",
            Int,
            "Outbound bandwidth in Mbit/s; above 0 it has a public address.",
        ),
        Attr::either("io_optimized", Str, "Without effect.")
            .removed("It has no use any more: every instance is I/O optimized."),
        Attr::either("ipv6_address_count", Int, "How many IPv6 addresses it gets.")
            .force_new()
            .conflicts(&["ipv6_addresses"])
            .check(Check::IntIn(1, 10)),
        Attr::either("ipv6_addresses", StrSet, "Its IPv6 addresses.")
            .conflicts(&["ipv6_address_count"]),
        Attr::optional("is_outdated", Bool, "Whether it may be of a type that is no longer current."),
        Attr::either("key_name", Str, "The key pair that logs in.")
            .costs(Impact::Reboot, "The instance is rebooted, so that its new key pair counts."),
        Attr::optional("kms_encrypted_password", Str, "The password, encrypted by KMS.")
            .suppress(|d| d.wanted.is_set("password"))
            .unsupported(),
        Attr::optional("kms_encryption_context", StrMap, "The context of that encryption.")
            .suppress(|d| !d.wanted.is_set("kms_encrypted_password"))
            .unsupported(),
        Attr::optional("launch_template_id", Str, "The launch template.").force_new().untold(),
        Attr::optional("launch_template_name", Str, "The launch template, by its name.").force_new().untold(),
        Attr::optional("launch_template_version", Str, "The version of the launch template.").force_new().untold(),
        Attr::either("maintenance_action", Str, "What maintenance does to it.")
            .one_of(&["Stop", "AutoRecover", "AutoRedeploy"]),
        Attr::optional("maintenance_notify", Bool, "Whether maintenance is announced."),
        Attr::computed("memory", Int, "Its memory in MiB."),
    ]
}

fn attributes_n_to_z() -> Vec<Attr> {
    use Ty::{Bool, Int, Num, Str, StrMap, StrSet};
    vec![
        Attr::either("network_card_index", Int, "The network card of the primary interface.").force_new(),
        Attr::either("network_interface_id", Str, "The primary network interface.").force_new(),
        Attr::either("network_interface_traffic_mode", Str, "The mode of the primary interface.")
            .force_new()
            .one_of(&["Standard", "HighPerformance"]),
        Attr::optional("operator_type", Str, "Which way a prepaid instance's type changes.")
            .one_of(&["upgrade", "downgrade"]),
        Attr::computed("os_name", Str, "The name of its system."),
        Attr::computed("os_type", Str, "The kind of its system: linux or windows."),
        Attr::optional("password", Str, "The password that logs in.").sensitive().costs(
            Impact::Reboot,
            "The instance is stopped and started, so that its new password counts.",
        ),
        Attr::optional("password_inherit", Bool, "Whether the image's password is used."),
        Attr::either("period", Int, "How long a prepaid instance is paid for.")
            .check(Check::IntOneOf(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36, 48, 60]))
            .suppress(unless_prepaid),
        Attr::optional("period_unit", Str, "The unit of period: Week or Month.")
            .fallback(Fallback::Str("Month"))
            .one_of(&["Week", "Month"])
            .suppress(unless_prepaid),
        Attr::computed("primary_ip_address", Str, "The primary private address."),
        Attr::either("private_ip", Str, "Its private address.").costs(Impact::StopStart, STOP_START),
        Attr::either("private_pool_options_id", Str, "The private pool."),
        Attr::either("private_pool_options_match_criteria", Str, "How private pools are used.")
            .one_of(&["Open", "Target", "None"]),
        Attr::computed("public_ip", Str, "Its public address."),
        Attr::either("queue_pair_number", Int, "Queue pairs of the primary interface.").force_new(),
        Attr::optional("renewal_status", Str, "Whether a prepaid instance is renewed.")
            .fallback(Fallback::Str("Normal"))
            .one_of(&["AutoRenewal", "Normal", "NotRenewal"])
            .suppress(unless_prepaid),
        Attr::either("resource_group_id", Str, "The resource group."),
        Attr::either("role_name", Str, "The RAM role that it has.")
            .deprecated("Use alicloud_ecs_ram_role_attachment instead."),
        Attr::either(
            "secondary_private_ip_address_count",
            Int,
            "How many further private addresses it gets.",
        )
        .conflicts(&["secondary_private_ips"]),
        Attr::either("secondary_private_ips", StrSet, "Its further private addresses.")
            .conflicts(&["secondary_private_ip_address_count"]),
        Attr::either("security_enhancement_strategy", Str, "Whether the security agent is installed: Active or Deactive.")
            .force_new()
            .untold()
            .one_of(&["Active", "Deactive"]),
        Attr::either("security_groups", StrSet, "Its security groups."),
        Attr::either("source_dest_check", Bool, "Whether the primary interface checks addresses.").force_new(),
        Attr::either("spot_duration", Int, "Hours that a spot instance is kept.").check(Check::IntIn(0, 6)).at_creation(),
        Attr::either("spot_interruption_behavior", Str, "What happens to a spot instance that is taken back.")
            .force_new()
            .one_of(&["Terminate", "Stop"]),
        Attr::either("spot_price_limit", Num, "The most that an hour may cost.")
            .force_new()
            .suppress(|d| is_prepaid(d.wanted) || d.wanted.str("spot_strategy") != Some("SpotWithPriceLimit")),
        Attr::either("spot_strategy", Str, "Whether and how it is a spot instance.")
            .force_new()
            .one_of(&["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"])
            .suppress(|d| is_prepaid(d.wanted)),
        Attr::computed("start_time", Str, "When it was last started."),
        Attr::either("status", Str, "Whether it runs: Running or Stopped.").one_of(&["Running", "Stopped"]),
        Attr::either("stopped_mode", Str, "Whether it is billed while stopped.")
            .one_of(&["StopCharging", "KeepCharging", "Not-applicable"])
            .suppress(|d| !d.old.is_null() && !stops_now(d)),
        Attr::either("subnet_id", Str, "Without effect.").removed("Use vswitch_id instead."),
        Attr::either("system_disk_auto_snapshot_policy_id", Str, "The snapshot policy of the system disk."),
        Attr::optional("system_disk_bursting_enabled", Bool, "Whether the system disk bursts."),
        Attr::either("system_disk_category", Str, "The category of the system disk.")
            .force_new()
            .one_of(&[
                "all",
                "cloud",
                "ephemeral_ssd",
                "cloud_essd",
                "cloud_efficiency",
                "cloud_ssd",
                "local_disk",
                "cloud_auto",
                "cloud_essd_entry",
            ]),
        Attr::either("system_disk_description", Str, "The description of the system disk.").check(Check::Len(2, 256)),
        Attr::optional("system_disk_encrypt_algorithm", Str, "The algorithm that encrypts the system disk.").force_new(),
        Attr::either("system_disk_encrypted", Bool, "Whether the system disk is encrypted.").force_new(),
        Attr::computed("system_disk_id", Str, "The system disk."),
        Attr::either("system_disk_kms_key_id", Str, "The key that encrypts the system disk.").force_new(),
        Attr::either("system_disk_name", Str, "The name of the system disk.").check(Check::Len(2, 128)),
        Attr::either("system_disk_performance_level", Str, "The performance level of an ESSD.")
            .one_of(&["PL0", "PL1", "PL2", "PL3"])
            .suppress(|d| {
                !d.wanted.is_unknown("system_disk_category")
                    && d.wanted.str("system_disk_category") != Some("cloud_essd")
            }),
        Attr::optional("system_disk_provisioned_iops", Int, "The IOPS that are paid for."),
        Attr::either("system_disk_size", Int, "The size of the system disk in GiB."),
        Attr::optional("system_disk_storage_cluster_id", Str, "The storage cluster of the system disk.").force_new(),
        Attr::optional("tags", StrMap, "Its tags."),
        Attr::optional("user_data", Str, "What its system runs at the first start; plain or in Base64.")
            .suppress(|d| emptied_under_template(d) || super::params::same_user_data(d.old, d.new))
            .costs(
                Impact::Reboot,
                "The instance is stopped and started for this; most systems do not run user data again.",
            ),
        Attr::either("volume_tags", StrMap, "The tags of its disks besides its own."),
        Attr::either("vpc_id", Str, "The VPC.").costs(Impact::StopStart, STOP_START),
        Attr::either("vswitch_id", Str, "The vSwitch.").costs(Impact::StopStart, STOP_START),
    ]
}

fn blocks() -> Vec<Block> {
    use Ty::{Bool, Int, Str};
    let mut cpu_options = Block::list(
        "cpu_options",
        0,
        1,
        vec![
            Attr::either("core_count", Int, "The number of cores."),
            Attr::either("threads_per_core", Int, "Threads of each core."),
            Attr::either("topology_type", Str, "The topology."),
        ],
    )
    .computed();
    cpu_options.costs.push((Impact::StopStart, STOP_START));
    vec![
        cpu_options,
        // The schema file says "1..16"; of an optional block that means: one at least if there are any, which says nothing.
        Block::list("data_disks", 0, 16, data_disk()),
        Block::set(
            "image_options",
            0,
            1,
            vec![
                Attr::optional(
                    "login_as_non_root",
                    Bool,
                    "Whether one logs in as an ordinary user.",
                )
                .force_new(),
            ],
        )
        .computed(),
        Block::set(
            "maintenance_time",
            0,
            1,
            vec![
                Attr::optional("end_time", Str, "The end of the window."),
                Attr::optional("start_time", Str, "The start of the window."),
            ],
        ),
        Block::list("network_interfaces", 0, 0, network_interface()).computed(),
    ]
}

fn data_disk() -> Vec<Attr> {
    use Ty::{Bool, Int, Str};
    vec![
        Attr::optional("auto_snapshot_policy_id", Str, "The snapshot policy.").force_new(),
        Attr::optional("bursting_enabled", Bool, "Whether it bursts.").force_new(),
        Attr::optional("category", Str, "The category.")
            .force_new()
            .fallback(Fallback::Str("cloud_efficiency"))
            .one_of(&[
                "all",
                "cloud",
                "ephemeral_ssd",
                "cloud_essd",
                "cloud_efficiency",
                "cloud_ssd",
                "local_disk",
                "cloud_auto",
                "cloud_essd_entry",
                "cloud_regional_disk_auto",
                "elastic_ephemeral_disk_standard",
                "elastic_ephemeral_disk_premium",
            ]),
        Attr::optional(
            "delete_with_instance",
            Bool,
            "Whether it goes with the instance.",
        )
        .force_new()
        .fallback(Fallback::Bool(true)),
        Attr::optional("description", Str, "A description.")
            .force_new()
            .check(Check::Len(2, 256)),
        Attr::optional("device", Str, "The device.").force_new(),
        Attr::optional("encrypted", Bool, "Whether it is encrypted.")
            .force_new()
            .fallback(Fallback::Bool(false)),
        Attr::optional("kms_key_id", Str, "The key that encrypts it.").at_creation(),
        Attr::optional("name", Str, "The name.")
            .force_new()
            .check(Check::Len(2, 128)),
        Attr::either(
            "performance_level",
            Str,
            "The performance level of an ESSD.",
        )
        .one_of(&["PL0", "PL1", "PL2", "PL3"]),
        Attr::optional("provisioned_iops", Int, "The IOPS that are paid for.").force_new(),
        Attr::required("size", Int, "The size in GiB.").force_new(),
        Attr::optional("snapshot_id", Str, "The snapshot that it is made from.").force_new(),
    ]
}

pub(super) fn network_interface() -> Vec<Attr> {
    use Ty::{Bool, Int, Str, StrList};
    vec![
        Attr::either("network_card_index", Int, "The network card.").force_new(),
        Attr::either("network_interface_id", Str, "The network interface.").force_new(),
        Attr::either("network_interface_traffic_mode", Str, "The mode.")
            .force_new()
            .one_of(&["Standard", "HighPerformance"]),
        Attr::either("queue_pair_number", Int, "Queue pairs.").force_new(),
        Attr::either("security_group_ids", StrList, "The security groups.").force_new(),
        Attr::either("source_dest_check", Bool, "Whether it checks addresses.").force_new(),
        Attr::either("vswitch_id", Str, "The vSwitch.").force_new(),
    ]
}
