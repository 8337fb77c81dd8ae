//! Coordinates: a pair of degrees with at least three decimals (a hundred metres) under a name for
//! places, or one of the pair under `lat` or `lng`.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};

pub(super) static DETECTOR: Detector = Detector {
    id: "coordinates",
    title: "Precise locations",
    examples: &[
        Example("ll", "41.8781,-87.6298", DataClass::PreciseLocation),
        Example("geo", "41.87811, -87.62980", DataClass::PreciseLocation),
        Example("latitude", "41.8781", DataClass::PreciseLocation),
        Example("location", "geo:41.8781,-87.6298", DataClass::PreciseLocation),
        Example("lng", "-87.6298", DataClass::PreciseLocation),
    ],
    counter_examples: &[
        CounterExample("", "41.8781,-87.6298"),
        CounterExample("ll", "41.8,-87.6"),
        CounterExample("ll", "141.8781,-87.6298"),
        CounterExample("lat", "0.000"),
        CounterExample("lat", "192.1234"),
        CounterExample("geo", "US"),
        CounterExample("latitude", "41"),
    ],
    wakes_on: Signals::KEYED,
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let Some(strength) = input.speaks_for(DataClass::PreciseLocation) else { return };
    let class = DataClass::PreciseLocation;
    let whole = 0..input.text.len();
    if is_pair(input.text) {
        let strong = strength == Strength::Strong;
        let confidence = if strong { Confidence::Certain } else { Confidence::Likely };
        found.add(class, confidence, "a pair of degrees under such a key", whole);
    } else if strength == Strength::Strong && is_degrees(input.text, 180.0) {
        found.add(class, Confidence::Likely, "precise degrees under such a key", whole);
    }
}

/// `41.8781,-87.6298`, with or without brackets and `geo:`.
fn is_pair(text: &str) -> bool {
    let text = text.trim().trim_start_matches("geo:").trim_matches(['(', ')', '[', ']']);
    text.len() <= 48
        && text
            .split_once([',', ';', '|'])
            .is_some_and(|(lat, lng)| is_latitude(lat.trim()) && is_longitude(lng.trim()))
}

/// Whether a value is a latitude of at least three decimals.
pub(super) fn is_latitude(text: &str) -> bool {
    is_degrees(text, 90.0)
}

/// Whether a value is a longitude of at least three decimals.
pub(super) fn is_longitude(text: &str) -> bool {
    is_degrees(text, 180.0)
}

fn is_degrees(text: &str, most: f64) -> bool {
    let precise = text.split_once('.').is_some_and(|(whole, decimals)| {
        whole.len() <= 4 && decimals.len() >= 3 && decimals.bytes().all(|b| b.is_ascii_digit())
    });
    let degrees = text.len() <= 24 && precise;
    degrees && text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most && degrees.abs() > 0.001)
}
