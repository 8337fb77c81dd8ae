//! Tables that leave the house: `--aggregate-only` leaves out every table with a row per person,
//! page load or finding and all names of inputs; `--min-people N` hides small cells besides.
//!
//! A row of fewer than N people (1 to N-1) loses its figures, or goes altogether where its page, day
//! or text would tell of somebody. All other counts of people and requests are rounded down to a
//! multiple of N. That keeps a hidden figure hidden when totals are published beside it: of a total
//! `⌊(a+b)/N⌋` and a part `⌊a/N⌋`, every b from 1 to N-1 is possible, whatever the two say.

use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::opened::{Table, TableRow};
use crate::report::schema;
use crate::report::table::{Kind, TableSpec};
use anyhow::Result;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// What happens to the rows of a table in which few people are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Small {
    /// They stay without their figures: that it happened is no secret.
    Hidden,
    /// They go: what they are about may tell who it was.
    LeftOut,
    /// Nothing: the table is not about people.
    Kept,
}

/// The tables that are about many, with what happens to small rows. Every other table stays home.
const SHARED: [(&TableSpec, Small); 12] = [
    (&schema::EXPOSURE, Small::Hidden),
    (&schema::TOTALS, Small::Hidden),
    (&schema::VENDORS, Small::Hidden),
    (&schema::SITES, Small::Hidden),
    (&schema::HOSTS, Small::Hidden),
    (&schema::PAGES, Small::LeftOut),
    (&schema::DAYS, Small::LeftOut),
    (&schema::VISITS, Small::LeftOut),
    (&schema::EVENTS, Small::LeftOut),
    (&schema::OVERLAP, Small::LeftOut),
    (&schema::INPUTS, Small::Kept),
    (&schema::REJECTS, Small::Kept),
];

/// Counts that are not of people's requests and say nothing about how many people there are.
const NOT_ABOUT_PEOPLE: [&str; 3] = ["captures", "sites", "inputs"];

/// How tables are made fit to leave the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// The fewest people that a figure may be about; 0 and 1 hide nothing.
    pub min_people: u64,
}

/// Makes tables that are fit to leave the house from those that were written into a folder.
///
/// # Errors
/// When a table cannot be read or written.
pub fn reduce(
    whole: &Path,
    dir: &Path,
    written: &[Written],
    how: Aggregate,
    options: CsvOptions,
) -> Result<Vec<Written>> {
    let mut names = Names::default();
    let mut reduced = Vec::new();
    let mut specs = Vec::new();
    for (spec, small) in SHARED {
        if written.iter().any(|table| table.file == spec.file) {
            reduced.push(table((whole, dir), spec, small, how, &mut names, options)?);
            specs.push(spec);
        }
    }
    specs.push(&schema::COLUMNS);
    reduced.push(schema::write_columns(dir, &specs, options)?);
    Ok(reduced)
}

/// What a reader of such tables must know.
pub fn notes(how: Aggregate) -> Vec<String> {
    let mut notes = vec![
        "Made with --aggregate-only: tables with a row per person, page load or finding are left out, and inputs are numbered instead of named.".to_owned(),
    ];
    if how.min_people > 1 {
        notes.push(format!(
            "Made with --min-people {n}: figures about fewer than {n} people are empty, rows of pages, days, visits and events about so few are left out, and all other counts of people and requests are rounded down to a multiple of {n} (people_high up). Times are widened to whole days.",
            n = how.min_people
        ));
    }
    notes
}

/// The name under which an input's number is shown.
pub fn input_name(number: usize) -> String {
    format!("input {}", number + 1)
}

/// Inputs by their numbers, in the order in which `inputs.csv` has them.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn of(&mut self, input: &str) -> String {
        let next = self.0.len();
        input_name(*self.0.entry(input.to_owned()).or_insert(next))
    }
}

fn table(
    (whole, dir): (&Path, &Path),
    spec: &'static TableSpec,
    small: Small,
    how: Aggregate,
    names: &mut Names,
    options: CsvOptions,
) -> Result<Written> {
    let mut table = Table::open(&whole.join(spec.file))?;
    let mut out = CsvTable::create(dir, spec, options)?;
    let mut row = table.row();
    while table.read(&mut row)? {
        let is_small = small != Small::Kept && is_small(&row, spec, how.min_people)?;
        if is_small && small == Small::LeftOut {
            continue;
        }
        let cells: Vec<Cow<'_, str>> = spec
            .columns
            .iter()
            .map(|column| match column.name {
                "input" if spec.place("input").is_some() => Cow::Owned(names.of(row.text("input"))),
                "sample_finding" => Cow::Borrowed(""),
                _ if small == Small::Kept || how.min_people < 2 => Cow::Borrowed(row.text(column.name)),
                name => figure(name, column.unit, row.text(name), is_small, how.min_people),
            })
            .collect();
        let cells: Vec<Cell<'_>> =
            spec.columns.iter().zip(&cells).map(|(column, text)| cell(column.kind(), text)).collect();
        out.row(&cells)?;
    }
    out.finish()
}

