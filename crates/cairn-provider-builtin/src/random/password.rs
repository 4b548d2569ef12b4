//! Decides how `random_password` behaves: characters that are secret, with their bcrypt hash.

use async_trait::async_trait;
use cairn_model::{RemoteObject, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::{Object, Type, Value, name};

use super::characters;
use crate::Surroundings;
use crate::kit::{Managed, computed, conform, imported, plain_schema, remote, text};

/// `random_password`
pub(super) struct Password;

/// The cost of the hash, as Go's library and with it HashiCorp's provider has it.
const COST: u32 = 10;

/// The bytes of a password that bcrypt looks at.
const LOOKED_AT: usize = 72;

#[async_trait]
impl Managed for Password {
    fn schema(&self) -> ResourceSchema {
        let (bcrypt, bcrypt_schema) = computed(
            "bcrypt_hash",
            Type::String,
            "The bcrypt hash of the password.",
        );
        let mut attributes = characters::attributes();
        attributes.push((bcrypt, bcrypt_schema.sensitive()));
        attributes.push(computed("id", Type::String, "Always \"none\"."));
        for (n, a) in &mut attributes {
            a.sensitive |= *n == name("result");
        }
        plain_schema(3, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        characters::validate(config)
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        characters::plan(request, &self.schema())
    }

    /// A hash takes a while on purpose.
    fn per_call(&self) -> usize {
        20
    }

    async fn read(&self, with: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
        let schema = self.schema();
        if prior.schema_version >= schema.version {
            return ReadResponse::Present(Box::new(prior.clone()));
        }
        let mut object = conform(&schema, prior.value.value());
        characters::complete(&mut object);
        let result = text(&object, "result").unwrap_or_default().to_owned();
        // Version 2 of HashiCorp's provider sometimes recorded the hash of something else.
        let fits = text(&object, "bcrypt_hash")
            .is_some_and(|h| bcrypt::verify(looked_at(&result), h).unwrap_or(false));
        if !fits {
            match hash(with, &result) {
                Ok(hash) => object.set("bcrypt_hash", hash),
                Err(problem) => return ReadResponse::Failed(vec![problem]),
            };
        }
        match remote(&schema, object) {
            Some(object) => ReadResponse::Present(Box::new(object)),
            None => ReadResponse::Present(Box::new(prior.clone())),
        }
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let drawn = characters::draw(with, &object)?;
        object.set("bcrypt_hash", hash(with, &drawn).map_err(|p| vec![p])?);
        object.set("result", Value::string_nfc(drawn));
        object.set("id", Value::string("none"));
        Ok(object)
    }

    async fn update(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        // The first version recorded no hash.
        if object.get("bcrypt_hash").is_some_and(Value::is_unknown) {
            let result = text(&object, "result").unwrap_or_default().to_owned();
            object.set("bcrypt_hash", hash(with, &result).map_err(|p| vec![p])?);
        }
        Ok(object)
    }

    fn import(&self, with: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let mut object = imported(&self.schema(), [("id", Value::string("none"))]);
        characters::imported(&mut object, id);
        Some(hash(with, id).map(|hash| {
            object.set("bcrypt_hash", hash);
            object
        }))
    }
}

pub(super) fn looked_at(password: &str) -> &[u8] {
    &password.as_bytes()[..password.len().min(LOOKED_AT)]
}

pub(super) fn hash(with: &dyn Surroundings, password: &str) -> Result<Value, Problem> {
    let mut salt = [0; 16];
    with.random(&mut salt);
    match bcrypt::hash_with_salt(looked_at(password), COST, salt) {
        Ok(hash) => Ok(Value::string(
            hash.format_for_version(bcrypt::Version::TwoA),
        )),
        Err(error) => Err(Problem::error(
            "bcrypt-failed",
            "The password cannot be hashed",
            format!("No bcrypt hash of the password can be made: {error}."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{Fake, create, replaced_by, string, wait};

    #[test]
    fn the_hash_is_of_the_result_and_both_are_secret() {
        let with = Fake::default();
        for length in [12, 100] {
            let made = create(&Password, &with, &[("length", Value::int(length))]).unwrap();
            let hash = string(&made, "bcrypt_hash");
            assert!(hash.starts_with("$2a$10$"), "{hash}");
            let result = string(&made, "result");
            assert!(bcrypt::verify(looked_at(&result), &hash).unwrap());
            assert_eq!(string(&made, "id"), "none");
        }
        let schema = Password.schema();
        let secret: Vec<&str> = schema
            .block
            .attributes
            .iter()
            .filter(|(_, a)| a.sensitive)
            .map(|(n, _)| &**n)
            .collect();
        assert_eq!(secret, ["bcrypt_hash", "result"]);
    }

    #[test]
    fn imports_take_the_password() {
        let with = Fake::default();
        let object = Password.import(&with, "geheim!").unwrap().unwrap();
        let imported = remote(&Password.schema(), object).unwrap();
        assert!(bcrypt::verify("geheim!", &string(&imported, "bcrypt_hash")).unwrap());
        assert!(replaced_by(&Password, &imported, &[("length", Value::int(7))]).is_empty());
    }

    #[test]
    fn older_objects_get_a_hash_that_fits() {
        let with = Fake::default();
        let wrong = bcrypt::hash_with_salt("other", 4, [1; 16])
            .unwrap()
            .to_string();
        for (version, recorded) in [(0, None), (2, Some(wrong))] {
            let mut attributes = vec![
                (name("id"), Value::string("none")),
                (name("result"), Value::string("geheim!")),
            ];
            attributes.extend(recorded.map(|h| (name("bcrypt_hash"), Value::string(h))));
            let prior = RemoteObject {
                value: Value::object(attributes).try_into().unwrap(),
                private: Arc::from([]),
                schema_version: version,
            };
            let ReadResponse::Present(now) = wait(Password.read(&with, &prior)) else {
                panic!("gone");
            };
            assert!(bcrypt::verify("geheim!", &string(&now, "bcrypt_hash")).unwrap());
            assert_eq!(now.schema_version, 3);
        }
    }
}
