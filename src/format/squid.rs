//! Squid's native access log: `time.ms elapsed client code/status bytes method URL user
//! hierarchy/peer type`, with the headers that `log_mime_hdrs on` appends.

use super::http::{cookies, percent_decode};
use super::lines::{LineCutter, is_blank, most_lines, skip_spaces, status, trim_line};
use super::words::Words;
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::find::find;
use crate::record::{LogLine, Pair, Record, Role, Sent};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;

/// The format `squid`.
pub(super) struct Squid;

impl Format for Squid {
    fn name(&self) -> &'static str {
        "squid"
    }

    fn title(&self) -> &'static str {
        "Squid proxy log in the native format"
    }

    fn role(&self) -> Role {
        Role::Proxy
    }

    fn sample(&self) -> &'static str {
        "1719826200.250    187 192.0.2.44 TCP_MISS/200 4312 GET \
         http://shop.example.com/cart?step=2 avery HIER_DIRECT/203.0.113.9 text/html\n"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        most_lines(head, |line| split(line).is_some())
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        if is_blank(line) {
            return Ok(Meaning::Nothing);
        }
        let fields = split(line).ok_or(Reason::BadLine)?;
        // Squid logs connections that ended before a request as `error:…` in the place of the URL.
        if fields.url.starts_with(b"error:") || fields.url == b"-" {
            return Ok(Meaning::Nothing);
        }
        let line = LogLine {
            time: Some(fields.time),
            method: fields.method,
            url: fields.url,
            status: fields.status,
            sent: fields.sent(),
            client: unless_dash(fields.client),
            user: unless_dash(fields.user),
            response_mime: unless_dash(fields.mime),
        };
        let Some(headers) = fields.headers.strip_prefix(b"[") else { return Ok(Meaning::Line(line)) };
        let mut record = Record::from(line);
        add_headers(&mut record, headers);
        Ok(Meaning::Record(Box::new(record)))
    }
}

/// One line by its columns.
struct Fields<'b> {
    time: i64,
    client: &'b [u8],
    code: &'b [u8],
    status: u16,
    method: &'b [u8],
    url: &'b [u8],
    user: &'b [u8],
    hierarchy: &'b [u8],
    mime: &'b [u8],
    headers: &'b [u8],
}

impl Fields<'_> {
    fn sent(&self) -> Sent {
        Outcome { code: self.code, hierarchy: self.hierarchy }.sent(self.method, self.status)
    }
}

/// What the proxy did, and whom it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome<'b> {
    code: &'b [u8],
    hierarchy: &'b [u8],
}

impl Outcome<'_> {
    /// A denied request never left, but `TCP_DENIED_REPLY` only kept the reply from the client.
    /// Where the proxy asked nobody (an answer from its cache, a failure of its own), the record
    /// does not tell whether the recipient ever saw the request. A bumped tunnel asks nobody either,
    /// and did reach out.
    pub(super) fn sent(self, method: &[u8], status: u16) -> Sent {
        let denied = matches!(self.code, b"TCP_DENIED" | b"UDP_DENIED" | b"TCP_DENIED_ABORTED");
        let asked = !matches!(self.hierarchy, b"HIER_NONE" | b"NONE" | b"-");
        let tunnel = method == b"CONNECT" && (200..300).contains(&status);
        match (denied, asked || tunnel) {
            (true, _) => Sent::Blocked,
            (false, true) => Sent::Sent,
            (false, false) => Sent::Unknown,
        }
    }
}

/// The outcome in one word, as Squid writes it into logs in the formats of web servers:
/// `TCP_MISS:HIER_DIRECT`, perhaps with the status behind the code.
pub(super) fn outcome(word: &[u8]) -> Option<Outcome<'_>> {
    let colon = find(b':', word)?;
    let (code, hierarchy) = (&word[..colon], &word[colon + 1..]);
    let code = &code[..find(b'/', code).unwrap_or(code.len())];
    let is_ours = [&b"TCP_"[..], b"UDP_", b"NONE"].iter().any(|start| code.starts_with(start))
        && is_code(code)
        && (is_code(hierarchy) || hierarchy == b"-");
    is_ours.then_some(Outcome { code, hierarchy })
}

