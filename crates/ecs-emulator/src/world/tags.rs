//! Decides about tags: which things have them, how many, and how they are listed. ECS and VPC have
//! actions of their own with other words for the same things.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, DescribeTags, DescribeTagsResponse, ListTagResources, ListTagResourcesResponse,
    TagResources, UntagResources, VpcListTagResources, VpcListTagResourcesResponse,
    VpcTagResources, VpcUntagResources,
};
use ecs_api::types::{CountedTag, Tag, TagFilter, TagResource};

use super::filters::has_tags;
use super::key_pairs::key_pair_id;
use super::{Context, Row, Table, Tags, World};
use crate::dispatch::Serve;
use crate::page::{Paging, Sizes, UP_TO_100, cut};
use crate::refuse;

/// How many tags one thing may have.
const PER_RESOURCE: usize = 20;
const LISTED: Sizes = Sizes {
    default: 50,
    most: 50,
    least: 1,
};

/// Things that have tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tagged {
    Instance,
    Disk,
    SecurityGroup,
    Interface,
    Vpc,
    VSwitch,
    RouteTable,
    Eip,
    KeyPair,
    LaunchTemplate,
    Command,
    Invocation,
    /// A kind that exists, of which nothing exists here.
    Nothing,
}

impl Tagged {
    fn ecs(word: &str) -> Result<Self, ApiError> {
        Ok(match word.to_ascii_lowercase().as_str() {
            "instance" => Self::Instance,
            "disk" => Self::Disk,
            "securitygroup" => Self::SecurityGroup,
            "eni" => Self::Interface,
            "keypair" => Self::KeyPair,
            "launchtemplate" => Self::LaunchTemplate,
            "command" => Self::Command,
            "invocation" => Self::Invocation,
            "snapshot"
            | "image"
            | "volume"
            | "ddh"
            | "ddhcluster"
            | "reservedinstance"
            | "snapshotpolicy"
            | "elasticityassurance"
            | "capacityreservation"
            | "activation"
            | "managedinstance" => Self::Nothing,
            _ => return Err(no_type()),
        })
    }

    fn vpc(word: &str) -> Result<Self, ApiError> {
        Ok(match word.to_ascii_uppercase().as_str() {
            "VPC" => Self::Vpc,
            "VSWITCH" => Self::VSwitch,
            "ROUTETABLE" => Self::RouteTable,
            "EIP" => Self::Eip,
            "VPNGATEWAY"
            | "NATGATEWAY"
            | "COMMONBANDWIDTHPACKAGE"
            | "IPV6GATEWAY"
            | "NETWORKACL"
            | "HAVIP"
            | "PREFIXLIST" => Self::Nothing,
            _ => return Err(no_type()),
        })
    }
}

fn no_type() -> ApiError {
    refuse::not_found(
        "InvalidResourceType.NotFound",
        "The ResourceType provided does not exist in our records.",
    )
}

fn no_resource() -> ApiError {
    refuse::not_found(
        "InvalidResourceId.NotFound",
        "The specified ResourceIds are not found in our records.",
    )
}

impl World {
    /// The tags of a thing, to be read.
    fn tags(&self, context: &Context, kind: Tagged, id: &str) -> Option<&Tags> {
        let tables = &self.tables;
        let (region, tags) = match kind {
            Tagged::Instance => tables.instances.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::Disk => tables.disks.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::SecurityGroup => tables
                .security_groups
                .get(id)
                .map(|row| (&row.region, &row.tags)),
            Tagged::Interface => tables
                .interfaces
                .get(id)
                .map(|row| (&row.region, &row.tags)),
            Tagged::Vpc => tables.vpcs.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::VSwitch => tables.vswitches.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::RouteTable => tables
                .route_tables
                .get(id)
                .map(|row| (&row.region, &row.tags)),
            Tagged::Eip => tables.eips.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::KeyPair => tables
                .key_pairs
                .get(&key_pair_id(&context.region, id))
                .map(|row| (&row.region, &row.tags)),
            Tagged::LaunchTemplate => tables
                .launch_templates
                .get(id)
                .map(|row| (&row.region, &row.tags)),
            Tagged::Command => tables.commands.get(id).map(|row| (&row.region, &row.tags)),
            Tagged::Invocation => tables
                .invocations
                .get(id)
                .map(|row| (&row.region, &row.tags)),
            Tagged::Nothing => None,
        }?;
        context.sees(region).then_some(tags)
    }

