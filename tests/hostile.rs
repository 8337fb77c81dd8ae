//! Inputs that are broken or meant to break the reader: each is named with what is wrong, all others
//! count, and the run ends with 3.
#![cfg(unix)]

mod common;

use common::{Lab, Row, arg, project, rows};
use std::io::Write;
use std::process::Command;

fn log() -> Vec<u8> {
    std::fs::read(project().join("tests/packed/proxy.log")).expect("a log")
}

fn reasons(lab: &Lab, name: &str, arguments: &[&str], code: i32) -> Vec<Row> {
    rows(&lab.ledger(name, arguments, code).join("rejects.csv"))
}

#[test]
fn pipes_and_link_loops_in_a_folder_do_not_hold_up_the_scan() {
    let lab = Lab::new();
    lab.write("in/a.log", log());
    let folder = lab.path("in");
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().expect("mkfifo runs").success());
    std::os::unix::fs::symlink(&folder, folder.join("loop")).expect("linked");
    std::os::unix::fs::symlink(folder.join("nowhere"), folder.join("dangling")).expect("linked");
    let rejects = reasons(&lab, "out", &[arg(&folder)], 3);
    let reason = |name: &str| {
        let row = rejects.iter().find(|row| row["input"].ends_with(name));
        row.unwrap_or_else(|| panic!("{name}: {rejects:?}"))["reason"].clone()
    };
    assert!(reason("/pipe").contains("named"));
    assert!(reason("/loop").contains("leads back"));
    assert!(!reason("/dangling").is_empty());
    assert_eq!(rejects.len(), 3);
}

#[test]
fn a_pipe_that_is_named_is_read() {
    let lab = Lab::new();
    let pipe = lab.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || {
            std::fs::OpenOptions::new().write(true).open(pipe).and_then(|mut pipe| pipe.write_all(&log()))
        })
    };
    let ledger = lab.ledger("out", &[arg(&pipe)], 0);
    writer.join().expect("joined").expect("written");
    assert_eq!(rows(&ledger.join("inputs.csv"))[0]["records"], "3");
}

#[test]
fn devices_and_empty_files_are_said_to_be_no_traffic() {
    let lab = Lab::new();
    lab.write("empty.log", "");
    lab.write("blank.log", "\n\n  \n");
    for (name, words) in
        [("/dev/zero", "known format"), ("/dev/null", "empty"), ("empty.log", "empty"), ("blank.log", "empty")]
    {
        let rejects = reasons(&lab, "out", &[name, "--force"], 4);
        assert!(rejects[0]["reason"].contains(words), "{name}: {rejects:?}");
    }
}

#[test]
fn files_that_follow_each_other_in_one_are_told_apart_by_place() {
    let lab = Lab::new();
    let between = b"\0\0\0 not a line \xff\n";
    let broken = [&log()[..], between, &log(), b"1719826200.250 cut"].concat();
    lab.write("a.log", &broken);
    let ledger = lab.ledger("out", &["a.log"], 3);
    assert_eq!(rows(&ledger.join("inputs.csv"))[0]["records"], "6");
    let rejects = rows(&ledger.join("rejects.csv"));
    let places: Vec<(&str, &str)> = rejects.iter().map(|row| (&*row["line"], &*row["byte_offset"])).collect();
    let (first, second) = (log().len().to_string(), (2 * log().len() + between.len()).to_string());
    assert_eq!(places, [("4", first.as_str()), ("8", second.as_str())]);
}

#[test]
fn a_folder_that_may_not_be_opened_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    lab.write("in/closed/b.log", log());
    lab.write("in/a.log", log());
    let closed = lab.path("in/closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("closed");
    if std::fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: this user may open everything");
        return;
    }
    let rejects = reasons(&lab, "out", &["in"], 3);
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).expect("opened");
    assert!(rejects[0]["input"].ends_with("closed") && rejects[0]["reason"].contains("ermission"), "{rejects:?}");
}

#[test]
fn a_site_of_countless_pages_keeps_the_most_visited() {
    let lab = Lab::new();
    let line = |word: &str| {
        format!(
            "192.0.2.44 - - [01/Jul/2024:09:30:00 +0200] \"GET /story/{word} HTTP/1.1\" 200 4312 \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0\"\n"
        )
    };
    let letters = |n: usize| {
        [n / 676, n / 26 % 26, n % 26].map(|digit| char::from(b'a' + digit as u8)).iter().collect::<String>()
    };
    let mut log: String = (0..5000).map(|n| line(&letters(n))).collect();
    log.push_str(&line(&letters(4999)));
    lab.write("access.log", log);
    let ledgers = ["-j1", "-j4"].map(|jobs| {
        lab.ledger(&jobs[1..], &["access.log", jobs, "--site", "news.example", "--batch-bytes", "5000"], 0)
    });
    let tables = ledgers.each_ref().map(|ledger| std::fs::read(ledger.join("visits.csv")).expect("a table"));
    assert!(tables[0] == tables[1]);
    let visits = rows(&ledgers[0].join("visits.csv"));
    assert_eq!(visits.len(), 2001);
    let loads = |ends: &str| visits.iter().find(|row| row["page"].ends_with(ends)).map(|row| row["loads"].clone());
    assert_eq!((loads("(other)"), loads(&letters(4999))), (Some("3000".into()), Some("2".into())));
    assert!(rows(&ledgers[0].join("inputs.csv"))[0]["coverage_gaps"].contains("pages_capped"));
}
