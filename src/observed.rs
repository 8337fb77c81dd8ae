//! What the batches of one input showed. Batches are observed in any order; as soon as all before
//! one are there, its summary is merged and its place in the input is known. This is what a
//! checkpoint inside an input keeps.

use crate::observation::At;
use crate::resolve::summary::Summary;
use crate::spill::Kept;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The batches of an input, as far as they are observed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ObservedInput {
    batches: Vec<Option<ObservedBatch>>,
    /// What the first `merged` batches tell about the input, and how many hits they have.
    summary: Summary,
    merged: usize,
    hits: u64,
}

/// The observations of one batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct ObservedBatch {
    /// The encoded observations; `None` while somebody reads them.
    pub kept: Option<Kept>,
    /// What the batch tells about its input, until it is merged.
    #[serde(skip)]
    pub summary: Option<Box<Summary>>,
    /// How many hits the observations have.
    pub hits: u32,
    /// What came before.
    pub base: BatchBase,
    /// BLAKE3 of what was read of the input when the batch had been cut.
    pub content: [u8; 32],
}

/// What came before a batch in its input.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct BatchBase {
    /// Records before it.
    pub records: u64,
    /// Line breaks before it.
    pub lines: u64,
    /// Bytes before it.
    pub offset: u64,
    /// Hits before it.
    pub hits: u64,
    /// The number of the input's first record.
    pub first_number: u64,
}

/// Where a record is in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the record: 0-based entry or 1-based line.
    pub record: u64,
    /// The 1-based line of its first byte.
    pub line: u64,
    /// The offset of its first byte in the decompressed input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
}

impl BatchBase {
    /// Where a record of the batch is in its input.
    pub fn place(&self, at: &At) -> Place {
        Place {
            record: self.records + u64::from(at.record) + self.first_number,
            line: self.lines + u64::from(at.line) + 1,
            offset: self.offset + at.offset,
            length: at.length,
        }
    }
}

impl ObservedInput {
    /// How many batches there are.
    pub fn len(&self) -> usize {
        self.batches.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Adds the batch of this number, and merges the summaries of those whose turn it is, so that
    /// they need not wait in memory.
    pub fn add(&mut self, number: usize, batch: ObservedBatch) {
        let batches = self.batches.len().max(number + 1);
        self.batches.resize_with(batches, || None);
        self.batches[number] = Some(batch);
        while let Some(Some(batch)) = self.batches.get_mut(self.merged) {
            batch.base.lines = self.summary.lines;
            batch.base.hits = self.hits;
            self.hits += u64::from(batch.hits);
            self.summary.append(batch.summary.take().map(|summary| *summary).unwrap_or_default());
            self.merged += 1;
        }
    }

    /// Whether the merged batches hold more values than are kept to match hashes with.
    pub fn is_harvest_full(&self) -> bool {
        self.summary.harvest.is_capped()
    }

    /// Where the batches begin of which all before them are there: the last of them that does.
    pub fn offset(&self) -> u64 {
        let last = self.merged.checked_sub(1).and_then(|last| self.batches[last].as_ref());
        last.map_or(0, |batch| batch.base.offset)
    }

    /// The last batch, where all are there: its number and the BLAKE3 of what was read with it.
    pub fn last(&self) -> Option<(usize, [u8; 32])> {
        let last = self.batches.last()?.as_ref()?;
        Some((self.batches.len() - 1, last.content))
    }

    /// The same without the batches that others must come before.
    pub fn encode_whole(&mut self) -> Result<Vec<u8>> {
        let later = self.batches.split_off(self.merged);
        let bytes = postcard::to_stdvec(self).context("a checkpoint cannot be encoded");
        self.batches.extend(later);
        bytes
    }

    /// What all batches together tell about the input.
    pub fn take_summary(&mut self) -> Summary {
        std::mem::take(&mut self.summary)
    }

    /// The positions of a batch's hits in the input.
    pub fn positions(&self, number: usize) -> Range<u64> {
        let batch = self.batches.get(number).and_then(Option::as_ref);
        batch.map_or(0..0, |batch| batch.base.hits..batch.base.hits + u64::from(batch.hits))
    }

    /// Takes the observations of a batch, to be put back unless they are not needed any more.
    ///
    /// # Errors
    /// When they are not there.
    pub fn take(&mut self, number: usize) -> Result<(Kept, BatchBase)> {
        let batch = self.batches.get_mut(number).and_then(Option::as_mut).context("a batch is missing")?;
        Ok((batch.kept.take().context("a batch is missing its observations")?, batch.base))
    }

    /// Puts the observations of a batch back.
    pub fn put_back(&mut self, number: usize, kept: Kept) {
        if let Some(Some(batch)) = self.batches.get_mut(number) {
            batch.kept = Some(kept);
        }
    }

    /// The end of the furthest bytes that the batches have on the disk.
    pub fn end_on_disk(&self) -> u64 {
        self.batches.iter().flatten().filter_map(|batch| batch.kept.as_ref()).map(Kept::end).max().unwrap_or(0)
    }
}
