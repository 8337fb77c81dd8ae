//! E-mail addresses, as a whole value or inside text. The limits are those of RFC 5321 and 5322;
//! the domain must end in a suffix that exists. What looks alike (image names, package versions,
//! user names of URLs and of remote shells, keys of error reporters) is turned down.

use super::placeholder::is_placeholder;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Form, Found, Input, Signals, Strength};
use crate::suffix;
use memchr::memchr_iter;
use std::ops::Range;

const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

pub(super) static DETECTOR: Detector = Detector {
    id: "email",
    title: "E-mail addresses",
    examples: &[
        Example("", "ada.lovelace@example.com", DataClass::Email),
        Example("em", "ADA@EXAMPLE.CO.UK", DataClass::Email),
        Example("", "mailto:ada+news@example.org?subject=Hi", DataClass::Email),
        Example("", r#"{"user":{"mail":"ada@example.com"}}"#, DataClass::Email),
        Example("", "Signed in as Ada <ada_l@mail.example.com>.", DataClass::Email),
        Example("", "https://example.com/a?email=ada@example.net&x=1", DataClass::Email),
        Example("", r"\u003cada@example.com\u003e", DataClass::Email),
        Example("", "o'hara@example.com", DataClass::Email),
        Example("", "ada@xn--bcher-kva.example.com", DataClass::Email),
        Example("u", "a***e@example.com", DataClass::Email),
    ],
    counter_examples: &[
        CounterExample("", "hero@2x.png"),
        CounterExample("", "icons/logo@3x.zip"),
        CounterExample("", "lodash@4.17.0"),
        CounterExample("", "https://cdn.example.com/npm/react@17.0.2.js"),
        CounterExample("", "https://0f1e2d3c4b5a69788796a5b4c3d2e1f0@o12.ingest.example.com/34"),
        CounterExample("", "0f1e2d3c4b5a69788796a5b4c3d2e1f0@ingest.example.com/34"),
        CounterExample("", "git@example.com:group/project.git"),
        CounterExample("", "ssh deploy@host.example.com"),
        CounterExample("", "https://user@example.com/private"),
        CounterExample("", "@media screen and (min-width: 40em)"),
        CounterExample("", "ada@localhost"),
        CounterExample("", "ada@example"),
        CounterExample("", "ada@example.notasuffix"),
        CounterExample("", "a..b@example.com"),
        CounterExample("", "@angular/core@example"),
    ],
    wakes_on: Signals::AT,
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let bytes = input.text.as_bytes();
    let mut free_from = 0;
    for at in memchr_iter(b'@', bytes) {
        if found.is_full() {
            return;
        }
        if at < free_from {
            continue;
        }
        if let Some(range) = address_around(bytes, at, free_from) {
            free_from = range.end;
            report(input, &input.text[range.clone()], range, found);
        }
    }
}

/// Whether a whole value is a valid address.
pub(super) fn is_address(value: &str) -> bool {
    let bytes = value.as_bytes();
    memchr::memchr(b'@', bytes).and_then(|at| address_around(bytes, at, 0)) == Some(0..bytes.len())
}

fn report(input: &Input<'_>, address: &str, range: Range<usize>, found: &mut Found<'_>) {
    let class = DataClass::Email;
    let keyed = input.speaks_for(class) == Some(Strength::Strong);
    if is_placeholder(address) {
        found.add_form(class, Form::Placeholder, Confidence::Certain, "a test address", range);
    } else if address.contains("**") {
        found.add_form(class, Form::Masked, Confidence::Likely, "a masked address", range);
    } else if !keyed && is_role(address) {
        found.add(class, Confidence::Possible, "an address of an office, not of a person", range);
    } else {
        found.add(class, Confidence::Certain, "a valid address under an existing suffix", range);
    }
}

/// The valid address around an at-sign, not reaching back before `floor`.
fn address_around(bytes: &[u8], at: usize, floor: usize) -> Option<Range<usize>> {
    let start = local_start(bytes, at, floor)?;
    let end = domain_end(bytes, at + 1)?;
    let (local, domain) = (&bytes[start..at], &bytes[at + 1..end]);
    let known = is_local(local) && is_domain(domain) && !is_version(domain);
    (known && !is_lookalike(bytes, start, at, end)).then_some(start..end)
}

fn local_start(bytes: &[u8], at: usize, floor: usize) -> Option<usize> {
    let limit = floor.max(at.saturating_sub(LONGEST_LOCAL + 1));
    let mut start = at;
    while start > limit && is_local_byte(bytes[start - 1]) {
        start -= 1;
    }
    if at - start > LONGEST_LOCAL {
        return None;
    }
    start = after_escape(bytes, start, at);
    while start < at && matches!(bytes[start], b'.' | b'\'' | b'-' | b'*') && bytes[start + 1..at].len() > 1 {
        start += 1;
    }
    // A cut inside a character can only happen at the length limit, where there is no address.
    (start < at && bytes[start] & 0xc0 != 0x80).then_some(start)
}

/// Skips what is left of an escaped character in front: `\u003c`, `\n`, `%3C`.
fn after_escape(bytes: &[u8], start: usize, at: usize) -> usize {
    let local = &bytes[start..at];
    let skip = match start.checked_sub(1).map(|before| bytes[before]) {
        Some(b'\\') if local.first() == Some(&b'u') && local.len() > 5 => 5,
        Some(b'\\') if matches!(local.first(), Some(b'n' | b'r' | b't')) => 1,
        Some(b'%') if local.len() > 2 && local[..2].iter().all(u8::is_ascii_hexdigit) => 2,
        _ => 0,
    };
    start + skip
}

/// Bytes of a local part that are no separators in URLs, JSON and prose.
fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+-'*!$^|~".contains(&byte) || byte >= 0x80
}

