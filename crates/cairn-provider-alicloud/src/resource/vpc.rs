//! Decides what `alicloud_vpc` is. A VPC is found again after a lost answer by the tag `cairn:call`, which CreateVpc puts on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyRequest, Impact};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::{Object, Path, Value, name};
use ecs_api::rules::Profile;
use ecs_api::{ops, types};

use super::answers::{
    all_failed, answer_by_reading, as_planned, half_updated, recover_by_tag, timed_out,
};
use super::tags::{TagDelta, TagHome, call_filter, check_tags, creation_tags, user_vpc_tags};
use super::{Found, PlanContext, ReadItem, ResourceType, by_table, planned, prior, prior_id};
use crate::client::{Client, ClientError};
use crate::describe::cidr::wrong_block;
use crate::describe::{Attr, Check, Draft, Fields, Planned, Table, Ty, object_type};
use crate::wait::{Waited, limit, until};

const TAGS: TagHome = TagHome::Vpc("VPC");

/// `alicloud_vpc`
pub(crate) struct Vpc {
    table: Table,
}

impl Vpc {
    pub(crate) fn new() -> Self {
        Self { table: table() }
    }
}

fn ipv6_block_attrs() -> Vec<Attr> {
    vec![
        Attr::computed("ipv6_cidr_block", Ty::Str, "The IPv6 block."),
        Attr::computed("ipv6_isp", Ty::Str, "The kind of line."),
    ]
}

fn table() -> Table {
    use Ty::{Bool, Int, Objects, Str, StrList, StrMap};
    Table::new(vec![
        Attr::either(
            "cidr_block",
            Str,
            "The IPv4 block; 172.16.0.0/12 if left out.",
        )
        .check(Check::With(|v| wrong_block(v.as_str()?, 8, 28)))
        .costs(Impact::Info, "The VPC gets another address block."),
        Attr::optional(
            "classic_link_enabled",
            Bool,
            "Whether classic instances reach the VPC.",
        )
        .deprecated("ClassicLink is no longer offered.")
        .unsupported(),
        Attr::computed("create_time", Str, "When it was made."),
        Attr::optional("description", Str, "A description of 2 to 256 characters.")
            .check(Check::Len(1, 256)),
        Attr::either(
            "dns_hostname_status",
            Str,
            "Whether instances get DNS host names.",
        )
        .one_of(&["ENABLED", "DISABLED"])
        .unsupported(),
        Attr::optional("dry_run", Bool, "Only checks the request; nothing is made.").unsupported(),
        Attr::either("enable_ipv6", Bool, "Whether it has an IPv6 block."),
        Attr::optional(
            "force_delete",
            Bool,
            "Deletes it with what is in it, as far as the API does that.",
        ),
        Attr::optional(
            "ipv4_cidr_mask",
            Int,
            "The mask of a block from an address pool.",
        )
        .unsupported(),
        Attr::optional("ipv4_ipam_pool_id", Str, "The address pool.").unsupported(),
        Attr::either("ipv6_cidr_block", Str, "The IPv6 block.")
            .force_new()
            .deprecated("Use ipv6_cidr_blocks to read the block."),
        Attr::computed(
            "ipv6_cidr_blocks",
            Objects(ipv6_block_attrs()),
            "The IPv6 blocks.",
        ),
        Attr::either("ipv6_isp", Str, "The kind of line of the IPv6 block.")
            .deprecated("Use ipv6_cidr_blocks to read it.")
            .unsupported(),
        Attr::either(
            "is_default",
            Bool,
            "Whether it is the region's default VPC.",
        )
        .force_new()
        .unsupported(),
        Attr::either("name", Str, "The name.").deprecated("Use vpc_name instead."),
        Attr::computed("region_id", Str, "The region."),
        Attr::either("resource_group_id", Str, "The resource group.").at_creation(),
        Attr::computed("route_table_id", Str, "The system route table."),
        Attr::computed("router_id", Str, "The router."),
        Attr::computed("router_table_id", Str, "The system route table.")
            .deprecated("Use route_table_id instead."),
        Attr::either("secondary_cidr_blocks", StrList, "Further IPv4 blocks.")
            .suppress(|d| as_set(d.old) == as_set(d.new))
            .deprecated("Use alicloud_vpc_ipv4_cidr_block instead.")
            .unsupported(),
        Attr::optional(
            "secondary_cidr_mask",
            Int,
            "The mask of a further block from an address pool.",
        )
        .deprecated("Use alicloud_vpc_ipv4_cidr_block instead.")
        .unsupported(),
        Attr::computed("status", Str, "Its state: Pending or Available."),
        Attr::optional(
            "system_route_table_description",
            Str,
            "The description of the system route table.",
        )
        .unsupported(),
        Attr::optional(
            "system_route_table_name",
            Str,
            "The name of the system route table.",
        )
        .unsupported(),
        Attr::either(
            "system_route_table_route_propagation_enable",
            Bool,
            "Whether the system route table takes routes that are announced to it.",
        )
        .unsupported(),
        Attr::optional("tags", StrMap, "Its tags."),
        Attr::either(
            "user_cidrs",
            StrList,
            "The private blocks that are not routed through it.",
        )
        .force_new(),
        Attr::either("vpc_name", Str, "The name.")
            .conflicts(&["name"])
            .check(Check::Len(1, 128)),
    ])
    .timeouts(&["create", "update", "delete"])
}

