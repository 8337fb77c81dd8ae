//! Sources: where bytes come from. Paths become inputs, inputs become streams of decompressed
//! bytes, streams become batches of whole records.

pub mod batches;
pub mod decode;
pub mod encoding;
pub mod walk;

use std::path::PathBuf;

/// One file or stream to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name that tables show: the path as given or found, `-` for standard input.
    pub name: String,
    /// Where the bytes are.
    pub from: From,
    /// Size in bytes where known, for the progress bar.
    pub size: Option<u64>,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}
