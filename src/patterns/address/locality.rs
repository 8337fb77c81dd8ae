//! The last line of a US address: city, state and ZIP code, in any of the ways people leave some
//! of them out.

use super::street::has_prose;
use super::tables::{State, is_zip, state, zip_in_state};
use super::token::Tokens;
use std::ops::Range;

/// No city has more words.
const LONGEST_CITY: usize = 5;

/// What was found after the street, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// A ZIP code that exists.
    Zip,
    /// A state.
    State,
    /// A state and a ZIP code of another state.
    Disagree,
    /// A state and one of its ZIP codes.
    Agree,
}

/// The words of state and ZIP code.
#[derive(Clone, Debug)]
pub(super) struct Locality {
    /// What was found.
    pub(super) evidence: Evidence,
    /// The state's words; empty when there is none.
    pub(super) state: Range<usize>,
    /// The ZIP code's words; empty when there is none, the state's where they are written as one.
    pub(super) zip: Range<usize>,
}

impl Locality {
    /// The first word.
    pub(super) fn start(&self) -> usize {
        if self.state.is_empty() { self.zip.start } else { self.state.start }
    }

    /// The word after the last.
    pub(super) fn end(&self) -> usize {
        self.state.end.max(self.zip.end)
    }
}

/// Finds state and ZIP code, or one of them, from word `from` on; the strongest evidence wins, and
/// of that the first.
pub(super) fn find(tokens: &Tokens<'_>, from: usize) -> Option<Locality> {
    let mut best: Option<Locality> = None;
    for index in from..tokens.len() {
        let Some(here) = at(tokens, index) else { continue };
        if here.evidence == Evidence::Agree {
            return Some(here);
        }
        // `New York, New York`: the city before, the state after.
        let same = |known: &Locality| known.evidence == here.evidence && known.end() == here.start();
        if best.as_ref().is_none_or(|known| known.evidence < here.evidence || same(known)) {
            best = Some(here);
        }
    }
    best
}

/// The city between the street and the state: letters only, no words of prose.
pub(super) fn city(tokens: &Tokens<'_>, after_street: usize, before: usize) -> Option<Range<usize>> {
    let words = after_street..before;
    let letters = |index: usize| {
        let word: &str = tokens.word(index);
        !word.is_empty() && !word.bytes().any(|b| b.is_ascii_digit())
    };
    let shaped = (1..=LONGEST_CITY).contains(&words.len()) && words.clone().all(letters);
    (shaped && !has_prose(tokens, words.clone())).then_some(words)
}

fn at(tokens: &Tokens<'_>, index: usize) -> Option<Locality> {
    let word = tokens.word(index);
    if let Some((state, zip)) = glued(word) {
        let evidence = if zip_in_state(zip, state) { Evidence::Agree } else { return None };
        return Some(Locality { evidence, state: index..index + 1, zip: index..index + 1 });
    }
    if let Some((known, length)) = state_at(tokens, index) {
        let after = index + length;
        let state = index..after;
        let zip = tokens.word(after);
        if is_zip(zip) {
            let agree = zip_in_state(zip, known);
            let evidence = if agree { Evidence::Agree } else { Evidence::Disagree };
            return Some(Locality { evidence, state, zip: after..after + 1 });
        }
        if is_without_zero(zip, known) {
            return Some(Locality { evidence: Evidence::Agree, state, zip: after..after + 1 });
        }
        let standing = stands_as_state(tokens, index, after);
        return standing.then_some(Locality { evidence: Evidence::State, state, zip: 0..0 });
    }
    zip_first(tokens, index)
}

/// A ZIP code of the north-east whose zero a spreadsheet took off: `MA 2458`.
fn is_without_zero(zip: &str, state: State) -> bool {
    zip.len() == 4 && zip.bytes().all(|byte| byte.is_ascii_digit()) && zip_in_state(&format!("0{zip}"), state)
}

/// `62704 IL` or a ZIP code alone at the end of a line.
fn zip_first(tokens: &Tokens<'_>, index: usize) -> Option<Locality> {
    let word = tokens.word(index);
    if !is_zip(word) {
        return None;
    }
    let zip = index..index + 1;
    let state = state_at(tokens, index + 1).filter(|(known, _)| zip_in_state(word, *known));
    if let Some((_, length)) = state {
        return Some(Locality { evidence: Evidence::Agree, state: index + 1..index + 1 + length, zip });
    }
    ends_at(tokens, index + 1).then_some(Locality { evidence: Evidence::Zip, state: 0..0, zip })
}

/// A state of one to three words, the longest first.
fn state_at(tokens: &Tokens<'_>, index: usize) -> Option<(State, usize)> {
    let word = tokens.word(index);
    let longest = match word.as_bytes().first() {
        Some(byte) if !byte.is_ascii_alphabetic() => return None,
        None => return None,
        Some(_) if begins_state(word) => 3,
        Some(_) => 1,
    };
    (1..=longest).rev().find_map(|length| {
        let inside = (index + 1..index + length).all(|word| !tokens.is_after_break(word));
        let fits = index + length <= tokens.len() && inside;
        let known = fits.then(|| state(tokens.phrase(index..index + length)))?;
        known.map(|known| (known, length))
    })
}

/// The first words of states whose names have several.
fn begins_state(word: &str) -> bool {
    const WORDS: [&str; 13] = [
        "new", "north", "south", "west", "rhode", "district", "american", "northern", "puerto", "virgin", "us",
        "marshall", "armed",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// `IL62704`.
fn glued(word: &str) -> Option<(State, &str)> {
    let (code, zip) = word.split_at_checked(2)?;
    if is_zip(zip) { Some((state(code)?, zip)) } else { None }
}

/// Short words such as `in` and `or` are states only where they stand like one: in capitals or
/// spelled out, after a comma or at the end.
fn stands_as_state(tokens: &Tokens<'_>, index: usize, after: usize) -> bool {
    let word = tokens.phrase(index..after);
    let spelled = word.len() > 2 || word.bytes().all(|b| b.is_ascii_uppercase());
    let ends = ends_at(tokens, after);
    let last = after == tokens.len() && tokens.at_end && !is_preposition(word);
    (ends && (spelled || tokens.is_after_break(index))) || (spelled && tokens.is_after_break(index)) || last
}

fn is_preposition(word: &str) -> bool {
    ["in", "or", "me", "hi", "ok", "id", "oh"].contains(&word)
}

/// Whether a line, the text or the country follows.
fn ends_at(tokens: &Tokens<'_>, index: usize) -> bool {
    const COUNTRY: [&str; 6] = ["us", "usa", "u.s", "u.s.a", "united", "america"];
    let word = tokens.word(index);
    index >= tokens.len() && tokens.at_end
        || tokens.is_after_break(index)
        || COUNTRY.iter().any(|country| word.eq_ignore_ascii_case(country))
}
