//! Decides how the emulator counts time: in milliseconds since 1970, because instances may boot in
//! less than a second. How times are written is decided by `ecs_api::Timestamp`; what time it is,
//! by the shell.

use ecs_api::Timestamp;
use serde::{Deserialize, Serialize};

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The point this many milliseconds after the epoch.
    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub(crate) const fn as_millis(self) -> i64 {
        self.0
    }

    /// This point, later by `millis` (earlier when negative).
    pub(crate) const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads `YYYY-MM-DDTHH:mm:ssZ` or `YYYY-MM-DDTHH:mmZ`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Timestamp::parse(text).map(|t| Self(t.unix() * 1000))
    }

    /// The second it lies in, as `ecs-api` counts.
    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_unix(self.0.div_euclid(1000))
    }

    /// `2017-12-10T04:04:05Z`, as VPC answers write it.
    pub(crate) fn to_seconds_text(self) -> String {
        self.timestamp().to_seconds_string()
    }

    /// `2017-12-10T04:04Z`, as ECS answers write it.
    pub(crate) fn to_minutes_text(self) -> String {
        self.timestamp().to_minutes_string()
    }

    /// `2017-12-10T04:04:05.123Z`, for the request log.
    pub(crate) fn to_millis_text(self) -> String {
        let text = self.to_seconds_text();
        format!(
            "{}.{:03}Z",
            text.trim_end_matches('Z'),
            self.0.rem_euclid(1000)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_milliseconds() {
        let t = Moment::parse("2026-11-24T02:01:33Z")
            .unwrap()
            .plus_millis(45);
        assert_eq!(t.to_millis_text(), "2026-11-24T02:01:33.045Z");
        assert_eq!(t.to_minutes_text(), "2026-11-24T02:01Z");
        assert_eq!(Moment::parse("2026-02-30T00:00Z"), None);
    }
}
