//! Decides how the objects of a described type are looked at: by as many ids in a request as the API takes, through all pages,
//! and which item of an answer is which object.

use std::collections::{BTreeMap, BTreeSet};

use cairn_provider::UnmanagedObject;
use cairn_value::{Value, name};
use ecs_api::Product;
use serde_json::Value as Json;

use super::{Description, Part, Read};
use crate::client::{Client, ClientError};
use crate::describe::wire::{Params, take, texts};
use crate::describe::{Draft, Fields};
use crate::listed::query;
use crate::resource::{Found, ReadItem};

/// An item of an answer with the id of its object.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) json: Json,
}

/// Reads objects by id, in order.
pub(super) async fn read(ty: &Description, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
    let ids: Vec<String> = items.iter().map(|i| i.id.clone()).collect();
    let asked = client
        .fan_out(asks(ty, &ids), {
            let (read, product) = (ty.read, ty.product);
            move |client, (firsts, params)| async move {
                let answer = pages(&client, read, product, params).await;
                (firsts, answer)
            }
        })
        .await;
    let mut found: BTreeMap<String, Json> = BTreeMap::new();
    let mut errors: BTreeMap<String, ClientError> = BTreeMap::new();
    for (firsts, answer) in asked {
        match answer {
            Ok(items) => found.extend(items.into_iter().map(|i| (i.id, i.json))),
            Err(e) if e.is_not_found() => {}
            Err(e) => errors.extend(firsts.into_iter().map(|first| (first, e.clone()))),
        }
    }
    items
        .iter()
        .map(|item| match errors.get(&ty.parts(&item.id)[0]) {
            Some(error) => Err(error.clone()),
            None => Ok(found
                .get(&ty.bare(&item.id))
                .map(|json| object(ty, item, json))),
        })
        .collect()
}

/// The items of an answer that stand for one object: one, or none where it is gone. Objects that are looked at in the same
/// moment are asked for together.
pub(super) async fn items(
    ty: &Description,
    client: &Client,
    id: &str,
) -> Result<Vec<Json>, ClientError> {
    let first = ty.parts(id).swap_remove(0);
    let (read, product) = (ty.read, ty.product);
    let found = client.read_together(ty.ty, first, read.by.most(), move |client, firsts| {
        let params = read.by.params(&firsts);
        async move { query(&client, product, read.query, params).await }
    });
    let found = match found.await {
        Ok(found) => found,
        Err(e) if e.is_not_found() => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let id = ty.bare(id);
    let of_id = found.iter().filter(|json| ids_of(read, json).contains(&id));
    Ok(of_id.cloned().collect())
}

/// The requests that ask for these objects: the first parts of the ids that each asks for, and its parameters.
fn asks(ty: &Description, ids: &[String]) -> Vec<(Vec<String>, Params)> {
    let firsts: BTreeSet<String> = ids.iter().map(|id| ty.parts(id).swap_remove(0)).collect();
    let firsts: Vec<String> = firsts.into_iter().filter(|f| !f.is_empty()).collect();
    let ask = |chunk: &[String]| (chunk.to_vec(), ty.read.by.params(chunk));
    firsts.chunks(ty.read.by.most()).map(ask).collect()
}

/// The id of an object, of its attributes, of what its creation answered if it did, and of what other queries tell. Nothing where
/// a part is missing.
pub(super) async fn id(
    ty: &Description,
    client: &Client,
    object: Fields<'_>,
    answer: Option<&Json>,
) -> Result<Option<String>, ClientError> {
    let mut parts = Vec::new();
    for part in ty.id {
        let text = match part {
            Part::Answer(member) => answer.and_then(|a| texts(a, member).pop()),
            Part::Attr(attr) => object.string(attr),
            Part::Told {
                query: asked,
                of: (attr, param),
                field,
                ..
            } => {
                let params = vec![((*param).to_owned(), object.string(attr).unwrap_or_default())];
                let items = query(client, ty.product, *asked, params).await?;
                items.iter().find_map(|item| texts(item, field).pop())
            }
        };
        let Some(text) = text.filter(|t| !t.is_empty()) else {
            return Ok(None);
        };
        parts.push(text);
    }
    Ok(Some(parts.join(":")))
}

/// The objects that a creation with this call's tag made.
pub(super) async fn tagged(
    ty: &Description,
    client: &Client,
    key: &str,
    value: &str,
) -> Result<Vec<String>, ClientError> {
    let params = vec![
        ("Tag.1.Key".to_owned(), key.to_owned()),
        ("Tag.1.Value".to_owned(), value.to_owned()),
    ];
    let items = pages(client, ty.read, ty.product, params).await?;
    Ok(items.into_iter().map(|i| i.id).collect())
}

/// All objects of the region, for those types that can be listed.
pub(super) async fn list(
    ty: &Description,
    client: &Client,
) -> Result<Vec<UnmanagedObject>, ClientError> {
    if ty.read.name.is_empty() {
        return Ok(Vec::new());
    }
    let alone = ty.read.alone.iter();
    let params = alone.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let items = pages(client, ty.read, ty.product, params.collect()).await?;
    let unmanaged = items.into_iter().map(|item| UnmanagedObject {
        ty: name(ty.ty),
        name: texts(&item.json, ty.read.name).pop().unwrap_or_default(),
        id: item.id,
    });
    Ok(unmanaged.collect())
}

/// All items of an answer, with the ids that they stand for.
async fn pages(
    client: &Client,
    read: Read,
    product: Product,
    params: Params,
) -> Result<Vec<Item>, ClientError> {
    let found = query(client, product, read.query, params).await?;
    let with_ids = found.into_iter().flat_map(|json| {
        let ids = ids_of(read, &json);
        ids.into_iter().map(move |id| Item {
            id,
            json: json.clone(),
        })
    });
    Ok(with_ids.collect())
}

/// The ids that an item stands for: one, or as many as a list in it has elements.
fn ids_of(read: Read, item: &Json) -> Vec<String> {
    let mut ids = vec![String::new()];
    let told = read.key.iter().filter(|path| !path.is_empty());
    for (i, path) in told.enumerate() {
        let parts = texts(item, path);
        let parts = parts.iter().filter(|p| !p.is_empty());
        let joined = parts.flat_map(|part| {
            ids.iter().map(move |id| match i {
                0 => part.clone(),
                _ => format!("{id}:{part}"),
            })
        });
        ids = joined.collect();
    }
    ids
}

/// The object that an item describes.
pub(super) fn object(ty: &Description, item: &ReadItem, json: &Json) -> cairn_model::RemoteObject {
    let mut draft = Draft::over(&item.base);
    draft.put("id", Value::string(&item.id));
    for (part, text) in ty.id.iter().zip(ty.parts(&item.id)) {
        if let Part::Attr(attr) | Part::Told { attr, .. } = part {
            draft.settle(attr, Value::string(text));
        }
    }
    take(&ty.table, json, &mut draft);
    draft.finish()
}
