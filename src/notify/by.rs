//! Counts by a column of the watch list: how many of its people are affected in each state, as
//! notices to authorities ask.

use super::affected::{Affected, Person, Subject, reader};
use crate::report::cell::Cell;
use crate::report::escape::{terminal, terminal_path};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
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
    let (mut rdr, header) = reader(list)?;
    let Some(place) = header.iter().position(|name| name.trim().eq_ignore_ascii_case(column)) else {
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

/// The row of the watch list that a finding matched, from 1.
fn row_of(subject: &Subject) -> Option<u64> {
    let (word, number) = subject.matched().rsplit_once(' ')?;
    if word.ends_with("row") { number.parse().ok() } else { None }
}
