//! One row of a table of counts: a cell's key with its texts, and its measure.

use crate::exposure::cells::{CellKey, Level};
use crate::exposure::measure::Measure;
use crate::exposure::sets::SymSet;
use crate::observation::PersonKey;
use crate::patterns::Confidence;
use crate::people::links::Links;
use crate::people::set::Counted;
use crate::report::cell::Cell;
use crate::report::parquet::LedgerRow;
use crate::symbols::SymbolCache;
use std::borrow::Cow;
use std::sync::Arc;

/// How many accounts or events a cell of a table lists.
const LISTED: usize = 20;

/// What is shown for all sites together.
const ALL_SITES: &str = "(all)";

/// What is shown for a site.
fn site_name(site: Arc<str>) -> Arc<str> {
    if site.is_empty() { Arc::from(ALL_SITES) } else { site }
}

/// A row, ready to be written.
#[derive(Debug)]
pub struct Row {
    key: CellKey,
    site: Arc<str>,
    page: Arc<str>,
    vendor: Arc<str>,
    owner: Arc<str>,
    purpose: Arc<str>,
    account: Arc<str>,
    event: Arc<str>,
    text: Arc<str>,
    measure: Measure,
    people: Counted,
    persons: Vec<PersonKey>,
    captures: u64,
    person_keys: String,
    consents: String,
    account_names: Vec<Arc<str>>,
    event_names: Vec<Arc<str>>,
    accounts: String,
    events: String,
    /// Counts that come from other cells: see [`Row::with`].
    extra: Vec<(&'static str, Extra)>,
}

/// A value that a row has from elsewhere.
#[derive(Clone, Debug)]
pub enum Extra {
    /// A count.
    Count(u64),
    /// A text.
    Text(String),
}

impl Row {
    /// Names a cell, and counts its people with all that is known of their keys.
    pub fn new(key: CellKey, mut measure: Measure, symbols: &SymbolCache<'_>, links: &Links) -> Self {
        let site = symbols.name(key.site);
        let account_names = names(&measure.accounts, symbols);
        let event_names = names(&measure.events, symbols);
        let people = measure.people.count(links);
        let persons = if key.level == Level::Grain { measure.people.persons(links) } else { Vec::new() };
        Row {
            site: site_name(site),
            page: symbols.name(key.page),
            vendor: symbols.name(key.vendor),
            owner: symbols.name(key.owner),
            purpose: symbols.name(key.purpose),
            account: symbols.name(key.account),
            event: symbols.name(key.event),
            text: symbols.name(key.text),
            person_keys: people.kinds_in_words(),
            people,
            persons,
            captures: measure.captures.len(),
            consents: measure.consents(),
            accounts: listed(&account_names, measure.accounts.has_more()),
            events: listed(&event_names, measure.events.has_more()),
            account_names,
            event_names,
            extra: Vec::new(),
            key,
            measure,
        }
    }

    /// The row as Parquet keeps it.
    pub fn into_ledger_row(self) -> LedgerRow<'static> {
        let (key, mut measure) = (self.key, self.measure);
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let (confidence, consents) = (measure.confidence().map_or("", Confidence::word), measure.consents());
        LedgerRow {
            site: owned(&self.site),
            page: owned(&self.page),
            day: key.day,
            vendor: owned(&self.vendor),
            owner: owned(&self.owner),
            purpose: owned(&self.purpose),
            data_class: key.class.map_or("", |class| class.word()).into(),
            tier: key.class.map_or("", |class| class.tier().word()).into(),
            form: key.form.map_or("", |form| form.word()).into(),
            channel: key.channel.map_or("", |channel| channel.word()).into(),
            requests: measure.requests,
            blocked_requests: measure.blocked,
            unknown_requests: measure.unknown,
            captures: self.captures,
            people: self.people.people,
            people_low: self.people.low,
            people_high: self.people.high,
            people_method: self.people.method().into(),
            person_keys: self.person_keys.into(),
            first_seen: measure.span.first(),
            last_seen: measure.span.last(),
            consent: consents.into(),
            accounts: self.account_names.iter().map(|name| owned(name)).collect(),
            events: self.event_names.iter().map(|name| owned(name)).collect(),
            confidence: confidence.into(),
            sample_finding: measure.sample(),
            people_sketch: measure.people.sketch_bytes().into(),
            people_keys: self.persons.iter().map(|key| key.0).collect(),
            capture_keys: measure.captures.ids().to_vec().into(),
        }
    }

