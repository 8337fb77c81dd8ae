//! Google's consent mode. `gcs` states advertising and analytics storage; `gcd` states four kinds of
//! consent by a letter each, which also tells what the page's default was.

use crate::observation::Consent;

/// `gcs`: `G1` and one sign each for advertising and analytics storage: granted, denied, unset.
pub(super) fn state(value: &[u8]) -> Consent {
    match value {
        [b'G', b'1', signs @ ..] if signs.len() == 2 => together(signs.iter().map(|sign| match sign {
            b'1' => Some(Some(true)),
            b'0' => Some(Some(false)),
            b'-' => Some(None),
            _ => None,
        })),
        _ => Consent::None,
    }
}

/// `gcd`: `1`, a digit, then four letters with a digit after each: advertising storage, analytics
/// storage, advertising user data, advertising personalisation.
pub(super) fn details(value: &[u8]) -> Consent {
    let Some(rest) = value.strip_prefix(b"1").filter(|rest| (9..=16).contains(&rest.len())) else {
        return Consent::None;
    };
    let letters = rest.iter().filter(|byte| byte.is_ascii_alphabetic());
    let shaped = rest.iter().all(u8::is_ascii_alphanumeric) && rest[0].is_ascii_digit() && letters.clone().count() >= 4;
    if !shaped {
        return Consent::None;
    }
    together(letters.take(4).map(|letter| match letter {
        // No consent mode at all.
        b'l' => Some(None),
        // Granted after the visitor's choice (n, r, v) or by the page's default (t).
        b'n' | b'r' | b'v' | b't' => Some(Some(true)),
        // Denied after the visitor's choice (m, q, u) or by the page's default (p).
        b'm' | b'q' | b'u' | b'p' => Some(Some(false)),
        _ => None,
    }))
}

/// One word for several answers; an answer that cannot be read makes all of it unreadable.
fn together(answers: impl Iterator<Item = Option<Option<bool>>>) -> Consent {
    let (mut granted, mut denied) = (false, false);
    for answer in answers {
        match answer {
            Some(Some(true)) => granted = true,
            Some(Some(false)) => denied = true,
            Some(None) => {}
            None => return Consent::None,
        }
    }
    match (granted, denied) {
        (true, false) => Consent::Granted,
        (false, true) => Consent::Denied,
        (true, true) => Consent::Limited,
        (false, false) => Consent::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        for (value, consent) in [
            ("G111", Consent::Granted),
            ("G100", Consent::Denied),
            ("G101", Consent::Limited),
            ("G110", Consent::Limited),
            ("G1--", Consent::None),
            ("G1-1", Consent::Granted),
            ("G10-", Consent::Denied),
            ("G1", Consent::None),
            ("X111", Consent::None),
        ] {
            assert_eq!(state(value.as_bytes()), consent, "{value}");
        }
    }

    #[test]
    fn details_by_their_letters() {
        for (value, consent) in [
            ("13l3l3l3l1", Consent::None),
            ("11t1t1t1t5", Consent::Granted),
            ("13v3v3v3v5l1", Consent::Granted),
            ("13p3p3p2p5l1", Consent::Denied),
            ("13q3q3q3q5", Consent::Denied),
            ("13r3u3r3r5", Consent::Limited),
            ("13x3x3x3x5", Consent::None),
            ("G111", Consent::None),
            ("1", Consent::None),
        ] {
            assert_eq!(details(value.as_bytes()), consent, "{value}");
        }
    }
}
