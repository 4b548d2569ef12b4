//! Tests of the functions of time.

use super::functions;

functions! {
    formatdate "formatdate" (r#""YYYY""#, r#""2018-01-02T23:12:01Z""#) |t| {
        t.is_ordinary().gives(&[
            (r#"formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")"#, r#""02 Jan 2018 23:12 UTC""#),
            (r#"formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z")"#, r#""Tuesday, 02-Jan-18 23:12:01 UTC""#),
            (r#"formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")"#, r#""Tue, 02 Jan 2018 23:12:01 -0800""#),
            (r#"formatdate("MMM DD, YYYY", "2018-01-02T23:12:01Z")"#, r#""Jan 02, 2018""#),
            (r#"formatdate("HH:mmaa", "2018-01-02T23:12:01Z")"#, r#""11:12pm""#),
            (r#"formatdate("M MM MMM MMMM D EEEE h H m s AA Z ZZZZ ZZZZZ", "2018-01-02T03:04:05+05:30")"#, r#""1 01 Jan January 2 Tuesday 3 3 4 5 AM +05:30 +0530 +05:30""#),
            (r#"formatdate("H HH aa", "2018-01-02T00:04:05Z")"#, r#""12 12 am""#),
            (r#"formatdate("Z ZZZ ZZZZ ZZZZZ", "2018-01-02T00:04:05Z")"#, r#""Z UTC +0000 +00:00""#),
            (r#"formatdate("h 'o''clock'", "2018-01-02T23:12:01Z")"#, r#""23 o'clock""#),
            (r#"formatdate("''YYYY''''", "2018-01-02T23:12:01Z")"#, r#""'2018''""#),
            (r#"formatdate("", "2018-01-02T23:12:01Z")"#, r#""""#),
        ]).refuses(&[
            (r#"formatdate("YYY", "2018-01-02T23:12:01Z")"#, "year must"),
            (r#"formatdate("'", "2018-01-02T23:12:01Z")"#, "unterminated"),
            (r#"formatdate("X", "2018-01-02T23:12:01Z")"#, "X"),
            (r#"formatdate("YYYY", "2018-01-02")"#, "RFC 3339"),
        ]);
    }
    plantimestamp "plantimestamp" () |t| {
        t.gives(&[("plantimestamp()", r#""2026-01-02T03:04:05Z""#), ("core::plantimestamp() == plantimestamp()", "true")])
            .refuses(&[("plantimestamp(1)", "takes no argument")]);
    }
    timestamp "timestamp" () |t| {
        t.refuses(&[("timestamp(1)", "takes no argument")]);
        // Known in the apply only: see `hash::the_time_is_that_of_the_apply`.
        assert!(super::setup().value("timestamp()").is_unknown());
    }
    timeadd "timeadd" (r#""2017-11-22T00:00:00Z""#, r#""10m""#) |t| {
        t.is_ordinary().gives(&[
            (r#"timeadd("2017-11-22T00:00:00Z", "10m")"#, r#""2017-11-22T00:10:00Z""#),
            (r#"timeadd("2024-02-28T23:50:00Z", "1h10m")"#, r#""2024-02-29T01:00:00Z""#),
            (r#"timeadd("2024-01-01T00:00:00Z", "-1s")"#, r#""2023-12-31T23:59:59Z""#),
            (r#"timeadd("2024-01-01T00:00:00+02:00", "1.5h")"#, r#""2024-01-01T01:30:00+02:00""#),
            (r#"timeadd("2024-01-01T00:00:00Z", "1500ms")"#, r#""2024-01-01T00:00:01Z""#),
            (r#"timeadd("9999-12-31T23:59:59Z", "1s")"#, r#""10000-01-01T00:00:00Z""#),
            (r#"timeadd("0001-01-01T00:00:00Z", "-876000h")"#, r#""-0099-01-26T00:00:00Z""#),
            (r#"timeadd("2024-01-01T00:00:00Z", "0")"#, r#""2024-01-01T00:00:00Z""#),
        ]).refuses(&[
            (r#"timeadd("2018-01-02", "1h")"#, "RFC 3339"),
            (r#"timeadd("2018-01-02T23:12:01,5Z", "1h")"#, "RFC 3339"),
            (r#"timeadd("2018-13-02T23:12:01Z", "1h")"#, "month is out of range"),
            (r#"timeadd("2018-01-02T23:12:01Z", "1d")"#, "invalid duration"),
            (r#"timeadd("2018-01-02T23:12:01Z", "")"#, "invalid duration"),
            (r#"timeadd("2018-01-02T23:12:01Z", "1")"#, "invalid duration"),
        ]);
    }
    timecmp "timecmp" (r#""2017-11-22T00:00:00Z""#, r#""2017-11-22T00:00:00Z""#) |t| {
        t.is_ordinary().gives(&[
            (r#"timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z")"#, "0"),
            (r#"timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")"#, "-1"),
            (r#"timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00Z")"#, "1"),
            (r#"timecmp("2017-11-22T01:00:00+01:00", "2017-11-22T00:00:00Z")"#, "0"),
        ]).refuses(&[(r#"timecmp("x", "2017-11-22T00:00:00Z")"#, "RFC 3339")]);
    }
}
