//! The search through one record: value after value is judged by what the vendor's parameter means,
//! or else by its pattern and name.

use super::fields::Travel;
use super::hit::{Datum, KNOWN_HASH, Route, readable};
use super::labels::Labels;
use super::names;
use super::part::{Base, Part};
use super::restraint::{self, Weighed};
use super::topics;
use super::trade::{self, Trade};
use super::{Buffers, Detected, fingerprint, told};
use crate::class::{DataClass, Form, Tier};
use crate::knowledge::{EndpointId, Jar};
use crate::matching;
use crate::observation::{Channel, Condition, Recipient};
use crate::patterns::{self, Confidence, Match};
use crate::peel::{Node, Place};
use crate::place::{UrlParts, host_name};
use crate::record::Record;
use crate::run::Run;
use crate::symbols::SymbolCache;
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// The event in which products are bought, in the words of the knowledge base.
const PURCHASE: &str = "purchase";

/// What a value holds.
#[derive(Clone)]
pub(super) enum Seen {
    /// Nothing, for nobody.
    Nothing,
    /// What patterns found, and where digests are.
    Something(Rc<(Vec<Match>, Vec<Range<usize>>)>),
}

impl Seen {
    /// About how many bytes it takes up.
    pub(super) fn size(&self) -> usize {
        match self {
            Seen::Nothing => 0,
            Seen::Something(seen) => seen.0.len() * size_of::<Match>() + seen.1.len() * size_of::<Range<usize>>(),
        }
    }
}

/// The search through one record.
pub(super) struct Search<'s, 'r> {
    pub(super) run: &'s Run<'r>,
    pub(super) symbols: &'s SymbolCache<'r>,
    pub(super) labels: &'s Labels<'r>,
    pub(super) recipient: Recipient,
    pub(super) endpoint: Option<EndpointId>,
    pub(super) buffers: &'s mut Buffers,
    /// What the outer value at hand gave.
    pub(super) part: Part,
    /// How its groups of siblings are numbered in the record.
    pub(super) base: Base,
    /// Where the outer value at hand sits, and whether it had been decoded.
    pub(super) place: [u8; 2],
    /// Where the outer value at hand is to be remembered.
    pub(super) memo: Option<u64>,
    /// What the outer values before it gave.
    pub(super) whole: Part,
    /// What decides beside the outer values' own bytes.
    pub(super) setting: [u8; 8],
    /// Values that the vendor gives as opaque ids, by their key path and how many steps led to them:
    /// what seems to be inside is not, unless beyond doubt.
    pub(super) opaque: Vec<(Vec<u8>, usize)>,
    /// The cookies that are known of the recipient, once somebody asked.
    pub(super) jar: OnceCell<Option<&'s Jar>>,
    /// Whether the recipient may be the site itself, whose forms are harvested.
    pub(super) may_be_own: bool,
    /// Whether the URL asks to exchange ids of browsers.
    pub(super) exchanges_ids: bool,
}

impl<'s, 'r> Search<'s, 'r> {
    /// The search through a record to this recipient; `url` is the record's, and empty where a URL alone
    /// is searched.
    pub(super) fn new(
        run: &'s Run<'r>,
        symbols: &'s SymbolCache<'r>,
        labels: &'s Labels<'r>,
        recipient: Recipient,
        endpoint: Option<EndpointId>,
        url: &[u8],
        buffers: &'s mut Buffers,
    ) -> Self {
        let may_be_own = !url.is_empty() && recipient.vendor.is_empty();
        let exchanges_ids = UrlParts::split(url).is_some_and(|url| trade::exchanges_ids(url.path));
        let setting = (endpoint, recipient.host, recipient.purpose, may_be_own, exchanges_ids);
        Search {
            run,
            symbols,
            labels,
            recipient,
            endpoint,
            part: std::mem::take(&mut buffers.part),
            base: Base::default(),
            place: [0; 2],
            memo: None,
            whole: std::mem::take(&mut buffers.whole),
            setting: buffers.parts.word(setting),
            buffers,
            opaque: Vec::new(),
            jar: OnceCell::new(),
            may_be_own,
            exchanges_ids,
        }
    }
}

