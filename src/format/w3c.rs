//! W3C extended logs: IIS, CloudFront, Blue Coat (SGOS), ISA and Threat Management Gateway,
//! Incapsula. `#Fields` names the columns and may change inside a file. A server's log and a proxy's
//! are told apart by the columns that only proxies have.

use super::columns::{Layout, Table, TableCutter, TableReader, holds_requests};
use super::field::Field;
use super::http::percent_decode;
use super::lines::{lines, trim_line};
use super::{Cutter, Format, Kind, Meaning, Reader, Reason};
use crate::record::{Role, Text};
use crate::time;
use bstr::ByteSlice;
use std::borrow::Cow;

/// The format `w3c`.
pub(super) static SERVER: W3c = W3c {
    role: Role::Origin,
    name: "w3c",
    title: "W3C extended log of a server or delivery network (IIS, CloudFront), by its #Fields",
    sample: "#Software: Microsoft Internet Information Services 10.0\n\
             #Fields: date time cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) cs(Referer) sc-status\n\
             2024-07-01 09:30:00 GET /cart step=2 avery 192.0.2.44 ExampleBrowser/5.0+(X11) https://shop.example.com/ 200\n",
};

/// The format `w3c_proxy`.
pub(super) static PROXY: W3c = W3c {
    role: Role::Proxy,
    name: "w3c_proxy",
    title: "W3C extended log of a proxy (Blue Coat, ISA, Threat Management Gateway), by its #Fields",
    sample: "#Software: SGOS 7.3.1.1\n\
             #Fields: date time c-ip cs-username s-action sc-status cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query cs(User-Agent)\n\
             2024-07-01 09:30:00 192.0.2.44 avery TCP_NC_MISS 200 GET http shop.example.com /cart ?step=2 \"ExampleBrowser/5.0 (X11)\"\n",
};

/// A W3C extended log.
pub(super) struct W3c {
    role: Role,
    name: &'static str,
    title: &'static str,
    sample: &'static str,
}

impl Format for W3c {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn role(&self) -> Role {
        self.role
    }

    fn sample(&self) -> &'static str {
        self.sample
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let header = lines(head).map(trim_line).find(|line| names_columns(line));
        header.is_some_and(|line| is_traffic(line) && role_of(line) == self.role) && holds_requests(&LINES, head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(TableCutter::new(&LINES))
    }

    fn parse<'b>(&self, kind: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        self.reader(b"").read(kind, piece)
    }

    fn reader<'f>(&'f self, header: &[u8]) -> Box<dyn Reader + 'f> {
        Box::new(TableReader::new(&LINES, header))
    }
}

/// Columns, the most telling first where several say the same.
pub(super) const COLUMNS: &[(&str, Field)] = &[
    ("timestamp", Field::Time),
    ("x-timestamp", Field::Time),
    ("gmttime", Field::Time),
    ("date", Field::Date),
    ("date-local", Field::Date),
    ("time", Field::Clock),
    ("time-local", Field::Clock),
    ("localtime", Field::Time),
    ("c-ip", Field::Client),
    ("cs-username", Field::User),
    ("cs-userdn", Field::User),
    ("cs-method", Field::Method),
    ("s-operation", Field::Method),
    ("cs-uri", Field::Url),
    ("c-uri", Field::Url),
    ("cs-uri-scheme", Field::Scheme),
    ("c-uri-scheme", Field::Scheme),
    ("cs-protocol", Field::Scheme),
    ("x-host-header", Field::Host),
    ("cs-host", Field::Host),
    ("cs-uri-host", Field::Host),
    ("c-uri-host", Field::Host),
    ("cs-uri-hostname", Field::Host),
    ("cs(host)", Field::Host),
    ("r-host", Field::Host),
    ("cs-uri-port", Field::Port),
    ("c-uri-port", Field::Port),
    ("r-port", Field::Port),
    ("s-port", Field::Port),
    ("cs-uri-stem", Field::Path),
    ("cs-uri-path", Field::Path),
    ("c-uri-path", Field::Path),
    ("cs-uri-query", Field::Query),
    ("c-uri-query", Field::Query),
    ("sc-status", Field::Status),
    ("sc(status)", Field::Status),
    ("cs(referer)", Field::Referer),
    ("cs-referer", Field::Referer),
    ("cs-referred", Field::Referer),
    ("cs(user-agent)", Field::Agent),
    ("cs-user-agent", Field::Agent),
    ("c-agent", Field::Agent),
    ("cs(cookie)", Field::Cookies),
    ("cs-cookie", Field::Cookies),
    ("cs-postbody", Field::Body),
    ("rs(content-type)", Field::ResponseType),
    ("sc(content-type)", Field::ResponseType),
    ("sc-content-type", Field::ResponseType),
    ("cs-mime-type", Field::ResponseType),
    ("s-action", Field::Verdict),
    ("sc-filter-result", Field::Verdict),
    ("action", Field::Verdict),
    ("x-forwarded-for", Field::Header(Cow::Borrowed("x-forwarded-for"))),
];

