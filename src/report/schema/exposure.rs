//! The tables of exposures: what went to whom, counted from several sides.

use super::columns::*;
use crate::report::table::{Column, TableSpec};

const TOTAL_SITE: Column =
    Column::new("site", "text", "The website that the row is about; (all) where it covers every website.");
const SCOPE: Column = Column::new(
    "scope",
    "text",
    "What the row covers: all (everything on the site), owner (everything that one company received), tier (all data of one tier), or owner and data class.",
);
const TOTAL_OWNER: Column =
    Column::new("owner", "text", "The company that the row is about; empty where the row covers all of them.");
const TOTAL_CLASS: Column = Column::new(
    "data_class",
    "text",
    "The kind of personal data that the row is about; empty where it covers all of them.",
);
const TOTAL_TIER: Column =
    Column::new("tier", "text", "The tier that the row is about; empty where it covers all of them.");
const CONTACTS: Column =
    Column::new("contacts", "count", "Requests that the vendor received, whether or not they carried personal data.");
const CONTACTED_HOST: Column = Column::new("host", "text", "The host that was contacted.");
const PARTY: Column = Column::new(
    "party",
    "text",
    "What the host is to the site: 'third party', or 'same owner' where it is the site's own or its company's, so that nothing is disclosed.",
);
const PARTY_SOURCE: Column = Column::new(
    "party_source",
    "text",
    "Why the host is taken for the site's own: the company that owns both, or the name that both bear with the word added to it (cdn, static...). Empty for third parties.",
);
const CONTACT_PEOPLE: Column = Column::new(
    "contact_people",
    "people",
    "Different people whose browsers contacted the vendor, whether or not a request carried personal data. People never add up across rows.",
);
const LISTED_IN: Column = Column::new(
    "listed_in",
    "text",
    "Where the vendor is known from: the knowledge base, an imported list by its name, or unlisted.",
);
const EXPOSING_REQUESTS: Column =
    Column::new("requests", "count", "Requests to the vendor that were sent and carried personal data.");
const EXPOSING_SITES: Column = Column::new("sites", "count", "Websites from which the vendor received personal data.");
const REQUESTS_DIRECT: Column = Column::new(
    "requests_direct",
    "count",
    "Requests that carried data of the tier direct. One request may carry several tiers.",
);
const REQUESTS_SENSITIVE: Column = Column::new(
    "requests_sensitive",
    "count",
    "Requests that carried data of the tier sensitive. One request may carry several tiers.",
);
const REQUESTS_LINKABLE: Column = Column::new(
    "requests_linkable",
    "count",
    "Requests that carried data of the tier linkable. One request may carry several tiers.",
);
const REQUESTS_DEVICE: Column = Column::new(
    "requests_device",
    "count",
    "Requests that carried data of the tier device. One request may carry several tiers.",
);
const REQUESTS_CONTEXT: Column = Column::new(
    "requests_context",
    "count",
    "Requests that carried data of the tier context. One request may carry several tiers.",
);
const POLICY: Column = Column::new(
    "policy",
    "text",
    "What the vendor's own published terms say about receiving such data, with its address, where the knowledge base has it.",
);

/// `exposure.csv`
pub const EXPOSURE: TableSpec = TableSpec {
    file: "exposure.csv",
    one_row_per: "site, vendor, data class, form and channel",
    columns: with_measures!([SITE, VENDOR, OWNER, PURPOSE, DATA_CLASS, TIER, FORM, CHANNEL]),
};

/// `totals.csv`
pub const TOTALS: TableSpec = TableSpec {
    file: "totals.csv",
    one_row_per: "site (and all sites), by all, owner, tier, and owner and data class",
    columns: with_measures!([TOTAL_SITE, SCOPE, TOTAL_OWNER, TOTAL_CLASS, TOTAL_TIER]),
};

/// `vendors.csv`
pub const VENDORS: TableSpec = TableSpec {
    file: "vendors.csv",
    one_row_per: "vendor",
    columns: &[
        VENDOR,
        OWNER,
        PURPOSE,
        LISTED_IN,
        CONTACTS,
        CONTACT_PEOPLE,
        EXPOSING_REQUESTS,
        EXPOSING_SITES,
        PEOPLE,
        REQUESTS_DIRECT,
        REQUESTS_SENSITIVE,
        REQUESTS_LINKABLE,
        REQUESTS_DEVICE,
        REQUESTS_CONTEXT,
        POLICY,
        FIRST_SEEN,
        LAST_SEEN,
        PEOPLE_LOW,
        PEOPLE_HIGH,
        PEOPLE_METHOD,
        PERSON_KEYS,
        CAPTURES,
        BLOCKED_REQUESTS,
        UNKNOWN_REQUESTS,
    ],
};

/// `sites.csv`
pub const SITES: TableSpec = TableSpec {
    file: "sites.csv",
    one_row_per: "site and vendor",
    columns: with_measures!([SITE, VENDOR, OWNER, PURPOSE], [CONTACTS, CONTACT_PEOPLE]),
};

/// `hosts.csv`
pub const HOSTS: TableSpec = TableSpec {
    file: "hosts.csv",
    one_row_per: "site and host that was contacted, whether or not it received personal data",
    columns: &[
        SITE,
        CONTACTED_HOST,
        VENDOR,
        OWNER,
        PURPOSE,
        CONTACTS,
        CAPTURES,
        CONTACT_PEOPLE,
        FIRST_SEEN,
        LAST_SEEN,
        BLOCKED_REQUESTS,
        UNKNOWN_REQUESTS,
        PARTY,
        PARTY_SOURCE,
    ],
};

/// `pages.csv`
pub const PAGES: TableSpec = TableSpec {
    file: "pages.csv",
    one_row_per: "site, page, vendor and data class",
    columns: with_measures!([SITE, PAGE, VENDOR, OWNER, PURPOSE, DATA_CLASS, TIER]),
};

/// `days.csv`
pub const DAYS: TableSpec = TableSpec {
    file: "days.csv",
    one_row_per: "site, day (UTC), vendor and data class",
    columns: with_measures!([SITE, DAY, VENDOR, OWNER, PURPOSE, DATA_CLASS, TIER]),
};
