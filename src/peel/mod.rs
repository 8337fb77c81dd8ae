//! Peeling: one recorded request is taken apart into every value that it carries, however nested
//! and encoded. Each value comes with the path of keys that leads to it and with the chain of steps
//! that laid it bare, so that a finding can be proved by hand.
//!
//! A record's outer values are listed in `places`, bodies in `body` and `multipart`; `value` is the
//! recursion: `open` decides once per value what it holds, the value is visited, then its inside is
//! peeled in turn. Plain values are slices of the record; decoded bytes live in reused buffers.
//!
//! What a visitor can rely on:
//! - a parent is visited before what is inside it, and [`Node::leaf`] tells whether there is more;
//! - empty values, JSON `null`, compressed bytes and whole structured bodies make no node;
//! - a decoder that changes nothing makes no node;
//! - work and memory are bounded by [`Limits`], and [`Peeler::capped`] says when a limit was met.

mod binary;
mod body;
mod budget;
mod chain;
mod classes;
mod codes;
mod decode;
mod inflate;
mod json;
mod keys;
mod letters;
mod multipart;
mod open;
mod pair;
mod places;
mod query;
mod url;
mod value;
mod visitor;

#[cfg(test)]
mod tests;

pub use budget::Limits;
pub use chain::{Step, StepKind, Steps};
pub use keys::KeyPath;
pub use letters::letter_map;
pub use visitor::{Outer, Spent, Visitor};

use crate::memo::Memo;
use crate::record::Record;
use budget::{Budget, Buffers};
use std::borrow::Cow;
use value::Walk;

/// A value of a query or form without its percent-encoding, `+` for a space included.
pub(crate) fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    let mut plain = Vec::new();
    match decode::percent(value, decode::Plus::Space, &mut plain) {
        decode::Percent::Unchanged => Cow::Borrowed(value),
        decode::Percent::Plus(_) | decode::Percent::Decoded(_) => Cow::Owned(plain),
    }
}

/// Where in the request the outermost value sat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The query of the request's URL.
    Query,
    /// A segment of the URL's path.
    Path,
    /// A `;name=value` parameter in the URL's path.
    Matrix,
    /// The URL's fragment.
    Fragment,
    /// The user name and password in the URL.
    UserInfo,
    /// A label of the URL's host, left of the last two.
    HostLabel,
    /// The Referer header, which is a URL.
    Referer,
    /// The Origin header.
    Origin,
    /// Another request header.
    Header,
    /// A request cookie.
    Cookie,
    /// A cookie set by the response.
    SetCookie,
    /// A form field in the body.
    Form,
    /// A part of a multipart body.
    Multipart,
    /// A member of a JSON body.
    Json,
    /// Any other body, encoded and batched ones included.
    Body,
    /// An outgoing WebSocket message.
    WebSocket,
    /// The URL to which the response redirected.
    Redirect,
}

/// A URL that was copied into a parameter or a body and in which a node was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsideUrl<'n> {
    /// The URL's host as written; empty when the copy begins with its path.
    pub host: &'n [u8],
    /// How many segments of the node's key path name the value that held the URL.
    pub held_by: usize,
}

/// One value on the way from a record's outer values to its innermost ones.
#[derive(Clone, Copy, Debug)]
pub struct Node<'n> {
    /// Where the outermost value sat.
    pub place: Place,
    /// The names that lead to the value, without the decoding steps.
    pub keys: &'n KeyPath,
    /// The steps that laid the value bare; the first one names the place.
    pub steps: &'n Steps,
    /// The value after the steps.
    pub value: &'n [u8],
    /// How many steps follow the one that names the place.
    pub depth: u8,
    /// Whether any step was more than percent, form, JSON or entity decoding or splitting.
    pub encoded: bool,
    /// The innermost URL copied into a parameter or a body that holds this value.
    pub inside_url: Option<InsideUrl<'n>>,
    /// The group of siblings: the parameters of one query, the members of one object, one form.
    pub container: u32,
    /// Whether nothing was found inside the value.
    pub leaf: bool,
}

impl<'n> Node<'n> {
    /// The steps in words, such as `query:dl > percent > url > query:address`.
    ///
    /// Steps are separated by ` > `, each is a word, in most cases followed by `:` and a name (a
    /// key, a JSON pointer, a number from 1). In names `\`, `>`, control and direction characters
    /// and bytes that are not UTF-8 are written `\xNN`, so a name never holds the separator.
    pub fn chain(&self) -> String {
        self.steps.to_string()
    }

    /// The rendered key path of the value that held the innermost URL around this node.
    pub fn url_keys(&self) -> Option<&'n [u8]> {
        self.inside_url.map(|inside| self.keys.prefix(inside.held_by))
    }

    /// The rendered key path inside the innermost URL, or the whole one where there is no URL.
    pub fn inner_keys(&self) -> &'n [u8] {
        self.keys.suffix(self.inside_url.map_or(0, |inside| inside.held_by))
    }
}

/// Takes records apart. One peeler serves one thread and keeps its buffers between records.
#[derive(Debug, Default)]
pub struct Peeler {
    keys: KeyPath,
    steps: Steps,
    budget: Budget,
    buffers: Buffers,
    frames: Vec<Vec<json::Frame>>,
    /// Tokens in which nothing is.
    barren: Memo<()>,
    containers: u32,
}

impl Peeler {
    /// A peeler with other limits than the usual ones.
    pub fn with_limits(limits: Limits) -> Self {
        Peeler { budget: Budget::new(limits), ..Peeler::default() }
    }

    /// Visits every value of a record.
    pub fn record(&mut self, record: &Record<'_>, visitor: &mut dyn Visitor) {
        self.begin(places::size(record));
        Walk::new(self, visitor).record(record);
    }

    /// Visits every value of a URL as if it were the URL of a record.
    pub fn url(&mut self, url: &[u8], visitor: &mut dyn Visitor) {
        self.begin(url.len());
        Walk::new(self, visitor).request_url(url);
    }

    /// Whether the last record met a limit, so that part of it was not looked at.
    pub fn capped(&self) -> bool {
        self.budget.is_capped()
    }

    fn begin(&mut self, input: usize) {
        self.budget.begin(input);
        self.keys.clear();
        self.steps.clear();
        self.containers = 0;
    }
}
