//! Points in time as the APIs write them: UTC, `2018-01-01T12:05:00Z` in requests and signatures,
//! `2018-01-01T12:05Z` in most responses. It never asks what time it is.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds. Years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

const MIN: i64 = -62_167_219_200;
const MAX: i64 = 253_402_300_799;

impl Timestamp {
    /// From seconds since 1970; clamped to the years 0 to 9999.
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < MIN {
            Self(MIN)
        } else if seconds > MAX {
            Self(MAX)
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Later by so many seconds (or earlier, if negative); clamped like [`Self::from_unix`].
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// The same day and time so many years later; 29 February becomes 1 March where there is none.
    pub fn plus_years(self, years: i64) -> Self {
        let (year, month, day, ..) = self.civil();
        let year = year.saturating_add(years).clamp(0, 9_999);
        let days = days_from_civil(year, month, day);
        Self::from_unix(days * 86_400 + self.0.rem_euclid(86_400))
    }

    /// Reads `YYYY-MM-DDTHH:mm:ssZ` or `YYYY-MM-DDTHH:mmZ`; nothing else. `None` also for a date
    /// that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let seconds_given = match bytes.len() {
            20 => true,
            17 => false,
            _ => return None,
        };
        let pattern: &[u8] = if seconds_given {
            b"dddd-dd-ddTdd:dd:ddZ"
        } else {
            b"dddd-dd-ddTdd:ddZ"
        };
        let matches = bytes
            .iter()
            .zip(pattern)
            .all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                literal => byte == literal,
            });
        if !matches {
            return None;
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0_i64, |sum, byte| sum * 10 + i64::from(byte - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute) = (number(11, 13), number(14, 16));
        let second = if seconds_given { number(17, 19) } else { 0 };
        if !(1..=12).contains(&month)
            || !(1..=days_in_month(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return None;
        }
        Some(Self(
            days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second,
        ))
    }

    /// `2018-01-01T12:05:00Z`.
    pub fn to_seconds_string(self) -> String {
        let (year, month, day, hour, minute, second) = self.civil();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `2018-01-01T12:05Z`; seconds are cut off.
    pub fn to_minutes_string(self) -> String {
        let (year, month, day, hour, minute, _) = self.civil();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z")
    }

    fn civil(self) -> (i64, i64, i64, i64, i64, i64) {
        let (days, second_of_day) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        // Days to date over 400-year eras that start on 1 March.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (
            year,
            month,
            day,
            second_of_day / 3600,
            second_of_day / 60 % 60,
            second_of_day % 60,
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_seconds_string())
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2016-02-23T12:46:24Z", 1_456_231_584),
            ("2026-11-24T02:01:33Z", 1_795_485_693),
            ("0000-01-01T00:00:00Z", MIN),
            ("9999-12-31T23:59:59Z", MAX),
        ] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!(time.unix(), unix, "{text}");
            assert_eq!(time.to_string(), text);
        }
        let minutes = Timestamp::parse("2017-12-10T04:04Z").unwrap();
        assert_eq!(minutes.to_minutes_string(), "2017-12-10T04:04Z");
        assert_eq!(minutes.to_seconds_string(), "2017-12-10T04:04:00Z");
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let mut time = Timestamp::parse("1600-01-01T06:07:08Z").unwrap();
        for _ in 0..292_194 {
            assert_eq!(Timestamp::parse(&time.to_seconds_string()), Some(time));
            time = time.plus_seconds(86_400);
        }
        assert_eq!(time.to_string(), "2400-01-01T06:07:08Z");
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for text in [
            "",
            "2018-01-01",
            "2018-01-01T12:05:00",
            "2018-01-01 12:05:00Z",
            "2018-13-01T12:05:00Z",
            "2018-02-29T12:05:00Z",
            "1900-02-29T12:05:00Z",
            "2018-00-01T12:05:00Z",
            "2018-01-32T12:05:00Z",
            "2018-01-01T24:05:00Z",
            "2018-01-01T12:60:00Z",
            "2018-01-01T12:05:60Z",
            "2018-01-01T12:05:00+08:00",
            "+018-01-01T12:05:00Z",
            "２018-01-01T12:05Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
