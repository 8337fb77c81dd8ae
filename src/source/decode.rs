//! Decompression: which decoder an input needs is told by its first bytes, never by its name, but
//! for brotli, which has no mark of its own.

use super::allowance::{Allowance, Guarded};
use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use std::io::{self, BufReader, Read};

/// Bytes that are read of the compressed data at a time.
const BUFFER: usize = 1 << 18;

/// The largest dictionary that xz may ask for, in KiB; the largest of its presets needs 64 MiB.
const XZ_MEMORY: u32 = 128 << 10;

/// A stream of bytes.
pub type Stream = Box<dyn Read + Send>;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip, also of several members.
    Gzip,
    /// Zstandard, also of several frames.
    Zstd,
    /// bzip2, also of several streams.
    Bzip2,
    /// xz, also of several streams.
    Xz,
    /// brotli.
    Brotli,
}

impl Compression {
    /// The command that unpacks such a file to standard output.
    pub fn command(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip -dc",
            Compression::Zstd => "zstd -dc",
            Compression::Bzip2 => "bzip2 -dc",
            Compression::Xz => "xz -dc",
            Compression::Brotli => "brotli -dc",
        }
    }

    /// The compression that these first bytes, or the name, tell.
    pub fn of(head: &[u8], name: &str) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            // A skippable frame may come first in a Zstandard file.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Compression::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            [] => None,
            _ if name.to_ascii_lowercase().ends_with(".br") => Some(Compression::Brotli),
            _ => None,
        }
    }

    /// What these bytes decompress to, within the allowance.
    ///
    /// # Errors
    /// When the decoder cannot be made.
    pub fn decode(self, stream: Stream, allowance: Allowance) -> io::Result<Stream> {
        let buffered = BufReader::with_capacity(BUFFER, stream);
        Ok(match self {
            Compression::Gzip => Box::new(Guarded::new(MultiGzDecoder::new(buffered), allowance)),
            Compression::Zstd => Box::new(Guarded::new(zstd::Decoder::with_buffer(buffered)?, allowance)),
            Compression::Bzip2 => Box::new(Guarded::new(MultiBzDecoder::new(buffered), allowance)),
            Compression::Xz => Box::new(Guarded::new(XzReader::new_mem_limit(buffered, true, XZ_MEMORY), allowance)),
            Compression::Brotli => {
                Box::new(Guarded::new(brotli_decompressor::Decompressor::new(buffered, BUFFER), allowance))
            }
        })
    }
}

/// What a file is that this program cannot unpack, in words.
pub fn foreign(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => "a RAR archive, which is not read: unpack it first",
        [0x04, 0x22, 0x4d, 0x18, ..] => "compressed with lz4, which is not read: unpack it first",
        [0x1f, 0x9d, ..] => "compressed with compress (.Z), which is not read: unpack it first",
        [b'L', b'Z', b'I', b'P', 1, ..] => "compressed with lzip, which is not read: unpack it first",
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => "a cabinet file, which is not read: unpack it first",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn bzip2(text: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn decoded(stored: &[u8]) -> (Vec<u8>, io::Result<usize>) {
        let compression = Compression::of(stored, "a.log").expect("compressed");
        let stream = Box::new(Cursor::new(stored.to_vec()));
        let mut decoder = compression.decode(stream, Allowance::default()).expect("a decoder");
        let mut text = Vec::new();
        let read = decoder.read_to_end(&mut text);
        (text, read)
    }

    #[test]
    fn members_and_frames_that_follow_each_other_are_one_text() {
        let text = b"one line\nanother line\n".repeat(1000);
        let zstd = |part: &[u8]| zstd::encode_all(part, 1).expect("memory");
        for pack in [gzip as fn(&[u8]) -> Vec<u8>, bzip2, zstd] {
            let stored = [pack(&text[..100]), pack(&text[100..])].concat();
            let (read, end) = decoded(&stored);
            end.expect("sound");
            assert_eq!(read, text);
        }
        assert_eq!(Compression::of(b"plain", "a.har.BR"), Some(Compression::Brotli));
        assert_eq!(Compression::of(b"", "a.br"), None);
    }

    #[test]
    fn a_cut_input_is_an_error_after_what_could_be_read() {
        let mut stored = gzip(&b"a line of text\n".repeat(5000));
        stored.truncate(stored.len() - 10);
        let (text, end) = decoded(&stored);
        assert!(end.is_err());
        assert!(!text.is_empty());
    }
}
