//! The traffic join: test visits show how often a page sends, a site's own log shows who loaded it,
//! and together they bound how many were affected.
//!
//! Evidence is counted per browser. Loads of one tester say how often *that* browser sends, not how
//! many browsers do. Whether sending depends on the browser (consent, a blocker, an A/B bucket) or
//! on the load (a race, the network) is usually unknown, so the low end takes the reading under
//! which fewer are affected and the high end the one under which more are.

use super::meld::Draws;
use super::share::{Distribution, Tally};
use hashbrown::HashMap;

/// What test visits show of one page, state of the visitor, vendor and data class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Evidence {
    /// Browsers whose first load sent, of the browsers that loaded the page.
    pub first: Tally,
    /// Browsers of which any load sent.
    pub ever: Tally,
    /// Loads that sent, of all loads.
    pub loads: Tally,
}

/// Why some loads send and others do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Nobody knows: the weaker reading holds for each end.
    #[default]
    Unknown,
    /// It depends on the browser: one that sends, sends on every load.
    Browser,
    /// It depends on the load: every load is a new throw.
    Load,
    /// The page's code sends on every load; somebody vouches for it.
    Always,
}

/// The chances of the visitors to be affected, gathered person by person.
#[derive(Clone, Debug)]
pub struct Chances {
    cause: Cause,
    tail: f64,
    /// Persons by what the low end says of them.
    low: HashMap<(Tally, u64), f64>,
    /// Upper limits that were worked out.
    known: HashMap<(Evidence, u64), (f64, f64)>,
    /// Σ p and Σ p² of the high end.
    high: (f64, f64),
    /// Σ of the shares as recorded.
    recorded: f64,
    /// All persons.
    visited: f64,
}

/// How many were affected, before rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affected {
    /// If visitors' browsers do what the testers' did and blockers are in the middle of their range.
    pub as_recorded: f64,
    /// No fewer.
    pub low: f64,
    /// No more.
    pub high: f64,
}

impl Chances {
    /// Nobody yet; `tail` is the probability left on each side, 0.025 for 95 %.
    pub fn new(cause: Cause, tail: f64) -> Self {
        Chances {
            cause,
            tail,
            low: HashMap::new(),
            known: HashMap::new(),
            high: (0.0, 0.0),
            recorded: 0.0,
            visited: 0.0,
        }
    }

    /// Adds persons who loaded several pages, each with its evidence and number of loads. Without
    /// evidence about the pages together, they are affected at least as often as by the surest
    /// page, and at most as often as if no two pages ever hit the same person.
    pub fn add(&mut self, pages: &[(Evidence, u64)], people: u64) {
        let mut surest: Option<(f64, Tally, u64)> = None;
        let (mut high, mut recorded) = (0.0, 0.0_f64);
        for &(evidence, loads) in pages {
            let (at_least, at_most) = self.limits(evidence, loads);
            let (tally, throws) = self.counted(evidence, loads);
            if surest.is_none_or(|(best, known, _)| (at_least, tally.share()) > (best, known.share())) {
                surest = Some((at_least, tally, throws));
            }
            high += at_most;
            recorded = recorded.max(evidence.loads.share());
        }
        let Some((_, tally, throws)) = surest else { return };
        let people = people as f64;
        *self.low.entry((tally, throws)).or_default() += people;
        let high = high.min(1.0);
        self.high.0 += people * high;
        self.high.1 += people * high * high;
        self.recorded += people * if self.cause == Cause::Always { 1.0 } else { recorded };
        self.visited += people;
    }

    /// What the low end counts: browsers, or loads where every load is known to be a throw.
    fn counted(&self, evidence: Evidence, loads: u64) -> (Tally, u64) {
        if self.cause == Cause::Load { (evidence.loads, loads.max(1)) } else { (evidence.first, 1) }
    }

    /// The limits of the chance that somebody with so many loads was affected.
    fn limits(&mut self, evidence: Evidence, loads: u64) -> (f64, f64) {
        let (cause, tail) = (self.cause, self.tail);
        let (tally, throws) = self.counted(evidence, loads);
        *self.known.entry((evidence, loads)).or_insert_with(|| {
            let per_browser = evidence.ever.high(tail);
            let per_load = after(evidence.loads.high(tail), loads.max(1));
            let high = match cause {
                Cause::Unknown => per_browser.max(per_load),
                Cause::Browser => per_browser,
                Cause::Load => per_load,
                Cause::Always => 1.0,
            };
            (after(tally.low(tail), throws), high)
        })
    }

