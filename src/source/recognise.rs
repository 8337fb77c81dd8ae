//! Recognising: which format an input is of, by its first bytes.

use super::batches::BatchReader;
use super::open::Open;
use crate::format::{Format, detect};
use std::io::{self, Read};

/// What the first bytes of an input say.
pub enum Recognised {
    /// A known format; the reader is ready.
    Format(Box<BatchReader>),
    /// Nothing to read: the input is empty.
    Empty,
    /// No format claims the input.
    Unknown,
}

/// Which formats an input may be of.
#[derive(Clone, Copy, Default)]
pub struct Choice<'c> {
    /// The only one.
    pub only: Option<&'static dyn Format>,
    /// Those that are tried before the ones that the program knows.
    pub first: &'c [&'static dyn Format],
}

impl Choice<'_> {
    fn of(&self, head: &[u8]) -> Option<&'static dyn Format> {
        self.only.or_else(|| self.first.iter().copied().find(|format| format.sniff(head))).or_else(|| detect(head))
    }
}

/// How many bytes of an input are looked at to recognise its format.
const HEAD_BYTES: usize = 1 << 16;

/// Recognises the format of an open input among those it may be of.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn recognise(mut open: Open, choice: Choice<'_>, max_record: usize) -> io::Result<Recognised> {
    let mut head = Vec::new();
    let failed = match (&mut open.reader).take(HEAD_BYTES as u64).read_to_end(&mut head) {
        Err(err) if head.is_empty() => return Err(err),
        result => result.err(),
    };
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < HEAD_BYTES {
        return Ok(Recognised::Empty);
    }
    Ok(match choice.of(&head) {
        Some(format) => Recognised::Format(Box::new(BatchReader::new(open, head, failed, format, max_record))),
        None => Recognised::Unknown,
    })
}
