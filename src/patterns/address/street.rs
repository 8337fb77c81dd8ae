//! The first line of a US address: a house number with a street, a numbered road, or a post-office
//! box, followed by apartments and floors.

use super::tables::{Role, Suffix, has_role, suffix};
use super::token::Tokens;

/// How many words a street's name has at most, its suffix included.
const LONGEST_NAME: usize = 7;

/// What shows that words are a street, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// A number and words: only a state and its ZIP code make it an address.
    Bare,
    /// A suffix that is a common word (`Park`).
    WeakSuffix,
    /// A suffix that only streets have (`Blvd`), a numbered road or a post-office box.
    Street,
}

/// A street line at the beginning of the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Street {
    /// What shows that it is one.
    pub(super) proof: Proof,
    /// The word after the line, apartments included.
    pub(super) next: usize,
    /// The word after the street's own name, apartments excluded.
    pub(super) name_end: usize,
}

/// The word before which no state or ZIP code can stand: a box's number looks like one.
pub(super) fn least_end(tokens: &Tokens<'_>) -> usize {
    post_office_box(tokens).unwrap_or(2)
}

/// Whether any of the first words shows that this may be a street.
pub(super) fn has_sign(tokens: &Tokens<'_>) -> bool {
    (1..tokens.len().min(10)).any(|index| suffix(tokens.word(index)).is_some()) || numbered_road(tokens, 1).is_some()
}

/// Reads a street line at the first word. Words from `limit` on belong to the place.
pub(super) fn read(tokens: &Tokens<'_>, limit: usize) -> Option<Street> {
    if let Some(end) = post_office_box(tokens) {
        return Some(with_units(tokens, Proof::Street, end, limit));
    }
    (is_house_number(tokens.word(0)) || is_spelled_number(tokens.word(0))).then_some(())?;
    let first = if is_fraction(tokens.word(1)) { 2 } else { 1 };
    named(tokens, first, limit)
}

/// Reads a street without its house number, from word `first` on.
pub(super) fn named(tokens: &Tokens<'_>, first: usize, limit: usize) -> Option<Street> {
    let limit = limit.min(tokens.len());
    if let Some(end) = numbered_road(tokens, first).filter(|end| *end <= limit) {
        return Some(with_units(tokens, Proof::Street, end, limit));
    }
    match suffix_at(tokens, first, limit) {
        Some((at, strength)) => {
            let proof = if strength == Suffix::Common { Proof::Street } else { Proof::WeakSuffix };
            let end = at + 1;
            let end = if end < limit && has_role(tokens.word(end), Role::Direction) { end + 1 } else { end };
            Some(with_units(tokens, proof, end, limit))
        }
        None => {
            let breaks = (first + 1..limit).find(|index| tokens.is_after_break(*index));
            let end = breaks.unwrap_or(limit).min(first + LONGEST_NAME);
            (end > first).then(|| with_units(tokens, Proof::Bare, end, limit))
        }
    }
}

/// Whether any word of a range belongs to headlines and prose.
pub(super) fn has_prose(tokens: &Tokens<'_>, words: std::ops::Range<usize>) -> bool {
    words.into_iter().any(|index| has_role(tokens.word(index), Role::Prose))
}

/// Whether a line begins anew with a house number, which then belongs to the address.
pub(super) fn has_second_number(tokens: &Tokens<'_>, words: std::ops::Range<usize>) -> bool {
    // A number alone between commas is an apartment's.
    let begins = |index| tokens.is_after_break(index) && !tokens.is_after_break(index + 1);
    words.into_iter().any(|index| begins(index) && is_house_number(tokens.word(index)))
}

/// Whether a number is as often a year as a house.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u16>().is_ok_and(|number| (1950..=2039).contains(&number))
}

