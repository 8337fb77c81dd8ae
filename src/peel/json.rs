//! A tolerant walk over JSON text. It needs no tree, takes strings as slices wherever they hold no
//! escape, survives damage (what came before it counts, and after it the walk goes on) and keeps
//! its own stack, so that nesting costs no call depth.

use super::chain::StepKind;
use super::classes::classify;
use super::decode;
use super::pair;
use super::value::{Level, Walk};
use memchr::memchr2;
use std::ops::Range;

/// Whether a text begins like JSON that holds values.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let rest = rest.trim_ascii_start();
    match (first, rest.first()) {
        (b'{', Some(b'"' | b'}')) => true,
        (b'[', Some(b'{' | b'[' | b'"' | b']' | b'-' | b'0'..=b'9')) => true,
        (b'[', Some(b't' | b'f' | b'n')) => [&b"true"[..], b"false", b"null"].iter().any(|word| rest.starts_with(word)),
        (b'"', Some(_)) => rest.len() > 1 && string(rest, 0).next == rest.trim_ascii_end().len(),
        _ => false,
    }
}

/// A string in a JSON text.
pub(super) struct Quoted<'t> {
    /// Between the quotes.
    pub(super) text: &'t [u8],
    pub(super) has_escapes: bool,
    /// Behind the closing quote.
    pub(super) next: usize,
}

/// Reads a string from behind its opening quote; one that is cut off ends with the text.
pub(super) fn string(text: &[u8], start: usize) -> Quoted<'_> {
    let mut has_escapes = false;
    let mut index = start;
    while let Some(found) = text.get(index..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        index += found;
        if text[index] == b'"' {
            return Quoted { text: &text[start..index], has_escapes, next: index + 1 };
        }
        has_escapes = true;
        index += 2;
    }
    Quoted { text: &text[start..], has_escapes, next: text.len() }
}

/// Undoes the escapes of a string; lone surrogates become replacement characters.
pub(super) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.reserve(text.len());
    let mut rest = text;
    while let Some(slash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..slash]);
        rest = &rest[slash + 1..];
        let Some((&escape, behind)) = rest.split_first() else {
            return;
        };
        rest = behind;
        match escape {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'x' if decode::hex_pair(rest).is_some() => {
                let character = char::from(decode::hex_pair(rest).unwrap_or_default());
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[2..];
            }
            b'u' => {
                let (character, length) = unicode_escape(rest);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
            other => out.push(other),
        }
    }
    out.extend_from_slice(rest);
}

/// The character behind `\u` and how many bytes tell it.
fn unicode_escape(rest: &[u8]) -> (char, usize) {
    let Some(first) = decode::hex_four(rest) else {
        return ('u', 0);
    };
    if let Some(character) = char::from_u32(first) {
        return (character, 4);
    }
    rest[4..]
        .strip_prefix(b"\\u")
        .and_then(decode::hex_four)
        .and_then(|second| decode::join_surrogates(first, second))
        .map_or((char::REPLACEMENT_CHARACTER, 4), |character| (character, 10))
}

/// An object or a list that the walk is in.
#[derive(Debug)]
pub(super) struct Frame {
    /// Lengths of the key path and of the JSON pointer in front of this container's members.
    keys: usize,
    pointer: usize,
    /// The sibling group of its members.
    container: u32,
    position: Position,
    /// What the object calls the value in it, where it spells a pair out: a range of the text.
    pair: Option<Range<usize>>,
}

#[derive(Debug)]
enum Position {
    /// In an object, where a name comes next.
    Name,
    /// In an object, behind a name.
    Member,
    /// In a list, before the element of this number.
    Element(usize),
}

/// The state of one walk.
struct Frames<'t> {
    text: &'t [u8],
    open: Vec<Frame>,
    /// Containers that are open below the deepest one that is looked into.
    skipped: usize,
}

