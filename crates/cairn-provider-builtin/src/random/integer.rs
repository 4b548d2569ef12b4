//! Decides how `random_integer` behaves: a whole number of a range.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::draw::Draw;
use crate::Surroundings;
use crate::kit::{
    Managed, computed, imported, keepers, optional, plain_schema, planned, required, text, whole,
    wrong,
};

/// `random_integer`
pub(super) struct Integer;

#[async_trait]
impl Managed for Integer {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("keepers"),
                required("min", Type::Number, "The least number of the range."),
                required("max", Type::Number, "The greatest number of the range."),
                optional("seed", Type::String, "The same seed draws the same number."),
                computed("result", Type::Number, "The number."),
                computed("id", Type::String, "The number as a string."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        match (whole(config, "min"), whole(config, "max")) {
            (Some(min), Some(max)) if min > max => vec![wrong(
                "min",
                format!("The minimum {min} is greater than the maximum {max}."),
            )],
            _ => Vec::new(),
        }
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        planned(request, &super::rules(&["min", "max", "seed"], Vec::new()))
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let problems = self.validate(&object);
        if !problems.is_empty() {
            return Err(problems);
        }
        let min = whole(&object, "min").unwrap_or_default();
        let max = whole(&object, "max").unwrap_or_default();
        let mut draw = Draw::new(with, text(&object, "seed"));
        let above = draw.up_to(max.wrapping_sub(min) as u64);
        let result = min.wrapping_add(above as i64);
        object.set("result", Value::int(result));
        object.set("id", Value::string(result.to_string()));
        Ok(object)
    }

    fn import(&self, _: &dyn Surroundings, id: &str) -> Option<Result<Object, Problem>> {
        let usage = || {
            super::bad_import(
                "A random_integer is imported by RESULT,MIN,MAX or RESULT,MIN,MAX,SEED, where the first three are whole numbers.",
            )
        };
        let parts: Vec<&str> = id.splitn(4, ',').collect();
        let numbers: Vec<i64> = parts.iter().take(3).map_while(|p| p.parse().ok()).collect();
        let [result, min, max] = numbers[..] else {
            return Some(Err(usage()));
        };
        let mut object = imported(
            &self.schema(),
            [
                ("id", Value::string(parts[0])),
                ("result", Value::int(result)),
                ("min", Value::int(min)),
                ("max", Value::int(max)),
            ],
        );
        if let Some(seed) = parts.get(3) {
            object.set("seed", Value::string_nfc(seed));
        }
        Some(Ok(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kit::remote;
    use crate::testing::{Fake, create, replaced_by, string};

    fn draw(with: &Fake, min: i64, max: i64, seed: Option<&str>) -> i64 {
        let mut values = vec![("min", Value::int(min)), ("max", Value::int(max))];
        values.extend(seed.map(|s| ("seed", Value::string(s))));
        let made = create(&Integer, with, &values).unwrap();
        let result = made
            .value
            .value()
            .get_attr("result")
            .unwrap()
            .as_i64()
            .unwrap();
        assert_eq!(string(&made, "id"), result.to_string());
        result
    }

    proptest! {
        #[test]
        fn the_number_is_in_the_range(a: i64, b: i64, seed: u64) {
            let (min, max) = (a.min(b), a.max(b));
            let result = draw(&Fake::seeded(seed), min, max, None);
            prop_assert!((min..=max).contains(&result));
        }
    }

    #[test]
    fn both_ends_of_a_range_come_up() {
        let with = Fake::default();
        let drawn: std::collections::BTreeSet<i64> =
            (0..100).map(|_| draw(&with, -1, 1, None)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
        assert_eq!(draw(&with, 4, 4, None), 4);
        draw(&with, i64::MIN, i64::MAX, None);
    }

    #[test]
    fn a_seed_decides() {
        let with = Fake::default();
        assert_eq!(
            draw(&with, 0, 1 << 40, Some("s")),
            draw(&with, 0, 1 << 40, Some("s"))
        );
        assert_ne!(
            draw(&with, 0, 1 << 40, Some("s")),
            draw(&with, 0, 1 << 40, Some("t"))
        );
    }

    #[test]
    fn an_upside_down_range_is_refused() {
        let values = [("min", Value::int(2)), ("max", Value::int(1))];
        assert!(create(&Integer, &Fake::default(), &values).is_err());
    }

    #[test]
    fn imports_say_everything() {
        let with = Fake::default();
        let object = Integer.import(&with, "5,1,9,s,t").unwrap().unwrap();
        let imported = remote(&Integer.schema(), object).unwrap();
        assert_eq!(string(&imported, "seed"), "s,t");
        let same = [
            ("min", Value::int(1)),
            ("max", Value::int(9)),
            ("seed", Value::string("s,t")),
        ];
        assert!(replaced_by(&Integer, &imported, &same).is_empty());
        for bad in ["", "5", "5,1", "5,x,9"] {
            assert!(Integer.import(&with, bad).unwrap().is_err(), "{bad}");
        }
    }
}
