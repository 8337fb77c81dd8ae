//! `ledger.parquet`: the finest grain of the ledger, for engines that read Parquet and for merging.
//! One row per exposure (site, vendor, data class, form, channel), page and day, in the order of
//! that key, in row groups of bounded size. This folder is the only place that knows `polars`.
//!
//! People are sorted 64-bit keyed ids in a list, which any engine can unnest and count; above the
//! limit that the ledger states, the list is empty and a sketch stands for them.

mod read;
mod write;

pub use read::{LedgerRows, read};
pub use write::write;

use std::borrow::Cow;

/// The file's name.
pub const PARQUET_FILE: &str = "ledger.parquet";

/// One row of the file. Texts are as in the tables, without the apostrophes of spreadsheets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerRow<'a> {
    /// Site.
    pub site: Cow<'a, str>,
    /// Page.
    pub page: Cow<'a, str>,
    /// Days since 1970 (UTC).
    pub day: Option<i32>,
    /// Vendor.
    pub vendor: Cow<'a, str>,
    /// The company behind the vendor.
    pub owner: Cow<'a, str>,
    /// What the vendor is for.
    pub purpose: Cow<'a, str>,
    /// Data class.
    pub data_class: Cow<'a, str>,
    /// Tier.
    pub tier: Cow<'a, str>,
    /// Form.
    pub form: Cow<'a, str>,
    /// Channel.
    pub channel: Cow<'a, str>,
    /// Requests that were sent.
    pub requests: u64,
    /// Requests that were stopped before they left.
    pub blocked_requests: u64,
    /// Requests of which the record does not tell.
    pub unknown_requests: u64,
    /// Captures.
    pub captures: u64,
    /// People, exactly or estimated.
    pub people: u64,
    /// The lower bound of people.
    pub people_low: u64,
    /// The upper bound of people.
    pub people_high: u64,
    /// How people were counted.
    pub people_method: Cow<'a, str>,
    /// How many people by which kind of key.
    pub person_keys: Cow<'a, str>,
    /// The keyed ids of people in ascending order; empty above the limit.
    pub people_keys: Cow<'a, [u64]>,
    /// The sketch that stands for people above the limit; else empty.
    pub people_sketch: Cow<'a, [u8]>,
    /// The keyed ids of captures in ascending order.
    pub capture_keys: Cow<'a, [u64]>,
    /// Microseconds since 1970 (UTC).
    pub first_seen: Option<i64>,
    /// Microseconds since 1970 (UTC).
    pub last_seen: Option<i64>,
    /// The consent signals that occurred.
    pub consent: Cow<'a, str>,
    /// Accounts at the vendor.
    pub accounts: Vec<Cow<'a, str>>,
    /// Events in words.
    pub events: Vec<Cow<'a, str>>,
    /// The confidence of the best finding.
    pub confidence: Cow<'a, str>,
    /// The best finding, written as [`crate::report::cell::Cell::Id`] is.
    pub sample_finding: Option<u64>,
}

impl LedgerRow<'_> {
    /// About how many bytes the row takes in memory.
    fn weight(&self) -> usize {
        let lists = self.accounts.len() + self.events.len();
        let keys = self.people_keys.len() + self.capture_keys.len();
        size_of::<LedgerRow<'_>>() + 8 * keys + self.people_sketch.len() + 64 * lists
    }
}

#[cfg(test)]
mod tests;
