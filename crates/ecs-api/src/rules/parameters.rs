//! The 45 request parameters of the RunInstances reference: what kind of value each takes, whether it is
//! needed, and what of it only the service can judge. The rules that a request shows by itself are in
//! `table`; what today's documents add to these parameters has rules there and no row here.

use Kind::{Decimal, Flag, Text, Whole};
use Need::{Always, Never, Otherwise};

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// A number with a point.
    Decimal,
    /// `true` or `false`.
    Flag,
}

/// Whether a request has to have a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Every request.
    Always,
    /// No request.
    Never,
    /// A request to which this applies.
    Otherwise(&'static str),
}

/// One request parameter of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, with `n` for an index.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it is needed.
    pub need: Need,
    /// What counts where it is absent: words; empty if nothing does.
    pub default: &'static str,
    /// What only the service can judge: a sentence, empty if nothing.
    pub beyond: &'static str,
}

const fn parameter(
    name: &'static str,
    kind: Kind,
    need: Need,
    default: &'static str,
    beyond: &'static str,
) -> Parameter {
    Parameter {
        name,
        kind,
        need,
        default,
        beyond,
    }
}

const NO_TEMPLATE: Need = Otherwise("no launch template is named");

#[rustfmt::skip]
/// The parameters, in the order of the reference.
pub const RUN_INSTANCES_PARAMETERS: &[Parameter] = &[
    parameter("Action", Text, Always, "", "It names the operation; signatures of version 3 carry it as a header."),
    parameter("RegionId", Text, Always, "", "The account must be allowed to use the region."),
    parameter("ZoneId", Text, Never, "that of the vSwitch, or one that the service picks", "It must be a zone of the region, and that of the vSwitch."),
    parameter("ImageId", Text, NO_TEMPLATE, "", "The image must exist, be available and run on the instance type."),
    parameter("InstanceType", Text, NO_TEMPLATE, "", "The type must be sold in the zone."),
    parameter("CreditSpecification", Text, Never, "", "Only burstable types have it."),
    parameter("SecurityGroupId", Text, NO_TEMPLATE, "", "The group must exist, have room and lie in the VPC of the vSwitch."),
    parameter("LaunchTemplateId", Text, Otherwise("a template is used and not named"), "", "The template must exist."),
    parameter("LaunchTemplateName", Text, Otherwise("a template is used and its id is not given"), "", "The template must exist."),
    parameter("LaunchTemplateVersion", Text, Never, "the template's default version", "The template must have the version."),
    parameter("InternetChargeType", Text, Never, "PayByTraffic", "It must fit the kind of network."),
    parameter("IoOptimized", Text, Never, "optimized; none for types that are phased out", "Image, type and network must allow it."),
    parameter("SystemDisk.Category", Text, Never, "cloud_efficiency; cloud for types that are phased out", "Zone and type must offer the category."),
    parameter("SystemDisk.Size", Whole, Never, "40, or the size of the image if that is more", "It must not be below the size of the image."),
    parameter("SystemDisk.DiskName", Text, Never, "", ""),
    parameter("SystemDisk.Description", Text, Never, "", ""),
    parameter("DataDisk.n.Category", Text, Never, "cloud; today one that the type supports", "Zone and type must offer the category, beside those of the other disks."),
    parameter("DataDisk.n.Size", Whole, Never, "the size of the snapshot", "It must not be below the size of the snapshot."),
    parameter("DataDisk.n.SnapshotId", Text, Never, "", "It must be a finished snapshot of a data disk, made after 15 July 2013."),
    parameter("DataDisk.n.Encrypted", Flag, Never, "false", "It must agree with the snapshot; region and category must support it."),
    parameter("DataDisk.n.DiskName", Text, Never, "", ""),
    parameter("DataDisk.n.Description", Text, Never, "", ""),
    parameter("DataDisk.n.DeleteWithInstance", Flag, Never, "true", ""),
    parameter("HpcClusterId", Text, Never, "", "Some types need a cluster, others take none; it must exist and be ready."),
    parameter("VSwitchId", Text, Otherwise("the security group is one of a VPC"), "", "It must exist, be Available and lie in the VPC of the security group."),
    parameter("PrivateIpAddress", Text, Never, "one that the service picks", "It must be a free address of the vSwitch."),
    parameter("InternetMaxBandwidthIn", Whole, Never, "200; today 10, or the outbound bandwidth if that is more", "It must fit the kind of network."),
    parameter("InternetMaxBandwidthOut", Whole, Never, "0", "It must fit the kind of network."),
    parameter("InstanceName", Text, Never, "the id", ""),
    parameter("HostName", Text, Never, "one made of the id", "Windows has rules of its own, which count where the image tells its system."),
    parameter("UniqueSuffix", Flag, Never, "false", ""),
    parameter("Description", Text, Never, "", ""),
    parameter("Password", Text, Never, "", ""),
    parameter("PasswordInherit", Flag, Never, "false", "The image must have a password."),
    parameter("Amount", Whole, Never, "1", ""),
    parameter("AutoReleaseTime", Text, Never, "", ""),
    parameter("UserData", Text, Never, "", "The account must be allowed to set it."),
    parameter("KeyPairName", Text, Never, "", "The key pair must exist in the region."),
    parameter("RamRoleName", Text, Never, "", "The role must exist, and the caller be allowed to pass it."),
    parameter("SecurityEnhancementStrategy", Text, Never, "", "Active needs an official image."),
    parameter("Tag.n.Key", Text, Never, "", ""),
    parameter("Tag.n.Value", Text, Never, "empty", ""),
    parameter("SpotStrategy", Text, Never, "NoSpot", "The account must be allowed to use spot instances."),
    parameter("SpotPriceLimit", Decimal, Never, "", "It must not be below the price of the day."),
    parameter("ClientToken", Text, Never, "", "It must not have been used with other parameters."),
];
