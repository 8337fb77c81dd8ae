//! One element of `log.entries`: the fields that matter, as recorders write them, and the record
//! that they make. Response bodies are skipped without being copied.

use super::initiator::Initiator;
use super::json::{Bytes, List, Number, Object, Pairs, PairsVisitor, Scalar};
use super::marks::Marks;
use super::reader::read;
use super::repair::repaired;
use super::sent::Facts;
use crate::format::http::{base64, cookies, essence, set_cookies};
use crate::format::{Meaning, Reason};
use crate::record::{Body, EMPTY, Message, Pair, Record, Text};
use crate::time;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::marker::PhantomData;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry<'a> {
    #[serde(borrow, rename = "startedDateTime")]
    started: Bytes<'a>,
    #[serde(borrow)]
    pageref: Bytes<'a>,
    #[serde(borrow)]
    request: Object<Request<'a>>,
    #[serde(borrow)]
    response: Object<Response<'a>>,
    #[serde(borrow, rename = "_initiator")]
    initiator: Initiator<'a>,
    #[serde(rename = "_initiator_detail")]
    detail: Option<IgnoredAny>,
    #[serde(borrow, rename = "_resourceType")]
    resource_type: Bytes<'a>,
    #[serde(borrow, rename = "_request_type")]
    request_type: Bytes<'a>,
    #[serde(borrow, rename = "_webSocketMessages")]
    messages: List<RawMessage<'a>>,
    #[serde(borrow, rename = "_error")]
    error: Scalar<'a>,
    #[serde(borrow, rename = "_blockedReason")]
    blocked_reason: Scalar<'a>,
    #[serde(borrow, rename = "_wasAborted")]
    was_aborted: Scalar<'a>,
    #[serde(borrow, rename = "_wasFulfilled")]
    was_fulfilled: Scalar<'a>,
    #[serde(borrow, rename = "_fromCache")]
    from_cache: Scalar<'a>,
    #[serde(borrow, rename = "_fetchType")]
    fetch_type: Scalar<'a>,
    #[serde(borrow, rename = "_fetchedViaServiceWorker")]
    via_worker: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request<'a> {
    #[serde(borrow)]
    method: Bytes<'a>,
    #[serde(borrow)]
    url: Bytes<'a>,
    #[serde(borrow)]
    headers: Pairs<'a>,
    #[serde(borrow)]
    cookies: Pairs<'a>,
    #[serde(borrow, rename = "postData")]
    post_data: Object<PostData<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PostData<'a> {
    #[serde(borrow, rename = "mimeType")]
    mime: Bytes<'a>,
    #[serde(borrow)]
    text: Bytes<'a>,
    #[serde(borrow)]
    params: Pairs<'a>,
    #[serde(borrow)]
    encoding: Bytes<'a>,
    #[serde(borrow, rename = "_encoding")]
    own_encoding: Bytes<'a>,
    /// The file beside the archive in which Playwright put the body.
    #[serde(borrow, rename = "_file")]
    file: Bytes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response<'a> {
    status: Number,
    #[serde(borrow, rename = "redirectURL")]
    redirect: Bytes<'a>,
    #[serde(borrow)]
    headers: ResponseHeaders<'a>,
    #[serde(borrow)]
    cookies: Pairs<'a>,
    #[serde(borrow)]
    content: Object<Content<'a>>,
    #[serde(borrow, rename = "_error")]
    error: Scalar<'a>,
    #[serde(borrow, rename = "_failureText")]
    failure: Scalar<'a>,
    #[serde(borrow, rename = "fromDiskCache")]
    from_disk_cache: Scalar<'a>,
    #[serde(borrow, rename = "fromPrefetchCache")]
    from_prefetch_cache: Scalar<'a>,
    #[serde(borrow, rename = "fromServiceWorker")]
    from_worker: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content<'a> {
    #[serde(borrow, rename = "mimeType")]
    mime: Bytes<'a>,
    size: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Timings {
    send: Number,
    wait: Number,
    receive: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMessage<'a> {
    #[serde(borrow, rename = "type")]
    direction: Bytes<'a>,
    time: Number,
    opcode: Number,
    #[serde(borrow)]
    data: Bytes<'a>,
}

