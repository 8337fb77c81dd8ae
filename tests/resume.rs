//! Whatever moment a scan dies at, `--resume` leads to the ledger that an undisturbed scan makes.
#![cfg(unix)]

mod common;

use common::{Lab, arg, content, project, samples};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How often the scan is killed; more with `LEAKLEDGER_KILLS=50`.
const KILLS: u64 = 6;

fn scan(lab: &Lab, out: &str, folder: &Path, options: &[&str]) -> Child {
    scan_in_stages("1", lab, out, folder, options)
}

/// A scan with a checkpoint whenever so many bytes were read.
fn scan_in_stages(bytes: &str, lab: &Lab, out: &str, folder: &Path, options: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_leakledger"))
        .args(["scan", arg(folder), "-o", out, "--key", "key", "--panel", "--checkpoint-bytes", bytes])
        .args(options)
        .env_clear()
        .env("HOME", lab.path(""))
        .current_dir(lab.path(""))
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

/// A folder with captures, logs, an archive and a damaged file, enough to keep a scan busy.
fn evidence(lab: &Lab) -> PathBuf {
    let log = std::fs::read(project().join("tests/packed/proxy.log")).expect("a log");
    for entry in walkdir::WalkDir::new(samples().join("before")).into_iter().flatten() {
        if entry.file_type().is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            lab.write(&format!("evidence/{name}"), std::fs::read(entry.path()).expect("a sample"));
        }
    }
    for number in 0..4 {
        lab.write(&format!("evidence/proxy{number}.log"), log.repeat(700 + number));
    }
    lab.write("evidence/cut.har", "{\"log\":{\"entries\":[{\"startedDateTime\":\"2024-07-01T00:00:00Z\",\"request\":{");
    std::fs::copy(project().join("tests/packed/evidence.7z"), lab.path("evidence/evidence.7z")).expect("copied");
    lab.path("evidence")
}

/// Begins a scan, tells it to stop once it is ready, and waits for its end; begins again where it was
/// done before that, as on a machine that is busy with other things.
fn stopped(begin: impl Fn() -> Child, is_ready: impl Fn() -> bool, stop: impl Fn(&mut Child)) -> Output {
    for _ in 0..20 {
        let mut child = begin();
        while !is_ready() && child.try_wait().expect("asked").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        stop(&mut child);
        let output = child.wait_with_output().expect("ended");
        if !matches!(output.status.code(), Some(0 | 3)) {
            return output;
        }
    }
    panic!("the scan was always done before it could be stopped");
}

fn kill(child: &mut Child) {
    child.kill().expect("killed");
}

/// A detector of the user's own.
const OWN_DETECTOR: &str = r#"
[[detector]]
id = "club_card"
title = "Cards of the Example Club"
data_class = "customer_id"
pattern = 'EX-\d{6}'
confidence = "likely"
examples = ["EX-100234"]
counter_examples = ["EX-1002"]
"#;

/// Numbers that look random and are the same in every run.
fn dice(seed: u64, sides: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xd1b5_4a32_d192_ed03;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)) % sides.max(1)
}

#[test]
fn a_killed_scan_is_continued_to_the_same_ledger() {
    let lab = Lab::new();
    let folder = evidence(&lab);
    let begun = Instant::now();
    assert_eq!(scan(&lab, "whole", &folder, &[]).wait().expect("ended").code(), Some(3));
    let lasts = u64::try_from(begun.elapsed().as_millis()).expect("soon");
    let expected = content(&lab.path("whole"));
    let kills = std::env::var("LEAKLEDGER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let mut killed = 0;
    for run in 0..kills {
        let out = format!("run{run}");
        let jobs = format!("-j{}", 1 + run % 4);
        for attempt in 0..4 {
            let options: &[&str] = if attempt == 0 { &[&jobs] } else { &[&jobs, "--resume"] };
            let mut child = scan(&lab, &out, &folder, options);
            if attempt < 3 {
                std::thread::sleep(Duration::from_millis(dice(run * 7 + attempt, lasts)));
                child.kill().expect("killed");
            }
            let ended = child.wait_with_output().expect("ended");
            let stderr = String::from_utf8_lossy(&ended.stderr);
            match ended.status.code() {
                None => killed += 1,
                Some(3) => break,
                Some(0) if stderr.contains("complete already") => break,
                _ => panic!("run {run}: {stderr}"),
            }
        }
        let found = content(&lab.path(&out));
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "run {run}");
        for (name, bytes) in &expected {
            assert!(found[name] == *bytes, "{name} differs after run {run}");
        }
        std::fs::remove_dir_all(lab.path(&out)).expect("removed");
    }
    assert!(killed > 0, "no scan was killed");
}

