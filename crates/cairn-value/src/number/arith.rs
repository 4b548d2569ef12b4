//! Decides sums, products, quotients and roundings of numbers, and the precision of each result. Not how they print.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Signed;

use super::{Number, Repr, Special};

impl Number {
    /// The number with the other sign. Zero becomes negative zero, as in Terraform.
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Repr::Small {
                value: 0,
                precision,
            } => Self::zero(true, *precision),
            Repr::Small { value, precision } => match value.checked_neg() {
                Some(value) => Self::small(value, *precision),
                None => Self::rounded(-BigInt::from(*value), 0, *precision),
            },
            Repr::Special { kind, precision } => match kind {
                Special::NegativeZero => Self::small(0, *precision),
                Special::PositiveInfinity => Self::infinity(true, *precision),
                Special::NegativeInfinity => Self::infinity(false, *precision),
            },
            // The smallest `i64` may come out, so the representation is chosen anew.
            Repr::Big(b) => Self::rounded(-b.mantissa.clone(), b.exponent, b.precision),
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.sign_bit() {
            self.neg()
        } else {
            self.clone()
        }
    }

    /// The sum, of the greater precision of the two; nothing for the sum of opposite infinities.
    pub fn add(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && precision >= 64
            && let Some(sum) = a.checked_add(*b)
        {
            return Some(Self::small(sum, precision));
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self.sign_bit() != other.sign_bit() => return None,
            (true, _) => return Some(Self::infinity(self.sign_bit(), precision)),
            (_, true) => return Some(Self::infinity(other.sign_bit(), precision)),
            (false, false) => {}
        }
        if self.is_zero() && other.is_zero() {
            return Some(Self::zero(self.sign_bit() && other.sign_bit(), precision));
        }
        let a = self.parts().expect("infinities are handled above");
        let b = other.parts().expect("infinities are handled above");
        Some(sum(a, b, precision))
    }

    /// The difference, of the greater precision of the two; nothing for the difference of equal infinities.
    pub fn sub(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && precision >= 64
            && let Some(difference) = a.checked_sub(*b)
        {
            return Some(Self::small(difference, precision));
        }
        self.add(&other.neg())
    }

    /// The product; nothing for zero times infinity.
    ///
    /// Its precision is the greater of the two, or as much (up to 512 bits) as the exact product needs.
    pub fn mul(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        let negative = self.sign_bit() != other.sign_bit();
        if self.is_infinite() || other.is_infinite() {
            return (!self.is_zero() && !other.is_zero())
                .then(|| Self::infinity(negative, precision));
        }
        if self.is_zero() || other.is_zero() {
            return Some(Self::zero(negative, precision));
        }
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
        {
            let needed = 64 - product.unsigned_abs().leading_zeros() - product.trailing_zeros();
            return Some(Self::small(product, precision.max(needed)));
        }
        let (a, x) = self.parts().expect("infinities are handled above");
        let (b, y) = other.parts().expect("infinities are handled above");
        let product = Self::rounded(a * b, x + y, Self::TEXT_PRECISION);
        let (mantissa, exponent) = product.parts().expect("a finite product");
        let needed = mantissa.bits() - mantissa.trailing_zeros().unwrap_or(0);
        let precision = precision.max(u32::try_from(needed).unwrap_or(Self::TEXT_PRECISION));
        Some(Self::rounded(mantissa, exponent, precision))
    }

    /// The quotient, of the greater precision of the two. Division of a non-zero number by zero gives an infinity, as in
    /// Terraform; zero by zero and infinity by infinity give nothing.
    pub fn div(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        let negative = self.sign_bit() != other.sign_bit();
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return None,
            (true, false) => return Some(Self::infinity(negative, precision)),
            (false, true) => return Some(Self::zero(negative, precision)),
            (false, false) => {}
        }
        if other.is_zero() {
            return (!self.is_zero()).then(|| Self::infinity(negative, precision));
        }
        if self.is_zero() {
            return Some(Self::zero(negative, precision));
        }
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && precision >= 64
            && a.checked_rem(*b) == Some(0)
            && let Some(quotient) = a.checked_div(*b)
        {
            return Some(Self::small(quotient, precision));
        }
        let (a, x) = self.parts().expect("infinities are handled above");
        let (b, y) = other.parts().expect("infinities are handled above");
        Some(quotient(&a, x, &b, y, precision))
    }

    /// What is left of a division that rounds towards zero; it has the sign and the precision of `self`. By zero it is
    /// `self`, as in Terraform; nothing where one of them is infinite.
    ///
    /// Computed from the rounded quotient, so it is inexact for operands that binary fractions cannot hold (`10 % 0.3`).
    pub fn rem(&self, other: &Self) -> Option<Self> {
        if self.is_infinite() || other.is_infinite() {
            return None;
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let precision = self.precision();
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && precision >= 64
            && let Some(rest) = a.checked_rem(*b)
        {
            return Some(Self::small(rest, precision));
        }
        let whole = self.div(other)?.trunc().with_precision(precision);
        if whole.is_zero() {
            return Some(self.clone());
        }
        let (a, x) = whole.parts()?;
        let (b, y) = other.parts()?;
        let taken = Self::rounded(a * b, x + y, precision);
        Some(self.sub(&taken)?.with_precision(precision))
    }

    /// The whole number next towards zero. The infinities stay.
    #[must_use]
    pub fn trunc(&self) -> Self {
        match &self.0 {
            Repr::Big(b) if b.exponent < 0 => {
                let (sign, magnitude) = b.mantissa.clone().into_parts();
                let whole: BigUint = magnitude >> b.exponent.unsigned_abs();
                let whole = BigInt::from_biguint(sign, whole);
                Self::rounded(whole, 0, b.precision)
            }
            _ => self.clone(),
        }
    }

    /// The next whole number not greater. The infinities stay.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Big(b) if b.exponent < 0 => {
                // A shift of a negative big integer rounds down.
                let whole: BigInt = b.mantissa.clone() >> b.exponent.unsigned_abs();
                Self::rounded(whole, 0, b.precision)
            }
            _ => self.clone(),
        }
    }

    /// The next whole number not less. The infinities stay.
    #[must_use]
    pub fn ceil(&self) -> Self {
        match &self.0 {
            Repr::Big(b) if b.exponent < 0 => {
                let whole: BigInt = (b.mantissa.clone() >> b.exponent.unsigned_abs()) + 1;
                Self::rounded(whole, 0, b.precision)
            }
            _ => self.clone(),
        }
    }
}

