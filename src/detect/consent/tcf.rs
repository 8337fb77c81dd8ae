//! The consent string of the European Transparency and Consent Framework: a bit field in base64url
//! whose core lists the purposes to which the visitor consented.

use super::bits::Bits;
use crate::observation::Consent;

/// What the string's purposes amount to: all, none or some of them.
pub(super) fn consent(value: &[u8]) -> Consent {
    // Further segments follow points; the core stands first.
    let core = value.split(|&byte| byte == b'.').next().unwrap_or_default();
    let bits = Bits::of(core);
    let whole = bits.len() == core.len() * 6;
    let (start, purposes) = match bits.number(0, 6) {
        // Before the purposes stand version, two times, the consent manager, its version, screen and
        // language, the vendor list's version; in version 2 also policy, two flags and the features.
        Some(1) => (132, 5),
        Some(2) => (152, 10),
        _ => return Consent::None,
    };
    // Only a manager and a vendor list with numbers make a string that somebody was asked for.
    let is_real = whole && bits.len() >= start + 24 && bits.number(78, 12).is_some_and(|manager| manager > 0);
    if !is_real {
        return Consent::None;
    }
    let given = (start..start + purposes).filter(|&at| bits.bit(at) == Some(true)).count();
    match given {
        0 => Consent::Denied,
        all if all == purposes => Consent::Granted,
        _ => Consent::Limited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A string of version 2 from an invented consent manager with these purposes.
    fn string(version: u8, purposes: &[usize]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bits = vec![false; 240];
        let mut put = |at: usize, width: usize, number: usize| {
            for bit in 0..width {
                bits[at + bit] = number >> (width - 1 - bit) & 1 == 1;
            }
        };
        put(0, 6, version.into());
        put(78, 12, 31);
        let start = if version == 1 { 132 } else { 152 };
        for purpose in purposes {
            put(start + purpose - 1, 1, 1);
        }
        let letter = |six: &[bool]| six.iter().fold(0, |number, bit| number << 1 | usize::from(*bit));
        bits.chunks(6).map(|six| char::from(ALPHABET[letter(six)])).collect()
    }

    #[test]
    fn purposes_are_counted() {
        let all: Vec<usize> = (1..=10).collect();
        assert_eq!(consent(string(2, &all).as_bytes()), Consent::Granted);
        assert_eq!(consent(string(2, &[]).as_bytes()), Consent::Denied);
        assert_eq!(consent(string(2, &[1, 7]).as_bytes()), Consent::Limited);
        assert_eq!(consent(string(1, &[1, 2, 3, 4, 5]).as_bytes()), Consent::Granted);
        assert_eq!(consent(string(1, &[]).as_bytes()), Consent::Denied);
        assert_eq!(consent(format!("{}.YAAAAAAAAAAA", string(2, &all)).as_bytes()), Consent::Granted);
    }

    #[test]
    fn other_texts_say_nothing() {
        for text in ["", "1", "true", "C", "COxyz", "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a b"] {
            assert_eq!(consent(text.as_bytes()), Consent::None, "{text}");
        }
    }
}
