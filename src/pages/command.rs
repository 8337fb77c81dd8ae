//! `leakledger report`: writes the report and the workbook of a finished ledger anew, into its folder
//! `report/`, with the estimates that were made since the scan.

use super::source::Source;
use super::{Page, write};
use crate::cli::Report;
use crate::options::jobs;
use crate::outcome::Outcome;
use crate::report::beside::Beside;
use crate::report::escape::terminal_path;
use crate::report::manifest::Manifest;
use crate::report::opened::OpenLedger;
use crate::report::staging::Existing;
use anyhow::Result;
use std::io::Write as _;

/// Runs the command.
///
/// # Errors
/// When the ledger cannot be opened or a file cannot be written.
pub fn run(arguments: &Report) -> Result<Outcome> {
    let ledger = OpenLedger::open(&arguments.ledger)?;
    let source = Source::of(&ledger)?;
    let pages: Vec<Page> = arguments.write.iter().map(|kind| kind.page()).collect();
    let beside = Beside::create(&ledger, "report", Existing::Force)?;
    let tables = write(&source, beside.dir(), &pages, jobs(None))?;
    let place = beside.place().to_owned();
    let names: Vec<String> = tables.iter().map(|table| terminal_path(&place.join(&table.file))).collect();
    beside.publish(Manifest { tables, ..ledger.derived_manifest() }, None)?;
    if !arguments.quiet {
        for name in names {
            writeln!(std::io::stderr(), "Written: {name}")?;
        }
    }
    Ok(Outcome::Done)
}
