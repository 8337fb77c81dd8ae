//! Numbers that states give to people: social security, tax, health and identity numbers of the
//! large countries, with their check digits. `SCHEMES` lists them; the arithmetic of each is in the
//! file of its continent. Nearly all are bare digits that could be anything, so a number counts
//! under a name for such numbers; alone only where its form is unmistakable.

mod americas;
mod asia_pacific_africa;
mod check_digits;
mod europe;

use super::placeholder::is_placeholder;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};
use {americas as am, asia_pacific_africa as ap, europe as eu};

pub(super) static DETECTOR: Detector = Detector {
    id: "national_id",
    title: "Numbers that states give to people",
    examples: &[
        Example("ssn", "219-09-9998", DataClass::NationalId),
        Example("national_id", "219099998", DataClass::NationalId),
        Example("", "RSSMRA85T10A562S", DataClass::NationalId),
        Example("cpf", "529.982.247-25", DataClass::NationalId),
        Example("", "529.982.247-25", DataClass::NationalId),
        Example("nino", "AB 12 34 56 C", DataClass::NationalId),
        Example("steuer_id", "86095742719", DataClass::NationalId),
        Example("dni", "12345678Z", DataClass::NationalId),
        Example("bsn", "111222333", DataClass::NationalId),
        Example("national_id", "44051401458", DataClass::NationalId),
        Example("national_id", "2 55 08 14 168 025 38", DataClass::NationalId),
        Example("medicare_number", "1EG4-TE5-MK73", DataClass::NationalId),
    ],
    counter_examples: &[
        CounterExample("ssn", "000-12-3456"),
        CounterExample("ssn", "123456"),
        CounterExample("ssn", "078-05-1120"),
        CounterExample("", "219-09-9998"),
        CounterExample("", "219099998"),
        CounterExample("", "RSSMRA85T10A562T"),
        CounterExample("cpf", "529.982.247-26"),
        CounterExample("", "111222333"),
        CounterExample("dni", "12345678A"),
        CounterExample("national_id", "undefined"),
        CounterExample("national_id", "1612345678"),
    ],
    wakes_on: Signals::KEYED.or(Signals::CODE).or(Signals::GROUPED_DIGITS).or(Signals::LONG_NUMBER),
    find,
};

/// How a number may stand without a name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alone {
    /// In any writing: nothing else looks like it.
    Always,
    /// In the grouping that people write it in; `9` is a digit, `A` a letter, `X` either.
    Grouped(&'static str),
    /// Not at all.
    Never,
}

/// A kind of number.
struct Scheme {
    /// The reason for a finding: which number it is.
    reason: &'static str,
    /// Whether arithmetic backs the number, and not only its form.
    is_checked: bool,
    alone: Alone,
    /// Takes the number in capitals without separators.
    is_valid: fn(&[u8]) -> bool,
}

const fn checked(reason: &'static str, alone: Alone, is_valid: fn(&[u8]) -> bool) -> Scheme {
    Scheme { reason, is_checked: true, alone, is_valid }
}

const fn shaped(reason: &'static str, alone: Alone, is_valid: fn(&[u8]) -> bool) -> Scheme {
    Scheme { reason, is_checked: false, alone, is_valid }
}

