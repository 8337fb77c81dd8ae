//! The way of one input through the stages: opened, read and observed batch by batch, entered into
//! the cells once its end is known, and written as rows. Everything a stage needs from other
//! batches was merged when the stage before it ended.

use crate::archive_run::ArchiveRun;
use crate::board::{Board, Opened, Task};
use crate::checkpoint::Stamp;
use crate::entries::{Encoded, entries};
use crate::exposure::cells::Cells;
use crate::exposure::measure::Span;
use crate::findings::{RowMaker, Rows};
use crate::load_rows::LoadRows;
use crate::observation::Entry;
use crate::observed::{BatchBase, ObservedBatch, ObservedInput};
use crate::partial::Partial;
use crate::people::links::Sightings;
use crate::plan::PersonKeySpec;
use crate::record::Role;
use crate::resolve::context::Context;
use crate::resolve::enter::{InputFacts, Resolver, Traces};
use crate::resolve::groups::Firsts;
use crate::resolve::pages::PAGES_PER_SITE;
use crate::resolve::summary::{Coverage, Summary};
use crate::run::{Run, Worker};
use crate::source::Input;
use crate::source::batches::{Choice, Recognised, Totals, recognise};
use crate::source::open::{self, Source};
use crate::source::queue::Queue;
use crate::spill::Store;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The domain of capture ids among the keyed hashes: the same content is the same capture.
const CAPTURE: u8 = b'c';

/// So many batches may have rows that wait to be passed on before no more are made.
const MOST_WAITING: usize = 32;

/// An input that is being worked on.
pub struct InputRun {
    input: Input,
    role: Role,
    queue: Queue,
    /// What is kept of it while it is read.
    partial: Option<Partial>,
    progress: Mutex<Progress>,
    resolved: OnceLock<ResolvedInput>,
}

#[derive(Default)]
struct Progress {
    stage: Stage,
    /// Whether the reader has given its last batch.
    exhausted: bool,
    /// Tasks of this stage that are being worked on.
    in_flight: usize,
    /// Batches of this stage that were handed out.
    handed_out: usize,
    observed: ObservedInput,
    traces: Traces,
    /// The first findings of all groups, once all are entered.
    firsts: Arc<Firsts>,
    /// Rows that wait for those before them, or for whoever passes rows on.
    rows: BTreeMap<usize, Rows>,
    rows_passed: usize,
    /// Whether a worker is passing rows on.
    is_passing: bool,
    loads: LoadsStage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Reading,
    Entering,
    Writing,
}

/// What became of the page loads, which are written beside the rows of batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LoadsStage {
    #[default]
    Due,
    HandedOut,
    Written,
}

/// What is known of an input once all its batches are observed.
struct ResolvedInput {
    facts: InputFacts,
    context: Context,
    summary: Summary,
    sightings: Arc<Sightings>,
    totals: Totals,
    format: &'static str,
}

/// What an input turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputKind {
    /// Nobody knows: it could not be read.
    #[default]
    Unread,
    /// Recorded traffic.
    Traffic,
    /// An archive, whose members are inputs of their own.
    Archive,
    /// A file in a folder or archive that is no recorded traffic.
    NoTraffic,
}

/// What became of an input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InputOutcome {
    /// What it turned out to be.
    pub kind: InputKind,
    /// What it shows; `None` when it was not recognised.
    pub role: Option<Role>,
    /// The format's name; empty when it was not recognised.
    pub format: String,
    /// The program that wrote it, where it says so.
    pub producer: String,
    /// Hashes and sizes.
    pub totals: Totals,
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// First and last time.
    pub span: Span,
    /// What was recorded and what not.
    pub coverage: Coverage,
    /// Findings that count.
    pub findings: u64,
    /// Which person keys were seen together.
    #[serde(with = "shared")]
    pub sightings: Arc<Sightings>,
    /// Why it could not be read, or, being an archive, not to its end; empty when it was.
    pub trouble: String,
}

impl InputOutcome {
    /// Whether some of the input could not be read.
    pub fn is_broken(&self) -> bool {
        !self.trouble.is_empty() || self.rejected > 0
    }
}

