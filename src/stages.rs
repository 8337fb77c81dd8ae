//! The stages of a scan: some inputs are worked through to their end, what they gave is set down as a
//! checkpoint, and the next ones follow. A scan of one stage, as most are, makes no checkpoint.

use crate::board::{Board, Division, Finished, Pause};
use crate::checkpoint::{Identity, Journal, Resumed, Stamp};
use crate::exposure::counts::Counts;
use crate::findings::FindingSink;
use crate::partial;
use crate::pipeline;
use crate::run::Run;
use crate::source::Given;
use crate::symbols::SymbolCache;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// What all inputs gave.
pub struct Worked {
    /// What was counted.
    pub counts: Counts,
    /// The inputs in order, with what became of them.
    pub inputs: Vec<Finished>,
    /// The tables that were filled on the way.
    pub sink: FindingSink,
}

/// Works through all inputs, or through those that an interrupted scan left, and writes tables into
/// `dir`; `watch` is told of every input that is finished.
///
/// # Errors
/// When something cannot be written, the interrupted scan was another one, or this one is
/// interrupted.
pub fn run(
    run: &Run<'_>,
    dir: &Path,
    identity: &Identity,
    given: Vec<Given>,
    division: Division,
    watch: &(dyn Fn(&Finished) + Sync),
) -> Result<Worked> {
    let (plan, total) = (run.plan, given.len());
    let texts = run.texts.as_ref().context("a scan keeps its texts on the disk")?;
    let symbols = SymbolCache::new(run.symbols);
    let overflow = run.overflow(&symbols);
    let (mut journal, resumed) = if plan.resume {
        Journal::resume(&run.work, identity, texts, &overflow)?
    } else {
        (Journal::begin(&run.work, identity)?, Resumed::default())
    };
    let Resumed { done, finished: mut inputs, tables, mut counts } = resumed;
    let given = left(given, &done)?;
    run.meter.add(done.iter().map(Stamp::size).sum());
    let sink = match tables {
        Some(marks) => FindingSink::resume(dir, plan.csv, plan.reveal, marks)?,
        None => FindingSink::create(dir, plan.csv, plan.reveal)?,
    };
    let mut ready = done.len();
    let board = Board::new(given, division, sink, watch);
    loop {
        let stage = pipeline::run(run, &board)?;
        let (pause, done) = board.pause();
        ready += done.len();
        if pause == Pause::Broken {
            ready -= done.len();
            bail!(interrupted(ready, total));
        }
        let finished = board.take_finished();
        if pause != Pause::End {
            let marks = board.sink().marks()?;
            journal.checkpoint(done, finished.clone(), marks, &stage, &run.store, texts.save(run.symbols)?)?;
            partial::forget(run);
        }
        counts.merge(stage);
        counts.relieve(&overflow)?;
        inputs.extend(finished);
        match pause {
            Pause::Stopped => bail!(interrupted(ready, total)),
            Pause::End => break,
            Pause::Stage | Pause::Broken => {}
        }
    }
    inputs.sort_by(|a, b| a.input.order.cmp(&b.input.order));
    Ok(Worked { counts, inputs, sink: board.into_sink() })
}

fn interrupted(ready: usize, total: usize) -> String {
    format!("interrupted with {ready} of {total} inputs done; to continue, give the same command with --resume")
}

/// The inputs behind those that are done.
fn left(mut given: Vec<Given>, done: &[Stamp]) -> Result<Vec<Given>> {
    for (at, stamp) in done.iter().enumerate() {
        if given.get(at).map(Stamp::of).as_ref() != Some(stamp) {
            bail!(
                "{}: is not what it was when the scan was interrupted, or others stand before it; begin anew with --force",
                stamp.name()
            );
        }
    }
    given.drain(..done.len());
    Ok(given)
}
