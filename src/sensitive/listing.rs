//! The word lists of `topics/`, one file a language, as rows.

use super::Topic;
use super::text::normal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The languages, by their ISO 639 codes. A new language is a file and a line here.
pub(super) const LANGUAGES: [(&str, &str); 6] = [
    ("en", include_str!("topics/en.toml")),
    ("de", include_str!("topics/de.toml")),
    ("fr", include_str!("topics/fr.toml")),
    ("es", include_str!("topics/es.toml")),
    ("it", include_str!("topics/it.toml")),
    ("nl", include_str!("topics/nl.toml")),
];

/// What a listed word is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Tells of the topic by itself.
    Strong,
    /// Tells of it beside another one.
    Weak,
    /// Means something else; hides the words in it.
    Exception,
}

/// A listed word or phrase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) topic: Topic,
    pub(super) kind: Kind,
    pub(super) word: &'static str,
}

impl Row {
    /// The patterns that find the word. `*` at an end stands for any letters there. Umlauts and
    /// apostrophes are also looked for in the spelling of URLs.
    pub(super) fn patterns(self) -> impl Iterator<Item = String> {
        let bare = self.word.trim_matches('*');
        let spelt = bare.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
        let mut spellings = vec![bare.to_owned(), spelt, bare.replace('\'', " ")];
        spellings.sort();
        spellings.dedup();
        let pattern = move |word: String| {
            let mut pattern = normal(&word);
            if self.word.ends_with('*') {
                pattern.truncate(pattern.trim_end().len());
            }
            if self.word.starts_with('*') { pattern.trim_start().to_owned() } else { pattern }
        };
        spellings.into_iter().map(pattern).filter(|pattern| !pattern.trim().is_empty())
    }
}

/// The words of one topic in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    #[serde(default)]
    pub(super) strong: Vec<String>,
    #[serde(default)]
    pub(super) weak: Vec<String>,
    #[serde(default)]
    pub(super) except: Vec<String>,
    pub(super) examples: Vec<String>,
    pub(super) counter_examples: Vec<String>,
}

/// Every language's lists, by topic. A file that cannot be read is left out; a test insists that
/// each can be.
pub(super) static LISTS: LazyLock<Vec<(&'static str, BTreeMap<String, List>)>> = LazyLock::new(|| {
    LANGUAGES.iter().filter_map(|(language, file)| Some((*language, toml::from_str(file).ok()?))).collect()
});

/// All rows of all languages.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    LISTS.iter().flat_map(|(_, lists)| lists).flat_map(|(topic, list)| {
        let topic = Topic::parse(topic);
        let kinds = [(Kind::Strong, &list.strong), (Kind::Weak, &list.weak), (Kind::Exception, &list.except)];
        kinds.into_iter().flat_map(move |(kind, words)| {
            words.iter().filter_map(move |word| Some(Row { topic: topic?, kind, word: word.as_str() }))
        })
    })
}
