//! A scan is killed before every single change that it makes to the disk, and continued. What
//! `resume.rs` finds by chance, if at all, is found here for certain.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod common;

use common::{Lab, arg, content, project, samples};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The library that kills. The linker of Rust programs is a C compiler here.
fn killer(lab: &Lab) -> PathBuf {
    let library = lab.path("changes.so");
    let source = project().join("tests/kill/changes.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o", arg(&library), arg(&source), "-ldl"]).status();
    assert!(compiled.expect("cc runs").success());
    library
}

fn scan(lab: &Lab, out: &str, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leakledger"));
    command
        .args(["scan", "evidence", "-o", out, "--key", "key", "-j1", "--checkpoint-bytes", "1", "--write", "csv"])
        .args(options)
        .env_clear()
        .env("HOME", lab.path(""))
        .current_dir(lab.path(""));
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with little in it: inputs in two stages, one of them with a damaged line.
fn evidence(lab: &Lab) {
    let log = std::fs::read(project().join("tests/packed/proxy.log")).expect("a log");
    let squid = std::fs::read(samples().join("before/squid/access.log")).expect("a log");
    lab.write("evidence/a.log", &log[..log.len() - 60]);
    lab.write("evidence/b.log", &squid[..4_000]);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("made");
    for (name, bytes) in content(from) {
        std::fs::write(to.join(name), bytes).expect("written");
    }
    std::fs::copy(from.join("run.json"), to.join("run.json")).expect("copied");
}

/// Kills a scan before its first, second, … change, until none is left, and continues each.
fn killed_before_every_change(options: &[&str], is_replacing: bool) {
    let lab = Lab::new();
    let killer = killer(&lab);
    evidence(&lab);
    assert_eq!(scan(&lab, "whole", options).output().expect("ended").status.code(), Some(3));
    let expected = content(&lab.path("whole"));
    let before = content(&lab.ledger("before", &[arg(&lab.path("evidence/a.log"))], 3));
    let out = lab.path("out");
    for change in 0.. {
        let mut first = scan(&lab, "out", options);
        if is_replacing {
            copy(&lab.path("before"), &out);
            first.arg("--force");
        }
        let number = change.to_string();
        let killed = first.env("LD_PRELOAD", &killer).env("KILL_BEFORE", number).output().expect("ended");
        if killed.status.code().is_some() {
            assert!(change > 100, "only {change} changes were seen");
            break;
        }
        let when = stderr(&killed);
        let has_begun = out.join(".staging").exists() || !is_replacing || content(&out) != before;
        let resumed = scan(&lab, "out", options).arg("--resume").output().expect("ended");
        let is_complete = resumed.status.code() == Some(0) && stderr(&resumed).contains("complete already");
        assert!(is_complete || resumed.status.code() == Some(3), "{when}: {}", stderr(&resumed));
        let found = content(&out);
        assert!(found == *if has_begun { &expected } else { &before }, "{when}: the ledger differs");
        std::fs::remove_dir_all(&out).expect("removed");
    }
}

#[test]
fn a_scan_may_be_killed_before_any_change() {
    killed_before_every_change(&[], false);
}

#[test]
fn so_may_one_that_replaces_a_ledger() {
    killed_before_every_change(&[], true);
}

#[test]
fn so_may_one_whose_tables_are_reduced() {
    killed_before_every_change(&["--aggregate-only"], false);
}
