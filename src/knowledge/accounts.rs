//! Where a request names the site's account at the vendor, the event and the page.

use super::schema::{Parameter, Source};
use super::{EndpointId, Knowledge, Location, VendorId};
use std::borrow::Cow;

impl Knowledge {
    /// The account of a request: the first of the endpoint's sources that gives one. `value` looks
    /// a key path up among the request's parameters.
    pub fn account<'r>(
        &'r self,
        endpoint: EndpointId,
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<&'r str> {
        let account = &self.endpoint_entry(endpoint).account;
        account.iter().find_map(|source| self.named_by(source, host, path, &value))
    }

    /// The event of a request in the vendor's own words and in the tool's. What the vendor's entry turns
    /// into an empty word is no event.
    pub fn event<'r>(
        &'r self,
        endpoint: EndpointId,
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<(&'r str, Cow<'r, str>)> {
        let vendor = self.vendor_of(endpoint);
        let raw = self.endpoint_entry(endpoint).event.iter();
        let raw = raw.filter_map(|source| self.named_by(source, host, path, &value));
        raw.map(|raw| (raw, self.event_words(vendor, raw))).find(|(_, words)| !words.is_empty())
    }

    /// The key under which [`Knowledge::account`], [`Knowledge::event`] and the endpoint's `page`,
    /// `referrer` and `text` ask for the value at a key path, if they ask for it at all. In a batch the
    /// path is longer than the key.
    pub fn named<'p>(&self, endpoint: EndpointId, path: &'p str) -> Option<&'p str> {
        let entry = self.endpoint_entry(endpoint);
        let is_named = |path: &str| {
            let is_key = |source: &Source| match source {
                Source::Key(key) | Source::Word { key: Some(key), .. } => key == path,
                _ => false,
            };
            let sources = || entry.account.iter().chain(&entry.event);
            let texts = || entry.page.iter().chain(&entry.referrer).chain(&entry.text);
            sources().any(is_key) || texts().any(|key| key == path)
        };
        if is_named(path) {
            return Some(path);
        }
        let below = entry.below.iter().filter_map(|outer| super::parameters::inside(path, outer));
        below.into_iter().find(|inner| is_named(inner))
    }

    /// Whether a key that [`Knowledge::named`] gave is asked for by [`Knowledge::event`].
    pub fn names_event(&self, endpoint: EndpointId, key: &str) -> bool {
        self.endpoint_entry(endpoint).event.iter().any(|source| match source {
            Source::Key(known) | Source::Word { key: Some(known), .. } => known == key,
            _ => false,
        })
    }

    /// Whether the parameter at a key path is the vendor's number of the site or of the request, which
    /// says nothing of the visitor: the endpoint's account, or a parameter that is known by its whole
    /// name to hold no personal data.
    pub fn is_nobodys(&self, endpoint: EndpointId, location: Location, path: &str) -> bool {
        let names_account = self.named(endpoint, path).is_some_and(|key| {
            let is_key = |source: &Source| matches!(source, Source::Key(known) if known == key);
            self.endpoint_entry(endpoint).account.iter().any(is_key)
        });
        // At the end a `*` stands for any name, in between for a position in a list.
        let is_whole = |key: &str| !key.ends_with('*') && key.split('/').all(|name| name == "*" || !name.contains('*'));
        let is_empty = |known: &Parameter| known.class.is_none() && known.grade.is_fact() && is_whole(&known.key);
        names_account || self.parameter(endpoint, location, path).is_some_and(is_empty)
    }

    /// An account as tables print it: `meta:1616008915466977`.
    pub fn account_text(&self, vendor: VendorId, account: &str) -> String {
        format!("{}:{account}", self.vendor(vendor).account_prefix)
    }

    /// What one source of an account or event gives.
    fn named_by<'r>(
        &'r self,
        source: &'r Source,
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<&'r str> {
        match source {
            Source::Key(key) => value(key).filter(|value| !value.is_empty()),
            Source::Path(pattern) => self.patterns.captured(*pattern, path),
            Source::Host(pattern) => self.patterns.captured(*pattern, host),
            Source::Word { key: None, word } => Some(word.as_str()),
            Source::Word { key: Some(key), word } => value(key).map(|_| word.as_str()),
        }
    }
}
