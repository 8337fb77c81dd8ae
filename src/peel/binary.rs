//! Bytes that are no text: messages in length-prefixed frames, protocol buffers, and streams
//! without a header. Protocol buffers name their fields by number only.

use super::chain::StepKind;
use super::codes::{holds_text, lz_bytes};
use super::decode::is_text;
use super::inflate;
use std::ops::Range;

/// Messages inside messages that are looked into.
const DEEPEST: usize = 6;

/// The most fields of one message.
const MOST_FIELDS: usize = 4_000;

/// What bytes turned out to be.
pub(super) enum Binary {
    /// Nothing that can be read.
    Unknown,
    /// Frames, each by its place.
    Frames(Vec<Range<usize>>),
    /// Texts of a protocol buffer, each with its field numbers (`3.1`) and its place.
    Fields(Vec<(String, Range<usize>)>),
    /// Something compressed; the buffer holds what it was.
    Unpacked(StepKind),
}

/// Looks at bytes that are no text; what is unpacked goes into the buffer.
pub(super) fn read(bytes: &[u8], limit: usize, out: &mut Vec<u8>) -> Binary {
    if let Some(frames) = frames(bytes) {
        return Binary::Frames(frames);
    }
    if let Some(fields) = protobuf(bytes) {
        return Binary::Fields(fields);
    }
    if unpack(bytes, limit, out) {
        return Binary::Unpacked(StepKind::Deflate);
    }
    // A window of a whole or a quarter of the largest size, as all libraries choose.
    let is_brotli = matches!(bytes.first(), Some(first) if matches!(first & 0xf, 0xb | 0xf));
    if is_brotli && inflate::inflate_whole(StepKind::Brotli, bytes, limit, out) && is_text(out) {
        return Binary::Unpacked(StepKind::Brotli);
    }
    if lz_bytes(bytes, out) {
        return Binary::Unpacked(StepKind::LzString);
    }
    Binary::Unknown
}

/// Deflate without a header: a last block with fixed codes, or any with codes of its own.
fn unpack(bytes: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
    let is_likely = matches!(bytes.first(), Some(first) if matches!(first & 7, 3..=5));
    is_likely && inflate::inflate_whole(StepKind::Deflate, bytes, limit, out) && out.len() >= 4 && is_text(out)
}

/// Frames that fill the bytes: a flag and four bytes of length (gRPC), four bytes of length alone,
/// or the length as a varint. One frame alone is believed only with the flag.
fn frames(bytes: &[u8]) -> Option<Vec<Range<usize>>> {
    [(1, 4), (0, 4)].into_iter().find_map(|(flag, size)| {
        let mut frames = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let head = bytes.get(at..at + flag + size)?;
            if flag == 1 && head[0] > 1 {
                return None;
            }
            let length = head[flag..].iter().fold(0usize, |length, &byte| length << 8 | usize::from(byte));
            let start = at + flag + size;
            at = start.checked_add(length).filter(|&end| end <= bytes.len())?;
            if length > 0 {
                frames.push(start..at);
            }
        }
        (!frames.is_empty() && frames.len() + flag > 1 && frames.len() <= MOST_FIELDS).then_some(frames)
    })
}

/// The texts of a protocol buffer, where the bytes are one as a whole.
fn protobuf(bytes: &[u8]) -> Option<Vec<(String, Range<usize>)>> {
    let mut fields = Vec::new();
    let is_message = message(bytes, 0, "", 0, &mut fields);
    (is_message && !fields.is_empty()).then_some(fields)
}

fn message(bytes: &[u8], base: usize, path: &str, depth: usize, fields: &mut Vec<(String, Range<usize>)>) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let Some((tag, next)) = varint(bytes, at) else { return false };
        at = next;
        let (number, kind) = (tag >> 3, tag & 7);
        if number == 0 || number > 1 << 20 || fields.len() >= MOST_FIELDS {
            return false;
        }
        let length = match kind {
            0 => match varint(bytes, at) {
                Some((_, next)) => next - at,
                None => return false,
            },
            1 => 8,
            5 => 4,
            2 => match varint(bytes, at) {
                Some((length, next)) => {
                    at = next;
                    usize::try_from(length).unwrap_or(usize::MAX)
                }
                None => return false,
            },
            _ => return false,
        };
        let Some(content) = at.checked_add(length).and_then(|end| bytes.get(at..end)) else { return false };
        if kind == 2 {
            let path = if path.is_empty() { number.to_string() } else { format!("{path}.{number}") };
            field(content, base + at, &path, depth, fields);
        }
        at += length;
    }
    !bytes.is_empty()
}

/// A text, a message, or bytes that hold some text.
fn field(content: &[u8], start: usize, path: &str, depth: usize, fields: &mut Vec<(String, Range<usize>)>) {
    let known = fields.len();
    if content.len() > 2 && is_text(content) {
        fields.push((path.to_owned(), start..start + content.len()));
    } else if depth < DEEPEST && message(content, start, path, depth + 1, fields) {
        // Its fields are in the list.
    } else {
        fields.truncate(known);
        if holds_text(content) {
            fields.push((path.to_owned(), start..start + content.len()));
        }
    }
}

fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for (index, &byte) in bytes.get(at..)?.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index as u32).min(63);
        if byte < 0x80 {
            return Some((value, at + index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_nested_messages_are_found() {
        let inner = [&b"\x0a\x14jane.roe@example.com"[..], b"\x10\x05"].concat();
        let outer = [&b"\x08\x96\x01\x1a"[..], &[inner.len() as u8], &inner, b"\x25\x01\x02\x03\x04"].concat();
        let fields = protobuf(&outer).unwrap();
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].0, "3.1");
        assert_eq!(&outer[fields[0].1.clone()], b"jane.roe@example.com");
        assert_eq!(protobuf(b"plain text, no message"), None);
        assert_eq!(protobuf(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), None);
    }

    #[test]
    fn frames_fill_their_bytes() {
        assert_eq!(frames(b"\0\0\0\0\x03abc").map(|frames| frames[0].clone()), Some(5..8));
        assert_eq!(frames(b"\0\0\0\x03abc\0\0\0\x02de"), Some(vec![4..7, 11..13]));
        assert_eq!(frames(b"\0\0\0\x03abc"), None);
        assert_eq!(frames(b"\0\0\0\x09abc\0\0\0\x02de"), None);
    }
}
