//! `leakledger compare` on the samples: what was fixed has ended, and nothing else has.

mod common;

use common::{Lab, Row, arg, rows, samples};
use std::collections::BTreeSet;

const KEY: [&str; 5] = ["site", "vendor", "data_class", "form", "channel"];

fn key(row: &Row) -> Vec<String> {
    KEY.iter().map(|name| row[*name].clone()).collect()
}

fn truth(recording: &str, source: &str) -> BTreeSet<Vec<String>> {
    let rows = rows(&samples().join("truth.csv")).into_iter();
    let own = rows.filter(|row| row["recording"] == recording && row["source"] == source);
    own.filter(|row| row["form"] != "placeholder").map(|row| key(&row)).collect()
}

fn with_status(compared: &[Row], status: &str) -> BTreeSet<Vec<String>> {
    compared.iter().filter(|row| row["status"] == status).map(key).collect()
}

#[test]
fn what_was_fixed_has_ended_and_nothing_else() {
    for (source, input) in [("har", "har"), ("squid", "squid")] {
        let lab = Lab::new();
        let of = |recording: &str| lab.ledger(recording, &[arg(&samples().join(recording).join(input))], 0);
        let (before, after) = (of("before"), of("after"));
        let output = lab.run(&["compare", "before", "after"]);
        assert_eq!(output.status.code(), Some(11), "{}", String::from_utf8_lossy(&output.stderr));
        let compared = rows(&after.join("compare/compare.csv"));
        let (old, new) = (truth("before", source), truth("after", source));
        assert_eq!(with_status(&compared, "ended"), old.difference(&new).cloned().collect(), "{source}");
        assert_eq!(with_status(&compared, "continuing"), old.intersection(&new).cloned().collect(), "{source}");
        assert_eq!(with_status(&compared, "new"), new.difference(&old).cloned().collect(), "{source}");
        assert!(with_status(&compared, "cannot tell").is_empty(), "{source}");
        assert!(before.join("exposure.csv").exists());
    }
}

#[test]
fn pages_that_were_not_visited_again_are_not_called_fixed() {
    let lab = Lab::new();
    lab.ledger("before", &[arg(&samples().join("before/har/dale.har"))], 0);
    // Graham never logs in, so that the pages of the mail are not visited.
    lab.ledger("after", &[arg(&samples().join("after/har/graham.har"))], 0);
    let output = lab.run(&["compare", "before", "after", "-o", "-"]);
    let table = lab.write("compare.csv", &output.stdout);
    let compared = rows(&table);
    let address = |row: &&Row| row["data_class"] == "postal_address";
    let statuses: BTreeSet<&str> = compared.iter().filter(address).map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, BTreeSet::from(["cannot tell"]));
    let reason = &compared.iter().find(address).expect("a row")["reason"];
    assert!(reason.contains("/mail/"), "{reason}");
}

#[test]
fn nothing_that_goes_on_is_a_success() {
    let lab = Lab::new();
    lab.ledger("quiet", &[arg(&samples().join("before/nginx"))], 0);
    let output = lab.run(&["compare", "quiet", "quiet"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_changed_ledger_is_refused() {
    let lab = Lab::new();
    let ledger = lab.ledger("before", &[arg(&samples().join("before/har/dale.har"))], 0);
    std::fs::write(ledger.join("visits.csv"), "site\n").expect("changed");
    let output = lab.run(&["compare", "before", "before"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("visits.csv"));
}
