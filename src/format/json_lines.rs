//! JSON lines: logs of one JSON object a line. Which value is which field is said by pointers
//! (`/request/headers/Referer`), in a table of known loggers or on the command line. Values are picked
//! out while the line is read; nothing else of it is kept.

use super::field::{Field, Parts};
use super::har::json::Bytes;
use super::lines::{LineCutter, is_blank, lines, most_lines, trim_line};
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::record::{Role, Text};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

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
        sniff(self.tree(), head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(self.tree(), piece)
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
        sniff(&self.tree, head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(&self.tree, piece)
    }
}

/// Whether some of the first lines are of the logger, and most are JSON: loggers write other
/// messages into the same file.
fn sniff(tree: &Tree, head: &[u8]) -> bool {
    most_lines(head, |line| line.trim_ascii_start().starts_with(b"{"))
        && lines(head).any(|line| matches!(parse(tree, line), Ok(Meaning::Record(_))))
}

/// The meaning of a line. One that is not Unicode is read with its odd bytes replaced.
fn parse<'b>(tree: &Tree, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
    match parse_text(tree, piece) {
        Err(Reason::BadJson) if std::str::from_utf8(piece).is_err() => {
            let text = String::from_utf8_lossy(piece);
            parse_text(tree, text.as_bytes()).map(Meaning::into_owned)
        }
        meaning => meaning,
    }
}

fn parse_text<'b>(tree: &Tree, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
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
    let mut found = Found { values: Vec::new(), needs: 0, is_other: false };
    let mut json = serde_json::Deserializer::from_slice(line);
    let seed = Seed { tree, node: 0, found: &mut found, name: None };
    seed.deserialize(&mut json).and_then(|()| json.end()).map_err(|_| Reason::BadJson)?;
    if found.is_other || found.needs.count_ones() < tree.needs {
        return Ok(Meaning::Nothing);
    }
    found.values.sort_by_key(|value| value.rank);
    let mut parts = Parts::new(0);
    for value in found.values {
        parts.set(&value.field, value.text);
    }
    parts.finish()
}

/// What is known of a place: the keys below it and what it holds.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The first node is the whole object.
    nodes: Vec<Node>,
    needs: u32,
    ranks: usize,
}

#[derive(Debug, Default)]
struct Node {
    keys: Vec<(Box<[u8]>, usize)>,
    /// A key that ends in `*`, without it.
    prefix: Option<(Box<[u8]>, usize)>,
    place: Option<(usize, Place)>,
    need: Option<u32>,
}

#[derive(Clone, Debug)]
enum Place {
    Field(Field),
    Headers { response: bool },
    Just(&'static str),
}

impl Place {
    fn of(holds: Holds) -> Self {
        match holds {
            Holds::Field(name) => Place::Field(Field::named(name).unwrap_or(Field::Ignored)),
            Holds::Headers => Place::Headers { response: false },
            Holds::ResponseHeaders => Place::Headers { response: true },
            Holds::Just(value) => Place::Just(value),
        }
    }
}

impl Tree {
    fn add(&mut self, pointer: &str, place: Place) {
        let node = self.node(pointer);
        let rank = self.ranks;
        self.ranks += 1;
        if matches!(place, Place::Just(_)) {
            let need = self.needs;
            self.needs += 1;
            self.nodes[node].need = Some(need);
        }
        self.nodes[node].place.get_or_insert((rank, place));
    }

    fn need(&mut self, pointer: &str) {
        let node = self.node(pointer);
        let need = self.needs;
        self.nodes[node].need = Some(need);
        self.needs += 1;
    }

    /// The node of a pointer, made where it is not there yet.
    fn node(&mut self, pointer: &str) -> usize {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let mut node = 0;
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let next = self.nodes.len();
            let known = match key.strip_suffix('*') {
                Some(prefix) => self.nodes[node].prefix.get_or_insert((prefix.as_bytes().into(), next)).1,
                None => match self.nodes[node].keys.iter().find(|(known, _)| &**known == key.as_bytes()) {
                    Some((_, known)) => *known,
                    None => {
                        self.nodes[node].keys.push((key.as_bytes().into(), next));
                        next
                    }
                },
            };
            if known == next {
                self.nodes.push(Node::default());
            }
            node = known;
        }
        node
    }

    /// The node of a key, and what of the key stands behind a prefix.
    fn below<'k>(&self, node: usize, key: &'k [u8]) -> Option<(usize, Option<&'k [u8]>)> {
        let node = &self.nodes[node];
        if let Some((_, below)) = node.keys.iter().find(|(known, _)| **known == *key) {
            return Some((*below, None));
        }
        let (prefix, below) = node.prefix.as_ref()?;
        key.strip_prefix(&**prefix).map(|rest| (*below, Some(rest)))
    }
}

