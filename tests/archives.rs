//! Archives: their members are inputs of their own and count like plain files; what cannot be
//! unpacked is named, and what could be read of it counts.

mod common;
#[path = "common/pack.rs"]
mod pack;

use common::{Lab, Row, arg, project, rows};
use pack::{bzip2, gzip, tar, zip, zstd};
use rawzip::CompressionMethod;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

const STORE: CompressionMethod = CompressionMethod::STORE;
const DEFLATE: CompressionMethod = CompressionMethod::DEFLATE;

fn packed(name: &str) -> Vec<u8> {
    std::fs::read(project().join("tests/packed").join(name)).expect("a fixture")
}

fn exposure(ledger: &Path) -> String {
    let table = std::fs::read_to_string(ledger.join("exposure.csv")).expect("a table");
    // A finding's id says which content it is from, and where; here only that.
    assert!(table.lines().count() > 2, "{table}");
    table
}

fn inputs(ledger: &Path) -> BTreeMap<String, Row> {
    rows(&ledger.join("inputs.csv")).into_iter().map(|row| (row["input"].clone(), row)).collect()
}

#[test]
fn packed_any_way_it_is_the_same_traffic() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    let notes = b"Notes on the evidence.\n".as_slice();
    let files = [("day1/proxy.log", log.as_slice()), ("day1/readme.txt", notes)];
    let zipped = zip(&files, DEFLATE);
    let cases = [
        ("a.gz", gzip(&log)),
        ("a.zst", zstd(&log)),
        ("a.bz2", bzip2(&log)),
        ("a.xz", packed("proxy.log.xz")),
        ("a.br", packed("proxy.log.br")),
        ("a.gz.bz2", bzip2(&gzip(&log))),
        ("a.tar", tar(&files)),
        ("a.tar.gz", gzip(&tar(&files))),
        ("a.tgz.zst", zstd(&gzip(&tar(&files)))),
        ("stored.zip", zip(&files, STORE)),
        ("deflated.zip", zipped.clone()),
        ("of-gz.zip", zip(&[("proxy.log.gz", &gzip(&log))], STORE)),
        ("stored-in.zip", zip(&[("in.zip", &zipped)], STORE)),
        ("deflated-in.zip", zip(&[("in.zip", &zipped)], DEFLATE)),
        ("in.tar.gz", gzip(&tar(&[("a/in.zip", &zipped), ("a/b.txt", notes)]))),
        ("tar-in.zip", zip(&[("in.tar.gz", &gzip(&tar(&files)))], DEFLATE)),
        ("a.7z", packed("evidence.7z")),
    ];
    let plain = lab.write("plain.log", &log);
    let expected = exposure(&lab.ledger("plain", &[arg(&plain)], 0));
    for (name, bytes) in cases {
        let path = lab.write(name, bytes);
        for jobs in ["-j1", "-j3"] {
            let ledger = lab.ledger(&format!("{name}{jobs}"), &[arg(&path), jobs], 0);
            assert_eq!(exposure(&ledger), expected, "{name} {jobs}");
        }
    }
}

#[test]
fn members_are_inputs_with_their_whole_path_in_order() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    let inner = tar(&[("./z.log", &log), ("a.log", &log)]);
    let bytes = zip(
        &[
            ("day2/proxy.log.gz", &gzip(&log)),
            ("day1/all.tar.gz", &gzip(&inner)),
            ("day1/notes.txt", b"no traffic"),
            ("__MACOSX/day1/._notes.txt", b"junk"),
            ("day1/.DS_Store", b"junk"),
        ],
        DEFLATE,
    );
    let path = lab.write("in/evidence.zip", bytes);
    lab.write("in/after.log", &log);
    let folder = path.parent().expect("a folder");
    let tables = |name: &str, jobs| common::content(&lab.ledger(name, &[arg(folder), jobs], 0));
    let (one, many) = (tables("one", "-j1"), tables("many", "-j5"));
    assert!(one == many, "the order of workers shows");
    let listed: Vec<Row> = rows(&lab.path("one").join("inputs.csv"));
    let names: Vec<String> =
        listed.iter().map(|row| row["input"].replace(&format!("{}/", folder.display()), "")).collect();
    let expected = [
        "after.log",
        "evidence.zip",
        "evidence.zip!/day1/all.tar.gz",
        "evidence.zip!/day1/all.tar.gz!/z.log",
        "evidence.zip!/day1/all.tar.gz!/a.log",
        "evidence.zip!/day1/notes.txt",
        "evidence.zip!/day2/proxy.log.gz",
    ];
    assert_eq!(names, expected);
    let formats: Vec<&str> = listed.iter().map(|row| row["format"].as_str()).collect();
    assert_eq!(formats, ["squid", "zip", "tar", "squid", "squid", "", "squid"]);
    assert_eq!(listed[5]["coverage_gaps"], "no_traffic");
    assert_eq!(listed[1]["sha256"].len(), 64, "{}", listed[1]["sha256"]);
    assert_eq!(rows(&lab.path("one").join("rejects.csv")).len(), 0);
}

