//! Telephone numbers by the numbering plans of all countries. A number needs a leading plus, the
//! grouping of a US number or a key that speaks for phones; bare digits are far more often an id,
//! a time or a price.

use super::placeholder::is_placeholder;
use super::plans::{self, LARGEST, NEIGHBOURS};
use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Signals, Strength};
use rlibphonenumber::Region;
use std::ops::Range;

pub(super) static DETECTOR: Detector = Detector {
    id: "phone",
    title: "Telephone numbers",
    examples: &[
        Example("", "+14155550123", DataClass::Phone),
        Example("", "+1 (415) 555-0123", DataClass::Phone),
        Example("", "Call (415) 555-0123 today", DataClass::Phone),
        Example("", "415-555-0123", DataClass::Phone),
        Example("", "tel:+442079460958", DataClass::Phone),
        Example("", "+49 30 23125 012", DataClass::Phone),
        Example("phone", "4155550123", DataClass::Phone),
        Example("phone", " 14155550123", DataClass::Phone),
        Example("user_phone", "020 7946 0958", DataClass::Phone),
        Example("mobile", "415.555.0123", DataClass::Phone),
    ],
    counter_examples: &[
        CounterExample("", "4155550123"),
        CounterExample("", "1612345678901"),
        CounterExample("ts", "1612345678"),
        CounterExample("phone", "1612345678901"),
        CounterExample("fbp", "fb.1.1612345678901.4155550123"),
        CounterExample("cid", "1234567890.1612345678"),
        CounterExample("", "2024-01-05 10:20:30"),
        CounterExample("", "2024-01-05T10:20:30+0100"),
        CounterExample("", "1,299.00"),
        CounterExample("", "120.0.6099.224"),
        CounterExample("", "203.0.113.195"),
        CounterExample("order", "114-5550123-4155550"),
        CounterExample("", "0f1e2d3c-4b5a-6978-8796-415555012345"),
        CounterExample("ph", "12"),
        CounterExample("", "+12345"),
        CounterExample("", "a+415555012345678901"),
        CounterExample("", "1-415-555-0123-77-1"),
    ],
    wakes_on: Signals::PLUS_DIGITS.or(Signals::GROUPED_DIGITS).or(Signals::KEYED),
    find,
};

/// The longest way to write a number: fifteen digits with separators and an extension.
const LONGEST: usize = 32;

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let key = input.speaks_for(DataClass::Phone);
    if key.is_some_and(|strength| under_key(input.text, strength, found)) {
        return;
    }
    let bytes = input.text.as_bytes();
    let mut free_from = 0;
    for at in memchr::memchr3_iter(b'+', b'(', b'-', bytes) {
        if found.is_full() {
            return;
        }
        if at < free_from {
            continue;
        }
        let hit = match bytes[at] {
            b'+' => international(input.text, at),
            b'(' => grouped(input.text, at),
            _ => at.checked_sub(3).and_then(|start| grouped(input.text, start)),
        };
        if let Some((range, confidence, reason)) = hit {
            free_from = range.end;
            report(input.text, range, confidence, reason, found);
        }
    }
}

fn report(text: &str, range: Range<usize>, confidence: Confidence, reason: &'static str, found: &mut Found<'_>) {
    if is_toll_free(&text[range.clone()]) {
        let reason = "a toll-free number, which no person has";
        found.add(DataClass::Phone, Confidence::Possible, reason, range);
    } else if is_placeholder(&text[range.clone()]) {
        found.add_form(DataClass::Phone, Form::Placeholder, Confidence::Certain, "a test number", range);
    } else {
        found.add(DataClass::Phone, confidence, reason, range);
    }
}

/// `800`, `888` and their kin: numbers of companies.
fn is_toll_free(number: &str) -> bool {
    let mut digits = number.bytes().filter(u8::is_ascii_digit).peekable();
    let home = !number.starts_with('+') || digits.peek() == Some(&b'1');
    digits.next_if_eq(&b'1');
    let area = [digits.next(), digits.next(), digits.next()];
    let free = matches!(area, [Some(b'8'), Some(b'0'), Some(b'0')])
        || matches!(area, [Some(b'8'), Some(b'3'..=b'8'), third] if third == area[1]);
    home && free
}

/// Whether a whole value is a valid number of some country.
pub(super) fn is_number(value: &str) -> bool {
    is_shaped(value) && is_valid_somewhere(value, false, Strength::Strong)
}

/// The whole value, where the key says that it is a phone number.
fn under_key(text: &str, strength: Strength, found: &mut Found<'_>) -> bool {
    let number = text.trim();
    let start = text.len() - text.trim_start().len();
    let range = start..start + number.len();
    if !is_shaped(number) {
        return false;
    }
    if is_placeholder(number) {
        report(text, range, Confidence::Certain, "", found);
        return true;
    }
    // A plus that was decoded to a space leaves the country code in front.
    let valid = is_valid_somewhere(number, text.starts_with(' '), strength);
    if valid {
        let confidence = if number.starts_with('+') { Confidence::Certain } else { Confidence::Likely };
        found.add(DataClass::Phone, confidence, "a valid number under a key for phones", range);
    }
    valid
}

/// Seven to fifteen digits with the signs that people put between them.
fn is_shaped(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let signs = number.bytes().all(|b| b.is_ascii_digit() || b" +-().".contains(&b));
    signs && (7..=15).contains(&digits) && number.len() <= LONGEST && !is_host_or_decimal(number)
}

