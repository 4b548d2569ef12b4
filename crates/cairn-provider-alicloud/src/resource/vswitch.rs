//! Decides what `alicloud_vswitch` is. A vSwitch is found again after a lost answer by the tag `cairn:call`.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, RemoteObject};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::{Object, Path};
use ecs_api::rules::Profile;
use ecs_api::{ops, types};

use super::answers::{
    all_failed, answer_by_reading, as_planned, deleted, half_updated, recover_by_tag, timed_out,
};
use super::tags::{TagDelta, TagHome, call_filter, check_tags, creation_tags, user_vpc_tags};
use super::vpc::alias;
use super::{Found, PlanContext, ReadItem, ResourceType, by_table, planned, prior, prior_id};
use crate::client::{Client, ClientError};
use crate::describe::cidr::wrong_block;
use crate::describe::{Attr, Check, Draft, Fields, Planned, Table, Ty, attr_path};
use crate::wait::{Waited, limit, until};

const TAGS: TagHome = TagHome::Vpc("VSWITCH");

/// `alicloud_vswitch`
pub(crate) struct VSwitch {
    table: Table,
}

impl VSwitch {
    pub(crate) fn new() -> Self {
        Self { table: table() }
    }
}

fn table() -> Table {
    use Ty::{Bool, Int, Str, StrMap};
    let mut table = Table::new(vec![
        Attr::either("availability_zone", Str, "The zone.")
            .force_new()
            .deprecated("Use zone_id instead."),
        Attr::either("cidr_block", Str, "The IPv4 block, inside the VPC's.")
            .force_new()
            .check(Check::With(|v| wrong_block(v.as_str()?, 8, 29))),
        Attr::computed("create_time", Str, "When it was made."),
        Attr::optional("description", Str, "A description of up to 256 characters.")
            .check(Check::Len(1, 256)),
        Attr::either("enable_ipv6", Bool, "Whether it has an IPv6 block."),
        Attr::computed("ipv6_cidr_block", Str, "The IPv6 block."),
        Attr::either(
            "ipv6_cidr_block_mask",
            Int,
            "The last eight bits of the IPv6 block.",
        )
        .check(Check::IntIn(0, 255)),
        Attr::either("is_default", Bool, "Whether it is a default vSwitch.")
            .force_new()
            .unsupported(),
        Attr::either("name", Str, "The name.").deprecated("Use vswitch_name instead."),
        Attr::computed("status", Str, "Its state: Pending or Available."),
        Attr::optional("tags", StrMap, "Its tags."),
        Attr::either("vpc_id", Str, "The VPC.").force_new(),
        Attr::optional(
            "vpc_ipv6_cidr_block",
            Str,
            "The VPC's IPv6 block that its own is taken from.",
        ),
        Attr::either("vswitch_name", Str, "The name.")
            .conflicts(&["name"])
            .check(Check::Len(1, 128)),
        Attr::either("zone_id", Str, "The zone.").force_new(),
    ])
    .timeouts(&["create", "update", "delete"]);
    table.exactly_one = &[&["zone_id", "availability_zone"]];
    table
}

#[async_trait]
impl ResourceType for VSwitch {
    fn ty(&self) -> &'static str {
        "alicloud_vswitch"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn validate(&self, config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
        check_tags(config, "tags", rules, problems);
        for needed in ["vpc_id", "cidr_block"] {
            if !config.is_set(needed) {
                problems.push(
                    Problem::error(
                        "missing-argument",
                        "Missing argument",
                        format!("A vSwitch needs {needed}. Set it."),
                    )
                    .at(attr_path(needed)),
                );
            }
        }
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        alias(context, planned, "name", "vswitch_name");
        alias(context, planned, "availability_zone", "zone_id");
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        match request.kind {
            ApplyKind::Create => "CreateVSwitch",
            ApplyKind::Update => "ModifyVSwitchAttribute",
            ApplyKind::Delete => "DeleteVSwitch",
        }
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        by_table(
            &[
                ("CidrBlock", "cidr_block"),
                ("VpcId", "vpc_id"),
                ("ZoneId", "zone_id"),
                ("VSwitchName", "vswitch_name"),
                ("Description", "description"),
                ("Tag.n.Key", "tags"),
                ("Tag.n.Value", "tags"),
            ],
            parameter,
        )
    }