impl Walk<'_> {
    /// Visits the values of a JSON text and of those that follow it.
    pub(super) fn documents(&mut self, text: &[u8], at: &Level<'_>) {
        // The record separator stands between the messages of some protocols.
        let separator = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1e);
        let mut rest = text.trim_ascii_start();
        let mut number = 1;
        loop {
            let end = match number {
                1 => self.json_step(rest, at),
                _ => {
                    self.peeler.steps.push_numbered(StepKind::Line, number);
                    let end = self.json_step(rest, at);
                    self.peeler.steps.pop();
                    end
                }
            };
            let next = rest[end..].iter().position(|byte| !separator(byte));
            rest = next.map_or(&[], |next| &rest[end + next..]);
            // Each text costs a node, so that a million empty ones end somewhere too.
            if end == 0 || !looks_like(rest) || !self.peeler.budget.take_node() {
                return;
            }
            number += 1;
        }
    }

    fn json_step(&mut self, text: &[u8], at: &Level<'_>) -> usize {
        self.peeler.steps.push(StepKind::Json, b"");
        let end = self.document(text, at);
        self.peeler.steps.pop();
        end
    }

    /// Visits the values of one JSON text and returns where it ends.
    fn document(&mut self, text: &[u8], at: &Level<'_>) -> usize {
        let mut frames = Frames { text, open: Vec::new(), skipped: 0 };
        let mut index = 0;
        while let Some(&byte) = text.get(index) {
            index += 1;
            match byte {
                b'{' | b'[' => self.open_container(&mut frames, byte, index),
                b'}' | b']' => self.close_container(&mut frames),
                b'"' => {
                    let quoted = string(text, index);
                    index = quoted.next;
                    self.quoted(&mut frames, &quoted, at);
                }
                b',' => self.separate(&mut frames),
                b':' | b' ' | b'\t' | b'\n' | b'\r' => continue,
                _ => {
                    let end = literal_end(text, index);
                    self.literal(&mut frames, &text[index - 1..end], at);
                    index = end;
                }
            }
            if frames.open.is_empty() || self.is_spent() {
                break;
            }
        }
        if let Some(outermost) = frames.open.first() {
            self.peeler.keys.truncate(outermost.keys);
        }
        frames.open.clear();
        self.peeler.frames.push(frames.open);
        index
    }

    /// Opens an object or a list whose members begin at this place of the text.
    fn open_container(&mut self, frames: &mut Frames<'_>, bracket: u8, members: usize) {
        if frames.skipped > 0 || frames.open.len() >= self.peeler.budget.limits().json_depth {
            frames.skipped += 1;
            self.peeler.budget.cap();
            return;
        }
        self.begin_value(frames);
        let frame = Frame {
            keys: self.peeler.keys.len(),
            pointer: self.peeler.steps.name_end(),
            container: self.container(),
            position: match bracket {
                b'{' => Position::Name,
                _ => Position::Element(0),
            },
            pair: if bracket == b'{' { pair::name_of_value(frames.text, members) } else { None },
        };
        frames.open.push(frame);
    }

    fn close_container(&mut self, frames: &mut Frames<'_>) {
        if frames.skipped > 0 {
            frames.skipped -= 1;
            return;
        }
        if let Some(closed) = frames.open.pop() {
            self.peeler.keys.truncate(closed.keys);
            self.peeler.steps.cut_name(closed.pointer);
        }
        self.end_value(frames);
    }

    /// Behind a comma the next member begins, whatever came before it.
    fn separate(&mut self, frames: &mut Frames<'_>) {
        if frames.skipped == 0
            && let Some(Frame { position: position @ Position::Member, .. }) = frames.open.last_mut()
        {
            *position = Position::Name;
        }
    }

    /// Extends the paths by a list's next position; a member's name is in them already.
    fn begin_value(&mut self, frames: &mut Frames<'_>) {
        if let Some(Frame { position: Position::Element(number), .. }) = frames.open.last() {
            self.peeler.keys.push(b"*");
            self.peeler.steps.push_index(*number);
        }
    }

    /// Takes the paths back to the innermost open container.
    fn end_value(&mut self, frames: &mut Frames<'_>) {
        if let Some(frame) = frames.open.last_mut() {
            self.peeler.keys.truncate(frame.keys);
            self.peeler.steps.cut_name(frame.pointer);
            match &mut frame.position {
                Position::Element(number) => *number += 1,
                position => *position = Position::Name,
            }
        }
    }

    fn quoted(&mut self, frames: &mut Frames<'_>, quoted: &Quoted<'_>, at: &Level<'_>) {
        if frames.skipped > 0 {
            return;
        }
        if !quoted.has_escapes {
            return self.text(frames, quoted.text, at);
        }
        let mut buffer = self.peeler.buffers.take();
        unescape(quoted.text, &mut buffer);
        self.text(frames, &buffer, at);
        self.peeler.buffers.give(buffer);
    }

    /// A string is a name or a value, depending on where it stands.
    fn text(&mut self, frames: &mut Frames<'_>, text: &[u8], at: &Level<'_>) {
        let Some(frame) = frames.open.last_mut() else {
            return self.value(text, classify(text), at);
        };
        let at = Level { container: frame.container, ..*at };
        if matches!(frame.position, Position::Name) {
            self.peeler.keys.truncate(frame.keys);
            self.peeler.steps.cut_name(frame.pointer);
            frame.position = Position::Member;
            let name = frame.pair.as_ref().filter(|_| pair::is_value(text)).map(|name| &frames.text[name.clone()]);
            return self.member_name(text, name, &at);
        }
        self.begin_value(frames);
        if !text.is_empty() {
            self.value(text, classify(text), &at);
        }
        self.end_value(frames);
    }

    /// A member's name; `pair` is what its object calls the value, if it does.
    fn member_name(&mut self, name: &[u8], pair: Option<&[u8]>, at: &Level<'_>) {
        self.peeler.steps.push_member(name);
        let classes = classify(name);
        if super::query::is_key_data(name, classes) {
            self.peeler.steps.push(StepKind::Name, b"");
            self.value(name, classes, at);
            self.peeler.steps.pop();
        }
        self.peeler.keys.push_name(pair.unwrap_or(name));
    }

    /// A number, a truth value or something that is no JSON. `null` says nothing.
    fn literal(&mut self, frames: &mut Frames<'_>, token: &[u8], at: &Level<'_>) {
        if frames.skipped > 0 {
            return;
        }
        self.begin_value(frames);
        if token != b"null" {
            let container = frames.open.last().map_or(at.container, |frame| frame.container);
            self.visit(token, &Level { container, ..*at }, true);
        }
        self.end_value(frames);
    }
}

pub(super) fn literal_end(text: &[u8], start: usize) -> usize {
    let stop = |&byte: &u8| byte.is_ascii_whitespace() || b",:[]{}\"".contains(&byte);
    text[start..].iter().position(stop).map_or(text.len(), |length| start + length)
}
