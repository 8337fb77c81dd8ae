//! The chain: every step from the recorded request to a value, and how it is written. The written
//! form is shown as evidence, so it is stable, and nothing that a stranger put into a key can
//! change its meaning.

use super::keys::cut;
use bstr::ByteSlice;
use std::fmt;

/// What one step did. The comment tells what the step's name holds, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// A parameter of a query string: its key.
    Query,
    /// A path segment: its number.
    Path,
    /// A `;name=value` parameter in a path: its name.
    Matrix,
    /// The part of a URL behind `#`.
    Fragment,
    /// The part of a URL before `@`.
    UserInfo,
    /// A host label: its number.
    Host,
    /// The Referer header.
    Referer,
    /// The Origin header.
    Origin,
    /// A header: its name.
    Header,
    /// A request cookie: its name.
    Cookie,
    /// A cookie set by the response: its name.
    SetCookie,
    /// The request's body.
    Body,
    /// A WebSocket message: its number.
    WebSocket,
    /// The redirect's target.
    Redirect,
    /// A form field: its name.
    Form,
    /// A part of a multipart body: its name.
    Multipart,
    /// A value in a JSON text: its JSON pointer.
    Json,
    /// A line of a batch: its number.
    Line,
    /// A member of a `k=v;k=v` list: its key.
    List,
    /// The key itself, read as a value.
    Name,
    /// A URL inside a value was split.
    Url,
    /// Percent-decoding (in queries and forms `+` is a space).
    Percent,
    /// Only `+` became spaces.
    Plus,
    /// HTML entities.
    Entities,
    /// Base64.
    Base64,
    /// Base64 with the alphabet for URLs.
    Base64Url,
    /// Hexadecimal digits.
    Hex,
    /// Gzip.
    Gzip,
    /// Zlib.
    Zlib,
    /// Deflate without a header.
    Deflate,
    /// Brotli.
    Brotli,
    /// Lz-string, in any of its alphabets.
    LzString,
    /// Base32.
    Base32,
    /// Base58.
    Base58,
    /// Quoted-printable.
    QuotedPrintable,
    /// The escapes of a string.
    Escapes,
    /// A text in a protocol buffer: its field numbers.
    Protobuf,
    /// A length-prefixed frame: its number.
    Frame,
    /// The payload of a JSON Web Token.
    Jwt,
}

impl StepKind {
    /// The word used in chains.
    pub fn word(self) -> &'static str {
        match self {
            StepKind::Query => "query",
            StepKind::Path => "path",
            StepKind::Matrix => "matrix",
            StepKind::Fragment => "fragment",
            StepKind::UserInfo => "userinfo",
            StepKind::Host => "host",
            StepKind::Referer => "referer",
            StepKind::Origin => "origin",
            StepKind::Header => "header",
            StepKind::Cookie => "cookie",
            StepKind::SetCookie => "set-cookie",
            StepKind::Body => "body",
            StepKind::WebSocket => "websocket",
            StepKind::Redirect => "redirect",
            StepKind::Form => "form",
            StepKind::Multipart => "multipart",
            StepKind::Json => "json",
            StepKind::Line => "line",
            StepKind::List => "list",
            StepKind::Name => "name",
            StepKind::Url => "url",
            StepKind::Percent => "percent",
            StepKind::Plus => "plus",
            StepKind::Entities => "entities",
            StepKind::Base64 => "base64",
            StepKind::Base64Url => "base64url",
            StepKind::Hex => "hex",
            StepKind::Gzip => "gzip",
            StepKind::Zlib => "zlib",
            StepKind::Deflate => "deflate",
            StepKind::Brotli => "brotli",
            StepKind::LzString => "lz-string",
            StepKind::Base32 => "base32",
            StepKind::Base58 => "base58",
            StepKind::QuotedPrintable => "quoted-printable",
            StepKind::Escapes => "escapes",
            StepKind::Protobuf => "protobuf",
            StepKind::Frame => "frame",
            StepKind::Jwt => "jwt",
        }
    }

    /// Whether the value was not readable before the step, percent, form, JSON and entity decoding
    /// aside.
    pub fn is_encoding(self) -> bool {
        matches!(
            self,
            StepKind::Base64
                | StepKind::Base64Url
                | StepKind::Hex
                | StepKind::Gzip
                | StepKind::Zlib
                | StepKind::Deflate
                | StepKind::Brotli
                | StepKind::LzString
                | StepKind::Base32
                | StepKind::Base58
                | StepKind::QuotedPrintable
                | StepKind::Protobuf
                | StepKind::Jwt
        )
    }
}

