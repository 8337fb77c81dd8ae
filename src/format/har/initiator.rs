//! What caused a request: recorders write a URL, an object of the browser's debugging protocol, or
//! that object as a JSON string.

use super::json::{Bytes, Object, absent};
use crate::record::{EMPTY, Text};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The URL of the document or script that caused a request; empty where none is recorded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Initiator<'a>(pub(super) Text<'a>);

impl Default for Initiator<'_> {
    fn default() -> Self {
        Initiator(EMPTY)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Initiator<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InitiatorVisitor(PhantomData))
    }
}

struct InitiatorVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for InitiatorVisitor<'a> {
    type Value = Initiator<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what caused a request")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        if text.starts_with('{') {
            return self.visit_str(text);
        }
        Ok(Initiator(Cow::Borrowed(text.as_bytes())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if !text.starts_with('{') {
            return Ok(Initiator(Cow::Owned(text.as_bytes().to_vec())));
        }
        let inner = serde_json::from_str::<Object<Cause<'_>>>(text).unwrap_or_default();
        Ok(Initiator(Cow::Owned(inner.0.into_url().into_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let cause = Cause::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Initiator(cause.into_url()))
    }

    absent!(number, flag, null, list);
}

/// The debugging protocol's description of a cause.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Cause<'a> {
    #[serde(borrow)]
    url: Bytes<'a>,
    #[serde(borrow)]
    stack: Stack<'a>,
}

impl<'a> Cause<'a> {
    fn into_url(self) -> Text<'a> {
        if self.url.0.is_empty() { self.stack.0 } else { self.url.0 }
    }
}

/// The URL of the innermost call in a stack that has one.
struct Stack<'a>(Text<'a>);

impl Default for Stack<'_> {
    fn default() -> Self {
        Stack(EMPTY)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Stack<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StackSeed { parents: 16, lifetime: PhantomData }.deserialize(deserializer)
    }
}

/// Reads a stack, of which asynchronous ones hang below each other without end, to a bounded depth.
#[derive(Clone, Copy)]
struct StackSeed<'a> {
    parents: usize,
    lifetime: PhantomData<&'a ()>,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for StackSeed<'a> {
    type Value = Stack<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for StackSeed<'a> {
    type Value = Stack<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stack of calls")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut own = EMPTY;
        let mut inherited = EMPTY;
        while let Some(key) = map.next_key::<Bytes<'a>>()? {
            match (&*key.0, self.parents.checked_sub(1)) {
                (b"callFrames", _) => own = map.next_value::<Frames<'a>>()?.0,
                (b"parent", Some(parents)) if own.is_empty() => {
                    let lifetime = PhantomData;
                    inherited = map.next_value_seed(StackSeed { parents, lifetime })?.0;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Stack(if own.is_empty() { inherited } else { own }))
    }

    absent!(text, number, flag, null, list);
}

/// One call of a stack.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Frame<'a> {
    #[serde(borrow)]
    url: Bytes<'a>,
}

/// The first URL of a list of calls; the calls behind it are not read.
struct Frames<'a>(Text<'a>);

impl Default for Frames<'_> {
    fn default() -> Self {
        Frames(EMPTY)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Frames<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FramesVisitor(PhantomData))
    }
}

struct FramesVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for FramesVisitor<'a> {
    type Value = Frames<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut url = EMPTY;
        while url.is_empty()
            && let Some(Object(frame)) = seq.next_element::<Object<Frame<'a>>>()?
        {
            url = frame.url.0;
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Frames(url))
    }

    absent!(text, number, flag, null, object);
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::ByteSlice;

    fn initiator(json: &str) -> String {
        let found: Initiator<'_> = serde_json::from_str(json).expect(json);
        found.0.to_str_lossy().into_owned()
    }

    #[test]
    fn every_spelling_of_a_cause_gives_its_url() {
        let url = "https://shop.example/app.js";
        for json in [
            r#""https://shop.example/app.js""#,
            r#"{"type":"parser","url":"https://shop.example/app.js","lineNumber":7}"#,
            r#"{"type":"script","stack":{"callFrames":[{"url":""},{"url":"https://shop.example/app.js"}]}}"#,
            r#"{"stack":{"parent":{"callFrames":[{"url":"https://shop.example/app.js"}]},"callFrames":[]}}"#,
            r#"{"stack":{"callFrames":[{"url":"https://shop.example/app.js"}],"parent":{"callFrames":[{"url":"x"}]}}}"#,
            r#""{\"type\":\"script\",\"stack\":{\"callFrames\":[{\"url\":\"https://shop.example/app.js\"}]}}""#,
        ] {
            assert_eq!(initiator(json), url, "{json}");
        }
        for json in ["null", "7", "{}", "[1]", r#"{"type":"other"}"#, r#""{broken""#, r#"{"stack":7}"#] {
            assert_eq!(initiator(json), "", "{json}");
        }
    }
}