/// The headers of a response that mean something to a record.
#[derive(Default)]
struct ResponseHeaders<'a> {
    /// Whether there were any headers.
    exist: bool,
    location: Text<'a>,
    content_type: Text<'a>,
    set_cookies: Vec<Pair<'a>>,
    /// The browser answered by itself.
    is_internal: bool,
}

impl<'a> ResponseHeaders<'a> {
    fn add(&mut self, pair: Pair<'a>) {
        self.exist = true;
        match pair.name.len() {
            8 if pair.name.eq_ignore_ascii_case(b"location") => self.location = pair.value,
            10 if pair.name.eq_ignore_ascii_case(b"set-cookie") => self.set_cookies.extend(set_cookies(&pair.value)),
            12 if pair.name.eq_ignore_ascii_case(b"content-type") => self.content_type = pair.value,
            24 if pair.name.eq_ignore_ascii_case(b"non-authoritative-reason") => self.is_internal = true,
            _ => {}
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ResponseHeaders<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut headers = ResponseHeaders::default();
        deserializer.deserialize_any(PairsVisitor(|pair| headers.add(pair), PhantomData))?;
        Ok(headers)
    }
}

/// How long an entry took, in fractions that take long to read and that few entries need.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Timed {
    timings: Object<Timings>,
}

/// The cause of a request as some recorders repeat it, with the whole stack in a string.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail<'a> {
    #[serde(borrow, rename = "_initiator_detail")]
    initiator: Initiator<'a>,
}

/// The record that the entry describes which begins at `start` and reaches to the end of the bytes.
///
/// # Errors
/// The entry is not JSON, or names no URL.
pub(super) fn parse<'b>(bytes: &'b [u8], start: usize, marks: &Marks) -> Result<Meaning<'b>, Reason> {
    let entry = read_or_repaired::<Entry<'_>>(bytes, start, marks).ok_or(Reason::BadJson)?;
    let took_time = || read_or_repaired::<Timed>(bytes, start, marks).is_some_and(|timed| timed.timings.0.are_spent());
    let has_detail = entry.detail.is_some();
    let mut record = record(entry, took_time).ok_or(Reason::NoUrl)?;
    // Details are long and rarely tell more.
    if has_detail && record.initiator.is_empty() {
        record.initiator = read::<Detail<'_>>(bytes, start, marks).unwrap_or_default().initiator.0;
    }
    Ok(Meaning::Record(Box::new(record)))
}

fn read_or_repaired<'b, T: Deserialize<'b>>(bytes: &'b [u8], start: usize, marks: &Marks) -> Option<T> {
    let repaired = || repaired(&bytes[start..]).and_then(|value| T::deserialize(value).ok());
    read(bytes, start, marks).ok().or_else(repaired)
}

