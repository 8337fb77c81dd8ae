//! What strangers' captures and logs are recognised as, and whether their fields agree with another
//! reading: one made here from the same bytes with other means. The files are not part of the
//! project; where they are absent, this says so and checks nothing.

#![expect(clippy::print_stderr, reason = "what is skipped must be said")]

mod common;

use common::{Lab, arg, project, rows};
use leakledger::format::{self, Format, Kind};
use leakledger::record::Record;
use regex::bytes::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn data() -> Option<PathBuf> {
    let folder = project().join("../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not here", folder.display());
    None
}

/// Why a file is not read, by a part of its path; the first that fits is it.
const NO_TRAFFIC: &[(&str, &str)] = &[
    ("nginxplus_json_logs", "counters of a server's status page"),
    ("single_entry.har", "one entry without the archive around it"),
    ("blacklight.json", "another scanner's report"),
    ("tracker-control-report.csv", "a table of another tool"),
    ("LICENSE", "a licence"),
    ("README", "words"),
    (".golden", "another program's expected output"),
    ("guacamole", "log-ins of a remote desktop"),
    ("magento", "log-ins of a shop"),
    ("litespeed-admin-bf", "log-ins of a server's console"),
    ("nginx-mail", "a mail proxy's log"),
    ("sympa", "an application's own log"),
    ("tcpudp-flood", "a proxy's own messages"),
    ("coraza", "a firewall's findings"),
    ("crs-anomaly", "a firewall's findings"),
    ("modsecurity", "a server's error log"),
    ("generic-bf", "a server's error log"),
    ("req_limit", "a server's error log"),
    ("pfsense", "a server's error log"),
    ("npmplus", "mostly a server's error log"),
    ("litespeed-logs", "mostly a server's own messages"),
    ("w3c.2", "commands of an FTP server"),
    ("w3c.5", "lines with more columns than the header names"),
    ("ivanti", "a binary log of an appliance"),
    ("Symantec", "an antivirus log"),
    ("windows_firewall", "a firewall's log"),
    ("conn.log", "connections without requests"),
    ("files.log", "files without requests"),
    ("http_empty", "a header without lines"),
    ("syslog_with_access_log", "mostly other programs' lines, the others without a time"),
    ("javascript.log-delay", "an extract without requests"),
    ("invalid-content-ranges", "an extract without requests"),
    ("multi-conn", "an extract without URLs"),
    ("zeek/", "an extract without columns that tell"),
    ("lnav/", "an application's own log"),
    ("empty", "nothing"),
    ("har", "not a log of requests"),
];

