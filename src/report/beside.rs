//! What later commands write beside a ledger's sealed files: `report/`, `compare/`,
//! `estimates/NAME/`, each with a manifest of its own that names the ledger it was made from. A
//! folder is made under a hidden name and renamed when it is complete, so that it is the old one,
//! the new one or, between two renames, absent and put back by the next command.

use super::escape::terminal_path;
use super::hashing::{create_private, sha256};
use super::lock::FolderLock;
use super::manifest::{MANIFEST_FILE, Manifest, RUN_FILE, Run};
use super::opened::OpenLedger;
use super::publish::{DERIVED, cannot, make_private_folder, remove_folder, sync_folder};
use super::staging::{Existing, write_synced};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The ending of a folder that is being made.
const MAKING: &str = ".making";

/// The ending of a folder that is being replaced.
const REPLACED: &str = ".replaced";

/// A folder beside a ledger's sealed files that is being written.
#[derive(Debug)]
pub struct Beside {
    place: PathBuf,
    making: PathBuf,
    _lock: FolderLock,
}

impl Beside {
    /// Begins a folder: `report`, `compare` or `estimates/NAME`.
    ///
    /// # Errors
    /// When the name is none of these, the folder is there and must not be replaced, another
    /// command is writing into the ledger, or the folder cannot be made.
    pub fn create(ledger: &OpenLedger, folder: &str, existing: Existing) -> Result<Self> {
        let (parent, name) = folder.split_once('/').unwrap_or(("", folder));
        let first = if parent.is_empty() { name } else { parent };
        if !DERIVED.contains(&first) || (first == "estimates") == parent.is_empty() || !is_plain(name) {
            bail!("'{}' cannot name a folder: use letters, digits, - and _", super::escape::terminal(folder));
        }
        let parent = ledger.dir().join(parent);
        let place = parent.join(name);
        let lock = FolderLock::acquire(ledger.dir())?;
        if existing == Existing::Refuse && place.exists() {
            bail!("{}: is there already; choose another name, or replace it with --force", terminal_path(&place));
        }
        let making = hidden(&place, MAKING);
        remove_folder(&making)?;
        make_private_folder(&making)?;
        Ok(Beside { place, making, _lock: lock })
    }

    /// Where the files are written.
    pub fn dir(&self) -> &Path {
        &self.making
    }

    /// Where the files will be.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Seals what was written and puts it into place. Returns the SHA-256 of the manifest.
    ///
    /// # Errors
    /// When something cannot be written or moved.
    pub fn publish(self, mut manifest: Manifest, run: Option<&Run>) -> Result<String> {
        manifest.tables.sort_by(|a, b| a.file.cmp(&b.file));
        for table in &manifest.tables {
            let path = self.making.join(&table.file);
            File::open(&path).and_then(|file| file.sync_all()).with_context(|| cannot("sync", &path))?;
        }
        if let Some(run) = run {
            write_synced(&self.making.join(RUN_FILE), &run.to_bytes()?)?;
        }
        let bytes = manifest.to_bytes()?;
        write_synced(&self.making.join(MANIFEST_FILE), &bytes)?;
        sync_folder(&self.making)?;
        let replaced = hidden(&self.place, REPLACED);
        if self.place.exists() {
            fs::rename(&self.place, &replaced).with_context(|| cannot("replace", &self.place))?;
        }
        fs::rename(&self.making, &self.place).with_context(|| cannot("make", &self.place))?;
        if let Some(parent) = self.place.parent() {
            sync_folder(parent)?;
        }
        remove_folder(&replaced)?;
        Ok(sha256(&bytes))
    }

    /// Makes a file of another kind than a table in the folder, which only its owner may read.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn file(&self, name: &str) -> Result<File> {
        let path = self.making.join(name);
        create_private(&path).with_context(|| cannot("make", &path))
    }
}

fn hidden(place: &Path, ending: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}{ending}"))
}

/// Whether a name can be a folder's on every system and hides nothing.
fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=100).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with('.') && !name.ends_with('.')
}

