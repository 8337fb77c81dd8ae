//! Postal addresses of Britain, Canada, Australia, Germany, France, the Netherlands, Spain and
//! Italy in one string: a postal code with a street before it, in the order that the country
//! writes. Street words are rows of `street_words.csv`.

mod codes;
mod words;

use super::super::{
    Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Match, Part, Signals,
};
use codes::{Code, Country, code_at, is_australian_state, is_canadian_province};
use std::ops::Range;
use words::{Place, Word, makes_street, range, words};

pub(in crate::patterns) static DETECTOR: Detector = Detector {
    id: "postal_address_abroad",
    title: "Postal addresses in GB, CA, AU, DE, FR, NL, ES and IT",
    examples: &[
        Example("", "12 Mill Lane, Oxford OX1 4AA", DataClass::PostalAddress),
        Example("", "Flat 3, 12 Mill Lane, Cowley, Oxford, OX14AA", DataClass::PostalAddress),
        Example("", "The Old Forge, 7 High Street, Little Barrow, CH3 7JW", DataClass::PostalAddress),
        Example("", "410 Maple Street, Toronto, ON M5V 2T6", DataClass::PostalAddress),
        Example("", "12 George St, Sydney NSW 2000", DataClass::PostalAddress),
        Example("", "Lindenweg 12, 50667 Köln", DataClass::PostalAddress),
        Example("", "Anna Muster, Alte Poststraße 3a, 80331 München", DataClass::PostalAddress),
        Example("", "12 bis rue des Lilas, 75011 Paris", DataClass::PostalAddress),
        Example("", "Prinsengracht 263-B, 1016 GV Amsterdam", DataClass::PostalAddress),
        Example("", "Calle Mayor 12, 3º B, 28013 Madrid", DataClass::PostalAddress),
        Example("", "Via Roma 12/A, 00184 Roma RM", DataClass::PostalAddress),
    ],
    counter_examples: &[
        CounterExample("", "iPhone 12 Pro, 50667 points"),
        CounterExample("", "Version 12, 50667 builds"),
        CounterExample("", "Top 10 hotels in Paris 75002"),
        CounterExample("", "Windows NT 10.0; Win64; x64"),
        CounterExample("", "flights from London SW1A 2AA today"),
        CounterExample("", "rue de la Paix"),
        CounterExample("", "Lindenweg 12"),
        CounterExample("", "12 of 50667 rows in via table"),
        CounterExample("", "Article 12, 28013 words"),
    ],
    wakes_on: Signals::WORDS_AND_DIGITS,
    find,
};

/// How many words before the postal code are looked at.
const LONGEST: usize = 16;

/// Longer texts are prose of which only the beginning is looked at.
const LONGEST_TEXT: usize = 20_000;

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text.get(..LONGEST_TEXT).unwrap_or(input.text);
    if text.len() > LONGEST_TEXT || !may_hold_code(text.as_bytes()) {
        return;
    }
    let words = words(text);
    let mut free_from = 0;
    for at in 1..words.len() {
        if found.is_full() {
            return;
        }
        let Some(code) = code_at(&words, at).filter(|_| at >= free_from) else { continue };
        let earliest = free_from.max(at.saturating_sub(LONGEST));
        let address = code.countries.iter().find_map(|country| address(&words, earliest, at, code, *country));
        if let Some(address) = address {
            free_from = address.end;
            found.add_match(Match {
                class: DataClass::PostalAddress,
                form: Form::Plain,
                confidence: address.confidence,
                detector: DETECTOR.id,
                reason: address.reason,
                range: range(&words, address.street.start..address.end),
                parts: parts(&words, &address, at..code.next),
            });
        }
    }
}

/// A cheap look: a run of four or five digits, or a digit between letters.
fn may_hold_code(bytes: &[u8]) -> bool {
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii_digit() {
            run += 1;
            continue;
        }
        let letter_follows = byte.is_ascii_alphabetic();
        if matches!(run, 4 | 5)
            || (matches!(run, 1 | 2) && letter_follows && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric))
        {
            return true;
        }
        run = 0;
    }
    matches!(run, 4 | 5) || run == 1
}

/// An address as words.
struct Address {
    street: Range<usize>,
    city: Range<usize>,
    end: usize,
    confidence: Confidence,
    reason: &'static str,
}

