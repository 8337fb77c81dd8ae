//! The fields of a record: names and values that stand beside one another in a query, a form or an
//! object, kept while the record is searched so that an address split over them is seen.

use crate::class::DataClass;
use crate::patterns::{Confidence, address_from_fields, key_class};
use crate::peel::Node;
use std::ops::Range;

/// Longer values are no part of an address.
const LONGEST_VALUE: usize = 200;

/// More fields than this are no form.
const MOST_FIELDS: usize = 4_000;

/// The fields seen so far. One buffer holds all names and values and is used for record after record.
#[derive(Debug, Default)]
pub(super) struct Fields {
    fields: Vec<Field>,
    text: String,
    /// Containers in which a field is named like a street or an address.
    promising: Vec<u32>,
}

#[derive(Debug)]
struct Field {
    container: u32,
    key: Range<usize>,
    value: Range<usize>,
}

/// An address made of several fields.
#[derive(Debug)]
pub(super) struct Address {
    /// The numbers of the fields.
    pub(super) fields: Vec<usize>,
    /// Their names.
    pub(super) keys: Vec<String>,
    /// Their values.
    pub(super) values: Vec<String>,
    pub(super) confidence: Confidence,
    pub(super) reason: &'static str,
}

impl Fields {
    /// Forgets the fields of the record before.
    pub(super) fn clear(&mut self) {
        self.fields.clear();
        self.text.clear();
        self.promising.clear();
    }

    /// Keeps a value and returns its number, unless it can be no part of an address.
    pub(super) fn note(&mut self, node: &Node<'_>) -> Option<usize> {
        if node.value.len() > LONGEST_VALUE || node.keys.is_empty() || self.fields.len() >= MOST_FIELDS {
            return None;
        }
        let value = std::str::from_utf8(node.value).ok()?;
        let key = std::str::from_utf8(node.keys.last()).ok()?;
        let start = self.text.len();
        self.text.push_str(key);
        let middle = self.text.len();
        self.text.push_str(value);
        self.fields.push(Field { container: node.container, key: start..middle, value: middle..self.text.len() });
        if matches!(key_class(key), Some((DataClass::Street | DataClass::PostalAddress, _))) {
            self.promising.push(node.container);
        }
        Some(self.fields.len() - 1)
    }

    /// The addresses that fields of one container make up.
    pub(super) fn addresses(&mut self) -> Vec<Address> {
        self.promising.sort_unstable();
        self.promising.dedup();
        self.promising.iter().flat_map(|&container| self.addresses_in(container)).collect()
    }

    fn addresses_in(&self, container: u32) -> Vec<Address> {
        let members: Vec<usize> = (0..self.fields.len()).filter(|&at| self.fields[at].container == container).collect();
        if members.len() < 2 {
            return Vec::new();
        }
        let pairs: Vec<(&str, &str)> = members
            .iter()
            .map(|&at| (&self.text[self.fields[at].key.clone()], &self.text[self.fields[at].value.clone()]))
            .collect();
        let found = address_from_fields(&pairs).into_iter();
        found
            .map(|address| Address {
                fields: address.fields.iter().map(|&at| members[at]).collect(),
                keys: address.fields.iter().map(|&at| pairs[at].0.to_owned()).collect(),
                values: address.fields.iter().map(|&at| pairs[at].1.to_owned()).collect(),
                confidence: address.confidence,
                reason: address.reason,
            })
            .collect()
    }
}

/// Classes that are parts of an address.
pub(super) fn is_address_part(class: DataClass) -> bool {
    use DataClass::{City, Country, PostalAddress, PostalCode, Region, Street};
    matches!(class, City | Country | PostalAddress | PostalCode | Region | Street)
}
