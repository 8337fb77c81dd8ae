//! `leakledger estimate` as a user runs it: on the samples, where the truth is known, and on made
//! logs of ten thousand visitors.

mod common;

use common::{Lab, Row, arg, rows, samples};
use leakledger::estimate::learn::{ANY, Subject};
use leakledger::estimate::observed::Observed;
use leakledger::report::opened::OpenLedger;
use std::fmt::Write;

fn number(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn estimates(lab: &Lab, ledger: &str, arguments: &[&str]) -> Vec<Row> {
    let output = lab.run(&[&["estimate", ledger, "--force", "--key", "key"], arguments].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    rows(&lab.path(ledger).join("estimates/estimate/estimates.csv"))
}

#[test]
fn the_truth_of_the_samples_lies_between_low_and_high() {
    let lab = Lab::new();
    for recording in ["before", "after"] {
        let har = samples().join(recording).join("har");
        lab.ledger(recording, &[arg(&har)], 0);
        // Whom the recordings show, person by person; tests/samples.rs holds these to truth.csv.
        let panel = lab.ledger(&format!("{recording}-panel"), &[arg(&har), "--panel"], 0);
        let truth = Observed::read(&OpenLedger::open(&panel).expect("a ledger")).expect("exposures");
        let found = estimates(&lab, recording, &["--traffic", arg(&samples().join(recording).join("nginx"))]);
        let mut rows = 0;
        for row in &found {
            assert_eq!(row["day"], "");
            let subject = Subject {
                owner: row["owner"].clone(),
                vendor: row["vendor"].clone(),
                class: row["data_class"].clone(),
            };
            let people = truth.people(&row["site"], &subject, &row["page"]);
            let (low, high) = (number(row, "low"), number(row, "high"));
            assert!(low <= people && people <= high, "{people} is not in {low} to {high}: {row:?}");
            assert!(people > 0 || row["page"] != ANY, "{row:?}");
            rows += 1;
        }
        let subjects: Vec<_> = truth.subjects().collect();
        for (site, subject) in &subjects {
            let has_row = found.iter().any(|row| {
                row["site"] == *site
                    && row["vendor"] == subject.vendor
                    && row["data_class"] == subject.class
                    && row["page"] == ANY
            });
            assert!(has_row, "{subject:?}");
        }
        assert!(rows > 100 && subjects.len() > 40, "{rows} rows, {} subjects", subjects.len());
    }
}

#[test]
fn the_days_of_the_truth_are_in_the_history() {
    let lab = Lab::new();
    lab.ledger("before", &[arg(&samples().join("before/har"))], 0);
    estimates(&lab, "before", &["--traffic", arg(&samples().join("before/nginx"))]);
    let folder = lab.path("before/estimates/estimate");
    let history = rows(&folder.join("when.csv"));
    assert!(history.iter().all(|row| row["first_proof"] == "2026-11-24" && row["last_proof"] == "2026-11-24"));
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"ledgers\"") && manifest.contains("access.log"), "{manifest}");
}

/// A capture in which a browser loads the page so many times; of `sends` of these an address goes
/// to Meta.
fn capture(browser: usize, sends: &[bool]) -> String {
    let mut entries = Vec::new();
    for (load, sends) in sends.iter().enumerate() {
        let at = |second: usize| format!("2024-07-08T10:{:02}:{:02}.{browser:03}Z", load, second);
        let entry = |time: String, url: &str, mime: &str, dest: &str| {
            format!(
                r#"{{"startedDateTime":"{time}","request":{{"method":"GET","url":"{url}","headers":[{{"name":"Sec-Fetch-Dest","value":"{dest}"}},{{"name":"Referer","value":"https://www.parcelpost.example/mail"}}]}},"response":{{"status":200,"content":{{"mimeType":"{mime}"}}}}}}"#
            )
        };
        entries.push(entry(at(1), "https://www.parcelpost.example/mail", "text/html", "document"));
        let address =
            if *sends { "&udff%5Bem%5D=5f2b9c0e7a1d4b8f3c6e9a0d2b7f1c4e8a5d3b6f9c0e2a7d1b4f8c3e6a9d0b2f" } else { "" };
        let url = format!(
            "https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl=https%3A%2F%2Fwww.parcelpost.example%2Fmail&fbp=fb.1.17204{browser:05}.99{browser:05}{address}"
        );
        entries.push(entry(at(2), &url, "image/gif", "image"));
    }
    format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"pages":[],"entries":[{}]}}}}"#,
        entries.join(",")
    )
}

