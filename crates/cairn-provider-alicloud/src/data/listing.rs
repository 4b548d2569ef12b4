//! Decides how a data source is written down as data: which action lists the things, which arguments it takes along, which are
//! applied to what it answers, and what a row tells.

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::Product;
use regex::Regex;
use serde_json::Value as Json;

use super::{DataSource, Results, strings};
use crate::client::Client;
use crate::describe::wire::{Form, Params, all_params, row, texts};
use crate::describe::{Attr, Check, Fields, Table, Ty, object_type};
use crate::listed::{Query, query};

/// A data source that lists things.
pub(crate) struct Listing {
    /// Its name: `alicloud_vpcs`.
    pub(crate) ty: &'static str,
    /// The service.
    pub(crate) product: Product,
    /// Its arguments; those with a parameter travel with the query.
    pub(crate) table: Table,
    /// What is asked.
    pub(crate) query: Query,
    /// The parameter that takes the ids asked for, its form and the most it takes at once; none where they are picked from
    /// the answer.
    pub(crate) ids: Option<(&'static str, Form, usize)>,
    /// The member of a row with the id.
    pub(crate) id: &'static str,
    /// The member of a row with the name.
    pub(crate) name: &'static str,
    /// The attribute that has the rows.
    pub(crate) rows: &'static str,
    /// Which rows count, beyond ids and names: a rule over the configuration and a row.
    pub(crate) keep: fn(Fields<'_>, &Json) -> bool,
}

/// Every row counts.
pub(crate) fn keep_all(_: Fields<'_>, _: &Json) -> bool {
    true
}

/// The arguments and results that all listings have: `ids`, `name_regex`, `names`, `output_file` and the rows.
pub(crate) fn with_common(mut attrs: Vec<Attr>, rows: &'static str, row: Vec<Attr>) -> Table {
    attrs.extend([
        Attr::either("ids", Ty::StrList, "Only these; the ids of those found."),
        Attr::optional(
            "name_regex",
            Ty::Str,
            "Only those with names that this regular expression finds.",
        )
        .check(Check::With(wrong_regex)),
        Attr::computed("names", Ty::StrList, "The names of those found."),
        Attr::optional("output_file", Ty::Str, "A file for the result."),
        Attr::computed(rows, Ty::Objects(row), "What was found."),
    ]);
    Table::new(attrs)
}

/// What is wrong with a regular expression.
pub(crate) fn wrong_regex(value: &Value) -> Option<String> {
    Regex::new(value.as_str()?)
        .err()
        .map(|_| "must be a regular expression".to_owned())
}

#[async_trait]
impl DataSource for Listing {
    fn ty(&self) -> &'static str {
        self.ty
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let mut found = Vec::new();
        for more in self.id_params(config) {
            let mut params = all_params(&self.table, config);
            params.extend(more);
            let items = query(client, self.product, self.query, params).await;
            match items {
                Ok(items) => found.extend(items),
                Err(e) if e.is_not_found() => {}
                Err(e) => return Err(vec![e.problem(|p| self.attribute(p))]),
            }
        }
        let wanted = config.strings("ids");
        let pattern = config.str("name_regex").and_then(|p| Regex::new(p).ok());
        let text =
            |item: &Json, path: &str| texts(item, path).into_iter().next().unwrap_or_default();
        found.retain(|item| {
            let of_ids = wanted.is_empty() || wanted.contains(&text(item, self.id).as_str());
            let of_name = || {
                pattern
                    .as_ref()
                    .is_none_or(|p| p.is_match(&text(item, self.name)))
            };
            of_ids && of_name() && (self.keep)(config, item)
        });
        let Some(Ty::Objects(attrs)) = self.table.attr(self.rows).map(|a| &a.ty) else {
            return Err(Vec::new());
        };
        let rows = found.iter().map(|item| row(attrs, item)).collect();
        let mut attributes = vec![(self.rows, Value::list(object_type(attrs), rows))];
        if self.table.attr("names").is_some() {
            attributes.push(("names", strings(found.iter().map(|i| text(i, self.name)))));
        }
        if self.table.attr("total_count").is_some() {
            let n = i64::try_from(found.len()).unwrap_or(i64::MAX);
            attributes.push(("total_count", Value::int(n)));
        }
        Ok(Results {
            ids: found.iter().map(|i| text(i, self.id)).collect(),
            attributes,
        })
    }
}

impl Listing {
    /// The parameters for the ids of each request: one request without any where none are asked for.
    fn id_params(&self, config: Fields<'_>) -> Vec<Params> {
        let ids = config.owned_strings("ids");
        match self.ids {
            Some((param, form, most)) if !ids.is_empty() => {
                let requests = ids.chunks(most);
                requests.map(|chunk| form.params(param, chunk)).collect()
            }
            _ => vec![Params::new()],
        }
    }

    fn attribute(&self, parameter: &str) -> Option<cairn_value::Path> {
        let bare = parameter.split('.').next().unwrap_or(parameter);
        let mut attrs = self.table.attrs.iter();
        attrs
            .find(|a| [parameter, bare].contains(&a.wire.param) && !a.wire.param.is_empty())
            .map(|a| cairn_value::Path::attr(a.name))
    }
}
