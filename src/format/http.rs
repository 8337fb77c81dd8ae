//! The little of HTTP that several formats need: cookies out of a header, a media type without its
//! parameters, percent escapes.

use crate::record::{Pair, Text};
use bstr::ByteSlice;
use std::borrow::Cow;

/// The cookies of a `Cookie` header.
pub(super) fn cookies<'b>(header: &Text<'b>) -> Vec<Pair<'b>> {
    match header {
        Cow::Borrowed(text) => text.split(|byte| *byte == b';').filter_map(cookie).collect(),
        Cow::Owned(text) => text.split(|byte| *byte == b';').filter_map(cookie).map(owned).collect(),
    }
}

/// The cookies of a `Set-Cookie` header, of which recorders join several with line feeds.
pub(super) fn set_cookies<'b>(header: &Text<'b>) -> Vec<Pair<'b>> {
    match header {
        Cow::Borrowed(text) => text.split(|byte| *byte == b'\n').filter_map(first_part).collect(),
        Cow::Owned(text) => text.split(|byte| *byte == b'\n').filter_map(first_part).map(owned).collect(),
    }
}

fn first_part(line: &[u8]) -> Option<Pair<'_>> {
    cookie(line.split_once_str(";").map_or(line, |(pair, _)| pair))
}

fn cookie(text: &[u8]) -> Option<Pair<'_>> {
    let text = text.trim_ascii();
    let (name, value) = text.split_once_str("=").unwrap_or((text, b""));
    (!text.is_empty()).then_some(Pair { name: Cow::Borrowed(name), value: Cow::Borrowed(value) })
}

fn owned(pair: Pair<'_>) -> Pair<'static> {
    Pair { name: Cow::Owned(pair.name.into_owned()), value: Cow::Owned(pair.value.into_owned()) }
}

/// A media type without parameters.
pub(super) fn essence(mime: Text<'_>) -> Text<'_> {
    let end = mime.find_byte(b';').unwrap_or(mime.len());
    slice(mime, end)
}

fn slice(text: Text<'_>, end: usize) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text[..end].trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text[..end].trim_ascii().to_vec()),
    }
}

/// Undoes `%HH`; what is no escape stays as it is.
pub(super) fn percent_decode(text: &[u8]) -> Text<'_> {
    let Some(first) = text.find_byte(b'%') else {
        return Cow::Borrowed(text);
    };
    let mut plain = text[..first].to_vec();
    let mut rest = &text[first..];
    while let [byte, behind @ ..] = rest {
        let escape = (*byte == b'%').then(|| behind.first_chunk().and_then(hex_byte)).flatten();
        plain.push(escape.unwrap_or(*byte));
        rest = if escape.is_some() { &behind[2..] } else { behind };
    }
    Cow::Owned(plain)
}

/// The byte that two hexadecimal digits spell.
pub(super) fn hex_byte(digits: &[u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

/// What a recorder wrote as base64, in any of its alphabets and with or without padding and line
/// ends; `None` where it is something else.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    data_encoding::BASE64_NOPAD.decode(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_and_values(pairs: &[Pair<'_>]) -> String {
        let words: Vec<String> =
            pairs.iter().map(|pair| format!("{}={}", pair.name.as_bstr(), pair.value.as_bstr())).collect();
        words.join("|")
    }

    #[test]
    fn cookie_headers_fall_into_pairs() {
        let header = Cow::Borrowed(&b"a=1; b=x=y ;; flag"[..]);
        assert_eq!(names_and_values(&cookies(&header)), "a=1|b=x=y|flag=");
        let header = Cow::Borrowed(&b"a=1; Path=/\nb=2; Secure"[..]);
        assert_eq!(names_and_values(&set_cookies(&header)), "a=1|b=2");
    }

    #[test]
    fn escapes_that_are_none_stay() {
        assert_eq!(percent_decode(b"a%20b%zz%4").as_bstr(), "a b%zz%4");
        assert!(matches!(percent_decode(b"plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn base64_comes_in_several_spellings() {
        for text in ["aGk/aGk+", "aGk_aGk-", "aGk/\r\naGk+"] {
            assert_eq!(base64(text.as_bytes()).as_deref(), Some(&b"hi?hi>"[..]));
        }
        assert_eq!(base64(b"aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(base64(b"not base64!"), None);
    }
}
