//! The plan of a scan: what the user asked for, checked and resolved, before anything is read.

use crate::aggregate::Aggregate;
use crate::class::Tier;
use crate::format::Format;
use crate::patterns::CustomDetectors;
use crate::record::Role;
use crate::report::csv_table::CsvOptions;
use crate::visitors::Visitors;
use std::path::PathBuf;

/// Which key stands for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonKeySpec {
    /// The strongest that a record has: user, address and agent, address.
    Auto,
    /// The client's address.
    Ip,
    /// The client's address with the user agent.
    IpAgent,
    /// The authenticated user.
    User,
    /// The value of a cookie.
    Cookie(String),
    /// The value of a parameter in the URL.
    Param(String),
    /// The value of a request header.
    Header(String),
    /// Every input is one person.
    Input,
}

impl std::str::FromStr for PersonKeySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named =
            |name: &str| (!name.is_empty()).then(|| name.to_owned()).ok_or(format!("{text}: the name is missing"));
        match text.split_once(':') {
            None => match text {
                "auto" => Ok(PersonKeySpec::Auto),
                "ip" => Ok(PersonKeySpec::Ip),
                "ip+agent" => Ok(PersonKeySpec::IpAgent),
                "user" => Ok(PersonKeySpec::User),
                "input" => Ok(PersonKeySpec::Input),
                _ => Err("expected auto, ip, ip+agent, user, cookie:NAME, param:NAME, header:NAME or input".into()),
            },
            Some(("cookie", name)) => named(name).map(PersonKeySpec::Cookie),
            Some(("param", name)) => named(name).map(PersonKeySpec::Param),
            Some(("header", name)) => named(name).map(PersonKeySpec::Header),
            Some((kind, _)) => Err(format!("{kind}: expected cookie:NAME, param:NAME or header:NAME")),
        }
    }
}

impl std::fmt::Display for PersonKeySpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PersonKeySpec::Auto => f.write_str("auto"),
            PersonKeySpec::Ip => f.write_str("ip"),
            PersonKeySpec::IpAgent => f.write_str("ip+agent"),
            PersonKeySpec::User => f.write_str("user"),
            PersonKeySpec::Cookie(name) => write!(f, "cookie:{name}"),
            PersonKeySpec::Param(name) => write!(f, "param:{name}"),
            PersonKeySpec::Header(name) => write!(f, "header:{name}"),
            PersonKeySpec::Input => f.write_str("input"),
        }
    }
}

/// When the SHA-256 of a stored file is taken during the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sha256Policy {
    /// For files up to this many bytes, since it costs half a second for each gigabyte.
    UpTo(u64),
    /// Always.
    Always,
}

impl Sha256Policy {
    /// Whether a file of this size is hashed; a stream of unknown size is not.
    pub fn wants(self, size: Option<u64>) -> bool {
        match self {
            Sha256Policy::Always => true,
            Sha256Policy::UpTo(limit) => size.is_some_and(|size| size <= limit),
        }
    }
}

/// Everything that decides what a scan reads and how it counts.
pub struct Plan {
    /// The format of all inputs, where the user says it.
    pub format: Option<&'static dyn Format>,
    /// Formats that the user described, which are tried before all others.
    pub described: Vec<&'static dyn Format>,
    /// The request header that names the client, lower case, where the user says it.
    pub client_field: Option<String>,
    /// What all inputs show, where the user says it.
    pub role: Option<Role>,
    /// Sites that the user declared, lower case.
    pub sites: Vec<String>,
    /// Records before this time are left out; microseconds since 1970 (UTC).
    pub since: Option<i64>,
    /// Records from this time on are left out.
    pub until: Option<i64>,
    /// Files of test identities.
    pub personas: Vec<PathBuf>,
    /// A list of people to look for.
    pub watch_list: Option<PathBuf>,
    /// The user's own detectors.
    pub detectors: CustomDetectors,
    /// Data that is less sensitive is left out.
    pub min_tier: Tier,
    /// The person key.
    pub person_key: PersonKeySpec,
    /// Whether captures are of different people.
    pub panel: bool,
    /// Whether values are written in clear.
    pub reveal: bool,
    /// Worker threads.
    pub jobs: usize,
    /// Memory goal in bytes.
    pub memory: usize,
    /// The longest record in bytes.
    pub max_record: usize,
    /// Bytes per batch; tests vary it, results must not.
    pub batch_bytes: usize,
    /// Bytes after which a checkpoint is made; results do not depend on it.
    pub checkpoint_bytes: u64,
    /// Whether an interrupted scan is continued.
    pub resume: bool,
    /// When stored files are hashed.
    pub sha256: Sha256Policy,
    /// How CSV is written.
    pub csv: CsvOptions,
    /// Whether the tables leave the house, and from how many people on figures are shown.
    pub aggregate: Option<Aggregate>,
    /// The ledger's folder.
    pub out: PathBuf,
    /// Who counts as a visitor of a site; only where people are counted page by page.
    pub visitors: Option<Visitors>,
}

impl Default for Plan {
    /// What a scan without any option does, with one worker and nowhere to write to.
    fn default() -> Self {
        Plan {
            format: None,
            described: Vec::new(),
            client_field: None,
            role: None,
            sites: Vec::new(),
            since: None,
            until: None,
            personas: Vec::new(),
            watch_list: None,
            detectors: CustomDetectors::default(),
            min_tier: Tier::Context,
            person_key: PersonKeySpec::Auto,
            panel: false,
            reveal: false,
            jobs: 1,
            memory: MEMORY,
            max_record: 16 << 20,
            batch_bytes: crate::source::batches::BATCH_BYTES,
            checkpoint_bytes: u64::MAX,
            resume: false,
            sha256: Sha256Policy::UpTo(0),
            csv: CsvOptions::default(),
            aggregate: None,
            out: PathBuf::new(),
            visitors: None,
        }
    }
}

/// The memory goal where none is given.
const MEMORY: usize = 256 << 20;

/// What share of the memory goal observations may take before they spill.
const OBSERVATION_SHARE: usize = 8;

/// The same for cells, in which everything is counted.
const CELL_SHARE: usize = 16;

/// Bytes that cells may take before they spill, where no memory goal is given.
pub const CELL_MEMORY: usize = MEMORY / CELL_SHARE;

impl Plan {
    /// Bytes that cells may take before they spill.
    pub fn cell_memory(&self) -> usize {
        self.memory / CELL_SHARE
    }

    /// Bytes that observations may take before they spill.
    pub fn observation_memory(&self) -> usize {
        self.memory / OBSERVATION_SHARE
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("out", &self.out).field("jobs", &self.jobs).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_keys_are_read_and_shown_alike() {
        for text in ["auto", "ip", "ip+agent", "user", "input", "cookie:sid", "param:uid", "header:x-user"] {
            assert_eq!(text.parse::<PersonKeySpec>().expect(text).to_string(), text);
        }
        for text in ["", "cookie:", "cookies", "email:x"] {
            assert!(text.parse::<PersonKeySpec>().is_err(), "{text}");
        }
    }
}