/// Columns that only proxies write.
const PROXY_COLUMNS: &[&str] =
    &["s-action", "s-hierarchy", "cs-uri-scheme", "sc-filter-result", "c-uri", "r-host", "r-ip", "x-exception-id"];

fn names_columns(line: &[u8]) -> bool {
    starts_with_word(line, b"#fields:")
}

fn starts_with_word(line: &[u8], word: &[u8]) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn words(line: &[u8]) -> impl Iterator<Item = String> {
    let names = line.split_once_str(":").map_or(&b""[..], |(_, names)| names);
    names.fields().map(|name| String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// Whether the columns are of requests: other programs write W3C logs too (a firewall).
fn is_traffic(line: &[u8]) -> bool {
    words(line).any(|word| matches!(word.as_str(), "cs-uri" | "c-uri" | "cs-uri-stem" | "cs-uri-path" | "cs-host"))
}

fn role_of(line: &[u8]) -> Role {
    if words(line).any(|word| PROXY_COLUMNS.contains(&word.as_str())) { Role::Proxy } else { Role::Origin }
}

/// The lines of such logs.
struct Lines;

static LINES: Lines = Lines;

impl Table for Lines {
    fn is_header(&self, line: &[u8]) -> bool {
        line.starts_with(b"#")
            && ([&b"#fields:"[..], b"#date:", b"#start-date:", b"#gmt-offset:"]
                .iter()
                .any(|word| starts_with_word(line, word)))
    }

    fn learn(&self, line: &[u8], layout: &mut Layout) {
        let value = line.split_once_str(":").map_or(&b""[..], |(_, value)| value.trim_ascii());
        if names_columns(line) {
            layout.learn_columns(line);
        } else if starts_with_word(line, b"#gmt-offset:") {
            layout.zone = time::offset(value).unwrap_or_default();
        } else if starts_with_word(line, b"#date:") || starts_with_word(line, b"#start-date:") {
            // Only lines without a day of their own need this one.
            layout.date = value.fields().next().unwrap_or_default().to_vec();
        }
    }

    fn split<'b>(&self, line: &'b [u8], layout: &Layout, columns: &mut Vec<&'b [u8]>) -> bool {
        if layout.separator == Some(b'\t') || line.contains(&b'\t') && !line.contains(&b' ') {
            columns.extend(line.split(|byte| *byte == b'\t'));
        } else {
            split_words(line, columns);
        }
        let surplus = columns.len().checked_sub(layout.width);
        match (surplus, layout.elastic) {
            (Some(0), _) => true,
            (Some(surplus), Some(elastic)) => {
                widen(line, columns, elastic, surplus);
                true
            }
            _ => false,
        }
    }

    fn decode<'b>(&self, field: &Field, text: &'b [u8], _: &Layout) -> Text<'b> {
        header_or_text(field, text)
    }
}

/// A value as it was before the server wrote it.
pub(super) fn header_or_text<'b>(field: &Field, text: &'b [u8]) -> Text<'b> {
    match field {
        Field::Agent | Field::Cookies | Field::Referer | Field::Header(_) => header_text(text),
        Field::User => percent_decode(text),
        _ => Cow::Borrowed(text),
    }
}

impl Layout {
    fn learn_columns(&mut self, line: &[u8]) {
        let names: Vec<String> = words(line).collect();
        self.width = names.len();
        self.fields = COLUMNS
            .iter()
            .filter_map(|(name, field)| Some((names.iter().position(|known| known == name)?, field.clone())))
            .collect();
        let known: Vec<usize> = self.fields.iter().map(|(column, _)| *column).collect();
        for (column, name) in names.iter().enumerate().filter(|(column, _)| !known.contains(column)) {
            if let Some(header) = name.strip_prefix("cs(").and_then(|name| name.strip_suffix(')')) {
                self.fields.push((column, Field::header(header)));
            }
        }
        // A raw query or agent may hold spaces; the status behind it tells whether the guess was right.
        let status = self.fields.iter().find(|(_, field)| *field == Field::Status).map(|(column, _)| *column);
        let query = self.fields.iter().find(|(_, field)| *field == Field::Query).map(|(column, _)| *column);
        self.elastic = query.filter(|query| status.is_some_and(|status| status > *query));
    }
}

