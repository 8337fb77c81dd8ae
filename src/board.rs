//! The board: which tasks there are and which comes next. Every input goes through three stages:
//! its batches are read and observed, then entered into the cells, then written as rows; within a
//! stage any worker may do any batch. Only the earliest unfinished input writes, which keeps rows
//! in input order without holding them all. An archive gives its members one by one; they take
//! their places before it, so that it is finished behind them.

use crate::archive_run::ArchiveRun;
use crate::checkpoint::Stamp;
use crate::findings::FindingSink;
use crate::input_run::{InputOutcome, InputRun};
use crate::interrupt::Interrupt;
use crate::source::{Given, Input};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A piece of work for one worker.
pub enum Task {
    /// Open an input.
    Open(Given),
    /// Open the next member of an archive, which has this place in the run.
    Member(Arc<ArchiveRun>, Vec<u32>),
    /// Read the next batch of an input and observe its records.
    Read(Arc<InputRun>),
    /// Enter a batch of observations into the cells.
    Enter(Arc<InputRun>, usize),
    /// Make the rows of a batch.
    Write(Arc<InputRun>, usize),
    /// Make the rows of the page loads.
    WriteLoads(Arc<InputRun>),
}

/// What became of an input that was to be opened.
pub enum Opened {
    /// It is being read.
    Running(Box<InputRun>),
    /// It holds inputs of its own.
    Archive(Box<ArchiveRun>),
    /// There is nothing to read.
    Dismissed(Input, Box<InputOutcome>),
}

/// An input with what became of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Finished {
    /// The input.
    pub input: Input,
    /// What became of it.
    pub outcome: InputOutcome,
}

enum Slot {
    Opening,
    Running(Arc<InputRun>),
    Archive { run: Arc<ArchiveRun>, given: u32, is_busy: bool },
    Finished,
}

struct Place {
    order: Vec<u32>,
    slot: Slot,
}

/// Why a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// All inputs are done.
    End,
    /// Enough inputs are done for a checkpoint.
    Stage,
    /// The user asked for it, and nothing is half done.
    Stopped,
    /// The user asked for it, and what is half done is lost.
    Broken,
}

/// How long after Ctrl-C inputs that are being read may still come to their end.
const GRACE: Duration = Duration::from_secs(2);

struct State {
    given: VecDeque<Given>,
    /// The stamps of the inputs of this stage, and how many bytes they have.
    stage: Vec<Stamp>,
    stage_bytes: u64,
    interrupted: Option<Instant>,
    open: VecDeque<Place>,
    finished: Vec<Finished>,
    failed: Option<anyhow::Error>,
}

/// All tasks of a run.
pub struct Board<'w> {
    state: Mutex<State>,
    wake: Condvar,
    window: usize,
    stage_bytes: u64,
    interrupt: Interrupt,
    sink: Mutex<FindingSink>,
    watch: &'w (dyn Fn(&Finished) + Sync),
}

/// How a board divides the work.
#[derive(Clone, Debug)]
pub struct Division {
    /// About how many inputs are open at a time.
    pub window: usize,
    /// A stage ends when its inputs have this many bytes.
    pub stage_bytes: u64,
    /// Ends the work early.
    pub interrupt: Interrupt,
}

impl<'w> Board<'w> {
    /// A board for these inputs; `watch` is told of every input that is finished.
    pub fn new(
        given: Vec<Given>,
        division: Division,
        sink: FindingSink,
        watch: &'w (dyn Fn(&Finished) + Sync),
    ) -> Self {
        let state = State {
            given: given.into(),
            stage: Vec::new(),
            stage_bytes: 0,
            interrupted: None,
            open: VecDeque::new(),
            finished: Vec::new(),
            failed: None,
        };
        let Division { window, stage_bytes, interrupt } = division;
        let (state, wake, sink) = (Mutex::new(state), Condvar::new(), Mutex::new(sink));
        Board { state, wake, window, stage_bytes, interrupt, sink, watch }
    }

    /// Why the stage ended, with the stamps of its inputs; the next one may begin.
    pub fn pause(&self) -> (Pause, Vec<Stamp>) {
        let mut state = self.state();
        let is_whole = state.open.is_empty();
        let pause = match state.interrupted {
            Some(_) if !is_whole => Pause::Broken,
            _ if state.given.is_empty() => Pause::End,
            Some(_) => Pause::Stopped,
            None => Pause::Stage,
        };
        state.stage_bytes = 0;
        (pause, std::mem::take(&mut state.stage))
    }

    /// What was finished since the last call.
    pub fn take_finished(&self) -> Vec<Finished> {
        std::mem::take(&mut self.state().finished)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables that are filled on the way.
    pub fn sink(&self) -> MutexGuard<'_, FindingSink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task, or `None` when there is nothing left in this stage. Waits while others may make new tasks.
    pub fn next(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.failed.is_some() {
                return None;
            }
            while matches!(state.open.front(), Some(Place { slot: Slot::Finished, .. })) {
                state.open.pop_front();
            }
            if self.interrupt.came() && state.interrupted.get_or_insert_with(Instant::now).elapsed() > GRACE {
                return None;
            }
            if let Some(task) = state.running_task().or_else(|| state.opening_task(self)) {
                return Some(task);
            }
            if state.open.is_empty() {
                return None;
            }
            // Looked at again now and then, since nobody is woken by Ctrl-C.
            let waited = self.wake.wait_timeout(state, GRACE / 10).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
        }
    }

