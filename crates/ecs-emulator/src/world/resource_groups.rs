//! Decides which resource groups there are: the default one. Things may name any other; nobody asks whether it exists.

use ecs_api::ApiError;
use ecs_api::ops::{
    DetailedResourceGroup, GetResourceGroup, GetResourceGroupResponse, ListResourceGroups,
    ListResourceGroupsResponse, RegionStatus, ResourceGroup,
};

use super::filters::is;
use super::{Context, World};
use crate::dispatch::Serve;
use crate::refuse;

const ID: &str = "rg-acfmxazb4ph6aiy";
const NAME: &str = "default";
const DISPLAY_NAME: &str = "Default Resource Group";
const STATUS: &str = "OK";
const CREATED: &str = "2020-01-01T00:00:00+08:00";

impl Serve<ListResourceGroups> for World {
    fn serve(
        &mut self,
        _: &Context,
        op: ListResourceGroups,
    ) -> Result<ListResourceGroupsResponse, ApiError> {
        let is_asked_for = is(op.resource_group_id.as_ref(), ID)
            && is(op.name.as_ref(), NAME)
            && is(op.display_name.as_ref(), DISPLAY_NAME)
            && is(op.status.as_ref(), STATUS);
        let group = ResourceGroup {
            id: ID.to_owned(),
            name: NAME.to_owned(),
            display_name: DISPLAY_NAME.to_owned(),
            account_id: self.catalogue.account.id.clone(),
            status: STATUS.to_owned(),
            create_date: CREATED.to_owned(),
        };
        let page_number = op.page_number.unwrap_or(1).max(1);
        let all: Vec<_> = is_asked_for.then_some(group).into_iter().collect();
        Ok(ListResourceGroupsResponse {
            total_count: all.len() as i64,
            resource_groups: if page_number == 1 { all } else { Vec::new() },
            page_number,
            page_size: op.page_size.unwrap_or(10).clamp(1, 100),
            ..ListResourceGroupsResponse::default()
        })
    }
}

impl Serve<GetResourceGroup> for World {
    fn serve(
        &mut self,
        _: &Context,
        op: GetResourceGroup,
    ) -> Result<GetResourceGroupResponse, ApiError> {
        if op.resource_group_id != ID {
            return Err(refuse::not_found(
                "EntityNotExists.ResourceGroup",
                "The specified resource group does not exist.",
            ));
        }
        let regions = self.catalogue.regions.iter();
        Ok(GetResourceGroupResponse {
            resource_group: DetailedResourceGroup {
                id: ID.to_owned(),
                name: NAME.to_owned(),
                display_name: DISPLAY_NAME.to_owned(),
                account_id: self.catalogue.account.id.clone(),
                status: STATUS.to_owned(),
                create_date: CREATED.to_owned(),
                region_statuses: regions
                    .map(|region| RegionStatus {
                        region_id: region.id.clone(),
                        status: STATUS.to_owned(),
                    })
                    .collect(),
            },
            ..GetResourceGroupResponse::default()
        })
    }
}
