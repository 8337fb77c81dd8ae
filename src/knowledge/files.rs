//! The files of the knowledge base as people write them. The build script reads them into these
//! types; a misspelt key or a word that does not exist stops the build.

use super::schema::{Expected, Grade, Location};
use crate::class::DataClass;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `vendors/SLUG.toml`: one product.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorFile {
    /// The product's name.
    pub name: String,
    /// The company behind it.
    pub owner: String,
    /// What it is for; one of [`super::schema::PURPOSES`].
    pub purpose: String,
    /// What accounts are written with; default: the file's name.
    pub account_prefix: Option<String>,
    /// Hosts of this product; a leading dot covers the domain and all below it.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Hosts that serve other things too: only an endpoint's path tells that it is this product.
    #[serde(default)]
    pub shared_hosts: Vec<String>,
    /// The vendor's rule about what sites may send.
    pub policy: Option<PolicyFile>,
    /// The vendor's event words with the tool's words for them.
    #[serde(default)]
    pub events: BTreeMap<String, String>,
    /// Where the file's facts were read, unless an endpoint or parameter says otherwise.
    #[serde(default)]
    pub source: String,
    /// Kinds of requests.
    #[serde(default)]
    pub endpoint: Vec<EndpointFile>,
    /// Requests that must be recognised.
    #[serde(default)]
    pub example: Vec<ExampleFile>,
    /// Requests that must not be.
    #[serde(default)]
    pub counter_example: Vec<CounterExampleFile>,
}

/// A rule of the vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// The rule in short.
    pub rule: String,
    /// Where it stands.
    pub source: String,
    /// Whether the rule itself was read.
    pub read: bool,
}

/// One kind of request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointFile {
    /// Regular expression for the URL's path; absent: any path that no other endpoint claims.
    pub path: Option<String>,
    /// Whether the request reports on the visitor.
    #[serde(default = "yes")]
    pub collects: bool,
    /// Where the account is: a parameter, `path:REGEX` or `host:REGEX` with one group.
    #[serde(default)]
    pub account: Vec<String>,
    /// Where the event is; written like `account`.
    #[serde(default)]
    pub event: Vec<String>,
    /// Parameters that hold the page's URL.
    #[serde(default)]
    pub page: Vec<String>,
    /// Parameters that hold the URL of the page before.
    #[serde(default)]
    pub referrer: Vec<String>,
    /// Parameters that hold the page's title.
    #[serde(default)]
    pub title: Vec<String>,
    /// Where the parameters are repeated, as in a batch.
    #[serde(default)]
    pub below: Vec<String>,
    /// Where the parameters travel unless they say otherwise; default: query and form.
    #[serde(rename = "in")]
    pub places: Option<Vec<Location>>,
    /// Where the endpoint's facts were read.
    pub source: Option<String>,
    /// Remarks.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Parameters.
    #[serde(default)]
    pub parameters: Vec<ParameterFile>,
}

fn yes() -> bool {
    true
}

/// One parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterFile {
    /// Its name: `name`, `name[sub]`, `outer#inner` or `/json/pointer`.
    pub name: String,
    /// What it holds.
    pub meaning: String,
    /// The personal data in it.
    pub class: Option<DataClassWord>,
    /// The form that the vendor expects.
    #[serde(default)]
    pub form: Expected,
    /// The vendor's rule for hashing: a name from `hash_rules.toml`.
    pub hash: Option<String>,
    /// Where it travels.
    #[serde(rename = "in")]
    pub places: Option<Vec<Location>>,
    /// How well this is proved.
    pub grade: Grade,
    /// Where this was read.
    pub source: Option<String>,
}

/// A data class written as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DataClassWord(pub DataClass);

impl TryFrom<String> for DataClassWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match DataClass::parse(&word) {
            Some(class) => Ok(DataClassWord(class)),
            None => Err(format!("{word:?} is not a data class")),
        }
    }
}

/// A request that must be recognised. All values are invented.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// The URL.
    pub url: String,
    /// The body.
    pub body: Option<String>,
    /// The account as tables show it.
    pub account: Option<String>,
    /// The event as tables show it.
    pub event: Option<String>,
    /// The page's URL as the vendor's own parameter gives it.
    pub page: Option<String>,
    /// What is found, each as `CLASS FORM PARAMETER`.
    #[serde(default)]
    pub finds: Vec<String>,
}

/// A request that is not this vendor's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterExampleFile {
    /// The URL.
    pub url: String,
    /// Why not.
    pub why: String,
}

/// `owners.toml`: companies with their parents, other spellings and further domains.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnersFile {
    /// Companies.
    pub owner: Vec<OwnerFile>,
}

/// One company.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerFile {
    /// The one spelling used everywhere.
    pub name: String,
    /// The company that owns it.
    pub parent: Option<String>,
    /// Other spellings in `companies.csv`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Domains that are the company's whatever they serve.
    #[serde(default)]
    pub domains: Vec<String>,
}

/// One line of `companies.csv`.
#[derive(Debug, Deserialize)]
pub struct CompanyLine {
    /// The host, or the domain with a leading dot.
    pub domain: String,
    /// The product's or company's name.
    pub name: String,
    /// The company.
    pub company: String,
    /// What it is for.
    pub purpose: String,
}

/// `events.toml`: the tool's words with the vendors' words for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsFile {
    /// By the tool's word.
    pub events: BTreeMap<String, Vec<String>>,
}

/// `hash_rules.toml`: what is done to a value before it is hashed, and how.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashRulesFile {
    /// By name.
    pub rules: BTreeMap<String, String>,
}

/// `signatures.toml`: vendors recognised behind any host.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignaturesFile {
    /// Signatures, the surest first.
    #[serde(default)]
    pub signature: Vec<SignatureFile>,
}

/// One signature.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    /// Its name.
    pub name: String,
    /// The vendor's file, without its ending.
    pub vendor: String,
    /// Regular expression for the URL's path.
    pub path: Option<String>,
    /// Regular expression for the whole query.
    pub query: Option<String>,
    /// Parameters that must all be there, with regular expressions for their values.
    #[serde(default)]
    pub all: BTreeMap<String, String>,
    /// Parameters of which some must be there.
    #[serde(default)]
    pub any: Vec<String>,
    /// How many of them; default: one, where any are named.
    pub at_least: Option<u8>,
    /// Parameters that must be in the body.
    #[serde(default)]
    pub body: Vec<String>,
    /// What else is worth knowing.
    #[serde(default)]
    pub note: String,
}
