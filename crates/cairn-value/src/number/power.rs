//! Decides powers, which are computed in hardware floats. Not logarithms or other functions.

use super::Number;

impl Number {
    /// The power, computed in hardware floats; nothing where that has no result.
    ///
    /// Whole exponents go by repeated squaring of a scaled mantissa and square roots by the root, as Terraform's do, so
    /// that the last digit is the same; of other fractional exponents it may differ.
    pub fn pow(&self, exponent: &Self) -> Option<Self> {
        Self::from_f64(power(self.to_f64(), exponent.to_f64()))
    }
}

fn power(base: f64, exponent: f64) -> f64 {
    let ordinary = base.is_normal() && exponent.is_finite() && exponent != 0.0;
    if !ordinary || exponent.abs() >= 9e15 {
        return base.powf(exponent);
    }
    if exponent.abs().to_bits() == 0.5f64.to_bits() {
        let root = base.sqrt();
        return if exponent > 0.0 { root } else { 1.0 / root };
    }
    let (mut whole, mut fraction) = (exponent.abs().trunc(), exponent.abs().fract());
    if fraction != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    let (mut result, mut result_exponent) = (1.0, 0i64);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = (fraction * base.ln()).exp();
    }
    // The base as a mantissa from 0.5 to 1 and a power of two.
    let bits = base.to_bits();
    let mut square = f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52);
    let mut square_exponent = ((bits >> 52) & 0x7ff) as i64 - 1022;
    let mut left = whole as i64;
    while left != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Far beyond what a float holds, in one direction or the other.
            result_exponent += square_exponent;
            break;
        }
        if left & 1 == 1 {
            result *= square;
            result_exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        left >>= 1;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    let exponent = result_exponent.clamp(-4096, 4096) as i32;
    // In steps that neither overflow nor lose bits before the last.
    let step = exponent / 4;
    let last = exponent - 3 * step;
    let scale = |e: i32| 2f64.powi(e);
    if (-1000..1000).contains(&exponent) {
        result * scale(exponent)
    } else {
        result * scale(step) * scale(step) * scale(step) * scale(last)
    }
}
