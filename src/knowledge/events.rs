//! Event words: every vendor has its own for the same thing, the tables have one.

use super::{Knowledge, VendorId};
use std::borrow::Cow;

/// Longer words are no event names but somebody's text.
const LONGEST: usize = 64;

impl Knowledge {
    /// The tool's words for a vendor's event, or the vendor's own where there are none.
    pub fn event_words<'r>(&'r self, vendor: VendorId, raw: &'r str) -> Cow<'r, str> {
        let raw = raw.trim();
        if raw.len() > LONGEST {
            return Cow::Borrowed(raw);
        }
        let key: String = raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let own = word(&self.vendor(vendor).events, &key);
        Cow::Borrowed(own.or_else(|| word(&self.shelf.events, &key)).unwrap_or(raw))
    }
}

fn word<'k>(words: &'k [(String, String)], key: &str) -> Option<&'k str> {
    let at = words.binary_search_by(|(raw, _)| raw.as_str().cmp(key)).ok()?;
    Some(&words[at].1)
}
