//! Links: which keys stand for the same human.
//!
//! While records are read, [`Sightings`] note which keys occurred in one record, and from when to
//! when each id was alive. They are facts, and add up in any order. [`Links`] are what follows from
//! all of them together, by these rules:
//!
//! 1. Keys in one record are one person's: account and browser ids (a *strong* key each).
//! 2. Two accounts are two people, whatever connects them. Two ids of one vendor on one site that
//!    were alive at the same time are two browsers, which only an account makes one person's.
//! 3. An id that was seen with more than [`MOST_PARTNERS`] ids of one vendor is shared and links
//!    nothing.
//! 4. An address (with or without the agent) proves nothing by itself. It only keeps ids of
//!    *different* vendors behind it from being counted as more people than any single vendor's
//!    ids show: they are matched in the order in which they appeared, never two of one vendor.
//!    With the agent known, an id that ended and one that began later are one browser's, cleared.

use super::set::Person;
use crate::exposure::measure::Span;
use crate::observation::{PersonKey, PersonKind};
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

/// A key that was seen with more ids of one vendor and site than this is shared.
pub const MOST_PARTNERS: usize = 64;

/// Where one address and agent had more ids of one vendor than this, it is several people's, and
/// none of them is taken for another's successor.
pub const MOST_SUCCESSORS: usize = 8;

/// How many facts are kept before linking is given up, which the ledger then says.
const MOST_FACTS: usize = 1 << 20;

/// What is known of a strong key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Alive {
    /// A hash of what issued the id: the vendor and the site; equal scopes are comparable.
    scope: u64,
    /// When it was seen first and last.
    span: Span,
}

/// Which keys were seen together.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    strong: HashMap<PersonKey, Alive>,
    /// Keys in one record, the stronger one first.
    pairs: HashSet<(PersonKey, PersonKey)>,
    is_full: bool,
}

/// A strong key of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id {
    /// The key.
    pub key: PersonKey,
    /// A hash of what issued it.
    pub scope: u64,
}

impl Sightings {
    /// What several inputs show together.
    pub fn of_all<'s>(inputs: impl Iterator<Item = &'s Sightings>) -> Self {
        let mut all = Sightings::default();
        inputs.for_each(|sightings| all.merge(sightings));
        all
    }

    /// Notes one record: its strong keys, the weak one beside them, and its time.
    pub fn add(&mut self, ids: &[Id], place: Option<PersonKey>, time: Option<i64>) {
        if self.is_full || ids.is_empty() {
            return;
        }
        for (at, id) in ids.iter().enumerate() {
            let fresh = Alive { scope: id.scope, span: Span::default() };
            let alive = self.strong.entry(id.key).or_insert(fresh);
            // An id that was met on several sites has one scope, whichever came first.
            alive.scope = alive.scope.min(id.scope);
            alive.span.add(time);
            let others = ids[at + 1..].iter().map(|other| other.key).chain(place);
            for other in others.filter(|other| *other != id.key) {
                self.pairs.insert((id.key.min(other), id.key.max(other)));
            }
        }
        self.limit();
    }

    /// Adds the sightings of other records.
    pub fn merge(&mut self, other: &Sightings) {
        self.is_full |= other.is_full;
        if !self.is_full {
            for (&key, alive) in &other.strong {
                let own = self.strong.entry(key).or_insert(*alive);
                own.scope = own.scope.min(alive.scope);
                own.span.merge(alive.span);
            }
            self.pairs.extend(&other.pairs);
        }
        self.limit();
    }

    fn limit(&mut self) {
        if self.is_full || self.strong.len() + self.pairs.len() > MOST_FACTS {
            *self = Sightings { is_full: true, ..Sightings::default() };
        }
    }

    /// Whether there were too many facts to link anything.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether nothing was ever noted.
    pub fn is_empty(&self) -> bool {
        self.strong.is_empty() && !self.is_full
    }
}

/// Sightings as they are stored: sorted, so that equal ones are equal bytes.
#[derive(Serialize, Deserialize)]
struct Stored {
    strong: Vec<(PersonKey, Alive)>,
    pairs: Vec<(PersonKey, PersonKey)>,
    is_full: bool,
}

