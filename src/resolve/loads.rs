//! The page loads of a capture and what each of them sent: the evidence from which `estimate` learns
//! how often a page sends what to whom. A load that sent nothing is evidence too. Where there are
//! very many, they wait in the input's store, in blocks of neighbours.

use crate::class::DataClass;
use crate::exposure::cells::{CellKey, Cells, Level};
use crate::exposure::counts::Overflow;
use crate::exposure::measure::Tally;
use crate::record::Sent;
use crate::spill::{Kept, Store};
use crate::symbols::{Sym, SymbolCache};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A page that was loaded.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Load {
    /// The number of its record in the input.
    pub record: u64,
    /// The same for the same load, wherever it was recorded.
    pub id: u64,
    /// Site, page, day, state and data in the URL, as in `visits.csv`.
    pub key: CellKey,
    /// What it adds to a cell.
    pub tally: Tally,
}

/// Vendor, owner and data class; no class for the mere contact.
type Contact = (Sym, Sym, Option<DataClass>);

/// Requests that were sent, and those that were stopped.
type Requests = (u64, u64);

/// What a load sent to one vendor.
#[derive(Clone, Copy, Debug)]
pub struct SentTo {
    /// The vendor.
    pub vendor: Sym,
    /// The company behind it.
    pub owner: Sym,
    /// The data class; `None` for the mere contact.
    pub class: Option<DataClass>,
    /// Requests that were sent.
    pub sent: u64,
    /// Requests that were stopped.
    pub blocked: u64,
}

/// How many facts are held before they are put away, and how many are in a block.
const HELD: usize = 1 << 14;
const BLOCK: usize = 1 << 11;

/// What is known of one load.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Trace {
    /// The load itself, once its record was met.
    load: Option<Load>,
    sent: BTreeMap<Contact, Requests>,
}

/// Traces of loads, by the number of the load's record.
type Traces = BTreeMap<u64, Trace>;

/// The loads of a capture.
#[derive(Debug, Default)]
pub struct Loads {
    held: Traces,
    /// How many facts are held.
    facts: usize,
    /// Where others wait, with the first record of each block.
    blocks: Vec<(u64, Kept)>,
}

impl Loads {
    /// Adds a load.
    pub fn add(&mut self, load: Load) {
        self.held.entry(load.record).or_default().load = Some(load);
        self.facts += 1;
    }

    /// Notes a request during the load of this record: of these classes, or a mere contact.
    pub fn note(&mut self, load: u64, (vendor, owner): (Sym, Sym), classes: u64, sent: Sent) {
        let requests = match sent {
            Sent::Sent => (1, 0),
            Sent::Blocked => (0, 1),
            Sent::Unknown => (0, 0),
        };
        let trace = self.held.entry(load).or_default();
        let before = trace.sent.len();
        if classes == 0 {
            trace.count((vendor, owner, None), requests);
        }
        for class in DataClass::ALL.iter().filter(|class| classes & (1 << **class as u64) != 0) {
            trace.count((vendor, owner, Some(*class)), requests);
        }
        self.facts += trace.sent.len() - before;
    }

    /// Adds the loads of another batch of the same capture.
    pub fn merge(&mut self, other: Loads) {
        self.facts += other.facts;
        merge(&mut self.held, other.held);
        self.blocks.extend(other.blocks);
    }

