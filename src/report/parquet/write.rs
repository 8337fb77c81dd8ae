//! Rows into Parquet, a row group at a time.

use super::{LedgerRow, PARQUET_FILE};
use crate::report::cell::Cell;
use crate::report::csv_table::Written;
use crate::report::escape::terminal_path;
use crate::report::hashing::{HashingWriter, create_private};
use crate::report::spreadsheet::Sheet;
use anyhow::{Context, Result};
use polars::prelude::{
    BinaryChunked, Column, CompatLevel, DataFrame, DataType, Int32Chunked, Int64Chunked, IntoColumn, KeyValueMetadata,
    ListBuilderTrait, ListPrimitiveChunkedBuilder, ListStringChunkedBuilder, NewChunkedArray, ParquetWriter,
    PolarsResult, Schema, SchemaExt, StringChunked, TimeUnit, UInt64Chunked, UInt64Type,
};
use polars_parquet::arrow::write::schema_to_metadata_key;
use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The most rows in a row group.
const GROUP_ROWS: usize = 1 << 16;

/// The most bytes that the rows of a row group take in memory, about.
const GROUP_BYTES: usize = 16 << 20;

/// Microseconds.
const SECOND: i64 = 1_000_000;

/// Writes the file into a folder from rows in the order of their keys. Equal rows give equal bytes.
///
/// # Errors
/// When the file cannot be written.
pub fn write<'a>(dir: &Path, rows: impl IntoIterator<Item = Result<LedgerRow<'a>>>) -> Result<Written> {
    let path = dir.join(PARQUET_FILE);
    let file = create_private(&path).with_context(|| format!("{}: cannot make the file", terminal_path(&path)))?;
    let mut wtr = BufWriter::with_capacity(1 << 17, HashingWriter::new(file));
    let rows = write_groups(&mut wtr, rows).with_context(|| format!("{}: cannot write", terminal_path(&path)))?;
    let hashing = wtr.into_inner().map_err(|err| err.into_error());
    let (bytes, sha256) = hashing.with_context(|| format!("{}: cannot write", terminal_path(&path)))?.finish();
    Ok(Written { file: PARQUET_FILE.to_owned(), rows, bytes, sha256 })
}

fn write_groups<'a>(wtr: &mut impl Write, rows: impl IntoIterator<Item = Result<LedgerRow<'a>>>) -> Result<u64> {
    let empty = frame(&[])?;
    let schema = empty.schema();
    let mut parquet = ParquetWriter::new(wtr).with_key_value_metadata(Some(portable(schema))).batched(schema)?;
    let (mut group, mut weight, mut count) = (Vec::new(), 0, 0);
    for row in rows {
        let row = row?;
        weight += row.weight();
        group.push(row);
        count += 1;
        if group.len() >= GROUP_ROWS || weight >= GROUP_BYTES {
            parquet.write_batch(&frame(&group)?)?;
            group.clear();
            weight = 0;
        }
    }
    parquet.write_batch(&frame(&group)?)?;
    parquet.finish()?;
    Ok(count)
}

/// The schema that readers of Arrow are told: with plain texts, since pandas cannot read lists of the
/// string views that polars would name.
fn portable(schema: &Schema) -> KeyValueMetadata {
    let entry = schema_to_metadata_key(&schema.to_arrow(CompatLevel::oldest()));
    KeyValueMetadata::from_static(vec![(entry.key, entry.value.unwrap_or_default())])
}

