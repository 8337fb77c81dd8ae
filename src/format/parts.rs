//! How a record is put together from the fields of a line, whatever there is of them.

use super::access_log::split_request;
use super::field::Field;
use super::http::{cookies, set_cookies};
use super::{Meaning, Reason};
use crate::place::{is_address, without_port};
use crate::record::{Body, EMPTY, Pair, Record, Sent, Text};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;

/// The fields of one record on the way to it. A field that comes twice keeps its first value.
#[derive(Default)]
pub(super) struct Parts<'b> {
    record: Record<'b>,
    /// How many seconds times without a zone are ahead of UTC.
    zone: i64,
    date: Text<'b>,
    clock: Text<'b>,
    millis: i64,
    scheme: Text<'b>,
    server: Text<'b>,
    port: Text<'b>,
    path: Text<'b>,
    query: Text<'b>,
    body: Text<'b>,
    body_type: Text<'b>,
    has_request: bool,
    is_allowed: bool,
}

impl<'b> Parts<'b> {
    /// The parts of a record whose times are in this zone where they name none.
    pub(super) fn new(zone: i64) -> Self {
        Parts { zone, ..Parts::default() }
    }

    /// Takes the value of a field. Empty texts and dashes stand for none.
    pub(super) fn set(&mut self, field: &Field, text: Text<'b>) {
        if text.is_empty() || &*text == b"-" {
            return;
        }
        let record = &mut self.record;
        let place = match field {
            Field::Ignored | Field::Number => return,
            Field::Time => return record.time = record.time.or_else(|| time::any(&text, self.zone)),
            Field::TimeAs(format) => {
                return record.time = record.time.or_else(|| time::spelled_as(&text, format, self.zone));
            }
            Field::Seconds => return record.time = record.time.or_else(|| time::epoch_seconds(&text)),
            Field::Millis => return self.millis = time::epoch_seconds(&text).unwrap_or_default() / 1000,
            Field::Status => return record.status = super::lines::status(&text).unwrap_or(record.status),
            Field::Cookies => return record.cookies.extend(cookies(&text)),
            Field::SetCookies => return record.set_cookies.extend(set_cookies(&text)),
            Field::Cookie(name) => return record.cookies.push(pair(name, text)),
            Field::Header(name) => return record.headers.push(pair(name, text)),
            Field::Verdict => {
                self.is_allowed |= is_allowed(&text);
                return record.sent = verdict(&text).unwrap_or(record.sent);
            }
            Field::Request => return self.request(text),
            Field::Captured => return self.captured(&text),
            Field::App => return record.page_ref = [b"app:", &*text].concat().into(),
            Field::Client if record.client.is_empty() => return record.client = client(text),
            Field::Client => return,
            Field::User => &mut record.user,
            Field::Method => &mut record.method,
            Field::Url => &mut record.url,
            Field::Host => &mut record.host,
            Field::Referer => &mut record.referer,
            Field::Agent => &mut record.user_agent,
            Field::ResponseType => &mut record.response_mime,
            Field::Redirect => &mut record.redirect,
            Field::Initiator => &mut record.initiator,
            Field::Page => &mut record.page_ref,
            Field::Date => &mut self.date,
            Field::Clock => &mut self.clock,
            Field::Scheme => &mut self.scheme,
            Field::Server => &mut self.server,
            Field::Port => &mut self.port,
            Field::Path => &mut self.path,
            Field::Query => &mut self.query,
            Field::Body => &mut self.body,
            Field::BodyType => &mut self.body_type,
        };
        if place.is_empty() {
            *place = text;
        }
    }

    /// A request line. What is none (a probe, TLS on a plain port) leaves no URL.
    fn request(&mut self, text: Text<'b>) {
        self.has_request = true;
        let (method, url) = match &text {
            Cow::Borrowed(text) => match split_request(text) {
                Some((method, url)) => (Cow::Borrowed(method), Cow::Borrowed(url)),
                None => return,
            },
            Cow::Owned(text) => match split_request(text) {
                Some((method, url)) => (Cow::Owned(method.to_vec()), Cow::Owned(url.to_vec())),
                None => return,
            },
        };
        if &*method != b"-" {
            self.set(&Field::Method, method);
            self.set(&Field::Url, url);
        }
    }

