//! What a folder is: a ledger, something else, or a ledger that was interrupted. A ledger counts as
//! complete only when every table has the hash that its manifest names.

use super::escape::{terminal, terminal_path};
use super::hashing::sha256_file;
use super::manifest::{MANIFEST_FILE, Manifest};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder in which a new ledger is made, inside the ledger's own.
pub const STAGING: &str = ".staging";

/// The folder that keeps the tables before until the new ones are complete.
pub const PREVIOUS: &str = ".previous";

/// A staging folder that is being removed.
pub(super) const DISCARDED: &str = ".discarded";

/// What there is at the place of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerState {
    /// Nothing, or an empty folder.
    Absent,
    /// A folder with files that are none of ours.
    Foreign,
    /// A ledger.
    Ledger,
    /// No ledger yet, but a scan that was interrupted before it had read everything.
    Interrupted,
    /// The new ledger was complete, but was not put into place to the end; see
    /// [`super::publish::recover`].
    Publishing,
}

/// Looks at the place of a ledger without changing it.
///
/// # Errors
/// When it is a file or cannot be read.
pub fn read_state(out: &Path) -> Result<LedgerState> {
    let mut has_files = false;
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(LedgerState::Absent),
        Err(err) if err.kind() == ErrorKind::NotADirectory => {
            bail!("{}: is a file; a ledger is a folder", terminal_path(out))
        }
        Err(err) => {
            return Err(err).with_context(|| format!("{}: cannot read", terminal_path(out)));
        }
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("{}: cannot read", terminal_path(out)))?;
        let name = entry.file_name();
        has_files |= ![STAGING, PREVIOUS, DISCARDED].iter().any(|own| name == *own);
    }
    let has = |parts: &[&str]| parts.iter().fold(out.to_owned(), |path: PathBuf, part| path.join(part)).exists();
    Ok(if has(&[STAGING, MANIFEST_FILE]) || has(&[PREVIOUS]) {
        LedgerState::Publishing
    } else if has(&[MANIFEST_FILE]) {
        LedgerState::Ledger
    } else if has(&[STAGING]) {
        LedgerState::Interrupted
    } else if has_files {
        LedgerState::Foreign
    } else {
        LedgerState::Absent
    })
}

/// Checks that a folder is a ledger of which nothing is missing or changed, by the hashes.
///
/// # Errors
/// When it is none, with every table that is not what the manifest says.
pub fn verify_complete(out: &Path) -> Result<Manifest> {
    let Some(manifest) = Manifest::read(out)? else {
        bail!("{}: no ledger (it has no {MANIFEST_FILE})", terminal_path(out));
    };
    let mut damaged = Vec::new();
    for table in &manifest.tables {
        let file = terminal(&table.file);
        match sha256_file(&out.join(&table.file)) {
            Ok((_, sha256)) if sha256 == table.sha256 => {}
            Ok((bytes, _)) if bytes == table.bytes => damaged.push(format!("{file} was changed")),
            Ok((bytes, _)) => damaged.push(format!("{file} has {bytes} bytes instead of {}", table.bytes)),
            Err(err) if err.kind() == ErrorKind::NotFound => damaged.push(format!("{file} is missing")),
            Err(err) => damaged.push(format!("{file} cannot be read ({err})")),
        }
    }
    if damaged.is_empty() {
        return Ok(manifest);
    }
    bail!(
        "{}: the ledger is not what its manifest says: {}; scan again, or restore these files",
        terminal_path(out),
        damaged.join(", ")
    )
}
