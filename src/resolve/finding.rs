//! A finding: one datum in one record to one recipient, with everything that its row shows.

use super::resolver::Resolved;
use crate::observation::{Channel, Hit, Observation};

/// A hit that was found to be a disclosure.
#[derive(Clone, Copy, Debug)]
pub struct Found<'f> {
    /// The record's observation.
    pub seen: &'f Observation<'f>,
    /// Page, recipient and person.
    pub resolved: &'f Resolved,
    /// The datum.
    pub hit: &'f Hit<'f>,
    /// By which route it travelled.
    pub channel: Channel,
    /// Which of the record's hits it is.
    pub ordinal: u32,
    /// The number of the record as tables show it.
    pub record: u64,
    /// Byte offset of the record in the decompressed input.
    pub offset: u64,
}
