//! Decides how messages are collected: in the order of finding, errors and warnings together.

use std::collections::HashMap;

use crate::{Diagnostic, Span};

/// Messages found so far. Functions return what they have *plus* these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds others, after those that are there.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Each in order, to complete (place, address).
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }

    /// `Ok(value)` without errors (warnings are dropped from the result, keep them first if they matter), else these.
    pub fn result<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok(value)
        }
    }

    /// Sorts by file and place, keeps the order otherwise, and drops exact repeats.
    pub fn tidy(&mut self) {
        self.0.sort_by_key(|d| d.subject.map(|s| (s.file, s.start)));
        self.0.dedup();
    }
}

impl Diagnostics {
    /// Puts messages of the same kind, place and detail together: the first stays, with a hint that says for how many more
    /// instances it holds. A call for a hundred equal instances fails for all of them with one reason.
    pub fn fold_instances(&mut self) {
        let mut index: HashMap<(&'static str, Option<Span>, String), usize> = HashMap::new();
        let mut kept: Vec<(Diagnostic, usize)> = Vec::new();
        for d in std::mem::take(&mut self.0) {
            let key = (d.code, d.subject, d.detail.clone());
            match index.get(&key) {
                Some(&i) if d.address.is_some() => kept[i].1 += 1,
                _ => {
                    index.insert(key, kept.len());
                    kept.push((d, 0));
                }
            }
        }
        self.0 = kept
            .into_iter()
            .map(|(d, more)| match more {
                0 => d,
                1 => d.hint("The same holds for one more instance."),
                n => d.hint(format!("The same holds for {n} more instances.")),
            })
            .collect();
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Diagnostics {
    type Item = &'a mut Diagnostic;
    type IntoIter = std::slice::IterMut<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}
