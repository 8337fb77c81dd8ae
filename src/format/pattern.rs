//! Patterns: lines whose fields stand between fixed texts, as server configurations describe them.
//! A pattern is made from nginx, Apache or Squid syntax. A field reaches to the next fixed text; where
//! that leads nowhere and the field may hold such a text itself, the one behind it is tried.

mod syntax;

use super::access_log::unescape;
use super::field::Field;
use super::http::percent_decode;
use super::lines::{LineCutter, is_blank, lines, most_lines, trim_line};
use super::parts::Parts;
use super::{Cutter, Format, Kind, Meaning, Reason};
use crate::record::{Role, Text};
use memchr::memmem;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A fixed text.
    Literal(Vec<u8>),
    /// A field.
    Value(Field),
}

/// How a line is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
    /// Whether numbers are padded with spaces.
    is_padded: bool,
    /// What logs of this syntax show.
    role: Role,
}

/// How many places for the end of a field are tried in one line.
const TRIES: usize = 64;

impl Pattern {
    /// Reads a pattern in nginx (`$remote_addr …`), Apache (`%h %l …`) or Squid (`%>a %ru …`) syntax,
    /// with or without the directive around it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let pattern = syntax::read(text)?;
        let is_value = |token: &Token| matches!(token, Token::Value(_));
        if pattern.tokens.windows(2).any(|pair| pair.iter().all(is_value)) {
            return Err("two fields stand together with nothing between them".into());
        }
        Ok(pattern)
    }

    fn names_url(&self) -> bool {
        self.tokens.iter().any(|token| {
            matches!(token, Token::Value(Field::Url | Field::Request | Field::Path | Field::Host | Field::Server))
        })
    }

    /// The meaning of a line, if it is written like this.
    pub(super) fn parse<'b>(&self, line: &'b [u8]) -> Option<Result<Meaning<'b>, Reason>> {
        let mut values = Vec::with_capacity(self.tokens.len() / 2 + 1);
        let mut tries = TRIES;
        if !self.matches(0, line, &mut values, &mut tries) {
            return None;
        }
        let mut parts = Parts::new(0);
        for (field, text) in values {
            parts.set(field, decode(field, text));
        }
        Some(parts.finish())
    }

    /// Whether `text` is written like the tokens from the given one on; notes the fields' values.
    fn matches<'p, 'b>(
        &'p self,
        token: usize,
        text: &'b [u8],
        values: &mut Vec<(&'p Field, &'b [u8])>,
        tries: &mut usize,
    ) -> bool {
        match self.tokens.get(token) {
            None => text.trim_ascii_end().is_empty(),
            Some(Token::Literal(literal)) => {
                text.strip_prefix(literal.as_slice()).is_some_and(|rest| self.matches(token + 1, rest, values, tries))
            }
            Some(Token::Value(field)) => self.matches_value(field, token, text, values, tries),
        }
    }

    fn matches_value<'p, 'b>(
        &'p self,
        field: &'p Field,
        token: usize,
        text: &'b [u8],
        values: &mut Vec<(&'p Field, &'b [u8])>,
        tries: &mut usize,
    ) -> bool {
        let text = if self.is_padded { text.trim_ascii_start() } else { text };
        let Some(Token::Literal(literal)) = self.tokens.get(token + 1) else {
            values.push((field, text));
            return field.admits(text, 0);
        };
        if token + 2 == self.tokens.len() {
            let value = text.trim_ascii_end().strip_suffix(literal.trim_ascii_end());
            values.extend(value.map(|value| (field, value)));
            return value.is_some_and(|value| field.admits(value, 0));
        }
        let mut from = 0;
        while let Some(found) = memmem::find(&text[from..], literal) {
            let end = from + found;
            from = end + 1;
            if literal[0] == b'"' && is_escaped(text, end) {
                continue;
            }
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            if field.admits(&text[..end], 0) {
                let known = values.len();
                values.push((field, &text[..end]));
                if self.matches(token + 2, &text[end + literal.len()..], values, tries) {
                    return true;
                }
                values.truncate(known);
            }
            if !field.may_hold_separators() {
                return false;
            }
        }
        false
    }
}

