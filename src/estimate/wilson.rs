//! The score interval for a share (Wilson 1927): shorter than Clopper and Pearson's and right on
//! average, though not for every share. It is shown beside the exact one, never instead of it, and
//! only from ten seen and ten not seen.

use super::normal;

/// The least number of seen, and of not seen, from which it is offered.
pub const LEAST: u64 = 10;

/// The interval for the share of which `x` of `n` were seen; its ends are exactly 0 and 1 when
/// nothing and when everything was seen.
pub fn interval(x: u64, n: u64, tail: f64) -> (f64, f64) {
    let z = normal::quantile(1.0 - tail);
    let (count, share) = (n as f64, x as f64 / n as f64);
    let z2n = z * z / count;
    let middle = (share + z2n / 2.0) / (1.0 + z2n);
    let half = z / (1.0 + z2n) * (share * (1.0 - share) / count + z2n / (4.0 * count)).sqrt();
    let low = if x == 0 { 0.0 } else { middle - half };
    let high = if x == n { 1.0 } else { middle + half };
    (low, high)
}

/// The interval where it is offered.
pub fn offered(x: u64, n: u64, tail: f64) -> Option<(f64, f64)> {
    (x >= LEAST && n - x >= LEAST).then(|| interval(x, n, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        let (low, high) = interval(15, 148, 0.025);
        assert!((low - 0.0624).abs() < 1e-4 && (high - 0.1605).abs() < 1e-4, "{low} {high}");
        assert_eq!((interval(0, 5, 0.025).0, interval(5, 5, 0.025).1), (0.0, 1.0));
        assert!(offered(9, 100, 0.025).is_none() && offered(10, 20, 0.025).is_some());
    }
}
