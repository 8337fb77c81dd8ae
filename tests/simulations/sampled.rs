//! Logs of which only a part was kept.

use super::worlds::{Visits, all_visits, likely, multinomial};
use super::{FEW, MANY, Verdict, least_hits};
use leakledger::estimate::random::Random;
use leakledger::estimate::request_bounds::{Seen, bounds};
use leakledger::estimate::two_sensors::{self, Overlap};
use leakledger::estimate::{chao1, person_sampling, request_series};
use std::collections::HashMap;

#[test]
fn people_kept_by_hash_are_counted_right_at_every_rate() {
    let mut verdict = Verdict::default();
    for rate in [0.9, 0.75, 0.5, 0.25, 0.1, 0.01] {
        for people in [1_u64, 2, 10, 50, 1000, 30_000] {
            let held = likely(people, rate)
                .into_iter()
                .filter(|(seen, chance)| {
                    // Values that never occur cost most of the time.
                    *chance > 1e-13 && {
                        let (low, high) = person_sampling::interval(*seen, rate, 0.025);
                        (low..=high).contains(&people)
                    }
                })
                .map(|(_, chance)| chance)
                .sum();
            verdict.guaranteed(format!("{people} people at {rate}"), held, 0.95 - 1e-9);
        }
    }
    verdict.must_hold();
}

#[test]
fn wald_is_caught_on_sampled_people() {
    let mut verdict = Verdict::default();
    for people in [50, 1000] {
        let rate: f64 = 0.01;
        let held = likely(people, rate)
            .into_iter()
            .filter(|(seen, _)| {
                let (seen, half) = (*seen as f64 / rate, 1.96 * (*seen as f64 * (1.0 - rate)).sqrt() / rate);
                (seen - people as f64).abs() <= half
            })
            .map(|(_, chance)| chance)
            .sum();
        verdict.guaranteed(format!("{people} people"), held, 0.95 - 1e-9);
    }
    verdict.must_break("Wald");
}

/// Draws who was seen how often.
fn seen(random: &mut Random, chances: &[f64], people: u64) -> Seen {
    let counts = multinomial(random, people, chances);
    Seen::new(counts.into_iter().enumerate().skip(1).map(|(visits, people)| (visits as u64, people)))
}

type Bounds<'b> = dyn FnMut(&Seen, f64) -> (f64, f64) + 'b;

/// How often the bounds hold the truth in every distribution of visits.
fn bounded(runs: usize, people: &[u64], rates: &[f64], method: &mut Bounds<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    for Visits { name, chances } in all_visits() {
        let world = Visits { name, chances };
        for &rate in rates {
            let chances = world.seen(rate);
            for &people in people {
                let mut random = Random::new(people ^ rate.to_bits() ^ name.len() as u64);
                let mut held = 0;
                for _ in 0..runs {
                    let (low, high) = method(&seen(&mut random, &chances, people), rate);
                    held += usize::from(low <= people as f64 && people as f64 <= high);
                }
                let setting = format!("{name}, {people} people at {rate}");
                verdict.guaranteed(setting, held as f64 / runs as f64, least_hits(runs, 0.95) / runs as f64);
            }
        }
    }
    verdict
}

/// The bounds, each of which depends on two numbers that recur.
fn chao_lin() -> impl FnMut(&Seen, f64) -> (f64, f64) {
    let mut known: HashMap<(u64, u64, u64, u64), (f64, f64)> = HashMap::new();
    move |seen, rate| {
        // More than two visits only add to both ends.
        let (once, twice) = (seen.times(1), seen.times(2));
        let more = (seen.people() - once - twice) as f64;
        let (low, high) = *known
            .entry((once, twice, 0, rate.to_bits()))
            .or_insert_with(|| bounds(&Seen::new([(1, once), (2, twice)]), rate, 0.025));
        (low + more, high + more)
    }
}

#[test]
fn bounds_for_sampled_requests_hold_for_any_visits() {
    bounded(FEW, &[300, 5000], &[0.25, 0.1], &mut chao_lin()).must_hold();
}

#[test]
#[ignore = "the whole grid; see the head of simulations.rs"]
fn bounds_for_sampled_requests_hold_for_any_visits_in_the_whole_grid() {
    bounded(MANY, &[100, 1000, 10_000, 100_000], &[0.25, 0.1, 0.01], &mut chao_lin()).must_hold();
}

/// Chao's older bound, which also counts those who never came.
#[test]
fn chao1_is_caught_in_place_of_chao_and_lin() {
    let mut wrong = chao_lin();
    let mut method = |seen: &Seen, rate: f64| (chao1::low(seen).max(wrong(seen, rate).0), wrong(seen, rate).1);
    bounded(FEW, &[5000], &[0.25, 0.1], &mut method).must_break("Chao1");
}

/// Everybody who can be seen, also those who happened never to be: visits are Poisson with a mean
/// that differs from person to person.
fn chao1_holds(runs: usize, people: &[u64]) -> Verdict {
    let mut verdict = Verdict::default();
    for (name, means) in means_of_visits() {
        let chances: Vec<f64> =
            (0..=200_u64).map(|seen| means.iter().map(|(mean, part)| part * poisson(seen, *mean)).sum()).collect();
        for &people in people {
            let mut random = Random::new(people ^ name.len() as u64);
            let held = (0..runs).filter(|_| chao1::low(&seen(&mut random, &chances, people)) <= people as f64).count();
            let least = least_hits(runs, 0.975).min(runs as f64 * 0.965) / runs as f64;
            verdict.guaranteed(format!("{name}, {people} people"), held as f64 / runs as f64, least);
        }
    }
    verdict
}

