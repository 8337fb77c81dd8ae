//! What the user's lists add: who else is a recipient, who owns which domain, which host is a
//! vendor's in disguise, and which lists name a host. The knowledge base wins where both know a host.

use super::hosts::{HostFacts, Product};
use super::names::Names;
use super::{Knowledge, OwnerId};
use crate::lists::{Entity, Entry, List};
use crate::place::site_of;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// What the tables call the shipped files.
pub const KNOWLEDGE: &str = "knowledge base";

/// What follows a list's name where it names only some paths of a host.
pub const SOME_PATHS: &str = " (some paths)";

/// The purpose of a recipient that a list names without saying what it is for.
pub(super) const NAMED_ONLY: &str = "listed";

/// The purpose of a domain of which a list says only whose it is.
const OWNED_ONLY: &str = "web platform";

/// Everything that was imported.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// The lists' names.
    lists: Vec<String>,
    names: Names<Facts>,
    cnames: HashMap<Box<str>, Box<str>, foldhash::fast::FixedState>,
    pub(super) companies: Vec<Company>,
    pub(super) owners: Vec<Owner>,
}

/// What the lists say about one host or domain.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// The lists that name it, one bit each.
    whole: u64,
    /// The lists that name some paths of it.
    partly: u64,
    /// The recipient behind it.
    company: Option<u32>,
}

/// A recipient that a list names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Company {
    pub(super) name: Box<str>,
    pub(super) owner: Option<OwnerId>,
    pub(super) purpose: &'static str,
}

/// A company that only lists know.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) name: Box<str>,
    pub(super) parent: Option<OwnerId>,
}

impl Company {
    /// A list that knows the company is worth more than one that only names the domain, and one
    /// that says what the domain is for more than one that only says whose it is.
    fn tells_more_than(&self, other: &Company) -> bool {
        self.owner.is_some() && (other.owner.is_none() || other.purpose == OWNED_ONLY && self.purpose != NAMED_ONLY)
    }
}

impl Imported {
    /// The vendor's host that a host is an alias of.
    pub(super) fn target(&self, host: &str) -> Option<&str> {
        self.cnames.get(host).map(|target| &**target)
    }

    /// Whether there are no lists.
    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The recipient behind a host, by the narrowest pattern that knows one.
    pub(super) fn company(&self, host: &str) -> Option<u32> {
        self.names.covering(host.as_bytes()).filter_map(|facts| facts.company).last()
    }
}

impl Knowledge {
    /// Adds the user's lists.
    pub fn import(&mut self, lists: &[List]) {
        let mut import = Import { owners: self.owner_names(), companies: HashMap::new() };
        for entity in lists.iter().flat_map(|list| &list.entities) {
            import.entity(self, entity);
        }
        for (list, bit) in lists.iter().zip(0u32..64) {
            self.imported.lists.push(list.name.clone());
            for entry in &list.entries {
                import.entry(self, entry, 1 << bit);
            }
            for (host, target) in &list.cnames {
                self.imported.cnames.insert(host.as_str().into(), target.as_str().into());
            }
        }
    }

    /// The lists that name a host, each with `(some paths)` where only paths of it are named; the
    /// knowledge base first.
    pub fn listed_in(&self, host: &str) -> Vec<String> {
        let mut names = Vec::new();
        if self.knows(self.host(host)) {
            names.push(KNOWLEDGE.to_owned());
        }
        let target = self.imported.target(host);
        let (mut whole, mut partly) = (0, 0);
        for facts in std::iter::once(host).chain(target).flat_map(|host| self.imported.names.covering(host.as_bytes()))
        {
            whole |= facts.whole;
            partly |= facts.partly;
        }
        for (name, bit) in self.imported.lists.iter().zip(0u32..64) {
            if whole & 1 << bit != 0 {
                names.push(name.clone());
            } else if partly & 1 << bit != 0 {
                names.push(format!("{name}{SOME_PATHS}"));
            }
        }
        names
    }

    /// Hosts and domains that only lists know, with the recipient behind each.
    pub fn imported_domains(&self) -> impl Iterator<Item = (String, Product<'_>)> {
        let named = self.imported.names.iter();
        let named = named.filter_map(|(host, facts)| Some((host, self.company(facts.company?)?)));
        named.filter(|(host, _)| !self.knows(self.host(host.trim_start_matches('.'))))
    }

