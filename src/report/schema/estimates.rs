//! The tables of `leakledger estimate`.

use super::columns::*;
use crate::report::table::{Column, TableSpec};

const ESTIMATE_OWNER: Column =
    Column::new("owner", "text", "The company behind the product; empty where the row covers any vendor.");
const ESTIMATE_VENDOR: Column = Column::new(
    "vendor",
    "text",
    "The product that received the data; (any) where the row covers all of them together.",
);
const ESTIMATE_PAGE: Column = Column::new("page", "text", "The page; (any) where the row covers all of them together.");
const ESTIMATE_DAY: Column =
    Column::new("day", "day (UTC)", "The day, in rows of one day; empty in rows of the whole period.");
const ESTIMATE_CLASS: Column =
    Column::new("data_class", "text", "The kind of personal data; (any) where the row covers all kinds together.");
const PERIOD: Column = Column::new(
    "period",
    "text",
    "Which days are counted: proven (a test visit shows it on these days), between (days between proofs), or outside (days of --period before the first or after the last proof). Never add these up: one person may be in all three.",
);
const METHOD: Column = Column::new(
    "method",
    "text",
    "How the figures were made; docs/estimation.md derives each method and says what its numbers must not be used for.",
);
const ESTIMATE_KEYS: Column = Column::new(
    "person_keys",
    "text",
    "By which kind of key persons were told apart, for instance 'user:812 ip:7'. An address may stand for several people, and one person may have several.",
);
const VISITED: Column = Column::new(
    "visited",
    "people",
    "Different persons who could have been affected: who loaded the page, or who are in the panel. People never add up across rows.",
);
const AS_RECORDED: Column = Column::new(
    "if_as_recorded",
    "people",
    "How many were affected if every visitor's browser did what the testers' browsers did. It is no estimate by itself. People never add up across rows.",
);
const ESTIMATE: Column = Column::new(
    "estimate",
    "people",
    "The number to quote, always with low and high; empty where high is more than twice low. People never add up across rows.",
);
const LOW: Column = Column::new(
    "low",
    "people",
    "No fewer were affected, at the row's confidence level; rounded down. People never add up across rows.",
);
const HIGH: Column = Column::new(
    "high",
    "people",
    "No more were affected, at the row's confidence level; rounded up. Never quote it without low. People never add up across rows.",
);
const LEVEL: Column = Column::new(
    "confidence_level",
    "probability",
    "How often such an interval holds the truth, if the assumptions do; headline rows share their chance of error.",
);
const EVIDENCE: Column = Column::new("evidence", "text", "What the figures rest on, in short.");
const ASSUMPTIONS: Column =
    Column::new("assumptions", "text", "What must be true for the figures to hold, in words, separated by '; '.");
const IN_WORDS: Column = Column::new("in_words", "text", "The row as a sentence that may be quoted.");
const REFUSED: Column = Column::new(
    "refused_because",
    "text",
    "Why there is no single number, or no number at all, and which data would help; empty where nothing was refused.",
);

/// `estimates.csv`
pub const ESTIMATES: TableSpec = TableSpec {
    file: "estimates.csv",
    one_row_per: "estimate: vendor and data class by page, by day and over all, and by kind of period",
    columns: &[
        SITE,
        ESTIMATE_OWNER,
        ESTIMATE_VENDOR,
        ESTIMATE_PAGE,
        ESTIMATE_DAY,
        ESTIMATE_CLASS,
        PERIOD,
        METHOD,
        ESTIMATE_KEYS,
        VISITED,
        AS_RECORDED,
        ESTIMATE,
        LOW,
        HIGH,
        LEVEL,
        EVIDENCE,
        ASSUMPTIONS,
        IN_WORDS,
        REFUSED,
    ],
};

/// `when.csv`
pub const WHEN: TableSpec = TableSpec {
    file: "when.csv",
    one_row_per: "site, vendor, data class and page: when test visits show it",
    columns: &[
        SITE,
        ESTIMATE_OWNER,
        ESTIMATE_VENDOR,
        ESTIMATE_CLASS,
        PAGE,
        Column::new("state", "text", "The testers' state: logged in, not logged in, or unknown."),
        Column::new(
            "last_clean_before",
            "day (UTC)",
            "The last day before the first proof on which the page was tested and did not send; it began after this day. Empty where no such test is on record.",
        ),
        Column::new("first_proof", "day (UTC)", "The first day on which a test visit shows it."),
        Column::new("last_proof", "day (UTC)", "The last day on which a test visit shows it."),
        Column::new(
            "first_clean_after",
            "day (UTC)",
            "The first day after the last proof on which the page was tested and did not send; it stopped between the last proof and this day. Empty where no such test is on record.",
        ),
        Column::new("proven_days", "count", "Days on which a test visit shows it."),
        Column::new(
            "unproven_days",
            "count",
            "Days between the first and the last proof without one. They are gaps and not zeros.",
        ),
        Column::new("in_words", "text", "The same as a sentence."),
    ],
};
