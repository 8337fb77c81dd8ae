//! Logs of which only a part was kept, as the user states it: by person, by request, or in a way
//! that nobody knows. What it means for the number of visitors and of affected people.

use super::groups::Groups;
use super::join::Affected;
use super::request_bounds::{self, Seen};
use super::two_sensors::{self, Overlap};
use super::{chao1, person_sampling, request_series};
use anyhow::{Context, Result, bail};
use std::fmt;
use std::str::FromStr;

/// How the logs were thinned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampled {
    /// Persons were kept, all of their requests or none (by a hash of their key).
    Users(f64),
    /// Each request was kept by itself.
    Requests(f64),
    /// Records were lost and nobody knows which: "at least" is all that can be said.
    Unknown,
}

impl FromStr for Sampled {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let expected = "expected users:1/100, requests:1/2 or unknown";
        if text == "unknown" {
            return Ok(Sampled::Unknown);
        }
        let (kind, rate) = text.split_once(':').context(expected)?;
        let rate = match rate.split_once('/') {
            Some((one, many)) => {
                one.trim().parse::<f64>().context(expected)? / many.trim().parse::<f64>().context(expected)?
            }
            None => rate.trim().parse().context(expected)?,
        };
        if !(rate > 0.0 && rate <= 1.0) {
            bail!("a rate of sampling lies above 0 and is at most 1");
        }
        match kind {
            "users" => Ok(Sampled::Users(rate)),
            "requests" => Ok(Sampled::Requests(rate)),
            "sessions" | "connections" | "adaptive" => {
                bail!("what is sampled by {kind} is not thinned evenly, and no method can undo it; give the full logs")
            }
            _ => bail!(expected),
        }
    }
}

impl fmt::Display for Sampled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sampled::Users(rate) => write!(f, "users:{rate}"),
            Sampled::Requests(rate) => write!(f, "requests:{rate}"),
            Sampled::Unknown => f.write_str("unknown"),
        }
    }
}

/// By how much the seen stand for all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    seen: u64,
    estimate: Option<f64>,
    low: f64,
    high: f64,
}

impl Sampled {
    /// How many there were, of persons with so many loads in what was kept.
    pub fn people(self, seen: &Seen, tail: f64) -> Scale {
        let people = seen.people();
        let scale = |estimate: Option<f64>, low: f64, high: f64| Scale { seen: people, estimate, low, high };
        match self {
            Sampled::Users(rate) => {
                let (low, high) = person_sampling::interval(people, rate, tail);
                scale(Some(person_sampling::estimate(people, rate)), low as f64, high as f64)
            }
            Sampled::Requests(rate) => match request_series::estimate(seen, rate, tail) {
                Some((estimate, low, high)) => scale(Some(estimate), low, high),
                None => {
                    let (low, high) = request_bounds::bounds(seen, rate, tail);
                    scale(None, low, high)
                }
            },
            Sampled::Unknown => scale(None, chao1::low(seen), f64::INFINITY),
        }
    }

    /// The same for grouped persons.
    pub fn scale(self, groups: &Groups, tail: f64) -> Scale {
        let loads = |pages: &[(usize, u64)]| pages.iter().map(|(_, loads)| loads).sum();
        self.people(&Seen::new(groups.groups.iter().map(|(pages, people)| (loads(pages), *people))), tail)
    }
}

impl Scale {
    /// Everybody was seen.
    pub fn none(people: u64) -> Self {
        let all = people as f64;
        Scale { seen: people, estimate: Some(all), low: all, high: all }
    }

    /// From two incomplete records of the same period, by the sorted keys of the persons in each: at
    /// least everybody who is in either where they have too few in common.
    pub fn two_records(first: &[u64], second: &[u64], tail: f64) -> Self {
        let both = first.iter().filter(|key| second.binary_search(key).is_ok()).count() as u64;
        let (first, second) = (first.len() as u64, second.len() as u64);
        match two_sensors::estimate(Overlap { first, second, both }, tail) {
            Some((estimate, low, high)) => Scale { seen: first, estimate: Some(estimate), low, high },
            None => Scale { seen: first, estimate: None, low: (first + second - both) as f64, high: f64::INFINITY },
        }
    }

