//! Query strings and their kin: splitting into pairs in one pass, and telling a query string or a
//! `k=v;k=v` list from other text that happens to hold `=`.

use super::classes::{Classes, class};
use memchr::memchr;

/// One parameter as written, with the byte classes that were met on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair<'q> {
    /// Empty for a parameter without `=`.
    pub(super) key: &'q [u8],
    pub(super) key_classes: Classes,
    pub(super) value: &'q [u8],
    pub(super) value_classes: Classes,
}

/// The pairs of a text, in order; pairs of which nothing is left are skipped.
pub(super) struct Pairs<'q> {
    rest: &'q [u8],
    separator: u8,
}

/// Splits a text into pairs at a separator.
pub(super) fn pairs(text: &[u8], separator: u8) -> Pairs<'_> {
    Pairs { rest: text, separator }
}

impl<'q> Iterator for Pairs<'q> {
    type Item = Pair<'q>;

    fn next(&mut self) -> Option<Pair<'q>> {
        while !self.rest.is_empty() {
            if self.separator != b'&' {
                // Lists are often written with a space behind the separator, or with a plus for it.
                let rest = self.rest.trim_ascii_start();
                self.rest = match rest {
                    [b'+', behind @ ..] if !behind.first().is_some_and(u8::is_ascii_digit) => behind,
                    _ => rest,
                };
            }
            let pair = self.cut();
            if !(pair.key.is_empty() && pair.value.is_empty()) {
                return Some(pair);
            }
        }
        None
    }
}

impl<'q> Pairs<'q> {
    /// Takes what is in front of the next separator.
    fn cut(&mut self) -> Pair<'q> {
        let (name, rest, name_classes) = run(self.rest, b'=', self.separator);
        let Some((b'=', behind)) = rest.split_first() else {
            self.rest = rest.get(1..).unwrap_or(&[]);
            return Pair { key: &[], key_classes: Classes::default(), value: name, value_classes: name_classes };
        };
        let (value, rest, value_classes) = run(behind, self.separator, self.separator);
        self.rest = rest.get(1..).unwrap_or(&[]);
        Pair {
            // An escaped `&` in a URL that was copied out of HTML.
            key: name.strip_prefix(b"amp;").unwrap_or(name),
            key_classes: name_classes,
            value,
            value_classes,
        }
    }
}

/// The run of a text up to one of two bytes, what follows it, and the classes of its bytes.
#[inline]
pub(super) fn run(text: &[u8], stop: u8, other: u8) -> (&[u8], &[u8], Classes) {
    let mut classes = Classes::default();
    for (index, &byte) in text.iter().enumerate() {
        if byte == stop || byte == other {
            return (&text[..index], &text[index..], classes);
        }
        classes |= class(byte);
    }
    (text, &[], classes)
}

/// How many pairs decide whether a text is a query string.
const DECIDING: usize = 8;

/// Whether a text reads as a query string: a pair with a plausible key comes first, or half of the
/// first pairs are such.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let mut seen = 0;
    let mut good = 0;
    for pair in pairs(text, b'&').take(DECIDING) {
        seen += 1;
        good += usize::from(is_good(&pair));
        if seen == 1 && good == 1 && pair.key.len() <= LONGEST_LONE_KEY {
            return true;
        }
    }
    seen > 1 && good * 2 >= seen
}

fn is_good(pair: &Pair<'_>) -> bool {
    // A second `=` at once is base64 padding or a comparison.
    is_key(pair.key) && !pair.value.is_empty() && pair.value[0] != b'='
}

/// Alone, a longer name is more likely a token that happens to hold `=`.
const LONGEST_LONE_KEY: usize = 32;

/// The longest name that a parameter is believed to have.
const LONGEST_KEY: usize = 64;

fn is_key(key: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]:~$%*@!".contains(byte);
    key.len() <= LONGEST_KEY
        && key.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_$~@.".contains(byte))
        && key.iter().all(inner)
}

/// The separator of a `k=v;k=v` list, where a text is one: at least two pairs, all well-formed.
pub(super) fn list_separator(text: &[u8]) -> Option<u8> {
    let equals = memchr(b'=', text)?;
    let separator = *text[equals..].iter().find(|byte| matches!(byte, b';' | b'|' | b','))?;
    let mut seen = 0;
    for pair in pairs(text, separator).take(DECIDING) {
        if !is_key(pair.key) {
            return None;
        }
        seen += 1;
    }
    (seen >= 2).then_some(separator)
}

/// From this length on a key with digits may be a hash or a token.
const HASH_LENGTH: usize = 32;

/// Whether a key could itself be a datum, so that it is visited as a value too: an address, a
/// text, a hash, a document sent under no name.
pub(super) fn is_key_data(key: &[u8], classes: Classes) -> bool {
    let telling = Classes::SPACE | Classes::HIGH | Classes::PLUS | Classes::SLASH | Classes::QUESTION;
    if key.len() >= HASH_LENGTH && classes.has(Classes::DIGIT) {
        return !key.ends_with(b"]");
    }
    key.len() > 2
        && (classes.has(telling)
            || matches!(key[0], b'{' | b'"')
            // In front it marks a name of linked data.
            || (classes.has(Classes::AT) && key[0] != b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(&str, &str)> {
        let text_of = |bytes| std::str::from_utf8(bytes).unwrap();
        pairs(text.as_bytes(), b'&').map(|pair| (text_of(pair.key), text_of(pair.value))).collect()
    }

    #[test]
    fn pairs_are_split_in_order() {
        assert_eq!(split("a=b&c=d=e&f&=g&&h="), [("a", "b"), ("c", "d=e"), ("", "f"), ("", "g"), ("h", "")]);
        assert_eq!(split("a=b&amp;c=d"), [("a", "b"), ("c", "d")]);
        assert_eq!(split("&&&"), []);
    }

    #[test]
    fn query_strings_are_recognised() {
        for text in ["a=b", "em=jane%40example.com&ph=", "udff[em]=x", "x&a=b", "ibs:dpid=1&u=2"] {
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        for text in ["", "abc", "YWJj=", "YWJjZA==", "a b=c", "a==b", "x&y", "https://e.x/?a=b", "{\"a=\":1}"] {
            assert!(!looks_like(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn spaces_and_pluses_before_names_are_passed() {
        let values =
            |text: &'static str| pairs(text.as_bytes(), b';').map(|pair| (pair.key, pair.value)).collect::<Vec<_>>();
        assert_eq!(values("a=b; c=d;+e=f"), [(&b"a"[..], &b"b"[..]), (b"c", b"d"), (b"e", b"f")]);
        assert_eq!(values("a=b;+14155550123"), [(&b"a"[..], &b"b"[..]), (b"", b"+14155550123")]);
    }

    #[test]
    fn lists_need_two_whole_pairs() {
        assert_eq!(list_separator(b"a=b;c=d"), Some(b';'));
        assert_eq!(list_separator(b"a=b|c=d"), Some(b'|'));
        assert_eq!(list_separator(b"a=b, c=d"), Some(b','));
        assert_eq!(list_separator(b"a=b;+c=d;"), Some(b';'));
        assert_eq!(list_separator(b"a=b;c"), None);
        assert_eq!(list_separator(b"a=b"), None);
        assert_eq!(list_separator(b"so a=b; done"), None);
    }
}
