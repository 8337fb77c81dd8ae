//! Captures and logs made by strangers: nothing panics, and every record is either counted or
//! listed with its place and reason. They are not part of the project; where they are absent, this
//! says so and checks nothing.

mod common;

use common::{Lab, arg, project, rows};
use std::collections::BTreeMap;

#[test]
fn every_record_is_counted_or_rejected() {
    let lab = Lab::new();
    for folder in ["har", "logs"] {
        let path = project().join("../shared/data").join(folder);
        if !path.is_dir() {
            eprintln!("skipped: {} is not here", path.display());
            continue;
        }
        let (ledger, output) = lab.scan(folder, &[arg(&path)]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 3)), "{stderr}");
        let mut rejects: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows(&ledger.join("rejects.csv")) {
            assert!(!row["reason"].is_empty());
            *rejects.entry(row["input"].clone()).or_default() += 1;
        }
        let mut read = 0;
        for row in rows(&ledger.join("inputs.csv")) {
            let listed = rejects.get(&row["input"]).copied().unwrap_or(0);
            if row["coverage_gaps"] == "no_traffic" {
                assert_eq!(listed, 0, "{} is no traffic", row["input"]);
            } else if row["coverage_gaps"] == "not_read" {
                assert_eq!(listed, 1, "{} was not read and is not listed", row["input"]);
            } else {
                assert_eq!(listed, row["rejected"].parse::<u64>().expect("a number"), "{}", row["input"]);
                read += 1;
            }
        }
        eprintln!("{folder}: {read} inputs read, {} with rejects", rejects.len());
        assert!(read > 10);
    }
}
