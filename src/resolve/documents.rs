//! The documents that were loaded in a capture. There are as many as page loads, but few that differ
//! in more than their place, so each is kept as a number of what it is and as its distance from the
//! one before.

use crate::observation::PageRef;
use crate::symbols::Sym;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// Whether a document was a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DocumentKind {
    /// The browser said that it was a page.
    Page,
    /// The browser said that it was in a frame.
    Frame,
    /// The browser said only that it was a document.
    Unsaid,
}

/// A document that was loaded in a capture: a candidate for being a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Document {
    /// The number of its record in the input, from 0.
    pub record: u64,
    /// The capture's own name of the page that it belongs to.
    pub page_ref: Sym,
    /// The page that its URL names.
    pub page: PageRef,
    /// The page that referred to it.
    pub referer: PageRef,
    /// Whether it was a page or in a frame, and who says so.
    pub kind: DocumentKind,
    /// Whether its host belongs to a vendor of the knowledge base.
    pub vendor_host: bool,
}

/// Documents in the order in which they were added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Documents {
    /// Documents that differ, each at record 0.
    kinds: Vec<Document>,
    numbers: HashMap<Document, u32>,
    /// For each document how far its record is from the one before, and the number of its kind.
    seen: Vec<u8>,
    last: u64,
}

impl Documents {
    /// Adds a document.
    pub fn push(&mut self, document: Document) {
        let kind = Document { record: 0, ..document };
        let next = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(kind).or_insert(next);
        if number == next {
            self.kinds.push(kind);
        }
        let step = document.record.wrapping_sub(self.last);
        // Encoding into memory fails only when memory does; a half-written document must not stay.
        let before = self.seen.len();
        match postcard::to_extend(&(step, number), std::mem::take(&mut self.seen)) {
            Ok(seen) => (self.seen, self.last) = (seen, document.record),
            Err(_) => self.seen.truncate(before),
        }
    }

    /// Adds the documents of the next batch.
    pub fn append(&mut self, next: &Documents) {
        next.iter().for_each(|document| self.push(document));
    }

    /// The documents in order.
    pub fn iter(&self) -> impl Iterator<Item = Document> {
        let (mut rest, mut last) = (self.seen.as_slice(), 0u64);
        std::iter::from_fn(move || {
            let ((step, number), behind) = postcard::take_from_bytes::<(u64, u32)>(rest).ok()?;
            rest = behind;
            last = last.wrapping_add(step);
            self.kinds.get(number as usize).map(|kind| Document { record: last, ..*kind })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_in_order_and_take_little_room() {
        let document = |record: u64| Document {
            record,
            page_ref: Sym::EMPTY,
            page: PageRef::default(),
            referer: PageRef::default(),
            kind: if record.is_multiple_of(3) { DocumentKind::Frame } else { DocumentKind::Page },
            vendor_host: record.is_multiple_of(2),
        };
        let records: Vec<u64> = (0..1000).map(|number| number * 5).chain([7, u64::MAX, 0]).collect();
        let mut whole = Documents::default();
        for batch in records.chunks(10) {
            let mut next = Documents::default();
            batch.iter().for_each(|&record| next.push(document(record)));
            whole.append(&next);
        }
        let expected: Vec<Document> = records.iter().map(|&record| document(record)).collect();
        assert_eq!(whole.iter().collect::<Vec<_>>(), expected);
        assert!(whole.seen.len() < 3 * records.len() && whole.kinds.len() == 4);
    }
}
