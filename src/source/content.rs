//! The bytes of an input before anything is unpacked: a stream that is read once from its
//! beginning, or bytes that can be read at any place, which archives with their list at the end
//! need.

use super::allowance::Allowance;
use super::decode::Stream;
use super::window::Window;
use rawzip::ReaderAt;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that can be read at any place by any thread.
pub type Anywhere = Arc<dyn ReaderAt + Send + Sync>;

/// The bytes of an input.
pub enum Content {
    /// A part of something that can be read at any place.
    Part(Anywhere, Range<u64>),
    /// A stream.
    Stream(Stream),
}

impl Content {
    /// Bytes in memory.
    pub fn memory(bytes: Vec<u8>) -> Self {
        let end = bytes.len() as u64;
        Content::Part(Arc::new(bytes), 0..end)
    }

    /// The bytes from the first to the last.
    pub fn stream(self) -> Stream {
        match self {
            Content::Stream(stream) => stream,
            Content::Part(anywhere, range) => Box::new(Window::new(anywhere, range)),
        }
    }
}

/// A stream that fails at once: what is known to come behind bytes that could be read.
pub struct Failing(Option<io::Error>);

impl Failing {
    /// Fails with this error.
    pub fn new(err: io::Error) -> Self {
        Failing(Some(err))
    }
}

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// How many bytes of the run's files were read, for the progress bar.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Notes that bytes were read.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts what is read of a file of the run.
pub struct Metered<R> {
    inner: R,
    meter: Meter,
    allowance: Allowance,
}

impl<R> Metered<R> {
    /// Counts for the run and for the file's allowance.
    pub fn new(inner: R, meter: Meter, allowance: Allowance) -> Self {
        Metered { inner, meter, allowance }
    }

    fn note<T: TryInto<u64> + Copy>(&self, read: T) {
        let bytes = read.try_into().unwrap_or(0);
        self.meter.add(bytes);
        self.allowance.read(bytes);
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.note(read);
        Ok(read)
    }
}

impl<R: ReaderAt> ReaderAt for Metered<R> {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.inner.read_at(buf, offset)?;
        self.note(read);
        Ok(read)
    }
}

/// What is known of a file as it is stored.
#[derive(Debug, Default)]
struct Stored {
    bytes: u64,
    sha256: Option<Sha256>,
}

/// The stored side of an open input, shared with the reader that counts it.
#[derive(Clone, Debug, Default)]
pub struct StoredHandle(Arc<Mutex<Stored>>);

impl StoredHandle {
    /// A handle that also takes the SHA-256, if asked for.
    pub fn new(sha256: bool) -> Self {
        StoredHandle(Arc::new(Mutex::new(Stored { bytes: 0, sha256: sha256.then(Sha256::new) })))
    }

    /// Whether the SHA-256 is taken.
    pub fn hashes(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sha256.is_some()
    }

    /// Bytes of the file read so far.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// The SHA-256 of the file as stored in hex, if it was asked for. Call it at the end.
    pub fn sha256(&self) -> Option<String> {
        let mut stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stored.sha256.take().map(|hash| data_encoding::HEXLOWER.encode(&hash.finalize()))
    }

    /// A reader whose bytes are counted here.
    pub fn counting<R: Read>(&self, inner: R) -> Counting<R> {
        Counting { inner, stored: self.clone() }
    }
}

/// A reader that counts and hashes the stored bytes.
pub struct Counting<R> {
    inner: R,
    stored: StoredHandle,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        let mut stored = self.stored.0.lock().unwrap_or_else(PoisonError::into_inner);
        stored.bytes += read as u64;
        if let Some(hash) = &mut stored.sha256 {
            hash.update(&buf[..read]);
        }
        Ok(read)
    }
}
