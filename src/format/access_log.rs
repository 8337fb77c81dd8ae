//! Access logs of web servers in the formats that Apache and nginx share: `common`, `combined`
//! (with Referer and User-Agent) and `vhost_combined` (with the site's host in front). One reader
//! serves all three, since real logs mix them; they differ in how they are recognised.

mod who;

use super::http::hex_byte;
use super::lines::{LineCutter, is_blank, lines, status, trim_line, voters, word};
use super::squid::{self, Outcome};
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::find::{find, find_either};
use crate::place::{host_name, host_of, site_of, without_port};
use crate::record::{EMPTY, Pair, Record, Role, Sent, Text};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;
use std::collections::BTreeMap;
use who::{Who, split_who};

/// The format `common`.
pub(super) static COMMON: AccessLog = AccessLog {
    shape: Shape::Common,
    name: "common",
    title: "Web server access log in the common log format",
    sample: "192.0.2.44 - avery [01/Jul/2024:09:30:00 +0200] \"GET /cart?step=2 HTTP/1.1\" 200 4312\n",
};

/// The format `combined`.
pub(super) static COMBINED: AccessLog = AccessLog {
    shape: Shape::Combined,
    name: "combined",
    title: "Web server access log in the combined format (with Referer and User-Agent)",
    sample: "192.0.2.44 - avery [01/Jul/2024:09:30:00 +0200] \"GET /cart?step=2 HTTP/1.1\" 200 4312 \
             \"https://shop.example.com/\" \"ExampleBrowser/5.0\"\n",
};

/// The format `vhost_combined`.
pub(super) static VHOST_COMBINED: AccessLog = AccessLog {
    shape: Shape::Vhost,
    name: "vhost_combined",
    title: "Web server access log in the combined format behind the virtual host's name",
    sample: "shop.example.com:443 192.0.2.44 - avery [01/Jul/2024:09:30:00 +0200] \
             \"GET /cart?step=2 HTTP/1.1\" 200 4312 \"https://shop.example.com/\" \"ExampleBrowser/5.0\"\n",
};

/// A web server's access log.
pub(super) struct AccessLog {
    shape: Shape,
    name: &'static str,
    title: &'static str,
    sample: &'static str,
}

/// Which fields stand around the common ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Common,
    Combined,
    Vhost,
}

impl Format for AccessLog {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn role(&self) -> Role {
        Role::Origin
    }

    fn role_of(&self, head: &[u8]) -> Role {
        let lines: Vec<_> = lines(head).filter_map(|line| split(trim_line(line))).collect();
        if is_of_squid(&lines) || is_of_proxy(&lines) { Role::Proxy } else { Role::Origin }
    }

    fn sample(&self) -> &'static str {
        self.sample
    }

    fn sniff(&self, head: &[u8]) -> bool {
        usual_shape(head) == Some(self.shape)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        let line = trim_line(piece);
        if is_blank(line) || line.starts_with(b"#") {
            return Ok(Meaning::Nothing);
        }
        let fields = split(line).ok_or(Reason::BadLine)?;
        // A client that sent no HTTP (a probe, TLS on a plain port, a dropped connection) left a
        // line of its own, but made no request that could be counted.
        let Some((method, url)) = split_request(fields.request) else {
            return Ok(Meaning::Nothing);
        };
        Ok(Meaning::Record(Box::new(Record {
            time: Some(fields.time),
            method: Cow::Borrowed(method),
            url: unescape(url),
            host: Cow::Borrowed(without_port(fields.host)),
            status: fields.status,
            sent: fields.outcome.map_or(Sent::Sent, |outcome| outcome.sent(method, fields.status)),
            client: value(fields.client),
            user: value(fields.user),
            referer: value(fields.referer.unwrap_or_default()),
            user_agent: value(fields.agent),
            headers: forwarded(fields.rest).into_iter().collect(),
            ..Record::default()
        })))
    }
}

/// One line by its fields; quoted ones are still escaped.
struct Fields<'b> {
    host: &'b [u8],
    client: &'b [u8],
    user: &'b [u8],
    time: i64,
    request: &'b [u8],
    status: u16,
    referer: Option<&'b [u8]>,
    agent: &'b [u8],
    /// What Squid did, where it wrote the line.
    outcome: Option<Outcome<'b>>,
    rest: &'b [u8],
}

