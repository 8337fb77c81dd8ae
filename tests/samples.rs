//! The recorded samples against what the sample site says that it sent: cell by cell, with people.
//! `samples/truth.csv` is written by the site's own knowledge, never from a recording.

mod common;

use common::{Lab, Row, arg, rows, samples};
use std::collections::{BTreeMap, BTreeSet};

const KEY: [&str; 5] = ["site", "vendor", "data_class", "form", "channel"];

fn key(row: &Row) -> Vec<String> {
    KEY.iter().map(|name| row[*name].clone()).collect()
}

fn truth(recording: &str, source: &str, placeholders: bool) -> Vec<Row> {
    let all = rows(&samples().join("truth.csv")).into_iter();
    all.filter(|row| row["recording"] == recording && row["source"] == source)
        .filter(|row| (row["form"] == "placeholder") == placeholders)
        .collect()
}

fn compare(recording: &str, source: &str, counts: &[&str], input: &str, options: &[&str]) {
    let lab = Lab::new();
    let input = samples().join(recording).join(input);
    let ledger = lab.ledger("ledger", &[&[arg(&input)], options].concat(), 0);
    let shown = |row: &Row| counts.iter().map(|name| row[*name].clone()).collect::<Vec<_>>();
    let expected: BTreeMap<_, _> = truth(recording, source, false).iter().map(|row| (key(row), shown(row))).collect();
    let found: BTreeMap<_, _> = rows(&ledger.join("exposure.csv")).iter().map(|row| (key(row), shown(row))).collect();
    let missing: Vec<_> = expected.iter().filter(|(key, _)| !found.contains_key(*key)).collect();
    let invented: Vec<_> = found.iter().filter(|(key, _)| !expected.contains_key(*key)).collect();
    let differing: Vec<_> = expected
        .iter()
        .filter_map(|(key, counts)| found.get(key).filter(|found| *found != counts).map(|found| (key, counts, found)))
        .collect();
    assert!(
        missing.is_empty() && invented.is_empty() && differing.is_empty(),
        "missing: {missing:#?}\ninvented: {invented:#?}\ndiffering (expected, found): {differing:#?}"
    );
    assert!(expected.len() > 20, "the truth has only {} rows", expected.len());
}

#[test]
fn captures_before_the_fix_are_the_truth() {
    compare("before", "har", &["requests", "captures", "people"], "har", &["--panel"]);
}

#[test]
fn captures_after_the_fix_are_the_truth() {
    compare("after", "har", &["requests", "captures", "people"], "har", &["--panel"]);
}

#[test]
fn the_proxy_log_before_the_fix_is_the_truth() {
    compare("before", "squid", &["requests", "people"], "squid", &[]);
}

#[test]
fn the_proxy_log_after_the_fix_is_the_truth() {
    compare("after", "squid", &["requests", "people"], "squid", &[]);
}

#[test]
fn placeholders_are_found_and_never_counted() {
    let lab = Lab::new();
    let ledger = lab.ledger("ledger", &[arg(&samples().join("before/har"))], 0);
    let mut found: BTreeMap<Vec<String>, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in rows(&ledger.join("findings.csv")).iter().filter(|row| row["form"] == "placeholder") {
        let request = (row["input"].clone(), row["record"].clone());
        found.entry(key(row)).or_default().insert(request);
    }
    let expected: BTreeMap<_, _> =
        truth("before", "har", true).iter().map(|row| (key(row), row["requests"].parse().expect("a number"))).collect();
    let found: BTreeMap<Vec<String>, usize> = found.into_iter().map(|(key, requests)| (key, requests.len())).collect();
    assert_eq!(found, expected);
    assert!(!expected.is_empty());
    assert!(rows(&ledger.join("exposure.csv")).iter().all(|row| row["form"] != "placeholder"));
}

#[test]
fn blocked_requests_are_counted_apart() {
    let lab = Lab::new();
    for recording in ["before", "after"] {
        let ledger = lab.ledger(recording, &[arg(&samples().join(recording).join("har"))], 0);
        let expected: BTreeMap<String, u64> = rows(&samples().join("blocked.csv"))
            .iter()
            .filter(|row| row["recording"] == recording)
            .map(|row| (row["vendor"].clone(), row["requests"].parse().expect("a number")))
            .collect();
        let found: BTreeMap<String, u64> = rows(&ledger.join("vendors.csv"))
            .iter()
            .map(|row| (row["vendor"].clone(), row["blocked_requests"].parse().expect("a number")))
            .filter(|(_, blocked)| *blocked > 0)
            .collect();
        assert_eq!(found, expected, "{recording}");
    }
}

#[test]
fn the_site_log_shows_the_visits() {
    let lab = Lab::new();
    for recording in ["before", "after"] {
        let ledger = lab.ledger(recording, &[arg(&samples().join(recording).join("nginx"))], 0);
        let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for row in rows(&ledger.join("visits.csv")) {
            let entry = found.entry(row["page"].clone()).or_default();
            entry.0 += row["loads"].parse::<u64>().expect("a number");
            // The visits of one page are of one day and one state here, or people would not add up.
            entry.1 += row["people"].parse::<u64>().expect("a number");
        }
        let expected: BTreeMap<String, (u64, u64)> = rows(&samples().join("visits_truth.csv"))
            .iter()
            .filter(|row| row["recording"] == recording)
            .map(|row| {
                (row["page"].clone(), (row["loads"].parse().expect("loads"), row["people"].parse().expect("people")))
            })
            .collect();
        assert_eq!(found, expected, "{recording}");
        assert!(rows(&ledger.join("exposure.csv")).is_empty(), "a site's own log discloses nothing by itself");
    }
}

#[test]
fn a_log_of_connections_shows_who_was_contacted() {
    let lab = Lab::new();
    for recording in ["before", "after"] {
        let ledger = lab.ledger(recording, &[arg(&samples().join(recording).join("squid-connect"))], 0);
        let found: BTreeMap<String, String> = rows(&ledger.join("hosts.csv"))
            .iter()
            .map(|row| (row["host"].clone(), row["contact_people"].clone()))
            .collect();
        let expected: BTreeMap<String, String> = rows(&samples().join("connect_truth.csv"))
            .iter()
            .filter(|row| row["recording"] == recording)
            .map(|row| (row["host"].clone(), row["people"].clone()))
            .collect();
        assert_eq!(found, expected, "{recording}");
        let inputs = rows(&ledger.join("inputs.csv"));
        assert!(inputs.iter().all(|row| row["coverage_gaps"].contains("connect_only")));
    }
}
