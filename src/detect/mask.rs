//! Masks: what a table shows of a value. Enough is kept to recognise one's own data and to see
//! that it is data; nothing that tells a stranger who it is. Masks are ASCII, so that no program
//! can garble them.

use crate::class::{DataClass, Form, Tier};
use crate::patterns::{self, Confidence};
use crate::place::{UrlParts, host_name, page_of, split_path};
use std::borrow::Cow;

/// The longest mask.
const LONGEST: usize = 200;

/// The mask of a value of a class.
pub fn mask(class: DataClass, form: Form, value: &str) -> String {
    use DataClass as C;
    let value: String = value.trim().chars().take(2 * LONGEST).collect();
    let mut masked = match (form, class) {
        (_, C::Credential) => "********".to_owned(),
        (Form::Placeholder, _) => ascii(&value),
        (Form::Hashed | Form::Encrypted, _) => head(&value, 6),
        (Form::Masked, _) => ascii(&value),
        (_, C::Email) => email(&value),
        (_, C::PostalAddress | C::Street) => address(&value),
        (_, C::Phone | C::PaymentCard | C::BankAccount | C::NationalId) => tail(&value, 2),
        (_, C::DateOfBirth | C::PreciseLocation | C::IpAddress | C::Age | C::Amount) => digits(&value),
        (_, C::PageUrl | C::Referrer) => url(&value),
        (_, C::SensitivePage) if value.starts_with('/') => ascii(&text(&page_of("", value.as_bytes()))),
        (_, C::PageTitle | C::ClickText | C::Purchase | C::SensitivePage) => ascii(&text(&value)),
        (_, class) if class.tier() == Tier::Device => ascii(&text(&value)),
        (_, C::Country | C::EmailDomain | C::Region | C::Gender) => ascii(&value),
        (_, C::PostalCode) => postal_code(&value),
        (_, class) if is_id(class) => head(&value, 3),
        _ => words(&value),
    };
    masked.truncate(LONGEST);
    masked
}

fn is_id(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::CustomerId
            | C::ParcelTrackingNumber
            | C::AdvertisingId
            | C::BrowserId
            | C::ClickId
            | C::SessionId
            | C::OrderId
    )
}

/// A text of the site's own (a page's path, a parameter's name, a button) with the personal data
/// in it replaced by the name of its class.
pub fn text(text: &str) -> Cow<'_, str> {
    let mut matches = Vec::new();
    patterns::scan(text.as_bytes(), &patterns::Context::default(), &mut matches);
    matches.retain(|found| found.class.tier() == Tier::Direct && found.confidence > Confidence::Possible);
    if matches.is_empty() {
        return Cow::Borrowed(text);
    }
    matches.sort_by_key(|found| found.range.start);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for found in matches {
        if found.range.start >= end
            && text.is_char_boundary(found.range.start)
            && text.is_char_boundary(found.range.end)
        {
            out.push_str(&text[end..found.range.start]);
            out.push('{');
            out.push_str(found.class.word());
            out.push('}');
            end = found.range.end;
        }
    }
    out.push_str(&text[end..]);
    Cow::Owned(out)
}

/// The form of a value in which two spellings of the same datum are equal.
pub fn normalised(class: DataClass, value: &str) -> String {
    let lower = value.trim().to_lowercase();
    match class {
        DataClass::PostalAddress | DataClass::Street | DataClass::Phone => {
            lower.chars().filter(|c| c.is_alphanumeric()).collect()
        }
        _ => lower,
    }
}

fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' }).collect()
}

fn star(c: char) -> char {
    if c.is_alphanumeric() || !c.is_ascii() { '*' } else { c }
}

/// The first characters, then stars.
fn head(value: &str, kept: usize) -> String {
    let kept = kept.min(value.chars().count() / 3);
    value.chars().enumerate().map(|(at, c)| if at < kept && c.is_ascii() { c } else { '*' }).collect()
}

/// Stars, then the last characters.
fn tail(value: &str, kept: usize) -> String {
    let length = value.chars().count();
    let kept = kept.min(length / 3);
    value.chars().enumerate().map(|(at, c)| if at + kept >= length && c.is_ascii() { c } else { star(c) }).collect()
}

