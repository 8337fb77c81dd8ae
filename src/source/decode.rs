//! Opening an input: the file is hashed as stored while it is read, and decompressed by what its
//! first bytes say, never by its name.

use super::encoding::Unicode;
use super::{From, Input};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, also of several members.
    Gzip,
    /// Zstandard, also of several frames.
    Zstd,
}

impl Compression {
    /// The command that unpacks such a file to standard output; empty where none is needed.
    pub fn command(self) -> &'static str {
        match self {
            Compression::None => "",
            Compression::Gzip => "gzip -dc",
            Compression::Zstd => "zstd -dc",
        }
    }

    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            // A skippable frame may come first in a Zstandard file.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            _ => Compression::None,
        }
    }
}

/// What is known of a file as it is stored.
#[derive(Debug, Default)]
pub struct Stored {
    /// Bytes read so far.
    pub bytes: u64,
    sha256: Option<Sha256>,
}

/// The stored side of an open input, shared with the reader that counts it.
#[derive(Clone, Debug, Default)]
pub struct StoredHandle(Arc<Mutex<Stored>>);

impl StoredHandle {
    /// Bytes of the file read so far.
    pub fn bytes(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// The SHA-256 of the file as stored in hex, if it was asked for. Call it at the end.
    pub fn sha256(&self) -> Option<String> {
        let mut stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stored.sha256.take().map(|hash| data_encoding::HEXLOWER.encode(&hash.finalize()))
    }
}

struct Counting<R> {
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

/// An input that is open for reading.
pub struct Open {
    /// The decompressed bytes.
    pub reader: Box<dyn Read + Send>,
    /// How the input is compressed.
    pub compression: Compression,
    /// What is known of the stored file.
    pub stored: StoredHandle,
}

/// Opens an input; `sha256` says whether the stored bytes are hashed too.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub fn open(input: &Input, sha256: bool) -> io::Result<Open> {
    match &input.from {
        From::File(path) => open_reader(File::open(path)?, sha256),
        From::Stdin => open_reader(io::stdin(), sha256),
    }
}

/// Opens any reader in the same way as a file.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn open_reader<R: Read + Send + 'static>(reader: R, sha256: bool) -> io::Result<Open> {
    let stored = StoredHandle::default();
    if sha256 {
        stored.0.lock().unwrap_or_else(PoisonError::into_inner).sha256 = Some(Sha256::new());
    }
    let mut counting = Counting { inner: reader, stored: stored.clone() };
    let mut head = Vec::new();
    (&mut counting).take(4).read_to_end(&mut head)?;
    let compression = Compression::of(&head);
    let whole: Chain<Cursor<Vec<u8>>, Counting<R>> = Cursor::new(head).chain(counting);
    let reader: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, whole))),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(1 << 18, whole))?),
    };
    Ok(Open { reader: Box::new(Unicode::new(reader)), compression, stored })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn read(bytes: Vec<u8>) -> (Vec<u8>, Open) {
        let mut open = open_reader(Cursor::new(bytes), true).expect("opens");
        let mut text = Vec::new();
        open.reader.read_to_end(&mut text).expect("reads");
        (text, open)
    }

    #[test]
    fn plain_gzip_and_zstd_give_the_same_bytes() {
        let text = b"one line\nanother line\n".repeat(1000);
        let members = [gzip(&text[..100]), gzip(&text[100..])].concat();
        let frames = zstd::encode_all(&text[..], 1).expect("memory");
        for (stored, compression) in
            [(text.clone(), Compression::None), (members, Compression::Gzip), (frames, Compression::Zstd)]
        {
            let (read, open) = read(stored.clone());
            assert_eq!(read, text);
            assert_eq!(open.compression, compression);
            assert_eq!(open.stored.bytes(), stored.len() as u64);
            let expected = data_encoding::HEXLOWER.encode(&Sha256::digest(&stored));
            assert_eq!(open.stored.sha256(), Some(expected));
        }
    }

    #[test]
    fn a_cut_gzip_is_an_error_after_what_could_be_read() {
        let mut bytes = gzip(&b"a line of text\n".repeat(5000));
        bytes.truncate(bytes.len() - 10);
        let mut open = open_reader(Cursor::new(bytes), false).expect("opens");
        let mut text = Vec::new();
        assert!(open.reader.read_to_end(&mut text).is_err());
        assert!(!text.is_empty());
    }
}
