//! Decides how tags are treated: which are the user's, which the engine's own, what a change of them asks of the API, and
//! which tags are refused.
//!
//! Tags whose key begins with `cairn:` are the engine's, and those that begin with `aliyun` or `acs:` the cloud's: neither is
//! shown as a user's tag. A creation puts `cairn:call=<token>` on what it makes, so that it can be found again after a lost
//! answer.

use std::collections::BTreeMap;

use cairn_provider::Problem;
use cairn_value::{Path, PathStep};
use ecs_api::ParamError;
use ecs_api::ops;
use ecs_api::rules::{Profile, tag_key, tag_value};
use ecs_api::types::{Tag, TagFilter, TagItem, VpcTag};

use crate::client::{Client, ClientError};
use crate::describe::{Fields, attr_path};

/// The tag that names the call that made an object.
pub(crate) const CALL_TAG: &str = "cairn:call";

/// The greatest number of tags on one object.
pub(crate) const MOST_TAGS: usize = 20;

/// Whether a tag is not the user's.
pub(crate) fn is_reserved(key: &str) -> bool {
    ["cairn:", "aliyun", "acs:", "http://", "https://"]
        .iter()
        .any(|p| key.starts_with(p))
}

/// The user's tags of an object, as ECS tells them.
pub(crate) fn user_tags(tags: &[TagItem]) -> BTreeMap<&str, &str> {
    tags.iter()
        .filter(|t| !is_reserved(&t.tag_key))
        .map(|t| (t.tag_key.as_str(), t.tag_value.as_str()))
        .collect()
}

/// The user's tags of an object, as VPC tells them.
pub(crate) fn user_vpc_tags(tags: &[VpcTag]) -> BTreeMap<&str, &str> {
    tags.iter()
        .filter(|t| !is_reserved(&t.key))
        .map(|t| (t.key.as_str(), t.value.as_str()))
        .collect()
}

/// The user's tags of a planned object.
pub(crate) fn planned_tags(planned: Fields<'_>) -> Vec<Tag> {
    let tags = planned.map("tags").into_iter();
    tags.map(|(k, v)| Tag::new(k, v)).collect()
}

/// The tags that a creation sends: the user's, and the engine's own where there is room for it.
pub(crate) fn creation_tags(planned: Fields<'_>, token: &str) -> Vec<Tag> {
    let mut tags = planned_tags(planned);
    if has_room(planned) {
        tags.push(Tag::new(CALL_TAG, token));
    }
    tags
}

/// Whether the user's tags leave room for the engine's own.
pub(crate) fn has_room(planned: Fields<'_>) -> bool {
    planned.map("tags").len() < MOST_TAGS
}

/// The condition that finds what a call made.
pub(crate) fn call_filter(token: &str) -> Vec<TagFilter> {
    vec![TagFilter {
        key: Some(CALL_TAG.to_owned()),
        value: Some(token.to_owned()),
    }]
}

/// What a change of tags asks of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TagDelta {
    /// Keys to take away.
    pub(crate) remove: Vec<String>,
    /// Tags to put, over those with equal keys.
    pub(crate) put: Vec<(String, String)>,
}

impl TagDelta {
    /// From the recorded to the planned tags.
    pub(crate) fn between(prior: Fields<'_>, planned: Fields<'_>) -> Self {
        Self::between_attr(prior, planned, "tags")
    }

    /// From the recorded to the planned tags of an attribute.
    pub(crate) fn between_attr(prior: Fields<'_>, planned: Fields<'_>, attribute: &str) -> Self {
        let (old, new) = (prior.map(attribute), planned.map(attribute));
        Self {
            remove: old
                .keys()
                .filter(|k| !new.contains_key(*k))
                .map(|k| (*k).to_owned())
                .collect(),
            put: new
                .iter()
                .filter(|(k, v)| old.get(*k) != Some(*v))
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        }
    }
}

