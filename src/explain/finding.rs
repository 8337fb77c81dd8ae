//! The row of the finding that is explained, and of its input.

use crate::report::cell::parse_id;
use crate::report::escape::{terminal, terminal_path};
use crate::report::opened::{OpenLedger, TableRow};
use crate::report::schema;
use anyhow::{Context, Result, bail};

/// A finding as the ledger has it.
pub(super) struct Finding {
    row: TableRow,
    /// The format that its input was read as.
    pub(super) format: String,
    /// BLAKE3 of its input's content.
    pub(super) blake3: String,
    /// SHA-256 of its input's file, where it was taken.
    pub(super) stored_sha256: String,
}

impl Finding {
    /// Looks a finding up by its id, or by the number of its row, from 1.
    pub(super) fn read(ledger: &OpenLedger, named: &str) -> Result<Self> {
        let id = parse_id(named);
        let number = named.replace(',', "").parse::<u64>().ok().filter(|_| id.is_none());
        if id.is_none() && number.is_none() {
            bail!("'{}' is no finding: give its id (x and 16 digits), or the number of its row", terminal(named));
        }
        let mut table = ledger.table(schema::FINDINGS.file)?;
        table.require(&["finding", "input", "record", "byte_offset", "byte_length", "chain"])?;
        let (mut row, mut at) = (table.row(), 0);
        while table.read(&mut row)? {
            at += 1;
            if number == Some(at) || (id.is_some() && parse_id(row.at(0)) == id) {
                return Self::with_input(ledger, row);
            }
        }
        let shown = terminal_path(ledger.dir());
        match number {
            Some(number) => bail!("{shown}: findings.csv has {at} rows, so there is no row {number}"),
            None => bail!("{shown}: has no finding {}", terminal(named)),
        }
    }

    fn with_input(ledger: &OpenLedger, finding: TableRow) -> Result<Self> {
        let mut table = ledger.table(schema::INPUTS.file)?;
        let mut row = table.row();
        while table.read(&mut row)? {
            if row.text("input") == finding.text("input") {
                let text = |column: &str| row.text(column).to_owned();
                return Ok(Finding {
                    format: text("format"),
                    blake3: text("blake3"),
                    stored_sha256: text("sha256"),
                    row: finding,
                });
            }
        }
        bail!("{}: the input of the finding is not in inputs.csv", terminal(finding.text("input")))
    }

    /// A cell of its row.
    pub(super) fn text(&self, column: &str) -> &str {
        self.row.text(column)
    }

    /// A count of its row.
    pub(super) fn count(&self, column: &str) -> Result<u64> {
        self.row.count(column)?.with_context(|| format!("the finding has no {column}"))
    }
}
