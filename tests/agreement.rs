//! How far the detectors agree with labelled values that other people collected: addresses, phone
//! and parcel numbers, e-mail addresses, national and bank numbers. Each test prints its figures,
//! which `docs/detectors.md` states, and holds them to a mark. The values are no part of the project;
//! where they are absent, nothing is checked.

mod common;

use common::{Lab, project, rows};
use leakledger::class::DataClass;
use leakledger::patterns::{Confidence, Context, plausible, scan};
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

/// A file or folder of the labelled values, if it is there.
#[expect(clippy::print_stderr, reason = "tests say what they skip")]
fn labelled(name: &str) -> Option<PathBuf> {
    let path = project().join("../shared/data/pii").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

/// Whether a class is found in a value under a key, as more than a possibility.
fn finds(class: DataClass, key: &str, value: &str) -> bool {
    let mut found = Vec::new();
    scan(value.as_bytes(), &Context { key, path: key }, &mut found);
    found.iter().any(|found| found.class == class && found.confidence > Confidence::Possible)
}

/// From here on single values that are judged otherwise need no reason.
const LEAST_AGREEMENT: f64 = 0.98;

/// The published figures: values, found, valid, refused, invalid, why.
fn published() -> (PathBuf, Vec<Vec<String>>) {
    let path = project().join("src/docs/agreement.csv");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("the table");
    let row = |row: Result<csv::StringRecord, csv::Error>| row.expect("a row").iter().map(str::to_owned).collect();
    let table = reader.records().map(row).collect();
    (path, table)
}

/// The reason for what is judged otherwise.
fn why(name: &str) -> String {
    let row = published().1.into_iter().find(|row| row[0] == name);
    row.map(|row| row[5].clone()).unwrap_or_default()
}

/// Compares figures with the published ones; `UPDATE_DOCS=1` publishes them.
fn publish(name: &str, figures: [usize; 4]) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let (path, mut table) = published();
    let figures = figures.map(|figure| figure.to_string());
    let row = table.iter_mut().find(|row| row[0] == name);
    if std::env::var_os("UPDATE_DOCS").is_none() {
        assert_eq!(row.map(|row| row[1..5].to_vec()).as_deref(), Some(&figures[..]), "{name}: the table is stale");
        return;
    }
    match row {
        Some(row) => row[1..5].clone_from_slice(&figures),
        None => table.push([&[name.to_owned()][..], &figures, &[String::new()]].concat()),
    }
    table[1..].sort();
    let mut writer = csv::Writer::from_path(path).expect("the table");
    table.iter().for_each(|row| writer.write_record(row).expect("a row"));
    writer.flush().expect("written");
}

/// Counts of one detector against labels.
#[derive(Default)]
struct Counts {
    found: usize,
    missed: Vec<String>,
    refused: usize,
    invented: Vec<String>,
}

impl Counts {
    fn add(&mut self, value: &str, is_valid: bool, found: bool) {
        match (is_valid, found) {
            (true, true) => self.found += 1,
            (true, false) => self.missed.push(value.to_owned()),
            (false, false) => self.refused += 1,
            (false, true) => self.invented.push(value.to_owned()),
        }
    }

    fn agreement(&self) -> f64 {
        let agreed = self.found + self.refused;
        agreed as f64 / (agreed + self.missed.len() + self.invented.len()).max(1) as f64
    }

    /// Prints the figures and holds them to those that are published.
    fn settle(&self, name: &str) {
        self.print(name);
        publish(name, [self.found, self.found + self.missed.len(), self.refused, self.refused + self.invented.len()]);
        let apart = self.missed.len() + self.invented.len();
        let is_explained = self.agreement() >= LEAST_AGREEMENT || !why(name).is_empty();
        let is_update = std::env::var_os("UPDATE_DOCS").is_some();
        assert!(is_explained || is_update, "{name}: {apart} differ, and src/docs/agreement.csv gives no reason");
    }