/// Puts back what was set aside when a command was interrupted between two renames, and removes
/// what was not completed.
pub(super) fn recover(ledger: &Path) -> Result<()> {
    let mut left = Vec::new();
    for parent in [ledger.to_owned(), ledger.join("estimates")] {
        for name in names(&parent)? {
            if name.starts_with('.') && [MAKING, REPLACED].iter().any(|ending| name.ends_with(ending)) {
                left.push(parent.join(name));
            }
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    // Somebody may be writing right now; then nothing was interrupted.
    let Ok(_lock) = FolderLock::acquire(ledger) else { return Ok(()) };
    for path in left {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let place = name.strip_suffix(REPLACED).map(|name| path.with_file_name(name.trim_start_matches('.')));
        match place {
            Some(place) if !place.exists() => {
                fs::rename(&path, &place).with_context(|| cannot("put back", &place))?;
            }
            _ => fs::remove_dir_all(&path).with_context(|| cannot("remove", &path))?,
        }
    }
    Ok(())
}

/// The complete folders beside a ledger's sealed files, in the order of their paths.
pub(super) fn folders(ledger: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for name in DERIVED {
        let place = ledger.join(name);
        if place.join(MANIFEST_FILE).exists() {
            found.push(place);
            continue;
        }
        let below = names(&place)?.into_iter().filter(|name| !name.starts_with('.'));
        found.extend(below.map(|name| place.join(name)).filter(|place| place.join(MANIFEST_FILE).exists()));
    }
    found.sort();
    Ok(found)
}

/// The names in a folder in order; none where there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(err) if matches!(err.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(err) => return Err(err).with_context(|| cannot("read", folder)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.with_context(|| cannot("read", folder))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::opened::tests::ledger;

    #[test]
    fn a_folder_is_the_old_one_or_the_new_one() {
        let dir = ledger(&[("visits.csv", "page,loads\na,1\n")]);
        let open = OpenLedger::open(dir.path()).expect("a ledger");
        for round in ["one", "two"] {
            let beside = Beside::create(&open, "report", Existing::Force).expect("begun");
            fs::write(beside.dir().join("x.txt"), round).expect("written");
            if round == "two" {
                let shown = fs::read_to_string(open.dir().join("report/x.txt")).expect("the old one");
                assert_eq!(shown, "one");
            }
            beside.publish(open.derived_manifest(), None).expect("published");
        }
        assert_eq!(fs::read_to_string(open.dir().join("report/x.txt")).expect("the new one"), "two");
        assert_eq!(open.beside().expect("folders"), [open.dir().join("report")]);
        let manifest = Manifest::read(&open.dir().join("report")).expect("readable").expect("there");
        assert_eq!(manifest.ledgers, [open.used()]);
    }

    #[test]
    fn an_interrupted_replacement_is_put_back() {
        let dir = ledger(&[]);
        let at = |name: &str| dir.path().join("estimates").join(name);
        for (folder, content) in [(".a.replaced", "old"), (".b.making", "half"), (".c.replaced", "old"), ("c", "new")] {
            fs::create_dir_all(at(folder)).expect("folder");
            fs::write(at(folder).join("x"), content).expect("file");
        }
        OpenLedger::open(dir.path()).expect("a ledger");
        assert_eq!(fs::read_to_string(at("a").join("x")).expect("put back"), "old");
        assert_eq!(fs::read_to_string(at("c").join("x")).expect("kept"), "new");
        assert_eq!(names(&dir.path().join("estimates")).expect("names"), ["a", "c"]);
    }

    #[test]
    fn only_known_folders_with_plain_names_are_made() {
        let dir = ledger(&[]);
        let open = OpenLedger::open(dir.path()).expect("a ledger");
        for bad in ["", "estimates", "estimates/", "estimates/..", "estimates/a/b", "../x", "tables", "report/x y"] {
            assert!(Beside::create(&open, bad, Existing::Force).is_err(), "{bad}");
        }
        let first = Beside::create(&open, "estimates/july", Existing::Refuse).expect("begun");
        first.publish(open.derived_manifest(), None).expect("published");
        let err = Beside::create(&open, "estimates/july", Existing::Refuse).expect_err("refused");
        assert!(format!("{err:#}").contains("--force"), "{err:#}");
    }
}
