//! Text in UTF-16 becomes UTF-8 while it is read, so that everything behind sees bytes of one kind.
//! Only a byte order mark tells it; other bytes pass as they are.

use std::io::{self, Read};

/// How the bytes of a stream are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// The first bytes were not looked at yet.
    Unknown,
    /// As they are.
    Bytes,
    Utf16Le,
    Utf16Be,
}

/// A reader whose UTF-16 is made UTF-8.
pub struct Unicode<R> {
    inner: R,
    encoding: Encoding,
    /// Bytes that were read and wait to be passed on.
    ready: Vec<u8>,
    passed: usize,
    /// Bytes that wait for the rest of their character.
    rest: Vec<u8>,
}

/// How many bytes are decoded at once.
const CHUNK: u64 = 1 << 16;

impl<R: Read> Unicode<R> {
    /// A reader of these bytes.
    pub fn new(inner: R) -> Self {
        Unicode { inner, encoding: Encoding::Unknown, ready: Vec::new(), passed: 0, rest: Vec::new() }
    }

    fn look(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        let read = (&mut self.inner).take(2).read_to_end(&mut head);
        self.encoding = match head.as_slice() {
            [0xFF, 0xFE] => Encoding::Utf16Le,
            [0xFE, 0xFF] => Encoding::Utf16Be,
            _ => {
                self.ready = head;
                Encoding::Bytes
            }
        };
        // What was read before a failure is passed on first; the failure comes again.
        if self.ready.is_empty() { read.map(drop) } else { Ok(()) }
    }

    /// Decodes bytes until there are some to pass on, or the stream has ended.
    fn decode(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.passed = 0;
        while self.ready.is_empty() && !self.decode_some()? {}
        Ok(())
    }

    /// Decodes the next bytes, and says whether they were the last. What is no character becomes the
    /// replacement character.
    fn decode_some(&mut self) -> io::Result<bool> {
        let mut bytes = std::mem::take(&mut self.rest);
        let before = bytes.len();
        let read = (&mut self.inner).take(CHUNK).read_to_end(&mut bytes);
        let is_end = bytes.len() == before;
        let unit = |pair: &[u8]| match self.encoding {
            Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
            _ => u16::from_le_bytes([pair[0], pair[1]]),
        };
        let mut units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
        let mut kept = bytes.len() % 2;
        if !is_end && units.last().is_some_and(|last| (0xD800..0xDC00).contains(last)) {
            units.pop();
            kept += 2;
        }
        let mut text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        if is_end && kept > 0 {
            text.push(char::REPLACEMENT_CHARACTER);
        } else if !is_end {
            self.rest = bytes.split_off(bytes.len() - kept);
        }
        self.ready = text.into_bytes();
        // What was read before a failure is passed on first; the failure comes again.
        if self.ready.is_empty() { read.map(|_| is_end) } else { Ok(is_end) }
    }
}

impl<R: Read> Read for Unicode<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.encoding == Encoding::Unknown {
            self.look()?;
        }
        if self.passed == self.ready.len() {
            if self.encoding == Encoding::Bytes {
                return self.inner.read(buf);
            }
            self.decode()?;
        }
        let ready = &self.ready[self.passed..];
        let size = ready.len().min(buf.len());
        buf[..size].copy_from_slice(&ready[..size]);
        self.passed += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        Unicode::new(bytes).read_to_end(&mut text).expect("memory");
        text
    }

    #[test]
    fn both_orders_become_utf8_and_bytes_stay() {
        let text = "GET /caf\u{e9} \u{1F36A}\n".repeat(20_000);
        let le: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert!(read(&le) == text.as_bytes() && read(&be) == text.as_bytes());
        for bytes in [&b""[..], b"a", b"ab", b"plain \xE9 text", b"\xFF"] {
            assert_eq!(read(bytes), bytes);
        }
    }

    #[test]
    fn broken_characters_are_replaced() {
        assert_eq!(read(b"\xFF\xFEa\0\x00\xD8b\0\x01"), "a\u{FFFD}b\u{FFFD}".as_bytes());
        assert_eq!(read(b"\xFF\xFE\x00\xD8"), "\u{FFFD}".as_bytes());
    }
}
