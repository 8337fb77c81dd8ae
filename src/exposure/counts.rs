//! Counts: the cells of all workers, inputs and stages. What takes more memory than it may is put
//! away in sorted runs, which are merged when the tables are written.

use super::cells::{CellKey, Group, Level};
use super::measure::Measure;
use super::sorted::{Ranks, Run, SortedCounts, read_block};
use crate::people::counts::PersonCounts;
use crate::spill::Store;
use crate::symbols::{Sym, SymbolCache};
use anyhow::{Context as _, Result};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;
use std::mem;

/// How many bytes of a run are read at a time. Their cells take several times as much, and of every
/// run a block is in memory when runs are merged.
const BLOCK: usize = 1 << 13;

/// How many runs of a level there are before they are made one.
const MOST_RUNS: usize = 32;

/// Where cells go that memory has no room for.
#[derive(Clone, Copy, Debug)]
pub struct Overflow<'o> {
    /// About how many bytes of cells are held in memory at most.
    pub limit: usize,
    /// Where the others go.
    pub store: &'o Store,
    /// The texts, whose order is that of the cells.
    pub symbols: &'o SymbolCache<'o>,
}

/// A cell with its measure.
pub type Cell<'c> = (&'c CellKey, &'c Measure);

/// Counted cells of one stage or one run.
#[derive(Debug, Default)]
pub struct Counts {
    levels: BTreeMap<Level, Group>,
    /// At most how many bytes these take.
    weight: usize,
    runs: BTreeMap<Level, Vec<Run>>,
    /// The texts of the cells in runs.
    syms: HashSet<Sym>,
    visits: HashMap<CellKey, PersonCounts>,
}

impl Counts {
    /// Adds what was counted in one cell.
    pub fn add(&mut self, key: CellKey, measure: Measure) {
        self.weight += measure.size();
        self.levels.entry(key.level).or_default().add(key, measure);
    }

    /// Adds everything in other cells.
    pub fn merge(&mut self, mut other: Counts) {
        // Most scans have one stage, whose cells need not be added one by one.
        if self.levels.is_empty() {
            (self.levels, self.weight) = (mem::take(&mut other.levels), other.weight);
        }
        for group in other.levels.into_values() {
            group.into_cells().for_each(|(key, measure)| self.add(key, measure));
        }
        for (level, mut runs) in other.runs {
            self.runs.entry(level).or_default().append(&mut runs);
        }
        self.syms.extend(other.syms);
        self.add_visits(other.visits);
    }

    /// Adds visits of persons.
    pub fn add_visits(&mut self, visits: HashMap<CellKey, PersonCounts>) {
        for (key, counts) in visits {
            self.visits.entry(key).or_default().merge(&counts);
        }
    }

    /// Takes the visits of all persons out, in no particular order.
    pub fn take_visits(&mut self) -> Vec<(CellKey, PersonCounts)> {
        self.visits.drain().collect()
    }

    /// Puts the cells away if there are many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn relieve(&mut self, overflow: &Overflow<'_>) -> Result<()> {
        if self.weight > overflow.limit {
            // What was added may have been in the same cells.
            self.weight = self.levels.values().flat_map(Group::iter).map(|(_, measure)| measure.size()).sum();
            if self.weight > overflow.limit / 2 {
                self.put_all_away(overflow)?;
            }
        }
        self.make_one(overflow)
    }

    fn put_all_away(&mut self, overflow: &Overflow<'_>) -> Result<()> {
        self.weight = 0;
        let levels = mem::take(&mut self.levels);
        let syms = texts(&levels);
        let ranks = Ranks::of(syms.iter().copied(), overflow.symbols);
        self.syms.extend(syms);
        for (level, group) in levels {
            let run = put_away(in_order(group, &ranks).into_iter().map(Ok), overflow.store)?;
            self.runs.entry(level).or_default().push(run);
        }
        Ok(())
    }

    /// Makes one run of those of each level, if there are many.
    fn make_one(&mut self, overflow: &Overflow<'_>) -> Result<()> {
        if self.runs.values().all(|runs| runs.len() < MOST_RUNS) {
            return Ok(());
        }
        let ranks = Ranks::of(self.syms.iter().copied(), overflow.symbols);
        let many = SortedCounts::new(BTreeMap::new(), mem::take(&mut self.runs), ranks, overflow.store);
        for level in many.levels() {
            self.runs.insert(level, vec![put_away(many.cells(&[level]), overflow.store)?]);
        }
        many.release();
        Ok(())
    }

    /// All cells in the order of their texts.
    pub fn sorted<'s>(self, store: &'s Store, symbols: &SymbolCache<'_>) -> SortedCounts<'s> {
        let Counts { levels, runs, mut syms, .. } = self;
        syms.extend(texts(&levels));
        let ranks = Ranks::of(syms, symbols);
        let held = levels.into_iter().map(|(level, group)| (level, in_order(group, &ranks))).collect();
        SortedCounts::new(held, runs, ranks, store)
    }

    /// Passes on all cells in parts that fit into memory. Parts of one cell may be in several.
    ///
    /// # Errors
    /// When the store cannot be read, or what the visitor says.
    pub fn each_part(&self, store: &Store, visit: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>) -> Result<()> {
        for block in self.runs.values().flatten().flatten() {
            let cells = read_block(store, block)?;
            visit(&cells.iter().map(|(key, measure)| (key, measure)).collect::<Vec<_>>())?;
        }
        visit(&self.levels.values().flat_map(Group::iter).collect::<Vec<_>>())
    }
}

/// The texts of some cells.
fn texts(levels: &BTreeMap<Level, Group>) -> HashSet<Sym> {
    let mut syms = HashSet::new();
    for (key, measure) in levels.values().flat_map(Group::iter) {
        syms.extend(key.syms());
        syms.extend(measure.accounts.syms().chain(measure.events.syms()));
    }
    syms
}

/// The cells of a level in the order of their texts.
fn in_order(group: Group, ranks: &Ranks) -> Vec<(CellKey, Measure)> {
    let mut cells: Vec<(CellKey, Measure)> = group.into_cells().collect();
    cells.sort_by_cached_key(|(key, _)| ranks.place(key));
    cells
}

/// Puts sorted cells away in blocks.
fn put_away(cells: impl Iterator<Item = Result<(CellKey, Measure)>>, store: &Store) -> Result<Run> {
    let (mut run, mut block) = (Run::new(), Vec::new());
    for cell in cells {
        block = postcard::to_extend(&cell?, block).context("a cell cannot be encoded")?;
        if block.len() >= BLOCK {
            run.push(store.put(mem::take(&mut block))?);
        }
    }
    if !block.is_empty() {
        run.push(store.put(block)?);
    }
    Ok(run)
}

#[cfg(test)]
mod tests;
