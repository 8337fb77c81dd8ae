//! Entering: the second stage. What was observed is counted, now that its neighbours are known.

use super::{InputRun, Stage};
use crate::exposure::cells::Cells;
use crate::observation::Entry;
use crate::resolve::enter::Traces;
use crate::run::Worker;
use anyhow::Result;
use std::sync::Arc;

impl InputRun {
    /// Enters a batch of observations into the cells.
    ///
    /// # Errors
    /// When spilled observations cannot be read.
    pub fn enter(&self, batch: usize, worker: &Worker<'_>, cells: &mut Cells) -> Result<()> {
        let mut traces = Traces::default();
        let overflow = worker.run.overflow(&worker.symbols);
        self.each_entry(batch, worker, false, &|_, _| true, &mut |resolver, entry, base, hit| {
            if let Entry::Observed(seen) = entry {
                let place = base.place(&seen.at);
                resolver.enter(&seen, (place.record, place.offset), hit, cells, &mut traces);
                cells.relieve(&overflow)?;
            }
            Ok(())
        })?;
        traces.groups.fold();
        let mut progress = self.progress();
        progress.traces.merge(traces);
        progress.traces.relieve(self.store(worker))?;
        progress.in_flight -= 1;
        if progress.in_flight == 0 && progress.handed_out == progress.observed.len() {
            let traces = &mut progress.traces;
            traces.loads.enter_exposing(self.store(worker), cells, &overflow)?;
            let groups = std::mem::take(&mut traces.groups);
            progress.firsts = Arc::new(groups.firsts(self.store(worker))?);
            progress.stage = Stage::Writing;
            progress.handed_out = 0;
        }
        Ok(())
    }
}
