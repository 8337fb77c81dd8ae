//! Columns that several tables share, so that one name means one thing everywhere.

use crate::report::table::Column;

pub(super) const SITE: Column = Column::new(
    "site",
    "text",
    "The website on which it happened: its registrable domain (example.com), the host or domain that --site declared, app:NAME for an app, or (unknown) where nothing recorded tells.",
);
pub(super) const PAGE: Column = Column::new(
    "page",
    "text",
    "The page on which it happened: host and path, with ids and numbers replaced by {id}; (unknown) where only the website is known.",
);
pub(super) const DAY: Column =
    Column::new("day", "day (UTC)", "The day on which it happened, in UTC; empty where no time was recorded.");
pub(super) const VENDOR: Column = Column::new(
    "vendor",
    "text",
    "The product that received the data, for instance Meta Pixel; a domain name where the product is not in the knowledge base.",
);
pub(super) const OWNER: Column =
    Column::new("owner", "text", "The company behind the product; (unknown) where it is not known.");
pub(super) const PURPOSE: Column = Column::new(
    "purpose",
    "text",
    "What the product is for (advertising, analytics, payment, login, consent and so on); 'same owner' where the company also owns the website, which is sharing inside one group and not with a third party; 'listed' where only an imported list names the recipient and does not say what for.",
);
pub(super) const DATA_CLASS: Column =
    Column::new("data_class", "text", "The kind of personal data, for instance postal_address or email.");
pub(super) const TIER: Column = Column::new(
    "tier",
    "text",
    "How grave the kind of data is: direct (names a person), sensitive (says something intimate), linkable (leads to a person together with other data), device (describes the machine), context (says what was being looked at).",
);
pub(super) const FORM: Column = Column::new(
    "form",
    "text",
    "How the data was written: plain (readable), encoded (base64 and the like), hashed, masked, encrypted, or placeholder (a hash or text that stands for nobody).",
);
pub(super) const CHANNEL: Column = Column::new(
    "channel",
    "text",
    "The part of the request that carried the data: page_url (a page's URL copied into the request), url, referer, cookie, header, body or websocket.",
);
pub(super) const REQUESTS: Column = Column::new(
    "requests",
    "count",
    "Requests that were sent and carried the data. One request that carries several kinds of data counts in several rows.",
);
pub(super) const CAPTURES: Column = Column::new(
    "captures",
    "count",
    "Captures (test visits recorded on purpose) in which it was seen. A capture is evidence and not a person.",
);
pub(super) const PEOPLE: Column = Column::new(
    "people",
    "people",
    "Different people affected, counted by the best key that the record offers. People never add up across rows of any table: one person may be in many rows. For a sum, take the row of totals.csv that covers it.",
);
pub(super) const PEOPLE_LOW: Column = Column::new(
    "people_low",
    "people",
    "Lower bound of the count of person keys; equal to people where the count is exact. People never add up across rows.",
);
pub(super) const PEOPLE_HIGH: Column = Column::new(
    "people_high",
    "people",
    "Upper bound of the count of person keys; equal to people where the count is exact. People never add up across rows.",
);
pub(super) const PEOPLE_METHOD: Column = Column::new(
    "people_method",
    "text",
    "How people were counted: exact (every key was kept), sketch (estimated from a sketch where there are more than 2,048, with bounds of two standard deviations), or none (no input tells people apart).",
);
pub(super) const PERSON_KEYS: Column = Column::new(
    "person_keys",
    "text",
    "How many people rest on which kind of key, each counted once by the strongest, for instance 'user:812 browser:40 ip:7'. A browser or an address may stand for several people, and one person may have several. People never add up across rows.",
);
pub(super) const FIRST_SEEN: Column =
    Column::new("first_seen", "time (UTC)", "When it was seen first; empty where no time was recorded.");
pub(super) const LAST_SEEN: Column =
    Column::new("last_seen", "time (UTC)", "When it was seen last; empty where no time was recorded.");
pub(super) const CONSENT: Column = Column::new(
    "consent",
    "text",
    "What the requests themselves said about the visitor's consent: granted, limited, denied or none stated; several where they differed.",
);
pub(super) const ACCOUNTS: Column = Column::new(
    "accounts",
    "text",
    "The website's own ids at the vendor (pixel, partner or measurement ids), written vendor:id.",
);
pub(super) const EVENTS: Column = Column::new(
    "events",
    "text",
    "What the vendor was told had happened, in words: page view, button click, form submit, search, purchase and so on.",
);
pub(super) const CONFIDENCE: Column = Column::new(
    "confidence",
    "text",
    "How sure the best finding is: certain (validated, or matches a known value), likely (a known parameter or a strong context says so). Merely possible findings are in findings.csv only.",
);
pub(super) const SAMPLE_FINDING: Column = Column::new(
    "sample_finding",
    "id",
    "The finding in findings.csv that shows it best. 'leakledger explain' prints its evidence.",
);
pub(super) const BLOCKED_REQUESTS: Column = Column::new(
    "blocked_requests",
    "count",
    "Requests that would have carried the data and were stopped before they left. They are no disclosure and count nowhere else.",
);
pub(super) const UNKNOWN_REQUESTS: Column = Column::new(
    "unknown_requests",
    "count",
    "Requests of which the record does not tell whether they were sent. They count nowhere else.",
);

/// A list of columns: the given ones, then what is measured for every exposure, then the rest.
macro_rules! with_measures {
    ([$($first:expr),* $(,)?] $(, [$($last:expr),* $(,)?])?) => {
        &[
            $($first,)*
            $crate::report::schema::columns::REQUESTS,
            $crate::report::schema::columns::CAPTURES,
            $crate::report::schema::columns::PEOPLE,
            $crate::report::schema::columns::PEOPLE_LOW,
            $crate::report::schema::columns::PEOPLE_HIGH,
            $crate::report::schema::columns::PEOPLE_METHOD,
            $crate::report::schema::columns::PERSON_KEYS,
            $crate::report::schema::columns::FIRST_SEEN,
            $crate::report::schema::columns::LAST_SEEN,
            $crate::report::schema::columns::CONSENT,
            $crate::report::schema::columns::ACCOUNTS,
            $crate::report::schema::columns::EVENTS,
            $crate::report::schema::columns::CONFIDENCE,
            $crate::report::schema::columns::SAMPLE_FINDING,
            $crate::report::schema::columns::BLOCKED_REQUESTS,
            $crate::report::schema::columns::UNKNOWN_REQUESTS,
            $($($last,)*)?
        ]
    };
}
pub(super) use with_measures;