    /// The same, to be changed.
    fn tags_mut(&mut self, context: &Context, kind: Tagged, id: &str) -> Option<&mut Tags> {
        let tables = &mut self.tables;
        match kind {
            Tagged::Instance => tables.instances.get_mut(id).map(|row| &mut row.tags),
            Tagged::Disk => tables.disks.get_mut(id).map(|row| &mut row.tags),
            Tagged::SecurityGroup => tables.security_groups.get_mut(id).map(|row| &mut row.tags),
            Tagged::Interface => tables.interfaces.get_mut(id).map(|row| &mut row.tags),
            Tagged::Vpc => tables.vpcs.get_mut(id).map(|row| &mut row.tags),
            Tagged::VSwitch => tables.vswitches.get_mut(id).map(|row| &mut row.tags),
            Tagged::RouteTable => tables.route_tables.get_mut(id).map(|row| &mut row.tags),
            Tagged::Eip => tables.eips.get_mut(id).map(|row| &mut row.tags),
            Tagged::KeyPair => tables
                .key_pairs
                .get_mut(&key_pair_id(&context.region, id))
                .map(|row| &mut row.tags),
            Tagged::LaunchTemplate => tables.launch_templates.get_mut(id).map(|row| &mut row.tags),
            Tagged::Command => tables.commands.get_mut(id).map(|row| &mut row.tags),
            Tagged::Invocation => tables.invocations.get_mut(id).map(|row| &mut row.tags),
            Tagged::Nothing => None,
        }
    }

    /// All things of a kind with their tags, oldest first.
    fn all_tagged(&self, context: &Context, kind: Tagged) -> Vec<(&str, &Tags)> {
        fn of<'a, T: Row>(
            table: &'a Table<T>,
            context: &Context,
            part: impl Fn(&'a T) -> (&'a String, &'a Tags),
        ) -> Vec<(&'a str, &'a Tags)> {
            table
                .iter()
                .map(|row| (row.id(), part(row)))
                .filter(|(_, (region, _))| context.sees(region))
                .map(|(id, (_, tags))| (id, tags))
                .collect()
        }
        let tables = &self.tables;
        match kind {
            Tagged::Instance => of(&tables.instances, context, |r| (&r.region, &r.tags)),
            Tagged::Disk => of(&tables.disks, context, |r| (&r.region, &r.tags)),
            Tagged::SecurityGroup => of(&tables.security_groups, context, |r| (&r.region, &r.tags)),
            Tagged::Interface => of(&tables.interfaces, context, |r| (&r.region, &r.tags)),
            Tagged::Vpc => of(&tables.vpcs, context, |r| (&r.region, &r.tags)),
            Tagged::VSwitch => of(&tables.vswitches, context, |r| (&r.region, &r.tags)),
            Tagged::RouteTable => of(&tables.route_tables, context, |r| (&r.region, &r.tags)),
            Tagged::Eip => of(&tables.eips, context, |r| (&r.region, &r.tags)),
            Tagged::KeyPair => tables
                .key_pairs
                .iter()
                .filter(|row| context.sees(&row.region))
                .map(|row| (row.name.as_str(), &row.tags))
                .collect(),
            Tagged::LaunchTemplate => {
                of(&tables.launch_templates, context, |r| (&r.region, &r.tags))
            }
            Tagged::Command => of(&tables.commands, context, |r| (&r.region, &r.tags)),
            Tagged::Invocation => of(&tables.invocations, context, |r| (&r.region, &r.tags)),
            Tagged::Nothing => Vec::new(),
        }
    }

