//! Looking up one request: who receives it and what each of its parameters means to the vendor.
//! This is what `leakledger vendors lookup` explains and what the examples in vendor files are held
//! to. The request is taken apart by the same code that reads archives.

use crate::detect::labels::Labels;
use crate::detect::{location_of, told};
use crate::knowledge::{EndpointId, HostFacts, Knowledge, Location, Product, VendorId};
use crate::peel::{Node, Peeler};
use crate::place::{UrlParts, host_name};
use crate::record::{Body, Record};
use crate::symbols::{SymbolCache, Symbols};
use std::rc::Rc;

/// A request with everything that is known of it.
#[derive(Debug)]
pub struct Looked<'k> {
    /// The host, lower case.
    pub host: String,
    /// The path; empty when only a host was given.
    pub path: String,
    /// What is known of the host.
    pub facts: HostFacts,
    /// The vendor's endpoint.
    pub endpoint: Option<EndpointId>,
    /// The recipient.
    pub product: Option<Product<'k>>,
    /// Whether the vendor was recognised behind a host of another name.
    pub behind: bool,
    /// The site's account at the vendor.
    pub account: String,
    /// The URL of the page, as the vendor's own parameter gives it.
    pub page: Option<String>,
    /// Events with the text of their button or form.
    pub told: Vec<(String, String)>,
    /// All values, outermost first.
    pub values: Vec<Value>,
}

/// One value of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it travelled.
    pub location: Location,
    /// The names that lead to it.
    pub keys: String,
    /// The value.
    pub value: String,
    /// Whether nothing was found inside it.
    pub leaf: bool,
    /// Whether it stands inside a URL that was copied into a parameter.
    pub inside_url: bool,
}

impl Looked<'_> {
    /// The vendor's entry, where one claims the request.
    pub fn vendor(&self) -> Option<VendorId> {
        self.product.as_ref().and_then(|product| product.vendor)
    }
}

/// Looks up a URL or a bare host, with the request's body where there is one. `None` when the text
/// is neither.
pub fn look<'k>(knowledge: &'k Knowledge, target: &str, body: Option<&[u8]>) -> Option<Looked<'k>> {
    let target = target.trim();
    let url = if target.contains("://") { target.to_owned() } else { format!("https://{target}") };
    let parts = UrlParts::split(url.as_bytes())?;
    let host = host_name(parts.host).into_owned();
    if host.contains(char::is_whitespace) {
        return None;
    }
    let path = String::from_utf8_lossy(parts.path).into_owned();
    let query = String::from_utf8_lossy(parts.query).into_owned();
    let facts = knowledge.host(&host);
    let signature = if facts.has_vendor() { None } else { knowledge.behind_url(&path, &query) };
    let (endpoint, product) = match signature {
        Some((vendor, endpoint)) => (endpoint, Some(knowledge.product_of(vendor))),
        None => {
            let endpoint = if facts.is_listed() { knowledge.endpoint(facts, &path) } else { None };
            (endpoint, knowledge.product(facts, endpoint))
        }
    };
    let behind = signature.is_some() || facts.is_alias();
    let mut looked = Looked {
        host,
        path,
        facts,
        endpoint,
        product,
        behind,
        account: String::new(),
        page: None,
        told: Vec::new(),
        values: Vec::new(),
    };
    take_apart(knowledge, &url, body, &mut looked);
    Some(looked)
}

/// Fills in the values and what they say about account and events.
fn take_apart(knowledge: &Knowledge, url: &str, body: Option<&[u8]>, looked: &mut Looked<'_>) {
    let body = body.map(|bytes| Body { bytes: bytes.into(), ..Body::default() });
    let record = Record { url: url.as_bytes().into(), body, ..Record::default() };
    let mut named = told::Values::default();
    let (mut values, endpoint) = (Vec::new(), looked.endpoint);
    Peeler::default().record(&record, &mut |node: &Node<'_>| {
        let Some(location) = location_of(node) else { return };
        let keys = String::from_utf8_lossy(node.keys.as_bytes()).into_owned();
        if let (Some(endpoint), None) = (endpoint, node.inside_url) {
            named.note(knowledge, endpoint, &keys, node);
            let parameter = knowledge.parameter(endpoint, location, &keys);
            if parameter.is_some_and(|it| it.class == Some(crate::class::DataClass::ClickText) && it.grade.is_fact()) {
                named.note_text(node);
            }
        }
        let (value, inside_url) = (String::from_utf8_lossy(node.value).into_owned(), node.inside_url.is_some());
        let parts = google_parts(&value, &keys, location, inside_url);
        values.push(Value { location, keys, value, leaf: node.leaf && parts.is_empty(), inside_url });
        values.extend(parts);
    });
    looked.values = values;
    let Some(endpoint) = endpoint else { return };
    let symbols = Symbols::default();
    let symbols = Rc::new(SymbolCache::new(&symbols));
    let labels = Labels::new(Rc::clone(&symbols));
    let reader = told::Reader {
        knowledge,
        symbols: &symbols,
        labels: &labels,
        endpoint,
        host: &looked.host,
        path: &looked.path,
    };
    let said = named.read(&reader);
    looked.page = named.pages(knowledge, endpoint).next().map(str::to_owned);
    looked.account = symbols.name(said.account).to_string();
    let shown = |sym| symbols.name(sym).to_string();
    looked.told = said.told.iter().map(|told| (shown(told.event), shown(told.text))).collect();
}

/// The parts of Google's token for user data (`tv.1~em.HASH~pn.HASH`), which is no nested value but
/// a text with a grammar of its own.
fn google_parts(value: &str, keys: &str, location: Location, inside_url: bool) -> Vec<Value> {
    let parts = value.strip_prefix("tv.1~").unwrap_or_default().split('~').filter_map(|part| part.split_once('.'));
    let part = |(name, value): (&str, &str)| Value {
        location,
        keys: format!("{keys}/{name}"),
        value: value.to_owned(),
        leaf: true,
        inside_url,
    };
    parts.map(part).collect()
}
