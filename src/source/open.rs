//! Opening an input: layer by layer, as its first bytes tell, until there is a stream of records or
//! an archive with inputs of its own. The file is counted, and hashed if asked for, as it is stored.

use super::allowance::{Allowance, DEEPEST};
use super::archive::{self, Kind, Member, Members, Turn};
use super::content::{Content, Failing, Meter, Metered, StoredHandle};
use super::decode::{Compression, Stream, foreign};
use super::encoding::Unicode;
use super::siblings::Siblings;
use super::window::Window;
use super::{From, Input};
use rawzip::FileReader;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

/// Bytes that tell how an input is packed: a tar header has this length.
const HEAD: usize = 512;

/// An input before it is opened.
pub struct Source {
    /// Its bytes.
    pub content: Content,
    /// The files beside it.
    pub siblings: Option<Siblings>,
    /// The account of the file that it came from.
    pub allowance: Allowance,
    /// How many archives it lies in.
    pub depth: usize,
}

/// An input that is open for reading.
pub struct Open {
    /// The decompressed bytes.
    pub reader: Stream,
    /// Whether they were compressed.
    pub is_compressed: bool,
    /// How they were compressed, the outermost first, where a command line tool can undo it.
    pub layers: Vec<Compression>,
    /// What is known of the stored file.
    pub stored: StoredHandle,
    /// The files beside it.
    pub siblings: Option<Siblings>,
}

/// An archive that is open for reading.
pub struct OpenArchive {
    /// What it is.
    pub kind: Kind,
    /// Its members.
    pub members: Box<dyn Members>,
    /// Whether it may be asked for the next one.
    pub turn: Turn,
    /// What is known of the stored file; complete when all members were read.
    pub stored: StoredHandle,
    /// The account of the file that all of this came from.
    pub allowance: Allowance,
    /// How many archives its members lie in.
    pub depth: usize,
}

/// What an input turned out to be.
pub enum Opened {
    /// A stream of records, perhaps.
    Stream(Open),
    /// An archive.
    Archive(OpenArchive),
}

impl Source {
    /// The source of an input that an argument led to.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn given(from: &From, meter: &Meter) -> io::Result<Self> {
        let allowance = Allowance::default();
        let stream = |inner: Stream| Content::Stream(Box::new(Metered::new(inner, meter.clone(), allowance.clone())));
        let (content, siblings) = match from {
            From::File(path) => {
                let file = File::open(path)?;
                let meta = file.metadata()?;
                if meta.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                // Files that the system makes up as they are read have no size.
                let content = if meta.is_file() && meta.len() > 0 {
                    let file = Metered::new(FileReader::from(file), meter.clone(), allowance.clone());
                    Content::Part(Arc::new(file), 0..meta.len())
                } else {
                    stream(Box::new(file))
                };
                (content, Some(Siblings::beside(path)))
            }
            From::Stdin => (stream(Box::new(io::stdin())), None),
            From::Special => {
                let text = "a pipe, socket or device in a folder: is read only when it is named itself";
                return Err(io::Error::new(io::ErrorKind::Unsupported, text));
            }
        };
        Ok(Source { content, siblings, allowance, depth: 0 })
    }

    /// The source of a member.
    ///
    /// # Errors
    /// When the member cannot be read, or lies too deep.
    pub fn member(member: Member, allowance: &Allowance, depth: usize) -> io::Result<Self> {
        let content = member.content?;
        if depth > DEEPEST {
            return Err(too_deep());
        }
        Ok(Source { content, siblings: member.siblings, allowance: allowance.clone(), depth })
    }

    /// Opens the input; `work` is a folder for archives that must be had as a whole.
    ///
    /// # Errors
    /// When it cannot be read or unpacked.
    pub fn open(self, input: &Input, sha256: bool, work: &Path) -> io::Result<Opened> {
        let stored = StoredHandle::new(sha256);
        let mut whole = match &self.content {
            Content::Part(anywhere, range) => Some(Window::new(Arc::clone(anywhere), range.clone())),
            Content::Stream(_) => None,
        };
        let mut name = input.name.as_str();
        let mut reader: Stream = Box::new(stored.counting(self.content.stream()));
        let mut layers = Vec::new();
        for _ in 0..=DEEPEST {
            let (head, rest) = peek(reader)?;
            if let Some(what) = foreign(&head) {
                return Err(io::Error::new(io::ErrorKind::Unsupported, what));
            }
            if let Some(kind) = Kind::of(&head) {
                let place = Place { stored, siblings: self.siblings, allowance: self.allowance, depth: self.depth };
                return place.archive(kind, rest, whole, work);
            }
            let Some(compression) = Compression::of(&head, name) else {
                let reader = Box::new(Unicode::new(rest));
                let is_compressed = !layers.is_empty();
                return Ok(Opened::Stream(Open { reader, is_compressed, layers, stored, siblings: self.siblings }));
            };
            reader = compression.decode(rest, self.allowance.clone())?;
            name = name.rsplit_once('.').map_or("", |(stem, _)| stem);
            layers.push(compression);
            whole = None;
        }
        Err(too_deep())
    }
}

fn too_deep() -> io::Error {
    let text = format!("packed more than {DEEPEST} deep: was not looked into");
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// The first bytes of a stream, and the stream with them before it.
fn peek(mut stream: Stream) -> io::Result<(Vec<u8>, Stream)> {
    let mut head = Vec::with_capacity(HEAD);
    let read = (&mut stream).take(HEAD as u64).read_to_end(&mut head);
    match read {
        Err(err) if head.is_empty() => Err(err),
        Err(err) => Ok((head.clone(), Box::new(Cursor::new(head).chain(Failing::new(err))))),
        Ok(_) => Ok((head.clone(), Box::new(Cursor::new(head).chain(stream)))),
    }
}

/// Where an archive was met.
struct Place {
    stored: StoredHandle,
    siblings: Option<Siblings>,
    allowance: Allowance,
    depth: usize,
}

impl Place {
    /// Opens an archive, of which the stream stands at the beginning and which is perhaps there as a
    /// whole.
    fn archive(self, kind: Kind, stream: Stream, whole: Option<Window>, work: &Path) -> io::Result<Opened> {
        let turn = Turn::default();
        let members = if kind == Kind::Tar {
            archive::streamed(stream, &turn)
        } else {
            // The stream is drained all the same: it counts and hashes the stored file.
            let window = match whole {
                Some(window) if !self.stored.hashes() => window,
                Some(window) => drain(stream).map(|()| window)?,
                None => spool(stream, work)?,
            };
            match archive::indexed(kind, window, &self.allowance, &turn)? {
                archive::Opened::Members(members) => members,
                archive::Opened::Bundle(reader) => {
                    let Place { stored, siblings, .. } = self;
                    return Ok(Opened::Stream(Open {
                        reader,
                        is_compressed: true,
                        layers: Vec::new(),
                        stored,
                        siblings,
                    }));
                }
            }
        };
        let Place { stored, allowance, depth, .. } = self;
        Ok(Opened::Archive(OpenArchive { kind, members, turn, stored, allowance, depth: depth + 1 }))
    }
}

fn drain(mut stream: Stream) -> io::Result<()> {
    io::copy(&mut stream, &mut io::sink()).map(|_| ())
}

/// Copies an archive that lies in another, or comes through a pipe, to where it can be read at any
/// place. The file has no name, so it goes with the program.
fn spool(mut stream: Stream, work: &Path) -> io::Result<Window> {
    let mut file = tempfile::tempfile_in(work)?;
    let length = io::copy(&mut stream, &mut file)?;
    Ok(Window::new(Arc::new(FileReader::from(file)), 0..length))
}
