//! The options of `leakledger estimate`: what is known of traffic, panels and samples.

use super::When;
use crate::estimate::join::Cause;
use crate::estimate::period::Period;
use crate::estimate::population::Population;
use crate::estimate::rate::{KeysPerPerson, Rate};
use crate::estimate::sampling::Sampled;
use crate::plan::PersonKeySpec;
use crate::visitors::LoggedIn;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How many people were affected?
///
/// Test visits in the ledger prove what a page sends to whom. With --traffic the site's own access
/// logs show who loaded that page, and both together bound how many people were affected. With
/// --population the people of a random panel stand for all, and --sampled undoes a thinned record.
/// Every number comes with an interval, its assumptions and a sentence to quote; where the data
/// carry no number, the row says which data would help. The tables go to LEDGER/estimates/NAME/.
#[derive(Debug, Args)]
pub struct Estimate {
    /// The ledger with the proof
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,

    /// The site's own access logs, or a proxy's log of connections (files, folders, patterns)
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Traffic")]
    pub traffic: Vec<String>,

    /// When the practice ran: 2024-07-01..2024-07-12 [default: the days with proof]
    #[arg(long, value_name = "FROM..TO", help_heading = "Traffic")]
    pub period: Option<Period>,

    /// Count only visitors who were logged in: user, cookie:NAME, header:NAME, param:NAME, path:/BEGINNING
    #[arg(long, value_name = "RULE", help_heading = "Traffic")]
    pub logged_in: Option<LoggedIn>,

    /// A second, independent record of the same visits, where both are incomplete
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Traffic", requires = "traffic")]
    pub second_traffic: Vec<String>,

    /// The site of logs that do not name it
    #[arg(long, value_name = "HOST|DOMAIN", help_heading = "Traffic")]
    pub site: Vec<String>,

    /// How lines of the logs are written, in nginx, Apache or Squid syntax, as in scan (repeatable)
    #[arg(long, value_name = "PATTERN", help_heading = "Traffic")]
    pub log_format: Vec<String>,

    /// What stands for a person in the logs, as in scan
    #[arg(long, value_name = "KEY", default_value = "auto", help_heading = "Traffic")]
    pub person_key: PersonKeySpec,

    /// The part of browsers that block the vendors: 0.22..0.32
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub blocking: Option<Rate>,

    /// The part of visitors who consent, where only these are sent: 0.5..0.7
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub consent: Option<Rate>,

    /// The page sends on every load, for this reason (its code was read)
    #[arg(long, value_name = "REASON", help_heading = "Assumptions")]
    pub always: Option<String>,

    /// Why some loads send and others do not, where that is known
    #[arg(long, value_name = "CAUSE", help_heading = "Assumptions")]
    pub cause: Option<CauseArg>,

    /// How many keys one person has: 1..1.4
    #[arg(long, value_name = "LOW..HIGH", help_heading = "Assumptions")]
    pub keys_per_person: Option<KeysPerPerson>,

    /// The confidence level of each interval
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, help_heading = "Assumptions")]
    pub confidence: f64,

    /// How many people there are: 62000000 or 50000000..62000000
    #[arg(long, value_name = "A[..B]", help_heading = "Panel and samples")]
    pub population: Option<Population>,

    /// How the persons of the panel were drawn at random; without it nothing is scaled
    #[arg(long, value_name = "HOW", help_heading = "Panel and samples")]
    pub panel_random: Option<String>,

    /// How many persons the panel has [default: the captures of a ledger scanned with --panel]
    #[arg(long, value_name = "N", help_heading = "Panel and samples")]
    pub panel_size: Option<u64>,

    /// How the record was thinned: users:1/100, requests:1/2, unknown
    #[arg(long, value_name = "HOW", help_heading = "Panel and samples")]
    pub sampled: Option<Sampled>,

    /// The name of the folder under LEDGER/estimates
    #[arg(long, value_name = "NAME", default_value = "estimate", help_heading = "Output")]
    pub name: String,

    /// Replace an estimate of the same name
    #[arg(long, help_heading = "Output")]
    pub force: bool,

    /// Key for person ids, as in scan
    #[arg(long, value_name = "FILE|random", help_heading = "Run")]
    pub key: Option<String>,

    /// Number of threads [default: one for each core]
    #[arg(short, long, value_name = "N", help_heading = "Run")]
    pub jobs: Option<usize>,

    /// Memory to aim for, such as 256MB or 1GB
    #[arg(long, value_name = "SIZE", default_value = "256MB", help_heading = "Run")]
    pub memory: String,

    /// When to show a progress bar
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Run")]
    pub progress: When,

    /// Say nothing but errors
    #[arg(short, long, help_heading = "Run")]
    pub quiet: bool,
}

/// Why some loads send and others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CauseArg {
    /// It depends on the browser: consent, a blocker, an experiment
    Browser,
    /// It depends on the load: a race, the network
    Load,
}

impl From<CauseArg> for Cause {
    fn from(cause: CauseArg) -> Cause {
        match cause {
            CauseArg::Browser => Cause::Browser,
            CauseArg::Load => Cause::Load,
        }
    }
}
