//! `counts.zst`: every count of the ledger with the keys behind it, in a compact form of our own.
//! From it `leakledger merge` counts people anew over several ledgers; other programs read
//! `ledger.parquet`. It is written in the order of its texts, so that equal counts are equal bytes,
//! and read by the version that wrote it, since a count stands for what that version found.

use super::csv_table::Written;
use super::escape::terminal_path;
use super::hashing::{HashingWriter, create_private};
use crate::exposure::cells::CellKey;
use crate::exposure::measure::Measure;
use crate::exposure::sorted::SortedCounts;
use crate::people::links::Sightings;
use crate::symbols::{Sym, SymbolCache};
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

/// The file's name.
pub const COUNTS_FILE: &str = "counts.zst";

/// The longest part of the file that is read into memory at once.
const LONGEST: u32 = 1 << 30;

/// How hard the file is compressed: keys are random and the rest repeats itself.
const LEVEL: i32 = 3;

/// What comes before the cells.
#[derive(Serialize, Deserialize)]
struct Head {
    version: String,
    /// The texts of the symbols, in ascending order; the first is empty.
    texts: Vec<String>,
}

/// Writes the counts of a run.
///
/// # Errors
/// When the file cannot be written.
pub fn write(dir: &Path, counts: &SortedCounts<'_>, sightings: &Sightings) -> Result<Written> {
    let path = dir.join(COUNTS_FILE);
    let context = || format!("{}: cannot write", terminal_path(&path));
    // The places of texts among all are numbers that are the same in every run.
    let numbered = |sym: Sym| counts.ranks().rank(sym);
    let texts = counts.ranks().texts().iter().map(|text| text.to_string()).collect();
    let file = create_private(&path).with_context(context)?;
    let hashing = HashingWriter::new(file);
    let mut out = zstd::Encoder::new(BufWriter::with_capacity(1 << 17, hashing), LEVEL).with_context(context)?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    put(&mut out, &Head { version, texts }).with_context(context)?;
    put(&mut out, sightings).with_context(context)?;
    let mut rows = 0;
    for level in counts.levels() {
        for cell in counts.cells(&[level]) {
            let (key, measure) = cell?;
            put(&mut out, &Some((key.with_syms(&numbered), measure.with_syms(&numbered)))).with_context(context)?;
            rows += 1;
        }
    }
    put(&mut out, &None::<(CellKey, Measure)>).with_context(context)?;
    let hashing =
        out.finish().with_context(context)?.into_inner().map_err(|err| err.into_error()).with_context(context)?;
    let (bytes, sha256) = hashing.finish();
    Ok(Written { file: COUNTS_FILE.to_owned(), rows, bytes, sha256 })
}

fn put(out: &mut impl Write, part: &impl Serialize) -> Result<()> {
    let bytes = postcard::to_stdvec(part)?;
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= LONGEST);
    out.write_all(&length.context("too much for one part of the file")?.to_le_bytes())?;
    Ok(out.write_all(&bytes)?)
}

type Input = BufReader<zstd::Decoder<'static, BufReader<File>>>;

/// Opens the file and reads what comes first.
fn open(dir: &Path) -> Result<(Head, Input)> {
    let path = dir.join(COUNTS_FILE);
    let damaged = || format!("{}: damaged", terminal_path(&path));
    let file = File::open(&path).with_context(|| format!("{}: cannot read", terminal_path(&path)))?;
    let mut input = BufReader::new(zstd::Decoder::new(file).with_context(damaged)?);
    let head: Head = get(&mut input).with_context(damaged)?;
    if head.version != env!("CARGO_PKG_VERSION") {
        bail!(
            "{}: written by version {}, whose counts this version cannot take over; scan again, or use that version",
            terminal_path(&path),
            super::escape::terminal(&head.version)
        );
    }
    Ok((head, input))
}