    fn tag(
        &mut self,
        context: &Context,
        kind: Tagged,
        ids: &[String],
        tags: &[Tag],
    ) -> Result<Acknowledged, ApiError> {
        if ids.is_empty() {
            return Err(refuse::missing("ResourceId.1"));
        }
        if tags.is_empty() {
            return Err(refuse::missing("Tag.1"));
        }
        for id in ids {
            let old = self.tags(context, kind, id).ok_or_else(no_resource)?;
            let added = tags
                .iter()
                .filter(|tag| !old.iter().any(|(key, _)| *key == tag.key))
                .count();
            if old.len() + added > PER_RESOURCE {
                return Err(refuse::bad(
                    "OperationDenied.QuotaExceed",
                    "The quota of tags on resource is beyond permitted range.",
                ));
            }
        }
        for id in ids {
            let old = self.tags_mut(context, kind, id).ok_or_else(no_resource)?;
            for tag in tags {
                match old.iter_mut().find(|(key, _)| *key == tag.key) {
                    Some((_, value)) => value.clone_from(&tag.value),
                    None => old.push((tag.key.clone(), tag.value.clone())),
                }
            }
        }
        Ok(Acknowledged::default())
    }

    fn untag(
        &mut self,
        context: &Context,
        kind: Tagged,
        ids: &[String],
        keys: &[String],
        all: bool,
    ) -> Result<Acknowledged, ApiError> {
        if ids.is_empty() {
            return Err(refuse::missing("ResourceId.1"));
        }
        if keys.is_empty() && !all {
            return Err(refuse::missing("TagKey.1"));
        }
        for id in ids {
            self.tags(context, kind, id).ok_or_else(no_resource)?;
        }
        for id in ids {
            let tags = self.tags_mut(context, kind, id).ok_or_else(no_resource)?;
            if keys.is_empty() {
                tags.clear();
            } else {
                tags.retain(|(key, _)| !keys.contains(key));
            }
        }
        Ok(Acknowledged::default())
    }

    /// One entry a tag, of the things named or of all that have the tags asked for.
    fn list_tags(
        &self,
        context: &Context,
        kind: Tagged,
        request: &ListRequest<'_>,
    ) -> Result<(Vec<TagResource>, String), ApiError> {
        if request.ids.is_empty() && request.filters.is_empty() {
            return Err(refuse::missing("ResourceId.1"));
        }
        let things: Vec<(&str, &Tags)> = if request.ids.is_empty() {
            self.all_tagged(context, kind)
        } else {
            request
                .ids
                .iter()
                .filter_map(|id| Some((id.as_str(), self.tags(context, kind, id)?)))
                .collect()
        };
        let entries: Vec<TagResource> = things
            .into_iter()
            .filter(|(_, tags)| has_tags(tags, request.filters))
            .flat_map(|(id, tags)| {
                tags.iter().map(move |(key, value)| TagResource {
                    resource_id: id.to_owned(),
                    resource_type: request.resource_type.to_owned(),
                    tag_key: key.clone(),
                    tag_value: value.clone(),
                })
            })
            .collect();
        let paging = Paging::by_token(request.token, request.max_results, LISTED)?;
        let rows = (0..)
            .zip(&entries)
            .map(|(number, entry)| (u64::MAX - number, entry))
            .collect();
        let page = cut(rows, paging);
        Ok((page.rows.into_iter().cloned().collect(), page.next_token))
    }
}

/// What is asked of a list of tags.
struct ListRequest<'a> {
    resource_type: &'a str,
    ids: &'a [String],
    filters: &'a [TagFilter],
    token: Option<&'a str>,
    max_results: Option<i64>,
}

impl Serve<TagResources> for World {
    fn serve(&mut self, context: &Context, op: TagResources) -> Result<Acknowledged, ApiError> {
        self.tag(
            context,
            Tagged::ecs(&op.resource_type)?,
            &op.resource_ids,
            &op.tags,
        )
    }
}

impl Serve<UntagResources> for World {
    fn serve(&mut self, context: &Context, op: UntagResources) -> Result<Acknowledged, ApiError> {
        let kind = Tagged::ecs(&op.resource_type)?;
        self.untag(
            context,
            kind,
            &op.resource_ids,
            &op.tag_keys,
            op.all == Some(true),
        )
    }
}

