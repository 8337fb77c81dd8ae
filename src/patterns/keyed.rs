//! Values whose name says what they are and which can be that: `first_name=Ada`, `zip=62704`. This
//! comes last, so whatever another detector has proved is not claimed again, and never says more
//! than likely.

use super::placeholder::is_template;
use super::words::{is_country, is_language};
use super::{
    Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, KeyClass, Signals, Strength,
    plausible,
};

pub(super) static DETECTOR: Detector = Detector {
    id: "named_value",
    title: "Values under a name that says what they are",
    examples: &[
        Example("first_name", "Ada", DataClass::FirstName),
        Example("zip", "62704", DataClass::PostalCode),
        Example("dob", "1985-12-10", DataClass::DateOfBirth),
        Example("state", "IL", DataClass::Region),
        Example("gender", "F", DataClass::Gender),
        Example("ln", "Li", DataClass::LastName),
        Example("search_term", "knee pain at night", DataClass::SearchText),
        Example("customer_id", "C-100234", DataClass::CustomerId),
        Example("order_id", "100-234", DataClass::OrderId),
        Example("email", "{{user.email}}", DataClass::Email),
    ],
    counter_examples: &[
        CounterExample("state", "closed"),
        CounterExample("name", "main.js"),
        CounterExample("city", "undefined"),
        CounterExample("city", ""),
        CounterExample("first_name", "true"),
        CounterExample("age", "3600"),
        CounterExample("country", "XX"),
        CounterExample("region", "eu-west-1"),
        CounterExample("zzz", "Ada"),
        CounterExample("ln", "en"),
        CounterExample("ln", "zh-cn"),
        CounterExample("ui", "Q7WERT1YUIOP"),
        CounterExample("q", "{\"a\":1}"),
    ],
    wakes_on: Signals::KEYED,
    find,
};

/// Longer values are texts, and no name is that long.
const LONGEST: usize = 10_000;

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text;
    if text.len() > LONGEST {
        return;
    }
    if is_template(text) {
        template(input, found);
        return;
    }
    for known in input.key.classes() {
        if has_own_detector(known.class) || !plausible(known.class, text) || is_language_of(known, text) {
            continue;
        }
        let (confidence, reason) = judge(known, text);
        if found.is_empty() || super::is_container(known.class) {
            found.add(known.class, confidence, reason, 0..text.len());
        }
        return;
    }
}

fn judge(known: KeyClass, text: &str) -> (Confidence, &'static str) {
    let short = known.class == DataClass::Region && text.len() == 2 && is_word(text);
    if known.strength == Strength::Strong && !short {
        (Confidence::Likely, "the key says so and the value fits")
    } else {
        (Confidence::Possible, "the key may say so and the value fits")
    }
}

/// `ln=en`, `ln=zh-cn`: short for the language as often as for the last name, and no name is written so.
fn is_language_of(known: KeyClass, text: &str) -> bool {
    let is_weak = known.class == DataClass::LastName && known.strength == Strength::Weak;
    let is_lower = || text.bytes().all(|byte| byte.is_ascii_lowercase());
    is_weak
        && match text.split_once(['-', '_']) {
            Some((language, region)) => is_language(language) && is_country(region),
            None => is_lower() && is_language(text),
        }
}

/// Codes of states that are words and answers: `ok`, `in`, `on`.
fn is_word(code: &str) -> bool {
    ["ok", "in", "or", "me", "hi", "on", "de", "id", "no"].contains(&code)
}

/// A template that was never filled in, where a person's data belongs.
fn template(input: &Input<'_>, found: &mut Found<'_>) {
    use DataClass as C;
    let direct = |class| {
        matches!(
            class,
            C::Email
                | C::Phone
                | C::FirstName
                | C::LastName
                | C::FullName
                | C::CustomerId
                | C::PostalCode
                | C::DateOfBirth
        )
    };
    let known = input.key.classes().find(|known| known.strength == Strength::Strong && direct(known.class));
    if let Some(known) = known {
        let reason = "a template that was not filled in";
        found.add_form(known.class, Form::Placeholder, Confidence::Certain, reason, 0..input.text.len());
    }
}

/// Classes whose detectors have looked at the key already.
fn has_own_detector(class: DataClass) -> bool {
    use DataClass as C;
    matches!(
        class,
        C::Email
            | C::Phone
            | C::PostalAddress
            | C::Street
            | C::PaymentCard
            | C::BankAccount
            | C::Credential
            | C::NationalId
            | C::ParcelTrackingNumber
            | C::PreciseLocation
            | C::IpAddress
            | C::AdvertisingId
            | C::BrowserId
            | C::ClickId
            | C::Device
            | C::Browser
            | C::ClientHints
            | C::Screen
            | C::Language
            | C::Timezone
            | C::UserAgent
    )
}
