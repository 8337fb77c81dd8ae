//! What the benchmarks share: running the program with a watch on its time and memory.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 3;

/// The middle one of several scans of an input, with the most memory that it held (where the system
/// tells). A first run warms the page cache and does not count.
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
        .args(["scan", "-q", "--force", "--key", "random", "-o"])
        .arg(ledger)
        .arg(input)
        .args(options)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) << 10);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(matches!(status.code(), Some(0 | 3)), "{status}");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
