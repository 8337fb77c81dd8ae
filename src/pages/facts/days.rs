//! When data went out: one lane per company, one cell per day, or per week or month where there are
//! many days. A day on which nothing was recorded differs from one on which nothing was found.
//! Requests with several kinds of data stand in several rows of `days.csv`, so a cell shows the most
//! frequent kind: at least so many requests.

use crate::pages::source::Source;
use crate::report::schema;
use anyhow::Result;
use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// The most cells in a lane.
const CELLS: usize = 92;

/// The most lanes.
const LANES: usize = 12;

/// The most companies whose days are held while the table is read.
const HELD: usize = 2000;

/// What a cell covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// One day.
    #[default]
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Step {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Year => "year",
        }
    }
}

/// A stretch of time that a column of cells covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Its first day, or its month or year.
    pub name: String,
    /// Whether anything was recorded in it.
    pub recorded: bool,
}

/// A company's lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The company.
    pub owner: String,
    /// Requests in each bin, at least.
    pub requests: Vec<u64>,
}

/// The lanes over one run of bins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// What a cell covers.
    pub step: Step,
    /// The bins, the earliest first.
    pub bins: Vec<Bin>,
    /// The lanes, the one with the most requests first.
    pub lanes: Vec<Lane>,
    /// Companies without a lane.
    pub left_out: usize,
    /// Bins in which nothing was recorded.
    pub gaps: usize,
}

/// Reads `days.csv` for what was sent and `visits.csv` for what else was recorded.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn read(source: &Source<'_>) -> Result<Timeline> {
    // Requests of a company on a day by data class; the vendor's rows of a company are of different requests.
    let mut sent: BTreeMap<String, BTreeMap<Date, BTreeMap<String, u64>>> = BTreeMap::new();
    let mut recorded: BTreeSet<Date> = BTreeSet::new();
    if let Some(mut table) = source.table(schema::DAYS.file)? {
        let mut row = table.row();
        while table.read(&mut row)? {
            let Ok(day) = row.text("day").parse::<Date>() else { continue };
            recorded.insert(day);
            let owner = row.text("owner");
            if row.text("purpose") == "same owner" || (sent.len() >= HELD && !sent.contains_key(owner)) {
                continue;
            }
            let classes = sent.entry(owner.to_owned()).or_default().entry(day).or_default();
            *classes.entry(row.text("data_class").to_owned()).or_default() += row.count("requests")?.unwrap_or(0);
        }
    }
    if let Some(mut table) = source.table(schema::VISITS.file)? {
        let mut row = table.row();
        while table.read(&mut row)? {
            recorded.extend(row.text("day").parse::<Date>());
        }
    }
    let days = sent.into_iter().map(|(owner, days)| (owner, most_frequent(days))).collect();
    Ok(lanes(days, &recorded))
}

fn most_frequent(days: BTreeMap<Date, BTreeMap<String, u64>>) -> BTreeMap<Date, u64> {
    days.into_iter().map(|(day, classes)| (day, classes.into_values().max().unwrap_or(0))).collect()
}

fn lanes(days: BTreeMap<String, BTreeMap<Date, u64>>, recorded: &BTreeSet<Date>) -> Timeline {
    let (Some(first), Some(last)) = (recorded.first(), recorded.last()) else { return Timeline::default() };
    let step = step(*first, *last);
    let mut names = bins(*first, *last, step);
    names.truncate(4 * CELLS);
    let at = |day: Date| names.partition_point(|begin| *begin <= day).saturating_sub(1);
    let mut seen = vec![false; names.len()];
    recorded.iter().for_each(|day| seen[at(*day)] = true);
    let mut lanes: Vec<Lane> = days
        .into_iter()
        .map(|(owner, days)| {
            let mut requests = vec![0; names.len()];
            days.into_iter().for_each(|(day, count)| requests[at(day)] += count);
            Lane { owner, requests }
        })
        .collect();
    lanes.sort_by_key(|lane| (std::cmp::Reverse(lane.requests.iter().sum::<u64>()), lane.owner.clone()));
    let left_out = lanes.len().saturating_sub(LANES);
    lanes.truncate(LANES);
    let gaps = seen.iter().filter(|seen| !**seen).count();
    let name = |day: Date| match step {
        Step::Day | Step::Week => day.to_string(),
        Step::Month => day.strftime("%Y-%m").to_string(),
        Step::Year => day.strftime("%Y").to_string(),
    };
    let bins = names.iter().zip(seen).map(|(day, recorded)| Bin { name: name(*day), recorded }).collect();
    Timeline { step, bins, lanes, left_out, gaps }
}

/// The finest step that needs no more than [`CELLS`] cells.
fn step(first: Date, last: Date) -> Step {
    let days = first.until((Unit::Day, last)).map_or(usize::MAX, |span| span.get_days().unsigned_abs() as usize + 1);
    match days {
        days if days <= CELLS => Step::Day,
        days if days <= 7 * CELLS => Step::Week,
        days if days <= 30 * CELLS => Step::Month,
        _ => Step::Year,
    }
}

/// The first days of the bins from `first` to `last`.
fn bins(first: Date, last: Date, step: Step) -> Vec<Date> {
    let (mut begin, span) = match step {
        Step::Day => (first, 1.day()),
        Step::Week => (first, 7.days()),
        Step::Month => (first.first_of_month(), 1.month()),
        Step::Year => (first.first_of_year(), 1.year()),
    };
    let mut bins = Vec::new();
    while begin <= last && bins.len() < 4 * CELLS {
        bins.push(begin);
        match begin.checked_add(span) {
            Ok(next) => begin = next,
            Err(_) => break,
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn days_without_a_record_are_gaps() {
        let sent = BTreeMap::from([("Meta".to_owned(), BTreeMap::from([(day("2024-07-01"), 3)]))]);
        let recorded = BTreeSet::from([day("2024-07-01"), day("2024-07-02"), day("2024-07-05")]);
        let timeline = lanes(sent, &recorded);
        assert_eq!((timeline.step, timeline.bins.len(), timeline.gaps), (Step::Day, 5, 2));
        assert_eq!(timeline.lanes[0].requests, [3, 0, 0, 0, 0]);
    }

    #[test]
    fn long_spans_are_binned() {
        for (last, step, cells) in
            [("2024-09-30", Step::Day, 92), ("2025-01-01", Step::Week, 27), ("2026-06-30", Step::Month, 24)]
        {
            let timeline = lanes(BTreeMap::new(), &BTreeSet::from([day("2024-07-01"), day(last)]));
            assert_eq!((timeline.step, timeline.bins.len()), (step, cells), "{last}");
        }
        let timeline = lanes(BTreeMap::new(), &BTreeSet::from([day("0001-01-01"), day("9999-12-31")]));
        assert_eq!(timeline.bins.len(), 4 * CELLS, "bounded");
    }
}
