//! The outer values of a record: every place in a request where a value can sit.

use super::body::Declared;
use super::chain::StepKind;
use super::classes::classify;
use super::decode::Plus;
use super::value::{Level, Walk};
use super::{Place, url};
use crate::record::{Pair, Record};
use memchr::memrchr;

/// Headers that are protocol, not payload.
const PROTOCOL_HEADERS: [&[u8]; 26] = [
    b"cache-control",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"date",
    b"dnt",
    b"expect",
    b"host",
    b"http2-settings",
    b"if-match",
    b"if-modified-since",
    b"if-none-match",
    b"if-range",
    b"if-unmodified-since",
    b"keep-alive",
    b"pragma",
    b"priority",
    b"proxy-connection",
    b"range",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"upgrade-insecure-requests",
    b"user-agent",
];

/// How the names of further such headers begin.
const PROTOCOL_PREFIXES: [&[u8]; 4] = [b":", b"accept", b"sec-", b"access-control-"];

/// The number of bytes of a record that peeling looks at.
pub(super) fn size(record: &Record<'_>) -> usize {
    let pairs = |pairs: &[Pair<'_>]| -> usize { pairs.iter().map(|pair| pair.name.len() + pair.value.len()).sum() };
    let body = record.body.as_ref().map_or(0, |body| body.bytes.len() + pairs(&body.fields));
    let messages: usize = record.messages.iter().map(|message| message.data.len()).sum();
    record.url.len()
        + record.referer.len()
        + record.redirect.len()
        + pairs(&record.headers)
        + pairs(&record.cookies)
        + pairs(&record.set_cookies)
        + body
        + messages
}

impl Walk<'_> {
    /// Visits every value of a record, place by place.
    pub(super) fn record(&mut self, record: &Record<'_>) {
        self.request_url(&record.url);
        self.foreign_url(StepKind::Referer, Place::Referer, &record.referer);
        self.headers(&record.headers);
        self.cookies(StepKind::Cookie, Place::Cookie, &record.cookies);
        if let Some(body) = &record.body {
            self.body(body, header(&record.headers, b"content-encoding"));
        }
        self.messages(record);
        self.foreign_url(StepKind::Redirect, Place::Redirect, &record.redirect);
        self.cookies(StepKind::SetCookie, Place::SetCookie, &record.set_cookies);
    }

    /// Visits the parts of the URL that was requested.
    pub(super) fn request_url(&mut self, url: &[u8]) {
        let parts = url::split(url);
        let at = self.level(Place::UserInfo);
        self.part(StepKind::UserInfo, parts.user_info, &at);
        self.host_labels(parts.host);
        let at = self.level(Place::Path);
        self.path(parts.path, &at);
        let at = self.level(Place::Query);
        self.pairs(parts.query, b'&', StepKind::Query, &at);
        let at = self.level(Place::Fragment);
        self.part(StepKind::Fragment, parts.fragment, &at);
    }

    /// Visits the labels that a site can choose freely; the last two are the domain.
    fn host_labels(&mut self, host: &[u8]) {
        let dot = |text: &[u8]| memrchr(b'.', text).unwrap_or(0);
        let free = &host[..dot(&host[..dot(host)])];
        let is_address = host.last().is_some_and(u8::is_ascii_digit);
        if free.is_empty() || free == b"www" || is_address {
            return;
        }
        let at = self.level(Place::HostLabel);
        for (index, label) in free.split(|&byte| byte == b'.').enumerate() {
            self.outer(&index.to_le_bytes(), label, false, &at, |walk| {
                walk.peeler.steps.push_numbered(StepKind::Host, index + 1);
                walk.value(label, classify(label), &at);
                walk.peeler.steps.pop();
            });
        }
    }

    /// Visits a URL that is a place of its own, and its parts.
    fn foreign_url(&mut self, kind: StepKind, place: Place, url: &[u8]) {
        if url.is_empty() {
            return;
        }
        let at = self.level(place);
        self.outer(b"", url, false, &at, |walk| {
            let parts = url::split(url);
            walk.peeler.steps.push(kind, b"");
            walk.visit(url, &at, parts.is_bare());
            walk.url_parts(&parts, &at);
            walk.peeler.steps.pop();
        });
    }

    fn headers(&mut self, headers: &[Pair<'_>]) {
        let at = self.level(Place::Header);
        for header in headers {
            if self.is_spent() {
                return;
            }
            if header.name.eq_ignore_ascii_case(b"origin") {
                self.foreign_url(StepKind::Origin, Place::Origin, &header.value);
            } else if !is_protocol(&header.name) {
                self.outer(&header.name, &header.value, false, &at, |walk| walk.header(header, &at));
            }
        }
    }

    fn header(&mut self, header: &Pair<'_>, at: &Level<'_>) {
        let mut name = self.peeler.buffers.take();
        name.extend(header.name.iter().map(u8::to_ascii_lowercase));
        let mark = self.peeler.keys.len();
        self.enter(StepKind::Header, &name, classify(&name), at);
        self.peeler.buffers.give(name);
        let value = without_auth_scheme(&header.value);
        self.value(value, classify(value), at);
        self.leave(mark);
    }

    fn cookies(&mut self, kind: StepKind, place: Place, cookies: &[Pair<'_>]) {
        let at = self.level(place);
        for cookie in cookies {
            if self.is_spent() {
                return;
            }
            self.outer(&cookie.name, &cookie.value, false, &at, |walk| {
                let mark = walk.peeler.keys.len();
                walk.enter(kind, &cookie.name, classify(&cookie.name), &at);
                walk.escaped(&cookie.value, classify(&cookie.value), Plus::Keep, &at);
                walk.leave(mark);
            });
        }
    }

    /// Visits the messages that the client sent; what it received went to nobody else.
    fn messages(&mut self, record: &Record<'_>) {
        for (index, message) in record.messages.iter().enumerate() {
            if !message.outgoing || self.is_spent() {
                continue;
            }
            let at = self.level(Place::WebSocket);
            self.peeler.steps.push_numbered(StepKind::WebSocket, index + 1);
            self.content(&message.data, Declared::default(), &at);
            self.peeler.steps.pop();
        }
    }
}

fn is_protocol(name: &[u8]) -> bool {
    let begins = |prefix: &[u8]| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    PROTOCOL_PREFIXES.iter().any(|prefix| begins(prefix))
        || PROTOCOL_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn header<'r>(headers: &'r [Pair<'_>], name: &[u8]) -> &'r [u8] {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map_or(&[], |header| &header.value)
}

/// The credentials behind the word that names their kind.
fn without_auth_scheme(value: &[u8]) -> &[u8] {
    [&b"basic "[..], b"bearer ", b"token "]
        .iter()
        .find(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        .map_or(value, |scheme| value[scheme.len()..].trim_ascii_start())
}
