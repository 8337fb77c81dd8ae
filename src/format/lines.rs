//! Lines: the cutter that all line-based logs share, and the vote by which they are recognised.

use super::{Cutter, Kind, Piece, Reason};
use crate::find::find;
use memchr::{memchr_iter, memchr2, memchr2_iter};

/// Cuts at every line feed; a last line without one counts. Where the first line ends in a carriage
/// return alone, so does every line.
#[derive(Default)]
pub(super) struct LineCutter {
    /// What ends lines, once the first has ended.
    ends: Ends,
    /// How far the unfinished line has been searched for its end.
    searched: usize,
    /// Whether the unfinished line was given up, so that its end is no piece.
    abandoned: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ends {
    #[default]
    Unknown,
    LineFeed,
    Either,
}

impl Cutter for LineCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let mut start = 0;
        let from = self.searched.min(buf.len());
        if self.ends == Ends::Unknown {
            match first_end(&buf[from..], eof) {
                Some(ends) => self.ends = ends,
                None if eof => {}
                // A carriage return at the end of the bytes: what follows it decides.
                None => {
                    let known = buf.len() - usize::from(buf.last() == Some(&b'\r'));
                    self.searched = if self.abandoned { 0 } else { known };
                    return if self.abandoned { known } else { 0 };
                }
            }
        }
        let is_either = self.ends == Ends::Either;
        let mut line = |end| {
            self.line(start, end, out);
            start = end + 1;
        };
        if is_either {
            memchr2_iter(b'\n', b'\r', &buf[from..]).for_each(|found| line(from + found));
        } else {
            memchr_iter(b'\n', &buf[from..]).for_each(|found| line(from + found));
        }
        if eof && start < buf.len() {
            self.line(start, buf.len(), out);
            start = buf.len();
        }
        if self.abandoned {
            start = buf.len();
        }
        self.searched = buf.len() - start;
        start
    }

    fn abandon(&mut self) -> usize {
        self.abandoned = true;
        std::mem::take(&mut self.searched)
    }
}

/// What ends the first line, if that can be told: a carriage return alone, or a line feed.
fn first_end(text: &[u8], eof: bool) -> Option<Ends> {
    let end = memchr2(b'\n', b'\r', text)?;
    match (text[end], text.get(end + 1)) {
        (b'\r', Some(b'\n')) | (b'\n', _) => Some(Ends::LineFeed),
        (b'\r', Some(_)) => Some(Ends::Either),
        (_, None) if eof => Some(Ends::LineFeed),
        _ => None,
    }
}

impl LineCutter {
    fn line(&mut self, start: usize, end: usize, out: &mut Vec<Piece>) {
        if !std::mem::take(&mut self.abandoned) {
            out.push(Piece { kind: Kind::Record, range: start..end });
        }
    }
}

/// A line without the carriage return that some systems leave at its end.
pub(super) fn trim_line(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// How many lines a vote looks at.
const VOTERS: usize = 20;

/// Whether most of the first complete lines of `head` are of a format. Empty lines and comments
/// have no vote.
pub(super) fn most_lines(head: &[u8], is_ours: impl Fn(&[u8]) -> bool) -> bool {
    let mut lines = 0;
    let mut ours = 0;
    for line in voters(head) {
        lines += 1;
        ours += usize::from(is_ours(line));
    }
    ours * 2 > lines
}

/// The lines of `head` that tell its format: the first complete ones that are neither empty nor a
/// comment.
pub(super) fn voters(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines(head).map(trim_line).filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#")).take(VOTERS)
}

/// The complete lines of `head`, which may be cut anywhere; the last one where it is the only one.
pub(super) fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let end = if first_end(head, true) == Some(Ends::Either) { b'\r' } else { b'\n' };
    let whole = memchr::memrchr(end, head).map_or(head, |end| &head[..end]);
    whole.split(move |byte| *byte == end)
}

/// Whether a line holds nothing but white space.
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.first().is_none_or(u8::is_ascii_whitespace) && line.trim_ascii().is_empty()
}

/// The status field of a log: up to three digits, or a dash for none.
pub(super) fn status(text: &[u8]) -> Result<u16, Reason> {
    match text {
        b"-" => Ok(0),
        [_] | [_, _] | [_, _, _] => text.iter().try_fold(0, |sum: u16, byte| match byte {
            b'0'..=b'9' => Ok(sum * 10 + u16::from(byte - b'0')),
            _ => Err(Reason::BadLine),
        }),
        _ => Err(Reason::BadLine),
    }
}

/// Splits at the next space and swallows the spaces that follow it.
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    match find(b' ', text) {
        Some(end) => (&text[..end], skip_spaces(&text[end..])),
        None => (text, b""),
    }
}

/// The text behind leading spaces.
pub(super) fn skip_spaces(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| *byte != b' ');
    &text[start.unwrap_or(text.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_in(text: &[u8], size: usize) -> Vec<Vec<u8>> {
        crate::format::tests::pieces(&mut LineCutter::default(), text, &[size])
            .into_iter()
            .map(|(_, _, bytes)| bytes)
            .collect()
    }

    #[test]
    fn every_line_counts_and_so_does_an_unfinished_last_one() {
        for size in [1, 2, 3, 100] {
            assert_eq!(cut_in(b"one\n\ntwo\r\nthree", size), [&b"one"[..], b"", b"two\r", b"three"]);
            assert_eq!(cut_in(b"one\n", size), [b"one"]);
            assert!(cut_in(b"", size).is_empty());
        }
    }

    #[test]
    fn carriage_returns_alone_end_lines_where_they_end_the_first() {
        for size in [1, 2, 3, 100] {
            assert_eq!(cut_in(b"one\rtwo\rthree", size), [&b"one"[..], b"two", b"three"]);
            assert_eq!(cut_in(b"one\r\nt\rwo\r\n", size), [&b"one\r"[..], b"t\rwo\r"]);
            assert_eq!(cut_in(b"one\r", size), [b"one\r"]);
        }
        assert_eq!(lines(b"one\rtwo\rthr").collect::<Vec<_>>(), [b"one", b"two"]);
    }

    #[test]
    fn an_abandoned_line_is_swallowed_to_its_end() {
        let mut cutter = LineCutter::default();
        let mut out = Vec::new();
        assert_eq!(cutter.cut(b"one\nendless", false, &mut out), 4);
        assert_eq!(cutter.abandon(), 7);
        assert_eq!(cutter.cut(b" still", false, &mut out), 6);
        assert_eq!(cutter.cut(b" end\ntwo", true, &mut out), 8);
        let ranges: Vec<_> = out.into_iter().map(|piece| piece.range).collect();
        assert_eq!(ranges, [0..3, 5..8]);
    }

    #[test]
    fn a_vote_ignores_comments_and_the_line_that_is_cut() {
        let ours = |line: &[u8]| line.starts_with(b"ours");
        assert!(most_lines(b"# theirs\n\nours 1\nours 2\ntheirs\nthe", ours));
        assert!(!most_lines(b"ours 1\ntheirs\n", ours));
        assert!(most_lines(b"ours, and the only line", ours));
        assert!(!most_lines(b"", ours));
    }
}