/// Whether an odd number of backslashes stands before a place.
fn is_escaped(text: &[u8], at: usize) -> bool {
    text[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The text as it was before the server wrote it.
fn decode<'b>(field: &Field, text: &'b [u8]) -> Text<'b> {
    let is_header = matches!(field, Field::Agent | Field::Referer | Field::Cookies | Field::Header(_));
    if is_header && !text.contains(&b' ') && memmem::find(text, b"%20").is_some() && *field != Field::Referer {
        return percent_decode(text);
    }
    unescape(text)
}

/// A log that is known by its patterns, of which each line follows one.
pub(super) struct PatternLog {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) role: Role,
    pub(super) sample: &'static str,
    /// In nginx syntax; `$_` is a field that a record does not hold, `$number_` a number of that kind.
    pub(super) patterns: &'static [&'static str],
    pub(super) compiled: std::sync::OnceLock<Vec<Pattern>>,
}

impl PatternLog {
    fn patterns(&self) -> &[Pattern] {
        self.compiled.get_or_init(|| self.patterns.iter().filter_map(|text| Pattern::new(text).ok()).collect())
    }
}

impl Format for PatternLog {
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

    /// Servers write lines without a request between; there must be one with.
    fn sniff(&self, head: &[u8]) -> bool {
        sniff(self.patterns(), head) && records_in(self.patterns(), head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(self.patterns(), piece)
    }
}

/// A log whose pattern the user gave with `--log-format`.
pub(super) struct Custom {
    patterns: Vec<Pattern>,
}

impl Custom {
    /// Takes the patterns, of which each line follows one.
    ///
    /// # Errors
    /// What is wrong with a pattern, in words.
    pub(super) fn new(patterns: &[String]) -> Result<Self, String> {
        let compiled = patterns.iter().map(|text| Pattern::new(text)).collect::<Result<Vec<_>, _>>()?;
        if !compiled.iter().any(Pattern::names_url) {
            return Err("no field names the request or its URL".into());
        }
        Ok(Custom { patterns: compiled })
    }
}

impl Format for Custom {
    fn name(&self) -> &'static str {
        "log_format"
    }

    fn title(&self) -> &'static str {
        "Lines as --log-format describes them"
    }

    fn role(&self) -> Role {
        self.patterns.first().map_or(Role::Origin, |pattern| pattern.role)
    }

    fn sample(&self) -> &'static str {
        ""
    }

    fn sniff(&self, head: &[u8]) -> bool {
        sniff(&self.patterns, head)
    }

    fn cutter(&self) -> Box<dyn Cutter> {
        Box::new(LineCutter::default())
    }

    fn parse<'b>(&self, _: Kind, piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
        parse(&self.patterns, piece)
    }
}

fn sniff(patterns: &[Pattern], head: &[u8]) -> bool {
    most_lines(head, |line| patterns.iter().any(|pattern| pattern.parse(line).is_some()))
}

fn records_in(patterns: &[Pattern], head: &[u8]) -> bool {
    lines(head).any(|line| matches!(parse(patterns, line), Ok(Meaning::Record(_))))
}

