//! What one outer value of a record gave. Each is judged by itself, so that what was found in a
//! cookie or a page's address can be remembered and added to the next record that carries it.

use super::consent;
use super::fields::{Fields, Travel};
use super::told;
use crate::class::DataClass;
use crate::matching::people::Who;
use crate::observation::Hit;
use crate::peel::{Outer, Spent};
use std::rc::Rc;

/// What was found so far: in the outer value at hand, or in the whole record.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The data, each with the number of the field that it was found in.
    pub(super) hits: Vec<(Hit<'static>, Option<usize>)>,
    /// Names and values beside one another.
    pub(super) fields: Fields,
    /// Values of the parameters that name account, event and page.
    pub(super) values: told::Values,
    pub(super) consent: consent::Signals,
    /// Values that were seen in clear.
    pub(super) clear: Vec<Clear>,
    /// People whom an identifying value names.
    pub(super) people: Vec<Who>,
    /// Hits that name nobody alone.
    pub(super) weak: Vec<(Hit<'static>, Who)>,
    /// The first and the last value, where people's values may be split over two.
    pub(super) ends: Option<Box<Ends>>,
}

/// The first and the last value of a part, where they may be halves.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) first: Option<Half>,
    pub(super) last: Option<Half>,
}

/// A value that was seen in clear, with its fingerprint.
#[derive(Clone, Debug)]
pub(super) struct Clear {
    pub(super) id: u64,
    pub(super) class: DataClass,
    pub(super) value: Box<str>,
}

/// A field that may hold half a value.
#[derive(Clone, Debug)]
pub(super) struct Half {
    pub(super) container: u32,
    pub(super) key: Vec<u8>,
    pub(super) value: String,
    pub(super) travel: Travel,
}

/// How the groups of siblings of an outer value are numbered in its record: 0 is the group that it
/// belongs to, others follow those that were there before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Base {
    own: u32,
    before: u32,
}

impl Base {
    pub(super) fn of(outer: &Outer<'_>) -> Self {
        Base { own: outer.container, before: outer.containers }
    }

    /// The group's number within the outer value.
    pub(super) fn inner(self, container: u32) -> u32 {
        if container == self.own { 0 } else { container.saturating_sub(self.before) }
    }

    /// The group's number in the record.
    pub(super) fn outer(self, container: u32) -> u32 {
        if container == 0 { self.own } else { container.saturating_add(self.before) }
    }
}

/// A part that is remembered, with what it took to find it.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) found: Found,
    pub(super) spent: Spent,
}

/// What was found in a part that is remembered.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A field of the outer value's own name and bytes and nothing else, as in most parts.
    Itself,
    /// Only fields and what they say of consent.
    Fields(Rc<(Fields, consent::Signals)>),
    /// Anything else.
    More(Rc<Part>),
}

impl Remembered {
    /// Remembers a part; `is_outer` tells name and bytes of the outer value.
    pub(super) fn new(part: Part, spent: Spent, is_outer: impl FnOnce(&str, &str) -> bool) -> Self {
        let found = if part.is_empty() {
            Found::Nothing
        } else if !part.is_bare() {
            Found::More(Rc::new(part))
        } else if part.consent == consent::Signals::default()
            && part.fields.only().is_some_and(|(name, value)| is_outer(name, value))
        {
            Found::Itself
        } else {
            Found::Fields(Rc::new((part.fields, part.consent)))
        };
        Remembered { found, spent }
    }

    /// About how many bytes it takes up.
    pub(super) fn size(&self) -> usize {
        match &self.found {
            Found::Nothing | Found::Itself => 0,
            Found::Fields(known) => size_of::<Fields>() + known.0.size(),
            Found::More(part) => part.size(),
        }
    }
}

impl Part {
    /// Whether there are only fields and what they say of consent.
    fn is_bare(&self) -> bool {
        let Part { hits, values, clear, people, weak, ends, .. } = self;
        let names_nobody = people.is_empty() && weak.is_empty() && ends.is_none();
        hits.is_empty() && values.is_empty() && clear.is_empty() && names_nobody
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.is_bare() && self.fields.is_empty() && self.consent == consent::Signals::default()
    }

    /// Forgets everything and keeps the room.
    pub(super) fn clear(&mut self) {
        let Part { hits, fields, values, consent, clear, people, weak, ends } = self;
        hits.clear();
        fields.clear();
        values.clear();
        *consent = consent::Signals::default();
        clear.clear();
        people.clear();
        weak.clear();
        *ends = None;
    }

    /// About how many bytes it takes up.
    pub(super) fn size(&self) -> usize {
        let Part { hits, fields, values, clear, weak, .. } = self;
        let texts = hits.iter().map(|(hit, _)| hit.masked.len() + hit.value.as_ref().map_or(0, |value| value.len()));
        let clear: usize = clear.iter().map(|seen| size_of::<Clear>() + seen.value.len()).sum();
        let hit = size_of::<Hit<'_>>();
        size_of::<Part>()
            + (hits.len() + weak.len()) * hit
            + texts.sum::<usize>()
            + fields.size()
            + values.size()
            + clear
    }

    /// Adds what an outer value gave; what people it names is left to whoever knows them.
    pub(super) fn absorb(&mut self, part: &Part, base: Base) {
        let first = self.fields.append(&part.fields, base);
        for (hit, field) in &part.hits {
            let is_known = hit.class == DataClass::SensitivePage && self.tells_of(hit);
            if !is_known {
                let field = field.and_then(|field| self.fields.holds(first + field));
                self.hits.push((hit.clone(), field));
            }
        }
        self.values.append(&part.values);
        self.consent.add(part.consent);
        self.people.extend_from_slice(&part.people);
        self.weak.extend_from_slice(&part.weak);
    }

    /// Whether a topic is known already, by the same way and for the same reason.
    fn tells_of(&self, topic: &Hit<'_>) -> bool {
        self.hits.iter().any(|(hit, _)| {
            hit.class == DataClass::SensitivePage
                && hit.channel == topic.channel
                && hit.condition == topic.condition
                && hit.reason == topic.reason
        })
    }
}
