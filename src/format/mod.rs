//! Formats: how whole records are cut out of a byte stream and what one record means. A format is
//! one file here and one line in [`FORMATS`]. Cutting and meaning are separate jobs: a [`Cutter`]
//! finds boundaries and may be called with any amount of bytes; [`Format::parse`] sees exactly one
//! piece and borrows from it.

mod access_log;
mod burp;
mod columns;
mod devtools;
mod element;
mod fiddler;
mod field;
mod har;
mod http;
mod iis_events;
mod json_lines;
mod json_logs;
mod key_values;
mod lines;
mod message;
mod mitmproxy;
mod parts;
mod pattern;
mod pattern_logs;
mod playwright;
mod squid;
mod w3c;
mod words;
mod wrapped;
mod zeek;

use crate::record::{LogLine, Record, Role};
pub use har::Marks;
use std::ops::Range;

/// All formats, in the order in which they are listed and tried.
pub static FORMATS: &[&dyn Format] = &[
    &har::Har,
    &playwright::PlaywrightTrace,
    &devtools::Devtools,
    &mitmproxy::Mitmproxy,
    &burp::Burp,
    &fiddler::Fiddler,
    &json_logs::INSPECTION,
    &json_logs::APP_PRIVACY,
    &squid::Squid,
    &w3c::SERVER,
    &w3c::PROXY,
    &zeek::Zeek,
    &access_log::VHOST_COMBINED,
    &access_log::COMBINED,
    &access_log::COMMON,
    &pattern_logs::HAPROXY,
    &pattern_logs::AWS_ALB,
    &pattern_logs::AWS_ELB,
    &pattern_logs::AWS_S3,
    &pattern_logs::CLOUDFRONT,
    &pattern_logs::ENVOY,
    &pattern_logs::NGINX_PROXY_MANAGER,
    &pattern_logs::ATLASSIAN,
    &pattern_logs::BITBUCKET,
    &pattern_logs::ZORAXY,
    &pattern_logs::UWSGI,
    &pattern_logs::BLACK_BOX,
    &json_logs::ZEEK,
    &json_logs::CADDY,
    &json_logs::TRAEFIK,
    &json_logs::ENVOY,
    &json_logs::CLOUDFLARE,
    &json_logs::CLOUDFLARE_GATEWAY,
    &json_logs::ZSCALER,
    &key_values::ZSCALER,
    &key_values::CEF,
    &key_values::LEEF,
    &json_logs::AZURE_GATEWAY,
    &json_logs::AZURE_FRONT_DOOR,
    &json_logs::FASTLY,
    &json_logs::AKAMAI,
    &json_logs::AWS_WAF,
    &json_logs::GOOGLE_CLOUD,
    &json_logs::KONG,
    &json_logs::NGINX,
    &iis_events::IisEvents,
];

/// The format of an input by its first bytes (up to 64 KiB, perhaps cut anywhere): one of the list, or
/// one whose lines stand inside the lines of a collector (syslog, a container's log). The latter is
/// asked first: a lenient format may take a collector's prefix for fields of its own.
pub fn detect(head: &[u8]) -> Option<&'static dyn Format> {
    wrapped::detect(head).or_else(|| FORMATS.iter().copied().find(|format| format.sniff(head)))
}

/// The format of this name, also of lines inside a collector's: `syslog:combined`.
pub fn named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name).or_else(|| wrapped::named(name))
}

/// What formats of lines may be wrapped in: name, what it is, a line.
pub fn wrappers() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    wrapped::WRAPPERS.iter().map(|wrapper| (wrapper.name, wrapper.title, wrapper.sample))
}

/// The format that `--log-format` describes. It lives as long as the program, as all formats do.
///
/// # Errors
/// What is wrong with a pattern, in words.
pub fn described(patterns: &[String]) -> Result<&'static dyn Format, String> {
    Ok(Box::leak(Box::new(pattern::Custom::new(patterns)?)))
}

