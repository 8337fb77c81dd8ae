//! The tables of evidence: every finding, every input, every record that could not be read, and
//! the table that explains all columns.

use super::columns::*;
use crate::report::table::{Column, TableSpec};

const FINDING: Column = Column::new(
    "finding",
    "id",
    "The finding's id: x and 16 hexadecimal digits, the same in every ledger made from this content with this key.",
);
const INPUT: Column = Column::new("input", "text", "The file, archive member or stream, as in inputs.csv.");
const RECORD: Column = Column::new(
    "record",
    "number",
    "The record in its input: the entry's index from 0 in a HAR, the line's number from 1 in a log.",
);
const MESSAGE: Column = Column::new(
    "message",
    "number",
    "The message's index from 0 where the record is a WebSocket connection; else empty.",
);
const LINE: Column = Column::new("line", "number", "The line, from 1, on which the record begins.");
const BYTE_OFFSET: Column =
    Column::new("byte_offset", "bytes", "Where the record begins in the (decompressed) input, from 0.");
const BYTE_LENGTH: Column = Column::new(
    "byte_length",
    "bytes",
    "How long the record is. The bytes from byte_offset on, this many, are the record.",
);
const TIME: Column = Column::new("time", "time (UTC)", "When the request was made; empty where no time was recorded.");
const SITE_SOURCE: Column = Column::new("site_source", "text", "What told on which website the request was made.");
const PAGE_HOST: Column = Column::new("page_host", "text", "The host of the page; empty where it is not known.");
const ACCOUNT: Column = Column::new(
    "account",
    "text",
    "The website's own id at the vendor (pixel, partner or measurement id), written vendor:id.",
);
const EVENT: Column = Column::new("event", "text", "What the vendor was told had happened, in words.");
const HOST: Column = Column::new("host", "text", "The host that received the request.");
const PARAM: Column = Column::new("param", "text", "The parameter, cookie, header or field that carried the data.");
const CHAIN: Column = Column::new(
    "chain",
    "text",
    "How the data was reached: the part of the request and each decoding step, for instance 'query:dl > percent > query:addr'.",
);
const DETECTOR: Column =
    Column::new("detector", "text", "The rule that found it; 'leakledger detectors list' explains each.");
const FINDING_CONFIDENCE: Column = Column::new(
    "confidence",
    "text",
    "How sure the finding is: certain (validated, or matches a known value), likely (a known parameter or a strong context says so), possible (its shape alone; not counted in any other table).",
);
const REASON: Column = Column::new("reason", "text", "Why the confidence is what it is.");
const FINDING_CONSENT: Column = Column::new(
    "consent",
    "text",
    "What the request itself said about the visitor's consent: granted, limited, denied or none stated.",
);
const SENT: Column = Column::new(
    "sent",
    "text",
    "Whether the request left the client: sent, blocked (stopped before it left) or unknown. Only sent ones are disclosures.",
);
const VALUE_MASKED: Column =
    Column::new("value_masked", "text", "The value with most of its characters masked; passwords and tokens entirely.");
const VALUE_FINGERPRINT: Column = Column::new(
    "value_fingerprint",
    "id",
    "A keyed hash of the value: equal values have equal fingerprints, and without the key nobody can try values out.",
);
const PERSON_KEY: Column = Column::new(
    "person_key",
    "id",
    "A keyed hash that stands for the person, with the kind of key before it; empty where people cannot be told apart.",
);
const MATCH: Column = Column::new(
    "match",
    "text",
    "The persona, or the row of the watch list, whose value it is; empty where it matches none.",
);
const OCCURRENCES: Column = Column::new(
    "occurrences",
    "count",
    "How often the row occurred: 1, except for device and context data, of which equal ones share the row of the first.",
);
const VALUE: Column = Column::new("value", "text", "The value in clear, because --reveal was given.");

const ROLE: Column = Column::new(
    "role",
    "text",
    "What the input shows: capture (a test visit, recorded on purpose), proxy (many people's outbound requests) or origin (a website's own access log).",
);
const FORMAT: Column =
    Column::new("format", "text", "The format that it was read as; 'leakledger formats' lists them.");
const PRODUCER: Column = Column::new("producer", "text", "The program that recorded it, where it says so.");
const BLAKE3: Column = Column::new("blake3", "hash", "BLAKE3 of the decompressed content.");
const INPUT_SHA256: Column = Column::new(
    "sha256",
    "hash",
    "SHA-256 of the file as it is stored; empty for large files unless --sha256 was given.",
);
const BYTES: Column = Column::new("bytes", "bytes", "Size of the decompressed content.");
const RECORDS: Column = Column::new("records", "count", "Records that were read.");
const REJECTED: Column = Column::new("rejected", "count", "Records that could not be read; rejects.csv lists them.");
const COVERAGE_GAPS: Column = Column::new(
    "coverage_gaps",
    "text",
    "What this input does not show or what was not read of it, so that nothing found does not mean nothing there.",
);
const REJECT_REASON: Column = Column::new("reason", "text", "Why the record could not be read.");

const TABLE: Column = Column::new("table", "text", "The table's file.");
const COLUMN: Column = Column::new("column", "text", "The column's name.");
const MEANING: Column = Column::new("meaning", "text", "What a cell of the column says.");
const UNIT: Column = Column::new(
    "unit",
    "text",
    "What it is counted or written in. Text that a spreadsheet would run or change begins with an apostrophe, which is not part of it.",
);

/// The columns of `findings.csv` and what follows them.
macro_rules! finding_columns {
    ($($last:expr),*) => {
        &[
            FINDING, INPUT, RECORD, MESSAGE, LINE, BYTE_OFFSET, BYTE_LENGTH, TIME, SITE, SITE_SOURCE, PAGE_HOST,
            PAGE, VENDOR, OWNER, ACCOUNT, EVENT, HOST, DATA_CLASS, TIER, FORM, CHANNEL, PARAM, CHAIN, DETECTOR,
            FINDING_CONFIDENCE, REASON, FINDING_CONSENT, SENT, VALUE_MASKED, VALUE_FINGERPRINT, PERSON_KEY, MATCH,
            OCCURRENCES, $($last,)*
        ]
    };
}

/// `findings.csv`
pub const FINDINGS: TableSpec = TableSpec { file: "findings.csv", one_row_per: "finding", columns: finding_columns!() };

/// `findings.csv` with the values in clear, for `--reveal`
pub const FINDINGS_REVEALED: TableSpec =
    TableSpec { file: "findings.csv", one_row_per: "finding", columns: finding_columns!(VALUE) };

/// `inputs.csv`
pub const INPUTS: TableSpec = TableSpec {
    file: "inputs.csv",
    one_row_per: "input",
    columns: &[
        INPUT,
        ROLE,
        FORMAT,
        PRODUCER,
        BLAKE3,
        INPUT_SHA256,
        BYTES,
        RECORDS,
        REJECTED,
        FIRST_SEEN,
        LAST_SEEN,
        COVERAGE_GAPS,
    ],
};

/// `rejects.csv`
pub const REJECTS: TableSpec = TableSpec {
    file: "rejects.csv",
    one_row_per: "record that could not be read",
    columns: &[INPUT, RECORD, LINE, BYTE_OFFSET, REJECT_REASON],
};

/// `columns.csv`
pub const COLUMNS: TableSpec =
    TableSpec { file: "columns.csv", one_row_per: "column", columns: &[TABLE, COLUMN, MEANING, UNIT] };
