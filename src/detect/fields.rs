//! The fields of a record: names and values that stand beside one another in a query, a form or an
//! object, kept while the record is searched so that an address, a place or a birthday split over
//! them is seen.

use super::hit::Route;
use super::labels::Labels;
use super::part::Base;
use crate::memo::Memo;
use crate::patterns::{SiblingMatch, scan_siblings};
use crate::peel::{Node, Place};
use crate::symbols::Sym;
use std::rc::Rc;

/// Longer values are no part of anything.
const LONGEST_VALUE: usize = 200;

/// More fields than this are no form.
const MOST_FIELDS: usize = 4_000;

/// The fields seen so far. One buffer holds all names and values.
#[derive(Debug, Default)]
pub(super) struct Fields {
    fields: Vec<Field>,
    text: String,
    /// Containers in which a field promises something, with how that field travelled.
    promising: Vec<Promise>,
}

#[derive(Clone, Debug)]
struct Field {
    container: u32,
    /// Where the name begins in the text, where the value does, and where that ends; the values of
    /// a record are too few and too short to need more bits.
    places: [u32; 3],
}

impl Field {
    fn key<'t>(&self, text: &'t str) -> &'t str {
        &text[self.places[0] as usize..self.places[1] as usize]
    }

    fn value<'t>(&self, text: &'t str) -> &'t str {
        &text[self.places[1] as usize..self.places[2] as usize]
    }
}

/// A container worth looking at.
#[derive(Clone, Copy, Debug)]
struct Promise {
    container: u32,
    travel: Travel,
}

/// How a field travelled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Travel {
    pub(super) route: Route,
    pub(super) chain: Sym,
    /// The number of the message that held it, from 1; 0 when none did.
    pub(super) message: u32,
    pub(super) encoded: bool,
}

impl Travel {
    /// How a value travels by this route.
    pub(super) fn of(node: &Node<'_>, route: Route, labels: &Labels<'_>) -> Self {
        Travel { route, chain: labels.chain(node.steps), message: message_of(node), encoded: node.encoded }
    }
}

/// The number of the message that held a value, from 1; 0 when none did.
fn message_of(node: &Node<'_>) -> u32 {
    let number = |name: &[u8]| std::str::from_utf8(name).ok()?.parse().ok();
    match node.place {
        Place::WebSocket => node.steps.iter().next().and_then(|step| number(step.name)).unwrap_or_default(),
        _ => 0,
    }
}

/// What several fields make up.
#[derive(Debug)]
pub(super) struct Whole {
    /// What it is; its fields are numbered as [`Fields::note`] does.
    pub(super) found: SiblingMatch,
    /// Their names.
    pub(super) keys: Vec<String>,
    /// Their values.
    pub(super) values: Vec<String>,
    /// How the field that gave the hint travelled.
    pub(super) travel: Travel,
}

impl Fields {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Forgets the fields of the record before.
    pub(super) fn clear(&mut self) {
        self.fields.clear();
        self.text.clear();
        self.promising.clear();
    }

    /// Keeps a value of a group of siblings and returns its number, unless it can be no part of
    /// anything. `promises` tells whether a field of a name makes the fields beside it worth a look.
    pub(super) fn note(
        &mut self,
        node: &Node<'_>,
        container: u32,
        promises: impl FnOnce(&str) -> bool,
        travel: impl FnOnce() -> Travel,
    ) -> Option<usize> {
        if node.value.len() > LONGEST_VALUE || node.keys.is_empty() || self.fields.len() >= MOST_FIELDS {
            return None;
        }
        let value = std::str::from_utf8(node.value).ok()?;
        let key = std::str::from_utf8(key_of(node)).ok()?;
        // Most parts have one field, and very many parts are remembered.
        if self.fields.capacity() == 0 {
            self.fields.reserve_exact(1);
            self.text.reserve_exact(key.len() + value.len());
        }
        self.add(container, key, value);
        if self.is_news(container) && promises(key) {
            self.promising.push(Promise { container, travel: travel() });
        }
        Some(self.fields.len() - 1)
    }

