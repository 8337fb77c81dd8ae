//! The queue behind an input's reader. Only one worker can cut an input at a time; while one does, the
//! others take what was cut ahead instead of waiting.

use super::batches::{BATCH_BYTES, Batch, BatchReader, Totals};
use crate::format::Format;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Longer batches, which records of many megabytes make, are not kept for others.
const LONGEST_AHEAD: usize = 2 * BATCH_BYTES;

/// The batches of one input, for any number of workers.
pub struct Queue {
    format: &'static dyn Format,
    /// How many batches are cut ahead.
    ahead: usize,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// `None` while somebody cuts.
    reader: Option<Box<BatchReader>>,
    ready: VecDeque<Batch>,
}

impl Queue {
    /// The batches of an input that so many workers read together.
    pub fn new(reader: Box<BatchReader>, workers: usize) -> Self {
        let format = reader.format();
        let state = Mutex::new(State { reader: Some(reader), ready: VecDeque::new() });
        Queue { format, ahead: workers.saturating_sub(1), state, changed: Condvar::new() }
    }

    /// The format of the input.
    pub fn format(&self) -> &'static dyn Format {
        self.format
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A batch that nobody has had, not always the first of these; `None` when there are no more.
    pub fn next(&self) -> Option<Batch> {
        let mut state = self.state();
        let mut reader = loop {
            if let Some(reader) = state.reader.take() {
                break reader;
            }
            if let Some(batch) = state.ready.pop_front() {
                return Some(batch);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let is_short = state.ready.len() < self.ahead;
        drop(state);
        let mut own = reader.next_batch();
        // The own batch is the last, so that it is still in the processor's cache when it is read.
        if let Some(first) = own.take_if(|first| is_short && first.bytes.len() <= LONGEST_AHEAD) {
            self.state().ready.push_back(first);
            self.changed.notify_one();
            own = reader.next_batch();
        }
        let mut state = self.state();
        state.reader = Some(reader);
        self.changed.notify_one();
        own.or_else(|| state.ready.pop_front())
    }

    /// What is known of the whole input. Call it when there are no more batches.
    pub fn totals(&self) -> Totals {
        self.state().reader.as_mut().map(|reader| reader.totals()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::batches::tests::reader;
    use super::*;
    use std::thread;

    #[test]
    fn every_batch_is_given_once_whatever_the_number_of_workers() {
        let log = "192.0.2.1 - - [01/Jul/2024:00:00:00 +0000] \"GET /a HTTP/1.1\" 200 5\n".repeat(5_000);
        for workers in [1, 2, 7] {
            let queue = Queue::new(reader(log.as_bytes(), 1000), workers);
            let mut given: Vec<Batch> = thread::scope(|scope| {
                let workers: Vec<_> = (0..workers)
                    .map(|_| scope.spawn(|| std::iter::from_fn(|| queue.next()).collect::<Vec<_>>()))
                    .collect();
                workers.into_iter().flat_map(|worker| worker.join().expect("no worker fails")).collect()
            });
            given.sort_by_key(|batch| batch.index);
            assert!(given.len() > 30 && given.iter().enumerate().all(|(number, batch)| batch.index == number));
            assert!(given.iter().flat_map(|batch| &batch.bytes).eq(log.as_bytes()));
            assert_eq!(given.last().map(|batch| batch.content), Some(queue.totals().content));
        }
    }
}
