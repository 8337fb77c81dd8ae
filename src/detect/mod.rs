//! Detection: every value that a request carries is judged, first by what the vendor's own
//! parameter means, then by its pattern and key. One record is enough for all of it; what depends
//! on the page is left to `resolve` as a [`Condition`].

mod clean;
mod consent;
mod fields;
pub mod labels;
pub mod mask;
pub(crate) mod told;
mod vendor;

use crate::class::{DataClass, Form, Tier};
use crate::knowledge::EndpointId;
use crate::observation::{Channel, Condition, Consent, Hit, PageRef, Told};
use crate::patterns::{self, Confidence, Match};
use crate::peel::{Node, Peeler, Place};
use crate::place::{UrlParts, host_name};
use crate::record::Record;
use crate::run::Run;
use crate::symbols::{Sym, SymbolCache};
use clean::Clean;
use fields::Fields;
use labels::Labels;
use std::borrow::Cow;
use std::rc::Rc;
use vendor::Judgement;
pub(crate) use vendor::location_of;

/// The domain of value fingerprints among the keyed hashes.
const FINGERPRINT: u8 = b'v';

/// The detector's name for what a vendor's parameter means.
const VENDOR_PARAMETER: &str = "vendor_parameter";

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
    matches: Vec<Match>,
    clean: Clean,
}

impl<'r> Detector<'r> {
    /// A detector with empty buffers.
    pub fn new(run: &'r Run<'r>, symbols: Rc<SymbolCache<'r>>, labels: Rc<Labels<'r>>) -> Self {
        Detector { run, symbols, labels, peeler: Peeler::default(), buffers: Buffers::default() }
    }

    fn search<'d>(&'d self, endpoint: Option<EndpointId>, buffers: &'d mut Buffers) -> Search<'d, 'r> {
        buffers.fields.clear();
        Search {
            run: self.run,
            symbols: &self.symbols,
            labels: &self.labels,
            endpoint,
            hits: Vec::new(),
            hit_fields: Vec::new(),
            buffers,
            opaque: Vec::new(),
            values: told::Values::default(),
            consent: Consent::None,
        }
    }

    /// Finds what a record carries; `endpoint` is the vendor's, where one is known.
    pub fn detect(&mut self, record: &Record<'_>, endpoint: Option<EndpointId>) -> Detected {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(endpoint, &mut buffers);
        peeler.record(record, &mut |node| search.node(node));
        let mut detected = search.finish(record);
        detected.capped = peeler.capped();
        (self.buffers, self.peeler) = (buffers, peeler);
        detected
    }

    /// The classes of personal data that a URL holds, as a bit set over [`DataClass`]: those that
    /// name, describe or lead to a person.
    pub fn classes_in_url(&mut self, url: &[u8]) -> u64 {
        let (mut buffers, mut peeler) = (std::mem::take(&mut self.buffers), std::mem::take(&mut self.peeler));
        let mut search = self.search(None, &mut buffers);
        peeler.url(url, &mut |node| search.node(node));
        search.join_addresses();
        let counted = search.hits.iter().filter(|hit| {
            hit.confidence > Confidence::Possible && hit.form != Form::Placeholder && hit.class.tier() <= Tier::Linkable
        });
        let classes = counted.fold(0, |classes, hit| classes | 1 << hit.class as u64);
        (self.buffers, self.peeler) = (buffers, peeler);
        classes
    }
}

/// The search through one record.
struct Search<'s, 'r> {
    run: &'s Run<'r>,
    symbols: &'s SymbolCache<'r>,
    labels: &'s Labels<'r>,
    endpoint: Option<EndpointId>,
    hits: Vec<Hit<'static>>,
    /// For each hit, the field that it was found in.
    hit_fields: Vec<Option<usize>>,
    buffers: &'s mut Buffers,
    /// Key paths of values that the vendor gives as opaque ids: what seems to be inside is not.
    opaque: Vec<Vec<u8>>,
    /// Values of the parameters that name account, event and page.
    values: told::Values,
    consent: Consent,
}

