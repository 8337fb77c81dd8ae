//! `inputs.csv`: what was read, and what the inputs could not show. "Not recorded" is not "not
//! sent", so every gap is named.

use crate::input_run::InputOutcome;
use crate::record::Role;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::schema;
use crate::resolve::summary::Coverage;
use crate::source::Input;
use anyhow::Result;
use std::path::Path;

/// Writes the table.
///
/// # Errors
/// When it cannot be written.
pub fn write(dir: &Path, inputs: &[Input], outcomes: &[InputOutcome], options: CsvOptions) -> Result<Written> {
    let mut table = CsvTable::create(dir, &schema::INPUTS, options)?;
    for (input, outcome) in inputs.iter().zip(outcomes) {
        let blake3 = if outcome.role.is_some() {
            data_encoding::HEXLOWER.encode(&outcome.totals.content)
        } else {
            String::new()
        };
        let gaps = gaps(outcome).join("; ");
        table.row(&[
            Cell::Text(&input.name),
            Cell::Text(outcome.role.map_or("", Role::word)),
            Cell::Text(outcome.format),
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

/// What an input did not record, each as a word with its meaning in `docs/tables.md`.
pub fn gaps(outcome: &InputOutcome) -> Vec<&'static str> {
    let Some(role) = outcome.role else { return vec!["not_read"] };
    let c = &outcome.coverage;
    let mut gaps = Vec::new();
    let mut gap = |holds: bool, word| {
        if holds {
            gaps.push(word);
        }
    };
    gap(c.requests > 0 && c.connects == c.requests, "connect_only");
    gap(c.connects > 0 && c.connects < c.requests, "connect_some");
    gap(c.requests >= 20 && c.connects < c.requests && c.queries == 0, "queries_stripped");
    gap(c.requests > c.connects && c.referers == 0, "no_referer");
    gap(role != Role::Capture && c.clients == 0 && c.requests > 0, "no_client");
    gap(c.body_methods > 0 && c.bodies == 0, "no_bodies");
    gap(c.bodies > 0 && c.bodies < c.body_methods, "some_bodies_missing");
    gap(role == Role::Capture && c.requests >= 20 && c.cookies == 0, "no_cookies");
    gap(c.requests > 0 && c.timed == 0, "no_time");
    gap(c.pageless > 0, "no_page");
    gap(c.cut > 0, "body_cut");
    gap(c.capped > 0, "nesting_capped");
    gap(c.unmatched, "matching_capped");
    gap(outcome.rejected > 0, "rejected_records");
    gaps
}

impl Coverage {
    /// Whether the record says anything at all.
    pub fn is_empty(&self) -> bool {
        self.requests == 0
    }
}