    /// Headers whose names are not known are told by their looks.
    fn captured(&mut self, text: &[u8]) {
        for value in text.split(|byte| *byte == b'|').filter(|value| !value.is_empty()) {
            let is_host = value.contains(&b'.') && !value.iter().any(|byte| matches!(byte, b' ' | b'/' | b';'));
            // A balancer's note of the client is neither its own host nor an agent.
            if is_address(value) {
                continue;
            }
            let field = if value.contains_str("://") && !value.contains(&b' ') {
                Field::Referer
            } else if is_host {
                Field::Host
            } else if value.contains(&b'/') {
                Field::Agent
            } else {
                continue;
            };
            self.set(&field, Cow::Owned(value.to_vec()));
        }
    }

    /// Whether anything says what was asked for, beside the host.
    pub(super) fn names_target(&self) -> bool {
        self.has_request || !self.record.url.is_empty() || !self.path.is_empty()
    }

    /// The record, or nothing where no request was made.
    ///
    /// # Errors
    /// When there is neither a URL nor a host.
    pub(super) fn finish(mut self) -> Result<Meaning<'b>, Reason> {
        self.place_time();
        self.place_url();
        if self.record.url.is_empty() {
            let is_probe = self.has_request || self.record.method.is_empty();
            return if is_probe { Ok(Meaning::Nothing) } else { Err(Reason::NoUrl) };
        }
        let mut record = self.record;
        // A firewall that says no more of the answer let it pass.
        if self.is_allowed && record.status == 0 {
            record.status = 200;
        }
        if !self.body.is_empty() {
            record.body = Some(Body { mime: self.body_type, bytes: self.body, fields: Vec::new() });
        } else if !self.body_type.is_empty() {
            record.headers.push(pair("content-type", self.body_type));
        }
        record.response_mime = super::http::essence(record.response_mime);
        record.host = match record.host {
            Cow::Borrowed(host) => Cow::Borrowed(without_port(host)),
            Cow::Owned(host) => Cow::Owned(without_port(&host).to_vec()),
        };
        Ok(Meaning::Record(Box::new(record)))
    }

    fn place_time(&mut self) {
        if self.record.time.is_none() && !self.clock.is_empty() {
            let joined = [&*self.date, b" ", &*self.clock].concat();
            self.record.time = time::any(&joined, self.zone);
        }
        self.record.time = self.record.time.map(|time| time + self.millis);
    }

    /// Makes the URL absolute where the host is known, in every role: whoever declares a site's log
    /// to be a proxy's finds the recipient in it.
    fn place_url(&mut self) {
        let mut url = std::mem::take(&mut self.record.url);
        if url.is_empty() {
            url = join_query(std::mem::take(&mut self.path), &self.query);
        } else if !self.query.is_empty() && !url.contains(&b'?') {
            url = join_query(url, &self.query);
        }
        if self.record.host.is_empty() && url.starts_with(b"/") {
            self.record.host = std::mem::take(&mut self.server);
        }
        let host = authority(&self.record.host, &self.port);
        let starts_like_path = url.first().is_none_or(|byte| matches!(byte, b'/' | b'*' | b'?'));
        let names_host = !host.is_empty() && host != b"_";
        let is_connect = self.record.method.eq_ignore_ascii_case(b"CONNECT");
        self.record.url = if is_connect && (url.is_empty() || !starts_like_path) {
            if url.is_empty() { host.into() } else { url }
        } else if !starts_like_path && url.contains_str("://") {
            self.record.host = EMPTY;
            url
        } else if starts_like_path && names_host {
            [self.scheme_or_http().as_slice(), b"://", &host, &url].concat().into()
        } else if starts_like_path {
            url
        } else if !names_host || begins_with_host(&url, &host) {
            // Some proxies leave the scheme out and begin with the host.
            [self.scheme_or_http().as_slice(), b"://", &url].concat().into()
        } else {
            [self.scheme_or_http().as_slice(), b"://", &host, b"/", &url].concat().into()
        };
    }

    fn scheme_or_http(&self) -> Vec<u8> {
        let scheme = self.scheme.to_ascii_lowercase();
        match (scheme.as_slice(), &*self.port) {
            (b"https" | b"h2" | b"https2" | b"ssl" | b"true" | b"on", _) => b"https".to_vec(),
            (b"ws" | b"wss", _) => scheme,
            (b"", b"443" | b"8443") => b"https".to_vec(),
            _ => b"http".to_vec(),
        }
    }
}

