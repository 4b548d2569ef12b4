//! Decides how `null_resource` behaves: a new object whenever its `triggers` change.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use crate::Surroundings;
use crate::kit::{Managed, Rules, computed, keepers, plain_schema, planned};

/// `null_resource`
pub(super) struct NullResource;

#[async_trait]
impl Managed for NullResource {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("triggers"),
                computed(
                    "id",
                    Type::String,
                    "A random id, new whenever the object is replaced.",
                ),
            ],
        )
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let rules = Rules {
            keepers: Some("triggers"),
            ..Rules::default()
        };
        planned(request, &rules)
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        object.set("id", Value::string(super::new_id(with)));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, create, map, replaced_by, string};

    #[test]
    fn other_triggers_make_another_object() {
        let triggers = [("triggers", map(&[("a", "1")]))];
        let made = create(&NullResource, &Fake::default(), &triggers).unwrap();
        assert!(string(&made, "id").parse::<u64>().is_ok());
        assert!(replaced_by(&NullResource, &made, &triggers).is_empty());
        for other in [
            map(&[("a", "2")]),
            map(&[("a", "1"), ("b", "1")]),
            Value::Null(Type::map(Type::String)),
        ] {
            assert_eq!(
                replaced_by(&NullResource, &made, &[("triggers", other)]),
                ["triggers"]
            );
        }
    }
}
