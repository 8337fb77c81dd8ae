//! How time and memory grow with the size of an input: generated logs and HARs are piped into a
//! scan, so that no disk limits their size. `LEAKLEDGER_GROWTH_MB` lists the sizes (10,100,1000).
//!
//! The log is of 20,000 people; one line in 500 goes to a vendor. In the HAR one entry in 100 is of
//! the recorded samples, the others carry a page of text. What both have in number stays the same
//! from some hundred megabytes on: hosts, pages, people. In the log in which all is different every
//! line tells a vendor of another person at another site, which makes ten times its size in tables;
//! it has a tenth of the size.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

#[path = "common/memory.rs"]
mod memory;
#[path = "common/squid_log.rs"]
mod squid_log;

use memory::most_memory;
use squid_log::{SquidLog, samples};
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let sizes = std::env::var("LEAKLEDGER_GROWTH_MB").unwrap_or("10,100,1000".into());
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let log = fs::read_to_string(project.join("samples/before/squid/access.log")).unwrap();
    let samples = samples(&log, |line| line.contains("://") && line.contains("dl="));
    let log = SquidLog { samples, clients: 20_000, per_second: 2000, one_in: 500 };
    let entries = entries(&project.join("samples/before/har"));
    let dir = std::env::temp_dir().join(format!("leakledger-growth-{}", std::process::id()));
    println!("| input | size | seconds | MB/s | memory |\n|---|---|---|---|---|");
    for size in sizes.split(',').map(|text| text.parse::<u64>().unwrap()) {
        measure("Squid log", size, &dir, |number, out| log.line(number, out));
        measure("HAR", size, &dir, |number, out| entry(&entries, number, out));
        measure("Squid log, all different", size / 10, &dir, different);
    }
    fs::remove_dir_all(&dir).unwrap();
}

/// Pipes `megabytes` of records into a scan and prints what it took.
fn measure(name: &str, megabytes: u64, dir: &Path, record: impl Fn(u64, &mut String) + Send) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leakledger"))
        .args(["scan", "-", "-q", "--force", "--key", "random", "-o"])
        .arg(dir)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let begin = Instant::now();
    let peak = std::thread::scope(|scope| {
        scope.spawn(move || {
            let (mut written, mut number, mut text) = (0u64, 0u64, String::new());
            while written < megabytes * 1_000_000 {
                text.clear();
                while text.len() < 1 << 20 {
                    record(number, &mut text);
                    number += 1;
                }
                pipe.write_all(text.as_bytes()).unwrap();
                written += text.len() as u64;
            }
            if name == "HAR" {
                pipe.write_all(b"]}}").unwrap();
            }
        });
        most_memory(&mut child, &[0])
    });
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "| {name} | {megabytes} MB | {seconds:.1} | {:.1} | {} MB |",
        megabytes as f64 / seconds,
        peak / 1_000_000
    );
}

/// A person who is seen at one site only, which nobody else visits.
fn different(number: u64, out: &mut String) {
    let [a, b, c] = [number >> 16 & 255, number >> 8 & 255, number & 255];
    writeln!(
        out,
        "{}.000     42 10.{a}.{b}.{c} TCP_MISS/200 432 GET https://www.facebook.com/tr/?id=1234567890123&ev=PageView&dl=https%3A%2F%2Fwww.site{number}.example%2Forder%3Femail%3Dperson{number}%2540example.com&sw=1440&sh=900 - HIER_DIRECT/203.0.113.1 image/gif",
        1_720_000_000 + number / 100,
    )
    .unwrap();
}

fn entry(samples: &[String], number: u64, out: &mut String) {
    out.push_str(if number == 0 {
        r#"{"log":{"version":"1.2","creator":{"name":"growth","version":"1"},"entries":["#
    } else {
        ",\n"
    });
    if number.is_multiple_of(100) {
        return out.push_str(&samples[(number / 100) as usize % samples.len()]);
    }
    write!(
        out,
        r#"{{"startedDateTime":"2024-07-01T09:30:00.250Z","request":{{"method":"GET","url":"https://cdn{}.shop.example/text/{number}","headers":[]}},"response":{{"status":200,"content":{{"mimeType":"text/html","text":"{}"}}}}}}"#,
        number % 97,
        "The quick brown fox jumps over the lazy dog, says \\\"fox\\\". ".repeat(100),
    )
    .unwrap();
}

fn entries(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "har")) {
        let har: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        found.extend(har["log"]["entries"].as_array().unwrap().iter().map(ToString::to_string));
    }
    assert!(!found.is_empty());
    found
}
