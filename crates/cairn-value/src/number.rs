//! Decides what a number is: an arbitrary-precision binary float with its precision, as Terraform's are; small integers are kept small.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;

/// A number. Small whole numbers take no allocation.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    /// A whole number of the default precision.
    Small(i64),
    /// Anything else.
    Big(Arc<Big>),
}

/// `mantissa × 2^exponent`, rounded to `precision` bits.
#[derive(Clone, Debug)]
struct Big {
    mantissa: BigInt,
    exponent: i64,
    precision: u32,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small(0));

    /// A whole number that fits 64 bits, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(i) => Some(*i),
            Repr::Big(_) => None,
        }
    }
}

impl From<i64> for Number {
    fn from(i: i64) -> Self {
        Self(Repr::Small(i))
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
        match (&self.0, &other.0) {
            (Repr::Small(a), Repr::Small(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}
impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(i) => write!(f, "{i}"),
            Repr::Big(b) => write!(f, "{}*2^{}@{}", b.mantissa, b.exponent, b.precision),
        }
    }
}
