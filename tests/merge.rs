//! The ledger of the whole is the merge of the ledgers of its parts, for any split and order; and
//! the list of people is made from it.

mod common;

use common::{Lab, Row, arg, content, rows, samples};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn merge(lab: &Lab, name: &str, parts: &[PathBuf], options: &[&str]) -> (PathBuf, std::process::Output) {
    let mut arguments = vec!["merge", "-o", name];
    arguments.extend(parts.iter().map(|part| arg(part)));
    arguments.extend_from_slice(options);
    let output = lab.run(&arguments);
    (lab.path(name), output)
}

fn merged(lab: &Lab, name: &str, parts: &[PathBuf]) -> PathBuf {
    let (path, output) = merge(lab, name, parts, &[]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    path
}

/// The files of two ledgers are the same; manifests and what names inputs are compared elsewhere.
fn assert_same(whole: &Path, merged: &Path, but: &[&str], context: &str) {
    let (whole, merged) = (content(whole), content(merged));
    assert_eq!(whole.keys().collect::<Vec<_>>(), merged.keys().collect::<Vec<_>>(), "{context}");
    for (file, bytes) in whole.iter().filter(|(file, _)| *file != "manifest.json" && !but.contains(&file.as_str())) {
        if *bytes != merged[file] {
            let shown =
                |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().take(400).map(str::to_owned).collect::<Vec<_>>();
            let (one, two) = (shown(bytes), shown(&merged[file]));
            let differing = one.iter().zip(&two).find(|(one, two)| one != two);
            panic!("{context}: {file} differs: {differing:?}, {} and {} bytes", bytes.len(), merged[file].len());
        }
    }
}

#[test]
fn the_whole_is_the_merge_of_its_inputs_for_any_split_and_order() {
    let lab = Lab::new();
    let before = samples().join("before");
    let whole = lab.ledger("whole", &[arg(&before), "--panel"], 0);
    let mut inputs: Vec<PathBuf> = Vec::new();
    for folder in ["har", "nginx", "squid", "squid-connect"] {
        for entry in std::fs::read_dir(before.join(folder)).expect("a folder") {
            inputs.push(entry.expect("an entry").path());
        }
    }
    inputs.sort();
    let ledger = |name: &str, inputs: &[&PathBuf]| {
        let mut arguments: Vec<&str> = inputs.iter().map(|input| arg(input)).collect();
        arguments.push("--panel");
        lab.ledger(name, &arguments, 0)
    };
    // A few ways to deal the inputs out to three machines, each merged in another order.
    for (round, deal) in [[1, 2, 0, 1, 0, 2, 1, 0, 2, 1, 0], [0, 0, 0, 0, 1, 1, 1, 2, 2, 0, 1]].iter().enumerate() {
        let mut parts: Vec<PathBuf> = (0..3)
            .map(|machine| {
                let own: Vec<&PathBuf> = inputs
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| deal[at % deal.len()] == machine)
                    .map(|(_, p)| p)
                    .collect();
                ledger(&format!("part-{round}-{machine}"), &own)
            })
            .collect();
        if round == 1 {
            parts.reverse();
        }
        assert_same(&whole, &merged(&lab, &format!("merged-{round}"), &parts), &[], &format!("round {round}"));
        // In two steps.
        let first = merged(&lab, &format!("first-{round}"), &parts[..2]);
        let second = merged(&lab, &format!("second-{round}"), &[parts[2].clone(), first]);
        assert_same(&whole, &second, &[], &format!("round {round} in two steps"));
    }
}

