//! The rules of the other actions' single requests: how many ids a call takes, and the values that
//! they share with RunInstances. Each gives the first rule that is broken.

use std::net::Ipv4Addr;

use super::text::{self, security_group_name, vpc_description, vpc_name};
use super::{
    Profile, RuleContext, check_tags, check_value, security_group_rule, vpc_cidr_block,
    vswitch_cidr_block,
};
use crate::JsonList;
use crate::error::ParamError;
use crate::ops::{
    AttachInstanceRamRole, AttachKeyPair, AuthorizeSecurityGroup, AuthorizeSecurityGroupEgress,
    CreateSecurityGroup, CreateVSwitch, CreateVpc, DeleteInstances, DescribeDisks,
    DescribeInstanceStatus, DescribeInstances, DescribeSecurityGroups, DetachKeyPair,
    ModifyDiskAttribute, ModifyInstanceAttribute, ModifyInstanceAutoReleaseTime,
    ModifyInstanceNetworkSpec, ModifyInstanceVpcAttribute, ModifySecurityGroupAttribute,
    ModifySecurityGroupPolicy, ModifyVSwitchAttribute, ModifyVpcAttribute, RebootInstances,
    ResizeDisk, RunInstances, StartInstances, StopInstances, TagResources, UntagResources,
    VpcTagResources, VpcUntagResources,
};
use crate::types::Tag;

type Checked = Result<(), ParamError>;

const CURRENT: RuleContext = RuleContext {
    profile: Profile::Current,
    now: None,
    os: None,
};

fn first(errors: Vec<ParamError>) -> Checked {
    errors.into_iter().next().map_or(Ok(()), Err)
}

/// Values that have the rules of a RunInstances parameter, under a name of their own.
fn as_in_run(parameter: &str, run_parameter: &str, value: Option<&str>) -> Checked {
    let Some(value) = value else { return Ok(()) };
    first(check_value(run_parameter, value, &CURRENT)).map_err(|error| ParamError {
        parameter: parameter.to_owned(),
        ..error
    })
}

fn invalid(parameter: &str, rule: &'static str, message: String) -> ParamError {
    ParamError {
        parameter: parameter.to_owned(),
        rule,
        code: "InvalidParameter",
        http: 400,
        message,
    }
}

/// One at least, and so many at most; none of them empty.
fn ids(parameter: &str, ids: &[String], max: usize, code: &'static str) -> Checked {
    if ids.is_empty() {
        return Err(ParamError::missing(&format!("{parameter}.1")));
    }
    if let Some(index) = ids.iter().position(String::is_empty) {
        return Err(ParamError::missing(&format!("{parameter}.{}", index + 1)));
    }
    if ids.len() > max {
        let message = format!(
            "At most {max} fit in one call, and there are {}.",
            ids.len()
        );
        return Err(ParamError {
            code,
            ..invalid(&format!("{parameter}.{}", max + 1), "count", message)
        });
    }
    Ok(())
}

fn json_ids(parameter: &str, ids: Option<&JsonList<String>>, max: usize) -> Checked {
    match ids {
        Some(JsonList(ids)) if ids.len() > max => Err(invalid(
            parameter,
            "count",
            format!(
                "At most {max} fit in one call, and there are {}.",
                ids.len()
            ),
        )),
        _ => Ok(()),
    }
}

fn one_of(parameter: &str, value: Option<&str>, words: &[&str]) -> Checked {
    match value {
        Some(value) if !words.iter().any(|word| word.eq_ignore_ascii_case(value)) => Err(invalid(
            parameter,
            "one-of",
            format!("It must be {}.", super::engine::alternatives(words)),
        )),
        _ => Ok(()),
    }
}

pub(crate) fn run_instances(request: &RunInstances) -> Checked {
    first(request.validate_in(&CURRENT))
}

pub(crate) fn describe_instances(request: &DescribeInstances) -> Checked {
    json_ids("InstanceIds", request.instance_ids.as_ref(), 100)?;
    json_ids(
        "PrivateIpAddresses",
        request.private_ip_addresses.as_ref(),
        100,
    )?;
    json_ids(
        "PublicIpAddresses",
        request.public_ip_addresses.as_ref(),
        100,
    )?;
    json_ids("EipAddresses", request.eip_addresses.as_ref(), 100)?;
    if request.tags.len() > 20 {
        return Err(invalid(
            "Tag.21.Key",
            "tag-count",
            "There are at most 20 tags.".to_owned(),
        ));
    }
    Ok(())
}

pub(crate) fn describe_instance_status(request: &DescribeInstanceStatus) -> Checked {
    if request.instance_ids.is_empty() {
        return Ok(());
    }
    ids("InstanceId", &request.instance_ids, 100, "InvalidParameter")
}

pub(crate) fn start_instances(request: &StartInstances) -> Checked {
    ids("InstanceId", &request.instance_ids, 100, "InvalidParameter")?;
    batch_optimization(request.batch_optimization.as_deref())
}

pub(crate) fn stop_instances(request: &StopInstances) -> Checked {
    ids("InstanceId", &request.instance_ids, 100, "InvalidParameter")?;
    batch_optimization(request.batch_optimization.as_deref())
}