    /// Adds a value for a column that comes from another cell.
    pub fn with(mut self, column: &'static str, extra: Extra) -> Self {
        self.extra.push((column, extra));
        self
    }

    /// The people with their unit, in words.
    pub fn people_in_words(&self) -> String {
        self.people.in_words()
    }

    /// Requests that were sent, and the people who sent them.
    pub fn contacts(&self) -> (u64, u64) {
        (self.measure.requests, self.people.people)
    }

    /// How many captures it was seen in.
    pub fn captures(&self) -> u64 {
        self.captures
    }

    /// The company's name.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The site's name.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The key of the row.
    pub fn key(&self) -> &CellKey {
        &self.key
    }

    /// The vendor's name.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }

    /// What a column shows for this row.
    pub fn cell(&self, column: &str) -> Cell<'_> {
        if let Some((_, extra)) = self.extra.iter().find(|(name, _)| *name == column) {
            return match extra {
                Extra::Count(count) => Cell::Count(*count),
                Extra::Text(text) => Cell::Text(text),
            };
        }
        self.key_cell(column).unwrap_or_else(|| self.measure_cell(column))
    }

    fn key_cell(&self, column: &str) -> Option<Cell<'_>> {
        let key = &self.key;
        Some(match column {
            "site" => Cell::Text(&self.site),
            "page" => Cell::Text(&self.page),
            "day" => Cell::day(key.day),
            "vendor" => Cell::Text(&self.vendor),
            "owner" => Cell::Text(&self.owner),
            "purpose" => Cell::Text(&self.purpose),
            "data_class" => Cell::Text(key.class.map_or("", |class| class.word())),
            "tier" => Cell::Text(self.tier()),
            "form" => Cell::Text(key.form.map_or("", |form| form.word())),
            "channel" => Cell::Text(key.channel.map_or("", |channel| channel.word())),
            "account" => Cell::Text(&self.account),
            "event" => Cell::Text(&self.event),
            "text" => Cell::Text(&self.text),
            "state" | "party_source" => Cell::Text(&self.event),
            "party" => Cell::Text(if self.event.is_empty() { "third party" } else { "same owner" }),
            "url_data" | "host" => Cell::Text(&self.text),
            "scope" => Cell::Text(scope(key.level)),
            _ => return None,
        })
    }

    fn tier(&self) -> &'static str {
        self.key.tier.or(self.key.class.map(|class| class.tier())).map_or("", |tier| tier.word())
    }

    fn measure_cell(&self, column: &str) -> Cell<'_> {
        let measure = &self.measure;
        // Where only captures were read nobody was counted, and "0 people" would be a claim.
        let people = |count| if self.people.people == 0 { Cell::Empty } else { Cell::Count(count) };
        match column {
            "requests" | "loads" | "contacts" => Cell::Count(measure.requests),
            "captures" => Cell::Count(self.captures),
            "inputs" => Cell::Count(self.captures),
            "people" | "contact_people" => people(self.people.people),
            "people_low" => people(self.people.low),
            "people_high" => people(self.people.high),
            "people_method" => Cell::Word(self.people.method()),
            "person_keys" => Cell::Text(&self.person_keys),
            "first_seen" => Cell::time(measure.span.first()),
            "last_seen" => Cell::time(measure.span.last()),
            "consent" => Cell::Text(&self.consents),
            "accounts" => Cell::Text(&self.accounts),
            "events" => Cell::Text(&self.events),
            "confidence" => Cell::Text(measure.confidence().map_or("", Confidence::word)),
            "sample_finding" => measure.sample().map_or(Cell::Empty, Cell::Id),
            "blocked_requests" => Cell::Count(measure.blocked),
            "unknown_requests" => Cell::Count(measure.unknown),
            _ => Cell::Empty,
        }
    }
}

fn scope(level: Level) -> &'static str {
    match level {
        Level::TotalAll => "all",
        Level::TotalOwner => "owner",
        Level::TotalTier => "tier",
        Level::TotalOwnerClass => "owner and data class",
        _ => "",
    }
}

fn names(set: &SymSet, symbols: &SymbolCache<'_>) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = set.syms().map(|sym| symbols.name(sym)).collect();
    names.sort();
    names
}

fn listed(names: &[Arc<str>], has_more: bool) -> String {
    let mut text = names[..names.len().min(LISTED)].join("; ");
    if has_more || names.len() > LISTED {
        text.push_str("; ...");
    }
    text
}