/// One step of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'n> {
    /// What was done.
    pub kind: StepKind,
    /// The key, JSON pointer or number that the step followed; empty where it has none.
    pub name: &'n [u8],
}

/// The steps to a value, outermost first. Its `Display` is the written chain.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    kinds: Vec<(StepKind, u32)>,
    names: Vec<u8>,
}

impl Steps {
    /// The steps, outermost first.
    pub fn iter(&self) -> impl Iterator<Item = Step<'_>> {
        self.kinds.iter().enumerate().map(|(index, &(kind, start))| {
            let end = self.kinds.get(index + 1).map(|&(_, next)| next as usize);
            let name = &self.names[start as usize..end.unwrap_or(self.names.len())];
            Step { kind, name }
        })
    }

    /// The number of steps.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is no step at all.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Appends the steps in a form that is equal for equal steps, for use as a key. It costs less
    /// than writing them out.
    pub fn push_key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.kinds.len().to_le_bytes());
        for &(kind, start) in &self.kinds {
            out.push(kind as u8);
            out.extend_from_slice(&start.to_le_bytes());
        }
        out.extend_from_slice(&self.names);
    }

    pub(super) fn clear(&mut self) {
        self.kinds.clear();
        self.names.clear();
    }

    pub(super) fn push(&mut self, kind: StepKind, name: &[u8]) {
        self.kinds.push((kind, self.names.len() as u32));
        self.names.extend_from_slice(cut(name));
    }

    pub(super) fn push_numbered(&mut self, kind: StepKind, number: usize) {
        self.kinds.push((kind, self.names.len() as u32));
        push_number(&mut self.names, number);
    }

    pub(super) fn pop(&mut self) {
        if let Some((_, start)) = self.kinds.pop() {
            self.names.truncate(start as usize);
        }
    }

    /// A mark for [`Steps::cut_name`], inside the name of the last step.
    pub(super) fn name_end(&self) -> usize {
        self.names.len()
    }

    pub(super) fn cut_name(&mut self, end: usize) {
        self.names.truncate(end);
    }

    /// Extends the last step's JSON pointer by a member's name.
    pub(super) fn push_member(&mut self, name: &[u8]) {
        self.names.push(b'/');
        for &byte in cut(name) {
            match byte {
                b'~' => self.names.extend_from_slice(b"~0"),
                b'/' => self.names.extend_from_slice(b"~1"),
                _ => self.names.push(byte),
            }
        }
    }

    /// Extends the last step's JSON pointer by a position.
    pub(super) fn push_index(&mut self, index: usize) {
        self.names.push(b'/');
        push_number(&mut self.names, index);
    }
}

fn push_number(out: &mut Vec<u8>, number: usize) {
    if number < 10 {
        return out.push(b'0' + number as u8);
    }
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

impl fmt::Display for Steps {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.iter().enumerate() {
            if index > 0 {
                out.write_str(" > ")?;
            }
            write!(out, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind.word())?;
        if self.name.is_empty() {
            return Ok(());
        }
        out.write_str(":")?;
        for (start, end, character) in self.name.char_indices() {
            let bytes = &self.name[start..end];
            // The replacement character stands for bytes that are not UTF-8.
            if is_unsafe(character) || character == char::REPLACEMENT_CHARACTER {
                bytes.iter().try_for_each(|byte| write!(out, "\\x{byte:02x}"))?;
            } else {
                write!(out, "{character}")?;
            }
        }
        Ok(())
    }
}

/// Whether a character could break the chain's grammar or change how the text around it is shown.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '>' | '\\')
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_words_and_names() {
        let mut steps = Steps::default();
        steps.push(StepKind::Body, b"");
        steps.push(StepKind::Json, b"");
        steps.push_member(b"a/b");
        steps.push_index(10);
        steps.push(StepKind::Query, b"addr");
        steps.push_numbered(StepKind::Line, 0);
        assert_eq!(steps.to_string(), "body > json:/a~1b/10 > query:addr > line:0");
        steps.pop();
        steps.pop();
        assert_eq!(steps.to_string(), "body > json:/a~1b/10");
    }

    #[test]
    fn names_cannot_forge_steps() {
        let mut steps = Steps::default();
        steps.push(StepKind::Query, "a > b\\\n\u{202e}é\u{fffd}".as_bytes());
        steps.push(StepKind::Query, b"\xff\xfe");
        assert_eq!(steps.to_string(), "query:a \\x3e b\\x5c\\x0a\\xe2\\x80\\xaeé\\xef\\xbf\\xbd > query:\\xff\\xfe");
    }
}
