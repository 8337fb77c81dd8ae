//! `inputs.csv`: what was read, and what the inputs could not show. "Not recorded" is not "not
//! sent", so every gap is named.

use super::gaps::gaps;
use crate::board::Finished;
use crate::record::Role;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::schema;
use anyhow::Result;
use std::path::Path;

/// Writes the table.
///
/// # Errors
/// When it cannot be written.
pub fn write(dir: &Path, inputs: &[Finished], options: CsvOptions) -> Result<Written> {
    let mut table = CsvTable::create(dir, &schema::INPUTS, options)?;
    for Finished { input, outcome } in inputs {
        let blake3 = if outcome.role.is_some() {
            data_encoding::HEXLOWER.encode(&outcome.totals.content)
        } else {
            String::new()
        };
        let gaps = gaps(outcome).collect::<Vec<_>>().join("; ");
        table.row(&[
            Cell::Text(&input.name),
            Cell::Text(outcome.role.map_or("", Role::word)),
            Cell::Text(&outcome.format),
            Cell::Text(&outcome.producer),
            Cell::Text(&blake3),
            Cell::Text(outcome.totals.sha256.as_deref().unwrap_or_default()),
            Cell::Count(outcome.totals.stored_bytes),
            Cell::Count(outcome.records),
            Cell::Count(outcome.rejected),
            Cell::time(outcome.span.first()),
            Cell::time(outcome.span.last()),
            Cell::Text(&gaps),
        ])?;
    }
    table.finish()
}
