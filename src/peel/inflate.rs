//! Compressed values: gzip and zlib, recognised by their first bytes, raw deflate and brotli, and never
//! inflated beyond what the record's budget has left. What a damaged stream gave is kept.

use super::chain::StepKind;
use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::{Decompress, FlushDecompress, Status};
use std::borrow::Cow;
use std::io::Read;

/// Bytes that the brotli decoder takes at a time.
const BROTLI_BUFFER: usize = 4096;

/// The compression whose magic bytes a value begins with.
pub(super) fn kind(value: &[u8]) -> Option<StepKind> {
    match value {
        [0x1f, 0x8b, 8, ..] => Some(StepKind::Gzip),
        // These headers are printable in part, so what follows must not read as text.
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, rest @ ..]
            if rest.iter().take(16).any(|byte| !(b' '..=b'~').contains(byte)) =>
        {
            Some(StepKind::Zlib)
        }
        _ => None,
    }
}

/// Inflates at most `limit` bytes; false when nothing came out. One byte more than the limit
/// tells the caller that there was more.
pub(super) fn inflate(kind: StepKind, value: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
    out.clear();
    let limit = limit as u64 + 1;
    let result = match kind {
        StepKind::Gzip => MultiGzDecoder::new(value).take(limit).read_to_end(out),
        StepKind::Zlib => ZlibDecoder::new(value).take(limit).read_to_end(out),
        StepKind::Deflate => DeflateDecoder::new(value).take(limit).read_to_end(out),
        StepKind::Brotli => Decompressor::new(value, BROTLI_BUFFER).take(limit).read_to_end(out),
        _ => return false,
    };
    // A stream that was cut short still gave its beginning.
    result.is_ok_and(|length| length > 0) || !out.is_empty()
}

/// How much a stream without a header may grow; text does not compress better.
const MOST_GROWTH: usize = 64;

/// Inflates a stream without a header, which only its end proves to be one: what a damaged one gave
/// is no text of anybody's.
pub(super) fn inflate_whole(kind: StepKind, value: &[u8], limit: usize, out: &mut Vec<u8>) -> bool {
    out.clear();
    match kind {
        StepKind::Deflate => {
            let mut stream = Decompress::new(false);
            out.reserve(limit.min(value.len().saturating_mul(MOST_GROWTH)));
            let status = stream.decompress_vec(value, out, FlushDecompress::Finish);
            matches!(status, Ok(Status::StreamEnd)) && stream.total_in() == value.len() as u64
        }
        StepKind::Brotli if begins_like_brotli(value, limit) => {
            let length = Decompressor::new(value, BROTLI_BUFFER).take(limit as u64 + 1).read_to_end(out);
            length.is_ok_and(|length| length > 0 && length <= limit)
        }
        _ => false,
    }
}

/// Whether the first block of a brotli stream (RFC 7932, section 9.2) is as long as a value of this
/// length and this much budget can be: nearly all bytes that are no such stream say otherwise, and
/// the decoder would make room for what they say. The four bits of the window are not looked at.
fn begins_like_brotli(value: &[u8], limit: usize) -> bool {
    let head = value.iter().take(8).rev().fold(0u64, |head, &byte| head << 8 | u64::from(byte)) >> 4;
    let is_last = head & 1 == 1;
    if is_last && head & 2 == 2 {
        return false;
    }
    let head = head >> if is_last { 2 } else { 1 };
    let nibbles = 4 + (head & 3);
    let length = (head >> 2 & ((1 << (4 * nibbles)) - 1)) + 1;
    nibbles < 7 && length <= limit.min(value.len().saturating_mul(MOST_GROWTH)) as u64
}

/// Compressed bytes that a recorder took for Latin-1 text and stored as UTF-8, as they were.
pub(super) fn undo_latin1(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.starts_with(b"\x1f\xc2\x8b\x08") {
        return Cow::Borrowed(value);
    }
    let bytes = std::str::from_utf8(value).ok().and_then(|text| {
        text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<Vec<u8>>>()
    });
    bytes.map_or(Cow::Borrowed(value), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_cut_stream_gives_its_beginning() {
        let text: Vec<u8> =
            (0..20_000u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let compressed = gzip(&text);
        let mut out = Vec::new();
        let cut = &compressed[..compressed.len() / 2];
        assert!(inflate(StepKind::Gzip, cut, usize::MAX >> 1, &mut out));
        assert!(!out.is_empty() && text.starts_with(&out));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let compressed = gzip(&vec![b'a'; 1 << 20]);
        let mut out = Vec::new();
        assert!(inflate(StepKind::Gzip, &compressed, 1000, &mut out));
        assert_eq!(out.len(), 1001);
    }

    #[test]
    fn a_stream_without_a_header_must_be_whole() {
        let mut out = Vec::new();
        let garbage = b"Kp\xc2\xa0\0H4sIAAAAAAAA\xc3\x80\x18\x0e";
        assert!(!inflate_whole(StepKind::Deflate, garbage, 1000, &mut out));
        let gzip = gzip(b"jane.roe@example.com, jane.roe@example.com");
        let raw = &gzip[10..gzip.len() - 8];
        assert!(inflate_whole(StepKind::Deflate, raw, 1000, &mut out));
        assert!(out.starts_with(b"jane.roe@"));
        assert!(!inflate_whole(StepKind::Deflate, &raw[..raw.len() - 1], 1000, &mut out));
    }

    #[test]
    fn a_brotli_stream_of_a_text_is_told_from_other_bytes() {
        // `jane.roe@example.com`, as the usual library packs it: stored, in a block that is not the last.
        let stored = b"\x8b\x09\x80jane.roe@example.com\x03";
        let mut out = Vec::new();
        assert!(inflate_whole(StepKind::Brotli, stored, 1000, &mut out));
        assert_eq!(out, b"jane.roe@example.com");
        assert!(!begins_like_brotli(stored, 10), "more than the budget");
        assert!(!begins_like_brotli(b"\x3b", 1000), "an empty last block");
        let claims = (0..=255u8).flat_map(|one| (0..=255u8).map(move |two| [0x0b, one, two, 0x55, 0xaa]));
        let believed = claims.filter(|bytes| begins_like_brotli(bytes, 1000)).count();
        assert!(believed < 1000, "{believed} of 65,536");
    }

    #[test]
    fn words_are_not_zlib() {
        assert_eq!(kind(b"x^2 + y^2"), None);
        assert_eq!(kind(b"hello"), None);
        assert_eq!(kind(b"\x78\x5e\x01"), Some(StepKind::Zlib));
    }

    #[test]
    fn latin1_is_undone() {
        let compressed = gzip(b"{\"a\":1}");
        let stored: String = compressed.iter().map(|&byte| char::from(byte)).collect();
        assert_eq!(*undo_latin1(stored.as_bytes()), *compressed);
        assert_eq!(*undo_latin1(&compressed), *compressed);
    }
}
