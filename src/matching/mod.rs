//! Matching: naming what a digest hides. A digest cannot be read back, but a value that is known
//! from elsewhere can be hashed in the same way and compared. Values are known in three ways: the
//! input holds them in clear ([`harvest`]), few of their kind exist ([`domains`]), or the user names
//! them ([`people`]: personas and watch lists).

pub mod constants;
pub mod domains;
pub mod harvest;
pub mod hashes;
pub mod people;
mod regions;
pub mod rules;
mod writing;

use crate::class::DataClass;
use crate::patterns::{DigestEncoding, HashShape, hash_shape};
use hashbrown::HashSet;
use hashes::HashFunction;
use rules::Rule;
use serde::{Deserialize, Serialize};
use std::ops::{Range, RangeInclusive};
pub use writing::Writing;

/// MD5 in base64.
const SHORTEST_SHAPE: usize = 22;

/// MD5 in hexadecimal.
const SHORTEST_DIGEST: usize = 32;

/// Longer values are not searched for digests in between.
const LONGEST_LIST: usize = 8 << 10;

/// The most digests that are taken from one value.
const MOST_DIGESTS: usize = 100;

/// How a value that is known becomes what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct How {
    /// What the value tells.
    pub class: DataClass,
    /// What was done to it first.
    pub rule: Rule,
    /// What was done to the form then, the first first.
    pub steps: [Option<Step>; 3],
}

/// A step on the way from a value's form to what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    /// It was hashed.
    Hash(HashFunction),
    /// It was written in another way, and then hashed.
    Write(Writing),
}

impl How {
    /// A form as it stands.
    pub fn plain(form: &rules::Variant) -> Self {
        How { class: form.class, rule: form.rule, steps: [None; 3] }
    }

    /// The same with one more step.
    pub fn then(mut self, step: Step) -> Self {
        if let Some(free) = self.steps.iter_mut().find(|known| known.is_none()) {
            *free = Some(step);
        }
        self
    }

    /// Whether the value is sent hashed.
    pub fn is_hashed(self) -> bool {
        self.steps[0].is_some()
    }

    /// The way in words: `SHA-256 of MD5 (trimmed, lower case)`.
    pub fn words(self) -> String {
        let steps: Vec<&str> = self.steps.iter().flatten().rev().map(|step| step.word()).collect();
        match steps.as_slice() {
            [] => self.rule.words().to_owned(),
            steps => format!("{} ({})", steps.join(" of "), self.rule.words()),
        }
    }
}

impl Step {
    fn word(self) -> &'static str {
        match self {
            Step::Hash(function) => function.word(),
            Step::Write(writing) => writing.word(),
        }
    }
}

/// What a digest may turn out to be once the whole input is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Riddle {
    /// No digest.
    #[default]
    None,
    /// The digest of a value whose class the parameter tells.
    Keyed(u64),
    /// A digest under no telling name: only a known value makes it a finding.
    Bare(u64),
}

/// The most digests of one input that are kept; of more, none are.
const MOST_ASKED: usize = 2_000_000;

/// Digests of an input that nothing named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    keys: HashSet<u64>,
    too_many: bool,
}

impl Asked {
    /// Adds the digest of a hit.
    pub fn add(&mut self, riddle: Riddle) {
        if let Riddle::Keyed(key) | Riddle::Bare(key) = riddle {
            self.keys.insert(key);
        }
    }

    /// Adds those of the next batch.
    pub fn append(&mut self, next: Asked) {
        self.keys.extend(next.keys);
        self.too_many |= next.too_many || self.keys.len() > MOST_ASKED;
        if self.too_many {
            // Which of them were first must not depend on how the input was cut.
            self.keys = HashSet::new();
        }
    }

    /// The digests, and whether these are all.
    pub fn keys(&self) -> (&HashSet<u64>, bool) {
        (&self.keys, !self.too_many)
    }
}

/// The key of the digest in a value.
pub fn digest_key(value: &[u8], shape: &HashShape) -> Option<u64> {
    shape.digest(value).map(|digest| hashes::key(digest.as_bytes()))
}

/// The digests in a value, by their places: the value as a whole, or hexadecimal
/// digits of a digest's length between other characters, as in lists. Long decimal numbers and
/// short base64 are digests only where somebody looks for people.
pub fn digests(value: &[u8], for_people: bool) -> Vec<Range<usize>> {
    if for_people && number_key(value).is_some() {
        return std::iter::once(0..value.len()).collect();
    }
    if value.len() < SHORTEST_SHAPE || value.len() > LONGEST_LIST {
        return Vec::new();
    }
    if let Some(shape) = hash_shape(value) {
        return if for_people || is_worth_asking(&shape) { vec![shape.range] } else { Vec::new() };
    }
    let mut found = Vec::new();
    let mut start = 0;
    for run in value.split(|byte| !byte.is_ascii_alphanumeric()) {
        let range = start..start + run.len();
        start = range.end + 1;
        if run.len() >= SHORTEST_DIGEST
            && let Some(shape) = hash_shape(run)
            && matches!(shape.encoding, DigestEncoding::HexLower | DigestEncoding::HexUpper)
            && shape.range.len() == run.len()
        {
            found.push(range);
        }
        if found.len() >= MOST_DIGESTS {
            break;
        }
    }
    found
}

/// Decimal digits of a digest of 64 bits or 128, a few leading zeros aside.
const NUMBER_DIGITS: RangeInclusive<usize> = 16..=39;

/// The key of a digest that is written as a decimal number.
fn number_key(value: &[u8]) -> Option<u64> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    if !NUMBER_DIGITS.contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = std::str::from_utf8(digits).ok()?.parse::<u128>().ok()?;
    // The low half is the first half of the digest; a minus sign is that of 64 bits.
    let low = number as u64;
    Some(if digits.len() < value.len() { low.wrapping_neg() } else { low })
}

/// The key of the digest that fills a value.
pub fn key_of(value: &[u8]) -> Option<u64> {
    hash_shape(value).and_then(|shape| digest_key(value, &shape)).or_else(|| number_key(value))
}

/// Whether a shape under no telling name is worth keeping: random ids of 16 and 20 bytes in base64
/// are everywhere, and nobody sends such digests.
pub fn is_worth_asking(shape: &HashShape) -> bool {
    let is_hex = matches!(shape.encoding, DigestEncoding::HexLower | DigestEncoding::HexUpper);
    is_hex || shape.kind == crate::patterns::HashKind::Sha256
}
