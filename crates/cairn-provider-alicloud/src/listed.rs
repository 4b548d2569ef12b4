//! Decides how a list is asked for whose action is known by name alone: page after page, until all items are there.

use ecs_api::{OperationInfo, Product, Retry};
use serde_json::Value as Json;

use crate::client::{Client, ClientError};
use crate::describe::wire::{Params, at, texts};

/// An action that lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query {
    /// Its name: `DescribeDisks`.
    pub(crate) action: &'static str,
    /// Parameters with values that never change.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
    /// Where its answer has the items: `Disks.Disk`. Where there is no list but one thing, that counts as one item.
    pub(crate) items: &'static str,
    /// Its pages.
    pub(crate) pages: Pages,
}

/// The pages of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pages {
    /// `PageNumber` and `PageSize`, of this size.
    Numbers(usize),
    /// `NextToken` and `MaxResults`, of this size.
    Tokens(usize),
    /// `NextToken` and `MaxResult`, of this size.
    Results(usize),
}

/// All items of an answer, in the client's region.
pub(crate) async fn query(
    client: &Client,
    product: Product,
    query: Query,
    params: Params,
) -> Result<Vec<Json>, ClientError> {
    let info = OperationInfo {
        action: query.action,
        product,
        retry: Retry::ByNature,
    };
    let mut all: Vec<Json> = Vec::new();
    let mut token = String::new();
    for number in 1_usize.. {
        let mut params = params.clone();
        params.push(("RegionId".to_owned(), client.region()));
        let fixed = query.fixed.iter();
        params.extend(fixed.map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        match query.pages {
            Pages::Numbers(size) => {
                params.push(("PageNumber".to_owned(), number.to_string()));
                params.push(("PageSize".to_owned(), size.to_string()));
            }
            Pages::Tokens(size) | Pages::Results(size) => {
                let most = match query.pages {
                    Pages::Results(_) => "MaxResult",
                    _ => "MaxResults",
                };
                params.push((most.to_owned(), size.to_string()));
                if !token.is_empty() {
                    params.push(("NextToken".to_owned(), token.clone()));
                }
            }
        }
        let answer = client.send_params(info, params).await?;
        let before = all.len();
        for json in at(&answer, query.items) {
            match json {
                Json::Array(items) => all.extend(items.iter().cloned()),
                one => all.push(one.clone()),
            }
        }
        let next = texts(&answer, "NextToken").pop().unwrap_or_default();
        let total = at(&answer, "TotalCount").first().and_then(|t| t.as_u64());
        let more = match query.pages {
            Pages::Numbers(_) => {
                all.len() > before && total.is_some_and(|t| (all.len() as u64) < t)
            }
            Pages::Tokens(_) | Pages::Results(_) => !next.is_empty() && next != token,
        };
        if !more {
            break;
        }
        token = next;
    }
    Ok(all)
}
