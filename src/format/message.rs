//! HTTP messages as captures keep them whole: the headers of a request and of its response, and
//! requests as raw text.

use super::http::{cookies, essence, set_cookies};
use crate::record::{Body, EMPTY, Pair, Record, Text};
use bstr::ByteSlice;
use std::borrow::Cow;

/// Adds request headers to a record; some have a place of their own there.
pub(super) fn add_request_headers<'b>(record: &mut Record<'b>, headers: impl IntoIterator<Item = Pair<'b>>) {
    for header in headers {
        match header.name.to_ascii_lowercase().as_slice() {
            b"referer" => record.referer = header.value,
            b"user-agent" => record.user_agent = header.value,
            b"cookie" => record.cookies.extend(cookies(&header.value)),
            // Pseudo headers of HTTP/2 repeat the method and the URL.
            name if name.starts_with(b":") => {}
            _ => record.headers.push(header),
        }
    }
}

/// Adds what the headers of a response tell.
pub(super) fn add_response_headers<'b>(record: &mut Record<'b>, headers: impl IntoIterator<Item = Pair<'b>>) {
    for header in headers {
        match header.name.to_ascii_lowercase().as_slice() {
            b"location" => record.redirect = header.value,
            b"set-cookie" => record.set_cookies.extend(set_cookies(&header.value)),
            b"content-type" => record.response_mime = essence(header.value),
            _ => {}
        }
    }
}

/// Adds a body with the media type that the headers name.
pub(super) fn add_body<'b>(record: &mut Record<'b>, bytes: Text<'b>) {
    if !bytes.is_empty() {
        let mime = record.header(b"content-type").map_or(EMPTY, |mime| Cow::Owned(mime.to_vec()));
        record.body = Some(Body { mime, bytes, fields: Vec::new() });
    }
}

/// A message as it went over the wire: its first line, its headers, its body.
pub(super) struct Raw<'b> {
    pub(super) start: &'b [u8],
    pub(super) headers: Vec<Pair<'b>>,
    pub(super) body: &'b [u8],
}

/// Takes a message apart.
pub(super) fn raw<'b>(text: &'b [u8]) -> Raw<'b> {
    let (head, body) = text.split_once_str("\r\n\r\n").or_else(|| text.split_once_str("\n\n")).unwrap_or((text, b""));
    let mut lines = head.lines();
    let start = lines.next().unwrap_or_default();
    let pair = |(name, value): (&'b [u8], &'b [u8])| Pair {
        name: Cow::Borrowed(name.trim_ascii()),
        value: Cow::Borrowed(value.trim_ascii()),
    };
    let headers = lines.filter_map(|line| line.split_once_str(":")).map(pair).collect();
    Raw { start, headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_request_falls_apart() {
        let text = b"POST /c HTTP/1.1\r\nHost: t.example\r\nCookie: a=1; b=2\r\nContent-Type: text/plain\r\nReferer: https://shop.example/\r\n\r\nhello\r\n\r\nworld";
        let message = raw(text);
        assert_eq!(message.body.as_bstr(), "hello\r\n\r\nworld");
        let mut record = Record::default();
        add_request_headers(&mut record, message.headers);
        add_body(&mut record, Cow::Borrowed(message.body));
        assert_eq!((record.cookies.len(), record.referer.as_bstr()), (2, "https://shop.example/".into()));
        assert_eq!(record.header(b"host"), Some(&b"t.example"[..]));
        assert_eq!(record.body.expect("a body").mime.as_bstr(), "text/plain");
    }

    #[test]
    fn a_response_tells_its_type_cookies_and_target() {
        let message = raw(b"HTTP/1.1 302 Found\nLocation: /next\nSet-Cookie: c=3; Path=/\nContent-Type: text/html; charset=utf-8\n\nbody");
        let mut record = Record::default();
        add_response_headers(&mut record, message.headers);
        assert_eq!((record.redirect.as_bstr(), record.response_mime.as_bstr()), ("/next".into(), "text/html".into()));
        assert_eq!(record.set_cookies[0].value.as_bstr(), "3");
    }
}
