//! Decides what the data sources `alicloud_account` and `alicloud_caller_identity` give: whose key requests are signed with.

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::ops;

use super::{DataSource, Results};
use crate::client::Client;
use crate::describe::{Attr, Fields, Table, Ty};

/// A data source that asks who the caller is.
pub(crate) struct Identity {
    ty: &'static str,
    table: Table,
}

/// `alicloud_account`: its id is the account's.
pub(super) fn account() -> Identity {
    Identity {
        ty: "alicloud_account",
        table: Table::new(vec![Attr::computed("id", Ty::Str, "The account's id.")]),
    }
}

/// `alicloud_caller_identity`
pub(super) fn caller_identity() -> Identity {
    Identity {
        ty: "alicloud_caller_identity",
        table: Table::new(vec![
            Attr::computed("account_id", Ty::Str, "The account's id."),
            Attr::computed("arn", Ty::Str, "The caller's resource name."),
            Attr::computed(
                "identity_type",
                Ty::Str,
                "What the caller is: Account, RAMUser or AssumedRoleUser.",
            ),
        ]),
    }
}

#[async_trait]
impl DataSource for Identity {
    fn ty(&self) -> &'static str {
        self.ty
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, _: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let told = client
            .send(&ops::GetCallerIdentity::default())
            .await
            .map_err(|e| vec![e.problem(|_| None)])?;
        let mut attributes = vec![
            ("id", &told.account_id),
            ("account_id", &told.account_id),
            ("arn", &told.arn),
            ("identity_type", &told.identity_type),
        ];
        attributes.retain(|(name, _)| *name == "id" || self.table.attr(name).is_some());
        let attributes = attributes.into_iter();
        Ok(Results {
            ids: vec![told.account_id.clone()],
            attributes: attributes.map(|(n, v)| (n, Value::string(v))).collect(),
        })
    }
}
