//! Melding (Fay, Proschan & Brittain 2015): the interval of a number that depends on several
//! unknown rates. Each rate is drawn from the confidence distribution of its limits, the number is
//! worked out, and the interval ends where 2.5 % of the draws lie beyond.
//!
//! Two things are on the safe side on purpose. The upper end holds the testers' share at its own
//! upper limit instead of drawing it: a page that sent in 5 of 6 visits may well send in all, and a
//! drawn share would hide that. And where several rates are drawn together, the ends are not the
//! quantiles of the draws but the order statistics that lie beyond them with 97.5 % certainty, so
//! that no seed makes an interval shorter than it should be.

use super::normal;
use super::random::Random;
use super::rate::{End, Rate};

/// How many draws are made.
pub const DRAWS: usize = 40_000;

/// The seed of all draws.
const SEED: u64 = 0x6c65_616b_6c65_6467;

/// Standard errors by which an order statistic is moved outwards.
const SAFETY: f64 = 1.96;

/// A number of people as a function of one draw: its mean, and its variance around the mean.
pub type Spread = (f64, f64);

/// The draws that all rows of a run share.
#[derive(Clone, Debug)]
pub struct Draws {
    /// Uniform draws for the testers' share.
    share: Vec<f64>,
    /// Standard normal draws for the count.
    count: Vec<f64>,
    /// What part of visitors is left by blockers and refused consent, for the lower end.
    left_low: Vec<f64>,
    /// The same for the upper end.
    left_high: Vec<f64>,
    /// Standard errors by which an order statistic is moved outwards: none where the testers' share
    /// is the only rate, since one stratified sequence has no error to speak of.
    safety: f64,
}

impl Draws {
    /// The draws for stated rates of blocking and of consent.
    pub fn new(blocking: Option<Rate>, consent: Option<Rate>) -> Self {
        let mut random = Random::new(SEED);
        let share = random.stratified(DRAWS);
        let count = normal_draws(&mut random);
        let (blocked, consented) = (random.stratified(DRAWS), random.stratified(DRAWS));
        let left = |of_blocking: End, of_consent: End| -> Vec<f64> {
            let blocked = blocking.map(|rate| rate.draws(of_blocking, &blocked));
            let consented = consent.map(|rate| rate.draws(of_consent, &consented));
            let at = |draws: &Option<Vec<f64>>, place: usize, none: f64| draws.as_ref().map_or(none, |all| all[place]);
            (0..DRAWS).map(|place| (1.0 - at(&blocked, place, 0.0)) * at(&consented, place, 1.0)).collect()
        };
        let (left_low, left_high) = (left(End::High, End::Low), left(End::Low, End::High));
        let safety = if blocking.is_some() || consent.is_some() { SAFETY } else { 0.0 };
        Draws { share, count, left_low, left_high, safety }
    }

    /// The lower end: `people` gives the spread for a mass of the share's distribution and the part
    /// of visitors that is left.
    pub fn low(&self, tail: f64, mut people: impl FnMut(f64, f64) -> Spread) -> f64 {
        let draw = |place: usize| (self.share[place], self.left_low[place], self.count[place]);
        let mut drawn: Vec<f64> = (0..DRAWS).map(draw).map(|(mass, left, z)| at(people(mass, left), z)).collect();
        let place = self.place_beyond(tail);
        *drawn.select_nth_unstable_by(place, f64::total_cmp).1
    }

    /// The upper end: `people` gives the spread for the part of visitors that is left.
    pub fn high(&self, tail: f64, mut people: impl FnMut(f64) -> Spread) -> f64 {
        let draw = |place: usize| (self.left_high[place], self.count[place]);
        let mut drawn: Vec<f64> = (0..DRAWS).map(draw).map(|(left, z)| at(people(left), z)).collect();
        let place = DRAWS - 1 - self.place_beyond(tail);
        *drawn.select_nth_unstable_by(place, f64::total_cmp).1
    }

    /// The place of the order statistic below which, with 97.5 % certainty, there is no more than
    /// `tail`.
    fn place_beyond(&self, tail: f64) -> usize {
        let draws = DRAWS as f64;
        let place = draws * tail - self.safety * (draws * tail * (1.0 - tail)).sqrt();
        place.max(0.0).floor() as usize
    }
}

fn at((mean, variance): Spread, z: f64) -> f64 {
    mean + z * variance.max(0.0).sqrt()
}

/// Normal draws by quantiles, read off a table, since only their order is random.
fn normal_draws(random: &mut Random) -> Vec<f64> {
    let table: Vec<f64> = (0..DRAWS / 2).map(|place| normal::quantile((place as f64 + 0.5) / DRAWS as f64)).collect();
    let value = |mass: f64| {
        let place = (mass * DRAWS as f64) as usize;
        if place < DRAWS / 2 { table[place] } else { -table[DRAWS - 1 - place] }
    };
    random.stratified(DRAWS).into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_unknown_only_chance_is_left() {
        let draws = Draws::new(None, None);
        let low = draws.low(0.025, |_, left| (1000.0 * left, 100.0));
        let high = draws.high(0.025, |left| (1000.0 * left, 100.0));
        assert!((low - (1000.0 - 20.0)).abs() < 0.5 && (high - (1000.0 + 20.0)).abs() < 0.5, "{low} {high}");
        assert_eq!(draws.low(0.025, |_, _| (5.0, 0.0)), 5.0);
    }

    #[test]
    fn stated_rates_thin_the_visitors() {
        let blocking = Some(Rate { low: 0.22, high: 0.32 });
        let draws = Draws::new(blocking, Some(Rate { low: 0.5, high: 0.5 }));
        let low = draws.low(0.025, |_, left| (10_000.0 * left, 0.0));
        let high = draws.high(0.025, |left| (10_000.0 * left, 0.0));
        assert!((low - 3400.0).abs() < 10.0 && (high - 3900.0).abs() < 10.0, "{low} {high}");
    }
}
