//! The record: one recorded HTTP request, borrowed from the bytes it was cut out of. Every format
//! parses into this type and nothing behind the formats knows where a record came from. Values are
//! bytes, because logs are written by strangers: nothing here is assumed to be UTF-8.

use crate::place::is_address;
use std::borrow::Cow;

/// Bytes that are borrowed from the input wherever no unescaping was needed.
pub type Text<'a> = Cow<'a, [u8]>;

/// The empty text.
pub const EMPTY: Text<'static> = Cow::Borrowed(b"");

/// What an input shows: test visits, many people's outbound requests, or a site's own visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// A test visit, recorded on purpose (HAR and its kin).
    Capture,
    /// Outbound requests of many people (a proxy's log).
    Proxy,
    /// A site's own access log.
    Origin,
}

impl Role {
    /// The word used in tables and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Role::Capture => "capture",
            Role::Proxy => "proxy",
            Role::Origin => "origin",
        }
    }
}

/// Whether the request left the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Sent {
    /// It was sent.
    #[default]
    Sent,
    /// It was stopped by the client or refused by the proxy before it left.
    Blocked,
    /// The record does not tell.
    Unknown,
}

impl Sent {
    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Sent::Sent => "sent",
            Sent::Blocked => "blocked",
            Sent::Unknown => "unknown",
        }
    }
}

/// A name and its value: a header, a cookie or a form field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The name as recorded.
    pub name: Text<'a>,
    /// The value as recorded.
    pub value: Text<'a>,
}

impl Pair<'_> {
    /// The value under a name; the first where there are several.
    pub fn value_of<'p>(pairs: &'p [Pair<'_>], name: &str) -> Option<&'p [u8]> {
        pairs.iter().find(|pair| &*pair.name == name.as_bytes()).map(|pair| &*pair.value)
    }
}

/// A request body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body<'a> {
    /// The media type as recorded, possibly with parameters; empty when not recorded.
    pub mime: Text<'a>,
    /// The bytes that were sent, with the recorder's own base64 undone.
    pub bytes: Text<'a>,
    /// Decoded form fields, used only where the recorder kept fields and no text.
    pub fields: Vec<Pair<'a>>,
}

/// A WebSocket message that travelled on the record's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
    /// True for client → server.
    pub outgoing: bool,
    /// The payload, with the recorder's own base64 undone.
    pub data: Text<'a>,
}

/// A request of which a log kept a line without any header. It is all that most lines of a proxy's log
/// hold, and takes up far less room than the [`Record`] that it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// Microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
    /// The request method.
    pub method: &'a [u8],
    /// The absolute URL; `host:port` for CONNECT.
    pub url: &'a [u8],
    /// The response status; 0 when none was recorded.
    pub status: u16,
    /// Whether the request left the client.
    pub sent: Sent,
    /// The client's address as logged; empty when not recorded.
    pub client: &'a [u8],
    /// The authenticated user as logged; empty when there is none.
    pub user: &'a [u8],
    /// The response's media type; empty when not recorded.
    pub response_mime: &'a [u8],
}

impl LogLine<'_> {
    /// Whether the client is named: logs are made anonymous with addresses that are nobody's.
    pub fn names_client(&self) -> bool {
        !matches!(self.client, b"" | b"0.0.0.0" | b"::")
    }

    /// Whether a user is named: some proxies repeat the address there, and some servers write what the
    /// client sent, which may be nothing in quotes.
    pub fn names_user(&self) -> bool {
        let is_client = || self.user == self.client && is_address(self.user);
        !matches!(self.user, b"" | b"\"\"") && !is_client()
    }
}

impl<'a> From<LogLine<'a>> for Record<'a> {
    fn from(line: LogLine<'a>) -> Self {
        Record {
            time: line.time,
            method: Cow::Borrowed(line.method),
            url: Cow::Borrowed(line.url),
            status: line.status,
            sent: line.sent,
            client: Cow::Borrowed(line.client),
            user: Cow::Borrowed(line.user),
            response_mime: Cow::Borrowed(line.response_mime),
            ..Record::default()
        }
    }
}

/// One recorded HTTP request with the little of its response that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// Microseconds since 1970 (UTC), where recorded.
    pub time: Option<i64>,
    /// The request method, empty when not recorded.
    pub method: Text<'a>,
    /// The absolute URL; in a site's own log only its path and query; `host:port` for CONNECT.
    pub url: Text<'a>,
    /// The site's own host where a log names it beside the path (virtual-host logs).
    pub host: Text<'a>,
    /// The response status; 0 when none was recorded.
    pub status: u16,
    /// Whether the request left the client.
    pub sent: Sent,
    /// The client's address as logged; empty when not recorded.
    pub client: Text<'a>,
    /// The authenticated user as logged; empty when there is none.
    pub user: Text<'a>,
    /// The Referer header; empty when there is none or it was not recorded.
    pub referer: Text<'a>,
    /// The User-Agent header; empty when there is none or it was not recorded.
    pub user_agent: Text<'a>,
    /// Request headers other than Referer, User-Agent and Cookie.
    pub headers: Vec<Pair<'a>>,
    /// Request cookies.
    pub cookies: Vec<Pair<'a>>,
    /// The request body, where one was recorded.
    pub body: Option<Body<'a>>,
    /// The name of a file beside the input in which the body lies, where it is not in the record.
    pub body_file: Text<'a>,
    /// Where the response redirected to; empty when it did not.
    pub redirect: Text<'a>,
    /// The response's media type, without parameters; empty when not recorded.
    pub response_mime: Text<'a>,
    /// Cookies that the response set.
    pub set_cookies: Vec<Pair<'a>>,
    /// The capture's own name of the page that this request belongs to.
    pub page_ref: Text<'a>,
    /// The URL of the document or script that caused the request.
    pub initiator: Text<'a>,
    /// The browser's word for what was fetched (`document`, `xhr`, `image`…), lower case.
    pub resource: Text<'a>,
    /// WebSocket messages.
    pub messages: Vec<Message<'a>>,
}

