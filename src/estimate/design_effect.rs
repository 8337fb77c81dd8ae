//! A source that counts visits instead of persons: how many persons its visits are worth. Visits of
//! one person are alike, so `n` visits say as much as `n / (1 + (m′ − 1)ρ)` persons (Kish 1965),
//! where m′ is the size of the cluster that a *visit* finds itself in, `Σm² / Σm`. The mean number
//! of visits in its place ignores that most visits are made by few: with Zipf's visits such an
//! interval holds the truth in a third of all cases.

use super::clopper_pearson;
use super::request_bounds::Seen;

/// How alike the visits of one person are where nobody knows: entirely.
pub const UNKNOWN_CORRELATION: f64 = 1.0;

/// Σm² / Σm: the number of visits that the person behind an average visit made.
pub fn visits_of_a_visit(seen: &Seen) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for (visits, people) in seen.iter() {
        let visits = visits as f64;
        sum += visits * people as f64;
        squares += visits * visits * people as f64;
    }
    if sum > 0.0 { squares / sum } else { 1.0 }
}

/// The interval for a share of persons from `x` of `n` visits; `cluster` is [`visits_of_a_visit`].
/// What is left of the numbers is rounded such that the interval only grows.
pub fn interval(x: u64, n: u64, cluster: f64, correlation: f64, tail: f64) -> (f64, f64) {
    let effect = (1.0 + (cluster - 1.0) * correlation).max(1.0);
    let persons = (n as f64 / effect).floor().max(1.0);
    let affected = x as f64 / n as f64 * persons;
    let whole = persons as u64;
    let low = clopper_pearson::low((affected + 1e-9).floor() as u64, whole, tail);
    let high = clopper_pearson::high(((affected - 1e-9).ceil().max(0.0) as u64).min(whole), whole, tail);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visit_each_changes_nothing() {
        let seen = Seen::new([(1, 50)]);
        assert_eq!(visits_of_a_visit(&seen), 1.0);
        assert_eq!(interval(10, 50, 1.0, 1.0, 0.025), clopper_pearson::interval(10, 50, 0.025));
    }

    #[test]
    fn a_busy_visitor_weighs_as_one() {
        // Ten persons of one visit and one of ninety: a visit finds itself among 81.1 on average.
        let seen = Seen::new([(1, 10), (90, 1)]);
        assert!((visits_of_a_visit(&seen) - 81.1).abs() < 1e-9);
        let (low, high) = interval(90, 100, 81.1, 1.0, 0.025);
        assert_eq!((low, high), (0.0, 1.0));
    }
}