pub(crate) fn reboot_instances(request: &RebootInstances) -> Checked {
    ids("InstanceId", &request.instance_ids, 100, "InvalidParameter")?;
    batch_optimization(request.batch_optimization.as_deref())
}

fn batch_optimization(value: Option<&str>) -> Checked {
    one_of("BatchOptimization", value, &["AllTogether", "SuccessFirst"])
}

pub(crate) fn delete_instances(request: &DeleteInstances) -> Checked {
    ids("InstanceId", &request.instance_ids, 100, "InvalidParameter")
}

pub(crate) fn modify_instance_attribute(request: &ModifyInstanceAttribute) -> Checked {
    for (parameter, value) in [
        ("InstanceName", &request.instance_name),
        ("Description", &request.description),
        ("HostName", &request.host_name),
        ("UserData", &request.user_data),
        ("CreditSpecification", &request.credit_specification),
    ] {
        // An empty description or user data takes the old one away.
        let clears = matches!(parameter, "Description" | "UserData");
        if !(clears && value.as_deref() == Some("")) {
            as_in_run(parameter, parameter, value.as_deref())?;
        }
    }
    as_in_run(
        "Password",
        "Password",
        request.password.as_ref().map(crate::Secret::expose),
    )
}

pub(crate) fn modify_instance_network_spec(request: &ModifyInstanceNetworkSpec) -> Checked {
    let charge_type = request.network_charge_type.as_deref();
    as_in_run("NetworkChargeType", "InternetChargeType", charge_type)?;
    let out = request
        .internet_max_bandwidth_out
        .map(|bandwidth| bandwidth.to_string());
    as_in_run(
        "InternetMaxBandwidthOut",
        "InternetMaxBandwidthOut",
        out.as_deref(),
    )
}

pub(crate) fn modify_instance_vpc_attribute(request: &ModifyInstanceVpcAttribute) -> Checked {
    if let Some(address) = &request.private_ip_address
        && address.parse::<Ipv4Addr>().is_err()
    {
        return as_in_run("PrivateIpAddress", "PrivateIpAddress", Some(address));
    }
    Ok(())
}

pub(crate) fn modify_auto_release_time(request: &ModifyInstanceAutoReleaseTime) -> Checked {
    let time = request
        .auto_release_time
        .as_deref()
        .filter(|time| !time.is_empty());
    as_in_run("AutoReleaseTime", "AutoReleaseTime", time)
}

