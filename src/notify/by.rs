//! Counts by a column of the watch list: how many of its people are affected in each state, as
//! notices to authorities ask.

use super::affected::{Affected, Person, Subject};
use crate::report::cell::Cell;
use crate::report::escape::{terminal, terminal_path};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What stands for people whom the watch list does not name.
const UNKNOWN: &str = "(unknown)";

/// One value of the column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    value: String,
    people: u64,
    listed: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Row {
    pub(super) fn cells(&self) -> [Cell<'_>; 5] {
        [
            Cell::Text(&self.value),
            Cell::Count(self.people),
            Cell::Count(self.listed),
            Cell::time(self.first),
            Cell::time(self.last),
        ]
    }

    fn add(&mut self, person: &Person) {
        self.people += 1;
        self.first = [self.first, person.first].into_iter().flatten().min();
        self.last = self.last.max(person.last);
    }
}

/// Counts the affected by a column of the watch list.
///
/// # Errors
/// When the watch list cannot be read or has no such column.
pub(super) fn rows(list: &Path, column: &str, affected: &Affected) -> Result<Vec<Row>> {
    let context = || format!("{}: cannot read the watch list", terminal_path(list));
    if list.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        bail!("{}: --by reads watch lists in CSV; write its rows, in their order, as CSV", terminal_path(list));
    }
    let file = BufReader::new(File::open(list).with_context(context)?);
    let (mut rdr, header) = open(file).with_context(context)?;
    let Some(place) =
        header.iter().position(|name| name.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(column))
    else {
        bail!("{}: has no column {}", terminal_path(list), terminal(column));
    };
    let people: BTreeMap<u64, &Person> =
        affected.people.iter().filter_map(|(subject, person)| Some((row_of(subject)?, person))).collect();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (number, record) in (1u64..).zip(rdr.records()) {
        let record = record.with_context(context)?;
        let value = record.get(place).unwrap_or_default().trim();
        let row = rows.entry(value.to_owned()).or_default();
        row.listed += 1;
        if let Some(person) = people.get(&number) {
            row.add(person);
        }
    }
    for (_, person) in affected.people.iter().filter(|(subject, _)| row_of(subject).is_none()) {
        rows.entry(UNKNOWN.to_owned()).or_default().add(person);
    }
    Ok(rows.into_iter().map(|(value, row)| Row { value, ..row }).collect())
}

/// A CSV whose separator is the one that its first line holds most of.
fn open(mut file: BufReader<File>) -> Result<(csv::Reader<BufReader<File>>, csv::StringRecord)> {
    let head = file.fill_buf()?;
    let line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    let count = |separator: &u8| line.iter().filter(|byte| *byte == separator).count();
    let separator = [b'|', b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut rdr = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(file);
    let header = rdr.headers()?.clone();
    Ok((rdr, header))
}

/// The row of the watch list that a finding matched, from 1; personas have labels instead.
fn row_of(subject: &Subject) -> Option<u64> {
    subject.matched().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{PersonKey, PersonKind};

    fn affected(subjects: &[Subject]) -> Affected {
        let person = |time| Person { first: Some(time), last: Some(time), findings: 1, ..Person::default() };
        let people = subjects.iter().zip(1i64..).map(|(subject, time)| (subject.clone(), person(time)));
        Affected { people: people.collect(), nobodys: 0 }
    }

    #[test]
    fn everybody_is_in_one_row() {
        let dir = tempfile::tempdir().expect("temp dir");
        let list = dir.path().join("customers.csv");
        std::fs::write(&list, "customer_id;Region\n1;IL\n2;IL\n3;KY\n4;\n").expect("written");
        let key = PersonKey::new(PersonKind::User, 1 << 9);
        let name = |name: &str| Subject::Matched(name.to_owned());
        let affected = affected(&[name("1"), name("3"), name("2"), name("lucia"), Subject::Key(key)]);
        let rows = rows(&list, "region", &affected).expect("counted");
        let shown: Vec<_> = rows.iter().map(|row| (row.value.as_str(), row.people, row.listed, row.first)).collect();
        assert_eq!(
            shown,
            [("", 0, 1, None), ("(unknown)", 2, 0, Some(4)), ("IL", 2, 2, Some(1)), ("KY", 1, 1, Some(2))]
        );
        let err = super::rows(&list, "state", &affected).expect_err("no such column").to_string();
        assert!(err.contains("state"), "{err}");
    }
}
