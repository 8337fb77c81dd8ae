//! How often each person did something: a commutative monoid, like every set of people.

use crate::observation::PersonKey;

/// How often each person did something: a sorted list, which new entries join when about as many
/// of them wait as are sorted already.
#[derive(Clone, Debug, Default)]
pub struct PersonCounts {
    sorted: Vec<(u64, u32)>,
    waiting: Vec<(u64, u32)>,
}

impl PersonCounts {
    /// From a list in any order, in which an id may occur several times.
    pub fn from_list(list: Vec<(u64, u32)>) -> Self {
        PersonCounts { sorted: Vec::new(), waiting: list }
    }

    /// Adds one time.
    pub fn add(&mut self, key: PersonKey) {
        match self.waiting.last_mut() {
            Some((last, count)) if *last == key.0 => *count = count.saturating_add(1),
            _ => self.waiting.push((key.0, 1)),
        }
        if self.waiting.len() > self.sorted.len().max(64) {
            self.settle();
        }
    }

    /// Adds everything in another list.
    pub fn merge(&mut self, other: &PersonCounts) {
        self.waiting.extend_from_slice(&other.sorted);
        self.waiting.extend_from_slice(&other.waiting);
        self.settle();
    }

    fn settle(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.sorted.append(&mut self.waiting);
        self.sorted.sort_unstable_by_key(|&(key, _)| key);
        self.sorted.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1 = first.1.saturating_add(next.1);
            }
            same
        });
        self.waiting = Vec::new();
    }

    /// Keyed ids with their counts, in ascending order of ids.
    pub fn counts(&mut self) -> &[(u64, u32)] {
        self.settle();
        &self.sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_of_persons_add_up_however_they_are_split(ids in prop::collection::vec(0u64..40, 0..300), cut in 0usize..300) {
            let counts = |ids: &[u64]| {
                let mut counts = PersonCounts::default();
                ids.iter().for_each(|&id| counts.add(PersonKey(id)));
                counts
            };
            let cut = cut.min(ids.len());
            let mut whole = counts(&ids);
            let mut parts = counts(&ids[cut..]);
            parts.merge(&counts(&ids[..cut]));
            prop_assert_eq!(parts.counts(), whole.counts());
            prop_assert_eq!(whole.counts().iter().map(|(_, count)| u64::from(*count)).sum::<u64>(), ids.len() as u64);
        }
    }
}