impl Search<'_, '_> {
    /// Judges one value.
    fn node(&mut self, node: &Node<'_>) {
        let Some(channel) = channel_of(node.place) else { return };
        let path = std::str::from_utf8(node.keys.as_bytes()).unwrap_or_default();
        if node.inside_url.is_none() && node.place != Place::Referer {
            self.consent = self.consent.max(consent::signal(path, node.value));
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
        self.values.note(self.run.knowledge, endpoint, path, node);
        let Some(location) = vendor::location_of(node) else { return false };
        let Some(parameter) = self.run.knowledge.parameter(endpoint, location, path) else { return false };
        let (Some(class), true) = (parameter.class, parameter.grade.is_fact()) else { return false };
        let Some(judgement) = vendor::judge(parameter.form, class, node.value, &mut self.buffers.matches) else {
            // The parameter is for this class, but holds something else: patterns may know what.
            return false;
        };
        if class == DataClass::ClickText {
            self.values.note_text(node);
        }
        let opaque = vendor::is_opaque(class) || judgement.form == Form::Hashed;
        if opaque && !node.leaf {
            self.opaque.push(node.keys.as_bytes().to_vec());
        }
        let field = self.note_field(node);
        self.vendor_hit(node, channel, &judgement, field);
        // Texts and URLs are data themselves and hold other data, for which patterns look next.
        !vendor::is_container(class)
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
        let field = self.note_field(node);
        let key = std::str::from_utf8(node.keys.last()).unwrap_or_default();
        if self.buffers.clean.knows(path, node.value) {
            return;
        }
        let mut matches = std::mem::take(&mut self.buffers.matches);
        matches.clear();
        patterns::scan(node.value, &patterns::Context { key, path }, &mut matches);
        if matches.is_empty() {
            self.buffers.clean.remember();
        }
        let (channel, condition) = self.within_url(node, channel);
        for found in &matches {
            if self.is_settled(found, node) {
                continue;
            }
            let value = String::from_utf8_lossy(&node.value[found.range.clone()]).into_owned();
            let form = if node.encoded && found.form == Form::Plain { Form::Encoded } else { found.form };
            let (confidence, reason) = weigh(found, node);
            self.push(node, found.class, form, confidence, channel, condition, found.detector, reason, &value, field);
        }
        self.buffers.matches = matches;
    }

    /// Whether the vendor's parameter already gave this class for this very value.
    fn is_settled(&self, found: &Match, node: &Node<'_>) -> bool {
        found.range == (0..node.value.len())
            && self
                .hits
                .last()
                .is_some_and(|hit| hit.class == found.class && hit.param == self.labels.text(node.keys.as_bytes()))
    }

    /// A page's URL copied into a parameter that no vendor entry explains, or into the Referer.
    fn copied_url(&mut self, node: &Node<'_>, channel: Channel) {
        let Some(parts) = UrlParts::split(node.value) else { return };
        if parts.is_origin() || is_asset(parts.path) || self.already_page(node) {
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

    /// Whether the vendor's parameter already said that this value is a page's URL.
    fn already_page(&self, node: &Node<'_>) -> bool {
        self.hits
            .last()
            .is_some_and(|hit| vendor::is_container(hit.class) && hit.param == self.labels.text(node.keys.as_bytes()))
    }

    /// What is inside a copied page URL travels by it, if the URL is one of the site's.
    fn within_url(&self, node: &Node<'_>, channel: Channel) -> (Channel, Condition) {
        match node.inside_url {
            _ if channel == Channel::Referer => (channel, Condition::None),
            None => (channel, Condition::None),
            Some(inside) if inside.host.is_empty() => (Channel::PageUrl, Condition::None),
            Some(inside) => (channel, Condition::Inside(self.symbols.intern(&host_name(inside.host)))),
        }
    }

    fn note_field(&mut self, node: &Node<'_>) -> Option<usize> {
        self.buffers.fields.note(node)
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
        let masked = mask::mask(class, form, value);
        self.hits.push(Hit {
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
            fingerprint: self.fingerprint(class, value),
            value: self.run.plan.reveal.then(|| Cow::Owned(value.to_owned())),
        });
        self.hit_fields.push(field);
    }

    fn fingerprint(&self, class: DataClass, value: &str) -> u64 {
        self.run.secret.hash_parts(FINGERPRINT, &[class.word().as_bytes(), mask::normalised(class, value).as_bytes()])
    }

    /// Makes one address of the fields that hold its parts; the parts have no rows of their own.
    fn join_addresses(&mut self) {
        for address in self.buffers.fields.addresses() {
            let values = address.values.join(", ");
            let part_of = |field: &Option<usize>| field.is_some_and(|field| address.fields.contains(&field));
            let Some(model) = self.hit_fields.iter().position(&part_of) else { continue };
            let mut hit = self.hits[model].clone();
            hit.class = DataClass::PostalAddress;
            hit.confidence = address.confidence;
            hit.detector = self.symbols.intern("postal_address_fields");
            hit.reason = self.symbols.intern(address.reason);
            hit.param = self.labels.text(address.keys.join("+").as_bytes());
            hit.masked = Cow::Owned(mask::mask(hit.class, hit.form, &values));
            hit.fingerprint = self.fingerprint(hit.class, &values);
            hit.value = self.run.plan.reveal.then(|| Cow::Owned(values.clone()));
            let part = |hit: &Hit<'_>, field: &Option<usize>| fields::is_address_part(hit.class) && part_of(field);
            let keep: Vec<bool> =
                self.hits.iter().zip(&self.hit_fields).map(|(hit, field)| !part(hit, field)).collect();
            let mut kept = keep.iter();
            self.hits.retain(|_| *kept.next().unwrap_or(&true));
            let mut kept = keep.iter();
            self.hit_fields.retain(|_| *kept.next().unwrap_or(&true));
            self.hits.push(hit);
            self.hit_fields.push(None);
        }
    }

    fn finish(mut self, record: &Record<'_>) -> Detected {
        self.join_addresses();
        let mut detected = Detected { consent: self.consent, ..Detected::default() };
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
        detected.hits = self.hits;
        detected
    }
}

/// `q` and `query` mean many things to a recipient, but in the URL of a site's page they are what
/// the visitor searched for.
fn weigh(found: &Match, node: &Node<'_>) -> (Confidence, &'static str) {
    let in_page_url = node.inside_url.is_some() || node.place == Place::Referer;
    if found.class == DataClass::SearchText && in_page_url && found.confidence == Confidence::Possible {
        return (Confidence::Likely, "search words in a page's URL");
    }
    (found.confidence, found.reason)
}

/// By which route a value travels whose outermost value sat in this place; `None` for places that
/// the recipient wrote itself or that say nothing.
fn channel_of(place: Place) -> Option<Channel> {
    Some(match place {
        Place::Query | Place::Path | Place::Matrix | Place::Fragment | Place::UserInfo | Place::HostLabel => {
            Channel::Url
        }
        Place::Referer => Channel::Referer,
        Place::Header => Channel::Header,
        Place::Cookie => Channel::Cookie,
        Place::Form | Place::Multipart | Place::Json | Place::Body => Channel::Body,
        Place::WebSocket => Channel::WebSocket,
        Place::Origin | Place::SetCookie | Place::Redirect => return None,
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
