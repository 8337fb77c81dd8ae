//! Lines of `key=value`: web logs that proxies send to a security system, as CEF, as LEEF or as plain
//! pairs behind a time. What a key means differs little between products.

use super::field::Field;
use super::lines::{LineCutter, is_blank, most_lines, trim_line};
use super::parts::Parts;
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::record::{Role, Text};
use bstr::ByteSlice;
use std::borrow::Cow;

/// How the pairs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `CEF:0|vendor|product|…|` and pairs between spaces, with `=` and `\` escaped.
    Cef,
    /// `LEEF:1.0|vendor|product|…|` and pairs between tabs.
    Leef,
    /// A time and pairs between tabs.
    Tabs,
}

/// A log of pairs.
pub(super) struct KeyValues {
    shape: Shape,
    name: &'static str,
    title: &'static str,
    sample: &'static str,
}

pub(super) static CEF: KeyValues = KeyValues {
    shape: Shape::Cef,
    name: "cef",
    title: "Web requests in the common event format (CEF)",
    sample: "CEF:0|Example|WebProxy|1.0|100|Allowed|3|rt=Jul 01 2024 09:30:00 act=Allowed src=192.0.2.44 suser=avery \
             requestMethod=GET request=https://shop.example.com/cart?step\\=2 requestClientApplication=ExampleBrowser/5.0 (X11)\n",
};

pub(super) static LEEF: KeyValues = KeyValues {
    shape: Shape::Leef,
    name: "leef",
    title: "Web requests in the log event extended format (LEEF)",
    sample: "LEEF:1.0|Example|WebProxy|1.0|Allowed|devTime=Jul 01 2024 09:30:00\tsrc=192.0.2.44\tusrName=avery\taction=Allowed\t\
             requestmethod=GET\turl=shop.example.com/cart?step=2\tuseragent=ExampleBrowser/5.0\n",
};

pub(super) static ZSCALER: KeyValues = KeyValues {
    shape: Shape::Tabs,
    name: "zscaler",
    title: "Zscaler web log as tab-separated pairs",
    sample: "2024-07-01 09:30:00\treason=Allowed\taction=Allowed\tprotocol=HTTPS\tuser=avery@example.com\turl=shop.example.com/cart?step=2\t\
             hostname=shop.example.com\tClientIP=192.0.2.44\trequestmethod=GET\tstatus=200\tuseragent=ExampleBrowser/5.0\n",
};

/// What keys mean, in lower case, the most telling first.
const KEYS: &[(&str, Field)] = &[
    ("rt", Field::Time),
    ("end", Field::Time),
    ("start", Field::Time),
    ("devtime", Field::Time),
    ("datetime", Field::Time),
    ("epochtime", Field::Time),
    ("time", Field::Time),
    ("clientip", Field::Client),
    ("cip", Field::Client),
    ("cltip", Field::Client),
    ("src", Field::Client),
    ("clientpublicip", Field::Client),
    ("suser", Field::User),
    ("usrname", Field::User),
    ("user", Field::User),
    ("login", Field::User),
    ("elogin", Field::User),
    ("requestmethod", Field::Method),
    ("reqmethod", Field::Method),
    ("protocol", Field::Scheme),
    ("proto", Field::Scheme),
    ("request", Field::Url),
    ("url", Field::Url),
    ("eurl", Field::Url),
    ("hostname", Field::Host),
    ("dhost", Field::Host),
    ("host", Field::Host),
    ("status", Field::Status),
    ("respcode", Field::Status),
    ("responsecode", Field::Status),
    ("refererurl", Field::Referer),
    ("referer", Field::Referer),
    ("ereferer", Field::Referer),
    ("requestcontext", Field::Referer),
    ("useragent", Field::Agent),
    ("ua", Field::Agent),
    ("requestclientapplication", Field::Agent),
    ("contenttype", Field::ResponseType),
    ("action", Field::Verdict),
    ("act", Field::Verdict),
];

impl Format for KeyValues {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn role(&self) -> Role {
        Role::Proxy
    }

    fn sample(&self) -> &'static str {
        self.sample
    }

    fn sniff(&self, head: &[u8]) -> bool {
        most_lines(head, |line| matches!(self.read(line), Some(Ok(Meaning::Record(_)))))
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        if is_blank(line) { Ok(Meaning::Nothing) } else { self.read(line).unwrap_or(Err(Reason::BadLine)) }
    }
}

