//! The pipeline: the only place that knows about threads. Workers take tasks from the [`Board`];
//! tasks of the earliest unfinished input come first, so that all workers help with one large
//! file. Each worker counts into cells of its own, which are merged at the end.

use crate::board::{Board, Task};
use crate::exposure::cells::{Cells, Counts};
use crate::input_run;
use crate::run::{Run, Worker};
use crate::source::Input;
use anyhow::{Context, Result};

/// Works through all inputs and returns the cells of the whole run. A failure is left on the board.
///
/// # Errors
/// When the worker threads cannot be started. Damaged inputs are no errors.
pub fn run(run: &Run<'_>, inputs: &[Input], board: &Board) -> Result<Counts> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(run.plan.jobs)
        .build()
        .context("cannot start the worker threads")?;
    let mut whole = Counts::default();
    for cells in pool.broadcast(|_| work(run, inputs, board)) {
        whole.merge(cells);
    }
    Ok(whole)
}

/// One worker's life.
fn work(run: &Run<'_>, inputs: &[Input], board: &Board) -> Counts {
    let worker = Worker::new(run);
    let mut cells = Cells::default();
    while let Some(task) = board.next() {
        if let Err(err) = perform(task, inputs, &worker, &mut cells, board) {
            board.fail(err);
        }
    }
    cells.into_counts()
}

fn perform(task: Task, inputs: &[Input], worker: &Worker<'_>, cells: &mut Cells, board: &Board) -> Result<()> {
    match task {
        Task::Open(number) => board.opened(number, input_run::open(worker.run, number, &inputs[number])),
        Task::Read(input) => input.read(worker)?,
        Task::Enter(input, batch) => input.enter(batch, worker, cells)?,
        Task::Write(input, batch) => {
            let number = input.number();
            if let Some(outcome) = input.write(batch, &inputs[number].name, worker, board)? {
                board.finished(number, outcome);
            }
        }
    }
    board.changed();
    Ok(())
}
