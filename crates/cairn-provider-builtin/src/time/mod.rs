//! The provider `hashicorp/time`: moments that are kept in the state, and waiting.

mod calendar;
mod duration;
mod moment;
mod offset;
mod rotating;
mod sleep;
mod static_time;

use crate::BuiltinProvider;
use crate::kit::Managed;

pub(crate) fn provider() -> BuiltinProvider {
    let managed: [(&str, Box<dyn Managed>); 4] = [
        ("time_offset", Box::new(offset::Offset)),
        ("time_rotating", Box::new(rotating::Rotating)),
        ("time_sleep", Box::new(sleep::Sleep)),
        ("time_static", Box::new(static_time::StaticTime)),
    ];
    BuiltinProvider::new("time", managed, [])
}

/// A moment in seconds since 1970-01-01T00:00:00Z, as RFC 3339 in UTC.
pub(crate) fn rfc3339(unix: i64) -> String {
    calendar::Moment::utc(unix).rfc3339()
}
