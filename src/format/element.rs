//! XML exports: a long list of elements of one name, each of which is a record. The cutter finds
//! whole elements; inside of one, the texts of its children are collected by name.

use super::{Cutter, Kind, Piece, Reason};
use bstr::ByteSlice;
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The text of a child element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Child {
    /// The element's name or, where it has one, its attribute `Name`.
    pub(super) name: Vec<u8>,
    pub(super) text: Vec<u8>,
    /// Whether the element says that its text is base64.
    pub(super) is_base64: bool,
}

/// The texts inside an element, in order. `None` where it is no XML.
pub(super) fn children(element: &[u8]) -> Option<Vec<Child>> {
    let mut reader = Reader::from_reader(element);
    let mut children: Vec<Child> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let text: Vec<u8> = match reader.read_event().ok()? {
            Event::Start(start) => {
                open.push(children.len());
                children.push(child(&start));
                continue;
            }
            Event::Empty(start) => {
                children.push(child(&start));
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.to_vec(),
            Event::CData(text) => text.to_vec(),
            Event::GeneralRef(name) => reference(&name),
            Event::Eof => return Some(children),
            _ => continue,
        };
        if let Some(child) = open.last().and_then(|child| children.get_mut(*child)) {
            child.text.extend_from_slice(&text);
        }
    }
}

fn child(start: &BytesStart<'_>) -> Child {
    let attribute = |name: &str| start.try_get_attribute(name).ok().flatten().map(|found| found.value.to_vec());
    let name = attribute("Name").unwrap_or_else(|| start.local_name().as_ref().to_vec());
    Child { name, text: Vec::new(), is_base64: attribute("base64").is_some_and(|value| value == b"true") }
}

/// The character that `&name;` or `&#number;` stands for; nothing where it is none.
fn reference(name: &[u8]) -> Vec<u8> {
    let number = |digits: &[u8], base: u32| {
        let digits = std::str::from_utf8(digits).ok()?;
        char::from_u32(u32::from_str_radix(digits, base).ok()?).map(|c| c.to_string().into_bytes())
    };
    match name {
        b"amp" => b"&".to_vec(),
        b"lt" => b"<".to_vec(),
        b"gt" => b">".to_vec(),
        b"quot" => b"\"".to_vec(),
        b"apos" => b"'".to_vec(),
        [b'#', b'x', digits @ ..] => number(digits, 16).unwrap_or_default(),
        [b'#', digits @ ..] => number(digits, 10).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Cuts out the elements of one name. What stands around them is passed over.
pub(super) struct ElementCutter {
    open: Vec<u8>,
    close: Vec<u8>,
    is_abandoned: bool,
}

impl ElementCutter {
    pub(super) fn new(name: &str) -> Self {
        let (open, close) = (format!("<{name}").into_bytes(), format!("</{name}>").into_bytes());
        ElementCutter { open, close, is_abandoned: false }
    }

    /// Where the next element begins.
    fn start(&self, text: &[u8]) -> Option<usize> {
        memmem::find_iter(text, &self.open)
            .find(|at| matches!(text.get(at + self.open.len()), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n')))
    }

    /// Where the element that `text` begins with ends. A section of character data may hold anything.
    fn end(&self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let tag = at + memmem::find(&text[at..], b"<")?;
            let rest = &text[tag..];
            if rest.starts_with(&self.close) {
                return Some(tag + self.close.len());
            }
            at = if rest.starts_with(b"<![CDATA[") { tag + memmem::find(rest, b"]]>")? + 3 } else { tag + 1 };
        }
    }

    /// How many of the last bytes may be the beginning of a tag.
    fn unsure(&self, text: &[u8]) -> usize {
        let tail = &text[text.len().saturating_sub(self.close.len())..];
        tail.rfind_byte(b'<').map_or(0, |at| tail.len() - at)
    }
}

impl Cutter for ElementCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let mut at = 0;
        loop {
            let text = &buf[at..];
            if self.is_abandoned {
                let Some(end) = memmem::find(text, &self.close) else {
                    return if eof { buf.len() } else { buf.len() - self.unsure(text) };
                };
                self.is_abandoned = false;
                at += end + self.close.len();
                continue;
            }
            let Some(start) = self.start(text) else {
                return if eof { buf.len() } else { buf.len() - self.unsure(text) };
            };
            match self.end(&text[start..]) {
                Some(length) => {
                    out.push(Piece { kind: Kind::Record, range: at + start..at + start + length });
                    at += start + length;
                }
                None if eof => {
                    out.push(Piece { kind: Kind::Reject(Reason::Truncated), range: at + start..buf.len() });
                    return buf.len();
                }
                None => return at + start,
            }
        }
    }

    fn abandon(&mut self) -> usize {
        self.is_abandoned = true;
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::pieces;

    #[test]
    fn elements_are_cut_at_every_size_and_character_data_hides_tags() {
        let text = b"<?xml?><items><item><a><![CDATA[</item>]]></a></item> <itemx/> <item n='1'>b</item></items>";
        for size in [1, 2, 3, 7, 100] {
            let found: Vec<_> =
                pieces(&mut ElementCutter::new("item"), text, &[size]).into_iter().map(|piece| piece.2).collect();
            assert_eq!(found, [&b"<item><a><![CDATA[</item>]]></a></item>"[..], b"<item n='1'>b</item>"]);
        }
        let cut = pieces(&mut ElementCutter::new("item"), &text[..30], &[4]);
        assert_eq!(cut[0].0, Kind::Reject(Reason::Truncated));
    }

    #[test]
    fn texts_are_collected_by_name() {
        let found =
            children(b"<item><a base64=\"true\"><![CDATA[eA==]]></a><Data Name=\"b\">1 &amp; &#50;</Data><c/></item>")
                .expect("XML");
        let texts: Vec<_> =
            found.iter().map(|child| (child.name.as_bstr(), child.text.as_bstr(), child.is_base64)).collect();
        let expected = [("item", "", false), ("a", "eA==", true), ("b", "1 & 2", false), ("c", "", false)];
        assert_eq!(texts, expected.map(|(name, text, flag)| (name.into(), text.into(), flag)));
        assert_eq!(children(b"<item><a></b></item>"), None);
    }
}
