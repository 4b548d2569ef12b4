//! Decides how `terraform_data` behaves: what it plans, and the object that an apply makes of the plan.
//!
//! The output follows the input; a change of `triggers_replace` makes a new object with a new id.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Path, Type, Value};

use crate::Surroundings;
use crate::kit::{Managed, computed, imported, optional, plain_schema};
use crate::random::uuid_v4;

/// `terraform_data`
pub(super) struct Data;

#[async_trait]
impl Managed for Data {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                computed(
                    "id",
                    Type::String,
                    "A random id, new whenever the object is replaced.",
                ),
                optional(
                    "input",
                    Type::Dynamic,
                    "A value to keep; it comes back as output after the apply.",
                ),
                computed("output", Type::Dynamic, "The input as of the last apply."),
                optional(
                    "triggers_replace",
                    Type::Dynamic,
                    "A value whose change replaces the object.",
                ),
            ],
        )
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        plan(request)
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut planned: Object,
    ) -> Result<Object, Vec<Problem>> {
        if planned.get("id").is_some_and(Value::is_unknown) {
            planned.set("id", Value::string(uuid_v4(with)));
        }
        Ok(settled(planned))
    }

    async fn update(&self, _: &dyn Surroundings, planned: Object) -> Result<Object, Vec<Problem>> {
        Ok(settled(planned))
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        Some(Ok(imported(
            &self.schema(),
            [("id", Value::string_nfc(id))],
        )))
    }
}

/// The output is the input once that is known.
fn settled(mut object: Object) -> Object {
    if object.get("output").is_some_and(Value::is_unknown)
        && let Some(input) = object.get("input").cloned()
    {
        object.set("output", input);
    }
    object
}

/// Plans one object that is not deleted.
fn plan(request: &PlanRequest<'_>) -> PlanResponse {
    let Some(proposed) = request.proposed.as_object() else {
        return PlanResponse::default();
    };
    let mut planned = proposed.clone();
    let mut requires_replace = Vec::new();
    match request.prior.and_then(|p| p.value.value().as_object()) {
        None => {
            renew_id(&mut planned);
            renew_output(&mut planned);
        }
        Some(prior) if changed(prior, proposed, "triggers_replace") => {
            requires_replace.push(Path::attr("triggers_replace"));
            renew_id(&mut planned);
            renew_output(&mut planned);
        }
        Some(prior) if changed(prior, proposed, "input") => renew_output(&mut planned),
        Some(_) => {}
    }
    PlanResponse {
        planned: Some(Value::Object(Arc::new(planned))),
        requires_replace,
        ..PlanResponse::default()
    }
}

fn changed(prior: &Object, proposed: &Object, attribute: &str) -> bool {
    let (old, new) = (prior.get(attribute), proposed.get(attribute));
    // Nulls of an attribute of any type differ in type only; that is no change.
    let both_null = old.is_none_or(Value::is_null) && new.is_none_or(Value::is_null);
    !both_null && old != new
}

fn renew_id(planned: &mut Object) {
    planned.set("id", Value::unknown_not_null(Type::String));
}

/// The output has the input's type, even where it is null or unknown.
fn renew_output(planned: &mut Object) {
    let output = match planned.get("input") {
        Some(input) if input.is_null() => input.clone(),
        Some(input) => Value::unknown(input.ty()),
        None => Value::null(),
    };
    planned.set("output", output);
}

#[cfg(test)]
mod tests {
    use cairn_model::{
        AbsResourceInstance, InstanceKey, ModuleInstance, RemoteObject, Resource, ResourceMode,
    };
    use cairn_value::name;

    use super::*;
    use crate::testing::{Fake, wait};

    const TYPE: &str = "terraform_data";

    fn addr() -> AbsResourceInstance {
        Resource {
            mode: ResourceMode::Managed,
            ty: name(TYPE),
            name: name("a"),
        }
        .in_module(ModuleInstance::default())
        .instance(InstanceKey::None)
    }

