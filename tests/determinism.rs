//! The same content gives the same bytes: for any number of threads, any size of batches, plain,
//! compressed or piped.

mod common;

use common::{Lab, arg, content, samples};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn files(ledger: &Path) -> BTreeMap<String, Vec<u8>> {
    content(ledger)
}

#[test]
fn any_number_of_threads_and_any_batch_size_gives_the_same_bytes() {
    let lab = Lab::new();
    let input = samples().join("before");
    // Some connections of this log were opened by the proxy, which only its end tells.
    let logs =
        ["squid-connect", "squid"].map(|kind| std::fs::read(input.join(kind).join("access.log")).expect("a log"));
    let mixed = lab.write("mixed.log", logs.concat());
    let one = files(&lab.ledger("one", &[arg(&input), arg(&mixed), "-j1", "--panel"], 0));
    for (name, options) in [
        ("many", &["-j7"][..]),
        ("tiny batches", &["-j3", "--batch-bytes", "1"]),
        ("odd batches", &["-j2", "--batch-bytes", "4099"]),
        ("little memory", &["-j2", "--memory", "1kB", "--batch-bytes", "30000"]),
        ("little memory in many stages", &["-j2", "--memory", "1kB", "--checkpoint-bytes", "1"]),
    ] {
        let arguments = [&[arg(&input), arg(&mixed), "--panel"], options].concat();
        let other = files(&lab.ledger(name, &arguments, 0));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (file, bytes) in &one {
            assert!(bytes == &other[file], "{file} differs with {name}");
        }
    }
}

/// The tables without what names or describes the stored input; the report and the workbook list it.
fn tables(ledger: &Path) -> BTreeMap<String, String> {
    let files = files(ledger)
        .into_iter()
        .filter(|(name, _)| !["inputs.csv", "manifest.json", "report.html", "ledger.xlsx"].contains(&name.as_str()));
    files
        .map(|(name, bytes)| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let text = if ["findings.csv", "loads.csv"].contains(&name.as_str()) { without_input(&text) } else { text };
            (name, text)
        })
        .collect()
}

fn without_input(table: &str) -> String {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|name| name == "input").expect("an input column");
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in reader.records() {
        let record = record.expect("a row");
        let kept = record.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, cell)| cell);
        writer.write_record(kept).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

#[test]
fn plain_gzip_zstd_and_piped_input_give_the_same_tables() {
    let lab = Lab::new();
    for sample in ["before/squid/access.log", "before/har/lucia.har"] {
        let plain = std::fs::read(samples().join(sample)).expect("a sample");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&plain).expect("memory");
        lab.write("input", &plain);
        lab.write("input.gz", gzip.finish().expect("memory"));
        lab.write("input.zst", zstd::encode_all(&plain[..], 1).expect("memory"));
        let expected = tables(&lab.ledger(&format!("{}-plain", plain.len()), &["input"], 0));
        for packed in ["input.gz", "input.zst"] {
            let ledger = lab.ledger(&format!("{}-{packed}", plain.len()), &[packed], 0);
            assert_eq!(tables(&ledger), expected, "{packed} of {sample}");
        }
        let piped = lab.path(&format!("{}-piped", plain.len()));
        pipe(&plain, &piped, &lab.path("key"));
        assert_eq!(tables(&piped), expected, "piped {sample}");
    }
}

fn pipe(bytes: &[u8], ledger: &Path, key: &Path) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leakledger"))
        .args(["scan", "-", "-q", "-o", arg(ledger), "--key", arg(key)])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(bytes).expect("written");
    assert!(child.wait().expect("ended").success());
}
