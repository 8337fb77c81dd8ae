//! The knowledge base as lists, for people who want to read or check it.

use super::owners::OwnerId;
use super::schema::{PURPOSES, Source};
use super::{EndpointId, Knowledge, Vendor, VendorId};

impl Knowledge {
    /// All vendors, sorted by their files' names.
    pub fn vendors(&self) -> impl Iterator<Item = (VendorId, &Vendor)> {
        (0..).map(VendorId).zip(&self.shelf.vendors)
    }

    /// A vendor's endpoints, in its file's order.
    pub fn endpoints(&self, vendor: VendorId) -> impl Iterator<Item = EndpointId> + use<> {
        let (first, end) = self.vendor(vendor).endpoints;
        (first..end).map(EndpointId)
    }

    /// All companies, sorted by name.
    pub fn owners(&self) -> impl Iterator<Item = OwnerId> + use<> {
        let count = u32::try_from(self.shelf.owners.len()).unwrap_or(u32::MAX);
        (0..count).map(OwnerId)
    }

    /// Domains that are known by their company only, sorted; a leading dot covers all below.
    pub fn company_domains(&self) -> impl Iterator<Item = (&str, &str, OwnerId, &'static str)> {
        self.shelf.company_domains.iter().filter_map(|(domain, number)| {
            let company = self.shelf.companies.get(usize::from(*number))?;
            let purpose = PURPOSES[usize::from(company.purpose)];
            Some((domain.as_str(), company.name.as_str(), OwnerId(company.owner.into()), purpose))
        })
    }

    /// The regular expression of an endpoint's path; `None` for any path.
    pub fn path_pattern(&self, endpoint: EndpointId) -> Option<&str> {
        self.endpoint_entry(endpoint).path.map(|number| self.patterns.text(number))
    }

    /// A source of accounts or events as the files write it.
    pub fn source_text(&self, source: &Source) -> String {
        match source {
            Source::Key(key) => key.clone(),
            Source::Path(number) => format!("path:{}", self.patterns.text(*number)),
            Source::Word { key, word } => format!("{}={word}", key.as_deref().unwrap_or_default()),
            Source::Host(number) => format!("host:{}", self.patterns.text(*number)),
        }
    }
}
