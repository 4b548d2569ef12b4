//! Decides how `random_id` behaves: random bytes in four spellings, each after a prefix.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};
use num_bigint::BigUint;

use crate::Surroundings;
use crate::kit::{
    Managed, computed, imported, keepers, optional, plain_schema, planned, required, text, whole,
};

/// `random_id`
pub(super) struct Id;

#[async_trait]
impl Managed for Id {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("keepers"),
                required(
                    "byte_length",
                    Type::Number,
                    "How many random bytes; at least 1.",
                ),
                optional(
                    "prefix",
                    Type::String,
                    "Stands before each spelling but the id.",
                ),
                computed(
                    "b64_url",
                    Type::String,
                    "In base64 for URLs, without padding.",
                ),
                computed("b64_std", Type::String, "In base64."),
                computed(
                    "hex",
                    Type::String,
                    "In hexadecimal digits, two for each byte.",
                ),
                computed("dec", Type::String, "In decimal digits, not padded."),
                computed(
                    "id",
                    Type::String,
                    "In base64 for URLs, without the prefix.",
                ),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        super::check_length(config, "byte_length")
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        planned(
            request,
            &super::rules(&["byte_length", "prefix"], Vec::new()),
        )
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let mut bytes = vec![0; whole(&object, "byte_length").unwrap_or(0).max(0) as usize];
        with.random(&mut bytes);
        spell(&mut object, &bytes);
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let (prefix, id) = id.rsplit_once(',').unwrap_or(("", id));
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(id) else {
            return Some(Err(super::bad_import(
                "A random_id is imported by its id, in base64 for URLs without padding, after its prefix and a comma if it has one.",
            )));
        };
        let mut object = imported(
            &self.schema(),
            [
                ("byte_length", Value::int(bytes.len() as i64)),
                ("keepers", Value::map(Type::String, [])),
            ],
        );
        if !prefix.is_empty() {
            object.set("prefix", Value::string_nfc(prefix));
        }
        spell(&mut object, &bytes);
        Some(Ok(object))
    }
}

fn spell(object: &mut Object, bytes: &[u8]) {
    let prefix = text(object, "prefix").unwrap_or_default().to_owned();
    let id = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let spellings = [
        ("b64_url", id.clone()),
        ("b64_std", BASE64_STANDARD.encode(bytes)),
        ("hex", super::bytes::hex(bytes)),
        ("dec", BigUint::from_bytes_be(bytes).to_string()),
    ];
    for (n, spelling) in spellings {
        object.set(n, Value::string_nfc(format!("{prefix}{spelling}")));
    }
    object.set("id", Value::string(id));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, map, plan, replaced_by, string};

    #[test]
    fn all_spellings_are_of_the_same_bytes() {
        let with = Fake::default();
        let made = create(
            &Id,
            &with,
            &[
                ("byte_length", Value::int(5)),
                ("prefix", Value::string("p-")),
            ],
        )
        .unwrap();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(string(&made, "id")).unwrap();
        assert_eq!(bytes.len(), 5);
        let number = bytes.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
        assert_eq!(string(&made, "dec"), format!("p-{number}"));
        assert_eq!(string(&made, "hex"), format!("p-{number:010x}"));
        assert_eq!(
            string(&made, "b64_url"),
            format!("p-{}", string(&made, "id"))
        );
        assert!(string(&made, "b64_std").ends_with('='));
    }

    #[test]
    fn an_import_gives_the_same_object_back() {
        let with = Fake::default();
        let values = [
            ("byte_length", Value::int(4)),
            ("prefix", Value::string("a,b")),
        ];
        let made = create(&Id, &with, &values).unwrap();
        let id = format!("a,b,{}", string(&made, "id"));
        let imported = remote(&Id.schema(), Id.import(&with, &id).unwrap().unwrap()).unwrap();
        for n in ["id", "hex", "dec", "b64_url", "b64_std", "prefix"] {
            assert_eq!(string(&imported, n), string(&made, n), "{n}");
        }
        assert!(replaced_by(&Id, &imported, &values).is_empty());
        assert!(Id.import(&with, "not base64!").unwrap().is_err());
    }

    #[test]
    fn keepers_make_another_unless_only_nulls_come() {
        let with = Fake::default();
        let length = ("byte_length", Value::int(4));
        let kept = ("keepers", map(&[("a", "1")]));
        let made = create(&Id, &with, &[length.clone(), kept.clone()]).unwrap();
        assert!(replaced_by(&Id, &made, &[length.clone(), kept]).is_empty());
        let with_null = Value::map(
            Type::String,
            [
                ("a".into(), Value::string("1")),
                ("b".into(), Value::Null(Type::String)),
            ],
        );
        assert!(replaced_by(&Id, &made, &[length.clone(), ("keepers", with_null)]).is_empty());
        for other in [
            map(&[("a", "2")]),
            map(&[]),
            Value::unknown(Type::map(Type::String)),
        ] {
            assert_eq!(
                replaced_by(&Id, &made, &[length.clone(), ("keepers", other)]),
                ["keepers"]
            );
        }
        assert_eq!(
            replaced_by(
                &Id,
                &made,
                &[
                    ("byte_length", Value::int(5)),
                    ("keepers", map(&[("a", "1")]))
                ]
            ),
            ["byte_length"]
        );
    }

    #[test]
    fn what_is_drawn_is_not_known_before() {
        let answer = plan(&Id, None, &[("byte_length", Value::int(4))]);
        let planned = answer.planned.unwrap();
        for n in ["id", "hex", "dec", "b64_std", "b64_url"] {
            assert_eq!(
                planned.get_attr(n),
                Some(&Value::unknown_not_null(Type::String))
            );
        }
    }

    #[test]
    fn there_is_at_least_one_byte() {
        for length in [0, -1, 1 << 40] {
            let problems = create(
                &Id,
                &Fake::default(),
                &[("byte_length", Value::int(length))],
            );
            assert!(problems.is_err(), "{length}");
        }
    }
}
