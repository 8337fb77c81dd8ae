//! US postal addresses: a street line followed by a city, a state or a ZIP code, wherever they
//! stand in a text, and street lines that fill a value. A number and a street prove little, but a
//! state and a ZIP code that agree prove much, so every address is graded by what backs it.

pub(super) mod abroad;
mod fields;
mod locality;
mod street;
mod tables;
#[cfg(test)]
mod tests;
mod token;

pub(super) use fields::is_street_key;
pub use fields::{AddressMatch, address_from_fields};
pub(super) use tables::{is_zip, state, zip_in_state};

use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Match, Part, Signals};
use locality::{Evidence, Locality};
use std::ops::Range;
use street::{Proof, Street};
use token::{Style, Tokens};

pub(super) static DETECTOR: Detector = Detector {
    id: "postal_address_us",
    title: "Postal addresses in the United States",
    examples: &[
        Example("", "4521 Maple Grove Ln, Springfield, IL 62704", DataClass::PostalAddress),
        Example("", "4521 MAPLE GROVE LN SPRINGFIELD IL 62704-1234", DataClass::PostalAddress),
        Example("", "4521 Maple Grove Lane\nApt 4B\nSpringfield, Illinois 62704\nUSA", DataClass::PostalAddress),
        Example("", "Ships to 12 N. Elm St. #5, Boulder, CO 80302 by Friday", DataClass::PostalAddress),
        Example("", "P.O. Box 41, Northport, AK 99574", DataClass::PostalAddress),
        Example("", "RR 2 Box 40, Elmdale, ND 58530", DataClass::PostalAddress),
        Example("", "70210 US Highway 31, Elmdale, AL 35952", DataClass::PostalAddress),
        Example("", "4521 Broadway, New York, NY 10013", DataClass::PostalAddress),
        Example("", "77 Sunset Blvd, Los Angeles, CA", DataClass::PostalAddress),
        Example("", "3127 Quail Hollow Road, Elmdale, 93432", DataClass::PostalAddress),
        Example("", "/homes/4521-maple-grove-ln-springfield-il-62704", DataClass::PostalAddress),
        Example("", "4521 Maple Grove Ln, Newton MA 2458", DataClass::PostalAddress),
        Example("address", "4521 Maple Springfield IL", DataClass::PostalAddress),
        Example("", "4521 Maple Grove Ln", DataClass::Street),
        Example("address1", "4521 Maple Grove", DataClass::Street),
        Example("addr", "PO Box 41", DataClass::Street),
    ],
    counter_examples: &[
        CounterExample("", "12 Best Drives In Boulder, CO"),
        CounterExample("", "The 10 best parks in Denver, CO 80202 this summer"),
        CounterExample("", "25 Ways to Save Money on Your Next Drive"),
        CounterExample("", "3 Easy Steps, 1 Great Way"),
        CounterExample("", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"),
        CounterExample("", "Order 123456 shipped in 2 boxes to store 17"),
        CounterExample("", "iPhone 15 Pro Max 256 GB Blue"),
        CounterExample("", "2024 Ford F-150 XL, Denver, CO"),
        CounterExample("", "version 3.2.1 build 62704"),
        CounterExample("", "12-best-drives-in-boulder-co"),
        CounterExample("", "4521 Maple Springfield IL"),
        CounterExample("address", "192.0.2.7"),
        CounterExample("address", "ada@example.com"),
        CounterExample("street", "undefined"),
        CounterExample("", "4 Day Weekend at the Lake"),
    ],
    wakes_on: Signals::WORDS_AND_DIGITS,
    find,
};

/// Whether a whole value is a street line: one that this module reads, or a number with a name in
/// the order of other countries.
pub(super) fn is_street(value: &str) -> bool {
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let calm = |c: char| c.is_alphanumeric() || " .,'-#/&ºª°\n\r".contains(c);
    let order = digits && letters >= 3 && value.contains(' ') && value.len() <= 100 && value.chars().all(calm);
    street_line(value).is_some() || order
}

/// An address as places in its text.
struct Address {
    range: Range<usize>,
    parts: Vec<Part>,
    confidence: Confidence,
    reason: &'static str,
}

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let style = Style::of(input.text);
    // Longer values are texts, in which a name for addresses says little.
    let keyed = input.text.len() <= 200 && speaks_for_address(input);
    let mut any = false;
    let mut free_from = 0;
    for start in starts(input.text, style) {
        if found.is_full() {
            return;
        }
        if start < free_from {
            continue;
        }
        if let Some(address) = address_at(input.text, start, style, keyed) {
            free_from = address.range.end;
            any = true;
            found.add_match(Match {
                class: DataClass::PostalAddress,
                form: Form::Plain,
                confidence: address.confidence,
                detector: DETECTOR.id,
                reason: address.reason,
                range: address.range,
                parts: address.parts,
            });
        }
    }
    if !any && style == Style::Prose {
        street_alone(input, found);
    }
}

