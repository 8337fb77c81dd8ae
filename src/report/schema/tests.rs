use super::*;
use std::collections::BTreeSet;

fn names(table: &TableSpec) -> Vec<&'static str> {
    table.columns.iter().map(|column| column.name).collect()
}

fn begins(table: &TableSpec, promised: &str) {
    let promised: Vec<_> = promised.split(", ").collect();
    assert_eq!(names(table)[..promised.len()], promised, "{}", table.file);
}

#[test]
fn columns_come_in_the_promised_order() {
    begins(
        &EXPOSURE,
        "site, vendor, owner, purpose, data_class, tier, form, channel, requests, captures, people, people_low, people_high, people_method, person_keys, first_seen, last_seen, consent, accounts, events, confidence, sample_finding",
    );
    begins(&TOTALS, "site, scope, owner, data_class, tier, requests, captures, people");
    begins(
        &VENDORS,
        "vendor, owner, purpose, listed_in, contacts, contact_people, requests, sites, people, requests_direct, requests_sensitive, requests_linkable, requests_device, requests_context, policy, first_seen, last_seen",
    );
    begins(&SITES, "site, vendor");
    begins(&PAGES, "site, page, vendor");
    begins(&DAYS, "site, day, vendor");
    begins(&VISITS, "site, page, day, state, loads, loads_exposing, inputs, people");
    begins(&EVENTS, "site, page, vendor, account, event, text, loads, people");
    begins(
        &FINDINGS,
        "finding, input, record, message, line, byte_offset, byte_length, time, site, site_source, page_host, page, vendor, owner, account, event, host, data_class, tier, form, channel, param, chain, detector, confidence, reason, consent, sent, value_masked, value_fingerprint, person_key, match",
    );
    begins(
        &INPUTS,
        "input, role, format, producer, blake3, sha256, bytes, records, rejected, first_seen, last_seen, coverage_gaps",
    );
    begins(&REJECTS, "input, record, line, byte_offset, reason");
    begins(&COLUMNS, "table, column, meaning, unit");
}

#[test]
fn only_the_revealed_findings_have_values() {
    assert_eq!(FINDINGS.place("value"), None);
    let (last, rest) = FINDINGS_REVEALED.columns.split_last().expect("columns");
    assert_eq!((last.name, rest), ("value", FINDINGS.columns));
}

#[test]
fn every_column_is_explained_once() {
    for table in TABLES {
        let distinct: BTreeSet<_> = names(table).into_iter().collect();
        assert_eq!(distinct.len(), table.columns.len(), "{} names a column twice", table.file);
        for column in table.columns {
            assert!(column.meaning.len() > 10 && column.meaning.ends_with('.'), "{}", column.name);
            assert!(!column.unit.is_empty(), "{}", column.name);
            if column.unit == "people" {
                assert!(column.meaning.contains("never add up"), "{} {}", table.file, column.name);
            }
        }
    }
    let files: BTreeSet<_> = TABLES.iter().map(|table| table.file).collect();
    assert_eq!(files.len(), TABLES.len());
}

#[test]
fn columns_csv_covers_each_column_of_each_table() {
    let dir = tempfile::tempdir().expect("temp dir");
    let written = write_columns(dir.path(), TABLES, CsvOptions::default()).expect("written");
    let mut rdr = csv::Reader::from_path(dir.path().join("columns.csv")).expect("file");
    let rows: Vec<_> = rdr.records().map(|row| row.expect("row")).collect();
    assert_eq!(rows.len() as u64, written.rows);
    let expected: Vec<_> = TABLES.iter().flat_map(|t| t.columns.iter().map(|c| (t.file, c.name))).collect();
    let read: Vec<_> = rows.iter().map(|row| (&row[0], &row[1])).collect();
    assert_eq!(read, expected);
    assert!(rows.iter().all(|row| !row[2].starts_with('\'') && !row[3].is_empty()));
}
