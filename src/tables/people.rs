//! The tables of people across companies: who was exposed to two of them, and a sample of people
//! with their visits.

use crate::class::DataClass;
use crate::people::links::Links;
use crate::people::sample::Drawn;
use crate::place::UNKNOWN;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::schema;
use anyhow::Result;
use std::path::Path;
use std::sync::Arc;

/// How many companies are compared with each other: those with the most people.
const COMPARED: usize = 200;

/// The people whose data went to a company.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The company.
    pub owner: Arc<str>,
    /// The data class, where the sample is of one.
    pub class: Option<DataClass>,
    /// A sample of the people with their requests.
    pub visits: Drawn,
}

/// Writes `overlap.csv`: each pair of companies to which the same people were exposed.
///
/// # Errors
/// When it cannot be written.
pub fn overlap(dir: &Path, owners: &[Sampled], links: &Links, options: CsvOptions) -> Result<Written> {
    let mut table = CsvTable::create(dir, &schema::OVERLAP, options)?;
    let owners = largest(owners);
    for (at, one) in owners.iter().enumerate() {
        for two in &owners[at + 1..] {
            let both = one.visits.overlap(&two.visits, links)?;
            if both.high == 0 {
                continue;
            }
            table.row(&[
                Cell::Text(&one.owner),
                Cell::Text(&two.owner),
                Cell::Count(both.people),
                Cell::Count(both.low),
                Cell::Count(both.high),
                Cell::Word(if both.is_exact { "exact" } else { "sketch" }),
            ])?;
        }
    }
    table.finish()
}

/// The companies with the largest samples, in the order of their names.
fn largest(owners: &[Sampled]) -> Vec<&Sampled> {
    // What is known of nobody's company is not one company.
    let mut largest: Vec<&Sampled> = owners.iter().filter(|sampled| &*sampled.owner != UNKNOWN).collect();
    largest.sort_by(|a, b| b.visits.len().cmp(&a.visits.len()).then_with(|| a.owner.cmp(&b.owner)));
    largest.truncate(COMPARED);
    largest.sort_by(|a, b| a.owner.cmp(&b.owner));
    largest
}

/// Writes `people_sample.csv`: for each company and data class a sample of people with their
/// requests.
///
/// # Errors
/// When it cannot be written.
pub fn samples(dir: &Path, classes: &[Sampled], links: &Links, options: CsvOptions) -> Result<Written> {
    let mut table = CsvTable::create(dir, &schema::PEOPLE_SAMPLE, options)?;
    for sampled in classes {
        for (person, requests) in sampled.visits.visits(links) {
            table.row(&[
                Cell::Text(&sampled.owner),
                Cell::Word(sampled.class.map_or("", DataClass::word)),
                Cell::Text(&person.to_string()),
                Cell::Count(requests),
                Cell::Word(if sampled.visits.is_cut() { "sample" } else { "everybody" }),
            ])?;
        }
    }
    table.finish()
}