/// Reads the counts of a ledger into the texts of this run, and passes them on cell by cell.
///
/// # Errors
/// When the file cannot be read, is damaged, or was written by another version, or what the visitor
/// says.
pub fn read(
    dir: &Path,
    symbols: &SymbolCache<'_>,
    visit: &mut dyn FnMut(CellKey, Measure) -> Result<()>,
) -> Result<Sightings> {
    let path = dir.join(COUNTS_FILE);
    let damaged = || format!("{}: damaged", terminal_path(&path));
    let (head, mut input) = open(dir)?;
    let syms: Vec<Sym> = head.texts.iter().map(|text| symbols.intern(text)).collect();
    let named = |sym: Sym| syms.get(sym.number() as usize).copied().unwrap_or(Sym::EMPTY);
    let sightings = get(&mut input).with_context(damaged)?;
    while let Some((key, measure)) = get::<Option<(CellKey, Measure)>>(&mut input).with_context(damaged)? {
        visit(key.with_syms(&named), measure.with_syms(&named))?;
    }
    Ok(sightings)
}

/// Reads only what a ledger knows of its people's keys.
///
/// # Errors
/// When the file cannot be read, is damaged, or was written by another version.
pub fn read_sightings(dir: &Path) -> Result<Sightings> {
    let mut input = open(dir)?.1;
    get(&mut input).with_context(|| format!("{}: damaged", terminal_path(&dir.join(COUNTS_FILE))))
}

fn get<T: DeserializeOwned>(input: &mut impl Read) -> Result<T> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        bail!("a part of {length} bytes");
    }
    let mut bytes = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize {
        bail!("cut short");
    }
    Ok(postcard::from_bytes(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::cells::{Cells, Level};
    use crate::exposure::counts::Counts;
    use crate::exposure::measure::Tally;
    use crate::observation::{PersonKey, PersonKind};
    use crate::people::set::Person;
    use crate::spill::Store;
    use crate::symbols::Symbols;

    fn counts(symbols: &SymbolCache<'_>, names: &[&str]) -> Counts {
        let whole = std::sync::Arc::default();
        let mut cells = Cells::beside(&whole);
        for (n, name) in names.iter().enumerate() {
            let key = CellKey { site: symbols.intern(name), ..CellKey::new(Level::Exposure) };
            let account = symbols.intern(&format!("meta:{name}"));
            let tally = Tally {
                time: Some(n as i64),
                person: Some(Person::alone(PersonKey::new(PersonKind::User, n as u64))),
                account: (n as u64, account),
                ..Tally::bare()
            };
            cells.add(key, &tally);
        }
        cells.hand_over();
        std::mem::take(&mut *whole.lock().expect("nobody panicked"))
    }

    fn written(dir: &Path, counts: Counts, symbols: &SymbolCache<'_>) -> Written {
        let store = Store::new(0, dir.join("unused"));
        write(dir, &counts.sorted(&store, symbols), &Sightings::default()).expect("written")
    }

    #[test]
    fn equal_counts_are_equal_bytes_and_come_back() {
        let dir = tempfile::tempdir().expect("temp dir");
        let (one, two) = (Symbols::default(), Symbols::default());
        let (one, two) = (SymbolCache::new(&one), SymbolCache::new(&two));
        // The other run met the texts in another order.
        two.intern("c.example");
        let names = ["a.example", "b.example", "c.example"];
        let first = written(dir.path(), counts(&one, &names), &one);
        let second = written(dir.path(), counts(&two, &names), &two);
        assert_eq!(first, second);
        let mut again = Counts::default();
        let sightings = read(dir.path(), &two, &mut |key, measure| {
            again.add(key, measure);
            Ok(())
        });
        assert!(sightings.expect("read").is_empty());
        assert_eq!(first.rows, 3);
        assert_eq!(written(dir.path(), again, &two), first);
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let dir = tempfile::tempdir().expect("temp dir");
        let table = Symbols::default();
        let symbols = SymbolCache::new(&table);
        written(dir.path(), counts(&symbols, &["a", "b"]), &symbols);
        let whole = std::fs::read(dir.path().join(COUNTS_FILE)).expect("file");
        for cut in [0, 3, 20, whole.len() - 1] {
            std::fs::write(dir.path().join(COUNTS_FILE), &whole[..cut]).expect("written");
            assert!(read(dir.path(), &symbols, &mut |_, _| Ok(())).is_err(), "{cut} bytes");
        }
    }
}