    /// The recipient of a number, if it is one that only lists know.
    pub(super) fn imported_company(&self, number: u32) -> Option<&Company> {
        self.imported.companies.get((number as usize).checked_sub(self.shelf.companies.len())?)
    }

    /// Whether the knowledge base itself names a host.
    fn knows(&self, host: HostFacts) -> bool {
        let shipped = |company: u32| (company as usize) < self.shelf.companies.len();
        host.has_vendor() || host.company.is_some_and(shipped)
    }

    /// All companies by their names without what spellings differ in.
    fn owner_names(&self) -> BTreeMap<String, OwnerId> {
        (0..).map(OwnerId).zip(&self.shelf.owners).map(|(id, owner)| (plain_name(&owner.name), id)).collect()
    }
}

/// The state of an import.
struct Import {
    /// Companies by their plain names.
    owners: BTreeMap<String, OwnerId>,
    companies: HashMap<Company, u32>,
}

impl Import {
    /// Takes in a company with its domains. It is the knowledge base's company of another spelling
    /// if most of its known domains are that company's.
    fn entity(&mut self, knowledge: &mut Knowledge, entity: &Entity) {
        let mut votes: BTreeMap<OwnerId, usize> = BTreeMap::new();
        for name in &entity.domains {
            let host = knowledge.host(name);
            if knowledge.knows(host)
                && let Some(owner) = knowledge.owner_of_host(host)
            {
                *votes.entry(owner).or_default() += 1;
            }
        }
        let (all, best) = (votes.values().sum::<usize>(), votes.iter().max_by_key(|(_, votes)| **votes));
        let known = best.filter(|(_, votes)| **votes * 2 > all).map(|(owner, _)| *owner);
        let shown = entity.shown.as_deref().unwrap_or(&entity.name);
        let owner = known.unwrap_or_else(|| self.owner(knowledge, shown));
        self.owners.entry(plain_name(&entity.name)).or_insert(owner);
        self.owners.entry(plain_name(shown)).or_insert(owner);
        if let Some(parent) = &entity.parent {
            let parent = self.owner(knowledge, parent);
            knowledge.set_parent(owner, parent);
        }
        for name in &entity.domains {
            let company = Company { name: knowledge.owner_name(owner).into(), owner: Some(owner), purpose: OWNED_ONLY };
            let number = self.company(knowledge, company);
            knowledge.imported.names.entry(&format!(".{name}")).company.get_or_insert(number);
        }
    }

    fn entry(&mut self, knowledge: &mut Knowledge, entry: &Entry, list: u64) {
        let facts = knowledge.imported.names.entry(&entry.host);
        match entry.path {
            None => facts.whole |= list,
            Some(_) => facts.partly |= list,
        }
        let old = facts.company;
        if entry.path.is_some() && entry.owner.is_none() {
            return;
        }
        let owner = entry.owner.as_ref().map(|name| self.owner(knowledge, name));
        let domain = site_of(entry.host.trim_start_matches('.'));
        let name = entry.name.as_deref().or(entry.owner.as_deref()).unwrap_or(domain);
        let new = Company { name: name.into(), owner, purpose: entry.purpose.unwrap_or(NAMED_ONLY) };
        if old.and_then(|old| knowledge.imported_company(old)).is_none_or(|old| new.tells_more_than(old)) {
            let number = self.company(knowledge, new);
            knowledge.imported.names.entry(&entry.host).company = Some(number);
        }
    }

    fn company(&mut self, knowledge: &mut Knowledge, company: Company) -> u32 {
        if let Some(&number) = self.companies.get(&company) {
            return number;
        }
        let number = knowledge.shelf.companies.len() + knowledge.imported.companies.len();
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        knowledge.imported.companies.push(company.clone());
        self.companies.insert(company, number);
        number
    }

    fn owner(&mut self, knowledge: &mut Knowledge, name: &str) -> OwnerId {
        *self.owners.entry(plain_name(name)).or_insert_with(|| knowledge.add_owner(name))
    }
}

/// A company's name without its legal form, case and signs: `Google LLC` is Google.
fn plain_name(name: &str) -> String {
    const FORMS: &str = "ab ag as bv co company corp corporation gmbh inc incorporated kg limited llc llp lp ltd nv oy plc pte sa sarl srl";
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| FORMS.split(' ').any(|form| form == *word)) {
        words.pop();
    }
    words.concat()
}
