//! Decides what `random_string` and `random_password` have in common: which characters may stand in the result, how many of
//! each class must, and how objects of older versions are read.

use std::sync::Arc;

use cairn_model::{AttributeSchema, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse, Problem};
use cairn_value::{Name, Object, Type, Value};

use super::draw::Draw;
use crate::Surroundings;
use crate::kit::{
    computed, conform, flag, is_set, keepers, optional, optional_computed, planned, required, text,
    whole, wrong,
};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
/// The special characters where `override_special` does not say others.
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// The classes of characters: whether they may stand there, and how many must.
const CLASSES: [(&str, &str); 4] = [
    ("upper", "min_upper"),
    ("lower", "min_lower"),
    ("numeric", "min_numeric"),
    ("special", "min_special"),
];

const MINIMA: [&str; 4] = ["min_upper", "min_lower", "min_numeric", "min_special"];

const REPLACE: &[&str] = &[
    "length",
    "upper",
    "lower",
    "number",
    "numeric",
    "special",
    "min_upper",
    "min_lower",
    "min_numeric",
    "min_special",
    "override_special",
];

/// The attributes that both have.
pub(super) fn attributes() -> Vec<(Name, AttributeSchema)> {
    let (number, number_schema) = optional_computed("number", Type::Bool, "As numeric.");
    vec![
        keepers("keepers"),
        required(
            "length",
            Type::Number,
            "How many characters: at least 1, and at least as many as the minima together.",
        ),
        optional_computed(
            "special",
            Type::Bool,
            "Special characters may stand in it; true if it is not set.",
        ),
        optional_computed(
            "upper",
            Type::Bool,
            "Capital letters may stand in it; true if it is not set.",
        ),
        optional_computed(
            "lower",
            Type::Bool,
            "Small letters may stand in it; true if it is not set.",
        ),
        optional_computed(
            "numeric",
            Type::Bool,
            "Digits may stand in it; true if it is not set.",
        ),
        (
            number,
            number_schema.deprecated("Use numeric instead: it says the same."),
        ),
        optional_computed(
            "min_numeric",
            Type::Number,
            "The least number of digits; 0 if it is not set.",
        ),
        optional_computed(
            "min_upper",
            Type::Number,
            "The least number of capital letters; 0 if it is not set.",
        ),
        optional_computed(
            "min_lower",
            Type::Number,
            "The least number of small letters; 0 if it is not set.",
        ),
        optional_computed(
            "min_special",
            Type::Number,
            "The least number of special characters; 0 if it is not set.",
        ),
        optional(
            "override_special",
            Type::String,
            "The special characters, in place of !@#$%&*()-_=+[]{}<>:?",
        ),
        computed("result", Type::String, "The characters that were drawn."),
    ]
}

/// Checks length and minima against each other.
pub(super) fn validate(config: &Object) -> Vec<Problem> {
    let mut problems = super::check_length(config, "length");
    for n in MINIMA {
        if whole(config, n).is_some_and(|i| i < 0) {
            problems.push(wrong(n, format!("The attribute {n} must not be negative.")));
        }
    }
    if !problems.is_empty() {
        return problems;
    }
    let least: i64 = MINIMA
        .iter()
        .filter_map(|n| whole(config, n))
        .fold(0, i64::saturating_add);
    let length = whole(config, "length");
    if let Some(length) = length
        && length < least
    {
        problems.push(wrong(
            "length",
            format!(
                "The length {length} is less than the minima together: min_upper, min_lower, min_numeric and min_special ask for {least} characters."
            ),
        ));
    }
    if let (Some(number), Some(numeric)) = (flag(config, "number"), flag(config, "numeric"))
        && number != numeric
    {
        problems.push(wrong(
            "number",
            "The attributes number and numeric say the same thing, but one is true and the other false. Leave number out.",
        ));
    }
    let never = |n: &str| flag(config, n) == Some(false);
    let all_known = MINIMA
        .iter()
        .all(|n| !is_set(config, n) || whole(config, n).is_some());
    if (never("numeric") || never("number"))
        && ["upper", "lower", "special"].into_iter().all(never)
        && all_known
        && length.is_some_and(|l| l > least)
    {
        problems.push(wrong(
            "length",
            "There are no characters to draw from: upper, lower, numeric and special are all false. Allow one of them.",
        ));
    }
    problems
}

