//! Ways of writing a text in other characters, as senders do before they hash it. (What was only
//! written in another way, and not hashed, is peeled off and needs none of this.)

use data_encoding::{BASE32, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use std::io::Write;

/// A way of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Writing {
    /// Standard base64 with padding.
    Base64,
    /// Base64 for URLs, without padding.
    Base64Url,
    /// Hexadecimal, lower case.
    HexLower,
    /// Hexadecimal, upper case.
    HexUpper,
    /// Base32 with padding.
    Base32,
    /// Base58 with the alphabet of Bitcoin.
    Base58,
    /// Percent-encoding.
    Percent,
    /// HTML entities for the signs of markup.
    Entities,
    /// Zlib.
    Zlib,
    /// Deflate without a header.
    Deflate,
    /// Lz-string for URLs.
    LzUri,
    /// Lz-string in base64.
    LzBase64,
    /// A JSON string with its quotes.
    JsonString,
    /// The letter map of SecuredVisit.
    LetterMap,
}

impl Writing {
    /// All ways.
    pub const ALL: [Writing; 14] = [
        Writing::Base64,
        Writing::Base64Url,
        Writing::HexLower,
        Writing::HexUpper,
        Writing::Base32,
        Writing::Base58,
        Writing::Percent,
        Writing::Entities,
        Writing::Zlib,
        Writing::Deflate,
        Writing::LzUri,
        Writing::LzBase64,
        Writing::JsonString,
        Writing::LetterMap,
    ];

    /// The name in tables.
    pub fn word(self) -> &'static str {
        match self {
            Writing::Base64 => "base64",
            Writing::Base64Url => "base64url",
            Writing::HexLower => "hex",
            Writing::HexUpper => "upper-case hex",
            Writing::Base32 => "base32",
            Writing::Base58 => "base58",
            Writing::Percent => "percent-encoding",
            Writing::Entities => "HTML entities",
            Writing::Zlib => "zlib",
            Writing::Deflate => "deflate",
            Writing::LzUri | Writing::LzBase64 => "lz-string",
            Writing::JsonString => "a JSON string",
            Writing::LetterMap => "SecuredVisit's letter map",
        }
    }

    /// Writes a text in this way; nothing where it stays as it is.
    pub fn write(self, text: &[u8]) -> Option<Vec<u8>> {
        let written = match self {
            Writing::Base64 => BASE64.encode(text).into_bytes(),
            Writing::Base64Url => BASE64URL_NOPAD.encode(text).into_bytes(),
            Writing::HexLower => HEXLOWER.encode(text).into_bytes(),
            Writing::HexUpper => HEXUPPER.encode(text).into_bytes(),
            Writing::Base32 => BASE32.encode(text).into_bytes(),
            Writing::Base58 => bs58::encode(text).into_vec(),
            Writing::Percent => percent(text),
            Writing::Entities => entities(text),
            Writing::Zlib => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(text).ok()?;
                encoder.finish().ok()?
            }
            Writing::Deflate => {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(text).ok()?;
                encoder.finish().ok()?
            }
            Writing::LzUri => lz_str::compress_to_encoded_uri_component(&*utf16(text)?).into_bytes(),
            Writing::LzBase64 => lz_str::compress_to_base64(&*utf16(text)?).into_bytes(),
            Writing::JsonString => serde_json::to_vec(std::str::from_utf8(text).ok()?).ok()?,
            Writing::LetterMap => crate::peel::letter_map(text),
        };
        (written != text).then_some(written)
    }
}

fn utf16(text: &[u8]) -> Option<Vec<u16>> {
    Some(std::str::from_utf8(text).ok()?.encode_utf16().collect())
}

fn percent(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for &byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte),
            _ => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

fn entities(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for &byte in text {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(b"&#x27;"),
            _ => out.push(byte),
        }
    }
    out
}
