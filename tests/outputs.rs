//! What people and other programs make of a ledger: figures agree between tables, every finding can
//! be proved, the chain of custody holds, and tables that leave the house tell of nobody.

mod common;

use common::{Lab, Row, arg, content, rows, samples};
use std::collections::BTreeMap;
use std::path::Path;

/// Every recorded sample with the options under which people are counted in it.
const SAMPLES: [(&str, &[&str]); 8] = [
    ("before/har", &["--panel"]),
    ("before/squid", &[]),
    ("before/squid-connect", &[]),
    ("before/nginx", &[]),
    ("after/har", &[]),
    ("after/squid", &[]),
    ("after/squid-connect", &[]),
    ("after/nginx", &["--site", "parcelpost.example"]),
];

fn number(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap_or(0)
}

/// The sums of a column by other columns.
fn sums(rows: &[Row], by: &[&str], column: &str) -> BTreeMap<Vec<String>, u64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry(by.iter().map(|name| row[*name].clone()).collect()).or_insert(0) += number(row, column);
    }
    sums.retain(|_, sum| *sum > 0);
    sums
}

#[test]
fn what_adds_up_agrees_between_tables() {
    let lab = Lab::new();
    for (sample, options) in SAMPLES {
        let input = samples().join(sample);
        let ledger = lab.ledger(&sample.replace('/', "-"), &[&[arg(&input)], options].concat(), 0);
        let table = |name: &str| rows(&ledger.join(name));
        let manifest: serde_json::Value =
            serde_json::from_slice(&std::fs::read(ledger.join("manifest.json")).expect("a manifest")).expect("JSON");
        let inputs = table("inputs.csv");
        let sum = |column| inputs.iter().map(|row| number(row, column)).sum::<u64>();
        assert_eq!(sum("records"), manifest["counts"]["records"], "{sample}");
        assert_eq!(sum("rejected"), table("rejects.csv").len() as u64, "{sample}");
        let what = ["site", "vendor", "data_class"];
        let (pages, days) = (table("pages.csv"), table("days.csv"));
        assert_eq!(sums(&pages, &what, "requests"), sums(&days, &what, "requests"), "{sample}: pages and days");
        let contacts = |name: &str| sums(&table(name), &["vendor", "owner"], "contacts");
        assert_eq!(contacts("sites.csv"), contacts("vendors.csv"), "{sample}: sites and vendors");
        assert_eq!(contacts("hosts.csv"), contacts("vendors.csv"), "{sample}: hosts and vendors");
        for row in table("visits.csv") {
            assert!(number(&row, "loads_exposing") <= number(&row, "loads"), "{sample}: {row:?}");
        }
        let (all, of_sites): (Vec<Row>, Vec<Row>) =
            table("totals.csv").into_iter().partition(|row| row["site"] == "(all)");
        let what = ["scope", "owner", "data_class", "tier"];
        assert_eq!(sums(&all, &what, "requests"), sums(&of_sites, &what, "requests"), "{sample}: sites and all sites");
    }
}

#[test]
fn nobody_can_add_up_people_by_accident() {
    let lab = Lab::new();
    let mut differing = 0;
    for (sample, options) in SAMPLES {
        let input = samples().join(sample);
        let ledger = lab.ledger(&sample.replace('/', "-"), &[&[arg(&input)], options].concat(), 0);
        for column in rows(&ledger.join("columns.csv")).iter().filter(|column| column["unit"] == "people") {
            assert!(column["meaning"].contains("never add up"), "{column:?}");
        }
        let totals = rows(&ledger.join("totals.csv"));
        let exposures = rows(&ledger.join("exposure.csv"));
        for total in totals.iter().filter(|row| row["scope"] == "owner" && row["site"] != "(all)") {
            let of_owner = |row: &&Row| {
                row["site"] == total["site"] && row["owner"] == total["owner"] && row["purpose"] != "same owner"
            };
            let parts: Vec<u64> = exposures.iter().filter(of_owner).map(|row| number(row, "people")).collect();
            let people = number(total, "people");
            assert!(parts.iter().all(|part| *part <= people), "{sample}: a part is more than {total:?}");
            assert!(parts.iter().sum::<u64>() >= people, "{sample}: {total:?}");
            differing += u64::from(parts.iter().sum::<u64>() > people);
        }
        for name in content(&ledger).keys().filter(|name| name.ends_with(".csv") && *name != "totals.csv") {
            let totalled =
                rows(&ledger.join(name)).iter().any(|row| row.get("site").is_some_and(|site| site == "(all)"));
            assert!(!totalled, "{sample}: {name} has a row of totals among its parts");
        }
        let html = std::fs::read_to_string(ledger.join("report.html")).expect("a report");
        if totals.iter().any(|row| !row["people"].is_empty()) {
            assert!(html.contains("People never add up") && html.contains("The bars do not add up"), "{sample}");
        }
    }
    assert!(differing > 10, "the samples must hold people who are in several rows: {differing}");
}

/// What `explain` says behind a name.
fn said<'t>(text: &'t str, name: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("nothing about {name} in {text}")).trim()
}

