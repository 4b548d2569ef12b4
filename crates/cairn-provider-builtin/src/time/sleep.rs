//! Decides how `time_sleep` behaves: it waits while it is made and while it is deleted.

use async_trait::async_trait;
use cairn_model::{ApplyRequest, ResourceSchema};
use cairn_provider::{ApplyResponse, PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::calendar::Moment;
use super::{duration, moment};
use crate::Surroundings;
use crate::kit::{
    Managed, Rules, computed, imported, keepers, optional, plain_schema, planned, text, wrong,
};

/// `time_sleep`
pub(super) struct Sleep;

const DURATIONS: [&str; 2] = ["create_duration", "destroy_duration"];

#[async_trait]
impl Managed for Sleep {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("triggers"),
                optional(
                    "create_duration",
                    Type::String,
                    "How long its creation takes: 30s, 5m.",
                ),
                optional(
                    "destroy_duration",
                    Type::String,
                    "How long its deletion takes: 30s, 5m. It counts once it is recorded.",
                ),
                computed("id", Type::String, "The moment it was made."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            moment::check_any(config, &DURATIONS).into_iter().collect();
        for n in DURATIONS {
            if let Some(given) = text(config, n)
                && duration::parse(given).is_none()
            {
                problems.push(wrong(
                    n,
                    format!("The attribute {n} must be a number with ms, s, m or h directly after it, such as \"30s\", but it is {given:?}."),
                ));
            }
        }
        problems
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let rules = Rules {
            replace: &["triggers"],
            ..Rules::default()
        };
        planned(request, &rules)
    }

    /// Several wait at the same time.
    fn per_call(&self) -> usize {
        1
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        if let Some(time) = text(&object, "create_duration").and_then(duration::parse) {
            with.sleep(time).await;
        }
        object.set("id", moment::value(Moment::utc(with.now())));
        Ok(object)
    }

    async fn delete(&self, with: &dyn Surroundings, prior: &Object) -> Result<(), Vec<Problem>> {
        if let Some(time) = text(prior, "destroy_duration").and_then(duration::parse) {
            with.sleep(time).await;
        }
        Ok(())
    }

    /// Waiting that was interrupted begins anew.
    async fn recover(&self, _: &dyn Surroundings, _: &ApplyRequest) -> ApplyResponse {
        ApplyResponse::NotApplied(Vec::new())
    }

    fn import(&self, with: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        Some(import(&self.schema(), id, with.now()))
    }
}

fn import(schema: &ResourceSchema, id: &str, now: i64) -> Result<Object, Problem> {
    let usage = || {
        Problem::error(
            "invalid-import-id",
            "Invalid import id",
            "A time_sleep is imported by CREATEDURATION,DESTROYDURATION,KEY=VALUE,KEY=VALUE…, where one of the durations may be empty.",
        )
    };
    let parts: Vec<&str> = id.split(',').collect();
    if parts.len() < 2 || parts[..2].iter().all(|p| p.is_empty()) {
        return Err(usage());
    }
    let mut triggers = Vec::new();
    for entry in &parts[2..] {
        let (key, value) = entry.split_once('=').ok_or_else(usage)?;
        triggers.push((key.into(), Value::string_nfc(value)));
    }
    let id = moment::value(Moment::utc(now));
    let mut object = imported(
        schema,
        [("id", id), ("triggers", Value::map(Type::String, triggers))],
    );
    for (n, given) in DURATIONS.into_iter().zip(parts) {
        if !given.is_empty() {
            duration::parse(given).ok_or_else(usage)?;
            object.set(n, Value::string(given));
        }
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testing::{Fake, create, replaced_by, string, wait};

    #[test]
    fn it_waits_when_it_is_made_and_when_it_is_deleted() {
        let with = Fake::at(7);
        let values = [
            ("create_duration", Value::string("30s")),
            ("destroy_duration", Value::string("1.5m")),
        ];
        let made = create(&Sleep, &with, &values).unwrap();
        assert_eq!(string(&made, "id"), "1970-01-01T00:00:07Z");
        assert_eq!(*with.slept.lock().unwrap(), [Duration::from_secs(30)]);
        wait(Sleep.delete(&with, made.value.value().as_object().unwrap())).unwrap();
        assert_eq!(with.slept.lock().unwrap()[1], Duration::from_secs(90));
        assert!(replaced_by(&Sleep, &made, &[("create_duration", Value::string("1s"))]).is_empty());
    }

    #[test]
    fn one_duration_must_be_said_and_be_one() {
        let with = Fake::at(0);
        assert!(create(&Sleep, &with, &[]).is_err());
        for bad in ["5", "5 s", "1d", "1h30m"] {
            let values = [("destroy_duration", Value::string(bad))];
            assert!(create(&Sleep, &with, &values).is_err(), "{bad}");
        }
        assert!(with.slept.lock().unwrap().is_empty());
    }

    #[test]
    fn imports_say_durations_and_triggers() {
        let with = Fake::at(0);
        let object = Sleep.import(&with, ",5s,a=1,b=x").unwrap().unwrap();
        assert!(object.get("create_duration").unwrap().is_null());
        assert_eq!(text(&object, "destroy_duration"), Some("5s"));
        let triggers = object.get("triggers").unwrap();
        assert_eq!(triggers.get_attr("b"), Some(&Value::string("x")));
        for bad in ["", ",", "5s", "x,", "5s,,a"] {
            assert!(Sleep.import(&with, bad).unwrap().is_err(), "{bad}");
        }
    }
}