    /// Notes what opening the input at a place gave.
    pub fn opened(&self, order: &[u32], opened: Opened) {
        let mut state = self.state();
        let slot = match opened {
            Opened::Running(input) => Slot::Running(Arc::from(input)),
            Opened::Archive(run) => Slot::Archive { run: Arc::from(run), given: 0, is_busy: false },
            Opened::Dismissed(input, outcome) => {
                self.finish_one(&mut state, Finished { input, outcome: *outcome });
                Slot::Finished
            }
        };
        state.put(order, slot);
        drop(state);
        self.wake.notify_all();
    }

    /// Notes that an archive gave its next member, so that it may be asked for another.
    pub fn gave_member(&self, archive: &ArchiveRun) {
        let mut state = self.state();
        if let Some(Place { slot: Slot::Archive { is_busy, .. }, .. }) = state.place(&archive.input().order) {
            *is_busy = false;
        }
        drop(state);
        self.wake.notify_all();
    }

    /// Notes that an archive has no member for the place that was kept for it.
    pub fn ended(&self, archive: &ArchiveRun, place: &[u32], outcome: InputOutcome) {
        let mut state = self.state();
        state.put(place, Slot::Finished);
        state.put(&archive.input().order, Slot::Finished);
        self.finish_one(&mut state, Finished { input: archive.input().clone(), outcome });
        drop(state);
        self.wake.notify_all();
    }

    /// Notes that an input is finished.
    pub fn finished(&self, input: &Input, outcome: InputOutcome) {
        let mut state = self.state();
        state.put(&input.order, Slot::Finished);
        self.finish_one(&mut state, Finished { input: input.clone(), outcome });
        drop(state);
        self.wake.notify_all();
    }

    fn finish_one(&self, state: &mut State, finished: Finished) {
        (self.watch)(&finished);
        state.finished.push(finished);
    }

    /// Tells waiting workers that an input may have new tasks.
    pub fn changed(&self) {
        // The lock is taken so that nobody falls asleep between looking and waiting.
        drop(self.state());
        self.wake.notify_all();
    }

    /// Notes a failure that ends the run; the first one is kept.
    pub fn fail(&self, err: anyhow::Error) {
        self.state().failed.get_or_insert(err);
        self.wake.notify_all();
    }

    /// The failure that ended the run, if one did.
    ///
    /// # Errors
    /// That failure.
    pub fn check(&self) -> anyhow::Result<()> {
        self.state().failed.take().map_or(Ok(()), Err)
    }

    /// The tables that were filled on the way.
    pub fn into_sink(self) -> FindingSink {
        self.sink.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A task of the earliest input that has one.
    fn running_task(&self) -> Option<Task> {
        let mut is_first = true;
        for place in &self.open {
            if let Slot::Running(input) = &place.slot
                && let Some(task) = InputRun::task(input, is_first)
            {
                return Some(task);
            }
            // Members that an archive has yet to give come before whatever stands behind it.
            is_first &= matches!(place.slot, Slot::Finished);
        }
        None
    }

    fn opening_task(&mut self, board: &Board<'_>) -> Option<Task> {
        if self.interrupted.is_some() {
            return None;
        }
        let window = board.window;
        let mut active = 0;
        for at in 0..self.open.len() {
            match &mut self.open[at].slot {
                Slot::Opening | Slot::Running(_) => active += 1,
                // What stands behind an archive cannot end before it, so its members need not wait.
                Slot::Archive { run, given, is_busy } if active < window && !*is_busy && run.may_go_on() => {
                    *is_busy = true;
                    let order = [run.input().order.as_slice(), &[*given]].concat();
                    *given += 1;
                    let task = Task::Member(Arc::clone(run), order.clone());
                    self.open.insert(at, Place { order, slot: Slot::Opening });
                    return Some(task);
                }
                Slot::Archive { .. } | Slot::Finished => {}
            }
        }
        if active >= window || self.stage_bytes >= board.stage_bytes {
            return None;
        }
        let given = self.given.pop_front()?;
        self.stage.push(Stamp::of(&given));
        self.stage_bytes = self.stage_bytes.saturating_add(given.input.size.unwrap_or(0));
        self.open.push_back(Place { order: given.input.order.clone(), slot: Slot::Opening });
        Some(Task::Open(given))
    }

    fn place(&mut self, order: &[u32]) -> Option<&mut Place> {
        self.open.iter_mut().find(|place| place.order == order)
    }

    fn put(&mut self, order: &[u32], slot: Slot) {
        if let Some(place) = self.place(order) {
            place.slot = slot;
        }
    }
}
