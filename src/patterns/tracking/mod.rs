//! Parcel tracking numbers by the forms and check digits of the carriers, which are rows of
//! `carriers.csv`. Only forms that nothing else has are found without a key.

mod check;

pub(super) use check::luhn;

use super::words::is_country;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};
use check::Check;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

pub(super) static DETECTOR: Detector = Detector {
    id: "parcel_tracking_number",
    title: "Parcel tracking numbers",
    examples: &[
        Example("", "1Z555EX10123456789", DataClass::ParcelTrackingNumber),
        Example("", "RR473124829US", DataClass::ParcelTrackingNumber),
        Example("", "9400100000000000000013", DataClass::ParcelTrackingNumber),
        Example("tLabels", "9400 1000 0000 0000 0000 13", DataClass::ParcelTrackingNumber),
        Example("tracking_number", "123456789012", DataClass::ParcelTrackingNumber),
        Example("", "Your parcel 1Z555EX10123456789 is on its way", DataClass::ParcelTrackingNumber),
        Example("tracknums", "1Z555EX10123456789,9400100000000000000013", DataClass::ParcelTrackingNumber),
    ],
    counter_examples: &[
        CounterExample("", "1Z555EX10123456780"),
        CounterExample("", "RR473124828US"),
        CounterExample("", "RR473124829XX"),
        CounterExample("", "9400100000000000000011"),
        CounterExample("", "123456789012"),
        CounterExample("tracking", "000000000000"),
        CounterExample("tracking", "true"),
        CounterExample("tracking_id", "UA-12345-1"),
    ],
    wakes_on: Signals::CODE.or(Signals::LONG_NUMBER).or(Signals::KEYED).or(Signals::NUMBER_IN_TEXT),
    find,
};

/// More numbers than this in one value are not looked at.
const MOST_NUMBERS: usize = 1_000;
const SHORTEST: usize = 10;
const LONGEST: usize = 40;

/// A form of number of one carrier.
struct Rule {
    pattern: Regex,
    check: Check,
    evident: bool,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rows = csv::Reader::from_reader(include_bytes!("carriers.csv").as_slice());
    rows.records().filter_map(|row| rule(&row.ok()?)).collect()
});

fn rule(row: &csv::StringRecord) -> Option<Rule> {
    Some(Rule {
        pattern: Regex::new(&format!("^(?:{})$", row.get(1)?)).ok()?,
        check: Check::named(row.get(2)?)?,
        evident: row.get(3)? == "yes",
    })
}

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let key = input.speaks_for(DataClass::ParcelTrackingNumber);
    if key.is_some() || is_spaced_number(input.text) {
        for range in listed(input.text).take(MOST_NUMBERS) {
            judge(input.text, range, key, found);
        }
    } else {
        for range in tokens(input.text).take(MOST_NUMBERS) {
            judge(input.text, range, None, found);
        }
    }
}

/// Digits in groups and nothing else, as people copy them from a letter.
fn is_spaced_number(text: &str) -> bool {
    text.len() <= 2 * LONGEST && text.bytes().all(|b| b.is_ascii_digit() || b == b' ')
}

/// The entries of a list of numbers.
fn listed(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split([',', ';', '|', '\n']).map(move |entry| {
        let start = entry.as_ptr() as usize - text.as_ptr() as usize;
        let lead = entry.len() - entry.trim_start().len();
        start + lead..start + lead + entry.trim().len()
    })
}

/// Runs of letters and digits of a length that a self-evident number can have.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            let run = start..at;
            at += 1;
            let lone = start == 0 || !b"-_.+/=".contains(&bytes[start - 1]) || bytes[start - 1] == b'=';
            if matches!(run.len(), 13 | 15 | 18 | 22 | 26 | 30 | 34) && lone {
                return Some(run);
            }
        }
        None
    })
}

fn judge(text: &str, range: Range<usize>, key: Option<Strength>, found: &mut Found<'_>) {
    let entry = &text[range.clone()];
    if key.is_none() && !is_evident(entry) {
        return;
    }
    let Some(number) = compact(entry, key.is_some()) else { return };
    let class = DataClass::ParcelTrackingNumber;
    let Some(rule) = best(&number) else { return };
    let checked = rule.check != Check::None;
    match (key, rule.evident, checked) {
        (Some(Strength::Strong), _, true) | (Some(_), true, true) => {
            found.add(class, Confidence::Certain, "a carrier's form and check digit under such a key", range);
        }
        (Some(Strength::Strong), _, false) => {
            found.add(class, Confidence::Likely, "a carrier's form under such a key", range);
        }
        (None, true, true) if number.starts_with("1Z") => {
            found.add(class, Confidence::Certain, "a carrier's own beginning and check digit", range);
        }
        (_, true, _) => found.add(class, Confidence::Likely, "a carrier's own form", range),
        (Some(Strength::Weak), false, true) => {
            found.add(class, Confidence::Possible, "a carrier's form and check digit", range);
        }
        _ => {}
    }
}

/// A look at beginning and length before anything is copied: most numbers are something else.
fn is_evident(entry: &str) -> bool {
    let signs = entry.bytes().filter(|b| *b != b' ').count();
    match (entry.as_bytes(), signs) {
        ([b'1', b'Z', ..], 18) | ([b'9', b'1'..=b'5', ..], 22 | 26 | 30) | ([b'4', b'2', ..], 30 | 34) => true,
        ([b'T', b'B', ..], 15) => true,
        ([first, second, middle @ .., fourth, last], 13) => {
            [first, second, fourth, last].iter().all(|b| b.is_ascii_uppercase())
                && middle.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The number without spaces, in capitals.
fn compact(text: &str, keyed: bool) -> Option<String> {
    if text.len() < SHORTEST || text.len() > 2 * LONGEST {
        return None;
    }
    let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ' || b == b'-';
    if !text.bytes().all(|b| upper(b) || (keyed && b.is_ascii_lowercase())) {
        return None;
    }
    let number: String = text.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    let varied = number.bytes().any(|b| b != number.as_bytes()[0]);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    ((SHORTEST..=LONGEST).contains(&number.len()) && varied && digits >= 3).then_some(number)
}

/// The rule that proves most about a number.
fn best(number: &str) -> Option<&'static Rule> {
    RULES.iter().filter(|rule| rule.accepts(number)).max_by_key(|rule| (rule.evident, rule.check != Check::None))
}

impl Rule {
    fn accepts(&self, number: &str) -> bool {
        let Some(groups) = self.pattern.captures(number) else { return false };
        let fits = groups.get(1).is_none_or(|part| self.check.holds(part.as_str()));
        fits && (self.check != Check::S10 || number.get(11..).is_some_and(is_country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_rule() {
        let rows = include_str!("carriers.csv").lines().count() - 1;
        assert_eq!(RULES.len(), rows);
        for rule in RULES.iter() {
            // A rule with a check digit must say over which signs it goes.
            assert_eq!(rule.check != Check::None, rule.pattern.captures_len() == 2, "{}", rule.pattern);
        }
    }

    #[test]
    fn numbers_without_their_key_are_not_believed() {
        let mut out = Vec::new();
        super::super::scan(b"RA12345678901", &super::super::Context::default(), &mut out);
        assert_eq!(out, []);
    }
}