/// Text is guarded anew; numbers and times stay what they are.
fn cell(kind: Kind, text: &str) -> Cell<'_> {
    match kind {
        Kind::Text => Cell::Text(text),
        _ => Cell::Encoded(text.as_bytes()),
    }
}

/// Whether a row is about some people, but too few. Where nobody was counted, there cannot be more
/// people than requests.
fn is_small(row: &TableRow, spec: &TableSpec, least: u64) -> Result<bool> {
    if let Some(people) = row.count("people")? {
        return Ok((1..least).contains(&people));
    }
    let captures = row.count("captures")?.or(row.count("inputs")?).unwrap_or(0);
    let requests = ["requests", "loads", "contacts"].into_iter().find(|column| spec.place(column).is_some());
    let requests = requests.map(|column| row.count(column)).transpose()?.flatten().unwrap_or(0);
    Ok(captures == 0 && (1..least).contains(&requests))
}

/// A figure such that it tells nothing about fewer than `least` people.
fn figure<'t>(name: &str, unit: &str, text: &'t str, is_small: bool, least: u64) -> Cow<'t, str> {
    let is_time = matches!(name, "first_seen" | "last_seen");
    match unit {
        _ if name == "people_method" && is_small => Cow::Owned(format!("fewer than {least}")),
        _ if name == "person_keys" => Cow::Borrowed(""),
        "count" | "people" if NOT_ABOUT_PEOPLE.contains(&name) => Cow::Borrowed(text),
        "count" | "people" if is_small => Cow::Borrowed(""),
        _ if is_time && is_small => Cow::Borrowed(""),
        _ if is_time => whole_day(name, text),
        "count" | "people" => match text.parse::<u64>() {
            Ok(0) => Cow::Borrowed(text),
            Ok(count) if count < least => Cow::Borrowed(""),
            Ok(count) if name == "people_high" => Cow::Owned(count.next_multiple_of(least).to_string()),
            Ok(count) => Cow::Owned((count - count % least).to_string()),
            Err(_) => Cow::Borrowed(text),
        },
        _ => Cow::Borrowed(text),
    }
}

fn whole_day<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    match text.get(..10) {
        None => Cow::Borrowed(text),
        Some(day) if name == "first_seen" => Cow::Owned(format!("{day} 00:00:00")),
        Some(day) => Cow::Owned(format!("{day} 23:59:59")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(count: u64, least: u64) -> u64 {
        figure("people", "people", &count.to_string(), false, least).parse().unwrap_or(0)
    }

    #[test]
    fn a_hidden_figure_does_not_follow_from_total_and_part() {
        let least = 5;
        for a in 0..60 {
            for b in 1..least {
                let told = (rounded(a, least), rounded(a + b, least));
                for other in 1..least {
                    let fits = (0..70).any(|a| (rounded(a, least), rounded(a + other, least)) == told);
                    assert!(fits, "a={a} b={b}: {told:?} rules {other} out");
                }
            }
        }
    }

    #[test]
    fn figures_are_rounded_and_small_ones_hidden() {
        assert_eq!(figure("people", "people", "812", false, 5), "810");
        assert_eq!(figure("people_high", "people", "812", false, 5), "815");
        assert_eq!(figure("requests", "count", "4", false, 5), "", "four requests are of at most four people");
        assert_eq!(figure("captures", "count", "4", false, 5), "4");
        assert_eq!(figure("people", "people", "812", true, 5), "");
        assert_eq!(figure("people_method", "text", "exact", true, 5), "fewer than 5");
        assert_eq!(figure("last_seen", "time (UTC)", "2024-07-01 12:30:00", false, 5), "2024-07-01 23:59:59");
        assert_eq!(figure("vendor", "text", "Meta Pixel", true, 5), "Meta Pixel");
    }

    #[test]
    fn every_table_is_shared_or_stays_home_on_purpose() {
        for spec in schema::TABLES {
            let about_one = ["finding", "person_key", "load"].iter().any(|column| spec.place(column).is_some());
            let shared = SHARED.iter().any(|(other, _)| other.file == spec.file) || spec.file == schema::COLUMNS.file;
            assert!(shared != about_one, "{}", spec.file);
        }
    }
}
