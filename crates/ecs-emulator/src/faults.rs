//! Decides which requests are to go wrong, and how: errors by action, dropped connections before or
//! after the effect, latency. It only picks; the shell carries it out. Faults are not kept on disk.

use serde::{Deserialize, Serialize};

use ecs_api::ApiError;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
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
}

/// A fault and the calls it hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The action that is hit, such as `RunInstances`; `*` for every one.
    #[serde(default = "every")]
    pub action: String,
    /// How many matching calls pass unharmed first.
    #[serde(default)]
    pub after: u64,
    /// How many calls are hit then; `None` for all that follow.
    #[serde(default = "once")]
    pub times: Option<u64>,
    /// What happens to them.
    #[serde(flatten)]
    pub fault: FaultKind,
}

fn every() -> String {
    "*".to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn once() -> Option<u64> {
    Some(1)
}

impl Fault {
    /// Hits the next call of the action.
    pub fn next(action: impl Into<String>, fault: FaultKind) -> Self {
        Self {
            action: action.into(),
            after: 0,
            times: Some(1),
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
            fault,
        }
    }

    /// Hits all calls that follow, until the faults are cleared.
    pub fn forever(mut self) -> Self {
        self.times = None;
        self
    }

    /// Lets `calls` matching calls pass first.
    pub fn after(mut self, calls: u64) -> Self {
        self.after = calls;
        self
    }
}

/// What the shell has to do with one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) wait_ms: u64,
    pub(crate) refuse: Option<(ApiError, Option<u64>)>,
    pub(crate) drop_before: bool,
    pub(crate) drop_after: bool,
}

/// The faults that are armed.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: Fault) {
        self.armed.push(Armed { fault, seen: 0 });
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
            armed.seen += 1;
            let turn = armed.seen > armed.fault.after
                && armed
                    .fault
                    .times
                    .is_none_or(|times| armed.seen <= armed.fault.after + times);
            if !turn {
                continue;
            }
            match &armed.fault.fault {
                FaultKind::Latency { ms } => verdict.wait_ms = verdict.wait_ms.saturating_add(*ms),
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
        self.armed.retain(|armed| {
            armed
                .fault
                .times
                .is_none_or(|times| armed.seen < armed.fault.after + times)
        });
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
