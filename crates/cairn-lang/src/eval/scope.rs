//! Decides which names an expression can see besides those of its module: `count`, `each`, `self`, and those bound by `for`,
//! `dynamic` and template functions.

use std::sync::Arc;

use cairn_value::{Object, Value};

/// What `count` and `each` stand for.
#[derive(Clone, Debug, Default)]
pub(crate) enum Repeat {
    /// Neither may be used.
    #[default]
    Once,
    /// `count.index`
    Count(u64),
    /// `each.key` and `each.value`
    Each(Arc<str>, Value),
    /// `count.index`, not known which.
    SomeCount,
    /// `each.key` and `each.value`, not known which.
    SomeEach,
}

/// A name bound by a `for` or `dynamic`, and those around it.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'s> {
    pub(crate) name: &'s str,
    pub(crate) value: &'s Value,
    pub(crate) outer: Option<&'s Self>,
}

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// The module instance, as the evaluator counts them.
    pub(crate) frame: usize,
    pub(crate) repeat: &'s Repeat,
    pub(crate) self_object: Option<&'s Value>,
    pub(crate) bindings: Option<&'s Binding<'s>>,
    /// In a template function only these names and those bound are visible.
    pub(crate) template: Option<&'s Object>,
}

impl<'s> Scope<'s> {
    /// The scope of a module instance's own blocks.
    pub(crate) fn of(frame: usize, repeat: &'s Repeat) -> Self {
        Self {
            frame,
            repeat,
            self_object: None,
            bindings: None,
            template: None,
        }
    }

    /// The value bound to a name by an enclosing `for` or `dynamic`.
    pub(crate) fn bound(&self, name: &str) -> Option<&'s Value> {
        let mut binding = self.bindings;
        while let Some(b) = binding {
            if b.name == name {
                return Some(b.value);
            }
            binding = b.outer;
        }
        None
    }

    /// Every bound name, innermost first.
    pub(crate) fn bound_names(&self) -> impl Iterator<Item = &'s str> {
        std::iter::successors(self.bindings, |b| b.outer).map(|b| b.name)
    }
}
