//! The board: which tasks there are and which comes next. Every input goes through three stages:
//! its batches are read and observed, then entered into the cells, then written as rows; within a
//! stage any worker may do any batch. Only the earliest unfinished input writes, which keeps rows
//! in input order without holding them all.

use crate::findings::FindingSink;
use crate::input_run::{InputOutcome, InputRun};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A piece of work for one worker.
pub enum Task {
    /// Open the input of this number.
    Open(usize),
    /// Read the next batch of an input and observe its records.
    Read(Arc<InputRun>),
    /// Enter a batch of observations into the cells.
    Enter(Arc<InputRun>, usize),
    /// Make the rows of a batch.
    Write(Arc<InputRun>, usize),
}

/// What became of an input that was to be opened.
pub enum Opened {
    /// It is being read.
    Running(Box<InputRun>),
    /// There is nothing to read.
    Dismissed(Box<InputOutcome>),
}

enum Slot {
    Opening,
    Running(Arc<InputRun>),
    Finished,
}

struct State {
    inputs: usize,
    next_input: usize,
    open: VecDeque<Slot>,
    outcomes: Vec<Option<InputOutcome>>,
    failed: Option<anyhow::Error>,
}

/// All tasks of a run.
pub struct Board {
    state: Mutex<State>,
    wake: Condvar,
    window: usize,
    sink: Mutex<FindingSink>,
}

impl Board {
    /// A board for this many inputs, of which at most `window` are open at a time.
    pub fn new(inputs: usize, window: usize, sink: FindingSink) -> Self {
        let outcomes = (0..inputs).map(|_| None).collect();
        let state = State { inputs, next_input: 0, open: VecDeque::new(), outcomes, failed: None };
        Board { state: Mutex::new(state), wake: Condvar::new(), window, sink: Mutex::new(sink) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables that are filled on the way.
    pub fn sink(&self) -> MutexGuard<'_, FindingSink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task, or `None` when there is nothing left. Waits while others may make new tasks.
    pub fn next(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.failed.is_some() {
                return None;
            }
            while matches!(state.open.front(), Some(Slot::Finished)) {
                state.open.pop_front();
            }
            if let Some(task) = state.running_task().or_else(|| state.opening_task(self.window)) {
                return Some(task);
            }
            if state.open.is_empty() {
                return None;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes what opening an input gave.
    pub fn opened(&self, number: usize, opened: Opened) {
        let mut state = self.state();
        let slot = match opened {
            Opened::Running(input) => Slot::Running(Arc::from(input)),
            Opened::Dismissed(outcome) => {
                state.outcomes[number] = Some(*outcome);
                Slot::Finished
            }
        };
        state.place(number, slot);
        drop(state);
        self.wake.notify_all();
    }

    /// Notes that an input is finished.
    pub fn finished(&self, number: usize, outcome: InputOutcome) {
        let mut state = self.state();
        state.outcomes[number] = Some(outcome);
        state.place(number, Slot::Finished);
        drop(state);
        self.wake.notify_all();
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

    /// What became of every input, and the tables that were filled on the way.
    ///
    /// # Errors
    /// The failure that ended the run.
    pub fn finish(self) -> anyhow::Result<(Vec<InputOutcome>, FindingSink)> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.failed {
            Some(err) => Err(err),
            None => {
                let sink = self.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
                Ok((state.outcomes.into_iter().flatten().collect(), sink))
            }
        }
    }
}

impl State {
    /// A task of the earliest input that has one.
    fn running_task(&self) -> Option<Task> {
        self.open.iter().enumerate().find_map(|(place, slot)| match slot {
            Slot::Running(input) => InputRun::task(input, place == 0),
            Slot::Opening | Slot::Finished => None,
        })
    }

    fn opening_task(&mut self, window: usize) -> Option<Task> {
        if self.next_input == self.inputs || self.open.len() >= window {
            return None;
        }
        let number = self.next_input;
        self.next_input += 1;
        self.open.push_back(Slot::Opening);
        Some(Task::Open(number))
    }

    fn place(&mut self, number: usize, slot: Slot) {
        let first = self.next_input - self.open.len();
        if let Some(place) = number.checked_sub(first).and_then(|at| self.open.get_mut(at)) {
            *place = slot;
        }
    }
}
