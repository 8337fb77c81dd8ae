//! Persons by which pages they loaded how often: what the join needs to know of them, and no more.

use super::traffic::{self, kinds};
use crate::observation::PersonKind;
use hashbrown::HashMap;

/// Loads of one person above which their number is rounded up, so that few different ones remain.
const EXACT_LOADS: u64 = 16;

/// Persons grouped by their loads of each page.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// Page numbers with loads, and how many persons have them, in a fixed order.
    pub groups: Vec<(Vec<(usize, u64)>, u64)>,
    /// All persons.
    pub people: u64,
    /// By which kinds of keys they are told apart.
    pub kinds: Vec<(PersonKind, u64)>,
    /// The keys of all persons, ascending.
    pub keys: Vec<u64>,
}

impl Groups {
    /// Groups persons from one sorted list for each page.
    pub fn new(pages: &[Vec<(u64, u32)>]) -> Self {
        let mut all: Vec<(u64, usize, u64)> = Vec::new();
        for (page, people) in pages.iter().enumerate() {
            all.extend(people.iter().map(|&(key, loads)| (key, page, rounded(u64::from(loads)))));
        }
        all.sort_unstable();
        let mut counts: HashMap<Vec<(usize, u64)>, u64> = HashMap::new();
        let mut keys = Vec::new();
        for person in all.chunk_by(|a, b| a.0 == b.0) {
            keys.push(person[0].0);
            *counts.entry(person.iter().map(|&(_, page, loads)| (page, loads)).collect()).or_default() += 1;
        }
        let mut groups: Vec<_> = counts.into_iter().collect();
        groups.sort_unstable();
        Groups { groups, people: keys.len() as u64, kinds: kinds(keys.iter().copied()), keys }
    }

    /// The part of all persons that have the most frequent kind of key: where kinds are mixed, one
    /// person may have two, and only those of one kind are certainly different people.
    pub fn certain_part(&self) -> f64 {
        let most = self.kinds.iter().map(|(_, count)| *count).max().unwrap_or(0);
        if self.people == 0 { 1.0 } else { most as f64 / self.people as f64 }
    }

    /// The kinds of keys in words: `user:812 ip:7`.
    pub fn in_words(&self) -> String {
        let kinds = self.kinds.iter().map(|(kind, count)| format!("{}:{count}", kind.word()));
        kinds.collect::<Vec<_>>().join(" ")
    }
}

/// Few loads exactly, many rounded up to a power of two.
fn rounded(loads: u64) -> u64 {
    if loads <= EXACT_LOADS { loads } else { loads.next_power_of_two() }
}

/// Persons of several lists, with their loads added up.
pub fn union(lists: Vec<Vec<(u64, u32)>>) -> Vec<(u64, u32)> {
    match lists.len() {
        1 => lists.into_iter().next().unwrap_or_default(),
        _ => traffic::together(lists.iter().map(Vec::as_slice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::PersonKey;

    #[test]
    fn persons_are_grouped_by_what_they_loaded() {
        let key = |kind, number: u64| PersonKey::new(kind, number << 3).0;
        let (a, b, c) = (key(PersonKind::User, 1), key(PersonKind::User, 2), key(PersonKind::Ip, 3));
        let groups = Groups::new(&[vec![(a, 1), (b, 1), (c, 40)], vec![(b, 2)]]);
        assert_eq!(groups.people, 3);
        assert_eq!(groups.groups, [(vec![(0, 1)], 1), (vec![(0, 1), (1, 2)], 1), (vec![(0, 64)], 1)]);
        assert_eq!(groups.in_words(), "user:2 ip:1");
        assert!((groups.certain_part() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(Groups::new(&[]).certain_part(), 1.0);
    }
}