    /// Puts what is held away where it is much.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn relieve(&mut self, store: &Store) -> Result<()> {
        if self.facts < HELD {
            return Ok(());
        }
        self.facts = 0;
        let (mut block, mut facts) = (Vec::new(), 0);
        let mut held = std::mem::take(&mut self.held).into_iter().peekable();
        while let Some((record, trace)) = held.next() {
            facts += 1 + trace.sent.len();
            block.push((record, trace));
            if facts >= BLOCK || held.peek().is_none() {
                let bytes = postcard::to_stdvec(&block).context("page loads cannot be encoded")?;
                self.blocks.push((block[0].0, store.put(bytes)?));
                (block, facts) = (Vec::new(), 0);
            }
        }
        Ok(())
    }

    /// Gives back what waits in the store.
    pub fn release(self, store: &Store) {
        self.blocks.into_iter().for_each(|(_, kept)| store.release(kept));
    }

    /// Visits what is known of each load, in the order of records.
    fn each(&self, store: &Store, visit: &mut dyn FnMut(u64, &Trace) -> Result<()>) -> Result<()> {
        let mut blocks: Vec<&(u64, Kept)> = self.blocks.iter().collect();
        blocks.sort_by_key(|(first, _)| *first);
        let mut blocks = blocks.into_iter().peekable();
        let mut open = Traces::new();
        let mut held = self.held.iter().peekable();
        loop {
            let known = [open.keys().next(), held.peek().map(|(record, _)| *record)].into_iter().flatten().min();
            let next = blocks.peek().map(|(first, _)| first);
            if let Some(&first) = next
                && known.is_none_or(|known| first <= *known)
            {
                let Some((_, kept)) = blocks.next() else { continue };
                merge(&mut open, read(store, kept)?);
                continue;
            }
            let Some(&record) = known else { return Ok(()) };
            let mut trace = open.remove(&record).unwrap_or_default();
            if let Some((_, more)) = held.next_if(|(held, _)| **held == record) {
                trace.merge(more);
            }
            visit(record, &trace)?;
        }
    }

    /// Counts the loads during which something was exposed, which is known only when all records
    /// of the capture are entered.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn enter_exposing(&self, store: &Store, cells: &mut Cells, overflow: &Overflow<'_>) -> Result<()> {
        self.each(store, &mut |_, trace| {
            let exposes = |(contact, requests): (&Contact, &Requests)| contact.2.is_some() && requests.0 > 0;
            if let Some(load) = trace.load.filter(|_| trace.sent.iter().any(exposes)) {
                cells.add(CellKey { level: Level::VisitExposing, ..load.key }, &load.tally);
            }
            cells.relieve(overflow)
        })
    }

    /// Visits each load with what it sent, in the order of records, vendors and classes.
    ///
    /// # Errors
    /// When the store cannot be read, or what the visitor says.
    pub fn visit(
        &self,
        store: &Store,
        symbols: &SymbolCache<'_>,
        visit: &mut dyn FnMut(&Load, &[SentTo]) -> Result<()>,
    ) -> Result<()> {
        self.each(store, &mut |_, trace| {
            let Some(load) = &trace.load else { return Ok(()) };
            let mut sent: Vec<SentTo> = trace
                .sent
                .iter()
                .map(|(&(vendor, owner, class), &(sent, blocked))| SentTo { vendor, owner, class, sent, blocked })
                .collect();
            sent.sort_by_cached_key(|sent| (symbols.name(sent.vendor), symbols.name(sent.owner), sent.class));
            visit(load, &sent)
        })
    }
}

impl Trace {
    fn count(&mut self, contact: Contact, requests: Requests) {
        let known = self.sent.entry(contact).or_default();
        known.0 += requests.0;
        known.1 += requests.1;
    }

    fn merge(&mut self, other: &Trace) {
        self.load = self.load.or(other.load);
        other.sent.iter().for_each(|(contact, requests)| self.count(*contact, *requests));
    }
}

fn merge(into: &mut Traces, other: Traces) {
    for (record, trace) in other {
        into.entry(record).or_default().merge(&trace);
    }
}

fn read(store: &Store, kept: &Kept) -> Result<Traces> {
    let traces: Vec<(u64, Trace)> = postcard::from_bytes(&store.get(kept)?).context("page loads are damaged")?;
    Ok(traces.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::Symbols;

    /// Many loads, each of which sends something to each vendor at some time.
    fn loads(count: u64, store: Option<&Store>) -> Loads {
        let symbols = Symbols::default();
        let vendors = ["b.example", "a.example"].map(|name| symbols.intern(name));
        let mut all = Loads::default();
        for number in 0..4 * count {
            let mut batch = Loads::default();
            let record = number * 7919 % count;
            if number < count {
                let tally = Tally::bare();
                batch.add(Load { record, id: record, key: CellKey::new(Level::Visit), tally });
            }
            let vendor = vendors[usize::from(number % 3 == 0)];
            batch.note(record, (vendor, vendor), number % 16, Sent::Sent);
            batch.note(0, (vendor, vendor), 0, Sent::Blocked);
            all.merge(batch);
            if let Some(store) = store {
                all.relieve(store).expect("put away");
            }
        }
        all
    }

    fn told(loads: &Loads, store: &Store) -> Vec<String> {
        let mut told = Vec::new();
        let seen = loads.each(store, &mut |record, trace| {
            told.push(format!("{record} {} {:?}", trace.load.is_some(), trace.sent));
            Ok(())
        });
        seen.expect("read");
        told
    }

    #[test]
    fn what_waits_in_a_store_is_told_like_what_is_held() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::new(1000, dir.path().join("store"));
        let (put_away, held) = (loads(20_000, Some(&store)), loads(20_000, None));
        assert!(put_away.blocks.len() > 8 && held.blocks.is_empty());
        let expected = told(&held, &store);
        assert_eq!(expected.len(), 20_000);
        assert!(told(&put_away, &store) == expected);
    }
}
