//! Flows as mitmproxy saves them: tagged netstrings (`5:hello,`), one for each flow, in all versions of
//! its file format. WebSocket messages stand in the flow that opened the connection or, in older
//! versions, in a flow of their own behind it.

use super::message::{add_body, add_request_headers, add_response_headers};
use super::{Cutter, Format, Kind, Meaning, Piece, Reader, Reason};
use crate::place::without_port;
use crate::record::{Message, Pair, Record, Role, Sent, Text};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;
use std::ops::Range;

/// The format `mitmproxy`.
pub(super) struct Mitmproxy;

impl Format for Mitmproxy {
    fn name(&self) -> &'static str {
        "mitmproxy"
    }

    fn title(&self) -> &'static str {
        "Flows that mitmproxy saved"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn first_number(&self) -> u64 {
        0
    }

    fn sample(&self) -> &'static str {
        "408:4:type;4:http;7:version;2:20#11:client_conn;37:8:peername;22:10:192.0.2.44;5:40000#]}7:request;213:6:method;3:GET,6:scheme;5:https,4:host;16:shop.example.com;4:port;3:443#9:authority;0:,4:path;12:/cart?step=2,7:headers;40:36:10:user-agent,18:ExampleBrowser/5.0,]]7:content;0:,15:timestamp_start;13:1719826200.25^}8:response;80:11:status_code;3:200#7:headers;32:28:12:content-type,9:text/html,]]7:content;0:,}}"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let Some((length, start)) = prefix(head) else { return false };
        let inside = &head[start..head.len().min(start + length)];
        let is_dictionary = prefix(inside)
            .is_some_and(|(length, start)| inside.get(start + length).is_none_or(|tag| matches!(tag, b',' | b';')));
        is_dictionary
            && ["7:request", "7:version", "4:type", "8:response", "11:client_conn"]
                .iter()
                .any(|key| inside.contains_str(key))
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(FlowCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        flow(piece, b"")
    }

    fn reader<'f>(&'f self, header: &[u8]) -> Box<dyn Reader + 'f> {
        Box::new(FlowReader { socket: header.to_vec() })
    }
}

/// The longest number that is taken for a length.
const LENGTH_DIGITS: usize = 12;

/// The length that a netstring begins with, and where its bytes begin.
fn prefix(text: &[u8]) -> Option<(usize, usize)> {
    let digits = text.iter().take(LENGTH_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=LENGTH_DIGITS).contains(&digits) || text.get(digits) != Some(&b':') {
        return None;
    }
    Some((std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?, digits + 1))
}

/// Cuts whole flows. Behind damage there is no way to know where the next flow begins.
#[derive(Default)]
struct FlowCutter {
    /// Bytes of a flow that is too long, still to be passed over.
    skip: usize,
    /// The length of the flow that has begun and not ended.
    pending: usize,
    is_lost: bool,
    /// The URL of the WebSocket that was opened last.
    socket: Vec<u8>,
}

impl Cutter for FlowCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let mut at = 0;
        while at < buf.len() {
            if self.skip > 0 || self.is_lost {
                let step = if self.is_lost { buf.len() - at } else { self.skip.min(buf.len() - at) };
                self.skip = self.skip.saturating_sub(step);
                at += step;
                continue;
            }
            match self.step(&buf[at..], eof) {
                Step::Flow(length) => {
                    let range = at..at + length;
                    if let Some(url) = socket_of(&buf[range.clone()]) {
                        self.socket = url;
                    }
                    out.push(Piece { kind: Kind::Record, range });
                    at += length;
                }
                Step::More => return at,
                Step::Blank => at += 1,
                Step::Bad(reason) => {
                    let end = if reason == Reason::Truncated { buf.len() } else { at + 1 };
                    out.push(Piece { kind: Kind::Reject(reason), range: at..end });
                    self.is_lost = true;
                }
            }
        }
        at
    }

    fn spare(&mut self) -> Option<Range<usize>> {
        None
    }

    fn abandon(&mut self) -> usize {
        self.skip = std::mem::take(&mut self.pending);
        0
    }

    fn header(&self) -> Vec<u8> {
        self.socket.clone()
    }
}

enum Step {
    /// A whole flow of this length.
    Flow(usize),
    /// More bytes are needed.
    More,
    /// A line end between flows.
    Blank,
    Bad(Reason),
}

impl FlowCutter {
    fn step(&mut self, text: &[u8], eof: bool) -> Step {
        let Some((length, start)) = prefix(text) else {
            let may_be_prefix = text.len() <= LENGTH_DIGITS && text.iter().all(u8::is_ascii_digit);
            return match text[0] {
                b'\n' | b'\r' => Step::Blank,
                _ if may_be_prefix && !eof => Step::More,
                _ if may_be_prefix => Step::Bad(Reason::Truncated),
                _ => Step::Bad(Reason::BadStructure),
            };
        };
        let end = start + length;
        self.pending = end + 1;
        match text.get(end) {
            Some(b'}') => Step::Flow(end + 1),
            Some(_) => Step::Bad(Reason::BadStructure),
            None if eof => Step::Bad(Reason::Truncated),
            None => Step::More,
        }
    }
}

