//! The compiled knowledge base: the shape in which the build script writes it and the tool reads
//! it. Ids are positions in the lists, so that looking something up never touches a string twice.

use crate::class::DataClass;
use serde::{Deserialize, Serialize};

/// What products are for: the words of the `purpose` column.
pub const PURPOSES: [&str; 38] = [
    "advertising",
    "affiliate",
    "analytics",
    "address lookup",
    "call tracking",
    "CDN",
    "chat",
    "consent management",
    "content",
    "cookie sync",
    "customer data platform",
    "customer support",
    "data management platform",
    "ecommerce analytics",
    "email",
    "error monitoring",
    "feature flags",
    "fraud prevention",
    "hosting",
    "identity",
    "login",
    "maps",
    "marketing",
    "marketing automation",
    "mobile attribution",
    "other",
    "payments",
    "performance monitoring",
    "personalisation",
    "session replay",
    "social",
    "survey",
    "tag manager",
    "utility",
    "video",
    "visitor identification",
    "web platform",
    "measurement",
];

/// How well a fact about a parameter is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Seen in a stored real request.
    R,
    /// Read in a public test file that holds real requests.
    #[serde(rename = "R*")]
    RStar,
    /// Defined by the vendor's own code or documents, or by an open parser with tests.
    V,
    /// Told by a third party only.
    T,
    /// General knowledge, unchecked.
    K,
}

impl Grade {
    /// Whether the grade carries a claim; the others are hints.
    pub fn is_fact(self) -> bool {
        matches!(self, Grade::R | Grade::RStar | Grade::V)
    }

    /// The grade as written in the vendor files.
    pub fn word(self) -> &'static str {
        match self {
            Grade::R => "R",
            Grade::RStar => "R*",
            Grade::V => "V",
            Grade::T => "T",
            Grade::K => "K",
        }
    }
}

/// In what form a vendor expects a parameter's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// Readable.
    #[default]
    Plain,
    /// A hash.
    Hashed,
    /// Readable or a hash, as the site likes.
    Either,
    /// Base64, compressed, or a text with a grammar of its own.
    Encoded,
    /// A mask that shows the value's shape.
    Masked,
    /// Encrypted.
    Encrypted,
}

impl Expected {
    /// The form as written in the vendor files.
    pub fn word(self) -> &'static str {
        match self {
            Expected::Plain => "plain",
            Expected::Hashed => "hashed",
            Expected::Either => "either",
            Expected::Encoded => "encoded",
            Expected::Masked => "masked",
            Expected::Encrypted => "encrypted",
        }
    }
}

/// Where in a request a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// The URL's query.
    Query,
    /// A form in the body.
    Form,
    /// JSON in the body or in a message.
    Json,
    /// The URL's path: a segment or a `;name=value` parameter.
    Path,
    /// A body of another kind.
    Body,
    /// A header.
    Header,
}

/// A set of locations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locations(u8);

impl Locations {
    /// Adds a location.
    pub fn insert(&mut self, location: Location) {
        self.0 |= 1 << location as u8;
    }

    /// Whether a location is in the set.
    pub fn contains(self, location: Location) -> bool {
        self.0 & 1 << location as u8 != 0
    }
}

/// Where an endpoint's account or event is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// In a parameter: its key path.
    Key(String),
    /// In the URL's path: the pattern of this number, first group.
    Path(u16),
    /// In the host's name: the pattern of this number, first group.
    Host(u16),
    /// Nowhere, but this word says it: always, or where a parameter is there.
    Word {
        /// The parameter's key path.
        key: Option<String>,
        /// The word.
        word: String,
    },
}

/// One parameter of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The names that lead to the value, joined by `/`; positions in lists are `*`.
    pub key: String,
    /// What the parameter holds.
    pub meaning: String,
    /// The personal data in it; `None` where it holds none or anything.
    pub class: Option<DataClass>,
    /// The form that the vendor expects.
    pub form: Expected,
    /// The vendor's rule for hashing, as a number into [`Shelf::hash_rules`].
    pub hash: Option<u16>,
    /// Where it travels.
    pub locations: Locations,
    /// How well this is proved.
    pub grade: Grade,
    /// Where this was read, as a number into [`Shelf::sources`].
    pub source: u16,
}

/// One kind of request that a vendor receives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The vendor, as a number into [`Shelf::vendors`].
    pub vendor: u16,
    /// The pattern of the URL's path, as a number into [`Shelf::patterns`]; `None` for any path.
    pub path: Option<u16>,
    /// Whether the request reports on the visitor; loaders and settings do not.
    pub collects: bool,
    /// Where the site's account is written, best first.
    pub account: Vec<Source>,
    /// Where the event is written, best first.
    pub event: Vec<Source>,
    /// Key paths that hold the page's URL, best first.
    pub page: Vec<String>,
    /// Key paths that hold the URL of the page before.
    pub referrer: Vec<String>,
    /// Key paths that hold the page's title.
    pub title: Vec<String>,
    /// Key paths that hold the words of the button or form that the event is about, best first.
    pub text: Vec<String>,
    /// Key paths below which the parameters are repeated, as in a batch.
    pub below: Vec<String>,
    /// Parameters with plain names, sorted by key.
    pub parameters: Vec<Parameter>,
    /// Hashes of the parameters' keys in lower case with their positions, sorted.
    pub folded: Vec<(u64, u16)>,
    /// Parameters with a wildcard in their name, the most specific first.
    pub wildcards: Vec<Parameter>,
    /// Remarks for the reader of the listing.
    pub notes: Vec<String>,
}

