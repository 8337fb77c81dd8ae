//! Hashed e-mail addresses in captures that others recorded, found without knowing anybody: a reading
//! of our own, which knows no more than the researched list of vendors' parameters, counts the
//! digests that stand where a vendor takes them, and each must be a finding. Both the captures and
//! the list are other people's; where they are absent, this says so and checks nothing.

mod common;

use common::{Lab, arg, project, rows};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The part of the digests that must be found.
const LEAST_FOUND: f64 = 0.95;

/// Where a vendor takes a hashed address.
struct Taker {
    hosts: Vec<String>,
    path: Regex,
    parameter: String,
}

/// The parameters that the list gives as hashed addresses, with evidence that is a fact.
fn takers(list: &Path) -> Vec<Taker> {
    let is_hashed_email = |row: &common::Row| {
        let hashed = !row["plain_or_hashed"].is_empty() && row["plain_or_hashed"] != "plain";
        row["data_class"].split(['|', ';']).any(|class| class == "email")
            && hashed
            && matches!(row["evidence"].as_str(), "R" | "R*" | "V")
    };
    let taker = |row: common::Row| {
        let hosts = row["hosts"].split(';').map(|host| host.trim_start_matches(['*', '.']).to_owned()).collect();
        let parameter = last_name(&row["parameter"]).to_owned();
        Some(Taker { hosts, path: Regex::new(&row["endpoint_path_regex"]).ok()?, parameter })
    };
    rows(list).into_iter().filter(is_hashed_email).filter_map(taker).collect()
}

/// `user_data[em]`, `p0>m`, `context.user.email`: the innermost name.
fn last_name(parameter: &str) -> &str {
    let mut parts = parameter.split(['[', ']', '>', '.', '/', '*']).filter(|part| !part.is_empty());
    parts.next_back().unwrap_or(parameter)
}

fn is_digest(value: &str) -> bool {
    let digits = value.strip_prefix("FFF").unwrap_or(value);
    matches!(digits.len(), 32 | 40 | 64) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().replace('+', " ").into_bytes();
    for part in parts {
        match part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => {
                bytes.push(code);
                bytes.extend(part[2..].replace('+', " ").bytes());
            }
            None => bytes.extend(format!("%{part}").bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names and values of a query or a form, and of JSON in them.
fn values(text: &str, found: &mut Vec<(String, String)>) {
    for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
        let (name, value) = (decoded(name), decoded(value));
        if let Ok(json) = serde_json::from_str(&value) {
            members(&name, &json, found);
        }
        found.push((name, value));
    }
}

fn members(name: &str, json: &Value, found: &mut Vec<(String, String)>) {
    match json {
        Value::Object(object) => object.iter().for_each(|(name, value)| members(name, value, found)),
        Value::Array(list) => list.iter().for_each(|value| members(name, value, found)),
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        _ => {}
    }
}

/// The entries of a capture in which a digest stands where a vendor takes one.
fn entries_with_digests(har: &Path, takers: &[Taker]) -> BTreeSet<usize> {
    let text = std::fs::read(har).expect("a capture");
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let Ok(har) = serde_json::from_slice::<Value>(text) else { return BTreeSet::new() };
    let entries = har["log"]["entries"].as_array().cloned().unwrap_or_default();
    let has_digest = |entry: &Value| {
        let request = &entry["request"];
        let url = request["url"].as_str().unwrap_or_default();
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut found = Vec::new();
        values(query, &mut found);
        let body = request["postData"]["text"].as_str().unwrap_or_default();
        match serde_json::from_str(body) {
            Ok(json) => members("", &json, &mut found),
            Err(_) => values(body, &mut found),
        }
        let takes = |taker: &&Taker| {
            let is_host = |own: &String| host == own || host.ends_with(&format!(".{own}"));
            taker.hosts.iter().any(is_host) && taker.path.is_match(path)
        };
        let is_taken =
            |taker: &Taker| found.iter().any(|(name, value)| last_name(name) == taker.parameter && is_digest(value));
        takers.iter().filter(takes).any(is_taken)
    };
    entries.iter().enumerate().filter(|(_, entry)| has_digest(entry)).map(|(number, _)| number).collect()
}

#[test]
fn digests_where_vendors_take_them_are_findings() {
    let shared = project().join("../shared");
    let (list, folder) = (shared.join("vendors/vendors.csv"), shared.join("data/har"));
    if !list.exists() || !folder.is_dir() {
        eprintln!("skipped: {} is not here", folder.display());
        return;
    }
    let takers = takers(&list);
    assert!(takers.len() > 20, "{} parameters take hashed addresses", takers.len());
    let lab = Lab::new();
    let captures = walkdir::WalkDir::new(&folder).into_iter().flatten().map(walkdir::DirEntry::into_path);
    let captures: Vec<PathBuf> =
        captures.filter(|path| path.extension().is_some_and(|ending| ending == "har")).collect();
    let (mut all, mut found) = (0, 0);
    for (number, har) in captures.iter().enumerate() {
        let expected = entries_with_digests(har, &takers);
        if expected.is_empty() {
            continue;
        }
        let ledger = lab.ledger(&format!("ledger{number}"), &[arg(har)], 0);
        let findings = rows(&ledger.join("findings.csv"));
        for entry in expected {
            let is_it = |row: &common::Row| {
                let hashed = matches!(row["form"].as_str(), "hashed" | "placeholder");
                row["record"] == entry.to_string() && row["data_class"] == "email" && hashed
            };
            all += 1;
            match findings.iter().any(is_it) {
                true => found += 1,
                false => eprintln!("{}: entry {entry} has a digest that is not found", har.display()),
            }
        }
    }
    eprintln!("{found} of {all} records with a hashed address are found");
    assert!(f64::from(found) >= LEAST_FOUND * f64::from(all) && all > 0);
}
