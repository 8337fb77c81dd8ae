//! Sources: where bytes come from. Paths become inputs, archives give inputs of their own, inputs
//! become streams of decompressed bytes, streams become batches of whole records.

pub mod allowance;
pub mod archive;
pub mod batches;
pub mod content;
pub mod decode;
pub mod encoding;
pub mod open;
pub mod pool;
pub mod queue;
pub mod recognise;
pub mod reopen;
pub mod siblings;
pub mod walk;
pub mod window;

use crate::report::escape;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One file, stream or member of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The name that tables show: the path as given or found, `-` for standard input, and behind
    /// `!/` the place in an archive.
    pub name: String,
    /// Size in bytes where known, as it is stored or lies in its archive.
    pub size: Option<u64>,
    /// Whether the user named it; what merely lies in a folder or an archive may be no traffic.
    pub is_named: bool,
    /// Its place in the run: the number of the argument's input, then of the member in the
    /// archive, and so on. Tables list inputs in this order.
    pub order: Vec<u32>,
}

/// What the arguments led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The input.
    pub input: Input,
    /// Where its bytes are.
    pub from: From,
}

/// Where the bytes of an input are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A file, or whatever else has a name and can be read.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A pipe, socket or device that was found in a folder: reading it could wait for ever.
    Special,
}

/// Whether a path is what systems leave behind in folders and archives: nobody asked about it, so
/// it is passed over without a word.
pub fn is_junk(path: &str) -> bool {
    let mut parts = path.split(['/', '\\']).peekable();
    while let Some(part) = parts.next() {
        if part == "__MACOSX" {
            return true;
        }
        let is_file = parts.peek().is_none();
        let known = ["Thumbs.db", "desktop.ini", "Desktop.ini"].contains(&part);
        if is_file && (part.starts_with(".DS_Store") || part.starts_with("._") || known) {
            return true;
        }
    }
    false
}

/// The name of a member as an archive's bytes spell it: what is no UTF-8 or cannot be seen is
/// written as `\xNN`, and nothing else is changed, since no file is ever made of it.
pub fn member_name(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        name.push_str(&escape::terminal(chunk.valid()));
        for byte in chunk.invalid() {
            name.push_str(&format!("\\x{byte:02x}"));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_what_systems_leave_behind() {
        for path in ["__MACOSX/a/._b.har", "a/.DS_Store", "._x.log", "x\\Thumbs.db"] {
            assert!(is_junk(path), "{path}");
        }
        for path in ["a/b.har", ".well-known/x.har", "DS_Store.log", "a._b", "macosx/a"] {
            assert!(!is_junk(path), "{path}");
        }
    }

    #[test]
    fn names_of_members_are_shown_as_they_are_stored() {
        assert_eq!(member_name(b"../../etc/passwd"), "../../etc/passwd");
        assert_eq!(member_name("días/uno.log".as_bytes()), "días/uno.log");
        assert_eq!(member_name(b"a\x1b[2J\nb\xff"), "a\\x1b[2J\\nb\\xff");
    }
}
