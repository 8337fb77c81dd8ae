//! Groups: findings of device and context data are listed once for each value and person, with a
//! count. Which finding of a group comes first in the input is known when all were entered; there
//! may be as many groups as people and values.

use crate::sorter::Sorter;
use crate::spill::{Kept, Store};
use anyhow::{Context as _, Result};
use std::ops::Range;

/// How many positions are held, and how many are in a block of those that are not.
const HELD: usize = 1 << 17;
const BLOCK: usize = 1 << 12;

/// A group's id, the position of its first finding, and how many it has.
type Group = (u64, u64, u64);

/// The position of a group's first finding, and how many it has.
type First = (u64, u64);

/// Groups while they are counted.
#[derive(Debug)]
pub struct Groups(Sorter<Group>);

impl Default for Groups {
    fn default() -> Self {
        Groups(Sorter::new(|first, next| {
            let same = first.0 == next.0;
            if same {
                first.2 += next.2;
            }
            same
        }))
    }
}

impl Groups {
    /// Adds a finding of a group by its position.
    pub fn add(&mut self, id: u64, position: u64) {
        self.0.push((id, position, 1));
    }

    /// Adds the findings of another batch.
    pub fn merge(&mut self, other: Groups) {
        self.0.append(other.0);
    }

    /// Makes one of the findings of each group.
    pub fn fold(&mut self) {
        self.0.fold();
    }

    /// Puts groups away where they are many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn relieve(&mut self, store: &Store) -> Result<()> {
        self.0.relieve(store)
    }

    /// The first findings of all groups.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn firsts(self, store: &Store) -> Result<Firsts> {
        let mut by_position: Sorter<First> = Sorter::new(|_, _| false);
        self.0.visit(store, &mut |(_, position, count)| {
            by_position.push((position, count));
            by_position.relieve(store)
        })?;
        let mut firsts = Firsts::default();
        by_position.visit(store, &mut |first| {
            firsts.held.push(first);
            if firsts.held.len() >= HELD { firsts.put_away(store) } else { Ok(()) }
        })?;
        Ok(firsts)
    }
}

/// The first findings of groups by their positions.
#[derive(Debug, Default)]
pub struct Firsts {
    /// The last ones.
    held: Vec<First>,
    /// Those before them, with the first position of each block.
    blocks: Vec<(u64, Kept)>,
}

impl Firsts {
    fn put_away(&mut self, store: &Store) -> Result<()> {
        for block in self.held.chunks(BLOCK) {
            let bytes = postcard::to_stdvec(block).context("groups cannot be encoded")?;
            self.blocks.push((block[0].0, store.put(bytes)?));
        }
        self.held.clear();
        Ok(())
    }

    /// Those at some positions, with how many findings each group has.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn within(&self, positions: Range<u64>, store: &Store) -> Result<Vec<First>> {
        let mut found = Vec::new();
        let mut add = |firsts: &[First]| {
            let start = firsts.partition_point(|first| first.0 < positions.start);
            let end = firsts.partition_point(|first| first.0 < positions.end);
            found.extend_from_slice(&firsts[start..end]);
        };
        let start = self.blocks.partition_point(|(first, _)| *first <= positions.start).saturating_sub(1);
        for (_, block) in self.blocks[start..].iter().take_while(|(first, _)| *first < positions.end) {
            let block: Vec<First> = postcard::from_bytes(&store.get(block)?).context("groups are damaged")?;
            add(&block);
        }
        add(&self.held);
        Ok(found)
    }

    /// Gives back what waits in the store.
    pub fn release(self, store: &Store) {
        self.blocks.into_iter().for_each(|(_, block)| store.release(block));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_group_is_found_however_many_there_are() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::new(1000, dir.path().join("store"));
        let count = 3 * HELD as u64;
        let mut groups = Groups::default();
        // Each group has a finding in the first half and one in the second.
        for position in (0..2 * count).rev() {
            groups.add((position % count).wrapping_mul(0x9e37_79b9_7f4a_7c15), position);
            groups.relieve(&store).expect("put away");
        }
        let firsts = groups.firsts(&store).expect("sorted");
        assert!(!firsts.blocks.is_empty());
        for range in [0..10, 4090..4100, count - 5..count + 5, count..2 * count, 3..3] {
            let expected: Vec<First> = range.clone().filter(|position| *position < count).map(|at| (at, 2)).collect();
            assert_eq!(firsts.within(range, &store).expect("read"), expected);
        }
    }
}