/// The format of JSON lines that `--map` describes. It lives as long as the program.
///
/// # Errors
/// What is wrong with a map, in words.
pub fn mapped(maps: &[String], role: Role) -> Result<&'static dyn Format, String> {
    Ok(Box::leak(Box::new(json_lines::Mapped::new(maps, role)?)))
}

/// What a piece of the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One record: a HAR entry, a log line.
    Record,
    /// A neighbour that records refer to: a HAR page.
    Page,
    /// A fact about the whole input: a HAR's `creator` or `browser` object, a log's header line.
    Head,
    /// Bytes that cannot be a record; the reason is shown to the user.
    Reject(Reason),
}

/// Why bytes could not be read as a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// The input ended inside a record.
    Truncated,
    /// The record is longer than `--max-record-size`.
    TooLong,
    /// The record is not valid JSON.
    BadJson,
    /// The line does not have the format's fields.
    BadLine,
    /// The record has no URL.
    NoUrl,
    /// The structure around the records is damaged.
    BadStructure,
    /// Compressed data ended early or is damaged.
    BadCompression,
    /// The input could not be read further.
    ReadFailed,
    /// The input ended before the length that it had when it was opened.
    BecameShorter,
    /// The input unpacks to far more than its size allows.
    Bomb,
}

impl Reason {
    /// The reason in words, as `rejects.csv` shows it.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Truncated => "the input ends inside this record",
            Reason::TooLong => "longer than --max-record-size",
            Reason::BadJson => "not valid JSON",
            Reason::BadLine => "does not have the fields of the format",
            Reason::NoUrl => "has no URL",
            Reason::BadStructure => "the structure around the records is damaged",
            Reason::BadCompression => "the compressed data is damaged or cut",
            Reason::ReadFailed => "could not be read",
            Reason::BecameShorter => "the file or member ends earlier than its stated length",
            Reason::Bomb => {
                "unpacks to more than 500 times its size and was read no further; if it is no bomb, unpack it first"
            }
        }
    }
}

/// One piece that a cutter found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: Kind,
    /// Where it is in the buffer that was passed to [`Cutter::cut`].
    pub range: Range<usize>,
}

/// Finds the boundaries of records in a stream of bytes, whatever the size of the reads.
pub trait Cutter: Send {
    /// Appends the whole pieces at the start of `buf` to `out` and returns how many bytes of `buf`
    /// are done with. The rest is passed again, with more bytes behind it, in the next call; at
    /// `eof` nothing follows and every byte must be consumed. A cutter may keep a scanning state
    /// about the bytes that it did not consume, since they come again unchanged.
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize;

    /// The part of the bytes passed and not consumed that the caller may cut out, because it is the
    /// inside of a long string that goes on: the cutter takes it as gone. `None` where there is no
    /// such string.
    fn spare(&mut self) -> Option<Range<usize>> {
        None
    }

    /// Gives up the record in progress, which is longer than allowed: the cutter makes no piece of
    /// it. Returns how many of the bytes passed are done with; the rest comes again.
    fn abandon(&mut self) -> usize;

    /// What a [`Reader`] must know to understand the pieces that come next: the input's own bytes
    /// that name its columns, or whatever else stood before. Empty where records stand alone.
    fn header(&self) -> Vec<u8> {
        Vec::new()
    }

    /// The marks on the bytes that the last call was done with, which spare the reader of their pieces
    /// some work, in exchange for room for others. Only cutters of JSON leave any.
    fn marks(&mut self, room: Marks) -> Marks {
        room
    }
}

/// A page of a capture, as the recorder described it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// The capture's own name for the page, to which `Record::page_ref` refers.
    pub id: String,
    /// The recorder's title: sometimes a URL, sometimes words.
    pub title: String,
    /// When it began, microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
}

