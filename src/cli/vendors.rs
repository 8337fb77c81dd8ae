//! The options of `leakledger vendors`: who is known, and what a request means.

use super::VendorArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The vendor knowledge base and the user's lists.
#[derive(Debug, Args)]
pub struct Vendors {
    /// What to do with them.
    #[command(subcommand)]
    pub command: VendorsCommand,
}

/// What to do with the vendors.
#[derive(Debug, Subcommand)]
pub enum VendorsCommand {
    /// Show every known host with its vendor, owner and purpose
    List(ListVendors),
    /// Explain who receives a request: vendor, owner, account, event, and what each parameter means
    Lookup(LookupVendor),
    /// Check lists and vendor files: that they can be read and that their examples hold
    Check(CheckVendors),
}

/// Listing.
#[derive(Debug, Args)]
pub struct ListVendors {
    /// Who is a vendor.
    #[command(flatten)]
    pub vendors: VendorArgs,

    /// Write a table for a spreadsheet instead of lines for reading
    #[arg(long, value_name = "KIND")]
    pub write: Option<WriteList>,
}

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WriteList {
    /// Comma-separated values
    Csv,
}

/// Looking up.
#[derive(Debug, Args)]
pub struct LookupVendor {
    /// The URL of a request, or a host
    #[arg(value_name = "URL|HOST")]
    pub target: String,

    /// The request's body, from a file or standard input (-)
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,

    /// Who is a vendor.
    #[command(flatten)]
    pub vendors: VendorArgs,
}

/// Checking.
#[derive(Debug, Args)]
pub struct CheckVendors {
    /// Vendor files, lists, or folders of them
    #[arg(value_name = "FILE|FOLDER", required = true)]
    pub paths: Vec<PathBuf>,
}
