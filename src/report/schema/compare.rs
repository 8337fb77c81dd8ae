//! The table of `leakledger compare`.

use super::columns::*;
use crate::report::table::{Column, TableSpec};

const STATUS: Column = Column::new(
    "status",
    "text",
    "What became of the exposure: ended (AFTER loaded the same pages, recorded as much, and it is gone), continuing, new (only AFTER has it), or cannot tell (AFTER did not visit or record what would show it).",
);
const BEFORE: Column = Column::new("before", "count", "Requests that carried the data in the first ledger.");
const AFTER: Column = Column::new("after", "count", "Requests that carried the data in the second ledger.");
const LOADS_BEFORE: Column = Column::new(
    "loads_before",
    "count",
    "Loads of the pages concerned in the first ledger; empty where no page is known.",
);
const LOADS_AFTER: Column = Column::new(
    "loads_after",
    "count",
    "Loads of the same pages in the second ledger, counted only where enough was recorded; empty where no page is known.",
);
const PAGES_BEFORE: Column =
    Column::new("pages_before", "text", "The pages that sent it in the first ledger, separated by '; '.");
const PAGES_AFTER: Column =
    Column::new("pages_after", "text", "The pages that sent it in the second ledger, separated by '; '.");
const REASON: Column = Column::new("reason", "text", "Why the status is what it is, in words.");

/// `compare.csv`
pub const COMPARE: TableSpec = TableSpec {
    file: "compare.csv",
    one_row_per: "exposure of either ledger: site, vendor, data class, form and channel",
    columns: &[
        STATUS,
        SITE,
        VENDOR,
        OWNER,
        DATA_CLASS,
        TIER,
        FORM,
        CHANNEL,
        BEFORE,
        AFTER,
        LOADS_BEFORE,
        LOADS_AFTER,
        REASON,
        PAGES_BEFORE,
        PAGES_AFTER,
    ],
};
