//! The options of the commands that work on a finished ledger: what it says, what proves it, and
//! whether it is still what it was.

use crate::pages::Page;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
