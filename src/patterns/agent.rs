//! User agents and brand lists inside values: what the browser is called and in which version.
//! Headers of the request itself are no finding; copies of them in parameters are.

use super::device::is_browser;
use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};

pub(super) static USER_AGENT: Detector = Detector {
    id: "user_agent",
    title: "User-agent texts",
    examples: &[
        Example(
            "",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
            DataClass::UserAgent,
        ),
        Example("x", "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)", DataClass::UserAgent),
        Example("ua", "ExampleApp/4.2 CFNetwork/1410.0.3 Darwin/22.6.0", DataClass::UserAgent),
    ],
    counter_examples: &[
        CounterExample("", "Mozilla"),
        CounterExample("", "text/html; charset=utf-8"),
        CounterExample("ua", "UA-12345-1"),
    ],
    wakes_on: Signals::AGENT.or(Signals::KEYED),
    find: find_agent,
};

pub(super) static BROWSER: Detector = Detector {
    id: "browser",
    title: "Browsers and their versions",
    examples: &[
        Example("", r#""Chromium";v="120", "Not?A_Brand";v="8""#, DataClass::Browser),
        Example("uafvl", "Google Chrome;128.0.6613.138|Not;A=Brand;24.0.0.0", DataClass::Browser),
        Example("browser", "Firefox", DataClass::Browser),
        Example("browser_name", "Mobile Safari 17", DataClass::Browser),
    ],
    counter_examples: &[
        CounterExample("", "Chrome"),
        CounterExample("browser", "true"),
        CounterExample("browser", "/browse"),
        CounterExample("", "Edge of the World; 2"),
    ],
    wakes_on: Signals::AGENT.or(Signals::KEYED),
    find: find_browser,
};

fn find_agent(input: &Input<'_>, found: &mut Found<'_>) {
    const BEGINNINGS: [&str; 4] = ["Mozilla/4.0 (", "Mozilla/5.0 (", "Dalvik/", "Opera/9."];
    let whole = 0..input.text.len();
    if input.text.len() > 1_000 {
        return;
    }
    if BEGINNINGS.iter().any(|beginning| input.text.starts_with(beginning)) {
        found.add(DataClass::UserAgent, Confidence::Certain, "begins like a user agent", whole);
    } else if input.speaks_for(DataClass::UserAgent).is_some() && is_product_list(input.text) {
        found.add(DataClass::UserAgent, Confidence::Likely, "products and versions under such a key", whole);
    }
}

/// `Name/1.2 Other/3`.
fn is_product_list(text: &str) -> bool {
    let products = text.split(' ').filter(|word| {
        word.split_once('/')
            .is_some_and(|(name, version)| !name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()))
    });
    products.count() >= 1 && text.contains(' ')
}

fn find_browser(input: &Input<'_>, found: &mut Found<'_>) {
    let whole = 0..input.text.len();
    if input.text.len() > 512 {
        return;
    }
    let brands = input.text.contains("\";v=\"")
        || (input.text.contains(';') && input.text.contains('|') && input.text.contains("Brand"));
    if brands && is_browser(input.text) {
        found.add(DataClass::Browser, Confidence::Certain, "a list of brands and versions", whole);
        return;
    }
    let key = input.speaks_for(DataClass::Browser).or(input.speaks_for(DataClass::ClientHints));
    if let Some(strength) = key.filter(|_| is_browser(input.text)) {
        let strong = strength == Strength::Strong;
        let confidence = if strong { Confidence::Likely } else { Confidence::Possible };
        found.add(DataClass::Browser, confidence, "a browser under such a key", whole);
    }
}
