//! Decides how `time_offset` behaves: a moment apart from another, which is that of the apply or one that is given.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::calendar::Moment;
use super::moment;
use crate::Surroundings;
use crate::kit::{
    Managed, Rules, computed, imported, keepers, optional, optional_computed, plain_schema, planned,
};

/// `time_offset`
pub(super) struct Offset;

/// In the order in which an import says them.
const OFFSETS: [&str; 6] = [
    "offset_years",
    "offset_months",
    "offset_days",
    "offset_hours",
    "offset_minutes",
    "offset_seconds",
];

#[async_trait]
impl Managed for Offset {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = vec![
            keepers("triggers"),
            optional_computed(
                "base_rfc3339",
                Type::String,
                "The other moment; that of the apply if it is not set.",
            ),
            computed(
                "rfc3339",
                Type::String,
                "The moment that lies apart from it.",
            ),
            computed("id", Type::String, "The other moment."),
        ];
        attributes.extend(OFFSETS.map(|n| {
            optional(
                n,
                Type::Number,
                "How far apart the moment lies; negative for before.",
            )
        }));
        attributes.extend(moment::parts());
        plain_schema(0, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        moment::check(config, "base_rfc3339")
            .into_iter()
            .chain(moment::check_any(config, &OFFSETS))
            .collect()
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let rules = Rules {
            replace: &["triggers"],
            ..Rules::default()
        };
        let mut answer = planned(request, &rules);
        let prior = request.prior.and_then(|p| p.value.value().as_object());
        let Some(object) = answer.planned.as_ref().and_then(Value::as_object) else {
            return answer;
        };
        let Some(prior) = prior else { return answer };
        let changed = OFFSETS
            .iter()
            .chain(&["base_rfc3339"])
            .any(|n| object.get(n) != prior.get(n));
        if !changed {
            return answer;
        }
        let mut object = object.clone();
        let known = OFFSETS
            .iter()
            .all(|n| object.get(n).is_none_or(|v| !v.is_unknown()));
        let base = moment::of(&object, "base_rfc3339").filter(|_| known);
        match base.map(|base| set(&mut object, base)) {
            Some(Ok(())) => {}
            Some(Err(problem)) => answer.problems.push(problem),
            None => {
                moment::open_parts(&mut object);
                for n in ["rfc3339", "id"] {
                    object.set(n, Value::unknown_not_null(Type::String));
                }
            }
        }
        answer.planned = Some(Value::Object(Arc::new(object)));
        answer
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let base = moment::of(&object, "base_rfc3339").unwrap_or_else(|| Moment::utc(with.now()));
        set(&mut object, base).map_err(|p| vec![p])?;
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
            "A time_offset is imported by BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS; what is not set stays empty, and one must be set.",
        )
    };
    let parts: Vec<&str> = id.split(',').collect();
    let [base, offsets @ ..] = &parts[..] else {
        return Err(usage());
    };
    if offsets.len() != OFFSETS.len() || offsets.iter().all(|o| o.is_empty()) {
        return Err(usage());
    }
    let base = Moment::parse(base).ok_or_else(usage)?;
    let mut object = imported(schema, [("triggers", Value::map(Type::String, []))]);
    for (n, given) in OFFSETS.into_iter().zip(offsets) {
        if !given.is_empty() {
            object.set(n, Value::int(given.parse().map_err(|_| usage())?));
        }
    }
    set(&mut object, base)?;
    Ok(object)
}

fn set(object: &mut Object, base: Moment) -> Result<(), Problem> {
    let moment = moment::apart(object, "offset", base)?.unwrap_or(base);
    moment::set_parts(object, moment);
    object.set("rfc3339", moment::value(moment));
    if object
        .get("base_rfc3339")
        .is_none_or(|v| v.as_str().is_none())
    {
        object.set("base_rfc3339", moment::value(base));
    }
    if let Some(written) = object.get("base_rfc3339").cloned() {
        object.set("id", written);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, plan, replaced_by, string};

    fn apart(values: &[(&str, Value)]) -> String {
        string(
            &create(&Offset, &Fake::at(1_581_489_373), values).unwrap(),
            "rfc3339",
        )
    }

    #[test]
    fn each_unit_moves_the_moment() {
        for (n, by, moved) in [
            ("offset_years", 1, "2021-02-12T06:36:13Z"),
            ("offset_months", -2, "2019-12-12T06:36:13Z"),
            ("offset_days", 20, "2020-03-03T06:36:13Z"),
            ("offset_hours", 20, "2020-02-13T02:36:13Z"),
            ("offset_minutes", 60, "2020-02-12T07:36:13Z"),
            ("offset_seconds", -13, "2020-02-12T06:36:00Z"),
        ] {
            assert_eq!(apart(&[(n, Value::int(by))]), moved, "{n}");
        }
        assert_eq!(
            apart(&[
                ("offset_days", Value::int(1)),
                ("offset_years", Value::int(1))
            ]),
            "2021-02-12T06:36:13Z"
        );
    }

    #[test]
    fn another_offset_moves_the_recorded_moment_in_place() {
        let made = create(&Offset, &Fake::at(0), &[("offset_days", Value::int(1))]).unwrap();
        let other = [("offset_days", Value::int(2))];
        assert!(replaced_by(&Offset, &made, &other).is_empty());
        let planned = plan(&Offset, Some(&made), &other).planned.unwrap();
        assert_eq!(
            planned.get_attr("rfc3339"),
            Some(&Value::string("1970-01-03T00:00:00Z"))
        );
        assert_eq!(
            planned.get_attr("id"),
            Some(&Value::string("1970-01-01T00:00:00Z"))
        );
        let open = [("offset_days", Value::unknown(Type::Number))];
        let planned = plan(&Offset, Some(&made), &open).planned.unwrap();
        assert!(planned.get_attr("rfc3339").unwrap().is_unknown());
    }

    #[test]
    fn something_must_be_set_and_stay_in_the_calendar() {
        let with = Fake::at(0);
        assert!(create(&Offset, &with, &[]).is_err());
        let problems = create(&Offset, &with, &[("offset_years", Value::int(9000))]).unwrap_err();
        assert_eq!(problems[0].code, "moment-out-of-range");
    }

    #[test]
    fn imports_say_base_and_offsets() {
        let object = Offset
            .import(&Fake::at(0), "2020-02-12T06:36:13Z,,,7,,,")
            .unwrap()
            .unwrap();
        let imported = remote(&Offset.schema(), object).unwrap();
        assert_eq!(string(&imported, "rfc3339"), "2020-02-19T06:36:13Z");
        let same = [("offset_days", Value::int(7))];
        assert_eq!(
            plan(&Offset, Some(&imported), &same)
                .planned
                .unwrap()
                .get_attr("unix"),
            imported.value.value().get_attr("unix")
        );
        for bad in [
            "",
            "2020-02-12T06:36:13Z,,,,,,",
            "x,1,,,,,",
            "2020-02-12T06:36:13Z,1",
            "2020-02-12T06:36:13Z,x,,,,,",
        ] {
            assert!(Offset.import(&Fake::at(0), bad).unwrap().is_err(), "{bad}");
        }
    }
}
