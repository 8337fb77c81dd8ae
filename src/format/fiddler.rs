//! Sessions that Fiddler saved in a `.saz` archive. The archive's members come joined into one stream,
//! each behind a line `@member LENGTH NAME`; a session is a raw request (`1_c.txt`), its times
//! (`1_m.xml`) and its raw response (`1_s.txt`).

use super::access_log::split_request;
use super::lines::status;
use super::message::{add_body, add_request_headers, add_response_headers, raw};
use super::{Cutter, Format, Kind, Meaning, Piece, Reason};
use crate::record::{Record, Role, Sent};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;

/// The format `fiddler`.
pub(super) struct Fiddler;

impl Format for Fiddler {
    fn name(&self) -> &'static str {
        "fiddler"
    }

    fn title(&self) -> &'static str {
        "Sessions that Fiddler saved (.saz)"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn first_number(&self) -> u64 {
        0
    }

    fn sample(&self) -> &'static str {
        "@member 109 raw/1_c.txt\nGET https://shop.example.com/cart?step=2 HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: ExampleBrowser/5.0\r\n\r\n\n@member 168 raw/1_m.xml\n<Session SID=\"1\"><SessionTimers ClientBeginRequest=\"2024-07-01T11:30:00.25+02:00\" /><SessionFlags><SessionFlag N=\"x-clientip\" V=\"192.0.2.44\" /></SessionFlags></Session>\n@member 44 raw/1_s.txt\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\n"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        member(head).is_some_and(|first| is_session(first.name))
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(SessionCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let (mut request, mut times, mut response) = (&b""[..], &b""[..], &b""[..]);
        let mut rest = piece;
        while let Some(found) = member(rest) {
            let content = rest.get(found.start..found.start + found.length).ok_or(Reason::Truncated)?;
            match kind(found.name) {
                Some(b"c.txt") => request = content,
                Some(b"m.xml") => times = content,
                Some(b"s.txt") => response = content,
                _ => {}
            }
            rest = rest.get(found.end()..).unwrap_or_default();
        }
        session(request, times, response)
    }
}

/// A member of the joined stream: its name, where its bytes begin and how many there are.
struct Member<'b> {
    name: &'b [u8],
    start: usize,
    length: usize,
}

impl Member<'_> {
    /// Where the next member begins.
    fn end(&self) -> usize {
        self.start + self.length + 1
    }
}

/// The longest line that announces a member.
const LONGEST_LINE: usize = 4096;

fn member(text: &[u8]) -> Option<Member<'_>> {
    let line_end = text.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n')?;
    let (length, name) = text[..line_end].strip_prefix(b"@member ")?.split_once_str(" ")?;
    let length: u32 = std::str::from_utf8(length).ok()?.parse().ok()?;
    Some(Member { name, start: line_end + 1, length: length as usize })
}

/// What a file of a session is: `c.txt`, `m.xml` or `s.txt` behind the session's number.
fn kind(name: &[u8]) -> Option<&[u8]> {
    let file = name.rsplit(|byte| matches!(byte, b'/' | b'\\')).next()?;
    let (number, kind) = file.split_once_str("_")?;
    (!number.is_empty() && number.iter().all(u8::is_ascii_digit)).then_some(kind)
}

fn is_session(name: &[u8]) -> bool {
    kind(name) == Some(b"c.txt")
}

/// Cuts whole sessions: a request with all members up to the next request.
#[derive(Default)]
struct SessionCutter {
    /// Bytes of a session that is too long, still to be passed over.
    skip: usize,
    /// How far the member in progress reaches from the start of its session.
    pending: usize,
    is_lost: bool,
}

enum Walk {
    /// A whole session, or members that belong to none.
    Whole {
        length: usize,
        is_session: bool,
    },
    /// More bytes are needed; the member in progress ends here.
    More(usize),
    Bad,
}

impl Cutter for SessionCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let mut at = 0;
        while at < buf.len() {
            if self.skip > 0 || self.is_lost {
                let step = if self.is_lost { buf.len() - at } else { self.skip.min(buf.len() - at) };
                self.skip = self.skip.saturating_sub(step);
                at += step;
                continue;
            }
            match walk(&buf[at..], eof) {
                Walk::Whole { length, is_session } => {
                    if is_session {
                        out.push(Piece { kind: Kind::Record, range: at..at + length });
                    }
                    at += length;
                }
                Walk::More(_) if eof => {
                    out.push(Piece { kind: Kind::Reject(Reason::Truncated), range: at..buf.len() });
                    at = buf.len();
                }
                Walk::More(pending) => {
                    self.pending = pending;
                    return at;
                }
                Walk::Bad => {
                    out.push(Piece { kind: Kind::Reject(Reason::BadStructure), range: at..at + 1 });
                    self.is_lost = true;
                }
            }
        }
        at
    }

    fn abandon(&mut self) -> usize {
        self.skip = std::mem::take(&mut self.pending);
        0
    }
}