    /// Name and value of the only field, where there is one that promises nothing, in the group of its
    /// outer value.
    pub(super) fn only(&self) -> Option<(&str, &str)> {
        match &self.fields[..] {
            [field] if field.container == 0 && self.promising.is_empty() => {
                Some((field.key(&self.text), field.value(&self.text)))
            }
            _ => None,
        }
    }

    /// Adds a field that promises nothing.
    pub(super) fn push(&mut self, container: u32, key: &[u8], value: &[u8]) {
        let (Ok(key), Ok(value)) = (std::str::from_utf8(key), std::str::from_utf8(value)) else { return };
        if self.fields.len() >= MOST_FIELDS {
            return;
        }
        self.add(container, key, value);
    }

    fn add(&mut self, container: u32, key: &str, value: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(key);
        let middle = self.text.len() as u32;
        self.text.push_str(value);
        self.fields.push(Field { container, places: [start, middle, self.text.len() as u32] });
    }

    /// Adds the fields of an outer value and returns the number of the first.
    pub(super) fn append(&mut self, other: &Fields, base: Base) -> usize {
        let (first, start) = (self.fields.len(), self.text.len() as u32);
        self.text.push_str(&other.text);
        let moved = |field: &Field| Field {
            container: base.outer(field.container),
            places: field.places.map(|place| start + place),
        };
        self.fields.extend(other.fields.iter().take(MOST_FIELDS.saturating_sub(first)).map(moved));
        for promise in &other.promising {
            let container = base.outer(promise.container);
            if self.is_news(container) {
                self.promising.push(Promise { container, ..*promise });
            }
        }
        first
    }

    /// About how many bytes they take up.
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.fields.len() * size_of::<Field>() + self.promising.len() * size_of::<Promise>()
    }

    /// A field's number, if there is one of that number.
    pub(super) fn holds(&self, number: usize) -> Option<usize> {
        (number < self.fields.len()).then_some(number)
    }

    /// Whether a group is not the one that promised something last.
    fn is_news(&self, container: u32) -> bool {
        self.promising.last().is_none_or(|last| last.container != container)
    }

    /// What fields of one container make up; `known` remembers it by names and values.
    pub(super) fn wholes(&mut self, known: &mut Memo<Rc<[SiblingMatch]>>) -> Vec<Whole> {
        self.promising.sort_by_key(|promise| promise.container);
        self.promising.dedup_by_key(|promise| promise.container);
        self.promising.iter().flat_map(|promise| self.wholes_in(promise, known)).collect()
    }

    fn wholes_in(&self, promise: &Promise, known: &mut Memo<Rc<[SiblingMatch]>>) -> Vec<Whole> {
        let is_member = |&at: &usize| self.fields[at].container == promise.container;
        let members: Vec<usize> = (0..self.fields.len()).filter(is_member).collect();
        if members.len() < 2 {
            return Vec::new();
        }
        let pair = |&at: &usize| (self.fields[at].key(&self.text), self.fields[at].value(&self.text));
        let pairs: Vec<(&str, &str)> = members.iter().map(pair).collect();
        let found = known.get_or(known.key_of(&pairs), || scan_siblings(&pairs).into());
        let wholes = found.iter().cloned().map(|mut found| {
            let keys = found.fields.iter().map(|&at| pairs[at].0.to_owned()).collect();
            let values = found.fields.iter().map(|&at| pairs[at].1.to_owned()).collect();
            found.fields.iter_mut().for_each(|at| *at = members[*at]);
            Whole { found, keys, values, travel: promise.travel }
        });
        wholes.collect()
    }
}

/// The innermost name, with the one around it where a part of a date stands alone: `dob[month]`.
fn key_of<'n>(node: &Node<'n>) -> &'n [u8] {
    let last = node.keys.last();
    let is_part =
        [&b"day"[..], b"month", b"year", b"dd", b"mm", b"yyyy"].iter().any(|part| last.eq_ignore_ascii_case(part));
    if is_part { node.keys.as_bytes() } else { last }
}
