//! The command line, exactly as typed. Nothing is decided here: `plan` checks and resolves.

mod detectors;
mod estimate;
mod ledger;
mod scan;
mod vendors;

pub use detectors::{Detectors, DetectorsCheck, DetectorsCommand, DetectorsList, Try};
pub use estimate::{CauseArg, Estimate};
pub use ledger::{Compare, Explain, ExplainKind, Merge, PageKind, People, Report, Verify};
pub use scan::{
    DetectionArgs, InputArgs, MatchingArgs, OutputArgs, PeopleArgs, RoleArg, RunArgs, Scan, VendorArgs, WriteKind,
};
pub use vendors::{CheckVendors, ListVendors, LookupVendor, Vendors, VendorsCommand, WriteList};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds which personal data a website sent to which company, and counts the people affected.
///
/// leakledger reads recorded web traffic (HAR files, proxy logs, access logs) and writes tables
/// that a spreadsheet opens: what went to whom, from which pages, by which route, with evidence
/// for every finding. It never uses the network.
#[derive(Debug, Parser)]
#[command(name = "leakledger", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read recorded traffic and write the ledger
    Scan(Box<Scan>),
    /// Show, look up and check vendors: who receives a request and what its parameters mean
    Vendors(Vendors),
    /// Combine ledgers of many machines or days into one
    Merge(Merge),
    /// List the people whose data went to third parties, to notify them
    People(People),
    /// Write the report and the workbook of a ledger anew, with the estimates made since
    Report(Report),
    /// Show the evidence of one finding, step by step
    Explain(Explain),
    /// Check that a ledger, its inputs, lists and tool are still what its manifest says
    Verify(Verify),
    /// Estimate how many people were affected, from the site's own logs or a panel
    Estimate(Box<Estimate>),
    /// Compare two ledgers: did the practice stop, what is new?
    Compare(Compare),
    /// Show the personal-data detectors, check them, try them on a text
    Detectors(Detectors),
    /// Show what can be read and how it is recognised
    Formats,
    /// Print shell completions
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Shell completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// When to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If somebody is watching
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}
