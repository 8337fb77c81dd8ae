//! Two incomplete records of the same period: how many persons there were, seen by either or by
//! none (Chapman 1951), with the logit interval of Sadinle (2009). It stands on two conditions that
//! no formula can check: that being in one record says nothing about being in the other, and that
//! a person has the same key in both.

use super::normal;

/// The least number of persons in both records from which it is used.
pub const LEAST_RECAPTURES: u64 = 10;

/// Persons in the first record, in the second, and in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Persons in the first record.
    pub first: u64,
    /// Persons in the second record.
    pub second: u64,
    /// Persons in both.
    pub both: u64,
}

/// The estimate with its interval; `None` from fewer than ten recaptures.
pub fn estimate(overlap: Overlap, tail: f64) -> Option<(f64, f64, f64)> {
    let Overlap { first, second, both } = overlap;
    if both < LEAST_RECAPTURES || both > first.min(second) {
        return None;
    }
    let (only_first, only_second, both) = ((first - both) as f64, (second - both) as f64, both as f64);
    let people = (first as f64 + 1.0) * (second as f64 + 1.0) / (both + 1.0) - 1.0;
    let (a, b, c) = (only_first + 0.5, only_second + 0.5, both + 0.5);
    let sigma = (1.0 / c + 1.0 / b + 1.0 / a + c / (a * b)).sqrt();
    let seen = only_first + only_second + both;
    let z = normal::quantile(1.0 - tail);
    let end = |z: f64| seen - 0.5 + a * b / c * (z * sigma).exp();
    Some((people, end(-z).max(seen), end(z)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_and_a_half() {
        let (people, low, high) =
            estimate(Overlap { first: 500, second: 500, both: 250 }, 0.025).expect("enough recaptures");
        assert!((people - 999.0).abs() < 1.0 && low > 900.0 && high < 1100.0, "{people} {low} {high}");
        assert_eq!(estimate(Overlap { first: 50, second: 50, both: 9 }, 0.025), None);
    }
}
