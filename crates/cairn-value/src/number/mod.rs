//! Decides what a number is: an arbitrary-precision binary float with its precision, as Terraform's are; small integers
//! are kept small. Arithmetic is in `arith` and `power`, text in `text`.
//!
//! The precision is part of the value because results show it: `1/3` has 512 bits, `length([1])/length([1,2,3])` has 64.
//! It does not take part in comparison: equal numbers are equal and hash equal however they came about.

mod arith;
mod power;
mod text;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{Signed, ToPrimitive};

/// A number. Small whole numbers take no allocation.
#[derive(Clone, Debug)]
pub struct Number(Repr);

/// Every number has exactly one representation beside its precision: whole ones that fit an `i64` are `Small`, zero of
/// negative sign and the infinities are `Special`, anything else is `Big` with an odd mantissa.
#[derive(Clone, Debug)]
enum Repr {
    Small { value: i64, precision: u32 },
    Special { kind: Special, precision: u32 },
    Big(Arc<Big>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Special {
    NegativeZero,
    PositiveInfinity,
    NegativeInfinity,
}

/// `mantissa × 2^exponent`, rounded to `precision` bits; the mantissa is odd.
#[derive(Clone, Debug)]
struct Big {
    mantissa: BigInt,
    exponent: i64,
    precision: u32,
}

impl Number {
    /// Bits of a number that was written out: literals, text that is converted, JSON.
    pub const TEXT_PRECISION: u32 = 512;
    /// Bits of a number that counts something: lengths, positions, `count.index`.
    pub const INT_PRECISION: u32 = 64;
    /// Bits of a number that was computed in hardware floats: powers, logarithms.
    pub const FLOAT_PRECISION: u32 = 53;

    /// Zero.
    pub const ZERO: Self = Self(Repr::Small {
        value: 0,
        precision: Self::TEXT_PRECISION,
    });

    /// One.
    pub const ONE: Self = Self(Repr::Small {
        value: 1,
        precision: Self::TEXT_PRECISION,
    });

    fn small(value: i64, precision: u32) -> Self {
        Self(Repr::Small { value, precision })
    }

    fn special(kind: Special, precision: u32) -> Self {
        Self(Repr::Special { kind, precision })
    }

    fn zero(negative: bool, precision: u32) -> Self {
        if negative {
            Self::special(Special::NegativeZero, precision)
        } else {
            Self::small(0, precision)
        }
    }

    fn infinity(negative: bool, precision: u32) -> Self {
        let kind = if negative {
            Special::NegativeInfinity
        } else {
            Special::PositiveInfinity
        };
        Self::special(kind, precision)
    }

    /// `mantissa × 2^exponent` rounded to nearest, ties to even.
    fn rounded(mantissa: BigInt, exponent: i64, precision: u32) -> Self {
        let (sign, mut magnitude) = mantissa.into_parts();
        let mut exponent = exponent;
        if sign == Sign::NoSign {
            return Self::small(0, precision);
        }
        let bits = magnitude.bits();
        if bits > u64::from(precision) {
            let shift = bits - u64::from(precision);
            let half = magnitude.bit(shift - 1);
            let beyond_half = magnitude.trailing_zeros().unwrap_or(0) < shift - 1;
            magnitude >>= shift;
            if half && (beyond_half || magnitude.bit(0)) {
                magnitude += 1u32;
            }
            exponent += shift as i64;
        }
        let zeros = magnitude.trailing_zeros().unwrap_or(0);
        magnitude >>= zeros;
        exponent += zeros as i64;
        if exponent >= 0 && magnitude.bits() as i64 + exponent <= 64 {
            let whole = BigInt::from_biguint(sign, magnitude.clone() << exponent);
            if let Some(value) = whole.to_i64() {
                return Self::small(value, precision);
            }
        }
        Self(Repr::Big(Arc::new(Big {
            mantissa: BigInt::from_biguint(sign, magnitude),
            exponent,
            precision,
        })))
    }

    /// A whole number of any size; it keeps all its bits and has at least the precision of counted numbers.
    pub fn from_bigint(value: BigInt) -> Self {
        let precision = u32::try_from(value.bits())
            .unwrap_or(u32::MAX)
            .max(Self::INT_PRECISION);
        Self::rounded(value, 0, precision)
    }

    /// A hardware float, with its 53 bits; nothing for NaN.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        let negative = value.is_sign_negative();
        if value.is_infinite() {
            return Some(Self::infinity(negative, Self::FLOAT_PRECISION));
        }
        if value == 0.0 {
            return Some(Self::zero(negative, Self::FLOAT_PRECISION));
        }
        let bits = value.to_bits();
        let biased = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = if biased == 0 {
            (fraction, -1074)
        } else {
            (fraction | 1 << 52, biased - 1075)
        };
        let mantissa = BigInt::from(mantissa);
        let mantissa = if negative { -mantissa } else { mantissa };
        Some(Self::rounded(mantissa, exponent, Self::FLOAT_PRECISION))
    }

    /// The same number rounded to `precision` bits, ties to even.
    #[must_use]
    pub fn with_precision(&self, precision: u32) -> Self {
        match &self.0 {
            Repr::Special { kind, .. } => Self::special(*kind, precision),
            Repr::Small { value, .. } if precision >= 64 => Self::small(*value, precision),
            _ => {
                let (mantissa, exponent) = self.parts().expect("infinities are special");
                Self::rounded(mantissa, exponent, precision)
            }
        }
    }

    /// How many bits its mantissa may have.
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Small { precision, .. } | Repr::Special { precision, .. } => *precision,
            Repr::Big(b) => b.precision,
        }
    }

    /// Mantissa and binary exponent; nothing for the infinities. The sign of zero is lost.
    fn parts(&self) -> Option<(BigInt, i64)> {
        match &self.0 {
            Repr::Small { value, .. } => Some((BigInt::from(*value), 0)),
            Repr::Special {
                kind: Special::NegativeZero,
                ..
            } => Some((BigInt::ZERO, 0)),
            Repr::Special { .. } => None,
            Repr::Big(b) => Some((b.mantissa.clone(), b.exponent)),
        }
    }

    /// Whether it is zero of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(
            self.0,
            Repr::Small { value: 0, .. }
                | Repr::Special {
                    kind: Special::NegativeZero,
                    ..
                }
        )
    }

    /// Whether it is one of the two infinities.
    pub fn is_infinite(&self) -> bool {
        matches!(
            self.0,
            Repr::Special {
                kind: Special::PositiveInfinity | Special::NegativeInfinity,
                ..
            }
        )
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// Whether its sign bit is set, which negative zero's is.
    fn sign_bit(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value < 0,
            Repr::Special { kind, .. } => *kind != Special::PositiveInfinity,
            Repr::Big(b) => b.mantissa.is_negative(),
        }
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match &self.0 {
            Repr::Small { value, .. } => value.signum() as i32,
            Repr::Special { kind, .. } => match kind {
                Special::NegativeZero => 0,
                Special::PositiveInfinity => 1,
                Special::NegativeInfinity => -1,
            },
            Repr::Big(b) => {
                if b.mantissa.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    /// Whether it has no fractional part. The infinities are not whole.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { .. } => true,
            Repr::Special { kind, .. } => *kind == Special::NegativeZero,
            Repr::Big(b) => b.exponent >= 0,
        }
    }

    /// The number as `i64`, if it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { value, .. } => Some(*value),
            Repr::Special {
                kind: Special::NegativeZero,
                ..
            } => Some(0),
            _ => None,
        }
    }

    /// The number as `u64`, if it is whole and fits.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Big(b) if b.exponent >= 0 && b.mantissa.bits() as i64 + b.exponent <= 64 => {
                (b.mantissa.clone() << b.exponent).to_u64()
            }
            _ => u64::try_from(self.to_i64()?).ok(),
        }
    }

    /// The number as `usize`, if it is whole and fits.
    pub fn to_usize(&self) -> Option<usize> {
        usize::try_from(self.to_u64()?).ok()
    }

    /// The number as an integer of any size, if it is whole.
    pub fn to_bigint(&self) -> Option<BigInt> {
        match &self.0 {
            Repr::Big(b) if b.exponent >= 0 => Some(b.mantissa.clone() << b.exponent),
            Repr::Big(_) => None,
            _ => self.to_i64().map(BigInt::from),
        }
    }

    /// The nearest hardware float; an infinity where it is too large.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small { value, .. } => *value as f64,
            Repr::Special { kind, .. } => match kind {
                Special::NegativeZero => -0.0,
                Special::PositiveInfinity => f64::INFINITY,
                Special::NegativeInfinity => f64::NEG_INFINITY,
            },
            Repr::Big(b) => b.to_f64(),
        }
    }
}