impl Fields<'_> {
    fn shape(&self) -> Shape {
        match (self.host, self.referer) {
            ([_, ..], _) => Shape::Vhost,
            ([], Some(_)) => Shape::Combined,
            ([], None) => Shape::Common,
        }
    }
}

/// The shape of most lines, where most lines are of an access log at all. Shapes do mix (lines
/// without Referer in a combined log), so the richer one wins a draw.
fn usual_shape(head: &[u8]) -> Option<Shape> {
    let shapes: Vec<_> = voters(head).map(|line| split(line).map(|fields| fields.shape())).collect();
    let count = |shape| shapes.iter().filter(|found| **found == Some(shape)).count();
    let vhost = count(Shape::Vhost);
    let combined = count(Shape::Combined);
    let common = count(Shape::Common);
    if (vhost + combined + common) * 2 <= shapes.len() {
        None
    } else if vhost >= combined + common {
        Some(Shape::Vhost)
    } else if combined >= common {
        Some(Shape::Combined)
    } else {
        Some(Shape::Common)
    }
}

fn split(line: &[u8]) -> Option<Fields<'_>> {
    let (who, time, rest) = split_time(line)?;
    let Who { host, client, user } = split_who(who)?;
    let (request, rest) = quoted(rest)?;
    let (code, rest) = word(rest);
    let (bytes, mut rest) = word(rest);
    if !is_count(bytes) {
        return None;
    }
    // Some servers write more numbers before the Referer.
    let mut outcome = None;
    while !rest.is_empty() && !rest.starts_with(b"\"") {
        let (next, behind) = word(rest);
        outcome = outcome.or_else(|| squid::outcome(next));
        rest = behind;
    }
    let (referer, rest) = match quoted(rest) {
        Some((referer, rest)) => (Some(referer), rest),
        None => (None, rest),
    };
    let (agent, rest) = quoted(rest).unwrap_or_default();
    let outcome = outcome.or_else(|| squid::outcome(word(rest).0));
    Some(Fields { host, client, user, time, request, status: status(code).ok()?, referer, agent, outcome, rest })
}

/// Whether Squid wrote most lines.
fn is_of_squid(lines: &[Fields<'_>]) -> bool {
    lines.iter().filter(|line| line.outcome.is_some()).count() * 2 > lines.len()
}

/// Whether nearly all requests that were answered named where they were to go, as only a proxy is told:
/// connections, or URLs on many sites. Caches in front of a server write whole URLs too, but of its own
/// sites, and what others try on a server is refused.
fn is_of_proxy(lines: &[Fields<'_>]) -> bool {
    let is_answered = |line: &&Fields<'_>| (200..400).contains(&line.status);
    let requests = lines.iter().filter(is_answered).filter_map(|line| split_request(line.request));
    let (mut all, mut connections, mut sites) = (0, 0, BTreeMap::<String, usize>::new());
    for (method, url) in requests {
        all += 1;
        if method.eq_ignore_ascii_case(b"CONNECT") {
            connections += 1;
        } else if let Some(host) = host_of(url) {
            *sites.entry(site_of(&host_name(host)).to_owned()).or_default() += 1;
        }
    }
    let (whole, most) = (sites.values().sum::<usize>(), sites.values().max().copied().unwrap_or_default());
    let nearly_all = all > 0 && (whole + connections) * 20 >= all * 19;
    nearly_all && (connections * 20 >= all || sites.len() > 2 && most * 2 <= whole)
}

/// The addresses behind the agent, where nginx's own example of a format writes `X-Forwarded-For`.
fn forwarded(text: &[u8]) -> Option<Pair<'_>> {
    let (list, _) = quoted(text)?;
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b',' | b' ');
    let is_list = list.len() > 2 && list.iter().all(is_address) && find_either(b'.', b':', list).is_some();
    is_list.then_some(Pair { name: Cow::Borrowed(b"x-forwarded-for"), value: Cow::Borrowed(list) })
}

