//! Cells: the keys by which things are counted. People and requests do not add up across rows, so
//! every table counts for itself: one exposing record is entered once in each cell of each
//! [`Level`] that it belongs to.

use super::counts::{Counts, Overflow};
use super::measure::{Measure, Tally};
use crate::class::{DataClass, Form, Tier};
use crate::observation::{Channel, PersonKey};
use crate::patterns::Confidence;
use crate::people::counts::PersonCounts;
use crate::symbols::Sym;
use anyhow::Result;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use indexmap::IndexMap;
use indexmap::map::Entry;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// Which table, and which kind of row in it, a cell is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// `ledger.parquet`: exposure key × page × day.
    Grain,
    /// `exposure.csv`.
    Exposure,
    /// `totals.csv`: everything in the row's scope.
    TotalAll,
    /// `totals.csv`: one owner.
    TotalOwner,
    /// `totals.csv`: one tier.
    TotalTier,
    /// `totals.csv`: one owner and data class.
    TotalOwnerClass,
    /// `vendors.csv`: every record that the vendor received.
    Contact,
    /// `vendors.csv`: exposing records.
    Vendor,
    /// `vendors.csv`: exposing records of one tier.
    VendorTier,
    /// `sites.csv`: every record that the vendor received from the site.
    SiteContact,
    /// `sites.csv`: exposing records.
    Site,
    /// `hosts.csv`: every record that the host received from the site.
    Host,
    /// `pages.csv`.
    Page,
    /// `days.csv`.
    Day,
    /// `events.csv`.
    Event,
    /// `visits.csv`.
    Visit,
    /// `visits.csv`: loads during which something was exposed.
    VisitExposing,
}

/// The key of a cell; what a level does not use is left at its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// The kind of row.
    pub level: Level,
    /// Site; empty for all sites.
    pub site: Sym,
    /// Page.
    pub page: Sym,
    /// Days since 1970 (UTC).
    pub day: Option<i32>,
    /// Vendor.
    pub vendor: Sym,
    /// The company behind the vendor.
    pub owner: Sym,
    /// The vendor's purpose.
    pub purpose: Sym,
    /// Data class.
    pub class: Option<DataClass>,
    /// Tier.
    pub tier: Option<Tier>,
    /// Form.
    pub form: Option<Form>,
    /// Channel.
    pub channel: Option<Channel>,
    /// Account at the vendor.
    pub account: Sym,
    /// Event in words; in visits the visitor's state; in `hosts.csv` why the host is the site's own.
    pub event: Sym,
    /// Text of the event's button or form; in `hosts.csv` the host; in visits the data classes in
    /// the page's own URL.
    pub text: Sym,
}

impl CellKey {
    /// A key of a level with nothing set.
    pub fn new(level: Level) -> Self {
        CellKey {
            level,
            site: Sym::EMPTY,
            page: Sym::EMPTY,
            day: None,
            vendor: Sym::EMPTY,
            owner: Sym::EMPTY,
            purpose: Sym::EMPTY,
            class: None,
            tier: None,
            form: None,
            channel: None,
            account: Sym::EMPTY,
            event: Sym::EMPTY,
            text: Sym::EMPTY,
        }
    }
}

impl CellKey {
    /// The texts of the key.
    pub fn syms(&self) -> [Sym; 8] {
        [self.site, self.page, self.vendor, self.owner, self.purpose, self.account, self.event, self.text]
    }

    /// The same key in the numbers of another table of texts.
    pub fn with_syms(&self, number: &impl Fn(Sym) -> Sym) -> CellKey {
        CellKey {
            site: number(self.site),
            page: number(self.page),
            vendor: number(self.vendor),
            owner: number(self.owner),
            purpose: number(self.purpose),
            account: number(self.account),
            event: number(self.event),
            text: number(self.text),
            ..*self
        }
    }

    /// Whether a sample of people is kept: for each owner, and each owner and data class, over all
    /// sites.
    fn has_sample(&self) -> bool {
        matches!(self.level, Level::TotalOwner | Level::TotalOwnerClass) && self.site.is_empty()
    }
}

