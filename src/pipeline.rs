//! The pipeline: the only place that knows about threads. Workers take tasks from the [`Board`];
//! tasks of the earliest unfinished input come first, so that all workers help with one large
//! file. Each worker counts into cells of its own, which are merged when they are many and at the
//! end.

use crate::board::{Board, Task};
use crate::checkpoint::Stamp;
use crate::exposure::cells::Cells;
use crate::exposure::counts::Counts;
use crate::input_run;
use crate::run::{Run, Worker};
use crate::source::open::Source;
use crate::symbols::SymbolCache;
use anyhow::{Context, Result};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

/// Works through the inputs of a stage and returns their cells.
///
/// # Errors
/// When the worker threads cannot be started or nothing can be written. Damaged inputs are no errors.
pub fn run(run: &Run<'_>, board: &Board<'_>) -> Result<Counts> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(run.plan.jobs)
        .build()
        .context("cannot start the worker threads")?;
    let whole = Arc::default();
    pool.broadcast(|_| work(run, board, &whole));
    board.check()?;
    let mut whole: Counts = std::mem::take(&mut *whole.lock().unwrap_or_else(PoisonError::into_inner));
    whole.relieve(&run.overflow(&SymbolCache::new(run.symbols)))?;
    Ok(whole)
}

/// One worker's life.
fn work(run: &Run<'_>, board: &Board<'_>, whole: &Arc<Mutex<Counts>>) {
    let worker = Worker::new(run);
    let mut cells = Cells::beside(whole);
    while let Some(task) = board.next() {
        if let Err(err) = perform(task, &worker, &mut cells, board) {
            board.fail(err);
        }
    }
    cells.hand_over();
}

fn perform(task: Task, worker: &Worker<'_>, cells: &mut Cells, board: &Board<'_>) -> Result<()> {
    match task {
        Task::Open(given) => {
            let source = Source::given(&given.from, &worker.run.meter);
            let (order, stamp) = (given.input.order.clone(), Stamp::of(&given));
            board.opened(&order, input_run::open(worker.run, given.input, Some(stamp), source)?);
        }
        Task::Member(archive, place) => match archive.next(&place) {
            Ok((input, member)) => {
                board.gave_member(&archive);
                let source = Source::member(member, archive.allowance(), archive.depth());
                board.opened(&place, input_run::open(worker.run, input, None, source)?);
            }
            Err(outcome) => board.ended(&archive, &place, *outcome),
        },
        Task::Read(input) => input.read(worker)?,
        Task::Enter(input, batch) => input.enter(batch, worker, cells)?,
        Task::Write(input, batch) => {
            if let Some(outcome) = input.write(batch, worker, board)? {
                board.finished(input.input(), outcome);
            }
        }
    }
    board.changed();
    Ok(())
}

/// Works through `count` things in as many neighbouring parts as there are `jobs`, each on a thread
/// of its own, and answers the parts' results in order. For long work that no task is made of.
pub fn in_parts<R: Send>(jobs: usize, count: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let part = count.div_ceil(jobs.max(1)).max(1);
    let ranges: Vec<Range<usize>> = (0..count).step_by(part).map(|start| start..count.min(start + part)).collect();
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = ranges.into_iter().map(|range| scope.spawn(move || work(range))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Starts a thread for decoders that only know how to push what they unpack. It ends when nobody
/// takes its output any more.
///
/// # Errors
/// When no thread can be started.
pub fn aside(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}