impl KeyValues {
    /// The record of a line of this shape. Events of other kinds (no request) mean nothing.
    fn read<'b>(&self, line: &'b [u8]) -> Option<Result<Meaning<'b>, Reason>> {
        let (time, pairs) = match self.shape {
            Shape::Cef => (&b""[..], behind_pipes(line, b"CEF:", 7)?),
            Shape::Leef => (&b""[..], behind_pipes(line, b"LEEF:", 5)?),
            Shape::Tabs => line.split_once_str("\t").filter(|(time, _)| Field::Time.admits(time, 0))?,
        };
        let pairs = if self.shape == Shape::Cef { spaced(pairs) } else { tabbed(pairs) };
        let mut parts = Parts::new(0);
        for (key, field) in KEYS {
            let value = pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes()));
            if let Some((_, value)) = value.filter(|(_, value)| !matches!(*value, b"None" | b"NA" | b"N/A")) {
                let text = if self.shape == Shape::Cef { unescape(value) } else { Cow::Borrowed(*value) };
                parts.set(field, text);
            }
        }
        parts.set(&Field::Time, Cow::Borrowed(time));
        let names_url = pairs
            .iter()
            .any(|(name, _)| [&b"request"[..], b"url", b"eurl"].iter().any(|key| name.eq_ignore_ascii_case(key)));
        Some(if names_url { parts.finish() } else { Ok(Meaning::Nothing) })
    }
}

/// What follows a mark and so many bars.
fn behind_pipes<'b>(line: &'b [u8], mark: &[u8], bars: usize) -> Option<&'b [u8]> {
    line.strip_prefix(mark)?.splitn(bars + 1, |byte| *byte == b'|').nth(bars)
}

fn tabbed(text: &[u8]) -> Vec<(&[u8], &[u8])> {
    text.split(|byte| *byte == b'\t').filter_map(|pair| pair.split_once_str("=")).collect()
}

/// Pairs between spaces, which values may hold too: a value ends before the next word with `=`.
fn spaced(text: &[u8]) -> Vec<(&[u8], &[u8])> {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let mut keys: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'=') {
        let length = text[..at].iter().rev().take_while(|byte| is_key(byte)).count();
        let start = at - length;
        if length > 0 && (start == 0 || text[start - 1] == b' ') {
            keys.push((start, at));
        }
    }
    let ends = keys.iter().skip(1).map(|(start, _)| start - 1).chain([text.len()]);
    keys.iter()
        .zip(ends)
        .map(|(&(start, at), end)| (&text[start..at], text[at + 1..end.max(at + 1)].trim_ascii()))
        .collect()
}

/// Undoes the escapes of CEF.
fn unescape(text: &[u8]) -> Text<'_> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        plain.push(if *byte == b'\\' { *rest.next().unwrap_or(byte) } else { *byte });
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::records;
    use crate::record::Sent;

    #[test]
    fn every_shape_gives_the_same_fields() {
        for format in [&CEF, &LEEF, &ZSCALER] {
            let found = records(format, format.sample.as_bytes());
            let [rec] = found.as_slice() else { panic!("{}: {found:?}", format.name) };
            assert!(rec.url.ends_with(b"://shop.example.com/cart?step=2"), "{:?}", rec.url.as_bstr());
            assert_eq!((rec.time, rec.client.as_bstr()), (Some(1_719_826_200_000_000), "192.0.2.44".into()));
            assert!(rec.user.starts_with(b"avery") && rec.user_agent.starts_with(b"ExampleBrowser/5.0"));
            let text = format.sample.replace("act=Allowed", "act=Blocked").replace("action=Allowed", "action=Blocked");
            assert_eq!(records(format, text.as_bytes())[0].sent, Sent::Blocked);
        }
        assert_eq!(records(&CEF, CEF.sample.as_bytes())[0].user_agent.as_bstr(), "ExampleBrowser/5.0 (X11)");
    }

    #[test]
    fn events_without_a_request_mean_nothing_and_other_lines_are_rejected() {
        let login = b"CEF:0|Example|Console|1.0|1|Login|3|suser=avery src=192.0.2.44";
        assert!(matches!(CEF.parse(Kind::Record, login), Ok(Meaning::Nothing)));
        assert!(matches!(CEF.parse(Kind::Record, b"CEF:0|Example"), Err(Reason::BadLine)));
        assert!(matches!(ZSCALER.parse(Kind::Record, b"yesterday\turl=x.example/"), Err(Reason::BadLine)));
    }
}
