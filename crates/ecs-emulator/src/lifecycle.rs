//! Decides the life of an instance: which status it has at a given moment, how long each passage
//! takes, and from which status which order is legal. What an order changes besides the status is
//! decided by the world.
//!
//! ```text
//!   RunInstances ─► Pending ─► Starting ─► Running ─► Stopping ─► Stopped
//!                                 ▲           │ reboot               │
//!                                 └───────────┴──────── start ◄──────┘
//! ```

use serde::{Deserialize, Serialize};

use ecs_api::ApiError;

use crate::refuse;
use crate::time::Moment;

/// How long the passages take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delays {
    /// Pending, after RunInstances.
    pub pending: u32,
    /// Starting, after Pending or StartInstances.
    pub starting: u32,
    /// Stopping.
    pub stopping: u32,
    /// Pending of a new VPC or vSwitch.
    pub network: u32,
}

impl Delays {
    /// Everything happens at once; for tests.
    pub const NONE: Self = Self {
        pending: 0,
        starting: 0,
        stopping: 0,
        network: 0,
    };
}

impl Default for Delays {
    /// Long enough to be seen, short enough not to be waited for: 0.3 s each, networks 0.1 s.
    fn default() -> Self {
        Self {
            pending: 300,
            starting: 300,
            stopping: 300,
            network: 100,
        }
    }
}

/// What an instance can be seen doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Being made.
    Pending,
    /// Booting.
    Starting,
    /// Up.
    Running,
    /// Shutting down.
    Stopping,
    /// Down.
    Stopped,
}

impl Status {
    /// The word the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Starting => "Starting",
            Self::Running => "Running",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Starting,
            Self::Running,
            Self::Stopping,
            Self::Stopped,
        ]
        .into_iter()
        .find(|status| status.as_str().eq_ignore_ascii_case(text))
    }
}

/// The order last given to an instance; the status follows from it and the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Made at some moment.
    Booting {
        starting_at: Moment,
        running_at: Moment,
    },
    /// Started from Stopped.
    Starting { running_at: Moment },
    /// Rebooted: down, then up.
    Rebooting {
        starting_at: Moment,
        running_at: Moment,
    },
    /// Told to stop.
    Stopping { stopped_at: Moment },
}

impl Phase {
    pub(crate) fn boot(now: Moment, delays: Delays) -> Self {
        let starting_at = now.plus_millis(delays.pending.into());
        Self::Booting {
            starting_at,
            running_at: starting_at.plus_millis(delays.starting.into()),
        }
    }

    pub(crate) fn start(now: Moment, delays: Delays) -> Self {
        Self::Starting {
            running_at: now.plus_millis(delays.starting.into()),
        }
    }

    pub(crate) fn reboot(now: Moment, delays: Delays) -> Self {
        let starting_at = now.plus_millis(delays.stopping.into());
        Self::Rebooting {
            starting_at,
            running_at: starting_at.plus_millis(delays.starting.into()),
        }
    }

    pub(crate) fn stop(now: Moment, delays: Delays) -> Self {
        Self::Stopping {
            stopped_at: now.plus_millis(delays.stopping.into()),
        }
    }

    /// The status at a moment.
    pub(crate) fn status(self, now: Moment) -> Status {
        match self {
            Self::Booting { starting_at, .. } if now < starting_at => Status::Pending,
            Self::Rebooting { starting_at, .. } if now < starting_at => Status::Stopping,
            Self::Booting { running_at, .. }
            | Self::Rebooting { running_at, .. }
            | Self::Starting { running_at } => {
                if now < running_at {
                    Status::Starting
                } else {
                    Status::Running
                }
            }
            Self::Stopping { stopped_at } => {
                if now < stopped_at {
                    Status::Stopping
                } else {
                    Status::Stopped
                }
            }
        }
    }

    /// When the machine last came, or will come, up.
    pub(crate) const fn started(self) -> Option<Moment> {
        match self {
            Self::Booting { running_at, .. }
            | Self::Rebooting { running_at, .. }
            | Self::Starting { running_at } => Some(running_at),
            Self::Stopping { .. } => None,
        }
    }
}

/// What can be asked of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Start,
    Stop,
    Reboot,
    /// Releasing it; the flag is `Force`.
    Delete {
        force: bool,
    },
    /// Releasing a batch with `Force`.
    ForceDelete,
    /// Another type, another system disk, other user data: only when Stopped.
    WhenStopped,
    /// Disks and bandwidth: when Running or Stopped.
    WhenSettled,
}

/// Whether the order is legal in that status.
///
/// # Errors
/// The service's refusal.
pub(crate) fn check(order: Order, status: Status) -> Result<(), ApiError> {
    let legal = match order {
        // The documents speak of Running only. The SDKs' examples release with Force what they have
        // just made, and are let pass.
        Order::ForceDelete => status != Status::Stopping,
        Order::Start | Order::WhenStopped => status == Status::Stopped,
        Order::Stop | Order::Reboot => status == Status::Running,
        Order::Delete { force } => {
            if matches!(status, Status::Pending | Status::Starting) {
                return Err(initializing());
            }
            status == Status::Stopped || (force && status == Status::Running)
        }
        Order::WhenSettled => matches!(status, Status::Running | Status::Stopped),
    };
    if legal {
        Ok(())
    } else {
        Err(refuse::wrong_status())
    }
}

fn initializing() -> ApiError {
    refuse::forbidden(
        "IncorrectInstanceStatus.Initializing",
        "The specified instance status does not support this operation, the instance is initializing.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAYS: Delays = Delays {
        pending: 10,
        starting: 20,
        stopping: 5,
        network: 0,
    };

    fn at(ms: i64) -> Moment {
        Moment::from_millis(ms)
    }

    #[test]
    fn passages_follow_the_clock() {
        let boot = Phase::boot(at(0), DELAYS);
        for (ms, status) in [
            (0, Status::Pending),
            (9, Status::Pending),
            (10, Status::Starting),
            (30, Status::Running),
        ] {
            assert_eq!(boot.status(at(ms)), status, "{ms}");
        }
        let reboot = Phase::reboot(at(0), DELAYS);
        assert_eq!(reboot.status(at(4)), Status::Stopping);
        assert_eq!(reboot.status(at(5)), Status::Starting);
        assert_eq!(reboot.status(at(25)), Status::Running);
        assert_eq!(
            Phase::boot(at(0), Delays::NONE).status(at(0)),
            Status::Running
        );
        assert_eq!(
            Phase::stop(at(0), Delays::NONE).status(at(0)),
            Status::Stopped
        );
    }

    #[test]
    fn orders_have_their_statuses() {
        let all = [
            Status::Pending,
            Status::Starting,
            Status::Running,
            Status::Stopping,
            Status::Stopped,
        ];
        let legal = |order| -> Vec<Status> {
            all.into_iter()
                .filter(|s| check(order, *s).is_ok())
                .collect()
        };
        assert_eq!(legal(Order::Start), [Status::Stopped]);
        assert_eq!(legal(Order::Stop), [Status::Running]);
        assert_eq!(legal(Order::Delete { force: false }), [Status::Stopped]);
        assert_eq!(
            legal(Order::Delete { force: true }),
            [Status::Running, Status::Stopped]
        );
        assert_eq!(
            legal(Order::WhenSettled),
            [Status::Running, Status::Stopped]
        );
        let early = check(Order::Delete { force: true }, Status::Pending).unwrap_err();
        assert_eq!(early.code, "IncorrectInstanceStatus.Initializing");
    }
}
