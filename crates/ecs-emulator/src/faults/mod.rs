//! Decides which requests are to go wrong, and how: errors by action, dropped connections before or
//! after the effect, latency, slow starts, empty stock, things that change before the request is
//! carried out. It only picks; the shell and the core carry it out. Faults are not kept on disk.
//! Which calls a probability hits follows from the seed and the order of the calls.

mod form;

use ecs_api::ApiError;

use crate::backdoor::{Change, Kind};
use crate::ids::mix;

pub use form::{Fault, FaultKind};

/// What there is left of instances while a request is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    instance_type: Option<String>,
    zone: Option<String>,
    left: u32,
}

impl Shortage {
    /// How many are left of the type in the zone, if it is about them.
    pub(crate) fn left(&self, zone: &str, instance_type: &str) -> Option<u32> {
        let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|w| w == value);
        (is(&self.zone, zone) && is(&self.instance_type, instance_type)).then_some(self.left)
    }
}

/// Something that happens behind the client's back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Meddling {
    pub(crate) resource: Kind,
    /// Id or name.
    pub(crate) id: String,
    /// `None`: it disappears.
    pub(crate) change: Option<Change>,
}

/// What is to be done with one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) wait_ms: u64,
    pub(crate) refuse: Option<(ApiError, Option<u64>)>,
    pub(crate) drop_before: bool,
    pub(crate) drop_after: bool,
    pub(crate) slow_ms: u32,
    pub(crate) shortages: Vec<Shortage>,
    pub(crate) meddling: Vec<Meddling>,
}

/// The faults that are armed.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    seed: u64,
    /// How many faults were armed since the start.
    count: u64,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    /// Matching calls.
    seen: u64,
    /// Those that were hit.
    hit: u64,
    /// Where its chance comes from.
    seed: u64,
}

impl Armed {
    /// Counts a matching call and says whether it is hit.
    fn is_hit(&mut self) -> bool {
        self.seen += 1;
        let turn = self.seen > self.fault.after && !self.is_spent();
        let lucky = turn
            && self.fault.probability.is_none_or(|probability| {
                let drawn = mix(self.seed ^ mix(self.seen)) >> 11;
                (drawn as f64) < probability * (1_u64 << 53) as f64
            });
        self.hit += u64::from(lucky);
        lucky
    }

    fn is_spent(&self) -> bool {
        self.fault.times.is_some_and(|times| self.hit >= times)
    }
}