/// What a piece meant.
#[derive(Debug)]
pub enum Meaning<'a> {
    /// A request.
    Record(Box<Record<'a>>),
    /// A request of which there is a line without headers.
    Line(LogLine<'a>),
    /// A page of the capture.
    Page(PageInfo),
    /// The program that wrote the input, with its version.
    Producer(String),
    /// Well-formed, but nothing to count (a log's comment or header line, an empty line).
    Nothing,
}

impl<'a> Meaning<'a> {
    /// The record, if it is one.
    pub fn record(self) -> Option<Box<Record<'a>>> {
        match self {
            Meaning::Record(record) => Some(record),
            Meaning::Line(line) => Some(Box::new(line.into())),
            Meaning::Page(_) | Meaning::Producer(_) | Meaning::Nothing => None,
        }
    }

    /// The same meaning with texts of its own, for pieces that had to be unpacked.
    fn into_owned<'o>(self) -> Meaning<'o> {
        match self {
            Meaning::Record(record) => Meaning::Record(Box::new(record.into_owned())),
            Meaning::Line(line) => Meaning::Record(Box::new(Record::from(line).into_owned())),
            Meaning::Page(page) => Meaning::Page(page),
            Meaning::Producer(name) => Meaning::Producer(name),
            Meaning::Nothing => Meaning::Nothing,
        }
    }
}

/// A kind of input: how to recognise, cut and understand it.
pub trait Format: Sync {
    /// The name used on the command line, in tables and in the docs.
    fn name(&self) -> &'static str;
    /// One sentence for `leakledger formats`.
    fn title(&self) -> &'static str;
    /// What inputs of this format show, unless `--role` says otherwise.
    fn role(&self) -> Role;
    /// What an input shows that begins with these bytes (up to 64 KiB, perhaps cut anywhere): some
    /// formats are written by servers and by proxies.
    fn role_of(&self, _head: &[u8]) -> Role {
        self.role()
    }
    /// The number of an input's first record: 0 for entries of a list, 1 for lines.
    fn first_number(&self) -> u64 {
        1
    }
    /// A made-up line or document that this format must claim and that no other format may.
    fn sample(&self) -> &'static str;
    /// Whether the first bytes of an input (up to 64 KiB, perhaps cut anywhere) are of this format.
    fn sniff(&self, head: &[u8]) -> bool;
    /// A cutter for one input.
    fn cutter(&self) -> Box<dyn Cutter>;
    /// The meaning of one piece that stands alone. `Kind::Reject` pieces are never passed.
    ///
    /// # Errors
    /// The reason why the piece cannot be a record.
    fn parse<'b>(&self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason>;
    /// The same with the marks that the cutter left on the bytes that it cut.
    ///
    /// # Errors
    /// As [`Format::parse`].
    fn parse_marked<'b>(&self, piece: &Piece, bytes: &'b [u8], _marks: &Marks) -> Result<Meaning<'b>, Reason> {
        self.parse(piece.kind, &bytes[piece.range.clone()])
    }
    /// A reader for pieces that follow `header`, which the cutter gave. Only formats whose records
    /// depend on what stood before them have a reader of their own.
    fn reader<'f>(&'f self, _header: &[u8]) -> Box<dyn Reader + 'f> {
        Box::new(OneByOne(self))
    }
}

/// Understands pieces in the order in which they stand in the input.
pub trait Reader {
    /// The meaning of the next piece. `Kind::Reject` pieces are never passed.
    ///
    /// # Errors
    /// The reason why the piece cannot be a record.
    fn read<'b>(&mut self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason>;
    /// The same with the marks that the cutter left on the bytes that it cut.
    ///
    /// # Errors
    /// As [`Reader::read`].
    fn read_marked<'b>(&mut self, piece: &Piece, bytes: &'b [u8], _marks: &Marks) -> Result<Meaning<'b>, Reason> {
        self.read(piece.kind, &bytes[piece.range.clone()])
    }
}

/// Reads pieces that stand alone.
struct OneByOne<'f, F: ?Sized>(&'f F);

impl<F: Format + ?Sized> Reader for OneByOne<'_, F> {
    fn read<'b>(&mut self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        self.0.parse(kind, piece)
    }

    fn read_marked<'b>(&mut self, piece: &Piece, bytes: &'b [u8], marks: &Marks) -> Result<Meaning<'b>, Reason> {
        self.0.parse_marked(piece, bytes, marks)
    }
}

#[cfg(test)]
mod tests;
