//! Rows back out of Parquet, a row group at a time.

use super::{LedgerRow, PARQUET_FILE};
use crate::report::escape::terminal_path;
use anyhow::{Context, Result};
use polars::prelude::{DataFrame, FileMetadata, ParquetReader, PolarsResult, SerReader};
use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rows of a file, in its order. After an error there are no more.
pub struct LedgerRows {
    path: PathBuf,
    metadata: Arc<FileMetadata>,
    pub(super) groups: std::vec::IntoIter<Range<usize>>,
    rows: std::vec::IntoIter<LedgerRow<'static>>,
}

/// Opens the file in a ledger's folder.
///
/// # Errors
/// When it cannot be read or is no Parquet.
pub fn read(dir: &Path) -> Result<LedgerRows> {
    let path = dir.join(PARQUET_FILE);
    let file = File::open(&path).with_context(|| format!("{}: cannot read", terminal_path(&path)))?;
    let metadata = ParquetReader::new(file).get_metadata().cloned();
    let metadata = metadata.with_context(|| format!("{}: no Parquet file", terminal_path(&path)))?;
    let mut start = 0;
    let mut groups = Vec::new();
    for group in &metadata.row_groups {
        groups.push(start..start + group.num_rows());
        start += group.num_rows();
    }
    Ok(LedgerRows { path, metadata, groups: groups.into_iter(), rows: Vec::new().into_iter() })
}

impl LedgerRows {
    fn load(&self, group: Range<usize>) -> Result<Vec<LedgerRow<'static>>> {
        let context = || format!("{}: cannot read rows {} to {}", terminal_path(&self.path), group.start, group.end);
        let file = File::open(&self.path).with_context(context)?;
        let mut rdr = ParquetReader::new(file).with_slice(Some((group.start, group.len())));
        rdr.set_metadata(Arc::clone(&self.metadata));
        rdr.finish().and_then(|frame| rows(&frame)).with_context(context)
    }
}

impl Iterator for LedgerRows {
    type Item = Result<LedgerRow<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            let group = self.groups.next()?;
            match self.load(group) {
                Ok(rows) => self.rows = rows.into_iter(),
                Err(err) => {
                    self.groups = Vec::new().into_iter();
                    return Some(Err(err));
                }
            }
        }
    }
}

fn rows(frame: &DataFrame) -> PolarsResult<Vec<LedgerRow<'static>>> {
    let mut rows = vec![LedgerRow::default(); frame.height()];
    texts(frame, "site", &mut rows, |row| &mut row.site)?;
    texts(frame, "page", &mut rows, |row| &mut row.page)?;
    texts(frame, "vendor", &mut rows, |row| &mut row.vendor)?;
    texts(frame, "owner", &mut rows, |row| &mut row.owner)?;
    texts(frame, "purpose", &mut rows, |row| &mut row.purpose)?;
    texts(frame, "data_class", &mut rows, |row| &mut row.data_class)?;
    texts(frame, "tier", &mut rows, |row| &mut row.tier)?;
    texts(frame, "form", &mut rows, |row| &mut row.form)?;
    texts(frame, "channel", &mut rows, |row| &mut row.channel)?;
    texts(frame, "people_method", &mut rows, |row| &mut row.people_method)?;
    texts(frame, "person_keys", &mut rows, |row| &mut row.person_keys)?;
    texts(frame, "consent", &mut rows, |row| &mut row.consent)?;
    texts(frame, "confidence", &mut rows, |row| &mut row.confidence)?;
    counts(frame, "requests", &mut rows, |row| &mut row.requests)?;
    counts(frame, "blocked_requests", &mut rows, |row| &mut row.blocked_requests)?;
    counts(frame, "unknown_requests", &mut rows, |row| &mut row.unknown_requests)?;
    counts(frame, "captures", &mut rows, |row| &mut row.captures)?;
    counts(frame, "people", &mut rows, |row| &mut row.people)?;
    counts(frame, "people_low", &mut rows, |row| &mut row.people_low)?;
    counts(frame, "people_high", &mut rows, |row| &mut row.people_high)?;
    keys(frame, "people_keys", &mut rows, |row| &mut row.people_keys)?;
    keys(frame, "capture_keys", &mut rows, |row| &mut row.capture_keys)?;
    times(frame, "first_seen", &mut rows, |row| &mut row.first_seen)?;
    times(frame, "last_seen", &mut rows, |row| &mut row.last_seen)?;
    lists(frame, "accounts", &mut rows, |row| &mut row.accounts)?;
    lists(frame, "events", &mut rows, |row| &mut row.events)?;
    days_sketches_and_findings(frame, &mut rows)?;
    Ok(rows)
}

type Rows<'r> = &'r mut [LedgerRow<'static>];
type Field<T> = for<'r> fn(&'r mut LedgerRow<'static>) -> &'r mut T;

fn texts(frame: &DataFrame, name: &str, rows: Rows<'_>, field: Field<Cow<'static, str>>) -> PolarsResult<()> {
    for (row, text) in rows.iter_mut().zip(frame.column(name)?.str()?.iter()) {
        *field(row) = Cow::Owned(text.unwrap_or_default().to_owned());
    }
    Ok(())
}

fn counts(frame: &DataFrame, name: &str, rows: Rows<'_>, field: Field<u64>) -> PolarsResult<()> {
    for (row, count) in rows.iter_mut().zip(frame.column(name)?.u64()?.iter()) {
        *field(row) = count.unwrap_or_default();
    }
    Ok(())
}

fn times(frame: &DataFrame, name: &str, rows: Rows<'_>, field: Field<Option<i64>>) -> PolarsResult<()> {
    for (row, time) in rows.iter_mut().zip(frame.column(name)?.datetime()?.physical().iter()) {
        *field(row) = time;
    }
    Ok(())
}

fn keys(frame: &DataFrame, name: &str, rows: Rows<'_>, field: Field<Cow<'static, [u64]>>) -> PolarsResult<()> {
    let lists = frame.column(name)?.list()?;
    for (place, row) in rows.iter_mut().enumerate() {
        if let Some(list) = lists.get_as_series(place) {
            *field(row) = Cow::Owned(list.u64()?.iter().flatten().collect());
        }
    }
    Ok(())
}

fn lists(frame: &DataFrame, name: &str, rows: Rows<'_>, field: Field<Vec<Cow<'static, str>>>) -> PolarsResult<()> {
    let lists = frame.column(name)?.list()?;
    for (place, row) in rows.iter_mut().enumerate() {
        if let Some(list) = lists.get_as_series(place) {
            *field(row) = list.str()?.iter().flatten().map(|text| Cow::Owned(text.to_owned())).collect();
        }
    }
    Ok(())
}

fn days_sketches_and_findings(frame: &DataFrame, rows: Rows<'_>) -> PolarsResult<()> {
    let days = frame.column("day")?.date()?.physical();
    let sketches = frame.column("people_sketch")?.binary()?;
    let findings = frame.column("sample_finding")?.str()?;
    for (row, ((day, sketch), finding)) in rows.iter_mut().zip(days.iter().zip(sketches.iter()).zip(findings.iter())) {
        row.day = day;
        row.people_sketch = Cow::Owned(sketch.unwrap_or_default().to_vec());
        row.sample_finding = finding.and_then(crate::report::cell::parse_id);
    }
    Ok(())
}
