//! Buffers for batches, used again and again: memory that is asked from the system anew for every
//! batch must be cleared by it every time.

use super::batches::BATCH_BYTES;
use std::sync::{Arc, Mutex, PoisonError};

/// How many buffers wait at most, and how large they may be.
const MOST_BUFFERS: usize = 16;
const LARGEST: usize = 4 * BATCH_BYTES;

/// Buffers that nobody uses at the moment, shared by all who take and give them.
#[derive(Clone, Debug, Default)]
pub struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl Pool {
    /// An empty buffer, perhaps with room.
    pub fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives a buffer back.
    pub fn give(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_BUFFERS && buffer.capacity() <= LARGEST {
            waiting.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_empty_and_huge_ones_do_not() {
        let pool = Pool::default();
        pool.give(vec![7; 1000]);
        pool.give(vec![7; LARGEST + 1]);
        let buffer = pool.take();
        assert!(buffer.is_empty() && buffer.capacity() >= 1000);
        assert_eq!(pool.take().capacity(), 0);
    }
}
