//! Sorting more than memory should hold: facts are kept up to a limit, then put into a store as a
//! sorted run, and the runs are merged when all are there.

use crate::spill::{Kept, Store};
use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// How many facts are held, and how many of a run are read at a time.
const HELD: usize = 1 << 17;
const BLOCK: usize = 1 << 12;

/// Makes one fact of two neighbours, where they are one: the first takes up the second.
pub type Fold<T> = fn(&mut T, &T) -> bool;

/// Facts that are being sorted.
#[derive(Debug)]
pub struct Sorter<T> {
    held: Vec<T>,
    fold: Fold<T>,
    /// How many were left when they were last folded.
    folded: usize,
    runs: Vec<VecDeque<Kept>>,
}

impl<T: Copy + Ord + Serialize + DeserializeOwned> Sorter<T> {
    /// Nothing so far.
    pub fn new(fold: Fold<T>) -> Self {
        Sorter { held: Vec::new(), fold, folded: 0, runs: Vec::new() }
    }

    /// Adds a fact.
    pub fn push(&mut self, fact: T) {
        self.held.push(fact);
    }

    /// Adds the facts of another sorter.
    pub fn append(&mut self, mut other: Self) {
        self.held.append(&mut other.held);
        self.runs.append(&mut other.runs);
    }

    /// Sorts what is held and makes one of what is one.
    pub fn fold(&mut self) {
        self.held.sort_unstable();
        self.held.dedup_by(|next, first| (self.fold)(first, next));
        self.folded = self.held.len();
    }

    /// Puts what is held away where it is much.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn relieve(&mut self, store: &Store) -> Result<()> {
        if self.held.len() < self.folded + HELD {
            return Ok(());
        }
        self.fold();
        // Much of it may have been the same.
        if self.held.len() < HELD {
            return Ok(());
        }
        let blocks = self.held.chunks(BLOCK).map(|block| {
            let bytes = postcard::to_stdvec(block).context("facts cannot be encoded")?;
            store.put(bytes)
        });
        self.runs.push(blocks.collect::<Result<_>>()?);
        self.held.clear();
        self.folded = 0;
        Ok(())
    }

    /// Visits all facts in order and gives back what they took.
    ///
    /// # Errors
    /// When the store cannot be read, or what the visitor says.
    pub fn visit(mut self, store: &Store, visit: &mut dyn FnMut(T) -> Result<()>) -> Result<()> {
        self.fold();
        let mut runs: Vec<Run<T>> = std::mem::take(&mut self.runs).into_iter().map(Run::stored).collect();
        runs.push(Run { blocks: VecDeque::new(), open: std::mem::take(&mut self.held).into() });
        let mut heads = BinaryHeap::new();
        for (number, run) in runs.iter_mut().enumerate() {
            heads.extend(run.next(store)?.map(|fact| Reverse((fact, number))));
        }
        let mut last: Option<T> = None;
        while let Some(Reverse((fact, number))) = heads.pop() {
            heads.extend(runs[number].next(store)?.map(|fact| Reverse((fact, number))));
            if !last.as_mut().is_some_and(|last| (self.fold)(last, &fact)) {
                last.replace(fact).map_or(Ok(()), &mut *visit)?;
            }
        }
        last.map_or(Ok(()), visit)
    }
}

/// Sorted facts, a block of which is in memory.
struct Run<T> {
    blocks: VecDeque<Kept>,
    open: VecDeque<T>,
}

impl<T: DeserializeOwned> Run<T> {
    fn stored(blocks: VecDeque<Kept>) -> Self {
        Run { blocks, open: VecDeque::new() }
    }

    fn next(&mut self, store: &Store) -> Result<Option<T>> {
        if self.open.is_empty()
            && let Some(block) = self.blocks.pop_front()
        {
            self.open = postcard::from_bytes(&store.get(&block)?).context("facts are damaged")?;
            store.release(block);
        }
        Ok(self.open.pop_front())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_come_in_order_and_folded_however_many_there_are() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::new(1000, dir.path().join("store"));
        let count = 5 * HELD as u64;
        let mut sorter = Sorter::new(|one: &mut (u64, u64), two| {
            let same = one.0 == two.0;
            one.1 += if same { two.1 } else { 0 };
            same
        });
        for number in 0..count {
            let mut batch = Sorter::new(sorter.fold);
            batch.push((number.wrapping_mul(2_654_435_761) % (2 * HELD as u64), 1));
            sorter.append(batch);
            sorter.relieve(&store).expect("put away");
        }
        assert!(!sorter.runs.is_empty());
        let mut seen = Vec::new();
        let visited = sorter.visit(&store, &mut |fact| {
            seen.push(fact);
            Ok(())
        });
        visited.expect("read");
        assert!(seen.is_sorted_by(|one, two| one.0 < two.0));
        assert_eq!(seen.iter().map(|fact| fact.1).sum::<u64>(), count);
    }
}