    /// How many of them were affected; `left` is the part of visitors that blockers and refused
    /// consent leave, as far as is known.
    pub fn affected(&self, draws: &Draws, left: f64) -> Affected {
        let mut groups: Vec<_> = self.low.iter().map(|(&(tally, throws), &people)| (tally, throws, people)).collect();
        groups.sort_by_key(|&(tally, throws, _)| (tally, throws));
        let groups: Vec<(Distribution, u64, f64)> =
            groups.into_iter().map(|(tally, throws, people)| (tally.low_distribution(), throws, people)).collect();
        let low = draws.low(self.tail, |mass, left| {
            let (mut mean, mut variance) = (0.0, 0.0);
            for (distribution, throws, people) in &groups {
                let share = if self.cause == Cause::Always { 1.0 } else { distribution.quantile(mass) };
                let chance = left * if *throws == 1 { share } else { after(share, *throws) };
                mean += people * chance;
                variance += people * chance * (1.0 - chance);
            }
            (mean, variance)
        });
        let (sum, squares) = self.high;
        let high = draws.high(self.tail, |left| (left * sum, left * sum - left * left * squares));
        Affected {
            as_recorded: self.recorded * left,
            low: low.clamp(0.0, self.visited),
            high: high.clamp(0.0, self.visited),
        }
    }
}

/// The chance of having been sent after so many throws.
fn after(share: f64, throws: u64) -> f64 {
    if share >= 1.0 { 1.0 } else { -(throws as f64 * (-share).ln_1p()).exp_m1() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::rate::Rate;
    use crate::estimate::rounding::outwards;

    /// So many browsers, one load each, of which so many sent.
    fn browsers(sent: u64, all: u64) -> Evidence {
        let tally = Tally { sent, all };
        Evidence { first: tally, ever: tally, loads: tally }
    }

    fn golden(evidence: Evidence) -> (u64, (u64, u64)) {
        let blocking = Rate { low: 0.22, high: 0.32 };
        let mut chances = Chances::new(Cause::Unknown, 0.025);
        chances.add(&[(evidence, 1)], 10_000);
        let affected = chances.affected(&Draws::new(Some(blocking), None), 1.0 - blocking.middle());
        (affected.as_recorded.round() as u64, outwards(affected.low, affected.high))
    }

    #[test]
    fn ten_thousand_visitors_and_a_few_test_visits() {
        assert_eq!(golden(browsers(1, 1)), (7300, (0, 7900)));
        assert_eq!(golden(browsers(2, 2)), (7300, (300, 7900)));
        assert_eq!(golden(browsers(5, 6)), (6083, (2500, 7800)));
        assert_eq!(golden(browsers(6, 6)), (7300, (3800, 7900)));
        assert_eq!(golden(browsers(30, 30)), (7300, (6300, 7900)));
    }

    #[test]
    fn one_browser_twice_is_one_browser() {
        let (one, two) = (Tally { sent: 1, all: 1 }, Tally { sent: 2, all: 2 });
        assert_eq!(golden(Evidence { first: one, ever: one, loads: two }), (7300, (0, 7900)));
    }

    #[test]
    fn pages_are_not_added_up() {
        let evidence = browsers(30, 30);
        let draws = Draws::new(None, None);
        let mut chances = Chances::new(Cause::Unknown, 0.025);
        chances.add(&[(evidence, 1), (evidence, 3)], 1000);
        let both = chances.affected(&draws, 1.0);
        assert!(both.high <= 1000.0 && both.low < 1000.0 && (both.as_recorded - 1000.0).abs() < 1e-9);
        let mut apart = Chances::new(Cause::Unknown, 0.025);
        apart.add(&[(evidence, 1)], 500);
        apart.add(&[(evidence, 3)], 500);
        assert!((apart.affected(&draws, 1.0).low - both.low).abs() < 1.0);
    }

    #[test]
    fn a_cause_that_is_known_narrows() {
        let evidence = Evidence {
            first: Tally { sent: 5, all: 10 },
            ever: Tally { sent: 9, all: 10 },
            loads: Tally { sent: 15, all: 30 },
        };
        let draws = Draws::new(None, None);
        let ends = |cause| {
            let mut chances = Chances::new(cause, 0.025);
            chances.add(&[(evidence, 4)], 10_000);
            let affected = chances.affected(&draws, 1.0);
            (affected.low, affected.high)
        };
        let unknown = ends(Cause::Unknown);
        for cause in [Cause::Browser, Cause::Load] {
            let (low, high) = ends(cause);
            assert!(low >= unknown.0 && high <= unknown.1, "{cause:?}: {low} {high}, unknown {unknown:?}");
        }
        assert_eq!(ends(Cause::Always), (10_000.0, 10_000.0));
    }
}