impl Serialize for Sightings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut strong: Vec<_> = self.strong.iter().map(|(&key, &alive)| (key, alive)).collect();
        strong.sort_unstable_by_key(|(key, _)| *key);
        let mut pairs: Vec<_> = self.pairs.iter().copied().collect();
        pairs.sort_unstable();
        Stored { strong, pairs, is_full: self.is_full }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Sightings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let mut sightings = Sightings {
            strong: stored.strong.into_iter().collect(),
            pairs: stored.pairs.into_iter().collect(),
            is_full: stored.is_full,
        };
        sightings.limit();
        Ok(sightings)
    }
}

/// Who stands for each key that is not alone.
#[derive(Clone, Debug, Default)]
pub struct Links {
    persons: HashMap<PersonKey, PersonKey>,
    is_off: bool,
}

impl Links {
    /// What follows from all sightings.
    pub fn new(sightings: &Sightings) -> Self {
        let mut groups = Groups::new(sightings);
        groups.link_strong(&sightings.pairs);
        groups.link_places(&sightings.pairs);
        Links { persons: groups.persons(), is_off: sightings.is_full }
    }

    /// The key that stands for the person behind a key: the strongest they had.
    pub fn person(&self, key: PersonKey) -> PersonKey {
        self.persons.get(&key).copied().unwrap_or(key)
    }

    /// The key that stands for a person of a record, in everything that was read; where too much
    /// was read to be linked, in their own input.
    pub fn stands_for(&self, person: Person) -> PersonKey {
        if self.is_off { person.linked } else { self.person(person.key) }
    }

    /// The key that counts in a record with these keys, the strongest first. Where nothing could be
    /// linked, browser ids would count one person once for each vendor, and are passed over.
    pub fn counting(&self, keys: &[PersonKey]) -> Option<PersonKey> {
        let counts = |key: &&PersonKey| !self.is_off || key.kind() != PersonKind::Browser;
        keys.iter().find(counts).or(keys.first()).copied()
    }
}

/// What joins two groups, and what therefore keeps them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    /// An account's own record.
    Account,
    /// One record, or an address with its agent.
    Record,
    /// An address.
    Address,
}

/// Keys in groups, each of which is one person.
struct Groups<'s> {
    sightings: &'s Sightings,
    keys: Vec<PersonKey>,
    parents: Vec<usize>,
    /// The strong keys of each group, at its root.
    ids: Vec<Vec<PersonKey>>,
    shared: HashSet<PersonKey>,
}

impl<'s> Groups<'s> {
    fn new(sightings: &'s Sightings) -> Self {
        let mut keys: Vec<PersonKey> = sightings.pairs.iter().flat_map(|&(one, two)| [one, two]).collect();
        keys.sort_unstable();
        keys.dedup();
        let parents = (0..keys.len()).collect();
        let ids = keys.iter().map(|&key| if is_strong(key) { vec![key] } else { Vec::new() }).collect();
        let shared = shared(sightings);
        Groups { sightings, keys, parents, ids, shared }
    }

    /// Rule 1: accounts first, then the stronger keys.
    fn link_strong(&mut self, pairs: &HashSet<(PersonKey, PersonKey)>) {
        let mut pairs: Vec<_> = pairs.iter().copied().filter(|&(_, weaker)| is_strong(weaker)).collect();
        pairs.sort_unstable();
        for (one, two) in pairs {
            if self.shared.contains(&one) || self.shared.contains(&two) {
                continue;
            }
            let join = if is_account(one) { Join::Account } else { Join::Record };
            self.join(one, two, join);
        }
    }

    /// Rule 4. People behind an address stand in a row of slots; each next group takes the first
    /// slot in which nobody contradicts it. The address itself is the first slot's.
    fn link_places(&mut self, pairs: &HashSet<(PersonKey, PersonKey)>) {
        let mut pairs: Vec<_> =
            pairs.iter().filter(|(_, place)| !is_strong(*place)).map(|&(strong, place)| (place, strong)).collect();
        pairs.sort_unstable_by_key(|&(place, strong)| (place, self.first_seen(strong), strong));
        for visitors in pairs.chunk_by(|one, two| one.0 == two.0) {
            let place = visitors[0].0;
            let join = if place.kind() == PersonKind::IpAgent && self.crowd(visitors) <= MOST_SUCCESSORS {
                Join::Record
            } else {
                Join::Address
            };
            self.link_visitors(place, visitors, join);
        }
    }