/// Ten thousand accounts, each of which opens the page once, on the day of the tests.
fn ten_thousand(lab: &Lab) {
    let mut log = String::new();
    for account in 0..10_000 {
        let _ = writeln!(
            log,
            "192.0.2.{} - {} [08/Jul/2024:{:02}:00:00 +0000] \"GET /mail HTTP/1.1\" 200 512 \"https://www.parcelpost.example/\" \"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0\"",
            account % 250,
            100_000 + account,
            account % 24
        );
    }
    // Neither a robot nor a missing page nor a script is a visit.
    for (line, agent) in [("GET /mail", "Googlebot/2.1"), ("GET /mail", "curl/8.5"), ("POST /mail", "Mozilla/5.0")] {
        let _ = writeln!(
            log,
            "198.51.100.7 - 999999 [08/Jul/2024:09:00:00 +0000] \"{line} HTTP/1.1\" 200 5 \"-\" \"{agent}\""
        );
    }
    log.push_str("198.51.100.8 - 999998 [08/Jul/2024:09:00:00 +0000] \"GET /mail HTTP/1.1\" 404 5 \"-\" \"Mozilla/5.0 (X11) Gecko/1 Firefox/1\"\n");
    lab.write("access.log", log);
}

fn address_row(lab: &Lab, name: &str, captures: &[Vec<bool>], more: &[&str]) -> Row {
    for (browser, sends) in captures.iter().enumerate() {
        lab.write(&format!("{name}-har/{browser}.har"), capture(browser, sends));
    }
    lab.ledger(name, &[&format!("{name}-har"), "--force"], 0);
    let all = [&["--traffic", "access.log", "--blocking", "0.22..0.32"], more].concat();
    let found = estimates(lab, name, &all);
    let own = |row: &&Row| row["vendor"] == "Meta Pixel" && row["data_class"] == "email" && row["page"] == ANY;
    found.iter().find(own).unwrap_or_else(|| panic!("no row in {found:?}")).clone()
}

#[test]
fn ten_thousand_accounts_and_a_few_test_visits() {
    let lab = Lab::new();
    ten_thousand(&lab);
    let sends = |browsers: usize| vec![vec![true]; browsers];
    let mut five_of_six = sends(5);
    five_of_six.push(vec![false]);
    let golden = [
        ("one", sends(1), "7300", "0", "7900", ""),
        ("two", sends(2), "7300", "300", "7900", ""),
        ("twice", vec![vec![true, true]], "7300", "0", "7900", ""),
        ("five-of-six", five_of_six, "6083", "2500", "7800", ""),
        ("six", sends(6), "7300", "3800", "7900", ""),
        ("thirty", sends(30), "7300", "6300", "7900", "7300"),
    ];
    for (name, captures, as_recorded, low, high, estimate) in golden {
        let row = address_row(&lab, name, &captures, &[]);
        let figures = ["visited", "if_as_recorded", "low", "high", "estimate"].map(|column| row[column].as_str());
        assert_eq!(figures, ["10000", as_recorded, low, high, estimate], "{name}: {row:?}");
        assert!(row["in_words"].starts_with("10,000 accounts opened this page."), "{}", row["in_words"]);
        assert!(row["in_words"].contains("does not block Meta Pixel (assumed 27 %, give or take 5)"));
        assert_eq!(row["refused_because"].is_empty(), !estimate.is_empty(), "{}", row["refused_because"]);
    }
    let two = address_row(&lab, "two", &sends(2), &[]);
    assert!(two["in_words"].ends_with(
        "any number from 300 to 7,900 is possible; recorded visits from five more browsers would narrow this most."
    ));
    assert_eq!(two["evidence"], "2 of 2 browsers, 2 of 2 loads, 2024-07-08");
}

#[test]
fn what_is_stated_changes_the_row_and_is_printed() {
    let lab = Lab::new();
    ten_thousand(&lab);
    let always = address_row(&lab, "one", &[vec![true]], &["--always", "its script was read"]);
    assert!(always["in_words"].contains("because its script was read"), "{}", always["in_words"]);
    assert!(number(&always, "low") > 6000);
    let nobody = address_row(&lab, "one", &[vec![true]], &["--logged-in", "cookie:session"]);
    assert_eq!(nobody["visited"], "0");
    let halved = address_row(&lab, "one", &[vec![true]], &["--keys-per-person", "1..2"]);
    assert_eq!((halved["high"].as_str(), halved["if_as_recorded"].as_str()), ("7900", "4867"));
    let sampled = address_row(&lab, "two", &[vec![true], vec![true]], &["--sampled", "users:1/100"]);
    assert!(number(&sampled, "visited") > 1_000_000 && number(&sampled, "high") > 780_000, "{sampled:?}");
}

#[test]
fn days_of_which_the_logs_have_nothing_are_gaps_and_not_zeros() {
    let lab = Lab::new();
    ten_thousand(&lab);
    lab.write("har/0.har", capture(0, &[true]).replace("2024-07-08", "2024-07-12"));
    lab.ledger("ledger", &["har"], 0);
    let own = |row: &&Row| row["data_class"] == "email" && row["vendor"] == "Meta Pixel" && row["page"] == ANY;
    let found = estimates(&lab, "ledger", &["--traffic", "access.log"]);
    let proven = found.iter().find(own).expect("a row");
    assert!(
        proven["high"].is_empty() && proven["refused_because"].contains("no line on the days with proof (2024-07-12)")
    );
    let outside = found.iter().filter(own).find(|row| row["period"].starts_with("outside")).expect("a row");
    assert_eq!((outside["visited"].as_str(), outside["high"].as_str()), ("10000", ""), "{outside:?}");
    let stated = estimates(&lab, "ledger", &["--traffic", "access.log", "--period", "2024-07-01..2024-07-31"]);
    let outside = stated.iter().filter(own).find(|row| row["period"].starts_with("outside")).expect("a row");
    assert_eq!((outside["visited"].as_str(), outside["high"].as_str()), ("10000", "10000"), "{outside:?}");
    assert!(outside["assumptions"].contains("no line on 30 days"), "{}", outside["assumptions"]);
}