/// Plans: digits are said by two attributes that follow each other. An object of an older version that no refresh has
/// completed counts as what it would be completed to.
pub(super) fn plan(request: &PlanRequest<'_>, schema: &ResourceSchema) -> PlanResponse {
    let mut answer = plan_present(request);
    if let Some(prior) = request.prior.filter(|p| p.schema_version < schema.version)
        && let Some(planned) = &answer.planned
    {
        let mut old = conform(schema, prior.value.value());
        complete(&mut old);
        let old = Value::Object(Arc::new(old));
        answer
            .requires_replace
            .retain(|path| path.get(&old) != path.get(planned));
    }
    answer
}

fn plan_present(request: &PlanRequest<'_>) -> PlanResponse {
    let config = request.config.as_object();
    let said = |n: &str| {
        config
            .and_then(|c| c.get(n))
            .filter(|v| !v.is_null())
            .cloned()
    };
    let yes = || Value::Bool(true);
    let digits = said("numeric")
        .or_else(|| said("number"))
        .unwrap_or_else(yes);
    let mut defaults = vec![
        ("upper", yes()),
        ("lower", yes()),
        ("special", yes()),
        ("numeric", digits.clone()),
        ("number", digits),
    ];
    defaults.extend(MINIMA.map(|n| (n, Value::int(0))));
    planned(request, &super::rules(REPLACE, defaults))
}

/// Draws the characters: those of each class that must be there, then any that may, in random order.
pub(super) fn draw(with: &dyn Surroundings, object: &Object) -> Result<String, Vec<Problem>> {
    let problems = validate(object);
    if !problems.is_empty() {
        return Err(problems);
    }
    let special = text(object, "override_special")
        .filter(|s| !s.is_empty())
        .unwrap_or(SPECIAL);
    let length = whole(object, "length").unwrap_or_default().max(0) as usize;
    let mut source = Draw::new(with, None);
    let mut drawn: Vec<char> = Vec::with_capacity(length);
    let mut allowed: Vec<char> = Vec::new();
    for ((may, must), characters) in CLASSES.into_iter().zip([UPPER, LOWER, DIGITS, special]) {
        let characters: Vec<char> = characters.chars().collect();
        for _ in 0..whole(object, must).unwrap_or_default() {
            drawn.push(source.one_of(&characters));
        }
        if flag(object, may).unwrap_or(true) {
            allowed.extend(characters);
        }
    }
    while drawn.len() < length {
        drawn.push(source.one_of(&allowed));
    }
    source.shuffle(&mut drawn);
    Ok(drawn.into_iter().collect())
}

/// Fills in what the configuration leaves out, as a plan would: digits are said by `numeric` alone.
pub(super) fn with_defaults(mut object: Object) -> Object {
    let set_if_null = |object: &mut Object, n: &str, value: Value| {
        if object.get(n).is_none_or(Value::is_null) {
            object.set(n, value);
        }
    };
    for (may, must) in CLASSES {
        set_if_null(&mut object, may, Value::Bool(true));
        set_if_null(&mut object, must, Value::int(0));
    }
    object
}

/// What an import makes of the characters themselves.
pub(super) fn imported(object: &mut Object, result: &str) {
    object.set("result", Value::string_nfc(result));
    complete(object);
}