fn digits(value: &str) -> String {
    value.chars().map(star).collect()
}

/// The first letter of every word.
fn words(value: &str) -> String {
    let mut inside = false;
    let masked = value.chars().map(|c| {
        let first = c.is_alphanumeric() && !inside;
        inside = c.is_alphanumeric();
        if first && c.is_ascii() { c } else { star(c) }
    });
    masked.collect()
}

fn email(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((local, domain)) => {
            let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
            format!("{}@{}.{}", head_one(local), head_one(name), ascii(top))
        }
        None => words(value),
    }
}

fn head_one(value: &str) -> String {
    let first = value.chars().next().filter(char::is_ascii_alphanumeric).unwrap_or('*');
    format!("{first}***")
}

/// Words by their first letter; a state's two letters and a postal code's first three digits stay.
fn address(value: &str) -> String {
    value
        .split_inclusive([' ', ','])
        .map(|word| {
            let bare = word.trim_end_matches([' ', ',']);
            let rest = &word[bare.len()..];
            let is_state = bare.len() == 2 && bare.bytes().all(|b| b.is_ascii_uppercase());
            let is_code = bare.len() >= 5 && bare.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            let shown = if is_state {
                bare.to_owned()
            } else if is_code {
                postal_code(bare)
            } else {
                words(bare)
            };
            shown + rest
        })
        .collect()
}

fn postal_code(value: &str) -> String {
    value.chars().enumerate().map(|(at, c)| if at < 3 && c.is_ascii() { c } else { star(c) }).collect()
}

/// The page and the names of the query's parameters.
fn url(value: &str) -> String {
    let (page, query) = match UrlParts::split(value.as_bytes()) {
        Some(parts) => (page_of(&host_name(parts.host), parts.path), parts.query),
        None => {
            let (path, query) = split_path(value.as_bytes());
            (page_of("", path), query)
        }
    };
    let names: Vec<String> = query
        .split(|&b| b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| String::from_utf8_lossy(pair.split(|&b| b == b'=').next().unwrap_or_default()).into_owned() + "=*")
        .collect();
    let page = text(&page).into_owned();
    ascii(&if names.is_empty() { page } else { format!("{page}?{}", text(&names.join("&"))) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DataClass as C;

    #[test]
    fn masks_show_the_shape_and_not_the_person() {
        for (class, value, masked) in [
            (
                C::PostalAddress,
                "4521 Maple Grove Ln, Springfield, IL 62704",
                "4*** M**** G**** L*, S**********, IL 627**",
            ),
            (C::Email, "jane.roe@example.com", "j***@e***.com"),
            (C::Phone, "+1 (217) 555-0142", "+* (***) ***-**42"),
            (C::FirstName, "Jane", "J***"),
            (C::Credential, "hunter2", "********"),
            (C::DateOfBirth, "1980-02-29", "****-**-**"),
            (
                C::PageUrl,
                "https://www.example.com/mail/preview?address=1+Elm+St&c=42",
                "www.example.com/mail/preview?address=*&c=*",
            ),
            (C::Device, "Windows", "Windows"),
            (C::CustomerId, "40718256", "40******"),
            (C::SearchText, "crisis line", "c***** l***"),
            (C::SensitivePage, "/patients/40718256/chemotherapy", "/patients/{id}/chemotherapy"),
        ] {
            assert_eq!(mask(class, Form::Plain, value), masked);
        }
        assert_eq!(mask(C::Email, Form::Hashed, &"ab".repeat(32)), format!("ababab{}", "*".repeat(58)));
    }

    #[test]
    fn personal_data_in_texts_is_replaced() {
        assert_eq!(text("Write to jane.roe@example.com"), "Write to {email}");
        assert_eq!(text("Call the crisis line"), "Call the crisis line");
    }

    #[test]
    fn masks_are_ascii() {
        for class in DataClass::ALL {
            for form in Form::ALL {
                assert!(mask(class, form, "Zoë Größe 東京 12345 \u{202e}x\n").is_ascii(), "{class:?} {form:?}");
            }
        }
    }
}
