//! Personal data recognised by its own shape and by the name of the parameter that holds it. Every
//! detector looks at one decoded value with its key and knows nothing of vendors, requests or
//! people; adding one takes a file and a line in [`DETECTORS`]. Each carries examples and
//! counter-examples, which one test enforces both ways.

mod address;
mod agent;
mod card;
mod check;
mod confidence;
mod coordinates;
mod credential;
mod custom;
mod device;
mod email;
mod google_token;
mod hash_shape;
mod hashed;
mod iban;
mod id;
mod ip;
mod key;
mod keyed;
mod language;
mod mask;
mod minted;
mod national_id;
mod phone;
mod placeholder;
pub(crate) mod plans;
mod plausible;
mod screen;
mod siblings;
mod signals;
mod timezone;
mod tracking;
mod words;

pub use address::{AddressMatch, address_from_fields};
pub use check::{Problem, Report, check_custom, check_shipped};
pub use confidence::Confidence;
pub use custom::{Custom, CustomDetectors};
pub use google_token::{GoogleDatum, google_token};
pub use hash_shape::{Digest, DigestEncoding, HashKind, HashShape, hash_shape};
pub use id::class_by_form;
pub use key::{KeyClass, KeyHint, Strength, key_class, owner_of, singular, telling_name};
pub use minted::{is_minted, is_of_a_script};
pub use placeholder::{is_placeholder, is_template, placeholder_hash};
pub use plausible::plausible;
pub use siblings::{SiblingMatch, is_part_of, promises_siblings, scan_siblings};

use crate::class::{DataClass, Form};
use signals::Signals;
use std::ops::Range;

/// What is known about a value besides the value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The innermost name that leads to the value (`zip`, `em`); empty when there is none.
    pub key: &'a str,
    /// All the names that lead to it, with `/` between them (`pd/em`).
    pub path: &'a str,
}

/// Personal data found in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// What it is.
    pub class: DataClass,
    /// Whether it can be read as it stands.
    pub form: Form,
    /// How sure that is.
    pub confidence: Confidence,
    /// The id of the detector that found it.
    pub detector: &'static str,
    /// What earned the confidence.
    pub reason: &'static str,
    /// Where it stands in the value.
    pub range: Range<usize>,
    /// The parts of an address; empty for everything else.
    pub parts: Vec<Part>,
}

/// A part of something larger, such as the city of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub class: DataClass,
    /// Where it stands in the value.
    pub range: Range<usize>,
}

/// A way to recognise personal data.
#[derive(Debug)]
pub struct Detector {
    /// The name in tables and on the command line.
    pub id: &'static str,
    /// What it finds, for people.
    pub title: &'static str,
    /// Values in which it finds something.
    pub examples: &'static [Example],
    /// Values that look alike and in which it must find nothing.
    pub counter_examples: &'static [CounterExample],
    wakes_on: Signals,
    find: fn(&Input<'_>, &mut Found<'_>),
}

/// A value with its key, and the class that must be found in it.
#[derive(Clone, Copy, Debug)]
pub struct Example(pub &'static str, pub &'static str, pub DataClass);

/// A value with its key, in which nothing may be found.
#[derive(Clone, Copy, Debug)]
pub struct CounterExample(pub &'static str, pub &'static str);

/// All detectors. Where two claim the same bytes the earlier one wins.
pub static DETECTORS: &[&Detector] = &[
    &google_token::DETECTOR,
    &email::DETECTOR,
    &credential::JWT,
    &agent::USER_AGENT,
    &agent::BROWSER,
    &card::DETECTOR,
    &iban::DETECTOR,
    &national_id::DETECTOR,
    &tracking::DETECTOR,
    &address::DETECTOR,
    &address::abroad::DETECTOR,
    &phone::DETECTOR,
    &coordinates::DETECTOR,
    &ip::DETECTOR,
    &id::DETECTOR,
    &hashed::DETECTOR,
    &mask::DETECTOR,
    &credential::SECRET,
    &device::DETECTOR,
    &screen::DETECTOR,
    &language::DETECTOR,
    &timezone::DETECTOR,
    &keyed::DETECTOR,
];

