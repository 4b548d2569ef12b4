//! Decides how moments are read, written and moved: RFC 3339, with the offset from UTC kept as it is written; days, months and
//! years by the calendar, where a day that a month does not have runs over into the next.

use cairn_lang::calendar::{civil_from_days, days_from_civil, days_in};

/// A moment to the second, with the offset from UTC that it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) unix: i64,
    /// Seconds east of UTC.
    offset: i64,
}

/// A moment as clocks and calendars show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

const DAY: i64 = 86_400;

impl Moment {
    /// A moment in UTC.
    pub(super) fn utc(unix: i64) -> Self {
        Self { unix, offset: 0 }
    }

    /// Reads RFC 3339; nothing where the text is none. Fractions of a second are read and dropped.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = bytes.get(from..to)?;
            digits.iter().all(u8::is_ascii_digit).then_some(())?;
            text.get(from..to)?.parse().ok()
        };
        let is = |i: usize, c: u8| bytes.get(i).is_some_and(|b| b.eq_ignore_ascii_case(&c));
        if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let fits = (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !fits {
            return None;
        }
        let mut at = 19;
        if is(at, b'.') {
            let digits = bytes[at + 1..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
            if digits == 0 {
                return None;
            }
            at += 1 + digits;
        }
        let offset = match bytes.get(at)? {
            b'Z' | b'z' if bytes.len() == at + 1 => 0,
            sign @ (b'+' | b'-') if bytes.len() == at + 6 && is(at + 3, b':') => {
                let (hours, minutes) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                let east = hours * 3600 + minutes * 60;
                if *sign == b'-' { -east } else { east }
            }
            _ => return None,
        };
        let local = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Some(Self {
            unix: local - offset,
            offset,
        })
    }

    /// How it is shown.
    pub(super) fn civil(self) -> Civil {
        let local = self.unix + self.offset;
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        Civil {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// As RFC 3339.
    pub(super) fn rfc3339(self) -> String {
        let c = self.civil();
        let mut text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        );
        if self.offset == 0 {
            text.push('Z');
        } else {
            let east = self.offset.abs();
            text.push(if self.offset < 0 { '-' } else { '+' });
            text += &format!("{:02}:{:02}", east / 3600, east / 60 % 60);
        }
        text
    }

    /// So many seconds later; nothing beyond the years 0 to 9999, which RFC 3339 cannot write.
    pub(super) fn plus_seconds(self, seconds: i64) -> Option<Self> {
        let later = Self {
            unix: self.unix.checked_add(seconds)?,
            ..self
        };
        later.in_range()
    }

    /// So many years, months and days later by the calendar.
    pub(super) fn plus_date(self, years: i64, months: i64, days: i64) -> Option<Self> {
        const FAR: i64 = 1 << 40;
        if [years, months, days].iter().any(|n| n.abs() > FAR) {
            return None;
        }
        let c = self.civil();
        let month = c.month - 1 + months;
        let year = c.year + years + month.div_euclid(12);
        if !(-FAR..FAR).contains(&year) {
            return None;
        }
        let date = days_from_civil(year, month.rem_euclid(12) + 1, 1) + c.day - 1 + days;
        let local = date * DAY + c.hour * 3600 + c.minute * 60 + c.second;
        Self {
            unix: local - self.offset,
            ..self
        }
        .in_range()
    }

    fn in_range(self) -> Option<Self> {
        // 0000-01-01 and 9999-12-31, with a day to spare for the offset.
        (-62_167_132_800..=253_402_214_399)
            .contains(&self.unix)
            .then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moved(from: &str, years: i64, months: i64, days: i64) -> String {
        let moment = Moment::parse(from).unwrap();
        moment.plus_date(years, months, days).unwrap().rfc3339()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(unix in -62_000_000_000..253_000_000_000_i64) {
            let moment = Moment::utc(unix);
            prop_assert_eq!(Moment::parse(&moment.rfc3339()), Some(moment));
            prop_assert_eq!(moment.plus_date(0, 0, 1).map(|m| m.unix), Some(unix + DAY));
        }
    }

    #[test]
    fn the_offset_is_kept() {
        for text in [
            "2020-02-12T06:36:13Z",
            "2020-02-12T06:36:13+05:30",
            "1969-12-31T23:59:59-08:00",
        ] {
            assert_eq!(Moment::parse(text).unwrap().rfc3339(), text);
        }
        assert_eq!(
            Moment::parse("2020-02-12T06:36:13.25Z").unwrap().unix,
            1_581_489_373
        );
        assert_eq!(
            Moment::parse("2020-02-12T07:36:13+01:00").unwrap().unix,
            1_581_489_373
        );
    }

    #[test]
    fn days_that_a_month_lacks_run_over() {
        assert_eq!(
            moved("2023-01-31T00:00:00Z", 0, 1, 0),
            "2023-03-03T00:00:00Z"
        );
        assert_eq!(
            moved("2024-02-29T12:00:00Z", 1, 0, 0),
            "2025-03-01T12:00:00Z"
        );
        assert_eq!(
            moved("2024-01-15T00:00:00Z", 0, -13, 0),
            "2022-12-15T00:00:00Z"
        );
        assert_eq!(
            moved("2024-02-28T00:00:00+02:00", 0, 0, 2),
            "2024-03-01T00:00:00+02:00"
        );
        assert_eq!(Moment::utc(0).plus_date(9000, 0, 0), None);
        assert_eq!(Moment::utc(0).plus_date(i64::MAX, 0, 0), None);
        assert_eq!(Moment::utc(0).plus_seconds(i64::MAX), None);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for bad in [
            "",
            "2020-02-12",
            "2020-02-30T00:00:00Z",
            "2021-02-29T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-02-12T24:00:00Z",
            "2020-02-12T00:00:00",
            "2020-02-12 00:00:00Z",
            "2020-02-12T00:00:00.Z",
            "2020-02-12T00:00:00Z ",
            "2020-02-12T00:00:00+1:00",
            "2020-02-1äT00:00:00Z",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
    }
}
