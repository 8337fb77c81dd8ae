//! Which product a host and a path belong to.

use super::names::Names;
use super::owners::OwnerId;
use super::schema::{PURPOSES, Shelf};
use super::{EndpointId, Knowledge, VendorId};
use crate::place::{has_upper_case, host_name, site_of};
use std::borrow::Cow;

/// What is known about a host; made by [`Knowledge::host`] and cheap to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HostFacts {
    /// The narrowest vendors' host pattern that covers the host.
    pattern: Option<u16>,
    /// The company or product that is known by the domain only.
    pub(super) company: Option<u32>,
    /// Whether the host is an alias of a vendor's, by a list.
    pub(super) alias: bool,
}

impl HostFacts {
    /// Whether a vendor's file names the host.
    pub fn has_vendor(self) -> bool {
        self.pattern.is_some()
    }

    /// Whether the host is a vendor's behind another name, by a list of such names.
    pub fn is_alias(self) -> bool {
        self.alias
    }

    /// Whether the host is known at all.
    pub fn is_listed(self) -> bool {
        self.pattern.is_some() || self.company.is_some()
    }
}

/// A recipient in the words of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product<'k> {
    /// The vendor's entry, where one claims the request.
    pub vendor: Option<VendorId>,
    /// The product's name.
    pub name: &'k str,
    /// The company behind it, where it is known.
    pub owner: Option<OwnerId>,
    /// What it is for.
    pub purpose: &'static str,
}

/// What the shipped files say of one pattern.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shipped {
    /// The vendors' host pattern.
    pattern: Option<u16>,
    /// The company or product.
    company: Option<u16>,
}

/// All names in the shipped files.
pub(super) fn names(shelf: &Shelf) -> Names<Shipped> {
    let mut names = Names::<Shipped>::default();
    for (pattern, number) in shelf.hosts.iter().zip(0..) {
        names.entry(&pattern.host).pattern = Some(number);
    }
    for (domain, company) in &shelf.company_domains {
        names.entry(domain).company = Some(*company);
    }
    names
}

impl Knowledge {
    /// What is known about a host. Case does not matter; a trailing dot is tolerated, a port is not.
    pub fn host(&self, host: &str) -> HostFacts {
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = match has_upper_case(host.as_bytes()) {
            true => Cow::Owned(host.to_ascii_lowercase()),
            false => Cow::Borrowed(host),
        };
        match self.imported.target(&host) {
            Some(target) => {
                let facts = self.facts(target);
                HostFacts { alias: facts.is_listed(), ..facts }
            }
            None => self.facts(&host),
        }
    }

    /// Whether a host is known at all, as [`Knowledge::host`] tells it, for many that are not.
    pub fn is_listed(&self, host: &[u8]) -> bool {
        if self.imported.is_empty() && !host.ends_with(b".") && !has_upper_case(host) {
            return self.names.covering(host).next().is_some();
        }
        self.host(&host_name(host)).is_listed()
    }

    fn facts(&self, host: &str) -> HostFacts {
        let mut shipped = Shipped::default();
        for narrower in self.names.covering(host.as_bytes()) {
            shipped.pattern = narrower.pattern.or(shipped.pattern);
            shipped.company = narrower.company.or(shipped.company);
        }
        let company = shipped.company.map(u32::from).or_else(|| self.imported.company(host));
        HostFacts { pattern: shipped.pattern, company, alias: false }
    }

    /// The recipient of a number, whether shipped or imported.
    pub(super) fn company(&self, number: u32) -> Option<Product<'_>> {
        if let Some(company) = self.shelf.companies.get(number as usize) {
            return Some(Product {
                vendor: None,
                name: &company.name,
                owner: Some(OwnerId(company.owner.into())),
                purpose: PURPOSES[usize::from(company.purpose)],
            });
        }
        let company = self.imported_company(number)?;
        Some(Product { vendor: None, name: &company.name, owner: company.owner, purpose: company.purpose })
    }

    /// The endpoint that a path belongs to: the narrowest host pattern whose endpoint names the
    /// path, else the narrowest whose vendor takes any path.
    pub fn endpoint(&self, host: HostFacts, path: &str) -> Option<EndpointId> {
        let path = if path.is_empty() { "/" } else { path };
        let mut any_path = None;
        let mut next = host.pattern;
        while let Some(pattern) = next.and_then(|number| self.shelf.hosts.get(usize::from(number))) {
            let fitting = pattern.endpoints.iter().find(|&&id| self.fits(id, path));
            if let Some(&id) = fitting {
                return Some(EndpointId(id));
            }
            any_path = any_path.or(pattern.any_path.first().copied());
            next = pattern.wider;
        }
        any_path.map(EndpointId)
    }

    fn fits(&self, endpoint: u16, path: &str) -> bool {
        let pattern = self.shelf.endpoints[usize::from(endpoint)].path;
        pattern.is_some_and(|number| self.patterns.is_match(number, path))
    }

    /// Who receives a request to this host, when [`Knowledge::endpoint`] gave this endpoint. On a
    /// host that serves many things only the owner can be told without an endpoint.
    pub fn product(&self, host: HostFacts, endpoint: Option<EndpointId>) -> Option<Product<'_>> {
        if let Some(endpoint) = endpoint {
            return Some(self.product_of(self.vendor_of(endpoint)));
        }
        let pattern = host.pattern.and_then(|number| self.shelf.hosts.get(usize::from(number)));
        if let Some(vendor) = pattern.and_then(|pattern| pattern.only_vendor) {
            return Some(self.product_of(VendorId(vendor)));
        }
        if let Some(company) = host.company.and_then(|number| self.company(number)) {
            return Some(company);
        }
        let owner = OwnerId(pattern?.owner?.into());
        Some(Product { vendor: None, name: self.owner_name(owner), owner: Some(owner), purpose: "other" })
    }

    /// Whether a host serves other sites' pages with tags and advertisements, in frames of its own, and
    /// has no pages that people visit: it is below the domain of somebody of that trade, and not `www`.
    pub fn serves_frames(&self, name: &str) -> bool {
        const TRADES: [&str; 8] = [
            "advertising",
            "analytics",
            "cookie sync",
            "data management platform",
            "fraud prevention",
            "identity",
            "measurement",
            "tag manager",
        ];
        let is_below = !name.starts_with("www.") && name != site_of(name);
        is_below && self.product(self.host(name), None).is_some_and(|product| TRADES.contains(&product.purpose))
    }

    /// A vendor in the words of the tables.
    pub fn product_of(&self, id: VendorId) -> Product<'_> {
        let vendor = self.vendor(id);
        Product {
            vendor: Some(id),
            name: &vendor.name,
            owner: Some(OwnerId(vendor.owner.into())),
            purpose: PURPOSES[usize::from(vendor.purpose)],
        }
    }
}
