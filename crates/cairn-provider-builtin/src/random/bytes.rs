//! Decides how `random_bytes` behaves: random bytes that are secret, in two spellings.

use std::fmt::Write as _;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use crate::Surroundings;
use crate::kit::{Managed, computed, imported, keepers, plain_schema, planned, required, whole};

/// `random_bytes`
pub(super) struct Bytes;

#[async_trait]
impl Managed for Bytes {
    fn schema(&self) -> ResourceSchema {
        let (base64, in_base64) = computed("base64", Type::String, "The bytes in base64.");
        let (hex, in_hex) = computed("hex", Type::String, "The bytes in hexadecimal digits.");
        plain_schema(
            0,
            [
                keepers("keepers"),
                required("length", Type::Number, "How many random bytes; at least 1."),
                (base64, in_base64.sensitive()),
                (hex, in_hex.sensitive()),
                computed("id", Type::String, "Always \"none\"."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        super::check_length(config, "length")
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        planned(request, &super::rules(&["length"], Vec::new()))
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let mut bytes = vec![0; whole(&object, "length").unwrap_or(0).max(0) as usize];
        with.random(&mut bytes);
        spell(&mut object, &bytes);
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let Ok(bytes) = BASE64_STANDARD.decode(id) else {
            return Some(Err(super::bad_import(
                "random_bytes are imported by the bytes themselves, in base64.",
            )));
        };
        let mut object = imported(&self.schema(), [("length", Value::int(bytes.len() as i64))]);
        spell(&mut object, &bytes);
        Some(Ok(object))
    }
}

fn spell(object: &mut Object, bytes: &[u8]) {
    object.set("base64", Value::string(BASE64_STANDARD.encode(bytes)));
    object.set("hex", Value::string(hex(bytes)));
    object.set("id", Value::string("none"));
}

/// Two hexadecimal digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, replaced_by, string};

    #[test]
    fn the_spellings_are_of_the_same_bytes_and_secret() {
        let with = Fake::default();
        let made = create(&Bytes, &with, &[("length", Value::int(7))]).unwrap();
        let bytes = BASE64_STANDARD.decode(string(&made, "base64")).unwrap();
        assert_eq!(bytes.len(), 7);
        assert_eq!(string(&made, "hex"), hex(&bytes));
        assert_eq!(string(&made, "id"), "none");
        let schema = Bytes.schema();
        assert!(schema.block.attributes["base64"].sensitive);
        assert!(schema.block.attributes["hex"].sensitive);
    }

    #[test]
    fn imports_take_base64() {
        let with = Fake::default();
        let object = Bytes.import(&with, "AAEC").unwrap().unwrap();
        let imported = remote(&Bytes.schema(), object).unwrap();
        assert_eq!(string(&imported, "hex"), "000102");
        assert!(replaced_by(&Bytes, &imported, &[("length", Value::int(3))]).is_empty());
        assert_eq!(
            replaced_by(&Bytes, &imported, &[("length", Value::int(4))]),
            ["length"]
        );
        assert!(Bytes.import(&with, "A").unwrap().is_err());
    }
}
