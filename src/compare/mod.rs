//! `leakledger compare`: did the practice stop? Two ledgers, exposure by exposure. What the second
//! ledger did not visit or record is never called ended, because "not seen" is not "not sent".

mod judge;
mod side;

use crate::cli::Compare;
use crate::outcome::Outcome;
use crate::report::beside::Beside;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable};
use crate::report::escape::{terminal, terminal_path};
use crate::report::manifest::Manifest;
use crate::report::opened::OpenLedger;
use crate::report::schema;
use crate::report::staging::Existing;
use anyhow::Result;
use judge::{Compared, Status};
use side::Side;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

/// How many exposures the summary names for each status.
const NAMED: usize = 4;

/// Runs `leakledger compare`.
///
/// # Errors
/// When a ledger cannot be opened or the table cannot be written.
pub fn run(arguments: &Compare) -> Result<Outcome> {
    let (before, after) = (OpenLedger::open(&arguments.before)?, OpenLedger::open(&arguments.after)?);
    let compared = judge::compare(&Side::read(&before)?, &Side::read(&after)?);
    if arguments.output.as_deref() == Some(Path::new("-")) {
        let mut bytes = Vec::new();
        write(
            &compared,
            CsvTable::to_writer("compare.csv".into(), Box::new(&mut bytes), &schema::COMPARE, CsvOptions::default())?,
        )?;
        io::stdout().write_all(&bytes)?;
    } else {
        let beside = Beside::create(&after, "compare", Existing::Force)?;
        let table = CsvTable::create(beside.dir(), &schema::COMPARE, CsvOptions::default())?;
        let tables = vec![
            write(&compared, table)?,
            schema::write_columns(beside.dir(), &[&schema::COMPARE], CsvOptions::default())?,
        ];
        let manifest = Manifest { ledgers: vec![before.used(), after.used()], tables, ..after.derived_manifest() };
        let place = beside.place().join(schema::COMPARE.file);
        beside.publish(manifest, None)?;
        if !arguments.quiet {
            writeln!(io::stderr(), "Written: {}", terminal_path(&place))?;
        }
    }
    if !arguments.quiet {
        io::stderr().write_all(summary(&compared).as_bytes())?;
    }
    let goes_on = compared.iter().any(|row| matches!(row.status, Status::Continuing | Status::New));
    Ok(if goes_on { Outcome::GoesOn } else { Outcome::Done })
}

fn write(compared: &[Compared], mut table: CsvTable<'_>) -> Result<crate::report::csv_table::Written> {
    for row in compared {
        let key = &row.key;
        table.row(&[
            Cell::Word(row.status.word()),
            Cell::Text(&key.site),
            Cell::Text(&key.vendor),
            Cell::Text(&key.owner),
            Cell::Text(&key.data_class),
            Cell::Text(&key.tier),
            Cell::Text(&key.form),
            Cell::Text(&key.channel),
            Cell::Count(row.before),
            Cell::Count(row.after),
            Cell::count(row.loads_before),
            Cell::count(row.loads_after),
            Cell::Text(&row.reason),
            Cell::Text(&row.pages_before),
            Cell::Text(&row.pages_after),
        ])?;
    }
    table.finish()
}

/// At most fifteen lines.
fn summary(compared: &[Compared]) -> String {
    let mut out = String::new();
    if compared.is_empty() {
        out.push_str("Neither ledger has an exposure.\n");
    }
    for status in Status::ALL {
        let rows: Vec<&Compared> = compared.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() {
            continue;
        }
        let named: Vec<String> = rows.iter().take(NAMED).map(|row| row.key.words()).collect();
        let more = if rows.len() > NAMED { "; ..." } else { "" };
        let text = format!("{} {}: {}{more}", rows.len(), status.word(), named.join("; "));
        let _ = writeln!(out, "{}", terminal(&text));
    }
    if let Some(row) = compared.iter().find(|row| row.status == Status::CannotTell) {
        let _ = writeln!(out, "Cannot tell, for instance: {}", terminal(&row.reason));
    }
    out
}
