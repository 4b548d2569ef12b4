//! Decides how fast requests of one operation leave: freely until the service throttles, then at a rate that is halved with
//! every further refusal and recovers slowly. Limits are per account, region and operation, so the rate is shared by all
//! requests of a session. It does not wait itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The pace of one operation.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    /// The least time between two requests; zero for none.
    interval: Duration,
    /// When the next one may leave.
    next: Option<Instant>,
}

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(10);
const NEGLIGIBLE: Duration = Duration::from_millis(5);

/// The paces of all operations of a session.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    paces: Mutex<BTreeMap<&'static str, Pace>>,
}

impl Throttle {
    /// Takes a place in the line and says how long to wait for it.
    pub(crate) fn reserve(&self, action: &'static str, now: Instant) -> Duration {
        self.with(action, |pace| {
            if pace.interval.is_zero() {
                return Duration::ZERO;
            }
            let at = pace.next.map_or(now, |next| next.max(now));
            pace.next = Some(at + pace.interval);
            at - now
        })
    }

    /// A request was turned away: half the rate from here on.
    pub(crate) fn refused(&self, action: &'static str, now: Instant) {
        self.with(action, |pace| {
            pace.interval = (pace.interval * 2).clamp(FIRST, LONGEST);
            pace.next = Some(now + pace.interval);
        });
    }

    /// A request got through: a little faster from here on.
    pub(crate) fn accepted(&self, action: &'static str) {
        self.with(action, |pace| {
            pace.interval = pace.interval.mul_f64(0.9);
            if pace.interval < NEGLIGIBLE {
                *pace = Pace::default();
            }
        });
    }

    fn with<T>(&self, action: &'static str, f: impl FnOnce(&mut Pace) -> T) -> T {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        f(paces.entry(action).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_falls_at_once_and_recovers_slowly() {
        let throttle = Throttle::default();
        let now = Instant::now();
        assert_eq!(throttle.reserve("A", now), Duration::ZERO);
        assert_eq!(throttle.reserve("A", now), Duration::ZERO);
        throttle.refused("A", now);
        assert_eq!(throttle.reserve("A", now), FIRST);
        assert_eq!(throttle.reserve("A", now), FIRST * 2);
        assert_eq!(
            throttle.reserve("B", now),
            Duration::ZERO,
            "another operation"
        );
        throttle.refused("A", now);
        assert_eq!(throttle.reserve("A", now), FIRST * 2);
        for _ in 0..50 {
            throttle.accepted("A");
        }
        assert_eq!(throttle.reserve("A", now), Duration::ZERO);
    }
}
