//! Decides how `time_rotating` behaves: a moment after which the object is made anew.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{RemoteObject, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::{Object, Type, Value};

use super::calendar::Moment;
use super::moment;
use crate::Surroundings;
use crate::kit::{
    Managed, Rules, computed, imported, keepers, optional, optional_computed, plain_schema,
    planned, whole, wrong,
};

/// `time_rotating`
pub(super) struct Rotating;

/// In the order in which an import says them.
const ROTATIONS: [&str; 5] = [
    "rotation_years",
    "rotation_months",
    "rotation_days",
    "rotation_hours",
    "rotation_minutes",
];

#[async_trait]
impl Managed for Rotating {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = vec![
            keepers("triggers"),
            optional_computed(
                "rfc3339",
                Type::String,
                "The moment it begins; that of the apply if it is not set.",
            ),
            optional_computed(
                "rotation_rfc3339",
                Type::String,
                "The moment after which it is made anew.",
            ),
            computed("id", Type::String, "The moment it begins."),
        ];
        attributes
            .extend(ROTATIONS.map(|n| optional(n, Type::Number, "How long it lasts; at least 1.")));
        attributes.extend(moment::parts());
        plain_schema(0, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        let mut all = ROTATIONS.to_vec();
        all.push("rotation_rfc3339");
        let mut problems: Vec<Problem> = ["rfc3339", "rotation_rfc3339"]
            .into_iter()
            .filter_map(|n| moment::check(config, n))
            .chain(moment::check_any(config, &all))
            .collect();
        for n in ROTATIONS {
            if whole(config, n).is_some_and(|i| i < 1) {
                problems.push(wrong(n, format!("The attribute {n} must be at least 1.")));
            }
        }
        problems
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let rules = Rules {
            replace: &["triggers", "rfc3339"],
            ..Rules::default()
        };
        let mut answer = planned(request, &rules);
        let prior = request.prior.and_then(|p| p.value.value().as_object());
        let (Some(object), Some(prior)) =
            (answer.planned.as_ref().and_then(Value::as_object), prior)
        else {
            return answer;
        };
        let changed = ROTATIONS
            .iter()
            .chain(&["rotation_rfc3339"])
            .any(|n| object.get(n) != prior.get(n));
        if !changed {
            return answer;
        }
        let mut object = object.clone();
        let given = request
            .config
            .get_attr("rotation_rfc3339")
            .is_some_and(|v| !v.is_null());
        let open = object
            .iter()
            .any(|(n, v)| n.starts_with("rotation_") && v.is_unknown());
        let begin = moment::of(&object, "rfc3339").filter(|_| !open);
        match begin.map(|begin| set(&mut object, begin, given)) {
            Some(Ok(())) => {}
            Some(Err(problem)) => answer.problems.push(problem),
            None => {
                moment::open_parts(&mut object);
                if !given {
                    object.set("rotation_rfc3339", Value::unknown_not_null(Type::String));
                }
            }
        }
        answer.planned = Some(Value::Object(Arc::new(object)));
        answer
    }

    /// One whose time is over is gone.
    async fn read(&self, with: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
        let object = prior.value.value().as_object();
        match object.and_then(|o| moment::of(o, "rotation_rfc3339")) {
            Some(end) if with.now() > end.unix => ReadResponse::Absent,
            _ => ReadResponse::Present(Box::new(prior.clone())),
        }
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let begin = moment::of(&object, "rfc3339").unwrap_or_else(|| Moment::utc(with.now()));
        let given = object
            .get("rotation_rfc3339")
            .is_some_and(|v| v.as_str().is_some());
        set(&mut object, begin, given).map_err(|p| vec![p])?;
        Ok(object)
    }

    async fn update(
        &self,
        with: &dyn Surroundings,
        planned: Object,
    ) -> Result<Object, Vec<Problem>> {
        self.create(with, planned).await
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        Some(import(&self.schema(), id))
    }
}

fn import(schema: &ResourceSchema, id: &str) -> Result<Object, Problem> {
    let usage = || {
        Problem::error(
            "invalid-import-id",
            "Invalid import id",
            "A time_rotating is imported by BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES, where what is not set stays empty, or by BASETIMESTAMP,ROTATIONTIMESTAMP.",
        )
    };
    let parts: Vec<&str> = id.split(',').collect();
    let mut object = imported(schema, [("triggers", Value::map(Type::String, []))]);
    let given = match &parts[1..] {
        [end] => {
            let end = Moment::parse(end).ok_or_else(usage)?;
            object.set("rotation_rfc3339", moment::value(end));
            true
        }
        rotations
            if rotations.len() == ROTATIONS.len() && rotations.iter().any(|r| !r.is_empty()) =>
        {
            for (n, given) in ROTATIONS.into_iter().zip(rotations) {
                if !given.is_empty() {
                    object.set(n, Value::int(given.parse().map_err(|_| usage())?));
                }
            }
            false
        }
        _ => return Err(usage()),
    };
    let begin = Moment::parse(parts[0]).ok_or_else(usage)?;
    set(&mut object, begin, given)?;
    Ok(object)
}

