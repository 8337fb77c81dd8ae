//! The places of a line that are wanted, as a tree of keys, and the reading of a line along it.

use super::Holds;
use crate::format::field::Field;
use crate::format::har::json::{Bytes, Object};
use crate::format::parts::Parts;
use crate::record::Text;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// What is known of a place: the keys below it and what it holds.
#[derive(Debug, Default)]
pub(in crate::format) struct Tree {
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
pub(super) enum Place {
    Field(Field),
    Headers { response: bool },
    Just(&'static str),
}

impl Place {
    pub(super) fn of(holds: Holds) -> Self {
        match holds {
            Holds::Field(name) => Place::Field(Field::named(name).unwrap_or(Field::Ignored)),
            Holds::Headers => Place::Headers { response: false },
            Holds::ResponseHeaders => Place::Headers { response: true },
            Holds::Just(value) => Place::Just(value),
        }
    }
}

impl Tree {
    /// Wants what stands at a pointer.
    pub(super) fn add(&mut self, pointer: &str, place: Place) {
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

    /// Asks of every line that it has a value at a pointer.
    pub(super) fn need(&mut self, pointer: &str) {
        let node = self.node(pointer);
        let need = self.needs;
        self.nodes[node].need = Some(need);
        self.needs += 1;
    }

    /// What a line holds at the wanted places; `None` where it lacks something that every line has.
    ///
    /// # Errors
    /// The line is no JSON.
    pub(super) fn parts<'b>(&self, line: &'b [u8]) -> serde_json::Result<Option<Parts<'b>>> {
        let mut found = Found { values: Vec::new(), needs: 0, is_other: false };
        let mut json = serde_json::Deserializer::from_slice(line);
        let seed = Seed { tree: self, node: 0, found: &mut found, name: None };
        seed.deserialize(&mut json).and_then(|()| json.end())?;
        if found.is_other || found.needs.count_ones() < self.needs {
            return Ok(None);
        }
        found.values.sort_by_key(|value| value.rank);
        let mut parts = Parts::new(0);
        for value in found.values {
            parts.set(&value.field, value.text);
        }
        Ok(Some(parts))
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
    while let Some(Object(header)) = list.next_element::<Object<Named<'b>>>()? {
        let name = Some(String::from_utf8_lossy(&header.name.0).into_owned());
        Seed { tree, node, found: &mut *found, name }.text(header.value.0);
    }
    Ok(())
}
