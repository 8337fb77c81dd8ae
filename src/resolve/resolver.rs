//! Resolving one observation, with its neighbours known: on which page it was made, what its recipient
//! is to the site, whose it is, and which of its hits are disclosures. The same code decides for
//! counts and for findings, so that every counted exposure has its finding.

use super::context::Context;
use super::finding::Found;
use super::pages::OTHER;
use super::party::{Party, Relation, Sites};
use super::vote::{Source, Verdict, vote};
use crate::class::{DataClass, Form, Tier};
use crate::matching::How;
use crate::observation::{Channel, Condition, Hit, Observation, PageRef, PersonKey, PersonKind};
use crate::patterns::Confidence;
use crate::people::set::Person;
use crate::place::{UNKNOWN, site_of};
use crate::record::Role;
use crate::secret::Secret;
use crate::symbols::{Sym, SymbolCache};
use hashbrown::{HashMap, HashSet};
use std::cell::RefCell;

/// The domain of finding ids among the keyed hashes.
const FINDING: u8 = b'f';
/// The domain of person keys that stand for an input.
const INPUT: u8 = b'i';

/// What is known of an input when its batches are resolved.
#[derive(Debug)]
pub struct InputFacts {
    /// A keyed hash of its content.
    pub id: u64,
    /// What it shows.
    pub role: Role,
    /// BLAKE3 of its content.
    pub content: [u8; 32],
    /// Whether captures are of different people, each of whom counts.
    pub panel: bool,
    /// Whether any record names an authenticated user.
    pub names_users: bool,
    /// Hosts whose connections the proxy opened, so that the requests on them are recorded too.
    pub opened_hosts: HashSet<Sym>,
    /// Whether the user named the person key, so that captures count people too.
    pub explicit_key: bool,
    /// Whether the loads of each person are counted.
    pub visitors: bool,
    /// The pages that are counted as `(other)`.
    pub other_pages: HashSet<Sym>,
}

/// Resolves the observations of one input.
pub struct Resolver<'r> {
    pub(super) input: &'r InputFacts,
    pub(super) context: &'r Context,
    pub(super) sites: &'r Sites<'r>,
    symbols: &'r SymbolCache<'r>,
    pub(super) secret: &'r Secret,
    unknown: Sym,
    pub(super) other: Sym,
    same_owner: Sym,
    unlisted: Sym,
    hashes: RefCell<HashMap<Sym, u64>>,
}

/// Who received a request from which page, after the vote.
#[derive(Clone, Copy, Debug)]
pub struct Resolved {
    /// The page's verdict.
    pub verdict: Verdict,
    /// The site, `(unknown)` where there is no evidence.
    pub site: Sym,
    /// The page, `(unknown)` where only the site is known.
    pub page: Sym,
    /// What the recipient is to the site.
    pub party: Party,
    /// Why the recipient is the site's own; empty for others.
    pub party_source: Sym,
    /// The vendor, or the registrable domain of an unlisted third party.
    pub vendor: Sym,
    /// The company, `(unknown)` for an unlisted third party.
    pub owner: Sym,
    /// The purpose.
    pub purpose: Sym,
    /// The person, where one is counted.
    pub person: Option<Person>,
}

impl<'r> Resolver<'r> {
    /// A resolver for the batches of one input.
    pub fn new(
        input: &'r InputFacts,
        context: &'r Context,
        sites: &'r Sites<'r>,
        symbols: &'r SymbolCache<'r>,
        secret: &'r Secret,
    ) -> Self {
        Resolver {
            input,
            context,
            sites,
            symbols,
            secret,
            unknown: symbols.intern(UNKNOWN),
            other: symbols.intern(OTHER),
            same_owner: symbols.intern("same owner"),
            unlisted: symbols.intern("unlisted third party"),
            hashes: RefCell::default(),
        }
    }

    /// Decides page, recipient and person of an observation; `record` is the record's number.
    pub fn resolve(&self, seen: &Observation<'_>, record: u64) -> Resolved {
        let verdict = self.verdict(seen, record);
        let relation = match self.input.role {
            Role::Origin => Relation::plain(Party::First),
            Role::Capture | Role::Proxy => self.sites.relation(&seen.recipient, verdict.site, verdict.page.host),
        };
        let recipient = &seen.recipient;
        let vendor = if recipient.vendor.is_empty() {
            self.symbols.intern(site_of(&self.symbols.name(recipient.host)))
        } else {
            recipient.vendor
        };
        let purpose = match relation.party {
            Party::SameOwner => self.same_owner,
            _ if recipient.purpose.is_empty() => self.unlisted,
            _ => recipient.purpose,
        };
        Resolved {
            verdict,
            site: self.or_unknown(verdict.site),
            page: self.shown_page(seen, verdict.page.page),
            party: relation.party,
            party_source: relation.reason,
            vendor,
            owner: self.or_unknown(if recipient.owner.is_empty() { relation.owner } else { recipient.owner }),
            purpose,
            person: self.person(seen),
        }
    }

    /// What the digest with this key hides, as far as the input holds it in clear.
    pub(super) fn proof(&self, digest: u64) -> Option<How> {
        self.context.proofs.get(&digest).copied()
    }

    /// The row of the watch list whose value the digest with this key is.
    pub(super) fn row(&self, digest: u64) -> Option<(Sym, How)> {
        self.context.rows.get(&digest).copied()
    }

