//! Decides what a plan is made from. It does not say where these things come from.

use cairn_lang::{EvalContext, Inputs, ModuleTree};
use cairn_model::{AbsResourceInstance, PlanMode, State, Target};
use cairn_provider::Registry;

use crate::undecided::Undecided;

/// Everything a plan is made from.
pub struct PlanInput<'a> {
    /// The configuration.
    pub tree: &'a ModuleTree,
    /// The root variables.
    pub inputs: &'a Inputs,
    /// What expressions can learn about their surroundings; its timestamp becomes the plan's.
    pub context: EvalContext<'a>,
    /// The recorded state.
    pub prior: State,
    /// The providers. Only their pure halves are used.
    pub registry: &'a Registry,
    /// How to plan.
    pub options: PlanOptions,
}

/// How to plan.
#[expect(clippy::struct_excessive_bools, reason = "switches, each on its own")]
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// What for.
    pub mode: PlanMode,
    /// Only these and what they depend on; empty for everything.
    pub targets: Vec<Target>,
    /// Not these, nor what depends on them.
    pub excludes: Vec<Target>,
    /// Not these, nor what depends on them, and none of what they depend on is destroyed: it is not known what became of an
    /// earlier call for them.
    pub undecided: Vec<Undecided>,
    /// Replace these whether or not they changed.
    pub replace: Vec<AbsResourceInstance>,
    /// Read recorded objects first. Without it the record is taken for the truth.
    pub refresh: bool,
    /// A `count` or `for_each` that is not known yet is no error: what it is about, and what depends on that, is deferred to
    /// a later plan.
    pub defer: bool,
    /// Have the providers ask the remote side whether it would make what is planned.
    pub preflight: bool,
    /// Only look for mistakes in the configuration: nothing is read, and no plan comes of it that could be applied.
    pub validate_only: bool,
    /// The programs that provisioners can call.
    pub programs: Programs,
}

/// Which programs there are on the machine that provisioners need. The default has them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Programs {
    /// OpenSSH's client.
    pub ssh: bool,
    /// What hands a password to it.
    pub sshpass: bool,
}

impl Default for Programs {
    fn default() -> Self {
        Self {
            ssh: true,
            sshpass: true,
        }
    }
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            mode: PlanMode::Normal,
            targets: Vec::new(),
            excludes: Vec::new(),
            undecided: Vec::new(),
            replace: Vec::new(),
            refresh: true,
            defer: false,
            preflight: false,
            validate_only: false,
            programs: Programs::default(),
        }
    }
}
