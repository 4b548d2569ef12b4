//! Decides which requests are to go wrong, and how: errors by action, dropped connections before or
//! after the effect, latency, slow starts, empty stock, things that change before the request is
//! carried out. It only picks; the shell and the core carry it out. Faults are not kept on disk.
//! Which calls a probability hits follows from the seed and the order of the calls.

use serde::{Deserialize, Serialize};

use ecs_api::ApiError;
use serde_json::Value;

use crate::backdoor::{Change, Kind};
use crate::ids::mix;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The request is refused with this error and has no effect.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The message; a fixed sentence when empty.
        #[serde(default)]
        message: String,
        /// Value of the `x-acs-retry-after` header, in milliseconds; none when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// The connection is closed and the request has no effect.
    DropBefore,
    /// The request is carried out, then the connection is closed without an answer.
    DropAfter,
    /// The request is carried out late.
    Latency {
        /// How long it waits before it is carried out.
        ms: u64,
    },
    /// Instances that the request makes or starts take longer to be Running.
    SlowStart {
        /// How much longer, in milliseconds.
        ms: u32,
    },
    /// While the request is carried out, there are no instances left of these types and zones.
    StockOut {
        /// The instance type; every one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance_type: Option<String>,
        /// The zone; every one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<String>,
        /// How many are left.
        #[serde(default)]
        left: u32,
    },
    /// A thing changes just before the request is carried out.
    Change {
        /// Its kind.
        resource: Kind,
        /// Its id or its name.
        id: String,
        /// As in [`Change`].
        #[serde(flatten)]
        change: Change,
    },
    /// A thing disappears just before the request is carried out.
    Delete {
        /// Its kind.
        resource: Kind,
        /// Its id or its name.
        id: String,
    },
}

impl FaultKind {
    /// Whether it is a state of affairs that lasts, and not an event.
    const fn lasts(&self) -> bool {
        matches!(self, Self::SlowStart { .. } | Self::StockOut { .. })
    }
}

/// A fault and the calls it hits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "FaultForm")]
pub struct Fault {
    /// The action that is hit, such as `RunInstances`; `*` for every one.
    pub action: String,
    /// How many matching calls pass unharmed first.
    pub after: u64,
    /// How many calls are hit then; `None` for all that follow. When it is left out of JSON: one,
    /// and all where there is a probability, for slow starts and for empty stock.
    pub times: Option<u64>,
    /// How likely each of them is hit, from 0 to 1; all are when it is `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What happens to them.
    #[serde(flatten)]
    pub fault: FaultKind,
}

/// A fault as JSON gives it.
#[derive(Deserialize)]
struct FaultForm {
    #[serde(default = "every")]
    action: String,
    #[serde(default)]
    after: u64,
    #[serde(default)]
    times: Times,
    probability: Option<f64>,
    #[serde(flatten)]
    fault: FaultKind,
}

impl From<FaultForm> for Fault {
    fn from(form: FaultForm) -> Self {
        let lasts = form.probability.is_some() || form.fault.lasts();
        Self {
            action: form.action,
            after: form.after,
            times: match form.times {
                Times::Unsaid => (!lasts).then_some(1),
                Times::Always => None,
                Times::AtMost(times) => Some(times),
            },
            probability: form.probability,
            fault: form.fault,
        }
    }
}

/// Every member that a fault in JSON may have.
const MEMBERS: [&str; 17] = [
    "action",
    "after",
    "times",
    "probability",
    "kind",
    "status",
    "code",
    "message",
    "retry_after_ms",
    "ms",
    "instance_type",
    "zone",
    "left",
    "resource",
    "id",
    "set",
    "tags",
];

fn every() -> String {
    "*".to_owned()
}

/// How often a fault in JSON strikes.
#[derive(Default, Deserialize)]
#[serde(from = "Option<u64>")]
enum Times {
    /// It is not said.
    #[default]
    Unsaid,
    /// `null`.
    Always,
    AtMost(u64),
}

impl From<Option<u64>> for Times {
    fn from(given: Option<u64>) -> Self {
        given.map_or(Self::Always, Self::AtMost)
    }
}

impl Fault {
    /// Hits the next call of the action.
    pub fn next(action: impl Into<String>, fault: FaultKind) -> Self {
        Self {
            action: action.into(),
            after: 0,
            times: Some(1),
            probability: None,
            fault,
        }
    }