/// What a byte can be at the beginning of an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// The first sign of a number or of a word for a box.
    First,
    /// A sign that joins what follows to what stands before.
    Joins,
    /// The slash, after which a slug begins.
    Slash,
    /// Any other.
    Other,
}

const EDGES: [Edge; 256] = edges();

const fn edges() -> [Edge; 256] {
    let mut table = [Edge::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => Edge::First,
            b'P' | b'p' | b'R' | b'r' | b'H' | b'h' | b'C' | b'c' | b'B' | b'b' => Edge::First,
            b'N' | b'W' | b'S' | b'E' | b'O' | b'T' | b'F' => Edge::First,
            b'A'..=b'Z' | b'a'..=b'z' | 0x80..=0xff => Edge::Joins,
            b'.' | b'-' | b'#' | b'$' | b'_' | b'@' | b'&' | b'%' | b'\\' | b'+' => Edge::Joins,
            b'/' => Edge::Slash,
            _ => Edge::Other,
        };
        byte += 1;
    }
    table
}

/// The places at which an address can begin: a number or the first word of a box.
fn starts(text: &str, style: Style) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut before = Edge::Other;
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        let here = EDGES[usize::from(*byte)];
        let free = match std::mem::replace(&mut before, here) {
            Edge::Other => true,
            Edge::Slash => style == Style::Slug,
            Edge::First | Edge::Joins => false,
        };
        (free && here == Edge::First && is_start(&bytes[at..])).then_some(at)
    })
}

/// A cheap look at the bytes before words are cut: a number, or a word that begins a box.
fn is_start(bytes: &[u8]) -> bool {
    let first_word = bytes.iter().take(12).take_while(|b| b.is_ascii_alphanumeric() || b"-/.".contains(b)).count();
    let gap = matches!(bytes.get(first_word), Some(b' ' | b'-' | b'_' | b'+' | b'\t' | b'\n' | 0xc2));
    if bytes[0].is_ascii_digit() {
        // In slugs the number ends at the first hyphen.
        let digits = bytes.iter().take(8).take_while(|b| b.is_ascii_digit()).count();
        let next = bytes.get(digits).copied().unwrap_or_default();
        return bytes[0] != b'0' && digits <= 7 && (gap || next == b'-');
    }
    if matches!(bytes[0], b'N' | b'W' | b'S' | b'E') {
        return bytes.get(1).is_some_and(u8::is_ascii_digit);
    }
    let second = bytes.get(1).copied().unwrap_or_default().to_ascii_lowercase();
    let words: &[&[u8]] = match (bytes[0].to_ascii_lowercase(), second) {
        (b'p', b'o' | b'.' | b' ' | b's') => &[b"po ", b"p.o", b"po.", b"p o", b"pob", b"post o", b"psc "],
        (b'b', b'o') => &[b"box ", b"box#"],
        (b'r', b'r' | b'.' | b'u' | b'f') => &[b"rr ", b"r.r", b"rural", b"rfd"],
        (b'h', b'c') => &[b"hc "],
        (b'c', b'm') => &[b"cmr "],
        (b'o', b'n') => &[b"one "],
        (b't', b'w' | b'h' | b'e') => &[b"two ", b"three ", b"ten "],
        (b'f', b'o' | b'i') => &[b"four ", b"five "],
        _ => return false,
    };
    words.iter().any(|word| bytes.len() >= word.len() && bytes[..word.len()].eq_ignore_ascii_case(word))
}

fn speaks_for_address(input: &Input<'_>) -> bool {
    input.speaks_for(DataClass::Street).or(input.speaks_for(DataClass::PostalAddress)).is_some()
}

fn address_at(text: &str, start: usize, style: Style, keyed: bool) -> Option<Address> {
    let tokens = Tokens::read(text, start, style);
    if !keyed && !is_worth_reading(&tokens) {
        return None;
    }
    let locality = locality::find(&tokens, street::least_end(&tokens))?;
    let street = street::read(&tokens, locality.start())?;
    let (confidence, reason) = grade(&tokens, &street, &locality, style, keyed)?;
    Some(Address {
        range: tokens.range(0..locality.end()),
        parts: parts(&tokens, &street, &locality),
        confidence,
        reason,
    })
}

/// A look at the words before states are searched: something like a ZIP code among them, or
/// something like a street.
fn is_worth_reading(tokens: &Tokens<'_>) -> bool {
    let lettered = |index: usize| tokens.word(index).bytes().any(|b| b.is_ascii_alphabetic());
    let coded = |index: usize| {
        let word = tokens.word(index).as_bytes();
        word.len() >= 5 && word[word.len() - 4..].iter().all(u8::is_ascii_digit)
    };
    let street = || street::least_end(tokens) > 2 || street::has_sign(tokens);
    tokens.len() >= 3 && (1..tokens.len().min(5)).any(lettered) && ((2..tokens.len()).any(coded) || street())
}

