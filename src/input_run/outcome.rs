//! What became of an input.

use crate::exposure::measure::Span;
use crate::people::links::Sightings;
use crate::record::Role;
use crate::resolve::summary::Coverage;
use crate::source::batches::Totals;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an input turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputKind {
    /// Nobody knows: it could not be read.
    #[default]
    Unread,
    /// Recorded traffic.
    Traffic,
    /// An archive, whose members are inputs of their own.
    Archive,
    /// A file in a folder or archive that is no recorded traffic.
    NoTraffic,
}

/// What became of an input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct InputOutcome {
    /// What it turned out to be.
    pub kind: InputKind,
    /// What it shows; `None` when it was not recognised.
    pub role: Option<Role>,
    /// The format's name; empty when it was not recognised.
    pub format: String,
    /// The program that wrote it, where it says so.
    pub producer: String,
    /// Hashes and sizes.
    pub totals: Totals,
    /// Records read.
    pub records: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// First and last time.
    pub span: Span,
    /// What was recorded and what not.
    pub coverage: Coverage,
    /// Findings that count.
    pub findings: u64,
    /// Which person keys were seen together.
    #[serde(with = "shared")]
    pub sightings: Arc<Sightings>,
    /// Why it could not be read, or, being an archive, not to its end; empty when it was.
    pub trouble: String,
}

impl InputOutcome {
    /// Whether some of the input could not be read.
    pub fn is_broken(&self) -> bool {
        !self.trouble.is_empty() || self.rejected > 0
    }
}

/// What is shared is stored like what it holds.
mod shared {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<T: Serialize, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(value, serializer)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}
