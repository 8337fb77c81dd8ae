//! Users' own detectors, from a TOML file: a pattern or a list of words, the names of parameters
//! under which they count, and examples both ways that the file is held to. Patterns run in linear
//! time whatever the text (no look-around, no back-references), so none can stall a scan.

use super::key::normalised;
use super::{Confidence, DETECTORS, Form, MOST_MATCHES, Match};
use crate::class::DataClass;
use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context as _, Result, bail, ensure};
use data_encoding::HEXLOWER;
use hashbrown::HashSet;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::ops::Range;
use std::path::Path;

/// The most memory that one compiled pattern takes.
const LARGEST_PATTERN: usize = 1 << 20;

/// The detectors of a user's file.
#[derive(Debug, Default)]
pub struct CustomDetectors {
    detectors: Vec<Custom>,
    /// The file, as given.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// One detector of a user's file.
#[derive(Debug)]
pub struct Custom {
    /// The name in tables.
    pub id: &'static str,
    /// What it finds, for people.
    pub title: String,
    /// What it finds, in our words.
    pub class: DataClass,
    /// Key and value of texts in which it must find something.
    pub examples: Vec<(String, String)>,
    /// Key and value of texts in which it must find nothing.
    pub counter_examples: Vec<(String, String)>,
    reason: &'static str,
    confidence: Confidence,
    keys: HashSet<String>,
    finder: Finder,
}

#[derive(Debug)]
enum Finder {
    Pattern(Regex),
    Words(AhoCorasick),
    /// Anything that stands under one of the keys.
    Keys,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    detector: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    data_class: String,
    pattern: Option<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    confidence: Option<String>,
    #[serde(default)]
    examples: Vec<Sample>,
    #[serde(default)]
    counter_examples: Vec<Sample>,
}

/// A text to try: alone, or with the name of the parameter that holds it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Sample {
    Value(String),
    Named { key: String, value: String },
}

impl CustomDetectors {
    /// Reads a user's file.
    ///
    /// # Errors
    /// When the file cannot be read, or an entry in it is no detector; says which and why.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let detectors = Self::parse(&text).with_context(|| format!("in {}", path.display()))?;
        let sha256 = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        Ok(CustomDetectors { path: path.to_string_lossy().into_owned(), sha256, ..detectors })
    }

    /// Reads the text of a user's file.
    ///
    /// # Errors
    /// When an entry in it is no detector; says which and why.
    pub fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        ensure!(!file.detector.is_empty(), "no [[detector]] in it");
        let mut known: HashSet<String> = DETECTORS.iter().map(|detector| detector.id.to_owned()).collect();
        let mut detectors = Vec::new();
        for entry in file.detector {
            let id = entry.id.clone();
            ensure!(known.insert(id.clone()), "the id {id:?} is taken");
            detectors.push(Custom::new(entry).with_context(|| format!("detector {id:?}"))?);
        }
        Ok(CustomDetectors { detectors, ..CustomDetectors::default() })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.detectors.is_empty()
    }

    /// The detectors, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Custom> {
        self.detectors.iter()
    }

    /// Finds what the detectors find in one value under a key and appends it.
    pub fn scan(&self, value: &[u8], key: &str, out: &mut Vec<Match>) {
        if self.detectors.is_empty() {
            return;
        }
        let Ok(text) = std::str::from_utf8(value) else { return };
        let key = normalised(key);
        let first = out.len();
        for detector in &self.detectors {
            if detector.keys.is_empty() || key.as_ref().is_some_and(|key| detector.keys.contains(key)) {
                detector.find(text, first, out);
            }
        }
    }
}

impl Custom {
    fn new(entry: Entry) -> Result<Custom> {
        let named = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        ensure!(named(&entry.id), "an id is made of a-z, 0-9 and _");
        ensure!(!entry.title.trim().is_empty(), "the title is empty");
        let Some(class) = DataClass::parse(&entry.data_class) else {
            bail!("data_class {:?} is not known; the columns' documentation lists them", entry.data_class)
        };
        let confidence = match entry.confidence.as_deref() {
            None | Some("likely") => Confidence::Likely,
            Some("certain") => Confidence::Certain,
            Some("possible") => Confidence::Possible,
            Some(other) => bail!("confidence {other:?} is none of certain, likely, possible"),
        };
        let keys: Vec<String> = entry.keys.iter().filter_map(|key| normalised(key)).collect();
        ensure!(keys.len() == entry.keys.len(), "a key is a name of at most 40 letters and digits");
        let first_key = entry.keys.first().cloned().unwrap_or_default();
        let samples = |samples: Vec<Sample>| -> Vec<(String, String)> {
            let pair = |sample| match sample {
                Sample::Value(value) => (first_key.clone(), value),
                Sample::Named { key, value } => (key, value),
            };
            samples.into_iter().map(pair).collect()
        };
        Ok(Custom {
            // Detectors live as long as the program, like the shipped ones.
            id: String::leak(entry.id),
            reason: String::leak(format!("the user's own detector: {}", entry.title.trim())),
            finder: Finder::new(entry.pattern.as_deref(), &entry.words, !keys.is_empty())?,
            examples: samples(entry.examples),
            counter_examples: samples(entry.counter_examples),
            keys: keys.into_iter().collect(),
            title: entry.title,
            class,
            confidence,
        })
    }

