//! Decides how planning proceeds: as far as is known, then a round of questions to the outside, then on.

use cairn_diag::Diagnostics;
use cairn_model::{AbsProviderConfig, AbsResourceInstance, Plan, RemoteObject};
use cairn_provider::{CheckRequest, Problem, ReadRequest, ReadResponse};
use cairn_value::{Known, Name};

use crate::input::PlanInput;

/// What the planner needs next.
#[derive(Debug)]
pub enum Progress {
    /// Objects and data sources to read: answer with [`Planner::supply`].
    NeedsReads(Vec<ReadBatch>),
    /// Objects to import: answer with [`Planner::supply_imports`].
    NeedsImports(Vec<ImportBatch>),
    /// Planned objects to check against the world: answer with [`Planner::supply_checks`]. Asked at most once, last, and
    /// only where there are no errors.
    NeedsChecks(Vec<CheckBatch>),
    /// The plan. With errors among the messages it must not be applied.
    Done(Box<(Plan, Diagnostics)>),
}

/// Reads of one provider configuration.
#[derive(Debug)]
pub struct ReadBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to read, in address order.
    pub requests: Vec<ReadRequest>,
}

/// Imports of one provider configuration.
#[derive(Debug)]
pub struct ImportBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to import.
    pub requests: Vec<ImportRequest>,
}

/// One object to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Into which address.
    pub addr: AbsResourceInstance,
    /// The resource type.
    pub ty: Name,
    /// By which id.
    pub id: String,
}

/// Checks of one provider configuration.
#[derive(Debug)]
pub struct CheckBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to check.
    pub requests: Vec<CheckRequest>,
}

/// Makes a plan, in rounds.
pub struct Planner<'a> {
    input: PlanInput<'a>,
}

impl<'a> Planner<'a> {
    /// Starts.
    pub fn new(input: PlanInput<'a>) -> Self {
        Self { input }
    }

    /// Goes on until something is needed from outside. Never waits.
    pub fn advance(&mut self) -> Progress {
        let _ = &self.input;
        unimplemented!("being written")
    }

    /// Answers [`Progress::NeedsReads`]: one list for each batch, one answer for each request, in order.
    pub fn supply(&mut self, reads: Vec<Vec<ReadResponse>>) {
        let _ = reads;
        unimplemented!("being written")
    }

    /// Answers [`Progress::NeedsImports`]: one list for each batch, one answer for each request, in order.
    pub fn supply_imports(&mut self, imports: Vec<Vec<Result<RemoteObject, Vec<Problem>>>>) {
        let _ = imports;
        unimplemented!("being written")
    }

    /// Answers [`Progress::NeedsChecks`]: one list for each batch, one list of problems for each request, in order.
    pub fn supply_checks(&mut self, checks: Vec<Vec<Vec<Problem>>>) {
        let _ = checks;
        unimplemented!("being written")
    }
}
