//! Decides when work that goes on is told of: each object every ten seconds from its beginning, those that began about
//! together in one event.

use std::time::{Duration, Instant};

use super::Loop;
use crate::event::{Event, Working};

/// Work that goes on is told of so often.
pub(super) const TOLD_EVERY: Duration = Duration::from_secs(10);
/// What is due so soon is told of together with what is due now.
const TOLD_TOGETHER: Duration = Duration::from_millis(500);

impl Loop<'_, '_, '_> {
    /// Tells of what is due.
    pub(super) fn still_running(&mut self) {
        let now = Instant::now() + TOLD_TOGETHER;
        let plan = self.with.plan;
        let mut objects = Vec::new();
        for running in self.running.values_mut().filter(|r| r.due <= now) {
            let elapsed = running.due.saturating_duration_since(running.since);
            running.due = next_due(running.since, now);
            objects.extend(running.pending.steps.iter().map(|&step| {
                let step = plan.steps.step(step);
                Working {
                    addr: plan.changes[step.change as usize].addr.clone(),
                    kind: step.kind,
                    elapsed,
                }
            }));
        }
        objects.sort_by_key(|o| std::cmp::Reverse(o.elapsed));
        if !objects.is_empty() {
            (self.events)(Event::StillRunning { objects });
        }
    }
}

/// The next whole ten seconds of something that began then.
pub(super) fn next_due(since: Instant, now: Instant) -> Instant {
    let every = TOLD_EVERY.as_secs();
    let told = now.saturating_duration_since(since).as_secs() / every;
    since + Duration::from_secs((told + 1) * every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_due_at_the_next_whole_ten_seconds() {
        let since = Instant::now();
        let due = |after: u64| next_due(since, since + Duration::from_millis(after)) - since;
        assert_eq!(due(0), Duration::from_secs(10));
        assert_eq!(due(9_999), Duration::from_secs(10));
        assert_eq!(due(10_000), Duration::from_secs(20));
        assert_eq!(due(34_000), Duration::from_secs(40));
    }
}
