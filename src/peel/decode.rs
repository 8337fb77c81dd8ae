//! The text decoders: percent, base64, hex, HTML entities. Each writes into a buffer it is given
//! and answers whether there was anything to decode; broken sequences stay as they are.

use super::classes::{Classes, class, classify};
use data_encoding::{Encoding, Specification};
use memchr::{memchr, memchr_iter};
use std::sync::LazyLock;

/// Whether `+` is a space where percent-encoding is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plus {
    Keep,
    Space,
}

/// What percent-decoding did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Percent {
    /// Nothing: the value stays as it is.
    Unchanged,
    /// Only `+` became spaces.
    Plus(Classes),
    /// Sequences were decoded; the classes are those of the result.
    Decoded(Classes),
}

/// Undoes one layer of percent-encoding, `%uXXXX` included.
pub(super) fn percent(input: &[u8], plus: Plus, out: &mut Vec<u8>) -> Percent {
    let plus = match plus {
        Plus::Space if plus_is_space(input) => Plus::Space,
        _ => Plus::Keep,
    };
    out.clear();
    // Decoding only shrinks: six bytes of an escape become three at most.
    out.resize(input.len(), 0);
    let (mut classes, mut decoded, mut spaces) = (Classes::default(), false, false);
    let (mut read, mut written) = (0, 0);
    while let Some(&byte) = input.get(read) {
        let mut plain = byte;
        read += 1;
        if byte == b'%' {
            if let Some(value) = hex_pair(&input[read..]) {
                (plain, decoded) = (value, true);
                read += 2;
            } else if let Some((character, length)) = utf16_escape(&input[read..]) {
                let utf8 = character.encode_utf8(&mut out[written..]).as_bytes();
                classes |= classify(utf8);
                written += utf8.len();
                read += length;
                decoded = true;
                continue;
            }
        } else if byte == b'+' && plus == Plus::Space {
            (plain, spaces) = (b' ', true);
        }
        classes |= class(plain);
        out[written] = plain;
        written += 1;
    }
    out.truncate(written);
    match (decoded, spaces) {
        (true, _) => Percent::Decoded(classes),
        (false, true) => Percent::Plus(classes),
        (false, false) => Percent::Unchanged,
    }
}

/// Whether `+` stands for a space in a form value. Careless pages write e-mail tags and phone
/// numbers into URLs as they are, so those keep it.
fn plus_is_space(value: &[u8]) -> bool {
    let Some(first) = memchr(b'+', value) else {
        return false;
    };
    if first == 0 && value.get(1).is_some_and(u8::is_ascii_digit) {
        return memchr(b'+', &value[1..]).is_some();
    }
    let at = memchr(b'@', value).or_else(|| memchr::memmem::find(value, b"%40"));
    let tagged = at.is_some_and(|at| {
        first > 0
            && first < at
            && memchr(b'+', &value[first + 1..]).is_none()
            && memchr(b' ', value).is_none()
            && memchr::memmem::find(value, b"%20").is_none()
            && memchr(b'.', &value[at..]).is_some()
    });
    !tagged
}

/// The values of hexadecimal digits; [`NO_DIGIT`] for all other bytes.
static HEX_DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        table[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

const NO_DIGIT: u8 = 0xff;

fn hex_digit(byte: u8) -> Option<u8> {
    Some(HEX_DIGITS[byte as usize]).filter(|&value| value != NO_DIGIT)
}

/// The value of two hexadecimal digits.
pub(super) fn hex_pair(rest: &[u8]) -> Option<u8> {
    match rest {
        [high, low, ..] => Some(hex_digit(*high)? << 4 | hex_digit(*low)?),
        _ => None,
    }
}

/// The character behind `%` of a `%uXXXX` escape (a surrogate pair takes two) and its length.
fn utf16_escape(rest: &[u8]) -> Option<(char, usize)> {
    let first = utf16_unit(rest)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 5));
    }
    let second = utf16_unit(rest.get(5..)?.strip_prefix(b"%")?)?;
    join_surrogates(first, second).map(|character| (character, 11))
}

fn utf16_unit(rest: &[u8]) -> Option<u32> {
    rest.strip_prefix(b"u").or_else(|| rest.strip_prefix(b"U")).and_then(hex_four)
}

/// The value of four hexadecimal digits.
pub(super) fn hex_four(rest: &[u8]) -> Option<u32> {
    rest.get(..4)?.iter().try_fold(0, |value, &byte| Some(value << 4 | u32::from(hex_digit(byte)?)))
}

/// The character that two UTF-16 surrogates stand for.
pub(super) fn join_surrogates(high: u32, low: u32) -> Option<char> {
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    is_pair.then(|| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).and_then(char::from_u32)
}

/// Both base64 alphabets at once, without padding, tolerant of leftover bits. A space stands for
/// the `+` that form decoding took away.
static BASE64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.translate.from.push_str("-_ ");
    specification.translate.to.push_str("+/+");
    specification.check_trailing_bits = false;
    specification.encoding().unwrap_or(data_encoding::BASE64_NOPAD)
});

/// How many characters of base64 are decoded to see whether the rest is worth it.
const SAMPLE: usize = 24;