fn pair<'b>(name: &str, value: Text<'b>) -> Pair<'b> {
    Pair { name: Cow::Owned(name.as_bytes().to_vec()), value }
}

fn join_query<'b>(path: Text<'b>, query: &[u8]) -> Text<'b> {
    let query = query.strip_prefix(b"?").unwrap_or(query);
    if query.is_empty() { path } else { [&*path, b"?", query].concat().into() }
}

fn begins_with_host(url: &[u8], host: &[u8]) -> bool {
    let first = &url[..url.find_byteset(b"/?").unwrap_or(url.len())];
    without_port(first).eq_ignore_ascii_case(without_port(host))
}

/// A host with its port where that is neither named already nor the usual one.
fn authority(host: &[u8], port: &[u8]) -> Vec<u8> {
    let is_bare_v6 = host.iter().filter(|byte| **byte == b':').count() > 1 && !host.starts_with(b"[");
    let host = if is_bare_v6 { [b"[", host, b"]"].concat() } else { host.to_vec() };
    let has_port = without_port(&host).len() + usize::from(host.starts_with(b"[")) * 2 < host.len();
    if port.is_empty() || matches!(port, b"80" | b"443") || has_port {
        host
    } else {
        [host.as_slice(), b":", port].concat()
    }
}

/// The address in `198.51.100.7:4711`, `[2001:db8::1]:4711` or `198.51.100.7, 203.0.113.9`.
fn client(text: Text<'_>) -> Text<'_> {
    let first = text.find_byteset(b", ").map_or(&*text, |end| &text[..end]);
    let colons = first.iter().filter(|byte| **byte == b':').count();
    let address = if colons == 1 || first.starts_with(b"[") { without_port(first) } else { first };
    if address.len() == text.len() { text } else { Cow::Owned(address.to_vec()) }
}

/// What the words of a proxy say about a request's leaving.
fn verdict(text: &[u8]) -> Option<Sent> {
    let text = text.to_ascii_lowercase();
    let is_denied = text.contains_str("denied") && !text.contains_str("denied_reply");
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word.as_bytes()));
    (is_denied || starts(&["block", "deny", "drop"])).then_some(Sent::Blocked)
}

