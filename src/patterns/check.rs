//! The rule that every detector is held to: it finds something in each of its examples and nothing
//! in any of its counter-examples. Ours and the users' own are judged by the same code.

use super::{Context, CounterExample, DETECTORS, Example, Match, custom, scan};
use crate::class::DataClass;

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The detector.
    pub detector: String,
    /// What is wrong, in words.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.detector, self.what)
    }
}

/// How many examples were tried, and those that do not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Examples and counter-examples that were tried.
    pub tried: usize,
    /// What does not hold.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Tries one text: `wanted` is the class that must be found in it, or nothing.
    fn try_text(&mut self, detector: &str, (key, value): (&str, &str), wanted: Option<DataClass>, found: &[Match]) {
        self.tried += 1;
        let own = || found.iter().filter(|found| found.detector == detector);
        let shown = if key.is_empty() { value.to_owned() } else { format!("{key}={value}") };
        let what = match wanted {
            Some(class) if !own().any(|found| found.class == class) => {
                format!("does not find {} in the example {shown:?}", class.word())
            }
            None if own().next().is_some() => format!("finds something in the counter-example {shown:?}"),
            _ => return,
        };
        self.problems.push(Problem { detector: detector.to_owned(), what });
    }
}

/// Tries the shipped detectors.
pub fn check_shipped() -> Report {
    let mut report = Report::default();
    let found = |key: &str, value: &str| {
        let mut out = Vec::new();
        scan(value.as_bytes(), &Context { key, path: key }, &mut out);
        out
    };
    for detector in DETECTORS {
        for Example(key, value, class) in detector.examples {
            report.try_text(detector.id, (key, value), Some(*class), &found(key, value));
        }
        for CounterExample(key, value) in detector.counter_examples {
            report.try_text(detector.id, (key, value), None, &found(key, value));
        }
    }
    report
}

/// Tries the detectors of a user's file.
pub fn check_custom(detectors: &custom::CustomDetectors) -> Report {
    let mut report = Report::default();
    for detector in detectors.iter() {
        let mut problem = |what: &str| {
            report.problems.push(Problem { detector: detector.id.to_owned(), what: what.to_owned() });
        };
        if detector.examples.is_empty() {
            problem("needs at least one example");
        }
        if detector.counter_examples.is_empty() {
            problem("needs at least one counter-example");
        }
        for (list, wanted) in [(&detector.examples, Some(detector.class)), (&detector.counter_examples, None)] {
            for (key, value) in list {
                let mut found = Vec::new();
                detectors.scan(value.as_bytes(), key, &mut found);
                report.try_text(detector.id, (key, value), wanted, &found);
            }
        }
    }
    report
}