/// `4521`, `12B`, `32-233`, `N6W23001`: but no year, ordinal, date or padded number.
pub(super) fn is_house_number(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let hyphens = bytes.iter().filter(|b| **b == b'-').count();
    let ordinal = ["st", "nd", "rd", "th"]
        .iter()
        .any(|end| bytes.len() > 2 && bytes[bytes.len() - 2..].eq_ignore_ascii_case(end.as_bytes()));
    let grid = matches!(bytes.first(), Some(b'N' | b'S' | b'E' | b'W' | b'n' | b's' | b'e' | b'w'));
    let start = bytes.first().is_some_and(u8::is_ascii_digit) || (grid && digits >= 3);
    // Two numbers of five digits, or a grid's two coordinates.
    let most = if hyphens == 1 || grid { 10 } else { 7 };
    (1..=most).contains(&digits)
        && digits + letters + hyphens == bytes.len()
        && letters <= if grid { 2 } else { 1 }
        && hyphens <= 1
        && start
        && !ordinal
        && bytes.first() != Some(&b'0')
}

/// Buildings like to spell theirs: `One Elm Plaza`.
pub(super) fn is_spelled_number(word: &str) -> bool {
    ["One", "Two", "Three", "Four", "Five", "Ten", "ONE", "TWO", "THREE", "FOUR", "FIVE", "TEN"].contains(&word)
}

fn is_fraction(word: &str) -> bool {
    matches!(word, "1/2" | "1/4" | "3/4" | "1/3" | "2/3" | "½")
}

/// A word that can be part of a street's name.
fn is_name(word: &str) -> bool {
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    !word.is_empty() && word.len() <= 24 && (!digits || word.len() <= 4)
}

/// The suffix that ends the street's name: the one before the first comma, else the first that
/// stands nowhere but after streets.
fn suffix_at(tokens: &Tokens<'_>, first: usize, limit: usize) -> Option<(usize, Suffix)> {
    let mut named = false;
    let mut best: Option<(usize, Suffix)> = None;
    for index in first..limit.min(first + LONGEST_NAME) {
        let word = tokens.word(index);
        if index > first && (tokens.is_after_break(index) || is_unit_at(tokens, index)) {
            break;
        }
        // `77 South Boulevard`: the compass point is the name.
        let after_point = index > first && suffix(word) == Some(Suffix::Common);
        if let Some(strength) = suffix(word).filter(|_| named || after_point) {
            let last = index + 1 >= limit
                || tokens.is_after_break(index + 1)
                || is_unit_at(tokens, index + 1)
                || (has_role(tokens.word(index + 1), Role::Direction)
                    && (index + 2 >= limit || tokens.is_after_break(index + 2)));
            if last {
                return Some((index, strength.max(best.map_or(strength, |(_, known)| known))));
            }
            // A weak word inside a line without commas is more likely part of a name.
            if strength == Suffix::Common && best.is_none() && named {
                best = Some((index, strength));
            }
        }
        if !is_name(word) {
            break;
        }
        named |= !has_role(word, Role::Direction);
    }
    best
}