/// A value on its way through the detectors.
struct Input<'a> {
    text: &'a str,
    path: &'a str,
    key: KeyHint,
}

impl Input<'_> {
    /// The class for which the key speaks strongly, or weakly, if it does.
    fn speaks_for(&self, class: DataClass) -> Option<Strength> {
        self.key.strength(class)
    }
}

/// Collects what the detectors find in one value.
struct Found<'o> {
    out: &'o mut Vec<Match>,
    first: usize,
    offset: usize,
    detector: &'static str,
}

impl Found<'_> {
    /// Adds a plain datum.
    fn add(&mut self, class: DataClass, confidence: Confidence, reason: &'static str, range: Range<usize>) {
        self.add_form(class, Form::Plain, confidence, reason, range);
    }

    /// Adds a datum in any form.
    fn add_form(
        &mut self,
        class: DataClass,
        form: Form,
        confidence: Confidence,
        reason: &'static str,
        range: Range<usize>,
    ) {
        self.add_match(Match { class, form, confidence, detector: self.detector, reason, range, parts: Vec::new() });
    }

    /// Adds a match whose ranges count from the beginning of the text.
    fn add_match(&mut self, mut found: Match) {
        if self.is_full() {
            return;
        }
        found.range = self.moved(&found.range);
        for part in &mut found.parts {
            part.range = self.moved(&part.range);
        }
        if is_container(found.class) || !self.overlaps(&found.range) {
            self.out.push(found);
        }
    }

    /// Whether the value has yielded all that is kept of one value.
    fn is_full(&self) -> bool {
        self.out.len() - self.first >= MOST_MATCHES
    }

    /// Whether something was found in the value before.
    fn is_empty(&self) -> bool {
        self.out.len() == self.first
    }

    fn moved(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.offset..range.end + self.offset
    }

    fn overlaps(&self, range: &Range<usize>) -> bool {
        self.out[self.first..]
            .iter()
            .filter(|earlier| !is_container(earlier.class))
            .any(|earlier| earlier.range.start < range.end && range.start < earlier.range.end)
    }
}

/// Texts that are data themselves and can hold other data.
fn is_container(class: DataClass) -> bool {
    use DataClass::{FormText, PageTitle, PageUrl, Referrer, SearchText};
    matches!(class, PageUrl | PageTitle | Referrer | SearchText | FormText)
}

/// The most matches that one value yields: a list of a million addresses is one fact, not a million.
const MOST_MATCHES: usize = 1_000;

/// Finds the personal data in one value and appends it, in the order of [`DETECTORS`].
pub fn scan(value: &[u8], context: &Context<'_>, out: &mut Vec<Match>) {
    if value.is_empty() {
        return;
    }
    let key = KeyHint::of(&telling_name(context.key, context.path));
    let signals = Signals::read(value, key);
    if signals == Signals::default() {
        return;
    }
    match std::str::from_utf8(value) {
        Ok(text) => scan_text(text, 0, signals, key, context, out),
        Err(_) => scan_readable(value, signals, context, out),
    }
}

/// Text between bytes that are not UTF-8. A name or number in it cannot fill the value, so keys
/// count for nothing.
fn scan_readable(value: &[u8], signals: Signals, context: &Context<'_>, out: &mut Vec<Match>) {
    const SHORTEST: usize = 6;
    let mut offset = 0;
    for chunk in value.utf8_chunks() {
        let text = chunk.valid();
        if text.len() >= SHORTEST {
            scan_text(text, offset, signals, KeyHint::NONE, context, out);
        }
        offset += text.len() + chunk.invalid().len();
    }
}

fn scan_text(text: &str, offset: usize, signals: Signals, key: KeyHint, context: &Context<'_>, out: &mut Vec<Match>) {
    let input = Input { text, path: context.path, key };
    let first = out.len();
    for detector in DETECTORS {
        if signals.any(detector.wakes_on) {
            let mut found = Found { out: &mut *out, first, offset, detector: detector.id };
            (detector.find)(&input, &mut found);
        }
    }
}

#[cfg(test)]
mod tests;
