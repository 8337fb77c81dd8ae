//! A log on the disk: records one behind the other, each with its length and hash, so that after a
//! crash the last whole one is known.

use crate::report::hashing::create_private;
use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// Length and hash before a record.
const HEADER: usize = 8 + 32;

/// Records that are appended and read again in the same order.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: BufReader<File>,
    at: u64,
}

impl Log {
    /// Makes an empty log.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: PathBuf) -> Result<Self> {
        let context = || format!("{}: cannot make the file", path.display());
        drop(create_private(&path).with_context(context)?);
        Log::open(path)
    }

    /// Opens a log at its beginning.
    ///
    /// # Errors
    /// When there is none or it cannot be opened.
    pub fn open(path: PathBuf) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let file = file.with_context(|| format!("{}: cannot open", path.display()))?;
        Ok(Log { path, file: BufReader::new(file), at: 0 })
    }

    /// Where the last record that was read or appended ends.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The next whole record, or `None` where what follows is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let mut header = [0; HEADER];
        if self.file.read_exact(&mut header).is_err() {
            return Ok(None);
        }
        let (length, hash) = header.split_at(8);
        let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
        let mut bytes = Vec::new();
        (&mut self.file)
            .take(length)
            .read_to_end(&mut bytes)
            .with_context(|| format!("{}: cannot read", self.path.display()))?;
        if bytes.len() as u64 != length || blake3::hash(&bytes).as_bytes() != hash {
            return Ok(None);
        }
        let Ok(record) = postcard::from_bytes(&bytes) else { return Ok(None) };
        self.at += HEADER as u64 + length;
        Ok(Some(record))
    }

    /// Cuts off what follows the last record that was read, and writes there from now on.
    ///
    /// # Errors
    /// When the file cannot be cut.
    pub fn cut(&mut self) -> Result<()> {
        let at = self.at;
        let file = self.file.get_mut();
        file.set_len(at)
            .and_then(|()| file.seek(SeekFrom::Start(at)))
            .map(drop)
            .with_context(|| format!("{}: cannot write", self.path.display()))
    }

    /// Appends a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append<T: Serialize + ?Sized>(&mut self, record: &T) -> Result<()> {
        let bytes = postcard::to_stdvec(record).context("a checkpoint cannot be encoded")?;
        let header = [&(bytes.len() as u64).to_le_bytes()[..], blake3::hash(&bytes).as_bytes()].concat();
        let file = self.file.get_mut();
        file.write_all(&header)
            .and_then(|()| file.write_all(&bytes))
            .with_context(|| format!("{}: cannot write", self.path.display()))?;
        self.at += (HEADER + bytes.len()) as u64;
        Ok(())
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sync(&mut self) -> Result<()> {
        self.file.get_mut().sync_data().with_context(|| format!("{}: cannot write", self.path.display()))
    }
}
