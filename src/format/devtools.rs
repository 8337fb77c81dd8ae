//! Events of the Chrome DevTools protocol, a JSON object a line or a list of such: what a browser
//! tells its debugger, a driver's performance log, a test tool's network log. Requests, redirects
//! and messages of WebSockets are records; documents become records when their response tells that
//! they are pages.

use super::har::json::{Bytes, Object};
use super::http::{base64, essence};
use super::lines::{LineCutter, lines, trim_line};
use super::message::{add_body, add_request_headers};
use super::{Cutter, Format, Kind, Meaning, Piece, Reader, Reason};
use crate::record::{Message, Pair, Record, Role, Sent, Text};
use crate::time;
use bstr::ByteSlice;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The format `devtools`.
pub(super) struct Devtools;

impl Format for Devtools {
    fn name(&self) -> &'static str {
        "devtools"
    }

    fn title(&self) -> &'static str {
        "Network events of the Chrome DevTools protocol, or a driver's performance log"
    }

    fn role(&self) -> Role {
        Role::Capture
    }

    fn sample(&self) -> &'static str {
        r#"{"method":"Network.requestWillBeSent","params":{"requestId":"2.1","documentURL":"https://shop.example.com/cart","frameId":"F1","type":"Ping","wallTime":1719826200.25,"request":{"url":"https://t.example.net/c?c=1","method":"POST","headers":{"User-Agent":"ExampleBrowser/5.0"},"postData":"x"},"initiator":{"type":"script"}}}"#
    }

    fn sniff(&self, head: &[u8]) -> bool {
        lines(head)
            .any(|line| matches!(line.trim_ascii_start().first(), Some(b'{' | b'[')) && line.contains_str(REQUEST))
            && lines(head).any(|line| event(line).is_some())
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(EventCutter::default())
    }

    fn parse<'b>(&self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        self.reader(b"").read(kind, piece)
    }

    fn reader<'f>(&'f self, header: &[u8]) -> Box<dyn Reader + 'f> {
        let mut reader = EventReader::default();
        for line in header.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if let Some(event) = event(line) {
                reader.learn(&event);
            }
        }
        Box::new(reader)
    }
}

const REQUEST: &str = "Network.requestWillBeSent";
const SOCKET: &str = "Network.webSocketCreated";

/// An event, in whatever it is wrapped.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Event<'b> {
    #[serde(borrow)]
    method: Bytes<'b>,
    #[serde(borrow)]
    params: Object<Params<'b>>,
    /// A driver's log keeps the event as JSON inside a string.
    #[serde(borrow)]
    message: Bytes<'b>,
}

/// The inside of a driver's message.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Driver<'b> {
    #[serde(borrow)]
    message: Object<Event<'b>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Params<'b> {
    #[serde(borrow)]
    request_id: Bytes<'b>,
    #[serde(borrow)]
    frame_id: Bytes<'b>,
    #[serde(borrow, rename = "documentURL")]
    document_url: Bytes<'b>,
    #[serde(borrow, rename = "type")]
    resource: Bytes<'b>,
    wall_time: Option<f64>,
    #[serde(borrow)]
    request: Object<Request<'b>>,
    #[serde(borrow)]
    redirect_response: Object<Response<'b>>,
    #[serde(borrow)]
    response: Object<Response<'b>>,
    #[serde(borrow)]
    url: Bytes<'b>,
    timestamp: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Request<'b> {
    #[serde(borrow)]
    url: Bytes<'b>,
    #[serde(borrow)]
    method: Bytes<'b>,
    #[serde(borrow)]
    headers: BTreeMap<String, Bytes<'b>>,
    #[serde(borrow)]
    post_data: Bytes<'b>,
    #[serde(borrow)]
    post_data_entries: Vec<Object<Entry<'b>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry<'b> {
    #[serde(borrow)]
    bytes: Bytes<'b>,
}

/// A response, or a message of a WebSocket.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Response<'b> {
    #[serde(borrow)]
    url: Bytes<'b>,
    status: Option<f64>,
    #[serde(borrow)]
    mime_type: Bytes<'b>,
    response_time: Option<f64>,
    #[serde(borrow)]
    request_headers: BTreeMap<String, Bytes<'b>>,
    opcode: Option<f64>,
    #[serde(borrow)]
    payload_data: Bytes<'b>,
}

