//! Decides the last digits of logarithms and powers: they are rounded at the same places as Go rounds them, or a plan would
//! show numbers that change when cairn takes Terraform's place.

/// The natural logarithm, by the series of FDLIBM: `x = 2^k · (1 + f)`, `s = f / (2 + f)`, a polynomial in `s²`.
pub(super) fn ln(x: f64) -> f64 {
    // ln 2 in two parts, and the coefficients, by their bits.
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const ODD: [f64; 4] = [
        f64::from_bits(0x3fe5_5555_5555_5593),
        f64::from_bits(0x3fd2_4924_9422_9359),
        f64::from_bits(0x3fc7_4664_96cb_03de),
        f64::from_bits(0x3fc2_f112_df3e_5244),
    ];
    const EVEN: [f64; 3] = [
        f64::from_bits(0x3fd9_9999_9997_fa04),
        f64::from_bits(0x3fcc_71c5_1d8e_78af),
        f64::from_bits(0x3fc3_9a09_d078_c69f),
    ];
    if x.is_nan() || x.is_infinite() || x <= 0.0 {
        return x.ln();
    }
    let (mut fraction, mut exponent) = split(x);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (ODD[0] + s4 * (ODD[1] + s4 * (ODD[2] + s4 * ODD[3])));
    let even = s4 * (EVEN[0] + s4 * (EVEN[1] + s4 * EVEN[2]));
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + odd + even) + k * LN2_LOW)) - f)
}

/// A power: the whole part of the exponent by squaring, with the powers of two kept apart.
#[expect(
    clippy::float_cmp,
    reason = "only these very exponents have a way of their own"
)]
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let usual = x.is_finite() && y.is_finite() && x != 0.0 && y != 0.0 && y.abs() < 1e18;
    if !usual || x < 0.0 && y.fract() != 0.0 {
        return x.powf(y);
    }
    let (mut whole, mut rest) = (y.abs().trunc(), y.abs().fract());
    let mut result = 1.0;
    let mut exponent = 0;
    if rest != 0.0 {
        if rest > 0.5 {
            rest -= 1.0;
            whole += 1.0;
        }
        result = (rest * ln(x)).exp();
    }
    let (mut square, mut square_exponent) = split(x);
    let mut bits = whole as u64;
    while bits != 0 {
        if square_exponent.abs() > 1 << 12 {
            exponent += square_exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    scale(result, exponent)
}

/// A finite number that is not 0 as a fraction of at least a half and less than one, and an exponent of two.
fn split(x: f64) -> (f64, i32) {
    const MANTISSA: u64 = (1 << 52) - 1;
    let (x, more) = if x.is_normal() {
        (x, 0)
    } else {
        (x * 2f64.powi(52), -52)
    };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022 + more;
    let fraction = f64::from_bits(bits & (MANTISSA | 1 << 63) | 1022 << 52);
    (fraction, exponent)
}

/// `x · 2^exponent`, rounded once.
fn scale(x: f64, exponent: i32) -> f64 {
    let (fraction, own) = split(x);
    let exponent = own.saturating_add(exponent);
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1080 {
        return 0f64.copysign(x);
    }
    // In two steps, as neither needs to be a number of its own.
    let near = exponent.max(-1000);
    fraction * 2f64.powi(near / 2) * 2f64.powi(near - near / 2) * 2f64.powi(exponent - near)
}

#[cfg(test)]
mod tests {
    use super::{ln, pow};

    #[test]
    #[expect(clippy::float_cmp, reason = "what is at the edge must be met exactly")]
    fn results_are_near_those_of_the_machine() {
        for x in [
            1e-300, 0.1, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 10.0, 12345.678, 1e300,
        ] {
            assert!((ln(x) - x.ln()).abs() <= 1e-15 * x.ln().abs(), "ln {x}");
            for y in [-3.0, -1.5, -0.5, 0.0, 0.25, 1.0, 1.0 / 3.0, 2.0, 2.75, 64.0] {
                let (got, wanted) = (pow(x, y), x.powf(y));
                let same = got == wanted || (got - wanted).abs() <= 1e-12 * wanted.abs();
                assert!(same, "{x} to the {y}: {got}, not {wanted}");
            }
        }
        assert_eq!(pow(-2.0, 3.0), -8.0);
        assert!(pow(-2.0, 0.5).is_nan());
        assert_eq!(pow(0.0, -1.0), f64::INFINITY);
        assert_eq!(pow(2.0, -1074.0), f64::from_bits(1));
        assert_eq!(pow(2.0, 5000.0), f64::INFINITY);
    }
}
