//! Publishing is stopped after every single change to the disk, and so is the recovery from it.

use super::*;
use crate::report::cell::Cell;
use crate::report::csv_table::{CsvOptions, CsvTable, Written};
use crate::report::ledger_state::{PREVIOUS, verify_complete};
use crate::report::publish::{recover, recover_with};
use crate::report::table::{Column, TableSpec};
use std::io;

const COLUMNS: &[Column] = &[Column::new("n", "count", "A number.")];
const A: TableSpec = TableSpec { file: "a.csv", one_row_per: "n", columns: COLUMNS };
const B: TableSpec = TableSpec { file: "b.csv", one_row_per: "n", columns: COLUMNS };
const OLD_ONLY: TableSpec = TableSpec { file: "old.csv", one_row_per: "n", columns: COLUMNS };
const NEW_ONLY: TableSpec = TableSpec { file: "new.csv", one_row_per: "n", columns: COLUMNS };

/// A disk that is gone after so many changes, as when the power fails.
struct Mortal {
    left: usize,
    until: Option<PathBuf>,
}

impl Mortal {
    fn after(left: usize) -> Self {
        Mortal { left, until: None }
    }

    /// A disk that is gone once this path is there.
    fn once(path: PathBuf) -> Self {
        Mortal { left: usize::MAX, until: Some(path) }
    }

    fn spend(&mut self) -> io::Result<()> {
        if self.until.as_ref().is_some_and(|path| path.exists()) {
            self.left = 0;
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| io::Error::other("power failure"))?;
        Ok(())
    }
}

impl Disk for Mortal {
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.spend()?;
        fs::rename(from, to)
    }

    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.spend()?;
        fs::remove_file(path)
    }

    /// Removes one entry at a time, because a removal can be cut off between any two.
    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut paths: Vec<_> = fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.remove_folder(&path)?;
            } else {
                self.remove_file(&path)?;
            }
        }
        self.spend()?;
        fs::remove_dir(path)
    }
}

fn write(staging: &Staging, specs: &[&TableSpec], number: u64) -> Manifest {
    let tables: Vec<Written> = specs
        .iter()
        .map(|spec| {
            let mut table = CsvTable::create(staging.dir(), spec, CsvOptions::default()).expect("made");
            table.row(&[Cell::Count(number)]).expect("row");
            table.finish().expect("finished")
        })
        .collect();
    Manifest { key_id: number.to_string(), tables, ..Manifest::default() }
}

fn run(number: usize) -> Run {
    Run { jobs: number, ..Run::default() }
}

/// A folder with an old ledger, an estimate made from it and a file of the user's.
fn with_old_ledger() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("temp dir");
    let out = dir.path().join("ledger");
    let staging = Staging::create(&out, Existing::Refuse).expect("begun");
    let manifest = write(&staging, &[&A, &B, &OLD_ONLY], 1);
    staging.publish(manifest, &run(1)).expect("published");
    fs::create_dir_all(out.join("estimates/first")).expect("folder");
    fs::write(out.join("estimates/first/estimates.csv"), "1").expect("written");
    fs::write(out.join("notes.txt"), "mine").expect("written");
    (dir, out)
}

