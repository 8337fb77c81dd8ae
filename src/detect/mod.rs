//! Detection: every value that a request carries is judged, first by what the vendor's own
//! parameter means, then by its pattern and key. One record is enough for all of it; what depends
//! on the page is left to `resolve` as a [`Condition`].

mod clean;
mod consent;
mod fields;
mod known;
pub mod labels;
pub mod mask;
mod restraint;
pub(crate) mod told;
mod topics;
mod vendor;

use crate::class::{DataClass, Form, Tier};
use crate::knowledge::{EndpointId, Expected};
use crate::matching::{self, Riddle, domains, harvest::Harvest};
use crate::observation::{Channel, Condition, Consent, Hit, PageRef, Recipient, Told};
use crate::patterns::{self, Confidence, Match};
use crate::peel::{Node, Peeler, Place};
use crate::place::{UrlParts, host_name};
use crate::record::Record;
use crate::run::Run;
use crate::secret::Secret;
use crate::symbols::{Sym, SymbolCache};
use clean::Clean;
use fields::{Fields, Travel, Whole};
use known::Named;
use labels::Labels;
use restraint::{Trade, Weighed};
use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;
use vendor::Judgement;
pub(crate) use vendor::location_of;

/// The domain of value fingerprints among the keyed hashes.
const FINGERPRINT: u8 = b'v';

/// The event in which products are bought, in the words of the knowledge base.
const PURCHASE: &str = "purchase";

/// The detector's name for what a vendor's parameter means.
const VENDOR_PARAMETER: &str = "vendor_parameter";

/// The detector's name for a digest that is a finding only if its value is known.
const KNOWN_HASH: &str = "known_hash";

/// What was found in a record.
#[derive(Debug, Default)]
pub struct Detected {
    /// The data.
    pub hits: Vec<Hit<'static>>,
    /// The site's account at the vendor.
    pub account: Sym,
    /// What the vendor was told.
    pub told: Vec<Told>,
    /// What the request says about consent.
    pub consent: Consent,
    /// The page that the vendor's own parameter names.
    pub page: PageRef,
    /// Whether part of the record was nested too deeply to be looked at.
    pub capped: bool,
}

/// Finds personal data in records. One detector serves one thread.
pub struct Detector<'r> {
    run: &'r Run<'r>,
    symbols: Rc<SymbolCache<'r>>,
    labels: Rc<Labels<'r>>,
    peeler: Peeler,
    buffers: Buffers,
}

/// Buffers that are used for record after record.
#[derive(Default)]
struct Buffers {
    fields: Fields,
    harvest: Harvest,
    matches: Vec<Match>,
    clean: Clean,
    topics: topics::Topics,
}

impl<'r> Detector<'r> {
    /// A detector with empty buffers.
    pub fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>, labels: Rc<Labels<'r>>) -> Self {
        Detector { run, symbols, labels, peeler: Peeler::default(), buffers: Buffers::default() }
    }

    /// The values that were seen in clear since this was last asked.
    pub fn take_harvest(&mut self) -> Harvest {
        std::mem::take(&mut self.buffers.harvest)
    }

    fn search<'d>(
        &'d self,
        recipient: Recipient,
        endpoint: Option<EndpointId>,
        buffers: &'d mut Buffers,
    ) -> Search<'d, 'r> {
        buffers.fields.clear();
        Search {
            recipient,
            run: self.run,
            symbols: &self.symbols,
            labels: &self.labels,
            endpoint,
            hits: Vec::new(),
            hit_fields: Vec::new(),
            buffers,
            opaque: Vec::new(),
            values: told::Values::default(),
            consent: consent::Signals::default(),
            named_people: Named::default(),
            may_be_own: false,
            exchanges_ids: false,
        }
    }

    /// Finds what a record carries to its recipient; `endpoint` is the vendor's, where one is known.
    pub fn detect(&mut self, record: &Record<'_>, recipient: Recipient, endpoint: Option<EndpointId>) -> Detected {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(recipient, endpoint, &mut buffers);
        search.may_be_own = recipient.vendor.is_empty();
        search.exchanges_ids = UrlParts::split(&record.url).is_some_and(|url| restraint::exchanges_ids(url.path));
        peeler.record(record, &mut |node| search.node(node));
        let mut detected = search.finish(record);
        detected.capped = peeler.capped();
        (self.buffers, self.peeler) = (buffers, peeler);
        detected
    }

    /// Keeps the addresses that a URL holds in clear, though the request itself is no disclosure.
    pub fn harvest_url(&mut self, url: &[u8]) {
        if memchr::memchr(b'@', url).is_some() || memchr::memmem::find(url, b"%40").is_some() {
            self.classes_in_url(url);
        }
    }

    /// The classes of personal data that a URL holds, as a bit set over [`DataClass`]: those that
    /// name, describe or lead to a person.
    pub fn classes_in_url(&mut self, url: &[u8]) -> u64 {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(Recipient::default(), None, &mut buffers);
        peeler.url(url, &mut |node| search.node(node));
        search.join_fields();
        let counted = search.hits.iter().filter(|hit| {
            hit.confidence > Confidence::Possible && hit.form != Form::Placeholder && hit.class.tier() <= Tier::Linkable
        });
        let mut classes = counted.fold(0, |classes, hit| classes | 1 << hit.class as u64);
        if topics::tells_of_topic(url) {
            classes |= 1 << DataClass::SensitivePage as u64;
        }
        (self.buffers, self.peeler) = (buffers, peeler);
        classes
    }
}

