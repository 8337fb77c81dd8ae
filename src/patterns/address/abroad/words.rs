//! The words of a text with their places, and the words that make streets in each language.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A word: letters and digits, with the points, hyphens and apostrophes inside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a comma or a line break stands before it.
    pub(super) after_comma: bool,
    /// Whether anything else than spaces and commas stands before it, which ends an address.
    pub(super) after_break: bool,
}

impl Word<'_> {
    pub(super) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(|first| first.is_uppercase() || !first.is_lowercase())
    }

    pub(super) fn has_letters(&self) -> bool {
        self.text.chars().any(char::is_alphabetic)
    }

    /// Only letters, with hyphens, points and apostrophes between them.
    pub(super) fn is_name(&self) -> bool {
        self.has_letters() && !self.text.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// A house number: digits with a letter, a range, a part: `12`, `12a`, `12-14`, `12/3`.
    pub(super) fn is_house_number(&self) -> bool {
        let digits = self.text.bytes().filter(u8::is_ascii_digit).count();
        let letters = self.text.chars().filter(|letter| letter.is_alphabetic()).count();
        self.text.starts_with(|first: char| ('1'..='9').contains(&first))
            && digits <= 8
            && letters <= 2
            && digits_lead(self.text)
    }
}

fn digits_lead(text: &str) -> bool {
    text.bytes().take_while(u8::is_ascii_digit).count() <= 5
}

/// Cuts a text into words.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let (mut start, mut comma, mut broken) = (None, true, false);
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside =
            sign.is_alphanumeric() || (start.is_some() && matches!(sign, '.' | '-' | '\'' | '’' | '/' | 'º' | 'ª'));
        match (start, inside) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let bare = text[from..at].trim_end_matches(['.', '-', '/', '\'', '’']);
                words.push(Word {
                    text: bare,
                    start: from,
                    end: from + bare.len(),
                    after_comma: comma,
                    after_break: broken,
                });
                (start, comma, broken) = (None, false, false);
            }
            _ => {}
        }
        if !inside {
            comma |= matches!(sign, ',' | '\n' | '\r');
            broken |= !matches!(sign, ' ' | ',' | '\n' | '\r' | '\t' | '+' | '.' | '(' | ')' | '#' | '\'');
        }
    }
    words
}

/// The range of the text that words take.
pub(super) fn range(words: &[Word<'_>], of: Range<usize>) -> Range<usize> {
    match (words.get(of.start), of.end.checked_sub(1).and_then(|last| words.get(last))) {
        (Some(first), Some(last)) if of.start < of.end => first.start..last.end,
        _ => 0..0,
    }
}

/// Where in a street's name its word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In front: `rue de la Paix`, `Via Roma`.
    Before,
    /// Behind, as a word of its own: `Mill Lane`.
    After,
    /// At the end of the word: `Lindenweg`.
    Ending,
}

type Table = HashMap<(&'static str, Place), Vec<&'static str>, FixedState>;

impl std::hash::Hash for Place {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (*self as u8).hash(state);
    }
}

static STREET_WORDS: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for row in include_str!("street_words.csv").lines().skip(1) {
        let mut cells = row.split(',');
        let (Some(language), Some(word), Some(place)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let place = match place {
            "before" => Place::Before,
            "after" => Place::After,
            _ => Place::Ending,
        };
        table.entry((language, place)).or_default().push(word);
    }
    table
});

/// Whether a word makes a street of the words beside it.
pub(super) fn makes_street(word: &str, language: &'static str, place: Place) -> bool {
    let lower = word.to_lowercase();
    let known = STREET_WORDS.get(&(language, place)).map_or(&[][..], Vec::as_slice);
    known.iter().any(|known| match place {
        Place::Ending => lower.ends_with(known) && lower.len() > known.len() + 1 || lower == *known,
        Place::Before | Place::After => lower == *known,
    })
}
