//! Values that have the shape of a digest. A shape alone proves nothing (cache keys, commits and
//! random ids look the same), so this only measures: the key, the vendor or a known plaintext
//! must add the meaning.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use std::ops::Range;

/// The hash function that a digest's length speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashKind {
    /// 16 bytes.
    Md5,
    /// 20 bytes.
    Sha1,
    /// 28 bytes.
    Sha224,
    /// 32 bytes.
    Sha256,
    /// 48 bytes.
    Sha384,
    /// 64 bytes.
    Sha512,
}

impl HashKind {
    /// The usual name.
    pub fn word(self) -> &'static str {
        match self {
            HashKind::Md5 => "md5",
            HashKind::Sha1 => "sha1",
            HashKind::Sha224 => "sha224",
            HashKind::Sha256 => "sha256",
            HashKind::Sha384 => "sha384",
            HashKind::Sha512 => "sha512",
        }
    }

    fn of_size(bytes: usize) -> Option<Self> {
        Some(match bytes {
            16 => HashKind::Md5,
            20 => HashKind::Sha1,
            28 => HashKind::Sha224,
            32 => HashKind::Sha256,
            48 => HashKind::Sha384,
            64 => HashKind::Sha512,
            _ => return None,
        })
    }
}

/// How a digest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestEncoding {
    /// Lower-case hexadecimal.
    HexLower,
    /// Upper-case hexadecimal.
    HexUpper,
    /// Standard base64, padded or not.
    Base64,
    /// URL-safe base64, padded or not.
    Base64Url,
}

/// A value's digest: what it could be and where it stands in the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashShape {
    /// The hash function that the length speaks for.
    pub kind: HashKind,
    /// How the digest is written.
    pub encoding: DigestEncoding,
    /// The digest's place in the value, without prefix, suffix and padding.
    pub range: Range<usize>,
}

/// The bytes of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest {
    bytes: [u8; Digest::LONGEST],
    length: u8,
}

impl Digest {
    const LONGEST: usize = 64;

    /// No digest.
    pub const EMPTY: Digest = Digest { bytes: [0; Digest::LONGEST], length: 0 };