    /// vSwitches cannot be asked for by several ids: those of one VPC come in pages of 50, a lone one by its id.
    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        let mut by_vpc: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &items {
            let vpc = Fields::of(&item.base).string("vpc_id").unwrap_or_default();
            by_vpc.entry(vpc).or_default().push(item.id.clone());
        }
        let mut asks: Vec<(Option<String>, Vec<String>)> = Vec::new();
        for (vpc, ids) in by_vpc {
            if vpc.is_empty() || ids.len() == 1 {
                asks.extend(ids.into_iter().map(|id| (None, vec![id])));
            } else {
                asks.push((Some(vpc), ids));
            }
        }
        let answers = client
            .fan_out(asks, |client, (vpc, ids)| async move {
                (ids.clone(), list(&client, vpc, ids).await)
            })
            .await;
        let mut found: BTreeMap<String, types::VSwitch> = BTreeMap::new();
        let mut errors: BTreeMap<String, ClientError> = BTreeMap::new();
        for (ids, answer) in answers {
            match answer {
                Ok(list) => found.extend(list.into_iter().map(|v| (v.vswitch_id.clone(), v))),
                Err(e) => errors.extend(ids.into_iter().map(|id| (id, e.clone()))),
            }
        }
        items
            .iter()
            .map(|item| match errors.get(&item.id) {
                Some(error) => Err(error.clone()),
                None => Ok(found.get(&item.id).map(|v| describe(&item.base, v))),
            })
            .collect()
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let p = planned(request);
        let made = client
            .send(&ops::CreateVSwitch {
                region_id: Some(client.region()),
                vpc_id: p.string("vpc_id").unwrap_or_default(),
                zone_id: p
                    .string("zone_id")
                    .or_else(|| p.string("availability_zone"))
                    .unwrap_or_default(),
                cidr_block: p.string("cidr_block").unwrap_or_default(),
                ipv6_cidr_block: p.any_int("ipv6_cidr_block_mask"),
                vswitch_name: p.string("vswitch_name").or_else(|| p.string("name")),
                description: p.string("description"),
                vpc_ipv6_cidr_block: p.string("vpc_ipv6_cidr_block"),
                tags: creation_tags(p, &call.token.0),
                client_token: Some(call.token.0.to_string()),
            })
            .await;
        let id = match made {
            Ok(made) => made.vswitch_id,
            Err(error) => return all_failed(call, &error, |p| self.attribute(p)),
        };
        let most = limit(&call.requests, Duration::from_secs(300));
        let waited = until(most, || async {
            let found = list(client, None, vec![id.clone()]).await?;
            Ok(found.iter().any(|v| v.status == "Available").then_some(()))
        })
        .await;
        let waited = match waited {
            Ok(Waited::Ready(())) => choose_ipv6(client, p, &id).await.map(Waited::Ready),
            other => other,
        };
        let problem = match waited {
            Ok(Waited::Ready(())) => {
                return answer_by_reading(self, client, &call.requests, &[id]).await;
            }
            Ok(Waited::TimedOut) => timed_out(
                &format!("The vSwitch {id} is not available"),
                most.as_secs(),
            ),
            Err(error) => error.problem(|p| self.attribute(p)),
        };
        vec![ApplyResponse::Partial(
            Box::new(as_planned(request, &id)),
            vec![problem],
        )]
    }

    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let id = prior_id(request);
        match change(client, request, &id).await {
            Ok(()) => answer_by_reading(self, client, &call.requests, &[id]).await,
            Err(error) => half_updated(self, client, vec![(request, &error)]).await,
        }
    }

    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let id = prior_id(&call.requests[0]);
        let most = limit(&call.requests, Duration::from_secs(600));
        let ended = until(most, || async {
            let sent = client
                .send(&ops::DeleteVSwitch {
                    region_id: Some(client.region()),
                    vswitch_id: id.clone(),
                })
                .await;
            match sent {
                // It is gone when it is no longer listed: its VPC can be deleted only then.
                Ok(_) => Ok(list(client, None, vec![id.clone()])
                    .await?
                    .is_empty()
                    .then_some(Ok(()))),
                Err(e) if e.is_not_found() => Ok(Some(Ok(()))),
                Err(e) if e.is_dependency() => Ok(None),
                Err(e) => Ok(Some(Err(e))),
            }
        })
        .await;
        vec![deleted(
            ended,
            &format!("The vSwitch {id} is still in use"),
            most,
        )]
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let token = &call.token.0;
        recover_by_tag(self, client, call, || async move {
            let found = client
                .send(&ops::DescribeVSwitches {
                    region_id: Some(client.region()),
                    tags: call_filter(token),
                    page_size: Some(50),
                    ..ops::DescribeVSwitches::default()
                })
                .await?;
            Ok(found.vswitches.into_iter().map(|v| v.vswitch_id).collect())
        })
        .await
    }
}

