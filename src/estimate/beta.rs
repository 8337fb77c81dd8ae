//! The incomplete beta function, its quantiles, and the tails of the binomial distribution that
//! they give. The continued fraction (DLMF 8.17.22, evaluated by Lentz's method) runs until it has
//! converged, which at 62,000,000 takes thousands of terms, and quantiles are found by bisection,
//! which cannot fail to end.

/// Terms after which the continued fraction is taken as it is; it needs about as many as the square
/// root of its larger parameter.
const TERMS: u32 = 1_000_000;

/// Halvings of the interval from 0 to 1: beyond what `f64` can tell apart.
const HALVINGS: u32 = 200;

/// The regularised incomplete beta function Iₓ(a, b) for a, b > 0, clamped to 0 ≤ x ≤ 1.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(a, b, x) / a
    } else {
        1.0 - front * continued_fraction(b, a, 1.0 - x) / b
    }
}

fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |d: f64| if d.abs() < 1e-300 { 1e-300 } else { d };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..=TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The point below which the beta distribution has this much of its mass.
pub fn beta_quantile(a: f64, b: f64, mass: f64) -> f64 {
    bisect(0.0, 1.0, |x| incomplete_beta(a, b, x) >= mass)
}

/// The least point of an interval at which a condition that holds from some point on does hold,
/// as near as `f64` can tell.
pub fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// P(X ≥ k) for X ~ Bin(n, p).
pub fn at_least(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        1.0
    } else if k > n {
        0.0
    } else {
        incomplete_beta(k as f64, (n - k) as f64 + 1.0, p)
    }
}

/// P(X ≤ k) for X ~ Bin(n, p).
pub fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete_beta((n - k) as f64, k as f64 + 1.0, 1.0 - p) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, two: f64, tolerance: f64) {
        assert!((one - two).abs() <= tolerance, "{one} and {two}");
    }

    #[test]
    fn known_values() {
        close(incomplete_beta(2.0, 3.0, 0.4), 0.5248, 1e-12);
        close(incomplete_beta(0.5, 0.5, 0.25), 1.0 / 3.0, 1e-12);
        close(incomplete_beta(1.0, 1.0, 0.7), 0.7, 1e-14);
        close(at_least(3, 10, 0.2), 0.322_200_473_6, 1e-10);
        close(at_most(2, 10, 0.2), 1.0 - 0.322_200_473_6, 1e-10);
        assert_eq!((at_least(0, 5, 0.3), at_least(6, 5, 0.3), at_most(5, 5, 0.3)), (1.0, 0.0, 1.0));
    }

    #[test]
    fn the_middle_of_sixty_two_million_is_exact() {
        close(incomplete_beta(31e6, 31e6, 0.5), 0.5, 1e-6);
        // One standard deviation to the right, where the normal distribution has 0.841345.
        close(incomplete_beta(31e6, 31e6, 0.5 + 0.5 / 62e6_f64.sqrt()), 0.841_345, 1e-5);
        for (a, b) in [(100.0, 61_999_901.0), (3.0, 9_999_998.0), (31e6, 31e6 + 1.0), (61_999_999.0, 2.0)] {
            for mass in [1e-6, 0.025, 0.5, 0.975] {
                let x = beta_quantile(a, b, mass);
                assert!(x > 0.0 && x < 1.0);
                close(incomplete_beta(a, b, x), mass, 1e-5);
            }
        }
    }
}