fn split(line: &[u8]) -> Option<Fields<'_>> {
    let mut words = Words::of(line);
    let time = time::epoch_seconds(words.word())?;
    let elapsed = words.word();
    let client = words.word();
    let (code, code_status) = split_result(words.word())?;
    let bytes = words.word();
    let method = words.word();
    let numbers = is_number(elapsed) && is_number(bytes);
    if !numbers || client.is_empty() || !is_code(code) || method.is_empty() {
        return None;
    }
    let target = split_target(line, &mut words)?;
    Some(Fields {
        time,
        client,
        code,
        status: status(code_status).ok()?,
        method,
        url: target.url,
        user: target.user,
        hierarchy: target.hierarchy,
        mime: words.word(),
        headers: words.rest(),
    })
}

/// Code and status of `TCP_MISS/200`.
fn split_result(result: &[u8]) -> Option<(&[u8], &[u8])> {
    match result {
        [code @ .., b'/', _, _, _] => Some((code, &result[code.len() + 1..])),
        _ => find(b'/', result).map(|at| (&result[..at], &result[at + 1..])),
    }
}

/// The columns behind the method.
struct Target<'b> {
    url: &'b [u8],
    user: &'b [u8],
    hierarchy: &'b [u8],
}

/// A URL with spaces in it reaches up to the user before the first word that can be a hierarchy code.
fn split_target<'b>(line: &'b [u8], words: &mut Words<'b>) -> Option<Target<'b>> {
    let mut url = words.next();
    let mut user = words.next();
    loop {
        let peer = words.next();
        if peer.is_empty() {
            return None;
        }
        let behind = &line[peer.clone()];
        let hierarchy = &behind[..find(b'/', behind).unwrap_or(0)];
        if is_code(hierarchy) || hierarchy == b"-" {
            return Some(Target { url: &line[url], user: &line[user], hierarchy });
        }
        url.end = user.end;
        user = peer;
    }
}

/// Whether a text is the name of what the proxy did, or of whom it asked.
fn is_code(text: &[u8]) -> bool {
    let is_code_byte = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_';
    text.first().is_some_and(u8::is_ascii_uppercase) && text.iter().fold(true, |all, b| all & is_code_byte(b))
}

/// Squid writes `-1` where it could not measure.
fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn unless_dash(text: &[u8]) -> &[u8] {
    if text == b"-" { b"" } else { text }
}

