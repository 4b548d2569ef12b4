//! Decides how `random_string` behaves: characters that are no secret.

use async_trait::async_trait;
use cairn_model::{RemoteObject, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::{Object, Type, Value};

use super::characters;
use crate::Surroundings;
use crate::kit::{Managed, computed, conform, imported, plain_schema, remote};

/// `random_string`
pub(super) struct RandomString;

#[async_trait]
impl Managed for RandomString {
    fn schema(&self) -> ResourceSchema {
        let id = computed("id", Type::String, "The characters that were drawn.");
        plain_schema(2, characters::attributes().into_iter().chain([id]))
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        characters::validate(config)
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        characters::plan(request, &self.schema())
    }

    async fn read(&self, _: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
        let schema = self.schema();
        if prior.schema_version >= schema.version {
            return ReadResponse::Present(Box::new(prior.clone()));
        }
        let mut object = conform(&schema, prior.value.value());
        characters::complete(&mut object);
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
        let drawn = Value::string_nfc(characters::draw(with, &object)?);
        object.set("result", drawn.clone());
        object.set("id", drawn);
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let mut object = imported(&self.schema(), [("id", Value::string_nfc(id))]);
        characters::imported(&mut object, id);
        Some(Ok(object))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cairn_value::name;

    use super::*;
    use crate::testing::{Fake, create, replaced_by, string, wait};

    #[test]
    fn the_id_is_the_result() {
        let made = create(
            &RandomString,
            &Fake::default(),
            &[("length", Value::int(16))],
        )
        .unwrap();
        assert_eq!(string(&made, "id"), string(&made, "result"));
        assert_eq!(made.schema_version, 2);
        for (n, v) in [
            ("special", Value::Bool(false)),
            ("min_lower", Value::int(1)),
            ("override_special", Value::string("_")),
        ] {
            assert_eq!(
                replaced_by(&RandomString, &made, &[("length", Value::int(16)), (n, v)]),
                [n]
            );
        }
    }

    #[test]
    fn an_import_is_not_replaced() {
        let object = RandomString
            .import(&Fake::default(), "abc")
            .unwrap()
            .unwrap();
        let imported = remote(&RandomString.schema(), object).unwrap();
        assert!(replaced_by(&RandomString, &imported, &[("length", Value::int(3))]).is_empty());
    }

    #[test]
    fn an_object_of_an_older_version_is_completed() {
        let old = Value::object([
            (name("id"), Value::string("ab1")),
            (name("result"), Value::string("ab1")),
            (name("number"), Value::Bool(false)),
            (name("length"), Value::Null(Type::Number)),
            (
                name("keepers"),
                Value::object([(name("k"), Value::string("v"))]),
            ),
        ]);
        let prior = RemoteObject {
            value: old.try_into().unwrap(),
            private: Arc::from([]),
            schema_version: 1,
        };
        let ReadResponse::Present(now) = wait(RandomString.read(&Fake::default(), &prior)) else {
            panic!("gone");
        };
        assert_eq!(now.schema_version, 2);
        let value = now.value.value();
        assert_eq!(value.get_attr("numeric"), Some(&Value::Bool(false)));
        assert_eq!(value.get_attr("upper"), Some(&Value::Bool(true)));
        assert_eq!(value.get_attr("length").unwrap().as_i64(), Some(3));
        assert_eq!(
            value.get_attr("keepers").unwrap().get_attr("k"),
            Some(&Value::string("v"))
        );
    }
}
