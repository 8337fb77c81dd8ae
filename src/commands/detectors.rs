//! `leakledger detectors`: which personal-data detectors there are, whether they do what their
//! examples say, and what is found in a text, by which detector and why.

use super::print;
use crate::class::Form;
use crate::cli::{Detectors, DetectorsCommand, Try};
use crate::detect::Detector;
use crate::detect::labels::Labels;
use crate::knowledge::Knowledge;
use crate::matching::people::People;
use crate::observation::{Hit, Recipient};
use crate::outcome::Outcome;
use crate::patterns::{self, CustomDetectors, Report};
use crate::plan::Plan;
use crate::record::{Body, Record};
use crate::report::escape;
use crate::run::Run;
use crate::secret::{KeySource, Secret};
use crate::source::content::Meter;
use crate::source::pool::Pool;
use crate::spill::Store;
use crate::symbols::{SymbolCache, Symbols};
use crate::{docs, sensitive};
use anyhow::Result;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

/// Runs `leakledger detectors`.
///
/// # Errors
/// When a file of detectors cannot be read or is none.
pub(super) fn run(arguments: &Detectors) -> Result<Outcome> {
    let (text, outcome) = match &arguments.command {
        DetectorsCommand::List(file) => (list(&load(file.detectors.as_deref())?), Outcome::Done),
        DetectorsCommand::Check(file) => check(&load(file.file.as_deref())?),
        DetectorsCommand::Try(arguments) => (try_text(arguments)?, Outcome::Done),
    };
    print(text.as_bytes())?;
    Ok(outcome)
}

fn load(path: Option<&Path>) -> Result<CustomDetectors> {
    path.map_or_else(|| Ok(CustomDetectors::default()), CustomDetectors::load)
}

fn list(custom: &CustomDetectors) -> String {
    let mut out = docs::list_detectors();
    if !custom.is_empty() {
        out.push_str("\n## Your own\n\n| detector | finds | data class |\n|---|---|---|\n");
        for detector in custom.iter() {
            let title = escape::terminal(&detector.title);
            let _ = writeln!(out, "| {} | {title} | {} |", detector.id, detector.class.word());
        }
    }
    out
}

fn check(custom: &CustomDetectors) -> (String, Outcome) {
    let mut out = String::new();
    let mut say = |name: &str, report: &Report| {
        let _ = writeln!(out, "{name}: {} examples tried, {} do not hold", report.tried, report.problems.len());
        for problem in &report.problems {
            let _ = writeln!(out, "  {}", escape::terminal(&problem.to_string()));
        }
        report.problems.is_empty()
    };
    let mut good = say("shipped detectors", &patterns::check_shipped());
    good &= say("sensitive topics", &sensitive::check());
    if !custom.is_empty() {
        good &= say("your detectors", &patterns::check_custom(custom));
    }
    (out, if good { Outcome::Done } else { Outcome::Fatal })
}

/// Looks at a text as a scan looks at a value in a request to a third party that nobody knows.
fn try_text(arguments: &Try) -> Result<String> {
    let detectors = load(arguments.detectors.as_deref())?;
    let plan = Plan { reveal: true, detectors, ..Plan::default() };
    let (symbols, secret) = (Symbols::default(), Secret::load(&KeySource::Random)?);
    let run = Run {
        plan: &plan,
        knowledge: &Knowledge::shipped(),
        people: &People::default(),
        symbols: &symbols,
        secret: &secret,
        store: Store::new(plan.memory, std::env::temp_dir()),
        pool: Pool::default(),
        texts: None,
        work: std::env::temp_dir(),
        meter: Meter::default(),
        on_progress: &|| {},
    };
    let names = Rc::new(SymbolCache::new(&symbols));
    let mut detector = Detector::new(&run, Rc::clone(&names), Rc::new(Labels::new(Rc::clone(&names))));
    let found = detector.detect(&record(arguments), Recipient::default(), None);
    let mut out = String::new();
    for hit in &found.hits {
        describe(hit, &names, &mut out);
    }
    if found.hits.is_empty() {
        out.push_str("nothing found\n");
    }
    Ok(out)
}

/// A record that carries nothing but the text: in a parameter of this name, or as its whole body.
fn record(arguments: &Try) -> Record<'_> {
    let bytes = Cow::Borrowed(arguments.text.as_bytes());
    let mut record = Record { url: Cow::Borrowed(b"https://recipient.invalid/"), ..Record::default() };
    match &arguments.key {
        Some(key) => {
            let mut url = String::from("https://recipient.invalid/?");
            push_escaped(key, &mut url);
            url.push('=');
            push_escaped(&arguments.text, &mut url);
            record.url = Cow::Owned(url.into_bytes());
        }
        None => record.body = Some(Body { bytes, ..Body::default() }),
    }
    record
}

fn push_escaped(text: &str, url: &mut String) {
    for byte in text.bytes() {
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'[' | b']' => {
                write!(url, "{}", char::from(byte))
            }
            other => write!(url, "%{other:02X}"),
        };
    }
}

fn describe(hit: &Hit<'_>, names: &SymbolCache<'_>, out: &mut String) {
    let form = if hit.form == Form::Plain { String::new() } else { format!(" ({})", hit.form.word()) };
    let value = escape::terminal(hit.value.as_deref().unwrap_or_default());
    let _ = writeln!(out, "{}{form}, {}: {value}", hit.class.word(), hit.confidence.word());
    let _ = writeln!(out, "  detector  {}", names.name(hit.detector));
    let _ = writeln!(out, "  because   {}", escape::terminal(&names.name(hit.reason)));
    let _ = writeln!(out, "  place     {}", escape::terminal(&names.name(hit.chain)));
}
