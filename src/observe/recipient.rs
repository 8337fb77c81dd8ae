//! Who received a record: the vendor and company behind its host and path. Hosts are looked up
//! once and remembered, since a log names the same ones again and again.

use crate::knowledge::{EndpointId, HostFacts, Knowledge, Product};
use crate::memo::Memo;
use crate::observation::Recipient;
use crate::place::{UrlParts, host_name, without_port};
use crate::record::{Record, Role};
use crate::symbols::{Sym, SymbolCache};
use hashbrown::HashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// How many hosts are remembered.
const REMEMBERED: usize = 1 << 17;

/// The recipient of a record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Target {
    /// What tables show of it.
    pub(super) recipient: Recipient,
    /// The vendor's endpoint, where its path is known.
    pub(super) endpoint: Option<EndpointId>,
    /// Whether the host belongs to a vendor of the knowledge base.
    pub(super) is_vendor_host: bool,
}

impl Target {
    /// A host of which nothing is known.
    fn of_nobody(host: Sym) -> Self {
        Target { recipient: Recipient { host, ..Recipient::default() }, ..Target::default() }
    }
}

/// A host's name and what is known of it.
type Host = (Sym, HostFacts);

/// Looks recipients up.
pub(super) struct Recipients<'r> {
    knowledge: &'r Knowledge,
    symbols: Rc<SymbolCache<'r>>,
    /// Most hosts of a log are nobody's; what is kept of them must be little.
    unlisted: RefCell<Memo<Sym>>,
    listed: RefCell<Memo<Host>>,
    /// To which endpoints paths belong, by what is known of their host.
    endpoints: RefCell<Memo<Option<EndpointId>>>,
    products: RefCell<HashMap<(HostFacts, Option<EndpointId>), Recipient>>,
}

impl<'r> Recipients<'r> {
    pub(super) fn new(knowledge: &'r Knowledge, symbols: Rc<SymbolCache<'r>>) -> Self {
        Recipients {
            knowledge,
            symbols,
            unlisted: RefCell::new(Memo::of(REMEMBERED)),
            listed: RefCell::new(Memo::of(REMEMBERED)),
            endpoints: RefCell::default(),
            products: RefCell::default(),
        }
    }

    /// The recipient of a record; one without a host when the record has none.
    pub(super) fn target(&self, record: &Record<'_>, role: Role) -> Target {
        if role == Role::Origin {
            let host = if record.host.is_empty() {
                UrlParts::split(&record.url).map_or(&b""[..], |parts| parts.host)
            } else {
                without_port(&record.host)
            };
            let host = if host.is_empty() { Sym::EMPTY } else { self.symbols.intern(&host_name(host)) };
            return Target::of_nobody(host);
        }
        let (host, path) = match UrlParts::split(&record.url) {
            Some(parts) => (parts.host, parts.path),
            None if record.method.eq_ignore_ascii_case(b"CONNECT") => (without_port(&record.url), &b""[..]),
            None => return Target::default(),
        };
        let (name, facts) = self.host(host);
        if !facts.has_vendor()
            && role == Role::Capture
            && let Some(target) = self.behind(name, &record.url)
        {
            return target;
        }
        if !facts.is_listed() {
            return Target::of_nobody(name);
        }
        let endpoint = self.endpoint(facts, path);
        let recipient = Recipient { host: name, behind: facts.is_alias(), ..self.product(facts, endpoint) };
        Target { recipient, endpoint, is_vendor_host: facts.has_vendor() }
    }

    /// A vendor that is recognised by its URL behind a host of another name.
    fn behind(&self, host: Sym, url: &[u8]) -> Option<Target> {
        let parts = UrlParts::split(url)?;
        let (path, query) = (std::str::from_utf8(parts.path).ok()?, std::str::from_utf8(parts.query).ok()?);
        let (vendor, endpoint) = self.knowledge.behind_url(path, query)?;
        let recipient = Recipient { host, behind: true, ..self.recipient(self.knowledge.product_of(vendor)) };
        Some(Target { recipient, endpoint, is_vendor_host: false })
    }

    fn recipient(&self, product: Product<'_>) -> Recipient {
        let name_of = |owner| self.symbols.intern(self.knowledge.owner_name(owner));
        Recipient {
            host: Sym::EMPTY,
            vendor: self.symbols.intern(product.name),
            owner: product.owner.map_or(Sym::EMPTY, name_of),
            group: product.owner.map_or(Sym::EMPTY, |owner| name_of(self.knowledge.root_owner(owner))),
            purpose: self.symbols.intern(product.purpose),
            behind: false,
        }
    }

    fn host(&self, host: &[u8]) -> Host {
        let (mut unlisted, mut listed) = (self.unlisted.borrow_mut(), self.listed.borrow_mut());
        let memo = unlisted.key(&[], host);
        if let Some(name) = unlisted.get(memo) {
            return (name, HostFacts::default());
        }
        if let Some(known) = listed.get(memo) {
            return known;
        }
        let name = host_name(host);
        let known = (self.symbols.intern(&name), self.knowledge.host(&name));
        if known.1 == HostFacts::default() {
            unlisted.put(memo, known.0);
        } else {
            listed.put(memo, known);
        }
        known
    }

    fn endpoint(&self, facts: HostFacts, path: &[u8]) -> Option<EndpointId> {
        let mut endpoints = self.endpoints.borrow_mut();
        let key = endpoints.key(&[&endpoints.word(facts)], path);
        endpoints.get_or(key, || self.knowledge.endpoint(facts, &String::from_utf8_lossy(path)))
    }

    fn product(&self, facts: HostFacts, endpoint: Option<EndpointId>) -> Recipient {
        if let Some(&known) = self.products.borrow().get(&(facts, endpoint)) {
            return known;
        }
        let product = self.knowledge.product(facts, endpoint);
        let recipient = product.map_or_else(Recipient::default, |product| self.recipient(product));
        self.products.borrow_mut().insert((facts, endpoint), recipient);
        recipient
    }
}
