//! Observations: what one record shows by itself, before its neighbours are known. They are what
//! the first phase leaves behind: compact (texts are symbols, values are already masked), free of
//! order, written to memory or disk batch by batch, and read again by `resolve`, which alone
//! decides whose page a request was made on and whether its recipient is a third party.

use crate::class::{DataClass, Form};
use crate::format::Reason;
use crate::matching::Riddle;
use crate::patterns::Confidence;
use crate::record::Sent;
use crate::shared_text::SharedText;
use crate::symbols::Sym;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Where a record is in its batch; [`crate::resolve`] adds what came before the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Records of the batch before this one.
    pub record: u32,
    /// Line breaks of the batch before this record.
    pub line: u32,
    /// Bytes of the input between the batch's beginning and this record.
    pub offset: u64,
    /// Length of the record in bytes.
    pub length: u64,
}

/// A page as a URL in the input names it: `page` is empty where only an origin is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageRef {
    /// The host; empty when nothing is known.
    pub host: Sym,
    /// Host and path template.
    pub page: Sym,
}

impl PageRef {
    /// Whether any URL was named at all.
    pub fn is_known(self) -> bool {
        !self.host.is_empty()
    }
}

/// Everything in a record that can tell on which page it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The capture's own name of the page.
    pub page_ref: Sym,
    /// The URL of the document or script that caused the request.
    pub initiator: PageRef,
    /// The page that the vendor's own parameter names.
    pub param: PageRef,
    /// The host of the Origin header.
    pub origin: Sym,
    /// The Referer header.
    pub referer: PageRef,
}

/// The third party (or not) that received a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipient {
    /// The host that the request went to.
    pub host: Sym,
    /// The product, as the knowledge base names it; empty when no vendor claims the host.
    pub vendor: Sym,
    /// The company behind the product; empty when unknown.
    pub owner: Sym,
    /// The head of the company's group; empty when unknown. Equal groups are one owner.
    pub group: Sym,
    /// What the product is for; empty when unknown.
    pub purpose: Sym,
    /// Whether the vendor was recognised by its signature behind a host of another name.
    pub behind: bool,
}

/// What the request itself says about consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Consent {
    /// No signal was found.
    #[default]
    None,
    /// The signal grants everything.
    Granted,
    /// The signal restricts some uses.
    Limited,
    /// The signal denies.
    Denied,
}

impl Consent {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Consent::None => "none stated",
            Consent::Granted => "granted",
            Consent::Limited => "limited",
            Consent::Denied => "denied",
        }
    }
}

/// What kind of key stands for a person, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PersonKind {
    /// The authenticated user of a log.
    User,
    /// The account that a site's own cookie names.
    Account,
    /// The value of a cookie, parameter or header that the user named.
    Named,
    /// A long-lived browser id, in a cookie or in a vendor's own parameter.
    Browser,
    /// The client's address with its user agent.
    IpAgent,
    /// The client's address alone.
    Ip,
    /// The input: a panel of captures of different people.
    Input,
}

impl PersonKind {
    /// All kinds, from the strongest to the weakest.
    pub const ALL: [PersonKind; 7] = [
        PersonKind::User,
        PersonKind::Account,
        PersonKind::Named,
        PersonKind::Browser,
        PersonKind::IpAgent,
        PersonKind::Ip,
        PersonKind::Input,
    ];

    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            PersonKind::User => "user",
            PersonKind::Account => "account",
            PersonKind::Named => "named",
            PersonKind::Browser => "browser",
            PersonKind::IpAgent => "ip+agent",
            PersonKind::Ip => "ip",
            PersonKind::Input => "input",
        }
    }
}

/// A keyed person key: the upper three bits say which kind, the rest is a keyed hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonKey(pub u64);

impl PersonKey {
    /// How many bits say the kind.
    pub const KIND_BITS: u32 = 3;

    /// A key of a kind from a 64-bit keyed hash.
    pub fn new(kind: PersonKind, hash: u64) -> Self {
        PersonKey((hash >> 3) | (kind as u64) << 61)
    }

    /// The kind of the key.
    pub fn kind(self) -> PersonKind {
        PersonKind::ALL[usize::try_from(self.0 >> 61).unwrap_or(0).min(PersonKind::ALL.len() - 1)]
    }
}

impl std::fmt::Display for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:016x}", self.kind().word(), self.0)
    }
}

