//! Tables as JSON lines, for pipes: one object a row, counts as numbers, empty cells as null. The
//! keys are the columns' names in their order.

use super::source::Source;
use crate::report::csv_table::Written;
use crate::report::escape::terminal_path;
use crate::report::hashing::{HashingWriter, create_private};
use crate::report::opened::Table;
use crate::report::schema;
use crate::report::table::Kind;
use anyhow::{Context, Result};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes every table of the ledger a second time as `.jsonl`.
///
/// # Errors
/// When a table cannot be read or a file cannot be written.
pub fn write(source: &Source<'_>, dir: &Path) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for spec in schema::TABLES {
        let Some(table) = source.table(spec.file)? else { continue };
        let name = format!("{}.jsonl", spec.file.trim_end_matches(".csv"));
        let path = dir.join(&name);
        let context = || format!("{}: cannot write", terminal_path(&path));
        let mut out =
            BufWriter::with_capacity(1 << 17, HashingWriter::new(create_private(&path).with_context(context)?));
        let rows = lines(table, spec.file, &mut out)?;
        let hashing = out.into_inner().map_err(|err| err.into_error()).with_context(context)?;
        let (bytes, sha256) = hashing.finish();
        written.push(Written { file: name, rows, bytes, sha256 });
    }
    Ok(written)
}

/// Writes the rows of a table to any writer.
///
/// # Errors
/// When the table cannot be read or written.
pub fn lines(mut table: Table, file: &str, out: &mut impl Write) -> Result<u64> {
    let columns: Vec<(String, Kind)> = table
        .columns()
        .map(|name| Ok((serde_json::to_string(name)?, schema::kind_of(file, name))))
        .collect::<Result<_>>()?;
    let (mut row, mut rows) = (table.row(), 0);
    while table.read(&mut row)? {
        for (place, (name, kind)) in columns.iter().enumerate() {
            write!(out, "{}{name}:", if place == 0 { '{' } else { ',' })?;
            let text = row.at(place);
            match kind {
                _ if text.is_empty() => out.write_all(b"null")?,
                Kind::Number if is_json_number(text) => out.write_all(text.as_bytes())?,
                _ => serde_json::to_writer(&mut *out, text)?,
            }
        }
        out.write_all(b"}\n")?;
        rows += 1;
    }
    Ok(rows)
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}
