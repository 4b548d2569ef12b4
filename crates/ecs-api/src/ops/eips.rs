//! Elastic addresses: of the product VPC.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::types::{Eip, Tag, TagFilter, listed};

operations! {
    AllocateEipAddress(Vpc, ByToken) -> AllocateEipAddressResponse {
        region_id: String,
        bandwidth: Option<String>,
        internet_charge_type: Option<String>,
        instance_charge_type: Option<String>,
        isp as "ISP": Option<String>,
        netmode: Option<String>,
        ip_address: Option<String>,
        /// The id of an address that is to be given back.
        instance_id: Option<String>,
        public_ip_address_pool_id: Option<String>,
        security_protection_types: Vec<String>,
        zone: Option<String>,
        activity_id: Option<String>,
        auto_pay: Option<bool>,
        period: Option<i64>,
        pricing_cycle: Option<String>,
        name: Option<String>,
        description: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    AssociateEipAddress(Vpc, ByToken) -> Acknowledged {
        region_id: String,
        allocation_id: String,
        instance_id: String,
        /// `EcsInstance`, `NetworkInterface`, `SlbInstance`, `Nat`, …
        instance_type: Option<String>,
        private_ip_address: Option<String>,
        mode: Option<String>,
        client_token: Option<String>,
    }

    UnassociateEipAddress(Vpc, ByToken) -> Acknowledged {
        region_id: String,
        allocation_id: String,
        instance_id: Option<String>,
        instance_type: Option<String>,
        private_ip_address: Option<String>,
        force: Option<bool>,
        client_token: Option<String>,
    }

    ReleaseEipAddress(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        allocation_id: String,
    }

    ModifyEipAddressAttribute(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        allocation_id: String,
        bandwidth: Option<String>,
        name: Option<String>,
        description: Option<String>,
    }

    ModifyEipForwardMode(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        /// The address's.
        instance_id: String,
        mode: String,
    }

    DeletionProtection(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        instance_id: String,
        protection_enable: bool,
        /// `EIP`, `NATGW` …
        r#type as "Type": String,
    }

    MoveResourceGroup(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        resource_id: String,
        /// `vpc`, `eip` …
        resource_type: String,
        new_resource_group_id: String,
    }

    DescribeEipAddresses(Vpc, ByNature) -> DescribeEipAddressesResponse {
        region_id: String,
        /// Up to 50, separated by commas.
        allocation_id: Option<String>,
        eip_address: Option<String>,
        eip_name: Option<String>,
        status: Option<String>,
        associated_instance_id: Option<String>,
        associated_instance_type: Option<String>,
        isp as "ISP": Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }
}

responses! {
    AllocateEipAddressResponse {
        allocation_id: String,
        eip_address: String,
        order_id: i64,
        resource_group_id: String,
    }

    DescribeEipAddressesResponse {
        #[serde(with = "listed::eip_address")]
        eip_addresses: Vec<Eip>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