/// The vSwitches of a VPC, or the one of an id.
async fn list(
    client: &Client,
    vpc: Option<String>,
    ids: Vec<String>,
) -> Result<Vec<types::VSwitch>, ClientError> {
    let mut all = Vec::new();
    for page in 1.. {
        let answer = client
            .send(&ops::DescribeVSwitches {
                region_id: Some(client.region()),
                vswitch_id: match vpc {
                    Some(_) => None,
                    None => ids.first().cloned(),
                },
                vpc_id: vpc.clone(),
                page_number: Some(page),
                page_size: Some(50),
                ..ops::DescribeVSwitches::default()
            })
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) if e.is_not_found() => break,
            Err(e) => return Err(e),
        };
        let n = answer.vswitches.len();
        all.extend(answer.vswitches);
        if n == 0 || all.len() as i64 >= answer.total_count {
            break;
        }
    }
    Ok(all)
}

async fn change(client: &Client, request: &ApplyRequest, id: &str) -> Result<(), ClientError> {
    let (old, new) = (prior(request), planned(request));
    let changed = |n: &str| old.value(n) != new.value(n);
    let simple = [
        "vswitch_name",
        "name",
        "description",
        "enable_ipv6",
        "ipv6_cidr_block_mask",
        "vpc_ipv6_cidr_block",
    ];
    if simple.iter().any(|n| changed(n)) {
        let text = |n: &str| changed(n).then(|| new.string(n).unwrap_or_default());
        client
            .send(&ops::ModifyVSwitchAttribute {
                region_id: Some(client.region()),
                vswitch_id: id.to_owned(),
                vswitch_name: text("vswitch_name"),
                description: text("description"),
                enable_ipv6: changed("enable_ipv6").then(|| new.is_true("enable_ipv6")),
                ipv6_cidr_block: new
                    .any_int("ipv6_cidr_block_mask")
                    .filter(|_| changed("ipv6_cidr_block_mask")),
                vpc_ipv6_cidr_block: text("vpc_ipv6_cidr_block").filter(|s| !s.is_empty()),
            })
            .await?;
    }
    TAGS.change(client, &[id.to_owned()], &TagDelta::between(old, new))
        .await
}

fn describe(base: &Object, vswitch: &types::VSwitch) -> RemoteObject {
    let mut d = Draft::over(base);
    d.str("id", &vswitch.vswitch_id);
    d.str("vswitch_name", &vswitch.vswitch_name);
    d.str("name", &vswitch.vswitch_name);
    d.str("description", &vswitch.description);
    d.str("cidr_block", &vswitch.cidr_block);
    d.str("ipv6_cidr_block", &vswitch.ipv6_cidr_block);
    d.str("create_time", &vswitch.creation_time);
    d.str("status", &vswitch.status);
    d.str("vpc_id", &vswitch.vpc_id);
    d.str("zone_id", &vswitch.zone_id);
    d.str("availability_zone", &vswitch.zone_id);
    d.bool("is_default", vswitch.is_default);
    d.bool("enable_ipv6", vswitch.enabled_ipv6);
    if let Some(bits) = own_bits(&vswitch.ipv6_cidr_block) {
        d.int("ipv6_cidr_block_mask", bits);
    }
    d.map("tags", user_vpc_tags(&vswitch.tags));
    d.finish()
}

/// IPv6 without a choice of bits is switched on after the creation, which only takes bits.
async fn choose_ipv6(client: &Client, p: Fields<'_>, id: &str) -> Result<(), ClientError> {
    if p.is_true("enable_ipv6") && p.any_int("ipv6_cidr_block_mask").is_none() {
        client
            .send(&ops::ModifyVSwitchAttribute {
                region_id: Some(client.region()),
                vswitch_id: id.to_owned(),
                enable_ipv6: Some(true),
                ..ops::ModifyVSwitchAttribute::default()
            })
            .await?;
    }
    Ok(())
}

/// The eight bits that a vSwitch has besides those of its VPC: the last of the 64 of its IPv6 block.
fn own_bits(block: &str) -> Option<i64> {
    let address: std::net::Ipv6Addr = block.split('/').next()?.parse().ok()?;
    Some(i64::from(address.segments()[3] & 0xff))
}
