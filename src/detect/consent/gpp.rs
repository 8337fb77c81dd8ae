//! The string of the Global Privacy Platform: a header that lists its sections, then the sections,
//! separated by tildes. The European and the US sections are read.

use super::bits::Bits;
use super::{tcf, us_privacy};
use crate::observation::Consent;

/// More sections than there are laws.
const MOST_SECTIONS: usize = 32;

/// Where a US section states the opt-outs from sale, sharing and targeted advertising: the first
/// bit of the first of them, and how many there are, two bits each.
const US_SECTIONS: [(u32, usize, usize); 6] = [
    // National: after the version stand six notices.
    (7, 18, 3),
    // California: three notices.
    (8, 12, 2),
    // Virginia, Colorado and Connecticut: three notices.
    (9, 12, 2),
    (10, 12, 2),
    (12, 12, 2),
    // Utah: four notices.
    (11, 14, 2),
];

/// What the sections say, the strictest first.
pub(super) fn consent(value: &[u8]) -> Consent {
    let mut parts = value.split(|&byte| byte == b'~');
    let Some(ids) = parts.next().and_then(|header| section_ids(Bits::of(header))) else { return Consent::None };
    ids.into_iter().zip(parts).map(|(id, section)| of_section(id, section)).max().unwrap_or_default()
}

fn of_section(id: u32, section: &[u8]) -> Consent {
    match id {
        2 => tcf::consent(section),
        6 => us_privacy(section),
        id => match US_SECTIONS.iter().find(|(known, ..)| *known == id) {
            Some(&(_, start, count)) => opt_outs(Bits::of(section), start, count),
            None => Consent::None,
        },
    }
}

/// 0: not applicable, 1: opted out, 2: did not opt out.
fn opt_outs(bits: Bits<'_>, start: usize, count: usize) -> Consent {
    let answers = || (0..count).filter_map(|index| bits.number(start + 2 * index, 2));
    if answers().any(|answer| answer == 1) {
        Consent::Denied
    } else if answers().any(|answer| answer == 2) {
        Consent::Granted
    } else {
        Consent::None
    }
}

/// The numbers of the sections: after type and version a count, then single numbers or ranges, each
/// as the distance from the one before in Fibonacci coding.
fn section_ids(bits: Bits<'_>) -> Option<Vec<u32>> {
    const HEADER: u32 = 3;
    if bits.number(0, 6)? != HEADER {
        return None;
    }
    let count = bits.number(12, 12)?;
    let (mut at, mut last) = (24, 0_u32);
    let mut ids = Vec::new();
    for _ in 0..count {
        let is_range = bits.bit(at)?;
        at += 1;
        let first = last.checked_add(fibonacci(bits, &mut at)?)?;
        last = if is_range { first.checked_add(fibonacci(bits, &mut at)?)? } else { first };
        for id in first..=last {
            if ids.len() >= MOST_SECTIONS {
                return None;
            }
            ids.push(id);
        }
    }
    Some(ids)
}

/// A number as a sum of Fibonacci numbers, lowest first, ended by a second one in a row.
fn fibonacci(bits: Bits<'_>, at: &mut usize) -> Option<u32> {
    let (mut low, mut high, mut sum, mut before) = (1_u32, 2_u32, 0_u32, false);
    loop {
        let bit = bits.bit(*at)?;
        *at += 1;
        if bit && before {
            return Some(sum);
        }
        if bit {
            sum = sum.checked_add(low)?;
        }
        (low, high) = (high, low.checked_add(high)?);
        before = bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_list_their_sections() {
        assert_eq!(section_ids(Bits::of(b"DBABLA")), Some(vec![7]));
        assert_eq!(section_ids(Bits::of(b"DBABTA")), Some(vec![6]));
        assert_eq!(section_ids(Bits::of(b"DBACNYA")), Some(vec![2, 6]));
        assert_eq!(section_ids(Bits::of(b"")), None);
        assert_eq!(section_ids(Bits::of(b"CBABLA")), None);
    }

    #[test]
    fn opt_outs_of_the_national_section() {
        // Version 1, all notices given, opted out of sale: 000001 010101010101 01...
        assert_eq!(consent(b"DBABLA~BVVVVVVVVWA.AA"), Consent::Denied);
        // Did not opt out of anything: 000001 010101010101 101010...
        assert_eq!(consent(b"DBABLA~BVVqqqqqqqA.AA"), Consent::Granted);
        // Nothing applies.
        assert_eq!(consent(b"DBABLA~BAAAAAAAAAA.AA"), Consent::None);
    }

    #[test]
    fn sections_stand_in_the_order_of_their_numbers() {
        assert_eq!(consent(b"DBABTA~1YNN"), Consent::Granted);
        assert_eq!(consent(b"DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAP_AAH_AAAAAAAAAAAAA~1YYN"), Consent::Denied);
    }

    #[test]
    fn other_texts_say_nothing() {
        for text in ["", "~", "DBABLA", "DBABLA~", "${GPP_STRING}", "DBACNYA~~~~~", "D_________"] {
            assert_eq!(consent(text.as_bytes()), Consent::None, "{text}");
        }
    }
}
