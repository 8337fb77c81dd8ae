//! Computer types, operating systems and browsers, by values that speak for themselves or under a
//! fitting name.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};

pub(super) static DETECTOR: Detector = Detector {
    id: "device",
    title: "Computer type and operating system",
    examples: &[
        Example("", "MacIntel", DataClass::Device),
        Example("p", "Linux x86_64", DataClass::Device),
        Example("platform", "macOS", DataClass::Device),
        Example("os", "Windows NT 10.0", DataClass::Device),
        Example("uap", "\"Windows\"", DataClass::Device),
        Example("device_model", "Pixel 7", DataClass::Device),
    ],
    counter_examples: &[
        CounterExample("", "macOS"),
        CounterExample("", "Windows"),
        CounterExample("platform", "web"),
        CounterExample("platform", "true"),
        CounterExample("os", "1"),
        CounterExample("model", "purchase"),
    ],
    wakes_on: Signals::SETTING.or(Signals::KEYED),
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    /// What `navigator.platform` says; nothing else says it.
    const PLATFORMS: [&str; 14] = [
        "Win32",
        "Win64",
        "WinCE",
        "MacIntel",
        "MacPPC",
        "Macintosh",
        "Linux x86_64",
        "Linux i686",
        "Linux armv7l",
        "Linux armv8l",
        "Linux aarch64",
        "Linux armv81",
        "FreeBSD amd64",
        "CrOS x86_64",
    ];
    let whole = 0..input.text.len();
    if PLATFORMS.contains(&input.text) {
        found.add(DataClass::Device, Confidence::Certain, "what browsers call their platform", whole);
    } else if let Some(strength) = input.speaks_for(DataClass::Device).filter(|_| is_device(input.text)) {
        found.add(DataClass::Device, by_key(strength), "a device under such a key", whole);
    }
}

fn by_key(strength: Strength) -> Confidence {
    if strength == Strength::Strong { Confidence::Likely } else { Confidence::Possible }
}

/// Words with which such values begin.
const DEVICE_WORDS: [&str; 36] = [
    "windows",
    "win",
    "mac",
    "macos",
    "osx",
    "os x",
    "linux",
    "ubuntu",
    "android",
    "ios",
    "ipados",
    "iphone",
    "ipad",
    "ipod",
    "chromeos",
    "chrome os",
    "cros",
    "fuchsia",
    "desktop",
    "mobile",
    "tablet",
    "phone",
    "smarttv",
    "smart tv",
    "x86",
    "x64",
    "arm",
    "arm64",
    "aarch64",
    "amd64",
    "galaxy",
    "pixel",
    "samsung",
    "huawei",
    "xiaomi",
    "oneplus",
];

/// Whether a value names a computer, an operating system or a processor.
pub(super) fn is_device(value: &str) -> bool {
    let value = value.trim().trim_matches('"');
    let lower = value.to_ascii_lowercase();
    let named = DEVICE_WORDS
        .iter()
        .any(|word| lower.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase())));
    let model = lower.len() >= 6
        && ["sm-", "moto", "nexus", "redmi", "iphone", "ipad", "macbook"].iter().any(|word| lower.starts_with(word));
    value.len() <= 64 && (named || model || lower == "win32" || lower == "macintel" || lower == "macintosh")
}

/// Whether a value names a browser, with or without versions.
pub(super) fn is_browser(value: &str) -> bool {
    const WORDS: [&str; 14] = [
        "chrome",
        "chromium",
        "google chrome",
        "firefox",
        "mozilla",
        "safari",
        "mobile safari",
        "edge",
        "microsoft edge",
        "opera",
        "samsung",
        "brave",
        "vivaldi",
        "internet explorer",
    ];
    let lower = value.trim().trim_matches('"').to_ascii_lowercase();
    let named = |text: &str| {
        WORDS.iter().any(|word| {
            text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        })
    };
    value.len() <= 512 && (named(&lower) || lower.split(['"', '|']).any(named))
}