/// `Highway 12`, `County Road 5`, `Avenue H`, `W 400 S`: the word after it.
fn numbered_road(tokens: &Tokens<'_>, first: usize) -> Option<usize> {
    let direction = |index| has_role(tokens.word(index), Role::Direction);
    let number = |index| {
        let word: &str = tokens.word(index);
        (1..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
    };
    let mut at = first + usize::from(direction(first));
    if at > first && number(at) && direction(at + 1) {
        return Some(at + 2);
    }
    let kinds = at;
    while at < kinds + 3 && has_role(tokens.word(at), Role::Route) && !(at > kinds && tokens.is_after_break(at)) {
        at += 1;
    }
    let letter = tokens.word(at).len() == 1 && !tokens.is_after_break(at);
    if at == kinds || !(number(at) && !tokens.is_after_break(at) || letter) {
        return None;
    }
    Some(at + 1 + usize::from(direction(at + 1) && !tokens.is_after_break(at + 1)))
}

/// `PO Box 7`, `P.O. Box 7`, `RR 2 Box 40`, `PSC 3 Box 12`: the word after it.
fn post_office_box(tokens: &Tokens<'_>) -> Option<usize> {
    let is = |index: usize, words: &[&str]| {
        let word = tokens.word(index);
        words.iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    let number = |index: usize| {
        let index = index + usize::from(tokens.word(index) == "#");
        let word = tokens.word(index).trim_start_matches('#');
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        (digits > 0 && word.len() <= 7 && word.len() - digits <= 2).then_some(index + 1)
    };
    if is(0, &["POB", "POBOX", "P.O.BOX", "PO.BOX"]) {
        return number(1);
    }
    if is(0, &["PO", "P.O"]) && is(1, &["BOX", "DRAWER"]) {
        return number(2);
    }
    if is(0, &["P", "POST"]) && is(1, &["O", "OFFICE"]) && is(2, &["BOX"]) {
        return number(3);
    }
    if is(0, &["BOX", "BOX#"]) {
        return number(1);
    }
    let rural = if is(0, &["RR", "R.R", "RFD", "HC", "PSC", "CMR", "UNIT"]) {
        1
    } else if is(0, &["RURAL"]) && is(1, &["ROUTE"]) {
        2
    } else {
        return None;
    };
    let after = number(rural)?;
    if is(after, &["BOX"]) { number(after + 1) } else { None }
}

fn is_unit_at(tokens: &Tokens<'_>, index: usize) -> bool {
    unit(tokens, index).is_some()
}

/// `Apt 4`, `#5`, `Suite B-2`, `2nd Floor`: the word after it.
fn unit(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    let word = tokens.word(index);
    if word == "#" {
        return if has_role(tokens.word(index + 1), Role::Unit) { unit(tokens, index + 1) } else { Some(index + 2) };
    }
    if word.starts_with('#') {
        return Some(index + 1);
    }
    let identifier = |word: &str| word.bytes().any(|b| b.is_ascii_digit()) || (1..=2).contains(&word.len());
    let next = tokens.word(index + 1);
    if has_role(word, Role::Unit) {
        if next.starts_with('#') {
            return unit(tokens, index + 1);
        }
        // `FL`, `PH` and `STE` alone may be a state or a part of a name.
        let named = !tokens.is_after_break(index + 1) && identifier(next) && super::tables::state(next).is_none();
        return named.then_some(index + 2);
    }
    let ordinal = is_ordinal(word)
        || word.len() > 2 && word.as_bytes()[0].is_ascii_digit() && !word.as_bytes()[word.len() - 1].is_ascii_digit();
    let floor = ["floor", "fl", "flr"].iter().any(|known| next.eq_ignore_ascii_case(known));
    (ordinal && floor).then_some(index + 2)
}

fn is_ordinal(word: &str) -> bool {
    const WORDS: [&str; 11] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "ground"];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn with_units(tokens: &Tokens<'_>, proof: Proof, end: usize, limit: usize) -> Street {
    let mut next = end;
    while let Some(after) = unit(tokens, next).filter(|after| *after <= limit && *after <= end + 6) {
        next = after;
    }
    Street { proof, next, name_end: end }
}

#[cfg(test)]
mod tests {
    use super::super::token::Style;
    use super::*;

    fn street(text: &str) -> Option<(Proof, usize)> {
        let tokens = Tokens::read(text, 0, Style::Prose);
        read(&tokens, tokens.len()).map(|street| (street.proof, street.next))
    }

    #[test]
    fn streets_end_where_they_should() {
        for (text, next) in [
            ("4521 Maple Grove Ln", 4),
            ("4521 Maple Grove Ln, Springfield", 4),
            ("12 N Elm St NW Apt 4 Springfield", 7),
            ("81 E Boulevard Ave Northport", 4),
            ("100 St Johns Rd", 4),
            ("77 Elm St 2nd Floor", 5),
            ("4410 S Avenue K", 4),
            ("70210 US Highway 31", 4),
            ("123 W 400 S", 4),
            ("PO Box 41 Northport", 3),
            ("RR 2 Box 40", 4),
            ("12 1/2 Elm St #5", 5),
        ] {
            assert_eq!(street(text), Some((Proof::Street, next)), "{text}");
        }
    }

    #[test]
    fn what_is_less_sure_says_so() {
        assert_eq!(street("7 Bear Creek"), Some((Proof::WeakSuffix, 3)));
        assert_eq!(street("4521 Broadway, New York"), Some((Proof::Bare, 2)));
    }

    #[test]
    fn numbers_of_other_kinds_do_not_begin_a_street() {
        for text in ["2024-01-02 Elm St", "5th Ave", "0123 Elm St", "12345678 Elm St", "1.5 Elm St", "Elm St"] {
            assert_eq!(street(text), None, "{text}");
        }
    }
}