/// The request headers that `log_mime_hdrs` writes in brackets: `[Name: value\r\nName: value\r\n]`
/// with the line ends spelled out and other special bytes percent-encoded.
fn add_headers<'b>(record: &mut Record<'b>, text: &'b [u8]) {
    let end = text.find_byte(b']').unwrap_or(text.len());
    let text = &text[..end];
    let separator = if text.contains_str("%0D%0A") { "%0D%0A" } else { r"\r\n" };
    for line in text.split_str(separator) {
        let Some((name, value)) = line.split_once_str(":") else {
            continue;
        };
        let value = percent_decode(skip_spaces(value));
        match name.to_ascii_lowercase().as_slice() {
            b"referer" => record.referer = value,
            b"user-agent" => record.user_agent = value,
            b"cookie" => record.cookies.extend(cookies(&value)),
            _ => record.headers.push(Pair { name: Cow::Borrowed(name), value }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: &str) -> Record<'_> {
        let meaning = Squid.parse(Kind::Record, line.as_bytes());
        *meaning.ok().and_then(Meaning::record).unwrap_or_else(|| panic!("{line}"))
    }

    fn sent(code: &str, method: &str, hierarchy: &str) -> Sent {
        record(&format!("1.0 1 192.0.2.1 {code} 0 {method} x.example:443 - {hierarchy} -")).sent
    }

    #[test]
    fn a_full_url_line_keeps_every_column() {
        let rec = record(Squid.sample());
        assert_eq!(rec.time, Some(1_719_826_200_250_000));
        assert_eq!(&*rec.client, b"192.0.2.44");
        assert_eq!((rec.status, &*rec.method), (200, &b"GET"[..]));
        assert_eq!(&*rec.url, b"http://shop.example.com/cart?step=2");
        assert_eq!(&*rec.user, b"avery");
        assert_eq!(&*rec.response_mime, b"text/html");
        assert!(matches!(rec.url, Cow::Borrowed(_)));
    }

    #[test]
    fn what_the_proxy_did_decides_whether_it_was_sent() {
        assert_eq!(sent("TCP_DENIED/403", "GET", "HIER_NONE/-"), Sent::Blocked);
        assert_eq!(sent("TCP_DENIED/407", "CONNECT", "NONE/-"), Sent::Blocked);
        assert_eq!(sent("TCP_DENIED_REPLY/403", "GET", "DIRECT/192.0.2.9"), Sent::Sent);
        assert_eq!(sent("TCP_TUNNEL/200", "CONNECT", "HIER_DIRECT/192.0.2.9"), Sent::Sent);
        assert_eq!(sent("NONE_NONE/200", "CONNECT", "HIER_NONE/-"), Sent::Sent);
        assert_eq!(sent("TCP_MEM_HIT/200", "GET", "HIER_NONE/-"), Sent::Unknown);
        assert_eq!(sent("TCP_MISS/503", "GET", "HIER_NONE/-"), Sent::Unknown);
        assert_eq!(sent("NONE_NONE/000", "CONNECT", "HIER_NONE/-"), Sent::Unknown);
    }

    #[test]
    fn spaces_in_a_url_do_not_shift_the_columns() {
        let rec = record("1.5 2 2001:db8::7 TCP_MISS/200 9 GET http://x.example/a b/c d lee DIRECT/192.0.2.9 -");
        assert_eq!(&*rec.url, b"http://x.example/a b/c d");
        assert_eq!(&*rec.user, b"lee");
        assert_eq!(&*rec.client, b"2001:db8::7");
        assert!(rec.response_mime.is_empty());
    }

    #[test]
    fn logged_headers_are_split_out() {
        let rec = record(
            r"1.5 2 192.0.2.1 TCP_MISS/200 9 GET http://x.example/ - DIRECT/192.0.2.9 text/html [Host: x.example\r\nReferer: https://y.example/p%25\r\nCookie: a=1; b=2\r\nUser-Agent: Agent 1\r\n] [HTTP/1.1 200 OK\r\n\r]",
        );
        assert_eq!(&*rec.referer, b"https://y.example/p%");
        assert_eq!(&*rec.user_agent, b"Agent 1");
        assert_eq!(rec.cookies.len(), 2);
        assert_eq!(rec.headers.len(), 1);
    }

    #[test]
    fn lines_without_a_request_mean_nothing_and_others_are_rejected() {
        let aborted = b"1.5 0 192.0.2.1 NONE_NONE/400 0 - error:transaction-end-before-headers - HIER_NONE/- -\r";
        assert!(matches!(Squid.parse(Kind::Record, aborted), Ok(Meaning::Nothing)));
        assert!(matches!(Squid.parse(Kind::Record, b"\r"), Ok(Meaning::Nothing)));
        for line in ["hello", "1.5 x 192.0.2.1 TCP_MISS/200 9 GET u - DIRECT/- -", "1.5 1 c TCP_MISS/200 9 GET u -"] {
            let parsed = Squid.parse(Kind::Record, line.as_bytes());
            assert!(matches!(parsed, Err(Reason::BadLine)), "{line}");
        }
    }
}
