//! The memory of a program that runs.

use std::fs;
use std::process::Child;
use std::time::Duration;

/// Waits until a program has ended with one of these codes. Returns the most bytes that it held,
/// where the system tells.
pub(crate) fn most_memory(child: &mut Child, codes: &[i32]) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0) << 10);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.code().is_some_and(|code| codes.contains(&code)), "{status}");
            return most;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
