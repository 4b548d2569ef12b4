//! Decides what `alicloud_security_group` is; its rules are another type. A group is found again after a lost answer by the
//! tag `cairn:call`.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, RemoteObject};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::{Object, Path, Value};
use ecs_api::rules::Profile;
use ecs_api::{JsonList, ops, types};

use super::answers::{
    all_failed, answer_by_reading, as_planned, deleted, half_updated, recover_by_tag,
};
use super::tags::{TagDelta, TagHome, call_filter, check_tags, creation_tags, user_tags};
use super::vpc::alias;
use super::{Found, PlanContext, ReadItem, ResourceType, Why, by_table, planned, prior, prior_id};
use crate::client::{Client, ClientError};
use crate::describe::{Attr, Check, Draft, Fields, Planned, Table, Ty};
use crate::wait::{limit, until};

const TAGS: TagHome = TagHome::Ecs("securitygroup");

/// `alicloud_security_group`
pub(crate) struct SecurityGroup {
    table: Table,
}

impl SecurityGroup {
    pub(crate) fn new() -> Self {
        Self { table: table() }
    }
}

fn table() -> Table {
    use Ty::{Bool, Str, StrMap};
    Table::new(vec![
        Attr::computed("create_time", Str, "When it was made."),
        Attr::optional("description", Str, "A description of 2 to 256 characters.")
            .check(Check::Len(2, 256)),
        Attr::either("inner_access", Bool, "Whether members reach each other.")
            .deprecated("Use inner_access_policy instead."),
        Attr::either(
            "inner_access_policy",
            Str,
            "Whether members reach each other: Accept or Drop.",
        )
        .one_of(&["Accept", "Drop"])
        .conflicts(&["inner_access"])
        .suppress(|d| d.wanted.str("security_group_type") == Some("enterprise")),
        Attr::either("name", Str, "The name.").deprecated("Use security_group_name instead."),
        Attr::either("resource_group_id", Str, "The resource group."),
        Attr::either("security_group_name", Str, "The name.")
            .conflicts(&["name"])
            .check(Check::Len(2, 128)),
        Attr::either(
            "security_group_type",
            Str,
            "Its kind: normal or enterprise.",
        )
        .force_new()
        .one_of(&["normal", "enterprise"]),
        Attr::optional("tags", StrMap, "Its tags."),
        Attr::either("vpc_id", Str, "The VPC.").force_new(),
    ])
    .timeouts(&["create", "update", "delete"])
}

/// What a new group's members may do among each other: everything, but in an enterprise group.
fn default_policy(group_type: &str) -> &'static str {
    if group_type == "enterprise" {
        "Drop"
    } else {
        "Accept"
    }
}

/// The policy that is asked for, by either attribute.
fn wanted_policy(fields: Fields<'_>) -> Option<String> {
    fields.string("inner_access_policy").or_else(|| {
        let access = fields.any_bool("inner_access")?;
        Some(if access { "Accept" } else { "Drop" }.to_owned())
    })
}

