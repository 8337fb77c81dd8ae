//! Memories: what was worked out before about a value. Browsers send the same cookies, headers, page
//! addresses and ids with every request, so most values were looked at before.

use foldhash::fast::FixedState;
use foldhash::quality::RandomState;
use indexmap::IndexMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// How many values are usually remembered.
pub(crate) const REMEMBERED: usize = 1 << 16;

/// What is remembered of a value usually takes up no more; more counts as several values.
const USUAL: usize = 256;

/// Longer values rarely come again.
const LONGEST: usize = 1024;

/// Remembers values by a hash with a seed of its own, which nobody can foresee, so that nobody can
/// make a value that passes for another.
#[derive(Debug)]
pub(crate) struct Memo<V> {
    seed: RandomState,
    /// In the order in which they came, since values that came together come together again.
    known: IndexMap<u64, V, FixedState>,
    /// About how many bytes something takes up.
    size: fn(&V) -> usize,
    /// How many values there are, and how many there may be.
    held: usize,
    most: usize,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Memo::of(REMEMBERED)
    }
}

impl<V> Memo<V> {
    /// A memory for this many values.
    pub(crate) fn of(most: usize) -> Self {
        Memo { seed: RandomState::default(), known: IndexMap::default(), size: |_| 0, held: 0, most }
    }

    /// A memory for this many values of the usual size; some may be large, as strangers can make them.
    pub(crate) fn sized(most: usize, size: fn(&V) -> usize) -> Self {
        Memo { size, ..Memo::of(most) }
    }
}

impl<V: Clone> Memo<V> {
    /// The key of a value, with the words that decide beside it; `None` for a value that is not
    /// worth remembering.
    pub(crate) fn key(&self, words: &[&[u8]], value: &[u8]) -> Option<u64> {
        if value.len() > LONGEST {
            return None;
        }
        let mut hasher = self.seed.build_hasher();
        for word in words {
            hasher.write(word);
            hasher.write_usize(word.len());
        }
        hasher.write(value);
        Some(hasher.finish())
    }

    /// What decides beside values, as a word for [`Memo::key`].
    pub(crate) fn word(&self, what: impl Hash) -> [u8; 8] {
        self.seed.hash_one(what).to_le_bytes()
    }

    /// The key of something that is no text.
    pub(crate) fn key_of(&self, what: impl Hash) -> Option<u64> {
        Some(self.seed.hash_one(what))
    }

    /// What is known under a key.
    pub(crate) fn get(&self, key: Option<u64>) -> Option<V> {
        self.known.get(&key?).cloned()
    }

    /// Remembers something under a key.
    pub(crate) fn put(&mut self, key: Option<u64>, what: V) {
        let Some(key) = key else { return };
        let held = 1 + (self.size)(&what) / USUAL;
        if self.held + held > self.most {
            self.known.clear();
            self.held = 0;
        }
        self.held += held;
        self.known.insert(key, what);
    }

    /// What is known under a key, or what `look` works out.
    pub(crate) fn get_or(&mut self, key: Option<u64>, look: impl FnOnce() -> V) -> V {
        if let Some(known) = self.get(key) {
            return known;
        }
        let what = look();
        self.put(key, what.clone());
        what
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_remembered_is_known() {
        let mut memo = Memo::default();
        let key = |memo: &Memo<u8>, words: &[&[u8]], value: &[u8]| memo.key(words, value);
        let one = key(&memo, &[b"a", b"b"], b"1");
        assert_eq!(memo.get(one), None);
        assert_eq!(memo.get_or(one, || 7), 7);
        assert_eq!(memo.get_or(key(&memo, &[b"a", b"b"], b"1"), || 8), 7);
        for (words, value) in [(&[&b"ab"[..]][..], &b"1"[..]), (&[b"a"], b"b1"), (&[b"a", b"b"], b"2")] {
            assert_eq!(memo.get(key(&memo, words, value)), None);
        }
        let mut large = Memo::sized(REMEMBERED, |bytes: &Vec<u8>| bytes.len());
        for value in 0..1000u32 {
            large.get_or(large.key(&[], &value.to_le_bytes()), || vec![0; 1 << 16]);
            assert!(large.known.len() <= (REMEMBERED * USUAL) >> 16);
        }
        assert!(large.get(large.key(&[], &999u32.to_le_bytes())).is_some());
        let long = key(&memo, &[], &[b'x'; 5000]);
        assert_eq!(memo.get_or(long, || 1), 1);
        assert_eq!(memo.get(long), None);
    }
}