/// Fills in what older versions did not record, with what it meant.
pub(super) fn complete(object: &mut Object) {
    let set_if_null = |object: &mut Object, n: &str, value: Value| {
        if object.get(n).is_none_or(Value::is_null) {
            object.set(n, value);
        }
    };
    let length = text(object, "result").map_or(0, |r| r.chars().count());
    set_if_null(object, "length", Value::int(length as i64));
    for n in ["upper", "lower", "special", "number"] {
        set_if_null(object, n, Value::Bool(true));
    }
    let digits = object.get("number").cloned().unwrap_or(Value::Bool(true));
    set_if_null(object, "numeric", digits);
    for n in MINIMA {
        set_if_null(object, n, Value::int(0));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::string::RandomString;
    use super::*;
    use crate::testing::{Fake, create, plan, string};

    fn count(text: &str, class: &str) -> i64 {
        text.chars().filter(|c| class.contains(*c)).count() as i64
    }

    proptest! {
        #[test]
        fn length_classes_and_minima_hold(
            extra in 1..30_i64,
            minima in prop::array::uniform4(0..5_i64),
            may in prop::array::uniform4(any::<bool>()),
            other in prop::option::of("[äöü~^]{1,3}"),
            seed: u64,
        ) {
            prop_assume!(may.contains(&true));
            let length = extra + minima.iter().sum::<i64>();
            let mut values = vec![("length", Value::int(length))];
            for (i, (may_name, must)) in CLASSES.into_iter().enumerate() {
                values.push((may_name, Value::Bool(may[i])));
                values.push((must, Value::int(minima[i])));
            }
            if let Some(other) = &other {
                values.push(("override_special", Value::string_nfc(other)));
            }
            let made = create(&RandomString, &Fake::seeded(seed), &values).unwrap();
            let result = string(&made, "result");
            let special = other.as_deref().unwrap_or(SPECIAL);
            let classes = [UPPER, LOWER, DIGITS, special];
            prop_assert_eq!(result.chars().count() as i64, length);
            prop_assert_eq!(classes.iter().map(|c| count(&result, c)).sum::<i64>(), length);
            for (i, class) in classes.iter().enumerate() {
                let n = count(&result, class);
                prop_assert!(n >= minima[i]);
                prop_assert!(may[i] || n == minima[i], "{result} has {n} of {class}");
            }
        }
    }

    #[test]
    fn characters_that_must_be_there_do_not_stand_first() {
        let with = Fake::default();
        let values = [
            ("length", Value::int(20)),
            ("min_upper", Value::int(10)),
            ("upper", Value::Bool(false)),
        ];
        let first_ten_upper = (0..20).all(|_| {
            let made = create(&RandomString, &with, &values).unwrap();
            string(&made, "result")[..10]
                .chars()
                .all(char::is_uppercase)
        });
        assert!(!first_ten_upper);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let no = Value::Bool(false);
        for values in [
            vec![("length", Value::int(0))],
            vec![
                ("length", Value::int(3)),
                ("min_upper", Value::int(2)),
                ("min_lower", Value::int(2)),
            ],
            vec![("length", Value::int(3)), ("min_upper", Value::int(-1))],
            vec![
                ("length", Value::int(3)),
                ("number", no.clone()),
                ("numeric", Value::Bool(true)),
            ],
            vec![
                ("length", Value::int(3)),
                ("upper", no.clone()),
                ("lower", no.clone()),
                ("numeric", no.clone()),
                ("special", no.clone()),
            ],
        ] {
            let problems = create(&RandomString, &Fake::default(), &values).unwrap_err();
            assert_eq!(problems.len(), 1, "{values:?}: {problems:?}");
            assert!(problems[0].path.is_some());
        }
    }

    #[test]
    fn number_and_numeric_follow_each_other() {
        for n in ["number", "numeric"] {
            let answer = plan(
                &RandomString,
                None,
                &[("length", Value::int(3)), (n, Value::Bool(false))],
            );
            let planned = answer.planned.unwrap();
            assert_eq!(planned.get_attr("number"), Some(&Value::Bool(false)));
            assert_eq!(planned.get_attr("numeric"), Some(&Value::Bool(false)));
        }
        let planned = plan(&RandomString, None, &[("length", Value::int(3))])
            .planned
            .unwrap();
        for n in ["upper", "lower", "number", "numeric", "special"] {
            assert_eq!(planned.get_attr(n), Some(&Value::Bool(true)), "{n}");
        }
        for n in MINIMA {
            assert_eq!(planned.get_attr(n).unwrap().as_i64(), Some(0), "{n}");
        }
        assert!(planned.get_attr("override_special").unwrap().is_null());
    }
}
