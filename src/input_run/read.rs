//! Reading: the first stage. Batches are observed by whoever asks for one, until there are no more.

use super::{InputRun, Progress, ResolvedInput, Stage};
use crate::observed::{BatchBase, ObservedBatch};
use crate::plan::PersonKeySpec;
use crate::resolve::context::Context;
use crate::resolve::pages::PAGES_PER_SITE;
use crate::resolve::resolver::InputFacts;
use crate::run::Worker;
use anyhow::Result;
use std::sync::Arc;

/// The domain of capture ids among the keyed hashes: the same content is the same capture.
const CAPTURE: u8 = b'c';

impl InputRun {
    /// Reads the next batch and observes its records.
    ///
    /// # Errors
    /// When observations cannot be spilled.
    pub fn read(&self, worker: &Worker<'_>) -> Result<()> {
        let (batch, format) = (self.queue.next(), self.queue.format());
        let observed = match &batch {
            Some(batch) => {
                let is_full = self.progress().observed.is_harvest_full();
                let seen = worker.observer.batch(batch, format, self.role, is_full);
                let base = BatchBase {
                    records: batch.records_before,
                    offset: batch.offset,
                    first_number: format.first_number(),
                    ..BatchBase::default()
                };
                let (kept, summary) = (self.store(worker).put(seen.entries)?, Box::new(seen.summary));
                let content = batch.content;
                Some(ObservedBatch { kept: Some(kept), summary: Some(summary), hits: seen.hits, base, content })
            }
            None => None,
        };
        let mut progress = self.progress();
        (worker.run.on_progress)();
        match (batch, observed) {
            (Some(batch), Some(observed)) => {
                progress.observed.add(batch.index, observed);
                worker.run.pool.give(batch.into_buffers());
            }
            _ => progress.exhausted = true,
        }
        let due = self.partial.as_ref().filter(|partial| partial.is_due(&progress.observed));
        let state = due.map(|partial| (partial, progress.observed.offset(), progress.observed.encode_whole()));
        progress.in_flight -= 1;
        if progress.exhausted && progress.in_flight == 0 {
            self.end_reading(&mut progress, worker);
        }
        drop(progress);
        match state {
            Some((partial, offset, observed)) => partial.save(worker.run, observed?, offset),
            None => Ok(()),
        }
    }

    /// Settles what all batches together tell; from here on the input's records have neighbours.
    fn end_reading(&self, progress: &mut Progress, worker: &Worker<'_>) {
        let mut summary = progress.observed.take_summary();
        let totals = self.queue.totals();
        let mut context = Context::new(&summary, &worker.symbols);
        context.name_digests(worker.run, &mut summary, &worker.symbols);
        let facts = InputFacts {
            id: worker.run.secret.hash(CAPTURE, &totals.content),
            role: self.role,
            content: totals.content,
            panel: worker.run.plan.panel,
            names_users: summary.coverage.users > 0,
            opened_hosts: std::mem::take(&mut summary.opened_hosts),
            visitors: worker.run.plan.visitors.is_some(),
            explicit_key: worker.run.plan.person_key != PersonKeySpec::Auto,
            other_pages: std::mem::take(&mut summary.named).others(PAGES_PER_SITE, &worker.symbols),
        };
        summary.coverage.other_pages = facts.other_pages.len() as u64;
        let format = self.queue.format().name();
        let sightings = Arc::new(std::mem::take(&mut summary.sightings));
        let _ = self.resolved.set(ResolvedInput { facts, context, summary, sightings, totals, format });
        progress.stage = Stage::Entering;
        progress.handed_out = 0;
    }
}
