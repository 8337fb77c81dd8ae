//! Writes one table as CSV, row by row, with its hash taken on the way.

use super::cell::Cell;
use super::escape::terminal_path;
use super::hashing::{HashingWriter, create_private};
use super::row_encoder::{Delimiter, RowEncoder};
use super::table::TableSpec;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The byte order mark by which a spreadsheet recognises UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes gathered before they are hashed and written.
const BUFFER: usize = 1 << 17;

/// How CSV files are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
}

/// A file that was written to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The file's name in the ledger.
    pub file: String,
    /// Rows, without the header.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

/// How far a table was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Bytes.
    pub bytes: u64,
    /// Rows, without the header.
    pub rows: u64,
}

/// A table that is being written.
pub struct CsvTable<'w> {
    spec: TableSpec,
    shown: PathBuf,
    wtr: BufWriter<HashingWriter<Box<dyn Write + Send + 'w>>>,
    encoder: RowEncoder,
    row: Vec<u8>,
    rows: u64,
}

impl CsvTable<'static> {
    /// Begins the table's file in a folder.
    ///
    /// # Errors
    /// When the file cannot be made or written.
    pub fn create(dir: &Path, spec: &TableSpec, options: CsvOptions) -> Result<Self> {
        let path = dir.join(spec.file);
        let file = create_private(&path).with_context(|| format!("{}: cannot make the file", terminal_path(&path)))?;
        Self::to_writer(path, Box::new(file), spec, options)
    }

    /// Goes on with a table that was written up to a mark; what follows it is cut off.
    ///
    /// # Errors
    /// When the file is shorter, or cannot be read or written.
    pub fn resume(dir: &Path, spec: &TableSpec, options: CsvOptions, mark: Mark) -> Result<Self> {
        let path = dir.join(spec.file);
        let context = || format!("{}: cannot continue the file", terminal_path(&path));
        let mut file = OpenOptions::new().read(true).write(true).open(&path).with_context(context)?;
        let mut sha256 = HashingWriter::new(io::sink());
        let read = io::copy(&mut (&mut file).take(mark.bytes), &mut sha256).with_context(context)?;
        if read < mark.bytes {
            bail!("{}: is shorter than it was; begin anew with --force", terminal_path(&path));
        }
        file.set_len(mark.bytes).with_context(context)?;
        let wtr: Box<dyn Write + Send> = Box::new(file);
        Ok(CsvTable {
            spec: *spec,
            shown: path,
            wtr: BufWriter::with_capacity(BUFFER, sha256.onto(wtr)),
            encoder: RowEncoder::new(options.delimiter),
            row: Vec::new(),
            rows: mark.rows,
        })
    }

    /// Has everything on the disk that was written so far, and says how far that is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark(&mut self) -> Result<Mark> {
        let shown = &self.shown;
        let context = || format!("{}: cannot write", terminal_path(shown));
        self.wtr.flush().with_context(context)?;
        std::fs::File::open(shown).and_then(|file| file.sync_data()).with_context(context)?;
        Ok(Mark { bytes: self.wtr.get_ref().bytes(), rows: self.rows })
    }
}

impl<'w> CsvTable<'w> {
    /// Begins the table on any writer, which messages call `shown`.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn to_writer(
        shown: PathBuf,
        wtr: Box<dyn Write + Send + 'w>,
        spec: &TableSpec,
        options: CsvOptions,
    ) -> Result<Self> {
        let mut table = CsvTable {
            spec: *spec,
            shown,
            wtr: BufWriter::with_capacity(BUFFER, HashingWriter::new(wtr)),
            encoder: RowEncoder::new(options.delimiter),
            row: Vec::new(),
            rows: 0,
        };
        let header: Vec<Cell<'_>> = spec.columns.iter().map(|c| Cell::Text(c.name)).collect();
        if options.bom {
            table.write(BOM)?;
        }
        table.row(&header)?;
        table.rows = 0;
        Ok(table)
    }

    /// Writes one row, which has a cell for every column.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.spec.columns.len(), "cells of {}", self.spec.file);
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        self.encoder.encode(cells, &mut row);
        let written = self.append_encoded(&row, 1);
        self.row = row;
        written
    }

    /// Writes rows that a [`RowEncoder`] of the same delimiter has encoded.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append_encoded(&mut self, encoded: &[u8], rows: u64) -> Result<()> {
        self.write(encoded)?;
        self.rows += rows;
        Ok(())
    }

    /// Writes out what is still in memory and says what was written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<Written> {
        let shown = self.shown;
        let context = || format!("{}: cannot write", terminal_path(&shown));
        self.wtr.flush().with_context(context)?;
        let hashing = self.wtr.into_inner().map_err(|err| err.into_error()).with_context(context)?;
        let (bytes, sha256) = hashing.finish();
        Ok(Written { file: self.spec.file.to_owned(), rows: self.rows, bytes, sha256 })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let shown = &self.shown;
        self.wtr.write_all(bytes).with_context(|| format!("{}: cannot write", terminal_path(shown)))
    }
}

#[cfg(test)]
mod tests;
