//! The syntaxes in which servers describe their lines: nginx's `log_format`, Apache's `LogFormat`
//! and Squid's `logformat`. Each is told by its own signs, and may come with the directive around it.

use super::{Pattern, Token};
use crate::format::field::Field;
use crate::record::Role;

/// Reads a pattern in any of the syntaxes.
pub(super) fn read(text: &str) -> Result<Pattern, String> {
    let text = text.trim();
    let variable = |pair: &[u8]| pair[0] == b'$' && (pair[1].is_ascii_alphabetic() || matches!(pair[1], b'{' | b'_'));
    let (tokens, is_squid) = if text.as_bytes().windows(2).any(variable) {
        (nginx(&bare(text, "log_format"))?, false)
    } else if SQUID_SIGNS.iter().any(|sign| text.contains(sign)) {
        (squid(&bare(text, "logformat"))?, true)
    } else {
        (apache(&bare(text, "logformat"))?, false)
    };
    if tokens.iter().all(|token| matches!(token, Token::Literal(_))) {
        return Err("it names no field: write $remote_addr (nginx), %h (Apache) or %>a (Squid)".into());
    }
    Ok(Pattern { tokens, is_padded: is_squid, role: if is_squid { Role::Proxy } else { Role::Origin } })
}

/// Codes that Apache does not have.
const SQUID_SIGNS: [&str; 9] = ["%ts", "%>a", "%ru", "%>ru", "%rm", "%>rm", "%Ss", "%un", "::"];

/// The description itself, out of its directive and quotes.
fn bare(text: &str, directive: &str) -> String {
    let is_directive = text.get(..directive.len()).is_some_and(|start| start.eq_ignore_ascii_case(directive));
    let rest = if is_directive { text[directive.len()..].trim_start() } else { text };
    let Some(quote) = rest.chars().next().filter(|first| matches!(first, '\'' | '"')) else {
        let described = rest.split_once(char::is_whitespace).map_or("", |(_, behind)| behind.trim_start());
        let described = match described.strip_prefix("escape=") {
            Some(escape) => escape.split_once(char::is_whitespace).map_or("", |(_, behind)| behind.trim_start()),
            None => described,
        };
        return match described.chars().next() {
            _ if !is_directive => unescape(rest),
            Some('\'') => quoted(described, '\''),
            Some('"') if directive == "log_format" => quoted(described, '"'),
            _ => unescape(described),
        };
    };
    if is_directive { quoted(rest, quote) } else { unescape(rest) }
}

/// The quoted texts joined, as nginx joins them; what follows the last is left out.
fn quoted(text: &str, quote: char) -> String {
    let mut joined = String::new();
    let mut inside = false;
    let mut escaped = false;
    for character in text.chars() {
        match character {
            _ if escaped => {
                if character != quote {
                    joined.push('\\');
                }
                joined.push(character);
                escaped = false;
            }
            '\\' if inside => escaped = true,
            _ if character == quote => inside = !inside,
            _ if inside => joined.push(character),
            _ => {}
        }
    }
    unescape(&joined)
}

fn unescape(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\t", "\t").replace("\\'", "'")
}

/// Collects tokens; neighbouring fixed texts become one.
#[derive(Default)]
struct Tokens(Vec<Token>);

impl Tokens {
    fn literal(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Token::Literal(literal)) => literal.extend_from_slice(text.as_bytes()),
            _ if text.is_empty() => {}
            _ => self.0.push(Token::Literal(text.as_bytes().to_vec())),
        }
    }

    fn value(&mut self, field: Field) {
        // A path and its query are written without anything between them.
        let is_pair = matches!(self.0.last(), Some(Token::Value(Field::Path))) && field == Field::Query;
        if is_pair {
            self.0.pop();
        }
        self.0.push(Token::Value(if is_pair { Field::Url } else { field }));
    }
}

