//! What was read and what could not be seen: as much a part of the answer as the findings, because
//! "not recorded" is not "not sent".

use crate::pages::source::Source;
use crate::report::schema;
use anyhow::Result;
use std::collections::BTreeMap;

/// The most inputs that are listed.
const INPUTS: usize = 200;

/// The most rejected records that are listed.
const REJECTS: usize = 20;

/// The gaps in words: the page of the documentation is the only place that explains them.
static GAPS: &str = include_str!("../../../docs/gaps.md");

/// An input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputFact {
    /// Its name.
    pub name: String,
    /// What it shows; empty where it was not read.
    pub role: String,
    /// Its format.
    pub format: String,
    /// The program that recorded it.
    pub producer: String,
    /// Records that were read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Its first time.
    pub first_seen: String,
    /// Its last time.
    pub last_seen: String,
    /// SHA-256 of the stored file, where it was taken.
    pub sha256: String,
    /// BLAKE3 of its content.
    pub blake3: String,
    /// What it does not show.
    pub gaps: String,
}

/// Something that some inputs do not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The word in `inputs.csv`.
    pub word: String,
    /// Inputs with this gap.
    pub inputs: u64,
    /// What it is.
    pub meaning: String,
    /// What follows from it.
    pub follows: String,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// What was read and what not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The first inputs; those that were not read come first.
    pub inputs: Vec<InputFact>,
    /// How many inputs there are.
    pub inputs_total: u64,
    /// How many of them were read.
    pub inputs_read: u64,
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// The earliest time in any input.
    pub first_seen: String,
    /// The latest time in any input.
    pub last_seen: String,
    /// Inputs by their role.
    pub roles: BTreeMap<String, u64>,
    /// Inputs that were read and have a gap.
    pub inputs_with_gaps: u64,
    /// The gaps, the most frequent first.
    pub gaps: Vec<Gap>,
    /// The first rejects.
    pub rejects: Vec<Reject>,
    /// Rows of `rejects.csv`.
    pub rejects_total: u64,
}

/// Reads `inputs.csv` and `rejects.csv`.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn read(source: &Source<'_>) -> Result<Coverage> {
    let mut coverage = Coverage { rejects_total: source.rows(schema::REJECTS.file), ..Coverage::default() };
    let mut gaps: BTreeMap<String, u64> = BTreeMap::new();
    let (mut unread, mut read) = (Vec::new(), Vec::new());
    if let Some(mut table) = source.table(schema::INPUTS.file)? {
        let mut row = table.row();
        while table.read(&mut row)? {
            let text = |column: &str| row.text(column).to_owned();
            let input = InputFact {
                name: text("input"),
                role: text("role"),
                format: text("format"),
                producer: text("producer"),
                records: row.count("records")?.unwrap_or(0),
                rejected: row.count("rejected")?.unwrap_or(0),
                first_seen: text("first_seen"),
                last_seen: text("last_seen"),
                sha256: text("sha256"),
                blake3: text("blake3"),
                gaps: text("coverage_gaps"),
            };
            coverage.add(&input);
            for gap in input.gaps.split("; ").filter(|gap| !gap.is_empty()) {
                *gaps.entry(gap.to_owned()).or_default() += 1;
            }
            let list = if input.role.is_empty() { &mut unread } else { &mut read };
            if list.len() < INPUTS {
                list.push(input);
            }
        }
    }
    unread.extend(read);
    unread.truncate(INPUTS);
    coverage.inputs = unread;
    coverage.gaps = gaps.into_iter().map(|(word, inputs)| explained(word, inputs)).collect();
    coverage.gaps.sort_by(|a, b| b.inputs.cmp(&a.inputs).then_with(|| a.word.cmp(&b.word)));
    coverage.rejects = rejects(source)?;
    Ok(coverage)
}

impl Coverage {
    fn add(&mut self, input: &InputFact) {
        self.inputs_total += 1;
        if !input.role.is_empty() {
            self.inputs_read += 1;
            *self.roles.entry(input.role.clone()).or_default() += 1;
            self.inputs_with_gaps += u64::from(!input.gaps.is_empty());
        }
        self.records += input.records;
        self.rejected += input.rejected;
        // Times are written such that their order is that of their texts.
        if !input.first_seen.is_empty() && (self.first_seen.is_empty() || input.first_seen < self.first_seen) {
            self.first_seen.clone_from(&input.first_seen);
        }
        if input.last_seen > self.last_seen {
            self.last_seen.clone_from(&input.last_seen);
        }
    }
}

fn rejects(source: &Source<'_>) -> Result<Vec<Reject>> {
    let mut rejects = Vec::new();
    let Some(mut table) = source.table(schema::REJECTS.file)? else { return Ok(rejects) };
    let mut row = table.row();
    while rejects.len() < REJECTS && table.read(&mut row)? {
        let mut place = row.text("input").to_owned();
        for (column, word) in [("record", "record"), ("line", "line"), ("byte_offset", "byte")] {
            if !row.text(column).is_empty() {
                place.push_str(&format!(", {word} {}", row.text(column)));
            }
        }
        rejects.push(Reject { place, reason: row.text("reason").to_owned() });
    }
    Ok(rejects)
}

/// A gap with what the documentation says about it.
fn explained(word: String, inputs: u64) -> Gap {
    let (meaning, follows) = explanation(&word).unwrap_or_default();
    let plain = |text: &str| text.replace('`', "");
    Gap { inputs, meaning: plain(meaning), follows: plain(follows), word }
}

fn explanation(word: &str) -> Option<(&'static str, &'static str)> {
    let begin = format!("| `{word}` |");
    let line = GAPS.lines().find(|line| line.starts_with(&begin))?;
    let mut cells = line.trim_matches('|').split('|').skip(1).map(str::trim);
    Some((cells.next()?, cells.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_explains_gaps() {
        let (meaning, follows) = explanation("no_bodies").expect("explained");
        assert!(meaning.contains("body") && follows.contains("invisible"), "{meaning} {follows}");
        assert_eq!(explanation("no_such_gap"), None);
    }
}
