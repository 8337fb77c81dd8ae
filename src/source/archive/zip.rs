//! zip: the list of members stands at the end, so members are read in place, in any order and by
//! several threads at a time. The list is believed, not the headers before the members.

use super::bundle::{BUNDLES, Joined};
use super::{Member, Members, Opened, damaged};
use crate::source::allowance::{Allowance, Guarded, MOST_MEMBERS};
use crate::source::content::{Anywhere, Content};
use crate::source::decode::{Compression, Stream};
use crate::source::siblings::{Lookup, Siblings};
use crate::source::window::Window;
use crate::source::{is_junk, member_name};
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, Crc32, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};
use std::io::{self, BufReader, Read};
use std::sync::Arc;

/// A member in the list.
struct Entry {
    name: Vec<u8>,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    is_encrypted: bool,
    size: u64,
    crc: u32,
}

/// The list of members, sorted by name.
pub(super) struct Index {
    archive: ZipArchive<Anywhere>,
    anywhere: Anywhere,
    entries: Vec<Entry>,
    allowance: Allowance,
}

/// Opens a zip.
pub(super) fn open(window: Window, allowance: &Allowance) -> io::Result<Opened> {
    let length = window.len();
    let anywhere: Anywhere = Arc::new(window);
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(Arc::clone(&anywhere), &mut buffer, length)
        .map_err(|_| damaged("the zip has no list of members at its end: it is cut or damaged"))?;
    let (entries, spans) = list(&archive, &mut buffer)?;
    check_overlap(spans)?;
    let index = Arc::new(Index { archive, anywhere, entries, allowance: allowance.clone() });
    let names: Vec<String> = index.entries.iter().map(|entry| member_name(&entry.name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if is_office(&names) {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "an office document"));
    }
    Ok(match BUNDLES.iter().find(|bundle| bundle.claims(&names)) {
        Some(bundle) => Opened::Bundle(Box::new(Joined::new(index, bundle.members(&names)))),
        None => Opened::Members(Box::new(Zip { index, at: 0 })),
    })
}

/// Where a member's header begins, and how many packed bytes follow it.
type Span = (u64, u64);

