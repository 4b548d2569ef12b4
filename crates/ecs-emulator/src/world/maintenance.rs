//! Decides what the maintenance attributes of instances are, and how they change. No maintenance
//! ever happens.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, DescribeInstanceMaintenanceAttributes,
    DescribeInstanceMaintenanceAttributesResponse, ModifyInstanceMaintenanceAttributes,
};
use ecs_api::types::{ActionOnMaintenance, MaintenanceAttribute, MaintenanceWindow};

use super::{Context, Instance, World};
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_100, cut, select};
use crate::refuse;

const ACTIONS: [&str; 3] = ["AutoRecover", "AutoRedeploy", "Stop"];
const DEFAULT_ACTION: &str = "AutoRecover";

impl Serve<ModifyInstanceMaintenanceAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceMaintenanceAttributes,
    ) -> Result<Acknowledged, ApiError> {
        for id in &op.instance_ids {
            self.instance(context, id)?;
        }
        if let Some(action) = &op.action_on_maintenance
            && !ACTIONS.contains(&action.as_str())
        {
            return Err(refuse::invalid(
                "ActionOnMaintenance",
                "it is none of the known actions",
            ));
        }
        for id in &op.instance_ids {
            let maintenance = &mut self.instance_mut(context, id)?.maintenance;
            if let Some(action) = &op.action_on_maintenance {
                maintenance.action.clone_from(action);
            }
            if let Some(notify) = op.notify_on_maintenance {
                maintenance.notify = notify;
            }
            if !op.maintenance_windows.is_empty() {
                maintenance.windows = op
                    .maintenance_windows
                    .iter()
                    .map(|window| (window.start_time.clone(), window.end_time.clone()))
                    .collect();
            }
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeInstanceMaintenanceAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInstanceMaintenanceAttributes,
    ) -> Result<DescribeInstanceMaintenanceAttributesResponse, ApiError> {
        let ids = Some(op.instance_ids.as_slice()).filter(|ids| !ids.is_empty());
        let keep = |instance: &Instance| context.sees(&instance.region);
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_100);
        let page = cut(select(&self.tables.instances, ids, keep), paging);
        Ok(DescribeInstanceMaintenanceAttributesResponse {
            maintenance_attributes: page
                .rows
                .iter()
                .map(|instance| describe(instance))
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInstanceMaintenanceAttributesResponse::default()
        })
    }
}

fn describe(instance: &Instance) -> MaintenanceAttribute {
    let maintenance = &instance.maintenance;
    let value = if maintenance.action.is_empty() {
        DEFAULT_ACTION
    } else {
        maintenance.action.as_str()
    };
    MaintenanceAttribute {
        instance_id: instance.id.clone(),
        action_on_maintenance: ActionOnMaintenance {
            value: value.to_owned(),
            default_value: DEFAULT_ACTION.to_owned(),
            supported_values: ACTIONS.map(str::to_owned).to_vec(),
        },
        maintenance_windows: maintenance
            .windows
            .iter()
            .map(|(start, end)| MaintenanceWindow {
                start_time: start.clone(),
                end_time: end.clone(),
            })
            .collect(),
        notify_on_maintenance: maintenance.notify,
    }
}
