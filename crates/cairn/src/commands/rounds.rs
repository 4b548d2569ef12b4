//! Decides how often an apply plans again for what could not be planned before: until nothing is deferred, while each round
//! gets on, within a bound.

use cairn_diag::Diagnostic;
use cairn_model::{DeferredReason, Plan};
use clap::{Arg, ArgMatches};

use crate::cli::text;

/// So many rounds where the flag gives no number.
const USUAL_BOUND: &str = "10";

/// The flag of apply.
pub(super) fn flag() -> Arg {
    Arg::new("rounds")
        .long("rounds")
        .value_name("N")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value(USUAL_BOUND)
        .help("Defers what depends on a count or for_each that is not known yet, and plans and applies again until nothing is deferred, at most N times (default 10)")
}

/// How many rounds there may be; nothing where the flag is not given.
pub(super) fn bound(matches: &ArgMatches) -> Result<Option<u32>, Diagnostic> {
    let Some(given) = text(matches, "rounds") else {
        return Ok(None);
    };
    match given.parse() {
        Ok(n) if n > 0 => Ok(Some(n)),
        _ => Err(
            Diagnostic::error("usage", "Flags do not fit").detail(format!(
                "-rounds={given}: a whole number of at least 1 is needed."
            )),
        ),
    }
}

/// What becomes of the rounds after one of them.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing is deferred any more.
    Done,
    /// One more.
    Again,
    /// There is no use, or no leave, to go on.
    Stop(Diagnostic),
}

/// Whether there is another round after this one.
pub(super) fn after(plan: &Plan, round: u32, bound: u32) -> Next {
    if plan.deferred.is_empty() {
        return Next::Done;
    }
    let why = if !plan.is_applyable() {
        "The last plan changes nothing, so another round would find the same.".to_owned()
    } else if round >= bound {
        format!("There were {bound} rounds, and -rounds allows no more.")
    } else {
        return Next::Again;
    };
    // What only waits for another of them is not at fault.
    let at_fault = plan
        .deferred
        .iter()
        .filter(|d| d.reason == DeferredReason::InstanceCountUnknown);
    let mut problem =
        Diagnostic::error("still-deferred", "Something is still deferred").detail(format!(
            "{why} Not planned: {}.",
            plan.deferred
                .iter()
                .map(|d| d.address.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ));
    for d in at_fault {
        problem = problem.hint(format!("{}: {}", d.address, d.why));
    }
    Next::Stop(problem)
}
