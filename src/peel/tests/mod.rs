//! Tests of peeling as a whole: what a visitor is shown for a record.

mod bodies;
mod properties;
mod recalled;
mod values;

use super::{Node, Peeler, Place};
use crate::record::{Body, Record, Text};

/// A node as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    place: Place,
    keys: String,
    chain: String,
    value: String,
    encoded: bool,
    leaf: bool,
    host: Option<String>,
    url_keys: Option<String>,
    inner_keys: String,
    container: u32,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn seen(node: &Node<'_>) -> Seen {
    Seen {
        place: node.place,
        keys: text(node.keys.as_bytes()),
        chain: node.chain(),
        value: text(node.value),
        encoded: node.encoded,
        leaf: node.leaf,
        host: node.inside_url.map(|inside| text(inside.host)),
        url_keys: node.url_keys().map(text),
        inner_keys: text(node.inner_keys()),
        container: node.container,
    }
}

fn peel(record: &Record<'_>) -> Vec<Seen> {
    let mut nodes = Vec::new();
    let mut peeler = Peeler::default();
    peeler.record(record, &mut |node: &Node<'_>| nodes.push(seen(node)));
    assert!(!peeler.capped());
    nodes
}

fn bytes(value: &(impl AsRef<[u8]> + ?Sized)) -> Text<'static> {
    Text::Owned(value.as_ref().to_vec())
}

fn url(url: &str) -> Vec<Seen> {
    peel(&Record { url: bytes(url), ..Record::default() })
}

fn query(query: &str) -> Vec<Seen> {
    url(&format!("https://t.example/?{query}"))
}

fn body(mime: &str, content: impl AsRef<[u8]>) -> Vec<Seen> {
    peel(&Record {
        body: Some(Body { mime: bytes(mime), bytes: bytes(&content), fields: Vec::new() }),
        ..Record::default()
    })
}

/// The one node with a value; more than one is as wrong as none.
fn find<'s>(nodes: &'s [Seen], value: &str) -> &'s Seen {
    let mut found = nodes.iter().filter(|node| node.value == value);
    let (Some(node), None) = (found.next(), found.next()) else {
        panic!("{value} is not there exactly once: {nodes:#?}");
    };
    node
}

/// Key path and value of every node, in order.
fn listing(nodes: &[Seen]) -> Vec<(&str, &str)> {
    nodes.iter().map(|node| (node.keys.as_str(), node.value.as_str())).collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Everything escaped but letters and digits.
fn percent(content: &[u8]) -> Vec<u8> {
    content
        .iter()
        .flat_map(|&byte| match byte.is_ascii_alphanumeric() {
            true => vec![byte],
            false => format!("%{byte:02X}").into_bytes(),
        })
        .collect()
}

fn base64(content: &[u8]) -> String {
    data_encoding::BASE64.encode(content)
}

fn base64url(content: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(content)
}
