//! The check digits of parcel numbers. Every rule takes the number with its check digit last.

/// The rules, by the words of `carriers.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// No check digit is known.
    None,
    /// GS1: from the right every other digit counts three times.
    Gs1,
    /// GS1 over the number with the 91 that was left out in front.
    Gs1After91,
    /// Every second sign from the left counts twice; letters count as numbers.
    DoubleSecond,
    /// The same with the service's letter counted as this digit.
    DoubleSecondAs(u8),
    /// Weights 3, 1, 7 from the left, modulo 11.
    Weights317,
    /// The postal union's weights.
    S10,
    /// The remainder of the number divided by seven.
    Mod7,
    /// ISO 7064 modulo 37, 36.
    Mod37,
    /// The rule of payment cards.
    Luhn,
}

impl Check {
    /// The rule of a word.
    pub(super) fn named(word: &str) -> Option<Check> {
        Some(match word {
            "none" => Check::None,
            "gs1" => Check::Gs1,
            "gs1_after_91" => Check::Gs1After91,
            "double_second" => Check::DoubleSecond,
            "double_second_c" => Check::DoubleSecondAs(4),
            "double_second_d" => Check::DoubleSecondAs(5),
            "weights_317" => Check::Weights317,
            "s10" => Check::S10,
            "mod7" => Check::Mod7,
            "mod37" => Check::Mod37,
            "luhn" => Check::Luhn,
            _ => return None,
        })
    }

    /// Whether the last sign is the check digit of the others.
    pub(super) fn holds(self, number: &str) -> bool {
        let Some((check, signs)) = number.as_bytes().split_last() else { return false };
        let digit = u32::from(check.wrapping_sub(b'0'));
        match self {
            Check::None => true,
            Check::Gs1 => complement(gs1(signs)) == digit,
            // 91 stands in front of 19 digits: the 9 counts three times.
            Check::Gs1After91 => {
                complement(gs1(signs) + 9 * gs1_weight(signs.len() + 1) + gs1_weight(signs.len())) == digit
            }
            Check::DoubleSecond => complement(double_second(signs.iter().copied())) == digit,
            Check::DoubleSecondAs(first) => {
                let rest = signs.get(1..).unwrap_or_default().iter().copied();
                complement(double_second(std::iter::once(b'0' + first).chain(rest))) == digit
            }
            Check::Weights317 => weights_317(signs) % 11 % 10 == digit,
            Check::S10 => s10(signs) == digit,
            Check::Mod7 => std::str::from_utf8(signs)
                .is_ok_and(|text| text.parse::<u64>().is_ok_and(|number| number % 7 == u64::from(digit))),
            Check::Mod37 => mod37(signs) == Some(*check),
            Check::Luhn => luhn(number.as_bytes()),
        }
    }
}

/// Whether digits end with the check digit of payment cards.
pub(in crate::patterns) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0'));
            let doubled = if place % 2 == 1 { value * 2 } else { value };
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn complement(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

fn value(sign: u8) -> u32 {
    if sign.is_ascii_digit() { u32::from(sign - b'0') } else { (u32::from(sign) + 7) % 10 }
}

fn gs1_weight(place: usize) -> u32 {
    if place.is_multiple_of(2) { 3 } else { 1 }
}

fn gs1(signs: &[u8]) -> u32 {
    signs.iter().rev().enumerate().map(|(place, sign)| gs1_weight(place) * value(*sign)).sum()
}

fn double_second(signs: impl Iterator<Item = u8>) -> u32 {
    signs.enumerate().map(|(place, sign)| value(sign) * if place % 2 == 1 { 2 } else { 1 }).sum()
}

/// The weights run from the right: 1, 3, 7, so that eleven digits begin with 3 and thirteen with 1.
fn weights_317(signs: &[u8]) -> u32 {
    signs.iter().rev().zip([1, 3, 7].into_iter().cycle()).map(|(sign, weight)| value(*sign) * weight).sum()
}

fn s10(signs: &[u8]) -> u32 {
    let sum: u32 = signs.iter().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(sign, weight)| value(*sign) * weight).sum();
    match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    }
}

fn mod37(signs: &[u8]) -> Option<u8> {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest: usize = 36;
    for sign in signs {
        let value = ALPHABET.iter().position(|known| known == sign)?;
        rest = (rest + value) % 36;
        rest = (if rest == 0 { 36 } else { rest }) * 2 % 37;
    }
    ALPHABET.get((37 - rest) % 36).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_fits_and_nine_do_not() {
        for (check, stem) in [
            (Check::Gs1, "940010000000000000001"),
            (Check::Gs1After91, "0300000000000000123"),
            (Check::DoubleSecond, "999AA1010123456"),
            (Check::DoubleSecondAs(4), "C1100000000123"),
            (Check::Weights317, "12345678901"),
            (Check::S10, "47312482"),
            (Check::Mod7, "123456789"),
            (Check::Luhn, "411111111111111"),
        ] {
            let fitting = (0..10).filter(|digit| check.holds(&format!("{stem}{digit}"))).count();
            assert_eq!(fitting, 1, "{check:?}");
        }
    }

    #[test]
    fn published_examples_of_the_rules() {
        // The worked examples of ISO 7064 and of the postal union's standard.
        assert!(Check::S10.holds("473124829"));
        assert!(Check::Mod37.holds("A12425GABC1234002M"));
        assert!(!Check::Mod37.holds("A12425GABC1234002N"));
        assert!(Check::Luhn.holds("79927398713"));
    }

    #[test]
    fn nothing_is_no_number() {
        assert!(!Check::Gs1.holds(""));
    }
}
