//! The options of `leakledger detectors`: what is recognised without any vendor's help.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The detectors.
#[derive(Debug, Args)]
pub struct Detectors {
    /// What to do with them.
    #[command(subcommand)]
    pub command: DetectorsCommand,
}

/// What to do with detectors.
#[derive(Debug, Subcommand)]
pub enum DetectorsCommand {
    /// Show all detectors with an example of each
    List(DetectorsList),
    /// Try every detector on its own examples and counter-examples
    Check(DetectorsCheck),
    /// Show what is found in a text, by which detector and why
    Try(Try),
}

/// Which detectors are listed.
#[derive(Debug, Args)]
pub struct DetectorsList {
    /// Your own detectors
    #[arg(long, value_name = "FILE")]
    pub detectors: Option<PathBuf>,
}

/// Which detectors are checked.
#[derive(Debug, Args)]
pub struct DetectorsCheck {
    /// Your own detectors, checked beside the shipped ones
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// A text to try.
#[derive(Debug, Args)]
pub struct Try {
    /// The text: a value, a URL, a body
    #[arg(value_name = "TEXT")]
    pub text: String,

    /// The name of the parameter that holds the text
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,

    /// Your own detectors
    #[arg(long, value_name = "FILE")]
    pub detectors: Option<PathBuf>,
}
