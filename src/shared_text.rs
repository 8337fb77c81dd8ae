//! A text that is found again and again: shared among all that hold it while records are searched,
//! and borrowed from the bytes of an observation when that is read again.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Deref;
use std::rc::Rc;

/// A text that is not copied.
#[derive(Clone, Debug)]
pub enum SharedText<'a> {
    /// Borrowed from where it was read.
    Borrowed(&'a str),
    /// Shared with others.
    Shared(Rc<str>),
}

impl Deref for SharedText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            SharedText::Borrowed(text) => text,
            SharedText::Shared(text) => text,
        }
    }
}

impl PartialEq for SharedText<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedText<'_> {}

impl Serialize for SharedText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for SharedText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&str>::deserialize(deserializer).map(SharedText::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_borrowed_when_it_is_read() {
        let text = SharedText::Shared("2** M**** St".into());
        let stored = postcard::to_stdvec(&text).expect("stored");
        let read: SharedText<'_> = postcard::from_bytes(&stored).expect("read");
        assert!(matches!(read, SharedText::Borrowed("2** M**** St")));
        assert_eq!(read, text);
    }
}
