use super::*;
use crate::report::csv_table::Written;
use crate::report::hashing::sha256;
use crate::report::manifest::LAYOUT;
use std::fs;

/// A ledger with these tables.
pub(crate) fn ledger(tables: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("temp dir");
    let mut manifest = Manifest { layout: LAYOUT, ..Manifest::default() };
    for (file, text) in tables {
        fs::write(dir.path().join(file), text).expect("written");
        let (file, bytes) = ((*file).to_owned(), text.len() as u64);
        manifest.tables.push(Written { file, rows: 0, bytes, sha256: sha256(text.as_bytes()) });
    }
    fs::write(dir.path().join(MANIFEST_FILE), manifest.to_bytes().expect("JSON")).expect("written");
    dir
}

#[test]
fn cells_are_read_by_name_whatever_the_delimiter() {
    for text in [
        "page,loads,day\na,3,2024-07-08\n",
        "page;loads;day\na;3;2024-07-08\n",
        "\u{feff}page\tloads\tday\na\t3\t2024-07-08\n",
    ] {
        let dir = ledger(&[("visits.csv", text)]);
        let open = OpenLedger::open(dir.path()).expect("a ledger");
        let mut table = open.table("visits.csv").expect("a table");
        table.require(&["day", "page"]).expect("columns");
        let rows: Vec<_> = table.collect_rows();
        assert_eq!(rows.len(), 1, "{text:?}");
        assert_eq!((rows[0].text("page"), rows[0].text("nothing")), ("a", ""));
        assert_eq!(rows[0].count("loads").expect("a count"), Some(3));
        assert_eq!(rows[0].day("day").expect("a day"), Some(19_912));
        assert!(rows[0].count("page").is_err());
        let err = table.require(&["owner"]).expect_err("missing");
        assert!(err.to_string().contains("'owner'"), "{err}");
    }
}

impl Table {
    fn collect_rows(&mut self) -> Vec<TableRow> {
        self.map(|row| row.expect("a row")).collect()
    }
}

#[test]
fn guards_against_spreadsheets_are_taken_off() {
    let dir = ledger(&[("x.csv", "a,b\n'=1+1,'plain\n'+14155550100,''=1\n")]);
    let open = OpenLedger::open(dir.path()).expect("a ledger");
    let rows = open.table("x.csv").expect("a table").collect_rows();
    let texts: Vec<_> = rows.iter().map(|row| (row.text("a"), row.text("b"))).collect();
    assert_eq!(texts, [("=1+1", "'plain"), ("+14155550100", "'=1")]);
}

#[test]
fn a_ledger_that_is_not_what_it_says_is_refused_with_the_file() {
    let dir = ledger(&[("visits.csv", "page\na\n"), ("pages.csv", "page\na\n")]);
    fs::write(dir.path().join("pages.csv"), "page\nb\n").expect("changed");
    let err = OpenLedger::open(dir.path()).expect_err("refused");
    assert!(err.to_string().contains("pages.csv was changed"), "{err}");
    assert!(!err.to_string().contains("visits.csv"), "{err}");
    let nothing = tempfile::tempdir().expect("temp dir");
    assert!(OpenLedger::open(nothing.path()).is_err());
}

#[test]
fn a_table_that_older_versions_did_not_write_is_named() {
    let dir = ledger(&[]);
    let open = OpenLedger::open(dir.path()).expect("a ledger");
    assert!(open.table("loads.csv").expect_err("none").to_string().contains("no loads.csv"));
    assert!(open.grains().is_err());
}