    #[expect(clippy::print_stderr, reason = "tests show their figures")]
    fn print(&self, name: &str) {
        eprintln!(
            "{name}: {} of {} valid found, {} of {} invalid refused, agreement {:.1} %",
            self.found,
            self.found + self.missed.len(),
            self.refused,
            self.refused + self.invented.len(),
            100.0 * self.agreement()
        );
        for (what, values) in [("missed", &self.missed), ("invented", &self.invented)] {
            if !values.is_empty() {
                eprintln!("  {what}: {}", values[..values.len().min(400)].join(" | "));
            }
        }
    }
}

/// Labelled US addresses as (label, text) pairs, those with a house number or box and a place.
fn us_addresses() -> Option<Vec<Vec<(String, String)>>> {
    let xml = read(&labelled("usaddress/training__labeled.xml")?);
    let address = Regex::new(r"(?s)<AddressString>(.*?)</AddressString>").expect("a pattern");
    let part = Regex::new(r"<(\w+)>([^<]*)</").expect("a pattern");
    let mut addresses = Vec::new();
    for found in address.captures_iter(&xml) {
        let parts: Vec<(String, String)> = part
            .captures_iter(&found[1])
            .map(|part| (part[1].to_owned(), part[2].replace("&amp;", "&").trim_matches([' ', ',']).to_owned()))
            .collect();
        let has = |label: &str| parts.iter().any(|(known, _)| known == label);
        let numbered = (has("AddressNumber") && has("StreetName")) || has("USPSBoxID");
        if numbered && (has("ZipCode") || has("StateName") && has("PlaceName")) && !has("IntersectionSeparator") {
            addresses.push(parts);
        }
    }
    Some(addresses)
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// One line of a proxy's log: a pixel that copies its page's URL.
fn line(number: usize, query: &str) -> String {
    let page = escaped(&format!("https://www.example.com/mail/preview?{query}"));
    format!(
        "{}.000 50 192.0.2.1 TCP_MISS/200 500 GET https://www.facebook.com/tr/?id=1234567890123&ev=PageView&dl={page} - \
         HIER_DIRECT/192.0.2.80 image/gif\n",
        1_700_000_000 + number
    )
}

/// The lines in which an address was found.
fn lines_with_address(lab: &Lab, name: &str, log: &str) -> BTreeSet<usize> {
    let file = lab.write(&format!("{name}.log"), log);
    let ledger = lab.ledger(name, &[common::arg(&file)], 0);
    let found = rows(&ledger.join("findings.csv")).into_iter().filter(|row| row["data_class"] == "postal_address");
    found.map(|row| row["line"].parse().expect("a line")).collect()
}

#[test]
fn us_addresses_in_urls_are_found() {
    let Some(addresses) = us_addresses() else { return };
    let lab = Lab::new();
    let text = |parts: &[(String, String)]| parts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
    let whole = |key: &str| -> String {
        let lines = addresses.iter().enumerate();
        lines.map(|(number, parts)| line(number, &format!("{key}={}", escaped(&text(parts))))).collect()
    };
    let split: String = addresses.iter().enumerate().map(|(number, parts)| line(number, &split_query(parts))).collect();
    let logs = [("whole under a key", whole("address")), ("whole without a key", whole("x")), ("in parts", split)];
    for (name, log) in logs {
        let found = lines_with_address(&lab, &name.replace(' ', "_"), &log);
        let share = found.len() as f64 / addresses.len() as f64;
        eprintln!("usaddress, {name}: {} of {} found, {:.1} %", found.len(), addresses.len(), 100.0 * share);
        let missed = (1..=addresses.len()).filter(|line| !found.contains(line));
        let missed: Vec<String> = missed.map(|line| text(&addresses[line - 1])).take(60).collect();
        eprintln!("  missed: {missed:?}");
        publish(&format!("usaddress: {name}"), [found.len(), addresses.len(), 0, 0]);
        // Without a name for it, a number and words with a state alone are no address.
        let least = if name == "whole without a key" { 0.94 } else { 0.95 };
        assert!(share >= least, "{name}: {share}");
    }
}

/// The address as a form sends it.
fn split_query(parts: &[(String, String)]) -> String {
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (label, text) in parts {
        let field = match label.as_str() {
            "PlaceName" => "city",
            "StateName" => "state",
            "ZipCode" | "ZipPlus4" => "zip",
            "OccupancyType" | "OccupancyIdentifier" | "SubaddressType" | "SubaddressIdentifier" => "address2",
            "Recipient" | "BuildingName" | "LandmarkName" | "CountryName" | "NotAddress" => continue,
            _ => "address1",
        };
        fields.entry(field).or_default().push(text);
    }
    let pairs = fields.into_iter().map(|(field, texts)| format!("{field}={}", escaped(&texts.join(" "))));
    pairs.collect::<Vec<_>>().join("&")
}

#[test]
fn addresses_are_not_invented_in_strangers_captures() {
    let captures = project().join("../shared/data/har");
    if !captures.is_dir() {
        eprintln!("skipped: {} is not here", captures.display());
        return;
    }
    let lab = Lab::new();
    let (ledger, _) = lab.scan("ledger", &[common::arg(&captures), "--reveal"]);
    let counted = |row: &common::Row| row["data_class"] == "postal_address" && row["confidence"] != "possible";
    let found: Vec<_> = rows(&ledger.join("findings.csv")).into_iter().filter(counted).collect();
    for row in &found {
        eprintln!("{} record {}: {}", row["input"], row["record"], row["value"]);
    }
    let contacts: u64 =
        rows(&ledger.join("vendors.csv")).iter().map(|row| row["contacts"].parse::<u64>().expect("a number")).sum();
    eprintln!("{} addresses in {contacts} requests to third parties", found.len());
    assert!(found.len() as u64 * 10_000 <= contacts.max(10_000), "{} in {contacts}", found.len());
}

#[test]
fn phone_numbers_of_all_countries_are_found() {
    let Some(path) = labelled("libphonenumber/example_numbers.tsv") else { return };
    let (mut international, mut keyed) = (Counts::default(), Counts::default());
    let table = read(&path);
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [_, kind, e164, shown, ..] = cells[..] else { panic!("{row}") };
        let is_valid = cells.last() == Some(&"True");
        // Numbers of companies are no person's, and are only possible.
        if matches!(kind, "TOLL_FREE" | "PREMIUM_RATE" | "SHARED_COST" | "UAN" | "VOICEMAIL") {
            continue;
        }
        international.add(shown, is_valid, finds(DataClass::Phone, "", shown));
        keyed.add(e164, is_valid, finds(DataClass::Phone, "phone", e164));
    }
    international.settle("libphonenumber: written internationally");
    keyed.settle("libphonenumber: E.164 under a key");
}