#[test]
fn strangers_files_are_recognised_as_what_they_are() {
    let Some(data) = data() else { return };
    let lab = Lab::new();
    let mut rows_by_name: BTreeMap<String, String> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for folder in ["logs", "har"] {
        let (ledger, _) = lab.scan(folder, &[arg(&data.join(folder))]);
        for row in rows(&ledger.join("inputs.csv")) {
            let name = row["input"].rsplit_once("shared/data/").map_or(row["input"].as_str(), |(_, name)| name);
            let cells = if row["format"].is_empty() {
                let why = NO_TRAFFIC.iter().find(|(part, _)| name.contains(part)).map(|(_, why)| *why);
                if why.is_none() {
                    unexplained.push(name.to_owned());
                }
                format!("none | | | {}", why.unwrap_or_default())
            } else {
                format!("{} | {} | {} | ", row["format"], row["records"], row["rejected"])
            };
            rows_by_name.insert(name.to_owned(), cells);
        }
    }
    assert!(unexplained.is_empty(), "not recognised, and nobody knows why: {unexplained:?}");
    let format_of = |name: &str| rows_by_name.get(name).and_then(|cells| cells.split(' ').next()).unwrap_or_default();
    for (name, format) in [
        ("logs/examples/Common_Data_Formats__nginx_json_plus_logs__nginxplus_json_logs", "none"),
        ("logs/stroom-docs/assets__files__HOWTOs__EventFeeds__ProcessingHowTo__sampleBluecoat.log", "w3c_proxy"),
        ("logs/plaso/test_data__aws_elb_access.log", "aws_alb"),
        ("logs/crowdsec/envoy-logs__envoy.log", "cri:envoy_json"),
        ("logs/lnav/haproxy.0", "syslog:haproxy"),
        ("har/reporthar-mobile/ios_app-privacy-report.ndjson", "app_privacy_report"),
        ("har/mitmproxy/dumpfile-7.mitm", "mitmproxy"),
    ] {
        assert_eq!(format_of(name), format, "{name}");
    }
    let mut page = String::from(
        "# Strangers' files\n\nWhat captures and logs that other people published are recognised as, with the records read and rejected. \
         They are not part of the project; a test compares this table with them where they are at hand.\n\n\
         | file | format | records | rejected | why not |\n|---|---|---|---|---|\n",
    );
    for (name, cells) in &rows_by_name {
        let _ = writeln!(page, "| {} | {cells} |", name.replace('|', "\\|"));
    }
    let path = project().join("docs/strangers.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "{} is stale: run UPDATE_DOCS=1 cargo test --test readings", path.display());
}

/// What the other reading found in a record.
#[derive(Debug, Default)]
struct Reading {
    host: String,
    tail: String,
    status: u64,
    client: String,
    agent: String,
}

/// The records that the program reads in a file.
fn records(format: &dyn Format, text: &[u8]) -> Vec<Record<'static>> {
    let mut pieces = Vec::new();
    format.cutter().cut(text, true, &mut pieces);
    let mut reader = format.reader(b"");
    pieces
        .into_iter()
        .filter(|piece| !matches!(piece.kind, Kind::Reject(_)))
        .filter_map(|piece| reader.read(piece.kind, &text[piece.range]).ok()?.record())
        .map(|record| record.into_owned())
        .collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn unless_dash(text: &str) -> String {
    if matches!(text, "-" | "(empty)") { String::new() } else { text.to_owned() }
}

/// Lines of Apache and nginx by a pattern, without those that hold no request or any escape.
fn access_lines(text: &[u8]) -> Vec<Reading> {
    let pattern = r#"(?-u)^(\S+) .*?\[[^\]]+\] "([A-Z]+) (\S+)(?: HTTP/[0-9.]+)?" (\d+) (?:\d+|-)(?: \d+)*(?: "[^"]*" "([^"]*)")?"#;
    let pattern = Regex::new(pattern).expect("a pattern");
    let group = |found: &regex::bytes::Captures<'_>, at: usize| {
        found.get(at).map(|found| lossy(found.as_bytes())).unwrap_or_default()
    };
    text.split(|byte| *byte == b'\n')
        .filter(|line| !line.contains(&b'\\'))
        .filter_map(|line| pattern.captures(line))
        .filter(|found| group(found, 1).parse::<std::net::IpAddr>().is_ok())
        .map(|found| Reading {
            host: String::new(),
            tail: group(&found, 3),
            status: group(&found, 4).parse().expect("digits"),
            client: group(&found, 1),
            agent: unless_dash(&group(&found, 5)),
        })
        .collect()
}

/// A table whose columns a header line names.
fn columns(text: &[u8], header: &str, separator: char, names: [&str; 6]) -> Vec<Reading> {
    let mut known: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for line in lossy(text).lines() {
        let is_extract = separator == '\t' && (line.starts_with("ts\t") || line.starts_with("uid\t"));
        if let Some(fields) = line.strip_prefix(header).or(is_extract.then_some(line)) {
            known = fields.trim().split(separator).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        } else if !line.starts_with('#') && !line.trim().is_empty() && !line.contains(['\\', '"']) {
            let cells: Vec<&str> = line.trim_end().split(separator).collect();
            if cells.len() != known.len() {
                continue;
            }
            let cell = |name: &str| {
                let column = known.iter().position(|known| known == name)?;
                cells.get(column).map(|cell| unless_dash(cell))
            };
            let [host, path, query, status, client, agent] = names.map(|name| cell(name).unwrap_or_default());
            let query = if query.is_empty() { query } else { format!("?{query}") };
            // An answer to no request is no record.
            if !(host.is_empty() && path.is_empty()) {
                found.push(Reading { host, tail: path + &query, status: status.parse().unwrap_or(0), client, agent });
            }
        }
    }
    found
}

