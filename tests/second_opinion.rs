//! A second opinion: ten captures of health exchanges by another scanner, beside what that scanner
//! reported. They are other people's recordings and not part of the project; where they are
//! absent, this says so and checks nothing.

#![expect(clippy::print_stderr, reason = "what is skipped must be said")]

mod common;

use common::{Lab, Row, arg, project, rows};
use leakledger::knowledge::Knowledge;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Whose pages the captures show, as their file names and addresses tell.
const SITES: [(&str, &str); 10] = [
    ("colorado-connectforhealthco.com", "connectforhealthco.com"),
    ("georgia-georgiaaccess.gov", "georgiaaccess.gov"),
    ("kentucky-kynect.ky.gov", "kynect.ky.gov"),
    ("maryland-marylandhealthconnection.gov", "www.marylandhealthconnection.gov"),
    ("minnesota-mnsure.org", "www.mnsure.org"),
    ("new-jersey-nj.gov", "www.nj.gov"),
    ("new-york-nystateofhealth.ny.gov", "nystateofhealth.ny.gov"),
    ("rhode-island-healthsourceri.com", "healthsourceri.com"),
    ("virginia-marketplace.virginia.gov", "www.marketplace.virginia.gov"),
    ("washington-wahealthplanfinder.org", "www.wahealthplanfinder.org"),
];

fn folder() -> Option<PathBuf> {
    let folder = project().join("../shared/data/har/health-exchanges");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not here", folder.display());
    None
}

/// The hosts that a capture contains.
fn hosts(har: &Path) -> BTreeSet<String> {
    let text = std::fs::read(har).expect("a capture");
    let har: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let entries = har["log"]["entries"].as_array().expect("entries");
    entries.iter().filter_map(|entry| host_of(entry["request"]["url"].as_str()?)).collect()
}

fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(rest.split(['/', '?', '#', ':']).next()?.to_lowercase())
}

fn param(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    query.split('&').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

/// The same event in the words of our tables.
fn words(event: &str) -> String {
    let knowledge = Knowledge::shipped();
    let meta = knowledge.vendors().find(|(_, vendor)| vendor.name == "Meta Pixel").map(|(id, _)| id);
    knowledge.event_words(meta.expect("Meta is known"), event).into_owned()
}

struct Opinion {
    name: &'static str,
    expected_host: &'static str,
    report: serde_json::Value,
    hosts: BTreeSet<String>,
    findings: Vec<Row>,
    events: Vec<Row>,
    vendors: Vec<Row>,
}

fn opinions() -> Vec<Opinion> {
    let Some(folder) = folder() else { return Vec::new() };
    let lab = Lab::new();
    SITES
        .iter()
        .map(|&(name, expected_host)| {
            let har = folder.join(format!("{name}.har"));
            let ledger = lab.ledger(name, &[arg(&har)], 0);
            let report = std::fs::read(folder.join(format!("{name}.blacklight.json"))).expect("a report");
            Opinion {
                name,
                expected_host,
                report: serde_json::from_slice(&report).expect("JSON"),
                hosts: hosts(&har),
                findings: rows(&ledger.join("findings.csv")),
                events: rows(&ledger.join("events.csv")),
                vendors: rows(&ledger.join("hosts.csv")),
            }
        })
        .collect()
}

#[test]
fn every_site_is_recognised() {
    for opinion in opinions() {
        let named: BTreeSet<&str> = opinion
            .findings
            .iter()
            .filter(|row| row["site_source"] != "none")
            .map(|row| row["page_host"].as_str())
            .collect();
        let bare = opinion.expected_host.trim_start_matches("www.");
        assert!(!named.is_empty(), "{}: no finding has a page", opinion.name);
        for host in named {
            assert!(host.ends_with(bare), "{}: {host} is taken for the site's host", opinion.name);
        }
    }
}

#[test]
fn every_pixel_event_is_in_the_ledger() {
    let mut compared = 0;
    for opinion in opinions() {
        let events = opinion.report["reports"]["fb_pixel_events"].as_array().cloned().unwrap_or_default();
        for event in events {
            let raw = event["raw"].as_str().unwrap_or_default();
            let (Some(host), Some(id), Some(name)) = (host_of(raw), param(raw, "id"), param(raw, "ev")) else {
                continue;
            };
            if !opinion.hosts.contains(&host) {
                continue;
            }
            compared += 1;
            let account = format!("meta:{id}");
            let known = opinion.events.iter().any(|row| row["account"] == account && row["event"] == words(&name));
            assert!(known, "{}: event {name} of pixel {id} is missing", opinion.name);
        }
    }
    eprintln!("{compared} pixel events compared");
}

#[test]
fn every_third_party_in_the_capture_is_in_the_ledger() {
    let (mut compared, mut absent) = (0, 0);
    for opinion in opinions() {
        let ours: BTreeSet<&str> = opinion.vendors.iter().map(|row| row["host"].as_str()).collect();
        let theirs = opinion.report["hosts"]["requests"]["third_party"].as_array().cloned().unwrap_or_default();
        for host in theirs.iter().filter_map(serde_json::Value::as_str) {
            if !opinion.hosts.contains(host) {
                absent += 1;
                continue;
            }
            compared += 1;
            assert!(ours.contains(host), "{}: {host} was contacted and is not in the ledger", opinion.name);
        }
    }
    eprintln!("{compared} third-party hosts compared, {absent} are not in the captures");
}

#[test]
fn no_placeholder_is_counted_as_a_leak() {
    let mut seen = 0;
    for opinion in opinions() {
        for row in opinion.findings.iter().filter(|row| row["param"].ends_with("u_hem")) {
            assert_eq!(row["form"], "placeholder", "{}: {row:?}", opinion.name);
            seen += 1;
        }
    }
    assert!(seen == 3 || folder().is_none(), "three sites send the digest of a template, {seen} are found");
}