/// The files in the list by name, and where everything lies that the list names.
fn list(archive: &ZipArchive<Anywhere>, buffer: &mut [u8]) -> io::Result<(Vec<Entry>, Vec<Span>)> {
    let (mut entries, mut spans) = (Vec::new(), Vec::new());
    let mut records = archive.entries(buffer);
    while let Some(record) = records.next_entry().map_err(|_| damaged("the zip's list of members is damaged"))? {
        spans.push((record.local_header_offset(), record.compressed_size_hint()));
        let name = record.file_path().as_bytes().to_vec();
        if record.is_dir() || is_junk(&String::from_utf8_lossy(&name)) {
            continue;
        }
        if entries.len() == MOST_MEMBERS {
            return Err(damaged("the zip has more than a million members"));
        }
        entries.push(Entry {
            name,
            place: record.wayfinder(),
            method: record.compression_method(),
            is_encrypted: record.flags().is_encrypted(),
            size: record.uncompressed_size_hint(),
            crc: record.crc32(),
        });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((entries, spans))
}

/// Members that share bytes are how a small zip is made to unpack to terabytes.
fn check_overlap(mut spans: Vec<Span>) -> io::Result<()> {
    spans.sort_unstable();
    match spans.windows(2).any(|two| two[0].0.saturating_add(two[0].1) > two[1].0) {
        true => Err(damaged("members of the zip overlap, as in a decompression bomb")),
        false => Ok(()),
    }
}

fn is_office(names: &[&str]) -> bool {
    let parts = ["word/", "xl/", "ppt/", "visio/"];
    let is_open_xml = names.contains(&"[Content_Types].xml");
    is_open_xml && names.iter().any(|name| parts.iter().any(|part| name.starts_with(part)))
        || names.contains(&"mimetype") && names.contains(&"META-INF/manifest.xml")
}

impl Index {
    /// The declared size of a member.
    pub(super) fn size(&self, at: usize) -> u64 {
        self.entries[at].size
    }

    /// The name of a member.
    pub(super) fn name(&self, at: usize) -> String {
        member_name(&self.entries[at].name)
    }

    /// The bytes of a member.
    fn content(&self, at: usize) -> io::Result<Content> {
        let entry = &self.entries[at];
        if entry.is_encrypted || entry.method == CompressionMethod::AES {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "encrypted: unpack it with its password first",
            ));
        }
        let found = self.archive.get_entry(entry.place);
        let (start, end) = found
            .map_err(|_| damaged("the zip's list names a place where this member is not"))?
            .compressed_data_range();
        if entry.method == CompressionMethod::STORE {
            return Ok(Content::Part(Arc::clone(&self.anywhere), start..end));
        }
        let packed = Window::new(Arc::clone(&self.anywhere), start..end);
        Ok(Content::Stream(Box::new(Checked {
            inner: self.decoder(entry.method, Box::new(packed))?,
            crc: Some(Crc32::default()),
            expected: (entry.size, entry.crc),
            read: 0,
        })))
    }

    fn decoder(&self, method: CompressionMethod, packed: Stream) -> io::Result<Stream> {
        let allowance = self.allowance.clone();
        let compression = match method {
            CompressionMethod::DEFLATE => {
                let buffered = BufReader::with_capacity(1 << 16, packed);
                return Ok(Box::new(Guarded::new(DeflateDecoder::new(buffered), allowance)));
            }
            CompressionMethod::BZIP2 => Compression::Bzip2,
            CompressionMethod::ZSTD => Compression::Zstd,
            CompressionMethod::XZ => Compression::Xz,
            _ => {
                let method = method.name().unwrap_or("an unknown method").to_ascii_lowercase();
                let text = format!("packed with {method}, which is not read: unpack it first");
                return Err(io::Error::new(io::ErrorKind::Unsupported, text));
            }
        };
        compression.decode(packed, allowance)
    }

    /// The bytes of a member as a stream.
    pub(super) fn stream(&self, at: usize) -> io::Result<Stream> {
        self.content(at).map(Content::stream)
    }
}

/// The members of a zip.
struct Zip {
    index: Arc<Index>,
    at: usize,
}

impl Members for Zip {
    fn next(&mut self) -> io::Result<Option<Member>> {
        let at = self.at;
        let Some(entry) = self.index.entries.get(at) else { return Ok(None) };
        self.at += 1;
        let folder = entry.name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let siblings = Folder { index: Arc::clone(&self.index), path: entry.name[..folder].to_vec() };
        Ok(Some(Member {
            name: self.index.name(at),
            size: Some(entry.size),
            content: self.index.content(at),
            siblings: Some(Siblings::new(siblings)),
        }))
    }
}

/// A folder of a zip.
struct Folder {
    index: Arc<Index>,
    path: Vec<u8>,
}

impl Lookup for Folder {
    fn open(&self, name: &str) -> io::Result<Option<Stream>> {
        let path = [&self.path, name.as_bytes()].concat();
        match self.index.entries.binary_search_by(|entry| entry.name.cmp(&path)) {
            Ok(at) => self.index.stream(at).map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// Compares what was unpacked with what the list says of it.
struct Checked {
    inner: Stream,
    crc: Option<Crc32>,
    expected: (u64, u32),
    read: u64,
}

impl Read for Checked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.read += read as u64;
        if let Some(crc) = &mut self.crc {
            crc.update(&buf[..read]);
        }
        if read == 0 && !buf.is_empty() {
            let crc = self.crc.take().map(|crc| crc.checksum());
            if crc.is_some_and(|crc| (self.read, crc) != self.expected) {
                return Err(damaged("the member is not what its checksum says"));
            }
        }
        Ok(read)
    }
}