/// The bytes that a line `LENGTH from byte OFFSET on` speaks of.
fn bytes<'b>(content: &'b [u8], place: &str) -> &'b [u8] {
    let words: Vec<&str> = place.split(' ').collect();
    let (length, offset): (usize, usize) = (words[0].parse().expect("a length"), words[3].parse().expect("an offset"));
    &content[offset..offset + length]
}

fn sha256(bytes: &[u8]) -> String {
    leakledger::report::hashing::sha256(bytes)
}

/// Explains every nth finding of a ledger and checks the bytes that it quotes.
fn explain_some(lab: &Lab, ledger: &Path, every: usize, planted: &[String]) -> usize {
    let findings = rows(&ledger.join("findings.csv"));
    let mut explained = 0;
    for finding in findings.iter().step_by(every.max(1)) {
        let id = finding["finding"].as_str();
        let output = lab.run(&["explain", arg(ledger), id, "--reveal"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{id}: {}", String::from_utf8_lossy(&output.stderr));
        let content = std::fs::read(&finding["input"]).expect("the input");
        let record = bytes(&content, said(&text, "bytes"));
        assert_eq!(said(&text, "SHA-256 of these bytes"), sha256(record), "{id}");
        let quoted = bytes(&content, said(&text, "bytes quoted"));
        assert_eq!(said(&text, "SHA-256 of the quoted"), sha256(quoted), "{id}");
        assert!(!quoted.is_empty() && record.windows(quoted.len()).any(|part| part == quoted), "{id}");
        assert_eq!(record.len().to_string(), finding["byte_length"], "{id}");
        assert!(!text.contains("does not come to the same value"), "{id} {}\n{text}", finding["chain"]);
        let masked = lab.run(&["explain", arg(ledger), id, "--write", "md"]);
        let masked = String::from_utf8_lossy(&masked.stdout).to_lowercase();
        for value in planted {
            assert!(!masked.contains(&value.to_lowercase()), "{id} shows {value}: {masked}");
        }
        explained += 1;
    }
    explained
}

#[test]
fn findings_can_be_proved_from_the_input() {
    let lab = Lab::new();
    let planted: Vec<String> = rows(&samples().join("personas.csv"))
        .into_iter()
        .map(|row| row["value"].clone())
        .filter(|value| value.len() >= 5 && (value.contains([' ', '@']) || value.bytes().any(|b| b.is_ascii_digit())))
        .collect();
    let mut explained = 0;
    for sample in ["before/har", "before/squid"] {
        let ledger = lab.ledger(&sample.replace('/', "-"), &[arg(&samples().join(sample))], 0);
        let count = rows(&ledger.join("findings.csv")).len();
        explained += explain_some(&lab, &ledger, count / 25, &planted);
    }
    assert!(explained >= 50, "{explained}");
}

#[test]
fn a_changed_input_proves_nothing() {
    let lab = Lab::new();
    let original = std::fs::read(samples().join("before/squid/access.log")).expect("a sample");
    lab.write("access.log", &original);
    let ledger = lab.ledger("ledger", &["access.log"], 0);
    let explain = |arguments: &[&str]| lab.run(&[&["explain", arg(&ledger), "1"], arguments].concat());
    assert_eq!(explain(&[]).status.code(), Some(0));
    let verify = |arguments: &[&str]| lab.run(&[&["verify", arg(&ledger)], arguments].concat()).status.code();
    assert_eq!(verify(&[]), Some(0));
    let mut changed = original.clone();
    let last = changed.len() - 2;
    changed[last] ^= 1;
    lab.write("access.log", &changed);
    let refused = explain(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not the one that was scanned"));
    assert_eq!(verify(&[]), Some(1));
    lab.write("elsewhere/access.log", &original);
    assert_eq!(explain(&["--input", "elsewhere/access.log"]).status.code(), Some(0));
    assert_eq!(verify(&["--inputs", "elsewhere"]), Some(0));
    std::fs::remove_file(lab.path("access.log")).expect("removed");
    assert_eq!(verify(&[]), Some(3), "what cannot be looked at is not what was changed");
    let table = ledger.join("exposure.csv");
    let text = std::fs::read_to_string(&table).expect("a table").replace("direct", "device");
    std::fs::write(&table, text).expect("written");
    assert_eq!(verify(&["--inputs", "elsewhere"]), Some(1), "a changed table is found");
    assert_eq!(explain(&["--input", "elsewhere/access.log"]).status.code(), Some(1));
}

#[test]
fn the_report_is_written_beside_the_sealed_files() {
    let lab = Lab::new();
    let ledger = lab.ledger("ledger", &[arg(&samples().join("before/har")), "--case", "7/26", "--write", "csv"], 0);
    assert!(!ledger.join("report.html").exists());
    let before = content(&ledger);
    let output = lab.run(&["report", arg(&ledger), "--write", "html,xlsx,jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(content(&ledger), before, "what the scan wrote is sealed");
    let html = std::fs::read_to_string(ledger.join("report/report.html")).expect("a report");
    assert!(html.contains("Case <bdi>7/26</bdi>"));
    assert!(ledger.join("report/ledger.xlsx").exists() && ledger.join("report/findings.jsonl").exists());
    assert_eq!(lab.run(&["verify", arg(&ledger)]).status.code(), Some(0));
    let again = std::fs::read(ledger.join("report/ledger.xlsx")).expect("a workbook");
    lab.run(&["report", arg(&ledger)]);
    assert_eq!(std::fs::read(ledger.join("report/ledger.xlsx")).expect("a workbook"), again, "the same bytes");
}

#[test]
fn the_gate_fails_on_what_nobody_allowed() {
    let lab = Lab::new();
    let input = samples().join("after/har");
    let gate = |name: &str, arguments: &[&str]| {
        let (ledger, output) = lab.scan(name, &[&[arg(&input)], arguments].concat());
        (ledger, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (_, code, text) = gate("one", &["--fail-on", "direct"]);
    assert_eq!(code, Some(10), "{text}");
    assert!(text.contains("--fail-on direct:"), "{text}");
    lab.write("some.toml", "[[allow]]\ndata_class = \"email\"\nreason = \"agreed\"\nuntil = \"2999-01-01\"\n");
    let classes: std::collections::BTreeSet<String> = rows(&lab.path("one").join("exposure.csv"))
        .into_iter()
        .filter(|row| row["tier"] == "direct")
        .map(|row| row["data_class"].clone())
        .collect();
    let all: String = classes
        .iter()
        .map(|class| format!("[[allow]]\ndata_class = \"{class}\"\nreason = \"agreed\"\nuntil = \"2999-01-01\"\n"))
        .collect();
    lab.write("all.toml", all);
    let (ledger, code, text) = gate("two", &["--fail-on", "direct", "--allow", "all.toml", "--write", "sarif"]);
    assert_eq!(code, Some(0), "{text}");
    let log: serde_json::Value =
        serde_json::from_slice(&std::fs::read(ledger.join("exposures.sarif")).expect("SARIF")).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), rows(&ledger.join("exposure.csv")).len(), "an allow list hides nothing");
    assert!(results.iter().any(|result| result["suppressions"][0]["justification"] == "agreed (until 2999-01-01)"));
    lab.write("old.toml", "[[allow]]\nsite = \"parcelpost.example\"\nreason = \"agreed\"\nuntil = \"2020-01-01\"\n");
    let (_, code, text) = gate("three", &["--fail-on", "direct", "--allow", "old.toml"]);
    assert_eq!(code, Some(10));
    assert!(text.contains("expired on 2020-01-01"), "{text}");
    lab.write("wrong.toml", "[[allow]]\nreason = \"x\"\nuntil = \"2999-01-01\"\n");
    let (_, code, text) = gate("four", &["--allow", "wrong.toml"]);
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn tables_that_leave_the_house_tell_of_nobody() {
    let lab = Lab::new();
    let input = samples().join("before/squid");
    let whole = lab.ledger("whole", &[arg(&input)], 0);
    let ledger = lab.ledger("ledger", &[arg(&input), "--min-people", "5"], 0);
    for file in ["findings.csv", "ledger.parquet"] {
        assert!(whole.join(file).exists() && !ledger.join(file).exists(), "{file}");
    }
    assert_eq!(lab.run(&["verify", arg(&ledger)]).status.code(), Some(3), "numbered inputs cannot be looked at");
    let mut hidden = 0;
    for name in content(&ledger).keys().filter(|name| name.ends_with(".csv")) {
        for row in rows(&ledger.join(name)) {
            for (column, cell) in &row {
                let is_people = column == "people" || column == "people_low" || column == "contact_people";
                if (is_people || column == "requests") && name != "inputs.csv" {
                    let figure: u64 = cell.parse().unwrap_or(0);
                    assert!(figure.is_multiple_of(5), "{name} {column} {cell}");
                }
                assert!(!cell.contains("squid/access.log"), "{name} names an input: {cell}");
            }
            hidden += usize::from(row.get("people_method").is_some_and(|method| method == "fewer than 5"));
            assert_eq!(row.get("sample_finding").map_or("", String::as_str), "", "{name}");
        }
    }
    assert!(hidden > 0, "the sample must have small cells");
    let exposures = |ledger: &Path| rows(&ledger.join("exposure.csv")).len();
    assert_eq!(exposures(&ledger), exposures(&whole), "that it happened is no secret");
    let html = std::fs::read_to_string(ledger.join("report.html")).expect("a report");
    assert!(html.contains("fewer than 5"));
    let manifest = std::fs::read_to_string(ledger.join("manifest.json")).expect("a manifest");
    assert!(!manifest.contains("access.log") && manifest.contains("\"min-people\": 5"), "{manifest}");
    let run = std::fs::read_to_string(ledger.join("run.json")).expect("a run");
    assert!(!run.contains("squid"), "{run}");
}

#[test]
fn json_lines_go_to_a_pipe() {
    let lab = Lab::new();
    let input = samples().join("before/squid");
    let output = lab.run(&["scan", arg(&input), "--key", "key", "-q", "-o", "-", "--write", "jsonl"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let rows: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert!(rows.len() > 20);
    assert!(rows.iter().all(|row| row["requests"].is_u64() && row["site"].is_string()));
}
