//! Zeek's `http.log` in its own tab-separated form. `#fields` names the columns, `#separator` and
//! `#unset_field` how they are written; extracts of `zeek-cut -C` keep only a line of names.

use super::columns::{Layout, Table, TableCutter, TableReader};
use super::field::Field;
use super::http::hex_byte;
use super::lines::{lines, trim_line};
use super::{Cutter, Format, Kind, Meaning, Reader, Reason};
use crate::record::{Role, Text};
use bstr::ByteSlice;
use std::borrow::Cow;

/// The format `zeek`.
pub(super) struct Zeek;

impl Format for Zeek {
    fn name(&self) -> &'static str {
        "zeek"
    }

    fn title(&self) -> &'static str {
        "Zeek http.log with tab-separated columns"
    }

    fn role(&self) -> Role {
        Role::Proxy
    }

    fn sample(&self) -> &'static str {
        "#separator \\x09\n#unset_field\t-\n#path\thttp\n\
         #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\treferrer\tuser_agent\tstatus_code\n\
         1719826200.250000\tC1\t192.0.2.44\t40000\t203.0.113.9\t80\tGET\tshop.example.com\t/cart?step=2\t-\tExampleBrowser/5.0\t200\n"
    }

    fn sniff(&self, head: &[u8]) -> bool {
        let header = lines(head).map(trim_line).find(|line| LINES.names_columns(line));
        header.is_some_and(|line| {
            let has = |wanted: &str| columns_of(line).any(|name| name == wanted.as_bytes());
            has("uri") && (has("host") || has("method")) && (has("uid") || has("id.orig_h"))
        })
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

const COLUMNS: &[(&str, Field)] = &[
    ("ts", Field::Time),
    ("id.orig_h", Field::Client),
    ("username", Field::User),
    ("method", Field::Method),
    ("host", Field::Host),
    ("uri", Field::Url),
    ("id.resp_h", Field::Server),
    ("id.resp_p", Field::Port),
    ("status_code", Field::Status),
    ("referrer", Field::Referer),
    ("user_agent", Field::Agent),
    ("origin", Field::Header(Cow::Borrowed("origin"))),
    ("cookie", Field::Cookies),
    ("post_body", Field::Body),
    ("resp_mime_types", Field::ResponseType),
];

fn columns_of(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.strip_prefix(b"#fields\t").unwrap_or(line).split(|byte| *byte == b'\t')
}

/// The lines of such logs.
struct Lines;

static LINES: Lines = Lines;

impl Lines {
    /// Whether a line names the columns, with `#fields` or, in an extract, without.
    fn names_columns(&self, line: &[u8]) -> bool {
        line.starts_with(b"#fields\t")
            || [&b"ts\t"[..], b"uid\t"].iter().any(|start| line.starts_with(start)) && line.contains_str("\turi")
    }
}

impl Table for Lines {
    fn is_header(&self, line: &[u8]) -> bool {
        self.names_columns(line) || line.starts_with(b"#separator") || line.starts_with(b"#unset_field")
    }

    fn learn(&self, line: &[u8], layout: &mut Layout) {
        if self.names_columns(line) {
            let names: Vec<&[u8]> = columns_of(line).collect();
            layout.width = names.len();
            layout.fields = COLUMNS
                .iter()
                .filter_map(|(name, field)| Some((names.iter().position(|n| n == &name.as_bytes())?, field.clone())))
                .collect();
            if layout.unset.is_empty() {
                layout.unset = b"-".to_vec();
            }
        } else if let Some(separator) = line.strip_prefix(b"#separator ") {
            layout.separator = unescape(separator).first().copied();
        } else if let Some((_, unset)) = line.split_once_str("#unset_field").filter(|(_, unset)| unset.len() > 1) {
            layout.unset = unset[1..].to_vec();
        }
    }

    fn split<'b>(&self, line: &'b [u8], layout: &Layout, columns: &mut Vec<&'b [u8]>) -> bool {
        let separator = layout.separator.unwrap_or(b'\t');
        columns.extend(line.split(|byte| *byte == separator));
        columns.len() == layout.width
    }

    fn decode<'b>(&self, field: &Field, text: &'b [u8], _: &Layout) -> Text<'b> {
        match text {
            b"(empty)" | b"<empty>" => Cow::Borrowed(b""),
            // A set of media types, of which a response has one.
            _ if *field == Field::ResponseType => {
                Cow::Borrowed(text.split_once_str(",").map_or(text, |(first, _)| first))
            }
            _ => unescape(text),
        }
    }
}

/// Undoes `\xHH`, by which Zeek writes bytes that are not printable, and `\\`.
fn unescape(text: &[u8]) -> Text<'_> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        let (byte, behind) = match rest {
            [b'\\', b'x', high, low, behind @ ..] => match hex_byte(&[*high, *low]) {
                Some(byte) => (byte, behind),
                None => (b'\\', &rest[1..]),
            },
            [b'\\', b'\\', behind @ ..] => (b'\\', behind),
            _ => (*byte, behind),
        };
        plain.push(byte);
        rest = behind;
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::detect;
    use crate::format::tests::records;

    #[test]
    fn a_line_keeps_every_field() {
        let found = records(&Zeek, Zeek.sample().as_bytes());
        let [rec] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(rec.time, Some(1_719_826_200_250_000));
        assert_eq!(rec.url.as_bstr(), "http://shop.example.com/cart?step=2");
        assert_eq!((rec.client.as_bstr(), rec.status), ("192.0.2.44".into(), 200));
        assert_eq!((rec.user_agent.as_bstr(), rec.referer.is_empty()), ("ExampleBrowser/5.0".into(), true));
    }

    #[test]
    fn escapes_unset_fields_and_missing_hosts_are_understood() {
        let text = Zeek
            .sample()
            .replace("shop.example.com", "-")
            .replace("step=2", "a\\x09b\\\\")
            .replace("1719826200.250000", "XX");
        let found = records(&Zeek, text.as_bytes());
        assert_eq!(found[0].url.as_bstr(), "http://203.0.113.9/cart?a\tb\\");
        assert_eq!(found[0].time, None);
    }

    #[test]
    fn an_extract_with_a_line_of_names_is_read_and_other_logs_are_not() {
        let text = "uid\tmethod\thost\turi\nC1\tGET\tx.example\t/a\n";
        assert_eq!(detect(text.as_bytes()).map(Format::name), Some("zeek"));
        assert_eq!(records(&Zeek, text.as_bytes())[0].url.as_bstr(), "http://x.example/a");
        let conn = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tproto\n1.0\tC1\t192.0.2.1\t192.0.2.2\ttcp\n";
        assert!(detect(conn.as_bytes()).is_none());
    }

    #[test]
    fn a_line_with_other_columns_is_rejected() {
        let text = Zeek.sample().to_owned() + "1719826200.25\tC2\n";
        assert_eq!(records(&Zeek, text.as_bytes()).len(), 1);
    }
}