fn as_set(value: &Value) -> std::collections::BTreeSet<String> {
    match value {
        Value::List(l) => l
            .items
            .iter()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect(),
        _ => std::collections::BTreeSet::new(),
    }
}

/// Two attributes of one meaning: what one is set to, the other has too.
pub(super) fn alias(context: &PlanContext<'_>, planned: &mut Planned, old: &str, new: &str) {
    let given = [new, old]
        .into_iter()
        .filter(|n| context.config.is_set(n))
        .find_map(|n| context.config.value(n));
    if let Some(value) = given {
        planned.object.set(old, value.clone());
        planned.object.set(new, value.clone());
    }
}

#[async_trait]
impl ResourceType for Vpc {
    fn ty(&self) -> &'static str {
        "alicloud_vpc"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn validate(&self, config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
        check_tags(config, "tags", rules, problems);
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        alias(context, planned, "name", "vpc_name");
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        match request.kind {
            cairn_model::ApplyKind::Create => "CreateVpc",
            cairn_model::ApplyKind::Update => "ModifyVpcAttribute",
            cairn_model::ApplyKind::Delete => "DeleteVpc",
        }
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        by_table(
            &[
                ("CidrBlock", "cidr_block"),
                ("VpcName", "vpc_name"),
                ("Description", "description"),
                ("UserCidr", "user_cidrs"),
                ("ResourceGroupId", "resource_group_id"),
                ("EnableIpv6", "enable_ipv6"),
                ("Tag.n.Key", "tags"),
                ("Tag.n.Value", "tags"),
            ],
            parameter,
        )
    }

    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        let pages: Vec<Vec<String>> = items
            .chunks(20)
            .map(|c| c.iter().map(|i| i.id.clone()).collect())
            .collect();
        let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
        let answers = client
            .fan_out(pages, |client, ids| async move {
                client
                    .send(&ops::DescribeVpcs {
                        region_id: client.region(),
                        vpc_id: Some(ids.join(",")),
                        page_size: Some(50),
                        ..ops::DescribeVpcs::default()
                    })
                    .await
            })
            .await;
        let mut found = Vec::with_capacity(items.len());
        let mut rest = items.into_iter();
        for (answer, n) in answers.into_iter().zip(sizes) {
            let page = rest.by_ref().take(n);
            match answer {
                Ok(response) => {
                    let by_id: BTreeMap<&str, &types::Vpc> = response
                        .vpcs
                        .iter()
                        .map(|v| (v.vpc_id.as_str(), v))
                        .collect();
                    found.extend(page.map(|item| {
                        Ok(by_id.get(item.id.as_str()).map(|v| describe(&item.base, v)))
                    }));
                }
                Err(error) => found.extend(page.map(|_| Err(error.clone()))),
            }
        }
        found
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let p = planned(request);
        let user_cidrs = p.strings("user_cidrs").join(",");
        let made = client
            .send(&ops::CreateVpc {
                region_id: client.region(),
                cidr_block: p.string("cidr_block"),
                ipv6_cidr_block: p.string("ipv6_cidr_block"),
                enable_ipv6: p.any_bool("enable_ipv6"),
                vpc_name: p.string("vpc_name").or_else(|| p.string("name")),
                description: p.string("description"),
                user_cidr: Some(user_cidrs).filter(|s| !s.is_empty()),
                resource_group_id: p.string("resource_group_id"),
                tags: creation_tags(p, &call.token.0),
                client_token: Some(call.token.0.to_string()),
                ..ops::CreateVpc::default()
            })
            .await;
        let id = match made {
            Ok(made) => made.vpc_id,
            Err(error) => return all_failed(call, &error, |p| self.attribute(p)),
        };
        let most = limit(&call.requests, Duration::from_secs(600));
        match until(most, || available(client, &id)).await {
            Ok(Waited::Ready(())) => answer_by_reading(self, client, &call.requests, &[id]).await,
            Ok(Waited::TimedOut) => vec![ApplyResponse::Partial(
                Box::new(as_planned(request, &id)),
                vec![timed_out(
                    &format!("The VPC {id} is not available"),
                    most.as_secs(),
                )],
            )],
            Err(error) => vec![ApplyResponse::Partial(
                Box::new(as_planned(request, &id)),
                vec![error.problem(|p| self.attribute(p))],
            )],
        }
    }

    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let id = prior_id(request);
        match self.change(client, request, &id).await {
            Ok(()) => answer_by_reading(self, client, &call.requests, &[id]).await,
            Err(error) => half_updated(self, client, vec![(request, &error)]).await,
        }
    }

    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let id = prior_id(request);
        let force = prior(request).is_true("force_delete");
        let most = limit(&call.requests, Duration::from_secs(300));
        // Things that hold on to a VPC go a little later than their deletions return.
        let deleted = until(most, || async {
            let sent = client
                .send(&ops::DeleteVpc {
                    region_id: Some(client.region()),
                    vpc_id: id.clone(),
                    force_delete: force.then_some(true),
                    ..ops::DeleteVpc::default()
                })
                .await;
            match sent {
                Ok(_) => Ok(Some(Ok(()))),
                Err(e) if e.is_not_found() => Ok(Some(Ok(()))),
                Err(e) if e.is_dependency() => Ok(None),
                Err(e) => Ok(Some(Err(e))),
            }
        })
        .await;
        vec![super::answers::deleted(
            deleted,
            &format!("The VPC {id} is still in use"),
            most,
        )]
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let token = &call.token.0;
        recover_by_tag(self, client, call, || async move {
            let found = client
                .send(&ops::DescribeVpcs {
                    region_id: client.region(),
                    tags: call_filter(token),
                    page_size: Some(50),
                    ..ops::DescribeVpcs::default()
                })
                .await?;
            Ok(found.vpcs.into_iter().map(|v| v.vpc_id).collect())
        })
        .await
    }
}

