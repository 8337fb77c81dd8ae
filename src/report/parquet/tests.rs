use super::*;
use crate::report::hashing::sha256_file;

fn row(n: u64) -> LedgerRow<'static> {
    LedgerRow {
        site: "example.com".into(),
        page: format!("www.example.com/=p{n}").into(),
        day: (!n.is_multiple_of(3)).then_some(19_000 + n as i32),
        vendor: "Meta Pixel".into(),
        requests: n,
        people: u64::MAX - n,
        people_keys: (0..n % 5).map(|k| k << 61 | n).collect::<Vec<_>>().into(),
        people_sketch: vec![0, 255, n as u8].into(),
        first_seen: (!n.is_multiple_of(2)).then_some(-1_720_000_000_000_000 + 1_000_000 * n as i64),
        last_seen: Some(1_720_000_000_000_000),
        accounts: (0..n % 3).map(|k| format!("meta:{k}\0\u{202e}").into()).collect(),
        sample_finding: (!n.is_multiple_of(2)).then_some(n << 60 | 0xe5),
        ..LedgerRow::default()
    }
}

fn read_all(dir: &std::path::Path) -> Vec<LedgerRow<'static>> {
    read(dir).expect("opened").map(|row| row.expect("row")).collect()
}

#[test]
fn rows_come_back_as_they_were_written_over_many_row_groups() {
    let dir = tempfile::tempdir().expect("temp dir");
    let rows: Vec<_> = (0..150_000).map(row).collect();
    let written = write(dir.path(), rows.iter().cloned().map(Ok)).expect("written");
    assert_eq!(written.rows, rows.len() as u64);
    let on_disk = sha256_file(&dir.path().join(PARQUET_FILE)).expect("file");
    assert_eq!(on_disk, (written.bytes, written.sha256));
    assert!(read(dir.path()).expect("opened").groups.len() > 2);
    assert!(read_all(dir.path()) == rows);
}

#[test]
fn times_are_kept_to_the_second_as_in_the_tables() {
    let dir = tempfile::tempdir().expect("temp dir");
    let row = LedgerRow { first_seen: Some(1_720_000_000_999_999), last_seen: Some(-1), ..LedgerRow::default() };
    write(dir.path(), [Ok(row)]).expect("written");
    let read = &read_all(dir.path())[0];
    assert_eq!((read.first_seen, read.last_seen), (Some(1_720_000_000_000_000), Some(-1_000_000)));
    assert_eq!(read.day, None);
}

#[test]
fn equal_rows_give_equal_bytes() {
    let (one, two) = (tempfile::tempdir().expect("temp dir"), tempfile::tempdir().expect("temp dir"));
    let first = write(one.path(), (0..70_000).map(row).map(Ok)).expect("written");
    let second = write(two.path(), (0..70_000).map(row).map(Ok)).expect("written");
    assert_eq!(first, second);
}

#[test]
fn many_people_do_not_make_a_row_group_large() {
    let dir = tempfile::tempdir().expect("temp dir");
    let crowd = |n: u64| LedgerRow { people_keys: (0..100_000).map(|k| k + n).collect::<Vec<_>>().into(), ..row(n) };
    write(dir.path(), (0..60).map(crowd).map(Ok)).expect("written");
    assert!(read(dir.path()).expect("opened").groups.len() > 2);
    assert!(read_all(dir.path()).iter().zip(0..).all(|(row, n)| *row == crowd(n)));
}

#[test]
fn an_empty_ledger_has_a_file_without_rows() {
    let dir = tempfile::tempdir().expect("temp dir");
    assert_eq!(write(dir.path(), []).expect("written").rows, 0);
    assert!(read_all(dir.path()).is_empty());
}

#[test]
fn what_is_no_parquet_is_an_error_and_no_panic() {
    let dir = tempfile::tempdir().expect("temp dir");
    assert!(read(dir.path()).is_err());
    write(dir.path(), (0..100).map(row).map(Ok)).expect("written");
    let whole = std::fs::read(dir.path().join(PARQUET_FILE)).expect("file");
    for cut in [0, 4, 100, whole.len() - 1] {
        std::fs::write(dir.path().join(PARQUET_FILE), &whole[..cut]).expect("written");
        assert!(read(dir.path()).is_err(), "{cut} bytes");
    }
}
