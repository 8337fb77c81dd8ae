//! Entries: what the records of a batch showed, encoded one after the other, each behind a head by
//! which whoever does not need it passes over it. Most are read once, to be counted; rows are made
//! of few.

use crate::matching::Riddle;
use crate::observation::Entry;
use crate::resolve::resolver::Resolver;
use anyhow::{Context, Result};

/// How long a head is: the length of what follows and the number of hits, in little-endian bytes, and
/// whether it has rows of its own.
const HEAD: usize = 9;

/// An encoded entry.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'e> {
    /// How many hits it has.
    pub hits: u64,
    /// Whether it may have rows that stand for nothing but itself.
    pub has_own_rows: bool,
    bytes: &'e [u8],
}

/// Appends an entry.
pub fn push(entries: &mut Vec<u8>, entry: &Entry<'_>) {
    let start = entries.len();
    entries.extend([0; HEAD]);
    // Encoding into memory fails only when memory does; a half-written entry must not stay.
    match postcard::to_extend(entry, std::mem::take(entries)) {
        Ok(encoded) => *entries = encoded,
        Err(_) => return entries.truncate(start),
    }
    let length = u32::try_from(entries.len() - start - HEAD).unwrap_or(u32::MAX);
    let head = &mut entries[start..start + HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..8].copy_from_slice(&hits(entry).to_le_bytes());
    head[8] = u8::from(has_own_rows(entry));
}

/// How many hits an entry has.
fn hits(entry: &Entry<'_>) -> u32 {
    match entry {
        Entry::Observed(seen) => u32::try_from(seen.hits.len()).unwrap_or(u32::MAX),
        Entry::Rejected(..) => 0,
    }
}

/// Hits that are listed in groups, and are no riddles, have no rows of their own.
fn has_own_rows(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Observed(seen) => {
            seen.hits.iter().any(|hit| hit.riddle != Riddle::None || !Resolver::is_grouped(hit.class))
        }
        Entry::Rejected(..) => true,
    }
}

/// The entries in some bytes that were made of them. Damage ends them with an error.
pub fn entries(bytes: &[u8]) -> impl Iterator<Item = Result<Encoded<'_>>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = cut(rest).context("an observation is damaged");
        rest = cut.as_ref().map_or(&[], |(_, behind)| behind);
        Some(cut.map(|(entry, _)| entry))
    })
}

fn cut(bytes: &[u8]) -> Option<(Encoded<'_>, &[u8])> {
    let (length, bytes) = bytes.split_first_chunk()?;
    let (hits, bytes) = bytes.split_first_chunk()?;
    let (own, bytes) = bytes.split_first()?;
    let (bytes, behind) = bytes.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let hits = u64::from(u32::from_le_bytes(*hits));
    Some((Encoded { hits, has_own_rows: *own == 1, bytes }, behind))
}

impl<'e> Encoded<'e> {
    /// The entry.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn entry(&self) -> Result<Entry<'e>> {
        postcard::from_bytes(self.bytes).context("an observation is damaged")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Reason;
    use crate::observation::At;

    #[test]
    fn entries_come_back_in_order_and_damage_is_told() {
        let rejected = |line| Entry::Rejected(At { line, ..At::default() }, Reason::BadLine);
        let mut bytes = Vec::new();
        (0..3).for_each(|line| push(&mut bytes, &rejected(line)));
        let read: Result<Vec<_>> = entries(&bytes).map(|entry| entry?.entry()).collect();
        assert_eq!(read.expect("whole"), [0, 1, 2].map(rejected));
        let last = |bytes| entries(bytes).last().expect("an entry");
        assert!(last(&bytes).expect("whole").has_own_rows);
        assert!(last(&bytes[..bytes.len() - 1]).is_err());
        assert_eq!(entries(&bytes[..bytes.len() - 1]).count(), 3);
    }
}
