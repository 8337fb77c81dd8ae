//! The exact interval for a share (Clopper & Pearson 1934): the shares under which what was seen is
//! not too improbable in either direction. Its coverage is at least what it says, always.

use super::beta::beta_quantile;

/// The interval for the share of which `x` of `n` were seen, `x ≤ n`, `0 < n`; `tail` is the
/// probability left on each side, 0.025 for 95 %.
pub fn interval(x: u64, n: u64, tail: f64) -> (f64, f64) {
    (low(x, n, tail), high(x, n, tail))
}

/// Its lower end: 0 when nothing was seen.
pub fn low(x: u64, n: u64, tail: f64) -> f64 {
    if x == 0 { 0.0 } else { beta_quantile(x as f64, (n - x) as f64 + 1.0, tail) }
}

/// Its upper end: 1 when all were seen.
pub fn high(x: u64, n: u64, tail: f64) -> f64 {
    if x == n { 1.0 } else { beta_quantile(x as f64 + 1.0, (n - x) as f64, 1.0 - tail) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::beta::{at_least, at_most};

    #[test]
    fn published_values() {
        let (low, high) = interval(5, 10, 0.025);
        assert!((low - 0.187_086).abs() < 1e-6 && (high - 0.812_914).abs() < 1e-6, "{low} {high}");
        assert_eq!(interval(0, 20, 0.025).0, 0.0);
        assert_eq!(interval(20, 20, 0.025).1, 1.0);
    }

    #[test]
    fn the_ends_are_where_the_tails_are() {
        for (x, n) in [(1, 2), (3, 10_000_000), (100, 62_000_000), (61_999_900, 62_000_000)] {
            let (low, high) = interval(x, n, 0.025);
            assert!((at_least(x, n, low) - 0.025).abs() < 1e-6, "{x} of {n}");
            assert!((at_most(x, n, high) - 0.025).abs() < 1e-6, "{x} of {n}");
        }
    }
}
