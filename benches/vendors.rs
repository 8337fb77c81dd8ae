//! What the vendor knowledge costs: loading it, looking hosts up, importing a list of the size of
//! the largest filter lists, and a scan with that list against the same scan without it. Look-ups
//! are measured in the knowledge base itself; a scan remembers hosts, so that it pays for each of
//! them once. `LEAKLEDGER_BENCH_MB` sets the size of the scanned log (20).

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first trouble")]

mod common;

use common::timed_scan;
use leakledger::knowledge::Knowledge;
use leakledger::lists::{self, List};
use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rules of the list that is imported.
const RULES: usize = 50_000;

const HOSTS: [&str; 8] = [
    "www.facebook.com",
    "region1.google-analytics.com",
    "fonts.gstatic.com",
    "www.example.com",
    "static.assets.shop.example.co.uk",
    "px.ads.linkedin.com",
    "d1234abcd.cloudfront.net",
    "a.very.deep.host.that.nobody.knows.example.org",
];

fn main() {
    println!("| what | time |\n|---|---|");
    row("load the shipped knowledge", fastest(20, Knowledge::shipped));
    let mut knowledge = Knowledge::shipped();
    row("look a host up", each_host(&knowledge));
    row("look a request's endpoint up", each_endpoint(&knowledge));
    let text = filter_list();
    let parsed = fastest(5, || lists::parse(text.as_bytes(), "bench").unwrap());
    row(&format!("read a filter list of {RULES} rules"), parsed);
    let list = [lists::parse(text.as_bytes(), "bench").unwrap()];
    row("import it", fastest(5, || import(&list)));
    knowledge.import(&list);
    row("look a host up with it", each_host(&knowledge));
    scans(&text);
}

/// A scan of the samples' log, in which some lines are repeated with a host of the list, with and
/// without the list.
fn scans(list: &str) {
    let megabytes: usize = std::env::var("LEAKLEDGER_BENCH_MB").map_or(20, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let (log, rules, ledger) = (dir.path().join("access.log"), dir.path().join("rules.txt"), dir.path().join("ledger"));
    let sample = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/before/squid/access.log"));
    let sample = sample.unwrap();
    let mut text = String::new();
    for (line, number) in sample.lines().cycle().zip(0..) {
        text.push_str(line);
        text.push('\n');
        if line.contains("//www.facebook.com/") {
            let host = format!("//track{}.example.net/", number * 10 % RULES);
            text.push_str(&line.replacen("//www.facebook.com/", &host, 1));
            text.push('\n');
        }
        if text.len() >= megabytes << 20 {
            break;
        }
    }
    fs::write(&log, text).unwrap();
    fs::write(&rules, list).unwrap();
    let (without, _) = timed_scan(&log, &ledger, &[]);
    let (with, _) = timed_scan(&log, &ledger, &["--vendor-list", rules.to_str().unwrap()]);
    row("scan without the list", without);
    row("scan with it", with);
    println!("\nThe scan with the list has {:.2} of the speed.", without.as_secs_f64() / with.as_secs_f64());
}

fn import(list: &[List]) -> Knowledge {
    let mut knowledge = Knowledge::shipped();
    knowledge.import(list);
    knowledge
}

fn row(what: &str, time: Duration) {
    let nanoseconds = time.as_nanos();
    let shown = match nanoseconds {
        0..10_000 => format!("{nanoseconds} ns"),
        _ => format!("{:.2} ms", nanoseconds as f64 / 1e6),
    };
    println!("| {what} | {shown} |");
}

fn fastest<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let timed = (0..runs).map(|_| {
        let begin = Instant::now();
        black_box(work());
        begin.elapsed()
    });
    timed.min().unwrap()
}

/// The time of one look-up of a host, on average over known and unknown ones.
fn each_host(knowledge: &Knowledge) -> Duration {
    each(HOSTS.len(), || {
        for host in HOSTS {
            black_box(knowledge.host(host));
        }
    })
}

/// The time of one look-up of an endpoint on a known host.
fn each_endpoint(knowledge: &Knowledge) -> Duration {
    let requests = [
        ("www.facebook.com", "/tr/"),
        ("region1.google-analytics.com", "/g/collect"),
        ("px.ads.linkedin.com", "/collect"),
    ];
    let facts = requests.map(|(host, path)| (knowledge.host(host), path));
    each(facts.len(), || {
        for (host, path) in facts {
            black_box(knowledge.endpoint(host, path));
        }
    })
}

/// The time of one of the look-ups that a call makes.
fn each(lookups: usize, mut call: impl FnMut()) -> Duration {
    let rounds = 20_000;
    let all = fastest(5, || (0..rounds).for_each(|_| call()));
    all / (rounds * u32::try_from(lookups).unwrap())
}

/// A filter list in the proportions of the large ones: whole domains, paths, rules of no use here.
fn filter_list() -> String {
    let mut text = String::from("[Adblock Plus 2.0]\n! Title: Bench\n");
    for number in 0..RULES {
        let _ = match number % 10 {
            0..=5 => writeln!(text, "||track{number}.example.net^$third-party"),
            6 | 7 => writeln!(text, "||cdn{number}.example.org/pixel/{number}.gif"),
            8 => writeln!(text, "/generic{number}/beacon.js?"),
            _ => writeln!(text, "@@||shop{number}.example.com^$script"),
        };
    }
    text
}
