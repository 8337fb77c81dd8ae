//! The page loads of a capture and what each of them sent: the evidence from which `estimate` learns
//! how often a page sends what to whom. A load that sent nothing is evidence too.

use crate::class::DataClass;
use crate::exposure::cells::{CellKey, Cells, Level};
use crate::exposure::measure::Tally;
use crate::record::Sent;
use crate::report::cell::Cell;
use crate::symbols::{Sym, SymbolCache};
use anyhow::Result;
use hashbrown::HashMap;

/// A page that was loaded.
#[derive(Clone, Copy, Debug)]
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

/// Requests that were sent, and those that were stopped.
type Requests = (u64, u64);

/// The loads of a capture.
#[derive(Debug, Default)]
pub struct Loads {
    loads: Vec<Load>,
    /// By the load's record, vendor and owner, and data class; no class for the mere contact.
    sent: HashMap<(u64, Sym, Sym, Option<DataClass>), Requests>,
}

impl Loads {
    /// Adds a load.
    pub fn add(&mut self, load: Load) {
        self.loads.push(load);
    }

    /// Notes a request during the load of this record: of these classes, or a mere contact.
    pub fn note(&mut self, load: u64, (vendor, owner): (Sym, Sym), classes: u64, sent: Sent) {
        let mut add = |class: Option<DataClass>| {
            let requests = self.sent.entry((load, vendor, owner, class)).or_default();
            match sent {
                Sent::Sent => requests.0 += 1,
                Sent::Blocked => requests.1 += 1,
                Sent::Unknown => {}
            }
        };
        if classes == 0 {
            add(None);
        }
        for class in DataClass::ALL.iter().filter(|class| classes & (1 << **class as u64) != 0) {
            add(Some(*class));
        }
    }

    /// Adds the loads of another batch of the same capture.
    pub fn merge(&mut self, other: Loads) {
        self.loads.extend(other.loads);
        for (key, (sent, blocked)) in other.sent {
            let requests = self.sent.entry(key).or_default();
            requests.0 += sent;
            requests.1 += blocked;
        }
    }

    /// Counts the loads during which something was exposed, which is known only when all records
    /// of the capture are entered.
    pub fn enter_exposing(&self, cells: &mut Cells) {
        let exposing = self.sent.iter().filter(|((.., class), (sent, _))| class.is_some() && *sent > 0);
        let exposing: hashbrown::HashSet<u64> = exposing.map(|((load, ..), _)| *load).collect();
        for load in self.loads.iter().filter(|load| exposing.contains(&load.record)) {
            cells.add(CellKey { level: Level::VisitExposing, ..load.key }, &load.tally);
        }
    }

    /// Passes on the rows of `loads.csv`, in the order of records, vendors and classes.
    ///
    /// # Errors
    /// When a row cannot be written.
    pub fn rows(
        &self,
        input: &str,
        capture: u64,
        symbols: &SymbolCache<'_>,
        write: &mut dyn FnMut(&[Cell<'_>]) -> Result<()>,
    ) -> Result<()> {
        let mut loads: Vec<&Load> = self.loads.iter().collect();
        loads.sort_by_key(|load| load.record);
        let mut sent: Vec<_> = self
            .sent
            .iter()
            .map(|(&(load, vendor, owner, class), &requests)| {
                (load, symbols.name(vendor), symbols.name(owner), class, requests)
            })
            .collect();
        sent.sort_by(|a, b| (a.0, &a.1, &a.2, a.3).cmp(&(b.0, &b.1, &b.2, b.3)));
        for load in loads {
            let names = [load.key.site, load.key.page, load.key.event, load.key.text].map(|sym| symbols.name(sym));
            let start = sent.partition_point(|(record, ..)| *record < load.record);
            let own = sent[start..].iter().take_while(|(record, ..)| *record == load.record);
            let mut row = |vendor: &str, owner: &str, class: &'static str, requests: Option<Requests>| {
                write(&[
                    Cell::Id(capture),
                    Cell::Text(input),
                    Cell::Id(load.id),
                    Cell::time(load.tally.time),
                    Cell::Text(&names[0]),
                    Cell::Text(&names[1]),
                    Cell::Text(&names[2]),
                    Cell::Text(&names[3]),
                    Cell::Text(vendor),
                    Cell::Text(owner),
                    Cell::Word(class),
                    Cell::count(requests.map(|(sent, _)| sent)),
                    Cell::count(requests.map(|(_, blocked)| blocked)),
                ])
            };
            row("", "", "", None)?;
            for (_, vendor, owner, class, requests) in own {
                row(vendor, owner, class.map_or("", DataClass::word), Some(*requests))?;
            }
        }
        Ok(())
    }
}
