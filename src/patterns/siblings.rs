//! Data that is spread over several fields of one container: an address in a form, latitude and
//! longitude side by side, a birthday in three boxes.

use super::address::address_from_fields;
use super::coordinates::{is_latitude, is_longitude};
use super::{Confidence, plausible};
use crate::class::DataClass;

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

/// The first field whose name ends with one of these words, whatever stands in front.
fn ending(fields: &[(&str, &str)], endings: &[&str]) -> Option<usize> {
    fields.iter().position(|(key, _)| {
        endings.iter().any(|ending| {
            key.len().checked_sub(ending.len()).is_some_and(|start| {
                let own = start == 0 || !key.as_bytes()[start - 1].is_ascii_lowercase();
                own && key.as_bytes()[start..].eq_ignore_ascii_case(ending.as_bytes())
            })
        })
    })
}

fn location(fields: &[(&str, &str)]) -> Option<SiblingMatch> {
    let lat = ending(fields, &["lat", "latitude"])?;
    let lng = ending(fields, &["lng", "lon", "long", "longitude"])?;
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
    let part = |names: &[&str]| {
        fields.iter().position(|(key, value)| {
            let born = |word: &[u8]| key.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word));
            let about = born(b"birth") || born(b"dob") || born(b"bday");
            let named = names.iter().any(|name| born(name.as_bytes()));
            about && named && !value.is_empty() && value.len() <= 4
        })
    };
    // "birthday_month" holds the word "day", so the longer words are looked for first.
    let (month, year) = (part(&["month", "_mm", "mon"])?, part(&["year", "yyyy", "yy"])?);
    let day = fields.iter().enumerate().position(|(index, (key, value))| {
        let key = key.to_ascii_lowercase();
        let about = key.contains("birth") || key.contains("dob") || key.contains("bday");
        index != month && index != year && about && (key.ends_with("day") || key.ends_with("dd")) && value.len() <= 2
    })?;
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
            &[("birth_day", "40"), ("birth_month", "12"), ("birth_year", "1985")],
        ] {
            assert_eq!(classes(fields), [], "{fields:?}");
        }
    }
}