fn is_valid_somewhere(number: &str, lost_plus: bool, strength: Strength) -> bool {
    if number.starts_with('+') || lost_plus {
        return is_valid(None, &with_plus(number));
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    is_national(number, digits, strength)
}

fn is_national(number: &str, digits: usize, strength: Strength) -> bool {
    if strength == Strength::Weak {
        return matches!(digits, 10 | 11) && is_valid(Some(Region::US), number);
    }
    let trunk = number.starts_with('0');
    // Longer runs without a trunk zero are times and ids, or begin with a country code.
    let national = trunk || digits <= 11;
    (national && LARGEST.iter().chain(&NEIGHBOURS).any(|country| is_valid(Some(*country), number)))
        || (!trunk && digits >= 11 && is_valid(None, &with_plus(number)))
}

/// `203.0.113.9`, `1299.00`: dots that group no phone number.
fn is_host_or_decimal(number: &str) -> bool {
    let mut groups = number.split('.');
    let dotted = number.contains('.');
    dotted && groups.any(|group| group.len() < 3 && group.bytes().all(|b| b.is_ascii_digit()))
}

fn with_plus(number: &str) -> String {
    format!("+{}", number.trim_start_matches('+'))
}

/// A plus sign with a country code, such as `+44 20 7946 0958`.
fn international(text: &str, at: usize) -> Option<(Range<usize>, Confidence, &'static str)> {
    let bytes = text.as_bytes();
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.') {
        return None;
    }
    if !matches!(bytes.get(at + 1), Some(b'1'..=b'9')) {
        return None;
    }
    let end = number_end(bytes, at + 1);
    let number = &text[at..end];
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let compact = number.bytes().skip(1).all(|b| b.is_ascii_digit());
    if digits < 7 || !is_free(bytes, end) || !is_valid(None, number) {
        return None;
    }
    // In the midst of a text an unbroken number with a plus may be a sum.
    let whole = text.trim().len() == number.len() || text.starts_with("tel:");
    let confidence = if whole || !compact { Confidence::Certain } else { Confidence::Likely };
    Some((at..end, confidence, "a valid number with its country code"))
}

/// `(415) 555-0123` and `415-555-0123`, both with or without `1` in front.
fn grouped(text: &str, start: usize) -> Option<(Range<usize>, Confidence, &'static str)> {
    const BRACKETED: [&str; 3] = ["(ddd) ddd-dddd", "(ddd)ddd-dddd", "(ddd) ddd dddd"];
    let bytes = text.as_bytes();
    let tail = &bytes[start..];
    let bracketed = BRACKETED.iter().find(|shape| has_shape(tail, shape));
    let shape = bracketed.or(has_shape(tail, "ddd-ddd-dddd").then_some(&"ddd-ddd-dddd"))?;
    let end = start + shape.len();
    let bound = start.checked_sub(1).map(|before| bytes[before]);
    let before = match bound {
        Some(b'-' | b' ' | b'.') if bytes[..start - 1].ends_with(b"1") => {
            start < 3 || !b"-.".contains(&bytes[start - 3]) && !bytes[start - 3].is_ascii_alphanumeric()
        }
        Some(byte) => !byte.is_ascii_alphanumeric() && !b"-_./=".contains(&byte) || byte == b'=',
        None => true,
    };
    if !before || !is_free(bytes, end) || !is_valid(Some(Region::US), &text[start..end]) {
        return None;
    }
    Some(match bracketed {
        Some(_) => (start..end, Confidence::Certain, "a valid US number in its usual grouping"),
        None => (start..end, Confidence::Likely, "a valid US number with hyphens"),
    })
}

fn has_shape(bytes: &[u8], shape: &str) -> bool {
    bytes.len() >= shape.len()
        && shape.bytes().zip(bytes).all(|(wanted, byte)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => other == *byte,
        })
}

/// Whether no further letter or digit makes the number part of something longer.
fn is_free(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end) {
        None => true,
        Some(b'-' | b'.' | b'_') => !bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some(byte) => !byte.is_ascii_alphanumeric(),
    }
}

/// The end of digits with single separators between them.
fn number_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    for (at, byte) in bytes.iter().enumerate().skip(start).take(LONGEST) {
        if byte.is_ascii_digit() {
            end = at + 1;
        } else if !b" -().".contains(byte) || at > end + 1 {
            break;
        }
    }
    end
}

fn is_valid(country: Option<Region>, number: &str) -> bool {
    // The parser is for people's input; ours is bounded and checked, so only digits matter to it.
    plans::valid(country, number).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Match, scan};
    use super::*;

    fn phones(key: &str, text: &str) -> Vec<Match> {
        let mut out = Vec::new();
        scan(text.as_bytes(), &Context { key, path: key }, &mut out);
        out.retain(|m| m.class == DataClass::Phone);
        out
    }

    #[test]
    fn bare_digits_are_likely_at_most() {
        let found = phones("phone", "4155550123");
        assert_eq!(found.iter().map(|m| m.confidence).collect::<Vec<_>>(), [Confidence::Likely]);
    }

    #[test]
    fn test_numbers_are_placeholders() {
        let found = phones("phone", "5555555555");
        assert_eq!(found.iter().map(|m| m.form).collect::<Vec<_>>(), [Form::Placeholder]);
    }

    #[test]
    fn only_the_number_is_marked() {
        let text = "Ask for Ada at +44 20 7946 0958.";
        let found = phones("", text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].range.clone()], "+44 20 7946 0958");
    }
}
