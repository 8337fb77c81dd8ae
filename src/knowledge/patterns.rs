//! Regular expressions of the knowledge base, compiled when they are first needed: a run meets a
//! few dozen vendors, and compiling all patterns would cost more than starting the program.

use regex::Regex;
use std::sync::OnceLock;

/// All patterns, by their number.
#[derive(Debug)]
pub(super) struct Patterns {
    texts: Box<[Box<str>]>,
    compiled: Box<[OnceLock<Option<Regex>>]>,
}

impl Patterns {
    pub(super) fn new(texts: &[String]) -> Patterns {
        Patterns {
            texts: texts.iter().map(|text| text.as_str().into()).collect(),
            compiled: texts.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The pattern, or `None` for one that does not compile; a test holds that all do.
    pub(super) fn get(&self, number: u16) -> Option<&Regex> {
        let number = usize::from(number);
        let cell = self.compiled.get(number)?;
        cell.get_or_init(|| Regex::new(&self.texts[number]).ok()).as_ref()
    }

    pub(super) fn text(&self, number: u16) -> &str {
        self.texts.get(usize::from(number)).map_or("", |text| text)
    }

    pub(super) fn is_match(&self, number: u16, text: &str) -> bool {
        self.get(number).is_some_and(|pattern| pattern.is_match(text))
    }

    /// What the first group of a pattern matched.
    pub(super) fn captured<'t>(&self, number: u16, text: &'t str) -> Option<&'t str> {
        let captures = self.get(number)?.captures(text)?;
        captures.get(1).map(|group| group.as_str()).filter(|text| !text.is_empty())
    }
}
