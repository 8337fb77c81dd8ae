//! HAR, the HTTP archive in versions 1.1 and 1.2, from whatever wrote it: browsers, proxies, test
//! tools. The log may be wrapped (a byte order mark, a callback, an outer object, a list of HARs) or
//! stand without its wrapping, its keys may come in any order, and HARs may follow each other.

mod blocks;
mod cut;
mod entry;
mod initiator;
pub(super) mod json;
mod marks;
mod reader;
mod repair;
mod resync;
mod scan;
mod sent;
mod word;

use super::{Cutter, Format, Kind, Meaning, PageInfo, Piece, Reason};
use crate::record::{Role, Text};
use crate::time;
use cut::HarCutter;
use json::{Bytes, Object};
pub use marks::Marks;
use memchr::memmem;
use repair::repaired;
use serde::Deserialize;

/// The format `har`.
pub(super) struct Har;

impl Format for Har {
    fn name(&self) -> &'static str {
        "har"
    }

    fn title(&self) -> &'static str {
        "HTTP archive, as browsers, proxies and test tools save it"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn first_number(&self) -> u64 {
        0
    }

    fn sample(&self) -> &'static str {
        r#"{"log":{"version":"1.2","creator":{"name":"Example Recorder","version":"1.0"},
"pages":[{"id":"page_1","title":"https://shop.example.com/cart","startedDateTime":"2024-07-01T09:30:00.000Z"}],
"entries":[{"startedDateTime":"2024-07-01T09:30:00.250Z","pageref":"page_1","time":18,
"request":{"method":"GET","url":"https://t.example.net/c?u=https%3A%2F%2Fshop.example.com%2Fcart","headers":[]},
"response":{"status":204,"content":{"size":0,"mimeType":"image/gif","text":"{[\"\\"}},"timings":{"send":1,"wait":17}}]}}"#
    }

    fn sniff(&self, head: &[u8]) -> bool {
        begins_with_json(head) && shows_entries(head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(HarCutter::default())
    }

    fn parse<'b>(&self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        match kind {
            Kind::Page => page(piece),
            Kind::Head => producer(piece),
            Kind::Record | Kind::Reject(_) => parse_entry(piece),
        }
    }

    fn parse_marked<'b>(&self, piece: &Piece, bytes: &'b [u8], marks: &Marks) -> Result<Meaning<'b>, Reason> {
        match piece.kind {
            Kind::Record => entry::parse(&bytes[..piece.range.end], piece.range.start, marks),
            kind => self.parse(kind, &bytes[piece.range.clone()]),
        }
    }
}

/// The record of one entry, for formats that hold entries outside of an archive.
///
/// # Errors
/// The entry is not JSON, or names no URL.
pub(super) fn parse_entry(json: &[u8]) -> Result<Meaning<'_>, Reason> {
    entry::parse(json, 0, &Marks::of(json))
}

/// Whether the first thing is an object or a list, perhaps behind a callback's name.
fn begins_with_json(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.');
    let name = text.iter().take_while(|byte| is_name(byte)).count();
    let json = match text[name..].trim_ascii_start() {
        [b'(', json @ ..] if name > 0 => json.trim_ascii_start(),
        _ => text,
    };
    matches!(json, [b'{' | b'[', ..])
}

/// Whether a log is there whose parts look like a HAR's.
fn shows_entries(head: &[u8]) -> bool {
    let mut cutter = HarCutter::default();
    let mut pieces = Vec::new();
    let done = cutter.cut(head, false, &mut pieces);
    // A first entry that does not fit into the head is judged by what there is of it.
    if done < head.len() {
        let kind = Kind::Record;
        let range = done..head.len();
        pieces.push(Piece { kind, range });
    }
    let mut records = pieces.iter().filter(|piece| piece.kind == Kind::Record).peekable();
    let is_cut_short = || cutter.has_sound_log() && !pieces.is_empty();
    match records.peek() {
        Some(_) => records.any(|piece| looks_like_entry(&head[piece.range.clone()])),
        None => is_cut_short(),
    }
}

fn looks_like_entry(text: &[u8]) -> bool {
    memmem::find(text, b"\"request\"").is_some() || memmem::find(text, b"\"startedDateTime\"").is_some()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPage<'a> {
    #[serde(borrow)]
    id: Bytes<'a>,
    #[serde(borrow)]
    title: Bytes<'a>,
    #[serde(borrow, rename = "startedDateTime")]
    started: Bytes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawProducer<'a> {
    #[serde(borrow)]
    name: Bytes<'a>,
    #[serde(borrow)]
    version: Bytes<'a>,
}

fn page(json: &[u8]) -> Result<Meaning<'_>, Reason> {
    let raw: RawPage<'_> = read(json)?;
    Ok(Meaning::Page(PageInfo { id: lossy(&raw.id.0), title: lossy(&raw.title.0), time: time::iso(&raw.started.0) }))
}

fn producer(json: &[u8]) -> Result<Meaning<'_>, Reason> {
    let raw: RawProducer<'_> = read(json)?;
    let words = lossy(&raw.name.0) + " " + &lossy(&raw.version.0);
    Ok(match words.trim() {
        "" => Meaning::Nothing,
        words => Meaning::Producer(words.to_owned()),
    })
}

/// A small object, strictly or, if that fails, as it was meant.
fn read<'a, T: Deserialize<'a> + Default>(json: &'a [u8]) -> Result<T, Reason> {
    match serde_json::from_slice::<Object<T>>(json) {
        Ok(Object(value)) => Ok(value),
        Err(_) => repaired(json).and_then(|value| T::deserialize(value).ok()).ok_or(Reason::BadJson),
    }
}

fn lossy(text: &Text<'_>) -> String {
    String::from_utf8_lossy(text).into_owned()
}
