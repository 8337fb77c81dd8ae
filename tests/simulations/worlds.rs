//! Worlds to estimate: how often people visit, and exact draws of how many of them are seen how
//! often. Frequencies are drawn, not people, so ten million cost what a thousand do.

use leakledger::estimate::random::Random;
use std::collections::BTreeMap;

/// A distribution of visits: the chance of 1, 2, 3… visits, of those who visited at all.
pub(crate) struct Visits {
    pub(crate) name: &'static str,
    /// Visits with their chance.
    pub(crate) chances: Vec<(u64, f64)>,
}

/// From weights for 1, 2, 3… visits.
fn visits(name: &'static str, most: u64, weight: impl Fn(f64) -> f64) -> Visits {
    let weights: Vec<(u64, f64)> = (1..=most).map(|m| (m, weight(m as f64))).collect();
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    Visits { name, chances: weights.into_iter().map(|(m, weight)| (m, weight / total)).collect() }
}

/// The distributions of visits that the methods are tried on.
pub(crate) fn all_visits() -> Vec<Visits> {
    let ln_factorial = |m: f64| libm_lgamma(m + 1.0);
    vec![
        visits("one", 1, |_| 1.0),
        visits("Poisson 2", 40, |m| (m * 2_f64.ln() - ln_factorial(m)).exp()),
        visits("geometric", 120, |m| 0.8_f64.powf(m)),
        visits("negative binomial 0.3", 300, |m| (libm_lgamma(m + 0.3) - ln_factorial(m) + m * 0.9_f64.ln()).exp()),
        visits("Zipf 1.3", 1000, |m| m.powf(-1.3)),
        visits("Zipf 2", 1000, |m| m.powf(-2.0)),
        visits("lognormal", 1000, |m| (-(m.ln() - 0.5).powi(2) / (2.0 * 1.2 * 1.2)).exp() / m),
        Visits { name: "80 % one", chances: vec![(1, 0.8), (2, 0.1), (5, 0.1)] },
        Visits { name: "60 % one, 40 % fifty", chances: vec![(1, 0.6), (50, 0.4)] },
    ]
}

/// Stirling's series; good to ten digits from 8 on, and moved up below that.
pub(crate) fn libm_lgamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let series = inverse / 12.0 - inverse.powi(3) / 360.0 + inverse.powi(5) / 1260.0;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// The probability of `k` of `n`.
pub(crate) fn binomial(k: u64, n: u64, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return f64::from(u8::from(k == if p <= 0.0 { 0 } else { n }));
    }
    let (k, n) = (k as f64, n as f64);
    let choose = libm_lgamma(n + 1.0) - libm_lgamma(k + 1.0) - libm_lgamma(n - k + 1.0);
    (choose + k * p.ln() + (n - k) * (-p).ln_1p()).exp()
}

/// The likely values of a binomial variable with their probabilities.
pub(crate) fn likely(n: u64, p: f64) -> Vec<(u64, f64)> {
    let (mean, deviation) = (n as f64 * p, (n as f64 * p * (1.0 - p)).sqrt());
    let low = (mean - 8.0 * deviation - 10.0).max(0.0) as u64;
    let high = ((mean + 8.0 * deviation + 10.0) as u64).min(n);
    (low..=high).map(|k| (k, binomial(k, n, p))).collect()
}

/// A binomial draw, exact: from the likeliest value outwards until the chance is used up.
pub(crate) fn draw(random: &mut Random, n: u64, p: f64) -> u64 {
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let odds = p / (1.0 - p);
    let mut left = random.uniform() - binomial(mode, n, p);
    let (mut below, mut above) = (mode, mode);
    let (mut chance_below, mut chance_above) = (binomial(mode, n, p), binomial(mode, n, p));
    while left > 0.0 && (below > 0 || above < n) {
        if above < n {
            chance_above *= (n - above) as f64 / (above + 1) as f64 * odds;
            above += 1;
            left -= chance_above;
            if left <= 0.0 {
                return above;
            }
        }
        if below > 0 {
            chance_below *= below as f64 / (n - below + 1) as f64 / odds;
            below -= 1;
            left -= chance_below;
            if left <= 0.0 {
                return below;
            }
        }
        if chance_above < 1e-18 && chance_below < 1e-18 {
            break;
        }
    }
    mode
}

/// How many of `n` fall under each of these chances, which add up to 1 or less.
pub(crate) fn multinomial(random: &mut Random, n: u64, chances: &[f64]) -> Vec<u64> {
    let (mut rest, mut mass) = (n, 1.0);
    chances
        .iter()
        .map(|&chance| {
            let drawn = if mass <= 0.0 { 0 } else { draw(random, rest, (chance / mass).min(1.0)) };
            rest -= drawn;
            mass -= chance;
            drawn
        })
        .collect()
}

impl Visits {
    /// The chance of being seen 0, 1, 2… times when every visit is kept with this rate.
    pub(crate) fn seen(&self, rate: f64) -> Vec<f64> {
        let mut seen: BTreeMap<u64, f64> = BTreeMap::new();
        for &(m, chance) in &self.chances {
            for (k, part) in likely(m, rate) {
                *seen.entry(k).or_default() += chance * part;
            }
        }
        let most = seen.keys().max().copied().unwrap_or(0);
        (0..=most).map(|k| seen.get(&k).copied().unwrap_or(0.0)).collect()
    }
}

#[test]
fn draws_have_the_right_mean() {
    let mut random = Random::new(5);
    for (n, p) in [(10, 0.3), (1000, 0.02), (100_000, 0.5)] {
        let runs = 2000;
        let mean = (0..runs).map(|_| draw(&mut random, n, p) as f64).sum::<f64>() / f64::from(runs);
        let deviation = (n as f64 * p * (1.0 - p) / f64::from(runs)).sqrt();
        assert!((mean - n as f64 * p).abs() < 4.0 * deviation, "{n} {p}: {mean}");
    }
    for visits in all_visits() {
        let total: f64 = visits.seen(0.3).iter().sum();
        assert!((total - 1.0).abs() < 1e-6, "{}: {total}", visits.name);
    }
}
