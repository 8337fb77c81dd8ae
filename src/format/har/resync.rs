//! Finding the next entry of a damaged HAR. Entries follow each other as `},{"key"`, and the keys
//! that entries begin with are not those that the lists inside an entry begin with (`name`,
//! `functionName`, `type`), nor do bodies hold such text, because their quotes are escaped.

use super::word::Word;
use memchr::memchr;

/// Keys that an entry can begin with and no list inside an entry does.
fn begins_entry(key: &Word) -> bool {
    const KEYS: [&[u8]; 6] = [b"startedDateTime", b"pageref", b"request", b"cache", b"connection", b"serverIPAddress"];
    key.bytes().first() == Some(&b'_') || KEYS.contains(&key.bytes())
}

/// How much of `},{"key"` has been seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Nothing,
    Closed,
    Comma,
    Opened,
    Key,
}

/// A search for the next entry that keeps its state between reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Resync {
    step: Step,
    /// The bracket that may begin an entry.
    start: usize,
    key: Word,
}

impl Resync {
    /// Goes on at `at` up to `end`; the position of the bracket where the next entry begins.
    pub(super) fn run(&mut self, buf: &[u8], at: &mut usize, end: usize) -> Option<usize> {
        while *at < end {
            if self.step == Step::Nothing {
                match memchr(b'}', &buf[*at..end]) {
                    Some(found) => *at += found,
                    None => {
                        *at = end;
                        return None;
                    }
                }
            }
            let byte = buf[*at];
            *at += 1;
            if self.step(byte, *at - 1) {
                self.step = Step::Nothing;
                return Some(self.start);
            }
        }
        None
    }

    fn step(&mut self, byte: u8, pos: usize) -> bool {
        self.step = match (self.step, byte) {
            (Step::Key, b'"') if begins_entry(&self.key) => return true,
            (Step::Key, b'"' | b'\\') => Step::Nothing,
            (Step::Key, _) if self.key.push(byte) => Step::Key,
            (Step::Key, _) => Step::Nothing,
            (step, b' ' | b'\t' | b'\r' | b'\n') => step,
            (_, b'}') => Step::Closed,
            (Step::Closed, b',') => Step::Comma,
            (Step::Comma, b'{') => {
                self.start = pos;
                Step::Opened
            }
            (Step::Opened, b'"') => {
                self.key = Word::default();
                Step::Key
            }
            _ => Step::Nothing,
        };
        false
    }

    /// The bracket of an entry whose first key has not been read to its end.
    pub(super) fn pending(&self) -> Option<usize> {
        matches!(self.step, Step::Opened | Step::Key).then_some(self.start)
    }

    /// Tells the search that `bytes` were removed from the front of the buffer.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.start = self.start.saturating_sub(bytes);
    }
}
