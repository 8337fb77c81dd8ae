//! How fast a whole scan is, with all tables written, against a named baseline in the same run.
//!
//! The inputs are made of real requests: those of the recorded samples, or of all HARs below the
//! folder that `LEAKLEDGER_BENCH_HARS` names. `LEAKLEDGER_BENCH_MB` sets their size (1000). The
//! baselines go through the same bytes in memory on one core: a HAR is skip-parsed by serde_json, a log
//! has the lines counted in which a shipped vendor's host occurs.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

#[path = "common/memory.rs"]
mod memory;
#[path = "common/squid_log.rs"]
mod squid_log;

use leakledger::knowledge::Knowledge;
use leakledger::place::UrlParts;
use memory::most_memory;
use serde_json::value::RawValue;
use squid_log::{SquidLog, samples};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;

fn main() {
    let megabytes: usize = std::env::var("LEAKLEDGER_BENCH_MB").map_or(1000, |text| text.parse().unwrap());
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var("LEAKLEDGER_BENCH_HARS").ok().map(PathBuf::from);
    let dir = std::env::temp_dir().join(format!("leakledger-bench-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let (har, log) = (dir.join("big.har"), dir.join("access.log"));
    let entries = entries(folder.as_deref().unwrap_or(&project.join("samples/before/har")));
    write_har(&entries, &har, megabytes << 20);
    let lines = match folder {
        Some(_) => vendor_lines(&entries),
        None => sample_lines(&project.join("samples/before/squid/access.log")),
    };
    write_log(lines, &log, megabytes << 20);
    println!("| input | bytes | leakledger | memory | baseline | ratio |\n|---|---|---|---|---|---|");
    compare("HAR", &har, &dir, skip_parse);
    compare("Squid log", &log, &dir, count_vendor_lines);
    fs::remove_dir_all(&dir).unwrap();
}

fn compare(name: &str, input: &Path, dir: &Path, baseline: fn(&[u8])) {
    // Read once: memory that comes and goes by the gigabyte would slow down whoever asks for some next.
    let content = fs::read(input).unwrap();
    let mut ours: Vec<(Duration, u64)> = Vec::new();
    let mut theirs: Vec<Duration> = Vec::new();
    for run in 0..=RUNS {
        let begin = Instant::now();
        let memory = scan(input, &dir.join("ledger"));
        let took = begin.elapsed();
        let begin = Instant::now();
        baseline(&content);
        // The first run warms the page cache and does not count.
        if run > 0 {
            ours.push((took, memory));
            theirs.push(begin.elapsed());
        }
    }
    ours.sort();
    theirs.sort();
    let ((took, memory), base) = (ours[RUNS / 2], theirs[RUNS / 2]);
    let speed = |time: Duration| content.len() as f64 / 1e9 / time.as_secs_f64();
    println!(
        "| {name} | {} | {:.2} GB/s | {} MB | {:.2} GB/s | {:.2} |",
        content.len(),
        speed(took),
        memory >> 20,
        speed(base),
        speed(took) / speed(base),
    );
}

/// Runs the program on an input and returns the most memory that it held, where the system tells.
fn scan(input: &Path, ledger: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leakledger"))
        .args(["scan", "-q", "--force", "--key", "random", "--write", "csv,parquet", "-o"])
        .arg(ledger)
        .arg(input)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    most_memory(&mut child, &[0, 3])
}

/// The entries of all HARs below a folder.
fn entries(folder: &Path) -> Vec<Box<RawValue>> {
    let mut entries: Vec<Box<RawValue>> = Vec::new();
    for file in files(folder).iter().filter(|file| file.extension().is_some_and(|ending| ending == "har")) {
        #[derive(serde::Deserialize)]
        struct Har {
            log: Log,
        }
        #[derive(serde::Deserialize)]
        struct Log {
            entries: Vec<Box<RawValue>>,
        }
        if let Ok(har) = serde_json::from_slice::<Har>(&fs::read(file).unwrap()) {
            entries.extend(har.log.entries);
        }
    }
    assert!(!entries.is_empty(), "no HAR below {}", folder.display());
    entries
}

/// Writes one HAR of this size from these entries, again and again.
fn write_har(entries: &[Box<RawValue>], path: &Path, size: usize) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut written =
        out.write(br#"{"log":{"version":"1.2","creator":{"name":"bench","version":"1"},"entries":["#).unwrap();
    for (number, entry) in entries.iter().cycle().enumerate() {
        if written >= size {
            break;
        }
        if number > 0 {
            out.write_all(b",\n").unwrap();
        }
        out.write_all(entry.get().as_bytes()).unwrap();
        written += entry.get().len() + 2;
    }
    out.write_all(b"]}}\n").unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// The sample log's lines to vendors, each of which carries eight data.
fn sample_lines(log: &Path) -> Vec<String> {
    samples(&fs::read_to_string(log).unwrap(), |line| line.contains("://") && !line.contains("parcelpost.example/"))
}

/// What a proxy would have logged of those entries that went to vendors.
fn vendor_lines(entries: &[Box<RawValue>]) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Entry {
        request: Request,
        response: Response,
    }
    #[derive(serde::Deserialize)]
    struct Request {
        method: String,
        url: String,
    }
    #[derive(serde::Deserialize)]
    struct Response {
        status: u16,
    }
    let knowledge = Knowledge::shipped();
    let entries = entries.iter().filter_map(|entry| serde_json::from_str::<Entry>(entry.get()).ok());
    let to_vendors = entries.filter(|entry| {
        let host = UrlParts::split(entry.request.url.as_bytes()).and_then(|parts| str::from_utf8(parts.host).ok());
        host.is_some_and(|host| knowledge.host(host).has_vendor()) && !entry.request.url.contains(' ')
    });
    let line = |Entry { request, response }: Entry| {
        let Request { method, url } = request;
        format!("0.0 42 - TCP_MISS/{} 4312 {method} {url} - HIER_DIRECT/203.0.113.1 -", response.status)
    };
    to_vendors.map(line).collect()
}

/// Writes a log of this size in which every twentieth line is one of these and the rest goes to hosts
/// that nobody knows; 5,000 clients take turns.
fn write_log(lines: Vec<String>, path: &Path, size: usize) {
    let log = SquidLog { samples: lines, clients: 5000, per_second: 50, one_in: 20 };
    let mut out = BufWriter::new(File::create(path).unwrap());
    let (mut written, mut line) = (0usize, String::new());
    for number in 0.. {
        if written >= size {
            break;
        }
        line.clear();
        log.line(number, &mut line);
        out.write_all(line.as_bytes()).unwrap();
        written += line.len();
    }
}

/// The baseline for HARs: serde_json parses everything and throws it away.
fn skip_parse(bytes: &[u8]) {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).unwrap();
}

/// The baseline for logs: the lines that hold the host of a shipped vendor are counted.
fn count_vendor_lines(bytes: &[u8]) {
    let knowledge = Knowledge::shipped();
    let hosts = knowledge
        .vendors()
        .flat_map(|(_, vendor)| vendor.hosts.iter().map(|host| host.trim_start_matches('.').to_owned()));
    let search = aho_corasick::AhoCorasick::new(hosts.collect::<Vec<_>>()).unwrap();
    // As a search program does: from a host on, the rest of its line is not looked at.
    let (mut at, mut count) = (0, 0);
    while let Some(found) = search.find(&bytes[at..]) {
        count += 1;
        at += found.end();
        at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
    }
    assert!(count > 0);
}
