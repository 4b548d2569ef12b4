//! Decides which steps a plan has: what each change does, one thing at a time, what each waits for, and what travels together.

mod edges;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use cairn_model::{
    AbsResource, Action, Change, GroupId, InstanceKey, Step, StepGraph, StepId, StepKind,
};
use cairn_provider::Registry;

/// The steps of each change.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepsOf {
    /// Makes the object what it is to be: create, update or read.
    pub(crate) forward: Option<u32>,
    /// Deletes the (old) object.
    pub(crate) delete: Option<u32>,
}

/// The changes, found by address.
pub(crate) struct Index<'c> {
    pub(crate) changes: &'c [Change],
    ranges: HashMap<&'c AbsResource, Range<usize>>,
}

impl<'c> Index<'c> {
    /// Of changes in address order.
    pub(crate) fn new(changes: &'c [Change]) -> Self {
        let mut ranges: HashMap<&AbsResource, Range<usize>> = HashMap::new();
        let mut start = 0;
        for i in 1..=changes.len() {
            if i == changes.len() || changes[i].addr.resource != changes[start].addr.resource {
                ranges.insert(&changes[start].addr.resource, start..i);
                start = i;
            }
        }
        Self { changes, ranges }
    }

    /// The changes of a resource.
    pub(crate) fn of(&self, resource: &AbsResource) -> Range<usize> {
        self.ranges.get(resource).cloned().unwrap_or(0..0)
    }

    /// The change of a current object.
    pub(crate) fn current(&self, resource: &AbsResource, key: &InstanceKey) -> Option<usize> {
        let range = self.of(resource);
        let slice = &self.changes[range.clone()];
        let at = slice.partition_point(|c| c.addr.key < *key);
        slice
            .get(at)
            .filter(|c| c.addr.key == *key && c.deposed.is_none())
            .map(|_| range.start + at)
    }
}

/// The step graph of changes in address order. Those that verify what was done (data sources of checks) come after all others.
pub(crate) fn build(
    changes: &[Change],
    registry: &Registry,
    verifies: impl Fn(&Change) -> bool,
) -> StepGraph {
    let mut steps = Vec::new();
    let mut of: Vec<StepsOf> = Vec::with_capacity(changes.len());
    let mut last = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        let mut add = |kind: StepKind| {
            steps.push(Step {
                kind,
                change: i as u32,
                after: Vec::new(),
                after_joins: Vec::new(),
                group: GroupId(0),
            });
            Some(steps.len() as u32 - 1)
        };
        let mut s = StepsOf::default();
        match change.action {
            Action::NoOp => {}
            // The new object takes the old one's place in the record: that is how the old one is forgotten.
            Action::Create | Action::CreateThenForget => s.forward = add(StepKind::Create),
            Action::Update => s.forward = add(StepKind::Update),
            // Nothing waits for it.
            Action::Read if verifies(change) => last.extend(add(StepKind::Read)),
            Action::Read => s.forward = add(StepKind::Read),
            Action::Delete => s.delete = add(StepKind::Delete),
            Action::DeleteThenCreate => {
                s.delete = add(StepKind::Delete);
                s.forward = add(StepKind::Create);
            }
            Action::CreateThenDelete => {
                s.forward = add(StepKind::Create);
                s.delete = add(StepKind::Delete);
            }
            Action::Forget => {
                add(StepKind::Forget);
            }
        }
        of.push(s);
    }
    let mut graph = StepGraph {
        steps,
        groups: Vec::new(),
        joins: Vec::new(),
    };
    edges::connect(&mut graph, &Index::new(changes), &of, &last);
    let batches = |step: StepId| {
        let step = graph.step(step);
        let change = &changes[step.change as usize];
        let resource = &change.addr.resource.resource;
        let schema = |f: fn(&cairn_model::Batching) -> bool| {
            registry
                .get(&change.provider.provider)
                .and_then(|r| r.provider.schema().resources.get(&resource.ty))
                .is_some_and(|s| f(&s.batching))
        };
        match step.kind {
            // Reads and changes of the record alone are always taken together.
            StepKind::Read | StepKind::Forget => true,
            StepKind::Create => schema(|b| b.create),
            StepKind::Update => schema(|b| b.update),
            StepKind::Delete => schema(|b| b.delete),
        }
    };
    let class = |step: StepId| {
        let step = graph.step(step);
        let change = &changes[step.change as usize];
        (
            &change.provider,
            &change.addr.resource.resource.ty,
            change.addr.resource.resource.mode,
            step.kind,
        )
    };
    let groups = crate::coalesce::groups(&graph, class, batches);
    crate::coalesce::assign(&mut graph, groups);
    graph
}
