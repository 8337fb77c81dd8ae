//! Fuzzes `targets::scan`.
#![no_main]

#[allow(dead_code, reason = "every target uses a part of this")]
mod targets;

use std::sync::LazyLock;

static DIR: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::scan(DIR.path(), bytes));
