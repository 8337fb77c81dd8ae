//! Bodies: what the media type and the first bytes say about their shape. The whole of a body that
//! has a shape is no node, since its values are; what has none is peeled like any other value.

use super::chain::StepKind;
use super::classes::{Classes, classify};
use super::open::Inner;
use super::value::{Level, Walk};
use super::{Place, inflate, json, multipart, query};
use crate::record::{Body, Pair};
use memchr::memmem;

/// What is said about a body outside of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Declared<'b> {
    /// The media type with its parameters.
    pub(super) mime: &'b [u8],
    /// The Content-Encoding header.
    pub(super) encoding: &'b [u8],
}

impl Walk<'_> {
    /// Visits the values of a request body.
    pub(super) fn body(&mut self, body: &Body<'_>, encoding: &[u8]) {
        let at = self.level(Place::Body);
        self.peeler.steps.push(StepKind::Body, b"");
        if body.bytes.is_empty() {
            self.fields(&body.fields, &at);
        } else {
            let declared = Declared { mime: &body.mime, encoding };
            self.content(&inflate::undo_latin1(&body.bytes), declared, &at);
        }
        self.peeler.steps.pop();
    }

    /// Fields that the recorder has already decoded.
    fn fields(&mut self, fields: &[Pair<'_>], at: &Level<'_>) {
        let at = Level { place: Place::Form, ..*at };
        for field in fields {
            if self.is_spent() {
                return;
            }
            self.outer(&field.name, &field.value, true, &at, |walk| {
                let mark = walk.peeler.keys.len();
                walk.enter(StepKind::Form, &field.name, classify(&field.name), &at);
                walk.value(&field.value, classify(&field.value), &at);
                walk.leave(mark);
            });
        }
    }

    /// Visits the values of bytes that may have any of the shapes of a body.
    pub(super) fn content(&mut self, bytes: &[u8], declared: Declared<'_>, at: &Level<'_>) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Some(kind) = compression(bytes, declared) {
            return self.compressed(kind, bytes, declared, at);
        }
        if let Some(boundary) = multipart::boundary(bytes, declared.mime) {
            return self.multipart(bytes, boundary, at);
        }
        let bytes = without_frame(bytes);
        let classes = classify(bytes);
        if is_form(bytes, classes, declared.mime) {
            let place = direct(at, Place::Form);
            return self.pairs(bytes, b'&', StepKind::Form, &Level { place, ..*at });
        }
        match self.open(bytes, classes) {
            inner @ Inner::Json => {
                let place = direct(at, Place::Json);
                self.descend(bytes, inner, &Level { place, ..*at });
            }
            Inner::Query(text) => {
                let place = direct(at, Place::Form);
                self.pairs(text, b'&', StepKind::Form, &Level { place, ..*at });
            }
            inner @ Inner::Lines => self.descend(bytes, inner, at),
            inner => {
                self.visit(bytes, at, matches!(inner, Inner::Nothing));
                self.descend(bytes, inner, at);
            }
        }
    }

    /// Inflates a body and goes on with what it held, which may have any shape again.
    fn compressed(&mut self, kind: StepKind, bytes: &[u8], declared: Declared<'_>, at: &Level<'_>) {
        let at = Level { encoded: true, ..*at };
        if self.peeler.steps.len() >= self.peeler.budget.limits().steps {
            return self.peeler.budget.cap();
        }
        match self.inflated(kind, bytes) {
            Inner::Decoded(kind, buffer, _) => {
                let declared = Declared { encoding: b"", ..declared };
                self.peeler.steps.push(kind, b"");
                self.content(&buffer, declared, &at);
                self.peeler.steps.pop();
                self.peeler.buffers.give(buffer);
            }
            _ => self.visit(bytes, &at, true),
        }
    }
}

/// The place of values found in a body's own shape; inside a message it stays the message's.
fn direct(at: &Level<'_>, place: Place) -> Place {
    match at.place {
        Place::Body => place,
        other => other,
    }
}

fn compression(bytes: &[u8], declared: Declared<'_>) -> Option<StepKind> {
    inflate::kind(bytes).or_else(|| {
        // Recorders often store the text and keep the header, so the bytes must not be text.
        let kind = match declared.encoding {
            encoding if encoding.eq_ignore_ascii_case(b"deflate") => StepKind::Deflate,
            encoding if encoding.eq_ignore_ascii_case(b"br") => StepKind::Brotli,
            _ => return None,
        };
        std::str::from_utf8(bytes).is_err().then_some(kind)
    })
}

fn is_form(bytes: &[u8], classes: Classes, mime: &[u8]) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    let declared = mime.get(..FORM.len()).is_some_and(|start| start.eq_ignore_ascii_case(FORM));
    if !declared || classes.has(Classes::CONTROL) {
        return false;
    }
    // Pages send JSON and batches under the form's name, which is the default.
    let is_json = classes.has(Classes::JSON) && json::looks_like(bytes);
    let is_batch = classes.has(Classes::NEWLINE) && bytes.trim_ascii().contains(&b'\n');
    !is_json && !is_batch && query::looks_like(bytes)
}

/// The longest frame in front of a message's JSON.
const LONGEST_FRAME: usize = 12;

/// The JSON behind the digits that real-time protocols write in front of it (`42["event",{…}]`).
fn without_frame(bytes: &[u8]) -> &[u8] {
    let head = &bytes[..bytes.len().min(LONGEST_FRAME)];
    let frame = head.iter().position(|byte| !(byte.is_ascii_digit() || matches!(byte, b'a' | b':' | b'~' | b'-')));
    match frame {
        Some(start @ 1..) if matches!(bytes.trim_ascii_end().last(), Some(b'}' | b']')) => {
            match json::looks_like(&bytes[start..]) {
                true => &bytes[start..],
                false => bytes,
            }
        }
        _ => bytes,
    }
}

/// Whether bytes are worth reading as text: no NUL near the start.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    memmem::find(&bytes[..bytes.len().min(512)], b"\0").is_some()
}
