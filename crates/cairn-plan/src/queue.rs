//! Decides which groups of a step graph may start, and what can no longer start once a step has failed.

use cairn_model::{GroupId, StepGraph, StepId};

/// Follows an apply through the step graph. A group starts when everything its steps wait for is done; steps that wait for
/// one that failed never start, the others of their group do.
#[derive(Clone, Debug)]
pub struct StepQueue {}

impl StepQueue {
    /// At the start.
    pub fn new(graph: &StepGraph) -> Self {
        let _ = graph;
        unimplemented!("being written")
    }

    /// Takes the next group that may start, with those of its steps that still can (never none). Nothing where all that is
    /// left waits for steps that run, or nothing is left.
    pub fn next_ready(&mut self) -> Option<(GroupId, Vec<StepId>)> {
        unimplemented!("being written")
    }

    /// A step is done.
    pub fn done(&mut self, step: StepId) {
        let _ = step;
        unimplemented!("being written")
    }

    /// A step failed (or will not be run). Gives the steps that can never start because of it, in order, each reported once.
    pub fn failed(&mut self, step: StepId) -> Vec<StepId> {
        let _ = step;
        unimplemented!("being written")
    }

    /// How many steps are neither done nor failed nor given up.
    pub fn remaining(&self) -> usize {
        unimplemented!("being written")
    }
}