#[test]
fn parcel_numbers_of_all_carriers_are_judged() {
    let Some(folder) = labelled("tracking_number_data") else { return };
    let mut counts = Counts::default();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let carrier: Value = serde_json::from_str(&read(&path)).expect("JSON");
        for kind in carrier["tracking_numbers"].as_array().expect("a list") {
            for (label, is_valid) in [("valid", true), ("invalid", false)] {
                for number in kind["test_numbers"][label].as_array().into_iter().flatten() {
                    let number = number.as_str().expect("a text");
                    counts.add(number, is_valid, finds(DataClass::ParcelTrackingNumber, "tracking_number", number));
                }
            }
        }
    }
    counts.settle("tracking_number_data");
}

fn is_whole_address(text: &str) -> bool {
    text.trim() == text && plausible(DataClass::Email, text)
}

#[test]
fn email_addresses_are_judged() {
    let Some(path) = labelled("email-validator/syntax_vectors.jsonl") else { return };
    let mut counts = Counts::default();
    for line in read(&path).lines() {
        // Some hold half a character, which no text can.
        let Ok(vector) = serde_json::from_str::<Value>(line) else { continue };
        let (Some(address), Some(test)) = (vector["email_input"].as_str(), vector["_test"].as_str()) else { continue };
        // The rest are the values of isemail.
        if !test.starts_with("test_email_") {
            continue;
        }
        counts.add(address, test.contains("_valid"), is_whole_address(address));
    }
    counts.settle("email-validator");
    let Some(path) = labelled("isemail/test__tests.xml") else { return };
    let mut counts = Counts::default();
    let xml = read(&path);
    let test = Regex::new(r"(?s)<address>(.*?)</address>\s*<category>(\w+)</category>").expect("a pattern");
    for found in test.captures_iter(&xml) {
        let is_valid = matches!(&found[2], "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN");
        counts.add(&found[1], is_valid, is_whole_address(&found[1]));
    }
    counts.settle("isemail");
}

