//! Spilling: bytes that wait for later are kept in memory up to a limit and in a temporary file
//! beyond it, so that the size of an input does not decide how much memory a run takes.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A place for bytes that are read again later.
#[derive(Debug)]
pub struct Store {
    limit: usize,
    /// Whether the file stays.
    lasts: bool,
    used: AtomicUsize,
    path: PathBuf,
    file: Mutex<Option<(File, u64)>>,
}

/// Bytes that were put into a [`Store`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept(Where);

#[derive(Debug, Serialize, Deserialize)]
enum Where {
    Memory(Vec<u8>),
    File { offset: u64, length: usize },
}

impl Store {
    /// A store that keeps up to `limit` bytes in memory and the rest in a file at `path`, which is
    /// made when it is needed and removed with the store.
    pub fn new(limit: usize, path: PathBuf) -> Self {
        Self::keeping(limit, false, path)
    }

    /// A store that keeps everything in a file, which stays for another run.
    pub fn lasting(path: PathBuf) -> Self {
        Self::keeping(0, true, path)
    }

    fn keeping(limit: usize, lasts: bool, path: PathBuf) -> Self {
        Store { limit, lasts, used: AtomicUsize::new(0), path, file: Mutex::new(None) }
    }

    /// A lasting store of which the first bytes of the file are still needed.
    ///
    /// # Errors
    /// When the file is not there, or has fewer bytes.
    pub fn reopen(path: PathBuf, bytes: u64) -> Result<Self> {
        let store = Store::lasting(path);
        if bytes > 0 {
            let cannot = || format!("{}: cannot be continued", store.path.display());
            let file = OpenOptions::new().read(true).write(true).open(&store.path).with_context(cannot)?;
            if file.metadata().with_context(cannot)?.len() < bytes {
                bail!("{}: is shorter than it was; begin anew with --force", store.path.display());
            }
            file.set_len(bytes).with_context(cannot)?;
            *store.file.lock().unwrap_or_else(PoisonError::into_inner) = Some((file, bytes));
        }
        Ok(store)
    }

    /// Waits until what is in the file is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sync(&self) -> Result<()> {
        // A handle of its own, so that those who write are not held up meanwhile.
        let file = {
            let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.as_ref().map(|(file, _)| file.try_clone()).transpose()
        };
        let synced = file.and_then(|file| file.map_or(Ok(()), |file| file.sync_data()));
        synced.with_context(|| format!("{}: cannot write", self.path.display()))
    }

    /// Keeps bytes.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn put(&self, mut bytes: Vec<u8>) -> Result<Kept> {
        bytes.shrink_to_fit();
        let used = self.used.fetch_add(bytes.len(), Ordering::Relaxed);
        if used + bytes.len() <= self.limit {
            return Ok(Kept(Where::Memory(bytes)));
        }
        self.used.fetch_sub(bytes.len(), Ordering::Relaxed);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, end) = match &mut *file {
            Some(open) => open,
            none => none.insert((self.make()?, 0)),
        };
        let offset = *end;
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(&bytes))
            .with_context(|| format!("{}: cannot write", self.path.display()))?;
        *end += bytes.len() as u64;
        Ok(Kept(Where::File { offset, length: bytes.len() }))
    }

    fn make(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path).with_context(|| format!("{}: cannot make a temporary file", self.path.display()))
    }

    /// Reads bytes again.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn get<'k>(&self, kept: &'k Kept) -> Result<Cow<'k, [u8]>> {
        match &kept.0 {
            Where::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Where::File { offset, length } => {
                let mut bytes = vec![0; *length];
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((file, _)) = &mut *file {
                    file.seek(SeekFrom::Start(*offset))
                        .and_then(|_| file.read_exact(&mut bytes))
                        .with_context(|| format!("{}: cannot read", self.path.display()))?;
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// Gives bytes back that are not needed any more.
    pub fn release(&self, kept: Kept) {
        if let Where::Memory(bytes) = kept.0 {
            self.used.fetch_sub(bytes.len(), Ordering::Relaxed);
        }
    }
}

impl Kept {
    /// Where the bytes end in the file; 0 for bytes that are in memory.
    pub fn end(&self) -> u64 {
        match &self.0 {
            Where::Memory(_) => 0,
            Where::File { offset, length } => offset + *length as u64,
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        if file.take().is_some() && !self.lasts {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_into_memory_comes_back_from_the_file() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("spill");
        let store = Store::new(10, path.clone());
        let texts: Vec<Vec<u8>> = (0..20u8).map(|n| vec![n; usize::from(n)]).collect();
        let kept: Vec<Kept> = texts.iter().map(|text| store.put(text.clone()).expect("put")).collect();
        assert!(path.exists());
        for (kept, text) in kept.iter().zip(&texts) {
            assert_eq!(&*store.get(kept).expect("get"), &text[..]);
        }
        kept.into_iter().for_each(|kept| store.release(kept));
        assert_eq!(store.used.load(Ordering::Relaxed), 0);
        drop(store);
        assert!(!path.exists());
    }

    #[test]
    fn what_lasts_is_continued_behind_the_bytes_that_are_needed() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("spill");
        let store = Store::lasting(path.clone());
        let (kept, _) = (store.put(vec![1; 5]).expect("put"), store.put(vec![2; 5]).expect("put"));
        store.sync().expect("synced");
        drop(store);
        let store = Store::reopen(path.clone(), kept.end()).expect("there");
        let next = store.put(vec![3; 7]).expect("put");
        assert_eq!((next.end(), path.metadata().expect("there").len()), (12, 12));
        assert_eq!((&*store.get(&kept).expect("get"), &*store.get(&next).expect("get")), (&[1; 5][..], &[3; 7][..]));
        assert!(Store::reopen(path, 100).is_err());
    }
}