impl Search<'_, '_> {
    /// Judges one value.
    pub(super) fn judge(&mut self, node: &Node<'_>) {
        let Some(channel) = channel_of(node.place) else { return };
        let path = std::str::from_utf8(node.keys.as_bytes()).unwrap_or_default();
        if is_answer(node.place) {
            return if node.leaf {
                self.leaf(node, path, channel)
            };
        }
        if node.inside_url.is_none() && node.place != Place::Referer {
            self.part.consent.read(node.keys.last(), node.value);
            if self.vendor_value(node, path, channel) || self.known_cookie(node, path, channel) {
                return;
            }
        }
        if node.leaf {
            self.leaf(node, path, channel);
        } else if !self.is_inside_opaque(node) {
            self.copied_url(node, channel);
        }
    }

    /// Remembers a value as an opaque id.
    pub(super) fn hold_opaque(&mut self, node: &Node<'_>) {
        if !node.leaf {
            self.opaque.push((node.keys.as_bytes().to_vec(), node.steps.len()));
        }
    }

    /// What leads to a value from each opaque id whose key path begins its own.
    fn within_opaque<'n>(&self, node: &'n Node<'_>) -> impl Iterator<Item = &'n [u8]> {
        let outer = self.opaque.iter().filter(|(_, steps)| node.steps.len() > *steps);
        outer.filter_map(|(keys, _)| node.keys.as_bytes().strip_prefix(&**keys))
    }

    fn is_inside_opaque(&self, node: &Node<'_>) -> bool {
        self.within_opaque(node).any(|rest| matches!(rest, [] | [b'/', ..]))
    }

    /// Whether a value is only another reading of one that the vendor gives as an opaque id.
    pub(super) fn is_opaque_itself(&self, node: &Node<'_>) -> bool {
        self.within_opaque(node).any(<[u8]>::is_empty)
    }

    /// Judges an innermost value by its pattern and key.
    fn leaf(&mut self, node: &Node<'_>, path: &str, channel: Channel) {
        if self.is_inside_opaque(node) {
            return self.packed_in_id(node, channel);
        }
        let field = self.note_field(node, channel);
        // What stands without a name in a copied URL is not meant by the name of the URL.
        let is_nameless = node.inside_url.is_some() && node.inner_keys().is_empty();
        let names = if is_nameless { "" } else { path };
        let route = within_url(self.symbols, node, channel);
        if !self.run.people.is_empty() {
            self.join_halves(node, route);
        }
        let memo = self.buffers.seen.key(&[names.as_bytes()], node.value);
        let seen = match self.buffers.seen.get(memo) {
            Some(Seen::Nothing) => return,
            Some(Seen::Something(seen)) => seen,
            None => {
                let key = if is_nameless { b"" } else { node.keys.last() };
                let key = std::str::from_utf8(key).unwrap_or_default();
                let seen = Rc::new(self.look(node, key, names));
                self.buffers.seen.put(memo, Seen::Something(Rc::clone(&seen)));
                seen
            }
        };
        let (matches, digests) = &*seen;
        let first = self.part.hits.len();
        let is_field = self.may_be_own && is_form_field(node);
        let is_clean = matches.is_empty() && !is_field;
        if is_field && matches.is_empty() {
            self.harvest_field(node);
        }
        for found in matches {
            if self.is_settled(found, node)
                || self.is_nobodys(found, node, path)
                || (is_answer(node.place) && !names_somebody(found))
            {
                continue;
            }
            let value = String::from_utf8_lossy(&node.value[found.range.clone()]).into_owned();
            let (in_header, trade) = (node.place == Place::Header, self.trade(found.class, node));
            let finding = restraint::Finding { found, value: &value, path, in_header, trade };
            if found.class == DataClass::SearchText && names::is_of_keywords(path, trade) {
                self.topics_of(node, route, topics::Source::Keywords, form_of(found.form, node), &value);
                continue;
            }
            let Some(Weighed { class, form, confidence, reason }) = finding.weigh() else { continue };
            let (confidence, reason) = searched(found, node).unwrap_or((confidence, reason));
            let form = form_of(form, node);
            let datum = Datum { class, form, confidence, detector: found.detector, reason, value: &value };
            self.push(node, route, &datum, field);
        }
        for range in digests {
            let is_named = |found: &Match| found.range.start < range.end && range.start < found.range.end;
            if !matches.iter().any(is_named) {
                self.bare_digest(node, range.clone(), route);
            }
        }
        if !self.run.people.is_empty() {
            self.known_values(node, first, route);
        }
        let saw_anybody = !(self.part.people.is_empty() && self.part.weak.is_empty());
        if is_clean && self.part.hits.len() == first && !saw_anybody {
            self.buffers.seen.put(memo, Seen::Nothing);
        }
    }

