//! How time and memory grow with the size of an input: generated logs and HARs are piped into a
//! scan, so that no disk limits their size. `LEAKLEDGER_GROWTH_MB` lists the sizes (10,100,1000).
//!
//! The log is of 20,000 people; one line in 500 goes to a vendor. In the HAR one entry in 100 is of
//! the recorded samples, the others carry a page of text. What both have in number stays the same
//! from some hundred megabytes on: hosts, pages, people.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let sizes = std::env::var("LEAKLEDGER_GROWTH_MB").unwrap_or("10,100,1000".into());
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let log = fs::read_to_string(project.join("samples/before/squid/access.log")).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("://") && line.contains("dl=")).collect();
    let entries = entries(&project.join("samples/before/har"));
    let dir = std::env::temp_dir().join(format!("leakledger-growth-{}", std::process::id()));
    println!("| input | size | seconds | MB/s | memory |\n|---|---|---|---|---|");
    for size in sizes.split(',').map(|text| text.parse::<u64>().unwrap()) {
        measure("Squid log", size, &dir, |number, out| line(&lines, number, out));
        measure("HAR", size, &dir, |number, out| entry(&entries, number, out));
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
    let status = format!("/proc/{}/status", child.id());
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
        let mut peak = 0;
        loop {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return peak;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let seconds = begin.elapsed().as_secs_f64();
    println!("| {name} | {megabytes} MB | {seconds:.1} | {:.0} | {} MB |", megabytes as f64 / seconds, peak / 1000);
}

fn line(samples: &[&str], number: u64, out: &mut String) {
    let client = number.wrapping_mul(2_654_435_761) % 20_000;
    let time = 1_720_000_000 + number / 2000;
    let written = if number.is_multiple_of(500) {
        let sample = samples[(number / 500) as usize % samples.len()];
        let rest = sample.split_whitespace().skip(3).collect::<Vec<_>>().join(" ");
        writeln!(out, "{time}.{:03}     42 10.0.{}.{} {rest}", number % 1000, client / 250, client % 250)
    } else {
        let host = number % 997;
        writeln!(
            out,
            "{time}.{:03}     17 10.0.{}.{} TCP_MISS/200 4312 GET https://static{host}.shop{}.example/assets/{number:x}/img-{host}.jpg?v={number} - HIER_DIRECT/203.0.113.{} image/jpeg",
            number % 1000,
            client / 250,
            client % 250,
            number % 89,
            number % 250,
        )
    };
    written.unwrap();
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
