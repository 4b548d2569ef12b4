//! Tags of ECS resources (instances, disks, security groups, …). VPC has its own, in `vpcs`.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::rules;
use crate::types::{CountedTag, Tag, TagFilter, TagResource, listed};

operations! {
    /// The same tags on every resource; an equal key is overwritten. At most 50 ids and 20 tags.
    TagResources(Ecs, ByNature) -> Acknowledged, check rules::tag_resources {
        region_id: String,
        /// `instance`, `disk`, `securitygroup`, `eni`, `keypair`, …
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tags as "Tag": Vec<Tag>,
    }

    /// At most 50 ids and 20 keys.
    UntagResources(Ecs, ByNature) -> Acknowledged, check rules::untag_resources {
        region_id: String,
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tag_keys as "TagKey": Vec<String>,
        all: Option<bool>,
    }

    ListTagResources(Ecs, ByNature) -> ListTagResourcesResponse {
        region_id: String,
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tags as "Tag": Vec<TagFilter>,
        next_token: Option<String>,
    }

    /// The older query for tags.
    DescribeTags(Ecs, ByNature) -> DescribeTagsResponse {
        region_id: String,
        resource_type: Option<String>,
        resource_id: Option<String>,
        category: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }
}

responses! {
    ListTagResourcesResponse {
        next_token: String,
        #[serde(with = "listed::tag_resource")]
        tag_resources: Vec<TagResource>,
    }

    DescribeTagsResponse {
        #[serde(with = "listed::tag")]
        tags: Vec<CountedTag>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
