//! Watch lists: CSV or Parquet with one person a row, under a header that names data classes. Both
//! are read row by row, or row group by row group, since a list may hold millions of people.

use super::persona_file::class_of;
use crate::class::DataClass;
use crate::report::escape::{terminal, terminal_path};
use anyhow::{Context, Result, bail};
use polars::prelude::{ParquetReader, SerReader};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Bytes read from a list at a time.
const BUFFER: usize = 1 << 20;

/// Columns whose names mean a data class; the others are left alone.
type Columns = Vec<(usize, DataClass)>;

/// Takes one person's values.
type Visit<'v> = dyn FnMut(&[(DataClass, &str)]) + 'v;

/// Hands every person's values to `person`, and answers how many people there were.
///
/// # Errors
/// When the file cannot be read, or its header names no data class.
pub(super) fn each_person(path: &Path, person: &mut Visit<'_>) -> Result<u64> {
    let is_parquet = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
    let people = if is_parquet { each_parquet(path, person) } else { each_csv(path, person) };
    people.with_context(|| format!("{}: cannot read the watch list", terminal_path(path)))
}

fn columns<'n>(names: impl Iterator<Item = &'n str>) -> Result<Columns> {
    let names: Vec<&str> = names.collect();
    let known = |(at, name): (usize, &&str)| class_of(name.trim_start_matches('\u{feff}')).map(|class| (at, class));
    let columns: Columns = names.iter().enumerate().filter_map(known).collect();
    if columns.is_empty() {
        let shown: Vec<String> = names.iter().take(10).map(|name| terminal(name).into_owned()).collect();
        bail!("no column is named like a kind of personal data (email, phone, customer_id …): {}", shown.join(", "));
    }
    Ok(columns)
}

fn each_csv(path: &Path, person: &mut Visit<'_>) -> Result<u64> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    let separator = separator(file.fill_buf()?);
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(file);
    let columns = columns(reader.headers()?.iter())?;
    let mut record = csv::ByteRecord::new();
    let mut people = 0;
    while reader.read_byte_record(&mut record)? {
        people += 1;
        let values: Vec<(DataClass, &str)> = columns
            .iter()
            .filter_map(|&(at, class)| Some((class, std::str::from_utf8(record.get(at)?).ok()?.trim())))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        person(&values);
    }
    Ok(people)
}

/// The separator that the first line holds most of.
fn separator(head: &[u8]) -> u8 {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| line.iter().filter(|byte| *byte == separator).count();
    b",;\t|".iter().copied().rev().max_by_key(count).unwrap_or(b',')
}

fn each_parquet(path: &Path, person: &mut Visit<'_>) -> Result<u64> {
    let metadata = ParquetReader::new(File::open(path)?).get_metadata()?.clone();
    let (mut start, mut people) = (0, 0);
    for group in &metadata.row_groups {
        let slice = Some((start, group.num_rows()));
        start += group.num_rows();
        let frame = ParquetReader::new(File::open(path)?).with_slice(slice).finish()?;
        let columns = columns(frame.get_column_names().iter().map(|name| name.as_str()))?;
        let casts: polars::prelude::PolarsResult<Vec<_>> = columns
            .iter()
            .map(|&(at, class)| Ok((class, frame.columns()[at].cast(&polars::prelude::DataType::String)?)))
            .collect();
        let casts = casts?;
        let texts: polars::prelude::PolarsResult<Vec<_>> =
            casts.iter().map(|(class, column)| Ok((*class, column.str()?))).collect();
        let texts = texts?;
        for row in 0..frame.height() {
            people += 1;
            let values: Vec<(DataClass, &str)> =
                texts.iter().filter_map(|(class, column)| Some((*class, column.get(row)?.trim()))).collect();
            let values: Vec<_> = values.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            person(&values);
        }
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &[u8]) -> Result<Vec<Vec<(DataClass, String)>>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join(name);
        std::fs::write(&path, content)?;
        let mut people = Vec::new();
        let count = each_person(&path, &mut |values| {
            people.push(values.iter().map(|(class, value)| (*class, (*value).to_owned())).collect());
        })?;
        assert_eq!(count, people.len() as u64);
        Ok(people)
    }

    #[test]
    fn columns_are_known_by_their_names() {
        let people =
            read("list.csv", b"\xef\xbb\xbfcustomer_id;E-Mail;shoe size;zip\n7;a@example.com;42;\n\n8;;;62704\n")
                .unwrap();
        assert_eq!(people[0], [(DataClass::CustomerId, "7".into()), (DataClass::Email, "a@example.com".into())]);
        assert_eq!(people[1], [(DataClass::CustomerId, "8".into()), (DataClass::PostalCode, "62704".into())]);
    }

    #[test]
    fn a_list_of_nothing_is_refused() {
        let error = format!("{:#}", read("list.csv", b"shoe,hat\n1,2\n").unwrap_err());
        assert!(error.contains("shoe") && error.contains("cannot read the watch list"), "{error}");
        assert!(read("list.parquet", b"no parquet").is_err());
    }
}