    /// Whether many people sent the digest with this key.
    pub(super) fn is_constant(&self, digest: u64) -> bool {
        self.context.constants.contains(&digest)
    }

    pub(super) fn intern(&self, text: &str) -> Sym {
        self.symbols.intern(text)
    }

    /// The page as tables name it; in a site's own log the record names it without the host.
    fn shown_page(&self, seen: &Observation<'_>, page: Sym) -> Sym {
        let named = match seen.visit {
            Some(visit) if self.input.role == Role::Origin => visit.page.page,
            _ => page,
        };
        if self.input.other_pages.contains(&named) { self.other } else { self.or_unknown(page) }
    }

    fn or_unknown(&self, sym: Sym) -> Sym {
        if sym.is_empty() { self.unknown } else { sym }
    }

    fn verdict(&self, seen: &Observation<'_>, record: u64) -> Verdict {
        if self.input.role != Role::Origin {
            return vote(&seen.evidence, record, self.context, self.sites);
        }
        let (host, source) = if !seen.recipient.host.is_empty() {
            (seen.recipient.host, Source::Host)
        } else if let Some(declared) = self.sites.only_declared() {
            (declared, Source::Declared)
        } else {
            (self.context.own_host, Source::OwnLog)
        };
        if host.is_empty() {
            return Verdict::default();
        }
        let page = seen.visit.map(|visit| format!("{}{}", self.symbols.name(host), self.symbols.name(visit.page.page)));
        let page = PageRef { host, page: self.symbols.intern(&page.unwrap_or_default()) };
        Verdict { site: self.sites.facts(host).site, page, source }
    }

    fn person(&self, seen: &Observation<'_>) -> Option<Person> {
        if self.input.role == Role::Capture {
            if self.input.panel {
                let hash = self.secret.hash(INPUT, &self.input.content);
                return Some(Person::alone(PersonKey::new(PersonKind::Input, hash)));
            }
            if !self.input.explicit_key {
                return None;
            }
        }
        self.context.person(&seen.persons)
    }

    /// The hits that are disclosures on this page, with the channel decided.
    pub fn disclosures<'h, 'o>(
        &'h self,
        seen: &'h Observation<'o>,
        resolved: &'h Resolved,
    ) -> impl Iterator<Item = (u32, &'h Hit<'o>, Channel)> {
        let third = matches!(resolved.party, Party::SameOwner | Party::Third);
        let hits = seen.hits.iter().zip(0u32..).filter(move |_| third);
        hits.filter_map(move |(hit, ordinal)| self.channel(hit, resolved).map(|channel| (ordinal, hit, channel)))
    }

    fn channel(&self, hit: &Hit<'_>, resolved: &Resolved) -> Option<Channel> {
        let on_site =
            |host: Sym| !resolved.verdict.site.is_empty() && self.sites.facts(host).site == resolved.verdict.site;
        match hit.condition {
            Condition::None => Some(hit.channel),
            // A Referer stays one, whatever it names.
            Condition::OnSite(host) if hit.channel == Channel::Referer => on_site(host).then_some(Channel::Referer),
            Condition::OnSite(host) => on_site(host).then_some(Channel::PageUrl),
            Condition::Inside(host) if on_site(host) => Some(Channel::PageUrl),
            Condition::Inside(_) => Some(hit.channel),
        }
    }

    /// Whether a finding counts in roll-ups: placeholders and mere shapes do not.
    pub fn counts(hit: &Hit<'_>) -> bool {
        hit.form != Form::Placeholder && hit.confidence > Confidence::Possible
    }

    /// Whether findings of a class are listed once per value and person, with a count.
    pub fn is_grouped(class: DataClass) -> bool {
        matches!(class.tier(), Tier::Device | Tier::Context)
    }

    /// The id of a finding: of its place, or of its group.
    pub fn finding_id(&self, found: &Found<'_>) -> u64 {
        let hit = found.hit;
        let common =
            [hit.class as u8, hit.form as u8, found.channel as u8, hit.confidence as u8, found.seen.sent as u8];
        // What the words mean is told by the class. All of it fits into one block of the hash.
        let words = if Self::is_grouped(hit.class) {
            let [site, vendor, param] =
                [found.resolved.site, found.resolved.vendor, hit.param].map(|sym| self.hash_of(sym));
            let person = found.resolved.person.map_or(0, |person| person.linked.0);
            [self.input.id, site, vendor, param, hit.fingerprint, person]
        } else {
            let chain = self.hash_of(hit.chain);
            [self.input.id, found.record, found.offset, u64::from(found.ordinal), chain, 0]
        };
        let mut id = [0; 53];
        let (numbers, kind) = id.split_at_mut(48);
        numbers.chunks_exact_mut(8).zip(words).for_each(|(place, word)| place.copy_from_slice(&word.to_le_bytes()));
        kind.copy_from_slice(&common);
        self.secret.hash(FINDING, &id)
    }

    /// A hash of a text that is the same in every run.
    pub(super) fn hash_of(&self, sym: Sym) -> u64 {
        if let Some(&hash) = self.hashes.borrow().get(&sym) {
            return hash;
        }
        let digest = blake3::hash(self.symbols.name(sym).as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest.as_bytes()[..8]);
        let hash = u64::from_le_bytes(first);
        self.hashes.borrow_mut().insert(sym, hash);
        hash
    }
}