impl Serve<ListTagResources> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ListTagResources,
    ) -> Result<ListTagResourcesResponse, ApiError> {
        let request = ListRequest {
            resource_type: &op.resource_type,
            ids: &op.resource_ids,
            filters: &op.tags,
            token: op.next_token.as_deref(),
            max_results: None,
        };
        let (tag_resources, next_token) =
            self.list_tags(context, Tagged::ecs(&op.resource_type)?, &request)?;
        Ok(ListTagResourcesResponse {
            next_token,
            tag_resources,
            ..ListTagResourcesResponse::default()
        })
    }
}

impl Serve<VpcTagResources> for World {
    fn serve(&mut self, context: &Context, op: VpcTagResources) -> Result<Acknowledged, ApiError> {
        self.tag(
            context,
            Tagged::vpc(&op.resource_type)?,
            &op.resource_ids,
            &op.tags,
        )
    }
}

impl Serve<VpcUntagResources> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: VpcUntagResources,
    ) -> Result<Acknowledged, ApiError> {
        let kind = Tagged::vpc(&op.resource_type)?;
        self.untag(
            context,
            kind,
            &op.resource_ids,
            &op.tag_keys,
            op.all == Some(true),
        )
    }
}

impl Serve<VpcListTagResources> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: VpcListTagResources,
    ) -> Result<VpcListTagResourcesResponse, ApiError> {
        let request = ListRequest {
            resource_type: &op.resource_type,
            ids: &op.resource_ids,
            filters: &op.tags,
            token: op.next_token.as_deref(),
            max_results: op.max_results,
        };
        let (tag_resources, next_token) =
            self.list_tags(context, Tagged::vpc(&op.resource_type)?, &request)?;
        Ok(VpcListTagResourcesResponse {
            next_token,
            tag_resources,
            ..VpcListTagResourcesResponse::default()
        })
    }
}

/// The older query: each tag once, with how many things of each kind have it.
impl Serve<DescribeTags> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeTags,
    ) -> Result<DescribeTagsResponse, ApiError> {
        let wanted = match op.resource_type.as_deref().filter(|word| !word.is_empty()) {
            Some(word) => Some(Tagged::ecs(word)?),
            None => None,
        };
        let mut counted: Vec<CountedTag> = Vec::new();
        for kind in [
            Tagged::Instance,
            Tagged::Disk,
            Tagged::SecurityGroup,
            Tagged::Interface,
        ] {
            if wanted.is_some_and(|wanted| wanted != kind) {
                continue;
            }
            let things = match op.resource_id.as_deref().filter(|id| !id.is_empty()) {
                Some(id) => self
                    .tags(context, kind, id)
                    .map(|tags| (id, tags))
                    .into_iter()
                    .collect(),
                None => self.all_tagged(context, kind),
            };
            for (_, tags) in things
                .into_iter()
                .filter(|(_, tags)| has_tags(tags, &op.tags))
            {
                for (key, value) in tags {
                    let known = counted
                        .iter_mut()
                        .find(|tag| tag.tag_key == *key && tag.tag_value == *value);
                    let tag = if let Some(tag) = known {
                        tag
                    } else {
                        counted.push(CountedTag {
                            tag_key: key.clone(),
                            tag_value: value.clone(),
                            ..CountedTag::default()
                        });
                        counted.last_mut().expect("one was just pushed")
                    };
                    let count = &mut tag.resource_type_count;
                    *match kind {
                        Tagged::Instance => &mut count.instance,
                        Tagged::Disk => &mut count.disk,
                        Tagged::SecurityGroup => &mut count.securitygroup,
                        _ => &mut count.eni,
                    } += 1;
                }
            }
        }
        let sizes = Sizes {
            default: 50,
            ..UP_TO_100
        };
        let paging = Paging::by_number(op.page_number, op.page_size, sizes);
        let rows = (0..)
            .zip(&counted)
            .map(|(number, tag)| (u64::MAX - number, tag))
            .collect();
        let page = cut(rows, paging);
        Ok(DescribeTagsResponse {
            tags: page.rows.into_iter().cloned().collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeTagsResponse::default()
        })
    }
}