fn is_local(local: &[u8]) -> bool {
    let dots = memchr::memmem::find(local, b"..").is_some() || local.ends_with(b".");
    let named = local.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    named && !dots && std::str::from_utf8(local).is_ok_and(|text| text.chars().all(is_local_char))
}

/// Letters of any script, but none of the typographic signs that surround addresses in prose.
fn is_local_char(letter: char) -> bool {
    letter.is_ascii() || letter.is_alphanumeric()
}

fn domain_end(bytes: &[u8], start: usize) -> Option<usize> {
    let allowed = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-') || **b >= 0x80;
    let run = bytes[start..].iter().take(LONGEST_DOMAIN + 1).take_while(allowed).count();
    if run > LONGEST_DOMAIN {
        return None;
    }
    let mut end = start + run;
    while end > start && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    (end > start).then_some(end)
}

fn is_domain(domain: &[u8]) -> bool {
    let label = |label: &[u8]| (1..=63).contains(&label.len()) && !label.starts_with(b"-") && !label.ends_with(b"-");
    if !domain.contains(&b'.') || !domain.split(|b| *b == b'.').all(label) {
        return false;
    }
    let mut lower = [0; LONGEST_DOMAIN];
    let lower = &mut lower[..domain.len()];
    lower.copy_from_slice(domain);
    lower.make_ascii_lowercase();
    let Ok(text) = std::str::from_utf8(lower) else { return false };
    text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && suffix::domain(text.as_bytes()).is_some_and(|found| found.suffix().is_known())
}

/// `2x.zip`, `4.17.sh`: the scale of an image or the number of a release before a file's ending.
fn is_version(domain: &[u8]) -> bool {
    let mut labels = domain.split(|b| *b == b'.');
    let first = labels.next().unwrap_or_default();
    let second = labels.next().unwrap_or_default();
    let number = |label: &[u8]| !label.is_empty() && label.iter().all(u8::is_ascii_digit);
    let scale = matches!(first, [b'1'..=b'4', b'x' | b'X']);
    scale || (number(first) && number(second))
}

/// User names before a host rather than before a mail domain.
fn is_lookalike(bytes: &[u8], start: usize, at: usize, end: usize) -> bool {
    let (before, after) = (&bytes[..start], &bytes[end..]);
    let url_user = before.ends_with(b"//");
    let path_follows = after.first() == Some(&b':') && {
        let path = after[1..].split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
        let path = &path[..path.len().min(256)];
        !path.starts_with(b"//") && (path.contains(&b'/') || path.ends_with(b".git"))
    };
    let shell = [&b"ssh "[..], b"scp ", b"sftp ", b"rsync "].iter().any(|word| before.ends_with(word));
    let local = &bytes[start..at];
    let key = local.len() == 32 && local.iter().all(u8::is_ascii_hexdigit);
    let reporter = key && after.first() == Some(&b'/');
    url_user || path_follows || shell || reporter
}

/// Mailboxes that belong to an office.
fn is_role(address: &str) -> bool {
    const ROLES: [&str; 26] = [
        "abuse",
        "admin",
        "billing",
        "careers",
        "contact",
        "contactus",
        "customerservice",
        "do-not-reply",
        "donotreply",
        "enquiries",
        "feedback",
        "hello",
        "help",
        "hr",
        "info",
        "jobs",
        "legal",
        "marketing",
        "media",
        "no-reply",
        "noreply",
        "office",
        "press",
        "privacy",
        "sales",
        "support",
    ];
    let local = address.split('@').next().unwrap_or_default();
    ROLES.iter().any(|role| local.eq_ignore_ascii_case(role))
}
