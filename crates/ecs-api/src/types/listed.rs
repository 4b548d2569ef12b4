//! The wrapping of lists in responses: `"Tags":{"Tag":[…]}` is a `Vec` here, with
//! `#[serde(with = "listed::tag")]` on the field. The wrapper is always written, with an empty list
//! too, because clients look into it without asking; when read, it may be absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

struct Inner<T> {
    name: &'static str,
    items: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.name {
                items = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(items)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

macro_rules! listed {
    ($($module:ident $name:literal),* $(,)?) => {$(
        pub(crate) mod $module {
            use super::*;

            pub(crate) fn serialize<T: Serialize, S: Serializer>(
                items: &[T],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.collect_map([($name, items)])
            }

            pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Vec<T>, D::Error> {
                deserializer.deserialize_any(Inner { name: $name, items: PhantomData })
            }
        }
    )*};
}

listed! {
    attachment "Attachment",
    attribute "Attribute",
    available_resource "AvailableResource",
    available_zone "AvailableZone",
    cloud_resource_set_type "CloudResourceSetType",
    command "Command",
    data_disk "DataDisk",
    dedicated_host_generation "DedicatedHostGeneration",
    dedicated_host_type "DedicatedHostType",
    detail_info "DetailInfo",
    disk "Disk",
    disk_categories "DiskCategories",
    disk_device_mapping "DiskDeviceMapping",
    eip_address "EipAddress",
    image "Image",
    instance "Instance",
    instance_id_set "InstanceIdSet",
    instance_ram_role_set "InstanceRamRoleSet",
    instance_renew_attribute "InstanceRenewAttribute",
    instance_response "InstanceResponse",
    instance_status "InstanceStatus",
    instance_tag "InstanceTag",
    instance_type "InstanceType",
    instance_types "InstanceTypes",
    invocation "Invocation",
    invoke_instance "InvokeInstance",
    ip_address "IpAddress",
    ipv4_prefix_set "Ipv4PrefixSet",
    ipv6_cidr_block "Ipv6CidrBlock",
    ipv6_prefix_set "Ipv6PrefixSet",
    ipv6_set "Ipv6Set",
    item "Item",
    key_pair "KeyPair",
    launch_template_set "LaunchTemplateSet",
    launch_template_version_set "LaunchTemplateVersionSet",
    lock_reason "LockReason",
    maintenance_attribute "MaintenanceAttribute",
    maintenance_window "MaintenanceWindow",
    mount_instance "MountInstance",
    nat_gateway_ids "NatGatewayIds",
    network_card_info "NetworkCardInfo",
    network_interface "NetworkInterface",
    network_interface_set "NetworkInterfaceSet",
    next_hop "NextHop",
    operation_lock "OperationLock",
    parameter_name "ParameterName",
    permission "Permission",
    private_ip_set "PrivateIpSet",
    ram_role_detach_result "DetachInstanceRamRoleResult",
    ram_role_result "AttachInstanceRamRoleResult",
    region "Region",
    region_status "RegionStatus",
    resource_group "ResourceGroup",
    resource_types "ResourceTypes",
    resources_info "ResourcesInfo",
    result "Result",
    route_entry "RouteEntry",
    router_table_ids "RouterTableIds",
    router_table_list_type "RouterTableListType",
    rule "Rule",
    secondary_cidr_block "SecondaryCidrBlock",
    security_group "SecurityGroup",
    security_group_id "SecurityGroupId",
    snapshot "Snapshot",
    snapshot_policy_id "SnapshotPolicyId",
    supported_boot_mode "SupportedBootMode",
    supported_data_disk_category "supportedDataDiskCategory",
    supported_instance_generation "supportedInstanceGeneration",
    supported_instance_type "supportedInstanceType",
    supported_instance_type_family "supportedInstanceTypeFamily",
    supported_network_category "supportedNetworkCategory",
    supported_resource "SupportedResource",
    supported_system_disk_category "supportedSystemDiskCategory",
    supported_topology_type "SupportedTopologyType",
    supported_value "SupportedValue",
    tag "Tag",
    tag_resource "TagResource",
    user_cidr "UserCidr",
    volume_categories "VolumeCategories",
    vpc "Vpc",
    vswitch "VSwitch",
    vswitch_id "VSwitchId",
    weighting_info "WeightingInfo",
    zone "Zone",
}
