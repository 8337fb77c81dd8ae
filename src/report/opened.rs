//! A finished ledger, opened by a later command (`merge`, `report`, `explain`, `verify`, `people`,
//! `estimate`, `compare`). Nothing is read before every table was found to be what the manifest
//! says, so that no figure is ever made from half a ledger or from a table that somebody edited.
//!
//! ```no_run
//! # use leakledger::report::{beside::Beside, opened::OpenLedger, staging::Existing};
//! # fn main() -> anyhow::Result<()> {
//! let ledger = OpenLedger::open("ledger".as_ref())?;   // refuses, and names each damaged file
//! let mut visits = ledger.table("visits.csv")?;
//! visits.require(&["page", "loads"])?;                 // refuses a ledger that lacks a column
//! for row in &mut visits {
//!     let row = row?;
//!     let (_page, _loads) = (row.text("page"), row.count("loads")?);
//! }
//! for row in ledger.grains()? {                        // ledger.parquet, with people and captures
//!     let _people = row?.people;
//! }
//! let beside = Beside::create(&ledger, "report", Existing::Force)?;
//! // Write files into beside.dir(), then:
//! beside.publish(ledger.derived_manifest(), None)?;
//! # Ok(()) }
//! ```
//!
//! - `merge` opens each of its ledgers, reads [`OpenLedger::grains`] and the tables, and writes a
//!   ledger of its own through [`super::staging::Staging`]; [`super::manifest::Manifest::ledgers`]
//!   names what it was made from.
//! - `report`, `estimate` and `compare` write through [`super::beside::Beside`].
//! - `explain` reads `findings.csv` row by row with [`Table::read`], which allocates nothing per row.
//! - `verify` opens the ledger for its tables, then checks inputs and lists against the manifest,
//!   and each folder of [`OpenLedger::beside`] with [`super::ledger_state::verify_complete`].

use super::beside;
use super::escape::{terminal, terminal_path};
use super::hashing::sha256_file;
use super::manifest::{LedgerUsed, MANIFEST_FILE, Manifest};
use super::parquet::{self, LedgerRows};
use super::publish;
use super::spreadsheet::unguarded;
use anyhow::{Context, Result, bail};
use csv::StringRecord;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A ledger of which nothing is missing or changed.
#[derive(Debug)]
pub struct OpenLedger {
    dir: PathBuf,
    manifest: Manifest,
    sha256: String,
}

impl OpenLedger {
    /// Opens a ledger; what an interrupted command left half done is finished or undone first.
    ///
    /// # Errors
    /// When it is no ledger, or with every file that is not what the manifest says.
    pub fn open(dir: &Path) -> Result<Self> {
        let manifest = publish::open(dir)?;
        beside::recover(dir)?;
        let path = dir.join(MANIFEST_FILE);
        let (_, sha256) = sha256_file(&path).with_context(|| format!("{}: cannot read", terminal_path(&path)))?;
        Ok(OpenLedger { dir: dir.to_owned(), manifest, sha256 })
    }

    /// The ledger's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What it was made from.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How a manifest names this ledger.
    pub fn used(&self) -> LedgerUsed {
        LedgerUsed { path: self.dir.to_string_lossy().into_owned(), manifest_sha256: self.sha256.clone() }
    }

    /// The beginning of a manifest for what is made from this ledger: with its key and knowledge
    /// base, and without inputs, tables and counts.
    pub fn derived_manifest(&self) -> Manifest {
        Manifest {
            layout: self.manifest.layout,
            tool: crate::ledger::tool(),
            key_id: self.manifest.key_id.clone(),
            knowledge: self.manifest.knowledge.clone(),
            ledgers: vec![self.used()],
            ..Manifest::default()
        }
    }

    /// Whether the ledger has the table; older versions wrote fewer.
    pub fn has(&self, file: &str) -> bool {
        self.manifest.table(file).is_some()
    }

    /// A table, from its first row on.
    ///
    /// # Errors
    /// When the ledger has no such table, or it cannot be read.
    pub fn table(&self, file: &str) -> Result<Table> {
        if !self.has(file) {
            bail!(
                "{}: the ledger has no {}; scan again with this version and with --write csv",
                terminal_path(&self.dir),
                terminal(file)
            );
        }
        Table::open(&self.dir.join(file))
    }

    /// The rows of `ledger.parquet`.
    ///
    /// # Errors
    /// When the ledger has none, or it cannot be read.
    pub fn grains(&self) -> Result<LedgerRows> {
        if !self.has(parquet::PARQUET_FILE) {
            bail!(
                "{}: the ledger has no {}; scan again with --write csv,parquet",
                terminal_path(&self.dir),
                parquet::PARQUET_FILE
            );
        }
        parquet::read(&self.dir)
    }

