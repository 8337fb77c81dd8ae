//! The tables that are put one behind the other: findings, inputs and rejected records. Rows are
//! copied as they are, in the order of their inputs, so that nothing in them can change.

use super::Parts;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::escape::terminal_path;
use crate::report::row_encoder::Delimiter;
use crate::report::schema;
use crate::report::table::TableSpec;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The most bytes that are copied at once.
const BUFFER: usize = 1 << 18;

/// Rows of one input in one table of one ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    /// Whether the input as a whole was rejected: such rows come last.
    is_whole: bool,
    /// As a path, since folders are walked name by name.
    input: PathBuf,
    part: usize,
    start: u64,
    end: u64,
    rows: u64,
}

/// Writes the four tables.
///
/// # Errors
/// When a table cannot be read or written.
pub(super) fn append(dir: &Path, parts: &Parts, csv: CsvOptions, reveal: bool) -> Result<Vec<Written>> {
    let findings = if reveal { &schema::FINDINGS_REVEALED } else { &schema::FINDINGS };
    [findings, &schema::REJECTS, &schema::INPUTS, &schema::LOADS]
        .into_iter()
        .map(|spec| table(dir, spec, parts, csv))
        .collect()
}

fn table(dir: &Path, spec: &TableSpec, parts: &Parts, csv: CsvOptions) -> Result<Written> {
    let mut runs = Vec::new();
    for (number, part) in parts.kept.iter().enumerate() {
        runs.extend(runs_of(&part.dir.join(spec.file), spec, number, csv)?);
    }
    // Inputs of one name, from two machines, stay in the order of the ledgers.
    runs.sort();
    let mut table = CsvTable::create(dir, spec, csv)?;
    let mut buffer = vec![0; BUFFER];
    for run in runs {
        let path = parts.kept[run.part].dir.join(spec.file);
        copy(&path, &run, &mut table, &mut buffer).with_context(|| format!("{}: cannot read", terminal_path(&path)))?;
    }
    table.finish()
}

fn copy(path: &Path, run: &Run, table: &mut CsvTable<'_>, buffer: &mut [u8]) -> Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(run.start))?;
    let mut rest = file.take(run.end - run.start);
    loop {
        let read = rest.read(buffer)?;
        if read == 0 {
            break;
        }
        table.append_encoded(&buffer[..read], 0)?;
    }
    table.append_encoded(&[], run.rows)
}

/// Where the rows of each input lie in a table.
fn runs_of(path: &Path, spec: &TableSpec, part: usize, csv: CsvOptions) -> Result<Vec<Run>> {
    let context = || format!("{}: cannot read", terminal_path(path));
    let file = File::open(path).with_context(context)?;
    let size = file.metadata().with_context(context)?.len();
    let mut rdr = csv::ReaderBuilder::new()
        .delimiter(csv.delimiter.byte())
        .flexible(true)
        .from_reader(BufReader::with_capacity(BUFFER, file));
    let header = rdr.headers().with_context(context)?.clone();
    if header.len() != spec.columns.len() {
        bail!("{}: has {} columns instead of {}", terminal_path(path), header.len(), spec.columns.len());
    }
    let input = spec.place("input").context("a table of inputs without that column")?;
    let record = spec.place("record").filter(|_| spec.file == schema::REJECTS.file);
    let mut runs: Vec<Run> = Vec::new();
    let mut row = csv::StringRecord::new();
    loop {
        let start = rdr.position().byte();
        if !rdr.read_record(&mut row).with_context(context)? {
            break;
        }
        let name = row.get(input).unwrap_or_default();
        let is_whole = record.is_some_and(|place| row.get(place).unwrap_or_default().is_empty());
        match runs.last_mut() {
            Some(run) if run.input.as_os_str() == name && run.is_whole == is_whole => run.rows += 1,
            last => {
                if let Some(last) = last {
                    last.end = start;
                }
                runs.push(Run { is_whole, input: name.into(), part, start, end: size, rows: 1 });
            }
        }
    }
    Ok(runs)
}

/// How the tables of a ledger are written, as the header of its findings shows.
///
/// # Errors
/// When the findings cannot be read.
pub fn csv_options(dir: &Path) -> Result<CsvOptions> {
    let header = header(dir)?;
    let (bom, header) = match header.strip_prefix(BOM) {
        Some(rest) => (true, rest),
        None => (false, &header[..]),
    };
    let delimiter = header.iter().find(|byte| !byte.is_ascii_lowercase() && **byte != b'_').copied().unwrap_or(b',');
    Ok(CsvOptions { delimiter: Delimiter::parse(&char::from(delimiter).to_string())?, bom })
}

/// The header of a ledger's findings.
pub(super) fn header(dir: &Path) -> Result<Vec<u8>> {
    let path: PathBuf = dir.join(schema::FINDINGS.file);
    let context = || format!("{}: cannot read", terminal_path(&path));
    let file = File::open(&path).with_context(context)?;
    let mut line = Vec::new();
    BufReader::new(file).take(1 << 16).read_until(b'\n', &mut line).with_context(context)?;
    Ok(line)
}
