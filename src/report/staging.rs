//! The folder of a ledger while it is being written. Everything is made in `.staging/` inside of
//! it, so that a full disk, an error or an interrupt leaves the ledger before untouched, and goes
//! into place at the end by [`super::publish`].

use super::escape::terminal_path;
use super::hashing::{create_private, sha256};
use super::ledger_state::{DISCARDED, LedgerState, STAGING, read_state};
use super::lock::FolderLock;
use super::manifest::{MANIFEST_FILE, Manifest, RUN_FILE, Run};
use super::publish::{self, Disk, RealDisk, cannot, make_private_folder, remove_folder, sync_folder};
use crate::pipeline;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many files wait for the disk side by side.
const SYNCS: usize = 4;

/// What to do about a ledger, or part of one, that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and stop.
    #[default]
    Refuse,
    /// Replace it.
    Force,
    /// Continue an interrupted scan.
    Resume,
}

/// A ledger that is being written.
#[derive(Debug)]
pub struct Staging {
    out: PathBuf,
    dir: PathBuf,
    work: PathBuf,
    _lock: FolderLock,
}

impl Staging {
    /// Begins a ledger at `out`.
    ///
    /// # Errors
    /// When something is there that must not be replaced, or the folder cannot be made.
    pub fn create(out: &Path, existing: Existing) -> Result<Self> {
        publish::recover(out)?;
        check(out, read_state(out)?, existing)?;
        make_private_folder(out)?;
        let lock = FolderLock::acquire(out)?;
        let dir = out.join(STAGING);
        let discarded = out.join(DISCARDED);
        remove_folder(&discarded)?;
        if existing != Existing::Resume && dir.exists() {
            // At once, so that nobody ever continues what was half removed.
            fs::rename(&dir, &discarded).with_context(|| cannot("remove", &dir))?;
            remove_folder(&discarded)?;
        }
        let work = dir.join("work");
        make_private_folder(&work)?;
        Ok(Staging { out: out.to_owned(), dir, work, _lock: lock })
    }

    /// Where the tables are written.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where checkpoints and intermediate files are written; they go away when the ledger is
    /// published and stay for `--resume` until then.
    pub fn work(&self) -> &Path {
        &self.work
    }

    /// A folder in [`Self::work`] for tables that are not published themselves.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn unpublished(&self) -> Result<PathBuf> {
        let dir = self.work.join("unpublished");
        make_private_folder(&dir)?;
        Ok(dir)
    }

    /// Seals what was written and puts it into place. The tables are put into the order of their
    /// names. Returns the SHA-256 of the manifest.
    ///
    /// # Errors
    /// When something cannot be written or moved; the ledger before is untouched or is restored,
    /// or the move is continued, by the next command.
    pub fn publish(self, manifest: Manifest, run: &Run) -> Result<String> {
        self.publish_on(manifest, run, &mut RealDisk)
    }

    fn publish_on(self, mut manifest: Manifest, run: &Run, disk: &mut dyn Disk) -> Result<String> {
        manifest.tables.sort_by(|a, b| a.file.cmp(&b.file));
        let sync = |table: usize| {
            let path = self.dir.join(&manifest.tables[table].file);
            File::open(&path).and_then(|file| file.sync_all()).with_context(|| cannot("sync", &path))
        };
        pipeline::side_by_side(SYNCS, manifest.tables.len(), sync).into_iter().collect::<Result<()>>()?;
        write_synced(&self.dir.join(RUN_FILE), &run.to_bytes()?)?;
        let bytes = manifest.to_bytes()?;
        let unsealed = self.work.join(MANIFEST_FILE);
        write_synced(&unsealed, &bytes)?;
        sync_folder(&self.dir)?;
        let sealed = self.dir.join(MANIFEST_FILE);
        disk.rename(&unsealed, &sealed).with_context(|| cannot("make", &sealed))?;
        sync_folder(&self.dir)?;
        publish::move_in(&self.out, &manifest, disk)?;
        Ok(sha256(&bytes))
    }
}

fn check(out: &Path, state: LedgerState, existing: Existing) -> Result<()> {
    let shown = terminal_path(out);
    match (state, existing) {
        (_, Existing::Force)
        | (LedgerState::Absent, _)
        | (LedgerState::Ledger | LedgerState::Interrupted, Existing::Resume) => Ok(()),
        (LedgerState::Ledger, Existing::Refuse) => {
            bail!("{shown}: holds a ledger already; name another folder, or replace it with --force")
        }
        (LedgerState::Interrupted | LedgerState::Publishing, _) => {
            bail!("{shown}: holds a scan that was interrupted; continue it with --resume, or begin anew with --force")
        }
        (LedgerState::Foreign, _) => {
            bail!("{shown}: holds files that are no ledger; name a new folder, or write among them with --force")
        }
    }
}

pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create_private(path).with_context(|| cannot("make", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(|| cannot("write", path))
}

#[cfg(test)]
mod tests;
