//! Decides what a fault is and how one is written in JSON: what goes wrong, with which calls, and
//! what is wrong with the fault itself. Which calls it hits is decided by its neighbour.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backdoor::{Change, Kind};

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

#[cfg(test)]
mod tests {
    use super::*;

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
