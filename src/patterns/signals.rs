//! One pass over a value's bytes that tells which detectors are worth calling. Nearly all values
//! hold nothing personal, so what happens here is most of the cost of the whole module.

use super::key::KeyHint;

/// What a value and its key speak for, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals(u32);

impl Signals {
    /// An at-sign with something on both sides.
    pub(crate) const AT: Signals = Signals(1);
    /// A plus sign or `tel:` and enough digits for a phone number.
    pub(crate) const PLUS_DIGITS: Signals = Signals(1 << 1);
    /// Ten digits and the separators of a US phone number.
    pub(crate) const GROUPED_DIGITS: Signals = Signals(1 << 2);
    /// Digits and words with gaps between them.
    pub(crate) const WORDS_AND_DIGITS: Signals = Signals(1 << 3);
    /// One token of the length of a digest.
    pub(crate) const DIGEST: Signals = Signals(1 << 4);
    /// The key speaks for a class.
    pub(crate) const KEYED: Signals = Signals(1 << 5);
    /// A slash, a digit and a bracket or a semicolon: user agents and brand lists.
    pub(crate) const AGENT: Signals = Signals(1 << 6);
    /// One token of capitals and digits only, with both.
    pub(crate) const CODE: Signals = Signals(1 << 7);
    /// Twelve digits or more, with at most spaces and hyphens between them.
    pub(crate) const LONG_NUMBER: Signals = Signals(1 << 8);
    /// Two dots and a letter of a token's beginning `eyJ`.
    pub(crate) const JWT: Signals = Signals(1 << 9);
    /// Digits with three dots, or hexadecimal with colons.
    pub(crate) const ADDRESS_OF_HOST: Signals = Signals(1 << 10);
    /// A short value that may be a setting of the device: `1920x1080`, `en-US`, `Europe/Rome`.
    pub(crate) const SETTING: Signals = Signals(1 << 11);
    /// Asterisks or number signs.
    pub(crate) const MASK: Signals = Signals(1 << 12);
    /// The token under which Google sends user-provided data.
    pub(crate) const TILDE: Signals = Signals(1 << 13);

    /// This set and another.
    pub(crate) const fn or(self, other: Signals) -> Signals {
        Signals(self.0 | other.0)
    }

    /// The beginning of an id that tells its maker: `fb.1.`, `GA1.`.
    pub(crate) const KNOWN_ID: Signals = Signals(1 << 14);
    /// Digits enough for a parcel's number inside a longer text.
    pub(crate) const NUMBER_IN_TEXT: Signals = Signals(1 << 15);

    /// Whether any of `other` is set.
    pub(crate) fn any(self, other: Signals) -> bool {
        self.0 & other.0 != 0
    }

    /// Reads the signals off a value and its key.
    pub(crate) fn read(value: &[u8], key: KeyHint) -> Signals {
        let counts = Counts::of(value);
        let mut signals = Signals::default();
        signals.set(Signals::KEYED, !key.is_empty());
        counts.words(&mut signals);
        counts.numbers(value, &mut signals);
        counts.tokens(value, &mut signals);
        signals
    }

    fn set(&mut self, signal: Signals, on: bool) {
        if on {
            *self = self.or(signal);
        }
    }
}

const AT: u16 = 1;
const PLUS: u16 = 1 << 1;
const GROUPING: u16 = 1 << 2;
const GAP: u16 = 1 << 3;
const UPPER: u16 = 1 << 4;
const LOWER: u16 = 1 << 5;
const DIGIT: u16 = 1 << 6;
const SLASH: u16 = 1 << 7;
const COLON: u16 = 1 << 8;
const BRACKET: u16 = 1 << 9;
const DOT: u16 = 1 << 10;
const STAR: u16 = 1 << 11;
const TILDE: u16 = 1 << 12;
const OTHER: u16 = 1 << 13;
const JOINER: u16 = 1 << 14;

const CLASSES: [u16; 256] = classes();

const fn classes() -> [u16; 256] {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'@' => AT,
            b'+' => PLUS | JOINER,
            b'-' => GROUPING | JOINER,
            b'(' | b')' => GROUPING | BRACKET,
            b' ' | b',' | b'\n' | b'\r' | b'\t' => GAP,
            b'_' => JOINER,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            b'/' => SLASH,
            b':' => COLON,
            b';' | b'"' => BRACKET,
            b'.' => DOT,
            b'*' | b'#' => STAR,
            b'~' => TILDE,
            _ => OTHER,
        };
        byte += 1;
    }
    table
}

/// Which bytes a value holds and how many of the decisive ones.
struct Counts {
    seen: u16,
    length: usize,
    digits: usize,
    letters: usize,
}

impl Counts {
    fn of(value: &[u8]) -> Counts {
        let seen = value.iter().fold(0, |seen, byte| seen | CLASSES[usize::from(*byte)]);
        // Separate loops, because each of these two becomes vector instructions.
        let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        Counts { seen, length: value.len(), digits, letters }
    }

