//! A large set of 64-bit keys with a small payload each, made for being asked millions of times and
//! answering "no" nearly always: a bitmap in front answers most questions from one cache line,
//! and twelve bytes an entry keep tens of millions of them in memory.

/// Bits of a key that choose its bucket.
const BUCKET_BITS: u32 = 8;

/// Entries of a full chunk, of nearly 64 KiB.
const CHUNK: usize = 5461;

/// Bits of the bitmap for each entry, before rounding up to a power of two.
const BITS_PER_ENTRY: usize = 8;

/// High and low half of the key, and the payload.
type Entry = [u32; 3];

/// The set. Entries are added, the set is sealed, and then only asked.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    buckets: Vec<Bucket>,
    bitmap: Vec<u64>,
    /// How far a key is shifted to give its place in the bitmap.
    shift: u32,
}

/// The entries of neighbouring keys, in chunks that never move: a list that grows in one piece
/// needs its room twice, and leaves holes where it was.
#[derive(Debug, Default)]
struct Bucket {
    chunks: Vec<Vec<Entry>>,
}

impl Bucket {
    fn add(&mut self, entry: Entry) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(entry),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(entry);
                self.chunks.push(chunk);
            }
        }
    }

    /// Sorts the entries over all chunks; of equal ones, one stays.
    fn sort(&mut self, room: &mut Vec<Entry>) {
        room.clear();
        room.extend(self.entries());
        room.sort_unstable();
        room.dedup();
        self.chunks.truncate(room.len().div_ceil(CHUNK));
        for (chunk, sorted) in self.chunks.iter_mut().zip(room.chunks(CHUNK)) {
            chunk.clear();
            chunk.extend_from_slice(sorted);
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.chunks.iter().flatten()
    }

    /// The entries from the first with this key on.
    fn from(&self, key: u64) -> impl Iterator<Item = &Entry> {
        let is_before = |chunk: &Vec<Entry>| chunk.last().is_some_and(|last| key_of(last) < key);
        let chunks = &self.chunks[self.chunks.partition_point(is_before)..];
        let start = chunks.first().map_or(0, |chunk| chunk.partition_point(|entry| key_of(entry) < key));
        chunks.iter().flatten().skip(start)
    }
}

impl Fingerprints {
    /// Adds an entry.
    pub(super) fn add(&mut self, key: u64, payload: u32) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(1 << BUCKET_BITS, Bucket::default);
        }
        self.buckets[bucket_of(key)].add([(key >> 32) as u32, key as u32, payload]);
    }

    /// Sorts the entries and makes the bitmap. Entries that are equal count once.
    pub(super) fn seal(&mut self) {
        let mut room = Vec::new();
        self.buckets.iter_mut().for_each(|bucket| bucket.sort(&mut room));
        let bits = (self.len() * BITS_PER_ENTRY).next_power_of_two().max(64);
        self.shift = u64::BITS - bits.trailing_zeros();
        self.bitmap = vec![0; bits / 64];
        for entry in self.buckets.iter().flat_map(Bucket::entries) {
            let at = (spread(key_of(entry)) >> self.shift) as usize;
            self.bitmap[at / 64] |= 1 << (at % 64);
        }
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.buckets.iter().flat_map(|bucket| &bucket.chunks).map(Vec::len).sum()
    }

    /// The payloads of a key, in their own order.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> {
        let bucket = if self.may_hold(key) { self.buckets.get(bucket_of(key)) } else { None };
        let entries = bucket.into_iter().flat_map(move |bucket| bucket.from(key));
        entries.take_while(move |entry| key_of(entry) == key).map(|entry| entry[2])
    }

    fn may_hold(&self, key: u64) -> bool {
        let at = (spread(key) >> self.shift.min(63)) as usize;
        self.bitmap.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

fn bucket_of(key: u64) -> usize {
    (key >> (u64::BITS - BUCKET_BITS)) as usize
}

fn key_of(entry: &Entry) -> u64 {
    u64::from(entry[0]) << 32 | u64::from(entry[1])
}

/// Short numbers in keys would crowd one end of the bitmap.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_answers_like_a_list(
            entries in prop::collection::vec((prop_oneof![0u64..40, any::<u64>()], 0u32..9), 0..300),
            asked in prop::collection::vec(prop_oneof![0u64..40, any::<u64>()], 0..50),
        ) {
            let mut set = Fingerprints::default();
            entries.iter().for_each(|&(key, payload)| set.add(key, payload));
            set.seal();
            for key in asked.into_iter().chain(entries.iter().map(|entry| entry.0)) {
                let mut expected: Vec<u32> =
                    entries.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).collect();
                expected.sort_unstable();
                expected.dedup();
                prop_assert_eq!(set.get(key).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn a_key_is_found_in_every_chunk_and_across_two() {
        let mut set = Fingerprints::default();
        let shared = CHUNK as u64 - 1;
        (0..3 * CHUNK as u64).rev().for_each(|key| set.add(key, 1));
        (0..2).for_each(|_| [7, 3, 5].iter().for_each(|&payload| set.add(shared, payload)));
        set.seal();
        assert_eq!(set.len(), 3 * CHUNK + 3);
        for key in 0..3 * CHUNK as u64 {
            let expected: &[u32] = if key == shared { &[1, 3, 5, 7] } else { &[1] };
            assert_eq!(set.get(key).collect::<Vec<_>>(), expected, "{key}");
        }
        assert_eq!(set.get(3 * CHUNK as u64).next(), None);
    }

    #[test]
    fn an_empty_set_holds_nothing() {
        assert_eq!(Fingerprints::default().get(7).next(), None);
        let mut sealed = Fingerprints::default();
        sealed.seal();
        assert_eq!(sealed.get(0).next(), None);
    }
}
