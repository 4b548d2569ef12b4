//! How rules are written down and applied: a rule is a row with a check, a code and words. Which
//! rules there are is decided in the tables.
//!
//! Checks of single values look at the flat form of the request (`DataDisk.2.Size=20`), so that one
//! row serves every index and a value can be checked without a request.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::RUN_INSTANCES_RULES;
use super::{Profile, RuleContext};
use crate::error::ParamError;
use crate::ops::RunInstances;
use crate::params::to_params;

/// One documented rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The parameter, with `n` for an index: `DataDisk.n.Size`.
    pub parameter: &'static str,
    /// The rule's name in kebab-case; stable.
    pub rule: &'static str,
    /// The profile that has it; `None` for both.
    pub profile: Option<Profile>,
    /// Which document says so.
    pub source: Source,
    /// What is checked.
    pub check: Check,
    /// The code of the service's refusal.
    pub code: &'static str,
    /// Its HTTP status.
    pub http: u16,
}

/// Where a rule is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The parameter's row in the reference.
    Parameter,
    /// The error table of the reference, which refuses what no row of a parameter speaks of.
    Errors,
    /// The documents of today, where they differ from the reference or go beyond it.
    Today,
    /// The form that such values have; no document states it.
    Form,
}

impl Source {
    /// The source in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Parameter => "the parameter's row",
            Self::Errors => "the error table",
            Self::Today => "today's documents",
            Self::Form => "the form of such values",
        }
    }
}

/// What a rule checks.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Characters, from and to.
    Length(usize, usize),
    /// A whole number from and to, and its unit (empty if none).
    Range(i64, i64, &'static str),
    /// One of these words, letter for letter.
    OneOf(&'static [&'static str]),
    /// Does not begin with any of these.
    NotStarting(&'static [&'static str]),
    /// Does not hold any of these.
    NotContaining(&'static [&'static str]),
    /// A value that fits what the words say.
    Value {
        /// Whether the value fits.
        fits: fn(&str, &RuleContext) -> bool,
        /// What it must be: a sentence beginning with "It".
        words: &'static str,
        /// Values that just fit, and values that just do not.
        examples: Examples,
    },
    /// Parameters that fit each other.
    Request {
        /// Those that do not.
        find: fn(&RunInstances, &RuleContext) -> Vec<Finding>,
        /// What must hold: a sentence.
        words: &'static str,
        /// Parameters, as a query string, that just fit beside the required ones, and such that do
        /// not. `-Name` takes a required one away.
        examples: Examples,
    },
}

/// Samples on both sides of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Examples {
    /// What is accepted.
    pub accepted: &'static [&'static str],
    /// What is refused.
    pub refused: &'static [&'static str],
}

/// A parameter that breaks a rule among several parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its full name.
    pub parameter: String,
    /// The words for this case, if the rule's own are too general.
    pub message: Option<String>,
}

impl Finding {
    pub(super) fn of(parameter: impl Into<String>) -> Self {
        Self {
            parameter: parameter.into(),
            message: None,
        }
    }

    pub(super) fn saying(parameter: impl Into<String>, message: String) -> Self {
        Self {
            parameter: parameter.into(),
            message: Some(message),
        }
    }
}

/// A sample request on one side of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The parameters to set; a value of `None` takes a parameter away.
    pub parameters: Vec<(String, Option<String>)>,
    /// Whether the rule accepts it.
    pub accepted: bool,
}

impl Rule {
    /// Whether the profile has this rule.
    pub fn applies(&self, profile: Profile) -> bool {
        self.profile.is_none_or(|own| own == profile)
    }

    /// What the rule says: a sentence.
    pub fn words(&self) -> String {
        match self.check {
            Check::Length(min, max) => format!("It must be {min} to {max} characters long."),
            Check::Range(min, max, "") => format!("It must be {min} to {max}."),
            Check::Range(min, max, unit) => format!("It must be {min} to {max} {unit}."),
            Check::OneOf([only]) => format!("It must be {only}."),
            Check::OneOf(words) => format!("It must be {}.", alternatives(words)),
            Check::NotStarting(words) => format!("It must not begin with {}.", alternatives(words)),
            Check::NotContaining(words) => format!("It must not contain {}.", alternatives(words)),
            Check::Value { words, .. } | Check::Request { words, .. } => words.to_owned(),
        }
    }

