//! Decides what `null_data_source` gives: its inputs as outputs, and something random.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::Problem;
use cairn_value::{Object, Type, Value};

use crate::Surroundings;
use crate::kit::{DataSource, computed, optional, optional_computed, plain_schema};

/// `null_data_source`
pub(super) struct NullDataSource;

#[async_trait]
impl DataSource for NullDataSource {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                optional(
                    "inputs",
                    Type::map(Type::String),
                    "Values that come back as outputs.",
                ),
                computed("outputs", Type::map(Type::String), "The inputs."),
                computed("random", Type::String, "A random number."),
                optional_computed(
                    "has_computed_default",
                    Type::String,
                    "\"default\" if it is not set.",
                ),
                computed("id", Type::String, "Always \"static\"."),
            ],
        )
    }

    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        let mut object = config.clone();
        if let Some(inputs) = config.get("inputs") {
            object.set("outputs", inputs.clone());
        }
        object.set("random", Value::string(super::new_id(with)));
        if config
            .get("has_computed_default")
            .is_none_or(Value::is_null)
        {
            object.set("has_computed_default", Value::string("default"));
        }
        object.set("id", Value::string("static"));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, map, object, wait};

    #[test]
    fn inputs_come_back_as_outputs() {
        let inputs = map(&[("a", "1")]);
        let config = object(&NullDataSource.schema(), &[("inputs", inputs.clone())]);
        let read = wait(NullDataSource.read(&Fake::default(), &config)).unwrap();
        assert_eq!(read.get("outputs"), Some(&inputs));
        assert_eq!(read.get("id"), Some(&Value::string("static")));
        assert_eq!(
            read.get("has_computed_default"),
            Some(&Value::string("default"))
        );
    }
}
