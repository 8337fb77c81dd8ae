//! The words of a text from one place on: as many as an address can have, on the stack.

use std::ops::Range;

/// No address has more words.
pub(super) const MOST: usize = 24;

/// One word and what stood before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Token {
    start: u16,
    end: u16,
    /// Whether a comma, a line break or the like separates it from the word before.
    pub(super) after_break: bool,
}

/// The words from one place on.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    offset: usize,
    list: [Token; MOST],
    count: usize,
    /// Whether the text, or the part of it that can belong to an address, ends after the last word.
    pub(super) at_end: bool,
}

/// What separates the words of a text: gaps, or in slugs and file names hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `12 Elm St, Springfield`.
    Prose,
    /// `12-elm-st-springfield`.
    Slug,
}

impl Style {
    /// The style of a text.
    pub(super) fn of(text: &str) -> Style {
        let prose = memchr::memchr3(b' ', b',', b'\n', text.as_bytes()).is_some();
        if prose { Style::Prose } else { Style::Slug }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Gap,
    Break,
    Stop,
}

impl<'a> Tokens<'a> {
    /// Reads words from `start` on.
    pub(super) fn read(text: &'a str, start: usize, style: Style) -> Tokens<'a> {
        let rest = text.get(start..).unwrap_or_default();
        // No address is longer.
        let text = &rest[..rest.floor_char_boundary(512)];
        let mut tokens = Tokens { text, offset: start, list: [Token::default(); MOST], count: 0, at_end: false };
        let mut open: Option<usize> = None;
        let mut after_break = false;
        for (at, letter) in text.char_indices() {
            let kind = kind(letter, style);
            if kind == Kind::Word {
                open.get_or_insert(at);
                continue;
            }
            if let Some(word) = open.take() {
                if tokens.count == MOST {
                    return tokens;
                }
                after_break = tokens.push(word, at, after_break);
            }
            after_break |= kind == Kind::Break;
            if kind == Kind::Stop {
                tokens.at_end = true;
                return tokens;
            }
        }
        if let Some(word) = open.filter(|_| tokens.count < MOST) {
            tokens.push(word, text.len(), after_break);
            open = None;
        }
        tokens.at_end = open.is_none() && text.len() == rest.len();
        tokens
    }

    /// Adds a word without the dots around it. A dash alone is no word but breaks the line; says
    /// whether the next word comes after a break.
    fn push(&mut self, start: usize, end: usize, after_break: bool) -> bool {
        let bytes = self.text.as_bytes();
        let edge = |at: usize| matches!(bytes[at], b'.' | b'\'' | b'-');
        let (mut start, mut end) = (start, end);
        while start < end && edge(start) {
            start += 1;
        }
        while start < end && edge(end - 1) {
            end -= 1;
        }
        let (Some(slot), true) = (self.list.get_mut(self.count), start < end) else { return true };
        // The text is cut to fewer bytes than two bytes count.
        *slot = Token { start: start as u16, end: end as u16, after_break };
        self.count += 1;
        false
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// A word; empty beyond the last.
    pub(super) fn word(&self, index: usize) -> &'a str {
        match self.list[..self.count].get(index) {
            Some(token) => &self.text[usize::from(token.start)..usize::from(token.end)],
            None => "",
        }
    }

    /// Whether a comma or the like stands before a word.
    pub(super) fn is_after_break(&self, index: usize) -> bool {
        self.list[..self.count].get(index).is_some_and(|token| token.after_break)
    }

    /// Where the words `first..last` stand in the whole text.
    pub(super) fn range(&self, words: Range<usize>) -> Range<usize> {
        let range = self.local_range(words);
        range.start + self.offset..range.end + self.offset
    }

    fn local_range(&self, words: Range<usize>) -> Range<usize> {
        let list = &self.list[..self.count];
        match (list.get(words.start), words.end.checked_sub(1).and_then(|last| list.get(last))) {
            (Some(first), Some(last)) if first.start < last.end => usize::from(first.start)..usize::from(last.end),
            _ => 0..0,
        }
    }

    /// Several words as one text, for names of more than one word.
    pub(super) fn phrase(&self, words: Range<usize>) -> &'a str {
        &self.text[self.local_range(words)]
    }
}

fn kind(letter: char, style: Style) -> Kind {
    match letter {
        '-' | '_' | '+' if style == Style::Slug => Kind::Gap,
        ' ' | '\t' | '_' | '+' | '\u{a0}' => Kind::Gap,
        ',' | '\n' | '\r' | ';' | '|' | '(' | ')' => Kind::Break,
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '\'' | '-' | '#' | '&' => Kind::Word,
        '/' if style == Style::Prose => Kind::Word,
        _ if letter.is_alphanumeric() || letter == '½' => Kind::Word,
        '•' | '·' | '–' | '—' => Kind::Break,
        _ => Kind::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = Tokens::read(text, 0, Style::of(text));
        (0..tokens.len()).map(|index| tokens.word(index)).collect()
    }

    #[test]
    fn words_are_cut_at_gaps_and_breaks() {
        assert_eq!(words("12 Elm St., Apt 3"), ["12", "Elm", "St", "Apt", "3"]);
        assert_eq!(words("12-elm-st"), ["12", "elm", "st"]);
        assert_eq!(words("12 Elm <b>St"), ["12", "Elm"]);
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn breaks_are_remembered() {
        let tokens = Tokens::read("Elm St\nSpringfield", 0, Style::Prose);
        assert!(tokens.is_after_break(2) && !tokens.is_after_break(1));
    }

    #[test]
    fn long_texts_are_read_only_as_far_as_an_address_goes() {
        let text = "a ".repeat(1_000);
        let tokens = Tokens::read(&text, 0, Style::Prose);
        assert_eq!(tokens.len(), MOST);
        assert!(!tokens.at_end);
    }
}