impl std::str::FromStr for PersonKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{}' is no person key", crate::report::escape::terminal(text));
        let (kind, digits) = text.split_once(':').ok_or_else(wrong)?;
        let key = PersonKey(u64::from_str_radix(digits, 16).map_err(|_| wrong())?);
        if key.kind().word() == kind { Ok(key) } else { Err(wrong()) }
    }
}

/// By which route a datum travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Channel {
    /// In a page URL copied into a parameter or body.
    PageUrl,
    /// In the request's own URL.
    Url,
    /// In the Referer header.
    Referer,
    /// In a cookie.
    Cookie,
    /// In another header.
    Header,
    /// In the request body.
    Body,
    /// In a WebSocket message.
    WebSocket,
}

impl Channel {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Channel::PageUrl => "page_url",
            Channel::Url => "url",
            Channel::Referer => "referer",
            Channel::Cookie => "cookie",
            Channel::Header => "header",
            Channel::Body => "body",
            Channel::WebSocket => "websocket",
        }
    }
}

/// What must hold of the page for a hit to count, since one record cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Nothing: the hit stands by itself.
    None,
    /// The hit is a URL which is a page URL only if this host belongs to the site.
    OnSite(Sym),
    /// The hit was found inside a copied URL of this host. If the host belongs to the site, the
    /// channel is [`Channel::PageUrl`]; if not, the hit stays where it travelled.
    Inside(Sym),
}

/// One datum found in a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit<'a> {
    /// What kind of personal data it is.
    pub class: DataClass,
    /// How it was written.
    pub form: Form,
    /// How sure the detector is.
    pub confidence: Confidence,
    /// By which route it travelled.
    pub channel: Channel,
    /// What must hold of the page.
    pub condition: Condition,
    /// Which detector found it.
    pub detector: Sym,
    /// Why the detector says so.
    pub reason: Sym,
    /// The parameter that held it.
    pub param: Sym,
    /// The peel steps to it.
    pub chain: Sym,
    /// Which WebSocket message held it, from 1; 0 when none did.
    pub message: u32,
    /// The value with everything personal replaced.
    #[serde(borrow)]
    pub masked: SharedText<'a>,
    /// A keyed hash of the normalised value.
    #[serde(with = "postcard::fixint::le")]
    pub fingerprint: u64,
    /// What the value's digest may turn out to be.
    pub riddle: Riddle,
    /// The persona, or the row of the watch list, whose value it is; empty where it is nobody's.
    pub matched: Sym,
    /// The value itself, only where the user asked to reveal it.
    #[serde(borrow)]
    pub value: Option<Cow<'a, str>>,
}

/// A page that was loaded, successfully and by a person's browser as far as one record can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The page.
    pub page: PageRef,
    /// Whether the visitor was logged in; `None` where the record cannot tell.
    pub logged_in: Option<bool>,
    /// Data classes that the page's own URL holds, as a bit set over [`DataClass`].
    pub url_classes: u64,
}

/// An event that a vendor was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What happened, in words.
    pub event: Sym,
    /// The text of the button or form that it is about, masked; empty when there is none.
    pub text: Sym,
}

/// What one record shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation<'a> {
    /// Where the record is.
    pub at: At,
    /// Microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
    /// Whether the request left the client.
    pub sent: Sent,
    /// Whether the record shows only that a connection was opened.
    pub connect: bool,
    /// Who received it.
    pub recipient: Recipient,
    /// On which page it may have been made.
    pub evidence: Evidence,
    /// Person keys, the strongest first.
    pub persons: Vec<PersonKey>,
    /// The consent signal.
    pub consent: Consent,
    /// The site's own id at the vendor; empty when unknown.
    pub account: Sym,
    /// What the vendor was told; several events can travel in one request.
    pub told: Vec<Told>,
    /// The page that this record loaded, if it loaded one.
    pub visit: Option<Visit>,
    /// The data found.
    #[serde(borrow)]
    pub hits: Vec<Hit<'a>>,
}

impl Observation<'_> {
    /// The first event that the vendor was told of; empty when unknown.
    pub fn event(&self) -> Sym {
        self.told.first().map_or(Sym::EMPTY, |told| told.event)
    }
}

/// One entry of a batch's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry<'a> {
    /// A record that was read.
    #[serde(borrow)]
    Observed(Observation<'a>),
    /// A record that could not be read.
    Rejected(At, Reason),
}