#[test]
fn a_pipe_may_carry_an_archive() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    for (name, bytes) in [("zip", zip(&[("a.log", &log)], DEFLATE)), ("tgz", gzip(&tar(&[("a.log", &log)])))] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_leakledger"))
            .args(["scan", "-", "-o", arg(&lab.path(name)), "--key", "random", "-q"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), &bytes).expect("written");
        assert_eq!(child.wait().expect("ended").code(), Some(0));
        let inputs = inputs(&lab.path(name));
        let member = inputs.iter().find(|(name, _)| name.ends_with("-!/a.log")).expect("the member");
        assert_eq!(member.1["records"], "3");
    }
}

#[test]
fn what_is_locked_or_foreign_is_said() {
    let lab = Lab::new();
    let mut locked = zip(&[("a.log", b"secret")], STORE);
    // The flag that says so, in the member's header and in the list.
    let list = locked.windows(4).position(|four| four == b"PK\x01\x02").expect("a list");
    locked[6] |= 1;
    locked[list + 8] |= 1;
    for (name, bytes, words) in [
        ("locked.zip", locked, "encrypted"),
        ("locked.7z", packed("locked.7z"), "encrypted"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00 and so on".to_vec(), "RAR"),
    ] {
        let path = lab.write(name, bytes);
        let ledger = lab.ledger(&format!("{name}.out"), &[arg(&path)], 4);
        let reasons: Vec<String> =
            rows(&ledger.join("rejects.csv")).into_iter().map(|row| row["reason"].clone()).collect();
        assert_eq!(reasons.len(), 1, "{name}");
        assert!(reasons[0].contains(words), "{name}: {reasons:?}");
    }
}

#[test]
fn what_can_be_read_of_a_damaged_archive_counts() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    let many = log.repeat(2000);
    let files = [("a.log", log.as_slice()), ("b.log", &many)];
    let cut = |mut bytes: Vec<u8>, by: usize| {
        bytes.truncate(bytes.len() - by);
        bytes
    };
    let mut flipped = zip(&files, DEFLATE);
    flipped[300] ^= 0xff;
    for (name, bytes, at_least, says) in [
        ("cut.tar", cut(tar(&files), 100_000), 5000, "ends"),
        ("cut.tar.gz", cut(gzip(&tar(&files)), 1000), 3000, "damaged or cut"),
        ("cut.zip", cut(zip(&files, DEFLATE), 30), 0, "no list of members"),
        ("flipped.zip", flipped, 6000, ""),
        ("cut.gz", cut(gzip(&many), 1000), 3000, "damaged or cut"),
    ] {
        let path = lab.write(name, bytes);
        let code = if at_least == 0 { 4 } else { 3 };
        let ledger = lab.ledger(&format!("{name}.out"), &[arg(&path)], code);
        let records: u64 = inputs(&ledger).values().map(|row| row["records"].parse::<u64>().unwrap_or(0)).sum();
        assert!(records >= at_least, "{name}: {records}");
        let rejects = rows(&ledger.join("rejects.csv"));
        assert!(rejects.iter().any(|row| row["reason"].contains(says)), "{name}: {rejects:?}");
    }
}