    fn value(id: Value, input: Value, output: Value, triggers: Value) -> Value {
        let schema = Data.schema();
        let mut o = schema.block.empty_value().as_object().unwrap().clone();
        o.set("id", id);
        o.set("input", input);
        o.set("output", output);
        o.set("triggers_replace", triggers);
        Value::Object(Arc::new(o))
    }

    fn ask(prior: Option<&RemoteObject>, proposed: &Value) -> PlanResponse {
        plan(&PlanRequest {
            addr: &addr(),
            ty: &name(TYPE),
            prior,
            config: proposed,
            proposed,
            provider_config: &Value::null(),
        })
    }

    fn prior() -> RemoteObject {
        RemoteObject {
            value: value(
                Value::string("id-1"),
                Value::string("x"),
                Value::string("x"),
                Value::int(1),
            )
            .try_into()
            .unwrap(),
            private: Arc::from([]),
            schema_version: 0,
        }
    }

    #[test]
    fn a_creation_knows_neither_id_nor_output() {
        let proposed = value(
            Value::unknown(Type::String),
            Value::int(7),
            Value::unknown(Type::Dynamic),
            Value::null(),
        );
        let planned = ask(None, &proposed).planned.unwrap();
        assert!(planned.get_attr("id").unwrap().is_unknown());
        assert_eq!(
            planned.get_attr("output"),
            Some(&Value::unknown(Type::Number))
        );
        let made = wait(Data.create(&Fake::default(), planned.as_object().unwrap().clone()));
        let made = Value::Object(Arc::new(made.unwrap()));
        let id = made.get_attr("id").unwrap().clone();
        assert_eq!(id.as_str().map(str::len), Some(36));
        assert_eq!(made, value(id, Value::int(7), Value::int(7), Value::null()));
    }

    #[test]
    fn without_input_there_is_no_output() {
        let proposed = value(
            Value::unknown(Type::String),
            Value::null(),
            Value::unknown(Type::Dynamic),
            Value::null(),
        );
        let planned = ask(None, &proposed).planned.unwrap();
        assert!(planned.get_attr("output").unwrap().is_null());
    }

    #[test]
    fn the_same_again_is_no_change() {
        let p = prior();
        let answer = ask(Some(&p), p.value.value());
        assert_eq!(answer.planned.as_ref(), Some(p.value.value()));
        assert!(answer.requires_replace.is_empty());
    }

    #[test]
    fn another_input_updates_in_place() {
        let p = prior();
        let proposed = value(
            Value::string("id-1"),
            Value::string("y"),
            Value::string("x"),
            Value::int(1),
        );
        let answer = ask(Some(&p), &proposed);
        let planned = answer.planned.unwrap();
        assert!(answer.requires_replace.is_empty());
        assert_eq!(planned.get_attr("id"), Some(&Value::string("id-1")));
        assert_eq!(
            planned.get_attr("output"),
            Some(&Value::unknown(Type::String))
        );
        let made = wait(Data.update(&Fake::default(), planned.as_object().unwrap().clone()));
        let made = made.unwrap();
        assert_eq!(made.get("id"), Some(&Value::string("id-1")));
        assert_eq!(made.get("output"), Some(&Value::string("y")));
    }

    #[test]
    fn another_trigger_replaces() {
        let p = prior();
        for triggers in [Value::int(2), Value::null(), Value::unknown(Type::Number)] {
            let proposed = value(
                Value::string("id-1"),
                Value::string("x"),
                Value::string("x"),
                triggers,
            );
            let answer = ask(Some(&p), &proposed);
            assert_eq!(
                answer.requires_replace,
                [Path::attr("triggers_replace")],
                "{proposed:?}"
            );
            let planned = answer.planned.unwrap();
            assert!(planned.get_attr("id").unwrap().is_unknown());
            assert!(planned.get_attr("output").unwrap().is_unknown());
        }
    }
}