fn is_allowed(text: &[u8]) -> bool {
    text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"allow"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record<'b>(fields: &[(Field, &'b str)]) -> Record<'b> {
        let mut parts = Parts::new(0);
        for (field, text) in fields {
            parts.set(field, Cow::Borrowed(text.as_bytes()));
        }
        match parts.finish() {
            Ok(Meaning::Record(record)) => *record,
            other => panic!("{fields:?}: {other:?}"),
        }
    }

    fn url(fields: &[(Field, &str)]) -> String {
        record(fields).url.to_str_lossy().into_owned()
    }

    #[test]
    fn urls_are_put_together_from_whatever_there_is() {
        use Field::{Host, Method, Path, Port, Query, Request, Scheme, Server, Url};
        assert_eq!(url(&[(Url, "/a?b=1")]), "/a?b=1");
        assert_eq!(url(&[(Path, "/a"), (Query, "b=1")]), "/a?b=1");
        assert_eq!(url(&[(Path, "/a"), (Query, "-")]), "/a");
        assert_eq!(url(&[(Path, "/a"), (Query, "?b=1"), (Host, "x.example")]), "http://x.example/a?b=1");
        assert_eq!(url(&[(Url, "/a"), (Host, "x.example:8080"), (Port, "8080")]), "http://x.example:8080/a");
        assert_eq!(url(&[(Url, "/a"), (Host, "x.example"), (Port, "443")]), "https://x.example/a");
        assert_eq!(url(&[(Url, "/a"), (Host, "2001:db8::1"), (Port, "81")]), "http://[2001:db8::1]:81/a");
        assert_eq!(url(&[(Url, "x.example/a"), (Host, "x.example"), (Scheme, "HTTPS")]), "https://x.example/a");
        assert_eq!(url(&[(Url, "http://y.example/"), (Host, "x.example")]), "http://y.example/");
        assert_eq!(url(&[(Request, "GET /a HTTP/1.1"), (Server, "192.0.2.1")]), "http://192.0.2.1/a");
        assert_eq!(url(&[(Request, "GET /a HTTP/1.1"), (Host, "_")]), "/a");
        assert_eq!(url(&[(Method, "CONNECT"), (Host, "x.example"), (Port, "8443")]), "x.example:8443");
        assert_eq!(url(&[(Method, "CONNECT"), (Url, "x.example:443")]), "x.example:443");
        assert_eq!(url(&[(Host, "x.example")]), "http://x.example");
    }

    #[test]
    fn clients_lose_their_port_and_their_proxies() {
        for text in ["192.0.2.1", "192.0.2.1:4711", "192.0.2.1, 198.51.100.2", "192.0.2.1,198.51.100.2"] {
            assert_eq!(record(&[(Field::Client, text), (Field::Url, "/")]).client.as_bstr(), "192.0.2.1");
        }
        for text in ["2001:db8::1", "[2001:db8::1]:4711"] {
            assert_eq!(record(&[(Field::Client, text), (Field::Url, "/")]).client.as_bstr(), "2001:db8::1");
        }
    }

    #[test]
    fn times_come_whole_or_in_two_parts() {
        let time = Some(1_719_826_200_250_000);
        let url = (Field::Url, "/");
        assert_eq!(record(&[(Field::Time, "1719826200.25"), url.clone()]).time, time);
        let parts = [(Field::Date, "2024-07-01"), (Field::Clock, "09:30:00.25"), url.clone()];
        assert_eq!(record(&parts).time, time);
        assert_eq!(record(&[(Field::Seconds, "1719826200"), (Field::Millis, "250"), url]).time, time);
    }

    #[test]
    fn a_line_without_request_is_nothing_and_one_without_url_an_error() {
        let finish = |fields: &[(Field, &'static str)]| {
            let mut parts = Parts::new(0);
            fields.iter().for_each(|(field, text)| parts.set(field, Cow::Borrowed(text.as_bytes())));
            parts.finish()
        };
        assert!(matches!(finish(&[(Field::Request, "\\x16\\x03")]), Ok(Meaning::Nothing)));
        assert!(matches!(finish(&[(Field::Client, "192.0.2.1")]), Ok(Meaning::Nothing)));
        assert!(matches!(finish(&[(Field::Method, "GET")]), Err(Reason::NoUrl)));
    }

    #[test]
    fn what_a_firewall_allowed_was_answered() {
        let status = |fields: &[(Field, &str)]| record(&[&[(Field::Url, "/")], fields].concat()).status;
        assert_eq!(status(&[(Field::Verdict, "ALLOW")]), 200);
        assert_eq!(status(&[(Field::Verdict, "Allowed"), (Field::Status, "404")]), 404);
        assert_eq!(status(&[(Field::Verdict, "BLOCK")]), 0);
        assert_eq!(status(&[]), 0);
    }

    #[test]
    fn captured_headers_are_told_by_their_looks() {
        let captured = record(&[(Field::Url, "/"), (Field::Captured, "192.0.2.9|shop.example.com|Agent/1.0 (X)")]);
        assert_eq!(captured.host.as_bstr(), "shop.example.com");
        assert_eq!(captured.user_agent.as_bstr(), "Agent/1.0 (X)");
        for address in ["192.0.2.9", "2001:db8::7"] {
            let captured = record(&[(Field::Url, "/"), (Field::Captured, address)]);
            assert_eq!((captured.url.as_bstr(), captured.host.as_bstr()), ("/".into(), "".into()), "{address}");
        }
    }

    #[test]
    fn refusals_are_no_disclosures() {
        for (text, sent) in [
            ("TCP_DENIED/403", Sent::Blocked),
            ("Blocked", Sent::Blocked),
            ("TCP_DENIED_REPLY/200", Sent::Sent),
            ("TCP_MISS/200", Sent::Sent),
            ("Allowed", Sent::Sent),
        ] {
            assert_eq!(record(&[(Field::Verdict, text), (Field::Url, "/")]).sent, sent, "{text}");
        }
    }
}