#[test]
fn two_records_of_the_same_visits_tell_how_many_are_in_neither() {
    let lab = Lab::new();
    let line = |account: u32| {
        format!(
            "192.0.2.1 - {account} [08/Jul/2024:09:00:00 +0000] \"GET /mail HTTP/1.1\" 200 5 \"https://www.parcelpost.example/\" \"Mozilla/5.0 (X11) Gecko/1 Firefox/1\"\n"
        )
    };
    lab.write("one.log", (0..600).map(line).collect::<String>());
    lab.write("two.log", (300..900).map(line).collect::<String>());
    lab.write("har/0.har", capture(0, &[true]));
    lab.ledger("ledger", &["har"], 0);
    let found = estimates(&lab, "ledger", &["--traffic", "one.log", "--second-traffic", "two.log"]);
    let own = |row: &&Row| row["data_class"] == "email" && row["vendor"] == "Meta Pixel" && row["page"] == ANY;
    let row = found.iter().find(own).expect("a row");
    // 600 × 600 / 300 = 1,200 visitors.
    assert_eq!(row["if_as_recorded"], "1199");
    assert!(number(row, "high") > 1200 && row["assumptions"].contains("being in one record"), "{row:?}");
}

#[test]
fn threads_change_nothing() {
    let lab = Lab::new();
    lab.ledger("before", &[arg(&samples().join("before/har"))], 0);
    let nginx = samples().join("before/nginx");
    let one = estimates(&lab, "before", &["--traffic", arg(&nginx), "-j", "1", "--blocking", "0.2..0.3"]);
    let four = estimates(&lab, "before", &["--traffic", arg(&nginx), "-j", "4", "--blocking", "0.2..0.3"]);
    assert_eq!(one, four);
}

#[test]
fn a_log_of_connections_joins_by_visit_and_contact() {
    let lab = Lab::new();
    lab.ledger("before", &[arg(&samples().join("before/har"))], 0);
    let log = samples().join("before/squid-connect");
    // The second run was made on the same day as the captures.
    let found = estimates(&lab, "before", &["--traffic", arg(&log), "--period", "2026-11-01..2026-11-30"]);
    let row = found
        .iter()
        .find(|row| row["vendor"] == "LinkedIn Insight Tag" && row["data_class"] == "postal_address")
        .expect("a row");
    assert_eq!((row["visited"].as_str(), row["high"].as_str()), ("2", "2"), "{row:?}");
    assert!(row["in_words"].contains("connected to the site and to LinkedIn Insight Tag"), "{}", row["in_words"]);
}

#[test]
fn a_panel_is_scaled_only_when_it_was_drawn_at_random() {
    let lab = Lab::new();
    for person in 0..40 {
        lab.write(&format!("panel/{person}.har"), capture(person, &[person < 16]));
    }
    lab.ledger("ledger", &["panel", "--panel"], 0);
    let own = |row: &&Row| row["vendor"] == "Meta Pixel" && row["data_class"] == "email";
    let found = estimates(&lab, "ledger", &["--population", "50000000..62000000"]);
    let row = found.iter().find(own).expect("a row");
    assert_eq!((row["estimate"].as_str(), row["high"].as_str()), ("", "62000000"));
    assert!(row["refused_because"].contains("--panel-random"));
    let found =
        estimates(&lab, "ledger", &["--population", "50000000..62000000", "--panel-random", "every millionth account"]);
    let row = found.iter().find(own).expect("a row");
    // Clopper and Pearson's interval for 16 of 40 is 24.86 % to 56.67 %.
    assert_eq!((row["low"].as_str(), row["high"].as_str()), ("12000000", "36000000"), "{row:?}");
    assert_eq!(row["visited"], "40");
}

#[test]
fn wrong_options_are_refused_with_a_reason() {
    let lab = Lab::new();
    lab.ledger("ledger", &[arg(&samples().join("before/nginx"))], 0);
    for (arguments, reason) in [
        (vec!["estimate", "ledger"], "nothing to estimate from"),
        (vec!["estimate", "ledger", "--traffic", "nowhere.log"], "no test visits"),
        (vec!["estimate", "ledger", "--population", "100", "--name", "a/b"], "cannot name a folder"),
    ] {
        let output = lab.run(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(reason), "{stderr}");
    }
    let output = lab.run(&["estimate", "ledger", "--sampled", "sessions:1/10"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("give the full logs"));
}
