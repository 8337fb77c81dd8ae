//! `ledger.xlsx`: the tables as a workbook. A first sheet says what it is, from which inputs, and
//! what it cannot show; every table has a sheet with a frozen, filtered header and typed cells, or
//! several where it has more rows than a sheet holds. Rows go to disk as they are written, so memory
//! does not grow with them. Text is written as text: no cell can run. Equal tables give equal bytes.

mod about;
mod sheet;

use super::facts::Facts;
use super::source::Source;
use crate::report::csv_table::Written;
use crate::report::escape::terminal_path;
use crate::report::hashing::{HashingWriter, create_private};
use crate::report::schema;
use crate::report::table::TableSpec;
use anyhow::{Context, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use sheet::{Formats, Links, SheetPlan};
use std::collections::HashMap;
use std::io::BufWriter;
use std::path::Path;

/// The workbook's file.
pub const WORKBOOK_FILE: &str = "ledger.xlsx";

/// The most rows that a sheet holds, with its header.
const SHEET_ROWS: u64 = 1_048_576;

/// The most links that a sheet may hold.
const SHEET_LINKS: usize = 65_530;

/// How hard the sheets are packed, of 1 to 9: rows are so alike that little does nearly as well.
const COMPRESSION: u8 = 3;

/// The year in the workbook's properties: a wall clock there would change the bytes of every run.
const CREATED: (u16, u8, u8) = (2024, 1, 1);

/// Writes the workbook into a folder.
///
/// # Errors
/// When a table cannot be read or the file cannot be written.
pub fn write(source: &Source<'_>, dir: &Path) -> Result<Written> {
    let path = dir.join(WORKBOOK_FILE);
    let context = || format!("{}: cannot write", terminal_path(&path));
    let mut out = BufWriter::with_capacity(1 << 17, HashingWriter::new(create_private(&path).with_context(context)?));
    let mut workbook = workbook(source, dir, SHEET_ROWS)?;
    workbook.save_to_writer(&mut out).with_context(context)?;
    let hashing = out.into_inner().map_err(|err| err.into_error()).with_context(context)?;
    let (bytes, sha256) = hashing.finish();
    Ok(Written { file: WORKBOOK_FILE.to_owned(), rows: 0, bytes, sha256 })
}

/// The workbook with at most so many rows in a sheet.
pub(super) fn workbook(source: &Source<'_>, dir: &Path, sheet_rows: u64) -> Result<Workbook> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(COMPRESSION);
    // Rows wait in files beside the tables, which only their owner may read.
    workbook.set_tempdir(dir).context("no room for the workbook's rows")?;
    let (year, month, day) = CREATED;
    let created = ExcelDateTime::from_ymd(year, month, day)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title("leakledger")
            .set_subject("Personal data sent to companies")
            .set_creation_datetime(&created),
    );
    let formats = Formats::new();
    let plans: Vec<SheetPlan> =
        specs(source).map(|spec| SheetPlan::new(spec, source.rows(spec.file), sheet_rows)).collect();
    let facts = Facts::read(source)?;
    about::write(workbook.add_worksheet(), source, &facts, &plans, &formats)?;
    let links = Links::read(source, &plans)?;
    for plan in &plans {
        sheet::write(&mut workbook, source, plan, &links, &formats)?;
    }
    Ok(workbook)
}

/// The tables that the ledger has, in the order of `columns.csv`.
fn specs<'s>(source: &'s Source<'_>) -> impl Iterator<Item = &'static TableSpec> + 's {
    schema::TABLES.iter().copied().filter(|spec| source.manifest.table(spec.file).is_some())
}

/// Where a finding stands: the number of its sheet and its row there.
type Places = HashMap<u64, (usize, u32)>;

#[cfg(test)]
mod tests;
