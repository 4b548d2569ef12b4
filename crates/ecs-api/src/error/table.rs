//! What a row of the error tables says of a code (meaning in our words, parameters, class, whether
//! asking again makes sense, what a person can do) and how the row of an answer is found. It decides
//! nothing about codes that are not listed.
//!
//! A code alone does not classify: `OperationDenied` has seven rows under two statuses. Code, status
//! and message together do.

use super::class::{ErrorClass, RetryAdvice};
use super::rows::{COMMON_ERRORS, RUN_INSTANCES_ERRORS};

/// One kind of error answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorRow {
    /// The code of the answer.
    pub code: &'static str,
    /// Its HTTP status.
    pub http: u16,
    /// The service's message, without variable parts.
    pub message: &'static str,
    /// What it means: a sentence.
    pub meaning: &'static str,
    /// The parameters it is about, with `n` for an index.
    pub parameters: &'static [&'static str],
    /// What kind of trouble it is.
    pub class: ErrorClass,
    /// Whether asking again makes sense.
    pub retry: RetryAdvice,
    /// What to do: a sentence.
    pub advice: &'static str,
}

impl ErrorRow {
    /// All rows of a code, those of RunInstances first.
    pub fn of_code(code: &str) -> impl Iterator<Item = &'static Self> {
        RUN_INSTANCES_ERRORS
            .iter()
            .chain(COMMON_ERRORS)
            .filter(move |row| row.code == code)
    }

    /// The row for an answer: code, status and message agree; else code and message. With a message
    /// that no row has, the row of the code and status, or else of the code, if all that there are
    /// say the same; where they do not, a general row of the common errors, if there is one.
    pub fn find(code: &str, http: u16, message: &str) -> Option<&'static Self> {
        let same_message = |row: &&Self| same_words(row.message, message);
        let alone = |rows: Vec<&'static Self>| {
            let (first, rest) = rows.split_first()?;
            let same = |row: &&&Self| {
                (row.class, row.retry, row.parameters)
                    == (first.class, first.retry, first.parameters)
            };
            if rest.iter().all(|row| same(&row)) {
                return Some(*first);
            }
            rows.into_iter()
                .find(|row| COMMON_ERRORS.iter().any(|common| common == *row))
        };
        Self::of_code(code)
            .find(|row| row.http == http && same_message(row))
            .or_else(|| Self::of_code(code).find(same_message))
            .or_else(|| alone(Self::of_code(code).filter(|row| row.http == http).collect()))
            .or_else(|| alone(Self::of_code(code).collect()))
    }

    /// Whether the row is about this parameter (`DataDisk.2.Size` is about `DataDisk.n.Size`).
    pub fn concerns(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|pattern| {
            pattern.split('.').count() <= parameter.split('.').count()
                && pattern
                    .split('.')
                    .zip(parameter.split('.'))
                    .all(|(expected, part)| {
                        expected == part
                            || (expected == "n" && part.bytes().all(|byte| byte.is_ascii_digit()))
                    })
        })
    }
}

/// The service's messages differ in punctuation, case and typographic quotes from time to time.
fn same_words(left: &str, right: &str) -> bool {
    let words = |text: &'_ str| {
        text.chars()
            .filter(|character| character.is_alphanumeric())
            .map(|character| character.to_ascii_lowercase())
            .collect::<Vec<_>>()
    };
    words(left) == words(right)
}