impl Record<'_> {
    /// Takes out a client and a user that name nobody.
    pub fn forget_nobody(&mut self) {
        let line = self.line();
        let (names_client, names_user) = (line.names_client(), line.names_user());
        if !names_client {
            self.client = EMPTY;
        }
        if !names_user {
            self.user = EMPTY;
        }
    }

    /// Takes the client's address from a request header, where there is one of this name: the first
    /// of a list of addresses.
    pub fn take_client_from(&mut self, name: &[u8]) {
        let first = self.first_in(name);
        if !first.is_empty() && first != b"-" {
            self.client = Cow::Owned(first.to_vec());
        }
    }

    /// The first of the list in a request header; empty where there is none.
    pub fn first_in(&self, name: &[u8]) -> &[u8] {
        let list = self.header(name).unwrap_or_default();
        list.split(|byte| *byte == b',').next().unwrap_or_default().trim_ascii()
    }

    /// What a log's line says of it.
    pub fn line(&self) -> LogLine<'_> {
        LogLine {
            time: self.time,
            method: &self.method,
            url: &self.url,
            status: self.status,
            sent: self.sent,
            client: &self.client,
            user: &self.user,
            response_mime: &self.response_mime,
        }
    }

    /// The same record with texts of its own.
    pub fn into_owned(self) -> Record<'static> {
        fn text(text: Text<'_>) -> Text<'static> {
            Cow::Owned(text.into_owned())
        }
        fn pairs(pairs: Vec<Pair<'_>>) -> Vec<Pair<'static>> {
            pairs.into_iter().map(|pair| Pair { name: text(pair.name), value: text(pair.value) }).collect()
        }
        let body = |body: Body<'_>| Body { mime: text(body.mime), bytes: text(body.bytes), fields: pairs(body.fields) };
        let message =
            |message: Message<'_>| Message { time: message.time, outgoing: message.outgoing, data: text(message.data) };
        Record {
            time: self.time,
            method: text(self.method),
            url: text(self.url),
            host: text(self.host),
            status: self.status,
            sent: self.sent,
            client: text(self.client),
            user: text(self.user),
            referer: text(self.referer),
            user_agent: text(self.user_agent),
            headers: pairs(self.headers),
            cookies: pairs(self.cookies),
            body: self.body.map(body),
            body_file: text(self.body_file),
            redirect: text(self.redirect),
            response_mime: text(self.response_mime),
            set_cookies: pairs(self.set_cookies),
            page_ref: text(self.page_ref),
            initiator: text(self.initiator),
            resource: text(self.resource),
            messages: self.messages.into_iter().map(message).collect(),
        }
    }

    /// The value of the first request header of this name, in any case.
    pub fn header(&self, name: &[u8]) -> Option<&[u8]> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| &*header.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_nobody_is_forgotten() {
        for (client, user, left) in [
            ("192.0.2.7", "avery", ["192.0.2.7", "avery"]),
            ("192.0.2.7", "192.0.2.7", ["192.0.2.7", ""]),
            ("192.0.2.7", "\"\"", ["192.0.2.7", ""]),
            ("0.0.0.0", "avery", ["", "avery"]),
            ("::", "", ["", ""]),
            ("avery", "avery", ["avery", "avery"]),
        ] {
            let [client, user] = [client, user].map(|text| Cow::Borrowed(text.as_bytes()));
            let mut record = Record { client, user, ..Record::default() };
            record.forget_nobody();
            assert_eq!([&*record.client, &*record.user], left.map(str::as_bytes));
        }
    }

    #[test]
    fn the_client_may_be_named_by_a_header() {
        let header = |value: &'static str| Pair {
            name: Cow::Borrowed(b"X-Forwarded-For"),
            value: Cow::Borrowed(value.as_bytes()),
        };
        for (value, client) in [("192.0.2.7", "192.0.2.7"), ("192.0.2.7, 198.51.100.1", "192.0.2.7"), ("-", "balancer")]
        {
            let mut record =
                Record { client: Cow::Borrowed(b"balancer"), headers: vec![header(value)], ..Record::default() };
            record.take_client_from(b"x-forwarded-for");
            assert_eq!(&*record.client, client.as_bytes(), "{value}");
            record.take_client_from(b"x-real-ip");
            assert_eq!(&*record.client, client.as_bytes(), "{value}");
        }
    }
}