impl Vpc {
    async fn change(
        &self,
        client: &Client,
        request: &ApplyRequest,
        id: &str,
    ) -> Result<(), ClientError> {
        let (old, new) = (prior(request), planned(request));
        let changed = |n: &str| old.value(n) != new.value(n);
        if [
            "vpc_name",
            "name",
            "description",
            "cidr_block",
            "enable_ipv6",
        ]
        .iter()
        .any(|n| changed(n))
        {
            let text = |n: &str| changed(n).then(|| new.string(n).unwrap_or_default());
            client
                .send(&ops::ModifyVpcAttribute {
                    region_id: Some(client.region()),
                    vpc_id: id.to_owned(),
                    vpc_name: text("vpc_name"),
                    description: text("description"),
                    cidr_block: text("cidr_block").filter(|s| !s.is_empty()),
                    enable_ipv6: changed("enable_ipv6").then(|| new.is_true("enable_ipv6")),
                    ..ops::ModifyVpcAttribute::default()
                })
                .await?;
        }
        TAGS.change(client, &[id.to_owned()], &TagDelta::between(old, new))
            .await
    }
}

async fn available(client: &Client, id: &str) -> Result<Option<()>, ClientError> {
    let answer = client
        .send(&ops::DescribeVpcs {
            region_id: client.region(),
            vpc_id: Some(id.to_owned()),
            ..ops::DescribeVpcs::default()
        })
        .await?;
    Ok(answer
        .vpcs
        .iter()
        .any(|v| v.status == "Available")
        .then_some(()))
}

fn describe(base: &Object, vpc: &types::Vpc) -> cairn_model::RemoteObject {
    let mut d = Draft::over(base);
    d.str("id", &vpc.vpc_id);
    d.str("vpc_name", &vpc.vpc_name);
    d.str("name", &vpc.vpc_name);
    d.str("description", &vpc.description);
    d.str("cidr_block", &vpc.cidr_block);
    d.str("ipv6_cidr_block", &vpc.ipv6_cidr_block);
    d.str("create_time", &vpc.creation_time);
    d.str("region_id", &vpc.region_id);
    d.str("status", &vpc.status);
    d.str("router_id", &vpc.vrouter_id);
    d.str("resource_group_id", &vpc.resource_group_id);
    d.str("dns_hostname_status", &vpc.dns_hostname_status);
    d.bool("is_default", vpc.is_default);
    d.bool("enable_ipv6", vpc.enabled_ipv6);
    let table = vpc.router_table_ids.first().map_or("", String::as_str);
    d.str("route_table_id", table);
    d.str("router_table_id", table);
    d.list("user_cidrs", &vpc.user_cidrs);
    d.list("secondary_cidr_blocks", &vpc.secondary_cidr_blocks);
    d.map("tags", user_vpc_tags(&vpc.tags));
    let blocks = vpc.ipv6_cidr_blocks.iter().map(|b| {
        Value::Object(Arc::new(Object::new([
            (name("ipv6_cidr_block"), Value::string(&b.ipv6_cidr_block)),
            (name("ipv6_isp"), Value::string(&b.ipv6_isp)),
        ])))
    });
    let blocks = Value::list(object_type(&ipv6_block_attrs()), blocks.collect());
    d.settle("ipv6_cidr_blocks", blocks);
    d.finish()
}
