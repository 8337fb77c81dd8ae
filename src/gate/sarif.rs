//! `exposures.sarif` (SARIF 2.1.0): the exposures as results, for code hosts and editors. One result
//! per row of `exposure.csv`, at the record that its best finding names; what is allowed is marked as
//! suppressed, with the reason.

use super::allow::AllowList;
use super::in_words;
use crate::class::Tier;
use crate::knowledge::remedies;
use crate::pages::facts::{Exposure, Ranked, each_exposure, rank};
use crate::pages::source::Source;
use crate::pages::words::class;
use crate::report::cell::parse_id;
use crate::report::csv_table::Written;
use crate::report::escape::terminal_path;
use crate::report::hashing::{HashingWriter, create_private, sha256};
use crate::report::schema;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{BufWriter, Write};
use std::path::Path;

/// The file.
pub const SARIF_FILE: &str = "exposures.sarif";

/// The most results: code hosts show no more.
const RESULTS: usize = 5000;

/// Where a finding's record stands.
struct Place {
    input: String,
    line: Option<u64>,
    offset: Option<u64>,
    length: Option<u64>,
}

/// Writes the file into a folder.
///
/// # Errors
/// When a table cannot be read or the file cannot be written.
pub fn write(source: &Source<'_>, dir: &Path, allowed: &AllowList) -> Result<Written> {
    let mut ranked: Ranked<Exposure> = Ranked::new(RESULTS);
    each_exposure(source, &mut |exposure| {
        if exposure.purpose != "same owner" {
            ranked.push(rank(&exposure), exposure);
        }
    })?;
    let places = places(source, ranked.items())?;
    let results: Vec<Value> = ranked.items().iter().map(|exposure| result(exposure, &places, allowed)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": source.manifest.tool.name,
                "semanticVersion": source.manifest.tool.version,
                "rules": rules(ranked.items()),
            }},
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes(ranked.left_out()) }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let path = dir.join(SARIF_FILE);
    let context = || format!("{}: cannot write", terminal_path(&path));
    let mut out = BufWriter::with_capacity(1 << 17, HashingWriter::new(create_private(&path).with_context(context)?));
    serde_json::to_writer_pretty(&mut out, &log).with_context(context)?;
    out.write_all(b"\n").with_context(context)?;
    let hashing = out.into_inner().map_err(|err| err.into_error()).with_context(context)?;
    let (bytes, sha256) = hashing.finish();
    Ok(Written { file: SARIF_FILE.to_owned(), rows: results.len() as u64, bytes, sha256 })
}

/// Where the findings stand that the exposures name.
fn places(source: &Source<'_>, exposures: &[Exposure]) -> Result<HashMap<u64, Place>> {
    let wanted: Vec<u64> = exposures.iter().filter_map(|exposure| parse_id(&exposure.measured.sample)).collect();
    let wanted: std::collections::HashSet<u64> = wanted.into_iter().collect();
    let mut places = HashMap::new();
    let Some(mut table) = source.table(schema::FINDINGS.file)? else { return Ok(places) };
    let mut row = table.row();
    while table.read(&mut row)? {
        let Some(id) = parse_id(row.at(0)).filter(|id| wanted.contains(id)) else { continue };
        let place = Place {
            input: row.text("input").to_owned(),
            line: row.count("line")?,
            offset: row.count("byte_offset")?,
            length: row.count("byte_length")?,
        };
        places.insert(id, place);
    }
    Ok(places)
}

fn result(exposure: &Exposure, places: &HashMap<u64, Place>, allowed: &AllowList) -> Value {
    let key = ["site", "vendor", "class", "form", "channel"]
        .iter()
        .zip([&exposure.site, &exposure.vendor, &exposure.class, &exposure.form, &exposure.channel])
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut result = json!({
        "ruleId": rule_id(exposure),
        "level": level(exposure.tier),
        "message": { "text": in_words(exposure) },
        "partialFingerprints": { "exposure/v1": sha256(key.as_bytes()) },
    });
    if let Some(place) = parse_id(&exposure.measured.sample).and_then(|id| places.get(&id)) {
        let mut region = json!({ "startLine": place.line.unwrap_or(1).max(1) });
        if let (Some(offset), Some(length)) = (place.offset, place.length) {
            region["byteOffset"] = offset.into();
            region["byteLength"] = length.into();
        }
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.input) },
            "region": region,
        }}]);
    }
    if let Some(reason) = allowed.reason_for(exposure) {
        result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    result
}

fn rule_id(exposure: &Exposure) -> String {
    format!("{}/{}", exposure.tier.word(), exposure.class)
}

fn level(tier: Tier) -> &'static str {
    match tier {
        Tier::Direct | Tier::Sensitive => "error",
        Tier::Linkable => "warning",
        Tier::Device | Tier::Context => "note",
    }
}

/// One rule for every data class that occurs.
fn rules(exposures: &[Exposure]) -> Vec<Value> {
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for exposure in exposures {
        rules.entry(rule_id(exposure)).or_insert_with(|| {
            let name = class(&exposure.class);
            let help = remedies::route(&exposure.channel).unwrap_or_default();
            json!({
                "id": rule_id(exposure),
                "shortDescription": { "text": format!("Personal data sent to a third party: {name}") },
                "help": { "text": help },
                "defaultConfiguration": { "level": level(exposure.tier) },
            })
        });
    }
    rules.into_values().collect()
}

fn notes(left_out: u64) -> Vec<Value> {
    if left_out == 0 {
        return Vec::new();
    }
    let text = format!("{left_out} less grave exposures are not listed here; exposure.csv has them all.");
    vec![json!({ "level": "note", "message": { "text": text } })]
}

/// A path as a relative or absolute URI.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    if out.starts_with('/') { format!("file://{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::{Hostile, ledger};

    #[test]
    fn exposures_are_results_with_a_place_and_a_reason() {
        let made = ledger(&Hostile { exposures: 3, ..Hostile::default() });
        let text = "[[allow]]\nsite = \"www.example.com\"\nreason = \"agreed\"\nuntil = \"2030-01-01\"\n";
        let allowed = AllowList::parse(text, "2029-12-31".parse().expect("a day")).expect("a list");
        for allowed in [AllowList::default(), allowed] {
            let dir = tempfile::tempdir().expect("a folder");
            write(&made.source(), dir.path(), &allowed).expect("written");
            let log: Value =
                serde_json::from_slice(&std::fs::read(dir.path().join(SARIF_FILE)).expect("a file")).expect("JSON");
            let run = &log["runs"][0];
            assert_eq!(run["results"].as_array().map(Vec::len), Some(3));
            let result = &run["results"][0];
            assert_eq!(result["ruleId"], "direct/email");
            assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "direct/email");
            assert_eq!(result["suppressions"].is_array(), !allowed.is_empty());
            assert_eq!(result["locations"][0]["physicalLocation"]["region"]["byteOffset"], 3);
        }
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a b/ü#1.har"), "a%20b/%C3%BC%231.har");
        assert_eq!(uri("/tmp/x.har"), "file:///tmp/x.har");
    }
}
