//! Bank accounts as IBAN: a country, its length and the remainder of ISO 7064.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals};

pub(super) static DETECTOR: Detector = Detector {
    id: "iban",
    title: "Bank accounts (IBAN)",
    examples: &[
        Example("", "DE10500600700012345600", DataClass::BankAccount),
        Example("", "GB67 EXMP 1122 3312 3456 78", DataClass::BankAccount),
        Example("iban", "NL74EXMP0123456789", DataClass::BankAccount),
    ],
    counter_examples: &[
        CounterExample("", "DE10500600700012345601"),
        CounterExample("", "DE1050060070001234560"),
        CounterExample("iban", "XX10500600700012345600"),
        CounterExample("", "AB12CD34EF56GH78"),
    ],
    wakes_on: Signals::CODE,
    find,
};

/// How long an IBAN of each country is.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 \
    JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 \
    PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 \
    VA22 VG24 XK20 YE30";

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let signs = || input.text.bytes().filter(|b| !b.is_ascii_whitespace());
    let length = signs().count();
    let code = input.text.trim().get(..2).unwrap_or_default();
    let known = LENGTHS
        .split_ascii_whitespace()
        .any(|entry| entry.split_at(2).0 == code && entry.split_at(2).1.parse() == Ok(length));
    if known && remainder(signs()) == Some(1) {
        let reason = "a country's length and the check digits";
        found.add(DataClass::BankAccount, Confidence::Certain, reason, 0..input.text.len());
    }
}

/// The number modulo 97, with the first four signs moved to the end.
fn remainder(signs: impl Iterator<Item = u8> + Clone) -> Option<u32> {
    signs.clone().skip(4).chain(signs.take(4)).try_fold(0, |rest, sign| match sign {
        b'0'..=b'9' => Some((rest * 10 + u32::from(sign - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(sign - b'A') + 10) % 97),
        _ => None,
    })
}
