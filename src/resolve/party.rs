//! Parties: which site a host belongs to, who owns the site, and whether a recipient is a third
//! party to it.

use super::sibling;
use crate::knowledge::Knowledge;
use crate::observation::Recipient;
use crate::place::site_of;
use crate::suffix;
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

/// What a recipient is to the site of a request, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// What it is.
    pub party: Party,
    /// Why it is the site's own, in words; empty for others.
    pub reason: Sym,
    /// The company that owns both; empty unless the recipient is the site's own.
    pub owner: Sym,
}

impl Relation {
    /// A relation that needs no reason.
    pub fn plain(party: Party) -> Self {
        Relation { party, reason: Sym::EMPTY, owner: Sym::EMPTY }
    }
}

/// What is known of the host of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteFacts {
    /// The site.
    pub site: Sym,
    /// The company that owns the site; empty when unknown.
    pub owner: Sym,
    /// The group that owns the site; empty when unknown.
    pub group: Sym,
    /// Whether the user declared this site.
    pub declared: bool,
    /// Whether the host only serves frames to other sites' pages.
    pub serves_frames: bool,
}

/// How many hosts are remembered.
const REMEMBERED: usize = 1 << 17;

/// Looks sites up, with a memory.
pub struct Sites<'s> {
    knowledge: &'s Knowledge,
    symbols: Rc<SymbolCache<'s>>,
    declared: &'s [String],
    known: RefCell<HashMap<Sym, SiteFacts>>,
    siblings: RefCell<HashMap<(Sym, Sym), Sym>>,
    same_owners: RefCell<HashMap<Sym, Sym>>,
}

impl<'s> Sites<'s> {
    /// A look-up with the sites that the user declared.
    pub fn new(knowledge: &'s Knowledge, symbols: Rc<SymbolCache<'s>>, declared: &'s [String]) -> Self {
        Sites {
            knowledge,
            symbols,
            declared,
            known: RefCell::default(),
            siblings: RefCell::default(),
            same_owners: RefCell::default(),
        }
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
        let owner =
            if is_shared_platform(&name) { None } else { self.knowledge.owner_of_host(self.knowledge.host(&name)) };
        let name_of = |owner| self.symbols.intern(self.knowledge.owner_name(owner));
        let facts = SiteFacts {
            site: self.symbols.intern(site),
            owner: owner.map_or(Sym::EMPTY, name_of),
            group: owner.map_or(Sym::EMPTY, |owner| name_of(self.knowledge.root_owner(owner))),
            declared: declared.is_some(),
            serves_frames: declared.is_none() && self.knowledge.serves_frames(&name),
        };
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(host, facts);
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
    pub fn relation(&self, recipient: &Recipient, site: Sym, page_host: Sym) -> Relation {
        if site.is_empty() {
            return Relation::plain(if recipient.vendor.is_empty() { Party::Unknown } else { Party::Third });
        }
        if self.facts(recipient.host).site == site {
            return Relation::plain(if recipient.behind { Party::Third } else { Party::First });
        }
        let own = self.facts(if page_host.is_empty() { site } else { page_host });
        let reason = if !own.group.is_empty() && own.group == recipient.group {
            self.same_owner(own.group)
        } else if recipient.vendor.is_empty() {
            self.sibling(recipient.host, site)
        } else {
            Sym::EMPTY
        };
        if reason.is_empty() {
            return Relation::plain(Party::Third);
        }
        let owner = [recipient.owner, own.owner, site].into_iter().find(|owner| !owner.is_empty()).unwrap_or_default();
        Relation { party: Party::SameOwner, reason, owner }
    }

    /// The reason why all domains of one group are one owner's.
    fn same_owner(&self, group: Sym) -> Sym {
        let reason = || self.symbols.intern(&format!("same owner: {}", self.symbols.name(group)));
        *self.same_owners.borrow_mut().entry(group).or_insert_with(reason)
    }

    /// Why a host of which nothing is known is the site's own all the same; empty when it is not.
    fn sibling(&self, host: Sym, site: Sym) -> Sym {
        if let Some(&known) = self.siblings.borrow().get(&(host, site)) {
            return known;
        }
        let (name, site_name) = (self.symbols.name(host), self.symbols.name(site));
        let (domain, site_domain) = (site_of(&name), site_of(&site_name));
        // A declared site may be narrower than its domain, whose other hosts are no strangers.
        let reason = if domain == site_domain {
            self.symbols.intern(&format!("same registrable domain: {domain}"))
        } else {
            sibling::reason(site_domain, domain).map_or(Sym::EMPTY, |reason| self.symbols.intern(&reason))
        };
        self.siblings.borrow_mut().insert((host, site), reason);
        reason
    }
}

/// Whether a host is a declared host or lies below it.
fn is_within(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_shared_platform(host: &str) -> bool {
    suffix::suffix(host.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(suffix::Type::Private))
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
