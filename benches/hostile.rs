//! Whether anybody can make the scan slow: logs whose URLs are written to cost as much as possible
//! against an ordinary one, by time for each byte. `LEAKLEDGER_BENCH_MB` sets their size (20).

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

mod common;

use common::timed_scan;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

fn main() {
    let megabytes: usize = std::env::var("LEAKLEDGER_BENCH_MB").map_or(20, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("ledger");
    let sample =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/before/squid/access.log")).unwrap();
    // Only lines to vendors are taken apart; a log of nothing else is the fair measure.
    let dense: Vec<&str> = sample.lines().filter(|line| line.contains("facebook.com/tr")).collect();
    println!("| log | ns a byte | of the ordinary |\n|---|---|---|");
    let mut ordinary = 0.0;
    let mut inputs = vec![("ordinary vendor lines", dense.join("\n") + "\n")];
    inputs.extend(hostile().into_iter().map(|(name, value)| (name, line(&value))));
    for (name, text) in inputs {
        let log = dir.path().join("access.log");
        let mut out = BufWriter::new(File::create(&log).unwrap());
        let times = (megabytes << 20) / text.len() + 1;
        (0..times).for_each(|_| out.write_all(text.as_bytes()).unwrap());
        out.flush().unwrap();
        drop(out);
        let (took, _) = timed_scan(&log, &ledger, &[]);
        let cost = took.as_secs_f64() * 1e9 / (times * text.len()) as f64;
        if ordinary == 0.0 {
            ordinary = cost;
        }
        println!("| {name} | {cost:.1} | {:.2} |", cost / ordinary);
    }
}

fn line(value: &str) -> String {
    format!(
        "1719835200.123    100 192.0.2.7 TCP_MISS/200 512 GET https://www.facebook.com/tr/?id=1&ev=PageView&v={value} - HIER_DIRECT/198.51.100.1 image/gif\n"
    )
}

/// Values of about 4 kB.
fn hostile() -> Vec<(&'static str, String)> {
    let nested = (0..40).fold(String::from("jane.roe@example.com"), |text, _| {
        if text.len() > 3000 { text } else { data_encoding::BASE64_NOPAD.encode(text.as_bytes()) }
    });
    let random: Vec<u8> = (0..3000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let ids = random.chunks(16).map(|id| data_encoding::HEXLOWER.encode(id)).collect::<Vec<_>>().join(".");
    let tokens = random.chunks(120).map(|id| data_encoding::BASE64URL_NOPAD.encode(id)).collect::<Vec<_>>().join("&v=");
    vec![
        ("4 kB of dots", ".".repeat(4096)),
        ("4 kB of at-signs", "@".repeat(4096)),
        ("4 kB of a@a.", "a@a.".repeat(1024)),
        ("4 kB of digits", "1234567890".repeat(410)),
        ("4 kB of percent signs", "%25".repeat(1365)),
        ("nested base64", nested),
        ("random base64", data_encoding::BASE64URL_NOPAD.encode(&random)),
        ("random tokens", tokens),
        ("random digests", ids),
        ("nested JSON", "%7B%22a%22:".repeat(370)),
        ("letters and spaces", "St%20Ave%20".repeat(370)),
    ]
}
