//! The people of a cell: each key with the person that it stands for, exactly up to a stated limit
//! and in a sketch beyond it. What a set says depends on who is in it and never on the order in
//! which they came, so sets are a commutative monoid.

use super::links::Links;
use super::sketch::{KINDS, Sketch};
use crate::exposure::sets::IdSet;
use crate::observation::{PersonKey, PersonKind};
use serde::{Deserialize, Serialize};

/// How many keys a cell lists before it is counted by a sketch.
pub const LISTED: usize = 2_048;

/// A person as a record shows one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// The strongest key in the record.
    pub key: PersonKey,
    /// The key that stands for the same human in the whole input.
    pub linked: PersonKey,
}

impl Person {
    /// A person who is linked to nothing.
    pub fn alone(key: PersonKey) -> Self {
        Person { key, linked: key }
    }
}

/// The people of a cell.
#[derive(Clone, Debug, Default)]
pub struct People {
    listed: IdSet<Person>,
    sketch: Option<Box<Sketch>>,
}

/// How many people there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The count, or the sketch's estimate.
    pub people: u64,
    /// The count, or the sketch's lower bound.
    pub low: u64,
    /// The count, or the sketch's upper bound.
    pub high: u64,
    /// Whether nothing is estimated.
    pub is_exact: bool,
    /// How many people rest on each kind of key, in the order of [`PersonKind::ALL`].
    pub kinds: [u64; KINDS],
}

impl Counted {
    /// The word for the method in tables.
    pub fn method(&self) -> &'static str {
        match (self.people, self.is_exact) {
            (0, _) => "none",
            (_, true) => "exact",
            (_, false) => "sketch",
        }
    }

    /// What is counted, where all keys are of one kind: the number with its unit.
    pub fn in_words(&self) -> String {
        let mut kinds = PersonKind::ALL.iter().zip(self.kinds).filter(|(_, count)| *count > 0).map(|(kind, _)| *kind);
        let (one, many) = match (kinds.next(), kinds.next()) {
            (Some(PersonKind::User | PersonKind::Account), None) => ("account", "accounts"),
            (Some(PersonKind::Browser), None) => ("browser", "browsers"),
            (Some(PersonKind::IpAgent), None) => ("device", "devices"),
            (Some(PersonKind::Ip), None) => ("IP address", "IP addresses"),
            _ => ("person", "people"),
        };
        let about = if self.is_exact { "" } else { "about " };
        format!("{about}{} {}", self.people, if self.people == 1 { one } else { many })
    }

    /// How many people rest on each kind of key, in words: `user:812 ip:7`.
    pub fn kinds_in_words(&self) -> String {
        let named = PersonKind::ALL.iter().zip(self.kinds).filter(|(_, count)| *count > 0);
        named.map(|(kind, count)| format!("{}:{count}", kind.word())).collect::<Vec<_>>().join(" ")
    }
}

impl People {
    /// Adds a person.
    pub fn insert(&mut self, person: Person) {
        match &mut self.sketch {
            Some(sketch) => sketch.insert(person.linked),
            None => {
                self.listed.insert(person);
                self.limit(2 * LISTED);
            }
        }
    }

    /// Adds everybody in another set.
    pub fn merge(&mut self, other: &People) {
        match (&mut self.sketch, &other.sketch) {
            (Some(own), Some(other)) => own.merge(other),
            (Some(own), None) => other.listed.each(|person| own.insert(person.linked)),
            (None, Some(other)) => {
                let mut sketch = other.clone();
                self.listed.each(|person| sketch.insert(person.linked));
                *self = People { listed: IdSet::default(), sketch: Some(sketch) };
            }
            (None, None) => {
                self.listed.merge(&other.listed);
                self.limit(2 * LISTED);
            }
        }
    }

    /// Goes over to a sketch when there are too many to be listed, but looks only when more ids than
    /// `unseen` may be waiting: sorting near the limit for every insertion would cost too much, and
    /// whoever reads a set looks first.
    fn limit(&mut self, unseen: usize) {
        if self.sketch.is_some() || self.listed.room() <= unseen || self.listed.ids().len() <= LISTED {
            return;
        }
        let mut sketch = Sketch::default();
        self.listed.each(|person| sketch.insert(person.linked));
        *self = People { listed: IdSet::default(), sketch: Some(Box::new(sketch)) };
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.sketch.is_none() && self.listed.is_empty()
    }

