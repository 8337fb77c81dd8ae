//! What a request says about the visitor's consent, by the parameters that the advertising
//! industry agreed on: Google's `gcs` and `npa`, the US privacy string, Meta's `dpo` and the
//! header of Global Privacy Control.

use crate::observation::Consent;

/// The consent signal in one parameter; [`Consent::None`] where it is none.
pub(super) fn signal(path: &str, value: &[u8]) -> Consent {
    match (path, value) {
        // Google consent state: G1 and one digit each for advertising and analytics storage.
        ("gcs", b"G111") => Consent::Granted,
        ("gcs", b"G100") => Consent::Denied,
        ("gcs", b"G101" | b"G110") => Consent::Limited,
        ("npa", b"1") => Consent::Limited,
        // US privacy string: version, notice given, opted out of sale, covered by an agreement.
        ("us_privacy" | "usp", [b'1', _, b'Y' | b'y', _]) => Consent::Denied,
        ("us_privacy" | "usp", [b'1', _, b'N' | b'n', _]) => Consent::Granted,
        ("dpo", b"LDU") => Consent::Limited,
        ("sec-gpc" | "Sec-GPC", b"1") => Consent::Denied,
        _ => Consent::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_read_by_their_standards() {
        assert_eq!(signal("gcs", b"G111"), Consent::Granted);
        assert_eq!(signal("gcs", b"G100"), Consent::Denied);
        assert_eq!(signal("us_privacy", b"1YYN"), Consent::Denied);
        assert_eq!(signal("us_privacy", b"1YNN"), Consent::Granted);
        assert_eq!(signal("us_privacy", b"1---"), Consent::None);
        assert_eq!(signal("q", b"G111"), Consent::None);
    }
}