/// What a line held.
struct Found<'b> {
    values: Vec<Value<'b>>,
    /// One bit for each need that was met.
    needs: u64,
    /// A value that must be another one.
    is_other: bool,
}

struct Value<'b> {
    rank: usize,
    field: Field,
    text: Text<'b>,
}

/// Reads a value of the line.
struct Seed<'s, 'b> {
    tree: &'s Tree,
    node: usize,
    found: &'s mut Found<'b>,
    /// The name of a header, where the place is one of headers.
    name: Option<String>,
}

impl<'b> Seed<'_, 'b> {
    fn text(self, text: Text<'b>) {
        let node = &self.tree.nodes[self.node];
        if let Some(need) = node.need {
            self.found.needs |= 1 << need;
        }
        let Some((rank, place)) = &node.place else { return };
        let field = match place {
            Place::Field(field) => field.clone(),
            Place::Headers { response } => match self.name {
                Some(name) if *response => Field::response_header(&name),
                Some(name) => Field::header(&name),
                None => return,
            },
            Place::Just(value) => {
                self.found.is_other |= &*text != value.as_bytes();
                return;
            }
        };
        self.found.values.push(Value { rank: *rank, field, text });
    }

    fn holds_headers(&self) -> bool {
        matches!(self.tree.nodes[self.node].place, Some((_, Place::Headers { .. })))
    }

    fn number<E>(self, number: impl ToString) -> Result<(), E> {
        self.text(Cow::Owned(number.to_string().into_bytes()));
        Ok(())
    }
}

impl<'b> DeserializeSeed<'b> for Seed<'_, 'b> {
    type Value = ();

    fn deserialize<D: Deserializer<'b>>(self, deserializer: D) -> Result<(), D::Error> {
        let node = &self.tree.nodes[self.node];
        if node.keys.is_empty() && node.prefix.is_none() && node.place.is_none() && node.need.is_none() {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'b> Visitor<'b> for Seed<'_, 'b> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a log")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.number(flag)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'b str) -> Result<(), E> {
        self.text(Cow::Borrowed(text.as_bytes()));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(Cow::Owned(text.as_bytes().to_vec()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<(), A::Error> {
        let Seed { tree, node, found, .. } = self;
        if let Some(need) = tree.nodes[node].need {
            found.needs |= 1 << need;
        }
        let headers = matches!(tree.nodes[node].place, Some((_, Place::Headers { .. })));
        while let Some(Bytes(key)) = map.next_key::<Bytes<'b>>()? {
            if let Some((below, name)) = tree.below(node, &key) {
                let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
                map.next_value_seed(Seed { tree, node: below, found: &mut *found, name })?;
            } else if headers {
                let name = Some(String::from_utf8_lossy(&key).into_owned());
                map.next_value_seed(Seed { tree, node, found: &mut *found, name })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'b>>(self, mut list: A) -> Result<(), A::Error> {
        let holds_headers = self.holds_headers();
        let Seed { tree, node, found, name } = self;
        if let Some(need) = tree.nodes[node].need {
            found.needs |= 1 << need;
        }
        if holds_headers && name.is_none() {
            return named_headers(tree, node, found, &mut list);
        }
        for index in 0_usize.. {
            let below = tree.below(node, index.to_string().as_bytes()).map(|(below, _)| below);
            // The values of one header, or of one field.
            let own = tree.nodes[node].place.is_some().then_some(node);
            let more = match below.or(own) {
                Some(node) => list.next_element_seed(Seed { tree, node, found: &mut *found, name: name.clone() })?,
                None => list.next_element::<IgnoredAny>()?.map(drop),
            };
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// A header as some loggers list it.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Named<'b> {
    #[serde(borrow)]
    name: Bytes<'b>,
    #[serde(borrow)]
    value: Bytes<'b>,
}

fn named_headers<'b, A: SeqAccess<'b>>(
    tree: &Tree,
    node: usize,
    found: &mut Found<'b>,
    list: &mut A,
) -> Result<(), A::Error> {
    while let Some(super::har::json::Object(header)) = list.next_element::<super::har::json::Object<Named<'b>>>()? {
        let name = Some(String::from_utf8_lossy(&header.name.0).into_owned());
        Seed { tree, node, found: &mut *found, name }.text(header.value.0);
    }
    Ok(())
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
