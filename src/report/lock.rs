//! One writer per ledger. The lock is on the folder itself, so it leaves no file behind and goes
//! when the process goes, however it ends.

use super::escape::terminal_path;
use anyhow::{Result, bail};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held while a ledger is written.
#[derive(Debug)]
pub struct FolderLock {
    _folder: Option<File>,
}

impl FolderLock {
    /// Takes the lock of an existing folder.
    ///
    /// # Errors
    /// When another process has it. Where folders cannot be locked, there is no lock.
    pub fn acquire(folder: &Path) -> Result<Self> {
        let Ok(file) = File::open(folder) else {
            return Ok(FolderLock { _folder: None });
        };
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _folder: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                bail!("{}: another run is writing this ledger; wait until it ends", terminal_path(folder))
            }
            Err(TryLockError::Error(_)) => Ok(FolderLock { _folder: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_has_one_writer() {
        let dir = tempfile::tempdir().expect("temp dir");
        let first = FolderLock::acquire(dir.path()).expect("free");
        let err = FolderLock::acquire(dir.path()).expect_err("taken");
        assert!(err.to_string().contains("another run"), "{err}");
        drop(first);
        FolderLock::acquire(dir.path()).expect("free again");
    }
}
