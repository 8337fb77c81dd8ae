//! The scanner that finds the end of a JSON value by counting brackets. It keeps its state between
//! reads, so every byte is looked at once, and it only counts, so depth costs nothing.

use super::blocks::{BLOCK, Block, between};
use crate::format::bytes::find_either;

/// What a byte outside of strings is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Quote,
    Open,
    Close,
    /// No JSON has this byte outside of a string: a quote was lost or gained before it.
    Bad,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Bad; 256];
    // The letters of true, false and null, and of the NaN, Infinity and undefined of careless writers.
    let plain = b" \t\r\n,:+-.0123456789eEtrufalsnNIityd";
    let mut at = 0;
    while at < plain.len() {
        table[plain[at] as usize] = Class::Plain;
        at += 1;
    }
    table[b'"' as usize] = Class::Quote;
    table[b'{' as usize] = Class::Open;
    table[b'[' as usize] = Class::Open;
    table[b'}' as usize] = Class::Close;
    table[b']' as usize] = Class::Close;
    table
}

/// Whether a byte can be part of a number or a bare word.
pub(super) fn is_scalar(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == Class::Plain
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The value ends before this position.
    End(usize),
    /// This byte cannot be there.
    Bad(usize),
    /// The bytes ended first.
    More,
}

/// The state of a scan behind the opening bracket of a value.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// The bracket that ends the value. Those inside are counted without regard to their kind; what
    /// is wrong with them shows here.
    end: u8,
    depth: usize,
    /// Where the inside of the string begins in which the scan stands.
    string: Option<usize>,
    /// Whether the string's next byte is escaped.
    escaped: bool,
}

impl Scan {
    /// A scan that begins behind the opening bracket `start`.
    pub(super) fn new(start: u8) -> Self {
        let end = if start == b'[' { b']' } else { b'}' };
        Scan { end, depth: 1, string: None, escaped: false }
    }

    /// Goes on at `at` and leaves it where the scan stopped.
    pub(super) fn run(&mut self, buf: &[u8], at: &mut usize) -> Scanned {
        loop {
            while let Some(block) = buf[*at..].first_chunk() {
                if !self.pass(block, *at) {
                    break;
                }
                *at += BLOCK;
            }
            let end = buf.len().min(*at + BLOCK);
            match self.walk(&buf[..end], at) {
                Scanned::More if end < buf.len() => {}
                scanned => return scanned,
            }
        }
    }

    /// Passes over a block of bytes at once; false leaves one to be walked through in which the value
    /// may end or something is wrong.
    fn pass(&mut self, bytes: &[u8; BLOCK], at: usize) -> bool {
        let block = Block::of(bytes);
        let (escaped, escapes_next) = block.escaped(self.escaped);
        let quotes = block.quotes & !escaped;
        let in_strings = between(quotes) ^ if self.string.is_some() { !0 } else { 0 };
        let closed = (block.closing & !in_strings).count_ones() as usize;
        if closed >= self.depth {
            return false;
        }
        let mut others = (block.others | block.backslashes) & !in_strings;
        while others != 0 {
            if !is_scalar(bytes[others.trailing_zeros() as usize]) {
                return false;
            }
            others &= others - 1;
        }
        self.depth = self.depth - closed + (block.opening & !in_strings).count_ones() as usize;
        self.escaped = escapes_next;
        let ends_in_string = in_strings >> (BLOCK - 1) == 1;
        if !ends_in_string {
            self.string = None;
        } else if quotes != 0 {
            self.string = Some(at + BLOCK - quotes.leading_zeros() as usize);
        }
        true
    }

    /// Goes on byte by byte.
    fn walk(&mut self, buf: &[u8], at: &mut usize) -> Scanned {
        if self.string.is_some() && !self.finish_string(buf, at) {
            return Scanned::More;
        }
        let mut pos = *at;
        while let Some(byte) = buf.get(pos) {
            pos += 1;
            match CLASSES[usize::from(*byte)] {
                Class::Plain => {}
                Class::Quote => {
                    self.string = Some(pos);
                    if !self.finish_string(buf, &mut pos) {
                        break;
                    }
                }
                Class::Open => self.depth += 1,
                Class::Close => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        *at = pos;
                        return if *byte == self.end { Scanned::End(pos) } else { Scanned::Bad(pos - 1) };
                    }
                }
                Class::Bad => {
                    *at = pos;
                    return Scanned::Bad(pos - 1);
                }
            }
        }
        *at = pos;
        Scanned::More
    }

    /// Moves behind the end of the current string, if it is in the buffer.
    fn finish_string(&mut self, buf: &[u8], at: &mut usize) -> bool {
        if std::mem::take(&mut self.escaped) {
            if *at >= buf.len() {
                self.escaped = true;
                return false;
            }
            *at += 1;
        }
        while let Some(found) = find_either(b'"', b'\\', &buf[*at..]) {
            let found = *at + found;
            if buf[found] == b'"' {
                *at = found + 1;
                self.string = None;
                return true;
            }
            if found + 1 == buf.len() {
                *at = buf.len();
                self.escaped = true;
                return false;
            }
            *at = found + 2;
        }
        *at = buf.len();
        false
    }

    /// Where the unfinished string begins, and whether its last byte escapes the next one.
    pub(super) fn string(&self) -> Option<(usize, bool)> {
        self.string.map(|start| (start, self.escaped))
    }

    /// Goes back to the start of the unfinished string.
    pub(super) fn rewind(&mut self) {
        self.escaped = false;
    }

    /// Tells the scan that `bytes` were removed from the front of the buffer.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.string = self.string.map(|start| start.saturating_sub(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Where a scan of the whole text stops, and in which state.
    fn at_once(text: &[u8]) -> (Scanned, usize, String) {
        let (mut scan, mut at) = (Scan::new(b'{'), 0);
        let scanned = scan.run(text, &mut at);
        (scanned, at, format!("{scan:?}"))
    }

    /// The same, byte by byte: too little for a block.
    fn in_bytes(text: &[u8]) -> (Scanned, usize, String) {
        let (mut scan, mut at) = (Scan::new(b'{'), 0);
        for end in 1..=text.len() {
            let scanned = scan.run(&text[..end], &mut at);
            if scanned != Scanned::More {
                return (scanned, at, format!("{scan:?}"));
            }
        }
        (Scanned::More, at, format!("{scan:?}"))
    }

    proptest! {
        #[test]
        fn blocks_are_scanned_like_bytes(parts in prop::collection::vec(prop_oneof![
            8 => Just(r#""name":"value", "#.to_owned()),
            4 => r#""([a-z/=]|\\\\|\\"){0,90}""#,
            4 => r"[\[{]{0,3}",
            4 => r"[\]}]{0,2}",
            2 => "[ \t\r\n]{0,70}",
            2 => Just("true,false,null,-1.5e+9".to_owned()),
            1 => r#"["\\/x]"#,
        ], 0..60)) {
            let text = parts.concat();
            prop_assert_eq!(at_once(text.as_bytes()), in_bytes(text.as_bytes()));
        }
    }
}
