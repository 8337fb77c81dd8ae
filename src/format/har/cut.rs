//! Cuts a HAR into its entries, its pages and the descriptions of its creator and browser. Around
//! these pieces it walks the structure key by key and consumes every byte at once; inside a piece it
//! only counts brackets.

mod damage;

use super::marks::Marks;
use super::resync::Resync;
use super::scan::{Scan, Scanned, is_scalar};
use super::word::Word;
use crate::format::{Cutter, Kind, Piece};
use std::ops::Range;

/// A container that the cutter is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// An outermost object: a HAR, or a log without its wrapping.
    Document,
    /// The value of `log`.
    Log,
    /// The list `entries` or `pages` of a log.
    List(Kind),
    /// Any other object that may hold a log.
    Object,
    /// Any other array that may hold a log.
    Array,
}

/// A log that is wrapped deeper than this is not looked for.
const DEEPEST_LOG: usize = 8;

/// The container or string that the cutter stands in.
#[derive(Debug, Default)]
enum State {
    /// Between the pieces.
    #[default]
    Around,
    /// In a string between the pieces.
    Text { escaped: bool },
    /// In a value that is a piece or, without a kind, is skipped.
    Value(Value),
    /// Behind damage, on the way to the next entry.
    Lost(Resync),
}

#[derive(Debug)]
struct Value {
    kind: Option<Kind>,
    /// The opening bracket.
    start: usize,
    scan: Scan,
    /// Bytes since the opening bracket that have been searched for the start of another entry, and
    /// the length at which the next such search is due.
    searched: usize,
    search_at: usize,
    search: Resync,
}

/// An entry of this length may be one whose end was lost; then the next entry is inside of it.
const SUSPICIOUS_LENGTH: usize = 4 << 20;

/// The cutter for one input.
#[derive(Debug, Default)]
pub(super) struct HarCutter {
    state: State,
    levels: Vec<Level>,
    /// How far the buffer has been scanned.
    at: usize,
    /// The marks of the values in the buffer.
    marks: Marks,
    /// Those of the bytes that were done with last, until they are asked for; then room for others.
    done: Marks,
    /// The string before the current byte, and the key of the value that comes.
    text: Word,
    key: Word,
    is_damaged: bool,
    has_document: bool,
    has_log: bool,
    /// How far any damaged piece was scanned, and how often its bytes were tried again.
    farthest: usize,
    retries: usize,
}

impl Cutter for HarCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        loop {
            while self.at < buf.len() {
                match &mut self.state {
                    State::Around => self.walk(buf, out),
                    State::Text { .. } => self.read_text(buf),
                    State::Value(_) => self.read_value(buf, out),
                    State::Lost(_) => self.find_entry(buf),
                }
            }
            if !eof || self.finish(buf, out) {
                break;
            }
        }
        let done = if eof { buf.len() } else { self.keep_from() };
        self.shift(done);
        done
    }

    fn spare(&mut self) -> Option<Range<usize>> {
        let State::Value(value) = &mut self.state else {
            return None;
        };
        let (start, is_escaped) = value.scan.string()?;
        // A backslash stays, and comes again, with the byte that it escapes.
        let end = self.at - usize::from(is_escaped);
        if end <= start || value.kind.is_none() {
            return None;
        }
        self.at = start;
        value.scan.rewind();
        value.searched = value.searched.min(start - value.start);
        value.search = Resync::default();
        self.farthest = self.farthest.min(start);
        Some(start..end)
    }

    fn marks(&mut self, room: Marks) -> Marks {
        std::mem::replace(&mut self.done, room)
    }

    fn abandon(&mut self) -> usize {
        if let State::Value(value) = &mut self.state {
            value.kind = None;
        }
        let done = self.keep_from();
        self.shift(done);
        done
    }
}

impl HarCutter {
    /// Whether the structure is that of a HAR so far: a log, and no damage.
    pub(super) fn has_sound_log(&self) -> bool {
        self.has_log && !self.is_damaged
    }