impl Big {
    /// The exponent of the bit above the highest one.
    fn top(&self) -> i64 {
        self.mantissa.bits() as i64 + self.exponent
    }

    fn to_f64(&self) -> f64 {
        let sign = if self.mantissa.is_negative() {
            -1.0
        } else {
            1.0
        };
        let top = self.top();
        if top > 1024 {
            return sign * f64::INFINITY;
        }
        // Below the normal range fewer bits are left.
        let precision = (top + 1074).min(53);
        if precision < 0 {
            return sign * 0.0;
        }
        let magnitude = self.mantissa.magnitude();
        let wanted = self.mantissa.bits() as i64 - precision;
        let (kept, exponent) = if wanted > 0 {
            let shift = wanted as u64;
            let half = magnitude.bit(shift - 1);
            let beyond_half = magnitude.trailing_zeros().unwrap_or(0) < shift - 1;
            let mut kept: BigUint = magnitude >> shift;
            if half && (beyond_half || kept.bit(0)) {
                kept += 1u32;
            }
            (kept, self.exponent + wanted)
        } else {
            (magnitude.clone(), self.exponent)
        };
        let kept = kept.to_u64().expect("at most 54 bits are kept") as f64;
        // Two exact steps: 2^-1074 is not a normal float, and neither factor may overflow alone.
        let half = exponent / 2;
        sign * kept * 2f64.powi(half as i32) * 2f64.powi((exponent - half) as i32)
    }
}