    /// Whom an id names beyond doubt: some sites make ids of their customers' addresses.
    fn packed_in_id(&mut self, node: &Node<'_>, channel: Channel) {
        let key = std::str::from_utf8(node.keys.last()).unwrap_or_default();
        for found in self.patterns_in(node, key, key) {
            if found.class.tier() == Tier::Direct && found.confidence == Confidence::Certain {
                let value = String::from_utf8_lossy(&node.value[found.range.clone()]).into_owned();
                let Match { class, confidence, detector, reason, .. } = found;
                let datum =
                    Datum { class, form: form_of(found.form, node), confidence, detector, reason, value: &value };
                self.push(node, Route::always(channel), &datum, None);
            }
        }
    }

    /// What patterns find in an innermost value, and where digests are.
    fn look(&self, node: &Node<'_>, key: &str, path: &str) -> (Vec<Match>, Vec<Range<usize>>) {
        (self.patterns_in(node, key, path), matching::digests(node.value, !self.run.people.is_empty()))
    }

    fn patterns_in(&self, node: &Node<'_>, key: &str, path: &str) -> Vec<Match> {
        let mut matches = Vec::new();
        patterns::scan(node.value, &patterns::Context { key, path }, &mut matches);
        self.run.plan.detectors.scan(node.value, key, &mut matches);
        matches
    }

    /// Keeps a digest under no telling name, since the input may hold its value in clear.
    fn bare_digest(&mut self, node: &Node<'_>, range: Range<usize>, route: Route) {
        let value = String::from_utf8_lossy(&node.value[range]).into_owned();
        let (class, form, confidence) = (DataClass::FormText, Form::Hashed, Confidence::Possible);
        // The shape of base64 alone does not make it base64.
        if matching::key_of(value.as_bytes()).is_none() {
            return;
        }
        let datum = Datum { class, form, confidence, detector: KNOWN_HASH, reason: "", value: &value };
        self.push(node, route, &datum, None);
    }

    /// What a person typed into a form of the site's own, under whatever name.
    fn harvest_field(&mut self, node: &Node<'_>) {
        if let Ok(text) = std::str::from_utf8(node.value) {
            let id = fingerprint(self.run.secret, DataClass::FormText, text);
            self.harvest(id, DataClass::FormText, text);
        }
    }

    /// The trade of whoever gave a value its name: the recipient, or the host whose URL it is in.
    fn trade(&self, class: DataClass, node: &Node<'_>) -> Trade {
        // Only names, what reaches a person, and words are weighed.
        if class.tier() != Tier::Direct && class != DataClass::SearchText {
            return Trade::Other;
        }
        let host = match node.inside_url {
            _ if node.place == Place::Referer => return Trade::Site,
            Some(inside) if !inside.host.is_empty() => host_name(inside.host),
            _ => {
                let name = |sym| self.symbols.name(sym);
                let trade = Trade::of(&name(self.recipient.purpose), &name(self.recipient.host));
                let is_exchange = trade == Trade::Other && node.place == Place::Query && self.exchanges_ids;
                return if is_exchange { Trade::Exchange } else { trade };
            }
        };
        let known = self.run.knowledge.product(self.run.knowledge.host(&host), None);
        // Sites are listed too, as hosts of content and platforms; their pages' URLs are their own.
        let trade = known.map_or(Trade::Site, |product| Trade::of(product.purpose, &host));
        if trade == Trade::Advertising { trade } else { Trade::Site }
    }

    pub(super) fn note_field(&mut self, node: &Node<'_>, channel: Channel) -> Option<usize> {
        let (symbols, labels) = (self.symbols, self.labels);
        let travel = || Travel::of(node, within_url(symbols, node, channel), labels);
        let promising = &mut self.buffers.promising;
        let promises =
            |key: &str| promising.get_or(promising.key(&[], key.as_bytes()), || patterns::promises_siblings(key));
        self.part.fields.note(node, self.base.inner(node.container), promises, travel)
    }