/// A rule of the vendor about what sites may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The rule in short.
    pub rule: String,
    /// Where it stands.
    pub source: String,
    /// Whether the rule itself was read, or only known of.
    pub read: bool,
}

impl Policy {
    /// The rule as tables print it, with its source and a mark where it is only believed.
    pub fn text(&self) -> String {
        let doubt = if self.read || self.source.contains("not read") { "" } else { "; known of, not read" };
        format!("{} ({}{doubt})", self.rule, self.source)
    }
}

/// A product that receives data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// The file it is described in, without its ending.
    pub slug: String,
    /// The product's name.
    pub name: String,
    /// The company behind it, as a number into [`Shelf::owners`].
    pub owner: u16,
    /// What it is for, as a number into [`PURPOSES`].
    pub purpose: u8,
    /// What accounts are written with: `meta` in `meta:1616008915466977`.
    pub account_prefix: String,
    /// Hosts, as written in the file; a leading dot covers the domain and all below it.
    pub hosts: Vec<String>,
    /// The vendor's rule about what sites may send.
    pub policy: Option<Policy>,
    /// The vendor's own event words with the tool's words for them, sorted.
    pub events: Vec<(String, String)>,
    /// The endpoints, as a range of [`Shelf::endpoints`].
    pub endpoints: (u16, u16),
}

/// A host or domain with everything that answers there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPattern {
    /// The host, or the domain with a leading dot.
    pub host: String,
    /// Endpoints with a path of their own, the most specific first.
    pub endpoints: Vec<u16>,
    /// Endpoints for any path.
    pub any_path: Vec<u16>,
    /// The vendor whose host this is, where it is only one vendor's and serves nothing else.
    pub only_vendor: Option<u16>,
    /// The owner, where all vendors on this host have the same.
    pub owner: Option<u16>,
    /// The next wider pattern that covers this one.
    pub wider: Option<u16>,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The one spelling used everywhere.
    pub name: String,
    /// The company that owns it, as a number into [`Shelf::owners`].
    pub parent: Option<u16>,
    /// The head of the group; itself where nobody owns it.
    pub root: u16,
}

/// A product or company known by its domains only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// The product's or company's name.
    pub name: String,
    /// The company behind it.
    pub owner: u16,
    /// What it is for, as a number into [`PURPOSES`].
    pub purpose: u8,
}

/// A cookie by which a company knows a browser or its user again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cookie {
    /// Its name, as the browser sends it.
    pub name: String,
    /// What it holds.
    pub class: DataClass,
    /// Whether others can read it.
    pub form: Expected,
    /// Whom or what it stands for.
    pub meaning: String,
}

/// The cookies of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jar {
    /// The registrable domain.
    pub domain: String,
    /// The cookies.
    pub cookies: Vec<Cookie>,
    /// Where this was read, as a number into [`Shelf::sources`].
    pub source: u16,
}

/// What must be true of a request for a signature to fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// The vendor that it gives away.
    pub vendor: u16,
    /// Words of which one stands in the URL of every request without a body that fits.
    pub words: Vec<String>,
    /// The pattern of the URL's path.
    pub path: Option<u16>,
    /// The pattern of the whole query.
    pub query: Option<u16>,
    /// Parameters that must all be there, with the patterns of their values.
    pub all: Vec<(String, u16)>,
    /// Parameters of which some must be there.
    pub any: Vec<String>,
    /// How many of them.
    pub any_least: u8,
    /// Key paths that must be in the body.
    pub body: Vec<String>,
}

/// The hash of a key in lower case, by which parameters are found (64-bit FNV-1a).
pub fn folded_hash(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Products, sorted by slug.
    pub vendors: Vec<Vendor>,
    /// Endpoints, vendor by vendor.
    pub endpoints: Vec<Endpoint>,
    /// Hosts and domains, sorted.
    pub hosts: Vec<HostPattern>,
    /// Regular expressions.
    pub patterns: Vec<String>,
    /// Companies that own products, sorted by name.
    pub owners: Vec<Owner>,
    /// Products and companies known by their domains only.
    pub companies: Vec<Company>,
    /// Domains of [`Shelf::companies`], sorted; a leading dot covers all below.
    pub company_domains: Vec<(String, u16)>,
    /// Event words with the tool's words for them, sorted; letters and digits only.
    pub events: Vec<(String, String)>,
    /// Rules for hashing, in words.
    pub hash_rules: Vec<(String, String)>,
    /// Where parameters were read about.
    pub sources: Vec<String>,
    /// Host-independent signatures, the surest first.
    pub signatures: Vec<Signature>,
    /// Cookies by domain, sorted.
    pub jars: Vec<Jar>,
}
