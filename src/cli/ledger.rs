//! The options of the commands that work on a finished ledger: what it says, what proves it, and
//! whether it is still what it was.

use super::WriteKind;
use crate::pages::Page;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Ledgers into one.
#[derive(Debug, Args)]
pub struct Merge {
    /// The ledgers; people are counted over all of them if they were made with the same key
    #[arg(value_name = "LEDGER", required = true)]
    pub ledgers: Vec<PathBuf>,

    /// The folder to write the new ledger into
    #[arg(short, long, value_name = "LEDGER")]
    pub output: PathBuf,

    /// Which files to write
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "csv,parquet,xlsx,html")]
    pub write: Vec<WriteKind>,

    /// Replace a ledger that is already there
    #[arg(long)]
    pub force: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// The evidence of a finding.
#[derive(Debug, Args)]
pub struct Explain {
    /// The ledger
    pub ledger: PathBuf,

    /// The finding: its id, or the number of its row in findings.csv, from 1
    pub finding: String,

    /// Where the finding's input is now, if not where it was
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,

    /// Show the request and the value in clear
    #[arg(long)]
    pub reveal: bool,

    /// How to write it, to standard output
    #[arg(long, value_name = "KIND", default_value = "text")]
    pub write: ExplainKind,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainKind {
    /// For a terminal
    Text,
    /// Markdown, for an appendix
    Md,
}

/// The chain of custody.
#[derive(Debug, Args)]
pub struct Verify {
    /// The ledger
    pub ledger: PathBuf,

    /// The folder where inputs and lists are now, if not where they were
    #[arg(long, value_name = "FOLDER")]
    pub inputs: Option<PathBuf>,

    /// A minisign signature of manifest.json [default: manifest.json.minisig in the ledger, if there]
    #[arg(long, value_name = "FILE", requires = "public_key")]
    pub signature: Option<PathBuf>,

    /// The signer's minisign key, or a file that holds it
    #[arg(long, value_name = "KEY|FILE")]
    pub public_key: Option<String>,
}

/// The report and the workbook.
#[derive(Debug, Args)]
pub struct Report {
    /// The ledger; the files go into its folder report/
    pub ledger: PathBuf,

    /// Which files to write
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_value = "html,xlsx")]
    pub write: Vec<PageKind>,

    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// A kind of file made from tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PageKind {
    /// The report, one page for a browser
    Html,
    /// The tables as a workbook
    Xlsx,
    /// The tables as JSON lines
    Jsonl,
}

impl PageKind {
    /// The page.
    pub fn page(self) -> Page {
        match self {
            PageKind::Html => Page::Html,
            PageKind::Xlsx => Page::Xlsx,
            PageKind::Jsonl => Page::Jsonl,
        }
    }
}

/// Did the practice stop?
///
/// Every exposure of either ledger is ended, continuing, new, or cannot be told: what AFTER did not
/// visit or record is never called ended. The exit code is 11 when anything continues or is new.
#[derive(Debug, Args)]
pub struct Compare {
    /// The ledger of the time before
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,

    /// The ledger of the time after
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,

    /// Write the table to standard output (-) instead of AFTER/compare/compare.csv
    #[arg(short, long, value_name = "-", value_parser = dash)]
    pub output: Option<PathBuf>,

    /// Say nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// Only `-` can be named.
fn dash(text: &str) -> Result<PathBuf, String> {
    if text == "-" { Ok(PathBuf::from(text)) } else { Err("only - (standard output) can be named".into()) }
}

/// Whom to notify.
#[derive(Debug, Args)]
pub struct People {
    /// The ledger
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,

    /// Write the list although it names people: by their keys, by the rows of the watch list and,
    /// where the ledger was made with --reveal, by the values that were sent
    #[arg(long)]
    pub reveal: bool,

    /// Only count, by a column of the watch list (region, postal_code, ...); needs no --reveal
    #[arg(long, value_name = "COLUMN", requires = "watch_list")]
    pub by: Option<String>,

    /// The watch list that the scan used
    #[arg(long, value_name = "FILE")]
    pub watch_list: Option<PathBuf>,

    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,

    /// Replace a file that is already there
    #[arg(long)]
    pub force: bool,
}
