//! Decides how much of a state's past the settings want kept: `CAIRN_STATE_HISTORY`.

use cairn_diag::Diagnostic;
use cairn_state::Retention;

use crate::clock;
use crate::settings::Settings;

/// What `CAIRN_STATE_HISTORY` says: `500` commits, `90d`, `2G`, or several of them with commas between; where it says nothing, the
/// store's own. Where it names no size, there is no bound.
pub(crate) fn retention(settings: &Settings) -> Result<Retention, Diagnostic> {
    match settings.environment.get("CAIRN_STATE_HISTORY") {
        Some(text) if !text.trim().is_empty() => parse(text, clock::unix()).ok_or_else(|| {
            Diagnostic::error("state-history", "Invalid CAIRN_STATE_HISTORY")
                .detail(format!("{text:?}: what is kept is written as a number of commits, of days, and a size at most, with commas between: 500,90d,2G."))
        }),
        _ => Ok(Retention::default()),
    }
}

fn parse(text: &str, now: i64) -> Option<Retention> {
    let mut found = Retention {
        commits: 0,
        since: None,
        bytes: u64::MAX,
    };
    for part in text.split(',').map(str::trim) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let number: u64 = digits.parse().ok()?;
        match &part[digits.len()..] {
            "" => found.commits = number,
            "d" => {
                found.since = Some(clock::utc(
                    now - i64::try_from(number).ok()?.checked_mul(86_400)?,
                ));
            }
            "K" => found.bytes = number.checked_mul(1 << 10)?,
            "M" => found.bytes = number.checked_mul(1 << 20)?,
            "G" => found.bytes = number.checked_mul(1 << 30)?,
            _ => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_sizes_are_told_apart() {
        let day = 86_400;
        let kept = |commits, since: Option<&str>, bytes| Retention {
            commits,
            since: since.map(str::to_owned),
            bytes,
        };
        assert_eq!(parse("500", 0), Some(kept(500, None, u64::MAX)));
        assert_eq!(
            parse("7, 2d ,10M", 3 * day),
            Some(kept(7, Some("1970-01-02T00:00:00Z"), 10 << 20))
        );
        for wrong in ["", "x", "5w", "1,,2", "-1", "9999999999999999999G"] {
            assert_eq!(parse(wrong, 0), None, "{wrong}");
        }
    }
}
