//! Reads the fields of a JSON value by its marks. A capture is made of short strings of which few
//! are wanted, so that stepping from quote to quote, and over what nobody asked for, is faster than
//! looking at every byte. Fractions and strings with escapes by number are left to serde_json, one
//! such value at a time.

use super::marks::Marks;
use memchr::memchr;
pub(super) use pair::PAIR;
use serde::de::value::Error;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// A place in a JSON text, as a deserializer of the value that begins there. What is skipped is not
/// checked beyond its brackets and strings, and neither is what stands between a comma and the next key.
pub(super) struct Reader<'de, 'm> {
    json: &'de [u8],
    marks: &'m Marks,
    at: usize,
}

/// The value that begins at `start`, with the marks of the whole text.
///
/// # Errors
/// It is not JSON, or not of the kind that `T` takes.
pub(super) fn read<'de, T: Deserialize<'de>>(json: &'de [u8], start: usize, marks: &Marks) -> Result<T, Error> {
    let mut reader = Reader { json, marks, at: start };
    reader.skip_blank();
    T::deserialize(&mut reader)
}

fn unexpected() -> Error {
    Error::custom("unexpected byte")
}

impl<'de> Reader<'de, '_> {
    fn byte(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    #[inline(always)]
    fn skip_blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
            // Many captures are indented, by so many spaces that one at a time takes long.
            if let Some(next) = self.json.get(self.at..).and_then(|rest| rest.first_chunk()) {
                let others = u64::from_le_bytes(*next) ^ u64::from_le_bytes(*b"        ");
                self.at += others.trailing_zeros() as usize / 8;
            }
        }
    }

    /// Passes this text, which is due but for blanks before it.
    fn pass<const N: usize>(&mut self, text: &[u8; N]) -> Result<(), Error> {
        if self.passes(text) { Ok(()) } else { Err(unexpected()) }
    }

    /// Passes the text that is due but for blanks before it; says whether it was this one.
    #[inline(always)]
    fn passes<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        self.skip_blank();
        self.behind(text)
    }

    /// Goes behind a text of this length; says whether it was this one.
    #[inline(always)]
    fn behind<const N: usize>(&mut self, text: &[u8; N]) -> bool {
        let is_there = self.json.get(self.at..).and_then(|rest| rest.first_chunk()) == Some(text);
        self.at += N;
        is_there
    }

    /// The inside of the string that begins at the quote here, and the string with its quotes if it has
    /// escapes.
    #[inline(always)]
    fn string(&mut self) -> Result<(&'de [u8], Option<&'de [u8]>), Error> {
        let (end, has_escapes) = self.marks.string(self.at + 1).ok_or_else(unexpected)?;
        let whole = self.json.get(self.at..=end).ok_or_else(unexpected)?;
        self.at = end + 1;
        Ok((&whole[1..whole.len() - 1], has_escapes.then_some(whole)))
    }

    /// The number or word that begins here.
    fn scalar(&mut self) -> &'de [u8] {
        let rest = self.json.get(self.at..).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        let scalar = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
        self.at += scalar.len();
        scalar
    }

    /// Passes over a value of any kind.
    fn skip(&mut self) -> Result<(), Error> {
        match self.byte() {
            Some(b'"') => self.string().map(drop),
            Some(b'{' | b'[') => self.skip_container(),
            _ if self.scalar().is_empty() => Err(unexpected()),
            _ => Ok(()),
        }
    }

    fn skip_container(&mut self) -> Result<(), Error> {
        let mut depth = 0;
        let end = self.marks.brackets(self.at).find(|bracket| {
            match self.json.get(*bracket) {
                Some(b'{' | b'[') => depth += 1,
                _ => depth -= 1,
            }
            depth == 0
        });
        self.at = end.ok_or_else(unexpected)? + 1;
        Ok(())
    }

    /// Passes the comma behind an item, or the bracket behind the last one; says whether an item follows.
    #[inline(always)]
    fn goes_on(&mut self, is_first: bool, closing: u8) -> Result<bool, Error> {
        self.skip_blank();
        match self.byte() {
            Some(byte) if byte == closing => {
                self.at += 1;
                Ok(false)
            }
            _ if is_first => Ok(true),
            _ => self.pass(b",").map(|()| true),
        }
    }
}

/// A text with the characters that its escapes of one letter stand for; `None` where it has others.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        plain.extend_from_slice(&rest[..at]);
        plain.push(match *rest.get(at + 1)? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
    plain.extend_from_slice(rest);
    Some(plain)
}

/// A number of digits only, as most are.
fn plain_number(text: &[u8]) -> Option<u64> {
    let is_plain = match text {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_plain.then(|| text.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// What serde_json makes of a string with escapes or of a number, if that is all of the text.
macro_rules! by_serde_json {
    ($text:expr, $method:ident, $visitor:expr) => {{
        let mut deserializer = serde_json::Deserializer::from_slice($text);
        let value = deserializer.$method($visitor).map_err(Error::custom)?;
        deserializer.end().map_err(Error::custom)?;
        Ok(value)
    }};
}

impl<'de> Deserializer<'de> for &mut Reader<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte() {
            Some(b'"') => {
                let (inside, escaped) = self.string()?;
                if let Some(string) = escaped {
                    return by_serde_json!(string, deserialize_any, visitor);
                }
                visitor.visit_borrowed_str(str::from_utf8(inside).map_err(Error::custom)?)
            }
            Some(b'{') => {
                self.at += 1;
                visitor.visit_map(Items { reader: self, is_first: true })
            }
            Some(b'[') => {
                self.at += 1;
                visitor.visit_seq(Items { reader: self, is_first: true })
            }
            _ => match self.scalar() {
                b"null" => visitor.visit_unit(),
                b"true" => visitor.visit_bool(true),
                b"false" => visitor.visit_bool(false),
                scalar => match plain_number(scalar) {
                    Some(number) => visitor.visit_u64(number),
                    None => by_serde_json!(scalar, deserialize_any, visitor),
                },
            },
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte() {
            Some(b'"') => {
                let (inside, escaped) = self.string()?;
                let Some(string) = escaped else {
                    return visitor.visit_borrowed_bytes(inside);
                };
                match unescaped(inside) {
                    Some(bytes) => visitor.visit_byte_buf(bytes),
                    None => by_serde_json!(string, deserialize_bytes, visitor),
                }
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.byte() == Some(b'n') && self.scalar() == b"null" {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == PAIR { self.pair(visitor) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum
    }
}

/// The items of an object or a list whose opening bracket has been passed.
struct Items<'r, 'de, 'm> {
    reader: &'r mut Reader<'de, 'm>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if !self.reader.goes_on(std::mem::take(&mut self.is_first), b']')? {
            return Ok(None);
        }
        self.reader.skip_blank();
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let reader = &mut *self.reader;
        if !reader.goes_on(std::mem::take(&mut self.is_first), b'}')? {
            return Ok(None);
        }
        reader.at = reader.marks.next(reader.at, |mark| mark.quotes | mark.brackets).ok_or_else(unexpected)?;
        if reader.byte() != Some(b'"') {
            return Err(unexpected());
        }
        seed.deserialize(reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.reader.pass(b":")?;
        self.reader.skip_blank();
        seed.deserialize(&mut *self.reader)
    }
}

mod pair;
#[cfg(test)]
mod tests;