    pub(super) fn finish(mut self, record: &Record<'_>) -> Detected {
        self.settle();
        self.join_fields();
        self.add_weak();
        self.doubt_links();
        self.whole.consent.read_privacy_control(record.header(b"sec-gpc"));
        let mut detected = Detected { consent: self.whole.consent.consent(), ..Detected::default() };
        if let (Some(endpoint), Some(parts)) = (self.endpoint, UrlParts::split(&record.url)) {
            let (host, path) = (&host_name(parts.host), &String::from_utf8_lossy(parts.path));
            let (knowledge, symbols, labels) = (self.run.knowledge, self.symbols, self.labels);
            let reader = told::Reader { knowledge, symbols, labels, endpoint, host, path };
            let said = &mut self.buffers.said;
            let memo = said.key_of((endpoint, host, path, &self.whole.values));
            detected.said = (*said.get_or(memo, || Rc::new(self.whole.values.read(&reader)))).clone();
        }
        detected.hits.reserve_exact(self.whole.hits.len());
        let hits = self.whole.hits.drain(..).map(|(hit, _)| hit);
        detected.hits.extend(hits.filter(|hit| hit.class.tier() <= self.run.plan.min_tier));
        // What was looked at before was bought by now.
        if detected.said.told.iter().any(|told| &*self.symbols.name(told.event) == PURCHASE) {
            for hit in detected.hits.iter_mut().filter(|hit| hit.class == DataClass::Product) {
                hit.class = DataClass::Purchase;
            }
        }
        self.put_back();
        detected
    }
}

/// The form of what was found in a value: plain text in an encoded value is encoded.
pub(super) fn form_of(found: Form, node: &Node<'_>) -> Form {
    if found == Form::Plain { readable(node) } else { found }
}

/// `q` and `query` mean many things to a recipient, but in the URL of a site's page they are what
/// the visitor searched for.
fn searched(found: &Match, node: &Node<'_>) -> Option<(Confidence, &'static str)> {
    let in_page_url = node.inside_url.is_some() || node.place == Place::Referer;
    let weak = found.class == DataClass::SearchText && found.confidence == Confidence::Possible;
    (weak && in_page_url).then_some((Confidence::Likely, "search words in a page's URL"))
}

/// What is inside a copied page URL travels by it, if the URL is one of the site's.
fn within_url(symbols: &SymbolCache<'_>, node: &Node<'_>, channel: Channel) -> Route {
    match node.inside_url {
        _ if channel == Channel::Referer => Route::always(channel),
        None => Route::always(channel),
        Some(inside) if inside.host.is_empty() => Route::always(Channel::PageUrl),
        Some(inside) => Route { channel, condition: Condition::Inside(symbols.intern(&host_name(inside.host))) },
    }
}

/// Places that the recipient wrote itself. It knows what it wrote; but that it writes down whose
/// visit this was, or hands it on, is told by what names a person and by nothing less.
fn is_answer(place: Place) -> bool {
    matches!(place, Place::SetCookie | Place::Redirect)
}

fn names_somebody(found: &Match) -> bool {
    found.class.tier() == Tier::Direct
        && found.confidence == Confidence::Certain
        && found.class != DataClass::Credential
}

/// Whether a value is a short named field of a body, as forms send them.
fn is_form_field(node: &Node<'_>) -> bool {
    let is_body = matches!(node.place, Place::Form | Place::Multipart | Place::Json);
    is_body && !node.keys.is_empty() && (2..=matching::harvest::LONGEST_FIELD).contains(&node.value.len())
}

/// By which route a value travels whose outermost value sat in this place; `None` for places that
/// the recipient wrote itself or that say nothing.
fn channel_of(place: Place) -> Option<Channel> {
    Some(match place {
        Place::Query | Place::Path | Place::Matrix | Place::Fragment | Place::UserInfo | Place::HostLabel => {
            Channel::Url
        }
        Place::Referer => Channel::Referer,
        Place::Header | Place::Redirect => Channel::Header,
        Place::Cookie | Place::SetCookie => Channel::Cookie,
        Place::Form | Place::Multipart | Place::Json | Place::Body => Channel::Body,
        Place::WebSocket => Channel::WebSocket,
        Place::Origin => return None,
    })
}
