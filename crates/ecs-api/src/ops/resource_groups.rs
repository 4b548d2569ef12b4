//! Resource groups: the product `ResourceManager`.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::types::listed;

operations! {
    /// 100 a page at most.
    ListResourceGroups(ResourceManager, ByNature) -> ListResourceGroupsResponse {
        resource_group_id: Option<String>,
        name: Option<String>,
        display_name: Option<String>,
        /// `Creating`, `OK`, `PendingDelete`, `Deleting` or `Deleted`.
        status: Option<String>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    GetResourceGroup(ResourceManager, ByNature) -> GetResourceGroupResponse {
        resource_group_id: String,
    }
}

responses! {
    ListResourceGroupsResponse {
        #[serde(with = "listed::resource_group")]
        resource_groups: Vec<ResourceGroup>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    GetResourceGroupResponse {
        resource_group: DetailedResourceGroup,
    }
}

wire! {
    ResourceGroup {
        id: String,
        name: String,
        display_name: String,
        account_id: String,
        status: String,
        create_date: String,
    }

    /// A resource group with its state in each region.
    DetailedResourceGroup {
        id: String,
        name: String,
        display_name: String,
        account_id: String,
        status: String,
        create_date: String,
        #[serde(with = "listed::region_status")]
        region_statuses: Vec<RegionStatus>,
    }

    RegionStatus {
        region_id: String,
        status: String,
    }
}