fn parse<'b>(patterns: &[Pattern], piece: &'b [u8]) -> Result<Meaning<'b>, Reason> {
    let line = trim_line(piece);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    if is_blank(line) {
        return Ok(Meaning::Nothing);
    }
    match patterns.iter().find_map(|pattern| pattern.parse(line)) {
        Some(meaning) => meaning,
        None if line.starts_with(b"#") => Ok(Meaning::Nothing),
        None => Err(Reason::BadLine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;
    use bstr::ByteSlice;

    fn record<'b>(pattern: &str, line: &'b str) -> Record<'b> {
        match Pattern::new(pattern).expect(pattern).parse(line.as_bytes()) {
            Some(Ok(Meaning::Record(record))) => *record,
            other => panic!("{line}: {other:?}"),
        }
    }

    const TIME: Option<i64> = Some(1_719_826_200_000_000);

    #[test]
    fn a_pattern_of_nginx_is_understood() {
        let pattern = r#"log_format main '$remote_addr - $remote_user [$time_local] $host:$server_port "$request" '
            '$status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" $cookie_sid "$request_body"';"#;
        let line = r#"192.0.2.1 - Avery [x] Lee [01/Jul/2024:11:30:00 +0200] x.example:443 "POST /a?b=\x22c HTTP/2.0" 200 5 "-" "Say \"hi\"" "198.51.100.7" 77 "email=a%40example.com""#;
        let rec = record(pattern, line);
        assert_eq!((rec.time, rec.user.as_bstr()), (TIME, "Avery [x] Lee".into()));
        assert_eq!(rec.url.as_bstr(), "https://x.example/a?b=\"c");
        assert_eq!((rec.user_agent.as_bstr(), rec.referer.is_empty()), ("Say \"hi\"".into(), true));
        assert_eq!(rec.header(b"x-forwarded-for"), Some(&b"198.51.100.7"[..]));
        assert_eq!(rec.cookies[0].value.as_bstr(), "77");
        assert_eq!(rec.body.expect("a body").bytes.as_bstr(), "email=a%40example.com");
    }

    #[test]
    fn a_pattern_of_apache_is_understood() {
        let pattern = r#"LogFormat "%V %{c}a %u %{%Y-%m-%d %H:%M:%S %z}t \"%r\" %>s %O %{us}T \"%{Referer}i\" \"%{X-Id}i\" %{sid}C" own"#;
        let line = r#"x.example 192.0.2.1 avery 2024-07-01 11:30:00 +0200 "GET /a b HTTP/1.1" 200 5 17 "https://x.example/" "7" -"#;
        let rec = record(pattern, line);
        assert_eq!((rec.time, rec.url.as_bstr()), (TIME, "http://x.example/a b".into()));
        assert_eq!((rec.user.as_bstr(), rec.header(b"x-id")), ("avery".into(), Some(&b"7"[..])));
        assert!(rec.cookies.is_empty());
        let parts = record("%a %m %U%q %s", "192.0.2.1 GET /a?b=1 200");
        assert_eq!(parts.url.as_bstr(), "/a?b=1");
    }

    #[test]
    fn a_pattern_of_squid_is_understood() {
        let pattern = r#"logformat own %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt "%{Referer}>h" "%{User-Agent}>h""#;
        let line = r#"1719826200.250     87 192.0.2.1 TCP_DENIED/403 312 GET http://x.example/a?b=1 avery HIER_NONE/- text/html "https://y.example/" "Agent 1""#;
        let rec = record(pattern, line);
        assert_eq!((rec.time, rec.url.as_bstr()), (Some(1_719_826_200_250_000), "http://x.example/a?b=1".into()));
        assert_eq!((rec.status, rec.sent), (403, crate::record::Sent::Blocked));
        assert_eq!((rec.referer.as_bstr(), rec.user_agent.as_bstr()), ("https://y.example/".into(), "Agent 1".into()));
        assert_eq!(Pattern::new(pattern).expect("good").role, Role::Proxy);
    }

    #[test]
    fn lines_that_are_written_otherwise_do_not_match() {
        let pattern = Pattern::new("$remote_addr [$time_local] \"$request\" $status").expect("good");
        for line in [
            "",
            "192.0.2.1 [yesterday] \"GET / HTTP/1.1\" 200",
            "192.0.2.1 [01/Jul/2024:11:30:00 +0200] \"GET / HTTP/1.1\" OK",
            "192.0.2.1 [01/Jul/2024:11:30:00 +0200] \"GET / HTTP/1.1\" 200 5",
            "192.0.2.1 [01/Jul/2024:11:30:00 +0200] \"GET / HTTP/1.1",
        ] {
            assert!(pattern.parse(line.as_bytes()).is_none(), "{line}");
        }
        let probe = pattern.parse(b"192.0.2.1 [01/Jul/2024:11:30:00 +0200] \"\\x16\\x03\" 400");
        assert!(matches!(probe, Some(Ok(Meaning::Nothing))));
    }

    #[test]
    fn bad_patterns_say_what_is_wrong() {
        for pattern in ["", "no fields", "$status", "$request$status", "%Q", "%{Referer}", "%r%s"] {
            assert!(Custom::new(&[pattern.to_owned()]).is_err(), "{pattern}");
        }
    }
}
