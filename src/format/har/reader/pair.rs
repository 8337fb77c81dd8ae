//! Pairs in one step. Most of a capture without bodies are headers, each an object of a name and a value,
//! which need not be read field by field.

use super::Reader;
use serde::de::Visitor;
use serde::de::value::{BorrowedBytesDeserializer, Error, SeqDeserializer};

/// As what a type asks for a name and a value. A visitor of it is shown the two as a sequence, or, of
/// anything but an object of two plain strings under these keys in this order, the whole as a newtype.
pub(in crate::format::har) const PAIR: &str = "a name with its value";

impl<'de> Reader<'de, '_> {
    /// Shows a visitor the pair that begins here.
    pub(super) fn pair<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let start = self.at;
        let Some(pair) = self.compact_pair().or_else(|| self.back_to(start).plain_pair()) else {
            return visitor.visit_newtype_struct(self.back_to(start));
        };
        visitor.visit_seq(SeqDeserializer::new(pair.into_iter().map(BorrowedBytesDeserializer::new)))
    }

    fn back_to(&mut self, start: usize) -> &mut Self {
        self.at = start;
        self
    }

    /// The name and the value of a plain pair without any blanks; anything else is left somewhere inside.
    fn compact_pair(&mut self) -> Option<[&'de [u8]; 2]> {
        let name = self.behind(b"{\"name\":").then(|| self.plain_string())??;
        let value = self.behind(b",\"value\":").then(|| self.plain_string())??;
        self.behind(b"}").then_some([name, value])
    }

    /// The name and the value of a plain pair; anything else is left somewhere inside.
    fn plain_pair(&mut self) -> Option<[&'de [u8]; 2]> {
        let pair = [self.plain_field(*b"{", *b"\"name\"")?, self.plain_field(*b",", *b"\"value\"")?];
        self.passes(b"}").then_some(pair)
    }

    /// The string without escapes under this key with its quotes, behind this sign.
    #[inline(always)]
    fn plain_field<const N: usize>(&mut self, before: [u8; 1], key: [u8; N]) -> Option<&'de [u8]> {
        let is_field = self.passes(&before) && self.passes(&key) && self.passes(b":");
        self.skip_blank();
        if is_field { self.plain_string() } else { None }
    }

    /// The string without escapes that begins here.
    #[inline(always)]
    fn plain_string(&mut self) -> Option<&'de [u8]> {
        if self.byte() != Some(b'"') {
            return None;
        }
        let (inside, escaped) = self.string().ok()?;
        escaped.is_none().then_some(inside)
    }
}