/// All kinds, the most telling first.
static SCHEMES: [Scheme; 34] = [
    checked("a valid Italian codice fiscale", Alone::Always, eu::it_codice_fiscale),
    checked("a valid Mexican CURP", Alone::Always, am::mx_curp),
    checked("a valid French social security number", Alone::Grouped("9 99 99 9X 999 999 99"), eu::fr_nir),
    checked("a valid Brazilian CPF", Alone::Grouped("999.999.999-99"), am::br_cpf),
    checked("a valid Chinese identity number", Alone::Never, ap::cn_identity),
    checked("a valid German pension insurance number", Alone::Grouped("99 999999 A 999"), eu::de_pension),
    checked("a valid Finnish personal code", Alone::Never, eu::fi_personal),
    checked("a valid Spanish identity number (DNI)", Alone::Never, eu::es_dni),
    checked("a valid Spanish identity number (NIE)", Alone::Never, eu::es_nie),
    checked("a valid Singaporean identity number", Alone::Never, ap::sg_identity),
    checked("a valid German health insurance number", Alone::Never, eu::de_health),
    checked("a valid German identity card number", Alone::Never, eu::de_card),
    checked("a valid New Zealand health number", Alone::Never, ap::nz_health),
    shaped("a US Medicare number", Alone::Grouped("9XX9-XX9-XX99"), am::us_mbi),
    shaped("a British national insurance number", Alone::Grouped("AA 99 99 99 A"), eu::gb_nino),
    shaped("an Indian tax number (PAN)", Alone::Never, ap::in_pan),
    checked("a valid German tax number", Alone::Never, eu::de_tax),
    checked("a valid Polish PESEL", Alone::Never, eu::pl_pesel),
    checked("a valid Belgian national number", Alone::Never, eu::be_national),
    checked("a valid Norwegian birth number", Alone::Never, eu::no_birth),
    checked("a valid Turkish identity number", Alone::Never, eu::tr_identity),
    checked("a valid Thai identity number", Alone::Never, ap::th_identity),
    checked("a valid South African identity number", Alone::Never, ap::za_identity),
    shaped("a South Korean registration number", Alone::Never, ap::kr_registration),
    checked("a valid Indian Aadhaar", Alone::Never, ap::in_aadhaar),
    checked("a valid Japanese individual number", Alone::Never, ap::jp_individual),
    checked("a valid Swedish personal number", Alone::Never, eu::se_personal),
    checked("a valid British NHS number", Alone::Never, eu::gb_nhs),
    checked("a valid Australian Medicare number", Alone::Never, ap::au_medicare),
    checked("a valid Dutch BSN", Alone::Never, eu::nl_bsn),
    checked("a valid Canadian social insurance number", Alone::Never, am::ca_sin),
    checked("a valid Australian tax file number", Alone::Never, ap::au_tfn),
    shaped("a US social security number", Alone::Never, am::us_ssn),
    shaped("a US taxpayer number", Alone::Never, am::us_itin),
];

/// Portugal's number is checked too, but its rule accepts one number in four that other countries
/// of nine digits give out, so it comes last of all.
static PORTUGUESE: Scheme = checked("a valid Portuguese tax number", Alone::Never, eu::pt_nif);

/// Names that speak of one kind only: a word in the name of the parameter, and one in the reason.
const NAMED: [(&str, &str); 25] = [
    ("ssn", "US social"),
    ("itin", "US taxpayer"),
    ("mbi", "US Medicare"),
    ("medicare", "Medicare"),
    ("medicaid", "Medicare"),
    ("nino", "British national"),
    ("nationalinsurance", "British national"),
    ("nhs", "NHS"),
    ("sin", "Canadian"),
    ("sinnumber", "Canadian"),
    ("socialsecurity", "social security"),
    ("socialinsurance", "Canadian"),
    ("cpf", "CPF"),
    ("curp", "CURP"),
    ("codfiscale", "codice fiscale"),
    ("codicefiscale", "codice fiscale"),
    ("bsn", "BSN"),
    ("burgerservice", "BSN"),
    ("pesel", "PESEL"),
    ("dni", "Spanish"),
    ("nie", "Spanish"),
    ("aadhaar", "Aadhaar"),
    ("pannumber", "Indian tax"),
    ("steuerid", "German tax"),
    ("tfn", "Australian tax"),
];

/// The longest writing of a number: fifteen signs with a separator after each.
const LONGEST: usize = 30;

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text.trim();
    if text.len() > LONGEST || !text.is_ascii() || !found.is_empty() {
        return;
    }
    let class = DataClass::NationalId;
    let whole = 0..input.text.len();
    match input.speaks_for(class) {
        Some(_) if is_placeholder(text) => {}
        Some(strength) => {
            let key = input.path.rsplit('/').next().unwrap_or_default();
            let Some(scheme) = schemes_of(text).find(|scheme| scheme.fits(key)) else { return };
            // Any nine digits can be a US number, so its form alone needs a name or its hyphens.
            let is_backed = scheme.is_checked || Scheme::is_named(key) || is_hyphenated(text);
            let confidence = match (strength, is_backed) {
                (Strength::Strong, true) if scheme.is_checked => Confidence::Certain,
                (Strength::Strong, true) | (Strength::Weak, true) => Confidence::Likely,
                (_, false) => Confidence::Possible,
            };
            found.add(class, confidence, scheme.reason, whole);
        }
        // Other names have other numbers.
        None if !input.key.is_empty() => {}
        None => {
            if let Some(scheme) = schemes_of(text).find(|scheme| scheme.stands_alone(text)) {
                let confidence = if scheme.is_checked { Confidence::Certain } else { Confidence::Likely };
                found.add(class, confidence, scheme.reason, whole);
            }
        }
    }
}

