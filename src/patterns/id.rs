//! Ids that advertising and measurement use to know a browser, a device or a click again, by their
//! names or by a form that only one of them has.

use super::plausible::is_uuid;
use super::{
    Confidence, CounterExample, DataClass, Detector, Example, Found, Input, KeyClass, Signals, Strength, plausible,
};

pub(super) static DETECTOR: Detector = Detector {
    id: "online_id",
    title: "Advertising, browser and click ids",
    examples: &[
        Example("idfa", "6D92078A-8246-4BA4-AE5B-76104861E7DC", DataClass::AdvertisingId),
        Example("gclid", "EAIaIQobChMI4uD5q8rs3QIV", DataClass::ClickId),
        Example("fbclid", "IwAR0aBcDeFgHiJkLm12", DataClass::ClickId),
        Example("_fbp", "fb.1.1612345678901.1234567890", DataClass::BrowserId),
        Example("", "GA1.2.1234567890.1612345678", DataClass::BrowserId),
        Example("cid", "1234567890.1612345678", DataClass::BrowserId),
        Example("", "fb.1.1612345678901.IwAR0aBcDeFgHiJk", DataClass::ClickId),
    ],
    counter_examples: &[
        CounterExample("idfa", "00000000-0000-0000-0000-000000000000"),
        CounterExample("idfa", "true"),
        CounterExample("gclid", "1"),
        CounterExample("", "1234567890.1612345678"),
        CounterExample("", "6D92078A-8246-4BA4-AE5B-76104861E7DC"),
        CounterExample("", "GA1.example"),
        CounterExample("", "fb.1.16123"),
    ],
    wakes_on: Signals::KEYED.or(Signals::KNOWN_ID),
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let whole = 0..input.text.len();
    if let Some(class) = class_by_form(input.text) {
        found.add(class, Confidence::Likely, "a form that only such ids have", whole);
        return;
    }
    let known = input
        .key
        .classes()
        .find(|known| matches!(known.class, DataClass::AdvertisingId | DataClass::BrowserId | DataClass::ClickId));
    let known = known.filter(|_| !is_of_an_event(input.path));
    if let Some(KeyClass { class, strength }) = known.filter(|known| plausible(known.class, input.text)) {
        let strong = strength == Strength::Strong || is_client_id(input.text) || is_uuid(input.text);
        let confidence = if strong { Confidence::Likely } else { Confidence::Possible };
        found.add(class, confidence, "an id under such a key", whole);
    }
}

/// Whether an id is of one event among several or of what happened: scripts give each an id of its own.
fn is_of_an_event(path: &str) -> bool {
    const HAPPENED: [&str; 11] =
        ["bid", "error", "event", "hit", "imp", "impression", "item", "log", "message", "occurrence", "tag"];
    let mut names = path.rsplit('/');
    let is_bare = names.next().is_some_and(|name| ["guid", "uuid"].iter().any(|id| id.eq_ignore_ascii_case(name)));
    let owner = names.next().unwrap_or_default();
    let one = owner.strip_suffix('s').unwrap_or(owner);
    is_bare && (owner == "*" || HAPPENED.iter().any(|name| name.eq_ignore_ascii_case(one)))
}

/// What an id is by a form that only one kind has: `fb.1.<time>.<random>`, `fb.1.<time>.<click id>`,
/// `GA1.2.<random>.<time>`.
pub fn class_by_form(text: &str) -> Option<DataClass> {
    if let Some(rest) = text.strip_prefix("fb.") {
        let mut parts = rest.splitn(3, '.');
        let level = parts.next()?;
        let time = parts.next()?;
        let value = parts.next()?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if level.len() != 1 || !digits(level) || time.len() != 13 || !digits(time) || value.is_empty() {
            return None;
        }
        return Some(if digits(value) { DataClass::BrowserId } else { DataClass::ClickId });
    }
    let rest = text.strip_prefix("GA1.")?;
    let (_, id) = rest.split_once('.')?;
    is_client_id(id).then_some(DataClass::BrowserId)
}

/// `1234567890.1612345678`: a random number and a time.
fn is_client_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(random, time)| {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        (6..=10).contains(&random.len()) && time.len() == 10 && digits(random) && digits(time)
    })
}
