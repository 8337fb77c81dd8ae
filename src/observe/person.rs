//! Person keys: what in a record stands for the human behind it. Keys are hashed with the user's
//! key before they are kept anywhere. With `auto` a record has several, and which of them occurred
//! together is noted, so that [`crate::people::links`] can tell who is who.

use super::ids;
use crate::observation::{Evidence, PersonKey, PersonKind};
use crate::peel::decoded;
use crate::people::links::Id;
use crate::place::{parameters, path_and_query};
use crate::plan::PersonKeySpec;
use crate::record::{Pair, Record, Role};
use crate::resolve::summary::Summary;
use crate::run::Run;
use crate::symbols::{Sym, SymbolCache};
use std::borrow::Cow;
use std::rc::Rc;

/// The domain of person keys among the keyed hashes.
const PERSON: u8 = b'p';
/// The domain of what issued an id.
const SCOPE: u8 = b's';

/// Makes the person keys of records.
pub(super) struct Persons<'r> {
    run: &'r Run<'r>,
    symbols: Rc<SymbolCache<'r>>,
}

/// Where a record was on its way: what of it tells whose ids it carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) role: Role,
    /// The host that received it.
    pub(super) host: Sym,
    /// Whether the host is a vendor's, whose cookies are not the site's.
    pub(super) is_vendor_host: bool,
    pub(super) evidence: Evidence,
}

impl<'r> Persons<'r> {
    pub(super) fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>) -> Self {
        Persons { run, symbols }
    }

    /// The keys of a record, the strongest first. With `auto`, those that occur together are noted
    /// in the summary; captures then have none, because they are evidence and not people.
    pub(super) fn keys(&self, record: &Record<'_>, setting: &Setting, summary: &mut Summary) -> Vec<PersonKey> {
        let key = match &self.run.plan.person_key {
            PersonKeySpec::Auto if setting.role == Role::Capture => None,
            PersonKeySpec::Auto => return self.all(record, setting, summary),
            PersonKeySpec::Ip => self.address(record),
            PersonKeySpec::IpAgent => self.address_and_agent(record),
            PersonKeySpec::User => self.user(record),
            PersonKeySpec::Cookie(name) => self.named(Pair::value_of(&record.cookies, name).map(Cow::Borrowed)),
            PersonKeySpec::Header(name) => self.named(record.header(name.as_bytes()).map(Cow::Borrowed)),
            PersonKeySpec::Param(name) => self.named(parameter(record, name)),
            PersonKeySpec::Input => None,
        };
        key.into_iter().collect()
    }

    fn all(&self, record: &Record<'_>, setting: &Setting, summary: &mut Summary) -> Vec<PersonKey> {
        let mut strong = self.strong(record, setting);
        strong.sort_unstable_by_key(|id| id.key);
        strong.dedup_by_key(|id| id.key);
        let place = self.address_and_agent(record).or_else(|| self.address(record));
        summary.sightings.add(&strong, place, record.time);
        strong.iter().map(|id| id.key).chain(place).collect()
    }

    /// The accounts and browser ids of a record.
    fn strong(&self, record: &Record<'_>, setting: &Setting) -> Vec<Id> {
        let mut strong: Vec<Id> = self.user(record).map(|key| Id { key, scope: 0 }).into_iter().collect();
        let has_cookies = !record.cookies.is_empty();
        if !has_cookies && !setting.is_vendor_host {
            return strong;
        }
        let host = self.symbols.name(setting.host);
        let account = if setting.is_vendor_host { None } else { ids::account(record) };
        let parameters = setting.is_vendor_host.then(|| ids::in_parameters(&host, record)).into_iter().flatten();
        let found: Vec<_> = ids::in_cookies(record).chain(parameters).collect();
        if account.is_none() && found.is_empty() {
            return strong;
        }
        let site = self.site(&host, setting);
        strong.extend(account.map(|account| Id {
            key: self.key(PersonKind::Account, &[site.as_bytes(), account]),
            scope: self.run.secret.hash_parts(SCOPE, &[site.as_bytes()]),
        }));
        strong.extend(found.iter().map(|found| Id {
            key: self.key(PersonKind::Browser, &[found.family.as_bytes(), &found.value]),
            scope: self.run.secret.hash_parts(SCOPE, &[site.as_bytes(), found.family.as_bytes()]),
        }));
        strong
    }

    /// The site whose ids a record carries: its own, or that of the page from which a vendor was
    /// called; empty where nothing tells.
    fn site(&self, host: &str, setting: &Setting) -> String {
        if !setting.is_vendor_host {
            return ids::site(host).to_owned();
        }
        let evidence = &setting.evidence;
        let hosts = [evidence.param.host, evidence.referer.host, evidence.origin];
        let page = hosts.into_iter().find(|host| !host.is_empty()).unwrap_or(Sym::EMPTY);
        ids::site(&self.symbols.name(page)).to_owned()
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

    fn named(&self, value: Option<Cow<'_, [u8]>>) -> Option<PersonKey> {
        value.filter(|value| !value.is_empty()).map(|value| self.key(PersonKind::Named, &[&value]))
    }

    fn key(&self, kind: PersonKind, parts: &[&[u8]]) -> PersonKey {
        let mut whole: Vec<&[u8]> = vec![kind.word().as_bytes()];
        whole.extend_from_slice(parts);
        PersonKey::new(kind, self.run.secret.hash_parts(PERSON, &whole))
    }
}

/// The value of a parameter in the URL, or of a field in a form that was sent; decoded, so that it
/// is one person's however it was written.
fn parameter<'v>(record: &'v Record<'_>, name: &str) -> Option<Cow<'v, [u8]>> {
    let body = record.body.as_ref();
    let field = || body.and_then(|body| Pair::value_of(&body.fields, name)).map(Cow::Borrowed);
    let is_form = |mime: &[u8]| mime.to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded");
    let form = || body.filter(|body| is_form(&body.mime)).and_then(|body| in_pairs(&body.bytes, name)).map(decoded);
    param(&record.url, name).map(decoded).or_else(form).or_else(field)
}

/// The value of a parameter in a URL as it is written.
pub(super) fn param<'u>(url: &'u [u8], name: &str) -> Option<&'u [u8]> {
    in_pairs(path_and_query(url).1, name)
}

fn in_pairs<'u>(pairs: &'u [u8], name: &str) -> Option<&'u [u8]> {
    parameters(pairs).find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
}
