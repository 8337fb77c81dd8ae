//! Multipart bodies: parts between boundaries, each with a head that names it. File names are
//! visited too, since people name files after people; the content of binary files is not.

use super::body::{Declared, is_binary};
use super::chain::StepKind;
use super::classes::classify;
use super::value::{Level, Walk};
use super::{Place, inflate};
use memchr::{memchr, memmem};

/// The head of a part.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head<'b> {
    name: &'b [u8],
    file_name: &'b [u8],
    mime: &'b [u8],
}

/// The boundary with its dashes, where a body is multipart: from the media type or, where a
/// recorder lost that, from the first line.
pub(super) fn boundary<'b>(bytes: &'b [u8], mime: &[u8]) -> Option<&'b [u8]> {
    let start = match bytes.starts_with(b"--") {
        true => 0,
        // Only a declared body may have a preamble.
        false if starts_with_word(mime, b"multipart/") => memmem::find(bytes, b"\n--")? + 1,
        false => return None,
    };
    let line = &bytes[start..];
    let line = line[..memchr(b'\n', line)?].trim_ascii_end();
    let next = &bytes[start + line.len()..];
    (line.len() > 2 && starts_with_word(next.trim_ascii_start(), b"content-")).then_some(line)
}

fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

impl Walk<'_> {
    /// Visits the parts of a multipart body.
    pub(super) fn multipart(&mut self, bytes: &[u8], boundary: &[u8], at: &Level<'_>) {
        let place = match at.place {
            Place::Body => Place::Multipart,
            place => place,
        };
        let at = Level { place, container: self.container(), ..*at };
        let finder = memmem::Finder::new(boundary);
        let mut rest = match finder.find(bytes) {
            Some(start) => &bytes[start + boundary.len()..],
            None => return,
        };
        // The last boundary ends in dashes.
        while !rest.starts_with(b"--") && !self.is_spent() {
            let end = finder.find(rest);
            self.multipart_part(&rest[..end.unwrap_or(rest.len())], &at);
            match end {
                Some(end) => rest = &rest[end + boundary.len()..],
                None => return,
            }
        }
    }

    fn multipart_part(&mut self, part: &[u8], at: &Level<'_>) {
        let Some((head, content)) = split_head(part) else {
            return;
        };
        let head = read_head(head);
        if self.peeler.steps.len() >= self.peeler.budget.limits().steps {
            return self.peeler.budget.cap();
        }
        let mark = self.peeler.keys.len();
        self.enter(StepKind::Multipart, head.name, classify(head.name), at);
        if !head.file_name.is_empty() {
            self.peeler.keys.push(b"filename");
            self.value(head.file_name, classify(head.file_name), at);
            self.peeler.keys.truncate(mark + usize::from(!head.name.is_empty()));
        }
        if !is_binary(content) || inflate::kind(content).is_some() {
            self.part_content(content, &head, at);
        }
        self.leave(mark);
    }

    fn part_content(&mut self, content: &[u8], head: &Head<'_>, at: &Level<'_>) {
        let shaped = !head.mime.is_empty() || inflate::kind(content).is_some();
        match shaped {
            true => {
                let declared = Declared { mime: head.mime, encoding: b"" };
                self.content(content, declared, at);
            }
            false => self.value(content, classify(content), at),
        }
    }
}

/// Splits a part at its first empty line; the line end before the next boundary is not content.
fn split_head(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let (at, gap) = match (memmem::find(part, b"\r\n\r\n"), memmem::find(part, b"\n\n")) {
        (Some(long), Some(short)) if short < long => (short, 2),
        (Some(long), _) => (long, 4),
        (None, short) => (short?, 2),
    };
    let content = &part[at + gap..];
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    Some((&part[..at], content))
}

fn read_head(head: &[u8]) -> Head<'_> {
    let mut read = Head::default();
    for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        if starts_with_word(line, b"content-disposition:") {
            read.name = attribute(line, b"name=").unwrap_or(&[]);
            read.file_name = attribute(line, b"filename=").unwrap_or(&[]);
        } else if starts_with_word(line, b"content-type:") {
            read.mime = line[b"content-type:".len()..].trim_ascii();
        }
    }
    read
}

/// The value of an attribute of a header line, quoted or not.
fn attribute<'b>(line: &'b [u8], name: &[u8]) -> Option<&'b [u8]> {
    let start =
        memmem::find_iter(line, name).find(|&start| start > 0 && matches!(line[start - 1], b' ' | b';' | b'\t'))?;
    let value = &line[start + name.len()..];
    match value.strip_prefix(b"\"") {
        Some(quoted) => Some(&quoted[..memchr(b'"', quoted).unwrap_or(quoted.len())]),
        None => Some(value[..memchr(b';', value).unwrap_or(value.len())].trim_ascii()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_quoted_or_not() {
        let head = b"Content-Disposition: form-data; filename=\"cv.txt\"; name=file\r\ncontent-type: text/plain";
        let expected = Head { name: b"file", file_name: b"cv.txt", mime: b"text/plain" };
        assert_eq!(read_head(head), expected);
    }

    #[test]
    fn boundaries_are_found_with_and_without_a_media_type() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xyz--\r\n";
        assert_eq!(boundary(body, b""), Some(&b"--xyz"[..]));
        let preamble = [b"hello\r\n", &body[..]].concat();
        assert_eq!(boundary(&preamble, b""), None);
        assert_eq!(boundary(&preamble, b"Multipart/Mixed; boundary=xyz"), Some(&b"--xyz"[..]));
        assert_eq!(boundary(b"-- a comment\nselect 1", b""), None);
    }
}
