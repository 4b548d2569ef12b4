//! Decides how `random_uuid` behaves, and what a random UUID is.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use crate::Surroundings;
use crate::kit::{Managed, computed, imported, keepers, plain_schema, planned};

/// `random_uuid`
pub(super) struct Uuid;

#[async_trait]
impl Managed for Uuid {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("keepers"),
                computed("result", Type::String, "The UUID."),
                computed("id", Type::String, "The UUID."),
            ],
        )
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        planned(request, &super::rules(&[], Vec::new()))
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let uuid = Value::string(uuid_v4(with));
        object.set("result", uuid.clone());
        object.set("id", uuid);
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        if !is_uuid(id) {
            return Some(Err(super::bad_import(
                "A random_uuid is imported by the UUID itself: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.",
            )));
        }
        let uuid = Value::string(id.to_lowercase());
        let values = [("result", uuid.clone()), ("id", uuid)];
        Some(Ok(imported(&self.schema(), values)))
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Sixteen random bytes as a version 4 UUID (RFC 9562, section 5.4).
pub(crate) fn uuid_v4(with: &dyn Surroundings) -> String {
    let mut bytes = [0; 16];
    with.random(&mut bytes);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ]
    .map(super::bytes::hex)
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Still;
    use crate::testing::{Fake, create, map, replaced_by, string};

    #[test]
    fn uuids_are_of_version_four_and_differ() {
        assert_eq!(uuid_v4(&Still), "00000000-0000-4000-8000-000000000000");
        let with = Fake::default();
        let (a, b) = (uuid_v4(&with), uuid_v4(&with));
        assert_ne!(a, b);
        for uuid in [a, b] {
            assert!(is_uuid(&uuid));
            assert_eq!(&uuid[14..15], "4");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }

    #[test]
    fn the_uuid_is_the_result_and_stays() {
        let made = create(&Uuid, &Fake::default(), &[]).unwrap();
        assert_eq!(string(&made, "id"), string(&made, "result"));
        assert!(replaced_by(&Uuid, &made, &[]).is_empty());
        assert_eq!(
            replaced_by(&Uuid, &made, &[("keepers", map(&[("a", "b")]))]),
            ["keepers"]
        );
    }

    #[test]
    fn imports_take_uuids_only() {
        let id = "AABBCCDD-0000-1111-2222-333344445555";
        let object = Uuid.import(&Still, id).unwrap().unwrap();
        assert_eq!(
            object.get("result").unwrap().as_str(),
            Some(&*id.to_lowercase())
        );
        for bad in [
            "",
            "x",
            "aabbccdd-0000-1111-2222-33334444555g",
            "aabbccdd00001111222233334444555",
        ] {
            assert!(Uuid.import(&Still, bad).unwrap().is_err(), "{bad}");
        }
    }
}
