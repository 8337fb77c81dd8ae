//! Chao's lower bound (1984) for how many could have been seen in records of which some are lost in
//! a way that nobody knows: "at least" so many, with no upper end. Never for a complete log, in
//! which whoever was not seen was not exposed.

use super::request_bounds::Seen;

/// The number below which the bound adds nothing that could be told from chance.
const LEAST_UNSEEN: f64 = 50.0;

/// The 95 % one-sided lower limit of Chao1.
pub fn low(seen: &Seen) -> f64 {
    let (f1, f2) = (seen.times(1) as f64, seen.times(2) as f64);
    let people = seen.people() as f64;
    let unseen = f1 * (f1 - 1.0).max(0.0) / (2.0 * (f2 + 1.0));
    if unseen < LEAST_UNSEEN {
        return people;
    }
    let pairs = f2 + 1.0;
    let variance = unseen
        + f1 * (2.0 * f1 - 1.0).powi(2) / (4.0 * pairs * pairs)
        + f1 * f1 * f2 * (f1 - 1.0).powi(2) / (4.0 * pairs.powi(4));
    let spread = (1.96 * (1.0 + variance / (unseen * unseen)).ln().sqrt()).exp();
    people + unseen / spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_unseen_are_none() {
        assert_eq!(low(&Seen::new([(1, 5), (2, 3), (9, 2)])), 10.0);
        let (seen, people) = (Seen::new([(1, 1000), (2, 500)]), 1500.0);
        let bound = low(&seen);
        assert!(bound > people && bound < people + 1000.0, "{bound}");
    }
}