/// The search through one record.
struct Search<'s, 'r> {
    run: &'s Run<'r>,
    symbols: &'s SymbolCache<'r>,
    labels: &'s Labels<'r>,
    recipient: Recipient,
    endpoint: Option<EndpointId>,
    hits: Vec<Hit<'static>>,
    /// For each hit, the field that it was found in.
    hit_fields: Vec<Option<usize>>,
    buffers: &'s mut Buffers,
    /// Key paths of values that the vendor gives as opaque ids: what seems to be inside is not.
    opaque: Vec<Vec<u8>>,
    /// Values of the parameters that name account, event and page.
    values: told::Values,
    consent: consent::Signals,
    /// Whose values were found.
    named_people: Named,
    /// Whether the recipient may be the site itself, whose forms are harvested.
    may_be_own: bool,
    /// Whether the request's path says that browsers' ids are exchanged.
    exchanges_ids: bool,
}

impl Search<'_, '_> {
    /// Judges one value.
    fn node(&mut self, node: &Node<'_>) {
        let Some(channel) = channel_of(node.place) else { return };
        let path = std::str::from_utf8(node.keys.as_bytes()).unwrap_or_default();
        if is_answer(node.place) {
            return if node.leaf {
                self.leaf(node, path, channel)
            };
        }
        if node.inside_url.is_none() && node.place != Place::Referer {
            self.consent.read(node.keys.last(), node.value);
            if self.vendor_value(node, path, channel) {
                return;
            }
        }
        if self.is_inside_opaque(node) {
            return;
        }
        if node.leaf {
            self.leaf(node, path, channel);
        } else {
            self.copied_url(node, channel);
        }
    }

    /// Judges a value by the meaning of the vendor's parameter. Says whether that settles it.
    fn vendor_value(&mut self, node: &Node<'_>, path: &str, channel: Channel) -> bool {
        let Some(endpoint) = self.endpoint else { return false };
        if self.values.note(self.run.knowledge, endpoint, path, node) {
            let form = if node.encoded { Form::Encoded } else { Form::Plain };
            let value = String::from_utf8_lossy(node.value);
            self.topics_of(node, topics::Source::Event, form, channel, Condition::None, &value);
        }
        let Some(location) = vendor::location_of(node) else { return false };
        let Some(parameter) = self.run.knowledge.parameter(endpoint, location, path) else { return false };
        let (Some(class), true) = (parameter.class, parameter.grade.is_fact()) else { return false };
        let key = std::str::from_utf8(node.keys.last()).unwrap_or_default();
        let Some(judgement) = vendor::judge(parameter.form, class, key, node.value, &mut self.buffers.matches) else {
            // The parameter is for this class, but holds several, or something else: patterns may know what.
            let is_hashed = matches!(parameter.form, Expected::Hashed | Expected::Either);
            return is_hashed && self.vendor_list(node, class, channel);
        };
        if class == DataClass::ClickText {
            self.values.note_text(node);
        }
        let opaque = vendor::is_opaque(class) || judgement.form == Form::Hashed;
        if opaque && !node.leaf {
            self.opaque.push(node.keys.as_bytes().to_vec());
        }
        let field = self.note_field(node, channel);
        self.vendor_hit(node, channel, &judgement, field);
        // Texts and URLs are data themselves and hold other data, for which patterns look next.
        !vendor::is_container(class)
    }