fn address(words: &[Word<'_>], earliest: usize, at: usize, code: Code, country: Country) -> Option<Address> {
    // Nothing but spaces and commas joins the parts of an address.
    let broken = (earliest + 1..=at).rev().find(|&index| words[index].after_break);
    let earliest = broken.unwrap_or(earliest);
    match country {
        Country::Britain | Country::Canada | Country::Australia => city_first(words, earliest, at, code, country),
        Country::France => code_first(words, at, code, french_street(words, earliest, at)?),
        Country::Spain => code_first(words, at, code, named_street(words, earliest, at, "ES")?),
        Country::Italy => code_first(words, at, code, named_street(words, earliest, at, "IT")?),
        Country::Germany => code_first(words, at, code, ending_street(words, earliest, at, "DE")?),
        Country::Netherlands => {
            let street = ending_street(words, earliest, at, "NL").or_else(|| bare_street(words, earliest, at));
            code_first(words, at, code, street?)
        }
    }
}

/// Number, street, city, code: the English-speaking countries.
fn city_first(words: &[Word<'_>], earliest: usize, at: usize, code: Code, country: Country) -> Option<Address> {
    let region = |word: &Word<'_>| match country {
        Country::Canada => is_canadian_province(word.text),
        Country::Australia => is_australian_state(word.text),
        _ => false,
    };
    let city_end = if region(&words[at - 1]) { at - 1 } else { at };
    let numbers = (earliest..city_end).rev().filter(|&index| words[index].is_house_number());
    let street = numbers.into_iter().find_map(|number| {
        let makes = |index: &usize| makes_street(words[*index].text, "EN", Place::After);
        let end = (number + 2..city_end.min(number + 6)).find(makes)? + 1;
        (number + 1..end).all(|index| words[index].has_letters() && !words[index].after_comma).then_some(number..end)
    })?;
    let city = street.end..city_end;
    let named = city.len() <= 7 && city.clone().all(|index| words[index].is_name());
    // A British code alone tells the town; elsewhere it must be named.
    let placed = named && (!city.is_empty() || country == Country::Britain);
    let (confidence, reason) =
        (Confidence::Certain, "number, street and town with a postal code of the country's form");
    placed.then_some(Address { street, city, end: code.next, confidence, reason })
}

/// Street, code, city: the rest of Europe.
fn code_first(words: &[Word<'_>], at: usize, code: Code, street: Street) -> Option<Address> {
    let is_town = |index: &usize| {
        let word = &words[*index];
        word.is_name()
            && (word.is_capital() || *index > code.next)
            && !(word.after_comma && *index > code.next)
            && !word.after_break
    };
    let end = (code.next..words.len().min(code.next + 4)).take_while(is_town).last()? + 1;
    let mut between = street.words.end..at;
    // Floors and doors between street and code are short.
    let filled = between.len() <= 5 && between.all(|index| words[index].text.chars().count() <= 9);
    let (confidence, reason) = if street.is_proved {
        (Confidence::Certain, "street and number, and a postal code with its town")
    } else {
        (Confidence::Likely, "a name with a number, and a postal code with its town")
    };
    filled.then_some(Address { street: street.words, city: code.next..end, end, confidence, reason })
}

/// A street line as words.
struct Street {
    words: Range<usize>,
    /// Whether a word that only streets have is in it.
    is_proved: bool,
}

/// `12 bis rue des Lilas`: number, kind of street, name.
fn french_street(words: &[Word<'_>], earliest: usize, at: usize) -> Option<Street> {
    let kind = (earliest + 1..at).rev().find(|&index| makes_street(words[index].text, "FR", Place::Before))?;
    let repeated =
        |index: usize| ["bis", "ter", "quater", "b", "t"].contains(&words[index].text.to_lowercase().as_str());
    let number = if kind > earliest + 1 && repeated(kind - 1) { kind - 2 } else { kind - 1 };
    let named = kind + 1 < at && (kind + 1..at).all(|index| words[index].has_letters()) && at - kind <= 8;
    (number >= earliest && words[number].is_house_number() && named)
        .then_some(Street { words: number..at, is_proved: true })
}

/// `Calle Mayor 12`, `Via Roma 12/A`: kind of street, name, number.
fn named_street(words: &[Word<'_>], earliest: usize, at: usize, language: &'static str) -> Option<Street> {
    let number = (earliest + 2..at).find(|&index| words[index].is_house_number() && words[index - 1].is_name())?;
    let kind = (earliest..number - 1).rev().find(|&index| makes_street(words[index].text, language, Place::Before))?;
    let named = (kind + 1..number).all(|index| words[index].has_letters()) && number - kind <= 7;
    named.then_some(Street { words: kind..number + 1, is_proved: true })
}

/// `Lindenweg 12`, `Alte Poststraße 3a`: a name that ends like a street, then the number.
fn ending_street(words: &[Word<'_>], earliest: usize, at: usize, language: &'static str) -> Option<Street> {
    let number = (earliest + 1..at)
        .rev()
        .find(|&index| words[index].is_house_number() && makes_street(words[index - 1].text, language, Place::Ending));
    if let Some(number) = number {
        let first = (earliest..number - 1)
            .rev()
            .take(3)
            .take_while(|&index| words[index].is_name() && words[index].is_capital() && !words[index + 1].after_comma)
            .last();
        return Some(Street { words: first.unwrap_or(number - 1)..number + 1, is_proved: true });
    }
    // `Am Markt 3`, `Zum Hasen 12`.
    let number = (earliest + 2..at).rev().find(|&index| words[index].is_house_number())?;
    let kind = (number.saturating_sub(4).max(earliest)..number - 1)
        .find(|&index| words[index].is_capital() && makes_street(words[index].text, language, Place::Before))?;
    let named = (kind + 1..number).all(|index| words[index].is_name() && words[index].is_capital());
    named.then_some(Street { words: kind..number + 1, is_proved: false })
}

/// `Spui 12`: a name and a number, which only a code of the country's own form makes a street.
fn bare_street(words: &[Word<'_>], earliest: usize, at: usize) -> Option<Street> {
    let number = (earliest + 1..at).rev().find(|&index| words[index].is_house_number())?;
    let first = (earliest..number)
        .rev()
        .take(4)
        .take_while(|&index| words[index].is_name() && !words[index + 1].after_comma)
        .last()?;
    words[first].is_capital().then_some(Street { words: first..number + 1, is_proved: false })
}

fn parts(words: &[Word<'_>], address: &Address, code: Range<usize>) -> Vec<Part> {
    let all = [
        (DataClass::Street, address.street.clone()),
        (DataClass::City, address.city.clone()),
        (DataClass::PostalCode, code),
    ];
    let filled = all.into_iter().filter(|(_, words)| !words.is_empty());
    filled.map(|(class, of)| Part { class, range: range(words, of) }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::{Context, scan};
    use super::*;

    fn found(text: &str) -> Vec<Match> {
        let mut out = Vec::new();
        scan(text.as_bytes(), &Context::default(), &mut out);
        out.retain(|found| found.class == DataClass::PostalAddress);
        out
    }

    #[test]
    fn the_address_is_cut_out_of_its_text() {
        for (text, address) in [
            ("Lieferung an Anna, Lindenweg 12, 50667 Köln, bitte", "Lindenweg 12, 50667 Köln"),
            ("Write to 12 Mill Lane, Oxford OX1 4AA.", "12 Mill Lane, Oxford OX1 4AA"),
            ("M. Petit, 3 rue Victor Hugo 69002 Lyon", "3 rue Victor Hugo 69002 Lyon"),
            ("Spui 12, 1012 WX Amsterdam", "Spui 12, 1012 WX Amsterdam"),
        ] {
            let found = found(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&text[found[0].range.clone()], address, "{text}");
        }
    }

    #[test]
    fn parts_are_told_apart() {
        let text = "Calle Mayor 12, 3º B, 28013 Madrid";
        let found = found(text);
        let parts: Vec<_> = found[0].parts.iter().map(|part| (part.class, &text[part.range.clone()])).collect();
        let expected =
            [(DataClass::Street, "Calle Mayor 12"), (DataClass::City, "Madrid"), (DataClass::PostalCode, "28013")];
        assert_eq!(parts, expected);
    }

    #[test]
    fn two_addresses_are_two() {
        assert_eq!(found("Lindenweg 12, 50667 Köln\nAm Markt 3, 80331 München").len(), 2);
    }
}