/// Says when it begins and ends. Years count before an end that is given, and that before other units.
fn set(object: &mut Object, begin: Moment, given: bool) -> Result<(), Problem> {
    let said = moment::of(object, "rotation_rfc3339").filter(|_| given);
    let years = whole(object, "rotation_years").is_some_and(|n| n != 0);
    let end = match said.filter(|_| !years) {
        Some(end) => end,
        None => moment::apart(object, "rotation", begin)?.unwrap_or(begin),
    };
    moment::set_parts(object, end);
    if said.is_none() {
        object.set("rotation_rfc3339", moment::value(end));
    }
    if object.get("rfc3339").is_none_or(|v| v.as_str().is_none()) {
        object.set("rfc3339", moment::value(begin));
    }
    if let Some(written) = object.get("rfc3339").cloned() {
        object.set("id", written);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, plan, replaced_by, string, wait};

    const DAY: i64 = 86_400;

    #[test]
    fn it_is_gone_after_its_end() {
        let made = create(
            &Rotating,
            &Fake::at(0),
            &[("rotation_days", Value::int(30))],
        )
        .unwrap();
        assert_eq!(string(&made, "rotation_rfc3339"), "1970-01-31T00:00:00Z");
        assert_eq!(string(&made, "rfc3339"), "1970-01-01T00:00:00Z");
        for (now, there) in [(0, true), (30 * DAY, true), (30 * DAY + 1, false)] {
            let read = wait(Rotating.read(&Fake::at(now), &made));
            assert_eq!(matches!(read, ReadResponse::Present(_)), there, "{now}");
        }
    }

    #[test]
    fn another_length_moves_the_end_in_place_and_another_beginning_makes_it_anew() {
        let made = create(
            &Rotating,
            &Fake::at(0),
            &[("rotation_days", Value::int(30))],
        )
        .unwrap();
        let other = [("rotation_hours", Value::int(1))];
        assert!(replaced_by(&Rotating, &made, &other).is_empty());
        let planned = plan(&Rotating, Some(&made), &other).planned.unwrap();
        assert_eq!(
            planned.get_attr("rotation_rfc3339"),
            Some(&Value::string("1970-01-01T01:00:00Z"))
        );
        assert_eq!(planned.get_attr("unix").unwrap().as_i64(), Some(3600));
        let begin = [
            ("rotation_days", Value::int(30)),
            ("rfc3339", Value::string("2020-01-01T00:00:00Z")),
        ];
        assert_eq!(replaced_by(&Rotating, &made, &begin), ["rfc3339"]);
    }

    #[test]
    fn an_end_can_be_given() {
        let end = [(
            "rotation_rfc3339",
            Value::string("2020-01-01T00:00:00+02:00"),
        )];
        let made = create(&Rotating, &Fake::at(0), &end).unwrap();
        assert_eq!(
            string(&made, "rotation_rfc3339"),
            "2020-01-01T00:00:00+02:00"
        );
        assert_eq!(
            made.value.value().get_attr("year").unwrap().as_i64(),
            Some(2020)
        );
        for wrong in [
            vec![],
            vec![("rotation_days", Value::int(0))],
            vec![("rotation_rfc3339", Value::string("x"))],
        ] {
            assert!(
                create(&Rotating, &Fake::at(0), &wrong).is_err(),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn imports_say_lengths_or_an_end() {
        let with = Fake::at(0);
        for (id, end) in [
            ("2020-02-12T06:36:13Z,,,30,,", "2020-03-13T06:36:13Z"),
            (
                "2020-02-12T06:36:13Z,2020-02-13T06:36:13Z",
                "2020-02-13T06:36:13Z",
            ),
        ] {
            let object = Rotating.import(&with, id).unwrap().unwrap();
            let imported = remote(&Rotating.schema(), object).unwrap();
            assert_eq!(string(&imported, "rotation_rfc3339"), end);
        }
        for bad in [
            "",
            "2020-02-12T06:36:13Z",
            "2020-02-12T06:36:13Z,",
            "2020-02-12T06:36:13Z,,,,,",
            "x,,,1,,",
        ] {
            assert!(Rotating.import(&with, bad).unwrap().is_err(), "{bad}");
        }
    }
}