/// Distributions of the mean number of visits: values with their parts of all people.
fn means_of_visits() -> Vec<(&'static str, Vec<(f64, f64)>)> {
    let spread = |weight: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
        let all: Vec<(f64, f64)> =
            (1..=400).map(|place| f64::from(place) / 20.0).map(|mean| (mean, weight(mean))).collect();
        let total: f64 = all.iter().map(|(_, weight)| weight).sum();
        all.into_iter().map(|(mean, weight)| (mean, weight / total)).collect()
    };
    vec![
        ("all alike", vec![(1.0, 1.0)]),
        ("all alike and rare", vec![(0.3, 1.0)]),
        ("geometric", spread(&|mean| (-mean).exp())),
        ("negative binomial 0.3", spread(&|mean| mean.powf(-0.7) * (-mean / 3.0).exp())),
        ("lognormal", spread(&|mean| (-mean.ln().powi(2) / 2.0).exp() / mean)),
        ("power law", spread(&|mean| mean.powf(-1.5))),
        ("few busy", vec![(0.5, 0.8), (8.0, 0.2)]),
    ]
}

fn poisson(count: u64, mean: f64) -> f64 {
    (count as f64 * mean.ln() - mean - super::worlds::libm_lgamma(count as f64 + 1.0)).exp()
}

#[test]
fn chao1_is_a_lower_bound() {
    chao1_holds(FEW, &[500, 5000]).must_hold();
}

#[test]
#[ignore = "the whole grid; see the head of simulations.rs"]
fn chao1_is_a_lower_bound_in_the_whole_grid() {
    chao1_holds(MANY, &[200, 1000, 10_000, 1_000_000]).must_hold();
}

/// The series at rates of a half and more.
fn series(runs: usize, people: &[u64], room: f64) -> Verdict {
    let mut verdict = Verdict::default();
    for world in all_visits() {
        for rate in [0.9, 0.75, 0.5] {
            // With one visit at most and nobody to miss there is nothing to estimate.
            let chances = world.seen(rate);
            for &people in people {
                let (missed, seen_once) = (people as f64 * chances[0], people as f64 * (1.0 - chances[0]));
                if missed < 10.0 || seen_once < 10.0 {
                    continue;
                }
                let mut random = Random::new(people + rate.to_bits());
                let mut held = 0;
                for _ in 0..runs {
                    let seen = seen(&mut random, &chances, people);
                    let (_, low, high) = request_series::estimate(&seen, rate, 0.025).expect("an estimate");
                    held += usize::from(low <= people as f64 && people as f64 <= high);
                }
                verdict.calibrated(format!("{}, {people} at {rate}", world.name), held as f64 / runs as f64, room);
            }
        }
    }
    verdict
}

#[test]
fn the_series_is_calibrated() {
    // Of 400 runs 95 % ± 2 % ± three standard errors.
    let verdict = series(FEW, &[5000], 0.02 + 3.2 * (0.95 * 0.05 / FEW as f64).sqrt());
    verdict.must_hold();
    assert!((verdict.average() - 0.95).abs() < 0.015, "{}", verdict.average());
}

#[test]
#[ignore = "the whole grid; see the head of simulations.rs"]
fn the_series_is_calibrated_in_the_whole_grid() {
    let verdict = series(MANY, &[2000, 20_000, 10_000_000], 0.02);
    verdict.must_hold();
    assert!((verdict.average() - 0.95).abs() < 0.01, "{}", verdict.average());
}

fn recaptured(runs: usize, people: &[u64], room: f64) -> Verdict {
    let mut verdict = Verdict::default();
    for &people in people {
        for (first, second) in [(0.1, 0.1), (0.3, 0.2), (0.5, 0.5), (0.8, 0.3)] {
            let both = first * second;
            if people as f64 * both < 10.0 {
                continue;
            }
            let mut random = Random::new(people);
            let (mut held, mut offered) = (0_usize, 0_usize);
            for _ in 0..runs {
                let drawn = multinomial(&mut random, people, &[both, first - both, second - both]);
                let overlap = Overlap { first: drawn[0] + drawn[1], second: drawn[0] + drawn[2], both: drawn[0] };
                let Some((_, low, high)) = two_sensors::estimate(overlap, 0.025) else { continue };
                offered += 1;
                held += usize::from(low <= people as f64 && people as f64 <= high);
            }
            verdict.calibrated(format!("{people} people, {first} and {second}"), held as f64 / offered as f64, room);
        }
    }
    verdict
}

#[test]
fn two_sensors_are_calibrated() {
    let verdict = recaptured(FEW, &[2000, 50_000], 0.02 + 3.2 * (0.95 * 0.05 / FEW as f64).sqrt());
    verdict.must_hold();
}

#[test]
#[ignore = "the whole grid; see the head of simulations.rs"]
fn two_sensors_are_calibrated_in_the_whole_grid() {
    let verdict = recaptured(MANY, &[2000, 20_000, 1_000_000], 0.02);
    verdict.must_hold();
    assert!((verdict.average() - 0.95).abs() < 0.01, "{}", verdict.average());
}