#[test]
fn names_that_lead_elsewhere_lead_nowhere() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    let files = [("../../../escape.log", log.as_slice()), ("/abs.log", &log), ("a\x1b[2J\n.log", &log)];
    let path = lab.write("in/slip.tar", tar(&files));
    let ledger = lab.ledger("out", &[arg(&path)], 0);
    let inputs = inputs(&ledger);
    assert_eq!(inputs.len(), 4);
    assert!(inputs.keys().all(|name| !name.contains(['\x1b', '\n'])));
    assert!(inputs.keys().any(|name| name.ends_with("!/../../../escape.log")));
    assert!(!lab.path("escape.log").exists() && !lab.path("in/abs.log").exists());
}

#[test]
fn bombs_end_soon_and_what_came_before_them_counts() {
    let lab = Lab::new();
    let log = packed("proxy.log");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &vec![0; 32 << 20]).expect("memory");
    let zeros = encoder.finish().expect("memory");
    let path = lab.write("bomb.log.gz", [gzip(&log), zeros.repeat(100)].concat());
    let ledger = lab.ledger("bomb", &[arg(&path)], 3);
    let rejects = rows(&ledger.join("rejects.csv"));
    assert!(rejects.iter().any(|row| row["reason"].contains("500 times")), "{rejects:?}");
    assert_eq!(rows(&ledger.join("inputs.csv"))[0]["records"], "3");
    let mut nested = log;
    for level in 0..40 {
        nested = zip(&[(&format!("{level}.zip"), &nested)], STORE);
    }
    let path = lab.write("nested.zip", nested);
    let ledger = lab.ledger("nested", &[arg(&path)], 4);
    let rejects = rows(&ledger.join("rejects.csv"));
    assert!(rejects[0]["reason"].contains("deep"), "{rejects:?}");
}

#[test]
fn the_sessions_of_a_fiddler_archive_are_one_capture() {
    let lab = Lab::new();
    let request = "GET https://t.example.net/c?email=avery.lee%40example.com HTTP/1.1\r\nReferer: https://shop.example/cart\r\n\r\n";
    let times = "<Session><SessionTimers ClientBeginRequest=\"2024-07-01T09:30:00Z\" /></Session>";
    let response = "HTTP/1.1 204 No Content\r\n\r\n";
    let mut files: Vec<(String, &str)> =
        vec![("_index.htm".into(), "<html>"), ("[Content_Types].xml".into(), "<Types/>")];
    for number in [1, 2, 10] {
        for (part, text) in [("s.txt", response), ("c.txt", request), ("m.xml", times)] {
            files.push((format!("raw/{number}_{part}"), text));
        }
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let archive = lab.write("visit.saz", zip(&files, DEFLATE));
    let ledger = lab.ledger("ledger", &[arg(&archive)], 0);
    let row = rows(&ledger.join("inputs.csv")).remove(0);
    assert_eq!((row["format"].as_str(), row["records"].as_str()), ("fiddler", "3"));
    let found = rows(&ledger.join("exposure.csv"));
    assert!(found.iter().any(|row| row["data_class"] == "email" && row["requests"] == "3"), "{found:?}");
}

#[test]
fn bodies_in_files_beside_a_har_are_read() {
    let lab = Lab::new();
    let har = r#"{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"pages":[],"entries":[
        {"startedDateTime":"2024-07-01T09:30:00Z","request":{"method":"GET","url":"https://shop.example/","headers":[]},
         "response":{"status":200,"headers":[],"content":{"size":1,"mimeType":"text/html"}}},
        {"startedDateTime":"2024-07-01T09:30:01Z","request":{"method":"POST","url":"https://t.example.net/c",
         "headers":[{"name":"Referer","value":"https://shop.example/"},{"name":"Content-Type","value":"application/json"}],
         "postData":{"mimeType":"application/json","_file":"3f2a.json"}},
         "response":{"status":204,"headers":[],"content":{"size":0,"mimeType":"x-unknown"}}}]}}"#;
    let body = r#"{"email":"avery.lee@example.com"}"#;
    let archive = lab.write("visit.zip", zip(&[("har.har", har.as_bytes()), ("3f2a.json", body.as_bytes())], DEFLATE));
    let (ledger, _) = lab.scan("ledger", &[arg(&archive)]);
    let found = rows(&ledger.join("exposure.csv"));
    assert!(found.iter().any(|row| row["data_class"] == "email" && row["channel"] == "body"), "{found:?}");
}
