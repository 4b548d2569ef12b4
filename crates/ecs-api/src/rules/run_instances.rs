//! What the rules of RunInstances look at: whether parameters of one request fit each other, and the
//! forms of single values that are no text of people. Which rules there are is decided in `table`.

use std::collections::BTreeSet;

use super::Profile::{Current, Reference2019};
use super::disk::{data_disk_size_range, system_disk_size_range};
use super::engine::{Finding, alternatives};
use super::{Os, RuleContext};
use crate::Timestamp;
use crate::names::Sequence;
use crate::ops::RunInstances;

fn given(value: Option<&String>) -> bool {
    value.is_some_and(|text| !text.is_empty())
}

fn has_template(request: &RunInstances) -> bool {
    given(request.launch_template_id.as_ref()) || given(request.launch_template_name.as_ref())
}

/// The parameter itself, if the condition does not hold.
fn unless(holds: bool, parameter: &str) -> Vec<Finding> {
    if holds {
        Vec::new()
    } else {
        vec![Finding::of(parameter)]
    }
}

pub(super) fn region(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(!request.region_id.is_empty(), "RegionId")
}

pub(super) fn image_old(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(
        given(request.image_id.as_ref()) || has_template(request),
        "ImageId",
    )
}

pub(super) fn image_new(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    if given(request.image_family.as_ref()) {
        Vec::new()
    } else {
        image_old(request, context)
    }
}

pub(super) fn image_family(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let both = given(request.image_id.as_ref()) && given(request.image_family.as_ref());
    unless(!both, "ImageFamily")
}

pub(super) fn instance_type(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(
        given(request.instance_type.as_ref()) || has_template(request),
        "InstanceType",
    )
}

pub(super) fn security_group_old(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(
        given(request.security_group_id.as_ref()) || has_template(request),
        "SecurityGroupId",
    )
}

pub(super) fn security_group_new(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    if !request.security_group_ids.is_empty() || has_primary_interface(request) {
        Vec::new()
    } else {
        security_group_old(request, context)
    }
}

pub(super) fn security_groups_one_way(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let both = given(request.security_group_id.as_ref()) && !request.security_group_ids.is_empty();
    unless(!both, "SecurityGroupIds.1")
}

pub(super) fn template_version(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let alone = given(request.launch_template_version.as_ref()) && !has_template(request);
    unless(!alone, "LaunchTemplateVersion")
}

fn system_disk_range(
    request: &RunInstances,
    context: &RuleContext,
) -> Option<(i64, std::ops::RangeInclusive<i64>)> {
    let disk = &request.system_disk;
    let range = system_disk_size_range(
        disk.category.as_deref(),
        disk.performance_level.as_deref(),
        context.profile,
    )?;
    Some((disk.size?, range))
}

fn size_finding(
    parameter: String,
    category: Option<&str>,
    range: &std::ops::RangeInclusive<i64>,
) -> Finding {
    let of = category.map_or_else(String::new, |category| format!(" for {category}"));
    let message = format!("It must be {} to {} GiB{of}.", range.start(), range.end());
    Finding::saying(parameter, message)
}

pub(super) fn system_disk_too_small(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let category = request.system_disk.category.as_deref();
    system_disk_range(request, context)
        .filter(|(size, range)| size < range.start())
        .map(|(_, range)| size_finding("SystemDisk.Size".to_owned(), category, &range))
        .into_iter()
        .collect()
}

pub(super) fn system_disk_too_large(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let category = request.system_disk.category.as_deref();
    system_disk_range(request, context)
        .filter(|(size, range)| size > range.end())
        .map(|(_, range)| size_finding("SystemDisk.Size".to_owned(), category, &range))
        .into_iter()
        .collect()
}

pub(super) fn data_disk_count(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(request.data_disks.len() <= 16, "DataDisk.17")
}

pub(super) fn data_disk_size(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, disk) in request.data_disks.iter().enumerate() {
        let category = disk.category.as_deref();
        let level = disk.performance_level.as_deref();
        if let Some(size) = disk.size
            && let Some(range) = data_disk_size_range(category, level, context.profile)
            && !range.contains(&size)
        {
            findings.push(size_finding(
                format!("DataDisk.{}.Size", index + 1),
                category,
                &range,
            ));
        }
    }
    findings
}

