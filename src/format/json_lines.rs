//! JSON lines: logs of one JSON object a line. Which value is which field is said by pointers
//! (`/request/headers/Referer`), in a table of known loggers or on the command line. Values are picked
//! out while the line is read; nothing else of it is kept.

mod tree;

use super::field::Field;
use super::lines::{LineCutter, is_blank, lines, most_lines, trim_line};
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::record::Role;
use std::sync::OnceLock;
use tree::{Place, Tree};

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    /// A field, by its name for `--map`.
    Field(&'static str),
    /// Request headers: an object of names with values or lists of values, a list of objects with
    /// `name` and `value`, or, where the pointer ends in `*`, every key that begins like it.
    Headers,
    /// Response headers in the same forms.
    ResponseHeaders,
    /// A value that must be this one; lines with another mean nothing.
    Just(&'static str),
}

/// A known logger.
pub(super) struct JsonLog {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) role: Role,
    pub(super) sample: &'static str,
    /// A line must have a value at each of these places.
    pub(super) needs: &'static [&'static str],
    /// Where fields stand; the first value of several for a field wins.
    pub(super) places: &'static [(&'static str, Holds)],
    pub(super) tree: OnceLock<Tree>,
}

impl JsonLog {
    fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let mut tree = Tree::default();
            for (pointer, holds) in self.places {
                tree.add(pointer, Place::of(*holds));
            }
            for pointer in self.needs {
                tree.need(pointer);
            }
            tree
        })
    }
}

impl Format for JsonLog {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn role(&self) -> Role {
        self.role
    }

    fn sample(&self) -> &'static str {
        self.sample
    }

    fn sniff(&self, head: &[u8]) -> bool {
        sniff(head, |line| self.parse(Kind::Record, line))
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(self.tree(), piece, self.role != Role::Capture)
    }
}

/// JSON lines whose fields the user placed with `--map`.
pub(super) struct Mapped {
    role: Role,
    tree: Tree,
}

impl Mapped {
    /// Checks and takes the maps `field=/pointer`; a name without slash is a key of the object.
    ///
    /// # Errors
    /// What is wrong with a map, in words.
    pub(super) fn new(maps: &[String], role: Role) -> Result<Self, String> {
        let mut tree = Tree::default();
        let mut names_url = false;
        for map in maps {
            let (name, pointer) = map.split_once('=').ok_or(format!("{map}: expected field=/pointer"))?;
            let field = Field::named(name).ok_or_else(|| {
                let known: Vec<_> = Field::names().collect();
                format!("{name}: no such field; there are {}, header:NAME and cookie:NAME", known.join(", "))
            })?;
            names_url |= matches!(field, Field::Url | Field::Request | Field::Path | Field::Host);
            tree.add(&as_pointer(pointer), Place::Field(field));
        }
        if !names_url {
            return Err("nothing says where the URL is: map url, request, path or host".into());
        }
        Ok(Mapped { role, tree })
    }
}

fn as_pointer(text: &str) -> String {
    if text.starts_with('/') { text.to_owned() } else { format!("/{}", text.replace('~', "~0").replace('/', "~1")) }
}

impl Format for Mapped {
    fn name(&self) -> &'static str {
        "mapped"
    }

    fn title(&self) -> &'static str {
        "JSON lines whose fields --map names"
    }

    fn role(&self) -> Role {
        self.role
    }

    fn sample(&self) -> &'static str {
        ""
    }

    fn sniff(&self, head: &[u8]) -> bool {
        sniff(head, |line| self.parse(Kind::Record, line))
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(&self.tree, piece, false)
    }
}

/// Whether some of the first lines are of the logger, and most are JSON: loggers write other
/// messages into the same file.
fn sniff<'b>(head: &'b [u8], parse: impl Fn(&'b [u8]) -> Result<Meaning<'b>, Reason>) -> bool {
    most_lines(head, |line| line.trim_ascii_start().starts_with(b"{"))
        && lines(head).any(|line| matches!(parse(line), Ok(Meaning::Record(_))))
}

/// The meaning of a line, which may have to say more than the host. One that is not Unicode is read
/// with its odd bytes replaced.
fn parse<'b>(tree: &Tree, piece: &'b [u8], needs_target: bool) -> Result<Meaning<'b>, Reason> {
    match parse_text(tree, piece, needs_target) {
        Err(Reason::BadJson) if std::str::from_utf8(piece).is_err() => {
            let text = String::from_utf8_lossy(piece);
            parse_text(tree, text.as_bytes(), needs_target).map(Meaning::into_owned)
        }
        meaning => meaning,
    }
}

fn parse_text<'b>(tree: &Tree, piece: &'b [u8], needs_target: bool) -> Result<Meaning<'b>, Reason> {
    let line = trim_line(piece);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if is_blank(line) {
        return Ok(Meaning::Nothing);
    }
    // Some exports are one list, with an object a line.
    let line = line.strip_suffix(b",").unwrap_or(line);
    if matches!(line, b"[" | b"]") {
        return Ok(Meaning::Nothing);
    }
    match tree.parts(line).map_err(|_| Reason::BadJson)? {
        Some(parts) if needs_target && !parts.names_target() => Ok(Meaning::Nothing),
        Some(parts) => parts.finish(),
        None => Ok(Meaning::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;
    use bstr::ByteSlice;

    fn mapped(maps: &[&str]) -> Mapped {
        let maps: Vec<String> = maps.iter().map(|map| (*map).to_owned()).collect();
        Mapped::new(&maps, Role::Origin).expect("good maps")
    }

    #[test]
    fn pointers_reach_into_objects_and_lists() {
        let format = mapped(&["url=/req/0/u", "status=code", "time=/t", "header:x-id=/req/1/a~1b", "user=/who"]);
        let line =
            br#"{"t":1719826200.25,"req":[{"u":"/a\"b"},{"a/b":["7"]}],"code":204,"who":null,"more":{"u":[[]]}}"#;
        assert!(format.sniff(line));
        let found = records(&format, line);
        assert_eq!((found[0].url.as_bstr(), found[0].status), ("/a\"b".into(), 204));
        assert_eq!(found[0].header(b"x-id"), Some(&b"7"[..]));
        assert_eq!((found[0].time, found[0].user.is_empty()), (Some(1_719_826_200_250_000), true));
    }

    #[test]
    fn lines_of_other_kinds_mean_nothing_and_broken_ones_are_rejected() {
        let format = mapped(&["url=/u"]);
        assert!(matches!(format.parse(Kind::Record, br#"{"level":"info"}"#), Ok(Meaning::Nothing)));
        assert!(matches!(format.parse(Kind::Record, br#"{"u":"/a""#), Err(Reason::BadJson)));
        assert!(matches!(format.parse(Kind::Record, br#"{"u":"/a"} x"#), Err(Reason::BadJson)));
        let deep = [b"{\"u\":".as_slice(), &b"[".repeat(10_000)].concat();
        assert!(matches!(format.parse(Kind::Record, &deep), Err(Reason::BadJson)));
    }

    #[test]
    fn maps_are_checked() {
        for maps in [&["x=/a"][..], &["url"], &["status=/a"], &[]] {
            let maps: Vec<String> = maps.iter().map(|map| (*map).to_owned()).collect();
            assert!(Mapped::new(&maps, Role::Origin).is_err(), "{maps:?}");
        }
    }
}
