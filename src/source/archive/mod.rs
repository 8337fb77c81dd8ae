//! Archives: files that hold inputs of their own. Nothing is ever unpacked to where a member's name
//! says; members are streams, or bytes that are read in place. An archive within an archive is one
//! more step on the same way. What is read front to back (tar, 7z) gives its members in their
//! order, what has a list (zip) gives them by name.

mod bundle;
mod seven;
mod tar;
mod zip;

pub use bundle::{BUNDLES, Bundle};

use super::allowance::Allowance;
use super::content::Content;
use super::decode::Stream;
use super::siblings::Siblings;
use super::window::Window;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A member up to this size is taken into memory when its archive is read front to back, so that
/// the next ones can be read at the same time.
const SMALL: u64 = 4 << 20;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// tar, of any age.
    Tar,
    /// zip.
    Zip,
    /// 7z.
    SevenZip,
}

impl Kind {
    /// The kind that the first 512 bytes tell.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, b'P', b'K', ..] => Some(Kind::Zip),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Kind::SevenZip),
            _ if tar::is_header(head) => Some(Kind::Tar),
            _ => None,
        }
    }

    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Tar => "tar",
            Kind::Zip => "zip",
            Kind::SevenZip => "7z",
        }
    }
}

/// One member of an archive.
pub struct Member {
    /// Its name as the archive spells it, fit to be shown.
    pub name: String,
    /// Its size as the archive says.
    pub size: Option<u64>,
    /// Its bytes, or why they cannot be had.
    pub content: io::Result<Content>,
    /// The members beside it, where they can be reached.
    pub siblings: Option<Siblings>,
}

/// The members of an archive, one after the other.
pub trait Members: Send {
    /// The next member that is a file, or `None` behind the last.
    ///
    /// # Errors
    /// When the archive cannot be read further.
    fn next(&mut self) -> io::Result<Option<Member>>;
}

/// Whose turn it is to read an archive that is read front to back: the archive's own, or that of
/// the member whose stream it lent out.
#[derive(Clone, Debug, Default)]
pub struct Turn(Arc<AtomicBool>);

impl Turn {
    /// Whether the archive may be asked for its next member.
    pub fn is_ours(&self) -> bool {
        !self.0.load(Ordering::Acquire)
    }

    fn lend(&self) -> Lent {
        self.0.store(true, Ordering::Release);
        Lent(Arc::clone(&self.0))
    }
}

/// Held by the member that reads the archive's stream.
struct Lent(Arc<AtomicBool>);

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Begins to read an archive from its stream.
pub fn streamed(stream: Stream, turn: &Turn) -> Box<dyn Members> {
    Box::new(tar::Tar::new(stream, turn.clone()))
}

/// What an archive that can be read at any place turned out to be.
pub enum Opened {
    /// A box of inputs.
    Members(Box<dyn Members>),
    /// One input that is kept in many members.
    Bundle(Stream),
}

/// Opens an archive that can be read at any place.
///
/// # Errors
/// When its list of members cannot be read.
pub fn indexed(kind: Kind, window: Window, allowance: &Allowance, turn: &Turn) -> io::Result<Opened> {
    match kind {
        Kind::Zip => zip::open(window, allowance),
        Kind::SevenZip => {
            seven::SevenZip::open(window, allowance, turn.clone()).map(|all| Opened::Members(Box::new(all)))
        }
        Kind::Tar => Ok(Opened::Members(streamed(Box::new(window), turn))),
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}
