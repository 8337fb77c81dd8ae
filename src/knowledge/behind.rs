//! Vendors behind a host of another name: a site can forward a vendor's requests through its own
//! domain, but path and parameters give the vendor away. Most requests of a log are asked about, so
//! one search for the signatures' words comes first and dismisses nearly all of them.

use super::schema::Signature;
use super::{EndpointId, Knowledge, VendorId};
use crate::place::parameters;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::fmt;

/// What a signature may look at.
#[derive(Clone, Copy)]
pub struct Seen<'r> {
    /// The URL's path.
    pub path: &'r str,
    /// The URL's query as written.
    pub query: &'r str,
    /// Whether the request has a body, among whose parameters `value` looks too.
    pub has_body: bool,
    /// Looks a key path up among the request's parameters; objects and lists have values too.
    pub value: &'r dyn Fn(&str) -> Option<&'r str>,
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Seen").field("path", &self.path).field("query", &self.query).finish_non_exhaustive()
    }
}

/// The words of all signatures.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// `None` where there are no words at all.
    search: Option<AhoCorasick>,
    /// For each word the signatures that it stands for, those of words inside it included.
    signatures: Vec<Vec<u16>>,
}

impl Words {
    pub(super) fn new(signatures: &[Signature]) -> Words {
        let mut words: Vec<&str> =
            signatures.iter().flat_map(|signature| &signature.words).map(String::as_str).collect();
        words.sort_unstable();
        words.dedup();
        let stands_for = |word: &str| {
            let inside = |signature: &Signature| signature.words.iter().any(|other| word.contains(other.as_str()));
            (0..).zip(signatures).filter(|(_, signature)| inside(signature)).map(|(number, _)| number).collect()
        };
        Words {
            // URLs are short: a plain automaton beats the searches that jump ahead.
            search: AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                .prefilter(false)
                .match_kind(MatchKind::LeftmostLongest)
                .build(&words)
                .ok(),
            signatures: words.iter().map(|word| stands_for(word)).collect(),
        }
    }

    /// The signatures that may fit, the surest first.
    fn candidates(&self, seen: Seen<'_>) -> Vec<u16> {
        let mut candidates = Vec::new();
        if let Some(search) = &self.search {
            for text in [seen.path, seen.query] {
                for found in search.find_iter(text) {
                    candidates.extend(self.signatures.get(found.pattern().as_usize()).into_iter().flatten());
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

impl Knowledge {
    /// The vendor whose signature a request bears. Only hosts that no vendor is known to have are
    /// worth asking about.
    pub fn behind(&self, seen: Seen<'_>) -> Option<VendorId> {
        let signatures = &self.shelf.signatures;
        let found = if seen.has_body {
            signatures.iter().find(|signature| self.bears(seen, signature))
        } else {
            let words = self.words.get_or_init(|| Words::new(signatures));
            let candidates = words.candidates(seen);
            let candidates = candidates.iter().filter_map(|&number| signatures.get(usize::from(number)));
            candidates.into_iter().find(|signature| self.bears(seen, signature))
        };
        found.map(|signature| VendorId(signature.vendor))
    }

    /// The vendor whose signature a URL bears, with the endpoint to read the request by.
    pub fn behind_url(&self, path: &str, query: &str) -> Option<(VendorId, Option<EndpointId>)> {
        let value = |key: &str| {
            let named = parameters(query.as_bytes()).find(|(name, _)| *name == key.as_bytes());
            named.and_then(|(_, value)| std::str::from_utf8(value).ok())
        };
        let vendor = self.behind(Seen { path, query, has_body: false, value: &value })?;
        Some((vendor, self.endpoint_behind(vendor, path)))
    }

    /// The endpoint to read a request by that was recognised by its signature: the one that names
    /// the path, else the vendor's first that collects, since paths are often renamed.
    pub fn endpoint_behind(&self, vendor: VendorId, path: &str) -> Option<EndpointId> {
        let fits = |endpoint: &EndpointId| {
            let pattern = self.endpoint_entry(*endpoint).path;
            pattern.is_some_and(|pattern| self.patterns.is_match(pattern, path))
        };
        let collects = |endpoint: &EndpointId| self.endpoint_entry(*endpoint).collects;
        self.endpoints(vendor).find(fits).or_else(|| self.endpoints(vendor).find(collects))
    }

    fn bears(&self, seen: Seen<'_>, signature: &Signature) -> bool {
        let is_value = |(key, pattern): &(String, u16)| {
            (seen.value)(key).is_some_and(|text| self.patterns.is_match(*pattern, text))
        };
        let is_there = |key: &&String| (seen.value)(key).is_some();
        let least = usize::from(signature.any_least);
        signature.path.is_none_or(|path| self.patterns.is_match(path, seen.path))
            && signature.query.is_none_or(|query| self.patterns.is_match(query, seen.query))
            && signature.all.iter().all(is_value)
            && signature.any.iter().filter(is_there).take(least).count() == least
            && (signature.body.is_empty() || seen.has_body)
            && signature.body.iter().all(|key| is_there(&key))
    }
}
