//! What a request says about the visitor's consent, by the signals that the advertising industry
//! agreed on: Google's consent mode (`gcs`, `gcd`, `npa`), the European consent string
//! (`gdpr`, `gdpr_consent`), the US privacy string, the Global Privacy Platform (`gpp`), Meta's
//! `dpo` and the header of Global Privacy Control. The strictest signal of a request wins.

mod bits;
mod google;
mod gpp;
mod tcf;

use crate::observation::Consent;

/// The signals of one request, collected parameter by parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signals {
    said: Consent,
    /// What the European consent string says, which counts unless the request says that European
    /// law does not apply.
    european: Consent,
    outside_europe: bool,
}

impl Signals {
    /// Reads one parameter: `key` is the innermost name that leads to the value.
    pub(super) fn read(&mut self, key: &[u8], value: &[u8]) {
        // Names of signals begin with few letters; most parameters end here.
        if !matches!(key.first(), Some(b'a'..=b'z' | b'A'..=b'Z')) || key.len() > 24 || value.is_empty() {
            return;
        }
        let mut lower = [0; 24];
        let lower = &mut lower[..key.len()];
        lower.copy_from_slice(key);
        lower.make_ascii_lowercase();
        match &*lower {
            b"gdpr" | b"gdpr_applies" | b"gdprapplies" => self.outside_europe |= matches!(value, b"0" | b"false"),
            b"gdpr_consent"
            | b"gdprconsent"
            | b"gdpr_consent_string"
            | b"euconsent"
            | b"euconsent-v2"
            | b"consent_string"
            | b"consentstring"
            | b"tcstring"
            | b"tc_string"
            | b"consent" => {
                self.european = self.european.max(tcf::consent(value));
            }
            other => self.said = self.said.max(signal(other, value)),
        }
    }

    /// Adds what another value of the request says.
    pub(super) fn add(&mut self, other: Signals) {
        self.said = self.said.max(other.said);
        self.european = self.european.max(other.european);
        self.outside_europe |= other.outside_europe;
    }

    /// The header of Global Privacy Control.
    pub(super) fn read_privacy_control(&mut self, header: Option<&[u8]>) {
        if header.is_some_and(|value| value.trim_ascii() == b"1") {
            self.said = self.said.max(Consent::Denied);
        }
    }

    /// What the request says as a whole.
    pub(super) fn consent(self) -> Consent {
        if self.outside_europe { self.said } else { self.said.max(self.european) }
    }
}

/// The signal of a parameter that stands by itself.
fn signal(key: &[u8], value: &[u8]) -> Consent {
    match key {
        b"gcs" => google::state(value),
        b"gcd" => google::details(value),
        // Non-personalised advertisements only.
        b"npa" if value == b"1" => Consent::Limited,
        b"us_privacy" | b"usprivacy" | b"usp" | b"usp_string" | b"uspstring" | b"usp_consent" | b"uspconsent"
        | b"ccpa" => us_privacy(value),
        b"gpp" | b"gpp_string" | b"gppstring" | b"gpp_consent" => gpp::consent(value),
        // Meta's limited data use.
        b"dpo" if value == b"LDU" => Consent::Limited,
        b"gpc" if value == b"1" || value == b"true" => Consent::Denied,
        _ => Consent::None,
    }
}

/// The US privacy string: version, notice given, opted out of sale, covered by an agreement.
fn us_privacy(value: &[u8]) -> Consent {
    let answer = |byte: &u8| matches!(byte, b'Y' | b'y' | b'N' | b'n' | b'-');
    match value {
        [b'1', rest @ ..] if rest.len() == 3 && rest.iter().all(answer) => match rest[1] {
            b'Y' | b'y' => Consent::Denied,
            b'N' | b'n' => Consent::Granted,
            _ => Consent::None,
        },
        _ => Consent::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(parameters: &[(&str, &str)]) -> Consent {
        let mut signals = Signals::default();
        for (key, value) in parameters {
            signals.read(key.as_bytes(), value.as_bytes());
        }
        signals.consent()
    }

    /// A European consent string that allows every purpose, and one that allows none.
    const ALL: &str = "CPXxRfAPXxRfAAfKABENB-CgAP_AAH_AAAAAAAAAAAAA";
    const NO: &str = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAAAAAAAAAAA";

    #[test]
    fn single_signals_are_read_by_their_standards() {
        for (key, value, consent) in [
            ("gcs", "G111", Consent::Granted),
            ("gcs", "G100", Consent::Denied),
            ("us_privacy", "1YYN", Consent::Denied),
            ("us_privacy", "1YNN", Consent::Granted),
            ("us_privacy", "1---", Consent::None),
            ("us_privacy", "1Y", Consent::None),
            ("us_privacy", "${US_PRIVACY}", Consent::None),
            ("npa", "1", Consent::Limited),
            ("npa", "0", Consent::None),
            ("dpo", "LDU", Consent::Limited),
            ("dpo", "", Consent::None),
            ("gdpr_consent", ALL, Consent::Granted),
            ("gdpr_consent", NO, Consent::Denied),
            ("gdpr_consent", "${GDPR_CONSENT_755}", Consent::None),
            ("gdpr", "1", Consent::None),
            ("consent", "yes", Consent::None),
            ("q", "G111", Consent::None),
        ] {
            assert_eq!(said(&[(key, value)]), consent, "{key}={value}");
        }
    }

    #[test]
    fn the_strictest_signal_wins() {
        assert_eq!(said(&[("us_privacy", "1YNN"), ("gcs", "G101")]), Consent::Limited);
        assert_eq!(said(&[("gcs", "G100"), ("us_privacy", "1YNN")]), Consent::Denied);
        let mut signals = Signals::default();
        signals.read(b"us_privacy", b"1YNN");
        signals.read_privacy_control(Some(b"1"));
        assert_eq!(signals.consent(), Consent::Denied);
    }

    #[test]
    fn european_consent_counts_only_where_european_law_applies() {
        assert_eq!(said(&[("gdpr", "0"), ("gdpr_consent", NO)]), Consent::None);
        assert_eq!(said(&[("gdpr", "1"), ("gdpr_consent", NO)]), Consent::Denied);
        assert_eq!(said(&[("gdpr_consent", NO), ("gdpr", "0"), ("us_privacy", "1YNN")]), Consent::Granted);
    }
}
