//! Parties: which site a host belongs to, who owns the site, and whether a recipient is a third
//! party to it.

use crate::knowledge::Knowledge;
use crate::observation::Recipient;
use crate::place::site_of;
use crate::symbols::{Sym, SymbolCache};
use hashbrown::HashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What a recipient is to the site of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The site itself: nothing is disclosed.
    First,
    /// Another domain of the same company or group.
    SameOwner,
    /// Somebody else.
    Third,
    /// The page is unknown and so is the recipient: nothing can be said.
    Unknown,
}

/// What is known of the host of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteFacts {
    /// The site.
    pub site: Sym,
    /// The group that owns the site; empty when unknown.
    pub group: Sym,
    /// Whether the user declared this site.
    pub declared: bool,
}

/// Looks sites up, with a memory.
pub struct Sites<'s> {
    knowledge: &'s Knowledge,
    symbols: Rc<SymbolCache<'s>>,
    declared: &'s [String],
    known: RefCell<HashMap<Sym, SiteFacts>>,
}

impl<'s> Sites<'s> {
    /// A look-up with the sites that the user declared.
    pub fn new(knowledge: &'s Knowledge, symbols: Rc<SymbolCache<'s>>, declared: &'s [String]) -> Self {
        Sites { knowledge, symbols, declared, known: RefCell::default() }
    }

    /// The site that a host belongs to.
    pub fn facts(&self, host: Sym) -> SiteFacts {
        if let Some(&facts) = self.known.borrow().get(&host) {
            return facts;
        }
        let name = self.symbols.name(host);
        let declared = self.declared.iter().find(|site| is_within(&name, site));
        let site = declared.map_or_else(|| site_of(&name), String::as_str);
        // A host below a shared domain (someone.github.io) is its tenant's, not the platform's.
        let group = if is_shared_platform(&name) { "" } else { self.knowledge.group_of_host(&name) };
        let facts = SiteFacts {
            site: self.symbols.intern(site),
            group: self.symbols.intern(group),
            declared: declared.is_some(),
        };
        self.known.borrow_mut().insert(host, facts);
        facts
    }

    /// The declared site, if exactly one was declared.
    pub fn only_declared(&self) -> Option<Sym> {
        match self.declared {
            [site] => Some(self.symbols.intern(site)),
            _ => None,
        }
    }

    /// What a recipient is to a site; `page_host` is the host of the request's page.
    pub fn party(&self, recipient: &Recipient, site: Sym, page_host: Sym) -> Party {
        if site.is_empty() {
            return if recipient.vendor.is_empty() { Party::Unknown } else { Party::Third };
        }
        if self.facts(recipient.host).site == site {
            return if recipient.behind { Party::Third } else { Party::First };
        }
        let group = self.facts(if page_host.is_empty() { site } else { page_host }).group;
        if !group.is_empty() && group == recipient.group { Party::SameOwner } else { Party::Third }
    }
}

/// Whether a host is a declared host or lies below it.
fn is_within(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_shared_platform(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_site_covers_what_is_below_it() {
        assert!(is_within("kynect.ky.gov", "kynect.ky.gov"));
        assert!(is_within("www.kynect.ky.gov", "kynect.ky.gov"));
        assert!(!is_within("notkynect.ky.gov", "kynect.ky.gov"));
        assert!(!is_within("ky.gov", "kynect.ky.gov"));
    }

    #[test]
    fn tenants_of_a_platform_are_not_the_platform() {
        assert!(is_shared_platform("someone.github.io"));
        assert!(!is_shared_platform("www.example.com"));
    }
}
