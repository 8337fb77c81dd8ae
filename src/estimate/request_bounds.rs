//! Requests kept with a known probability below one half: two bounds for the number of persons, and
//! no estimate. For any distribution of visits, the number missed lies between Chao and Lin's lower
//! bound (2012), in which everybody who is counted made at least one request, and `f1 (1−q)/q`.

use super::beta::bisect;
use super::person_sampling;
use std::collections::BTreeMap;

/// How many persons were seen once, twice, three times…
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<u64, u64>);

impl Seen {
    /// From pairs of visits and persons.
    pub fn new(counts: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut seen = Seen::default();
        counts.into_iter().for_each(|(visits, people)| seen.add(visits, people));
        seen
    }

    /// Adds persons who were seen so often.
    pub fn add(&mut self, visits: u64, people: u64) {
        if visits > 0 && people > 0 {
            *self.0.entry(visits).or_default() += people;
        }
    }

    /// Persons seen exactly so often.
    pub fn times(&self, visits: u64) -> u64 {
        self.0.get(&visits).copied().unwrap_or(0)
    }

    /// All persons seen.
    pub fn people(&self) -> u64 {
        self.0.values().sum()
    }

    /// All visits.
    pub fn visits(&self) -> u64 {
        self.0.iter().map(|(visits, people)| visits * people).sum()
    }

    /// Visits with the persons seen so often, from the fewest visits on.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(&visits, &people)| (visits, people))
    }
}

/// The bounds for the number of persons with at least one request before sampling; `tail` is the
/// probability left on each side.
pub fn bounds(seen: &Seen, rate: f64, tail: f64) -> (f64, f64) {
    let (people, once) = (seen.people(), seen.times(1));
    let high = (people - once) as f64 + person_sampling::high(once, rate, tail) as f64;
    (low(seen, rate, tail), high)
}

/// The lower bound: what was seen twice or more, and of those seen once as few as they may stand for.
pub fn low(seen: &Seen, rate: f64, tail: f64) -> f64 {
    let (people, once) = (seen.people() as f64, seen.times(1));
    // The chance of error is shared between those seen once and those seen twice.
    let expected_once = rate * person_sampling::low(once, rate, tail / 2.0) as f64;
    let expected_twice = poisson_high(seen.times(2), tail / 2.0);
    if expected_once <= 0.0 {
        return people;
    }
    let missed = expected_once * expected_once / (expected_once * rate / (1.0 - rate) + 2.0 * expected_twice);
    people.max(people - once as f64 + expected_once + missed)
}

/// The largest mean under which so few events are not too improbable.
pub fn poisson_high(events: u64, tail: f64) -> f64 {
    let most = events as f64 + 10.0 * (events as f64 + 10.0).sqrt() + 50.0;
    // At a mean of the events themselves so few are no surprise, so that the limit lies above.
    bisect(events as f64, most, |mean| poisson_at_most(events, mean) <= tail)
}

/// P(X ≤ events) for a Poisson variable: the terms from the likeliest one down.
fn poisson_at_most(events: u64, mean: f64) -> f64 {
    let first = (events as f64 * mean.ln() - mean - libm::lgamma(events as f64 + 1.0)).exp();
    let (mut total, mut term) = (first, first);
    for k in (1..=events).rev() {
        term *= k as f64 / mean;
        total += term;
        if term < total * 1e-17 {
            break;
        }
    }
    total.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_limits_are_the_published_ones() {
        assert!((poisson_high(0, 0.025) - 3.688_879).abs() < 1e-5);
        assert!((poisson_high(10, 0.025) - 18.390_36).abs() < 1e-4);
        assert!((poisson_high(1_000_000, 0.025) - 1_001_962.4).abs() < 2.0);
    }

    #[test]
    fn the_truth_of_even_visitors_lies_between_the_bounds() {
        // 100,000 persons with one visit each at 1 in 10: 10,000 are seen, once.
        let (low, high) = bounds(&Seen::new([(1, 10_000)]), 0.1, 0.025);
        assert!(low < 100_000.0 && high > 100_000.0, "{low} {high}");
        assert!(low > 90_000.0 && high < 103_000.0, "{low} {high}");
        let (low, high) = bounds(&Seen::default(), 0.1, 0.025);
        assert_eq!(low, 0.0);
        assert!(high < 40.0);
    }
}
