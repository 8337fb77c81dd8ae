//! Person keys: what in a record stands for the human behind it. Keys are hashed with the user's
//! key before they are kept anywhere.

use crate::observation::{PersonKey, PersonKind};
use crate::place::UrlParts;
use crate::plan::PersonKeySpec;
use crate::record::{Pair, Record};
use crate::resolve::summary::Summary;
use crate::run::Run;

/// The domain of person keys among the keyed hashes.
const PERSON: u8 = b'p';

/// Makes the person keys of records.
pub(super) struct Persons<'r> {
    run: &'r Run<'r>,
}

impl<'r> Persons<'r> {
    pub(super) fn new(run: &'r Run<'r>) -> Self {
        Persons { run }
    }

    /// The keys of a record, the strongest first; at most one, since weaker keys that were seen
    /// beside a stronger one are noted in the summary as links to it.
    pub(super) fn keys(&self, record: &Record<'_>, summary: &mut Summary) -> Vec<PersonKey> {
        let key = match &self.run.plan.person_key {
            PersonKeySpec::Auto => self.strongest(record, summary),
            PersonKeySpec::Ip => self.address(record),
            PersonKeySpec::IpAgent => self.address_and_agent(record),
            PersonKeySpec::User => self.user(record),
            PersonKeySpec::Cookie(name) => self.named(pair(&record.cookies, name)),
            PersonKeySpec::Header(name) => self.named(record.header(name.as_bytes())),
            PersonKeySpec::Param(name) => self.named(param(&record.url, name)),
            PersonKeySpec::Input => None,
        };
        key.into_iter().collect()
    }

    fn strongest(&self, record: &Record<'_>, summary: &mut Summary) -> Option<PersonKey> {
        let weak = self.address_and_agent(record).or_else(|| self.address(record));
        let Some(user) = self.user(record) else { return weak };
        // An address alone may be many people's: only with the agent does it lead to a user.
        if let Some(weak) = weak.filter(|weak| weak.kind() == PersonKind::IpAgent) {
            summary.link(weak, user);
        }
        Some(user)
    }

    fn address(&self, record: &Record<'_>) -> Option<PersonKey> {
        (!record.client.is_empty()).then(|| self.key(PersonKind::Ip, &[&record.client]))
    }

    fn address_and_agent(&self, record: &Record<'_>) -> Option<PersonKey> {
        let known = !record.client.is_empty() && !record.user_agent.is_empty();
        known.then(|| self.key(PersonKind::IpAgent, &[&record.client, &record.user_agent]))
    }

    fn user(&self, record: &Record<'_>) -> Option<PersonKey> {
        (!record.user.is_empty()).then(|| self.key(PersonKind::User, &[&record.user]))
    }

    fn named(&self, value: Option<&[u8]>) -> Option<PersonKey> {
        value.filter(|value| !value.is_empty()).map(|value| self.key(PersonKind::Named, &[value]))
    }

    fn key(&self, kind: PersonKind, parts: &[&[u8]]) -> PersonKey {
        let mut whole: Vec<&[u8]> = vec![kind.word().as_bytes()];
        whole.extend_from_slice(parts);
        PersonKey::new(kind, self.run.secret.hash_parts(PERSON, &whole))
    }
}

fn pair<'p>(pairs: &'p [Pair<'_>], name: &str) -> Option<&'p [u8]> {
    pairs.iter().find(|pair| &*pair.name == name.as_bytes()).map(|pair| &*pair.value)
}

fn param<'u>(url: &'u [u8], name: &str) -> Option<&'u [u8]> {
    let query = UrlParts::split(url).map_or_else(|| crate::place::split_path(url).1, |parts| parts.query);
    query.split(|&b| b == b'&').find_map(|pair| {
        let (key, value) = pair.split_at(memchr::memchr(b'=', pair)?);
        (key == name.as_bytes()).then(|| &value[1..])
    })
}