/// Shorter values are not tried as base64, nor as anything longer.
pub(super) const SHORTEST_CODE: usize = 8;

/// The part of a value to decode as base64, where the value can be base64 at all.
pub(super) fn base64_candidate(value: &[u8], classes: Classes) -> Option<&[u8]> {
    let alphabets = Classes::BASE64 | Classes::SPACE;
    // Form decoding may have turned `+` into spaces; ordinary words have spaces too.
    let spaced = classes.has(Classes::SPACE) && (value.len() < 16 || !value.len().is_multiple_of(4));
    let mixed = classes.has(Classes::DASH) && classes.has(Classes::SLASH | Classes::PLUS);
    // Base64 of text holds capitals.
    if value.len() < SHORTEST_CODE
        || !classes.only(alphabets)
        || !classes.has(Classes::CAPITAL)
        || mixed
        || spaced
        || classes.only(Classes::HEX)
    {
        return None;
    }
    let body = match classes.has(Classes::EQUALS) {
        true => {
            let body = &value[..memchr(b'=', value)?];
            let padding = &value[body.len()..];
            (padding.len() <= 2 && padding.iter().all(|&byte| byte == b'=')).then_some(body)?
        }
        false => value,
    };
    // One character too many cannot be: the text was cut off there.
    let whole = &body[..body.len() - usize::from(body.len() % 4 == 1)];
    (whole.len() + 2 >= SHORTEST_CODE).then_some(whole)
}

/// The first bytes that a base64 text decodes to.
pub(super) fn base64_sample(body: &[u8], room: &mut [u8; SAMPLE]) -> usize {
    let sample = &body[..body.len().min(SAMPLE)];
    let Ok(length) = BASE64.decode_len(sample.len()) else {
        return 0;
    };
    BASE64.decode_mut(sample, &mut room[..length]).unwrap_or_default()
}

/// Room for [`base64_sample`].
pub(super) fn sample_room() -> [u8; SAMPLE] {
    [0; SAMPLE]
}

/// Decodes a whole base64 text.
pub(super) fn base64(body: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(length) = BASE64.decode_len(body.len()) else {
        return false;
    };
    out.clear();
    out.resize(length, 0);
    match BASE64.decode_mut(body, out) {
        Ok(length) => {
            out.truncate(length);
            true
        }
        Err(_) => false,
    }
}

/// Shorter values are not tried as hex.
const SHORTEST_HEX: usize = 16;

/// Decodes hex of printable text; ids and hashes are refused at their first unprintable byte.
pub(super) fn hex_text(value: &[u8], classes: Classes, out: &mut Vec<u8>) -> bool {
    if value.len() < SHORTEST_HEX || !value.len().is_multiple_of(2) || !classes.only(Classes::HEX) {
        return false;
    }
    // A long number is hex only if it spells digits, or hex once more.
    let digits_only = !classes.has(Classes::HEX_LETTER);
    out.clear();
    for pair in value.chunks_exact(2) {
        match hex_pair(pair) {
            Some(byte) if digits_only && !byte.is_ascii_hexdigit() => return false,
            Some(byte) if byte >= 0x20 && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r') => {
                out.push(byte);
            }
            _ => return false,
        }
    }
    is_text(out)
}

/// From this length on, bytes that are printable are not so by chance.
const SURELY_TEXT: usize = 12;

/// Whether decoded bytes read as text: UTF-8 without control characters. Short ones must be mostly
/// letters and digits too, since a few random bytes are printable by chance.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // A sample may end inside a character.
        Err(error) if error.error_len().is_none() => match std::str::from_utf8(&bytes[..error.valid_up_to()]) {
            Ok(text) => text,
            Err(_) => return false,
        },
        Err(_) => return false,
    };
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    if text.is_empty() || text.bytes().any(control) {
        return false;
    }
    if text.len() >= SURELY_TEXT {
        return true;
    }
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b" .@_-/:=\"".contains(byte);
    match text.is_ascii() {
        true => bytes.iter().filter(|byte| word(byte)).count() * 4 >= bytes.len() * 3,
        false => text.chars().all(|character| character.is_alphanumeric() || character == ' '),
    }
}

/// Decodes HTML entities: the named ones of markup and all numeric ones.
pub(super) fn entities(input: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut copied = 0;
    for start in memchr_iter(b'&', input) {
        if start < copied {
            continue;
        }
        if let Some((character, length)) = entity(&input[start + 1..]) {
            out.extend_from_slice(&input[copied..start]);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            copied = start + 1 + length;
        }
    }
    out.extend_from_slice(&input[copied..]);
    copied > 0
}

/// The longest entity that is understood, without `&`.
const LONGEST_ENTITY: usize = 9;

/// The character that an entity stands for and the entity's length, both from behind the `&`.
fn entity(rest: &[u8]) -> Option<(char, usize)> {
    let end = memchr(b';', &rest[..rest.len().min(LONGEST_ENTITY)])?;
    let character = match &rest[..end] {
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        b"lt" => '<',
        b"gt" => '>',
        b"nbsp" => '\u{a0}',
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    Some((character, end + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    let text = std::str::from_utf8(digits).ok()?;
    u32::from_str_radix(text, radix).ok().and_then(char::from_u32)
}
