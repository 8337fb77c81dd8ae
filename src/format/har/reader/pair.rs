//! Pairs in one step. Most of a capture without bodies are headers, each an object of a name and a value
//! all of whose quotes are known, so that it need not be read field by field.

use super::Reader;
use serde::de::Visitor;
use serde::de::value::{BorrowedBytesDeserializer, Error, SeqDeserializer};
use std::ops::Range;

/// As what a type asks for a name and a value. A visitor of it is shown the two as a sequence, or, of
/// anything but an object of two plain strings under these keys in this order, the whole as a newtype.
pub(in crate::format::har) const PAIR: &str = "a name with its value";

impl<'de> Reader<'de, '_> {
    /// Shows a visitor the pair that begins here.
    pub(super) fn pair<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let Some((pair, end)) = self.plain_pair() else { return visitor.visit_newtype_struct(self) };
        self.at = end;
        visitor.visit_seq(SeqDeserializer::new(pair.into_iter().map(BorrowedBytesDeserializer::new)))
    }

    /// The name and the value of a plain pair, and where it ends.
    fn plain_pair(&self) -> Option<([&'de [u8]; 2], usize)> {
        if self.byte() != Some(b'{') {
            return None;
        }
        let start = self.at + 1;
        let end = self.marks.next(start, |mark| mark.brackets)?;
        let mut quotes = self.marks.quotes(start, end);
        let mut string = || Some(quotes.next()? + 1..quotes.next()?);
        let [name_key, name, value_key, value] = [string()?, string()?, string()?, string()?];
        let text = |range: &Range<usize>| self.json.get(range.clone());
        let is_plain = text(&name_key) == Some(b"name")
            && self.behind(name_key.end + 1, b':') == Some(name.start - 1)
            && self.behind(name.end + 1, b',') == Some(value_key.start - 1)
            && text(&value_key) == Some(b"value")
            && self.behind(value_key.end + 1, b':') == Some(value.start - 1)
            && self.behind_blanks(value.end + 1) == end
            && self.json.get(end) == Some(&b'}')
            && !self.marks.has_backslash(name.start..value.end);
        is_plain.then_some(([text(&name)?, text(&value)?], end + 1))
    }

    /// What follows behind this byte, which is due here, and the blanks around it.
    fn behind(&self, at: usize, byte: u8) -> Option<usize> {
        let at = self.behind_blanks(at);
        (self.json.get(at) == Some(&byte)).then(|| self.behind_blanks(at + 1))
    }
}
