//! The API actions: one request struct each, and its response. Fields of requests are `String` where
//! the parameter is required, `Option` where it is not; lists are numbered from 1 on the wire.
//!
//! A new action is an entry in one of these files and in one of two lists. Those of
//! `for_each_operation!` have a handler in every server that dispatches by it: the compiler names the
//! gap. Those of `for_each_further_operation!` are for clients; they move to the first list together
//! with their handler.

mod billing;
mod catalogue;
mod commands;
mod disks;
mod eips;
mod instance_attributes;
mod instances;
mod key_pairs;
mod launch_templates;
mod network_interfaces;
mod prices;
mod ram_roles;
mod resource_groups;
mod routes;
mod run_instances;
mod security_groups;
mod snapshots;
mod sts;
mod tags;
mod vpcs;

pub use billing::*;
pub use catalogue::*;
pub use commands::*;
pub use disks::*;
pub use eips::*;
pub use instance_attributes::*;
pub use instances::*;
pub use key_pairs::*;
pub use launch_templates::*;
pub use network_interfaces::*;
pub use prices::*;
pub use ram_roles::*;
pub use resource_groups::*;
pub use routes::*;
pub use run_instances::*;
pub use security_groups::*;
pub use snapshots::*;
pub use sts::*;
pub use tags::*;
pub use vpcs::*;

responses! {
    /// The answer of actions that return nothing: the request's id alone.
    Acknowledged {}
}

/// Calls a macro with the names of all operations, separated by commas. The names are those of the
/// structs in `ecs_api::ops`; a server's dispatch and the table `OPERATIONS` are made with it.
#[macro_export]
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            RunInstances,
            DescribeInstances,
            DescribeInstanceStatus,
            StartInstance,
            StartInstances,
            StopInstance,
            StopInstances,
            RebootInstance,
            RebootInstances,
            DeleteInstance,
            DeleteInstances,
            ModifyInstanceAttribute,
            ModifyInstanceSpec,
            ModifyInstanceNetworkSpec,
            ModifyInstanceVpcAttribute,
            ModifyInstanceAutoReleaseTime,
            ModifyInstanceMetadataOptions,
            ModifyInstanceMaintenanceAttributes,
            AllocatePublicIpAddress,
            JoinResourceGroup,
            DescribeUserData,
            DescribeInstanceAttribute,
            DescribeInstanceMaintenanceAttributes,
            CreateDisk,
            DeleteDisk,
            AttachDisk,
            DetachDisk,
            ReplaceSystemDisk,
            ResizeDisk,
            ModifyDiskAttribute,
            ModifyDiskSpec,
            DescribeDisks,
            DescribeNetworkInterfaces,
            ModifyInstanceChargeType,
            ModifyPrepayInstanceSpec,
            ModifyInstanceAutoRenewAttribute,
            DescribeInstanceAutoRenewAttribute,
            ModifyInstanceDeployment,
            ModifyInstanceAttachmentAttributes,
            DescribeInstanceAttachmentAttributes,
            ApplyAutoSnapshotPolicy,
            CancelAutoSnapshotPolicy,
            AssignPrivateIpAddresses,
            UnassignPrivateIpAddresses,
            AssignIpv6Addresses,
            UnassignIpv6Addresses,
            CreateKeyPair,
            ImportKeyPair,
            DescribeKeyPairs,
            DeleteKeyPairs,
            AttachKeyPair,
            DetachKeyPair,
            CreateCommand,
            DescribeCommands,
            DeleteCommand,
            InvokeCommand,
            DescribeInvocations,
            StopInvocation,
            CreateLaunchTemplate,
            CreateLaunchTemplateVersion,
            DescribeLaunchTemplates,
            DescribeLaunchTemplateVersions,
            ModifyLaunchTemplateDefaultVersion,
            DeleteLaunchTemplate,
            DeleteLaunchTemplateVersion,
            AttachInstanceRamRole,
            DetachInstanceRamRole,
            DescribeInstanceRamRole,
            DescribeImages,
            DescribeInstanceTypes,
            DescribeZones,
            DescribeRegions,
            DescribeAvailableResource,
            DescribePrice,
            TagResources,
            UntagResources,
            ListTagResources,
            DescribeTags,
            CreateSecurityGroup,
            DeleteSecurityGroup,
            ModifySecurityGroupAttribute,
            ModifySecurityGroupPolicy,
            DescribeSecurityGroups,
            DescribeSecurityGroupAttribute,
            AuthorizeSecurityGroup,
            AuthorizeSecurityGroupEgress,
            RevokeSecurityGroup,
            RevokeSecurityGroupEgress,
            ModifySecurityGroupRule,
            ModifySecurityGroupEgressRule,
            JoinSecurityGroup,
            LeaveSecurityGroup,
            CreateVpc,
            DeleteVpc,
            ModifyVpcAttribute,
            DescribeVpcs,
            DescribeVpcAttribute,
            DescribeRouteTableList,
            CreateRouteTable,
            DeleteRouteTable,
            ModifyRouteTableAttributes,
            AssociateRouteTable,
            UnassociateRouteTable,
            CreateRouteEntry,
            DeleteRouteEntry,
            DescribeRouteEntryList,
            CreateVSwitch,
            DeleteVSwitch,
            ModifyVSwitchAttribute,
            DescribeVSwitches,
            DescribeVSwitchAttributes,
            AllocateEipAddress,
            AssociateEipAddress,
            UnassociateEipAddress,
            ReleaseEipAddress,
            ModifyEipAddressAttribute,
            ModifyEipForwardMode,
            DescribeEipAddresses,
            DeletionProtection,
            MoveResourceGroup,
            VpcTagResources,
            VpcUntagResources,
            VpcListTagResources,
            GetCallerIdentity,
            AssumeRole,
            ListResourceGroups,
            GetResourceGroup,
        }
    };
}

/// As [`for_each_operation!`], with the actions that no dispatch is made of yet.
#[macro_export]
macro_rules! for_each_further_operation {
    ($callback:ident) => {
        $callback! {
            CreateNetworkInterface,
            DeleteNetworkInterface,
            AttachNetworkInterface,
            DetachNetworkInterface,
            ModifyNetworkInterfaceAttribute,
            CreateSnapshot,
            DeleteSnapshot,
            DescribeSnapshots,
            CreateImage,
            DeleteImage,
            AssumeRoleWithOIDC,
        }
    };
}