    /// Walks over the structure around the pieces until something else begins.
    fn walk(&mut self, buf: &[u8], out: &mut Vec<Piece>) {
        while let Some(byte) = buf.get(self.at) {
            let pos = self.at;
            self.at += 1;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                b'{' => self.open_object(pos),
                b'[' => self.open_array(pos),
                _ if self.levels.is_empty() => {
                    // Around the outermost value stand a byte order mark and a callback's name. What
                    // looks like more of a value that has already ended is a value ended too early.
                    if self.has_document && !self.is_damaged && matches!(byte, b',' | b':' | b'}' | b']') {
                        return self.report_damage(pos, out);
                    }
                }
                b'"' => {
                    self.text = Word::default();
                    self.state = State::Text { escaped: false };
                }
                b':' => self.key = self.text,
                b',' => self.key = Word::default(),
                b'}' | b']' if self.closes(*byte) => {
                    self.levels.pop();
                    self.key = Word::default();
                }
                _ if is_scalar(*byte) => {}
                _ => return self.report_damage(pos, out),
            }
            if !matches!(self.state, State::Around) {
                return;
            }
        }
    }

    fn closes(&self, bracket: u8) -> bool {
        match self.levels.last() {
            Some(Level::List(_) | Level::Array) => bracket == b']',
            Some(Level::Document | Level::Log | Level::Object) => bracket == b'}',
            None => false,
        }
    }

    fn open_object(&mut self, pos: usize) {
        self.has_document = true;
        let key = std::mem::take(&mut self.key);
        match (self.levels.last(), key.bytes()) {
            (None, _) => self.levels.push(Level::Document),
            (Some(Level::List(kind)), _) => self.enter(Some(*kind), b'{', pos),
            (Some(Level::Log | Level::Document), b"creator" | b"browser") => {
                self.enter(Some(Kind::Head), b'{', pos);
            }
            (Some(Level::Log), _) => self.enter(None, b'{', pos),
            (Some(_), b"log") => {
                self.has_log = true;
                self.levels.push(Level::Log);
            }
            (Some(Level::Array), _) if self.levels.len() == 1 => self.levels.push(Level::Document),
            (Some(_), _) if self.levels.len() < DEEPEST_LOG => self.levels.push(Level::Object),
            (Some(_), _) => self.enter(None, b'{', pos),
        }
    }

    fn open_array(&mut self, pos: usize) {
        self.has_document = true;
        let key = std::mem::take(&mut self.key);
        match (self.levels.last(), key.bytes()) {
            (Some(Level::Log | Level::Document), b"entries") => {
                self.levels.push(Level::List(Kind::Record));
            }
            (Some(Level::Log | Level::Document), b"pages") => {
                self.levels.push(Level::List(Kind::Page));
            }
            (Some(Level::Log | Level::List(_)), _) => self.enter(None, b'[', pos),
            _ if self.levels.len() < DEEPEST_LOG => self.levels.push(Level::Array),
            _ => self.enter(None, b'[', pos),
        }
    }

    fn enter(&mut self, kind: Option<Kind>, bracket: u8, start: usize) {
        self.at = start + 1;
        self.state = State::Value(Value {
            kind,
            start,
            scan: Scan::new(bracket),
            searched: 1,
            search_at: SUSPICIOUS_LENGTH,
            search: Resync::default(),
        });
    }

    fn read_text(&mut self, buf: &[u8]) {
        let State::Text { escaped } = &mut self.state else {
            return;
        };
        while let Some(byte) = buf.get(self.at) {
            self.at += 1;
            match byte {
                b'"' if !*escaped => {
                    self.state = State::Around;
                    return;
                }
                _ => {
                    *escaped = *byte == b'\\' && !*escaped;
                    self.text.push(*byte);
                }
            }
        }
    }

    fn read_value(&mut self, buf: &[u8], out: &mut Vec<Piece>) {
        let State::Value(value) = &mut self.state else {
            return;
        };
        let limit = match value.kind {
            Some(_) => buf.len().min(value.start + value.search_at),
            None => buf.len(),
        };
        match value.scan.run(&buf[..limit], &mut self.at, &mut self.marks) {
            Scanned::End(end) => {
                if let Some(kind) = value.kind {
                    let range = value.start..end;
                    if !value.scan.is_marked() {
                        self.marks.fill(buf, range.clone());
                    }
                    out.push(Piece { kind, range });
                }
                self.state = State::Around;
            }
            Scanned::Bad(pos) if value.kind.is_some() => self.reject(buf, pos + 1, out),
            Scanned::Bad(pos) => self.report_damage(pos, out),
            Scanned::More if self.at == value.start + value.search_at => {
                let mut from = value.start + value.searched;
                let found = value.search.run(buf, &mut from, self.at);
                value.searched = from - value.start;
                value.search_at *= 2;
                if let Some(next) = found {
                    self.reject_up_to(next, out);
                }
            }
            Scanned::More => {}
        }
    }

    /// The first byte that is needed again.
    fn keep_from(&self) -> usize {
        match &self.state {
            State::Value(value) if value.kind.is_some() => value.start,
            State::Lost(search) => search.pending().unwrap_or(self.at),
            _ => self.at,
        }
    }

    /// Tells all positions that `bytes` were removed from the front of the buffer.
    fn shift(&mut self, bytes: usize) {
        if bytes == 0 {
            return;
        }
        std::mem::swap(&mut self.done, &mut self.marks);
        self.marks.clear();
        self.at = self.at.saturating_sub(bytes);
        self.farthest = self.farthest.saturating_sub(bytes);
        match &mut self.state {
            State::Value(value) => {
                value.start = value.start.saturating_sub(bytes);
                value.scan.shift(bytes);
                value.search.shift(bytes);
            }
            State::Lost(search) => search.shift(bytes),
            State::Around | State::Text { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
