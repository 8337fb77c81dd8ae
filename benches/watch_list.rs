//! What a watch list costs: scans of one log with none, with 1, 1,000 and 1,000,000 people, with
//! the time that loading takes (a scan of an empty log) and the memory held.
//! `LEAKLEDGER_BENCH_MB` sets the log's size (200).

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

mod common;

use common::timed_scan;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

fn main() {
    let megabytes: usize = std::env::var("LEAKLEDGER_BENCH_MB").map_or(200, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let (log, short, ledger) = (dir.path().join("access.log"), dir.path().join("short.log"), dir.path().join("ledger"));
    let sample = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/before/squid/access.log")).unwrap();
    let mut out = BufWriter::new(File::create(&log).unwrap());
    for _ in 0..=(megabytes << 20) / sample.len() {
        out.write_all(&sample).unwrap();
    }
    out.flush().unwrap();
    let line = sample.split_inclusive(|&byte| byte == b'\n').next().unwrap();
    fs::write(&short, line).unwrap();
    println!("| people | loading | memory | scan | of the speed with none |\n|---|---|---|---|---|");
    let (start, _) = timed_scan(&short, &ledger, &[]);
    let (none, memory) = timed_scan(&log, &ledger, &[]);
    println!("| none | - | {} MB | {:.2} s | 1.00 |", memory >> 20, none.as_secs_f64());
    for people in [1, 1_000, 1_000_000] {
        let list = dir.path().join("list.csv");
        write_list(&list, people);
        let options = ["--watch-list", list.to_str().unwrap()];
        let (loading, _) = timed_scan(&short, &ledger, &options);
        let (whole, memory) = timed_scan(&log, &ledger, &options);
        let loading = loading.saturating_sub(start);
        let scan = whole.saturating_sub(loading);
        let share = none.as_secs_f64() / scan.as_secs_f64();
        println!(
            "| {people} | {:.2} s | {} MB | {:.2} s | {share:.2} |",
            loading.as_secs_f64(),
            memory >> 20,
            scan.as_secs_f64()
        );
    }
}

/// Invented people with all the columns of a customers' table.
fn write_list(path: &Path, people: u32) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    writeln!(out, "customer_id,email,phone,first_name,last_name,street,city,region,postal_code,date_of_birth").unwrap();
    for number in 0..people {
        let mixed = number.wrapping_mul(2_654_435_761);
        let (area, line) = (201 + mixed % 700, mixed / 700 % 10_000);
        writeln!(
            out,
            "K-{mixed:08x},first{number}.last{}@example.com,({area}) 555-{line:04},First{},Last{},{} Elm St,City{},IL,{:05},19{:02}-{:02}-{:02}",
            mixed % 1000,
            mixed % 5000,
            mixed % 50_000,
            mixed % 9999,
            mixed % 3000,
            mixed % 100_000,
            mixed % 100,
            1 + mixed % 12,
            1 + mixed % 28,
        )
        .unwrap();
    }
    out.flush().unwrap();
}
