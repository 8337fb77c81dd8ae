//! Data that is spread over several fields of one container: an address in a form, latitude and
//! longitude side by side, a birthday in three boxes.

use super::address::{address_from_fields, is_street_key};
use super::coordinates::{is_latitude, is_longitude};
use super::{Confidence, plausible};
use crate::class::DataClass;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Personal data made of several fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiblingMatch {
    /// What it is.
    pub class: DataClass,
    /// The id of the detector that found it.
    pub detector: &'static str,
    /// The fields that it is made of, by position, in ascending order.
    pub fields: Vec<usize>,
    /// What each of them is, in the same order; the class itself where they have no name.
    pub parts: Vec<DataClass>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What earned the confidence.
    pub reason: &'static str,
}

impl SiblingMatch {
    /// About how many bytes it takes up.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.fields.len() * size_of::<usize>() + self.parts.len() * size_of::<DataClass>()
    }
}

/// Whether a field of this name makes it worthwhile to look at the fields beside it.
pub fn promises_siblings(key: &str) -> bool {
    is_street_key(key) || ends_with_word(key, &LATITUDES) || is_about_birth(key)
}

/// Whether findings of `part` in the fields of a `whole` are contained in it.
pub fn is_part_of(part: DataClass, whole: DataClass) -> bool {
    use DataClass as C;
    match whole {
        C::PostalAddress => {
            matches!(part, C::City | C::Country | C::PostalAddress | C::PostalCode | C::Region | C::Street)
        }
        C::DateOfBirth => matches!(part, C::DateOfBirth | C::Age),
        other => part == other,
    }
}

const LATITUDES: [&str; 2] = ["lat", "latitude"];
const LONGITUDES: [&str; 4] = ["lng", "lon", "long", "longitude"];

/// Finds what the fields (names and values) of one query, form or object make up together. A value
/// that is used here should not be reported a second time by itself.
pub fn scan_siblings(fields: &[(&str, &str)]) -> Vec<SiblingMatch> {
    let mut found: Vec<SiblingMatch> = address_from_fields(fields)
        .into_iter()
        .map(|address| SiblingMatch {
            class: DataClass::PostalAddress,
            detector: "postal_address_fields",
            fields: address.fields,
            parts: address.parts,
            confidence: address.confidence,
            reason: address.reason,
        })
        .collect();
    found.extend(location(fields));
    found.extend(birthday(fields));
    found
}

/// Whether a name ends with one of these words, whatever stands in front: `geo_lat`, `storeLat`.
fn ends_with_word(key: &str, words: &[&str]) -> bool {
    let key = key.as_bytes();
    words.iter().any(|word| {
        key.len().checked_sub(word.len()).is_some_and(|start| {
            let own = start == 0 || !key[start - 1].is_ascii_alphabetic() || key[start].is_ascii_uppercase();
            own && key[start..].eq_ignore_ascii_case(word.as_bytes())
        })
    })
}

fn is_about_birth(key: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let words = ["birth", "dob", "bday", "geburt", "naissance", "nacimiento", "nascita", "geboorte"];
        AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
    });
    WORDS.as_ref().is_some_and(|words| words.is_match(key))
}

fn location(fields: &[(&str, &str)]) -> Option<SiblingMatch> {
    let ending = |words: &[&str]| fields.iter().position(|(key, _)| ends_with_word(key, words));
    let (lat, lng) = (ending(&LATITUDES)?, ending(&LONGITUDES)?);
    if !is_latitude(fields[lat].1.trim()) || !is_longitude(fields[lng].1.trim()) {
        return None;
    }
    Some(SiblingMatch {
        class: DataClass::PreciseLocation,
        detector: "coordinates",
        fields: vec![lat.min(lng), lat.max(lng)],
        parts: vec![DataClass::PreciseLocation; 2],
        confidence: Confidence::Certain,
        reason: "latitude and longitude side by side",
    })
}

fn birthday(fields: &[(&str, &str)]) -> Option<SiblingMatch> {
    let about_birth: Vec<usize> = (0..fields.len()).filter(|&at| is_about_birth(fields[at].0)).collect();
    let part = |names: &[&str], longest: usize| {
        about_birth.iter().copied().find(|&at| {
            let (key, value) = fields[at];
            let name = key.to_ascii_lowercase();
            let own = name.rsplit(['/', '_', '-', '.', '[']).next().unwrap_or_default();
            let named = |word: &&str| own == *word || word.len() > 2 && own.ends_with(*word);
            names.iter().any(named) && (1..=longest).contains(&value.len())
        })
    };
    let month = part(&["month", "mm", "monat", "mois", "mes", "mese", "maand"], 2)?;
    let year = part(&["year", "yyyy", "yy", "jahr", "annee", "ano", "anno", "jaar"], 4)?;
    // `birthday` alone ends with the word, but holds the whole date.
    let day = part(&["day", "dd", "tag", "jour", "dia", "giorno", "dag"], 2)?;
    if day == month || month == year {
        return None;
    }
    let date = format!("{}-{}-{}", fields[year].1, fields[month].1, fields[day].1);
    let mut used = vec![day, month, year];
    used.sort_unstable();
    plausible(DataClass::DateOfBirth, &date).then_some(SiblingMatch {
        class: DataClass::DateOfBirth,
        detector: "date_of_birth_fields",
        fields: used,
        parts: vec![DataClass::DateOfBirth; 3],
        confidence: Confidence::Likely,
        reason: "day, month and year of birth side by side",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(fields: &[(&str, &str)]) -> Vec<(DataClass, Vec<usize>)> {
        scan_siblings(fields).into_iter().map(|m| (m.class, m.fields)).collect()
    }

    #[test]
    fn latitude_and_longitude_are_one_location() {
        let fields = [("x", "1"), ("geo_lat", "41.8781"), ("geo_lng", "-87.6298")];
        assert_eq!(classes(&fields), [(DataClass::PreciseLocation, vec![1, 2])]);
    }

    #[test]
    fn three_boxes_are_one_birthday() {
        let fields = [("birth_day", "10"), ("birth_month", "12"), ("birth_year", "1985")];
        assert_eq!(classes(&fields), [(DataClass::DateOfBirth, vec![0, 1, 2])]);
        let nested = [("dob/year", "1985"), ("dob/month", "12"), ("dob/day", "10")];
        assert_eq!(classes(&nested), [(DataClass::DateOfBirth, vec![0, 1, 2])]);
        let german = [("geburtstag_tag", "10"), ("geburtstag_monat", "12"), ("geburtstag_jahr", "1985")];
        assert_eq!(classes(&german), [(DataClass::DateOfBirth, vec![0, 1, 2])]);
    }

    #[test]
    fn an_address_is_one_finding() {
        let fields = [("addr", "4521 Maple Grove Ln"), ("city", "Springfield"), ("zip", "62704")];
        assert_eq!(classes(&fields), [(DataClass::PostalAddress, vec![0, 1, 2])]);
    }

    #[test]
    fn other_fields_make_nothing() {
        for fields in [
            &[("lat", "1"), ("lng", "2")][..],
            &[("flat", "41.8781"), ("belong", "-87.6298")],
            &[("day", "10"), ("month", "12"), ("year", "1985")],
            &[("plat", "41.8781"), ("lng", "-87.6298")],
            &[("birth_day", "40"), ("birth_month", "12"), ("birth_year", "1985")],
        ] {
            assert_eq!(classes(fields), [], "{fields:?}");
        }
    }
}