    /// About how many bytes it takes up beside itself.
    pub fn size(&self) -> usize {
        self.listed.room() * size_of::<Person>() + self.sketch.as_ref().map_or(0, |sketch| sketch.size())
    }

    /// Everybody in ascending order, each once however many keys they had; nobody where there is
    /// only a sketch.
    pub fn persons(&mut self, links: &Links) -> Vec<PersonKey> {
        self.limit(LISTED);
        let mut persons: Vec<PersonKey> = self.listed.ids().iter().map(|person| links.stands_for(*person)).collect();
        persons.sort_unstable();
        persons.dedup();
        persons
    }

    /// How many people there are.
    pub fn count(&mut self, links: &Links) -> Counted {
        self.limit(LISTED);
        if let Some(sketch) = &self.sketch {
            return sketch.count();
        }
        let persons = self.persons(links);
        let mut kinds = [0; KINDS];
        for person in &persons {
            kinds[person.kind() as usize] += 1;
        }
        let people = persons.len() as u64;
        Counted { people, low: people, high: people, is_exact: true, kinds }
    }

    /// The sketch where there are too many people to list; else empty.
    pub fn sketch_bytes(&mut self) -> Vec<u8> {
        self.limit(LISTED);
        self.sketch.as_ref().map(|sketch| sketch.to_bytes()).unwrap_or_default()
    }
}

/// A set as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    listed: Vec<Person>,
    sketch: Option<Vec<Vec<u8>>>,
}

impl Serialize for People {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut own = self.clone();
        own.limit(LISTED);
        let sketch = own.sketch.as_ref().map(|sketch| sketch.parts());
        Stored { listed: own.listed.into(), sketch }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for People {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let sketch = stored.sketch.map(|parts| Box::new(Sketch::from_parts(&parts)));
        let mut people = People { listed: IdSet::default(), sketch };
        stored.listed.into_iter().for_each(|person| people.insert(person));
        Ok(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(n: u64) -> Person {
        let kind = if n.is_multiple_of(3) { PersonKind::User } else { PersonKind::Ip };
        Person::alone(PersonKey::new(kind, n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    fn people(range: impl IntoIterator<Item = u64>) -> People {
        let mut people = People::default();
        range.into_iter().for_each(|n| people.insert(person(n)));
        people
    }

    fn shown(people: &People) -> (Counted, Vec<PersonKey>, Vec<u8>) {
        let mut people = people.clone();
        (people.count(&Links::default()), people.persons(&Links::default()), people.sketch_bytes())
    }

    #[test]
    fn people_are_counted_by_kind() {
        let counted = people([3, 1, 2, 3, 6]).count(&Links::default());
        assert_eq!(counted.people, 4);
        assert_eq!(counted.kinds_in_words(), "user:2 ip:2");
        assert_eq!(counted.in_words(), "4 people");
        assert_eq!(people([3]).count(&Links::default()).in_words(), "1 account");
        assert_eq!(people([1, 2]).count(&Links::default()).in_words(), "2 IP addresses");
        assert_eq!(counted.method(), "exact");
    }

    #[test]
    fn the_limit_is_where_it_is_said_to_be() {
        let limit = LISTED as u64;
        assert!(people(0..limit).count(&Links::default()).is_exact);
        let over = people(0..=limit).count(&Links::default());
        assert_eq!(over.method(), "sketch");
        assert!(over.low <= limit + 1 && limit < over.high, "{over:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_set_is_the_same_in_any_order_and_any_split(
            size in prop_oneof![0u64..50, 1_900u64..2_200, 2_049u64..9_000],
            cuts in prop::collection::vec(0u64..9_000, 0..4),
            swap in any::<bool>(),
        ) {
            let whole = people(0..size);
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(size)).chain([0, size]).collect();
            cuts.sort_unstable();
            // Parts overlap, since the same person may be in several of them.
            let mut parts: Vec<People> =
                cuts.windows(2).map(|cut| people((cut[0].saturating_sub(5)..cut[1]).rev())).collect();
            if swap {
                parts.reverse();
            }
            let mut merged = People::default();
            parts.iter().for_each(|part| merged.merge(part));
            prop_assert!(shown(&merged) == shown(&whole));
            let bytes = postcard::to_stdvec(&merged).expect("stored");
            let mut read: People = postcard::from_bytes(&bytes).expect("read");
            prop_assert!(shown(&read) == shown(&whole));
            read.merge(&whole);
            prop_assert!(shown(&read) == shown(&whole));
        }
    }
}
