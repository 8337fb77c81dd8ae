//! What a site's own engineers change so that a disclosure stops: by the route that a datum took,
//! and by the vendor's own switches. Which parameters carry a page's URL is known from the vendor's
//! entry already.

use super::{Knowledge, VendorId};
use serde::Deserialize;
use std::sync::OnceLock;

static FILE: &str = include_str!("remedies.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    route: Vec<Route>,
    vendor: Vec<Switches>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    channel: String,
    change: String,
}

/// The switches of a vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    name: String,
    /// Where its own collection of contact data is switched off.
    pub matching: Option<String>,
    /// How it is told another page URL, or none.
    pub page: Option<String>,
    /// How it is kept from reading texts and fields.
    pub text: Option<String>,
}

fn file() -> &'static File {
    static PARSED: OnceLock<File> = OnceLock::new();
    // The file is the program's own and a test reads it; were it damaged, there would be no advice.
    PARSED.get_or_init(|| toml::from_str(FILE).unwrap_or_default())
}

/// What to change about a route.
pub fn route(channel: &str) -> Option<&'static str> {
    file().route.iter().find(|route| route.channel == channel).map(|route| route.change.as_str())
}

/// The switches of a vendor by its product's name.
pub fn switches(vendor: &str) -> Option<&'static Switches> {
    file().vendor.iter().find(|switches| switches.name == vendor)
}

/// The parameters in which a vendor is told the page's URL and the URL of the page before.
pub fn url_parameters(knowledge: &Knowledge, vendor: VendorId) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for endpoint in knowledge.endpoints(vendor) {
        let entry = knowledge.endpoint_entry(endpoint);
        for name in entry.page.iter().chain(&entry.referrer) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_remedy_is_for_a_known_vendor_or_route() {
        let file: File = toml::from_str(FILE).expect("remedies.toml");
        let knowledge = Knowledge::shipped();
        for switches in &file.vendor {
            assert!(knowledge.vendors().any(|(_, vendor)| vendor.name == switches.name), "{}", switches.name);
            assert!(switches.matching.is_some() || switches.page.is_some() || switches.text.is_some());
        }
        for channel in ["page_url", "url", "referer", "cookie", "header", "body", "websocket"] {
            assert!(route(channel).is_some(), "{channel}");
        }
    }

    #[test]
    fn the_parameters_that_carry_urls_come_from_the_vendors_entry() {
        let knowledge = Knowledge::shipped();
        let (meta, _) = knowledge.vendors().find(|(_, vendor)| vendor.name == "Meta Pixel").expect("known");
        let names = url_parameters(&knowledge, meta);
        assert!(names.contains(&"dl") && names.contains(&"rl"), "{names:?}");
    }
}