impl Faults {
    /// No faults yet; chance follows from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    pub(crate) fn arm(&mut self, fault: Fault) {
        self.count += 1;
        self.armed.push(Armed {
            fault,
            seen: 0,
            hit: 0,
            seed: mix(self.seed ^ mix(self.count)),
        });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.armed.iter().map(|armed| armed.fault.clone()).collect()
    }

    /// Counts one call and says what is to happen to it. Latencies add up; of the others the one
    /// armed first acts, and those behind it still count the call.
    pub(crate) fn strike(&mut self, action: &str) -> Verdict {
        let mut verdict = Verdict::default();
        let mut decided = false;
        for armed in &mut self.armed {
            if armed.fault.action != "*" && armed.fault.action != action {
                continue;
            }
            if !armed.is_hit() {
                continue;
            }
            match &armed.fault.fault {
                FaultKind::Latency { ms } => verdict.wait_ms = verdict.wait_ms.saturating_add(*ms),
                FaultKind::SlowStart { ms } => {
                    verdict.slow_ms = verdict.slow_ms.saturating_add(*ms);
                }
                FaultKind::StockOut {
                    instance_type,
                    zone,
                    left,
                } => verdict.shortages.push(Shortage {
                    instance_type: instance_type.clone(),
                    zone: zone.clone(),
                    left: *left,
                }),
                FaultKind::Change {
                    resource,
                    id,
                    change,
                } => verdict.meddling.push(Meddling {
                    resource: *resource,
                    id: id.clone(),
                    change: Some(change.clone()),
                }),
                FaultKind::Delete { resource, id } => verdict.meddling.push(Meddling {
                    resource: *resource,
                    id: id.clone(),
                    change: None,
                }),
                _ if decided => {}
                FaultKind::Error {
                    status,
                    code,
                    message,
                    retry_after_ms,
                } => {
                    let message = if message.is_empty() {
                        "An error that was asked for by a fault.".to_owned()
                    } else {
                        message.clone()
                    };
                    let status = if (400..600).contains(status) {
                        *status
                    } else {
                        500
                    };
                    let refusal = ApiError::new(status, code.clone(), message);
                    verdict.refuse = Some((refusal, *retry_after_ms));
                    decided = true;
                }
                FaultKind::DropBefore => {
                    verdict.drop_before = true;
                    decided = true;
                }
                FaultKind::DropAfter => {
                    verdict.drop_after = true;
                    decided = true;
                }
            }
        }
        self.armed.retain(|armed| !armed.is_spent());
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_the_nth_call_of_its_action() {
        let mut faults = Faults::default();
        faults.arm(Fault::error("RunInstances", 2, 503, "ServiceUnavailable").after(1));
        let hit = |faults: &mut Faults, action: &str| faults.strike(action).refuse.is_some();
        assert!(!hit(&mut faults, "DescribeInstances"));
        assert!(!hit(&mut faults, "RunInstances"));
        assert!(hit(&mut faults, "RunInstances"));
        assert!(hit(&mut faults, "RunInstances"));
        assert!(!hit(&mut faults, "RunInstances"));
        assert!(faults.list().is_empty(), "a spent fault is gone");
    }

    #[test]
    fn latency_goes_with_others() {
        let mut faults = Faults::default();
        faults.arm(Fault {
            times: None,
            ..Fault::next("*", FaultKind::Latency { ms: 5 })
        });
        faults.arm(Fault::next("A", FaultKind::DropAfter));
        let verdict = faults.strike("A");
        assert!(verdict.drop_after && verdict.wait_ms == 5);
        assert_eq!(
            faults.strike("A"),
            Verdict {
                wait_ms: 5,
                ..Verdict::default()
            }
        );
    }

    #[test]
    fn probability_follows_from_the_seed() {
        let hits = |seed: u64| -> Vec<bool> {
            let mut faults = Faults::new(seed);
            faults.arm(Fault::error("A", 1, 500, "InternalError").likely(0.25));
            (0..4000)
                .map(|_| faults.strike("A").refuse.is_some())
                .collect()
        };
        assert_eq!(hits(7), hits(7));
        assert_ne!(hits(7), hits(8));
        let count = hits(7).iter().filter(|hit| **hit).count();
        assert!((900..1100).contains(&count), "{count}");
        for (probability, all) in [(0.0, false), (1.0, true)] {
            let mut faults = Faults::new(1);
            faults.arm(Fault::next("A", FaultKind::DropAfter).likely(probability));
            assert!((0..100).all(|_| faults.strike("A").drop_after == all));
        }
        let mut faults = Faults::new(1);
        let fault = r#"{"kind":"drop_before","probability":0.5,"times":3}"#;
        faults.arm(serde_json::from_str(fault).unwrap());
        let hits = (0..100).filter(|_| faults.strike("A").drop_before).count();
        assert_eq!(hits, 3, "times counts the calls that are hit");
    }

    #[test]
    fn what_lasts_strikes_until_it_is_cleared() {
        let read = |text: &str| -> Fault { serde_json::from_str(text).unwrap() };
        let mut faults = Faults::default();
        faults.arm(read(r#"{"kind":"slow_start","ms":50}"#));
        faults.arm(read(r#"{"kind":"stock_out","zone":"z"}"#));
        faults.arm(read(
            r#"{"kind":"delete","resource":"instance","id":"i-1","action":"B","after":1}"#,
        ));
        for call in ["A", "A", "B"] {
            let verdict = faults.strike(call);
            assert_eq!((verdict.slow_ms, verdict.meddling.len()), (50, 0));
            assert_eq!(verdict.shortages[0].left("z", "any"), Some(0));
            assert_eq!(verdict.shortages[0].left("y", "any"), None);
        }
        assert_eq!(faults.strike("B").meddling[0].id, "i-1");
        assert!(faults.strike("B").meddling.is_empty());
        assert_eq!(faults.list().len(), 2);
    }
}
