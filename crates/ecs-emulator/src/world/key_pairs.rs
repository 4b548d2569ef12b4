//! Decides about key pairs: making and importing them, listing and deleting. Which instances carry
//! one is decided in `access`.
//!
//! A region in which no key pair was ever made takes every name that instances give: pairs are often
//! made elsewhere, by hand. From the first one made on, a name has to be that of one that exists.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, CreateKeyPair, CreateKeyPairResponse, DeleteKeyPairs, DescribeKeyPairs,
    DescribeKeyPairsResponse, ImportKeyPair, ImportKeyPairResponse, KeyPair as DescribedKeyPair,
};
use ecs_api::types::Tag;

use super::filters::{ecs_tags, has_tags, is, is_like};
use super::{Context, KeyPair, World};
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_50, cut, select};
use crate::refuse;
use crate::ssh_keys;

/// How many key pairs a region holds.
const PER_REGION: usize = 500;
/// How many one DeleteKeyPairs takes.
const PER_DELETE: usize = 100;

/// What a key pair is found by: its name is unique in its region only.
pub(crate) fn key_pair_id(region: &str, name: &str) -> String {
    format!("{region}/{name}")
}

impl World {
    /// Whether instances of the request's region may carry the key pair.
    ///
    /// # Errors
    /// There is no such key pair, in a region where some were made.
    pub(crate) fn check_key_pair(&self, context: &Context, name: &str) -> Result<(), ApiError> {
        let known = name.is_empty()
            || !self.ids.has_drawn(&drawn(&context.region))
            || self
                .tables
                .key_pairs
                .contains(&key_pair_id(&context.region, name));
        if known {
            Ok(())
        } else {
            Err(refuse::known("InvalidKeyPairName.NotFound"))
        }
    }

    fn check_new_key_pair(&self, context: &Context, name: &str) -> Result<(), ApiError> {
        if !is_name(name) {
            return Err(refuse::bad(
                "InvalidKeyPairName.Malformed",
                "Specified Key Pair name is not valid.",
            ));
        }
        let pairs = &self.tables.key_pairs;
        if pairs.contains(&key_pair_id(&context.region, name)) {
            return Err(refuse::bad(
                "KeyPair.AlreadyExist",
                "The key pair already exist.",
            ));
        }
        let there = pairs.iter().filter(|p| p.region == context.region).count();
        if there >= PER_REGION {
            return Err(refuse::forbidden(
                "QuotaExceed.KeyPair",
                "The key pair quota exceeds.",
            ));
        }
        Ok(())
    }

    fn keep_key_pair(
        &mut self,
        context: &Context,
        name: &str,
        public: &ssh_keys::PublicKey,
        resource_group: Option<String>,
        tags: Vec<Tag>,
    ) -> String {
        self.ids.draw(&drawn(&context.region));
        let key_id = self.next_id("ssh");
        self.tables.key_pairs.insert(KeyPair {
            id: key_pair_id(&context.region, name),
            key_id: key_id.clone(),
            region: context.region.clone(),
            name: name.to_owned(),
            fingerprint: public.fingerprint(),
            public_key: public.text(),
            created: context.now,
            resource_group: resource_group.unwrap_or_default(),
            tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        });
        key_id
    }
}

/// The counter that tells whether key pairs were ever made in a region.
fn drawn(region: &str) -> String {
    format!("key-pair {region}")
}

/// 2 to 128 characters, a letter first, then letters, digits and `.:_-`; no URL.
fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (2..=128).contains(&length)
        && name.starts_with(char::is_alphabetic)
        && !name.starts_with("http://")
        && !name.starts_with("https://")
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | ':' | '_' | '-'))
}

impl Serve<CreateKeyPair> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateKeyPair,
    ) -> Result<CreateKeyPairResponse, ApiError> {
        self.check_new_key_pair(context, &op.key_pair_name)?;
        let number = self.ids.draw("ssh-key");
        let seed =
            std::array::from_fn(|index| self.ids.noise("ssh-key", number * 4 + index as u64));
        let made = ssh_keys::generate(seed, &op.key_pair_name);
        let key_pair_id = self.keep_key_pair(
            context,
            &op.key_pair_name,
            &made.public,
            op.resource_group_id,
            op.tags,
        );
        Ok(CreateKeyPairResponse {
            key_pair_id,
            key_pair_finger_print: made.public.fingerprint(),
            key_pair_name: op.key_pair_name,
            private_key_body: made.private.into(),
            ..CreateKeyPairResponse::default()
        })
    }
}

impl Serve<ImportKeyPair> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ImportKeyPair,
    ) -> Result<ImportKeyPairResponse, ApiError> {
        self.check_new_key_pair(context, &op.key_pair_name)?;
        let public = ssh_keys::PublicKey::parse(&op.public_key_body).ok_or_else(|| {
            refuse::bad(
                "InvalidPublicKeyBody.Malformed",
                "The PublicKeyBody format is not supported.",
            )
        })?;
        self.keep_key_pair(
            context,
            &op.key_pair_name,
            &public,
            op.resource_group_id,
            op.tags,
        );
        Ok(ImportKeyPairResponse {
            key_pair_finger_print: public.fingerprint(),
            key_pair_name: op.key_pair_name,
            ..ImportKeyPairResponse::default()
        })
    }
}

impl Serve<DescribeKeyPairs> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeKeyPairs,
    ) -> Result<DescribeKeyPairsResponse, ApiError> {
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_50);
        let keep = |pair: &KeyPair| {
            context.sees(&pair.region)
                && is_like(op.key_pair_name.as_ref(), &pair.name)
                && is(op.key_pair_finger_print.as_ref(), &pair.fingerprint)
                && is(op.resource_group_id.as_ref(), &pair.resource_group)
                && has_tags(&pair.tags, &op.tags)
        };
        let page = cut(select(&self.tables.key_pairs, None, keep), paging);
        let shows_key = op.include_public_key == Some(true);
        Ok(DescribeKeyPairsResponse {
            key_pairs: page
                .rows
                .iter()
                .map(|pair| DescribedKeyPair {
                    key_pair_name: pair.name.clone(),
                    key_pair_finger_print: pair.fingerprint.clone(),
                    public_key: if shows_key {
                        pair.public_key.clone()
                    } else {
                        String::new()
                    },
                    resource_group_id: pair.resource_group.clone(),
                    creation_time: pair.created.to_minutes_text(),
                    tags: ecs_tags(&pair.tags),
                })
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeKeyPairsResponse::default()
        })
    }
}

impl Serve<DeleteKeyPairs> for World {
    /// Names that are not there count as deleted.
    fn serve(&mut self, context: &Context, op: DeleteKeyPairs) -> Result<Acknowledged, ApiError> {
        let names = op.key_pair_names.0;
        if names.len() > PER_DELETE {
            return Err(refuse::forbidden(
                "InstanceKeyPairLimitExceeded",
                "Exceeding the allowed amount of key pairs which will be deleted.",
            ));
        }
        let attached = self.tables.instances.iter().any(|instance| {
            instance.region == context.region && names.contains(&instance.key_pair)
        });
        if attached {
            return Err(refuse::bad(
                "InvalidParameter.KeypairAlreadyAttachedInstance",
                "The specified parameter \"KeyPairNames\" attached to instances can not be deleted.",
            ));
        }
        for name in names {
            self.tables
                .key_pairs
                .remove(&key_pair_id(&context.region, &name));
        }
        Ok(Acknowledged::default())
    }
}
