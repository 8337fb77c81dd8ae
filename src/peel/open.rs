//! What a value holds: one decision per value. The byte classes rule out most decoders, cheap
//! looks rule out the next, and only then something is decoded. Structure wins over encoding, so a
//! query string whose values are percent-encoded is split before they are decoded.

use super::chain::StepKind;
use super::classes::{Classes, classify};
use super::decode::{self, Percent, Plus};
use super::url::{self, UrlParts};
use super::value::Walk;
use super::{binary, codes, inflate, json, query};
use binary::Binary;
use memchr::{memchr, memmem};
use std::ops::Range;

/// What was found inside a value.
pub(super) enum Inner<'v> {
    /// Nothing: the value is a leaf.
    Nothing,
    /// A JSON text, possibly with more of them behind it.
    Json,
    /// A batch with one JSON text or query string per line.
    Lines,
    /// Length-prefixed frames, by their places.
    Frames(Vec<Range<usize>>),
    /// The texts of a protocol buffer, by field numbers and places.
    Fields(Vec<(String, Range<usize>)>),
    /// A URL.
    Url(UrlParts<'v>),
    /// A query string.
    Query(&'v [u8]),
    /// A `k=v;k=v` list with its separator.
    List(u8),
    /// A value that had to be decoded, with its classes.
    Decoded(StepKind, Vec<u8>, Classes),
}

/// How base64 of a JSON object begins.
const TOKEN: &[u8] = b"eyJ";

/// Shorter values hold nothing.
const SHORTEST: usize = 3;

/// Shorter values are not believed to be compressed without a header.
const SHORTEST_DEFLATED: usize = 16;

impl Walk<'_> {
    /// Whether a value's classes alone show that nothing is inside it, as for most values.
    pub(super) fn is_plain(value: &[u8], classes: Classes) -> bool {
        // Base32 may be in lower case too, and then holds digits.
        let coded = classes.has(Classes::CAPITAL)
            || (classes.has(Classes::HIGH) && !classes.has(Classes::SPACE))
            || (classes.has(Classes::DIGIT) && classes.only(Classes::SMALL_TOKEN));
        classes.only(Classes::PLAIN) && (value.len() < decode::SHORTEST_CODE || !coded)
    }

    /// Decides what a value holds, unless the chain is already as long as it may become.
    pub(super) fn open<'v>(&mut self, value: &'v [u8], classes: Classes) -> Inner<'v> {
        if value.len() < SHORTEST {
            return Inner::Nothing;
        }
        let inner = match classes.only(Classes::PLAIN) {
            true => self.open_whole_token(value, classes),
            false => self.open_any(value, classes),
        };
        if self.peeler.steps.len() < self.peeler.budget.limits().steps {
            return inner;
        }
        match inner {
            Inner::Nothing => {}
            Inner::Decoded(_, buffer, _) => {
                self.peeler.buffers.give(buffer);
                self.peeler.budget.cap();
            }
            _ => self.peeler.budget.cap(),
        }
        Inner::Nothing
    }

    fn open_any<'v>(&mut self, value: &'v [u8], classes: Classes) -> Inner<'v> {
        if classes.has(Classes::CONTROL | Classes::HIGH)
            && let Some(kind) = inflate::kind(value)
        {
            return self.inflated(kind, value);
        }
        if classes.has(Classes::CONTROL)
            && let inner @ (Inner::Decoded(..) | Inner::Frames(_) | Inner::Fields(_)) = self.open_binary(value)
        {
            return inner;
        }
        if let Some(structure) = structure(value, classes) {
            return structure;
        }
        let escaped = classes.has(Classes::AMPERSAND) && classes.has(Classes::SEPARATOR);
        if escaped && (memmem::find(value, b"&quot;").is_some() || has_number_entity(value)) {
            return self.decoded(StepKind::Entities, |out| decode::entities(value, out));
        }
        if value.starts_with(TOKEN)
            && let inner @ Inner::Decoded(..) = self.open_token(value, classes)
        {
            return inner;
        }
        if classes.has(Classes::EQUALS)
            && !classes.has(Classes::AMPERSAND)
            && let inner @ Inner::Decoded(..) =
                self.decoded(StepKind::QuotedPrintable, |out| codes::quoted_printable(value, out))
        {
            return inner;
        }
        if classes.has(Classes::BACKSLASH) && codes::is_escaped(value) {
            return self.decoded(StepKind::Escapes, |out| {
                json::unescape(value, out);
                true
            });
        }
        if classes.has(Classes::EQUALS) && !classes.has(Classes::CONTROL) {
            let text = match value {
                [b'?' | b'&' | b'#', rest @ ..] => rest,
                _ => value,
            };
            if query::looks_like(text) {
                return match memchr(b'&', text) {
                    None => query::list_separator(text).map_or(Inner::Query(text), Inner::List),
                    Some(_) => Inner::Query(text),
                };
            }
        }
        if classes.has(Classes::PERCENT)
            && let inner @ Inner::Decoded(..) = self.unescaped(value)
        {
            return inner;
        }
        if escaped {
            return self.decoded(StepKind::Entities, |out| decode::entities(value, out));
        }
        self.open_token(value, classes)
    }

    /// Looks into a value that is nothing but a token, unless that was in vain before.
    fn open_whole_token<'v>(&mut self, value: &'v [u8], classes: Classes) -> Inner<'v> {
        let memo = self.peeler.barren.key(&[], value);
        if self.peeler.barren.get(memo).is_some() {
            return Inner::Nothing;
        }
        let is_free = self.peeler.budget.bytes_left() >= self.peeler.budget.limits().bytes;
        let inner = self.open_token(value, classes);
        // With less to spend, something could have been missed.
        if is_free && matches!(inner, Inner::Nothing) {
            self.peeler.barren.put(memo, ());
        }
        inner
    }

    /// Looks into a value that is one token: a JSON Web Token, base64 or hex.
    fn open_token<'v>(&mut self, value: &'v [u8], classes: Classes) -> Inner<'v> {
        if value.starts_with(TOKEN) && classes.has(Classes::DOT | Classes::DASH) {
            let jwt = self.decoded(StepKind::Jwt, |out| jwt_payload(value, out));
            return match jwt {
                Inner::Nothing => self.decoded(StepKind::Base64Url, |out| signed_payload(value, out)),
                jwt => jwt,
            };
        }
        if classes.only(Classes::HEX)
            && let inner @ Inner::Decoded(..) = self.decoded(StepKind::Hex, |out| decode::hex_text(value, classes, out))
        {
            return inner;
        }
        if let Some(body) = decode::base64_candidate(value, classes)
            && let inner @ Inner::Decoded(..) = self.open_base64(body, classes)
        {
            return inner;
        }
        self.open_code(value, classes)
    }

    /// Decodes base64 of text, of something compressed, or of bytes that hold text.
    fn open_base64<'v>(&mut self, body: &[u8], classes: Classes) -> Inner<'v> {
        let kind = match classes.has(Classes::DASH) {
            true => StepKind::Base64Url,
            false => StepKind::Base64,
        };
        let mut sample = decode::sample_room();
        let length = decode::base64_sample(body, &mut sample);
        let is_promising = decode::is_text(&sample[..length]) || inflate::kind(&sample[..length]).is_some();
        let limit = self.peeler.budget.bytes_left();
        let mut scratch = self.peeler.buffers.take();
        let inner = self.decoded(kind, |out| {
            decode::base64(body, out)
                && (is_promising && (inflate::kind(out).is_some() || decode::is_text(out))
                    || codes::holds_text(out)
                    || (out.len() >= SHORTEST_DEFLATED && is_readable(out, limit, &mut scratch)))
        });
        self.peeler.buffers.give(scratch);
        inner
    }

    /// Decodes one of the rarer codes.
    fn open_code<'v>(&mut self, value: &[u8], classes: Classes) -> Inner<'v> {
        let mut buffer = self.peeler.buffers.take();
        if let Some(kind) = codes::token(value, classes, &mut buffer)
            && self.peeler.budget.take_bytes(buffer.len())
        {
            let classes = classify(&buffer);
            return Inner::Decoded(kind, buffer, classes);
        }
        self.peeler.buffers.give(buffer);
        Inner::Nothing
    }

    /// Looks into bytes that are no text.
    fn open_binary<'v>(&mut self, value: &[u8]) -> Inner<'v> {
        if value.len() < SHORTEST_DEFLATED || super::decode::is_text(value) {
            return Inner::Nothing;
        }
        let mut buffer = self.peeler.buffers.take();
        let limit = self.peeler.budget.bytes_left();
        let inner = match binary::read(value, limit, &mut buffer) {
            Binary::Unknown => Inner::Nothing,
            Binary::Frames(frames) => Inner::Frames(frames),
            Binary::Fields(fields) => Inner::Fields(fields),
            Binary::Unpacked(kind) if self.peeler.budget.take_bytes(buffer.len()) => {
                let classes = classify(&buffer);
                return Inner::Decoded(kind, buffer, classes);
            }
            Binary::Unpacked(_) => Inner::Nothing,
        };
        self.peeler.buffers.give(buffer);
        inner
    }

    /// Undoes one more layer of percent-encoding.
    fn unescaped<'v>(&mut self, value: &[u8]) -> Inner<'v> {
        let mut buffer = self.peeler.buffers.take();
        match decode::percent(value, Plus::Keep, &mut buffer) {
            Percent::Decoded(classes) if self.peeler.budget.take_bytes(buffer.len()) => {
                Inner::Decoded(StepKind::Percent, buffer, classes)
            }
            _ => {
                self.peeler.buffers.give(buffer);
                Inner::Nothing
            }
        }
    }

    pub(super) fn inflated<'v>(&mut self, kind: StepKind, value: &[u8]) -> Inner<'v> {
        let limit = self.peeler.budget.bytes_left();
        self.decoded(kind, |out| inflate::inflate(kind, value, limit, out))
    }

    /// Runs a decoder into a fresh buffer and pays for what came out.
    fn decoded<'v>(&mut self, kind: StepKind, decode: impl FnOnce(&mut Vec<u8>) -> bool) -> Inner<'v> {
        let mut buffer = self.peeler.buffers.take();
        if decode(&mut buffer) && self.peeler.budget.take_bytes(buffer.len()) {
            let classes = classify(&buffer);
            return Inner::Decoded(kind, buffer, classes);
        }
        self.peeler.buffers.give(buffer);
        Inner::Nothing
    }
}