/// The rows as columns, in the order of the file.
fn frame(rows: &[LedgerRow<'_>]) -> PolarsResult<DataFrame> {
    let columns = vec![
        texts("site", rows, |row| &row.site),
        texts("page", rows, |row| &row.page),
        days("day", rows),
        texts("vendor", rows, |row| &row.vendor),
        texts("owner", rows, |row| &row.owner),
        texts("purpose", rows, |row| &row.purpose),
        texts("data_class", rows, |row| &row.data_class),
        texts("tier", rows, |row| &row.tier),
        texts("form", rows, |row| &row.form),
        texts("channel", rows, |row| &row.channel),
        counts("requests", rows, |row| row.requests),
        counts("blocked_requests", rows, |row| row.blocked_requests),
        counts("unknown_requests", rows, |row| row.unknown_requests),
        counts("captures", rows, |row| row.captures),
        counts("people", rows, |row| row.people),
        counts("people_low", rows, |row| row.people_low),
        counts("people_high", rows, |row| row.people_high),
        texts("people_method", rows, |row| &row.people_method),
        texts("person_keys", rows, |row| &row.person_keys),
        keys("people_keys", rows, |row| &row.people_keys),
        blobs("people_sketch", rows),
        keys("capture_keys", rows, |row| &row.capture_keys),
        times("first_seen", rows, |row| row.first_seen),
        times("last_seen", rows, |row| row.last_seen),
        texts("consent", rows, |row| &row.consent),
        lists("accounts", rows, |row| &row.accounts),
        lists("events", rows, |row| &row.events),
        texts("confidence", rows, |row| &row.confidence),
        findings("sample_finding", rows),
    ];
    DataFrame::new(rows.len(), columns)
}

fn texts<'r, 'a>(name: &str, rows: &'r [LedgerRow<'a>], get: fn(&'r LedgerRow<'a>) -> &'r str) -> Column {
    StringChunked::from_iter_values(name.into(), rows.iter().map(get)).into_column()
}

fn counts(name: &str, rows: &[LedgerRow<'_>], get: fn(&LedgerRow<'_>) -> u64) -> Column {
    UInt64Chunked::from_iter_values(name.into(), rows.iter().map(get)).into_column()
}

fn days(name: &str, rows: &[LedgerRow<'_>]) -> Column {
    let days = rows.iter().map(|row| row.day);
    Int32Chunked::from_iter_options(name.into(), days).into_date().into_column()
}

fn times(name: &str, rows: &[LedgerRow<'_>], get: fn(&LedgerRow<'_>) -> Option<i64>) -> Column {
    // To the second, as in the tables.
    let times = rows.iter().map(|row| get(row).map(|time| time.div_euclid(SECOND) * SECOND));
    Int64Chunked::from_iter_options(name.into(), times).into_datetime(TimeUnit::Microseconds, None).into_column()
}

fn shown(cell: Cell<'_>) -> String {
    let mut text = String::new();
    cell.push(&Sheet::new(b','), &mut text);
    text
}

fn blobs(name: &str, rows: &[LedgerRow<'_>]) -> Column {
    BinaryChunked::from_iter_values(name.into(), rows.iter().map(|row| row.people_sketch.as_ref())).into_column()
}

fn keys<'r, 'a>(name: &str, rows: &'r [LedgerRow<'a>], get: fn(&'r LedgerRow<'a>) -> &'r [u64]) -> Column {
    let total = rows.iter().map(|row| get(row).len()).sum();
    let mut builder = ListPrimitiveChunkedBuilder::<UInt64Type>::new(name.into(), rows.len(), total, DataType::UInt64);
    rows.iter().for_each(|row| builder.append_slice(get(row)));
    builder.finish().into_column()
}

fn lists<'r, 'a>(name: &str, rows: &'r [LedgerRow<'a>], get: fn(&'r LedgerRow<'a>) -> &'r [Cow<'a, str>]) -> Column {
    let mut builder = ListStringChunkedBuilder::new(name.into(), rows.len(), rows.len());
    rows.iter().for_each(|row| builder.append_values_iter(get(row).iter().map(AsRef::as_ref)));
    builder.finish().into_column()
}

fn findings(name: &str, rows: &[LedgerRow<'_>]) -> Column {
    let ids = rows.iter().map(|row| row.sample_finding.map(|id| shown(Cell::Id(id))));
    StringChunked::from_iter_options(name.into(), ids).into_column()
}