/// How many routes are remembered.
const REMEMBERED: usize = 1 << 16;

/// The cells that records alike are counted in.
#[derive(Debug, Default)]
pub struct Route {
    /// The places of the finest cells, which keep the traces of a record: for each, which of the
    /// record's findings belong to it.
    pub grains: Vec<(usize, Vec<u32>)>,
    /// The places of all cells that these are part of, each once.
    pub sums: Vec<usize>,
}

/// So many cells a worker fills, with so many records, before it hands them over: more would be held
/// once by each worker.
const OWN: usize = 1 << 14;
const ENTERED: usize = 1 << 17;

/// Cells with the measure of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Group(IndexMap<CellKey, Measure, RandomState>);

impl Group {
    /// The place of a cell's measure, new or known.
    fn place(&mut self, key: CellKey) -> usize {
        let entry = self.0.entry(key);
        let place = entry.index();
        entry.or_insert_with(|| if key.has_sample() { Measure::with_sample() } else { Measure::default() });
        place
    }

    fn measure(&mut self, place: usize) -> &mut Measure {
        &mut self.0[place]
    }

    pub(super) fn add(&mut self, key: CellKey, measure: Measure) {
        match self.0.entry(key) {
            Entry::Occupied(mut entry) => entry.get_mut().merge(&measure),
            Entry::Vacant(entry) => {
                entry.insert(measure);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&CellKey, &Measure)> {
        self.0.iter()
    }

    pub(super) fn into_cells(self) -> impl Iterator<Item = (CellKey, Measure)> {
        self.0.into_iter()
    }
}

/// The cells that a worker fills, and those of all workers, which they join when they are many.
#[derive(Debug, Default)]
pub struct Cells {
    own: Group,
    /// How many records were entered into them.
    entered: usize,
    /// For each of the finest cells, the cells that it is part of. They count every record too, but
    /// have its traces (people, captures, times) only once the cells are handed over.
    sums: HashMap<usize, Box<[usize]>>,
    /// The visits of each person, where these are counted.
    visits: HashMap<CellKey, PersonCounts>,
    whole: Arc<Mutex<Counts>>,
    /// Routes by what records alike have in common; worked out once, since most records are alike.
    routes: IndexMap<Box<[u64]>, Rc<Route>, RandomState>,
}

impl Cells {
    /// A worker's cells, none yet, beside those of all workers.
    pub fn beside(whole: &Arc<Mutex<Counts>>) -> Self {
        Cells { whole: Arc::clone(whole), ..Cells::default() }
    }

    /// Hands the cells over if they are many; places and routes are void then.
    ///
    /// # Errors
    /// When cells that memory has no room for cannot be put away.
    pub fn relieve(&mut self, overflow: &Overflow<'_>) -> Result<()> {
        if self.own.0.len() <= OWN && self.entered <= ENTERED {
            return Ok(());
        }
        self.hand_over();
        self.whole.lock().unwrap_or_else(PoisonError::into_inner).relieve(overflow)
    }

    /// Hands all cells over; places and routes are void then.
    pub fn hand_over(&mut self) {
        self.routes.clear();
        self.entered = 0;
        self.sum_up();
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, measure) in std::mem::take(&mut self.own).into_cells() {
            whole.add(key, measure);
        }
        whole.add_visits(std::mem::take(&mut self.visits));
    }

    fn sum_up(&mut self) {
        for (grain, sums) in std::mem::take(&mut self.sums) {
            let traces = std::mem::take(self.own.measure(grain));
            sums.iter().for_each(|sum| self.own.measure(*sum).merge_traces(&traces));
            *self.own.measure(grain) = traces;
        }
    }

    /// Enters one record into a cell.
    pub fn add(&mut self, key: CellKey, tally: &Tally) {
        let place = self.own.place(key);
        self.own.measure(place).add(tally);
    }

    /// Enters one record by a route; `sample` tells the best of the findings with these numbers.
    pub fn enter(&mut self, route: &Route, tally: &Tally, sample: impl Fn(&[u32]) -> Option<(Confidence, u64)>) {
        self.entered += 1;
        for (place, findings) in &route.grains {
            self.own.measure(*place).add(&Tally { sample: sample(findings), ..*tally });
        }
        route.sums.iter().for_each(|place| self.own.measure(*place).count(tally));
    }

    /// Enters a visit of a person.
    pub fn add_visit(&mut self, key: CellKey, person: PersonKey) {
        self.visits.entry(key).or_default().add(person);
    }

    /// The place of one of the finest cells, and the places of those that it is part of; what they
    /// are is asked when it is new.
    pub fn grain(&mut self, key: CellKey, sums: impl FnOnce(&mut dyn FnMut(CellKey))) -> (usize, &[usize]) {
        let Cells { own, sums: known, .. } = self;
        let place = own.place(key);
        let sums = known.entry(place).or_insert_with(|| {
            let mut places = Vec::new();
            sums(&mut |key| places.push(own.place(key)));
            places.into()
        });
        (place, sums)
    }

    /// The route of records that have this in common, worked out when it is new.
    pub fn route(&mut self, common: &[u64], work_out: impl FnOnce(&mut Cells) -> Route) -> Rc<Route> {
        if let Some(known) = self.routes.get(common) {
            return Rc::clone(known);
        }
        let route = Rc::new(work_out(self));
        if self.routes.len() >= REMEMBERED {
            self.routes.clear();
        }
        self.routes.insert(common.into(), Rc::clone(&route));
        route
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::measure::Tally;
    use crate::observation::PersonKind;
    use crate::people::links::Links;
    use crate::people::set::Person;
    use crate::record::Sent;
    use crate::spill::Store;
    use crate::symbols::{SymbolCache, Symbols};

    fn tally(person: u64, time: i64, sent: Sent) -> Tally {
        Tally {
            sent,
            time: Some(time),
            person: Some(Person::alone(PersonKey::new(PersonKind::Ip, person << 8))),
            ..Tally::bare()
        }
    }

    #[test]
    fn what_the_finest_cells_trace_shows_in_their_sums() {
        let whole = Arc::default();
        let mut cells = Cells::beside(&whole);
        let grain = |day| CellKey { day: Some(day), ..CellKey::new(Level::Grain) };
        let total = CellKey::new(Level::TotalAll);
        let mut asked = 0;
        for (day, person, sent) in [(1, 1, Sent::Sent), (1, 2, Sent::Sent), (2, 1, Sent::Sent), (2, 3, Sent::Blocked)] {
            let (place, sums) = cells.grain(grain(day), |add| {
                asked += 1;
                add(total);
            });
            let route = Route { grains: vec![(place, vec![0])], sums: sums.to_vec() };
            cells.enter(&route, &tally(person, 100 + i64::from(day), sent), |_| Some((Confidence::Likely, person)));
        }
        assert_eq!(asked, 2);
        cells.hand_over();
        let symbols = Symbols::default();
        let store = Store::new(0, "unused".into());
        let counts: Counts = std::mem::take(&mut *whole.lock().expect("no worker has failed"));
        let counts = counts.sorted(&store, &SymbolCache::new(&symbols));
        let cells = |level| counts.cells(&[level]).collect::<Result<Vec<_>>>().expect("in memory");
        let mut days = cells(Level::Grain);
        let people = |measure: &mut Measure| measure.people.count(&Links::default()).people;
        assert_eq!(days.iter_mut().map(|(_, measure)| people(measure)).collect::<Vec<_>>(), [2, 1]);
        let mut totals = cells(Level::TotalAll);
        let sum = &mut totals[0].1;
        assert_eq!((sum.requests, sum.blocked, people(sum)), (3, 1, 2));
        assert_eq!((sum.span.first(), sum.span.last(), sum.sample()), (Some(101), Some(102), Some(1)));
    }
}
