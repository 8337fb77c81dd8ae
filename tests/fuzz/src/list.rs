//! Fuzzes `targets::list`.
#![no_main]

#[allow(dead_code, reason = "every target uses a part of this")]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::list(bytes));
