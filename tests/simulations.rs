//! The estimates against worlds whose truth is known. Seeded, so that a run can be repeated.
//!
//! A method that guarantees its coverage must hold in every setting, one that is calibrated must be
//! right within two points in each and one on average, and a bound must hold on its one side. Each
//! rule is also put to a variant that is known to be wrong, and must catch it: a test that nothing
//! can fail would prove nothing.
//!
//! The usual run uses fewer repetitions and settings. The whole:
//! `cargo test --release --test simulations -- --include-ignored`

mod common;

#[path = "simulations/worlds.rs"]
mod worlds;

#[path = "simulations/shares.rs"]
mod shares;

#[path = "simulations/sampled.rs"]
mod sampled;

#[path = "simulations/joins.rs"]
mod joins;

use std::fmt::Display;

/// Runs of each setting: a few in the usual run, ten thousand in the whole.
const FEW: usize = 300;
const MANY: usize = 10_000;

/// The fewest hits out of so many runs that are no evidence against a coverage of 95 %: 9,430 of
/// 10,000.
fn least_hits(runs: usize, coverage: f64) -> f64 {
    let runs = runs as f64;
    runs * coverage - 3.2 * (runs * coverage * (1.0 - coverage)).sqrt()
}

/// Settings in which a rule was broken.
#[derive(Default)]
struct Verdict {
    settings: usize,
    broken: Vec<String>,
    coverages: Vec<f64>,
}

impl Verdict {
    /// Coverage must be at least this; exact figures leave no room for chance.
    fn guaranteed(&mut self, setting: impl Display, held: f64, least: f64) {
        self.settings += 1;
        self.coverages.push(held);
        if held < least {
            self.broken.push(format!("{setting}: {held:.4} is under {least:.4}"));
        }
    }

    /// Coverage must be near 95 %.
    fn calibrated(&mut self, setting: impl Display, held: f64, room: f64) {
        self.settings += 1;
        self.coverages.push(held);
        if (held - 0.95).abs() > room {
            self.broken.push(format!("{setting}: {held:.4} is not within {room} of 0.95"));
        }
    }

    fn average(&self) -> f64 {
        self.coverages.iter().sum::<f64>() / self.coverages.len() as f64
    }

    fn must_hold(&self) {
        assert!(self.settings > 3, "only {} settings", self.settings);
        assert!(
            self.broken.is_empty(),
            "{} of {} settings:\n{}",
            self.broken.len(),
            self.settings,
            self.broken.join("\n")
        );
    }

    fn must_break(&self, variant: &str) {
        assert!(!self.broken.is_empty(), "{variant} passed in all {} settings", self.settings);
    }
}
