//! Decides paging, of both kinds: PageNumber with PageSize, and NextToken with MaxResults. Lists
//! are given newest first, as the service gives them. What belongs in a list is decided elsewhere.

use ecs_api::ApiError;

use crate::refuse;
use crate::world::{Row, Table};

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// Page `number`, from 1.
    Number { number: i64, size: i64 },
    /// What comes after the row of a token, or the beginning.
    Token { before: Option<u64>, size: i64 },
}

/// The default and the limit of a page's size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) default: i64,
    pub(crate) most: i64,
    /// What a smaller MaxResults is taken as.
    pub(crate) least: i64,
}

/// Ten by default, at most a hundred.
pub(crate) const UP_TO_100: Sizes = Sizes {
    default: 10,
    most: 100,
    least: 1,
};
/// Ten by default, at most fifty.
pub(crate) const UP_TO_50: Sizes = Sizes {
    default: 10,
    most: 50,
    least: 1,
};

impl Paging {
    /// By page number only.
    pub(crate) fn by_number(number: Option<i64>, size: Option<i64>, sizes: Sizes) -> Self {
        Self::Number {
            number: number.unwrap_or(1).max(1),
            size: size.unwrap_or(sizes.default).clamp(1, sizes.most),
        }
    }

    /// By token when a token or MaxResults is given, else by page number.
    ///
    /// # Errors
    /// The token is none of ours.
    pub(crate) fn either(
        number: Option<i64>,
        size: Option<i64>,
        token: Option<&str>,
        max_results: Option<i64>,
        sizes: Sizes,
    ) -> Result<Self, ApiError> {
        let token = token.filter(|token| !token.is_empty());
        if token.is_none() && max_results.is_none() {
            return Ok(Self::by_number(number, size, sizes));
        }
        Self::by_token(token, max_results.or(size), sizes)
    }

    /// By token only.
    ///
    /// # Errors
    /// The token is none of ours.
    pub(crate) fn by_token(
        token: Option<&str>,
        max_results: Option<i64>,
        sizes: Sizes,
    ) -> Result<Self, ApiError> {
        let size = max_results
            .unwrap_or(sizes.default)
            .clamp(sizes.least, sizes.most);
        let before = match token.filter(|token| !token.is_empty()) {
            None => None,
            Some(token) => Some(
                token
                    .strip_prefix(TOKEN_PREFIX)
                    .filter(|digits| digits.len() == 16)
                    .and_then(|digits| u64::from_str_radix(digits, 16).ok())
                    .ok_or_else(|| {
                        refuse::bad(
                            "InvalidNextToken",
                            "The specified parameter NextToken is not valid.",
                        )
                    })?,
            ),
        };
        Ok(Self::Token { before, size })
    }
}

const TOKEN_PREFIX: &str = "cae1";

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page<'a, T> {
    pub(crate) rows: Vec<&'a T>,
    /// Their numbers in the order of creation.
    pub(crate) numbers: Vec<u64>,
    pub(crate) total: i64,
    /// Empty on the last page, and when paged by number.
    pub(crate) next_token: String,
    pub(crate) number: i64,
    pub(crate) size: i64,
}

/// The rows that pass, newest first; with `ids` only those are looked at.
pub(crate) fn select<'a, T: Row>(
    table: &'a Table<T>,
    ids: Option<&[String]>,
    keep: impl Fn(&T) -> bool,
) -> Vec<(u64, &'a T)> {
    match ids {
        None => table
            .numbered()
            .rev()
            .filter(|(_, row)| keep(row))
            .collect(),
        Some(ids) => {
            let mut rows: Vec<(u64, &T)> = ids
                .iter()
                .filter_map(|id| table.find(id))
                .filter(|(_, row)| keep(row))
                .collect();
            rows.sort_unstable_by_key(|(number, _)| std::cmp::Reverse(*number));
            rows.dedup_by_key(|(number, _)| *number);
            rows
        }
    }
}

/// Cuts the page out of the rows, which are newest first.
pub(crate) fn cut<T>(rows: Vec<(u64, &T)>, paging: Paging) -> Page<'_, T> {
    let total = rows.len() as i64;
    match paging {
        Paging::Number { number, size } => {
            let skip = usize::try_from((number - 1).saturating_mul(size)).unwrap_or(usize::MAX);
            let page = rows.into_iter().skip(skip).take(size as usize);
            let (numbers, rows) = page.unzip();
            Page {
                rows,
                numbers,
                total,
                next_token: String::new(),
                number,
                size,
            }
        }
        Paging::Token { before, size } => {
            let start = before.map_or(0, |before| rows.partition_point(|(n, _)| *n >= before));
            let rest = &rows[start..];
            let page = &rest[..rest.len().min(size as usize)];
            let next_token = match page.last() {
                Some((number, _)) if page.len() < rest.len() => {
                    format!("{TOKEN_PREFIX}{number:016x}")
                }
                _ => String::new(),
            };
            let (numbers, rows) = page.iter().copied().unzip();
            Page {
                rows,
                numbers,
                total,
                next_token,
                number: 1,
                size,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_walk_the_whole_list_once() {
        let words: Vec<u64> = (1..=25).collect();
        let rows = || words.iter().rev().map(|n| (*n, n)).collect::<Vec<_>>();
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let paging = Paging::by_token(token.as_deref(), Some(10), UP_TO_100).unwrap();
            let page = cut(rows(), paging);
            assert_eq!(page.total, 25);
            seen.extend(page.rows.iter().map(|n| **n));
            if page.next_token.is_empty() {
                break;
            }
            token = Some(page.next_token);
        }
        assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
    }

    #[test]
    fn numbers_and_limits() {
        let words: Vec<u64> = (1..=25).collect();
        let rows = || words.iter().rev().map(|n| (*n, n)).collect::<Vec<_>>();
        let page = cut(rows(), Paging::by_number(Some(3), None, UP_TO_50));
        assert_eq!(page.rows, [&5, &4, &3, &2, &1]);
        assert!(
            cut(
                rows(),
                Paging::by_number(Some(i64::MAX), Some(500), UP_TO_50)
            )
            .rows
            .is_empty()
        );
        assert_eq!(
            Paging::by_number(None, Some(500), UP_TO_50),
            Paging::Number {
                number: 1,
                size: 50
            }
        );
        for bad in ["x", "cae1", "cae1zzzzzzzzzzzzzzzz", "cae1é00000000000000"] {
            assert!(
                Paging::by_token(Some(bad), None, UP_TO_50).is_err(),
                "{bad}"
            );
        }
        let sizes = Sizes {
            default: 10,
            most: 100,
            least: 10,
        };
        let paging = Paging::either(None, None, None, Some(1), sizes).unwrap();
        assert_eq!(
            paging,
            Paging::Token {
                before: None,
                size: 10
            }
        );
    }
}
