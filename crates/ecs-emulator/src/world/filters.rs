//! Decides how conditions of Describe actions match: wildcards, tags, times. Which conditions an
//! action has is decided by its handler.

use ecs_api::types::{Filter, TagFilter, TagItem, VpcTag};

use super::rows::{Tags, tag_value};
use crate::time::Moment;

/// Whether the text matches the pattern, in which `*` stands for anything.
pub(crate) fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether a condition that may be absent holds. An empty value is an absent one.
pub(crate) fn is(condition: Option<&String>, value: &str) -> bool {
    condition.is_none_or(|wanted| wanted.is_empty() || wanted == value)
}

/// The same, in any case.
pub(crate) fn is_word(condition: Option<&String>, value: &str) -> bool {
    condition.is_none_or(|wanted| wanted.is_empty() || wanted.eq_ignore_ascii_case(value))
}

/// Whether a name fits a condition that may be absent and may hold `*`.
pub(crate) fn is_like(condition: Option<&String>, value: &str) -> bool {
    condition.is_none_or(|wanted| wanted.is_empty() || wildcard(wanted, value))
}

/// Whether all tags asked for are there. A filter without a value asks for the key alone.
pub(crate) fn has_tags(tags: &Tags, filters: &[TagFilter]) -> bool {
    filters.iter().all(|filter| {
        let Some(key) = filter.key.as_deref().filter(|key| !key.is_empty()) else {
            return true;
        };
        match (tag_value(tags, key), filter.value.as_deref()) {
            (None, _) => false,
            (Some(_), None | Some("")) => true,
            (Some(value), Some(wanted)) => value == wanted,
        }
    })
}

/// Whether the moment of creation is in the bounds that `Filter.N` sets.
pub(crate) fn is_created_within(filters: &[Filter], created: Moment) -> bool {
    filters.iter().all(|filter| {
        let Some(bound) = filter.value.as_deref().and_then(Moment::parse) else {
            return true;
        };
        match filter.key.as_deref() {
            Some("CreationStartTime") => created >= bound,
            Some("CreationEndTime") => created <= bound,
            _ => true,
        }
    })
}

/// Tags as ECS answers give them.
pub(crate) fn ecs_tags(tags: &Tags) -> Vec<TagItem> {
    tags.iter()
        .map(|(key, value)| TagItem {
            tag_key: key.clone(),
            tag_value: value.clone(),
        })
        .collect()
}

/// Tags as VPC answers give them.
pub(crate) fn vpc_tags(tags: &Tags) -> Vec<VpcTag> {
    tags.iter()
        .map(|(key, value)| VpcTag {
            key: key.clone(),
            value: value.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, fits) in [
            ("web", "web", true),
            ("web", "web1", false),
            ("web*", "web", true),
            ("web*", "web-1", true),
            ("*web", "my-web", true),
            ("w*b*1", "web-b-01", true),
            ("w*b*1", "web-b-02", false),
            ("*", "", true),
            ("", "a", false),
            ("a*a", "a", false),
            ("**", "x", true),
        ] {
            assert_eq!(wildcard(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn tags_are_anded() {
        let tags = vec![
            ("app".to_owned(), "web".to_owned()),
            ("env".to_owned(), String::new()),
        ];
        let filter = |key: &str, value: Option<&str>| TagFilter {
            key: Some(key.to_owned()),
            value: value.map(str::to_owned),
        };
        assert!(has_tags(
            &tags,
            &[filter("app", Some("web")), filter("env", None)]
        ));
        assert!(!has_tags(
            &tags,
            &[filter("app", Some("web")), filter("no", None)]
        ));
        assert!(!has_tags(&tags, &[filter("app", Some("db"))]));
        assert!(has_tags(&tags, &[filter("app", Some(""))]));
    }
}
