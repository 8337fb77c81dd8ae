//! Sets that merge: sorted ids (people, captures) and short lists of accounts or events. Every set
//! is a commutative monoid, so that threads, inputs and ledgers merge in any order.

use crate::symbols::Sym;
use serde::{Deserialize, Serialize};

/// A set of ids that is mostly fed with the id it saw last. New ids wait unsorted until there are
/// about as many as are sorted already.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<T>", into = "Vec<T>", bound(serialize = "T: Copy + Ord + Serialize"))]
pub struct IdSet<T = u64> {
    /// First those that are sorted, then those that wait.
    ids: Vec<T>,
    sorted: usize,
}

impl<T: Copy + Ord> From<IdSet<T>> for Vec<T> {
    fn from(mut set: IdSet<T>) -> Self {
        set.settle();
        set.ids
    }
}

impl<T> From<Vec<T>> for IdSet<T> {
    /// Takes ids in any order; they are sorted when they are asked for.
    fn from(ids: Vec<T>) -> Self {
        IdSet { ids, sorted: 0 }
    }
}

impl<T: Copy + Ord> IdSet<T> {
    /// Adds one id.
    pub fn insert(&mut self, id: T) {
        if self.ids.last() == Some(&id) {
            return;
        }
        push(&mut self.ids, id);
        self.settle_if_many();
    }

    /// Adds everything in another set.
    pub fn merge(&mut self, other: &IdSet<T>) {
        self.ids.extend_from_slice(&other.ids);
        self.settle_if_many();
    }

    fn settle_if_many(&mut self) {
        if self.ids.len() - self.sorted > self.sorted.max(16) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        if self.sorted < self.ids.len() {
            self.ids.sort_unstable();
            self.ids.dedup();
            self.sorted = self.ids.len();
        }
    }

    /// The ids in ascending order.
    pub fn ids(&mut self) -> &[T] {
        self.settle();
        &self.ids
    }

    /// Visits every id at least once, in no useful order.
    pub fn each(&self, mut visit: impl FnMut(&T)) {
        self.ids.iter().for_each(&mut visit);
    }

    /// At most how many different ids there are.
    pub fn room(&self) -> usize {
        self.ids.len()
    }

    /// How many different ids there are.
    pub fn len(&mut self) -> u64 {
        self.ids().len() as u64
    }

    /// Whether nothing was ever added.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Appends to a list of which there are very many, most of them with one element.
fn push<T>(list: &mut Vec<T>, element: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(element);
}

/// How many symbols a [`SymSet`] keeps; a stranger's log may name millions.
const KEPT: usize = 64;

/// A short list of texts: the 64 with the smallest hashes, so that which ones are kept does
/// not depend on the order, and a note whether there were more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymSet {
    /// In ascending order.
    kept: Vec<(u64, Sym)>,
    more: bool,
}

impl SymSet {
    /// Adds a text with a hash of it that is the same in every run.
    pub fn insert(&mut self, hash: u64, sym: Sym) {
        let Err(place) = self.kept.binary_search(&(hash, sym)) else { return };
        if place == self.kept.len() {
            push(&mut self.kept, (hash, sym));
        } else {
            self.kept.insert(place, (hash, sym));
        }
        if self.kept.len() > KEPT {
            self.kept.pop();
            self.more = true;
        }
    }

    /// Adds everything in another set.
    pub fn merge(&mut self, other: &SymSet) {
        for &(hash, sym) in &other.kept {
            self.insert(hash, sym);
        }
        self.more |= other.more;
    }

    /// The texts that were kept, in no useful order.
    pub fn syms(&self) -> impl Iterator<Item = Sym> {
        self.kept.iter().map(|&(_, sym)| sym)
    }

    /// The same texts in the numbers of another table.
    pub fn with_syms(self, number: &impl Fn(Sym) -> Sym) -> Self {
        let mut kept: Vec<(u64, Sym)> = self.kept.into_iter().map(|(hash, sym)| (hash, number(sym))).collect();
        kept.sort_unstable();
        SymSet { kept, ..self }
    }

    /// How many bytes it takes up beside itself.
    pub fn size(&self) -> usize {
        self.kept.len() * size_of::<(u64, Sym)>()
    }

    /// Whether texts were left out.
    pub fn has_more(&self) -> bool {
        self.more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set_of(ids: &[u64]) -> IdSet {
        let mut set = IdSet::default();
        ids.iter().for_each(|&id| set.insert(id));
        set
    }

    proptest! {
        #[test]
        fn id_sets_count_distinct_numbers_however_they_are_split(ids in prop::collection::vec(0u64..500, 0..300), cut in 0usize..300) {
            let cut = cut.min(ids.len());
            let expected: Vec<u64> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let mut whole = set_of(&ids);
            prop_assert_eq!(whole.ids(), &expected[..]);
            let (left, right) = (set_of(&ids[..cut]), set_of(&ids[cut..]));
            let mut one = left.clone();
            one.merge(&right);
            let mut two = right.clone();
            two.merge(&left);
            two.merge(&IdSet::default());
            prop_assert_eq!(one.ids(), &expected[..]);
            prop_assert_eq!(two.ids(), &expected[..]);
        }

        #[test]
        fn short_lists_keep_the_same_texts_in_any_order(hashes in prop::collection::btree_set(any::<u64>(), 0..200)) {
            let symbols = crate::symbols::Symbols::default();
            let syms: Vec<(u64, Sym)> = hashes.iter().map(|h| (*h, symbols.intern(&h.to_string()))).collect();
            let mut forward = SymSet::default();
            syms.iter().for_each(|&(h, s)| forward.insert(h, s));
            let (mut odd, mut even) = (SymSet::default(), SymSet::default());
            for (i, &(h, s)) in syms.iter().rev().enumerate() {
                if i % 2 == 0 { even.insert(h, s) } else { odd.insert(h, s) }
            }
            odd.merge(&even);
            prop_assert_eq!(&forward, &odd);
            prop_assert_eq!(forward.has_more(), hashes.len() > KEPT);
        }
    }
}
