//! A list of people: the keys of their values, each with whose it is and how it was made.

use super::fingerprints::Fingerprints;
use crate::class::DataClass;
use crate::matching::How;
use crate::matching::rules::Rule;
use foldhash::quality::RandomState;
use hashbrown::HashMap;
use std::hash::BuildHasher;

/// Up to this many people sharing a value are all named; of more, nobody is.
pub(super) const MOST_NAMED: usize = 4;

/// Keys of values, by which people are found.
#[derive(Debug)]
pub(super) struct List {
    table: Fingerprints,
    hows: Vec<How>,
    numbers: HashMap<How, u32>,
    /// How many bits of a payload tell how the key was made; the rest tells whose it is.
    how_bits: u32,
    seed: RandomState,
}

/// Whose value it is and how it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) who: Vec<u32>,
    pub(super) how: How,
}

impl List {
    pub(super) fn new(how_bits: u32, seed: RandomState) -> Self {
        List { table: Fingerprints::default(), hows: Vec::new(), numbers: HashMap::new(), how_bits, seed }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Adds a digest's key.
    pub(super) fn add(&mut self, key: u64, who: u32, how: How) {
        let known = self.hows.len() as u32;
        let number = *self.numbers.entry(how).or_insert(known);
        if number == known {
            self.hows.push(how);
        }
        // Ways beyond what a payload can tell are not kept; tests hold the bits to be enough.
        if number >> self.how_bits == 0 {
            self.table.add(key, who << self.how_bits | number);
        }
    }

    /// Adds a text as it may be met in clear.
    pub(super) fn add_text(&mut self, text: &str, who: u32, how: How) {
        self.add(self.text_key(&canonical(text)), who, how);
        let compact = compact(text);
        if compact.len() >= super::SHORTEST_COMPACT {
            self.add(self.text_key(&compact), who, how);
        }
    }

    /// Adds a person's whole address, where the parts are known.
    pub(super) fn add_address(&mut self, values: &[(DataClass, &str)], who: u32) {
        let how = How { class: DataClass::PostalAddress, rule: Rule::Whole, steps: [None; 3] };
        // Signs and spaces differ wherever an address is written in one.
        for address in whole_addresses(values) {
            self.add(self.text_key(&compact(&address)), who, how);
        }
    }

    pub(super) fn seal(&mut self) {
        self.table.seal();
        self.numbers = HashMap::new();
    }

    /// Whose digest this is.
    pub(super) fn digest(&self, key: u64) -> Option<Hit> {
        self.get(key)
    }

    /// Whose text this is, in any spelling that only differs in case or signs.
    pub(super) fn text(&self, text: &str) -> Option<Hit> {
        self.get(self.text_key(&canonical(text))).or_else(|| {
            let compact = compact(text);
            if compact.len() < super::SHORTEST_COMPACT { None } else { self.get(self.text_key(&compact)) }
        })
    }

    fn text_key(&self, text: &str) -> u64 {
        self.seed.hash_one(text)
    }

    fn get(&self, key: u64) -> Option<Hit> {
        let mut payloads = self.table.get(key);
        let first = payloads.next()?;
        let mut who = vec![first >> self.how_bits];
        let mut how = self.how(first)?;
        for payload in payloads {
            let next = payload >> self.how_bits;
            if !who.contains(&next) {
                who.push(next);
            }
            if who.len() > MOST_NAMED {
                return None;
            }
            how = how.min(self.how(payload)?);
        }
        Some(Hit { who, how })
    }

    fn how(&self, payload: u32) -> Option<How> {
        self.hows.get((payload & ((1 << self.how_bits) - 1)) as usize).copied()
    }
}

/// A text without outer spaces, in lower case.
fn canonical(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The letters and digits of a text: how phone numbers and addresses are compared.
fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a class names one person, or at most a household.
pub fn is_identifying(class: DataClass) -> bool {
    use DataClass as C;
    !matches!(
        class,
        C::Age
            | C::City
            | C::Country
            | C::DateOfBirth
            | C::EmailDomain
            | C::Employer
            | C::FirstName
            | C::FullName
            | C::Gender
            | C::LastName
            | C::PostalCode
            | C::Region
            | C::Street
    )
}

/// Street, city, region and postal code in one text, in the ways in which they are written.
fn whole_addresses(values: &[(DataClass, &str)]) -> Vec<String> {
    let value = |class| values.iter().find(|(known, _)| *known == class).map_or("", |(_, value)| *value);
    let street = value(DataClass::Street);
    let (city, region, code) = (value(DataClass::City), value(DataClass::Region), value(DataClass::PostalCode));
    if street.is_empty() || (code.is_empty() && city.is_empty()) {
        return Vec::new();
    }
    let short = code.split('-').next().unwrap_or_default();
    let mut ways = vec![
        [street, city, region, code].join(" "),
        [street, city, region, short].join(" "),
        [street, city, code].join(" "),
        [street, code, city].join(" "),
        [street, short].join(" "),
    ];
    ways.sort();
    ways.dedup();
    ways
}
