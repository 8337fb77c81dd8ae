//! Marks: where the quotes and brackets of JSON are. The cutter, which looks at every byte anyway,
//! leaves them behind; whoever reads a value steps from one to the next.

use super::blocks::{BLOCK, Block, Strings, block_end, whole_block};
use std::ops::Range;

/// The marks of one block; its first byte has the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The quotes that begin and end strings.
    pub(super) quotes: u64,
    /// The brackets outside of strings.
    pub(super) brackets: u64,
    /// All backslashes.
    pub(super) backslashes: u64,
}

impl Mark {
    /// The marks of a block whose strings are known.
    #[inline]
    pub(super) fn of(strings: &Strings) -> Self {
        let brackets = strings.opening() | strings.closing();
        Mark { quotes: strings.quotes, brackets, backslashes: strings.backslashes() }
    }
}

/// The marks of a buffer, whose blocks are counted from its first byte. Only those inside of values
/// that were looked at mean anything.
#[derive(Clone, Debug, Default)]
pub struct Marks(Vec<Mark>);

impl Marks {
    /// Forgets all marks and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The marks of a whole text, which begins outside of strings.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut marks = Marks(Vec::with_capacity(text.len() / BLOCK + 1));
        marks.fill(text, 0..text.len());
        marks
    }

    /// Sets the marks of a value at this place of the buffer.
    pub(super) fn fill(&mut self, buf: &[u8], range: Range<usize>) {
        let (mut at, mut in_string, mut escaped) = (range.start, false, false);
        while at < range.end {
            let mut padded = [b' '; BLOCK];
            let bytes = whole_block(buf, at).unwrap_or_else(|| {
                let rest = &buf[at - at % BLOCK..];
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            });
            let strings = Block::of(bytes).strings(at, in_string, escaped);
            self.put(at, Mark::of(&strings));
            (in_string, escaped) = (strings.ends_inside(), strings.escapes_next);
            at = block_end(at);
        }
    }

    /// Sets the marks of a block from the byte `at` on.
    #[inline]
    pub(super) fn put(&mut self, at: usize, mark: Mark) {
        let block = at / BLOCK;
        if self.0.len() <= block {
            self.0.resize(block + 1, Mark::default());
        }
        let (before, old) = (!(!0 << (at % BLOCK)), self.0[block]);
        self.0[block] = Mark {
            quotes: old.quotes & before | mark.quotes,
            brackets: old.brackets & before | mark.brackets,
            backslashes: old.backslashes & before | mark.backslashes,
        };
    }

    /// The place of the first mark from `from` on that `kind` picks.
    #[inline]
    pub(super) fn next(&self, from: usize, kind: impl Fn(&Mark) -> u64) -> Option<usize> {
        let mut block = from / BLOCK;
        let mut found = kind(self.0.get(block)?) & (!0 << (from % BLOCK));
        while found == 0 {
            block += 1;
            found = kind(self.0.get(block)?);
        }
        Some(block * BLOCK + found.trailing_zeros() as usize)
    }

    /// The places of the brackets from `from` on.
    #[inline]
    pub(super) fn brackets(&self, from: usize) -> impl Iterator<Item = usize> {
        let (first, mut wanted) = (from / BLOCK, !0 << (from % BLOCK));
        self.0.iter().enumerate().skip(first).flat_map(move |(block, mark)| {
            let mut rest = mark.brackets & std::mem::replace(&mut wanted, !0);
            std::iter::from_fn(move || {
                let place = (rest != 0).then(|| block * BLOCK + rest.trailing_zeros() as usize);
                rest &= rest.wrapping_sub(1);
                place
            })
        })
    }

    /// Where the string ends whose inside begins at `from`, and whether a backslash is in it.
    #[inline]
    pub(super) fn string(&self, from: usize) -> Option<(usize, bool)> {
        let (mut block, mut inside) = (from / BLOCK, !0 << (from % BLOCK));
        let mut backslashes = 0;
        loop {
            let mark = self.0.get(block)?;
            let quotes = mark.quotes & inside;
            if quotes != 0 {
                let before = (quotes & quotes.wrapping_neg()) - 1;
                backslashes |= mark.backslashes & inside & before;
                return Some((block * BLOCK + quotes.trailing_zeros() as usize, backslashes != 0));
            }
            backslashes |= mark.backslashes & inside;
            (block, inside) = (block + 1, !0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks of a value, each as the characters at the marked places.
    fn shown(buf: &str, marks: &Marks, range: Range<usize>) -> [String; 3] {
        [|mark: &Mark| mark.quotes, |mark: &Mark| mark.brackets, |mark: &Mark| mark.backslashes].map(|kind| {
            let mut places = Vec::new();
            while let Some(place) = marks.next(places.last().map_or(range.start, |last| last + 1), kind)
                && place < range.end
            {
                places.push(place);
            }
            places.iter().map(|place| &buf[*place..=*place]).collect()
        })
    }

    #[test]
    fn strings_and_brackets_are_told_apart_wherever_a_value_begins() {
        let value = r#"{"a[":["\\\"{",{"long":"0123456789012345678901234567890123456789\\"}],"b":{}}"#;
        for before in 0..130 {
            let buf = "\"".repeat(before) + value + "\"{";
            let range = before..before + value.len();
            let mut marks = Marks::default();
            marks.fill(buf.as_bytes(), range.clone());
            let [quotes, brackets, backslashes] = shown(&buf, &marks, range);
            assert_eq!((quotes.len(), brackets.as_str(), backslashes.len()), (10, "{[{}]{}}", 5), "{before}");
        }
    }

    #[test]
    fn values_that_share_a_block_keep_their_marks() {
        let buf = r#"{"a":1},{"b":2}"#;
        let mut marks = Marks::of(buf.as_bytes());
        marks.fill(buf.as_bytes(), 8..15);
        assert_eq!(shown(buf, &marks, 0..7), [r#""""#, "{}", ""]);
        assert_eq!(shown(buf, &marks, 8..15), [r#""""#, "{}", ""]);
    }

    #[test]
    fn strings_end_at_their_quote_and_tell_of_backslashes_before_it() {
        for end in [1, 2, 63, 64, 65, 130, 199] {
            for place in (1..200).filter(|place| *place != end) {
                let mut text = [b'x'; 200];
                (text[0], text[end], text[place]) = (b'"', b'"', b'\\');
                let marks = Marks::of(&text);
                // One before the quote escapes it.
                let found = if place + 1 == end { None } else { Some((end, place < end)) };
                assert_eq!(marks.string(1), found, "{end} {place}");
            }
        }
    }
}
