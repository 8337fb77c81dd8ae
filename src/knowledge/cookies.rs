//! The cookies by which companies know browsers, and the accounts of those who use them, again.

use super::Knowledge;
use super::schema::{Cookie, Jar};

impl Knowledge {
    /// The cookies of a registrable domain.
    pub fn jar(&self, domain: &str) -> Option<&Jar> {
        let at = self.shelf.jars.binary_search_by(|jar| jar.domain.as_str().cmp(domain)).ok()?;
        self.shelf.jars.get(at)
    }

    /// All cookies, by domain.
    pub fn jars(&self) -> &[Jar] {
        &self.shelf.jars
    }

    /// Where the cookies of a domain were read about.
    pub fn jar_source(&self, jar: &Jar) -> &str {
        self.source_of(jar.source)
    }
}

impl Jar {
    /// The cookie of a name.
    pub fn cookie(&self, name: &str) -> Option<&Cookie> {
        self.cookies.iter().find(|cookie| cookie.name == name)
    }
}