    fn link_visitors(&mut self, place: PersonKey, visitors: &[(PersonKey, PersonKey)], join: Join) {
        let mut slots = vec![place];
        // Behind an address a slot with an id of a scope takes no other of it, so that the search
        // goes on behind the last one.
        let mut next: HashMap<u64, usize> = HashMap::new();
        for &(_, visitor) in visitors.iter().filter(|(_, visitor)| !self.shared.contains(visitor)).collect::<Vec<_>>() {
            let Some(scope) = self.sightings.strong.get(&visitor).map(|alive| alive.scope) else { continue };
            let from = if join == Join::Address { next.get(&scope).copied().unwrap_or(0) } else { 0 };
            let taken = (from..slots.len()).find(|&slot| self.join(slots[slot], visitor, join));
            if taken.is_none() {
                slots.push(visitor);
            }
            next.insert(scope, taken.unwrap_or(slots.len() - 1) + 1);
        }
    }

    fn first_seen(&self, key: PersonKey) -> i64 {
        self.sightings.strong.get(&key).and_then(|alive| alive.span.first()).unwrap_or(i64::MAX)
    }

    /// The most ids of one scope among the visitors of a place.
    fn crowd(&self, visitors: &[(PersonKey, PersonKey)]) -> usize {
        let mut scopes: Vec<u64> =
            visitors.iter().filter_map(|(_, key)| self.sightings.strong.get(key)).map(|alive| alive.scope).collect();
        scopes.sort_unstable();
        scopes.chunk_by(|one, two| one == two).map(<[u64]>::len).max().unwrap_or(0)
    }

    /// Makes one group of two unless something keeps them apart; says whether they are one now.
    fn join(&mut self, one: PersonKey, two: PersonKey, join: Join) -> bool {
        let (Some(one), Some(two)) = (self.root(one), self.root(two)) else { return false };
        if one == two {
            return true;
        }
        if self.ids[one].len() + self.ids[two].len() > MOST_PARTNERS || self.are_apart(one, two, join) {
            return false;
        }
        let (root, other) = (one.min(two), one.max(two));
        self.parents[other] = root;
        let moved = std::mem::take(&mut self.ids[other]);
        self.ids[root].extend(moved);
        true
    }

    /// Rule 2.
    fn are_apart(&self, one: usize, two: usize, join: Join) -> bool {
        let alive = |key: &PersonKey| self.sightings.strong.get(key);
        self.ids[one].iter().any(|own| {
            self.ids[two].iter().any(|other| match (alive(own), alive(other)) {
                (Some(a), Some(b)) if a.scope == b.scope => match join {
                    _ if is_account(*own) => true,
                    Join::Account => false,
                    Join::Record => overlap(a.span, b.span),
                    Join::Address => true,
                },
                _ => false,
            })
        })
    }

    fn root(&mut self, key: PersonKey) -> Option<usize> {
        let mut at = self.keys.binary_search(&key).ok()?;
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        Some(at)
    }

    /// The root of a group is its smallest key, and keys sort by strength.
    fn persons(mut self) -> HashMap<PersonKey, PersonKey> {
        let mut persons = HashMap::new();
        for key in self.keys.clone() {
            if let Some(person) = self.root(key).map(|root| self.keys[root]).filter(|person| *person != key) {
                persons.insert(key, person);
            }
        }
        persons
    }
}

/// Rule 3: keys with too many partners of one scope.
fn shared(sightings: &Sightings) -> HashSet<PersonKey> {
    let mut partners: HashMap<(PersonKey, u64), usize> = HashMap::new();
    for &(one, two) in &sightings.pairs {
        for (key, partner) in [(one, two), (two, one)] {
            if let Some(alive) = sightings.strong.get(&partner) {
                *partners.entry((key, alive.scope)).or_default() += 1;
            }
        }
    }
    let crowded = partners.into_iter().filter(|((key, _), count)| is_strong(*key) && *count > MOST_PARTNERS);
    crowded.map(|((key, _), _)| key).collect()
}

/// Whether a key is an account or browser id, and not an address.
fn is_strong(key: PersonKey) -> bool {
    key.kind() <= PersonKind::Browser
}

fn is_account(key: PersonKey) -> bool {
    key.kind() <= PersonKind::Account
}

/// Whether two ids were alive at the same time; without times nobody can say that they were not.
fn overlap(one: Span, two: Span) -> bool {
    match (one.first().zip(one.last()), two.first().zip(two.last())) {
        (Some((a, b)), Some((c, d))) => a <= d && c <= b,
        _ => true,
    }
}

#[cfg(test)]
mod tests;
