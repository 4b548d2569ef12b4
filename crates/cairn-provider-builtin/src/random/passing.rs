//! Decides how `ephemeral "random_password"` behaves: another password each time it is opened, with its bcrypt hash, in no record.

use async_trait::async_trait;
use cairn_model::{Batching, ResourceSchema};
use cairn_provider::Problem;
use cairn_value::{Object, Type, Value, name};

use super::characters;
use super::password::hash;
use crate::Surroundings;
use crate::kit::{Ephemeral, computed, plain_schema};

/// `ephemeral "random_password"`
pub(super) struct PassingPassword;

/// What only something that is kept has: nothing is drawn again when they change, and `number` is the old name of `numeric`.
const KEPT: [&str; 2] = ["keepers", "number"];

#[async_trait]
impl Ephemeral for PassingPassword {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = characters::attributes();
        attributes.retain(|(n, _)| !KEPT.contains(&&**n));
        attributes.push(computed(
            "bcrypt_hash",
            Type::String,
            "The bcrypt hash of the password.",
        ));
        for (n, a) in &mut attributes {
            a.sensitive |= *n == name("result") || *n == name("bcrypt_hash");
        }
        ResourceSchema {
            batching: Batching::default(),
            ..plain_schema(0, attributes)
        }
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        characters::validate(config)
    }

    async fn open(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        let mut object = characters::with_defaults(config.clone());
        let drawn = characters::draw(with, &object)?;
        object.set("bcrypt_hash", hash(with, &drawn).map_err(|p| vec![p])?);
        object.set("result", Value::string_nfc(drawn));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::super::password::looked_at;
    use super::*;
    use crate::kit::conform;
    use crate::testing::{Fake, wait};

    fn open(with: &Fake, values: &[(&str, Value)]) -> Result<Object, Vec<Problem>> {
        let mut config = conform(&PassingPassword.schema(), &Value::null());
        for (n, v) in values {
            config.set(n, v.clone());
        }
        wait(PassingPassword.open(with, &config))
    }

    fn text<'o>(object: &'o Object, n: &str) -> &'o str {
        object.get(n).and_then(Value::as_str).unwrap()
    }

    #[test]
    fn each_opening_draws_another_password_and_its_hash() {
        let with = Fake::default();
        let length = [("length", Value::int(20)), ("min_upper", Value::int(3))];
        let first = open(&with, &length).unwrap();
        let second = open(&with, &length).unwrap();
        assert_ne!(text(&first, "result"), text(&second, "result"));
        for object in [&first, &second] {
            let result = text(object, "result");
            assert_eq!(result.chars().count(), 20);
            assert!(result.chars().filter(char::is_ascii_uppercase).count() >= 3);
            assert!(bcrypt::verify(looked_at(result), text(object, "bcrypt_hash")).unwrap());
            assert_eq!(object.get("numeric"), Some(&Value::Bool(true)));
            assert_eq!(object.get("min_lower").unwrap().as_i64(), Some(0));
            assert!(object.get("override_special").unwrap().is_null());
        }
    }

    #[test]
    fn classes_that_are_ruled_out_are_not_drawn() {
        let no = Value::Bool(false);
        let values = [
            ("length", Value::int(50)),
            ("special", no.clone()),
            ("numeric", no.clone()),
            ("upper", no),
        ];
        let object = open(&Fake::default(), &values).unwrap();
        let result = text(&object, "result");
        assert!(result.chars().all(|c| c.is_ascii_lowercase()), "{result}");
    }

    #[test]
    fn what_is_only_for_kept_passwords_is_not_there() {
        let schema = PassingPassword.schema();
        let names: Vec<&str> = schema.block.attributes.keys().map(|n| &**n).collect();
        assert_eq!(
            names,
            [
                "bcrypt_hash",
                "length",
                "lower",
                "min_lower",
                "min_numeric",
                "min_special",
                "min_upper",
                "numeric",
                "override_special",
                "result",
                "special",
                "upper",
            ]
        );
        let secret: Vec<&str> = schema
            .block
            .attributes
            .iter()
            .filter(|(_, a)| a.sensitive)
            .map(|(n, _)| &**n)
            .collect();
        assert_eq!(secret, ["bcrypt_hash", "result"]);
    }
}