    fn has(&self, classes: u16) -> bool {
        self.seen & classes != 0
    }

    fn only(&self, classes: u16) -> bool {
        self.seen & !classes == 0
    }

    fn words(&self, signals: &mut Signals) {
        signals.set(Signals::AT, self.has(AT) && self.length >= 6);
        let words = self.digits >= 1 && self.letters >= 2 && self.length >= 8;
        // Without gaps only a whole address counts, house number and ZIP code included.
        let slug = self.has(JOINER) && self.digits >= 6 && self.letters >= 6 && self.length >= 20;
        signals.set(Signals::WORDS_AND_DIGITS, words && (self.has(GAP) || slug));
        let agent = (self.has(SLASH) && self.has(BRACKET)) || self.has(BRACKET);
        signals.set(Signals::AGENT, agent && self.digits >= 1 && self.letters >= 6);
        signals.set(Signals::MASK, self.has(STAR));
    }

    fn numbers(&self, value: &[u8], signals: &mut Signals) {
        let plus = self.has(PLUS) || value.starts_with(b"tel:");
        signals.set(Signals::PLUS_DIGITS, plus && self.digits >= 7);
        let grouped = self.has(GROUPING) && self.digits >= 10;
        signals.set(Signals::GROUPED_DIGITS, grouped);
        let number = self.only(DIGIT | GAP | GROUPING | JOINER);
        signals.set(Signals::LONG_NUMBER, number && self.digits >= 12 && self.length <= 48);
        let v4 = self.has(DOT) && self.digits >= 4 && self.length <= 15 && self.only(DIGIT | DOT);
        let v6 = self.has(COLON) && self.length <= 45 && self.only(DIGIT | LOWER | UPPER | COLON | DOT);
        signals.set(Signals::ADDRESS_OF_HOST, v4 || v6);
    }

    fn tokens(&self, value: &[u8], signals: &mut Signals) {
        let code = self.only(UPPER | DIGIT | GAP) && self.has(UPPER) && self.has(DIGIT);
        signals.set(Signals::CODE, code && (10..=48).contains(&self.length));
        let one_token = !self.has(GAP | AT | BRACKET) && self.has(DIGIT);
        signals.set(Signals::DIGEST, one_token && (22..=160).contains(&self.length));
        let mixed = self.has(DOT) && self.has(UPPER) && self.has(LOWER) && self.length >= 20;
        signals.set(Signals::JWT, mixed && memchr::memmem::find(value, b"eyJ").is_some());
        signals.set(Signals::NUMBER_IN_TEXT, self.digits >= 9 && self.length > 13);
        signals.set(Signals::SETTING, self.is_setting(value));
        let known = value.starts_with(b"fb.") || value.starts_with(b"GA1.");
        signals.set(Signals::KNOWN_ID, known);
        signals.set(Signals::TILDE, self.has(TILDE) && value.starts_with(b"tv.1"));
    }

    /// A language with its country, a list of languages, a time zone, a size or a platform.
    fn is_setting(&self, value: &[u8]) -> bool {
        let first = value.first().copied().unwrap_or_default();
        let language = self.length == 5 && matches!(value[2], b'-' | b'_');
        let languages = self.has(BRACKET) && self.has(GAP) && self.letters <= self.length;
        let zone = first.is_ascii_uppercase() && self.has(SLASH) && self.has(LOWER);
        let size = first.is_ascii_digit() && self.digits >= 6 && (1..=6).contains(&(self.length - self.digits));
        let platform = matches!(first, b'W' | b'M' | b'L' | b'F' | b'C') && self.has(LOWER);
        let short = |most| self.length <= most;
        language || (languages && short(120)) || (zone && short(40)) || (size && short(16)) || (platform && short(20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Signals {
        Signals::read(value.as_bytes(), KeyHint::NONE)
    }

    #[test]
    fn values_wake_what_could_be_in_them() {
        for (value, signal) in [
            ("ada@example.com", Signals::AT),
            ("+14155550123", Signals::PLUS_DIGITS),
            ("(415) 555-0123", Signals::GROUPED_DIGITS),
            ("12 Elm St", Signals::WORDS_AND_DIGITS),
            ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", Signals::DIGEST),
            ("1Z0000000000000000", Signals::CODE),
            ("4111 1111 1111 1111", Signals::LONG_NUMBER),
            ("203.0.113.9", Signals::ADDRESS_OF_HOST),
            ("2001:db8::1", Signals::ADDRESS_OF_HOST),
            ("tv.1~em.x", Signals::TILDE),
        ] {
            assert!(read(value).any(signal), "{value}");
        }
    }

    #[test]
    fn most_values_wake_next_to_nothing() {
        for value in ["", "1", "pageview", "true", "AB12CD34EF", "1612345678901"] {
            let costly = Signals::AT.or(Signals::PLUS_DIGITS).or(Signals::WORDS_AND_DIGITS);
            assert!(!read(value).any(costly.or(Signals::AGENT)), "{value}");
        }
    }
}
