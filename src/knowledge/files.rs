//! The files of the knowledge base as people write them. The build script reads them into these
//! types; a misspelt key or a word that does not exist stops the build.

use super::schema::{Expected, Grade, Location};
use crate::class::DataClass;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `vendors/SLUG.toml`: one product.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VendorFile {
    /// The product's name.
    pub(crate) name: String,
    /// The company behind it.
    pub(crate) owner: String,
    /// What it is for; one of [`super::schema::PURPOSES`].
    pub(crate) purpose: String,
    /// What accounts are written with; default: the file's name.
    pub(crate) account_prefix: Option<String>,
    /// Hosts of this product; a leading dot covers the domain and all below it.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// Hosts that serve other things too: only an endpoint's path tells that it is this product.
    #[serde(default)]
    pub(crate) shared_hosts: Vec<String>,
    /// The vendor's rule about what sites may send.
    pub(crate) policy: Option<PolicyFile>,
    /// The vendor's event words with the tool's words for them.
    #[serde(default)]
    pub(crate) events: BTreeMap<String, String>,
    /// Where the file's facts were read, unless an endpoint or parameter says otherwise.
    #[serde(default)]
    pub(crate) source: String,
    /// Kinds of requests.
    #[serde(default)]
    pub(crate) endpoint: Vec<EndpointFile>,
    /// Requests that must be recognised.
    #[serde(default)]
    pub(crate) example: Vec<ExampleFile>,
    /// Requests that must not be.
    #[serde(default)]
    pub(crate) counter_example: Vec<CounterExampleFile>,
}

/// A rule of the vendor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// The rule in short.
    pub(crate) rule: String,
    /// Where it stands.
    pub(crate) source: String,
    /// Whether the rule itself was read.
    pub(crate) read: bool,
}

/// One kind of request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointFile {
    /// Regular expression for the URL's path; absent: any path that no other endpoint claims.
    pub(crate) path: Option<String>,
    /// Whether the request reports on the visitor.
    #[serde(default = "yes")]
    pub(crate) collects: bool,
    /// Where the account is: a parameter, `path:REGEX` or `host:REGEX` with one group.
    #[serde(default)]
    pub(crate) account: Vec<String>,
    /// Where the event is; written like `account`, or `PARAMETER=WORD` (this word where there is
    /// such a parameter) or `=WORD` (always this word).
    #[serde(default)]
    pub(crate) event: Vec<String>,
    /// Parameters that hold the page's URL.
    #[serde(default)]
    pub(crate) page: Vec<String>,
    /// Parameters that hold the URL of the page before.
    #[serde(default)]
    pub(crate) referrer: Vec<String>,
    /// Parameters that hold the page's title.
    #[serde(default)]
    pub(crate) title: Vec<String>,
    /// Parameters that hold the words of the button or form that the event is about, best first;
    /// default: those of the class `click_text`.
    #[serde(default)]
    pub(crate) text: Vec<String>,
    /// Where the parameters are repeated, as in a batch.
    #[serde(default)]
    pub(crate) below: Vec<String>,
    /// Where the parameters travel unless they say otherwise; default: query and form.
    #[serde(rename = "in")]
    pub(crate) places: Option<Vec<Location>>,
    /// Where the endpoint's facts were read.
    pub(crate) source: Option<String>,
    /// Remarks.
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    /// Parameters.
    #[serde(default)]
    pub(crate) parameters: Vec<ParameterFile>,
}

fn yes() -> bool {
    true
}

/// One parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterFile {
    /// Its name: `name`, `name[sub]`, `outer#inner` or `/json/pointer`.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) meaning: String,
    /// The personal data in it.
    pub(crate) class: Option<DataClassWord>,
    /// The form that the vendor expects.
    #[serde(default)]
    pub(crate) form: Expected,
    /// The vendor's rule for hashing: a name from `hash_rules.toml`.
    pub(crate) hash: Option<String>,
    /// Where it travels.
    #[serde(rename = "in")]
    pub(crate) places: Option<Vec<Location>>,
    /// How well this is proved.
    pub(crate) grade: Grade,
    /// Where this was read.
    pub(crate) source: Option<String>,
}

/// A data class written as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct DataClassWord(pub DataClass);