fn record(entry: Entry<'_>, took_time: impl FnOnce() -> bool) -> Option<Record<'_>> {
    let facts = facts(&entry);
    let (status, sent) = (facts.status, facts.sent(took_time));
    let mut request = entry.request.0;
    let body_file = std::mem::take(&mut request.post_data.0.file).0;
    if request.url.0.is_empty() {
        return None;
    }
    let mut record = Record {
        time: time::iso(&entry.started.0),
        method: request.method.0,
        url: request.url.0,
        status,
        sent,
        cookies: request.cookies.0,
        body: body(request.post_data.0),
        body_file,
        page_ref: entry.pageref.0,
        initiator: entry.initiator.0,
        resource: lower_case(first_of(entry.resource_type.0, entry.request_type.0)),
        messages: entry.messages.0.into_iter().filter_map(message).collect(),
        ..Record::default()
    };
    add_request_headers(&mut record, request.headers.0);
    add_response(&mut record, entry.response.0);
    Some(record)
}

fn facts<'e>(entry: &'e Entry<'_>) -> Facts<'e> {
    let response = &entry.response.0;
    let errors = [&response.error, &response.failure, &entry.error, &entry.blocked_reason];
    Facts {
        error: errors.iter().map(|error| &*error.0).find(|error| !error.is_empty()).unwrap_or(""),
        is_stopped: entry.was_aborted.is_set() || entry.was_fulfilled.is_set() || response.headers.is_internal,
        is_local: [
            &entry.from_cache,
            &entry.via_worker,
            &response.from_disk_cache,
            &response.from_prefetch_cache,
            &response.from_worker,
        ]
        .iter()
        .any(|flag| flag.is_set())
            || !matches!(&*entry.fetch_type.0, "" | "Network Load"),
        status: response.status.0.filter(|status| (1.0..=999.0).contains(status)).map_or(0, |status| status as u16),
        has_response: response.headers.exist || is_more_than_zero(response.content.0.size),
    }
}

impl Timings {
    /// Whether any time was spent.
    fn are_spent(&self) -> bool {
        [self.send, self.wait, self.receive].into_iter().any(is_more_than_zero)
    }
}

fn is_more_than_zero(number: Number) -> bool {
    number.0.is_some_and(|number| number > 0.0)
}

/// The body, unless nothing of it was recorded. Fields repeat what the text says, so they count only
/// where there is no text.
fn body(data: PostData<'_>) -> Option<Body<'_>> {
    let encoding = first_of(data.encoding.0, data.own_encoding.0);
    let bytes = decoded(data.text.0, encoding.eq_ignore_ascii_case(b"base64"));
    let fields = if bytes.is_empty() { data.params.0 } else { Vec::new() };
    (!bytes.is_empty() || !fields.is_empty()).then_some(Body { mime: data.mime.0, bytes, fields })
}

fn message(raw: RawMessage<'_>) -> Option<Message<'_>> {
    /// The opcodes of the WebSocket protocol for binary data and for the first control frame.
    const BINARY: f64 = 2.0;
    const CONTROL: f64 = 8.0;
    let opcode = raw.opcode.0.unwrap_or_default();
    (opcode < CONTROL).then(|| Message {
        time: raw.time.0.and_then(time::epoch_number),
        outgoing: matches!(&*raw.direction.0, b"send" | b"sent" | b"request" | b"outgoing"),
        data: decoded(raw.data.0, opcode == BINARY),
    })
}

/// The text as it was sent. What is not base64, although the recorder says so, stays as it is.
fn decoded(text: Text<'_>, is_base64: bool) -> Text<'_> {
    match is_base64.then(|| base64(&text)).flatten() {
        Some(bytes) => Cow::Owned(bytes),
        None => text,
    }
}

fn add_request_headers<'a>(record: &mut Record<'a>, headers: Vec<Pair<'a>>) {
    let has_cookies = !record.cookies.is_empty();
    record.headers = headers;
    let Record { headers, cookies: own_cookies, referer, user_agent, .. } = record;
    headers.retain_mut(|pair| {
        let mut take = || std::mem::replace(&mut pair.value, EMPTY);
        match pair.name.len() {
            7 if pair.name.eq_ignore_ascii_case(b"referer") => *referer = take(),
            10 if pair.name.eq_ignore_ascii_case(b"user-agent") => *user_agent = take(),
            6 if pair.name.eq_ignore_ascii_case(b"cookie") => {
                if !has_cookies {
                    own_cookies.extend(cookies(&take()));
                }
            }
            // Pseudo headers of HTTP/2 repeat the method and the URL.
            _ => return !pair.name.starts_with(b":"),
        }
        false
    });
}

fn add_response<'a>(record: &mut Record<'a>, response: Response<'a>) {
    let headers = response.headers;
    record.redirect = first_of(response.redirect.0, headers.location);
    record.response_mime = essence(first_of(response.content.0.mime.0, headers.content_type));
    record.set_cookies = response.cookies.0;
    if record.set_cookies.is_empty() {
        record.set_cookies = headers.set_cookies;
    }
}

fn first_of<'a>(first: Text<'a>, second: Text<'a>) -> Text<'a> {
    if first.is_empty() { second } else { first }
}

fn lower_case(text: Text<'_>) -> Text<'_> {
    if text.iter().any(u8::is_ascii_uppercase) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

#[cfg(test)]
mod tests;
