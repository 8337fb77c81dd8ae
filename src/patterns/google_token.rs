//! The token in which Google's tags send what a person typed or a site knows:
//! `tv.1~em.<digest>~pn.<digest>~ct0.<city>`. Names, mail and phone are digests; city, region,
//! postal code and country are readable. An error code in place of a digest is no data.

use super::placeholder::placeholder_hash;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Signals, hash_shape};
use std::ops::Range;

pub(super) static DETECTOR: Detector = Detector {
    id: "google_user_data",
    title: "Google's token of user-provided data",
    examples: &[
        Example("em", "tv.1~em.Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA", DataClass::Email),
        Example("em", "tv.1~pn.Dx4tPEtaaXiHlqW0w9Lh8A8eLTxLWml4h5altMPS4fA~co0.US", DataClass::Phone),
        Example("", "tv.1~ct0.springfield~rg0.il~pc0.62704", DataClass::PostalCode),
        Example("em", "tv.1~ct0.bad%20springfield", DataClass::City),
    ],
    counter_examples: &[
        CounterExample("em", "tv.1"),
        CounterExample("em", "tv.1~em.e1"),
        CounterExample("em", "tv.1~em.e2~pn.e3"),
        CounterExample("em", "tv.1~em."),
        CounterExample("emd", "tvd.1~i1.fem.ma"),
    ],
    wakes_on: Signals::TILDE,
    find,
};

/// One datum of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleDatum {
    /// What it is.
    pub class: DataClass,
    /// Digest or plain text.
    pub form: Form,
    /// Where it stands in the token.
    pub range: Range<usize>,
}

/// Takes a token apart; nothing for any other value. Error codes and empty entries are left out.
pub fn google_token(value: &str) -> Option<Vec<GoogleDatum>> {
    let rest = value.strip_prefix("tv.1")?;
    if !rest.is_empty() && !rest.starts_with('~') {
        return None;
    }
    let mut data = Vec::new();
    let mut offset = value.len() - rest.len();
    for entry in rest.split('~') {
        if let Some((name, text)) = entry.split_once('.') {
            let start = offset + name.len() + 1;
            data.extend(datum(name, text).map(|(class, form)| GoogleDatum {
                class,
                form,
                range: start..start + text.len(),
            }));
        }
        offset += entry.len() + 1;
    }
    Some(data)
}

fn datum(name: &str, text: &str) -> Option<(DataClass, Form)> {
    let class = match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "em" => DataClass::Email,
        "pn" => DataClass::Phone,
        "fn" => DataClass::FirstName,
        "ln" => DataClass::LastName,
        "sa" => DataClass::Street,
        "ct" => DataClass::City,
        "rg" => DataClass::Region,
        "pc" => DataClass::PostalCode,
        "co" => DataClass::Country,
        _ => return None,
    };
    if text.is_empty() || is_error(text) {
        return None;
    }
    let digest = hash_shape(text.as_bytes()).is_some();
    match class {
        DataClass::City | DataClass::Region | DataClass::PostalCode | DataClass::Country if !digest => {
            Some((class, Form::Plain))
        }
        _ if placeholder_hash(text.as_bytes()).is_some() => Some((class, Form::Placeholder)),
        _ => digest.then_some((class, Form::Hashed)),
    }
}

/// `e1`, `e12`: why there is no digest.
fn is_error(text: &str) -> bool {
    text.strip_prefix('e').is_some_and(|code| (1..=2).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()))
}

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    for datum in google_token(input.text).unwrap_or_default() {
        let reason = "an entry of Google's user-data token";
        found.add_form(datum.class, datum.form, Confidence::Likely, reason, datum.range);
    }
}
