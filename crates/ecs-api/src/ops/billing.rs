//! How an instance is paid for and placed: charge type, renewal, prepaid changes, deployment sets,
//! capacity reservations.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::JsonList;
use crate::types::{InstanceAttachment, InstanceRenewal, listed};

operations! {
    ModifyInstanceChargeType(Ecs, ByToken) -> ModifyInstanceChargeTypeResponse {
        region_id: String,
        /// At most 20.
        instance_ids: JsonList<String>,
        instance_charge_type: Option<String>,
        include_data_disks: Option<bool>,
        period: Option<i64>,
        period_unit: Option<String>,
        auto_pay: Option<bool>,
        is_detail_fee: Option<bool>,
        dry_run: Option<bool>,
        client_token: Option<String>,
    }

    /// The type of a prepaid instance.
    ModifyPrepayInstanceSpec(Ecs, ByToken) -> ModifyPrepayInstanceSpecResponse {
        region_id: String,
        instance_id: String,
        instance_type: String,
        /// `upgrade` or `downgrade`.
        operator_type: Option<String>,
        auto_pay: Option<bool>,
        migration_type: Option<String>,
        reboot_when_finished: Option<bool>,
        reboot_time: Option<String>,
        end_time: Option<String>,
        client_token: Option<String>,
    }

    ModifyInstanceAutoRenewAttribute(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        /// At most 100, separated by commas.
        instance_id: String,
        /// `AutoRenewal`, `Normal` or `NotRenewal`.
        renewal_status: Option<String>,
        auto_renew: Option<bool>,
        duration: Option<i64>,
        period_unit: Option<String>,
    }

    DescribeInstanceAutoRenewAttribute(Ecs, ByNature) -> DescribeInstanceAutoRenewAttributeResponse {
        region_id: String,
        instance_id: Option<String>,
        renewal_status: Option<String>,
        page_number: Option<String>,
        page_size: Option<String>,
    }

    ModifyInstanceDeployment(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        instance_id: String,
        deployment_set_id: Option<String>,
        deployment_set_group_no: Option<i64>,
        remove_from_deployment_set: Option<bool>,
        dedicated_host_id: Option<String>,
        dedicated_host_cluster_id: Option<String>,
        tenancy: Option<String>,
        affinity: Option<String>,
        migration_type: Option<String>,
        force: Option<bool>,
        instance_type: Option<String>,
    }

    ModifyInstanceAttachmentAttributes(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        instance_id: String,
        private_pool_options: crate::types::PrivatePoolOptionsParams,
    }

    DescribeInstanceAttachmentAttributes(Ecs, ByNature)
        -> DescribeInstanceAttachmentAttributesResponse
    {
        region_id: String,
        instance_ids: JsonList<String>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }
}

responses! {
    ModifyInstanceChargeTypeResponse {
        order_id: String,
    }

    ModifyPrepayInstanceSpecResponse {
        order_id: String,
    }

    DescribeInstanceAutoRenewAttributeResponse {
        #[serde(with = "listed::instance_renew_attribute")]
        instance_renew_attributes: Vec<InstanceRenewal>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeInstanceAttachmentAttributesResponse {
        #[serde(with = "listed::instance")]
        instances: Vec<InstanceAttachment>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
