//! Decides where instances may be placed later on: deployment sets and capacity reservations, of which every well-formed name
//! counts as one that exists; and which disks are under which snapshot policy.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, ApplyAutoSnapshotPolicy, CancelAutoSnapshotPolicy,
    DescribeInstanceAttachmentAttributes, DescribeInstanceAttachmentAttributesResponse,
    ModifyInstanceAttachmentAttributes, ModifyInstanceDeployment,
};
use ecs_api::types::InstanceAttachment;

use super::{Context, Instance, World};
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_100, cut, select};
use crate::refuse;

const CRITERIA: [&str; 3] = ["Open", "Target", "None"];

impl Serve<ModifyInstanceDeployment> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceDeployment,
    ) -> Result<Acknowledged, ApiError> {
        let remove = op.remove_from_deployment_set == Some(true);
        let set = op.deployment_set_id.filter(|id| !id.is_empty());
        let instance = self.instance_mut(context, &op.instance_id)?;
        match (set, op.dedicated_host_id) {
            (Some(set), _) if remove && instance.deployment_set != set => {
                return Err(refuse::not_found(
                    "InvalidDeploymentSetId.NotFound",
                    "The specified instance is not in the specified deployment set.",
                ));
            }
            (Some(_), _) if remove => instance.deployment_set.clear(),
            (Some(set), _) => instance.deployment_set = set,
            (None, Some(host)) => instance.dedicated_host = host,
            (None, None) => return Err(refuse::missing("DeploymentSetId")),
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyInstanceAttachmentAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceAttachmentAttributes,
    ) -> Result<Acknowledged, ApiError> {
        let criteria = op
            .private_pool_options
            .match_criteria
            .ok_or_else(|| refuse::missing("PrivatePoolOptions.MatchCriteria"))?;
        if !CRITERIA.contains(&criteria.as_str()) {
            return Err(refuse::invalid(
                "PrivatePoolOptions.MatchCriteria",
                "it is none of the known ones",
            ));
        }
        let id = op.private_pool_options.id.unwrap_or_default();
        if criteria == "Target" && id.is_empty() {
            return Err(refuse::missing("PrivatePoolOptions.Id"));
        }
        let pool = &mut self.instance_mut(context, &op.instance_id)?.private_pool;
        pool.id = if criteria == "Target" {
            id
        } else {
            String::new()
        };
        pool.criteria = criteria;
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeInstanceAttachmentAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceAttachmentAttributes,
    ) -> Result<DescribeInstanceAttachmentAttributesResponse, ApiError> {
        let keep = |instance: &Instance| context.sees(&instance.region);
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_100);
        let ids = Some(op.instance_ids.0.as_slice());
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        let describe = |instance: &&Instance| InstanceAttachment {
            instance_id: instance.id.clone(),
            private_pool_options_match_criteria: match instance.private_pool.criteria.as_str() {
                "" => "Open".to_owned(),
                criteria => criteria.to_owned(),
            },
            private_pool_options_id: instance.private_pool.id.clone(),
        };
        Ok(DescribeInstanceAttachmentAttributesResponse {
            instances: page.rows.iter().map(describe).collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInstanceAttachmentAttributesResponse::default()
        })
    }
}

impl World {
    fn set_policy(
        &mut self,
        context: &Context,
        disks: &[String],
        policy: &str,
    ) -> Result<Acknowledged, ApiError> {
        for id in disks {
            let disk = self.tables.disks.get(id);
            disk.filter(|disk| context.sees(&disk.region))
                .ok_or_else(refuse::no_disk)?;
        }
        for id in disks {
            if let Some(disk) = self.tables.disks.get_mut(id) {
                policy.clone_into(&mut disk.auto_snapshot_policy);
            }
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ApplyAutoSnapshotPolicy> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ApplyAutoSnapshotPolicy,
    ) -> Result<Acknowledged, ApiError> {
        self.set_policy(context, &op.disk_ids.0, &op.auto_snapshot_policy_id)
    }
}

impl Serve<CancelAutoSnapshotPolicy> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CancelAutoSnapshotPolicy,
    ) -> Result<Acknowledged, ApiError> {
        self.set_policy(context, &op.disk_ids.0, "")
    }
}