fn walk(text: &[u8], eof: bool) -> Walk {
    let (mut end, mut is_own) = (0, false);
    loop {
        let rest = &text[end..];
        if rest.is_empty() && eof {
            return Walk::Whole { length: end, is_session: is_own };
        }
        let Some(found) = member(rest) else {
            // Whatever comes next, what there is cannot become the line of a member.
            let is_cut = rest.len() < LONGEST_LINE
                && !rest.contains(&b'\n')
                && b"@member ".starts_with(&rest[..rest.len().min(8)]);
            return if is_cut {
                Walk::More(text.len())
            } else if end > 0 {
                Walk::Whole { length: end, is_session: is_own }
            } else {
                Walk::Bad
            };
        };
        if end > 0 && is_session(found.name) {
            return Walk::Whole { length: end, is_session: is_own };
        }
        is_own |= is_session(found.name);
        if rest.len() < found.end() {
            return Walk::More(end + found.end());
        }
        end += found.end();
    }
}

fn session<'b>(request: &'b [u8], times: &'b [u8], response: &'b [u8]) -> Result<Meaning<'b>, Reason> {
    let message = raw(request);
    let Some((method, target)) = split_request(message.start) else { return Ok(Meaning::Nothing) };
    let mut record = Record {
        time: attribute(times, b"ClientBeginRequest=\"").and_then(time::iso),
        method: Cow::Borrowed(method),
        client: Cow::Borrowed(attribute(times, b"N=\"x-clientip\" V=\"").unwrap_or_default()),
        sent: if response.is_empty() { Sent::Unknown } else { Sent::Sent },
        ..Record::default()
    };
    add_request_headers(&mut record, message.headers);
    record.url = match record.header(b"host") {
        Some(host) if target.starts_with(b"/") => [b"http://", host, target].concat().into(),
        _ => Cow::Borrowed(target),
    };
    add_body(&mut record, Cow::Borrowed(message.body));
    let answer = raw(response);
    record.status = answer.start.fields().nth(1).and_then(|code| status(code).ok()).unwrap_or_default();
    add_response_headers(&mut record, answer.headers);
    Ok(Meaning::Record(Box::new(record)))
}

/// The value of an attribute that begins like this.
fn attribute<'b>(xml: &'b [u8], start: &[u8]) -> Option<&'b [u8]> {
    let (_, value) = xml.split_once_str(start)?;
    value.split_once_str("\"").map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::{pieces, records};

    #[test]
    fn a_session_keeps_what_matters() {
        let twice = Fiddler.sample().to_owned() + &Fiddler.sample().replace("raw/1_", "raw/2_");
        let found = records(&Fiddler, twice.as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].url.as_bstr(), found[1].status), ("https://shop.example.com/cart?step=2".into(), 200));
        assert_eq!((found[1].time, found[1].client.as_bstr()), (Some(1_719_826_200_250_000), "192.0.2.44".into()));
        assert_eq!(
            (found[1].response_mime.as_bstr(), found[1].user_agent.as_bstr()),
            ("text/html".into(), "ExampleBrowser/5.0".into())
        );
    }

    #[test]
    fn bodies_and_connections_are_kept() {
        let request = "POST /c HTTP/1.1\r\nHost: t.example\r\nContent-Type: text/plain\r\n\r\nhello";
        let connect = "CONNECT t.example:443 HTTP/1.1\r\nHost: t.example:443\r\n\r\n";
        let text = format!(
            "@member {} raw/1_c.txt\n{request}\n@member {} raw/2_c.txt\n{connect}\n",
            request.len(),
            connect.len()
        );
        let found = records(&Fiddler, text.as_bytes());
        assert_eq!(found[0].url.as_bstr(), "http://t.example/c");
        assert_eq!(found[0].body.as_ref().map(|body| body.bytes.as_bstr()), Some("hello".into()));
        assert_eq!((found[1].url.as_bstr(), found[1].sent), ("t.example:443".into(), Sent::Unknown));
    }

    #[test]
    fn a_cut_archive_is_told() {
        let text = Fiddler.sample().as_bytes();
        let found = pieces(&mut SessionCutter::default(), &text[..text.len() - 5], &[7]);
        assert_eq!(found[0].0, Kind::Reject(Reason::Truncated));
    }
}