    /// Several digests in one parameter: every address that a tag found on the page.
    fn vendor_list(&mut self, node: &Node<'_>, class: DataClass, channel: Channel) -> bool {
        let digests = matching::digests(node.value, false);
        for range in &digests {
            let judgement = Judgement {
                class,
                form: match patterns::placeholder_hash(&node.value[range.clone()]) {
                    Some(_) => Form::Placeholder,
                    None => Form::Hashed,
                },
                confidence: Confidence::Likely,
                reason: "the vendor's parameter for its hash, one of several",
                range: range.clone(),
            };
            self.vendor_hit(node, channel, &judgement, None);
        }
        !digests.is_empty()
    }

    fn vendor_hit(&mut self, node: &Node<'_>, channel: Channel, judgement: &Judgement, field: Option<usize>) {
        let value = String::from_utf8_lossy(&node.value[judgement.range.clone()]).into_owned();
        let (channel, condition) = match judgement.class {
            DataClass::PageUrl | DataClass::Referrer => (Channel::PageUrl, Condition::None),
            _ => (channel, Condition::None),
        };
        let form = if node.encoded && judgement.form == Form::Plain { Form::Encoded } else { judgement.form };
        self.push(
            node,
            judgement.class,
            form,
            judgement.confidence,
            channel,
            condition,
            VENDOR_PARAMETER,
            judgement.reason,
            &value,
            field,
        );
    }

    fn is_inside_opaque(&self, node: &Node<'_>) -> bool {
        let keys = node.keys.as_bytes();
        self.opaque.iter().any(|outer| keys.starts_with(outer) && keys.len() >= outer.len())
    }

    /// Judges an innermost value by its pattern and key.
    fn leaf(&mut self, node: &Node<'_>, path: &str, channel: Channel) {
        let field = self.note_field(node, channel);
        let key = std::str::from_utf8(node.keys.last()).unwrap_or_default();
        let (channel, condition) = within_url(self.symbols, node, channel);
        if !self.run.people.is_empty() {
            self.join_halves(node, channel, condition);
        }
        if self.buffers.clean.knows(path, node.value) {
            return;
        }
        let mut matches = std::mem::take(&mut self.buffers.matches);
        matches.clear();
        patterns::scan(node.value, &patterns::Context { key, path }, &mut matches);
        self.run.plan.detectors.scan(node.value, key, &mut matches);
        let first = self.hits.len();
        let digests = matching::digests(node.value, !self.run.people.is_empty());
        let is_field = self.may_be_own && is_form_field(node);
        let is_clean = matches.is_empty() && !is_field;
        if is_field && matches.is_empty() {
            self.harvest_field(node);
        }
        for found in &matches {
            if self.is_settled(found, node)
                || self.is_number_of_the_site(found, node, path)
                || (is_answer(node.place) && !names_somebody(found))
            {
                continue;
            }
            let value = String::from_utf8_lossy(&node.value[found.range.clone()]).into_owned();
            let form = if node.encoded && found.form == Form::Plain { Form::Encoded } else { found.form };
            let (in_header, trade) = (node.place == Place::Header, self.trade(found.class, node));
            let finding = restraint::Finding { found, value: &value, path, in_header, trade };
            let Some(Weighed { class, confidence, reason }) = finding.weigh() else { continue };
            let (confidence, reason) = searched(found, node).unwrap_or((confidence, reason));
            self.push(node, class, form, confidence, channel, condition, found.detector, reason, &value, field);
        }
        for range in digests {
            let is_named = |found: &Match| found.range.start < range.end && range.start < found.range.end;
            if !matches.iter().any(is_named) {
                self.bare_digest(node, range, channel, condition);
            }
        }
        self.buffers.matches = matches;
        if !self.run.people.is_empty() {
            self.known_values(node, first, channel, condition);
        }
        if is_clean && self.hits.len() == first && !self.named_people.saw_anybody() {
            self.buffers.clean.remember();
        }
    }

