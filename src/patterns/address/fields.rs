//! Addresses that a form or a query spreads over several parameters: street, city, state and ZIP
//! code under their own names. Billing and shipping addresses in one form stay apart.

use super::street::is_house_number;
use super::{is_zip, state, street_line, zip_in_state};
use crate::class::DataClass;
use crate::patterns::{Confidence, KeyHint, is_placeholder, plausible};

/// More parameters are no form.
const MOST_FIELDS: usize = 2_000;

/// An address made of several fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressMatch {
    /// The fields that it is made of, by position, in ascending order.
    pub fields: Vec<usize>,
    /// What each of them is, in the same order.
    pub parts: Vec<DataClass>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What earned the confidence.
    pub reason: &'static str,
}

/// Whose address a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Any,
    Billing,
    Shipping,
    Mailing,
}

/// The fields of one address.
#[derive(Default)]
struct Slots {
    number: Option<usize>,
    streets: Vec<usize>,
    city: Option<usize>,
    region: Option<usize>,
    postal_code: Option<usize>,
    country: Option<usize>,
}

/// Finds the addresses that the fields (names and values) of one container make up.
pub fn address_from_fields(fields: &[(&str, &str)]) -> Vec<AddressMatch> {
    if fields.len() > MOST_FIELDS || !fields.iter().any(|(key, _)| is_street_key(key)) {
        return Vec::new();
    }
    let owners: Vec<Owner> = fields.iter().map(|(key, _)| owner(key)).collect();
    [Owner::Any, Owner::Billing, Owner::Shipping, Owner::Mailing]
        .into_iter()
        .filter(|wanted| owners.contains(wanted))
        .filter_map(|wanted| Slots::collect(fields, &owners, wanted).judge(fields))
        .collect()
}

/// Whether a name speaks for the street or the whole of an address.
pub(crate) fn is_street_key(key: &str) -> bool {
    let hint = KeyHint::of(key);
    hint.strength(DataClass::Street).is_some() || hint.strength(DataClass::PostalAddress).is_some()
}

fn owner(key: &str) -> Owner {
    let holds = |word: &[u8]| key.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if holds(b"bill") {
        Owner::Billing
    } else if holds(b"ship") || holds(b"deliver") {
        Owner::Shipping
    } else if holds(b"mailing") {
        Owner::Mailing
    } else {
        Owner::Any
    }
}

impl Slots {
    fn collect(fields: &[(&str, &str)], owners: &[Owner], wanted: Owner) -> Slots {
        let mut slots = Slots::default();
        for index in (0..fields.len()).filter(|&index| owners[index] == wanted) {
            let (key, value) = fields[index];
            let (hint, value) = (KeyHint::of(key), value.trim());
            if !hint.is_empty() && !value.is_empty() && value.len() <= 200 && !is_placeholder(value) {
                slots.put(index, hint, value);
            }
        }
        slots
    }

    fn put(&mut self, index: usize, hint: KeyHint, value: &str) {
        for known in hint.classes() {
            let slot = match known.class {
                DataClass::Street | DataClass::PostalAddress => {
                    if is_house_number(value) && value.len() <= 6 {
                        self.number.get_or_insert(index);
                        return;
                    }
                    if is_line(value) && self.streets.len() < 4 {
                        self.streets.push(index);
                        return;
                    }
                    continue;
                }
                DataClass::City => &mut self.city,
                DataClass::Region => &mut self.region,
                DataClass::PostalCode => &mut self.postal_code,
                DataClass::Country => &mut self.country,
                _ => continue,
            };
            if plausible(known.class, value) {
                slot.get_or_insert(index);
                return;
            }
        }
    }

    fn judge(&self, fields: &[(&str, &str)]) -> Option<AddressMatch> {
        let value = |index: Option<usize>| index.map_or("", |index| fields[index].1.trim());
        let numbered = self.number.is_some()
            || self.streets.iter().any(|street| value(Some(*street)).bytes().any(|b| b.is_ascii_digit()));
        let placed = self.postal_code.is_some() || self.city.is_some() || self.region.is_some();
        if self.streets.is_empty() || !placed || !numbered {
            return None;
        }
        let (region, zip) = (value(self.region), value(self.postal_code));
        let agree = state(region).is_some_and(|state| is_zip(zip) && zip_in_state(zip, state));
        let (confidence, reason) = if agree {
            (Confidence::Certain, "street, and a state with its ZIP code, under such keys")
        } else {
            (Confidence::Likely, "street and place under such keys")
        };
        let (fields, parts) = self.used().into_iter().unzip();
        Some(AddressMatch { fields, parts, confidence, reason })
    }

    fn used(&self) -> Vec<(usize, DataClass)> {
        let mut used: Vec<(usize, DataClass)> =
            self.streets.iter().chain(&self.number).map(|index| (*index, DataClass::Street)).collect();
        let single = [
            (self.city, DataClass::City),
            (self.region, DataClass::Region),
            (self.postal_code, DataClass::PostalCode),
            (self.country, DataClass::Country),
        ];
        used.extend(single.into_iter().filter_map(|(index, class)| Some((index?, class))));
        used.sort_unstable();
        used
    }
}

/// A line of an address under a key for one: a street with or without a number, or an apartment.
fn is_line(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let calm = value.chars().all(|c| c.is_alphanumeric() || " .,'-#/&ºª°()\n\r".contains(c));
    street_line(value).is_some() || (letters >= 2 && calm && value.len() <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_an_address() {
        let fields = [
            ("name", "Ada"),
            ("street", "4521 Maple Grove Ln"),
            ("city", "Springfield"),
            ("state", "IL"),
            ("zip", "62704"),
        ];
        let found = address_from_fields(&fields);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fields, [1, 2, 3, 4]);
        assert_eq!(found[0].confidence, Confidence::Certain);
        assert_eq!(found[0].parts, [DataClass::Street, DataClass::City, DataClass::Region, DataClass::PostalCode]);
    }

    #[test]
    fn billing_and_shipping_stay_apart() {
        let fields = [
            ("billing_address1", "4521 Maple Grove Ln"),
            ("billing_zip", "62704"),
            ("shipping_address1", "12 Elm St"),
            ("shipping_address2", "Apt 4"),
            ("shipping_city", "Boulder"),
        ];
        let found = address_from_fields(&fields);
        let used: Vec<_> = found.iter().map(|m| m.fields.clone()).collect();
        assert_eq!(used, [vec![0, 1], vec![2, 3, 4]]);
    }

    #[test]
    fn number_and_street_can_be_apart() {
        let fields = [("housenumber", "12"), ("street", "Lindenweg"), ("plz", "50667"), ("ort", "Köln")];
        let found = address_from_fields(&fields);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fields, [0, 1, 2, 3]);
        assert_eq!(found[0].confidence, Confidence::Likely);
    }

    #[test]
    fn other_fields_are_no_address() {
        for fields in [
            &[("state", "closed"), ("zip", "62704")][..],
            &[("address", "192.0.2.1"), ("city", "undefined")],
            &[("address", "ada@example.com"), ("zip", "62704")],
            &[("street", "undefined"), ("city", "Boulder")],
            &[("line1", "hello"), ("title", "x")],
            &[],
        ] {
            assert_eq!(address_from_fields(fields), [], "{fields:?}");
        }
    }
}
