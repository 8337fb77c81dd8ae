use super::*;
use crate::report::hashing::{sha256, sha256_file};
use crate::report::table::Column;

const SPEC: TableSpec = TableSpec {
    file: "things.csv",
    one_row_per: "thing",
    columns: &[Column::new("thing", "text", "a thing"), Column::new("n", "count", "how many")],
};

#[test]
fn the_hash_is_that_of_the_file() {
    let dir = tempfile::tempdir().expect("temp dir");
    let mut table = CsvTable::create(dir.path(), &SPEC, CsvOptions::default()).expect("made");
    for n in 0..40_000 {
        table.row(&[Cell::Text("=HYPERLINK(\"http://example.com\")"), Cell::Count(n)]).expect("row");
    }
    let written = table.finish().expect("finished");
    let content = std::fs::read(dir.path().join("things.csv")).expect("file");
    assert_eq!(written.sha256, sha256(&content));
    assert_eq!((written.bytes, written.rows), (content.len() as u64, 40_000));
    let again = sha256_file(&dir.path().join("things.csv")).expect("read");
    assert_eq!(again, (written.bytes, written.sha256));
    assert!(content.starts_with(b"thing,n\n\"'=HYPERLINK(\"\"http://example.com\"\")\",0\n"));
}

#[test]
fn the_hash_of_a_known_text_is_the_published_one() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256(b"abc"), expected);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_a_table() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("temp dir");
    let table = CsvTable::create(dir.path(), &SPEC, CsvOptions::default()).expect("made");
    table.finish().expect("finished");
    let meta = std::fs::metadata(dir.path().join("things.csv")).expect("file");
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
}

#[test]
fn rows_encoded_elsewhere_equal_rows_written_here() {
    let options = CsvOptions { delimiter: Delimiter::Semicolon, bom: true };
    let rows = [[Cell::Text("a;b"), Cell::Count(1)], [Cell::Bytes(b"\xff,=1"), Cell::Count(2)]];
    let (mut one, mut two) = (Vec::new(), Vec::new());
    let mut table = CsvTable::to_writer("one".into(), Box::new(&mut one), &SPEC, options).expect("begun");
    rows.iter().for_each(|row| table.row(row).expect("row"));
    let direct = table.finish().expect("finished");
    let mut table = CsvTable::to_writer("two".into(), Box::new(&mut two), &SPEC, options).expect("begun");
    let mut encoded = Vec::new();
    let mut encoder = RowEncoder::new(options.delimiter);
    rows.iter().for_each(|row| encoder.encode(row, &mut encoded));
    table.append_encoded(&encoded, 2).expect("appended");
    assert_eq!(table.finish().expect("finished"), direct);
    assert_eq!(one, two);
    assert!(one.starts_with(b"\xef\xbb\xbfthing;n\n\"a;b\";1\n"));
}

#[test]
fn a_write_error_names_the_file() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let table = CsvTable::to_writer("out/things.csv".into(), Box::new(Full), &SPEC, CsvOptions::default());
    let err = table.expect("buffered").finish().expect_err("no room");
    assert!(format!("{err:#}").starts_with("out/things.csv: cannot write: "), "{err:#}");
    let missing = CsvTable::create(Path::new("/nonexistent/x"), &SPEC, CsvOptions::default());
    let err = missing.err().expect("no folder");
    assert!(format!("{err:#}").starts_with("/nonexistent/x/things.csv: cannot make the file: "), "{err:#}");
}