/// A log whose people have accounts, cookies of two vendors and addresses, in a shuffled order.
fn log(people: u64) -> Vec<String> {
    let mut lines = Vec::new();
    for person in 0..people {
        let (address, user) =
            (format!("198.51.100.{}", person % 97), if person % 3 == 0 { format!("u{person}") } else { "-".into() });
        let page = "https%3A%2F%2Fwww.clinic.example%2Fbook%3Femail%3Dpat";
        let urls = [
            format!(
                "https://www.facebook.com/tr/?id=1000000000000001&ev=PageView&dl={page}{person}%40example.com&fbp=fb.1.17{:08}.9{:09}",
                person % 71,
                person % 71
            ),
            format!(
                "https://www.google-analytics.com/g/collect?v=2&tid=G-X&cid=8{:09}.17{:08}&dl={page}{person}%40example.com&en=page_view",
                person % 83,
                person % 83
            ),
        ];
        for (n, url) in urls.iter().enumerate() {
            let second = 1_720_000_000 + (person * 7_919 + n as u64 * 131) % 900_000;
            lines.push((
                second,
                format!(
                    "{second}.000 12 {address} TCP_MISS/200 400 GET {url} {user} HIER_DIRECT/203.0.113.7 image/gif"
                ),
            ));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// What the tables of counts say without what depends on where an input is cut.
fn counts(ledger: &Path) -> BTreeMap<String, Vec<Row>> {
    let tables = [
        "exposure.csv",
        "totals.csv",
        "vendors.csv",
        "sites.csv",
        "hosts.csv",
        "pages.csv",
        "days.csv",
        "events.csv",
        "overlap.csv",
    ];
    let tables = tables.into_iter().map(|table| {
        let mut rows = rows(&ledger.join(table));
        rows.iter_mut().for_each(|row| {
            row.remove("sample_finding");
        });
        (table.to_owned(), rows)
    });
    tables.collect()
}

#[test]
fn a_log_that_was_cut_anywhere_counts_the_same_people() {
    let lab = Lab::new();
    let lines = log(400);
    lab.write("whole.log", lines.join("\n") + "\n");
    let whole = lab.ledger("whole", &["whole.log"], 0);
    let all = rows(&whole.join("totals.csv"));
    let all = all.iter().find(|row| row["site"] == "(all)" && row["scope"] == "all").expect("the row of everything");
    assert_eq!(all["people_method"], "exact");
    let people: u64 = all["people"].parse().expect("a number");
    // 134 accounts, and fewer browsers than visits.
    assert!((134..400).contains(&people), "{people} people");
    for (round, cuts) in [vec![1, 2], vec![100, 399, 500], (1..16).map(|n| n * 50).collect()].into_iter().enumerate() {
        let mut parts = Vec::new();
        for (at, cut) in [0].iter().chain(&cuts).enumerate() {
            let end = cuts.get(at).copied().unwrap_or(lines.len());
            let name = format!("{round}-{at}.log");
            lab.write(&name, lines[*cut..end].join("\n") + "\n");
            parts.push(lab.ledger(&format!("part-{round}-{at}"), &[&name], 0));
        }
        parts.rotate_left(1);
        let ledger = merged(&lab, &format!("merged-{round}"), &parts);
        assert_eq!(counts(&whole), counts(&ledger), "round {round}");
    }
}

#[test]
fn above_the_limit_ledgers_of_whole_inputs_are_the_ledger_of_all() {
    let lab = Lab::new();
    let mut inputs = Vec::new();
    for part in 0..3u64 {
        let lines: Vec<String> = (0..1_500)
            .map(|n| {
                let person = part * 900 + n;
                let address = format!("10.{}.{}.{}", part, person / 250 % 250, person % 250);
                let url = format!("https://www.facebook.com/tr/?id=1000000000000001&ev=PageView&dl=https%3A%2F%2Fwww.clinic.example%2Fa%3Femail%3Dpat{person}%40example.com");
                format!("{}.000 12 {address} TCP_MISS/200 400 GET {url} - HIER_DIRECT/203.0.113.7 image/gif", 1_720_000_000 + n)
            })
            .collect();
        lab.write(&format!("{part}.log"), lines.join("\n") + "\n");
        inputs.push(format!("{part}.log"));
    }
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let whole = lab.ledger("whole", &inputs, 0);
    let totals = rows(&whole.join("totals.csv"));
    let all = totals.iter().find(|row| row["site"] == "(all)" && row["scope"] == "all").expect("everything");
    assert_eq!(all["people_method"], "sketch");
    let bound = |column: &str| all[column].parse::<f64>().expect("a number");
    assert!(bound("people_low") <= 4_500.0 && 4_500.0 <= bound("people_high"), "{all:?}");
    let parts: Vec<PathBuf> = inputs.iter().map(|input| lab.ledger(&format!("part-{input}"), &[input], 0)).collect();
    let order = [parts[2].clone(), parts[0].clone(), parts[1].clone()];
    assert_same(&whole, &merged(&lab, "merged", &order), &[], "above the limit");
    let sample = rows(&whole.join("people_sample.csv"));
    assert!(sample.iter().all(|row| row["covers"] == "sample"));
    assert!(sample.iter().filter(|row| row["data_class"] == "email").count() == 4_096);
}

#[test]
fn the_same_input_is_counted_once_and_a_shared_one_is_refused() {
    let lab = Lab::new();
    let (squid, nginx) = (samples().join("before/squid"), samples().join("before/nginx"));
    let both = lab.ledger("both", &[arg(&nginx), arg(&squid)], 0);
    let one = lab.ledger("one", &[arg(&squid)], 0);
    let (twice, output) = merge(&lab, "twice", &[one, both.clone()], &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("left out"), "{said}");
    // The report says which ledger was left out.
    assert_same(&both, &twice, &["report.html", "ledger.xlsx"], "twice");
    assert!(std::fs::read_to_string(twice.join("report.html")).expect("a report").contains("left out"));
    let manifest = std::fs::read_to_string(twice.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains("left out"));
    let connect = samples().join("before/squid-connect");
    let shared = lab.ledger("shared", &[arg(&squid), arg(&connect)], 0);
    let (_, output) = merge(&lab, "refused", &[both, shared], &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("access.log"), "{said}");
}

#[test]
fn ledgers_of_different_keys_merge_without_people() {
    let lab = Lab::new();
    lab.write("other-key", [9u8; 32]);
    let one = lab.ledger("one", &[arg(&samples().join("before/squid"))], 0);
    let two = lab.path("two");
    let output = lab.run(&["scan", "-o", "two", "--key", "other-key", arg(&samples().join("after/squid"))]);
    assert!(output.status.success());
    let (ledger, output) = merge(&lab, "merged", &[one, two], &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("different keys"), "{said}");
    let exposure = rows(&ledger.join("exposure.csv"));
    assert!(!exposure.is_empty());
    assert!(exposure.iter().all(|row| row["people"].is_empty() && row["people_method"] == "none"));
    assert!(rows(&ledger.join("overlap.csv")).is_empty());
}

#[test]
fn whom_to_notify_is_listed_once_each_and_only_when_asked() {
    let lab = Lab::new();
    let ledger = lab.ledger("ledger", &[arg(&samples().join("before/squid")), "--reveal"], 0);
    let refused = lab.run(&["people", arg(&ledger)]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.stdout.is_empty());
    let output = lab.run(&["people", arg(&ledger), "--reveal", "-o", "people.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let people = rows(&lab.path("people.csv"));
    let totals = rows(&ledger.join("totals.csv"));
    let all = totals.iter().find(|row| row["site"] == "(all)" && row["scope"] == "all").expect("everything");
    assert_eq!(people.len().to_string(), all["people"]);
    let keys: BTreeSet<&str> = people.iter().map(|row| row["person_keys"].as_str()).collect();
    assert_eq!(keys.len(), people.len());
    assert!(people.iter().any(|row| row["values"].contains("4817 Marlow Creek Rd")));
    assert!(people.iter().all(|row| !row["owners"].is_empty()
        && row["first_seen"] <= row["last_seen"]
        && row["first_seen"].starts_with("2026-")));
}
