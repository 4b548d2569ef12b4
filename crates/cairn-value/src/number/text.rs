//! Decides how numbers are read and written: decimal, the fewest digits that give the same number back at its precision.

use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::ToPrimitive;

use super::arith::quotient;
use super::{Number, Repr, Special};

/// Decimal exponents beyond this are refused: the text of such a number would fill memory.
const EXPONENT_LIMIT: i64 = 100_000;

impl Number {
    /// Reads a decimal number of 512 bits: an optional sign, digits with an optional point, an optional exponent (`e` of
    /// ten, `p` of two), or `inf`. No blanks, no other bases, no separators. Nothing for other text, and for exponents
    /// beyond ±100,000.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let bytes = rest.as_bytes();
        if bytes.len() <= 18 && !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) {
            let value = bytes
                .iter()
                .fold(0i64, |n, digit| n * 10 + i64::from(digit - b'0'));
            return Some(if negative {
                Self::small(value, Self::TEXT_PRECISION).neg()
            } else {
                Self::small(value, Self::TEXT_PRECISION)
            });
        }
        if rest == "inf" || rest == "Inf" {
            return Some(Self::infinity(negative, Self::TEXT_PRECISION));
        }
        let (digits, exponent) = match rest.find(['e', 'E', 'p', 'P']) {
            Some(at) => (&rest[..at], Some((rest.as_bytes()[at], &rest[at + 1..]))),
            None => (rest, None),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (mut ten, mut two) = (-(fraction.len() as i64), 0);
        if let Some((kind, text)) = exponent {
            let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
            if unsigned.is_empty() || !all_digits(unsigned) {
                return None;
            }
            let value: i64 = text.strip_prefix('+').unwrap_or(text).parse().ok()?;
            if value.abs() > EXPONENT_LIMIT {
                return None;
            }
            if kind.eq_ignore_ascii_case(&b'e') {
                ten += value;
            } else {
                two += value;
            }
        }
        let joined = [whole, fraction].concat();
        let magnitude = BigUint::parse_bytes(joined.as_bytes(), 10)?;
        if magnitude.bits() == 0 {
            return Some(Self::zero(negative, Self::TEXT_PRECISION));
        }
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let mantissa = BigInt::from_biguint(sign, magnitude);
        // 10^n is 5^n × 2^n, and the twos go to the exponent.
        let five = BigInt::from(5u32).pow(u32::try_from(ten.unsigned_abs()).ok()?);
        let exponent = ten + two;
        Some(if ten >= 0 {
            Self::rounded(mantissa * five, exponent, Self::TEXT_PRECISION)
        } else {
            quotient(&mantissa, exponent, &five, 0, Self::TEXT_PRECISION)
        })
    }
}

impl Number {
    /// The exact decimal digits of the binary number without leading and trailing zeros (none for zero), its sign, and
    /// where the point is: `0.digits × 10^point`. Nothing for the infinities. For formats that round themselves.
    pub fn exact_decimal(&self) -> Option<(bool, String, i64)> {
        let negative = self.sign_bit();
        if self.is_zero() {
            return Some((negative, String::new(), 0));
        }
        let (mantissa, exponent) = self.parts()?;
        let scale = exponent.min(0).unsigned_abs();
        let five = BigUint::from(5u32).pow(scale.to_u32().unwrap_or(u32::MAX));
        let all = ((mantissa.magnitude() * five) << exponent.max(0)).to_string();
        let point = all.len() as i64 - scale as i64;
        Some((negative, all.trim_end_matches('0').to_owned(), point))
    }

    /// At most ten significant digits, with an exponent below 0.0001 and from 10,000,000,000 on. Sets of collections
    /// order their elements by this text.
    pub(crate) fn order_text(&self) -> String {
        let (mantissa, exponent) = match &self.0 {
            Repr::Small { value, .. } if value.unsigned_abs() < 10_000_000_000 => {
                return value.to_string();
            }
            Repr::Special {
                kind: Special::NegativeZero,
                ..
            } => return "0".to_owned(),
            Repr::Special { .. } => return self.to_string(),
            _ => self.parts().expect("infinities are special"),
        };
        let (sign, magnitude) = mantissa.into_parts();
        let scale = exponent.min(0).unsigned_abs();
        let five = BigUint::from(5u32).pow(scale.to_u32().unwrap_or(u32::MAX));
        let mut digits = ((magnitude * five) << exponent.max(0))
            .to_string()
            .into_bytes();
        let mut point = digits.len() as i64 - scale as i64;
        if digits.len() > 10 {
            let rest = digits.split_off(10);
            let tie = rest[0] == b'5' && rest[1..].iter().all(|&b| b == b'0');
            let odd = digits[9] % 2 == 1;
            if if tie { odd } else { rest[0] >= b'5' } {
                if let Some(at) = digits.iter().rposition(|&b| b != b'9') {
                    digits[at] += 1;
                    digits[at + 1..].fill(b'0');
                } else {
                    digits = vec![b'1'];
                    point += 1;
                }
            }
        }
        let kept = digits
            .iter()
            .rposition(|&b| b != b'0')
            .map_or(0, |at| at + 1);
        digits.truncate(kept);
        let text = String::from_utf8(digits).expect("ASCII digits");
        let sign = if sign == Sign::Minus { "-" } else { "" };
        let power = point - 1;
        if !(-4..10).contains(&power) {
            let (first, rest) = text.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            let power_sign = if power < 0 { '-' } else { '+' };
            format!("{sign}{first}{dot}{rest}e{power_sign}{:02}", power.abs())
        } else if point <= 0 {
            let zeros = point.unsigned_abs() as usize;
            format!("{sign}0.{:0<zeros$}{text}", "")
        } else if point as usize >= text.len() {
            format!("{sign}{text:0<0$}", point as usize)
        } else {
            let (whole, fraction) = text.split_at(point as usize);
            format!("{sign}{whole}.{fraction}")
        }
    }
}

