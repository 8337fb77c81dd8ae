//! The share of browsers, or of loads, that send: what so many of so many test visits tell of it.
//! A page is looked at because something was seen there, so the lower end is that of a binomial
//! variable of which only values from 1 on were ever recorded; one of one tells nothing.

use super::beta::{at_least, bisect};
use super::clopper_pearson;

/// Points of a confidence distribution that are worked out; between them it is taken as straight.
const POINTS: usize = 1000;

/// `k` that sent of `n` that were watched, `1 ≤ n`, `k ≤ n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tally {
    /// How many sent.
    pub sent: u64,
    /// How many there were.
    pub all: u64,
}

impl Tally {
    /// The share as recorded.
    pub fn share(self) -> f64 {
        if self.all == 0 { 0.0 } else { self.sent as f64 / self.all as f64 }
    }

    /// The lower limit: solves `P(X ≥ k) / P(X ≥ 1) = tail` for X ~ Bin(n, r); 0 for k of 1 and less.
    pub fn low(self, tail: f64) -> f64 {
        if self.sent <= 1 { 0.0 } else { bisect(0.0, 1.0, |share| self.given_any(share) >= tail) }
    }

    /// The upper limit: solves `P(X ≤ k) = tail`; 1 when all sent.
    pub fn high(self, tail: f64) -> f64 {
        clopper_pearson::high(self.sent, self.all, tail)
    }

    /// P(X ≥ k) / P(X ≥ 1), which grows with the share.
    fn given_any(self, share: f64) -> f64 {
        if share <= 0.0 {
            return 0.0;
        }
        let any = -(self.all as f64 * (-share).ln_1p()).exp_m1();
        at_least(self.sent, self.all, share) / any
    }

    /// The lower confidence distribution: the lower limit as a function of the mass left below it.
    pub fn low_distribution(self) -> Distribution {
        if self.sent <= 1 {
            return Distribution { points: vec![(0.0, 0.0), (1.0, 0.0)] };
        }
        let (from, to) = (self.low(1e-4), self.low(1.0 - 1e-4));
        let step = (to - from) / (POINTS - 1) as f64;
        let mut points = vec![(0.0, 0.0)];
        points.extend((0..POINTS).map(|place| {
            let share = from + step * place as f64;
            (self.given_any(share), share)
        }));
        points.push((1.0, to));
        Distribution { points }
    }
}

/// A confidence distribution, by its quantiles.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// Mass below, and the value, both ascending.
    points: Vec<(f64, f64)>,
}

impl Distribution {
    /// The value below which there is this much mass.
    pub fn quantile(&self, mass: f64) -> f64 {
        let after = self.points.partition_point(|&(below, _)| below < mass).clamp(1, self.points.len() - 1);
        let ((m0, v0), (m1, v1)) = (self.points[after - 1], self.points[after]);
        if m1 <= m0 { v0 } else { v0 + (v1 - v0) * ((mass - m0) / (m1 - m0)).clamp(0.0, 1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_one_tells_nothing_and_two_of_two_little() {
        assert_eq!(Tally { sent: 1, all: 1 }.low(0.025), 0.0);
        assert_eq!(Tally { sent: 1, all: 30 }.low(0.025), 0.0);
        // r / (2 − r) = 0.025
        assert!((Tally { sent: 2, all: 2 }.low(0.025) - 0.05 / 1.025).abs() < 1e-12);
        assert!((Tally { sent: 6, all: 6 }.low(0.025) - 0.5397).abs() < 1e-3);
        assert_eq!(Tally { sent: 6, all: 6 }.high(0.025), 1.0);
        assert!((Tally { sent: 5, all: 6 }.high(0.025) - 0.995_79).abs() < 1e-5);
    }

    #[test]
    fn the_distribution_has_the_limits_as_its_quantiles() {
        for tally in [Tally { sent: 2, all: 2 }, Tally { sent: 5, all: 6 }, Tally { sent: 300, all: 1000 }] {
            let distribution = tally.low_distribution();
            for mass in [0.001, 0.025, 0.3, 0.9] {
                let (by_table, exact) = (distribution.quantile(mass), tally.low(mass));
                assert!((by_table - exact).abs() < 2e-4, "{tally:?} {mass}: {by_table} {exact}");
            }
        }
    }
}