    /// Wraps the bytes of a digest of at most 64 bytes.
    pub fn new(digest: &[u8]) -> Option<Self> {
        let mut bytes = [0; Digest::LONGEST];
        bytes.get_mut(..digest.len())?.copy_from_slice(digest);
        Some(Digest { bytes, length: u8::try_from(digest.len()).ok()? })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl HashShape {
    /// The digest's bytes, given the value in which the shape was found.
    pub fn digest(&self, value: &[u8]) -> Option<Digest> {
        let text = value.get(self.range.clone())?;
        let base = match self.encoding {
            DigestEncoding::HexLower | DigestEncoding::HexUpper => HEXLOWER_PERMISSIVE,
            DigestEncoding::Base64 => BASE64_NOPAD,
            DigestEncoding::Base64Url => BASE64URL_NOPAD,
        };
        let mut bytes = [0; 2 * Digest::LONGEST];
        let size = base.decode_len(text.len()).ok()?;
        let size = base.decode_mut(text, bytes.get_mut(..size)?).ok()?;
        Digest::new(bytes.get(..size)?)
    }
}

/// The shape of a digest that fills the whole value: hexadecimal of one case, base64 or base64url;
/// behind `FFF`, `sha256:` and the like, and before the appendix of two or eight characters that
/// Meta's parameter builder adds.
pub fn hash_shape(value: &[u8]) -> Option<HashShape> {
    // Shorter than the shortest digest (MD5 in base64) or longer than the longest with a prefix.
    if value.len() < 22 || value.len() > 160 {
        return None;
    }
    let range = without_dress(value);
    let text = value.get(range.clone())?;
    if let Some(encoding) = hex_case(text) {
        let kind = HashKind::of_size(text.len() / 2)?;
        return (text.len().is_multiple_of(2)).then_some(HashShape { kind, encoding, range });
    }
    let (encoding, length) = base64_alphabet(text)?;
    // 22, 27 and 43 characters hold 16, 20 and 32 bytes; longer digests are never seen in base64.
    let kind = match length {
        22 => HashKind::Md5,
        27 => HashKind::Sha1,
        43 => HashKind::Sha256,
        _ => return None,
    };
    Some(HashShape { kind, encoding, range: range.start..range.start + length })
}

fn without_dress(value: &[u8]) -> Range<usize> {
    const PREFIXES: [&[u8]; 8] = [b"sha256:", b"sha256-", b"sha256=", b"sha1:", b"sha1-", b"md5:", b"md5-", b"sha512:"];
    let start = PREFIXES.iter().find(|prefix| value.starts_with(prefix)).map_or(0, |p| p.len());
    let snap = value.len() == 67 && value.starts_with(b"FFF");
    let start = if snap { 3 } else { start };
    let end = match memchr::memrchr(b'.', value) {
        Some(dot) if is_appendix(&value[dot + 1..]) => dot,
        _ => value.len(),
    };
    start..end.max(start)
}

fn is_appendix(text: &[u8]) -> bool {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-';
    matches!(text.len(), 2 | 8) && text.iter().all(allowed)
}

/// Hexadecimal with both digits and letters of one case: anything else of this length is a number
/// or a word.
fn hex_case(text: &[u8]) -> Option<DigestEncoding> {
    let (mut digit, mut lower, mut upper) = (false, false, false);
    for byte in text {
        match byte {
            b'0'..=b'9' => digit = true,
            b'a'..=b'f' => lower = true,
            b'A'..=b'F' => upper = true,
            _ => return None,
        }
    }
    match (digit, lower, upper) {
        (true, true, false) => Some(DigestEncoding::HexLower),
        (true, false, true) => Some(DigestEncoding::HexUpper),
        _ => None,
    }
}

/// The base64 alphabet in use and the length without padding.
fn base64_alphabet(text: &[u8]) -> Option<(DigestEncoding, usize)> {
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    let length = text.len() - padding;
    if padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let (mut digit, mut lower, mut upper) = (false, false, false);
    let (mut standard, mut url) = (false, false);
    for byte in &text[..length] {
        match byte {
            b'0'..=b'9' => digit = true,
            b'a'..=b'z' => lower = true,
            b'A'..=b'Z' => upper = true,
            b'+' | b'/' => standard = true,
            b'-' | b'_' => url = true,
            _ => return None,
        }
    }
    // Words and dotted names have no digits or no capitals; 22 random characters nearly always do.
    if !(digit && lower && upper) || (standard && url) {
        return None;
    }
    let encoding = if standard || (padding > 0 && !url) { DigestEncoding::Base64 } else { DigestEncoding::Base64Url };
    Some((encoding, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(value: &str) -> Option<(HashKind, DigestEncoding)> {
        hash_shape(value.as_bytes()).map(|shape| (shape.kind, shape.encoding))
    }

    #[test]
    fn digests_are_recognised() {
        let md5 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let sha256 = format!("{md5}{md5}");
        assert_eq!(kind(md5), Some((HashKind::Md5, DigestEncoding::HexLower)));
        assert_eq!(kind(&sha256), Some((HashKind::Sha256, DigestEncoding::HexLower)));
        assert_eq!(kind(&sha256.to_uppercase()), Some((HashKind::Sha256, DigestEncoding::HexUpper)));
        assert_eq!(
            kind("Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA="),
            Some((HashKind::Sha256, DigestEncoding::Base64))
        );
        assert_eq!(
            kind("Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA"),
            Some((HashKind::Sha256, DigestEncoding::Base64Url))
        );
    }

    #[test]
    fn prefix_and_appendix_are_left_out() {
        let sha256 = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
        for (value, range) in [
            (format!("FFF{sha256}"), 3..67),
            (format!("{sha256}.A_"), 0..64),
            (format!("{sha256}.AQEBAQEB"), 0..64),
            (format!("sha256:{sha256}"), 7..71),
        ] {
            assert_eq!(hash_shape(value.as_bytes()).map(|s| s.range), Some(range), "{value}");
        }
    }

    #[test]
    fn numbers_words_and_other_lengths_are_not_digests() {
        for value in [
            "",
            "01234567890123456789012345678901",
            "abcdefabcdefabcdefabcdefabcdefab",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f",
            "0F1e2d3c4b5a69788796a5b4c3d2e1f0",
            "1612345678901.1234567890",
            "the-quick-brown-fox-jumps-over-the-lazy-dog",
        ] {
            assert_eq!(kind(value), None, "{value}");
        }
    }

    #[test]
    fn the_bytes_come_back() {
        let value = b"0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        let digest = hash_shape(value).and_then(|shape| shape.digest(value));
        let expected = Digest::new(&[
            0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78, 0x87, 0x96, 0xa5, 0xb4, 0xc3, 0xd2, 0xe1, 0xf0,
        ]);
        assert_eq!(digest, expected);
    }
}
