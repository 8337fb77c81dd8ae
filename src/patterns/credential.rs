//! Credentials: JSON web tokens wherever they stand, and passwords and tokens by their names.

use super::placeholder::is_placeholder;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};
use data_encoding::BASE64URL_NOPAD;
use std::ops::Range;

pub(super) static JWT: Detector = Detector {
    id: "jwt",
    title: "JSON web tokens",
    examples: &[
        Example("", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl", DataClass::Credential),
        Example("auth", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl", DataClass::Credential),
        Example("", "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSJ9.x", DataClass::Credential),
        Example("", "t=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.x&u=1", DataClass::Credential),
    ],
    counter_examples: &[
        CounterExample("", "eyJhIjoxfQ"),
        CounterExample("", "eyJhIjoxfQ.eyJiIjoyfQ.c2ln"),
        CounterExample("", "eyJ.eyJ.x"),
        CounterExample("", "keyJoin.of.two"),
    ],
    wakes_on: Signals::JWT,
    find: find_jwt,
};

pub(super) static SECRET: Detector = Detector {
    id: "credential",
    title: "Passwords and tokens, by name",
    examples: &[
        Example("password", "correct horse", DataClass::Credential),
        Example("reset_token", "9f8e7d6c5b4a39281706f5e4", DataClass::Credential),
        Example("access_token", "ya29.a0AfH6SMBx1Y2z3", DataClass::Credential),
        Example("new-password", "hunter2!", DataClass::Credential),
    ],
    counter_examples: &[
        CounterExample("password", "true"),
        CounterExample("password", "********"),
        CounterExample("password", "{{password}}"),
        CounterExample("access_token", "none"),
        CounterExample("", "hunter2!"),
        CounterExample("pass", "1"),
    ],
    wakes_on: Signals::KEYED,
    find: find_secret,
};

const LONGEST_HEADER: usize = 1_024;

fn find_jwt(input: &Input<'_>, found: &mut Found<'_>) {
    let bytes = input.text.as_bytes();
    let mut free_from = 0;
    for start in memchr::memmem::find_iter(bytes, b"eyJ") {
        if found.is_full() {
            return;
        }
        if start < free_from || start > 0 && is_token_byte(&bytes[start - 1]) {
            continue;
        }
        if let Some(range) = token_at(bytes, start) {
            free_from = range.end;
            let (confidence, reason) = match names_person(&bytes[range.clone()]) {
                true => (Confidence::Certain, "a token that names a person"),
                false => (Confidence::Likely, "a token with a valid header"),
            };
            found.add(DataClass::Credential, confidence, reason, range);
        }
    }
}

fn is_token_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Three parts with points between them, the first of which decodes to a header.
fn token_at(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let part = |from: usize, most: usize| bytes[from..].iter().take(most).take_while(|b| is_token_byte(b)).count();
    let header = start + part(start, LONGEST_HEADER);
    if bytes.get(header) != Some(&b'.') || !is_header(&bytes[start..header]) {
        return None;
    }
    let payload = header + 1 + part(header + 1, usize::MAX);
    if bytes.get(payload) != Some(&b'.') || payload == header + 1 {
        return None;
    }
    Some(start..payload + 1 + part(payload + 1, usize::MAX))
}

/// Whether the token's claims, which anybody can read, say who it was made for.
fn names_person(token: &[u8]) -> bool {
    const CLAIMS: [&str; 11] = [
        "email",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "phone_number",
        "username",
        "user_name",
        "user_id",
        "userId",
        "upn",
    ];
    let payload = token.split(|byte| *byte == b'.').nth(1).unwrap_or_default();
    let Ok(json) = BASE64URL_NOPAD.decode(payload) else { return false };
    let claims = serde_json::from_slice::<serde_json::Value>(&json).unwrap_or_default();
    let says = |claim: &&str| {
        claims.get(*claim).is_some_and(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
    };
    CLAIMS.iter().any(says)
}

fn is_header(part: &[u8]) -> bool {
    let Ok(json) = BASE64URL_NOPAD.decode(part) else { return false };
    serde_json::from_slice::<serde_json::Value>(&json)
        .is_ok_and(|header| header.get("alg").is_some_and(serde_json::Value::is_string))
}

fn find_secret(input: &Input<'_>, found: &mut Found<'_>) {
    let Some(strength) = input.speaks_for(DataClass::Credential) else { return };
    let text = input.text.trim();
    let blank = text.bytes().all(|b| matches!(b, b'*' | b'.' | b'x' | b'#' | b' ')) || is_placeholder(text);
    if blank || !(4..=4_096).contains(&text.len()) {
        return;
    }
    let whole = 0..input.text.len();
    match strength {
        Strength::Strong => {
            found.add(DataClass::Credential, Confidence::Likely, "a secret under such a key", whole);
        }
        Strength::Weak if is_random(text) => {
            found.add(DataClass::Credential, Confidence::Possible, "a random value under such a key", whole);
        }
        Strength::Weak => {}
    }
}

fn is_random(text: &str) -> bool {
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
    text.len() >= 16 && digits && letters && !text.contains(' ')
}
