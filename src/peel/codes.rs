//! The rarer codes that one token may be written in: base32, base58, lz-string, base64 that was
//! cut out of a longer one, quoted-printable, and escapes of a string that lost its quotes. None
//! has a mark of its own, so what comes out must read as text, or the token stays as it is.

use super::chain::StepKind;
use super::classes::Classes;
use super::decode::{self, is_text};
use data_encoding::{Encoding, Specification};
use memchr::{memchr, memchr_iter};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Shorter tokens are words.
const SHORTEST: usize = 12;

/// Base58 is worked out digit by digit, in a time that grows with the square of the length.
const LONGEST_BASE58: usize = 180;

/// An lz-string grows like one too when it is unpacked.
const LONGEST_LZ: usize = 2048;

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    specification.translate.from.push_str("abcdefghijklmnopqrstuvwxyz");
    specification.translate.to.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
});

/// Decodes a value into a buffer; false where it is not written in the code.
type Decode = fn(&[u8], Classes, &mut Vec<u8>) -> bool;

/// Decodes a token that is no plain base64 or hex.
pub(super) fn token(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> Option<StepKind> {
    if value.len() < SHORTEST || !classes.has(Classes::DIGIT | Classes::CAPITAL | Classes::HIGH) {
        return None;
    }
    let codes: [(StepKind, Decode); 4] = [
        (StepKind::Base32, base32),
        (StepKind::Base58, base58),
        (StepKind::LzString, lz_string),
        (StepKind::Base64, skewed_base64),
    ];
    codes.into_iter().find(|(_, decode)| decode(value, classes, out)).map(|(kind, _)| kind)
}

fn base32(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> bool {
    let letters = Classes::DIGIT | Classes::HEX_LETTER | Classes::LOWER | Classes::UPPER | Classes::CAPITAL;
    if !classes.only(letters | Classes::EQUALS) || !classes.has(Classes::DIGIT) {
        return false;
    }
    let body = &value[..memchr(b'=', value).unwrap_or(value.len())];
    // A length that no bytes give, or both cases, is no base32.
    let is_one_case = !body.iter().any(u8::is_ascii_lowercase) || !body.iter().any(u8::is_ascii_uppercase);
    if matches!(body.len() % 8, 1 | 3 | 6) || !is_one_case || value.len() - body.len() > 6 {
        return false;
    }
    if value[body.len()..].iter().any(|&byte| byte != b'=') {
        return false;
    }
    let sample = &body[..body.len().min(16)];
    decoded(&BASE32, sample, out) && is_text(out) && decoded(&BASE32, body, out) && is_text(out)
}

fn decoded(encoding: &Encoding, text: &[u8], out: &mut Vec<u8>) -> bool {
    // A sample may be cut inside a group.
    let whole = &text[..text.len() - usize::from(matches!(text.len() % 8, 1 | 3 | 6))];
    let Ok(length) = encoding.decode_len(whole.len()) else { return false };
    out.clear();
    out.resize(length, 0);
    match encoding.decode_mut(whole, out) {
        Ok(length) => {
            out.truncate(length);
            true
        }
        Err(_) => false,
    }
}

fn base58(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> bool {
    let letters = Classes::DIGIT | Classes::HEX_LETTER | Classes::LOWER | Classes::UPPER | Classes::CAPITAL;
    if value.len() > LONGEST_BASE58 || !classes.only(letters) || !classes.has(Classes::CAPITAL) {
        return false;
    }
    // Text fills its bytes, so only some lengths and no hash or number come into question.
    if !value.iter().any(u8::is_ascii_lowercase) || value.iter().any(|byte| b"0OIl".contains(byte)) {
        return false;
    }
    out.clear();
    out.resize(value.len(), 0);
    match bs58::decode(value).onto(out.as_mut_slice()) {
        Ok(length) => {
            out.truncate(length);
            is_text(out)
        }
        Err(_) => false,
    }
}

fn lz_string(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> bool {
    if value.len() > LONGEST_LZ || classes.has(Classes::CONTROL | Classes::NEWLINE) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let is_wide = classes.has(Classes::HIGH);
    if !is_wide && !begins_with_text(value) {
        return false;
    }
    if is_wide {
        return unpacked(lz_str::decompress_from_utf16(text), out, |units| lz_str::compress_to_utf16(units) == text);
    }
    if classes.has(Classes::SLASH | Classes::EQUALS) {
        let body = |text: &str| text.trim_end_matches('=').len();
        return unpacked(lz_str::decompress_from_base64(text), out, |units| {
            let again = lz_str::compress_to_base64(units);
            again[..body(&again)] == text[..body(text)]
        });
    }
    // Form decoding may have turned `+` into spaces.
    let text = &*match classes.has(Classes::SPACE) {
        true => Cow::Owned(text.replace(' ', "+")),
        false => Cow::Borrowed(text),
    };
    let units = lz_str::decompress_from_encoded_uri_component(text);
    unpacked(units, out, |units| lz_str::compress_to_encoded_uri_component(units) == text)
}

/// Unpacks the bytes of an lz-string.
pub(super) fn lz_bytes(value: &[u8], out: &mut Vec<u8>) -> bool {
    // Two zero bits and the low bits of a character come first.
    let is_likely = value.first().is_some_and(|byte| byte >> 6 == 0) && value.len().is_multiple_of(2);
    is_likely
        && value.len() <= LONGEST_LZ
        && unpacked(lz_str::decompress_from_uint8_array(value), out, |units| {
            lz_str::compress_to_uint8_array(units) == value
        })
}

/// Whether what was unpacked is a text and packs into the same again. Anything unpacks into something:
/// "Complete your order" into `TTTTTTTT`.
fn unpacked(units: Option<Vec<u16>>, out: &mut Vec<u8>, is_same: impl Fn(&[u16]) -> bool) -> bool {
    let Some(units) = units else { return false };
    let Ok(text) = String::from_utf16(&units) else { return false };
    out.clear();
    out.extend_from_slice(text.as_bytes());
    // Any characters of other scripts could come out of random bits, so most must be ASCII.
    let is_readable =
        out.len() >= 6 && is_text(out) && out.iter().filter(|byte| byte.is_ascii()).count() * 4 >= out.len() * 3;
    is_readable && is_same(&units)
}

/// An lz-string begins with two zero bits and the eight bits of its first character, the lowest
/// first; anything but a printable character is something else.
fn begins_with_text(value: &[u8]) -> bool {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b' ' => Some(62),
        b'/' | b'-' => Some(63),
        _ => None,
    };
    let (Some(first), Some(second)) =
        (value.first().and_then(|&byte| digit(byte)), value.get(1).and_then(|&byte| digit(byte)))
    else {
        return false;
    };
    let bits = u16::from(first) << 6 | u16::from(second);
    let character = ((bits >> 2 & 0xff) as u8).reverse_bits();
    bits >> 10 == 0 && (b' '..=b'~').contains(&character)
}

/// Base64 that begins inside a group of four, as when it was cut out of a longer one.
fn skewed_base64(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> bool {
    (1..4).any(|skew| {
        decode::base64_candidate(&value[skew..], classes).is_some_and(|body| {
            let mut room = decode::sample_room();
            let length = decode::base64_sample(body, &mut room);
            length >= SHORTEST && is_text(&room[..length]) && decode::base64(body, out) && is_text(out)
        })
    })
}

/// From this many printable characters on, bytes hold text.
const TEXT_RUN: usize = 10;

/// Whether bytes that are no text hold some.
pub(super) fn holds_text(bytes: &[u8]) -> bool {
    let mut run = 0;
    bytes.iter().any(|byte| {
        run = if (b' '..=b'~').contains(byte) { run + 1 } else { 0 };
        run >= TEXT_RUN
    })
}

/// Decodes `=40` escapes and soft line ends, where every `=` is one.
pub(super) fn quoted_printable(value: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let (mut copied, mut escapes) = (0, 0);
    for at in memchr_iter(b'=', value) {
        out.extend_from_slice(&value[copied..at]);
        match &value[at + 1..] {
            [b'\r', b'\n', ..] => copied = at + 3,
            [b'\n', ..] => copied = at + 2,
            [high, low, ..] if is_upper_hex(*high) && is_upper_hex(*low) => {
                let digit = |byte: u8| if byte <= b'9' { byte - b'0' } else { byte - b'A' + 10 };
                out.push(digit(*high) << 4 | digit(*low));
                copied = at + 3;
                escapes += 1;
            }
            _ => return false,
        }
    }
    out.extend_from_slice(&value[copied..]);
    // One escape alone may be a parameter; an address is none.
    let is_address = memchr(b'@', out).is_some_and(|at| at > 1 && memchr(b'.', &out[at..]).is_some());
    (escapes > 1 || (escapes == 1 && is_address)) && is_text(out)
}

fn is_upper_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'F')
}

/// Whether a text holds the escapes of a string in a script or in JSON.
pub(super) fn is_escaped(value: &[u8]) -> bool {
    memchr_iter(b'\\', value).any(|at| match value.get(at + 1..).unwrap_or_default() {
        [b'u', digits @ ..] => decode::hex_four(digits).is_some(),
        [b'x', high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [b'/' | b'"', ..] => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::classes::classify;
    use super::*;

    fn read(value: &[u8]) -> Option<(StepKind, String)> {
        let mut out = Vec::new();
        let kind = token(value, classify(value), &mut out)?;
        Some((kind, String::from_utf8_lossy(&out).into_owned()))
    }

    #[test]
    fn tokens_are_read() {
        let text = "jane.roe@example.com";
        let lz: Vec<u16> = text.encode_utf16().collect();
        let base64 = data_encoding::BASE64_NOPAD.encode(format!("xx{text}").as_bytes());
        for (written, kind) in [
            (data_encoding::BASE32.encode(text.as_bytes()), StepKind::Base32),
            (data_encoding::BASE32_NOPAD.encode(text.as_bytes()).to_lowercase(), StepKind::Base32),
            (bs58::encode(text).into_string(), StepKind::Base58),
            (lz_str::compress_to_base64(lz.clone()), StepKind::LzString),
            (lz_str::compress_to_encoded_uri_component(lz), StepKind::LzString),
        ] {
            assert_eq!(read(written.as_bytes()), Some((kind, text.to_owned())), "{written}");
        }
        let (kind, skewed) = read(&base64.as_bytes()[1..]).unwrap();
        assert!(kind == StepKind::Base64 && skewed.ends_with("ane.roe@example.com"), "{skewed}");
    }

    #[test]
    fn ids_and_words_stay_as_they_are() {
        for value in [
            "googletagmanager",
            "GOOGLETAGMANAGER2",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "AKIA234567ABCDEFGHIJ",
            "1Z999AA10123456784",
            "a8Kx02mPq5ZtRw9LbNc3Yd",
            "IwAR2xyzABCdefGHIjklMNOpqrSTUvwxYZ1234567890",
            "Complete your order",
            "Competition Policy",
            "Compare loans",
        ] {
            assert_eq!(read(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn quoted_printable_is_told_from_parameters() {
        let mut out = Vec::new();
        assert!(quoted_printable(b"jane.roe=40example.com", &mut out));
        assert_eq!(out, b"jane.roe@example.com");
        assert!(quoted_printable(b"Zo=C3=AB =\r\nRoe", &mut out));
        assert_eq!(String::from_utf8_lossy(&out), "Zo\u{eb} Roe");
        assert!(!quoted_printable(b"size=40", &mut out));
        assert!(!quoted_printable(b"a=b", &mut out));
    }
}
