//! Cells in the order of their texts, whether they are in memory or were put away: every table is
//! written by going through the levels that it needs once.

use super::cells::{CellKey, Level};
use super::measure::Measure;
use crate::spill::{Kept, Store};
use crate::symbols::{Sym, SymbolCache};
use anyhow::{Context as _, Result};
use hashbrown::HashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::{slice, vec};

/// Sorted cells that were put away, in blocks.
pub(super) type Run = Vec<Kept>;

/// The cells of a block.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn read_block(store: &Store, block: &Kept) -> Result<Vec<(CellKey, Measure)>> {
    let bytes = store.get(block)?;
    let (mut cells, mut rest) = (Vec::new(), &*bytes);
    while !rest.is_empty() {
        let (cell, behind) = postcard::take_from_bytes(rest).context("a cell is damaged")?;
        cells.push(cell);
        rest = behind;
    }
    Ok(cells)
}

/// The alphabetical order of texts.
#[derive(Debug)]
pub struct Ranks {
    texts: Vec<Arc<str>>,
    ranks: HashMap<Sym, Sym>,
}

impl Ranks {
    /// The order of these texts, each of which may come several times.
    pub(super) fn of(syms: impl IntoIterator<Item = Sym>, symbols: &SymbolCache<'_>) -> Self {
        let mut named: Vec<(Arc<str>, Sym)> = syms.into_iter().map(|sym| (symbols.name(sym), sym)).collect();
        named.push((symbols.name(Sym::EMPTY), Sym::EMPTY));
        named.sort_unstable();
        named.dedup();
        let ranks = named.iter().zip(0..).map(|((_, sym), rank)| (*sym, Sym::numbered(rank))).collect();
        Ranks { texts: named.into_iter().map(|(text, _)| text).collect(), ranks }
    }

    /// The texts in their order; the first is empty.
    pub fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The place of a text among all.
    pub fn rank(&self, sym: Sym) -> Sym {
        self.ranks.get(&sym).copied().unwrap_or(Sym::EMPTY)
    }

    /// What cells are ordered by.
    pub(super) fn place(&self, key: &CellKey) -> Place {
        let key = key.with_syms(&|sym| self.rank(sym));
        (key.site, key)
    }
}

/// The place of a cell: its site first, also among cells of several levels.
pub(super) type Place = (Sym, CellKey);

/// All cells of a run, in order.
#[derive(Debug)]
pub struct SortedCounts<'s> {
    held: BTreeMap<Level, Vec<(CellKey, Measure)>>,
    runs: BTreeMap<Level, Vec<Run>>,
    ranks: Ranks,
    store: &'s Store,
}

impl<'s> SortedCounts<'s> {
    pub(super) fn new(
        held: BTreeMap<Level, Vec<(CellKey, Measure)>>,
        runs: BTreeMap<Level, Vec<Run>>,
        ranks: Ranks,
        store: &'s Store,
    ) -> Self {
        SortedCounts { held, runs, ranks, store }
    }

    /// The order of their texts.
    pub fn ranks(&self) -> &Ranks {
        &self.ranks
    }

    /// The levels of which there are cells.
    pub fn levels(&self) -> Vec<Level> {
        let mut levels: Vec<Level> = self.held.keys().chain(self.runs.keys()).copied().collect();
        levels.sort_unstable();
        levels.dedup();
        levels
    }

    /// The cells of some levels, site by site and in each site level by level.
    pub fn cells(&self, levels: &[Level]) -> InOrder<'_> {
        let mut sources = Vec::new();
        for level in levels {
            let held = self.held.get(level).into_iter().map(|cells| Source::held(cells));
            let runs = self.runs.get(level).into_iter().flatten().map(|run| Source::stored(run));
            sources.extend(held.chain(runs));
        }
        let mut cells = InOrder { counts: self, next: BinaryHeap::new(), sources, failure: None };
        for number in 0..cells.sources.len() {
            cells.advance(number);
        }
        cells
    }

    /// The cells of a level, to be taken up beside those of another by what their keys have in common.
    pub fn beside(&self, level: Level) -> Beside<'_> {
        Beside { cells: self.cells(&[level]), waiting: None }
    }

    /// Gives the room back that cells take in the store.
    pub(super) fn release(self) {
        self.runs.into_values().flatten().flatten().for_each(|block| self.store.release(block));
    }

    /// A key without what distinguishes levels.
    fn common(&self, key: &CellKey) -> Place {
        self.ranks.place(&CellKey { level: Level::Grain, tier: None, ..*key })
    }
}

