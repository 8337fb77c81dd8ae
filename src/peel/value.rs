//! The recursion: a value is opened, visited and descended into. Everything here works on one
//! record and shares its key path, its chain and its budget through the peeler.

use super::chain::StepKind;
use super::classes::{Classes, classify};
use super::decode::{self, Percent, Plus};
use super::open::Inner;
use super::query::{self, Pair};
use super::url::UrlParts;
use super::{InsideUrl, Node, Outer, Peeler, Place, Spent, Visitor};
use std::ops::Range;

/// One record being taken apart.
pub(super) struct Walk<'w> {
    pub(super) peeler: &'w mut Peeler,
    visitor: &'w mut dyn Visitor,
}

/// What a value inherits from where it was found.
#[derive(Clone, Copy)]
pub(super) struct Level<'v> {
    pub(super) place: Place,
    pub(super) container: u32,
    pub(super) encoded: bool,
    pub(super) inside: Option<InsideUrl<'v>>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(peeler: &'w mut Peeler, visitor: &'w mut dyn Visitor) -> Self {
        Walk { peeler, visitor }
    }
}

impl Walk<'_> {
    /// An outermost level with a sibling group of its own.
    pub(super) fn level(&mut self, place: Place) -> Level<'static> {
        Level { place, container: self.container(), encoded: false, inside: None }
    }

    /// A new sibling group.
    pub(super) fn container(&mut self) -> u32 {
        self.peeler.containers += 1;
        self.peeler.containers
    }

    pub(super) fn is_spent(&mut self) -> bool {
        self.peeler.budget.is_spent()
    }

    /// Shows one value to the visitor.
    pub(super) fn visit(&mut self, value: &[u8], at: &Level<'_>, leaf: bool) {
        if value.is_empty() || !self.peeler.budget.take_node() {
            return;
        }
        let depth = self.peeler.steps.len().saturating_sub(1);
        self.visitor.node(&Node {
            place: at.place,
            keys: &self.peeler.keys,
            steps: &self.peeler.steps,
            value,
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            encoded: at.encoded,
            inside_url: at.inside,
            container: at.container,
            leaf,
        });
    }

    /// Takes a value apart, unless it is an outer one of which the visitor knows what it holds. `name`
    /// is its name, or its number among those without one.
    pub(super) fn outer(
        &mut self,
        name: &[u8],
        value: &[u8],
        decoded: bool,
        at: &Level<'_>,
        open: impl FnOnce(&mut Self),
    ) {
        // What is inside another value is remembered with that. A form's fields are the body's values.
        let depth = if at.place == Place::Form { 1 } else { 0 };
        if self.peeler.steps.len() > depth {
            return open(self);
        }
        let (ample, containers) = (self.peeler.budget.ample(), self.peeler.containers);
        let (place, container, is_ample) = (at.place, at.container, ample.is_some());
        let known = self.visitor.begin(&Outer { place, name, value, decoded, container, containers, ample: is_ample });
        if let Some(spent) = known {
            self.peeler.budget.take_again(u32::from(spent.nodes), spent.bytes as usize);
            self.peeler.containers += u32::from(spent.containers);
            return;
        }
        open(self);
        let taken = ample.and_then(|before| self.peeler.budget.taken_since(before));
        let containers = self.peeler.containers - containers;
        self.visitor.end(taken.and_then(|(nodes, bytes)| Spent::of(nodes, containers, bytes)));
    }

    /// Visits a value and everything inside it.
    pub(super) fn value(&mut self, value: &[u8], classes: Classes, at: &Level<'_>) {
        if Self::is_plain(value, classes) {
            return self.visit(value, at, true);
        }
        let inner = self.open(value, classes);
        let compressed =
            matches!(inner, Inner::Decoded(StepKind::Gzip | StepKind::Zlib | StepKind::Deflate | StepKind::Brotli, ..));
        if !compressed {
            self.visit(value, at, matches!(inner, Inner::Nothing));
        }
        self.descend(value, inner, at);
    }

    /// Visits what is inside a value, and the value itself only if it is no plain structure.
    pub(super) fn inside(&mut self, value: &[u8], at: &Level<'_>) {
        let classes = classify(value);
        let inner = self.open(value, classes);
        if !matches!(inner, Inner::Json | Inner::Lines | Inner::Query(_)) {
            self.visit(value, at, matches!(inner, Inner::Nothing));
        }
        self.descend(value, inner, at);
    }

    pub(super) fn descend(&mut self, value: &[u8], inner: Inner<'_>, at: &Level<'_>) {
        match inner {
            Inner::Nothing => {}
            Inner::Json => self.documents(value, at),
            Inner::Lines => self.lines(value, at),
            Inner::Frames(frames) => self.frames(value, &frames, at),
            Inner::Fields(fields) => self.fields_of_message(value, &fields, at),
            Inner::Url(parts) => self.nested_url(&parts, at),
            Inner::Query(text) => self.pairs(text, b'&', StepKind::Query, at),
            Inner::List(separator) => self.pairs(value, separator, StepKind::List, at),
            Inner::Decoded(kind, buffer, classes) => {
                self.step(kind, &buffer, classes, at);
                self.peeler.buffers.give(buffer);
            }
        }
    }

    /// Goes on with a decoded value.
    fn step(&mut self, kind: StepKind, value: &[u8], classes: Classes, at: &Level<'_>) {
        self.peeler.steps.push(kind, b"");
        let at = Level { encoded: at.encoded || kind.is_encoding(), ..*at };
        self.value(value, classes, &at);
        self.peeler.steps.pop();
    }

    /// Visits a value from a place where percent-encoding is the rule. Only the decoded value is a
    /// node, since the encoded one says nothing more.
    pub(super) fn escaped(&mut self, raw: &[u8], classes: Classes, plus: Plus, at: &Level<'_>) {
        if raw.is_empty() {
            return;
        }
        let escapes = match plus {
            Plus::Keep => Classes::PERCENT,
            Plus::Space => Classes::PERCENT | Classes::PLUS,
        };
        if !classes.has(escapes) {
            return self.value(raw, classes, at);
        }
        let mut buffer = self.peeler.buffers.take();
        let outcome = decode::percent(raw, plus, &mut buffer);
        match outcome {
            Percent::Unchanged => self.value(raw, classes, at),
            _ if !self.peeler.budget.take_bytes(buffer.len()) => {}
            Percent::Plus(classes) => self.step(StepKind::Plus, &buffer, classes, at),
            Percent::Decoded(classes) => self.step(StepKind::Percent, &buffer, classes, at),
        }
        self.peeler.buffers.give(buffer);
    }

    /// Visits the parameters of a query string or a list.
    pub(super) fn pairs(&mut self, text: &[u8], separator: u8, kind: StepKind, at: &Level<'_>) {
        let at = Level { container: self.container(), ..*at };
        for pair in query::pairs(text, separator) {
            if self.is_spent() {
                return;
            }
            self.outer(pair.key, pair.value, false, &at, |walk| walk.pair(&pair, kind, &at));
        }
    }

    fn pair(&mut self, pair: &Pair<'_>, kind: StepKind, at: &Level<'_>) {
        let mark = self.peeler.keys.len();
        if pair.key_classes.has(Classes::PERCENT | Classes::PLUS) {
            let mut buffer = self.peeler.buffers.take();
            match decode::percent(pair.key, Plus::Space, &mut buffer) {
                Percent::Unchanged => self.enter(kind, pair.key, pair.key_classes, at),
                Percent::Plus(classes) | Percent::Decoded(classes) => {
                    self.enter(kind, &buffer, classes, at);
                }
            }
            self.peeler.buffers.give(buffer);
        } else {
            self.enter(kind, pair.key, pair.key_classes, at);
        }
        self.escaped(pair.value, pair.value_classes, Plus::Space, at);
        self.leave(mark);
    }

    /// Adds a name to the chain and the key path, and visits it if it could be a datum.
    pub(super) fn enter(&mut self, kind: StepKind, name: &[u8], classes: Classes, at: &Level<'_>) {
        self.peeler.steps.push(kind, name);
        if query::is_key_data(name, classes) {
            self.peeler.steps.push(StepKind::Name, b"");
            self.value(name, classes, at);
            self.peeler.steps.pop();
        }
        match classes.has(Classes::JSON) {
            _ if name.is_empty() => {}
            true => self.peeler.keys.push_name(name),
            false => self.peeler.keys.push(name),
        }
    }

    /// Takes back the step and the name that [`Walk::enter`] added.
    pub(super) fn leave(&mut self, mark: usize) {
        self.peeler.steps.pop();
        self.peeler.keys.truncate(mark);
    }

    fn nested_url(&mut self, parts: &UrlParts<'_>, at: &Level<'_>) {
        self.peeler.steps.push(StepKind::Url, b"");
        let inside = InsideUrl { host: parts.host, held_by: self.peeler.keys.len() };
        let at = Level { inside: Some(inside), ..*at };
        self.url_parts(parts, &at);
        self.peeler.steps.pop();
    }

    /// Visits every part of a URL that stands in a value.
    pub(super) fn url_parts(&mut self, parts: &UrlParts<'_>, at: &Level<'_>) {
        self.part(StepKind::UserInfo, parts.user_info, at);
        self.path(parts.path, at);
        self.pairs(parts.query, b'&', StepKind::Query, at);
        self.part(StepKind::Fragment, parts.fragment, at);
    }

    /// Visits a part of a URL that has no name of its own.
    pub(super) fn part(&mut self, kind: StepKind, text: &[u8], at: &Level<'_>) {
        if text.is_empty() {
            return;
        }
        let at = Level { container: self.container(), ..*at };
        self.peeler.steps.push(kind, b"");
        self.escaped(text, classify(text), Plus::Keep, &at);
        self.peeler.steps.pop();
    }

    /// Visits the segments of a path and the parameters in them.
    pub(super) fn path(&mut self, path: &[u8], at: &Level<'_>) {
        let at = Level { container: self.container(), ..*at };
        let mut number: usize = 0;
        let mut rest = path;
        while !rest.is_empty() && !self.is_spent() {
            let (segment, behind, classes) = query::run(rest, b'/', b';');
            if !segment.is_empty() {
                number += 1;
                self.outer(&number.to_le_bytes(), segment, false, &at, |walk| {
                    walk.peeler.steps.push_numbered(StepKind::Path, number);
                    walk.escaped(segment, classes, Plus::Keep, &at);
                    walk.peeler.steps.pop();
                });
            }
            rest = behind;
            if rest.starts_with(b";") {
                let end = memchr::memchr(b'/', rest).unwrap_or(rest.len());
                self.matrix(&rest[..end], &at);
                rest = &rest[end..];
            }
            rest = rest.get(1..).unwrap_or(&[]);
        }
    }

    /// Visits the `;name=value` parameters of a path segment.
    fn matrix(&mut self, parameters: &[u8], at: &Level<'_>) {
        let place = match at.place {
            Place::Path => Place::Matrix,
            place => place,
        };
        self.pairs(parameters, b';', StepKind::Matrix, &Level { place, ..*at });
    }

    /// Visits the frames of a stream of messages.
    fn frames(&mut self, bytes: &[u8], frames: &[Range<usize>], at: &Level<'_>) {
        for (index, frame) in frames.iter().enumerate() {
            if self.is_spent() {
                return;
            }
            self.peeler.steps.push_numbered(StepKind::Frame, index + 1);
            self.inside(&bytes[frame.clone()], at);
            self.peeler.steps.pop();
        }
    }

    /// Visits the texts of a protocol buffer under the numbers of their fields.
    fn fields_of_message(&mut self, bytes: &[u8], fields: &[(String, Range<usize>)], at: &Level<'_>) {
        let at = Level { container: self.container(), encoded: true, ..*at };
        for (path, range) in fields {
            if self.is_spent() {
                return;
            }
            let mark = self.peeler.keys.len();
            self.peeler.steps.push(StepKind::Protobuf, path.as_bytes());
            self.peeler.keys.push(path.as_bytes());
            let text = &bytes[range.clone()];
            self.value(text, classify(text), &at);
            self.leave(mark);
        }
    }

    /// Visits the lines of a batch.
    fn lines(&mut self, text: &[u8], at: &Level<'_>) {
        let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        for (index, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
            if self.is_spent() {
                return;
            }
            self.peeler.steps.push_numbered(StepKind::Line, index + 1);
            self.inside(line, at);
            self.peeler.steps.pop();
        }
    }
}
