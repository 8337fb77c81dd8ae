//! Where a request names the site's account at the vendor, the event and the page.

use super::schema::Source;
use super::{EndpointId, Knowledge, VendorId};

impl Knowledge {
    /// The account of a request: the first of the endpoint's sources that gives one. `value` looks
    /// a key path up among the request's parameters.
    pub fn account<'r>(
        &self,
        endpoint: EndpointId,
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<&'r str> {
        self.first(&self.endpoint_entry(endpoint).account, host, path, value)
    }

    /// The event of a request in the vendor's own words.
    pub fn event<'r>(
        &self,
        endpoint: EndpointId,
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<&'r str> {
        self.first(&self.endpoint_entry(endpoint).event, host, path, value)
    }

    /// An account as tables print it: `meta:1616008915466977`.
    pub fn account_text(&self, vendor: VendorId, account: &str) -> String {
        format!("{}:{account}", self.vendor(vendor).account_prefix)
    }

    fn first<'r>(
        &self,
        sources: &[Source],
        host: &'r str,
        path: &'r str,
        value: impl Fn(&str) -> Option<&'r str>,
    ) -> Option<&'r str> {
        sources.iter().find_map(|source| match source {
            Source::Key(key) => value(key).filter(|value| !value.is_empty()),
            Source::Path(pattern) => self.patterns.captured(*pattern, path),
            Source::Host(pattern) => self.patterns.captured(*pattern, host),
        })
    }
}
