//! Decides how a state that comes by itself is waited for: fast at first, then slower, and not for ever. What is waited for
//! is the caller's.

use std::time::Duration;

use cairn_model::{ApplyKind, ApplyRequest};
use tokio::time::Instant;

use crate::client::ClientError;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// The pause before the `n`-th look (from 0): 0.1 s, half as long again each time, 5 s at most.
pub(crate) fn pause(n: u32) -> Duration {
    FIRST.mul_f64(1.5_f64.powi(n.min(12) as i32)).min(LONGEST)
}

/// How a wait ended.
#[derive(Debug)]
pub(crate) enum Waited<T> {
    /// With this.
    Ready(T),
    /// The time was up.
    TimedOut,
}

/// Looks until `look` gives something, for at most `limit`.
pub(crate) async fn until<T, F, R>(limit: Duration, mut look: F) -> Result<Waited<T>, ClientError>
where
    F: FnMut() -> R,
    R: Future<Output = Result<Option<T>, ClientError>>,
{
    let start = Instant::now();
    for n in 0.. {
        if let Some(found) = look().await? {
            return Ok(Waited::Ready(found));
        }
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            break;
        }
        tokio::time::sleep(pause(n).min(left)).await;
    }
    Ok(Waited::TimedOut)
}

/// How long a request may take: what its `timeouts` block says, or the type's own limit. The longest of a batch counts.
pub(crate) fn limit(requests: &[ApplyRequest], default: Duration) -> Duration {
    requests
        .iter()
        .map(|r| configured(r).unwrap_or(default))
        .max()
        .unwrap_or(default)
}

fn configured(request: &ApplyRequest) -> Option<Duration> {
    let action = match request.kind {
        ApplyKind::Create => "create",
        ApplyKind::Update => "update",
        ApplyKind::Delete => "delete",
    };
    let recorded = request.prior.as_ref().map(|p| p.value.value());
    [Some(&request.config), recorded]
        .into_iter()
        .flatten()
        .find_map(|v| v.get_attr("timeouts")?.get_attr(action)?.as_str())
        .and_then(parse_duration)
}

/// Reads `90s`, `10m`, `1h30m`, `1.5h`.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let mut total = 0.0_f64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        let unit_end = rest[end..]
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .map_or(rest.len(), |i| end + i);
        total += number
            * match &rest[end..unit_end] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 0.001,
                _ => return None,
            };
        rest = &rest[unit_end..];
    }
    Duration::try_from_secs_f64(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds() {
        assert_eq!(pause(0), FIRST);
        assert_eq!(pause(1), Duration::from_millis(150));
        assert!(pause(9) < LONGEST);
        assert_eq!(pause(1000), LONGEST);
    }

    #[test]
    fn durations_are_go_s() {
        assert_eq!(parse_duration("90s"), Some(Duration::from_secs(90)));
        assert_eq!(parse_duration("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_duration("1.5h"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        for wrong in ["", "10", "m", "10x", "-1s"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
