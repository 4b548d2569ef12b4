//! Decides what the step graph is: single things to do, what each waits for, and which travel together.

/// A step of a plan: an index into [`StepGraph::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// A group of a plan: an index into [`StepGraph::groups`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u32);

/// What one step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// Reads a data source whose arguments become known during the apply.
    Read,
    /// Makes the object.
    Create,
    /// Changes it in place.
    Update,
    /// Sets the current object aside as deposed, so that its replacement can be made first. State only.
    Depose,
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
    /// The group it travels in.
    pub group: GroupId,
}

/// Steps that start together: of one class (provider configuration, resource type, kind) and one level of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its steps, in the order of addresses.
    pub steps: Vec<StepId>,
}

/// All steps of a plan. Acyclic: a step's `after` has only steps of lower levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepGraph {
    /// The steps.
    pub steps: Vec<Step>,
    /// The groups; every step is in exactly one.
    pub groups: Vec<Group>,
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
}
