//! Decides how `random_shuffle` behaves: a list in random order, cut short or dealt several times.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Object, Type, Value};

use super::draw::Draw;
use crate::Surroundings;
use crate::kit::{
    Managed, computed, keepers, list_of, optional, plain_schema, planned, required, text, whole,
    wrong,
};

/// `random_shuffle`
pub(super) struct Shuffle;

#[async_trait]
impl Managed for Shuffle {
    fn schema(&self) -> ResourceSchema {
        plain_schema(
            0,
            [
                keepers("keepers"),
                optional("seed", Type::String, "The same seed gives the same order."),
                required("input", Type::list(Type::String), "The strings to shuffle."),
                optional(
                    "result_count",
                    Type::Number,
                    "How many strings to give; all of them if it is not set. More than there are deals them again.",
                ),
                computed(
                    "result",
                    Type::list(Type::String),
                    "The strings in random order.",
                ),
                computed("id", Type::String, "Always \"-\"."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        match whole(config, "result_count") {
            Some(n) if !(0..=super::MOST).contains(&n) => vec![wrong(
                "result_count",
                format!(
                    "The attribute result_count must be between 0 and {}, but it is {n}.",
                    super::MOST
                ),
            )],
            _ => Vec::new(),
        }
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        planned(
            request,
            &super::rules(&["seed", "input", "result_count"], Vec::new()),
        )
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        mut object: Object,
    ) -> Result<Object, Vec<Problem>> {
        let input = list_of(&object, "input").to_vec();
        let count = match whole(&object, "result_count") {
            None | Some(0) => input.len(),
            Some(n) => n.max(0) as usize,
        };
        let mut draw = Draw::new(with, text(&object, "seed"));
        let mut result: Vec<Value> = Vec::new();
        while result.len() < count && !input.is_empty() {
            let mut dealt = input.clone();
            draw.shuffle(&mut dealt);
            result.extend(dealt);
        }
        result.truncate(count);
        object.set("result", Value::list(Type::String, result));
        object.set("id", Value::string("-"));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{Fake, create, replaced_by, string};

    fn input(n: usize) -> Value {
        Value::list(
            Type::String,
            (0..n).map(|i| Value::string(i.to_string())).collect(),
        )
    }

    fn shuffled(with: &Fake, values: &[(&str, Value)]) -> Vec<String> {
        let made = create(&Shuffle, with, values).unwrap();
        assert_eq!(string(&made, "id"), "-");
        let Some(Value::List(l)) = made.value.value().get_attr("result") else {
            panic!("no list");
        };
        l.items
            .iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect()
    }

    proptest! {
        #[test]
        fn each_string_comes_up_as_often_as_the_others_or_once_more(n in 1..20_usize, count in 1..60_usize, seed: u64) {
            let result = shuffled(
                &Fake::seeded(seed),
                &[("input", input(n)), ("result_count", Value::int(count as i64))],
            );
            prop_assert_eq!(result.len(), count);
            for i in 0..n {
                let times = result.iter().filter(|s| **s == i.to_string()).count();
                prop_assert!((count / n..=count.div_ceil(n)).contains(&times));
            }
        }
    }

    #[test]
    fn all_are_given_where_no_number_is_said() {
        let with = Fake::default();
        for count in [Value::Null(Type::Number), Value::int(0)] {
            let mut all = shuffled(&with, &[("input", input(5)), ("result_count", count)]);
            all.sort();
            assert_eq!(all, ["0", "1", "2", "3", "4"]);
        }
        assert!(
            shuffled(
                &with,
                &[("input", input(0)), ("result_count", Value::int(3))]
            )
            .is_empty()
        );
    }

    #[test]
    fn a_seed_gives_the_same_order_and_another_input_another_object() {
        let values = [("input", input(30)), ("seed", Value::string("s"))];
        assert_eq!(
            shuffled(&Fake::seeded(1), &values),
            shuffled(&Fake::seeded(2), &values)
        );
        let made = create(&Shuffle, &Fake::default(), &values).unwrap();
        assert!(replaced_by(&Shuffle, &made, &values).is_empty());
        assert_eq!(
            replaced_by(&Shuffle, &made, &[("input", input(29)), values[1].clone()]),
            ["input"]
        );
    }
}
