//! Values that stand where personal data was meant to be: empty words, template texts that nobody
//! filled in, test values, and the digests of all of these. A site that sends them has a bug, not
//! a leak, so they are told apart from data. The texts are rows of `placeholders.csv`.

use super::hash_shape::{Digest, HashKind, hash_shape};
use hashbrown::{HashMap, HashSet};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

const DATA: &str = include_str!("placeholders.csv");
const LONGEST: usize = 48;

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut rows = csv::Reader::from_reader(DATA.as_bytes());
    rows.records().filter_map(|row| Some(row.ok()?.get(0)?.to_owned())).collect()
});

static WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| TEXTS.iter().map(|text| text.trim().to_ascii_lowercase()).collect());

static DIGESTS: LazyLock<HashMap<Digest, &'static str>> = LazyLock::new(digests);

/// Whether a text holds no data: an empty word, an unfilled template or a test value.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    is_template(text) || is_listed(text)
}

/// Whether a text is a template that nobody filled in, such as `{{email}}` or `%%name%%`.
pub fn is_template(text: &str) -> bool {
    const BRACKETS: [(&str, &str); 11] = [
        ("{{", "}}"),
        ("${", "}"),
        ("#{", "}"),
        ("%%", "%%"),
        ("<%", "%>"),
        ("[[", "]]"),
        ("@@", "@@"),
        ("*|", "|*"),
        ("%7B%7B", "%7D%7D"),
        ("__", "__"),
        ("{", "}"),
    ];
    let text = text.trim();
    BRACKETS.iter().any(|(open, close)| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(is_template_name)
    })
}

/// The placeholder whose digest this value is: MD5, SHA-1 or SHA-256, as hexadecimal of either
/// case, base64 or base64url, with the prefixes and suffixes that vendors put around digests.
pub fn placeholder_hash(value: &[u8]) -> Option<&'static str> {
    let shape = hash_shape(value)?;
    let known = matches!(shape.kind, HashKind::Md5 | HashKind::Sha1 | HashKind::Sha256);
    let digest = if known { shape.digest(value)? } else { return None };
    DIGESTS.get(&digest).copied()
}

fn is_template_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" ._-:|".contains(&b);
    name.len() < LONGEST && name.bytes().any(|b| b.is_ascii_alphabetic()) && name.bytes().all(plain)
}

fn is_listed(text: &str) -> bool {
    let mut buffer = [0; LONGEST];
    let Some(lower) = buffer.get_mut(..text.len()) else {
        return false;
    };
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|word| WORDS.contains(word))
}

fn digests() -> HashMap<Digest, &'static str> {
    let mut table = HashMap::new();
    for text in TEXTS.iter() {
        for variant in [text.clone(), text.to_lowercase(), text.to_uppercase(), nan(text)] {
            let bytes = variant.as_bytes();
            for digest in [
                Digest::new(&Md5::digest(bytes)),
                Digest::new(&Sha1::digest(bytes)),
                Digest::new(&Sha256::digest(bytes)),
            ]
            .into_iter()
            .flatten()
            {
                table.entry(digest).or_insert(text.as_str());
            }
        }
    }
    table
}

/// The one spelling that is neither lower nor upper case and yet common: `NaN`.
fn nan(text: &str) -> String {
    if text == "nan" { "NaN".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

    #[test]
    fn texts() {
        for text in [
            "",
            "undefined",
            "NULL",
            " n/a ",
            "{{email}}",
            "${user.mail}",
            "%%emailaddr%%",
            "__insert_user_email__",
            "[object Object]",
            "Test@Test.com",
            "NaN",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["Ada", "ada@example.com", "62704", "{\"a\":1}", "__utma", "unknowable", "{1}"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn digests_of_placeholders_in_every_dress() {
        let sha256 = Sha256::digest(b"undefined");
        for value in [
            HEXLOWER.encode(&sha256),
            HEXUPPER.encode(&sha256),
            BASE64.encode(&sha256),
            BASE64URL_NOPAD.encode(&sha256),
            format!("FFF{}", HEXLOWER.encode(&sha256)),
            format!("{}.AQ", HEXLOWER.encode(&sha256)),
            format!("{}.AQIAAgAB", HEXLOWER.encode(&sha256)),
            HEXLOWER.encode(&Md5::digest(b"undefined")),
            HEXUPPER.encode(&Sha1::digest(b"undefined")),
        ] {
            assert_eq!(placeholder_hash(value.as_bytes()), Some("undefined"), "{value}");
        }
        let empty = HEXLOWER.encode(&Sha256::digest(b""));
        assert_eq!(placeholder_hash(empty.as_bytes()), Some(""));
    }

    #[test]
    fn other_digests_are_not_placeholders() {
        let real = HEXLOWER.encode(&Sha256::digest(b"ada.lovelace@example.com"));
        for value in [real.as_str(), "", "undefined", &real[1..]] {
            assert_eq!(placeholder_hash(value.as_bytes()), None, "{value}");
        }
    }
}
