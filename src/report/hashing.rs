//! Files that only their owner may read and whose SHA-256 is known as soon as they are written.

use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// Passes bytes on and keeps their number and SHA-256. It wants large writes: put a buffer before it.
#[derive(Debug)]
pub struct HashingWriter<W> {
    inner: W,
    sha256: Sha256,
    bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Hashes what goes into `inner`.
    pub fn new(inner: W) -> Self {
        HashingWriter { inner, sha256: Sha256::new(), bytes: 0 }
    }

    /// Passes what follows on to another writer, which holds the same bytes already.
    pub fn onto<V>(self, inner: V) -> HashingWriter<V> {
        HashingWriter { inner, sha256: self.sha256, bytes: self.bytes }
    }

    /// The number of bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of bytes written and their SHA-256.
    pub fn finish(self) -> (u64, String) {
        (self.bytes, hex(self.sha256))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(buf)?;
        self.sha256.update(&buf[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Makes a file, or empties it, that only its owner may read.
///
/// # Errors
/// As opening a file for writing.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The SHA-256 of some bytes in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// The number of bytes in a file and their SHA-256.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buf = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        match file.read(&mut buf) {
            Ok(0) => return Ok((bytes, hex(sha256))),
            Ok(n) => {
                sha256.update(&buf[..n]);
                bytes += n as u64;
            }
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}

fn hex(sha256: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&sha256.finalize())
}