pub(super) fn delete_with_instance(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let conflicts = |category: &str, delete: bool| match context.profile {
        Reference2019 => !matches!(category, "cloud" | "cloud_efficiency" | "cloud_ssd"),
        Current => category.starts_with("elastic_ephemeral_disk") && !delete,
    };
    request
        .data_disks
        .iter()
        .enumerate()
        .filter(
            |(_, disk)| match (&disk.category, disk.delete_with_instance) {
                (Some(category), Some(delete)) => conflicts(category, delete),
                _ => false,
            },
        )
        .map(|(index, _)| Finding::of(format!("DataDisk.{}.DeleteWithInstance", index + 1)))
        .collect()
}

pub(super) fn private_ip_needs_vswitch(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let alone = given(request.private_ip_address.as_ref())
        && !given(request.vswitch_id.as_ref())
        && !has_template(request);
    unless(!alone, "VSwitchId")
}

pub(super) fn bandwidth_in(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let max = request.internet_max_bandwidth_out.unwrap_or(0).max(10);
    match request.internet_max_bandwidth_in {
        Some(bandwidth) if !(1..=max).contains(&bandwidth) => vec![Finding::saying(
            "InternetMaxBandwidthIn",
            format!("It must be 1 to {max} Mbit/s with this InternetMaxBandwidthOut."),
        )],
        _ => Vec::new(),
    }
}

/// Whether a unique suffix is really put behind the name, and does not fit.
fn suffix_exceeds(name: Option<&String>, unique_suffix: Option<bool>, max: usize) -> bool {
    let Some(name) = name else { return false };
    let sequence = Sequence::parse(name);
    let suffixed = unique_suffix == Some(true)
        && sequence
            .as_ref()
            .is_none_or(|sequence| !sequence.suffix.is_empty());
    let length = sequence
        .map_or_else(|| name.clone(), |sequence| sequence.name(0))
        .chars()
        .count();
    suffixed && length <= max && length + 3 > max
}

pub(super) fn instance_name_suffix(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let exceeds = suffix_exceeds(request.instance_name.as_ref(), request.unique_suffix, 128);
    unless(!exceeds, "InstanceName")
}

pub(super) fn host_name_suffix(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let max = match (context.os, context.profile) {
        (Some(Os::Windows), _) => 15,
        (_, Reference2019) => 128,
        (_, Current) => 64,
    };
    unless(
        !suffix_exceeds(request.host_name.as_ref(), request.unique_suffix, max),
        "HostName",
    )
}

pub(super) fn host_names_one_way(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let both = given(request.host_name.as_ref()) && !request.host_names.is_empty();
    unless(!both, "HostNames.1")
}

pub(super) fn password_inherit(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let password = request
        .password
        .as_ref()
        .is_some_and(|secret| !secret.expose().is_empty());
    unless(
        !(password && request.password_inherit == Some(true)),
        "Password",
    )
}

pub(super) fn min_amount(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let amount = request.amount.unwrap_or(1);
    unless(
        request.min_amount.is_none_or(|least| least <= amount),
        "MinAmount",
    )
}

pub(super) fn release_window(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let release = request
        .auto_release_time
        .as_deref()
        .and_then(Timestamp::parse);
    let (Some(release), Some(now)) = (release, context.now) else {
        return Vec::new();
    };
    let earliest = now.plus_seconds(30 * 60);
    let end = now.plus_years(3);
    unless(earliest <= release && release < end, "AutoReleaseTime")
}

pub(super) fn user_data_io_optimized(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let clash =
        given(request.user_data.as_ref()) && request.io_optimized.as_deref() == Some("none");
    unless(!clash, "UserData")
}

pub(super) fn key_pair_windows(request: &RunInstances, context: &RuleContext) -> Vec<Finding> {
    let clash = given(request.key_pair_name.as_ref()) && context.os == Some(Os::Windows);
    unless(!clash, "KeyPairName")
}

pub(super) fn tag_count(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(request.tags.len() <= 20, "Tag.21.Key")
}

pub(super) fn tag_key_unique(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    request
        .tags
        .iter()
        .enumerate()
        .filter(|(_, tag)| !seen.insert(tag.key.as_str()))
        .map(|(index, _)| Finding::of(format!("Tag.{}.Key", index + 1)))
        .collect()
}

pub(super) fn spot_prepaid(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let spot = request
        .spot_strategy
        .as_deref()
        .is_some_and(|strategy| strategy != "NoSpot");
    unless(
        !(spot && request.instance_charge_type.as_deref() == Some("PrePaid")),
        "SpotStrategy",
    )
}

