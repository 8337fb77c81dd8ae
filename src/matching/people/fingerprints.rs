//! A large set of 64-bit keys with a small payload each, made for being asked millions of times and
//! answering "no" nearly always: a bitmap in front answers most questions from one cache line,
//! and twelve bytes an entry keep tens of millions of them in memory.

/// Bits of a key that choose its bucket.
const BUCKET_BITS: u32 = 8;

/// Bits of the bitmap for each entry, before rounding up to a power of two.
const BITS_PER_ENTRY: usize = 12;

/// The set. Entries are added, the set is sealed, and then only asked.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    buckets: Vec<Vec<[u32; 3]>>,
    bitmap: Vec<u64>,
    /// How far a key is shifted to give its place in the bitmap.
    shift: u32,
}

impl Fingerprints {
    /// Adds an entry.
    pub(super) fn add(&mut self, key: u64, payload: u32) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(1 << BUCKET_BITS, Vec::new);
        }
        let bucket = &mut self.buckets[bucket_of(key)];
        // Doubling would leave half of very much room unused.
        if bucket.len() == bucket.capacity() {
            bucket.reserve_exact(bucket.len() / 8 + 64);
        }
        bucket.push([(key >> 32) as u32, key as u32, payload]);
    }

    /// Sorts the entries and makes the bitmap. Entries that are equal count once.
    pub(super) fn seal(&mut self) {
        for bucket in &mut self.buckets {
            bucket.sort_unstable();
            bucket.dedup();
            bucket.shrink_to_fit();
        }
        let bits = (self.len() * BITS_PER_ENTRY).next_power_of_two().max(64);
        self.shift = u64::BITS - bits.trailing_zeros();
        self.bitmap = vec![0; bits / 64];
        for entry in self.buckets.iter().flatten() {
            let at = (spread(key_of(entry)) >> self.shift) as usize;
            self.bitmap[at / 64] |= 1 << (at % 64);
        }
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        self.buckets.iter().map(Vec::len).sum()
    }

    /// The payloads of a key, in their own order.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = u32> {
        let entries: &[[u32; 3]] = if self.may_hold(key) { &self.buckets[bucket_of(key)] } else { &[] };
        let start = entries.partition_point(|entry| key_of(entry) < key);
        entries[start..].iter().take_while(move |entry| key_of(entry) == key).map(|entry| entry[2])
    }

    fn may_hold(&self, key: u64) -> bool {
        let at = (spread(key) >> self.shift.min(63)) as usize;
        self.bitmap.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

fn bucket_of(key: u64) -> usize {
    (key >> (u64::BITS - BUCKET_BITS)) as usize
}

fn key_of(entry: &[u32; 3]) -> u64 {
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
    fn an_empty_set_holds_nothing() {
        assert_eq!(Fingerprints::default().get(7).next(), None);
        let mut sealed = Fingerprints::default();
        sealed.seal();
        assert_eq!(sealed.get(0).next(), None);
    }
}