    fn find(&self, text: &str, first: usize, out: &mut Vec<Match>) {
        let mut add = |range: Range<usize>| {
            if !range.is_empty() && stands_alone(text, &range) && out.len() - first < MOST_MATCHES {
                out.push(Match {
                    class: self.class,
                    form: Form::Plain,
                    confidence: self.confidence,
                    detector: self.id,
                    reason: self.reason,
                    range,
                    parts: Vec::new(),
                });
            }
        };
        match &self.finder {
            Finder::Pattern(pattern) => pattern.find_iter(text).for_each(|found| add(found.range())),
            Finder::Words(words) => words.find_iter(text).for_each(|found| add(found.range())),
            Finder::Keys if super::is_placeholder(text) => {}
            Finder::Keys => add(0..text.len()),
        }
    }
}

impl Finder {
    fn new(pattern: Option<&str>, words: &[String], has_keys: bool) -> Result<Finder> {
        match (pattern, words) {
            (Some(pattern), []) => {
                let pattern = RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).build().context("pattern")?;
                ensure!(!pattern.is_match(""), "the pattern matches the empty text");
                Ok(Finder::Pattern(pattern))
            }
            (None, [_, ..]) => {
                ensure!(words.iter().all(|word| word.trim().len() >= 2), "a word has at least two letters");
                let builder = &mut AhoCorasick::builder();
                let words = builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(words)?;
                Ok(Finder::Words(words))
            }
            (None, []) if has_keys => Ok(Finder::Keys),
            (None, []) => bail!("needs a pattern, words or keys"),
            (Some(_), _) => bail!("has a pattern and words; make two detectors of them"),
        }
    }
}

/// Whether no letter or digit makes what was found a part of something longer.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let joins = |inner: Option<char>, outer: Option<char>| {
        inner.is_some_and(char::is_alphanumeric) && outer.is_some_and(char::is_alphanumeric)
    };
    let found = &text[range.clone()];
    !joins(found.chars().next(), text[..range.start].chars().next_back())
        && !joins(found.chars().next_back(), text[range.end..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::super::check_custom;
    use super::*;

    const CLUB: &str = r#"
        [[detector]]
        id = "club_card"
        title = "Cards of the Example Club"
        data_class = "customer_id"
        pattern = 'EX-\d{6}'
        examples = ["EX-100234", "card EX-100234, thanks"]
        counter_examples = ["EX-1002345", "HEX-100234", "EX-10023"]

        [[detector]]
        id = "ward"
        title = "Wards of the hospital"
        data_class = "sensitive_page"
        words = ["maternity ward", "oncology"]
        keys = ["ward", "unit_name"]
        confidence = "certain"
        examples = ["Oncology", { key = "unit-name", value = "the maternity ward" }]
        counter_examples = ["lobby", { key = "page", value = "oncology" }]

        [[detector]]
        id = "badge"
        title = "Badge numbers"
        data_class = "customer_id"
        keys = ["badge"]
        examples = ["71"]
        counter_examples = ["undefined", { key = "x", value = "71" }]
    "#;

    #[test]
    fn a_file_is_read_and_holds_its_examples() {
        let detectors = CustomDetectors::parse(CLUB).expect("a file");
        assert_eq!(detectors.iter().count(), 3);
        let report = check_custom(&detectors);
        assert_eq!(report.problems, []);
        assert_eq!(report.tried, 12);
    }

    #[test]
    fn examples_that_do_not_hold_are_named() {
        let wrong = CLUB.replace("\"EX-1002345\", \"HEX-100234\"", "\"EX-100235\"");
        let report = check_custom(&CustomDetectors::parse(&wrong).expect("a file"));
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.problems[0].to_string(), "club_card: finds something in the counter-example \"EX-100235\"");
        let none = CLUB.replace(r#"examples = ["71"]"#, "examples = []");
        let report = check_custom(&CustomDetectors::parse(&none).expect("a file"));
        assert!(report.problems[0].what.contains("at least one example"));
    }

    #[test]
    fn what_is_no_detector_is_refused_by_name() {
        for (from, to, word) in [
            ("\"club_card\"", "\"email\"", "taken"),
            ("\"club_card\"", "\"Club card\"", "a-z"),
            ("\"customer_id\"", "\"loyalty\"", "loyalty"),
            (r"EX-\d{6}", "(EX", "pattern"),
            (r"EX-\d{6}", r"(?:\d{1000}){1000}", "pattern"),
            (r"EX-\d{6}", r"\d*", "empty"),
            ("\"certain\"", "\"sure\"", "sure"),
            ("title = \"Wards", "titel = \"Wards", "titel"),
        ] {
            let error = CustomDetectors::parse(&CLUB.replacen(from, to, 1)).expect_err(to);
            assert!(format!("{error:#}").contains(word), "{to}: {error:#}");
        }
    }
}