/// Reads flows and remembers the WebSocket that was opened last.
struct FlowReader {
    socket: Vec<u8>,
}

impl Reader for FlowReader {
    fn read<'b>(&mut self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        if let Some(url) = socket_of(piece) {
            self.socket = url;
        }
        flow(piece, &self.socket)
    }
}

/// One value of a netstring.
#[derive(Clone, Copy)]
struct Net<'b> {
    tag: u8,
    data: &'b [u8],
}

impl<'b> Net<'b> {
    /// The first value of a text, and what follows it.
    fn first(text: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (length, start) = prefix(text)?;
        let end = start.checked_add(length)?;
        Some((Net { tag: *text.get(end)?, data: &text[start..end] }, &text[end + 1..]))
    }

    /// The values of a list; of a dictionary, its keys and values in turns.
    fn items(self) -> impl Iterator<Item = Net<'b>> {
        let mut rest = if matches!(self.tag, b']' | b'}') { self.data } else { b"" };
        std::iter::from_fn(move || {
            let (item, behind) = Net::first(rest)?;
            rest = behind;
            Some(item)
        })
    }

    fn get(self, key: &str) -> Option<Net<'b>> {
        let mut items = if self.tag == b'}' { self } else { Net { tag: b'}', data: b"" } }.items();
        while let (Some(name), Some(value)) = (items.next(), items.next()) {
            if name.data == key.as_bytes() {
                return Some(value);
            }
        }
        None
    }

    /// The text under a key; empty where there is none.
    fn text(self, key: &str) -> &'b [u8] {
        self.get(key).filter(|value| value.tag != b'~').map_or(b"", |value| value.data)
    }

    fn pairs(self) -> impl Iterator<Item = Pair<'b>> {
        self.items().filter_map(|pair| {
            let mut items = pair.items();
            let (name, value) = (items.next()?, items.next()?);
            Some(Pair { name: Cow::Borrowed(name.data), value: Cow::Borrowed(value.data) })
        })
    }
}

fn url(request: Net<'_>) -> Vec<u8> {
    let headers = || request.get("headers").into_iter().flat_map(Net::pairs);
    let host_header = headers().find(|pair| pair.name.eq_ignore_ascii_case(b"host")).map(|pair| pair.value);
    let (host, port) = (request.text("host"), request.text("port"));
    let named = [host_header.as_deref().unwrap_or_default(), request.text("authority")];
    let scheme = if request.text("scheme").is_empty() { b"http" } else { request.text("scheme") };
    let authority = match named.into_iter().find(|name| !name.is_empty()) {
        Some(name) if without_port(name) != name || is_usual(scheme, port) => name.to_vec(),
        Some(name) => [name, b":", port].concat(),
        None if is_usual(scheme, port) => host.to_vec(),
        None => [host, b":", port].concat(),
    };
    if authority.is_empty() {
        return Vec::new();
    }
    if request.text("method").eq_ignore_ascii_case(b"CONNECT") {
        return if without_port(&authority) == authority { [&authority, &b":443"[..]].concat() } else { authority };
    }
    [scheme, b"://", &authority, request.text("path")].concat()
}

fn is_usual(scheme: &[u8], port: &[u8]) -> bool {
    matches!((scheme, port), (_, b"") | (b"http", b"80") | (b"https", b"443"))
}

/// The URL of a flow that opened a WebSocket.
fn socket_of(piece: &[u8]) -> Option<Vec<u8>> {
    if !piece.contains_str("websocket") {
        return None;
    }
    let (flow, _) = Net::first(piece)?;
    let request = flow.get("request")?;
    let is_upgrade = flow.get("response").is_some_and(|response| response.text("status_code") == b"101");
    is_upgrade.then(|| url(request))
}

fn seconds(text: &[u8]) -> Option<i64> {
    time::epoch_number(std::str::from_utf8(text).ok()?.parse().ok()?)
}

