//! Decides what the step graph is: single things to do, what each waits for, and which travel together.

/// A step of a plan: an index into [`StepGraph::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// A group of a plan: an index into [`StepGraph::groups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u32);

/// A join of a plan: an index into [`StepGraph::joins`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JoinId(pub u32);

/// What one step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// Reads a data source whose arguments become known during the apply.
    Read,
    /// Makes the object. Of a change with `create_before_destroy`, what it replaces is then set aside as deposed.
    Create,
    /// Changes it in place.
    Update,
    /// Deletes the current object (or, of a change with `create_before_destroy`, the deposed one).
    Delete,
    /// Drops it from the state. State only.
    Forget,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// For which change: an index into the plan's changes.
    pub change: u32,
    /// What must be committed before it starts.
    pub after: Vec<StepId>,
    /// Joins that must be complete before it starts.
    pub after_joins: Vec<JoinId>,
    /// The group it travels in.
    pub group: GroupId,
}

/// Steps that start together: of one class (provider configuration, resource type, kind) and one level of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its steps, in the order of addresses.
    pub steps: Vec<StepId>,
}

/// Steps that many others wait for together (all instances of a resource), so that N steps after M others cost N + M
/// edges, not N × M. Complete when all of its steps are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Join {
    /// The steps, in order, each once.
    pub after: Vec<StepId>,
}

/// All steps of a plan. Acyclic: a step's `after` has only steps of lower levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepGraph {
    /// The steps.
    pub steps: Vec<Step>,
    /// The groups; every step is in exactly one.
    pub groups: Vec<Group>,
    /// The joins that steps wait for.
    pub joins: Vec<Join>,
}

impl StepGraph {
    /// A step by its id.
    pub fn step(&self, id: StepId) -> &Step {
        &self.steps[id.0 as usize]
    }

    /// A group by its id.
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.0 as usize]
    }

    /// A join by its id.
    pub fn join(&self, id: JoinId) -> &Join {
        &self.joins[id.0 as usize]
    }

    /// Everything a step waits for, joins resolved; a step may come more than once.
    pub fn predecessors(&self, id: StepId) -> impl Iterator<Item = StepId> + '_ {
        let step = self.step(id);
        step.after.iter().copied().chain(
            step.after_joins
                .iter()
                .flat_map(|j| self.join(*j).after.iter().copied()),
        )
    }
}
