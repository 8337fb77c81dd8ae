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
        let Some(pair) = self.plain_pair() else {
            self.at = start;
            return visitor.visit_newtype_struct(self);
        };
        visitor.visit_seq(SeqDeserializer::new(pair.into_iter().map(BorrowedBytesDeserializer::new)))
    }

    /// The name and the value of a plain pair; anything else is left somewhere inside.
    fn plain_pair(&mut self) -> Option<[&'de [u8]; 2]> {
        let pair = [self.plain_field(b"{", b"\"name\"")?, self.plain_field(b",", b"\"value\"")?];
        self.passes(b"}").then_some(pair)
    }

    /// The string without escapes under this key with its quotes, behind this sign.
    fn plain_field(&mut self, before: &[u8], key: &[u8]) -> Option<&'de [u8]> {
        let is_field = self.passes(before) && self.passes(key) && self.passes(b":");
        self.skip_blank();
        if !is_field || self.byte() != Some(b'"') {
            return None;
        }
        let inside = self.string().ok()?;
        self.escaped(&inside).is_none().then(|| &self.json[inside])
    }
}