/// JSON lines by pointers.
fn json_lines(text: &[u8], names: [&str; 5]) -> Vec<Reading> {
    lossy(text)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.get(line.find('{')?..)?).ok())
        .filter(|value| value.pointer(names[1]).is_some())
        .map(|value| {
            let text = |pointer: &str| match value.pointer(pointer) {
                Some(Value::String(text)) => unless_dash(text),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            let [host, tail, status, client, agent] = names.map(text);
            let client = client.split(',').next().unwrap_or_default().to_owned();
            Reading { host, tail, status: status.parse().unwrap_or(0), client, agent }
        })
        .collect()
}

/// The other reading of a file, by the format that it should be of.
fn other_reading(format: &str, text: &[u8]) -> Option<Vec<Reading>> {
    let w3c = ["cs(Host)", "cs-uri-stem", "cs-uri-query", "sc-status", "c-ip", "cs(User-Agent)"];
    let zeek = ["host", "uri", "", "status_code", "id.orig_h", "user_agent"];
    Some(match format {
        "common" | "combined" => access_lines(text),
        "w3c" => columns(text, "#Fields: ", ' ', w3c),
        "zeek" => columns(text, "#fields\t", '\t', zeek),
        "zeek_json" => json_lines(text, ["/host", "/uri", "/status_code", "/id.orig_h", "/user_agent"]),
        "caddy" => json_lines(
            text,
            ["/request/host", "/request/uri", "/status", "/request/client_ip", "/request/headers/User-Agent/0"],
        ),
        "traefik" => json_lines(
            text,
            ["/RequestHost", "/RequestPath", "/DownstreamStatus", "/ClientHost", "/request_User-Agent"],
        ),
        "cloudflare" => json_lines(
            text,
            ["/ClientRequestHost", "/ClientRequestURI", "/EdgeResponseStatus", "/ClientIP", "/ClientRequestUserAgent"],
        ),
        "kong" => json_lines(text, ["/request/headers/host", "/request/uri", "/response/status", "/client_ip", "/x"]),
        "fastly" | "syslog:fastly" => {
            json_lines(text, ["/host", "/url", "/response_status", "/client_ip", "/request_user_agent"])
        }
        _ => return None,
    })
}

/// Whether a record says what the other reading says.
fn agrees(record: &Record<'_>, other: &Reading) -> bool {
    let url = lossy(&record.url);
    url.ends_with(&other.tail)
        && url.contains(&other.host)
        && u64::from(record.status) == other.status
        && lossy(&record.client) == other.client
        && lossy(&record.user_agent).replace(' ', "+") == other.agent.replace(' ', "+")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn fields_agree_with_another_reading() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("logs"), &mut paths);
    paths.sort();
    let (mut agreeing, mut compared, mut different) = (0, 0, Vec::new());
    for path in paths {
        let text = std::fs::read(&path).expect("a file");
        let Some(format) = format::detect(&text[..text.len().min(1 << 16)]) else { continue };
        let Some(others) = other_reading(format.name(), &text) else { continue };
        let found = records(format, &text);
        // The program may read more than the other reading, which knows fewer odd lines.
        let mut next = 0;
        let mut missing = Vec::new();
        for other in &others {
            match found[next..].iter().position(|record| agrees(record, other)) {
                Some(skipped) => next += skipped + 1,
                None => missing.push(other),
            }
        }
        compared += others.len() - missing.len();
        agreeing += usize::from(missing.is_empty() && !others.is_empty());
        if !missing.is_empty() {
            different.push(format!("{}: {missing:?} of {} read", path.display(), found.len()));
        }
    }
    eprintln!("{agreeing} files with {compared} records agree");
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(agreeing >= 30, "only {agreeing} files were compared");
}
