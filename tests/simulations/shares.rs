//! Shares of a panel, by exact enumeration.

use super::Verdict;
use super::worlds::{binomial, likely};
use leakledger::estimate::{clopper_pearson, wilson};

const PANELS: [u64; 7] = [1, 2, 5, 10, 30, 100, 500];

fn shares() -> Vec<f64> {
    let inner = (1..40).map(|place| f64::from(place) / 40.0);
    [0.0, 0.005, 0.01, 0.99, 0.995, 1.0].into_iter().chain(inner).collect()
}

/// The coverage of a method, by adding up the probabilities of what it holds for.
fn coverage(n: u64, p: f64, interval: impl Fn(u64, u64) -> (f64, f64)) -> f64 {
    let holds = |x: &u64| {
        let (low, high) = interval(*x, n);
        low <= p && p <= high
    };
    (0..=n).filter(holds).map(|x| binomial(x, n, p)).sum()
}

fn verdict(interval: impl Fn(u64, u64) -> (f64, f64)) -> Verdict {
    let mut verdict = Verdict::default();
    for n in PANELS {
        let known: Vec<(f64, f64)> = (0..=n).map(|x| interval(x, n)).collect();
        for p in shares() {
            let held = coverage(n, p, |x, _| known[x as usize]);
            verdict.guaranteed(format!("n {n}, p {p}"), held, 0.95 - 1e-9);
        }
    }
    verdict
}

/// The interval of a normal approximation, which is often taught and often wrong.
fn wald(x: u64, n: u64) -> (f64, f64) {
    let share = x as f64 / n as f64;
    let half = 1.96 * (share * (1.0 - share) / n as f64).sqrt();
    (share - half, share + half)
}

/// The equal-tailed interval of a Bayesian with Jeffreys' prior.
fn jeffreys(x: u64, n: u64) -> (f64, f64) {
    let (a, b) = (x as f64 + 0.5, (n - x) as f64 + 0.5);
    use leakledger::estimate::beta::beta_quantile;
    (beta_quantile(a, b, 0.025), beta_quantile(a, b, 0.975))
}

#[test]
fn clopper_and_pearson_hold_everywhere() {
    verdict(|x, n| clopper_pearson::interval(x, n, 0.025)).must_hold();
}

#[test]
fn wald_and_jeffreys_are_caught() {
    verdict(wald).must_break("Wald");
    let jeffreys_at_one = coverage(30, 1.0, jeffreys);
    assert!(jeffreys_at_one < 1e-9, "Jeffreys holds at p = 1 in {jeffreys_at_one}");
    verdict(jeffreys).must_break("Jeffreys");
}

#[test]
fn exact_intervals_are_not_wasteful() {
    for n in [20, 50, 200, 1000] {
        for x in [5, n / 4, n / 2, n - 5] {
            let (exact, score) = (clopper_pearson::interval(x, n, 0.025), wilson::interval(x, n, 0.025));
            let ratio = (exact.1 - exact.0) / (score.1 - score.0);
            assert!(ratio <= 1.15, "{x} of {n}: {ratio}");
        }
    }
}

#[test]
fn wilson_is_calibrated_where_it_is_offered() {
    let mut verdict = Verdict::default();
    for n in [30_u64, 50, 100, 300, 1000, 10_000] {
        for p in shares() {
            if n as f64 * p < 10.0 || n as f64 * (1.0 - p) < 10.0 {
                continue;
            }
            let holds = |x: u64| {
                let (low, high) = wilson::interval(x, n, 0.025);
                low <= p && p <= high
            };
            let held = likely(n, p).into_iter().filter(|(x, _)| holds(*x)).map(|(_, chance)| chance).sum();
            verdict.calibrated(format!("n {n}, p {p}"), held, 0.02);
        }
    }
    verdict.must_hold();
    assert!((verdict.average() - 0.95).abs() < 0.01, "{}", verdict.average());
}