#[test]
fn a_large_file_is_continued_in_its_middle() {
    let lab = Lab::new();
    let log = std::fs::read(project().join("tests/packed/proxy.log")).expect("a log");
    let path = lab.write("evidence/proxy.log", log.repeat((48 << 20) / log.len()));
    let folder = lab.path("evidence");
    let begun = |out: &str, option: &str| scan_in_stages("3000000", &lab, out, &folder, &[option]);
    assert_eq!(begun("whole", "-q").wait().expect("ended").code(), Some(0));
    let partial = lab.path("out/.staging/work/partial-0");
    let interrupted = || {
        let begin = || {
            let _ = std::fs::remove_file(partial.join("state"));
            begun("out", "--force")
        };
        let output = stopped(begin, || partial.join("state").exists(), kill);
        assert_eq!(output.status.code(), None);
    };
    let refused = || {
        let output = begun("out", "--resume").wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    interrupted();
    assert_eq!(begun("out", "--resume").wait().expect("ended").code(), Some(0));
    assert!(content(&lab.path("out")) == content(&lab.path("whole")));

    // The file must be the same, whatever the system says of its age.
    interrupted();
    let modified = path.metadata().and_then(|meta| meta.modified()).expect("a time");
    let bytes = std::fs::read(&path).expect("read");
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    let written = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        let file = std::fs::File::options().append(true).open(&path).expect("opened");
        file.set_modified(modified).expect("set");
    };
    written(&changed);
    assert!(refused().contains("is not what it was"), "{}", refused());
    written(&bytes);

    // What was observed is not observed again, so it must be there.
    std::fs::write(partial.join("observations"), "").expect("cut");
    assert!(refused().contains("shorter than it was"), "{}", refused());
}

#[test]
fn ctrl_c_says_how_to_continue_and_a_complete_ledger_is_left_alone() {
    let lab = Lab::new();
    let folder = evidence(&lab);
    let stages = lab.path("out/.staging/work/stages");
    let begin = || scan(&lab, "out", &folder, &["-j1", "--force"]);
    let interrupt = |child: &mut Child| {
        // Whoever is done cannot be told.
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    };
    let output = stopped(begin, || stages.exists(), interrupt);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("--resume") && stderr.contains("inputs done"), "{stderr}");
    assert_eq!(scan(&lab, "out", &folder, &["--resume"]).wait().expect("ended").code(), Some(3));
    assert_eq!(scan(&lab, "whole", &folder, &[]).wait().expect("ended").code(), Some(3));
    assert!(content(&lab.path("out")) == content(&lab.path("whole")));
    let again = scan(&lab, "out", &folder, &["--resume"]).wait_with_output().expect("ended");
    assert_eq!(again.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&again.stderr).contains("complete already"));
}

#[test]
fn another_scan_is_not_continued() {
    let lab = Lab::new();
    let folder = evidence(&lab);
    let interrupted = || {
        let stages = lab.path("out/.staging/work/stages");
        let is_ready = || stages.metadata().is_ok_and(|meta| meta.len() > 400);
        let output = stopped(|| scan(&lab, "out", &folder, &["-j1", "--force"]), is_ready, kill);
        assert_eq!(output.status.code(), None);
    };
    let refused = |options: &[&str]| {
        let output = scan(&lab, "out", &folder, options).wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    interrupted();
    assert!(refused(&[]).contains("interrupted"));
    assert!(refused(&["--resume", "--site", "other.example"]).contains("other options"));
    lab.write("own.toml", OWN_DETECTOR);
    assert!(refused(&["--resume", "--detectors", "own.toml"]).contains("other lists"));
    lab.write("evidence/aaa.log", "one more\n");
    assert!(refused(&["--resume"]).contains("--force"));
}

/// Lets the program write files of at most so many kilobytes, as a full disk would.
fn on_a_small_disk(lab: &Lab, kilobytes: u32, folder: &Path, options: &str) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_leakledger");
    let command =
        format!("trap '' XFSZ; ulimit -f {kilobytes}; exec {program} scan {} -o out --key key {options}", arg(folder));
    let output = Command::new("bash").args(["-c", &command]).current_dir(lab.path("")).output().expect("bash runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_full_disk_leaves_the_ledger_before_untouched() {
    let lab = Lab::new();
    let folder = evidence(&lab);
    let before = content(&lab.ledger("out", &[arg(&samples().join("before/har"))], 0));
    for kilobytes in [0, 1, 20, 200] {
        let (code, stderr) = on_a_small_disk(&lab, kilobytes, &folder, "--force --memory 1kB");
        assert_eq!(code, Some(1), "{kilobytes} kB: {stderr}");
        assert!(stderr.contains("cannot") && !stderr.contains("panicked"), "{kilobytes} kB: {stderr}");
        assert!(content(&lab.path("out")) == before, "{kilobytes} kB: the ledger before was touched");
    }
}