/// Whether bytes are frames, a protocol buffer or compressed text.
fn is_readable(bytes: &[u8], limit: usize, scratch: &mut Vec<u8>) -> bool {
    !matches!(binary::read(bytes, limit, scratch), Binary::Unknown)
}

/// JSON, batches and URLs: what is readable without decoding anything.
fn structure(value: &[u8], classes: Classes) -> Option<Inner<'_>> {
    if classes.has(Classes::NEWLINE) && is_batch(value) {
        return Some(Inner::Lines);
    }
    if classes.has(Classes::JSON) && json::looks_like(value) {
        return Some(Inner::Json);
    }
    url::nested(value, classes).filter(|parts| !parts.is_bare()).map(Inner::Url)
}

/// Whether a text has one JSON text or query string per line.
fn is_batch(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    if json::looks_like(first) {
        // A text that is spread over lines does not end in the first one, or goes on in the next.
        return matches!(first.last(), Some(b'}' | b']')) && !matches!(second[0], b',' | b'}' | b']' | b'"' | b':');
    }
    query::looks_like(first) && query::looks_like(second)
}

fn has_number_entity(value: &[u8]) -> bool {
    memmem::find(value, b"&#").is_some()
}

/// The payload of a token of three base64url parts whose header names an algorithm.
fn jwt_payload(token: &[u8], out: &mut Vec<u8>) -> bool {
    let mut parts = token.split(|&byte| byte == b'.');
    let (Some(header), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    decode::base64(header, out)
        && memmem::find(out, b"\"alg\"").is_some()
        && decode::base64(payload, out)
        && json::looks_like(out)
}

/// The JSON in front of a signature, as in signed cookies: `payload.time.signature` or
/// `payload--signature`.
fn signed_payload(token: &[u8], out: &mut Vec<u8>) -> bool {
    let end = memmem::find(token, b"--").or_else(|| memchr(b'.', token));
    let payload = &token[..end.unwrap_or(token.len())];
    let padding = payload.iter().rev().take_while(|&&byte| byte == b'=').count();
    let payload = &payload[..payload.len() - padding];
    payload.len() > TOKEN.len() + 4 && decode::base64(payload, out) && json::looks_like(out)
}
