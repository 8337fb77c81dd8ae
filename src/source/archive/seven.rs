//! 7z: members are packed together in blocks, which are unpacked front to back by a thread of
//! their own; its output waits in a short queue until the member's reader takes it.

use super::{Lent, Member, Members, SMALL, Turn, damaged};
use crate::pipeline;
use crate::source::allowance::{Allowance, is_bomb};
use crate::source::content::Content;
use crate::source::window::Window;
use crate::source::{is_junk, member_name};
use sevenz_rust2::{ArchiveReader, Error, Password};
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are passed on at a time, and how many such pieces wait.
const PIECE: usize = 1 << 17;
const WAITING: usize = 8;

/// The largest dictionary that a block may ask for, in KiB.
const MEMORY: usize = 128 << 10;

/// What the unpacking thread says.
enum Said {
    Member(String, u64),
    Bytes(Vec<u8>),
    Failed(io::Error),
}

/// The members of a 7z archive.
pub(super) struct SevenZip {
    queue: Arc<Mutex<Queue>>,
    turn: Turn,
}

struct Queue {
    said: Receiver<Said>,
    /// What came after the member in progress.
    next: Option<Said>,
    bytes: io::Cursor<Vec<u8>>,
}

impl SevenZip {
    /// Opens an archive.
    pub(super) fn open(window: Window, allowance: &Allowance, turn: Turn) -> io::Result<Self> {
        let mut archive = ArchiveReader::new_with_memory_limit(window, Password::empty(), MEMORY).map_err(in_words)?;
        archive.set_thread_count(1);
        let list = archive.archive();
        if (0..list.files.len()).any(|file| list.is_file_encrypted(file)) {
            return Err(encrypted());
        }
        let (say, said) = sync_channel(WAITING);
        let allowance = allowance.clone();
        pipeline::aside("7z", move || unpack(archive, &allowance, &say))?;
        let queue = Queue { said, next: None, bytes: io::Cursor::default() };
        Ok(SevenZip { queue: Arc::new(Mutex::new(queue)), turn })
    }
}

fn encrypted() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "encrypted: unpack it with its password first")
}

fn in_words(err: Error) -> io::Error {
    match err {
        Error::Io(err, _) | Error::FileOpen(err, _) => err,
        Error::PasswordRequired | Error::MaybeBadPassword(_) => encrypted(),
        Error::MaxMemLimited { .. } => damaged("the 7z asks for more memory than is allowed"),
        Error::UnsupportedCompressionMethod(method) => io::Error::new(
            io::ErrorKind::Unsupported,
            format!("packed with {method}, which is not read: unpack it first"),
        ),
        _ => damaged("the 7z archive is damaged"),
    }
}

/// Unpacks everything and passes it on, until the other side has enough.
fn unpack(mut archive: ArchiveReader<Window>, allowance: &Allowance, say: &SyncSender<Said>) {
    let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
    let result = archive.for_each_entries(|entry, reader| {
        if entry.is_directory() {
            return Ok(true);
        }
        let name = member_name(entry.name().as_bytes());
        let is_wanted = !is_junk(&name);
        if is_wanted {
            say.send(Said::Member(name, entry.size())).map_err(|_| gone())?;
        }
        loop {
            let mut bytes = Vec::new();
            (&mut *reader).take(PIECE as u64).read_to_end(&mut bytes)?;
            if bytes.is_empty() {
                return Ok(true);
            }
            allowance.unpacked(bytes.len() as u64)?;
            if is_wanted {
                say.send(Said::Bytes(bytes)).map_err(|_| gone())?;
            }
        }
    });
    if let Err(err) = result {
        // The other side may be gone, which is no loss then.
        let _ = say.send(Said::Failed(in_words(err)));
    }
}

impl Members for SevenZip {
    fn next(&mut self) -> io::Result<Option<Member>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, size) = loop {
            match queue.next.take().or_else(|| queue.said.recv().ok()) {
                Some(Said::Member(name, size)) => break (name, size),
                Some(Said::Bytes(_)) => {}
                Some(Said::Failed(err)) => return Err(err),
                None => return Ok(None),
            }
        };
        queue.bytes = io::Cursor::default();
        let content = if size > SMALL {
            Content::Stream(Box::new(Reel { queue: Arc::clone(&self.queue), _lent: self.turn.lend() }))
        } else {
            let mut bytes = Vec::new();
            match queue.read_to_end(&mut bytes) {
                Ok(_) => Content::memory(bytes),
                Err(err) => return Err(err),
            }
        };
        Ok(Some(Member { name, size: Some(size), content: Ok(content), siblings: None }))
    }
}

impl Read for Queue {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.bytes.read(buf)?;
            if read > 0 || buf.is_empty() || self.next.is_some() {
                return Ok(read);
            }
            match self.said.recv() {
                Ok(Said::Bytes(bytes)) => self.bytes = io::Cursor::new(bytes),
                Ok(Said::Failed(err)) => {
                    let again = if is_bomb(&err) {
                        io::Error::other(crate::source::allowance::Bomb)
                    } else {
                        damaged(&err.to_string())
                    };
                    self.next = Some(Said::Failed(again));
                    return Err(err);
                }
                Ok(next) => self.next = Some(next),
                Err(_) => return Ok(0),
            }
        }
    }
}

/// The queue, lent to a large member.
struct Reel {
    queue: Arc<Mutex<Queue>>,
    _lent: Lent,
}

impl Read for Reel {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).read(buf)
    }
}
