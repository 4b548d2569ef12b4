//! Decides how `random_pet` behaves: a name of a few words that people remember.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::draw::Draw;
use super::words::{adjectives, adverbs, animals};
use crate::Surroundings;
use crate::kit::{
    Managed, computed, keepers, optional, optional_computed, plain_schema, planned, text, whole,
    wrong,
};

/// `random_pet`
pub(super) struct Pet;

/// More words than this are no name.
const MOST_WORDS: i64 = 1000;

#[async_trait]
impl Managed for Pet {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("keepers"),
                optional_computed(
                    "length",
                    Type::Number,
                    "How many words; 2 if it is not set.",
                ),
                optional(
                    "prefix",
                    Type::String,
                    "Stands before the name, with a separator.",
                ),
                optional_computed(
                    "separator",
                    Type::String,
                    "Stands between the words; - if it is not set.",
                ),
                computed("id", Type::String, "The name."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        match whole(config, "length") {
            Some(n) if n > MOST_WORDS => vec![wrong(
                "length",
                format!("The name can have at most {MOST_WORDS} words, but length is {n}."),
            )],
            _ => Vec::new(),
        }
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let defaults = vec![("length", Value::int(2)), ("separator", Value::string("-"))];
        planned(
            request,
            &super::rules(&["length", "prefix", "separator"], defaults),
        )
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let mut draw = Draw::new(with, None);
        let length = whole(&object, "length").unwrap_or(2);
        let mut words: Vec<&str> = Vec::new();
        words.extend(text(&object, "prefix").filter(|p| !p.is_empty()));
        // One word is an animal, two have an adjective before it, and adverbs come before that.
        if length > 2 {
            let adverbs = adverbs();
            words.extend((2..length).map(|_| draw.one_of(&adverbs)));
        }
        if length != 1 {
            words.push(draw.one_of(&adjectives()));
        }
        words.push(draw.one_of(&animals()));
        let name = words.join(text(&object, "separator").unwrap_or("-"));
        object.set("id", Value::string_nfc(name));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, create, replaced_by, string};

    #[test]
    fn names_have_their_words_in_order() {
        let with = Fake::default();
        for length in 1..6 {
            let made = create(
                &Pet,
                &with,
                &[
                    ("length", Value::int(length)),
                    ("separator", Value::string("_")),
                ],
            )
            .unwrap();
            let id = string(&made, "id");
            let words: Vec<&str> = id.split('_').collect();
            assert_eq!(words.len() as i64, length, "{id}");
            assert!(animals().contains(words.last().unwrap()));
            if length > 1 {
                assert!(adjectives().contains(&words[words.len() - 2]));
                assert!(
                    words[..words.len() - 2]
                        .iter()
                        .all(|w| adverbs().contains(w))
                );
            }
        }
    }

    #[test]
    fn two_words_after_the_prefix_unless_it_says_otherwise() {
        let with = Fake::default();
        let made = create(&Pet, &with, &[("prefix", Value::string("web"))]).unwrap();
        let id = string(&made, "id");
        assert!(id.starts_with("web-"), "{id}");
        assert_eq!(id.split('-').count(), 3);
        let other = create(&Pet, &with, &[("prefix", Value::string("web"))]).unwrap();
        assert_ne!(string(&other, "id"), id);
        assert_eq!(replaced_by(&Pet, &made, &[]), ["prefix"]);
        assert_eq!(
            replaced_by(
                &Pet,
                &made,
                &[("prefix", Value::string("web")), ("length", Value::int(3))]
            ),
            ["length"]
        );
    }

    #[test]
    fn the_words_are_plain_and_each_there_once() {
        for words in [adverbs(), adjectives(), animals()] {
            assert!(words.len() >= 100, "{}", words.len());
            assert!(words.is_sorted_by(|a, b| a < b));
            assert!(
                words
                    .iter()
                    .all(|w| w.bytes().all(|b| b.is_ascii_lowercase()))
            );
        }
    }
}
