//! The fuzzer's corpora, and damaged forms of what is in them, make nothing panic: the short run of
//! what `tests/fuzz` does for hours. `LEAKLEDGER_FUZZ_RUNS` says how many damaged forms of each file
//! are tried (20).

#[allow(dead_code, reason = "the fuzzer uses all of it")]
#[path = "fuzz/src/targets.rs"]
mod targets;

use leakledger::format::FORMATS;
use std::fs;
use std::io;
use std::path::Path;

const RUNS: u64 = 20;

/// Lists of recipients in every form that is read.
const LISTS: [&str; 9] = [
    "# Title: Mine\nads.example.com\n*.track.example.net # both\n",
    "127.0.0.1 localhost\n0.0.0.0 ads.example.com track.example.net\n",
    "[Adblock Plus 2.0]\n! Title: Mine\n||ads.example.com^$third-party\n||example.org/pixel/*.gif\n@@||ads.example.com/ok.js\n",
    "metrics.example.com example.com.sc.omtrdc.net\na.example.net. 300 IN CNAME b.at-o.net.\n",
    r#"{"metrics.example.com": "example.com.sc.omtrdc.net"}"#,
    r#"{"license":"x","categories":{"Advertising":[{"Example Ads":{"https://ads.example.com/":["ads.example.com"]}}]}}"#,
    r#"{"license":"x","entities":{"Example Works":{"properties":["example.com"],"resources":["example.net"]}}}"#,
    r#"{"trackers":{"example.com":{"owner":{"name":"Example"},"default":"block"}},"entities":{"Example":{"domains":["example.com"]}},"domains":{"example.com":"Example"},"cnames":{}}"#,
    r#"{"action_map":{"example.com":{"heuristicAction":"block","dnt":false}},"snitch_map":{}}"#,
];

/// Does something with every file of a corpus and with damaged forms of it.
fn replay(corpus: &str, share: u64, mut act: impl FnMut(&[u8])) {
    let runs = std::env::var("LEAKLEDGER_FUZZ_RUNS").map_or(RUNS, |text| text.parse().expect("a number"));
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(corpus);
    let mut files: Vec<_> = dir.read_dir().expect("a corpus").flatten().map(|entry| entry.path()).collect();
    files.sort();
    assert!(files.len() > 5, "{}: too few files", dir.display());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for file in &files {
        let bytes = fs::read(file).expect("a file");
        act(&bytes);
        for _ in 0..runs.div_ceil(share) {
            act(&damaged(&bytes, &mut dice));
        }
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides.max(1)
    }
}

/// Some bytes are replaced, taken out, doubled, or moved, or the end is cut off.
fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    const TELLING: &[u8] = b"{}[]\",:\\ \n\r\t\0%=&;'<>/.-_0\x1f\x7f\x80\xe2\xff";
    let mut out = bytes.to_vec();
    for _ in 0..=dice.roll(6) {
        let place = dice.roll(out.len() + 1);
        let length = dice.roll(24).min(out.len() - place);
        match dice.roll(5) {
            0 if place < out.len() => out[place] = TELLING[dice.roll(TELLING.len())],
            1 if place < out.len() => out[place] = u8::try_from(dice.roll(256)).unwrap_or(0),
            2 => drop(out.drain(place..place + length)),
            3 => {
                let part = out[place..place + length].to_vec();
                let to = dice.roll(out.len() + 1);
                out.splice(to..to, part);
            }
            _ if dice.roll(4) == 0 => out.truncate(place),
            _ => {}
        }
    }
    out
}

#[test]
fn readers_of_every_format_take_anything() {
    replay("reader", 1, targets::reader);
}

#[test]
fn values_of_any_form_are_taken_apart() {
    replay("value", 1, targets::value);
}

#[test]
fn lists_of_any_form_are_read_or_refused() {
    replay("list", 1, targets::list);
}

#[test]
fn a_scan_takes_any_file() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    replay("scan", 10, |bytes| targets::scan(dir.path(), bytes));
}

/// Writes what fuzzing begins with: the sample of every format, the packed files of the tests, the
/// recorded samples' URLs, and a list of each kind.
#[test]
#[ignore = "writes into the corpora: for a new format"]
fn seeds_are_written() -> io::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = project.join("tests/fuzz/corpus");
    for (number, format) in (0u8..).zip(FORMATS) {
        let sample = format.sample().as_bytes();
        put(&corpus, "reader", format.name(), &[&[number, 40], sample, sample].concat())?;
        put(&corpus, "scan", format.name(), sample)?;
    }
    for entry in fs::read_dir(project.join("tests/packed"))? {
        let path = entry?.path();
        put(&corpus, "scan", &path.file_name().unwrap_or_default().to_string_lossy(), &fs::read(&path)?)?;
    }
    for (number, list) in LISTS.iter().enumerate() {
        put(&corpus, "list", &number.to_string(), list.as_bytes())?;
    }
    let log = fs::read_to_string(project.join("samples/before/squid/access.log"))?;
    let urls = log.split_whitespace().filter(|word| word.starts_with("https://") && word.contains('?'));
    for (number, url) in urls.step_by(7).enumerate() {
        put(&corpus, "value", &number.to_string(), url.as_bytes())?;
    }
    Ok(())
}

fn put(corpus: &Path, target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let dir = corpus.join(target);
    fs::create_dir_all(&dir)?;
    fs::write(dir.join(name.replace([' ', '/', ':'], "-")), bytes)
}
