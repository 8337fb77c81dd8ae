//! Puts a finished ledger into place by renaming, such that whatever moment the program or the
//! machine dies at, the next command finds the old ledger or the new one and never a mixture.
//!
//! The order is the whole argument. A staging folder that has a manifest is *sealed*: its tables
//! are complete and on the disk. From then on the move is only ever continued; while there is a
//! folder `.previous/`, it is not at its end:
//!
//! 1. the old manifest goes to `.previous/`, so that nothing in the folder claims to be complete;
//! 2. the old tables go to `.previous/`;
//! 3. the new tables come into place;
//! 4. the new manifest comes into place: the ledger is the new one;
//! 5. what is left of the old one goes away.
//!
//! Every step looks at what is where and does only what is left to do. If a sealed table has been
//! lost, the old ledger is put back.

use super::escape::terminal_path;
use super::hashing::sha256_file;
use super::ledger_state::{PREVIOUS, STAGING, verify_complete};
use super::lock::FolderLock;
use super::manifest::{MANIFEST_FILE, Manifest, RUN_FILE};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Folders that later commands make from a ledger's tables, and that go when those go.
pub(super) const DERIVED: [&str; 3] = ["compare", "estimates", "report"];

/// The changes that publishing makes to a disk, one call each; tests stop after any of them.
pub trait Disk {
    /// Renames a file or folder.
    ///
    /// # Errors
    /// As [`fs::rename`].
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As [`fs::remove_file`].
    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    /// Removes a folder with all that it holds.
    ///
    /// # Errors
    /// As [`fs::remove_dir_all`].
    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// The disk as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {}

/// Finishes or undoes what an interrupted command left half done. Every command that reads or
/// writes a ledger calls this first. An interrupted scan that had not finished reading is left for
/// `--resume`.
///
/// # Errors
/// When another process is at it, or the folder cannot be changed.
pub fn recover(out: &Path) -> Result<()> {
    if !out.join(STAGING).join(MANIFEST_FILE).exists() && !out.join(PREVIOUS).exists() {
        return Ok(());
    }
    let _lock = FolderLock::acquire(out)?;
    recover_with(out, &mut RealDisk)
}

/// Opens a ledger for reading: recovers it if need be and checks all of its tables.
///
/// # Errors
/// When it is no ledger, cannot be recovered, or is not what its manifest says.
pub fn open(out: &Path) -> Result<Manifest> {
    recover(out)?;
    verify_complete(out)
}

pub(super) fn recover_with(out: &Path, disk: &mut dyn Disk) -> Result<()> {
    let mut mover = Mover::new(out, disk);
    if mover.staging.join(MANIFEST_FILE).exists() {
        return mover.complete();
    }
    if !mover.previous.exists() {
        return Ok(());
    }
    // Tidying takes the old manifest away first: without it, old tables are only being removed.
    let has_new = out.join(MANIFEST_FILE).exists();
    let has_old = mover.previous.join(MANIFEST_FILE).exists();
    if has_new && (!has_old || verify_complete(out).is_ok()) { mover.tidy() } else { mover.put_back() }
}

/// Moves a ledger into place whose staging folder was sealed this moment, with this manifest.
pub(super) fn move_in(out: &Path, new: &Manifest, disk: &mut dyn Disk) -> Result<()> {
    Mover::new(out, disk).move_in(new)
}

struct Mover<'d> {
    out: PathBuf,
    staging: PathBuf,
    previous: PathBuf,
    disk: &'d mut dyn Disk,
}

impl<'d> Mover<'d> {
    fn new(out: &Path, disk: &'d mut dyn Disk) -> Self {
        Mover { out: out.to_owned(), staging: out.join(STAGING), previous: out.join(PREVIOUS), disk }
    }

    /// Continues what another process began, if nothing was lost meanwhile.
    fn complete(&mut self) -> Result<()> {
        match self.sealed()? {
            Some(new) => self.move_in(&new),
            None => self.put_back(),
        }
    }

    fn move_in(&mut self, new: &Manifest) -> Result<()> {
        self.set_old_aside(new)?;
        let run = self.staging.join(RUN_FILE).exists().then_some(RUN_FILE);
        for file in new.tables.iter().map(|table| table.file.as_str()).chain(run) {
            self.move_file(&self.staging.join(file), &self.out.join(file))?;
        }
        sync_folder(&self.out)?;
        self.move_file(&self.staging.join(MANIFEST_FILE), &self.out.join(MANIFEST_FILE))?;
        sync_folder(&self.out)?;
        self.tidy()
    }

    /// The manifest of the sealed ledger, if each of its tables is still where it could be.
    fn sealed(&self) -> Result<Option<Manifest>> {
        let Ok(Some(manifest)) = Manifest::read(&self.staging) else {
            return Ok(None);
        };
        for table in &manifest.tables {
            let staged = self.staging.join(&table.file);
            let place = if staged.exists() { staged } else { self.out.join(&table.file) };
            let found = match sha256_file(&place) {
                Ok((_, sha256)) => Some(sha256),
                Err(err) if err.kind() == io::ErrorKind::NotFound => None,
                Err(err) => return Err(err).with_context(|| cannot("read", &place)),
            };
            if found.as_deref() != Some(&table.sha256) {
                return Ok(None);
            }
        }
        Ok(Some(manifest))
    }

