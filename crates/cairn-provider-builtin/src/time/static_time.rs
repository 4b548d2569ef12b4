//! Decides how `time_static` behaves: the moment of the apply, or one that is given.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::calendar::Moment;
use super::moment;
use crate::Surroundings;
use crate::kit::{
    Managed, Rules, computed, imported, keepers, optional_computed, plain_schema, planned,
};

/// `time_static`
pub(super) struct StaticTime;

#[async_trait]
impl Managed for StaticTime {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = vec![
            keepers("triggers"),
            optional_computed(
                "rfc3339",
                Type::String,
                "The moment; that of the apply if it is not set.",
            ),
            computed("id", Type::String, "The moment."),
        ];
        attributes.extend(moment::parts());
        plain_schema(0, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        moment::check(config, "rfc3339").into_iter().collect()
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let rules = Rules {
            replace: &["triggers", "rfc3339"],
            ..Rules::default()
        };
        let mut answer = planned(request, &rules);
        // A moment that is given is known in all its parts.
        if request.prior.is_none()
            && let Some(object) = answer.planned.as_ref().and_then(Value::as_object)
            && let Some(given) = moment::of(object, "rfc3339")
        {
            let mut object = object.clone();
            set(&mut object, given);
            answer.planned = Some(Value::Object(Arc::new(object)));
        }
        answer
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let moment = moment::of(&object, "rfc3339").unwrap_or_else(|| Moment::utc(with.now()));
        set(&mut object, moment);
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let Some(moment) = Moment::parse(id) else {
            return Some(Err(Problem::error(
                "invalid-import-id",
                "Invalid import id",
                "A time_static is imported by its moment as RFC 3339 has it, such as 2020-02-12T06:36:13Z.",
            )));
        };
        let triggers = Value::map(Type::String, []);
        let mut object = imported(&self.schema(), [("triggers", triggers)]);
        set(&mut object, moment);
        Some(Ok(object))
    }
}

/// Says the moment. What is written already stays as it is written.
fn set(object: &mut Object, moment: Moment) {
    moment::set_parts(object, moment);
    let written = match object.get("rfc3339") {
        Some(v @ Value::String(_)) => v.clone(),
        _ => moment::value(moment),
    };
    object.set("rfc3339", written.clone());
    object.set("id", written);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, map, plan, replaced_by, string};

    const NOW: i64 = 1_581_489_373;

    #[test]
    fn it_is_the_moment_of_the_apply() {
        let made = create(&StaticTime, &Fake::at(NOW), &[]).unwrap();
        assert_eq!(string(&made, "id"), "2020-02-12T06:36:13Z");
        assert_eq!(string(&made, "rfc3339"), "2020-02-12T06:36:13Z");
        let value = made.value.value();
        for (n, part) in [
            ("year", 2020),
            ("month", 2),
            ("day", 12),
            ("hour", 6),
            ("minute", 36),
            ("second", 13),
            ("unix", NOW),
        ] {
            assert_eq!(value.get_attr(n).unwrap().as_i64(), Some(part), "{n}");
        }
        assert!(replaced_by(&StaticTime, &made, &[]).is_empty());
        assert_eq!(
            replaced_by(&StaticTime, &made, &[("triggers", map(&[("a", "b")]))]),
            ["triggers"]
        );
    }

    #[test]
    fn a_moment_that_is_given_is_known_when_planning() {
        let given = [("rfc3339", Value::string("2020-02-12T06:36:13+01:00"))];
        let planned = plan(&StaticTime, None, &given).planned.unwrap();
        assert!(planned.is_wholly_known());
        assert_eq!(
            planned.get_attr("id"),
            Some(&Value::string("2020-02-12T06:36:13+01:00"))
        );
        assert_eq!(planned.get_attr("hour").unwrap().as_i64(), Some(6));
        let made = create(&StaticTime, &Fake::at(0), &given).unwrap();
        assert_eq!(made.value.value(), &planned);
        assert!(
            create(
                &StaticTime,
                &Fake::at(0),
                &[("rfc3339", Value::string("today"))]
            )
            .is_err()
        );
    }

    #[test]
    fn imports_take_the_moment() {
        let object = StaticTime
            .import(&Fake::at(0), "2020-02-12T06:36:13Z")
            .unwrap()
            .unwrap();
        let imported = remote(&StaticTime.schema(), object).unwrap();
        assert_eq!(string(&imported, "rfc3339"), "2020-02-12T06:36:13Z");
        assert!(StaticTime.import(&Fake::at(0), "today").unwrap().is_err());
    }
}
