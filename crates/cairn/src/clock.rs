//! Decides what time it is and what new names are drawn: the only place with a clock and randomness in the command line.

use std::time::{SystemTime, UNIX_EPOCH};

use cairn_lang::calendar::{civil_from_days, days_from_civil, days_in};

/// Now, RFC 3339 in UTC to the second.
pub(crate) fn now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    rfc3339(since.as_secs(), None)
}

/// A second since 1970, RFC 3339 in UTC; what lies before is taken for that year's beginning.
pub(crate) fn utc(seconds: i64) -> String {
    rfc3339(u64::try_from(seconds).unwrap_or_default(), None)
}

/// Now, RFC 3339 in UTC to the microsecond, as the JSON stream has it.
pub(crate) fn now_micros() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    rfc3339(since.as_secs(), Some(since.subsec_micros()))
}

fn rfc3339(seconds: u64, micros: Option<u32>) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil_from_days(days as i64);
    let fraction = micros.map(|m| format!(".{m:06}")).unwrap_or_default();
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// A time as people write it, `2026-01-02`, `2026-01-02T03:04:05Z` or with an offset such as `+08:00`, as RFC 3339 in UTC.
pub(crate) fn in_utc(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let mut next = |len: usize| {
        let part = parts.next().filter(|p| p.len() == len)?;
        number(part)
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * 86_400;
    if rest.is_empty() {
        return u64::try_from(midnight).ok().map(|s| rfc3339(s, None));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = rest.split_at_checked(8)?;
    let seconds = time_of_day(clock)?;
    let offset = match zone {
        "Z" | "z" => 0,
        zone => {
            let sign = match zone.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            sign * time_of_day(&format!("{}:00", zone.get(1..)?))?
        }
    };
    u64::try_from(midnight + seconds - offset)
        .ok()
        .map(|s| rfc3339(s, None))
}

/// `03:04:05` in seconds.
fn time_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut next = |below: i64| {
        let part = parts.next().filter(|p| p.len() == 2)?;
        number(part).filter(|n| *n < below)
    };
    let seconds = next(24)? * 3600 + next(60)? * 60 + next(60)?;
    parts.next().is_none().then_some(seconds)
}

fn number(digits: &str) -> Option<i64> {
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| all)
}

/// Now, in seconds since 1970-01-01T00:00:00Z.
pub(crate) fn unix() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() as i64)
}

/// Fills a buffer with random bytes.
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// Sixteen random bytes.
pub(crate) fn random() -> [u8; 16] {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes);
    bytes
}

/// A new random UUID (version 4).
pub(crate) fn uuid() -> String {
    let mut bytes = random();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days() {
        assert_eq!(rfc3339(0, None), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400, None), "2000-02-29T00:00:00Z");
        assert_eq!(
            rfc3339(1_709_251_199, Some(7)),
            "2024-02-29T23:59:59.000007Z"
        );
        assert_eq!(rfc3339(4_107_542_400, None), "2100-03-01T00:00:00Z");
    }

    #[test]
    fn times_are_read_in_any_zone() {
        for (text, utc) in [
            ("2026-11-24", Some("2026-11-24T00:00:00Z")),
            ("2026-11-24T01:02:03Z", Some("2026-11-24T01:02:03Z")),
            ("2026-11-24 01:02:03+08:00", Some("2026-11-23T17:02:03Z")),
            ("2028-02-29T23:00:00-02:30", Some("2028-03-01T01:30:00Z")),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-11-24T25:00:00Z", None),
            ("2026-11-24T01:02:03", None),
            ("2026-11-2\u{e9}T01:02:03Z", None),
            ("yesterday", None),
        ] {
            assert_eq!(in_utc(text).as_deref(), utc, "{text}");
        }
    }

    #[test]
    fn uuids_have_their_form() {
        let id = uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert_ne!(id, uuid());
    }
}