/// What is shared is stored like what it holds.
mod shared {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<T: Serialize, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(value, serializer)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

/// Opens an input and recognises what it is. A file has a stamp.
///
/// # Errors
/// When a file that is to be continued is not what it was.
pub fn open(run: &Run<'_>, input: Input, stamp: Option<Stamp>, source: io::Result<Source>) -> Result<Opened> {
    let plan = run.plan;
    let opened = source.and_then(|source| source.open(&input, plan.sha256.wants(input.size), &run.work));
    let recognised = match opened {
        Ok(open::Opened::Archive(archive)) => return Ok(Opened::Archive(Box::new(ArchiveRun::new(input, archive)))),
        Ok(open::Opened::Stream(open)) => {
            recognise(open, Choice { only: plan.format, first: &plan.described }, plan.max_record)
        }
        Err(err) => Err(err),
    };
    let trouble = match recognised {
        Ok(Recognised::Format(mut reader)) => {
            reader.set_batch_bytes(plan.batch_bytes);
            reader.set_pool(&run.pool);
            let place = input.order.first().copied().unwrap_or_default();
            let kept = stamp.map(|stamp| Partial::of(run, stamp, place, &mut reader)).transpose()?;
            let (partial, observed) = kept.flatten().unzip();
            let progress = Progress { observed: observed.unwrap_or_default(), ..Progress::default() };
            return Ok(Opened::Running(Box::new(InputRun {
                role: plan.role.unwrap_or_else(|| reader.format().role()),
                input,
                queue: Queue::new(reader, plan.jobs),
                partial,
                progress: Mutex::new(progress),
                resolved: OnceLock::new(),
            })));
        }
        Ok(Recognised::Empty) if input.is_named => "the file is empty".to_owned(),
        Ok(Recognised::Unknown) if input.is_named => "not in a known format".to_owned(),
        Ok(Recognised::Empty | Recognised::Unknown) => String::new(),
        Err(err) => in_words(&err),
    };
    let kind = if trouble.is_empty() { InputKind::NoTraffic } else { InputKind::Unread };
    let totals = Totals { stored_bytes: input.size.unwrap_or(0), ..Totals::default() };
    Ok(Opened::Dismissed(input, Box::new(InputOutcome { kind, totals, trouble, ..InputOutcome::default() })))
}

/// An error without the number that the system adds.
fn in_words(err: &io::Error) -> String {
    let text = err.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_owned()
}

impl InputRun {
    /// The input.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The next task of this input, if there is one now.
    pub fn task(input: &Arc<InputRun>, is_first: bool) -> Option<Task> {
        let mut progress = input.progress();
        if progress.stage == Stage::Writing && is_first && progress.loads == LoadsStage::Due {
            progress.loads = LoadsStage::HandedOut;
            return Some(Task::WriteLoads(Arc::clone(input)));
        }
        let batch = progress.handed_out;
        let ready = match progress.stage {
            Stage::Reading => !progress.exhausted,
            Stage::Entering => batch < progress.observed.len(),
            Stage::Writing => is_first && batch < progress.observed.len() && progress.rows.len() < MOST_WAITING,
        };
        if !ready {
            return None;
        }
        progress.in_flight += 1;
        progress.handed_out += 1;
        let input = Arc::clone(input);
        Some(match progress.stage {
            Stage::Reading => Task::Read(Arc::clone(&input)),
            Stage::Entering => Task::Enter(Arc::clone(&input), batch),
            Stage::Writing => Task::Write(Arc::clone(&input), batch),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

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

    fn store<'s>(&'s self, worker: &'s Worker<'_>) -> &'s Store {
        self.partial.as_ref().map_or(&worker.run.store, Partial::store)
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
            opens_connections: summary.coverage.https > 0,
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

    /// Reads those observations of a batch again that are wanted, each with the position of its first
    /// hit.
    fn each_entry(
        &self,
        batch: usize,
        worker: &Worker<'_>,
        last: bool,
        is_wanted: &dyn Fn(&Encoded<'_>, u64) -> bool,
        visit: &mut dyn FnMut(&Resolver<'_>, Entry<'_>, &BatchBase, u64) -> Result<()>,
    ) -> Result<()> {
        let (kept, base) = self.progress().observed.take(batch)?;
        let resolved = self.resolved.get().context("an input is entered before its end is known")?;
        let resolver = worker.resolver(&resolved.facts, &resolved.context);
        let bytes = self.store(worker).get(&kept)?;
        let mut hit = base.hits;
        for encoded in entries(&bytes) {
            let encoded = encoded?;
            if is_wanted(&encoded, hit) {
                let mut entry = encoded.entry()?;
                if let Entry::Observed(seen) = &mut entry {
                    resolver.unmask(&mut seen.hits);
                }
                visit(&resolver, entry, &base, hit)?;
            }
            hit += encoded.hits;
        }
        drop(bytes);
        if last {
            self.store(worker).release(kept);
        } else {
            self.progress().observed.put_back(batch, kept);
        }
        Ok(())
    }
}
