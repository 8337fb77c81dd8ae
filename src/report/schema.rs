//! The tables that a scan writes. `columns.csv` is made from these specs, so what it says about a
//! column cannot drift from what is written.

mod columns;
mod compare;
mod estimates;
mod evidence;
mod exposure;
mod visits;

pub use compare::COMPARE;
pub use estimates::{ESTIMATES, WHEN};
pub use evidence::{COLUMNS, FINDINGS, FINDINGS_REVEALED, INPUTS, REJECTS};
pub use exposure::{DAYS, EXPOSURE, HOSTS, PAGES, SITES, TOTALS, VENDORS};
pub use visits::{EVENTS, LOADS, OVERLAP, PEOPLE_SAMPLE, VISITS};

use super::cell::Cell;
use super::csv_table::{CsvOptions, CsvTable, Written};
use super::table::{Kind, TableSpec};
use anyhow::Result;
use std::path::Path;

/// Every table that a scan writes, in the order in which `columns.csv` explains them.
pub const TABLES: &[&TableSpec] = &[
    &EXPOSURE,
    &TOTALS,
    &VENDORS,
    &SITES,
    &HOSTS,
    &PAGES,
    &DAYS,
    &VISITS,
    &LOADS,
    &EVENTS,
    &OVERLAP,
    &PEOPLE_SAMPLE,
    &FINDINGS,
    &INPUTS,
    &REJECTS,
    &COLUMNS,
];

/// What the cells of a table's column are; text where neither is known.
pub fn kind_of(file: &str, column: &str) -> Kind {
    let spec = TABLES.iter().find(|spec| spec.file == file);
    let column = spec.and_then(|spec| spec.place(column).and_then(|place| spec.columns.get(place)));
    column.map_or(Kind::Text, |column| column.kind())
}

/// Tables that later commands write beside a ledger.
pub const LATER: &[&TableSpec] = &[&COMPARE, &ESTIMATES, &WHEN];

/// Writes `columns.csv` about these tables.
///
/// # Errors
/// When the file cannot be written.
pub fn write_columns(dir: &Path, tables: &[&TableSpec], options: CsvOptions) -> Result<Written> {
    let mut out = CsvTable::create(dir, &COLUMNS, options)?;
    for table in tables {
        for column in table.columns {
            out.row(&[
                Cell::Text(table.file),
                Cell::Text(column.name),
                Cell::Text(column.meaning),
                Cell::Text(column.unit),
            ])?;
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests;