#[async_trait]
impl ResourceType for SecurityGroup {
    fn ty(&self) -> &'static str {
        "alicloud_security_group"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn validate(&self, config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
        check_tags(config, "tags", rules, problems);
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        alias(context, planned, "name", "security_group_name");
        let object = planned.object.clone();
        let fields = Fields::of(&object);
        if context.config.is_set("inner_access_policy") {
            if let Some(policy) = fields.str("inner_access_policy") {
                planned
                    .object
                    .set("inner_access", Value::Bool(policy == "Accept"));
            }
        } else if let Some(access) = context.config.any_bool("inner_access") {
            let policy = if access { "Accept" } else { "Drop" };
            planned
                .object
                .set("inner_access_policy", Value::string(policy));
        }
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        match request.kind {
            ApplyKind::Create => "CreateSecurityGroup",
            ApplyKind::Update => "ModifySecurityGroupAttribute",
            ApplyKind::Delete => "DeleteSecurityGroup",
        }
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        by_table(
            &[
                ("SecurityGroupName", "security_group_name"),
                ("Description", "description"),
                ("VpcId", "vpc_id"),
                ("SecurityGroupType", "security_group_type"),
                ("ResourceGroupId", "resource_group_id"),
                ("InnerAccessPolicy", "inner_access_policy"),
                ("Tag.n.Key", "tags"),
                ("Tag.n.Value", "tags"),
            ],
            parameter,
        )
    }

    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        let pages: Vec<Vec<ReadItem>> = items.chunks(100).map(<[_]>::to_vec).collect();
        let answers = client
            .fan_out(pages, |client, page| async move {
                read_page(&client, page).await
            })
            .await;
        answers.into_iter().flatten().collect()
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let p = planned(request);
        let made = client
            .send(&ops::CreateSecurityGroup {
                region_id: client.region(),
                vpc_id: p.string("vpc_id"),
                security_group_name: p.string("security_group_name").or_else(|| p.string("name")),
                description: p.string("description"),
                security_group_type: p.string("security_group_type"),
                resource_group_id: p.string("resource_group_id"),
                tags: creation_tags(p, &call.token.0),
                client_token: Some(call.token.0.to_string()),
                ..ops::CreateSecurityGroup::default()
            })
            .await;
        let id = match made {
            Ok(made) => made.security_group_id,
            Err(error) => return all_failed(call, &error, |p| self.attribute(p)),
        };
        let kind = p.str("security_group_type").unwrap_or("normal");
        if let Some(policy) = wanted_policy(p).filter(|w| w != default_policy(kind))
            && let Err(error) = set_policy(client, &id, policy).await
        {
            return vec![ApplyResponse::Partial(
                Box::new(as_planned(request, &id)),
                vec![error.problem(|p| self.attribute(p))],
            )];
        }
        answer_by_reading(self, client, &call.requests, &[id]).await
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
                .send(&ops::DeleteSecurityGroup {
                    region_id: client.region(),
                    security_group_id: id.clone(),
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
        vec![deleted(
            ended,
            &format!("The security group {id} is still in use"),
            most,
        )]
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let token = &call.token.0;
        recover_by_tag(self, client, call, || async move {
            let found = client
                .send(&ops::DescribeSecurityGroups {
                    region_id: client.region(),
                    tags: call_filter(token),
                    max_results: Some(100),
                    ..ops::DescribeSecurityGroups::default()
                })
                .await?;
            let ids = found.security_groups.into_iter();
            Ok(ids.map(|g| g.security_group_id).collect())
        })
        .await
    }
}

async fn read_page(client: &Client, page: Vec<ReadItem>) -> Vec<Found> {
    let ids: JsonList<String> = page.iter().map(|i| i.id.clone()).collect();
    let answer = client
        .send(&ops::DescribeSecurityGroups {
            region_id: client.region(),
            security_group_ids: Some(ids),
            max_results: Some(100),
            ..ops::DescribeSecurityGroups::default()
        })
        .await;
    let groups = match answer {
        Ok(answer) => answer.security_groups,
        Err(error) => return page.iter().map(|_| Err(error.clone())).collect(),
    };
    let groups: BTreeMap<String, types::SecurityGroup> = groups
        .into_iter()
        .map(|g| (g.security_group_id.clone(), g))
        .collect();
    let mut found = Vec::with_capacity(page.len());
    for item in page {
        let Some(group) = groups.get(&item.id) else {
            found.push(Ok(None));
            continue;
        };
        // A new group whose policy nobody asked for has that of its kind; all others are asked.
        let policy = if item.why != Why::Import
            && item
                .base
                .get("inner_access_policy")
                .is_some_and(Value::is_unknown)
        {
            Ok(default_policy(&group.security_group_type).to_owned())
        } else {
            policy_of(client, &item.id).await
        };
        found.push(policy.map(|policy| Some(describe(&item.base, group, &policy))));
    }
    found
}

async fn policy_of(client: &Client, id: &str) -> Result<String, ClientError> {
    let answer = client
        .send(&ops::DescribeSecurityGroupAttribute {
            region_id: client.region(),
            security_group_id: id.to_owned(),
            ..ops::DescribeSecurityGroupAttribute::default()
        })
        .await?;
    Ok(answer.inner_access_policy)
}

async fn set_policy(client: &Client, id: &str, policy: String) -> Result<(), ClientError> {
    client
        .send(&ops::ModifySecurityGroupPolicy {
            region_id: client.region(),
            security_group_id: id.to_owned(),
            inner_access_policy: policy,
            client_token: None,
        })
        .await
        .map(drop)
}

async fn change(client: &Client, request: &ApplyRequest, id: &str) -> Result<(), ClientError> {
    let (old, new) = (prior(request), planned(request));
    let changed = |n: &str| old.value(n) != new.value(n);
    if ["security_group_name", "name", "description"]
        .iter()
        .any(|n| changed(n))
    {
        let text = |n: &str| changed(n).then(|| new.string(n).unwrap_or_default());
        client
            .send(&ops::ModifySecurityGroupAttribute {
                region_id: client.region(),
                security_group_id: id.to_owned(),
                security_group_name: text("security_group_name"),
                description: text("description"),
            })
            .await?;
    }
    if (changed("inner_access_policy") || changed("inner_access"))
        && let Some(policy) = wanted_policy(new)
    {
        set_policy(client, id, policy).await?;
    }
    if changed("resource_group_id") {
        client
            .send(&ops::JoinResourceGroup {
                region_id: Some(client.region()),
                resource_id: Some(id.to_owned()),
                resource_type: Some("securitygroup".to_owned()),
                resource_group_id: new.string("resource_group_id"),
            })
            .await?;
    }
    TAGS.change(client, &[id.to_owned()], &TagDelta::between(old, new))
        .await
}

fn describe(base: &Object, group: &types::SecurityGroup, policy: &str) -> RemoteObject {
    let mut d = Draft::over(base);
    d.str("id", &group.security_group_id);
    d.str("security_group_name", &group.security_group_name);
    d.str("name", &group.security_group_name);
    d.str("description", &group.description);
    d.str("security_group_type", &group.security_group_type);
    d.str("vpc_id", &group.vpc_id);
    d.str("resource_group_id", &group.resource_group_id);
    d.str("create_time", &group.creation_time);
    d.str("inner_access_policy", policy);
    d.bool("inner_access", policy == "Accept");
    d.map("tags", user_tags(&group.tags));
    d.finish()
}
