//! Language settings: a language with its country, or any language under a name for it.

use super::words::{is_country, is_language};
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};

pub(super) static DETECTOR: Detector = Detector {
    id: "language",
    title: "Language settings",
    examples: &[
        Example("ul", "en-us", DataClass::Language),
        Example("lang", "de", DataClass::Language),
        Example("", "en-US", DataClass::Language),
        Example("accept", "en-US,en;q=0.9", DataClass::Language),
        Example("locale", "zh_Hans_CN", DataClass::Language),
    ],
    counter_examples: &[
        CounterExample("", "de"),
        CounterExample("lang", "javascript"),
        CounterExample("lang", "xx"),
        CounterExample("", "no-XX"),
        CounterExample("", "to-do"),
    ],
    wakes_on: Signals::SETTING.or(Signals::KEYED),
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let whole = 0..input.text.len();
    if let Some(strength) = input.speaks_for(DataClass::Language) {
        if is_language_setting(input.text) {
            let confidence = if is_regional(input.text) {
                Confidence::Likely
            } else {
                match strength {
                    Strength::Strong => Confidence::Likely,
                    Strength::Weak => Confidence::Possible,
                }
            };
            found.add(DataClass::Language, confidence, "a language under such a key", whole);
        }
    } else if is_regional(input.text) || is_weighted_list(input.text) {
        found.add(DataClass::Language, Confidence::Likely, "a language with its country", whole);
    }
}

/// Whether a value is a language, a list of languages or a language with script and country.
pub(super) fn is_language_setting(value: &str) -> bool {
    let value = value.trim().trim_matches('"');
    value.len() <= 120
        && value.split(',').all(|entry| {
            let tag = entry.split(';').next().unwrap_or_default().trim();
            is_tag(tag)
        })
}

fn is_tag(tag: &str) -> bool {
    let mut subtags = tag.split(['-', '_']);
    subtags.next().is_some_and(is_language)
        && subtags.all(|subtag| {
            let letters = subtag.bytes().all(|b| b.is_ascii_alphabetic());
            let digits = subtag.len() == 3 && subtag.bytes().all(|b| b.is_ascii_digit());
            (letters && (2..=8).contains(&subtag.len())) || digits
        })
}

/// `en-US`: a language in small letters with a country in capitals.
fn is_regional(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 5
        && matches!(bytes[2], b'-' | b'_')
        && bytes[..2].iter().all(u8::is_ascii_lowercase)
        && bytes[3..].iter().all(u8::is_ascii_uppercase)
        && is_language(&value[..2])
        && is_country(&value[3..])
}

/// `en-US,en;q=0.9`.
fn is_weighted_list(value: &str) -> bool {
    value.contains(";q=0.") && is_language_setting(value)
}
