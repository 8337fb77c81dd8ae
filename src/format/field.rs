//! Fields: what a column, a directive or a value of a log can hold. Formats that are tables of fields
//! (columns, patterns, JSON) only say where a field stands; what it means is decided once, in `parts`.

use crate::time;
use std::borrow::Cow;

/// What a value of a log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Nothing that a record holds.
    Ignored,
    /// A number that a record does not hold: bytes, milliseconds.
    Number,
    /// A whole time in any spelling.
    Time,
    /// A whole time in a spelling of `strftime`.
    TimeAs(String),
    /// A day, of which [`Field::Clock`] is the time.
    Date,
    /// The time of a day.
    Clock,
    /// Whole seconds since 1970, of which [`Field::Millis`] is the fraction.
    Seconds,
    /// The milliseconds of a second.
    Millis,
    /// The client's address, perhaps with its port, or a list of addresses that begins with it.
    Client,
    /// The authenticated user.
    User,
    /// The request method.
    Method,
    /// A request line: method, URL and version.
    Request,
    /// A URL, absolute or only a path with its query; `host:port` of a CONNECT.
    Url,
    /// The scheme of the URL.
    Scheme,
    /// The host that was asked, perhaps with its port.
    Host,
    /// The name or address of the server, where the request named no host.
    Server,
    /// The port that was asked.
    Port,
    /// The path.
    Path,
    /// The query.
    Query,
    /// The response status.
    Status,
    /// The Referer header.
    Referer,
    /// The User-Agent header.
    Agent,
    /// The Cookie header.
    Cookies,
    /// The value of one cookie.
    Cookie(Cow<'static, str>),
    /// Another request header.
    Header(Cow<'static, str>),
    /// The request body.
    Body,
    /// The media type of the request body.
    BodyType,
    /// The media type of the response.
    ResponseType,
    /// Where the response redirected to.
    Redirect,
    /// The Set-Cookie header of the response.
    SetCookies,
    /// What a proxy did with the request: `TCP_DENIED/403`, `Blocked`.
    Verdict,
    /// The page or script that caused the request.
    Initiator,
    /// The URL of the page that the request belongs to.
    Page,
    /// The name of the app that made the request.
    App,
    /// Headers that HAProxy captured, without their names: `shop.example.com|ExampleBrowser/5.0`.
    Captured,
}

/// The names of fields for `--map`, in the order in which the documents list them.
const NAMES: &[(&str, Field)] = &[
    ("time", Field::Time),
    ("date", Field::Date),
    ("clock", Field::Clock),
    ("client", Field::Client),
    ("user", Field::User),
    ("method", Field::Method),
    ("request", Field::Request),
    ("url", Field::Url),
    ("scheme", Field::Scheme),
    ("host", Field::Host),
    ("server", Field::Server),
    ("port", Field::Port),
    ("path", Field::Path),
    ("query", Field::Query),
    ("status", Field::Status),
    ("referer", Field::Referer),
    ("user_agent", Field::Agent),
    ("cookies", Field::Cookies),
    ("body", Field::Body),
    ("body_type", Field::BodyType),
    ("response_type", Field::ResponseType),
    ("redirect", Field::Redirect),
    ("verdict", Field::Verdict),
    ("initiator", Field::Initiator),
    ("page", Field::Page),
    ("app", Field::App),
];

impl Field {
    /// The field of a name in `--map`: one of the list, `header:NAME` or `cookie:NAME`.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.split_once(':') {
            Some(("header", name)) => Some(Field::header(name)),
            Some(("cookie", name)) => Some(Field::Cookie(name.to_owned().into())),
            Some(_) => None,
            None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, field)| field.clone()),
        }
    }

    /// All names that stand for themselves.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The field of a request header: some headers have a place of their own.
    pub(super) fn header(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "referer" | "referrer" => Field::Referer,
            "user-agent" => Field::Agent,
            "cookie" => Field::Cookies,
            "host" | ":authority" => Field::Host,
            ":path" => Field::Url,
            ":method" => Field::Method,
            ":scheme" => Field::Scheme,
            "content-type" => Field::BodyType,
            _ => Field::Header(name.into()),
        }
    }

    /// The field of a response header.
    pub(super) fn response_header(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "content-type" => Field::ResponseType,
            "location" => Field::Redirect,
            "set-cookie" => Field::SetCookies,
            _ => Field::Ignored,
        }
    }

    /// Whether a value can be of this field, as far as its shape tells.
    pub(super) fn admits(&self, text: &[u8], zone: i64) -> bool {
        match self {
            Field::Time => time::any(text, zone).is_some(),
            Field::TimeAs(format) => time::spelled_as(text, format, zone).is_some(),
            Field::Number => text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+')),
            Field::Status => super::lines::status(text).is_ok(),
            Field::Seconds | Field::Millis | Field::Port => text == b"-" || is_digits(text),
            Field::Client => !text.is_empty() && (text.contains(&b',') || !text.iter().any(u8::is_ascii_whitespace)),
            Field::Date => text.len() == 10 && text[4] == b'-',
            Field::Clock => text.len() >= 8 && text[2] == b':',
            Field::Method => text == b"-" || is_method(text),
            Field::Url | Field::Scheme | Field::Server => !text.is_empty(),
            _ => true,
        }
    }

    /// Whether a value may hold what separates the fields of a line.
    pub(super) fn may_hold_separators(&self) -> bool {
        use Field::{Agent, Body, Client, Cookie, Cookies, Header, Path, Query, Referer, Request, Time, Url, User};
        let texts =
            matches!(self, Agent | Body | Cookie(_) | Cookies | Header(_) | Path | Query | Referer | Url | User);
        texts || matches!(self, Request | Time | Client | Field::TimeAs(_) | Field::Captured)
    }
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Whether a text is shaped like a request method.
pub(super) fn is_method(text: &[u8]) -> bool {
    const LONGEST: usize = 24;
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.len() <= LONGEST && text.iter().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_fields() {
        assert!(Field::names().all(|name| Field::named(name).is_some()));
        assert_eq!(Field::named("header:Referer"), Some(Field::Referer));
        assert_eq!(Field::named("header:X-Id"), Some(Field::Header("x-id".into())));
        assert_eq!(Field::named("cookie:sid"), Some(Field::Cookie("sid".into())));
        assert_eq!((Field::named("nothing"), Field::named("x:y")), (None, None));
    }
}