/// What stands before the time, the time, and what follows it. The time is looked for by its
/// brackets, because user names may hold spaces and brackets.
fn split_time(line: &[u8]) -> Option<(&[u8], i64, &[u8])> {
    /// A user name with more brackets than this is no user name.
    const TRIES: usize = 8;
    let mut from = 0;
    for _ in 0..TRIES {
        let open = from + find(b'[', &line[from..])?;
        let inside = &line[open + 1..];
        if let Some((time, rest)) = time_in_brackets(inside) {
            return Some((&line[..open], time, rest.strip_prefix(b" ")?));
        }
        from = open + 1;
    }
    None
}

/// The time that ends with a bracket, and what follows it. Some servers write a fraction or no zone.
fn time_in_brackets(inside: &[u8]) -> Option<(i64, &[u8])> {
    const LONGEST: usize = 36;
    if inside.get(26) == Some(&b']')
        && let Some(time) = time::clf(inside)
    {
        return Some((time, &inside[27..]));
    }
    let end = find(b']', &inside[..inside.len().min(LONGEST)]).filter(|_| inside.get(2) == Some(&b'/'))?;
    Some((time::any(&inside[..end], 0)?, &inside[end + 1..]))
}

/// The inside of a quoted text, and what follows it. A quote that nothing separates from the next
/// byte was written by a server that does not escape, and belongs to the text.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        at += find_either(b'"', b'\\', inside.get(at..)?)?;
        match (inside[at], inside.get(at + 1)) {
            (b'"', None) => return Some((&inside[..at], b"")),
            (b'"', Some(b' ')) => return Some((&inside[..at], &inside[at + 2..])),
            (b'"', Some(_)) => at += 1,
            _ => at += 2,
        }
    }
}

/// Method and URL of a request line. The version is missing in HTTP/0.9 requests.
pub(super) fn split_request(request: &[u8]) -> Option<(&[u8], &[u8])> {
    const LONGEST_METHOD: usize = 24;
    let (method, rest) = word(request);
    let is_letter = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_');
    if method.is_empty() || method.len() > LONGEST_METHOD || !method.iter().all(is_letter) {
        return None;
    }
    let url = match rest.rfind_byte(b' ') {
        Some(space) if rest[space + 1..].starts_with(b"HTTP/") => &rest[..space],
        _ => rest,
    };
    let url = url.trim_ascii();
    (!url.is_empty() && !url.starts_with(b"HTTP/")).then_some((method, url))
}

fn is_count(text: &[u8]) -> bool {
    text == b"-" || !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// A field's text; a dash stands for none.
fn value(text: &[u8]) -> Text<'_> {
    if text == b"-" { EMPTY } else { unescape(text) }
}

/// Undoes the escapes of both servers: `\"`, `\\`, `\xHH`, `\u00HH` and the C letters.
pub(super) fn unescape(text: &[u8]) -> Text<'_> {
    let Some(first) = find(b'\\', text) else {
        return Cow::Borrowed(text);
    };
    let mut plain = text[..first].to_vec();
    let mut rest = &text[first..];
    while let [byte, behind @ ..] = rest {
        let (byte, behind) = match rest {
            [b'\\', b'x', high, low, behind @ ..] => match hex_byte(&[*high, *low]) {
                Some(byte) => (byte, behind),
                None => (b'\\', &rest[1..]),
            },
            [b'\\', letter, behind @ ..] => match letter {
                b'"' | b'\\' => (*letter, behind),
                b'n' => (b'\n', behind),
                b'r' => (b'\r', behind),
                b't' => (b'\t', behind),
                b'b' => (8, behind),
                b'v' => (11, behind),
                b'u' => match json_escape(behind) {
                    Some((byte, behind)) => (byte, behind),
                    None => (b'\\', &rest[1..]),
                },
                _ => (b'\\', &rest[1..]),
            },
            _ => (*byte, behind),
        };
        plain.push(byte);
        rest = behind;
    }
    Cow::Owned(plain)
}