pub(super) fn spot_price_limit(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let fits = match request.spot_strategy.as_deref() {
        Some(strategy) => strategy == "SpotWithPriceLimit",
        None => has_template(request),
    };
    unless(request.spot_price_limit.is_none() || fits, "SpotPriceLimit")
}

pub(super) fn period(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let Some(period) = request.period else {
        return Vec::new();
    };
    let fits = match request.period_unit.as_deref() {
        Some("Week") => (1..=4).contains(&period),
        _ => (1..=9).contains(&period) || matches!(period, 12 | 24 | 36 | 48 | 60),
    };
    unless(fits, "Period")
}

pub(super) fn period_prepaid(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let prepaid = request.instance_charge_type.as_deref() == Some("PrePaid");
    unless(
        !prepaid || request.period.is_some() || has_template(request),
        "Period",
    )
}

pub(super) fn ipv6_one_way(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let both = request.ipv6_address_count.is_some() && !request.ipv6_addresses.is_empty();
    unless(!both, "Ipv6AddressCount")
}

pub(super) fn ipv6_count(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    unless(request.ipv6_addresses.len() <= 10, "Ipv6Address.11")
}

pub(super) fn ipv6_amount(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let several = request.amount.is_some_and(|amount| amount > 1);
    unless(
        request.ipv6_addresses.is_empty() || !several,
        "Ipv6Address.1",
    )
}

/// A network interface that is marked as the primary one, or an existing one without a mark.
fn has_primary_interface(request: &RunInstances) -> bool {
    request
        .network_interfaces
        .iter()
        .any(|interface| match interface.instance_type.as_deref() {
            Some(kind) => kind == "Primary",
            None => given(interface.network_interface_id.as_ref()),
        })
}

pub(super) fn primary_interface(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    if !has_primary_interface(request) {
        return Vec::new();
    }
    let beside = [
        ("SecurityGroupId", given(request.security_group_id.as_ref())),
        ("SecurityGroupIds", !request.security_group_ids.is_empty()),
        ("VSwitchId", given(request.vswitch_id.as_ref())),
        (
            "PrivateIpAddress",
            given(request.private_ip_address.as_ref()),
        ),
        ("Ipv6Address", !request.ipv6_addresses.is_empty()),
        ("Ipv6AddressCount", request.ipv6_address_count.is_some()),
    ];
    let names: Vec<&str> = beside
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![Finding::saying(
        "NetworkInterface.1",
        format!(
            "A primary network interface excludes {}.",
            alternatives(&names)
        ),
    )]
}

pub(super) fn pool_target(request: &RunInstances, _: &RuleContext) -> Vec<Finding> {
    let pool = &request.private_pool_options;
    let target = pool.match_criteria.as_deref() == Some("Target");
    unless(!target || given(pool.id.as_ref()), "PrivatePoolOptions.Id")
}

pub(super) fn is_instance_type(name: &str, _: &RuleContext) -> bool {
    let mut parts = name.split('.');
    let part = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    parts.next() == Some("ecs") && parts.clone().count() >= 2 && parts.all(part)
}

pub(super) fn is_positive(text: &str, _: &RuleContext) -> bool {
    text.parse::<i64>().is_ok_and(|number| number >= 1)
}

pub(super) fn is_ipv4(text: &str, _: &RuleContext) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

pub(super) fn is_ipv6(text: &str, _: &RuleContext) -> bool {
    text.parse::<std::net::Ipv6Addr>().is_ok()
}

pub(super) fn is_ascii(text: &str, _: &RuleContext) -> bool {
    text.is_ascii()
}

pub(super) fn has_password_length(password: &str, _: &RuleContext) -> bool {
    (8..=30).contains(&password.chars().count())
}

pub(super) fn is_release_time(text: &str, _: &RuleContext) -> bool {
    text.len() == 20 && Timestamp::parse(text).is_some()
}

pub(super) fn is_price(text: &str, _: &RuleContext) -> bool {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    decimals <= 3 && text.parse::<f64>().is_ok_and(|price| price > 0.0)
}

pub(super) fn is_renew_period(text: &str, _: &RuleContext) -> bool {
    matches!(
        text,
        "1" | "2" | "3" | "6" | "12" | "24" | "36" | "48" | "60"
    )
}