/// Cells in order. Behind an error nothing comes any more.
#[derive(Debug)]
pub struct InOrder<'c> {
    counts: &'c SortedCounts<'c>,
    /// The first cell of each source that is not at its end.
    next: BinaryHeap<Reverse<(Place, usize)>>,
    sources: Vec<Source<'c>>,
    failure: Option<anyhow::Error>,
}

impl InOrder<'_> {
    /// Makes the next cell of a source one of those to choose from.
    fn advance(&mut self, number: usize) {
        match self.sources[number].read(self.counts.store) {
            Ok(Some(key)) => self.next.push(Reverse((self.counts.ranks.place(&key), number))),
            Ok(None) => {}
            Err(err) => self.failure = Some(err),
        }
    }

    fn take(&mut self, number: usize) -> Option<(CellKey, Measure)> {
        let cell = self.sources[number].first.take();
        self.advance(number);
        cell
    }
}

impl Iterator for InOrder<'_> {
    type Item = Result<(CellKey, Measure)>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(err) = self.failure.take() {
            self.next.clear();
            return Some(Err(err));
        }
        let Reverse((place, number)) = self.next.pop()?;
        let (key, mut measure) = self.take(number)?;
        while let Some(Reverse((other, number))) = self.next.peek()
            && *other == place
        {
            let number = *number;
            self.next.pop();
            if let Some((_, more)) = self.take(number) {
                measure.merge(&more);
            }
        }
        Some(Ok((key, measure)))
    }
}

/// Sorted cells, one by one.
#[derive(Debug)]
struct Source<'c> {
    held: slice::Iter<'c, (CellKey, Measure)>,
    blocks: slice::Iter<'c, Kept>,
    open: vec::IntoIter<(CellKey, Measure)>,
    first: Option<(CellKey, Measure)>,
}

impl<'c> Source<'c> {
    fn held(cells: &'c [(CellKey, Measure)]) -> Self {
        Source { held: cells.iter(), blocks: [].iter(), open: Vec::new().into_iter(), first: None }
    }

    fn stored(run: &'c [Kept]) -> Self {
        Source { held: [].iter(), blocks: run.iter(), open: Vec::new().into_iter(), first: None }
    }

    /// Reads the next cell, unless there is none, and says which it is.
    fn read(&mut self, store: &Store) -> Result<Option<CellKey>> {
        if self.open.len() == 0
            && let Some(block) = self.blocks.next()
        {
            self.open = read_block(store, block)?.into_iter();
        }
        self.first = self.open.next().or_else(|| self.held.next().cloned());
        Ok(self.first.as_ref().map(|(key, _)| *key))
    }
}

/// Cells of a level that are asked for by keys of another one, in ascending order.
#[derive(Debug)]
pub struct Beside<'c> {
    cells: InOrder<'c>,
    waiting: Option<(Place, (CellKey, Measure))>,
}

impl Beside<'_> {
    /// The cells with this key, except for level and tier.
    ///
    /// # Errors
    /// When cells cannot be read.
    pub fn of(&mut self, key: &CellKey) -> Result<Vec<(CellKey, Measure)>> {
        let counts = self.cells.counts;
        let place = counts.common(key);
        let mut found = Vec::new();
        loop {
            let (at, cell) = match self.waiting.take() {
                Some(waiting) => waiting,
                None => match self.cells.next().transpose()? {
                    Some(cell) => (counts.common(&cell.0), cell),
                    None => return Ok(found),
                },
            };
            if at > place {
                self.waiting = Some((at, cell));
                return Ok(found);
            }
            if at == place {
                found.push(cell);
            }
        }
    }
}
