//! Bundles: archives whose members together are one input, because no member means anything by
//! itself. The members are joined into one stream, which a format then recognises, cuts and
//! understands like any other.
//!
//! In the joined stream every member is a line `@member LENGTH NAME`, then its LENGTH bytes, then a
//! line feed. Lengths are of the unpacked bytes; names are as the archive spells them, with
//! what cannot be seen written as `\n` or `\x1b`.

use super::damaged;
use super::zip::Index;
use crate::source::decode::Stream;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// A kind of bundle: how to recognise it and which members are joined.
///
/// A new kind is one line in [`BUNDLES`] and a [`crate::format::Format`] whose `sniff` claims the
/// joined stream. The input keeps the archive's own name.
pub trait Bundle: Sync {
    /// Whether an archive with members of these names, sorted, is of this kind.
    fn claims(&self, names: &[&str]) -> bool;

    /// Which members are joined, in which order.
    fn members(&self, names: &[&str]) -> Vec<usize>;
}

/// All kinds of bundles.
pub static BUNDLES: &[&dyn Bundle] = &[&Fiddler];

/// Sessions of Fiddler: `raw/7_c.txt` is the request of the seventh, `7_m.xml` its times, `7_s.txt` its
/// response. All of them are one recording.
struct Fiddler;

impl Fiddler {
    /// The number of a session and the name of its part.
    fn part(name: &str) -> Option<(u64, &str)> {
        let name = name.strip_prefix("raw/").or_else(|| name.strip_prefix("raw\\"))?;
        let (number, part) = name.split_once('_')?;
        Some((number.parse().ok()?, part)).filter(|(_, part)| matches!(*part, "c.txt" | "m.xml" | "s.txt"))
    }
}

impl Bundle for Fiddler {
    fn claims(&self, names: &[&str]) -> bool {
        names.iter().any(|name| Fiddler::part(name).is_some_and(|(_, part)| part == "c.txt"))
    }

    fn members(&self, names: &[&str]) -> Vec<usize> {
        let mut parts: Vec<_> =
            names.iter().enumerate().filter_map(|(at, name)| Some((Fiddler::part(name)?, at))).collect();
        parts.sort_unstable();
        parts.into_iter().map(|(_, at)| at).collect()
    }
}

/// The joined stream.
pub(super) struct Joined {
    index: Arc<Index>,
    left: std::vec::IntoIter<usize>,
    now: Option<(Stream, u64)>,
    line: Cursor<Vec<u8>>,
}

impl Joined {
    pub(super) fn new(index: Arc<Index>, members: Vec<usize>) -> Self {
        Joined { index, left: members.into_iter(), now: None, line: Cursor::default() }
    }
}

impl Read for Joined {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.line.read(buf)?;
            if read > 0 || buf.is_empty() {
                return Ok(read);
            }
            if let Some((stream, left)) = &mut self.now {
                let read = stream.take(*left).read(buf)?;
                *left -= read as u64;
                if read > 0 {
                    return Ok(read);
                }
                if *left > 0 {
                    return Err(damaged("a member is shorter than the archive says"));
                }
                self.now = None;
                self.line = Cursor::new(b"\n".to_vec());
                continue;
            }
            let Some(at) = self.left.next() else { return Ok(0) };
            let size = self.index.size(at);
            self.line = Cursor::new(format!("@member {size} {}\n", self.index.name(at)).into_bytes());
            self.now = Some((self.index.stream(at)?, size));
        }
    }
}
