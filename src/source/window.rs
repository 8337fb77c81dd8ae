//! A part of something that can be read at any place, as if it were the whole: an archive that is
//! stored in another.

use super::content::Anywhere;
use rawzip::ReaderAt;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Bytes of a range, counted from its beginning.
#[derive(Clone)]
pub struct Window {
    anywhere: Anywhere,
    range: Range<u64>,
    at: u64,
}

impl Window {
    /// The bytes of a range.
    pub fn new(anywhere: Anywhere, range: Range<u64>) -> Self {
        Window { anywhere, range, at: 0 }
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReaderAt for Window {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let size = left.min(buf.len());
        self.anywhere.read_at(&mut buf[..size], self.range.start.saturating_add(offset))
    }
}

impl Read for Window {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.read_at(buf, self.at)?;
        if read == 0 && !buf.is_empty() && self.at < self.len() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read"));
        }
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
