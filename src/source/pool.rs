//! Buffers for batches, used again and again: memory that is asked from the system anew for every
//! batch must be cleared by it every time.

use super::batches::BATCH_BYTES;
use crate::format::{Marks, Piece};
use std::sync::{Arc, Mutex, PoisonError};

/// How many buffers wait at most, and how large they may be.
const MOST_BUFFERS: usize = 16;
const LARGEST: usize = 4 * BATCH_BYTES;

/// For how many pieces there stays room: lines of sixteen bytes.
const MOST_PIECES: usize = BATCH_BYTES / 16;

/// What a batch needs room for.
#[derive(Debug, Default)]
pub struct Buffers {
    /// Room for bytes. Some of an earlier batch may still be in it, since clearing it takes time.
    pub bytes: Vec<u8>,
    /// Room for the marks on them.
    pub marks: Marks,
    /// Room for its pieces.
    pub pieces: Vec<Piece>,
}

/// Buffers that nobody uses at the moment, shared by all who take and give them.
#[derive(Clone, Debug, Default)]
pub struct Pool(Arc<Mutex<Vec<Buffers>>>);

impl Pool {
    /// Buffers, perhaps with room.
    pub fn take(&self) -> Buffers {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives buffers back.
    pub fn give(&self, mut buffers: Buffers) {
        buffers.marks.clear();
        buffers.pieces.clear();
        buffers.pieces.shrink_to(MOST_PIECES);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_BUFFERS && buffers.bytes.capacity() <= LARGEST {
            waiting.push(buffers);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_and_huge_ones_do_not() {
        let pool = Pool::default();
        pool.give(Buffers { bytes: vec![7; 1000], ..Buffers::default() });
        pool.give(Buffers { bytes: vec![7; LARGEST + 1], ..Buffers::default() });
        assert_eq!(pool.take().bytes.len(), 1000);
        assert_eq!(pool.take().bytes.capacity(), 0);
    }
}
