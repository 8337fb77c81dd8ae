//! The vendor knowledge base: who receives a request, what the request is for, and what its
//! parameters hold. It is written as readable files (`vendors/*.toml`, `owners.toml`,
//! `companies.csv` and others; `README.md` tells how to add to them), which the build script
//! checks and compiles into one compact block inside the program.
//!
//! A look-up goes host → endpoint → parameter: [`Knowledge::host`] once per distinct host,
//! [`Knowledge::endpoint`] once per request, [`Knowledge::parameter`] once per value.

pub mod schema;

mod accounts;
mod behind;
mod compile;
mod cookies;
mod events;
pub(crate) mod files;
mod hosts;
mod imported;
mod listing;
mod names;
mod own;
mod owners;
mod parameters;
mod patterns;
pub(crate) mod promises;
pub mod remedies;

#[cfg(test)]
mod tests;

pub use behind::Seen;
pub use hosts::{HostFacts, Product};
pub use imported::{KNOWLEDGE, SOME_PATHS};
pub use owners::OwnerId;
pub use schema::{Cookie, Endpoint, Expected, Grade, Jar, Location, Parameter, Policy, Source, Vendor};

use behind::Words;
use hosts::Shipped;
use imported::Imported;
use names::Names;
use patterns::Patterns;
use schema::Shelf;
use std::sync::OnceLock;

/// The compiled files, written by the build script.
static SHIPPED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/knowledge.postcard"));

/// The number of a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VendorId(u16);

/// The number of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointId(u16);

/// Everything that is known about recipients.
#[derive(Debug)]
pub struct Knowledge {
    shelf: Shelf,
    patterns: Patterns,
    words: OnceLock<Words>,
    names: Names<Shipped>,
    imported: Imported,
}

impl Knowledge {
    /// The knowledge base that comes with the program.
    pub fn shipped() -> Knowledge {
        // The block is this build's own; were it damaged, the tool would know nobody and say so.
        Knowledge::from_shelf(postcard::from_bytes(SHIPPED).unwrap_or_default())
    }

    /// The SHA-256 of the knowledge base that comes with the program, in hexadecimal.
    pub fn shipped_sha256() -> String {
        crate::report::hashing::sha256(SHIPPED)
    }

    /// A knowledge base without anybody in it.
    pub fn empty() -> Knowledge {
        Knowledge::from_shelf(Shelf::default())
    }

    fn from_shelf(shelf: Shelf) -> Knowledge {
        let patterns = Patterns::new(&shelf.patterns);
        let names = hosts::names(&shelf);
        Knowledge { shelf, patterns, words: OnceLock::new(), names, imported: Imported::default() }
    }

    /// A vendor's entry.
    pub fn vendor(&self, id: VendorId) -> &Vendor {
        &self.shelf.vendors[usize::from(id.0)]
    }

    /// An endpoint's entry.
    pub fn endpoint_entry(&self, id: EndpointId) -> &Endpoint {
        &self.shelf.endpoints[usize::from(id.0)]
    }

    /// The vendor of an endpoint.
    pub fn vendor_of(&self, id: EndpointId) -> VendorId {
        VendorId(self.endpoint_entry(id).vendor)
    }
}
