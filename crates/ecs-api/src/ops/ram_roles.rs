//! RAM roles of instances.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::params::JsonList;
use crate::rules;
use crate::types::{InstanceRamRole, InstanceResult, listed};

operations! {
    /// At most 100 instances, in a VPC only.
    AttachInstanceRamRole(Ecs, ByNature) -> AttachInstanceRamRoleResponse, check rules::attach_ram_role {
        region_id: String,
        ram_role_name: String,
        instance_ids: JsonList<String>,
        policy: Option<String>,
    }

    /// At most 100 instances.
    DetachInstanceRamRole(Ecs, ByNature) -> DetachInstanceRamRoleResponse {
        region_id: String,
        ram_role_name: Option<String>,
        instance_ids: JsonList<String>,
    }

    /// By at most 50 instances or by the role; 50 a page at most.
    DescribeInstanceRamRole(Ecs, ByNature) -> DescribeInstanceRamRoleResponse {
        region_id: String,
        ram_role_name: Option<String>,
        instance_ids: Option<JsonList<String>>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }
}

responses! {
    AttachInstanceRamRoleResponse {
        ram_role_name: String,
        total_count: i64,
        fail_count: i64,
        #[serde(with = "listed::ram_role_result")]
        attach_instance_ram_role_results: Vec<InstanceResult>,
    }

    DetachInstanceRamRoleResponse {
        ram_role_name: String,
        total_count: i64,
        fail_count: i64,
        #[serde(with = "listed::ram_role_detach_result")]
        detach_instance_ram_role_results: Vec<InstanceResult>,
    }

    DescribeInstanceRamRoleResponse {
        region_id: String,
        #[serde(with = "listed::instance_ram_role_set")]
        instance_ram_role_sets: Vec<InstanceRamRole>,
        total_count: i64,
    }
}