/// Splits at spaces. A word in quotes may hold spaces, and loses its quotes.
fn split_words<'b>(line: &'b [u8], columns: &mut Vec<&'b [u8]>) {
    let mut rest = line;
    loop {
        let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
        rest = &rest[start..];
        if rest.is_empty() {
            return;
        }
        let quoted = rest.strip_prefix(b"\"").and_then(|inside| {
            let end = inside.find("\" ").or_else(|| inside.strip_suffix(b"\"").map(<[u8]>::len))?;
            Some((&inside[..end], &inside[end + 1..]))
        });
        let (word, behind) = quoted.unwrap_or_else(|| {
            rest.split_at(rest.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(rest.len()))
        });
        columns.push(word);
        rest = behind;
    }
}

/// Makes one column of `surplus` more words.
fn widen<'b>(line: &'b [u8], columns: &mut Vec<&'b [u8]>, column: usize, surplus: usize) {
    let offset = |word: &[u8]| word.as_ptr() as usize - line.as_ptr() as usize;
    let last = columns[column + surplus];
    let range = offset(columns[column])..offset(last) + last.len();
    columns.drain(column + 1..=column + surplus);
    columns[column] = &line[range];
}

/// A header's value: IIS writes `+` for spaces, CloudFront percent escapes.
fn header_text(text: &[u8]) -> Text<'_> {
    let has_spaces = text.contains(&b' ');
    if !has_spaces && text.contains(&b'+') && !text.contains_str("%20") {
        let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        return Cow::Owned(spaced);
    }
    if !has_spaces && text.contains_str("%20") { percent_decode(text) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::detect;
    use crate::format::tests::records;
    use crate::record::Sent;

    #[test]
    fn a_server_line_keeps_every_field() {
        let found = records(&SERVER, SERVER.sample().as_bytes());
        let [rec] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rec.time, Some(1_719_826_200_000_000));
        assert_eq!((rec.method.as_bstr(), rec.url.as_bstr()), ("GET".into(), "/cart?step=2".into()));
        assert_eq!((rec.client.as_bstr(), rec.user.as_bstr()), ("192.0.2.44".into(), "avery".into()));
        assert_eq!(rec.user_agent.as_bstr(), "ExampleBrowser/5.0 (X11)");
        assert_eq!((rec.referer.as_bstr(), rec.status), ("https://shop.example.com/".into(), 200));
    }

    #[test]
    fn a_proxy_line_has_an_absolute_url_and_a_verdict() {
        let text = PROXY.sample().replace("TCP_NC_MISS 200", "TCP_DENIED 403");
        let found = records(&PROXY, text.as_bytes());
        assert_eq!(found[0].url.as_bstr(), "http://shop.example.com/cart?step=2");
        assert_eq!((found[0].sent, found[0].status), (Sent::Blocked, 403));
        assert_eq!(found[0].user_agent.as_bstr(), "ExampleBrowser/5.0 (X11)");
    }

    #[test]
    fn columns_may_change_and_days_and_zones_come_from_the_header() {
        let text = "#Date: 2024-07-01 00:00:00\n#Fields: time c-ip cs-uri-stem\n09:30:00 192.0.2.1 /a\n\
                    #GMT-Offset: -0800\n#Fields: cs-uri-stem date time c-ip\n/b 2024-07-01 01:30:00 192.0.2.2\n";
        let found = records(&SERVER, text.as_bytes());
        let times: Vec<_> =
            found.iter().map(|rec| (rec.url.to_str_lossy(), rec.client.to_str_lossy(), rec.time)).collect();
        let time = Some(1_719_826_200_000_000);
        assert_eq!(times, [("/a".into(), "192.0.2.1".into(), time), ("/b".into(), "192.0.2.2".into(), time)]);
    }

    #[test]
    fn a_query_with_spaces_stays_one_column() {
        let text = "#Fields: date time cs-uri-stem cs-uri-query c-ip sc-status\n\
                    2024-07-01 09:30:00 /a q=1 or 2 192.0.2.1 200\n2024-07-01 09:30:00 /a q=1 192.0.2.1\n";
        let found = records(&SERVER, text.as_bytes());
        let [rec] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((rec.url.as_bstr(), rec.client.as_bstr()), ("/a?q=1 or 2".into(), "192.0.2.1".into()));
    }

    #[test]
    fn logs_of_other_things_are_not_claimed() {
        let firewall = "#Software: Example Firewall\n#Fields: date time action protocol src-ip dst-ip\n2024-07-01 09:30:00 DROP TCP 192.0.2.1 192.0.2.2\n";
        assert!(detect(firewall.as_bytes()).is_none());
        let ftp = "#Fields: time c-ip cs-method cs-uri-stem sc-status\n09:30:00 192.0.2.1 [1]USER avery 331\n";
        assert!(detect(ftp.as_bytes()).is_none());
    }
}
