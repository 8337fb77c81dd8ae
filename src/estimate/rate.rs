//! A rate that somebody states as a range: what part of browsers block, what part of visitors
//! consent. The range is taken as the 95 % interval of a beta distribution around its middle. A
//! beta distribution that is right on one side is off on the other, so the side that makes a
//! statement weaker is made right: there are two distributions, one for each end of an interval.

use super::beta::{beta_quantile, incomplete_beta};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::str::FromStr;

/// The mass that a 95 % range leaves on each side.
const OUTSIDE: f64 = 0.025;

/// A stated range of a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The end of the range that must not be cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The lower.
    Low,
    /// The upper.
    High,
}

impl Rate {
    /// Its middle.
    pub fn middle(self) -> f64 {
        (self.low + self.high) / 2.0
    }

    /// Half of its width.
    pub fn half(self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Draws: the quantiles at these masses, of the distribution that leaves 2.5 % beyond this end.
    pub fn draws(self, end: End, masses: &[f64]) -> Vec<f64> {
        let constant = match end {
            End::Low => self.low,
            End::High => self.high,
        };
        let Some((a, b)) = self.beta(end) else { return vec![constant; masses.len()] };
        // A thousand quantiles are worked out and those between them taken as on a straight line.
        let table: Vec<f64> = (0..=1000).map(|place| beta_quantile(a, b, f64::from(place) / 1000.0)).collect();
        let at = |mass: f64| {
            let place = mass * 1000.0;
            let below = (place.floor() as usize).min(999);
            table[below] + (table[below + 1] - table[below]) * (place - below as f64)
        };
        let inner = 1e-3..=1.0 - 1e-3;
        masses.iter().map(|&mass| if inner.contains(&mass) { at(mass) } else { beta_quantile(a, b, mass) }).collect()
    }

    /// The parameters of the beta distribution around the middle that leaves exactly 2.5 % beyond
    /// the end; `None` where there is none, because the range is a point or ends at 0 or 1.
    fn beta(self, end: End) -> Option<(f64, f64)> {
        let middle = self.middle();
        if self.half() <= 1e-12 {
            return None;
        }
        let parameters = |deviation: f64| {
            let weight = middle * (1.0 - middle) / (deviation * deviation) - 1.0;
            (middle * weight, (1.0 - middle) * weight)
        };
        let beyond = |deviation: f64| {
            let (a, b) = parameters(deviation);
            match end {
                End::Low => incomplete_beta(a, b, self.low),
                End::High => 1.0 - incomplete_beta(a, b, self.high),
            }
        };
        let widest = (self.half() / 1.2).min((middle * (1.0 - middle)).sqrt() * 0.7);
        if beyond(widest) < OUTSIDE {
            return None;
        }
        let deviation = super::beta::bisect(self.half() / 10.0, widest, |deviation| beyond(deviation) >= OUTSIDE);
        Some(parameters(deviation))
    }
}

/// How many keys one person has, as a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeysPerPerson {
    /// No fewer.
    pub low: f64,
    /// No more.
    pub high: f64,
}

impl FromStr for KeysPerPerson {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.trim().parse::<f64>().context("expected a range such as 1..1.4");
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let keys = KeysPerPerson { low: number(low)?, high: number(high)? };
        if !(keys.low > 0.0 && keys.low <= keys.high && keys.high <= 1e6) {
            bail!("the number of keys is above 0, and a range goes from the lower to the higher");
        }
        Ok(keys)
    }
}

impl fmt::Display for KeysPerPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.low, self.high)
    }
}

impl FromStr for Rate {
    type Err = anyhow::Error;

    /// Reads `0.22..0.32`, `22%..32%` or one rate.
    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| -> Result<f64> {
            let (digits, scale) = match text.trim().strip_suffix('%') {
                Some(digits) => (digits, 0.01),
                None => (text.trim(), 1.0),
            };
            let rate = digits.parse::<f64>().context("expected a rate such as 0.27 or a range such as 0.22..0.32")?;
            Ok(rate * scale)
        };
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        let rate = Rate { low: number(low)?, high: number(high)? };
        if !(0.0..=1.0).contains(&rate.low) || !(rate.low..=1.0).contains(&rate.high) {
            bail!("a rate lies between 0 and 1, and a range goes from the lower to the higher");
        }
        Ok(rate)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_the_range_is_kept() {
        let rate: Rate = "0.22..0.32".parse().expect("a range");
        let masses = [0.025, 0.5, 0.975];
        let low = rate.draws(End::Low, &masses);
        let high = rate.draws(End::High, &masses);
        assert!((low[0] - 0.22).abs() < 1e-6 && (high[2] - 0.32).abs() < 1e-6, "{low:?} {high:?}");
        assert!((low[1] - 0.27).abs() < 0.002 && (high[1] - 0.27).abs() < 0.002);
    }

    #[test]
    fn points_and_ranges_at_the_rim_are_constants() {
        for (text, end, value) in [("0.3", End::Low, 0.3), ("0..0.1", End::Low, 0.0), ("0.9..1", End::High, 1.0)] {
            let rate: Rate = text.parse().expect("a rate");
            assert_eq!(rate.draws(end, &[0.1, 0.9]), [value, value]);
        }
        for bad in ["", "x", "0.3..0.2", "1.5", "-0.1..0.2", "0.1..", "NaN"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
        assert_eq!("22%..32%".parse::<Rate>().expect("a range"), Rate { low: 0.22, high: 0.32 });
    }
}