fn names(out: &Path) -> Vec<String> {
    let entries = fs::read_dir(out).expect("folder");
    let mut names: Vec<_> = entries.map(|e| e.expect("entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn number_of(out: &Path) -> String {
    verify_complete(out).expect("complete").key_id
}

/// The state of the ledger in full: the manifest, what lies beside it, and the run.
fn assert_is_old_or_new(out: &Path, when: &str) -> bool {
    let is_new = number_of(out) == "2";
    let run: Run = serde_json::from_slice(&fs::read(out.join(RUN_FILE)).expect("run.json")).expect("JSON");
    let expected: &[&str] = if is_new {
        &["a.csv", "b.csv", "manifest.json", "new.csv", "notes.txt", "run.json"]
    } else {
        &["a.csv", "b.csv", "estimates", "manifest.json", "notes.txt", "old.csv", "run.json"]
    };
    let here: Vec<_> = names(out).into_iter().filter(|name| name != STAGING).collect();
    assert_eq!(here, expected, "{when}");
    assert_eq!(run.jobs, if is_new { 2 } else { 1 }, "{when}");
    is_new
}

#[test]
fn a_new_ledger_replaces_an_old_one_as_a_whole() {
    let (_dir, out) = with_old_ledger();
    let staging = Staging::create(&out, Existing::Force).expect("begun");
    fs::write(staging.work().join("checkpoint"), "x").expect("written");
    let manifest = write(&staging, &[&A, &B, &NEW_ONLY], 2);
    let hash = staging.publish(manifest, &run(2)).expect("published");
    assert!(assert_is_old_or_new(&out, "at the end"));
    assert_eq!(hash, sha256(&fs::read(out.join(MANIFEST_FILE)).expect("manifest")));
    assert!(!out.join(STAGING).exists() && !out.join(PREVIOUS).exists());
}

#[test]
fn after_a_kill_at_any_step_the_ledger_is_the_old_or_the_new_one() {
    let mut outcomes = Vec::new();
    for steps in 0.. {
        let (_dir, out) = with_old_ledger();
        let staging = Staging::create(&out, Existing::Force).expect("begun");
        let manifest = write(&staging, &[&A, &B, &NEW_ONLY], 2);
        let died = staging.publish_on(manifest, &run(2), &mut Mortal::after(steps)).is_err();
        if let Ok(manifest) = verify_complete(&out) {
            // What a reader accepts even without recovery is one ledger and not two.
            assert!(["1", "2"].contains(&manifest.key_id.as_str()));
        }
        recover(&out).expect("recovered");
        outcomes.push(assert_is_old_or_new(&out, &format!("after {steps} steps")));
        if !died {
            break;
        }
    }
    assert!(!outcomes[0] && outcomes.is_sorted(), "{outcomes:?}");
    assert!(outcomes.len() > 12, "{outcomes:?}");
}

#[test]
fn a_recovery_may_be_killed_at_any_step_too() {
    for steps in 1..12 {
        for more in 0..12 {
            let (_dir, out) = with_old_ledger();
            let staging = Staging::create(&out, Existing::Force).expect("begun");
            let manifest = write(&staging, &[&A, &B, &NEW_ONLY], 2);
            let _ = staging.publish_on(manifest, &run(2), &mut Mortal::after(steps));
            let _ = recover_with(&out, &mut Mortal::after(more));
            recover(&out).expect("recovered");
            assert_is_old_or_new(&out, &format!("after {steps} and {more} steps"));
        }
    }
}

#[test]
fn a_first_ledger_is_there_or_not() {
    for steps in 0..10 {
        let dir = tempfile::tempdir().expect("temp dir");
        let out = dir.path().join("ledger");
        let staging = Staging::create(&out, Existing::Refuse).expect("begun");
        let manifest = write(&staging, &[&A, &B], 2);
        let died = staging.publish_on(manifest, &run(2), &mut Mortal::after(steps)).is_err();
        recover(&out).expect("recovered");
        match read_state(&out).expect("state") {
            LedgerState::Interrupted => assert!(died && steps == 0),
            state => {
                assert_eq!(state, LedgerState::Ledger);
                assert_eq!(number_of(&out), "2");
            }
        }
    }
}

#[test]
fn a_sealed_ledger_that_lost_a_table_gives_way_to_the_old_one() {
    for steps in 1..10 {
        let (_dir, out) = with_old_ledger();
        let staging = Staging::create(&out, Existing::Force).expect("begun");
        let manifest = write(&staging, &[&A, &B, &NEW_ONLY], 2);
        let _ = staging.publish_on(manifest, &run(2), &mut Mortal::after(steps));
        let staged = out.join(STAGING).join("new.csv");
        if !staged.exists() {
            break;
        }
        fs::write(staged, "n\n3\n").expect("damaged");
        let recovered = recover(&out);
        assert!(recovered.is_ok() || steps == 1, "{recovered:?}");
        assert!(!assert_is_old_or_new(&out, &format!("after {steps} steps")));
    }
}

#[test]
fn a_new_table_in_place_goes_when_the_old_ledger_comes_back() {
    let (_dir, out) = with_old_ledger();
    let staging = Staging::create(&out, Existing::Force).expect("begun");
    let manifest = write(&staging, &[&B, &A, &NEW_ONLY], 2);
    let _ = staging.publish_on(manifest, &run(2), &mut Mortal::once(out.join("new.csv")));
    assert!(out.join("new.csv").exists() && !out.join(MANIFEST_FILE).exists());
    fs::write(out.join("a.csv"), "n\n3\n").expect("damaged");
    recover(&out).expect("recovered");
    assert!(!assert_is_old_or_new(&out, "after new.csv came into place"));
}

#[test]
fn a_changed_table_does_not_bring_back_what_is_being_removed() {
    let (_dir, out) = with_old_ledger();
    fs::create_dir(out.join(PREVIOUS)).expect("folder");
    fs::write(out.join(PREVIOUS).join("a.csv"), "n\n0\n").expect("written");
    fs::write(out.join("b.csv"), "edited").expect("written");
    recover(&out).expect("recovered");
    assert!(!out.join(PREVIOUS).exists());
    assert_eq!(fs::read_to_string(out.join("a.csv")).expect("a.csv"), "n\n1\n");
}

#[test]
fn a_scan_among_foreign_files_can_be_resumed() {
    let dir = tempfile::tempdir().expect("temp dir");
    fs::write(dir.path().join("thesis.txt"), "x").expect("written");
    drop(Staging::create(dir.path(), Existing::Force).expect("begun"));
    Staging::create(dir.path(), Existing::Resume).expect("resumed");
}

#[test]
fn an_error_before_publishing_leaves_the_old_ledger() {
    let (_dir, out) = with_old_ledger();
    let staging = Staging::create(&out, Existing::Force).expect("begun");
    write(&staging, &[&A], 2);
    drop(staging);
    assert_eq!(number_of(&out), "1");
    let err = Staging::create(&out, Existing::Refuse).expect_err("refused");
    assert!(err.to_string().contains("holds a ledger already"), "{err}");
    assert_eq!(number_of(&out), "1");
}

#[test]
fn an_interrupted_scan_is_kept_for_resume() {
    let dir = tempfile::tempdir().expect("temp dir");
    let out = dir.path().join("ledger");
    let staging = Staging::create(&out, Existing::Refuse).expect("begun");
    fs::write(staging.work().join("checkpoint"), "x").expect("written");
    drop(staging);
    let err = Staging::create(&out, Existing::Refuse).expect_err("refused");
    assert!(err.to_string().contains("--resume"), "{err}");
    let staging = Staging::create(&out, Existing::Resume).expect("resumed");
    assert!(staging.work().join("checkpoint").exists());
    drop(staging);
    let staging = Staging::create(&out, Existing::Force).expect("anew");
    assert!(!staging.work().join("checkpoint").exists());
}

#[test]
fn what_was_half_removed_is_not_continued() {
    let dir = tempfile::tempdir().expect("temp dir");
    let out = dir.path().join("ledger");
    let half = out.join(DISCARDED).join("work");
    fs::create_dir_all(&half).expect("made");
    fs::write(half.join("checkpoint"), "x").expect("written");
    assert_eq!(read_state(&out).expect("read"), LedgerState::Absent);
    let staging = Staging::create(&out, Existing::Resume).expect("begun");
    assert!(!staging.work().join("checkpoint").exists() && !out.join(DISCARDED).exists());
}

#[test]
fn a_first_ledger_is_not_taken_for_complete_before_its_end() {
    for steps in 1.. {
        let dir = tempfile::tempdir().expect("temp dir");
        let out = dir.path().join("ledger");
        let staging = Staging::create(&out, Existing::Refuse).expect("begun");
        let manifest = write(&staging, &[&A], 1);
        let died = staging.publish_on(manifest, &run(1), &mut Mortal::after(steps)).is_err();
        let state = read_state(&out).expect("state");
        assert_eq!(state, if died { LedgerState::Publishing } else { LedgerState::Ledger }, "after {steps} steps");
        recover(&out).expect("recovered");
        assert_eq!(names(&out), ["a.csv", "manifest.json", "run.json"]);
        if !died {
            break;
        }
    }
}

#[test]
fn files_that_are_no_ledger_are_not_touched_without_force() {
    let dir = tempfile::tempdir().expect("temp dir");
    fs::write(dir.path().join("thesis.txt"), "x").expect("written");
    for existing in [Existing::Refuse, Existing::Resume] {
        let err = Staging::create(dir.path(), existing).expect_err("refused");
        assert!(err.to_string().contains("no ledger"), "{err}");
    }
    assert_eq!(names(dir.path()), ["thesis.txt"]);
    let err = Staging::create(&dir.path().join("thesis.txt"), Existing::Force).expect_err("a file");
    assert!(format!("{err:#}").contains("is a file"), "{err:#}");
}

#[test]
fn a_ledger_has_one_writer_at_a_time() {
    let dir = tempfile::tempdir().expect("temp dir");
    let _first = Staging::create(dir.path(), Existing::Refuse).expect("begun");
    let err = Staging::create(dir.path(), Existing::Force).expect_err("taken");
    assert!(err.to_string().contains("another run"), "{err}");
}

#[test]
fn readers_refuse_a_ledger_that_was_changed() {
    let (_dir, out) = with_old_ledger();
    fs::write(out.join("a.csv"), "n\n9\n").expect("changed");
    fs::write(out.join("b.csv"), "n\n").expect("cut");
    fs::remove_file(out.join("old.csv")).expect("removed");
    let err = verify_complete(&out).expect_err("refused").to_string();
    for part in ["a.csv was changed", "b.csv has 2 bytes instead of 4", "old.csv is missing"] {
        assert!(err.contains(part), "{err}");
    }
    assert!(verify_complete(&out.join("estimates")).is_err());
}
