//! Decides what of an instance's plan does not follow from its table: the rules of RunInstances, what else a change makes
//! unknown, disks that would shrink, and images that replace.

use cairn_model::Impact;
use cairn_provider::Problem;
use cairn_value::{Path, Type};
use ecs_api::ParamError;
use ecs_api::rules::{Profile, RUN_INSTANCES_RULES, RuleContext, os_of_image};

use super::super::PlanContext;
use super::super::tags::check_tags;
use super::{data_disks, params};
use crate::config::replaces_on_image_update;
use crate::describe::{Fields, Planned, attr_path};

/// Attributes whose absence the table reports.
const REQUIRED_BY_TABLE: &[&str] = &["image_id", "instance_type"];

/// Checks a configuration by the documented rules of RunInstances, those of the profile. What is unknown is passed over, and so are parameters that
/// no attribute stands for.
pub(super) fn validate(config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
    check_tags(config, "tags", rules, problems);
    check_tags(config, "volume_tags", rules, problems);
    let mut request = params::run_instances("cn-hangzhou".to_owned(), config);
    request.instance_name = config.string("instance_name");
    request.host_name = config.string("host_name");
    let context = RuleContext {
        profile: rules,
        now: None,
        os: config.str("image_id").and_then(os_of_image),
    };
    for error in request.validate_in(&context) {
        let Some(path) = params::attribute(&error.parameter) else {
            continue;
        };
        let first = path.first_attr().unwrap_or("");
        let known_elsewhere = problems.iter().any(|p| p.path.as_ref() == Some(&path));
        if first == "tags" || config.is_unknown(first) || known_elsewhere {
            continue;
        }
        // A required parameter may come from something that is not known yet.
        let missing = error.rule == "required" || error.code.starts_with("Missing");
        // The reference of 2019 knows fewer ways to give one.
        let given = REQUIRED_BY_TABLE.contains(&first) || config.is_set(first);
        if missing && (given || relies_on_unknown(config)) {
            continue;
        }
        // What is missing has no place: what needs it has.
        let needing = (!config.is_set(first)).then(|| needing_attribute(&error));
        let place = needing.flatten().filter(|p| is_set(config, p));
        problems.push(
            Problem::error(
                "invalid-value",
                "Invalid value for an argument",
                format!("{path}: {}", params::in_attributes(&error.message)),
            )
            .at(place.unwrap_or(path)),
        );
    }
}

/// The attribute that a rule is written down for, where that is another than the one that breaks it.
fn needing_attribute(error: &ParamError) -> Option<Path> {
    let mut named = RUN_INSTANCES_RULES.iter().filter(|r| r.rule == error.rule);
    let first = named.clone().next()?;
    let own = named.any(|r| r.parameter == error.parameter);
    (!own).then(|| params::attribute(first.parameter))?
}

fn is_set(config: Fields<'_>, path: &Path) -> bool {
    path.first_attr().is_some_and(|name| config.is_set(name))
}

fn relies_on_unknown(config: Fields<'_>) -> bool {
    [
        "launch_template_id",
        "launch_template_name",
        "vswitch_id",
        "security_groups",
        "network_interface_id",
        "network_interfaces",
    ]
    .iter()
    .any(|n| config.is_unknown(n))
}

pub(super) fn adjust(context: &PlanContext<'_>, planned: &mut Planned) {
    let Some(prior) = context.prior else {
        return;
    };
    if planned.is_changed("data_disks") {
        data_disks::adjust(prior, planned);
    }
    if planned.is_changed("image_id") {
        let known = context.config.str("image_id").is_some();
        if known && context.provider.is_some_and(replaces_on_image_update) {
            planned.replace.push(attr_path("image_id"));
        }
        for name in ["system_disk_id", "os_name", "os_type"] {
            planned.forget(name);
        }
    }
    if planned.is_changed("instance_type") {
        for name in ["cpu", "memory"] {
            planned.forget(name);
        }
        if !context.config.is_set("cpu_options") {
            planned.forget("cpu_options");
        }
    }
    if planned.is_changed("internet_max_bandwidth_out") {
        planned.forget("public_ip");
        for name in ["internet_charge_type", "internet_max_bandwidth_in"] {
            if !context.config.is_set(name) {
                planned.forget(name);
            }
        }
    }
    if planned.is_changed("vswitch_id") {
        for name in ["private_ip", "vpc_id"] {
            if !context.config.is_set(name) {
                planned.forget(name);
            }
        }
    }
    if planned.is_changed("vpc_id") && !context.config.is_set("vswitch_id") {
        planned.forget("vswitch_id");
    }
    if planned.is_changed("vswitch_id") || planned.is_changed("private_ip") {
        planned.forget("primary_ip_address");
    }
    // Further addresses are of the vSwitch, and each list goes with its number.
    let moves = planned.is_changed("vswitch_id");
    for (list, number) in [
        (
            "secondary_private_ips",
            "secondary_private_ip_address_count",
        ),
        ("ipv6_addresses", "ipv6_address_count"),
    ] {
        for (one, other) in [(list, number), (number, list)] {
            if (moves || planned.is_changed(one)) && !context.config.is_set(other) {
                planned.forget(other);
            }
        }
    }
    if planned.is_changed("private_pool_options_match_criteria")
        && !context.config.is_set("private_pool_options_id")
    {
        planned.forget("private_pool_options_id");
    }
    if planned.is_changed("instance_charge_type") {
        planned.forget("expired_time");
    }
    let stops = context.config.str("status") == Some("Stopped");
    if planned.is_changed("status") && !(stops && context.config.is_set("stopped_mode")) {
        planned.forget("stopped_mode");
    }
    if planned.is_changed("status") || planned.notes.iter().any(|n| n.impact >= Impact::Reboot) {
        planned.forget("start_time");
    }
    if planned.is_changed("system_disk_category") || planned.is_changed("image_id") {
        return;
    }
    let (old, new) = (
        prior.int("system_disk_size"),
        planned
            .object
            .get("system_disk_size")
            .and_then(cairn_value::Value::as_i64),
    );
    if let (true, Some(old), Some(new)) = (planned.is_changed("system_disk_size"), old, new)
        && new < old
    {
        planned.problems.push(
            Problem::error(
                "disk-cannot-shrink",
                "Disk cannot shrink",
                format!(
                    "The system disk has {old} GiB and would have {new}. A disk only grows: set at least {old}, or have the \
                     instance replaced (-replace=ADDRESS)."
                ),
            )
            .at(attr_path("system_disk_size")),
        );
    }
}

/// The type of an element of `network_interfaces`.
pub(super) fn interface_type() -> Type {
    crate::describe::object_type(&super::schema::network_interface())
}