/// The line as JSON: without the brackets and commas of a list around it.
fn json_of(line: &[u8]) -> &[u8] {
    let line = trim_line(line).trim_ascii();
    let line = line.strip_prefix(b"[").unwrap_or(line);
    let line = line.strip_suffix(b"]").filter(|line| line.ends_with(b"}")).unwrap_or(line);
    line.strip_suffix(b",").unwrap_or(line).trim_ascii()
}

/// The event of a line, if it holds one. Those inside strings are read twice.
fn event(line: &[u8]) -> Option<Event<'_>> {
    let line = json_of(line);
    let event: Event<'_> = serde_json::from_slice(line).ok()?;
    (event.method.0.starts_with(b"Network.") || event.message.0.contains_str("Network.")).then_some(event)
}

/// Cuts lines, and keeps those that name the page and the WebSockets that are open.
#[derive(Default)]
struct EventCutter {
    lines: LineCutter,
    page: Vec<u8>,
    frame: Vec<u8>,
    sockets: Vec<u8>,
}

/// More bytes about open WebSockets than this are not carried along.
const LONGEST_SOCKETS: usize = 1 << 16;

impl Cutter for EventCutter {
    fn cut(&mut self, buf: &[u8], eof: bool, out: &mut Vec<Piece>) -> usize {
        let known = out.len();
        let done = self.lines.cut(buf, eof, out);
        for piece in &out[known..] {
            let line = json_of(&buf[piece.range.clone()]);
            if line.contains_str(SOCKET) {
                if self.sockets.len() + line.len() < LONGEST_SOCKETS {
                    self.sockets.extend_from_slice(line);
                    self.sockets.push(b'\n');
                }
            } else if line.contains_str(REQUEST) && line.contains_str("Document") {
                let mut reader = EventReader { frame: std::mem::take(&mut self.frame), ..EventReader::default() };
                if event(line).is_some_and(|event| reader.learn(&event)) {
                    self.page = line.to_vec();
                }
                self.frame = reader.frame;
            }
        }
        done
    }

    fn abandon(&mut self) -> usize {
        self.lines.abandon()
    }

    fn header(&self) -> Vec<u8> {
        [&self.page[..], b"\n", &self.sockets].concat()
    }
}

/// Understands events with what stood before them.
#[derive(Default)]
struct EventReader {
    /// The frame whose document is the page: the first that loaded one.
    frame: Vec<u8>,
    page: Vec<u8>,
    sockets: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Reader for EventReader {
    fn read<'b>(&mut self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = json_of(piece);
        if line.is_empty() || line == b"]" {
            return Ok(Meaning::Nothing);
        }
        let text = String::from_utf8_lossy(line);
        let event: Event<'_> = serde_json::from_str(&text).map_err(|_| Reason::BadJson)?;
        let message = event.message.0.clone();
        let event = if event.method.0.is_empty() && !message.is_empty() {
            let driver: Driver<'_> = serde_json::from_slice(&message).unwrap_or_default();
            return Ok(self.meaning(&driver.message.0));
        } else {
            event
        };
        Ok(self.meaning(&event))
    }
}

impl EventReader {
    /// Learns the page or a WebSocket from an event. Says whether it was the page.
    fn learn(&mut self, event: &Event<'_>) -> bool {
        if event.method.0.is_empty() && !event.message.0.is_empty() {
            let driver: Driver<'_> = serde_json::from_slice(&event.message.0).unwrap_or_default();
            return !driver.message.0.method.0.is_empty() && self.learn(&driver.message.0);
        }
        let params = &event.params.0;
        match &*event.method.0 {
            b"Network.webSocketCreated" => {
                self.sockets.insert(params.request_id.0.to_vec(), params.url.0.to_vec());
                false
            }
            b"Network.requestWillBeSent" if &*params.resource.0 == b"Document" => {
                if self.frame.is_empty() {
                    self.frame = params.frame_id.0.to_vec();
                }
                let is_page = self.frame == *params.frame_id.0;
                if is_page {
                    self.page = params.request.0.url.0.to_vec();
                }
                is_page
            }
            _ => false,
        }
    }

