//! Persons kept with a known probability (a hash of their key): how many there were before. Exact
//! inversion of the binomial distribution, for any number and any rate; the same for the affected
//! among them.

use super::beta::{at_least, at_most};

/// The best guess, `seen / rate`.
pub fn estimate(seen: u64, rate: f64) -> f64 {
    seen as f64 / rate
}

/// The least number of persons of whom so many may well be kept, and the greatest of whom so few
/// may be: `P(Bin(N, q) ≥ seen) > tail` and `P(Bin(N, q) ≤ seen) > tail`.
pub fn interval(seen: u64, rate: f64, tail: f64) -> (u64, u64) {
    (low(seen, rate, tail), high(seen, rate, tail))
}

/// The lower end.
pub fn low(seen: u64, rate: f64, tail: f64) -> u64 {
    if seen == 0 || rate >= 1.0 {
        return seen;
    }
    first(seen, |people| at_least(seen, people, rate) > tail)
}

/// The upper end.
pub fn high(seen: u64, rate: f64, tail: f64) -> u64 {
    if rate >= 1.0 {
        return seen;
    }
    first(seen, |people| at_most(seen, people, rate) <= tail) - 1
}

/// The least number, from `start` on, from which the condition holds.
fn first(start: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let mut step = 1;
    let mut low = start;
    while !holds(low + step) {
        low += step;
        step *= 2;
    }
    if holds(low) {
        return low;
    }
    let mut high = low + step;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_last_that_may_be() {
        for (seen, rate) in [(0, 0.01), (1, 0.01), (7, 0.1), (500, 0.25), (620_000, 0.01)] {
            let (low, high) = interval(seen, rate, 0.025);
            assert!(low <= high && low >= seen);
            assert!(at_least(seen, low, rate) > 0.025);
            assert!(low == seen || at_least(seen, low - 1, rate) <= 0.025);
            assert!(at_most(seen, high, rate) > 0.025 && at_most(seen, high + 1, rate) <= 0.025);
        }
        assert_eq!(interval(12, 1.0, 0.025), (12, 12));
        assert_eq!(low(0, 0.01, 0.025), 0);
        // Nobody of those kept at 1 in 100 was seen: fewer than 368 were there.
        assert_eq!(high(0, 0.01, 0.025), 367);
    }
}
