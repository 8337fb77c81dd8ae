//! How sure a finding is. The three words are the ones used in every table; what earns which of
//! them is decided by the detectors, each of which also gives its reason.

/// How sure it is that a value is what it was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Confidence {
    /// The shape alone says so; kept out of roll-ups.
    Possible,
    /// A key or a strong context says so.
    Likely,
    /// The plain value was validated.
    Certain,
}

impl Confidence {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}
