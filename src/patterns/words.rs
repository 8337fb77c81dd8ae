//! Words that values are checked against: countries, regions, languages, the areas of time zones
//! and words that are no names.

use super::address;
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use std::sync::LazyLock;

type Set = HashSet<String, FixedState>;

const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs \
    cu cv cy da de dv dz ee el en eo es et eu fa ff fi fil fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu \
    hy hz ia id ie ig ii ik in io is it iu iw ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li \
    ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps \
    pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr \
    ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

const ZONE_AREAS: [&str; 13] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
    "US",
    "Canada",
    "Etc",
];

static COUNTRIES: LazyLock<Set> = LazyLock::new(|| lower_cells(include_str!("countries.csv")).collect());

static REGIONS: LazyLock<Set> = LazyLock::new(|| {
    let mut set = Set::default();
    for line in include_str!("regions.csv").lines().skip(1) {
        if let [country, code, name] = line.split(',').collect::<Vec<_>>()[..] {
            set.insert(format!("{country}-{code}").to_lowercase());
            set.insert(name.to_owned());
            // Codes of digits and single letters stand alone nowhere.
            if code.len() > 1 && code.bytes().all(|b| b.is_ascii_uppercase()) {
                set.insert(code.to_lowercase());
            }
        }
    }
    set
});

static NOT_NAMES: LazyLock<Set> = LazyLock::new(|| include_str!("not_names.txt").lines().map(str::to_owned).collect());

fn lower_cells(data: &'static str) -> impl Iterator<Item = String> {
    data.lines().skip(1).flat_map(|line| line.split(',')).map(str::to_lowercase)
}

/// Whether a text is a country's ISO code of two or three letters or its name.
pub(super) fn is_country(text: &str) -> bool {
    text.len() <= 60 && COUNTRIES.contains(&text.to_lowercase())
}

/// Whether a text is a state, province or region: its code, its name or its ISO 3166-2 code.
pub(super) fn is_region(text: &str) -> bool {
    if text.len() < 2 || text.len() > 60 {
        return false;
    }
    let american = |text: &str| address::state(text).is_some();
    american(text) || text.strip_prefix("US-").is_some_and(american) || REGIONS.contains(&text.to_lowercase())
}

/// Whether a text is a language code of two letters (or `fil`), in either case.
pub(super) fn is_language(text: &str) -> bool {
    matches!(text.len(), 2 | 3) && LANGUAGES.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether a text is an area of the time-zone database (`Europe`).
pub(super) fn is_zone_area(text: &str) -> bool {
    ZONE_AREAS.contains(&text)
}

/// Whether a word stands in interfaces and code, and so is no one's name.
pub(super) fn is_not_a_name(word: &str) -> bool {
    word.len() <= 24 && NOT_NAMES.contains(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_regions() {
        for text in ["US", "us", "DEU", "Germany", "united kingdom", "Côte"] {
            assert_eq!(is_country(text), text != "Côte", "{text}");
        }
        for text in ["IL", "Illinois", "US-IL", "us-il", "Ontario", "NSW", "DE-BY", "Bayern"] {
            assert_eq!(is_region(text), text != "us-il", "{text}");
        }
        for text in ["closed", "eu-west-1", "open", "9", ""] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn languages_and_names() {
        assert!(is_language("en") && is_language("EN") && !is_language("xx") && !is_language("e"));
        assert!(is_not_a_name("Submit") && !is_not_a_name("Ada"));
        assert!(is_zone_area("Europe") && !is_zone_area("europe"));
    }
}
