//! The normal distribution.

use super::beta::bisect;

/// The mass below `z`.
pub fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The point below which there is this much mass, 0 < mass < 1; far out it stops at ±40.
pub fn quantile(mass: f64) -> f64 {
    bisect(-40.0, 40.0, |z| below(z) >= mass)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles() {
        assert!((quantile(0.975) - 1.959_963_985).abs() < 1e-8);
        assert!(quantile(0.5).abs() < 1e-12);
        assert!((below(quantile(1e-9)) - 1e-9).abs() < 1e-14);
    }
}
