//! Sensitive topics: what a page, a search or a click tells about health, money, crisis, sexuality,
//! religion, union membership or immigration. The words are data, one file a language in `topics/`,
//! which can be reviewed and extended without knowing Rust; `topics/README.md` tells how.

mod listing;
mod text;

pub use text::camel_words;

use crate::patterns::{Problem, Report};
use aho_corasick::{AhoCorasick, MatchKind};
use listing::{Kind, LISTS, Row};
use std::sync::LazyLock;

/// A topic of which a page can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// Illness, treatment, reproduction, medicines, health insurance.
    Health,
    /// Debt, credit, poverty, benefits, taxes.
    Finance,
    /// Suicide, violence, abuse, emergencies, addiction help.
    Crisis,
    /// Sexual orientation, gender identity, dating, sexual content.
    Sexuality,
    /// Faith, worship, congregations.
    Religion,
    /// Trade unions, strikes, works councils.
    Union,
    /// Asylum, visas, citizenship, deportation.
    Immigration,
}

impl Topic {
    /// All topics; where two are equally well founded the earlier is named first.
    pub const ALL: [Topic; 7] = [
        Topic::Health,
        Topic::Finance,
        Topic::Crisis,
        Topic::Sexuality,
        Topic::Religion,
        Topic::Union,
        Topic::Immigration,
    ];

    /// The word used in the data files and in reasons.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Health => "health",
            Topic::Finance => "finance",
            Topic::Crisis => "crisis",
            Topic::Sexuality => "sexuality",
            Topic::Religion => "religion",
            Topic::Union => "union",
            Topic::Immigration => "immigration",
        }
    }

    /// The topic of a word, as [`Topic::word`] writes it.
    pub fn parse(word: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.word() == word)
    }
}

/// A topic with the words that tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The topic.
    pub topic: Topic,
    /// The listed words that were met, in the order of the text, each once.
    pub words: Vec<&'static str>,
}

/// How many words of a topic are named.
const NAMED: usize = 3;

/// The longest text that is looked at.
const LONGEST: usize = 4_096;

/// All listed words as one automaton.
struct Lexicon {
    automaton: AhoCorasick,
    /// What each pattern of the automaton means.
    meanings: Vec<Vec<Row>>,
}

/// Nothing only if the lists outgrew an automaton, which no list that people review can do.
static LEXICON: LazyLock<Option<Lexicon>> = LazyLock::new(Lexicon::shipped);

impl Lexicon {
    fn shipped() -> Option<Lexicon> {
        let mut rows: Vec<(String, Row)> =
            listing::rows().flat_map(|row| row.patterns().map(move |p| (p, row))).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut patterns: Vec<String> = Vec::new();
        let mut meanings: Vec<Vec<Row>> = Vec::new();
        for (pattern, row) in rows {
            if patterns.last() != Some(&pattern) {
                patterns.push(pattern);
                meanings.push(Vec::new());
            }
            // Languages share words; what is one pattern is one word.
            let is_new =
                |last: &&mut Vec<Row>| !last.iter().any(|known| (known.topic, known.kind) == (row.topic, row.kind));
            if let Some(last) = meanings.last_mut().filter(is_new) {
                last.push(row);
            }
        }
        // The longest listed phrase at a place counts, so that an exception hides the words in it.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).ok()?;
        Some(Lexicon { automaton, meanings })
    }
}

/// The topics of which a text tells: by one word that hardly means anything else, or by two
/// different words that do so together. The text is a path, a title, a search, words on a button.
pub fn topics(text: &str) -> Vec<Sighting> {
    let end = (0..=LONGEST.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let normal = text::normal(&text[..end]);
    let mut seen: [Seen; Topic::ALL.len()] = std::array::from_fn(|_| Seen::default());
    let Some(lexicon) = &*LEXICON else { return Vec::new() };
    for found in lexicon.automaton.find_iter(&normal) {
        let meanings = lexicon.meanings.get(found.pattern().as_usize());
        for row in meanings.into_iter().flatten() {
            seen[row.topic as usize].note(row);
        }
    }
    let told = Topic::ALL.into_iter().zip(seen).filter(|(_, seen)| seen.is_told());
    told.map(|(topic, seen)| Sighting { topic, words: seen.words() }).collect()
}

/// What was seen of one topic.
#[derive(Default)]
struct Seen {
    strong: Vec<&'static str>,
    weak: Vec<&'static str>,
}

impl Seen {
    fn note(&mut self, row: &Row) {
        let list = match row.kind {
            Kind::Strong => &mut self.strong,
            Kind::Weak => &mut self.weak,
            Kind::Exception => return,
        };
        if list.len() < NAMED && !list.contains(&row.word) {
            list.push(row.word);
        }
    }

    fn is_told(&self) -> bool {
        !self.strong.is_empty() || self.weak.len() >= 2
    }

    fn words(self) -> Vec<&'static str> {
        if self.strong.is_empty() { self.weak } else { self.strong }
    }
}

/// A topic as the documentation shows it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The topic.
    pub topic: Topic,
    /// How many words and phrases tell of it, in all languages.
    pub words: usize,
    /// A text that tells of it.
    pub example: &'static str,
    /// A text that does not.
    pub counter_example: &'static str,
}

/// What the word lists hold, topic by topic.
pub fn summaries() -> impl Iterator<Item = Summary> {
    Topic::ALL.into_iter().map(|topic| {
        let lists = || LISTS.iter().filter_map(|(_, lists)| lists.get(topic.word()));
        let first = |texts: fn(&listing::List) -> &Vec<String>| {
            lists().find_map(|list| texts(list).first()).map_or("", String::as_str)
        };
        Summary {
            topic,
            words: lists().map(|list| list.strong.len() + list.weak.len()).sum(),
            example: first(|list| &list.examples),
            counter_example: first(|list| &list.counter_examples),
        }
    })
}

/// Holds the word lists to their examples and counter-examples.
pub fn check() -> Report {
    let mut report = Report::default();
    for (language, lists) in LISTS.iter() {
        for (topic, list) in lists {
            let told = |text: &str| topics(text).iter().any(|seen| seen.topic.word() == topic);
            let mut note = |text: &str, good: bool, what: &str| {
                report.tried += 1;
                if !good {
                    let detector = format!("topics/{language}.toml [{topic}]");
                    report.problems.push(Problem { detector, what: format!("{what} {text:?}") });
                }
            };
            for text in &list.examples {
                note(text, told(text), "does not see itself in the example");
            }
            for text in &list.counter_examples {
                note(text, !told(text), "sees itself in the counter-example");
            }
        }
    }
    report
}

#[cfg(test)]
mod tests;
