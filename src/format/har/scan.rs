//! The scanner that finds the end of a JSON value by counting brackets. It keeps its state between
//! reads, so every byte is looked at once, and it only counts, so depth costs nothing.

use super::blocks::{BLOCK, Block, block_end, whole_block};
use super::marks::{Mark, Marks};
use crate::find::{find_any, find_either};
use multiversion::{multiversion, target::match_target};

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
    /// Whether all bytes of the value up to here have left marks.
    is_marked: bool,
}

impl Scan {
    /// A scan that begins behind the opening bracket `start`.
    pub(super) fn new(start: u8) -> Self {
        let end = if start == b'[' { b']' } else { b'}' };
        Scan { end, depth: 1, string: None, escaped: false, is_marked: true }
    }

    /// Goes on at `at` and leaves it where the scan stopped. Whole blocks leave marks.
    pub(super) fn run(&mut self, buf: &[u8], at: &mut usize, marks: &mut Marks) -> Scanned {
        loop {
            pass_blocks(self, buf, at, marks);
            let end = buf.len().min(block_end(*at));
            // What is left of a buffer at its end leaves no marks.
            self.is_marked &= whole_block(buf, *at).is_some();
            match self.walk(&buf[..end], at) {
                Scanned::More if end < buf.len() => {}
                scanned => return scanned,
            }
        }
    }

    /// Passes over a block of bytes at once; false leaves one to be walked through in which the value
    /// may end or something is wrong.
    #[inline(always)]
    fn pass(&mut self, bytes: &[u8; BLOCK], block: Block, at: &mut usize, marks: &mut Marks) -> bool {
        if self.is_inside() && block.quotes | block.backslashes == 0 {
            marks.put(*at, Mark::default());
            *at = block_end(*at);
            return true;
        }
        let strings = block.strings(*at, self.string.is_some(), self.escaped);
        marks.put(*at, Mark::of(&strings));
        let closed = strings.closing().count_ones() as usize;
        if closed >= self.depth {
            return false;
        }
        let mut others = strings.others();
        while others != 0 {
            if !is_scalar(bytes[others.trailing_zeros() as usize]) {
                return false;
            }
            others &= others - 1;
        }
        self.depth = self.depth - closed + strings.opening().count_ones() as usize;
        self.escaped = strings.escapes_next;
        *at = block_end(*at);
        if !strings.ends_inside() {
            self.string = None;
        } else if strings.quotes != 0 {
            self.string = Some(*at - strings.quotes.leading_zeros() as usize);
        }
        true
    }

    /// Whether the next byte is inside of a string and not escaped.
    #[inline(always)]
    fn is_inside(&self) -> bool {
        self.string.is_some() && !self.escaped
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

    /// Whether the marks of all bytes of the value up to here are there.
    pub(super) fn is_marked(&self) -> bool {
        self.is_marked
    }

    /// Where the unfinished string begins, and whether its last byte escapes the next one.
    pub(super) fn string(&self) -> Option<(usize, bool)> {
        self.string.map(|start| (start, self.escaped))
    }

    /// Goes back to the start of the unfinished string.
    pub(super) fn rewind(&mut self) {
        self.escaped = false;
        self.is_marked = false;
    }

    /// Tells the scan that `bytes` were removed from the front of the buffer.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.is_marked = false;
        self.string = self.string.map(|start| start.saturating_sub(bytes));
    }
}

/// Passes over whole blocks, up to one that has to be walked through, by the vector instructions that
/// this processor has. Only what is inlined here is compiled for them; `multiversion` takes AVX-512
/// only where it does not slow the processor down (Ice Lake and later).
#[multiversion(targets("x86_64+avx512f+avx512bw+bmi1+bmi2+lzcnt+popcnt", "x86_64+avx2+bmi1+bmi2+lzcnt+popcnt"))]
fn pass_blocks(scan: &mut Scan, buf: &[u8], at: &mut usize, marks: &mut Marks) {
    while let Some(bytes) = whole_block(buf, *at) {
        let block = match_target! {
            "x86_64+avx512f+avx512bw+bmi1+bmi2+lzcnt+popcnt" => Block::by_avx512(bytes),
            // Most blocks of a body are all inside of one string.
            _ => if scan.is_inside() && find_any(*b"\"\\", bytes).is_none() { Block::default() } else { Block::of(bytes) },
        };
        if !scan.pass(bytes, block, at, marks) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Where a scan of the whole text from here on stops, and in which state.
    fn at_once(text: &[u8], mut at: usize) -> (Scanned, usize, String) {
        let mut scan = Scan::new(b'{');
        let scanned = scan.run(text, &mut at, &mut Marks::default());
        (scanned, at, state(&scan))
    }

    fn state(scan: &Scan) -> String {
        format!("{:?}", Scan { is_marked: false, ..scan.clone() })
    }

    /// The same, byte by byte.
    fn in_bytes(text: &[u8], mut at: usize) -> (Scanned, usize, String) {
        let mut scan = Scan::new(b'{');
        for end in at + 1..=text.len() {
            let scanned = scan.walk(&text[..end], &mut at);
            if scanned != Scanned::More {
                return (scanned, at, state(&scan));
            }
        }
        (Scanned::More, at, state(&scan))
    }

    proptest! {
        #[test]
        fn blocks_are_scanned_like_bytes(before in 0..70usize, parts in prop::collection::vec(prop_oneof![
            8 => Just(r#""name":"value", "#.to_owned()),
            4 => r#""([a-z/=]|\\\\|\\"){0,90}""#,
            4 => r"[\[{]{0,3}",
            4 => r"[\]}]{0,2}",
            2 => "[ \t\r\n]{0,70}",
            2 => Just("true,false,null,-1.5e+9".to_owned()),
            1 => r#"["\\/x]"#,
        ], 0..60)) {
            let text = "\"".repeat(before) + &parts.concat();
            prop_assert_eq!(at_once(text.as_bytes(), before), in_bytes(text.as_bytes(), before));
        }
    }
}
