//! A run: what all workers share, and what each worker has to itself.

use crate::exposure::counts::Overflow;
use crate::findings::EncodedCells;
use crate::knowledge::Knowledge;
use crate::matching::people::People;
use crate::observe::Observer;
use crate::plan::Plan;
use crate::resolve::context::Context;
use crate::resolve::party::Sites;
use crate::resolve::resolver::{InputFacts, Resolver};
use crate::secret::Secret;
use crate::source::content::Meter;
use crate::source::pool::Pool;
use crate::spill::Store;
use crate::symbols::{SymbolCache, Symbols};
use crate::texts::Texts;
use std::path::PathBuf;
use std::rc::Rc;

/// What all workers share.
pub struct Run<'r> {
    /// What the user asked for.
    pub plan: &'r Plan,
    /// The vendor knowledge base.
    pub knowledge: &'r Knowledge,
    /// The people whose values are known.
    pub people: &'r People,
    /// The texts of the run.
    pub symbols: &'r Symbols,
    /// The user's key.
    pub secret: &'r Secret,
    /// Where observations wait.
    pub store: Store,
    /// Buffers for batches.
    pub pool: Pool,
    /// The texts on the disk, where the run can be continued.
    pub texts: Option<Texts>,
    /// A folder for what must be on the disk for a while.
    pub work: PathBuf,
    /// How much of the given files was read.
    pub meter: Meter,
    /// Is called when more was read.
    pub on_progress: &'r (dyn Fn() + Sync),
}

impl Run<'_> {
    /// Where cells go that memory has no room for.
    pub fn overflow<'o>(&'o self, symbols: &'o SymbolCache<'o>) -> Overflow<'o> {
        Overflow { limit: self.plan.cell_memory(), store: &self.store, symbols }
    }
}

/// What one worker has to itself: caches, none of which changes a result.
pub struct Worker<'r> {
    /// The run.
    pub run: &'r Run<'r>,
    /// The worker's view of the texts.
    pub symbols: Rc<SymbolCache<'r>>,
    /// The worker's memory of sites.
    pub sites: Sites<'r>,
    /// Turns records into observations.
    pub observer: Observer<'r>,
    /// The worker's memory of cells that recur in the rows of findings.
    pub cells: EncodedCells,
}

impl<'r> Worker<'r> {
    /// A worker with empty caches.
    pub fn new(run: &'r Run<'r>) -> Self {
        let symbols = Rc::new(SymbolCache::new(run.symbols));
        let sites = Sites::new(run.knowledge, Rc::clone(&symbols), &run.plan.sites);
        let observer = Observer::new(run, Rc::clone(&symbols));
        Worker { run, symbols, sites, observer, cells: EncodedCells::new(run.plan.csv.delimiter) }
    }

    /// A resolver for the batches of one input.
    pub fn resolver<'w>(&'w self, input: &'w InputFacts, context: &'w Context) -> Resolver<'w> {
        Resolver::new(input, context, &self.sites, &self.symbols, self.run.secret)
    }
}
