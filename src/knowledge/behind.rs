//! Vendors behind a host of another name: a site can forward a vendor's requests through its own
//! domain, but path and parameters give the vendor away.

use super::{Knowledge, VendorId};

/// What a signature may look at.
#[derive(Clone, Copy)]
pub struct Seen<'r> {
    /// The URL's path.
    pub path: &'r str,
    /// The URL's query as written.
    pub query: &'r str,
    /// Looks a key path up among the parameters of query and body.
    pub value: &'r dyn Fn(&str) -> Option<&'r str>,
}

impl std::fmt::Debug for Seen<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Seen").field("path", &self.path).field("query", &self.query).finish_non_exhaustive()
    }
}

impl Knowledge {
    /// The vendor whose signature a request bears, for hosts that no vendor is known to have.
    pub fn behind(&self, seen: Seen<'_>) -> Option<VendorId> {
        let found = self.shelf.signatures.iter().find(|signature| {
            signature.path.is_none_or(|path| self.patterns.is_match(path, seen.path))
                && signature.query.is_none_or(|query| self.patterns.is_match(query, seen.query))
                && signature
                    .all
                    .iter()
                    .all(|(key, value)| (seen.value)(key).is_some_and(|text| self.patterns.is_match(*value, text)))
                && self.has_any(&signature.any, usize::from(signature.any_least), seen)
                && signature.body.iter().all(|key| (seen.value)(key).is_some())
        });
        found.map(|signature| VendorId(signature.vendor))
    }

    fn has_any(&self, keys: &[String], least: usize, seen: Seen<'_>) -> bool {
        least == 0 || keys.iter().filter(|key| (seen.value)(key).is_some()).take(least).count() == least
    }
}
