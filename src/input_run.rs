//! The way of one input through the stages: opened, read and observed batch by batch, entered into
//! the cells once its end is known, and written as rows. Everything a stage needs from other
//! batches was merged when the stage before it ended.

mod enter;
mod open;
mod outcome;
mod read;
mod write;

pub use open::open;
pub use outcome::{InputKind, InputOutcome};

use crate::board::Task;
use crate::entries::{Encoded, entries};
use crate::findings::Rows;
use crate::observation::Entry;
use crate::observed::{BatchBase, ObservedInput};
use crate::partial::Partial;
use crate::people::links::Sightings;
use crate::record::Role;
use crate::resolve::context::Context;
use crate::resolve::enter::Traces;
use crate::resolve::groups::Firsts;
use crate::resolve::resolver::{InputFacts, Resolver};
use crate::resolve::summary::Summary;
use crate::run::Worker;
use crate::source::Input;
use crate::source::batches::Totals;
use crate::source::queue::Queue;
use crate::spill::Store;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

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

    fn store<'s>(&'s self, worker: &'s Worker<'_>) -> &'s Store {
        self.partial.as_ref().map_or(&worker.run.store, Partial::store)
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