impl From<i64> for Number {
    /// A counted number ([`Number::INT_PRECISION`]).
    fn from(i: i64) -> Self {
        Self::small(i, Self::INT_PRECISION)
    }
}

impl From<i32> for Number {
    /// A counted number ([`Number::INT_PRECISION`]).
    fn from(i: i32) -> Self {
        Self::from(i64::from(i))
    }
}

impl From<u32> for Number {
    /// A counted number ([`Number::INT_PRECISION`]).
    fn from(i: u32) -> Self {
        Self::from(i64::from(i))
    }
}

impl From<u64> for Number {
    /// A counted number ([`Number::INT_PRECISION`]).
    fn from(i: u64) -> Self {
        match i64::try_from(i) {
            Ok(i) => Self::from(i),
            Err(_) => Self::rounded(BigInt::from(i), 0, Self::INT_PRECISION),
        }
    }
}

impl From<usize> for Number {
    /// A counted number ([`Number::INT_PRECISION`]).
    fn from(i: usize) -> Self {
        Self::from(i as u64)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let signs = self.signum().cmp(&other.signum());
        if signs.is_ne() || self.signum() == 0 {
            return signs;
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return self.signum().cmp(&0),
            (false, true) => return 0.cmp(&other.signum()),
            (false, false) => {}
        }
        let (a, x) = self.parts().expect("infinities are handled above");
        let (b, y) = other.parts().expect("infinities are handled above");
        let tops = (a.bits() as i64 + x).cmp(&(b.bits() as i64 + y));
        if tops.is_ne() {
            return if self.is_negative() {
                tops.reverse()
            } else {
                tops
            };
        }
        // The tops are equal, so the shift is at most the longer mantissa's length.
        if x >= y {
            (a << (x - y)).cmp(&b)
        } else {
            a.cmp(&(b << (y - x)))
        }
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Small { value, .. } => value.hash(state),
            Repr::Special {
                kind: Special::NegativeZero,
                ..
            } => 0i64.hash(state),
            Repr::Special { kind, .. } => kind.hash(state),
            Repr::Big(b) => {
                b.mantissa.hash(state);
                b.exponent.hash(state);
            }
        }
    }
}
