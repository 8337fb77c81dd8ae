//! Payment cards: a number of an issuer's range and length whose check digit fits, either grouped
//! as on a card or under a name for cards. Sixteen digits alone are an id more often than a card.

use super::tracking::luhn;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Signals};

pub(super) static DETECTOR: Detector = Detector {
    id: "payment_card",
    title: "Payment card numbers",
    examples: &[
        Example("", "4539 5787 6362 1486", DataClass::PaymentCard),
        Example("card_number", "4539578763621486", DataClass::PaymentCard),
        Example("ccnum", "4539-5787-6362-1486", DataClass::PaymentCard),
        Example("", "4111 1111 1111 1111", DataClass::PaymentCard),
    ],
    counter_examples: &[
        CounterExample("", "4539578763621486"),
        CounterExample("card_number", "4539578763621487"),
        CounterExample("card_number", "9539578763621486"),
        CounterExample("", "1616008900000077"),
        CounterExample("", "4539 5787 6362 1487"),
        CounterExample("ts", "1612345678901234"),
    ],
    wakes_on: Signals::LONG_NUMBER,
    find,
};

/// Numbers that payment services publish for tests.
const TEST_CARDS: [&str; 9] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "4000000000000002",
    "5555555555554444",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
];

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text.trim();
    let keyed = input.speaks_for(DataClass::PaymentCard).is_some();
    if !keyed && !text.contains([' ', '-']) {
        return;
    }
    let mut buffer = [0; 19];
    let mut length = 0;
    for digit in text.bytes().filter(u8::is_ascii_digit) {
        let Some(slot) = buffer.get_mut(length) else { return };
        *slot = digit;
        length += 1;
    }
    let digits = &buffer[..length];
    let bare = text.len() == length;
    if !is_issued(digits) || !luhn(digits) || !(keyed && bare || is_grouped(text)) {
        return;
    }
    let start = input.text.len() - input.text.trim_start().len();
    let range = start..start + text.len();
    if TEST_CARDS.iter().any(|card| card.as_bytes() == digits) {
        let reason = "a published test number";
        found.add_form(DataClass::PaymentCard, Form::Placeholder, Confidence::Certain, reason, range);
    } else if keyed {
        let reason = "issuer, length and check digit under such a key";
        found.add(DataClass::PaymentCard, Confidence::Certain, reason, range);
    } else {
        let reason = "issuer, length and check digit, grouped as on a card";
        found.add(DataClass::PaymentCard, Confidence::Likely, reason, range);
    }
}

/// Groups of four, or of four, six and five, with one kind of separator.
fn is_grouped(text: &str) -> bool {
    let separator = if text.contains('-') { '-' } else { ' ' };
    let sizes: Vec<usize> = text.split(separator).map(str::len).take(6).collect();
    let digits = text.chars().all(|c| c.is_ascii_digit() || c == separator);
    digits && matches!(sizes[..], [4, 4, 4, 4] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 4, 3])
}

/// Whether an issuer gives out numbers of this beginning and length.
fn is_issued(digits: &[u8]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let length = digits.len();
    match (head(2), head(4)) {
        (40..=49, _) => matches!(length, 13 | 16 | 19),
        (51..=55, _) | (_, 2221..=2720) => length == 16,
        (34 | 37, _) => length == 15,
        (36 | 38 | 39, _) | (30, 3000..=3059) => (14..=19).contains(&length),
        (35, 3528..=3589) => (16..=19).contains(&length),
        (65 | 62, _) | (_, 6011 | 6440..=6499) => (16..=19).contains(&length),
        _ => false,
    }
}