/// Variables of nginx. Those that end in `_` are none of nginx's: they serve patterns of other servers.
fn variable(name: &str) -> Field {
    match name {
        "remote_addr" | "realip_remote_addr" | "proxy_protocol_addr" | "binary_remote_addr" => Field::Client,
        "remote_user" => Field::User,
        "time_local" | "time_iso8601" | "msec" => Field::Time,
        "request" => Field::Request,
        "request_method" => Field::Method,
        "request_uri" => Field::Url,
        "uri" | "document_uri" => Field::Path,
        "args" | "query_string" => Field::Query,
        "scheme" => Field::Scheme,
        "host" | "http_host" => Field::Host,
        "server_name" => Field::Server,
        "server_port" => Field::Port,
        "status" => Field::Status,
        "request_body" => Field::Body,
        "content_type" => Field::BodyType,
        "body_bytes_sent"
        | "bytes_sent"
        | "request_length"
        | "connection"
        | "connection_requests"
        | "pid"
        | "gzip_ratio"
        | "request_time"
        | "number_" => Field::Number,
        "date_" => Field::Date,
        "clock_" => Field::Clock,
        "captured_" => Field::Captured,
        _ => {
            let dashed = |name: &str| name.replace('_', "-");
            if let Some(header) = name.strip_prefix("http_") {
                Field::header(&dashed(header))
            } else if let Some(header) = name.strip_prefix("sent_http_") {
                Field::response_header(&dashed(header))
            } else if let Some(cookie) = name.strip_prefix("cookie_") {
                Field::Cookie(cookie.to_owned().into())
            } else {
                Field::Ignored
            }
        }
    }
}

fn nginx(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Tokens::default();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        tokens.literal(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        let name;
        if let Some(inside) = rest.strip_prefix('{') {
            (name, rest) = inside.split_once('}').ok_or("a ${ has no }")?;
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            (name, rest) = rest.split_at(end);
        }
        tokens.value(variable(name));
    }
    tokens.literal(rest);
    Ok(tokens.0)
}

fn apache(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Tokens::default();
    let mut rest = text;
    while let Some(percent) = rest.find('%') {
        tokens.literal(&rest[..percent]);
        rest =
            rest[percent + 1..].trim_start_matches(|c: char| matches!(c, '<' | '>' | '!' | ',') || c.is_ascii_digit());
        let mut argument = "";
        if let Some(inside) = rest.strip_prefix('{') {
            (argument, rest) = inside.split_once('}').ok_or("a %{ has no }")?;
        }
        let code = rest.chars().next().ok_or("a % stands at the end")?;
        let width = if code == '^' { 3 } else { code.len_utf8() };
        let name = rest.get(..width).ok_or("a %^ stands at the end")?;
        rest = &rest[width..];
        match name {
            "%" => tokens.literal("%"),
            "t" if argument.is_empty() => {
                tokens.literal("[");
                tokens.value(Field::Time);
                tokens.literal("]");
            }
            _ => tokens.value(directive(name, argument)?),
        }
    }
    tokens.literal(rest);
    Ok(tokens.0)
}

/// Directives of Apache.
fn directive(name: &str, argument: &str) -> Result<Field, String> {
    Ok(match name {
        "h" | "a" => Field::Client,
        "u" => Field::User,
        "t" => apache_time(argument),
        "r" => Field::Request,
        "m" => Field::Method,
        "U" => Field::Path,
        "q" => Field::Query,
        "s" => Field::Status,
        "v" | "V" => Field::Server,
        "p" => Field::Port,
        "i" => Field::header(argument),
        "o" => Field::response_header(argument),
        "C" => Field::Cookie(argument.to_owned().into()),
        "b" | "B" | "D" | "I" | "O" | "S" | "T" | "k" | "P" => Field::Number,
        "l" | "A" | "e" | "f" | "H" | "L" | "n" | "R" | "X" | "x" | "c" | "^ti" | "^to" => Field::Ignored,
        other => return Err(format!("%{other} is no directive of Apache")),
    })
}

fn apache_time(argument: &str) -> Field {
    let argument = argument.trim_start_matches("begin:").trim_start_matches("end:");
    match argument {
        "sec" | "msec" | "usec" => Field::Time,
        "msec_frac" => Field::Millis,
        "usec_frac" => Field::Number,
        format => Field::TimeAs(format.to_owned()),
    }
}

