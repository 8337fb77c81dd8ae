//! The words of US postal addresses, read from the data files beside this one: states and their
//! abbreviations, street suffixes, which state a ZIP code lies in, and words that never stand in
//! an address.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::sync::LazyLock;

/// The longest word that any table holds.
const LONGEST: usize = 24;

type Words<T> = HashMap<&'static str, T, FixedState>;

/// What a word does in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A compass point.
    Direction,
    /// An apartment, a floor or the like.
    Unit,
    /// A kind of road that stands before its name or number.
    Route,
    /// A word of headlines and prose that shows that this is no address.
    Prose,
}

/// How much a street suffix proves: `Blvd` ends only streets, `Park` ends much else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suffix {
    /// A word that is common outside addresses.
    Weak,
    /// A word or abbreviation of streets only.
    Common,
}

/// A state's postal code, such as `IL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State([u8; 2]);

static STATES: LazyLock<Words<State>> = LazyLock::new(|| {
    let mut table = Words::default();
    for row in rows(include_str!("states.csv")) {
        if let [code, name, other] = row[..] {
            let Ok(state) = <[u8; 2]>::try_from(code.as_bytes()) else { continue };
            for word in [code, name, other] {
                if !word.is_empty() {
                    table.insert(word, State(state));
                }
            }
        }
    }
    table
});

static SUFFIXES: LazyLock<Words<Suffix>> = LazyLock::new(|| {
    let strength = |word| if word == "common" { Suffix::Common } else { Suffix::Weak };
    pairs(include_str!("suffixes.csv")).map(|(word, kind)| (word, strength(kind))).collect()
});

static ROLES: LazyLock<Words<Vec<Role>>> = LazyLock::new(|| {
    let mut table: Words<Vec<Role>> = Words::default();
    for (word, role) in pairs(include_str!("words.csv")) {
        table.entry(word).or_default().push(match role {
            "direction" => Role::Direction,
            "unit" => Role::Unit,
            "route" => Role::Route,
            _ => Role::Prose,
        });
    }
    table
});

static ZIP_PREFIXES: LazyLock<Vec<(u16, u16, State)>> = LazyLock::new(|| {
    rows(include_str!("zip_prefixes.csv"))
        .filter_map(|row| {
            let [first, last, state] = row[..] else { return None };
            let state = State(state.as_bytes().try_into().ok()?);
            Some((first.parse().ok()?, last.parse().ok()?, state))
        })
        .collect()
});

fn rows(data: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    data.lines().skip(1).map(|line| line.split(',').collect())
}

fn pairs(data: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    data.lines().skip(1).filter_map(|line| line.split_once(','))
}

/// Looks a word up without regard to case and dots.
fn look_up<T: Copy>(word: &str, table: &Words<T>) -> Option<T> {
    with_lower(word, |lower| table.get(lower).copied())
}

fn with_lower<T>(word: &str, look: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut buffer = [0; LONGEST];
    let mut length = 0;
    for byte in word.bytes().filter(|byte| *byte != b'.') {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    look(std::str::from_utf8(buffer.get(..length)?).ok()?)
}

/// Whether a word plays a role in addresses.
pub(super) fn has_role(word: &str, role: Role) -> bool {
    with_lower(word, |lower| ROLES.get(lower)).is_some_and(|roles| roles.contains(&role))
}

/// The strength of a street suffix.
pub(super) fn suffix(word: &str) -> Option<Suffix> {
    look_up(word, &SUFFIXES)
}

/// The state of a code (`IL`, `il`, `N.Y.`), a name or an old abbreviation.
pub(crate) fn state(text: &str) -> Option<State> {
    let mut letters = text.bytes().filter(|byte| *byte != b'.');
    let (first, second) = (letters.next()?, letters.next()?);
    if letters.next().is_some() {
        return look_up(text, &STATES);
    }
    let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    STATES.get(std::str::from_utf8(&code).ok()?).copied()
}

/// Whether a ZIP code lies in a state.
pub(crate) fn zip_in_state(zip: &str, state: State) -> bool {
    states_of(zip).any(|known| known == state)
}

/// Whether a text is a ZIP code that exists, with or without its extension.
pub(crate) fn is_zip(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let shaped = match bytes.len() {
        5 | 9 => digits(bytes),
        10 => digits(&bytes[..5]) && matches!(bytes[5], b'-' | b' ') && digits(&bytes[6..]),
        _ => false,
    };
    shaped && states_of(text).next().is_some()
}

fn states_of(zip: &str) -> impl Iterator<Item = State> {
    let prefix = zip.get(..3).and_then(|prefix| prefix.parse().ok()).unwrap_or(0_u16);
    ZIP_PREFIXES.iter().filter(move |(first, last, _)| (*first..=*last).contains(&prefix)).map(|(_, _, state)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_by_every_name() {
        let illinois = state("IL");
        assert!(illinois.is_some());
        for text in ["il", "Illinois", "ILLINOIS", "Ill.", "I.L."] {
            assert_eq!(state(text), illinois, "{text}");
        }
        for text in ["", "ZZ", "closed", "Illinoiss", "I", "открыт"] {
            assert_eq!(state(text), None, "{text}");
        }
        assert_eq!(state("north dakota"), state("ND"));
    }

    #[test]
    fn zip_codes_lie_in_their_states() {
        for (zip, code) in [("62704", "IL"), ("02139-1234", "MA"), ("99801", "AK"), ("00901", "PR")] {
            assert!(is_zip(zip) && state(code).is_some_and(|state| zip_in_state(zip, state)), "{zip} {code}");
        }
        assert!(state("CO").is_some_and(|state| !zip_in_state("62704", state)));
    }

    #[test]
    fn other_numbers_are_no_zip_codes() {
        for text in ["", "6270", "627044", "00000", "abcde", "62704-12", "6270é", "99999x"] {
            assert!(!is_zip(text), "{text}");
        }
    }

    #[test]
    fn words_have_their_roles() {
        assert_eq!(suffix("Ln."), Some(Suffix::Common));
        assert_eq!(suffix("PARK"), Some(Suffix::Weak));
        assert_eq!(suffix("drives"), None);
        assert!(has_role("S.", Role::Direction));
        assert!(has_role("Apt", Role::Unit));
        assert!(has_role("best", Role::Prose));
    }

    #[test]
    fn every_row_of_every_table_is_read() {
        for data in [include_str!("suffixes.csv"), include_str!("words.csv")] {
            for line in data.lines().skip(1) {
                let word = line.split(',').next().unwrap_or_default();
                assert!(suffix(word).is_some() || with_lower(word, |w| ROLES.get(w)).is_some(), "{line}");
            }
        }
        for line in include_str!("states.csv").lines().skip(1) {
            assert_eq!(line.split(',').count(), 3, "{line}");
        }
        assert_eq!(ZIP_PREFIXES.len(), include_str!("zip_prefixes.csv").lines().count() - 1);
    }
}