/// Presidio's recognisers that have a counterpart here: file, class and key.
const PRESIDIO: [(&str, DataClass, &str); 26] = [
    ("au_medicare", DataClass::NationalId, "medicare_number"),
    ("au_tfn", DataClass::NationalId, "tfn"),
    ("ca_sin", DataClass::NationalId, "sin_number"),
    ("credit_card", DataClass::PaymentCard, "card_number"),
    ("de_health_insurance", DataClass::NationalId, "national_id"),
    ("de_id_card", DataClass::NationalId, "national_id"),
    ("de_passport", DataClass::NationalId, "national_id"),
    ("de_social_security", DataClass::NationalId, "national_id"),
    ("de_tax_id", DataClass::NationalId, "steuer_id"),
    ("email", DataClass::Email, ""),
    ("es_nie", DataClass::NationalId, "nie"),
    ("es_nif", DataClass::NationalId, "dni"),
    ("fi_personal_identity_code", DataClass::NationalId, "national_id"),
    ("iban", DataClass::BankAccount, "iban"),
    ("in_aadhaar", DataClass::NationalId, "aadhaar"),
    ("in_pan", DataClass::NationalId, "pan_number"),
    ("ip", DataClass::IpAddress, "ip"),
    ("it_fiscal_code", DataClass::NationalId, "codice_fiscale"),
    ("kr_rrn", DataClass::NationalId, "national_id"),
    ("phone", DataClass::Phone, "phone"),
    ("pl_pesel", DataClass::NationalId, "pesel"),
    ("se_personnummer", DataClass::NationalId, "national_id"),
    ("th_tnin", DataClass::NationalId, "national_id"),
    ("tr_national_id", DataClass::NationalId, "national_id"),
    ("uk_nhs", DataClass::NationalId, "nhs_number"),
    ("us_ssn", DataClass::NationalId, "ssn"),
];

fn is_number(class: DataClass) -> bool {
    matches!(class, DataClass::NationalId | DataClass::BankAccount | DataClass::IpAddress)
}

/// Whether words stand around the number.
fn is_prose(text: &str) -> bool {
    let is_word =
        |word: &str| word.chars().count() > 1 && word.chars().all(|letter| letter.is_alphabetic() || letter == ':');
    text.split_whitespace().any(|word| is_word(word) && word.chars().any(char::is_lowercase))
        || text.contains(':') && is_word(text)
}

#[test]
fn presidio_and_we_agree_on_what_both_know() {
    let Some(path) = labelled("presidio/recognizer_vectors.jsonl") else { return };
    let text = read(&path);
    for (name, class, key) in PRESIDIO {
        let mut counts = Counts::default();
        for line in text.lines() {
            let vector: Value = serde_json::from_str(line).expect("JSON");
            let file = vector["_file"].as_str().unwrap_or_default();
            if file != format!("test_{name}_recognizer.py") {
                continue;
            }
            let (Some(text), Some(expected)) = (vector["text"].as_str(), vector["expected_len"].as_u64()) else {
                continue;
            };
            // Numbers in prose are another program's business; ours stand alone in a parameter.
            if is_number(class) && (expected > 1 || is_prose(text)) {
                continue;
            }
            counts.add(text, expected > 0, finds(class, key, text));
        }
        counts.settle(&format!("presidio: {name}"));
    }
}
