//! The tables of what visitors did: pages loaded, events reported, companies met.

use super::columns::*;
use crate::report::table::{Column, TableSpec};

const STATE: Column = Column::new(
    "state",
    "text",
    "Whether the visitor was logged in: 'logged in', 'not logged in', or 'unknown' where nothing recorded tells.",
);
const URL_DATA: Column = Column::new(
    "url_data",
    "text",
    "The kinds of personal data that the page's own URL holds, which any script on the page can copy to third parties; empty where it holds none.",
);
const PAGE_LOADS: Column = Column::new(
    "loads",
    "count",
    "Times that the page was loaded. Every visited page has a row, also where nothing was found.",
);
const LOADS_EXPOSING: Column = Column::new(
    "loads_exposing",
    "count",
    "Loads during which personal data went to a third party; in a website's own log, loads of pages whose own URL holds personal data, which is at risk of being copied to third parties.",
);
const VISIT_INPUTS: Column = Column::new("inputs", "count", "Inputs (captures or logs) in which the page was loaded.");
const VISIT_PEOPLE: Column = Column::new(
    "people",
    "people",
    "Different people who loaded the page, whether or not anything was exposed. People never add up across rows of any table.",
);
const CAPTURE: Column =
    Column::new("capture", "id", "The capture (test visit recorded on purpose): a keyed hash of its content.");
const LOAD_INPUT: Column = Column::new("input", "text", "The input that holds the capture, as in inputs.csv.");
const LOAD: Column = Column::new(
    "load",
    "id",
    "The page load: the same id wherever the same load was recorded, so that a capture exported twice counts once.",
);
const LOAD_TIME: Column =
    Column::new("time", "time (UTC)", "When the page was loaded; empty where no time was recorded.");
const LOAD_VENDOR: Column = Column::new(
    "vendor",
    "text",
    "The product that was contacted during the load; empty in the row that stands for the load itself.",
);
const LOAD_CLASS: Column = Column::new(
    "data_class",
    "text",
    "The kind of personal data that the vendor was sent during the load; empty in the row of the mere contact.",
);
const LOAD_REQUESTS: Column = Column::new(
    "requests",
    "count",
    "Requests that were sent to the vendor during the load and, where a data class is named, carried it.",
);
const LOAD_BLOCKED: Column = Column::new(
    "blocked_requests",
    "count",
    "The same requests that were stopped before they left. They are no disclosure.",
);
const ACCOUNT: Column = Column::new(
    "account",
    "text",
    "The website's own id at the vendor (pixel, partner or measurement id), written vendor:id.",
);
const EVENT: Column = Column::new(
    "event",
    "text",
    "What the vendor was told had happened, in words: page view, button click, form submit, search, purchase and so on.",
);
const EVENT_TEXT: Column = Column::new(
    "text",
    "text",
    "The text of the button or form that the event was about, with personal data in it masked.",
);
const EVENT_LOADS: Column = Column::new("loads", "count", "Times that the event was sent to the vendor.");
const EVENT_PEOPLE: Column = Column::new(
    "people",
    "people",
    "Different people whose event was sent to the vendor. People never add up across rows of any table.",
);
const OWNER_A: Column =
    Column::new("owner_a", "text", "One company; of the two names the first in alphabetical order.");
const OWNER_B: Column = Column::new("owner_b", "text", "The other company.");
const OVERLAP_PEOPLE: Column = Column::new(
    "people",
    "people",
    "Different people exposed to both companies. People never add up across rows of any table.",
);

/// `visits.csv`
pub const VISITS: TableSpec = TableSpec {
    file: "visits.csv",
    one_row_per: "site, page, day (UTC) and state (logged in or not)",
    columns: &[
        SITE,
        PAGE,
        DAY,
        STATE,
        PAGE_LOADS,
        LOADS_EXPOSING,
        VISIT_INPUTS,
        VISIT_PEOPLE,
        PEOPLE_LOW,
        PEOPLE_HIGH,
        PEOPLE_METHOD,
        PERSON_KEYS,
        URL_DATA,
    ],
};

/// `loads.csv`
pub const LOADS: TableSpec = TableSpec {
    file: "loads.csv",
    one_row_per: "page load of a capture, vendor and data class; one more with the vendor alone for every vendor contacted, and one with neither for every load",
    columns: &[
        CAPTURE,
        LOAD_INPUT,
        LOAD,
        LOAD_TIME,
        SITE,
        PAGE,
        STATE,
        URL_DATA,
        LOAD_VENDOR,
        OWNER,
        LOAD_CLASS,
        LOAD_REQUESTS,
        LOAD_BLOCKED,
    ],
};

/// `events.csv`
pub const EVENTS: TableSpec = TableSpec {
    file: "events.csv",
    one_row_per: "site, page, vendor, account, event and text",
    columns: &[
        SITE,
        PAGE,
        VENDOR,
        ACCOUNT,
        EVENT,
        EVENT_TEXT,
        EVENT_LOADS,
        EVENT_PEOPLE,
        PEOPLE_LOW,
        PEOPLE_HIGH,
        PEOPLE_METHOD,
        PERSON_KEYS,
        FIRST_SEEN,
        LAST_SEEN,
    ],
};

const SAMPLE_PERSON: Column = Column::new(
    "person_key",
    "id",
    "A keyed hash that stands for the person, with the kind of key before it, as in findings.csv.",
);
const SAMPLE_REQUESTS: Column =
    Column::new("requests", "count", "Requests that carried data of the class from this person to the company.");
const SAMPLE_SHARE: Column = Column::new(
    "covers",
    "text",
    "everybody, or a sample: the 4,096 people with the smallest keys, which is a fair draw since keys are keyed hashes.",
);

/// `people_sample.csv`
pub const PEOPLE_SAMPLE: TableSpec = TableSpec {
    file: "people_sample.csv",
    one_row_per: "company, data class and person, of a sample of people",
    columns: &[OWNER, DATA_CLASS, SAMPLE_PERSON, SAMPLE_REQUESTS, SAMPLE_SHARE],
};

/// `overlap.csv`
pub const OVERLAP: TableSpec = TableSpec {
    file: "overlap.csv",
    one_row_per: "pair of owners",
    columns: &[OWNER_A, OWNER_B, OVERLAP_PEOPLE, PEOPLE_LOW, PEOPLE_HIGH, PEOPLE_METHOD],
};
