//! Decides how `terraform_data` behaves: what it plans, and the object that an apply makes of the plan.
//!
//! The output follows the input; a change of `triggers_replace` makes a new object with a new id. It does not decide where
//! ids come from.

use std::sync::Arc;

use cairn_model::{AttributeSchema, Batching, BlockSchema, RemoteObject, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse};
use cairn_value::{Object, Path, Type, Value, name};

/// The type's name.
pub(crate) const TYPE: &str = "terraform_data";

/// The greatest number of objects in one call. Nothing is remote: it only bounds the journal's records.
pub(crate) const PER_CALL: usize = 1000;

pub(crate) fn schema() -> ResourceSchema {
    ResourceSchema {
        version: 0,
        block: Arc::new(BlockSchema::new(
            [
                (
                    name("id"),
                    AttributeSchema::computed(Type::String)
                        .describe("A random id, new whenever the object is replaced."),
                ),
                (
                    name("input"),
                    AttributeSchema::optional(Type::Dynamic)
                        .describe("A value to keep; it comes back as output after the apply."),
                ),
                (
                    name("output"),
                    AttributeSchema::computed(Type::Dynamic)
                        .describe("The input as of the last apply."),
                ),
                (
                    name("triggers_replace"),
                    AttributeSchema::optional(Type::Dynamic)
                        .describe("A value whose change replaces the object."),
                ),
            ],
            [],
        )),
        batching: Batching {
            create: true,
            update: true,
            delete: true,
        },
    }
}

/// Plans one object.
pub(crate) fn plan(request: &PlanRequest<'_>) -> PlanResponse {
    let Some(proposed) = request.proposed.as_object() else {
        // A deletion: there is nothing to decide.
        return PlanResponse {
            planned: Some(request.proposed.clone()),
            ..PlanResponse::default()
        };
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

/// The object that comes of a plan: a new id and an output where they were to be found out.
pub(crate) fn finish(planned: &Value, new_id: impl FnOnce() -> String) -> Option<RemoteObject> {
    let mut object = planned.as_object()?.clone();
    if object.get("id")?.is_unknown() {
        object.set("id", Value::string(new_id()));
    }
    if object.get("output")?.is_unknown() {
        let input = object.get("input")?.clone();
        object.set("output", input);
    }
    Some(RemoteObject {
        value: Value::Object(Arc::new(object)).try_into().ok()?,
        private: Arc::from([]),
        schema_version: 0,
    })
}

/// The object that an import makes: only its id is known.
pub(crate) fn imported(schema: &ResourceSchema, id: &str) -> Option<RemoteObject> {
    let empty = schema.block.empty_value();
    let mut object = empty.as_object()?.clone();
    object.set("id", Value::string(id));
    Some(RemoteObject {
        value: Value::Object(Arc::new(object)).try_into().ok()?,
        private: Arc::from([]),
        schema_version: 0,
    })
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
    use cairn_model::{AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode};

    use super::*;

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
        let schema = schema();
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
        let made = finish(&planned, || "new".to_owned()).unwrap();
        assert_eq!(
            made.value.value(),
            &value(
                Value::string("new"),
                Value::int(7),
                Value::int(7),
                Value::null()
            )
        );
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
        let made = finish(&planned, || unreachable!("the id stays")).unwrap();
        assert_eq!(
            made.value.value().get_attr("output"),
            Some(&Value::string("y"))
        );
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
