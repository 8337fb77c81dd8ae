//! Time zones by their names in the time-zone database, and offsets under a name for them.

use super::words::is_zone_area;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals};

pub(super) static DETECTOR: Detector = Detector {
    id: "timezone",
    title: "Time zones",
    examples: &[
        Example("", "America/New_York", DataClass::Timezone),
        Example("tz", "-300", DataClass::Timezone),
        Example("timezone", "UTC+02:00", DataClass::Timezone),
        Example("x", "America/Argentina/Buenos_Aires", DataClass::Timezone),
    ],
    counter_examples: &[
        CounterExample("", "Europe/"),
        CounterExample("", "America/new"),
        CounterExample("", "-300"),
        CounterExample("tz", "9000"),
        CounterExample("", "assets/logo"),
    ],
    wakes_on: Signals::SETTING.or(Signals::KEYED),
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let whole = 0..input.text.len();
    if is_zone_name(input.text) {
        found.add(DataClass::Timezone, Confidence::Certain, "a name of the time-zone database", whole);
    } else if input.speaks_for(DataClass::Timezone).is_some() && is_timezone(input.text) {
        found.add(DataClass::Timezone, Confidence::Likely, "an offset under such a key", whole);
    }
}

/// Whether a value is a time zone's name or an offset in minutes, hours or `UTC+02:00`.
pub(super) fn is_timezone(value: &str) -> bool {
    let value = value.trim();
    let offset = value.trim_start_matches("UTC").trim_start_matches("GMT").replace(':', "");
    let minutes = offset.len() <= 5
        && offset.parse::<i32>().is_ok_and(|offset| (-1400..=1400).contains(&offset) && value != "0" && value != "1");
    let word = matches!(
        value,
        "UTC" | "GMT" | "EST" | "EDT" | "CST" | "CDT" | "MST" | "MDT" | "PST" | "PDT" | "CET" | "CEST" | "BST"
    );
    is_zone_name(value) || minutes || word
}

fn is_zone_name(value: &str) -> bool {
    let mut parts = value.split('/');
    let city = |part: &str| {
        part.len() >= 2
            && part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b))
    };
    value.len() <= 40
        && parts.next().is_some_and(is_zone_area)
        && parts.clone().count() >= 1
        && parts.clone().count() <= 2
        && parts.all(city)
}
