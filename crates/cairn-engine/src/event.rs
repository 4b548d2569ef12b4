//! Decides what the engine tells while it works. What is printed of it is the command line's affair.

use std::time::Duration;

use cairn_model::{AbsResourceInstance, Action, ResourceMode, StepKind};
use cairn_value::Name;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The refresh of recorded objects and the reading of data sources begin: so many objects in one round.
    ReadsStarted {
        /// How many.
        objects: usize,
    },
    /// One object of such a round is being read.
    ReadStarted {
        /// Its address.
        addr: AbsResourceInstance,
        /// Whether a recorded object is refreshed or a data source is read.
        mode: ResourceMode,
        /// Its id, where it has one already.
        id: Option<String>,
    },
    /// One object of such a round is read.
    ReadDone {
        /// Its address.
        addr: AbsResourceInstance,
        /// Whether a recorded object was refreshed or a data source was read.
        mode: ResourceMode,
        /// Its id, where it has one: of a recorded object the one it was asked for by.
        id: Option<String>,
        /// How long its batch took.
        elapsed: Duration,
    },
    /// One object of such a round could not be read.
    ReadFailed {
        /// Its address.
        addr: AbsResourceInstance,
        /// Whether a recorded object was to be refreshed or a data source to be read.
        mode: ResourceMode,
        /// How long its batch took.
        elapsed: Duration,
    },
    /// An interrupted apply is being healed.
    Recovered {
        /// What was found and done, a full sentence.
        text: String,
    },
    /// Work on an object begins.
    StepStarted {
        /// Its address.
        addr: AbsResourceInstance,
        /// What is done.
        kind: StepKind,
        /// As part of which change.
        action: Action,
        /// Its id, where it has one.
        id: Option<String>,
    },
    /// Work on an object is done and recorded.
    StepDone {
        /// Its address.
        addr: AbsResourceInstance,
        /// What was done.
        kind: StepKind,
        /// As part of which change.
        action: Action,
        /// Its id, where it has one.
        id: Option<String>,
        /// How long it took.
        elapsed: Duration,
    },
    /// Work on an object failed.
    StepFailed {
        /// Its address.
        addr: AbsResourceInstance,
        /// What was tried.
        kind: StepKind,
        /// As part of which change.
        action: Action,
        /// How long it took.
        elapsed: Duration,
    },
    /// Work on an ephemeral resource begins.
    EphemeralStarted {
        /// Its address.
        addr: AbsResourceInstance,
        /// What is done.
        work: EphemeralWork,
    },
    /// Work on an ephemeral resource is done.
    EphemeralDone {
        /// Its address.
        addr: AbsResourceInstance,
        /// What was done.
        work: EphemeralWork,
        /// How long it took, of what is opened how long its batch took.
        elapsed: Duration,
    },
    /// Work on an ephemeral resource failed.
    EphemeralFailed {
        /// Its address.
        addr: AbsResourceInstance,
        /// What was tried.
        work: EphemeralWork,
        /// How long it took.
        elapsed: Duration,
    },
    /// A provisioner of an object begins.
    ProvisionStarted {
        /// The object's address.
        addr: AbsResourceInstance,
        /// The provisioner's type.
        ty: Name,
    },
    /// A provisioner wrote a line. Nothing in it is secret.
    ProvisionOutput {
        /// The object's address.
        addr: AbsResourceInstance,
        /// The provisioner's type.
        ty: Name,
        /// The line.
        line: String,
    },
    /// A provisioner is done.
    ProvisionDone {
        /// The object's address.
        addr: AbsResourceInstance,
        /// The provisioner's type.
        ty: Name,
    },
    /// A provisioner failed.
    ProvisionFailed {
        /// The object's address.
        addr: AbsResourceInstance,
        /// The provisioner's type.
        ty: Name,
        /// Why, where that is passed over (`on_failure = continue`) and so no message of the run.
        passed_over: Option<String>,
    },
    /// Work on these objects goes on, the longest first. Each is told of every ten seconds, from its beginning.
    StillRunning {
        /// At least one.
        objects: Vec<Working>,
    },
}

/// What is done with an ephemeral resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralWork {
    /// It is opened.
    Open,
    /// It is closed.
    Close,
}

/// An object that is being worked on.
#[derive(Clone, Debug)]
pub struct Working {
    /// Its address.
    pub addr: AbsResourceInstance,
    /// What is done.
    pub kind: StepKind,
    /// For how long, in whole tens of seconds.
    pub elapsed: Duration,
}

/// Takes events, in order, from one place.
pub type Events<'a> = &'a mut (dyn FnMut(Event) + Send);