    fn has_old(&self) -> bool {
        self.out.join(MANIFEST_FILE).exists() || self.previous.join(MANIFEST_FILE).exists()
    }

    /// Steps 1 and 2. A new table that is no longer staged is in its place already and stays.
    fn set_old_aside(&mut self, new: &Manifest) -> Result<()> {
        make_private_folder(&self.previous)?;
        if !self.has_old() {
            return Ok(());
        }
        self.move_file(&self.out.join(MANIFEST_FILE), &self.previous.join(MANIFEST_FILE))?;
        sync_folder(&self.out)?;
        for file in self.old_names(new) {
            self.move_file(&self.out.join(&file), &self.previous.join(&file))?;
        }
        sync_folder(&self.previous)
    }

    fn old_names(&self, new: &Manifest) -> BTreeSet<String> {
        // An old manifest that nobody can read names no tables; new ones replace them by name.
        let old = Manifest::read(&self.previous).ok().flatten().unwrap_or_default();
        let mut names: BTreeSet<String> = old.tables.into_iter().map(|table| table.file).collect();
        names.extend(new.tables.iter().map(|table| table.file.clone()));
        names.insert(RUN_FILE.to_owned());
        names.retain(|name| {
            let is_new = name == RUN_FILE || new.table(name).is_some();
            !is_new || self.staging.join(name).exists()
        });
        names.extend(DERIVED.map(str::to_owned));
        names
    }

    /// Undoes steps 3, 2 and 1 and gives up the staged ledger.
    fn put_back(&mut self) -> Result<()> {
        if !self.previous.exists() || !self.has_old() {
            self.remove_folder(&self.previous.clone())?;
            self.unseal()?;
            bail!("{}: the new ledger was damaged before it was in place; scan again", terminal_path(&self.out));
        }
        self.take_new_away()?;
        for name in self.names_set_aside()? {
            let place = self.out.join(&name);
            if place.is_dir() {
                self.remove_folder(&place)?;
            }
            self.move_file(&self.previous.join(&name), &place)?;
        }
        sync_folder(&self.out)?;
        self.unseal()?;
        self.remove_folder(&self.previous.clone())
    }

    /// Undoes step 3: takes tables away of which the old ones were set aside, or never existed.
    fn take_new_away(&mut self) -> Result<()> {
        let new = Manifest::read(&self.staging).ok().flatten().unwrap_or_default();
        let old = Manifest::read(&self.previous).ok().flatten();
        let Some(old) = old.or_else(|| Manifest::read(&self.out).ok().flatten()) else {
            return Ok(());
        };
        for table in &new.tables {
            let staged = self.staging.join(&table.file);
            let was_old = old.table(&table.file).is_some();
            if !staged.exists() && (!was_old || self.previous.join(&table.file).exists()) {
                self.move_file(&self.out.join(&table.file), &staged)?;
            }
        }
        Ok(())
    }

    /// What `.previous/` holds, the manifest last.
    fn names_set_aside(&self) -> Result<Vec<OsString>> {
        let context = || cannot("read", &self.previous);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.previous).with_context(context)? {
            names.push(entry.with_context(context)?.file_name());
        }
        names.sort_by_key(|name| (name == MANIFEST_FILE, name.clone()));
        Ok(names)
    }

    fn unseal(&mut self) -> Result<()> {
        self.remove_file(&self.staging.join(MANIFEST_FILE))
    }

    /// Step 5.
    fn tidy(&mut self) -> Result<()> {
        self.remove_folder(&self.staging.clone())?;
        self.remove_file(&self.previous.join(MANIFEST_FILE))?;
        self.remove_folder(&self.previous.clone())
    }

    fn remove_file(&mut self, path: &Path) -> Result<()> {
        if path.exists() {
            self.disk.remove_file(path).with_context(|| cannot("remove", path))?;
        }
        Ok(())
    }

    fn remove_folder(&mut self, path: &Path) -> Result<()> {
        if path.exists() {
            self.disk.remove_folder(path).with_context(|| cannot("remove", path))?;
        }
        Ok(())
    }

    /// Moves what is there to be moved.
    fn move_file(&mut self, from: &Path, to: &Path) -> Result<()> {
        match fs::symlink_metadata(from) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            _ => self
                .disk
                .rename(from, to)
                .with_context(|| format!("{}: cannot move to {}", terminal_path(from), terminal_path(to))),
        }
    }
}

/// Makes a folder, with those above it, that only its owner may read.
pub(super) fn make_private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| cannot("make", path))
}

/// Removes a folder with all that it holds, if it is there.
pub(super) fn remove_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| cannot("remove", path))?;
    }
    Ok(())
}

/// Has the folder's entries on the disk before anything that relies on them.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(()); // Folders cannot be opened there, and need no sync.
    }
    File::open(path).and_then(|folder| folder.sync_all()).with_context(|| cannot("sync", path))
}

pub(super) fn cannot(what: &str, path: &Path) -> String {
    format!("{}: cannot {what}", terminal_path(path))
}
