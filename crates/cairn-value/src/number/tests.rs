//! Tests of numbers: what each rule gives, held against what Terraform prints.

use std::collections::HashSet;

use num_bigint::BigInt;
use proptest::prelude::*;

use super::Number;

fn n(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

/// `left operator right` as text, each operand read as a literal.
fn calc(left: &str, operator: char, right: &str) -> String {
    let (a, b) = (n(left), n(right));
    match operator {
        '+' => a.add(&b),
        '-' => a.sub(&b),
        '*' => a.mul(&b),
        '/' => a.div(&b),
        _ => a.rem(&b),
    }
    .map_or_else(|| "nothing".to_owned(), |n| n.to_string())
}

#[test]
fn literals_print_as_the_shortest_decimal() {
    for (text, printed) in [
        ("0", "0"),
        ("1.50", "1.5"),
        ("0.1", "0.1"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("1e21", "1000000000000000000000"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("100000000000000000000.5", "100000000000000000000.5"),
        (
            "3.14159265358979323846264338327950288",
            "3.14159265358979323846264338327950288",
        ),
        ("1e-7", "0.0000001"),
        ("-0", "-0"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1p3", "8"),
        ("010", "10"),
        ("inf", "+Inf"),
        ("-Inf", "-Inf"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
    ] {
        assert_eq!(n(text).to_string(), printed, "{text}");
    }
    let large = n("1e400").to_string();
    assert_eq!(large.len(), 401);
    assert!(large[1..].bytes().all(|b| b == b'0'), "{large}");
}

#[test]
fn other_text_is_no_number() {
    for text in [
        "", " 5", "5 ", "0x1F", "1_0", "1e", "Infinity", "NaN", ".", "-", "1e5.5", "1e+", "--1",
        "1e100001", "e5",
    ] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}

#[test]
fn arithmetic_prints_as_terraforms() {
    let third = "0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335";
    for (a, op, b, result) in [
        ("0.1", '+', "0.2", "0.3"),
        ("1", '/', "3", third),
        (
            "2",
            '/',
            "3",
            "0.6666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666667",
        ),
        (
            "2",
            '/',
            "7",
            "0.2857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857142857",
        ),
        (
            "5",
            '/',
            "0.3",
            "16.666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666",
        ),
        (
            "1e-20",
            '/',
            "3",
            "0.0000000000000000000033333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335",
        ),
        (
            "1.1",
            '*',
            "1.1",
            "1.2100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
        ),
        ("0.1", '*', "3", "0.3"),
        (
            "123456789.123456789",
            '*',
            "987654321.987654321",
            "121932631356500531.347203169112635269",
        ),
        ("9007199254740993", '+', "0.5", "9007199254740993.5"),
        ("0", '*', "-1", "-0"),
        ("1", '/', "0", "+Inf"),
        ("-1", '/', "0", "-Inf"),
        ("0", '/', "0", "nothing"),
        ("inf", '-', "inf", "nothing"),
        ("0", '*', "inf", "nothing"),
        ("5", '%', "3", "2"),
        ("-5", '%', "3", "-2"),
        ("5", '%', "-3", "2"),
        ("5", '%', "0", "5"),
        ("5.5", '%', "2", "1.5"),
        ("-7.5", '%', "2", "-1.5"),
        ("7", '%', "2.5", "2"),
        ("1e30", '%', "7", "1"),
        ("1e400", '%', "7", "0"),
        ("inf", '%', "5", "nothing"),
        ("5", '%', "inf", "nothing"),
        (
            "10",
            '%',
            "0.3",
            "0.09999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999928",
        ),
        ("9223372036854775807", '+', "1", "9223372036854775808"),
        ("-9223372036854775807", '-', "2", "-9223372036854775809"),
        ("9223372036854775807", '*', "2", "18446744073709551614"),
        ("-9223372036854775808", '/', "-1", "9223372036854775808"),
        ("-9223372036854775808", '%', "-1", "0"),
    ] {
        assert_eq!(calc(a, op, b), result, "{a} {op} {b}");
    }
    let thirds = n("1").div(&n("3")).expect("finite");
    let sum = thirds.add(&thirds).and_then(|s| s.add(&thirds));
    assert_eq!(sum.expect("finite").to_string(), "1");
    assert_eq!(
        thirds.mul(&n("3")).map(|p| p.to_string()).as_deref(),
        Some("1")
    );
}

#[test]
fn precision_is_part_of_the_value() {
    let ratio = Number::from(1i64).div(&Number::from(3i64)).expect("finite");
    assert_eq!(ratio.to_string(), "0.33333333333333333334");
    let mixed = Number::from(1i64).div(&n("3")).expect("finite");
    assert_eq!(mixed.precision(), 512);
    let power = Number::from_f64(2f64.powi(60)).expect("finite");
    assert_eq!(power.to_string(), "1152921504606847000");
    assert_eq!(
        power.add(&n("1")).expect("finite").to_string(),
        "1152921504606846977"
    );
    assert_eq!(
        Number::from_f64(2f64.sqrt()).expect("finite").to_string(),
        "1.4142135623730951"
    );
    let wide = BigInt::parse_bytes(b"ffffffffffffffffffff", 16).expect("digits");
    let third = Number::from_bigint(wide).div(&n("3")).expect("finite");
    assert_eq!(third.to_string(), "402975273204876391568725");
}

#[test]
fn equal_numbers_are_one_however_they_came_about() {
    let two_to_70 = n("1180591620717411303424");
    let made = Number::from_f64(2f64.powi(70)).expect("finite");
    let set: HashSet<Number> = [
        n("1"),
        n("1.0"),
        Number::from(1i64),
        Number::from_f64(1.0).expect("finite"),
        n("10").mul(&n("0.1")).expect("finite").with_precision(53),
        two_to_70,
        made,
        n("0"),
        n("-0"),
    ]
    .into();
    assert_eq!(set.len(), 3, "{set:?}");
}

#[test]
fn rounding_to_whole_numbers() {
    for (x, floor, ceil, trunc) in [
        ("1.5", "1", "2", "1"),
        ("-1.5", "-2", "-1", "-1"),
        ("-0.5", "-1", "0", "0"),
        ("7", "7", "7", "7"),
    ] {
        let x = n(x);
        assert_eq!(x.floor().to_string(), floor);
        assert_eq!(x.ceil().to_string(), ceil);
        assert_eq!(x.trunc().to_string(), trunc);
    }
    assert_eq!(n("-0").abs().to_string(), "0");
}

#[test]
fn conversions_to_machine_numbers() {
    assert_eq!(n("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(n("18446744073709551616").to_u64(), None);
    assert_eq!(n("-1").to_u64(), None);
    assert_eq!(n("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(n("1.5").to_i64(), None);
    assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    assert!(n("1e400").to_f64().is_infinite());
    assert_eq!(n("1e-400").to_f64().to_bits(), 0);
    assert_eq!(n("5e-324").to_f64().to_bits(), 1);
}

#[test]
fn powers() {
    for (base, exponent, power) in [
        ("2", "60", "1152921504606847000"),
        ("3", "40", "12157665459056929000"),
        ("2", "0.5", "1.4142135623730951"),
        ("2", "-1", "0.5"),
        ("-2", "3", "-8"),
        ("5", "0", "1"),
        ("0", "3", "0"),
        ("0", "-1", "+Inf"),
        ("10", "400", "+Inf"),
        ("10", "-400", "0"),
        ("-2", "0.25", "nothing"),
    ] {
        let result = n(base).pow(&n(exponent));
        let shown = result.map_or_else(|| "nothing".to_owned(), |p| p.to_string());
        assert_eq!(shown, power, "{base}^{exponent}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_and_reading_gives_the_number_back(mantissa in any::<i128>(), shift in 0u32..700, negative_exponent in any::<bool>()) {
        let exponent = if negative_exponent { -i64::from(shift) } else { i64::from(shift) };
        let number = Number::rounded(BigInt::from(mantissa), exponent, 512);
        prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
    }

    #[test]
    fn hardware_floats_survive(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        prop_assume!(!float.is_nan());
        let number = Number::from_f64(float).expect("not NaN");
        prop_assert_eq!(number.to_f64().to_bits(), float.to_bits());
        if float.is_finite() {
            // Rust prints the shortest decimal of 53 bits too, but takes the odd one of two that are equally near.
            if float.is_normal() {
                prop_assert_eq!(number.to_string().len(), float.to_string().len());
            }
            prop_assert_eq!(Number::parse(&float.to_string()).map(|n| n.to_f64().to_bits()), Some(float.to_bits()));
        }
    }

    #[test]
    fn order_is_that_of_floats(a in any::<f64>(), b in any::<f64>()) {
        let (x, y) = (Number::from_f64(a), Number::from_f64(b));
        prop_assert_eq!(x.expect("not NaN").partial_cmp(&y.expect("not NaN")), a.partial_cmp(&b));
    }

    #[test]
    fn arithmetic_at_53_bits_is_that_of_floats(a in any::<f64>(), b in any::<f64>()) {
        let (x, y) = (Number::from_f64(a).expect("not NaN"), Number::from_f64(b).expect("not NaN"));
        for (ours, theirs) in [(x.add(&y), a + b), (x.sub(&y), a - b), (x.div(&y), a / b)] {
            if theirs.is_normal() {
                prop_assert_eq!(ours.expect("finite").to_f64().to_bits(), theirs.to_bits());
            }
        }
    }

    #[test]
    fn whole_arithmetic_is_exact(a in any::<i64>(), b in any::<i64>()) {
        let (x, y) = (Number::from(a), Number::from(b));
        let (a, b) = (i128::from(a), i128::from(b));
        let exact = |n: i128| Number::rounded(BigInt::from(n), 0, 512);
        prop_assert_eq!(x.with_precision(512).add(&y), Some(exact(a + b)));
        prop_assert_eq!(x.with_precision(512).sub(&y), Some(exact(a - b)));
        prop_assert_eq!(x.mul(&y), Some(exact(a * b)));
        if b != 0 {
            prop_assert_eq!(x.rem(&y).map(|n| n.is_negative()), Some(a % b < 0));
        }
    }
}

#[test]
fn exact_digits_are_those_of_the_binary_number() {
    let exact = |text: &str| Number::parse(text).unwrap().exact_decimal().unwrap();
    assert_eq!(exact("0.125"), (false, "125".to_owned(), 0));
    assert_eq!(exact("-1200"), (true, "12".to_owned(), 4));
    assert_eq!(exact("0"), (false, String::new(), 0));
    let (_, digits, point) = exact("0.1");
    assert_eq!(point, 0);
    assert!(
        digits.len() > 400 && digits.starts_with("1000000000"),
        "{digits}"
    );
}