pub(crate) fn resize_disk(request: &ResizeDisk) -> Checked {
    if request.new_size == 0 {
        return Err(ParamError::missing("NewSize"));
    }
    if !(1..=65_536).contains(&request.new_size) {
        return Err(ParamError {
            code: "InvalidDiskSize.NotSupported",
            http: 403,
            ..invalid(
                "NewSize",
                "disk-size",
                "It must be 1 to 65536 GiB.".to_owned(),
            )
        });
    }
    one_of("Type", request.r#type.as_deref(), &["offline", "online"])
}

pub(crate) fn modify_disk_attribute(request: &ModifyDiskAttribute) -> Checked {
    if request.disk_id.is_none() && request.disk_ids.is_empty() {
        return Err(ParamError::missing("DiskId"));
    }
    as_in_run(
        "DiskName",
        "SystemDisk.DiskName",
        given(request.disk_name.as_deref()),
    )?;
    as_in_run(
        "Description",
        "SystemDisk.Description",
        given(request.description.as_deref()),
    )
}

pub(crate) fn describe_disks(request: &DescribeDisks) -> Checked {
    json_ids("DiskIds", request.disk_ids.as_ref(), 100)?;
    one_of(
        "DiskType",
        request.disk_type.as_deref(),
        &["all", "system", "data"],
    )
}

pub(crate) fn attach_key_pair(request: &AttachKeyPair) -> Checked {
    json_ids("InstanceIds", Some(&request.instance_ids), 50)
}

pub(crate) fn detach_key_pair(request: &DetachKeyPair) -> Checked {
    json_ids("InstanceIds", Some(&request.instance_ids), 50)
}

pub(crate) fn attach_ram_role(request: &AttachInstanceRamRole) -> Checked {
    json_ids("InstanceIds", Some(&request.instance_ids), 100)
}

fn tags(parameter_tags: &[Tag]) -> Checked {
    if parameter_tags.is_empty() {
        return Err(ParamError::missing("Tag.1.Key"));
    }
    if parameter_tags.len() > 20 {
        return Err(ParamError {
            code: "NumberExceed.Tags",
            ..invalid(
                "Tag.21.Key",
                "tag-count",
                "There are at most 20 tags.".to_owned(),
            )
        });
    }
    first(check_tags(parameter_tags, Profile::Current))
}

fn tag_keys(keys: &[String], all: Option<bool>) -> Checked {
    if keys.is_empty() && all != Some(true) {
        return Err(ParamError::missing("TagKey.1"));
    }
    if keys.len() > 20 {
        return Err(ParamError {
            code: "NumberExceed.Tags",
            ..invalid(
                "TagKey.21",
                "tag-count",
                "There are at most 20 keys.".to_owned(),
            )
        });
    }
    Ok(())
}

const RESOURCES: &str = "NumberExceed.ResourceIds";

pub(crate) fn tag_resources(request: &TagResources) -> Checked {
    ids("ResourceId", &request.resource_ids, 50, RESOURCES)?;
    tags(&request.tags)
}

pub(crate) fn untag_resources(request: &UntagResources) -> Checked {
    ids("ResourceId", &request.resource_ids, 50, RESOURCES)?;
    tag_keys(&request.tag_keys, request.all)
}

pub(crate) fn vpc_tag_resources(request: &VpcTagResources) -> Checked {
    ids("ResourceId", &request.resource_ids, 50, RESOURCES)?;
    tags(&request.tags)
}

pub(crate) fn vpc_untag_resources(request: &VpcUntagResources) -> Checked {
    ids("ResourceId", &request.resource_ids, 50, RESOURCES)?;
    tag_keys(&request.tag_keys, request.all)
}

fn given(value: Option<&str>) -> Option<&str> {
    value.filter(|text| !text.is_empty())
}

pub(crate) fn create_security_group(request: &CreateSecurityGroup) -> Checked {
    if let Some(name) = given(request.security_group_name.as_deref()) {
        security_group_name("SecurityGroupName", name)?;
    }
    if let Some(value) = given(request.description.as_deref()) {
        text::description("Description", value, Profile::Current)?;
    }
    let kind = given(request.security_group_type.as_deref());
    one_of("SecurityGroupType", kind, &["normal", "enterprise"])?;
    first(check_tags(&request.tags, Profile::Current))
}

pub(crate) fn modify_security_group_attribute(request: &ModifySecurityGroupAttribute) -> Checked {
    if let Some(name) = given(request.security_group_name.as_deref()) {
        security_group_name("SecurityGroupName", name)?;
    }
    match given(request.description.as_deref()) {
        Some(value) => text::description("Description", value, Profile::Current),
        None => Ok(()),
    }
}

pub(crate) fn modify_security_group_policy(request: &ModifySecurityGroupPolicy) -> Checked {
    one_of(
        "InnerAccessPolicy",
        Some(&request.inner_access_policy),
        &["Accept", "Drop"],
    )
}

pub(crate) fn describe_security_groups(request: &DescribeSecurityGroups) -> Checked {
    json_ids("SecurityGroupIds", request.security_group_ids.as_ref(), 100)
}

pub(crate) fn authorize(request: &AuthorizeSecurityGroup) -> Checked {
    rules(&request.permissions, request.flat_rule(), false)
}

pub(crate) fn authorize_egress(request: &AuthorizeSecurityGroupEgress) -> Checked {
    rules(&request.permissions, request.flat_rule(), true)
}

fn rules(
    permissions: &[crate::types::PermissionParams],
    flat: Option<crate::types::PermissionParams>,
    egress: bool,
) -> Checked {
    if permissions.len() > 100 {
        let message = "At most 100 rules fit in one call.".to_owned();
        return Err(invalid("Permissions.101", "count", message));
    }
    if permissions.is_empty() {
        return first(security_group_rule("", &flat.unwrap_or_default(), egress));
    }
    for (index, rule) in permissions.iter().enumerate() {
        first(security_group_rule(
            &format!("Permissions.{}.", index + 1),
            rule,
            egress,
        ))?;
    }
    Ok(())
}

pub(crate) fn create_vpc(request: &CreateVpc) -> Checked {
    if let Some(block) = given(request.cidr_block.as_deref()) {
        vpc_cidr_block(block)?;
    }
    vpc_texts(
        ("VpcName", request.vpc_name.as_deref()),
        request.description.as_deref(),
    )?;
    first(check_tags(&request.tags, Profile::Current))
}

pub(crate) fn modify_vpc_attribute(request: &ModifyVpcAttribute) -> Checked {
    if let Some(block) = given(request.cidr_block.as_deref()) {
        vpc_cidr_block(block)?;
    }
    vpc_texts(
        ("VpcName", request.vpc_name.as_deref()),
        request.description.as_deref(),
    )
}

pub(crate) fn create_vswitch(request: &CreateVSwitch) -> Checked {
    vswitch_cidr_block(&request.cidr_block, None)?;
    vpc_texts(
        ("VSwitchName", request.vswitch_name.as_deref()),
        request.description.as_deref(),
    )?;
    first(check_tags(&request.tags, Profile::Current))
}

pub(crate) fn modify_vswitch_attribute(request: &ModifyVSwitchAttribute) -> Checked {
    vpc_texts(
        ("VSwitchName", request.vswitch_name.as_deref()),
        request.description.as_deref(),
    )
}

fn vpc_texts((parameter, name): (&str, Option<&str>), description: Option<&str>) -> Checked {
    if let Some(name) = given(name) {
        vpc_name(parameter, name)?;
    }
    match given(description) {
        Some(value) => vpc_description("Description", value),
        None => Ok(()),
    }
}
