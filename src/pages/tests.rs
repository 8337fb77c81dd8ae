//! A small ledger whose texts can be attacks, from which tests make every page.

use super::source::Source;
use super::{html, workbook};
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::manifest::Manifest;
use crate::report::schema;
use crate::report::table::{Kind, TableSpec};
use std::path::Path;

/// What the ledger holds.
pub(crate) struct Hostile {
    pub(crate) text: &'static str,
    pub(crate) exposures: u64,
}

impl Default for Hostile {
    fn default() -> Self {
        Hostile { text: "www.example.com", exposures: 2 }
    }
}

impl Hostile {
    pub(crate) fn of(text: &'static str) -> Self {
        Hostile { text, ..Hostile::default() }
    }

    pub(crate) fn attacks() -> [&'static str; 14] {
        [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "'><svg onload=alert(1)>",
            "</title></style></script><b>x",
            "{{ 7*7 }}{% raw %}",
            "javascript:alert(1)",
            "=HYPERLINK(\"https://example.com\",\"x\")",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "+14155550142",
            "\u{1b}]0;owned\u{7}\u{1b}[31m",
            "invoice\u{202e}fdp.exe\u{2066}",
            "a\r\nb\0c\u{85}",
            "_x003D_1+1",
            "]]>&lt;&#60;",
        ]
    }
}

/// A folder with tables.
pub(crate) struct Made {
    dir: tempfile::TempDir,
    manifest: Manifest,
}

impl Made {
    pub(crate) fn source(&self) -> Source<'_> {
        Source::new(self.dir.path(), &self.manifest, Some("<b>x</b>"), None)
    }

    pub(crate) fn html(&self) -> String {
        html::write(&self.source(), self.dir.path()).expect("a page");
        std::fs::read_to_string(self.dir.path().join(html::REPORT_FILE)).expect("a page")
    }

    pub(crate) fn xlsx(&self, sheet_rows: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut book = workbook::workbook(&self.source(), self.dir.path(), sheet_rows).expect("a workbook");
        book.save_to_writer(&mut bytes).expect("written");
        bytes
    }
}

/// Writes every table with a few rows, in which all text is the given one but where a word is
/// needed.
pub(crate) fn ledger(hostile: &Hostile) -> Made {
    let dir = tempfile::tempdir().expect("a folder");
    let tables = schema::TABLES.iter().map(|spec| table(dir.path(), spec, hostile)).collect();
    Made { manifest: Manifest { tables, notes: vec![hostile.text.into()], ..Manifest::default() }, dir }
}

fn table(dir: &Path, spec: &TableSpec, hostile: &Hostile) -> Written {
    let mut table = CsvTable::create(dir, spec, CsvOptions::default()).expect("a table");
    let rows = match spec.file {
        "exposure.csv" => hostile.exposures,
        "inputs.csv" | "columns.csv" => 1,
        _ => hostile.exposures.min(2),
    };
    for number in 0..rows {
        let cells: Vec<Cell<'_>> =
            spec.columns.iter().map(|column| cell(spec, column.name, column.kind(), number, hostile)).collect();
        table.row(&cells).expect("a row");
    }
    table.finish().expect("written")
}

fn cell<'h>(spec: &TableSpec, column: &str, kind: Kind, number: u64, hostile: &'h Hostile) -> Cell<'h> {
    match (spec.file, column) {
        ("totals.csv", "site") => Cell::Word("(all)"),
        ("totals.csv", "scope") => Cell::Word(if number == 0 { "all" } else { "owner" }),
        (_, "finding" | "sample_finding" | "value_fingerprint") => Cell::Id(0xfe00 + number),
        (_, "data_class") => Cell::Word("email"),
        (_, "tier") => Cell::Word("direct"),
        (_, "role") => Cell::Word("capture"),
        (_, "coverage_gaps") => Cell::Word("no_bodies; no_page"),
        (_, "people_low") => Cell::Count(790),
        (_, "people_high") => Cell::Count(835),
        (_, "people" | "contact_people") => Cell::Count(812),
        _ => match kind {
            Kind::Text => Cell::Text(hostile.text),
            Kind::Number => Cell::Count(3),
            Kind::Time => Cell::Time(1_719_835_200_000_000),
            Kind::Day => Cell::Day(19_905),
        },
    }
}

#[test]
fn json_lines_hold_the_same_cells() {
    for attack in Hostile::attacks() {
        let made = ledger(&Hostile::of(attack));
        super::jsonl::write(&made.source(), made.dir.path()).expect("written");
        let text = std::fs::read_to_string(made.dir.path().join("exposure.jsonl")).expect("a file");
        let rows: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["people"], 812);
        assert_eq!(rows[0]["first_seen"], "2024-07-01 12:00:00");
        assert!(text.starts_with("{\"site\":"), "the columns keep their order");
        let site = rows[0]["site"].as_str().expect("text");
        assert_eq!(site.find(crate::report::escape::is_hidden), None);
        if !attack.contains(crate::report::escape::is_hidden) && !attack.contains(',') {
            assert_eq!(site, attack, "nothing that guards a spreadsheet is in JSON");
        }
    }
}