    /// Keeps a digest under no telling name, since the input may hold its value in clear.
    fn bare_digest(&mut self, node: &Node<'_>, range: Range<usize>, channel: Channel, condition: Condition) {
        let value = String::from_utf8_lossy(&node.value[range]).into_owned();
        let (class, form, confidence) = (DataClass::FormText, Form::Hashed, Confidence::Possible);
        // The shape of base64 alone does not make it base64.
        if matching::key_of(value.as_bytes()).is_none() {
            return;
        }
        self.push(node, class, form, confidence, channel, condition, KNOWN_HASH, "", &value, None);
    }

    /// What a person typed into a form of the site's own, under whatever name.
    fn harvest_field(&mut self, node: &Node<'_>) {
        if let Ok(text) = std::str::from_utf8(node.value) {
            let id = self.fingerprint(DataClass::FormText, text);
            self.buffers.harvest.note(id, DataClass::FormText, text);
        }
    }

    /// The trade of whoever gave a value its name: the recipient, or the host whose URL it is in.
    fn trade(&self, class: DataClass, node: &Node<'_>) -> Trade {
        // Only names and what reaches a person are weighed.
        if class.tier() != Tier::Direct {
            return Trade::Other;
        }
        let host = match node.inside_url {
            _ if node.place == Place::Referer => return Trade::Site,
            Some(inside) if !inside.host.is_empty() => host_name(inside.host),
            _ => {
                let name = |sym| self.symbols.name(sym);
                let trade = Trade::of(&name(self.recipient.purpose), &name(self.recipient.host));
                let exchange = trade == Trade::Other && self.exchanges_ids && node.place == Place::Query;
                return if exchange { Trade::Exchange } else { trade };
            }
        };
        let known = self.run.knowledge.product(self.run.knowledge.host(&host), None);
        // Sites are listed too, as hosts of content and platforms; their pages' URLs are their own.
        let trade = known.map_or(Trade::Site, |product| Trade::of(product.purpose, &host));
        if trade == Trade::Advertising { trade } else { Trade::Site }
    }

    /// Whether the vendor's parameter already gave this class for this very value.
    fn is_settled(&self, found: &Match, node: &Node<'_>) -> bool {
        found.range == (0..node.value.len()) && self.vendor_said(node).is_some_and(|class| class == found.class)
    }

    /// Whether only its name makes a value a customer's number or a token, while the vendor's entry
    /// knows the parameter as the site's, or the site has a host of that number there.
    fn is_number_of_the_site(&self, found: &Match, node: &Node<'_>, path: &str) -> bool {
        let by_name = matches!(found.class, DataClass::CustomerId | DataClass::Credential)
            && found.confidence < Confidence::Certain
            && node.inside_url.is_none()
            && node.place != Place::Referer;
        if !by_name {
            return false;
        }
        let host = self.symbols.name(self.recipient.host);
        let is_label = host.split('.').any(|label| label.as_bytes().eq_ignore_ascii_case(node.value));
        let known = || {
            let location = vendor::location_of(node)?;
            Some(self.run.knowledge.is_of_the_site(self.endpoint?, location, path))
        };
        is_label || known() == Some(true)
    }

    /// The class that was last found, if it was found in this very parameter.
    fn vendor_said(&self, node: &Node<'_>) -> Option<DataClass> {
        let last = self.hits.iter().rev().find(|hit| hit.class != DataClass::SensitivePage)?;
        (last.param == self.labels.text(node.keys.as_bytes())).then_some(last.class)
    }

    /// A page's URL copied into a parameter that no vendor entry explains, or into the Referer.
    fn copied_url(&mut self, node: &Node<'_>, channel: Channel) {
        let Some(parts) = UrlParts::split(node.value) else { return };
        if parts.is_origin() || is_asset(parts.path) || self.vendor_said(node).is_some_and(vendor::is_container) {
            return;
        }
        let host = self.symbols.intern(&host_name(parts.host));
        let value = String::from_utf8_lossy(node.value).into_owned();
        let form = if node.encoded { Form::Encoded } else { Form::Plain };
        let (detector, reason) = ("page_url", "a URL of the site's own, copied whole");
        self.push(
            node,
            DataClass::PageUrl,
            form,
            Confidence::Certain,
            channel,
            Condition::OnSite(host),
            detector,
            reason,
            &value,
            None,
        );
    }

