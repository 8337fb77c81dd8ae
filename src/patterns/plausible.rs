//! Whether a value can be what its key says: `state=closed` is no region and `name=main.js` nobody's
//! name. Checks are strict, because keys are cheap: what cannot be told from other things is
//! turned down.

use super::address::is_zip;
use super::words::{is_country, is_not_a_name, is_region};
use super::{address, device, email, ip, language, national_id, phone, placeholder, screen, timezone};
use crate::class::DataClass;
use crate::suffix;

/// Whether a value can be of a class; false for anything that is a placeholder and for classes that
/// a plain look cannot judge (cards, credentials, coordinates).
pub fn plausible(class: DataClass, value: &str) -> bool {
    use DataClass as C;
    let value = value.trim();
    // The one placeholder that is also a fact: a street, a city or an age of that spelling.
    if value.is_empty() || placeholder::is_placeholder(value) {
        return false;
    }
    match class {
        C::Email => email::is_address(value),
        C::Phone => phone::is_number(value),
        C::Street | C::PostalAddress => address::is_street(value),
        C::FirstName | C::LastName => is_name(value, 3),
        C::FullName => is_full_name(value),
        C::Username => is_username(value),
        C::DateOfBirth => is_date_of_birth(value),
        C::NationalId => national_id::is_number(value),
        C::City => is_city(value),
        C::Region => is_region(value),
        C::PostalCode => is_postal_code(value),
        C::Country => is_country(value),
        C::Age => value.parse::<u8>().is_ok_and(|age| (1..=120).contains(&age)),
        C::Gender => is_gender(value),
        C::EmailDomain => is_host_name(value),
        C::IpAddress => ip::is_address(value),
        C::CustomerId | C::OrderId | C::SessionId => is_id(value),
        C::AdvertisingId => is_uuid(value),
        C::ClickId | C::BrowserId => is_id(value) && value.len() >= 8,
        C::Amount => is_amount(value),
        C::Employer | C::Product | C::ClickText => is_text(value, 2, 120),
        C::SearchText => is_search(value),
        C::FormText => value.contains(' ') && is_text(value, 8, 10_000),
        C::PageUrl | C::Referrer => is_url(value),
        C::PageTitle => is_text(value, 3, 500) && !is_url(value),
        C::Device => device::is_device(value),
        C::Browser | C::ClientHints => device::is_browser(value),
        C::Screen => screen::is_screen(value),
        C::Language => language::is_language_setting(value),
        C::Timezone => timezone::is_timezone(value),
        C::UserAgent => value.contains('/') && value.len() >= 12 && value.contains(' '),
        _ => false,
    }
}

fn is_name(value: &str, most_words: usize) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let allowed = |c: char| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-' | '.');
    let words = || value.split_whitespace();
    (2..=40).contains(&value.chars().count())
        && letters >= 2
        && value.chars().all(allowed)
        && words().count() <= most_words
        && !words().any(is_not_a_name)
        && !value.ends_with(['.', '-'])
        && value.starts_with(char::is_alphabetic)
        && !value.contains("..")
        && !is_code_word(value)
}

/// `pageView`, `btn-close`, `js.main`: capitals or points inside a word of code.
fn is_code_word(value: &str) -> bool {
    let mut last = ' ';
    let mut humps = 0;
    for letter in value.chars() {
        humps += usize::from(last.is_lowercase() && letter.is_uppercase());
        if last == '.' && letter.is_lowercase() {
            return true;
        }
        last = letter;
    }
    // One hump is a name: McDonald, DeVito.
    humps > 1 || (humps == 1 && value.starts_with(char::is_lowercase) && !value.contains(' '))
}

fn is_full_name(value: &str) -> bool {
    let mut words = value.split_whitespace();
    let plain = value.replace(',', " ");
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase()) || word.len() <= 3
    };
    let count = plain.split_whitespace().count();
    (2..=5).contains(&count) && is_name(plain.trim(), 5) && words.all(capital)
}