fn squid(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Tokens::default();
    let mut rest = text;
    while let Some(percent) = rest.find('%') {
        tokens.literal(&rest[..percent]);
        rest = &rest[percent + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            tokens.literal("%");
            rest = behind;
            continue;
        }
        // How a value is quoted and how wide it is.
        rest = rest.trim_start_matches(['"', '[', '#', '\'', '/', '-']);
        rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let mut argument = "";
        if let Some(inside) = rest.strip_prefix('{') {
            (argument, rest) = inside.split_once('}').ok_or("a %{ has no }")?;
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '<' | '>' | ':' | '_')));
        let (word, _) = rest.split_at(end.unwrap_or(rest.len()));
        let space = word.rfind("::").map_or(0, |colons| colons + 2);
        let known = CODES.iter().filter(|(code, _)| word[space..].starts_with(code));
        let (code, field) = known.max_by_key(|(code, _)| code.len()).ok_or(format!("%{word} is no code of Squid"))?;
        rest = &rest[space + code.len()..];
        if let Some(inside) = rest.strip_prefix('{') {
            (argument, rest) = inside.split_once('}').ok_or("a { has no }")?;
        }
        tokens.value(match *code {
            ">h" | ">ha" if !argument.is_empty() => Field::header(argument),
            "<h" | "<ha" if !argument.is_empty() => Field::response_header(argument),
            "tl" | "tg" if !argument.is_empty() => Field::TimeAs(argument.to_owned()),
            _ => field.clone(),
        });
    }
    tokens.literal(rest);
    Ok(tokens.0)
}

/// Codes of Squid; what a record does not hold is here too, so that a wrong code is found.
const CODES: &[(&str, Field)] = &[
    (">a", Field::Client),
    (">A", Field::Client),
    ("ts", Field::Seconds),
    ("tu", Field::Millis),
    ("tl", Field::Time),
    ("tg", Field::Time),
    ("un", Field::User),
    ("ul", Field::User),
    ("ui", Field::User),
    ("us", Field::User),
    ("ue", Field::User),
    ("uu", Field::User),
    ("rm", Field::Method),
    (">rm", Field::Method),
    ("<rm", Field::Method),
    ("ru", Field::Url),
    (">ru", Field::Url),
    ("<ru", Field::Url),
    ("rp", Field::Path),
    (">rp", Field::Path),
    ("<rp", Field::Path),
    (">rs", Field::Scheme),
    ("<rs", Field::Scheme),
    (">rd", Field::Host),
    ("<rd", Field::Host),
    (">rP", Field::Port),
    ("<rP", Field::Port),
    (">Hs", Field::Status),
    ("<Hs", Field::Status),
    ("Hs", Field::Status),
    ("Ss", Field::Verdict),
    ("mt", Field::ResponseType),
    (">h", Field::Ignored),
    ("<h", Field::Ignored),
    (">ha", Field::Ignored),
    ("<ha", Field::Ignored),
    ("Sh", Field::Ignored),
    ("<a", Field::Ignored),
    ("<A", Field::Ignored),
    ("la", Field::Ignored),
    (">la", Field::Ignored),
    ("<la", Field::Ignored),
    ("rv", Field::Ignored),
    (">rv", Field::Ignored),
    ("et", Field::Ignored),
    ("ea", Field::Ignored),
    ("note", Field::Ignored),
    ("err_code", Field::Ignored),
    ("err_detail", Field::Ignored),
    ("bump_mode", Field::Ignored),
    ("sni", Field::Ignored),
    (">eui", Field::Ignored),
    (">sni", Field::Ignored),
    ("tr", Field::Number),
    ("dt", Field::Number),
    (">p", Field::Number),
    ("<p", Field::Number),
    ("lp", Field::Number),
    (">lp", Field::Number),
    ("<lp", Field::Number),
    ("st", Field::Number),
    (">st", Field::Number),
    ("<st", Field::Number),
    (">sh", Field::Number),
    ("<sh", Field::Number),
    ("<tt", Field::Number),
    ("<pt", Field::Number),
    ("sn", Field::Number),
];