/// How sure an address is, given what backs it; nothing when that is too little.
fn grade(
    tokens: &Tokens<'_>,
    street: &Street,
    locality: &Locality,
    style: Style,
    keyed: bool,
) -> Option<(Confidence, &'static str)> {
    use Confidence::{Certain, Likely, Possible};
    let words = 1..locality.start();
    let prose = street::has_prose(tokens, words.clone());
    // `12 Day St` is a street; a word of prose among several others makes a headline.
    let headline = street.name_end > 3 && street::has_prose(tokens, 1..street.name_end);
    if locality.evidence == Evidence::Agree {
        return match (street.proof, style) {
            (Proof::Street, Style::Prose) if !headline => {
                Some((Certain, "number, street, and a state with its ZIP code"))
            }
            _ if prose || words.len() < 2 || words.len() > 12 => None,
            (Proof::Bare, _) if street::has_second_number(tokens, words) => None,
            (Proof::Bare, Style::Prose) if street::is_year(tokens.word(0)) => {
                Some((Possible, "a number like a year, name, and a state with its ZIP code"))
            }
            (Proof::Bare, Style::Prose) => Some((Likely, "number, name, and a state with its ZIP code")),
            (_, Style::Prose) => Some((Certain, "number, street, and a state with its ZIP code")),
            (_, Style::Slug) => Some((Likely, "number, street, and a state with its ZIP code, in a path")),
        };
    }
    if keyed && !prose && street.proof == Proof::Bare && (1..=8).contains(&words.len()) {
        // Under a name for addresses people leave out what everybody in town knows.
        let whole = locality.end() == tokens.len() && tokens.at_end;
        return whole.then_some((Likely, "number, name, and a state or ZIP code, under such a key"));
    }
    if prose || style == Style::Slug || street.proof == Proof::Bare {
        return None;
    }
    let between = street.next..locality.start();
    let placed = between.is_empty() && locality.evidence != Evidence::State
        || locality::city(tokens, between.start, between.end).is_some();
    match (placed, street.proof) {
        (false, _) => None,
        (true, Proof::Street) => Some((Likely, "number, street, and a state or ZIP code")),
        (true, _) => Some((Possible, "number, something like a street, and a state or ZIP code")),
    }
}

fn parts(tokens: &Tokens<'_>, street: &Street, locality: &Locality) -> Vec<Part> {
    let mut parts = Vec::with_capacity(4);
    let mut push = |class, range: Range<usize>| {
        if !range.is_empty() {
            parts.push(Part { class, range });
        }
    };
    push(DataClass::Street, tokens.range(0..street.next));
    // Without a comma a bare street and its city cannot be told apart.
    let city = locality::city(tokens, street.next, locality.start());
    push(DataClass::City, city.map_or(0..0, |words| tokens.range(words)));
    let (state, zip) = (tokens.range(locality.state.clone()), tokens.range(locality.zip.clone()));
    if !state.is_empty() && state == zip {
        push(DataClass::Region, state.start..state.start + 2);
        push(DataClass::PostalCode, zip.start + 2..zip.end);
    } else {
        push(DataClass::Region, state);
        push(DataClass::PostalCode, zip);
    }
    parts
}

/// A street line that fills the value.
fn street_alone(input: &Input<'_>, found: &mut Found<'_>) {
    let keyed = speaks_for_address(input);
    let text = input.text.trim();
    if !text.as_bytes().first().is_some_and(|_| is_start(text.as_bytes())) {
        return;
    }
    let Some(proof) = street_line(text) else { return };
    let start = input.text.len() - input.text.trim_start().len();
    let range = start..start + text.len();
    match (keyed, proof) {
        (true, _) => found.add(DataClass::Street, Confidence::Likely, "a street line under such a key", range),
        (false, Proof::Street) => found.add(DataClass::Street, Confidence::Likely, "number and street", range),
        (false, Proof::WeakSuffix) => {
            found.add(DataClass::Street, Confidence::Possible, "number and something like a street", range);
        }
        (false, Proof::Bare) => {}
    }
}

/// What shows that a whole text is a street line with a number or a box.
fn street_line(text: &str) -> Option<Proof> {
    // Longer texts are prose.
    if text.len() > 100 {
        return None;
    }
    let tokens = Tokens::read(text, 0, Style::Prose);
    let street = street::read(&tokens, tokens.len())?;
    let whole = street.next == tokens.len() && tokens.at_end && tokens.range(0..street.next).end + 1 >= text.len();
    let named = (1..street.name_end).any(|index| tokens.word(index).bytes().any(|b| b.is_ascii_alphabetic()));
    let prose = street::has_prose(&tokens, 1..street.name_end);
    (whole && named && !prose).then_some(street.proof)
}