fn is_username(value: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    (3..=64).contains(&value.len())
        && value.chars().all(allowed)
        && value.chars().any(char::is_alphabetic)
        && !is_not_a_name(value)
}

/// A day of a life: year, month and day in a usual order, from 1900 on; or its year alone.
fn is_date_of_birth(value: &str) -> bool {
    if value.len() == 4 {
        return value.parse().is_ok_and(|year: u16| (1900..=2020).contains(&year));
    }
    let value = value.split(['T', ' ']).next().unwrap_or_default();
    let mut numbers = [0_u16; 3];
    let mut sizes = [0; 3];
    let mut count = 0;
    if value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| value[range].parse().unwrap_or(0);
        return is_day(part(0..4), part(4..6), part(6..8)) || is_day(part(4..8), part(0..2), part(2..4));
    }
    for part in value.split(['-', '/', '.']) {
        let (Some(number), Some(size), Ok(parsed)) = (numbers.get_mut(count), sizes.get_mut(count), part.parse())
        else {
            return false;
        };
        (*number, *size, count) = (parsed, part.len(), count + 1);
    }
    let [first, second, third] = numbers;
    match (count, sizes) {
        (3, [4, 1 | 2, 1 | 2]) => is_day(first, second, third),
        (3, [1 | 2, 1 | 2, 4]) => is_day(third, first, second) || is_day(third, second, first),
        _ => false,
    }
}

fn is_day(year: u16, month: u16, day: u16) -> bool {
    (1900..=2035).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn is_city(value: &str) -> bool {
    is_name(value, 5) && value.len() >= 3 && !is_country_code(value)
}

fn is_country_code(value: &str) -> bool {
    value.len() <= 3 && is_country(value)
}

/// A ZIP code that exists, or a code of the shape that some other country uses.
fn is_postal_code(value: &str) -> bool {
    let bytes = value.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let rest = bytes.len() - digits - letters;
    if letters == 0 {
        return is_zip(value) || (rest == 0 && matches!(digits, 4 | 6)) || is_foreign_five(bytes);
    }
    // Britain, Canada, the Netherlands, Ireland: letters and digits with at most one space.
    let mixed = digits >= 2 && letters >= 2 && rest <= 1 && (5..=8).contains(&bytes.len());
    mixed && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b' ') && has_mixed_shape(value)
}

fn is_foreign_five(bytes: &[u8]) -> bool {
    bytes.len() == 5 && bytes.iter().all(u8::is_ascii_digit) && bytes.iter().any(|b| *b != bytes[0])
}

fn has_mixed_shape(value: &str) -> bool {
    let shape: String =
        value.chars().filter(|c| *c != ' ').map(|c| if c.is_ascii_digit() { '9' } else { 'A' }).collect();
    const SHAPES: [&str; 9] =
        ["A9A9A9", "A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA", "9999AA", "A99AAAA"];
    SHAPES.contains(&shape.as_str())
}

fn is_gender(value: &str) -> bool {
    const WORDS: [&str; 22] = [
        "m",
        "f",
        "w",
        "d",
        "x",
        "male",
        "female",
        "man",
        "woman",
        "men",
        "women",
        "nonbinary",
        "non-binary",
        "non binary",
        "diverse",
        "divers",
        "other",
        "transgender",
        "männlich",
        "weiblich",
        "homme",
        "femme",
    ];
    WORDS.contains(&value.to_lowercase().as_str())
}

/// A domain name under an existing suffix.
fn is_host_name(value: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    value.contains('.')
        && value.bytes().all(allowed)
        && suffix::domain(value.to_ascii_lowercase().as_bytes()).is_some_and(|domain| domain.suffix().is_known())
}

/// One token that could be somebody's number: not a word, a flag or a small count.
fn is_id(value: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-:|=+/~%".contains(&b);
    (4..=256).contains(&value.len())
        && value.bytes().all(allowed)
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0')
}

pub(super) fn is_uuid(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && bytes.iter().any(|byte| !matches!(byte, b'0' | b'-'))
}