    /// An error for the next `times` calls of the action.
    pub fn error(
        action: impl Into<String>,
        times: u64,
        status: u16,
        code: impl Into<String>,
    ) -> Self {
        let fault = FaultKind::Error {
            status,
            code: code.into(),
            message: String::new(),
            retry_after_ms: None,
        };
        Self {
            action: action.into(),
            after: 0,
            times: Some(times),
            probability: None,
            fault,
        }
    }

    /// Hits all calls that follow, until the faults are cleared.
    pub fn forever(mut self) -> Self {
        self.times = None;
        self
    }

    /// Hits each call with this probability, until the faults are cleared.
    pub fn likely(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self.times = None;
        self
    }

    /// Reads one fault, a list of them, or an object with the list `faults`.
    ///
    /// # Errors
    /// A sentence about the first that is none.
    pub fn read_all(json: &Value) -> Result<Vec<Self>, String> {
        let list = match json.get("faults") {
            Some(list) => {
                let other = json
                    .as_object()
                    .and_then(|o| o.keys().find(|k| *k != "faults"));
                if let Some(other) = other {
                    return Err(format!("there is no {other} beside the list of faults"));
                }
                list
            }
            None => json,
        };
        let list = list
            .as_array()
            .map_or(std::slice::from_ref(list), Vec::as_slice);
        list.iter()
            .enumerate()
            .map(|(index, json)| {
                Self::read(json).map_err(|mistake| format!("fault {}: {mistake}", index + 1))
            })
            .collect()
    }

    fn read(json: &Value) -> Result<Self, String> {
        let mut members = json.as_object().ok_or("a fault is an object")?.keys();
        if let Some(unknown) = members.find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("there is no member {unknown}"));
        }
        let fault: Self = serde_json::from_value(json.clone()).map_err(|e| e.to_string())?;
        match fault.mistake() {
            Some(mistake) => Err(mistake),
            None => Ok(fault),
        }
    }

    /// What is wrong with the fault itself.
    pub(crate) fn mistake(&self) -> Option<String> {
        let out_of_range = |p: f64| !(0.0..=1.0).contains(&p);
        if self.probability.is_some_and(out_of_range) {
            return Some("a probability is a number from 0 to 1".to_owned());
        }
        match &self.fault {
            FaultKind::Error { status, .. } if !(400..600).contains(status) => Some(format!(
                "the status of an error is from 400 to 599, and not {status}"
            )),
            FaultKind::Error { code, .. } if code.is_empty() => {
                Some("an error needs a code".to_owned())
            }
            _ => None,
        }
    }

    /// Lets `calls` matching calls pass first.
    pub fn after(mut self, calls: u64) -> Self {
        self.after = calls;
        self
    }
}

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

    #[test]
    fn mistakes_are_told() {
        for (text, mistake) in [
            (r#"{"kind":"drop_after","probability":1.5}"#, true),
            (r#"{"kind":"error","status":200,"code":"A"}"#, true),
            (r#"{"kind":"error","status":500,"code":""}"#, true),
            (
                r#"{"kind":"error","status":500,"code":"A","probability":1}"#,
                false,
            ),
        ] {
            let fault: Fault = serde_json::from_str(text).unwrap();
            assert_eq!(fault.mistake().is_some(), mistake, "{text}");
        }
        for text in [
            "{}",
            "7",
            r#"[{"kind":"drop_after","tmes":2}]"#,
            r#"{"faults":[],"more":1}"#,
        ] {
            let json = serde_json::from_str(text).unwrap();
            assert!(Fault::read_all(&json).is_err(), "{text}");
        }
        let two = serde_json::json!({"faults": [{"kind": "drop_after"}, {"kind": "drop_before"}]});
        assert_eq!(Fault::read_all(&two).unwrap().len(), 2);
        for text in ["{}", r#"{"kind":"none"}"#, r#"{"kind":"latency"}"#] {
            assert!(serde_json::from_str::<Fault>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_from_json() {
        let fault: Fault = serde_json::from_str(
            r#"{"action":"RunInstances","kind":"error","status":403,"code":"OperationDenied.NoStock"}"#,
        )
        .unwrap();
        assert_eq!(
            fault,
            Fault::error("RunInstances", 1, 403, "OperationDenied.NoStock")
        );
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"drop_after","times":null,"after":3}"#).unwrap();
        assert_eq!(
            (fault.action.as_str(), fault.times, fault.after),
            ("*", None, 3)
        );
    }
}