    fn meaning<'b>(&mut self, event: &Event<'_>) -> Meaning<'b> {
        self.learn(event);
        let params = &event.params.0;
        let record = match &*event.method.0 {
            b"Network.requestWillBeSent" => self.request(params),
            b"Network.responseReceived" if &*params.resource.0 == b"Document" => Some(self.document(params)),
            b"Network.webSocketFrameSent" | b"Network.webSocketFrameReceived" => {
                self.frame(params, event.method.0.ends_with(b"Sent"))
            }
            _ => None,
        };
        match record {
            Some(record) if !record.url.is_empty() => Meaning::Record(Box::new(record.into_owned())),
            _ => Meaning::Nothing,
        }
    }

    /// A request. One for a document counts when its response has come, unless it carries a body; its
    /// redirects count by the response that redirected.
    fn request<'e>(&self, params: &'e Params<'_>) -> Option<Record<'e>> {
        let request = &params.request.0;
        let is_document = &*params.resource.0 == b"Document";
        let redirect = &params.redirect_response.0;
        if is_document && !redirect.url.0.is_empty() {
            let status = redirect.status.map_or(0, |status| status as u16);
            let (url, target) = (Cow::Borrowed(&*redirect.url.0), Cow::Borrowed(&*request.url.0));
            return Some(Record { url, redirect: target, status, ..self.base(params) });
        }
        if is_document && request.post_data.0.is_empty() && request.post_data_entries.is_empty() {
            return None;
        }
        // A data URL is not fetched from anybody.
        if request.url.0.starts_with(b"data:") || request.url.0.starts_with(b"blob:") {
            return None;
        }
        let mut record = Record {
            method: Cow::Borrowed(&*request.method.0),
            url: Cow::Borrowed(&*request.url.0),
            initiator: Cow::Borrowed(&*params.document_url.0),
            ..self.base(params)
        };
        add_request_headers(&mut record, request.headers.iter().map(pair));
        let entries: Vec<u8> =
            request.post_data_entries.iter().filter_map(|entry| base64(&entry.0.bytes.0)).flatten().collect();
        add_body(&mut record, if entries.is_empty() { Cow::Borrowed(&*request.post_data.0) } else { entries.into() });
        Some(record)
    }

    fn document<'e>(&self, params: &'e Params<'_>) -> Record<'e> {
        let response = &params.response.0;
        let is_page = self.frame.is_empty() || self.frame == *params.frame_id.0;
        let mut record = Record {
            time: response.response_time.and_then(time::epoch_number),
            method: Cow::Borrowed(b"GET"),
            url: Cow::Borrowed(&*response.url.0),
            status: response.status.map_or(0, |status| status as u16),
            response_mime: essence(Cow::Borrowed(&*response.mime_type.0)),
            resource: Cow::Borrowed(if is_page { b"main_frame" } else { b"sub_frame" }),
            ..self.base(params)
        };
        add_request_headers(&mut record, response.request_headers.iter().map(pair));
        record
    }

    fn frame<'e>(&self, params: &'e Params<'_>, outgoing: bool) -> Option<Record<'e>> {
        let (frame, url) = (&params.response.0, self.sockets.get(&*params.request_id.0)?);
        let is_binary = frame.opcode == Some(2.0);
        let packed = || base64(&frame.payload_data.0).filter(|_| is_binary).map(Text::Owned);
        let data = packed().unwrap_or_else(|| Cow::Borrowed(&*frame.payload_data.0));
        let time = params.timestamp.and_then(time::epoch_number);
        let messages = vec![Message { time, outgoing, data }];
        Some(Record { url: url.clone().into(), messages, ..self.base(params) })
    }

    /// What all records of the page have in common.
    fn base<'e>(&self, params: &Params<'_>) -> Record<'e> {
        Record {
            time: params.wall_time.and_then(time::epoch_number),
            page_ref: self.page.clone().into(),
            resource: params.resource.0.to_ascii_lowercase().into(),
            sent: Sent::Sent,
            ..Record::default()
        }
    }
}

