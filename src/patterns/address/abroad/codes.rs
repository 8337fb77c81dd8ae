//! Postal codes outside the United States, as one or two words of a text.

use super::words::Word;

/// The countries whose addresses are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Country {
    Britain,
    Canada,
    Australia,
    Germany,
    France,
    Netherlands,
    Spain,
    Italy,
}

/// A postal code: the words it takes and the countries that have such codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    /// The word after it.
    pub(super) next: usize,
    pub(super) countries: &'static [Country],
}

/// The postal code that begins at a word, if one does.
pub(super) fn code_at(words: &[Word<'_>], at: usize) -> Option<Code> {
    use Country::{Australia, Britain, Canada, France, Germany, Italy, Netherlands, Spain};
    let first = words.get(at)?.text;
    let second = words.get(at + 1).filter(|next| !next.after_comma).map_or("", |next| next.text);
    let one = |countries| Some(Code { next: at + 1, countries });
    let two = |countries| Some(Code { next: at + 2, countries });
    let shape = Shape::of(first);
    if shape.is("99999") {
        let number: u32 = first.parse().ok()?;
        return match number {
            ..1_001 => one(&[Italy]),
            1_001..=52_999 => one(&[Germany, France, Spain, Italy]),
            53_000..=98_168 => one(&[Germany, France, Italy]),
            98_169..=98_999 => one(&[Germany, France]),
            99_000.. => one(&[Germany]),
        };
    }
    if shape.is("9999") && Shape::of(second).is("AA") && !first.starts_with('0') {
        return two(&[Netherlands]);
    }
    if shape.is("9999AA") && !first.starts_with('0') {
        return one(&[Netherlands]);
    }
    if shape.is("9999") && at > 0 && is_australian_state(words[at - 1].text) {
        return one(&[Australia]);
    }
    if shape.is("A9A") && Shape::of(second).is("9A9") {
        return two(&[Canada]);
    }
    if shape.is("A9A9A9") {
        return one(&[Canada]);
    }
    let outward = |shape: Shape| ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"].iter().any(|known| shape.is(known));
    if outward(shape) && Shape::of(second).is("9AA") {
        return two(&[Britain]);
    }
    let split = first.len().checked_sub(3).filter(|split| first.is_char_boundary(*split))?;
    let (front, back) = first.split_at(split);
    (outward(Shape::of(front)) && Shape::of(back).is("9AA")).then_some(Code { next: at + 1, countries: &[Britain] })
}

/// Whether a word is a state or territory of Australia.
pub(super) fn is_australian_state(word: &str) -> bool {
    ["NSW", "VIC", "QLD", "SA", "WA", "TAS", "ACT", "NT", "Victoria", "Queensland", "Tasmania"].contains(&word)
}

/// Whether a word is a province or territory of Canada.
pub(super) fn is_canadian_province(word: &str) -> bool {
    [
        "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT", "Ontario", "Quebec", "Québec",
        "Alberta", "Manitoba",
    ]
    .contains(&word)
}

/// A short word with `9` for digits and `A` for letters of the Latin alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    signs: [u8; 6],
    length: usize,
}

impl Shape {
    fn of(word: &str) -> Shape {
        let mut shape = Shape { signs: [0; 6], length: 0 };
        for byte in word.bytes() {
            let Some(sign) = shape.signs.get_mut(shape.length) else { return Shape { signs: [0; 6], length: 0 } };
            *sign = match byte {
                b'0'..=b'9' => b'9',
                b'A'..=b'Z' | b'a'..=b'z' => b'A',
                _ => b'?',
            };
            shape.length += 1;
        }
        shape
    }

    fn is(self, known: &str) -> bool {
        &self.signs[..self.length] == known.as_bytes()
    }
}