/// Decimal without an exponent; `-0`, `+Inf` and `-Inf` for those.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small { value, precision }
                if *precision >= 64 || value.unsigned_abs() >> precision == 0 =>
            {
                write!(f, "{value}")
            }
            Repr::Small { value, precision } => write_shortest(
                f,
                *value < 0,
                &BigUint::from(value.unsigned_abs()),
                0,
                *precision,
            ),
            Repr::Special { kind, .. } => f.write_str(match kind {
                Special::NegativeZero => "-0",
                Special::PositiveInfinity => "+Inf",
                Special::NegativeInfinity => "-Inf",
            }),
            Repr::Big(b) => write_shortest(
                f,
                b.mantissa.sign() == Sign::Minus,
                b.mantissa.magnitude(),
                b.exponent,
                b.precision,
            ),
        }
    }
}

fn write_shortest(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    mantissa: &BigUint,
    exponent: i64,
    precision: u32,
) -> fmt::Result {
    // One more bit than the precision: a step of it is half of the last place. What a shift to the right takes off are
    // zeros, since the number fits its precision.
    let shift = i64::from(precision) + 1 - mantissa.bits() as i64;
    let steps: BigUint = if shift >= 0 {
        mantissa << shift
    } else {
        mantissa >> -shift
    };
    let exponent = exponent - shift;
    // The number and the ends of what rounds to it, as integers of one decimal scale.
    let scale = exponent.min(0).unsigned_abs();
    let factor = BigUint::from(5u32).pow(scale.to_u32().unwrap_or(u32::MAX));
    let decimal = |n: BigUint| -> Vec<u8> {
        let n = (n * &factor) << exponent.max(0);
        n.to_string().into_bytes()
    };
    let ends_belong = !steps.bit(1);
    let lower = decimal(&steps - 1u32);
    let upper = decimal(&steps + 1u32);
    let exact = decimal(steps);
    let width = upper.len();
    let pad = |mut digits: Vec<u8>| {
        let missing = width - digits.len();
        digits.splice(0..0, std::iter::repeat_n(b'0', missing));
        digits
    };
    let digits = shortest(&pad(exact), &pad(lower), &upper, ends_belong);

    if negative {
        f.write_str("-")?;
    }
    let text = std::str::from_utf8(&digits).expect("ASCII digits");
    let scale = scale as usize;
    let (whole, fraction) = if text.len() > scale {
        text.split_at(text.len() - scale)
    } else {
        ("", text)
    };
    let whole = whole.trim_start_matches('0');
    f.write_str(if whole.is_empty() { "0" } else { whole })?;
    let significant = fraction.trim_end_matches('0');
    if !significant.is_empty() {
        f.write_str(".")?;
        for _ in fraction.len()..scale {
            f.write_str("0")?;
        }
        f.write_str(significant)?;
    }
    Ok(())
}

/// The digits of `exact`, cut after the first place where that, or one more at that place, still lies between the ends;
/// zeros after it. All three have the same number of digits, and `exact` lies strictly between.
fn shortest(exact: &[u8], lower: &[u8], upper: &[u8], ends_belong: bool) -> Vec<u8> {
    let mut digits = exact.to_vec();
    let last = |d: &[u8]| d.iter().rposition(|&b| b != b'0');
    let (lower_last, upper_last) = (last(lower), last(upper));
    // Whether the digits so far are those of the lower and upper end; the walk stops at the first place where one of
    // them parts from `exact` enough.
    for at in 0..digits.len() {
        let down = lower[at] != exact[at] || ends_belong && lower_last <= Some(at);
        let up = upper[at] != exact[at]
            && (ends_belong || exact[at] + 1 < upper[at] || upper_last > Some(at));
        if !down && !up {
            continue;
        }
        let rest = &exact[at + 1..];
        let round_up = match (down, up) {
            (true, true) => {
                let half = rest.first().is_some_and(|&b| b >= b'5');
                let tie = rest.first() == Some(&b'5') && rest[1..].iter().all(|&b| b == b'0');
                if tie {
                    (exact[at] - b'0') % 2 == 1
                } else {
                    half
                }
            }
            (down, _) => !down,
        };
        digits[at + 1..].fill(b'0');
        if round_up && rest.iter().any(|&b| b != b'0') {
            let mut place = at;
            while digits[place] == b'9' {
                digits[place] = b'0';
                place -= 1;
            }
            digits[place] += 1;
        }
        break;
    }
    digits
}