fn pair<'e>((name, value): (&'e String, &'e Bytes<'_>)) -> Pair<'e> {
    Pair { name: Cow::Borrowed(name.as_bytes()), value: Cow::Borrowed(&*value.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;

    const EVENTS: &str = r#"[{"method":"Page.frameStartedLoading","params":{"frameId":"F1"}},
{"method":"Network.requestWillBeSent","params":{"requestId":"1","frameId":"F1","documentURL":"http://shop.example/","type":"Document","wallTime":1719826200.0,"request":{"url":"http://shop.example/","method":"GET","headers":{}}}},
{"method":"Network.requestWillBeSent","params":{"requestId":"1","frameId":"F1","documentURL":"https://shop.example/cart","type":"Document","wallTime":1719826200.1,"redirectResponse":{"url":"http://shop.example/","status":301},"request":{"url":"https://shop.example/cart","method":"GET","headers":{}}}},
{"method":"Network.responseReceived","params":{"requestId":"1","frameId":"F1","type":"Document","response":{"url":"https://shop.example/cart","status":200,"mimeType":"text/html","responseTime":1719826200250.0}}},
{"method":"Network.requestWillBeSent","params":{"requestId":"2","frameId":"F1","documentURL":"https://shop.example/cart","type":"Fetch","wallTime":1719826201.0,"request":{"url":"https://t.example/c","method":"POST","headers":{"Content-Type":"text/plain","Referer":"https://shop.example/"},"postDataEntries":[{"bytes":"aGVsbG8="}]}}},
{"method":"Network.webSocketCreated","params":{"requestId":"3","url":"wss://t.example/s"}},
{"method":"Network.webSocketFrameSent","params":{"requestId":"3","timestamp":12.5,"response":{"opcode":1,"mask":true,"payloadData":"hi"}}}]
"#;

    #[test]
    fn events_become_records_of_their_page() {
        let found = records(&Devtools, EVENTS.as_bytes());
        let urls: Vec<_> = found.iter().map(|rec| (rec.url.to_str_lossy(), rec.status)).collect();
        let expected = [
            ("http://shop.example/", 301),
            ("https://shop.example/cart", 200),
            ("https://t.example/c", 0),
            ("wss://t.example/s", 0),
        ];
        assert_eq!(urls, expected.map(|(url, status)| (url.into(), status)));
        assert!(found.iter().all(|rec| rec.page_ref.as_bstr() == "https://shop.example/cart"));
        assert_eq!(found[1].resource.as_bstr(), "main_frame");
        assert_eq!(found[2].body.as_ref().map(|body| body.bytes.as_bstr()), Some("hello".into()));
        assert_eq!((found[3].messages[0].outgoing, found[3].messages[0].data.as_bstr()), (true, "hi".into()));
    }

    #[test]
    fn a_drivers_log_holds_the_same_events_in_strings() {
        let lines: Vec<String> = EVENTS
            .lines()
            .map(|line| serde_json::from_slice::<serde_json::Value>(json_of(line.as_bytes())).expect("JSON"))
            .map(|event| {
                serde_json::json!({"level": "INFO", "message": serde_json::json!({"message": event}).to_string()})
                    .to_string()
            })
            .collect();
        let text = lines.join("\n");
        assert_eq!(crate::format::detect(text.as_bytes()).map(Format::name), Some("devtools"));
        assert_eq!(records(&Devtools, text.as_bytes()), records(&Devtools, EVENTS.as_bytes()));
    }
}
