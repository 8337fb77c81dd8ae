//! tar: headers and contents one after the other, so that one pass over the stream gives all
//! members. Large members are lent the stream itself; the archive goes on when they have read it.

use super::{Lent, Member, Members, SMALL, Turn, damaged};
use crate::source::allowance::MOST_MEMBERS;
use crate::source::content::{Content, Failing};
use crate::source::decode::Stream;
use crate::source::{is_junk, member_name};
use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a header, and what contents are padded to.
const BLOCK: u64 = 512;

/// Whether these bytes are a header, by its checksum.
pub(super) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else { return false };
    let digits =
        block[148..156].iter().skip_while(|byte| **byte == b' ').take_while(|byte| (b'0'..=b'7').contains(byte));
    let Ok(digits) = String::from_utf8(digits.copied().collect()) else { return false };
    let sum: u32 = block[..148].iter().chain(&block[156..]).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 32;
    u32::from_str_radix(&digits, 8) == Ok(sum) && block[0] != 0
}

/// The members of a tar stream.
pub(super) struct Tar {
    tape: Arc<Mutex<Tape>>,
    turn: Turn,
    given: usize,
}

/// The stream, and what is left of the member that it stands in.
struct Tape {
    stream: Stream,
    left: u64,
    padding: u64,
}

impl Tar {
    pub(super) fn new(stream: Stream, turn: Turn) -> Self {
        Tar { tape: Arc::new(Mutex::new(Tape { stream, left: 0, padding: 0 })), turn, given: 0 }
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn content(&self, size: u64) -> Content {
        if size > SMALL {
            return Content::Stream(Box::new(Reel { tape: Arc::clone(&self.tape), _lent: self.turn.lend() }));
        }
        let mut bytes = Vec::new();
        let mut tape = self.tape();
        match tape.read_rest(&mut bytes) {
            Ok(()) => Content::memory(bytes),
            // What there is of it is read all the same.
            Err(err) => Content::Stream(Box::new(Cursor::new(bytes).chain(Failing::new(err)))),
        }
    }
}

impl Members for Tar {
    fn next(&mut self) -> io::Result<Option<Member>> {
        loop {
            let Some(header) = self.tape().advance()? else { return Ok(None) };
            let name = member_name(header.name.strip_prefix(b"./").unwrap_or(&header.name));
            if !header.is_file || is_junk(&name) {
                continue;
            }
            self.given += 1;
            if self.given > MOST_MEMBERS {
                return Err(damaged("the archive has more than a million members; the rest was not looked at"));
            }
            let content = match header.is_sparse {
                true => Err(damaged("a sparse member, which is not read: unpack it first")),
                false => Ok(self.content(header.size)),
            };
            return Ok(Some(Member { name, size: Some(header.size), content, siblings: None }));
        }
    }
}

struct Header {
    name: Vec<u8>,
    size: u64,
    is_file: bool,
    is_sparse: bool,
}

impl Tape {
    /// Goes to the next header, over whatever is left of the member before.
    fn advance(&mut self) -> io::Result<Option<Header>> {
        let skip = self.left + self.padding;
        let skipped = io::copy(&mut (&mut self.stream).take(skip), &mut io::sink())?;
        if skipped < self.left {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside a member"));
        }
        let mut archive = ::tar::Archive::new(&mut self.stream);
        // Archives may have been written one behind the other.
        archive.set_ignore_zeros(true);
        let header = match archive.entries()?.next() {
            None => return Ok(None),
            Some(entry) => {
                let entry = entry?;
                let kind = entry.header().entry_type();
                let is_sparse = kind.is_gnu_sparse();
                let stored = if is_sparse { entry.header().entry_size()? } else { entry.size() };
                Header {
                    name: entry.path_bytes().into_owned(),
                    size: stored,
                    is_file: (kind.is_file() || kind.is_contiguous() || is_sparse)
                        && !entry.path_bytes().ends_with(b"/"),
                    is_sparse,
                }
            }
        };
        self.left = header.size;
        self.padding = (BLOCK - header.size % BLOCK) % BLOCK;
        Ok(Some(header))
    }

    fn read_rest(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let before = bytes.len();
        let read = (&mut self.stream).take(self.left).read_to_end(bytes);
        self.left -= (bytes.len() - before) as u64;
        read?;
        if self.left == 0 { Ok(()) } else { Err(cut()) }
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside this member")
}

/// The stream, lent to a large member.
struct Reel {
    tape: Arc<Mutex<Tape>>,
    _lent: Lent,
}

impl Read for Reel {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let size = buf.len().min(usize::try_from(tape.left).unwrap_or(usize::MAX));
        if size == 0 {
            return Ok(0);
        }
        let read = tape.stream.read(&mut buf[..size])?;
        if read == 0 {
            return Err(cut());
        }
        tape.left -= read as u64;
        Ok(read)
    }
}