    fn note_field(&mut self, node: &Node<'_>, channel: Channel) -> Option<usize> {
        let (symbols, labels) = (self.symbols, self.labels);
        self.buffers.fields.note(node, || {
            let (channel, condition) = within_url(symbols, node, channel);
            Travel { channel, condition, chain: labels.chain(node.steps), encoded: node.encoded }
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one hit has this many sides")]
    fn push(
        &mut self,
        node: &Node<'_>,
        class: DataClass,
        form: Form,
        confidence: Confidence,
        channel: Channel,
        condition: Condition,
        detector: &str,
        reason: &str,
        value: &str,
        field: Option<usize>,
    ) {
        // What the words tell comes first, so that the datum itself is the last that was found.
        self.topics_of_value(node, class, form, channel, condition, value);
        self.push_found(node, class, form, confidence, channel, condition, detector, reason, value, field);
    }

    #[expect(clippy::too_many_arguments, reason = "one hit has this many sides")]
    fn push_found(
        &mut self,
        node: &Node<'_>,
        class: DataClass,
        form: Form,
        confidence: Confidence,
        channel: Channel,
        condition: Condition,
        detector: &str,
        reason: &str,
        value: &str,
        field: Option<usize>,
    ) {
        let masked = mask::mask(class, form, value);
        let fingerprint = self.fingerprint(class, value);
        if matches!(form, Form::Plain | Form::Encoded) && confidence > Confidence::Possible {
            self.buffers.harvest.note(fingerprint, class, value);
        }
        let (confidence, reason, riddle) = asked(class, form, confidence, reason, detector, value);
        let mut hit = Hit {
            class,
            form,
            confidence,
            channel,
            condition,
            detector: self.symbols.intern(detector),
            reason: self.symbols.intern(reason),
            param: self.labels.text(node.keys.as_bytes()),
            chain: self.labels.chain(node.steps),
            message: 0,
            masked: Cow::Owned(masked),
            fingerprint,
            riddle,
            matched: Sym::EMPTY,
            value: self.run.plan.reveal.then(|| Cow::Owned(value.to_owned())),
        };
        if !self.run.people.is_empty() {
            self.recognise(&mut hit, value);
        }
        self.hits.push(hit);
        self.hit_fields.push(field);
    }

    fn fingerprint(&self, class: DataClass, value: &str) -> u64 {
        fingerprint(self.run.secret, class, value)
    }

    /// Makes one finding of the fields that hold its parts; the parts have no rows of their own.
    fn join_fields(&mut self) {
        for whole in self.buffers.fields.wholes() {
            let Whole { found, keys, values, travel } = whole;
            let values = values.join(", ");
            let part_of = |hit: &Hit<'_>, field: &Option<usize>| {
                patterns::is_part_of(hit.class, found.class) && field.is_some_and(|field| found.fields.contains(&field))
            };
            let streets = self.hits.iter().zip(&self.hit_fields);
            let mut street = streets.filter(|(hit, field)| hit.class == DataClass::Street && part_of(hit, field));
            let whose = street.find_map(|(hit, _)| (!hit.matched.is_empty()).then_some(hit.matched));
            let mut fields = std::mem::take(&mut self.hit_fields).into_iter();
            let mut kept = Vec::with_capacity(self.hits.len());
            let is_kept = |hit: &Hit<'_>| {
                let field = fields.next().unwrap_or_default();
                let keep = !part_of(hit, &field);
                if keep {
                    kept.push(field);
                }
                keep
            };
            self.hits.retain(is_kept);
            self.hit_fields = kept;
            let form = if travel.encoded { Form::Encoded } else { Form::Plain };
            let mut hit = Hit {
                class: found.class,
                form,
                confidence: found.confidence,
                channel: travel.channel,
                condition: travel.condition,
                detector: self.symbols.intern(found.detector),
                reason: self.symbols.intern(found.reason),
                param: self.labels.text(keys.join("+").as_bytes()),
                chain: travel.chain,
                message: 0,
                masked: Cow::Owned(mask::mask(found.class, form, &values)),
                fingerprint: self.fingerprint(found.class, &values),
                value: self.run.plan.reveal.then(|| Cow::Owned(values.clone())),
                matched: whose.unwrap_or_default(),
                riddle: Riddle::None,
            };
            if !self.run.people.is_empty() {
                self.recognise(&mut hit, &values);
            }
            self.hits.push(hit);
            self.hit_fields.push(None);
        }
    }

    fn finish(mut self, record: &Record<'_>) -> Detected {
        self.join_fields();
        self.add_weak();
        self.consent.read_privacy_control(record.header(b"sec-gpc"));
        let mut detected = Detected { consent: self.consent.consent(), ..Detected::default() };
        if let (Some(endpoint), Some(parts)) = (self.endpoint, UrlParts::split(&record.url)) {
            let reader = told::Reader {
                knowledge: self.run.knowledge,
                symbols: self.symbols,
                labels: self.labels,
                endpoint,
                host: &host_name(parts.host),
                path: &String::from_utf8_lossy(parts.path),
            };
            self.values.read(&reader, &mut detected);
        }
        // What was looked at before was bought by now.
        if detected.told.iter().any(|told| &*self.symbols.name(told.event) == PURCHASE) {
            for hit in self.hits.iter_mut().filter(|hit| hit.class == DataClass::Product) {
                hit.class = DataClass::Purchase;
            }
        }
        self.hits.retain(|hit| hit.class.tier() <= self.run.plan.min_tier);
        detected.hits = self.hits;
        detected
    }
}

/// A keyed hash of a value, equal for all spellings of the same datum.
pub fn fingerprint(secret: &Secret, class: DataClass, value: &str) -> u64 {
    secret.hash_parts(FINGERPRINT, &[class.word().as_bytes(), mask::normalised(class, value).as_bytes()])
}

/// What a hit's digest may turn out to be, or already does where few values are possible.
fn asked<'t>(
    class: DataClass,
    form: Form,
    confidence: Confidence,
    reason: &'t str,
    detector: &str,
    value: &str,
) -> (Confidence, &'t str, Riddle) {
    if form != Form::Hashed {
        return (confidence, reason, Riddle::None);
    }
    if detector == KNOWN_HASH {
        return (confidence, reason, matching::key_of(value.as_bytes()).map_or(Riddle::None, Riddle::Bare));
    }
    let shape = patterns::hash_shape(value.as_bytes());
    let asked = shape.and_then(|shape| Some((shape.kind, matching::digest_key(value.as_bytes(), &shape)?)));
    let Some((kind, key)) = asked else { return (confidence, reason, Riddle::None) };
    match domains::recovered(class, kind, key) {
        Some(reason) => (Confidence::Certain, reason, Riddle::Keyed(key)),
        None => (confidence, reason, Riddle::Keyed(key)),
    }
}