impl TryFrom<String> for DataClassWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        match DataClass::parse(&word) {
            Some(class) => Ok(DataClassWord(class)),
            None => Err(format!("{word:?} is not a data class")),
        }
    }
}

impl From<DataClassWord> for String {
    fn from(word: DataClassWord) -> String {
        word.0.word().to_owned()
    }
}

/// A request that must be recognised. All values are invented.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleFile {
    /// The URL.
    pub(crate) url: String,
    /// The body.
    pub(crate) body: Option<String>,
    /// The account as tables show it.
    pub(crate) account: Option<String>,
    /// The event as tables show it.
    pub(crate) event: Option<String>,
    /// The page's URL as the vendor's own parameter gives it.
    pub(crate) page: Option<String>,
    /// What is found, each as `CLASS FORM PARAMETER`.
    #[serde(default)]
    pub(crate) finds: Vec<String>,
}

/// A request that is not this vendor's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CounterExampleFile {
    /// The URL.
    pub(crate) url: String,
    /// Why not.
    pub(crate) why: String,
}

/// `owners.toml`: companies with their parents, other spellings and further domains.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnersFile {
    /// Companies.
    pub(crate) owner: Vec<OwnerFile>,
}

/// One company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerFile {
    /// The one spelling used everywhere.
    pub(crate) name: String,
    /// The company that owns it.
    pub(crate) parent: Option<String>,
    /// Other spellings in `companies.csv`.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Domains that are the company's whatever they serve.
    #[serde(default)]
    pub(crate) domains: Vec<String>,
}

/// `portfolios.toml`: the websites and file servers of companies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortfoliosFile {
    /// Domains by company.
    #[serde(default)]
    pub(crate) portfolios: BTreeMap<String, Vec<String>>,
}

/// One line of `companies.csv` or `more_companies.csv`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CompanyLine {
    /// The host, or the domain with a leading dot.
    pub(crate) domain: String,
    /// The product's or company's name.
    pub(crate) name: String,
    /// The company.
    pub(crate) company: String,
    /// What it is for.
    pub(crate) purpose: String,
}

/// `events.toml`: the tool's words with the vendors' words for them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsFile {
    /// By the tool's word.
    pub(crate) events: BTreeMap<String, Vec<String>>,
}

/// `hash_rules.toml`: what is done to a value before it is hashed, and how.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HashRulesFile {
    /// By name.
    pub(crate) rules: BTreeMap<String, String>,
}

/// `cookies.toml`: cookies by which companies know browsers and their users again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CookiesFile {
    /// Jars, one for each company or product.
    #[serde(default)]
    pub(crate) jar: Vec<JarFile>,
}

/// The cookies of one company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JarFile {
    /// The domains that they are sent to.
    pub(crate) domains: Vec<String>,
    /// Where this was read.
    pub(crate) source: String,
    /// The cookies.
    pub(crate) cookies: Vec<CookieFile>,
}

/// One cookie.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CookieFile {
    /// Its name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) class: DataClassWord,
    /// Whether others can read it.
    #[serde(default)]
    pub(crate) form: Expected,
    /// Whom or what it stands for.
    pub(crate) meaning: String,
}

/// `signatures.toml`: vendors recognised behind any host.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignaturesFile {
    /// Signatures, the surest first.
    #[serde(default)]
    pub(crate) signature: Vec<SignatureFile>,
}

/// One signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureFile {
    /// Its name.
    pub(crate) name: String,
    /// The vendor's file, without its ending.
    pub(crate) vendor: String,
    /// Words of which one stands in every URL that fits; default: the longest name in `all`.
    #[serde(default)]
    pub(crate) words: Vec<String>,
    /// Regular expression for the URL's path.
    pub(crate) path: Option<String>,
    /// Regular expression for the whole query.
    pub(crate) query: Option<String>,
    /// Parameters that must all be there, with regular expressions for their values.
    #[serde(default)]
    pub(crate) all: BTreeMap<String, String>,
    /// Parameters of which some must be there.
    #[serde(default)]
    pub(crate) any: Vec<String>,
    /// How many of them; default: one, where any are named.
    pub(crate) at_least: Option<u8>,
    /// Parameters that must be in the body.
    #[serde(default)]
    pub(crate) body: Vec<String>,
}
