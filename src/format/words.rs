//! Words: a line split at its spaces. Where words begin and end is told for 64 bytes at a time with
//! vector instructions, so that no branch has to guess how long a word is.

use std::ops::Range;
use wide::u8x16;

/// Bytes that are looked at at once.
const BLOCK: usize = 64;

/// The words of a line from its beginning on, where a space means that the first word is empty.
pub(super) struct Words<'b> {
    text: &'b [u8],
    /// Where the next word begins.
    start: usize,
    /// Where the block at hand begins and what was behind it.
    block: usize,
    behind: usize,
    /// The bytes of the block that are spaces and follow none, or the other way round.
    edges: u64,
    /// Whether the byte before `behind` is a space.
    after_space: bool,
}

impl<'b> Words<'b> {
    pub(super) fn of(text: &'b [u8]) -> Self {
        Words { text, start: 0, block: 0, behind: 0, edges: 0, after_space: false }
    }

    /// The place of the next word; an empty one when there is no more.
    #[inline]
    pub(super) fn next(&mut self) -> Range<usize> {
        let (start, end) = (self.start, self.edge());
        self.start = self.edge();
        start..end
    }

    /// The next word.
    #[inline]
    pub(super) fn word(&mut self) -> &'b [u8] {
        &self.text[self.next()]
    }

    /// Everything from the next word on.
    pub(super) fn rest(&self) -> &'b [u8] {
        &self.text[self.start..]
    }

    /// Where the words or the spaces at hand end.
    #[inline]
    fn edge(&mut self) -> usize {
        while self.edges == 0 {
            if self.behind == self.text.len() {
                return self.behind;
            }
            self.look();
        }
        let edge = self.block + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        edge
    }

    /// Looks at the next block.
    fn look(&mut self) {
        let rest = &self.text[self.behind..];
        let spaces = match (rest.first_chunk(), self.text.last_chunk()) {
            (Some(block), _) => spaces(block),
            // What was looked at before is shifted out.
            (None, Some(block)) => spaces(block) >> (BLOCK - rest.len()),
            (None, None) => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                spaces(&block)
            }
        };
        let length = rest.len().min(BLOCK);
        self.edges = (spaces ^ (spaces << 1 | u64::from(self.after_space))) & (!0 >> (BLOCK - length));
        self.after_space = spaces >> (length - 1) & 1 == 1;
        (self.block, self.behind) = (self.behind, self.behind + length);
    }
}

/// The spaces of a block; its first byte has the lowest bit.
#[inline]
fn spaces(block: &[u8; BLOCK]) -> u64 {
    let (parts, _) = block.as_chunks();
    parts
        .iter()
        .rev()
        .fold(0, |bits, part| bits << 16 | u64::from(u8x16::new(*part).simd_eq(u8x16::splat(b' ')).to_bitmask()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::lines::word;
    use proptest::prelude::*;

    /// The words one by one, and what is left behind each.
    fn one_by_one(mut text: &[u8], count: usize) -> Vec<(&[u8], &[u8])> {
        let step = |_| {
            let (first, rest) = word(text);
            text = rest;
            (first, rest)
        };
        (0..count).map(step).collect()
    }

    proptest! {
        #[test]
        fn words_are_those_that_a_search_for_spaces_finds(text in "([a-z]{0,70} {0,3}){0,9}| {0,200}") {
            let mut words = Words::of(text.as_bytes());
            for expected in one_by_one(text.as_bytes(), 12) {
                prop_assert_eq!((words.word(), words.rest()), expected);
            }
        }
    }
}