/// `q` and `query` mean many things to a recipient, but in the URL of a site's page they are what
/// the visitor searched for.
fn searched(found: &Match, node: &Node<'_>) -> Option<(Confidence, &'static str)> {
    let in_page_url = node.inside_url.is_some() || node.place == Place::Referer;
    let weak = found.class == DataClass::SearchText && found.confidence == Confidence::Possible;
    (weak && in_page_url).then_some((Confidence::Likely, "search words in a page's URL"))
}

/// What is inside a copied page URL travels by it, if the URL is one of the site's.
fn within_url(symbols: &SymbolCache<'_>, node: &Node<'_>, channel: Channel) -> (Channel, Condition) {
    match node.inside_url {
        _ if channel == Channel::Referer => (channel, Condition::None),
        None => (channel, Condition::None),
        Some(inside) if inside.host.is_empty() => (Channel::PageUrl, Condition::None),
        Some(inside) => (channel, Condition::Inside(symbols.intern(&host_name(inside.host)))),
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

/// Whether a path names a file that is no page.
fn is_asset(path: &[u8]) -> bool {
    const ENDINGS: [&str; 18] = [
        "js", "mjs", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "woff", "woff2", "ttf", "mp4",
        "json", "map", "xml",
    ];
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
    let Some(dot) = memchr::memrchr(b'.', name) else { return false };
    ENDINGS.iter().any(|ending| name[dot + 1..].eq_ignore_ascii_case(ending.as_bytes()))
}
