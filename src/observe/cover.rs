//! Covering: what each record had and lacked, from which the gaps of its input are told.

use crate::place::is_address;
use crate::record::{LogLine, Record};
use crate::resolve::summary::Coverage;

/// A body of this part of its stated length, or less, was cut by the recorder; the little that may
/// lack otherwise comes from how it was written down.
const SHORT: (usize, usize) = (9, 10);

impl Coverage {
    /// Notes what a record had and lacked.
    pub(super) fn note(&mut self, record: &Record<'_>) {
        let length = stated_length(record);
        let sends = takes_body(&record.method) && length != Some(0);
        let is_beacon = sends && matches!(&*record.resource, b"ping" | b"beacon");
        self.note_request(&record.line(), sends);
        self.referers += count(!record.referer.is_empty());
        self.origin_referers += count(is_origin(&record.referer));
        self.agents += count(!record.user_agent.is_empty());
        self.authorisations += count(record.header(b"authorization").is_some());
        self.forwarded += count(is_forwarded(record));
        self.cookies += count(!record.cookies.is_empty());
        self.bodies += count(sends && record.body.is_some());
        self.beacons += count(is_beacon);
        self.beacon_bodies += count(is_beacon && record.body.is_some());
        self.short_bodies += count(is_short(record, length));
        self.messages += record.messages.len() as u64;
    }

    /// Notes what a line had; it lacked all else.
    pub(super) fn note_line(&mut self, line: &LogLine<'_>) {
        self.note_request(line, takes_body(line.method));
    }

    fn note_request(&mut self, line: &LogLine<'_>, sends: bool) {
        self.requests += 1;
        self.connects += count(line.method.eq_ignore_ascii_case(b"CONNECT"));
        self.queries += count(memchr::memchr(b'?', line.url).is_some());
        self.clients += count(line.names_client());
        self.users += count(line.names_user());
        self.timed += count(line.time.is_some());
        self.body_methods += count(sends);
        self.websockets += count(line.status == 101 || line.url.starts_with(b"ws"));
    }
}

fn count(holds: bool) -> u64 {
    u64::from(holds)
}

/// Whether requests of a method normally carry a body.
fn takes_body(method: &[u8]) -> bool {
    [&b"POST"[..], b"PUT", b"PATCH"].iter().any(|known| method.eq_ignore_ascii_case(known))
}

fn stated_length(record: &Record<'_>) -> Option<usize> {
    let text = record.header(b"content-length")?;
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// Whether a URL ends with its host, or with the slash behind it.
fn is_origin(url: &[u8]) -> bool {
    if url.is_empty() {
        return false;
    }
    let Some(host) = memchr::memmem::find(url, b"://").map(|at| &url[at + 3..]) else { return false };
    memchr::memchr(b'/', host).is_none_or(|slash| slash + 1 == host.len())
}

/// Whether the first address that a request was forwarded for is not the client's.
fn is_forwarded(record: &Record<'_>) -> bool {
    let first = record.first_in(b"x-forwarded-for");
    is_address(first) && *first != *record.client
}

fn is_short(record: &Record<'_>, length: Option<usize>) -> bool {
    let (Some(body), Some(length)) = (&record.body, length) else { return false };
    let is_packed = record.header(b"content-encoding").is_some();
    body.fields.is_empty() && !is_packed && body.bytes.len().saturating_mul(SHORT.1) < length.saturating_mul(SHORT.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Body, Pair};

    #[test]
    fn a_request_is_forwarded_for_another_client() {
        for (list, forwarded) in [("198.51.100.7, 192.0.2.1", 1), ("192.0.2.1", 0), ("-", 0), ("unknown", 0)] {
            let header = Pair { name: b"X-Forwarded-For".into(), value: list.as_bytes().into() };
            let mut coverage = Coverage::default();
            coverage.note(&Record { client: b"192.0.2.1".into(), headers: vec![header], ..Record::default() });
            assert_eq!(coverage.forwarded, forwarded, "{list}");
        }
    }

    #[test]
    fn what_a_record_lacks_is_counted() {
        let mut coverage = Coverage::default();
        let header = |name: &'static str, value: &'static str| Pair {
            name: name.as_bytes().into(),
            value: value.as_bytes().into(),
        };
        let record = Record {
            method: b"POST".into(),
            url: b"https://t.example.net/c?a=1".into(),
            referer: b"https://shop.example.com/".into(),
            resource: b"ping".into(),
            headers: vec![header("Content-Length", "100")],
            ..Record::default()
        };
        coverage.note(&record);
        assert_eq!((coverage.beacons, coverage.beacon_bodies, coverage.bodies), (1, 0, 0));
        assert_eq!((coverage.origin_referers, coverage.agents, coverage.short_bodies), (1, 0, 0));
        let body = |bytes: &'static [u8]| Some(Body { bytes: bytes.into(), ..Body::default() });
        coverage.note(&Record { body: body(b"0123456789"), ..record.clone() });
        coverage.note(&Record { body: body(&[b'x'; 99]), ..record });
        assert_eq!((coverage.beacons, coverage.beacon_bodies, coverage.short_bodies), (3, 2, 1));
        assert!(is_origin(b"https://a.example") && !is_origin(b"https://a.example/b") && !is_origin(b""));
    }
}
