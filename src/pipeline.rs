//! The pipeline: the only place that knows about threads. Workers take tasks from the [`Board`];
//! tasks of the earliest unfinished input come first, so that all workers help with one large
//! file. Each worker counts into cells of its own, which are merged when they are many and at the
//! end.

use crate::board::{Board, Task};
use crate::checkpoint::Stamp;
use crate::exposure::cells::Cells;
use crate::exposure::counts::Counts;
use crate::input_run::{self, InputOutcome, InputRun};
use crate::run::{Run, Worker};
use crate::source::open::Source;
use crate::symbols::SymbolCache;
use anyhow::{Context, Result};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, iter, thread};

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
        Task::Write(input, batch) => finish(&input, input.write(batch, worker, board)?, board),
        Task::WriteLoads(input) => finish(&input, input.write_loads(worker, board)?, board),
    }
    board.changed();
    Ok(())
}

fn finish(input: &InputRun, outcome: Option<InputOutcome>, board: &Board<'_>) {
    if let Some(outcome) = outcome {
        board.finished(input.input(), outcome);
    }
}

/// Some parts of a work take longer than others, so that there are more of them than threads.
const PARTS_PER_JOB: usize = 4;

/// Works through `count` things in neighbouring parts on `jobs` threads, and answers the parts' results
/// in order. For long work that no task is made of.
pub fn in_parts<R: Send>(jobs: usize, count: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let part = count.div_ceil(jobs.max(1) * PARTS_PER_JOB).max(1);
    let ranges: Vec<Range<usize>> = (0..count).step_by(part).map(|start| start..count.min(start + part)).collect();
    side_by_side(jobs, ranges.len(), |number| work(ranges[number].clone()))
}

/// Does `count` things, each on the first of `jobs` threads that is free, of which the caller is one, and
/// answers the results in order.
pub fn side_by_side<R: Send>(jobs: usize, count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let in_turn = || {
        let numbers = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed)).take_while(|number| *number < count);
        numbers.map(|number| (number, work(number))).collect::<Vec<_>>()
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let others: Vec<_> = (1..jobs.min(count)).map(|_| scope.spawn(in_turn)).collect();
        let own = in_turn();
        let others = others.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Starts a thread that nobody joins: for decoders that only know how to push what they unpack, which end
/// when nobody takes it any more, and for what will be asked for later.
///
/// # Errors
/// When no thread can be started.
pub fn aside(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for jobs in [0, 1, 2, 7, 100] {
            let squares: Vec<usize> = (0..50).map(|number| number * number).collect();
            assert_eq!(side_by_side(jobs, 50, |number| number * number), squares);
            assert_eq!(in_parts(jobs, 50, |range| range.collect::<Vec<_>>()).concat(), (0..50).collect::<Vec<_>>());
            assert!(side_by_side(jobs, 0, |number| number).is_empty() && in_parts(jobs, 0, |range| range).is_empty());
        }
    }
}
