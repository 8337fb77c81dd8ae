//! Writing: the last stage. Findings become rows, which are passed on in the order of the records.

use super::{InputKind, InputOutcome, InputRun, LoadsStage, Progress};
use crate::board::Board;
use crate::entries::Encoded;
use crate::findings::RowMaker;
use crate::load_rows::LoadRows;
use crate::observation::Entry;
use crate::run::Worker;
use anyhow::Result;
use std::sync::Arc;

impl InputRun {
    /// Makes the rows of a batch and passes on all rows whose turn it is. Says what became of the
    /// input when these were its last.
    ///
    /// # Errors
    /// When spilled observations cannot be read or a table cannot be written.
    pub fn write(&self, batch: usize, worker: &Worker<'_>, board: &Board<'_>) -> Result<Option<InputOutcome>> {
        let groups = {
            let progress = self.progress();
            let (positions, firsts) = (progress.observed.positions(batch), Arc::clone(&progress.firsts));
            drop(progress);
            firsts.within(positions, self.store(worker))?
        };
        let mut maker = RowMaker::new(worker, &self.input.name, &groups, worker.run.plan.csv.delimiter);
        let has_rows = |encoded: &Encoded<'_>, hit: u64| {
            let next = groups.get(groups.partition_point(|first| first.0 < hit));
            encoded.has_own_rows || next.is_some_and(|first| first.0 < hit + encoded.hits)
        };
        self.each_entry(batch, worker, true, &has_rows, &mut |resolver, entry, base, hit| {
            match entry {
                Entry::Observed(seen) => maker.observed(resolver, &seen, &base.place(&seen.at), hit),
                Entry::Rejected(at, reason) => maker.rejected(&base.place(&at), reason),
            }
            Ok(())
        })?;
        let mut progress = self.progress();
        progress.rows.insert(batch, maker.finish());
        progress.in_flight -= 1;
        // Whoever is passing rows on takes these too when their turn has come.
        if std::mem::replace(&mut progress.is_passing, true) {
            return Ok(None);
        }
        while let Some(rows) = {
            let turn = progress.rows_passed;
            progress.rows.remove(&turn)
        } {
            drop(progress);
            board.sink().append(&rows)?;
            progress = self.progress();
            progress.rows_passed += 1;
        }
        progress.is_passing = false;
        Ok(self.outcome_at_end(&mut progress, worker))
    }

    /// Writes the page loads. Says what became of the input when nothing else was left of it.
    ///
    /// # Errors
    /// When spilled loads cannot be read or the table cannot be written.
    pub fn write_loads(&self, worker: &Worker<'_>, board: &Board<'_>) -> Result<Option<InputOutcome>> {
        let loads = std::mem::take(&mut self.progress().traces.loads);
        let capture = self.resolved.get().map_or(0, |resolved| resolved.facts.id);
        let mut rows = LoadRows::new(worker, board, capture, &self.input.name);
        loads.visit(self.store(worker), &worker.symbols, &mut |load, sent| rows.load(load, sent))?;
        rows.finish()?;
        loads.release(self.store(worker));
        let mut progress = self.progress();
        progress.loads = LoadsStage::Written;
        Ok(self.outcome_at_end(&mut progress, worker))
    }

    fn outcome_at_end(&self, progress: &mut Progress, worker: &Worker<'_>) -> Option<InputOutcome> {
        if progress.rows_passed < progress.observed.len() || progress.loads != LoadsStage::Written {
            return None;
        }
        if let Some(firsts) = Arc::into_inner(std::mem::take(&mut progress.firsts)) {
            firsts.release(self.store(worker));
        }
        Some(self.outcome(progress))
    }

    fn outcome(&self, progress: &Progress) -> InputOutcome {
        let Some(resolved) = self.resolved.get() else { return InputOutcome::default() };
        let mut coverage = resolved.summary.coverage;
        coverage.pageless = progress.traces.pageless;
        InputOutcome {
            kind: InputKind::Traffic,
            role: Some(self.role),
            format: resolved.format.to_owned(),
            producer: resolved.summary.producer.clone().unwrap_or_default(),
            totals: resolved.totals.clone(),
            records: resolved.summary.records,
            rejected: resolved.summary.rejected,
            span: resolved.summary.span,
            coverage,
            findings: progress.traces.findings,
            sightings: Arc::clone(&resolved.sightings),
            trouble: String::new(),
        }
    }
}