fn flow<'b>(piece: &'b [u8], socket: &[u8]) -> Result<Meaning<'b>, Reason> {
    let (flow, _) = Net::first(piece).ok_or(Reason::BadStructure)?;
    let messages = flow.get("messages").or_else(|| flow.get("websocket").and_then(|socket| socket.get("messages")));
    let messages = || messages.into_iter().flat_map(Net::items).filter_map(message).collect();
    let Some(request) = flow.get("request").filter(|request| request.tag == b'}') else {
        // Flows of plain TCP, UDP and DNS are no requests.
        return if flow.text("type") == b"websocket" && !socket.is_empty() {
            let record = Record { url: socket.to_vec().into(), messages: messages(), ..Record::default() };
            Ok(Meaning::Record(Box::new(Record {
                time: record.messages.first().and_then(|first| first.time),
                ..record
            })))
        } else {
            Ok(Meaning::Nothing)
        };
    };
    let url = url(request);
    if url.is_empty() {
        return Err(Reason::NoUrl);
    }
    let mut record = Record {
        time: seconds(request.text("timestamp_start")),
        method: Cow::Borrowed(request.text("method")),
        url: url.into(),
        client: client(flow).map_or(crate::record::EMPTY, Cow::Borrowed),
        messages: messages(),
        ..Record::default()
    };
    add_request_headers(&mut record, request.get("headers").into_iter().flat_map(Net::pairs));
    add_body(&mut record, Cow::Borrowed(request.text("content")));
    if let Some(response) = flow.get("response").filter(|response| response.tag == b'}') {
        let status = [response.text("status_code"), response.text("code")].into_iter().find(|text| !text.is_empty());
        record.status = super::lines::status(status.unwrap_or_default()).unwrap_or_default();
        add_response_headers(&mut record, response.get("headers").into_iter().flat_map(Net::pairs));
    } else {
        record.sent = sent(flow);
    }
    Ok(Meaning::Record(Box::new(record)))
}

/// A flow without response: where mitmproxy could not connect, nothing was sent.
fn sent(flow: Net<'_>) -> Sent {
    let error = flow.get("error").map_or(&b""[..], |error| error.text("msg")).to_ascii_lowercase();
    let never = ["connect", "refused", "resolve", "name or service", "killed", "tls", "certificate"];
    if never.iter().any(|word| error.contains_str(word)) { Sent::Blocked } else { Sent::Unknown }
}

/// The address of the client, under the names of all versions.
fn client(flow: Net<'_>) -> Option<&[u8]> {
    let connection = flow.get("client_conn")?;
    let address = connection.get("peername").or_else(|| connection.get("address"))?;
    let address = address.get("address").unwrap_or(address);
    address.items().next().map(|host| host.data).filter(|host| !host.is_empty())
}

/// `[type, from the client, content, time, …]`.
fn message(message: Net<'_>) -> Option<Message<'_>> {
    let mut items = message.items();
    let (_, outgoing, data) = (items.next()?, items.next()?, items.next()?);
    let time = items.next().and_then(|time| seconds(time.data));
    Some(Message { time, outgoing: outgoing.data == b"true", data: Text::Borrowed(data.data) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;

    fn net(tag: char, data: &str) -> String {
        format!("{}:{data}{tag}", data.len())
    }

    #[test]
    fn a_flow_keeps_what_matters() {
        let found = records(&Mitmproxy, Mitmproxy.sample().as_bytes());
        let [rec] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rec.url.as_bstr(), "https://shop.example.com/cart?step=2");
        assert_eq!((rec.time, rec.status), (Some(1_719_826_200_250_000), 200));
        assert_eq!((rec.client.as_bstr(), rec.response_mime.as_bstr()), ("192.0.2.44".into(), "text/html".into()));
        assert_eq!(rec.user_agent.as_bstr(), "ExampleBrowser/5.0");
    }

    #[test]
    fn messages_of_older_versions_find_their_socket() {
        let request = net('}', &[net(';', "host"), net(',', "x.example"), net(';', "path"), net(',', "/s")].concat());
        let response = net('}', &[net(';', "status_code"), net('#', "101")].concat());
        let opened = net(
            '}',
            &[net(';', "request"), request, net(';', "response"), response, net(';', "websocket"), net('!', "true")]
                .concat(),
        );
        let sent = net(']', &[net('#', "1"), net('!', "true"), net(';', "hi"), net('#', "1719826200")].concat());
        let talked =
            net('}', &[net(';', "type"), net(';', "websocket"), net(';', "messages"), net(']', &sent)].concat());
        let text = opened + &talked;
        let found = records(&Mitmproxy, text.as_bytes());
        assert_eq!(found[1].url.as_bstr(), "http://x.example/s");
        assert_eq!((found[1].messages[0].data.as_bstr(), found[1].messages[0].outgoing), ("hi".into(), true));
    }

    #[test]
    fn damage_is_rejected_and_a_long_flow_passed_over() {
        let sample = Mitmproxy.sample();
        let mut out = Vec::new();
        let text = format!("{sample}oops");
        FlowCutter::default().cut(text.as_bytes(), true, &mut out);
        let kinds: Vec<_> = out.iter().map(|piece| piece.kind).collect();
        assert_eq!(kinds, [Kind::Record, Kind::Reject(Reason::BadStructure)]);
        let mut cutter = FlowCutter::default();
        assert_eq!(cutter.cut(&sample.as_bytes()[..100], false, &mut out), 0);
        assert_eq!(cutter.abandon(), 0);
        let twice = sample.repeat(2);
        out.clear();
        assert_eq!(cutter.cut(twice.as_bytes(), true, &mut out), twice.len());
        assert_eq!((out.len(), out[0].range.clone()), (1, sample.len()..twice.len()));
    }
}