/// The character behind `\u`, which nginx writes for control characters only.
fn json_escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, behind) = text.split_first_chunk::<4>()?;
    let [0, byte] = [hex_byte(&[digits[0], digits[1]])?, hex_byte(&[digits[2], digits[3]])?] else { return None };
    byte.is_ascii().then_some((byte, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[u8]) -> Result<Meaning<'_>, Reason> {
        COMBINED.parse(Kind::Record, line)
    }

    fn record(line: &str) -> Record<'_> {
        match parse(line.as_bytes()) {
            Ok(Meaning::Record(record)) => *record,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn with_request(request: &str) -> String {
        format!("192.0.2.1 - - [01/Jul/2024:09:30:00 +0000] \"{request}\" 200 5 \"-\" \"-\"")
    }

    #[test]
    fn a_combined_line_keeps_every_field() {
        let rec = record(COMBINED.sample());
        assert_eq!(rec.time, Some(1_719_819_000_000_000));
        assert_eq!((&*rec.client, &*rec.user), (&b"192.0.2.44"[..], &b"avery"[..]));
        assert_eq!((&*rec.method, &*rec.url), (&b"GET"[..], &b"/cart?step=2"[..]));
        assert_eq!(&*rec.referer, b"https://shop.example.com/");
        assert_eq!(&*rec.user_agent, b"ExampleBrowser/5.0");
        assert_eq!((rec.status, rec.host.is_empty()), (200, true));
    }

    #[test]
    fn a_virtual_host_is_told_from_a_user_with_spaces() {
        let rec = record(VHOST_COMBINED.sample());
        assert_eq!(&*rec.host, b"shop.example.com");
        assert_eq!(&*rec.client, b"192.0.2.44");
        let rec = record("192.0.2.1 - Avery [x] Lee [01/Jul/2024:09:30:00 +0000] \"GET / HTTP/1.0\" 200 -\r");
        assert_eq!((&*rec.client, &*rec.user), (&b"192.0.2.1"[..], &b"Avery [x] Lee"[..]));
        assert!(rec.host.is_empty());
    }

    #[test]
    fn ident_and_user_may_be_left_out() {
        for (who, user) in [("192.0.2.1", ""), ("192.0.2.1 -", ""), ("192.0.2.1 avery", "avery")] {
            let line = with_request("GET / HTTP/1.1").replace("192.0.2.1 - -", who);
            assert_eq!(record(&line).user.as_bstr(), user, "{who}");
            assert_eq!(record(&line).client.as_bstr(), "192.0.2.1");
        }
    }

    #[test]
    fn escapes_are_undone_and_careless_quotes_survived() {
        let line = with_request(r#"GET /a\x22b\\c\"d HTTP/1.1"#);
        let line = line.replace("\"-\" \"-\"", "\"-\" \"say \"hi\"x\"");
        let rec = record(&line);
        assert_eq!(rec.url.as_bstr(), r#"/a"b\c"d"#);
        assert_eq!(rec.user_agent.as_bstr(), r#"say "hi"x"#);
        assert!(rec.referer.is_empty());
    }

    #[test]
    fn requests_come_with_and_without_version_and_as_whole_urls() {
        assert_eq!(&*record(&with_request("GET /old")).url, b"/old");
        assert_eq!(&*record(&with_request("GET /a b HTTP/1.1")).url, b"/a b");
        assert_eq!(&*record(&with_request("GET http://x.example/ HTTP/1.1")).url, b"http://x.example/");
        assert_eq!(&*record(&with_request("CONNECT x.example:443 HTTP/1.1")).url, b"x.example:443");
        assert_eq!(&*record(&with_request("M-SEARCH * HTTP/1.1")).method, b"M-SEARCH");
    }

    #[test]
    fn times_come_with_a_fraction_and_without_a_zone() {
        for (time, micros) in [
            ("01/Jul/2024:09:30:00.250 +0000", 250_000),
            ("01/Jul/2024:11:30:00.250 +0200", 250_000),
            ("01/Jul/2024:09:30:00.25", 250_000),
            ("01/Jul/2024:09:30:00", 0),
            ("01/Jul/2024 09:30:00", 0),
        ] {
            let line = with_request("GET / HTTP/1.1").replace("01/Jul/2024:09:30:00 +0000", time);
            assert_eq!(record(&line).time, Some(1_719_826_200_000_000 + micros), "{time}");
        }
    }

    #[test]
    fn the_word_of_squid_says_whether_it_was_sent() {
        let line = with_request("GET http://x.example/ HTTP/1.1");
        for (word, sent) in [
            ("TCP_MISS:HIER_DIRECT", Sent::Sent),
            ("TCP_MISS/200:DIRECT", Sent::Sent),
            ("TCP_DENIED:HIER_NONE", Sent::Blocked),
            ("TCP_HIT:HIER_NONE", Sent::Unknown),
            ("17", Sent::Sent),
        ] {
            assert_eq!(record(&format!("{line} {word}")).sent, sent, "{word}");
            let common = line.replace(" \"-\" \"-\"", "");
            assert_eq!(record(&format!("{common} {word}")).sent, sent, "{word}");
            let between = line.replace(" 5 ", &format!(" 5 {word} 25 "));
            assert_eq!(record(&between).sent, sent, "{word}");
        }
    }

    #[test]
    fn a_proxy_is_told_by_what_was_asked_of_it() {
        let role = |requests: &[&str]| {
            let lines: Vec<String> = requests.iter().map(|request| with_request(request) + "\n").collect();
            COMBINED.role_of(lines.concat().as_bytes())
        };
        let (own, page) = ("GET http://shop.example.com/ HTTP/1.1", "GET /cart HTTP/1.1");
        let connect = "CONNECT x.example:443 HTTP/1.1";
        let others = ["GET http://x.example/ HTTP/1.1", "GET http://y.example/ HTTP/1.1"];
        assert_eq!(role(&[connect, own]), Role::Proxy);
        assert_eq!(role(&[own, others[0], others[1]]), Role::Proxy);
        // A cache before a server writes whole URLs, and strangers try any server as a proxy.
        assert_eq!(role(&[own, own, own, own, others[0], others[1]]), Role::Origin);
        assert_eq!(role(&[page, page, page, connect, others[0], others[1]]), Role::Origin);
        let refused = with_request(connect).replace(" 200 ", " 405 ") + "\n";
        assert_eq!(COMBINED.role_of(refused.as_bytes()), Role::Origin);
        assert_eq!(COMBINED.role_of(b""), Role::Origin);
    }

    #[test]
    fn lines_without_an_http_request_mean_nothing() {
        for request in ["-", "", r"\x16\x03\x01 \x02", "GET", "GET  HTTP/1.1", "12.x|y z"] {
            let line = with_request(request);
            assert!(matches!(parse(line.as_bytes()), Ok(Meaning::Nothing)), "{request}");
        }
        assert!(matches!(parse(b"# comment"), Ok(Meaning::Nothing)));
        assert!(matches!(parse(b" \r"), Ok(Meaning::Nothing)));
    }

    #[test]
    fn lines_of_other_kinds_are_rejected() {
        for line in [
            "hello",
            "192.0.2.1 - - [01/Jul/2024 at noon] \"GET / HTTP/1.0\" 200 1",
            "192.0.2.1 - - [01/Jul/2024:09:30:00 +0000] \"GET / HTTP/1.0",
            "192.0.2.1 - - [01/Jul/2024:09:30:00 +0000] \"GET / HTTP/1.0\" x 1",
            "192.0.2.1 - - [01/Jul/2024:09:30:00 +0000] \"GET / HTTP/1.0\" 200 x",
        ] {
            assert!(matches!(parse(line.as_bytes()), Err(Reason::BadLine)), "{line}");
        }
    }

    #[test]
    fn more_fields_are_tolerated_on_either_side_of_the_referer() {
        let line = with_request("GET / HTTP/2.0");
        let before = line.replace(" 5 ", " 5 17 0.3 ").replace("\"-\" \"-\"", "\"r\" \"a\"");
        assert_eq!(&*record(&before).referer, b"r");
        assert_eq!(&*record(&before).user_agent, b"a");
        let behind = line.clone() + " 12 \"192.0.2.7\"";
        assert!(record(&behind).referer.is_empty() && record(&behind).headers.is_empty());
        let forwarded = line.clone() + " \"198.51.100.7, 2001:db8::1\"";
        assert_eq!(record(&forwarded).header(b"x-forwarded-for"), Some(&b"198.51.100.7, 2001:db8::1"[..]));
        assert!(record(&(line + " \"-\"")).headers.is_empty());
    }
}
