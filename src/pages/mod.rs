//! What people read: the workbook (`ledger.xlsx`), the page (`report.html`), JSON lines for pipes
//! and SARIF for code hosts. All are made from a ledger's tables as they were written, so that no
//! figure in them can differ from the tables, and all hold their memory whatever the ledger's size.

pub mod command;
pub mod facts;
pub mod html;
pub mod jsonl;
pub mod source;
pub mod words;
pub mod workbook;

use crate::cli::WriteKind;
use crate::gate::allow::AllowList;
use crate::gate::sarif;
use crate::pipeline;
use crate::report::csv_table::Written;
use crate::report::schema;
use anyhow::Result;
use source::Source;
use std::path::Path;

/// A kind of file that is made from a ledger's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `report.html`
    Html,
    /// `ledger.xlsx`
    Xlsx,
    /// One `.jsonl` for every table
    Jsonl,
}

/// Writes the pages into a folder, on so many threads, and says what was written.
///
/// # Errors
/// When a table cannot be read or a file cannot be written.
pub fn write(source: &Source<'_>, dir: &Path, pages: &[Page], jobs: usize) -> Result<Vec<Written>> {
    let page = |number: usize| match pages[number] {
        Page::Html => Ok(vec![html::write(source, dir)?]),
        Page::Xlsx => Ok(vec![workbook::write(source, dir)?]),
        Page::Jsonl => jsonl::write(source, dir),
    };
    let written: Result<Vec<_>> = pipeline::side_by_side(jobs, pages.len(), page).into_iter().collect();
    Ok(written?.concat())
}

/// Writes the files of these kinds that are made from tables, on so many threads.
///
/// # Errors
/// When a table cannot be read or a file cannot be written.
pub fn write_kinds(
    source: &Source<'_>,
    dir: &Path,
    kinds: &[WriteKind],
    allowed: &AllowList,
    jobs: usize,
) -> Result<Vec<Written>> {
    let pages: Vec<Page> = kinds.iter().filter_map(|kind| kind.page()).collect();
    let mut written = write(source, dir, &pages, jobs)?;
    if kinds.contains(&WriteKind::Sarif) {
        written.push(sarif::write(source, dir, allowed)?);
    }
    Ok(written)
}

/// The file that a reader opens first where files of these kinds were written.
pub fn first_file(kinds: &[WriteKind]) -> &'static str {
    if kinds.contains(&WriteKind::Html) { html::REPORT_FILE } else { schema::EXPOSURE.file }
}

#[cfg(test)]
pub(crate) mod tests;