fn is_amount(value: &str) -> bool {
    let number = value.trim_start_matches(['$', '€', '£', ' ']).replace(',', "");
    number.len() <= 16 && number.bytes().any(|b| b.is_ascii_digit()) && number.parse::<f64>().is_ok_and(|n| n > 0.0)
}

fn is_text(value: &str, shortest: usize, longest: usize) -> bool {
    (shortest..=longest).contains(&value.len())
        && value.chars().any(char::is_alphabetic)
        && !value.chars().any(|c| c.is_control() && !c.is_whitespace())
        && !value.starts_with(['{', '[', '<'])
        && !is_url(value)
}

/// Words typed into a search box, not a blob, a number or a query of code.
fn is_search(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    is_text(value, 2, 200)
        && letters * 2 >= value.chars().count()
        && !value.contains(['{', '}', '=', '<', '>', '|', ';'])
}

fn is_url(value: &str) -> bool {
    value.starts_with("https://") || value.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataClass as C;

    #[test]
    fn values_that_fit_their_class() {
        for (class, value) in [
            (C::Email, "ada@example.com"),
            (C::Phone, "(415) 555-0123"),
            (C::Street, "4521 Maple Grove Ln"),
            (C::Street, "Lindenweg 12"),
            (C::FirstName, "Ada"),
            (C::FirstName, "mary-ann"),
            (C::LastName, "O'Hara"),
            (C::LastName, "McDonald"),
            (C::FullName, "Ada King Lovelace"),
            (C::Username, "ada_l"),
            (C::DateOfBirth, "1985-12-10"),
            (C::DateOfBirth, "12/10/1985"),
            (C::DateOfBirth, "19851210"),
            (C::DateOfBirth, "1985"),
            (C::NationalId, "219-09-9998"),
            (C::City, "San Francisco"),
            (C::Region, "IL"),
            (C::PostalCode, "62704"),
            (C::PostalCode, "SW1A 1AA"),
            (C::PostalCode, "K1A 0B1"),
            (C::Country, "US"),
            (C::Age, "42"),
            (C::Gender, "F"),
            (C::EmailDomain, "example.com"),
            (C::CustomerId, "C-100234"),
            (C::Amount, "$1,299.00"),
            (C::SearchText, "knee pain at night"),
            (C::PageUrl, "https://example.com/a"),
        ] {
            assert!(plausible(class, value), "{class:?} {value}");
        }
    }

    #[test]
    fn values_that_do_not() {
        for (class, value) in [
            (C::Email, "ada"),
            (C::Phone, "1612345678901"),
            (C::Street, "12"),
            (C::Street, "ada@example.com"),
            (C::FirstName, "main.js"),
            (C::FirstName, "pageView"),
            (C::FirstName, "submit"),
            (C::FirstName, "a1"),
            (C::FullName, "Add to cart"),
            (C::FullName, "homepage"),
            (C::Username, "42"),
            (C::DateOfBirth, "2024-13-01"),
            (C::DateOfBirth, "1612345678901"),
            (C::DateOfBirth, "1-2-3-4"),
            (C::DateOfBirth, "1234"),
            (C::NationalId, "000-12-3456"),
            (C::NationalId, "123456"),
            (C::City, "undefined"),
            (C::City, "true"),
            (C::Region, "closed"),
            (C::PostalCode, "12"),
            (C::PostalCode, "en-US"),
            (C::Country, "XX"),
            (C::Age, "3600"),
            (C::Gender, "none"),
            (C::EmailDomain, "localhost"),
            (C::CustomerId, "true"),
            (C::CustomerId, "0"),
            (C::Amount, "free"),
            (C::SearchText, "a=1&b=2"),
            (C::SearchText, "{\"q\":1}"),
            (C::PageUrl, "/relative"),
            (C::Credential, "anything"),
        ] {
            assert!(!plausible(class, value), "{class:?} {value}");
        }
    }
}