    /// Samples at the rule's bounds: the outermost that are accepted, and the nearest that are
    /// refused. An index stands for the first place.
    pub fn examples(&self) -> Vec<Example> {
        let name = self.parameter.replace(".n", ".1");
        let value = |value: String, accepted| Example {
            parameters: vec![(name.clone(), Some(value))],
            accepted,
        };
        let text = |length: usize| "a".repeat(length);
        match self.check {
            Check::Length(min, max) => {
                let mut examples = vec![value(text(max), true), value(text(max + 1), false)];
                if min > 0 {
                    examples.push(value(text(min), true));
                    if min > 1 {
                        examples.push(value(text(min - 1), false));
                    }
                }
                examples
            }
            Check::Range(min, max, _) => {
                [(min, true), (max, true), (min - 1, false), (max + 1, false)]
                    .map(|(number, accepted)| value(number.to_string(), accepted))
                    .to_vec()
            }
            Check::OneOf(words) => words
                .iter()
                .map(|word| value((*word).to_owned(), true))
                .chain([value(format!("{}x", words[0]), false)])
                .collect(),
            Check::NotStarting(words) => words
                .iter()
                .flat_map(|word| {
                    [
                        value(format!("{word}a"), false),
                        value(format!("a{}", word.trim_end_matches(['/', ':'])), true),
                    ]
                })
                .collect(),
            Check::NotContaining(words) => words
                .iter()
                .flat_map(|word| {
                    [
                        value(format!("a{word}"), false),
                        value(format!("a{}", &word[..word.len() - 1]), true),
                    ]
                })
                .collect(),
            Check::Value { examples, .. } => both_sides(examples, |sample| {
                vec![(name.clone(), Some(sample.to_owned()))]
            }),
            Check::Request { examples, .. } => both_sides(examples, |sample| {
                sample
                    .split('&')
                    .filter(|part| !part.is_empty())
                    .map(|part| {
                        if let Some(name) = part.strip_prefix('-') {
                            (name.to_owned(), None)
                        } else {
                            let (name, value) = part.split_once('=').unwrap_or((part, ""));
                            (name.to_owned(), Some(value.to_owned()))
                        }
                    })
                    .collect()
            }),
        }
    }

    fn refusal(&self, parameter: String, message: Option<String>) -> ParamError {
        ParamError {
            parameter,
            rule: self.rule,
            code: self.code,
            http: self.http,
            message: message.unwrap_or_else(|| self.words()),
        }
    }

    /// `None` if the rule is about several parameters.
    fn fits(&self, value: &str, context: &RuleContext) -> Option<bool> {
        Some(match self.check {
            Check::Length(min, max) => (min..=max).contains(&value.chars().count()),
            Check::Range(min, max, _) => value
                .parse::<i64>()
                .is_ok_and(|number| (min..=max).contains(&number)),
            Check::OneOf(words) => words.contains(&value),
            Check::NotStarting(words) => !words.iter().any(|word| value.starts_with(word)),
            Check::NotContaining(words) => !words.iter().any(|word| value.contains(word)),
            Check::Value { fits, .. } => fits(value, context),
            Check::Request { .. } => return None,
        })
    }
}

fn both_sides(
    examples: Examples,
    parameters: impl Fn(&str) -> Vec<(String, Option<String>)>,
) -> Vec<Example> {
    let side = |samples: &[&str], accepted| -> Vec<Example> {
        samples
            .iter()
            .map(|sample| Example {
                parameters: parameters(sample),
                accepted,
            })
            .collect()
    };
    [side(examples.accepted, true), side(examples.refused, false)].concat()
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn alternatives(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// `DataDisk.12.Size` to `DataDisk.n.Size`.
pub(super) fn generic(parameter: &str) -> String {
    let mut name = String::with_capacity(parameter.len());
    for part in parameter.split('.') {
        if !name.is_empty() {
            name.push('.');
        }
        let index = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        name.push_str(if index { "n" } else { part });
    }
    name
}

static BY_PARAMETER: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut by_parameter: HashMap<_, Vec<usize>> = HashMap::new();
    for (position, rule) in RUN_INSTANCES_RULES.iter().enumerate() {
        if !matches!(rule.check, Check::Request { .. }) {
            by_parameter
                .entry(rule.parameter)
                .or_default()
                .push(position);
        }
    }
    by_parameter
});

pub(super) fn check_value(parameter: &str, value: &str, context: &RuleContext) -> Vec<ParamError> {
    broken_by_value(parameter, value, context)
        .map(|(_, error)| error)
        .collect()
}

fn broken_by_value<'a>(
    parameter: &'a str,
    value: &'a str,
    context: &'a RuleContext,
) -> impl Iterator<Item = (usize, ParamError)> + 'a {
    let positions = BY_PARAMETER
        .get(generic(parameter).as_str())
        .map_or(&[][..], Vec::as_slice);
    positions.iter().filter_map(move |position| {
        let rule = &RUN_INSTANCES_RULES[*position];
        let broken =
            rule.applies(context.profile) && rule.fits(value, context).is_some_and(|fits| !fits);
        broken.then(|| (*position, rule.refusal(parameter.to_owned(), None)))
    })
}

pub(super) fn check_request(request: &RunInstances, context: &RuleContext) -> Vec<ParamError> {
    let mut broken: Vec<(usize, ParamError)> = Vec::new();
    for (parameter, value) in to_params(request) {
        broken.extend(broken_by_value(&parameter, &value, context));
    }
    for (position, rule) in RUN_INSTANCES_RULES.iter().enumerate() {
        if let Check::Request { find, .. } = rule.check
            && rule.applies(context.profile)
        {
            broken.extend(
                find(request, context)
                    .into_iter()
                    .map(|finding| (position, rule.refusal(finding.parameter, finding.message))),
            );
        }
    }
    broken.sort_by_key(|(position, _)| *position);
    broken.into_iter().map(|(_, error)| error).collect()
}
