//! Screen and window sizes, as `1920x1080` or one side under a name for it.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};

pub(super) static DETECTOR: Detector = Detector {
    id: "screen",
    title: "Screen and window sizes",
    examples: &[
        Example("sr", "1920x1080", DataClass::Screen),
        Example("", "2560x1440", DataClass::Screen),
        Example("vp", "390x844", DataClass::Screen),
        Example("sr", "1920x1080x24", DataClass::Screen),
        Example("screen_width", "1920", DataClass::Screen),
        Example("sw", "1440", DataClass::Screen),
        Example("sr", "1280.960", DataClass::Screen),
    ],
    counter_examples: &[
        CounterExample("sz", "300x250"),
        CounterExample("", "728x90"),
        CounterExample("", "0x1f4a"),
        CounterExample("width", "100%"),
        CounterExample("sw", "3"),
        CounterExample("res", "224"),
        CounterExample("", "1920"),
    ],
    wakes_on: Signals::SETTING.or(Signals::KEYED),
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let whole = 0..input.text.len();
    if let Some(strength) = input.speaks_for(DataClass::Screen) {
        let fits = if strength == Strength::Strong || names_a_side(input.path) { is_screen } else { is_size };
        if fits(input.text) {
            found.add(DataClass::Screen, Confidence::Likely, "a size under such a key", whole);
        }
    } else if let Some((width, height)) = size(input.text) {
        // Windows and screens of computers; smaller ones are as often pictures and advertisements.
        let sizes = (1024..=8192).contains(&width) && (600..=5000).contains(&height);
        if sizes && width < height * 4 && !input.text.contains('.') {
            found.add(DataClass::Screen, Confidence::Possible, "the size of a screen", whole);
        }
    }
}

/// `sw`, `vh`: a short name of a width or a height. Under others (`res`, `ss`) one number is anything.
fn names_a_side(path: &str) -> bool {
    path.trim_end_matches(']').ends_with(['w', 'h', 'W', 'H'])
}

/// Whether a value is a size of a screen or a window, or one side of it.
pub(super) fn is_screen(value: &str) -> bool {
    let side = |text: &str| text.len() <= 8 && text.parse::<f32>().is_ok_and(|side| (100.0..=16_384.0).contains(&side));
    is_size(value) || side(value) || is_ratio(value)
}

fn is_size(value: &str) -> bool {
    size(value).is_some_and(|(width, height)| (100..=16_384).contains(&width) && (100..=16_384).contains(&height))
}

/// Device pixel ratios: `1.5`, `2.625`, but no bare small number, which counts other things.
fn is_ratio(value: &str) -> bool {
    value.len() <= 20 && value.contains('.') && value.parse::<f32>().is_ok_and(|ratio| (0.5..=5.0).contains(&ratio))
}

/// `1920x1080`, `1920*1080`, `1920,1080`, `1920.1080`, with or without the colour depth.
fn size(value: &str) -> Option<(u32, u32)> {
    if !(7..=16).contains(&value.len()) {
        return None;
    }
    let mut sides = value.split(['x', 'X', '*', ',', '.', '|', '×']).map(str::trim);
    let side = |text: Option<&str>| text.filter(|text| (3..=5).contains(&text.len()))?.parse::<u32>().ok();
    let (width, height) = (side(sides.next())?, side(sides.next())?);
    let depth = sides.next().is_none_or(|depth| matches!(depth, "8" | "16" | "24" | "30" | "32" | "48"));
    (depth && sides.next().is_none()).then_some((width, height))
}