    /// The folders that later commands wrote beside the sealed files, in the order of their paths.
    ///
    /// # Errors
    /// When the ledger's folder cannot be read.
    pub fn beside(&self) -> Result<Vec<PathBuf>> {
        beside::folders(&self.dir)
    }
}

/// A CSV table that one of the commands wrote, read row by row.
#[derive(Debug)]
pub struct Table {
    shown: String,
    header: Rc<StringRecord>,
    rdr: csv::Reader<BufReader<File>>,
}

impl Table {
    /// Opens a table. What stands between its cells is told by its header, whose names are plain.
    ///
    /// # Errors
    /// When it cannot be read or has no header.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = terminal_path(path);
        let file = File::open(path).with_context(|| format!("{shown}: cannot read"))?;
        let mut bytes = BufReader::with_capacity(1 << 17, file);
        let head = bytes.fill_buf().with_context(|| format!("{shown}: cannot read"))?;
        let has_bom = head.starts_with(b"\xef\xbb\xbf");
        let names = &head[if has_bom { 3 } else { 0 }..];
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'"';
        let delimiter = names.iter().find(|b| !is_name(b)).copied().filter(|b| *b != b'\n').unwrap_or(b',');
        if has_bom {
            bytes.consume(3);
        }
        let mut rdr = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        let header = rdr.headers().with_context(|| format!("{shown}: no table"))?.clone();
        Ok(Table { shown, header: Rc::new(header), rdr })
    }

    /// Checks that the table has these columns.
    ///
    /// # Errors
    /// When one is missing.
    pub fn require(&self, columns: &[&str]) -> Result<()> {
        match columns.iter().find(|name| self.place(name).is_none()) {
            None => Ok(()),
            Some(name) => bail!("{}: has no column '{name}'; scan again with this version", self.shown),
        }
    }

    /// The names of the columns, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// The place of a column, for [`TableRow::at`].
    pub fn place(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// A row to read into.
    pub fn row(&self) -> TableRow {
        TableRow { shown: self.shown.as_str().into(), header: Rc::clone(&self.header), cells: StringRecord::new() }
    }

    /// Reads the next row into `row`; false after the last.
    ///
    /// # Errors
    /// When the table is damaged.
    pub fn read(&mut self, row: &mut TableRow) -> Result<bool> {
        self.rdr.read_record(&mut row.cells).with_context(|| format!("{}: damaged", self.shown))
    }
}

impl Iterator for &mut Table {
    type Item = Result<TableRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = self.row();
        match self.read(&mut row) {
            Ok(true) => Some(Ok(row)),
            Ok(false) => None,
            Err(err) => Some(Err(err)),
        }
    }
}

/// One row, whose cells are asked for by the name of their column.
#[derive(Clone, Debug)]
pub struct TableRow {
    shown: Rc<str>,
    header: Rc<StringRecord>,
    cells: StringRecord,
}

impl TableRow {
    /// The text of a cell, without the apostrophe that guards it from spreadsheets; empty where
    /// the table has no such column.
    pub fn text(&self, column: &str) -> &str {
        self.header.iter().position(|name| name == column).map_or("", |place| self.at(place))
    }

    /// The text of the cell at a place.
    pub fn at(&self, place: usize) -> &str {
        unguarded(self.cells.get(place).unwrap_or_default())
    }

    /// A count; `None` where the cell is empty.
    ///
    /// # Errors
    /// When the cell holds something else.
    pub fn count(&self, column: &str) -> Result<Option<u64>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let count = text.parse().with_context(|| format!("{}: '{}' is no {column}", self.shown, terminal(text)))?;
        Ok(Some(count))
    }

    /// A time (microseconds since 1970, UTC) or the beginning of a day; `None` where the cell is empty.
    ///
    /// # Errors
    /// When the cell holds something else.
    pub fn time(&self, column: &str) -> Result<Option<i64>> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("{}: '{}' is no {column}", self.shown, terminal(text));
        let time: jiff::civil::DateTime = text.parse().with_context(wrong)?;
        let time = jiff::tz::Offset::UTC.to_timestamp(time).with_context(wrong)?;
        Ok(Some(time.as_microsecond()))
    }

    /// A day, in days since 1970 (UTC); `None` where the cell is empty.
    ///
    /// # Errors
    /// When the cell holds something else.
    pub fn day(&self, column: &str) -> Result<Option<i32>> {
        Ok(self.time(column)?.and_then(|time| i32::try_from(time.div_euclid(86_400_000_000)).ok()))
    }
}

#[cfg(test)]
pub(crate) mod tests;
