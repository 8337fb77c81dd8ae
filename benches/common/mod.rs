//! What the benchmarks share: running the program with a watch on its time and memory.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

mod memory;

use memory::most_memory;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;

/// The middle one of several scans of an input, with the most memory that it held (where the system
/// tells). A first run warms the page cache and does not count; workbook and report are left out,
/// since they would take most of the time.
pub(crate) fn timed_scan(input: &Path, ledger: &Path, options: &[&str]) -> (Duration, u64) {
    let mut runs: Vec<(Duration, u64)> = (0..=RUNS)
        .map(|_| {
            let begin = Instant::now();
            let memory = scan(input, ledger, options);
            (begin.elapsed(), memory)
        })
        .skip(1)
        .collect();
    runs.sort();
    runs[RUNS / 2]
}

fn scan(input: &Path, ledger: &Path, options: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leakledger"))
        .args(["scan", "-q", "--force", "--key", "random", "--write", "csv,parquet", "-o"])
        .arg(ledger)
        .arg(input)
        .args(options)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    most_memory(&mut child, &[0, 3])
}