    /// Whether there is more than bounds.
    pub fn has_estimate(&self) -> bool {
        self.estimate.is_some()
    }

    /// Whether there is an upper end.
    pub fn has_upper_end(&self) -> bool {
        self.high.is_finite()
    }

    /// The estimate and its ends.
    pub fn interval(&self) -> (Option<f64>, f64, f64) {
        (self.estimate, self.low, self.high)
    }

    /// Everybody who may have visited, for the table.
    pub fn visited(&self) -> u64 {
        if self.high.is_finite() { self.high.ceil() as u64 } else { self.seen }
    }

    /// The affected among all, from the affected among those seen. Where kinds of keys are mixed
    /// the low counts one kind only, and stated keys for each person divide.
    pub fn apply(&self, seen: Affected, groups: &Groups, keys_per_person: Option<(f64, f64)>) -> Affected {
        let people = (self.seen as f64).max(1.0);
        let (fewest, most) = keys_per_person.unwrap_or((1.0, 1.0));
        let high = if self.high.is_finite() { self.high } else { people };
        let certain = if keys_per_person.is_some() { 1.0 } else { groups.certain_part() };
        Affected {
            as_recorded: seen.as_recorded * self.estimate.unwrap_or(self.low) / people / ((fewest + most) / 2.0),
            low: seen.low * self.low / people * certain / most,
            high: seen.high * high / people / fewest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        assert_eq!("users:1/100".parse::<Sampled>().expect("a rate"), Sampled::Users(0.01));
        assert_eq!("requests:0.5".parse::<Sampled>().expect("a rate"), Sampled::Requests(0.5));
        assert_eq!("unknown".parse::<Sampled>().expect("a rate"), Sampled::Unknown);
        for bad in ["", "users", "users:0", "users:2", "users:1/0", "users:x", "pages:1/2", "sessions:1/10"] {
            assert!(bad.parse::<Sampled>().is_err(), "{bad}");
        }
    }

    #[test]
    fn below_one_half_there_are_bounds_and_no_estimate() {
        let seen = Seen::new([(1, 3000), (2, 800)]);
        assert!(Sampled::Requests(0.5).people(&seen, 0.025).has_estimate());
        assert!(!Sampled::Requests(0.25).people(&seen, 0.025).has_estimate());
        assert!(Sampled::Users(0.01).people(&seen, 0.025).has_estimate());
        let unknown = Sampled::Unknown.people(&seen, 0.025);
        assert!(!unknown.has_estimate() && unknown.interval().1 > 3800.0 && unknown.interval().2.is_infinite());
    }

    #[test]
    fn two_records_tell_how_many_are_in_neither() {
        let (first, second): (Vec<u64>, Vec<u64>) = ((0..500).collect(), (250..750).collect());
        let scale = Scale::two_records(&first, &second, 0.025);
        let (estimate, low, high) = scale.interval();
        assert!((estimate.expect("an estimate") - 999.0).abs() < 1.0 && low < 999.0 && high > 999.0);
        let apart = Scale::two_records(&first[..100], &second, 0.025);
        assert!(!apart.has_estimate() && !apart.has_upper_end() && apart.interval().1 == 600.0);
    }

    #[test]
    fn keys_for_each_person_divide() {
        let seen = Affected { as_recorded: 1000.0, low: 800.0, high: 1000.0 };
        let groups = Groups { people: 1000, ..Groups::default() };
        let affected = Scale::none(1000).apply(seen, &groups, Some((1.0, 2.0)));
        assert!((affected.low - 400.0).abs() < 1e-9 && (affected.high - 1000.0).abs() < 1e-9);
    }
}