/// `a + b`, rounded once. Where one of them lies wholly below the last bit of the other, a single bit stands for it, so
/// that numbers of very different size do not make long ones.
fn sum(a: (BigInt, i64), b: (BigInt, i64), precision: u32) -> Number {
    if a.0.sign() == Sign::NoSign {
        return Number::rounded(b.0, b.1, precision);
    }
    if b.0.sign() == Sign::NoSign {
        return Number::rounded(a.0, a.1, precision);
    }
    let top = |n: &(BigInt, i64)| n.0.bits() as i64 + n.1;
    let (large, small) = if top(&a) >= top(&b) { (a, b) } else { (b, a) };
    let floor = large.1.min(top(&large) - i64::from(precision)) - 3;
    let small = if top(&small) < floor {
        (small.0.signum(), floor - 1)
    } else {
        small
    };
    let exponent = large.1.min(small.1);
    let whole = (large.0 << (large.1 - exponent)) + (small.0 << (small.1 - exponent));
    Number::rounded(whole, exponent, precision)
}

/// `(a × 2^x) / (b × 2^y)`, rounded once; `b` is not zero.
pub(super) fn quotient(a: &BigInt, x: i64, b: &BigInt, y: i64, precision: u32) -> Number {
    let shift = (i64::from(precision) + 2 + b.bits() as i64 - a.bits() as i64).max(0);
    let (sign, dividend) = (a.clone() << shift).into_parts();
    let (other_sign, divisor) = b.clone().into_parts();
    let mut whole: BigUint = &dividend / &divisor;
    let rest = dividend - &whole * divisor;
    // One more bit says whether anything was left, which is all that rounding has to know.
    whole <<= 1;
    if rest.bits() > 0 {
        whole += 1u32;
    }
    let sign = if sign == other_sign {
        Sign::Plus
    } else {
        Sign::Minus
    };
    Number::rounded(
        BigInt::from_biguint(sign, whole),
        x - y - shift - 1,
        precision,
    )
}