/// Whether a whole value is a valid number of some kind.
pub(super) fn is_number(value: &str) -> bool {
    value.len() <= LONGEST && value.is_ascii() && schemes_of(value.trim()).next().is_some()
}

/// The kinds of number that a text can be.
fn schemes_of(text: &str) -> impl Iterator<Item = &'static Scheme> {
    let upper = text.to_ascii_uppercase();
    let bare: Vec<u8> = upper.bytes().filter(|byte| !b" -./+".contains(byte)).collect();
    // The shortest number has seven signs, and any number has more digits than separators.
    let separators = upper.len() - bare.len();
    let is_shaped = (7..=18).contains(&bare.len()) && separators * 2 <= bare.len();
    let all = SCHEMES.iter().chain([&PORTUGUESE]).filter(move |_| is_shaped);
    // In the Finnish code the separator is part of the number.
    all.filter(move |scheme| (scheme.is_valid)(&bare) || upper.len() == 11 && (scheme.is_valid)(upper.as_bytes()))
}

/// `219-09-9998`, `960121-1234567`: as people write it.
fn is_hyphenated(text: &str) -> bool {
    ["999-99-9999", "999999-9999999"].iter().any(|shape| {
        let fits = |(byte, place): (u8, u8)| if place == b'-' { byte == b'-' } else { byte.is_ascii_digit() };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
    })
}

impl Scheme {
    /// Whether a parameter's name does not speak of another kind.
    fn fits(&self, key: &str) -> bool {
        let mut kinds = Scheme::kinds(key).peekable();
        kinds.peek().is_none() || kinds.any(|kind| self.reason.contains(kind))
    }

    /// Whether a parameter's name speaks of one kind.
    fn is_named(key: &str) -> bool {
        Scheme::kinds(key).next().is_some()
    }

    /// The kinds of which a parameter's name speaks.
    fn kinds(key: &str) -> impl Iterator<Item = &'static str> {
        let name: String =
            key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        let speaks = move |word: &str| name == word || word.len() > 3 && name.contains(word);
        NAMED.iter().filter(move |(word, _)| speaks(word)).map(|(_, kind)| *kind)
    }

    fn stands_alone(&self, text: &str) -> bool {
        match self.alone {
            Alone::Always => text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
            Alone::Never => false,
            Alone::Grouped(shape) => {
                text.len() == shape.len()
                    && text.bytes().zip(shape.bytes()).all(|(byte, place)| match place {
                        b'9' => byte.is_ascii_digit(),
                        b'A' => byte.is_ascii_uppercase(),
                        b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                        other => byte == other,
                    })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_knows_its_published_examples() {
        for (number, reason) in [
            ("RSSMRA85T10A562S", "codice fiscale"),
            ("529.982.247-25", "CPF"),
            ("11010519491231002X", "Chinese"),
            ("131052-308T", "Finnish"),
            ("12345678Z", "DNI"),
            ("X1234567L", "NIE"),
            ("S1234567D", "Singaporean"),
            ("1EG4-TE5-MK73", "Medicare"),
            ("AB123456C", "British national"),
            ("86095742719", "German tax"),
            ("44051401458", "PESEL"),
            ("111222333", "BSN"),
            ("130 692 544", "Canadian"),
            ("943 476 5919", "NHS"),
        ] {
            assert!(schemes_of(number).any(|scheme| scheme.reason.contains(reason)), "{number} should be {reason}");
        }
    }

    #[test]
    fn any_signs_are_survived() {
        for sign in ["#", "~", "_", "0", "9", "A", "Z", "@", "{"] {
            for length in 0..=LONGEST {
                let _ = is_number(&sign.repeat(length));
                let _ = is_number(&format!("{}{sign}", "A9".repeat(length / 2)));
            }
        }
    }

    #[test]
    fn one_changed_digit_is_noticed() {
        for number in
            ["529.982.247-24", "11010519491231002Y", "131052-308U", "12345678Y", "RSSMRA85T10A562R", "S1234567E"]
        {
            assert!(schemes_of(number).next().is_none(), "{number}");
        }
    }
}