/// Where an object's tags are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TagHome {
    /// In ECS, under this resource type.
    Ecs(&'static str),
    /// In VPC, under this resource type.
    Vpc(&'static str),
}

impl TagHome {
    /// Changes the tags of at most 50 objects: two requests at most, both safe to repeat.
    pub(crate) async fn change(
        self,
        client: &Client,
        ids: &[String],
        delta: &TagDelta,
    ) -> Result<(), ClientError> {
        let tags: Vec<Tag> = delta.put.iter().map(|(k, v)| Tag::new(k, v)).collect();
        let region_id = client.region();
        let (resource_ids, tag_keys) = (ids.to_vec(), delta.remove.clone());
        match self {
            Self::Ecs(resource_type) => {
                let resource_type = resource_type.to_owned();
                if !tag_keys.is_empty() {
                    client
                        .send(&ops::UntagResources {
                            region_id: region_id.clone(),
                            resource_type: resource_type.clone(),
                            resource_ids: resource_ids.clone(),
                            tag_keys,
                            all: None,
                        })
                        .await?;
                }
                if !tags.is_empty() {
                    client
                        .send(&ops::TagResources {
                            region_id,
                            resource_type,
                            resource_ids,
                            tags,
                        })
                        .await?;
                }
            }
            Self::Vpc(resource_type) => {
                let resource_type = resource_type.to_owned();
                if !tag_keys.is_empty() {
                    client
                        .send(&ops::VpcUntagResources {
                            region_id: region_id.clone(),
                            resource_type: resource_type.clone(),
                            resource_ids: resource_ids.clone(),
                            tag_keys,
                            all: None,
                        })
                        .await?;
                }
                if !tags.is_empty() {
                    client
                        .send(&ops::VpcTagResources {
                            region_id,
                            resource_type,
                            resource_ids,
                            tags,
                        })
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// The rules for tag keys, in either profile. The RunInstances reference has 64 characters at most, newer pages of the service
/// 128: the narrower of the two speaks, so that no key is refused half-way through an apply.
fn narrow_key(key: &str) -> Result<(), ParamError> {
    tag_key("Tag.n.Key", key, Profile::Reference2019)?;
    tag_key("Tag.n.Key", key, Profile::Current)
}

/// Checks the tags of a configuration by the rules for tags of instances, which all objects share.
pub(crate) fn check_tags(
    config: Fields<'_>,
    attribute: &'static str,
    rules: Profile,
    out: &mut Vec<Problem>,
) {
    let tags = config.map(attribute);
    let mut refuse = |at: Path, detail: String| {
        out.push(Problem::error("invalid-tag", "Invalid tag", detail).at(at));
    };
    if tags.len() > MOST_TAGS {
        refuse(
            attr_path(attribute),
            format!(
                "There are {} tags, and an object can have {MOST_TAGS} at most. Remove some.",
                tags.len()
            ),
        );
    }
    for (key, value) in tags {
        let at = attr_path(attribute).then(PathStep::Key(key.into()));
        let shown: String = key.chars().take(24).collect();
        let more = if shown.len() < key.len() { "…" } else { "" };
        if is_reserved(key) {
            refuse(
                at,
                format!(
                    "The tag key \"{shown}{more}\" begins with a reserved prefix: aliyun and acs: are the cloud's own, cairn: is \
                     used by cairn, and http:// and https:// are not allowed. Use another key."
                ),
            );
        } else if let Err(error) = narrow_key(key) {
            refuse(
                at,
                format!(
                    "The tag key \"{shown}{more}\" is {} characters long. {} Use another key.",
                    key.chars().count(),
                    error.message
                ),
            );
        } else if let Err(error) = tag_value("Tag.n.Value", value, rules) {
            refuse(
                at,
                format!(
                    "The value of the tag \"{shown}{more}\" is {} characters long. {} Use another value.",
                    value.chars().count(),
                    error.message
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::{Object, Type, Value, name};

    use super::*;

    fn tagged(entries: &[(&str, &str)]) -> Object {
        Object::new([(
            name("tags"),
            Value::map(
                Type::String,
                entries.iter().map(|(k, v)| ((*k).into(), Value::string(v))),
            ),
        )])
    }

    #[test]
    fn a_delta_touches_only_what_differs() {
        let old = tagged(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let new = tagged(&[("a", "1"), ("b", "9"), ("d", "4")]);
        let delta = TagDelta::between(Fields::of(&old), Fields::of(&new));
        assert_eq!(delta.remove, ["c"]);
        let put = [("b", "9"), ("d", "4")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(delta.put, put);
        let same = TagDelta::between(Fields::of(&old), Fields::of(&old));
        assert_eq!(same, TagDelta::default());
    }

    #[test]
    fn bad_tags_are_refused_at_their_place() {
        let long = "k".repeat(65);
        for key in [long.as_str(), "aliyun-x", "acs:x", "cairn:x", "http://x"] {
            let object = tagged(&[(key, "v")]);
            let mut out = Vec::new();
            check_tags(Fields::of(&object), "tags", Profile::Current, &mut out);
            assert_eq!(out.len(), 1, "{key}");
            assert_eq!(
                out[0].path.as_ref().map(ToString::to_string),
                Some(format!("tags[{key:?}]"))
            );
        }
        let object = tagged(&[("ok", "v")]);
        let mut out = Vec::new();
        check_tags(Fields::of(&object), "tags", Profile::Current, &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn the_engine_s_tag_is_left_off_where_there_is_no_room() {
        let twenty: Vec<(String, String)> =
            (0..20).map(|i| (format!("k{i}"), String::new())).collect();
        let pairs: Vec<(&str, &str)> = twenty.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(creation_tags(Fields::of(&tagged(&pairs)), "t").len(), 20);
        let few = tagged(&pairs[..3]);
        let some = creation_tags(Fields::of(&few), "t");
        assert_eq!(some.last(), Some(&Tag::new(CALL_TAG, "t")));
    }
}
